//! Rows of kind L that are told at run time: their sentence stands where somebody looks for a reason, in `explain` (the
//! scenarios expect it there), in `leadsim why` and in the HTML report, with the row's id.

use std::{fs, io::Read, path::Path, process::Command};

use base64::{Engine, engine::general_purpose::STANDARD};
use engine::Rule;
use flate2::read::ZlibDecoder;

/// Where the shipped suites are.
const SUITES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/suites");
/// A row, the rule that says it, the visitor it is told of and the file, with its case, that shows it.
const TOLD: &[(&str, Rule, &str, &str)] = &[
    ("EX-16", Rule::OwnerDiverges, "pat", "qualified/experiences/create-now-before-the-next-step"),
    (
        "UP-03",
        Rule::NotPreviouslySynced,
        "sam",
        "qualified/update-policy/withheld-fields-are-named",
    ),
    (
        "UP-06",
        Rule::FieldNotMapped,
        "sam",
        "qualified/update-policy/nothing-new-nothing-sent[unmapped-only]",
    ),
    (
        "UP-07",
        Rule::NoNewValues,
        "sam",
        "qualified/update-policy/nothing-new-nothing-sent[same-values]",
    ),
    ("MP-05d", Rule::RequiredMissing, "pat", "qualified/mapping/required-fields[never-complete]"),
    ("TS-01", Rule::NoPushStep, "pat", "qualified/experiences/nothing-asks-for-a-lead"),
    ("TS-03", Rule::MapLinkBroken, "pat", "via_map/the-link-is-broken"),
    (
        "TS-05",
        Rule::FieldNotMapped,
        "sam",
        "qualified/update-policy/nothing-new-nothing-sent[unmapped-only]",
    ),
    (
        "TS-06",
        Rule::NoNewValues,
        "sam",
        "qualified/update-policy/nothing-new-nothing-sent[same-values]",
    ),
];

fn leadsim(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadsim"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

/// The text with every run of blanks as one, since answers are wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a browser unpacks when somebody opens the only scenario of a page.
fn opened(page: &str) -> String {
    let (_, rest) = page.split_once("<template>").expect("a page holds its scenarios packed");
    let (packed, _) = rest.split_once("</template>").unwrap();
    let mut text = String::new();
    let bytes = STANDARD.decode(packed.trim()).unwrap();
    ZlibDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn what_is_told_at_run_time_stands_in_why_and_in_the_report() {
    let folder = tempfile::tempdir().unwrap();
    for (row, rule, visitor, scenario) in TOLD {
        assert!(rule.requirements().contains(row), "{row}: {}", rule.id());
        let (file, case) = scenario.split_once('[').map_or((*scenario, "*"), |(a, b)| (a, b));
        let file = format!("{SUITES}/{file}.scenario.yaml");
        leadsim(folder.path(), &["run", &file, "--filter", &format!("name(*{case})")]);
        let page = fs::read_to_string(folder.path().join("target/reports/index.html")).unwrap();
        let page = unwrapped(&opened(&page));
        let subject = format!("visitor:{visitor}");
        let why =
            unwrapped(&leadsim(folder.path(), &["why", "target/reports/run.bundle", &subject]));
        for (place, text) in [("why", &why), ("the report", &page)] {
            for said in [rule.id(), rule.sentence(), *row] {
                assert!(text.contains(said), "{row}: {place} does not say {said:?}:\n{text}");
            }
        }
    }
}
