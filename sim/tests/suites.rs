//! Every shipped scenario file is a test of its own: `cargo test --test suites assignment` plays those of one folder.
#![cfg(test)]

use std::{path::Path, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use sim::{
    run::TransportKind,
    suite::{Found, PlayOptions, Suite, discover, play},
};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites");
    let found = discover(&[suites]).expect("the suites lie beside this crate");
    let trials = found.files.iter().map(|file| {
        let name = found.relative(file).trim_end_matches(".scenario.yaml").to_owned();
        let alone = Found { files: vec![file.clone()], ..found.clone() };
        Trial::test(name, move || plays(alone.clone()))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Plays every row of one file.
fn plays(found: Found) -> Result<(), Failed> {
    let suite = Suite::of(found);
    if suite.is_broken() {
        return Err(suite.told(false).into());
    }
    let selected = suite.select(None);
    let options = PlayOptions { transport: TransportKind::Direct, jobs: 1 };
    let reported = play(&suite, &selected, options, &|_| ()).map_err(|error| error.to_string())?;
    let findings: Vec<String> = reported
        .iter()
        .flat_map(|it| it.result.findings.iter().map(move |finding| (&it.result.id, finding)))
        .map(|(id, it)| {
            format!(
                "{id}: {} {} (expected {}, actual {})",
                it.code, it.message, it.expected, it.actual
            )
        })
        .collect();
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n").into()) }
}
