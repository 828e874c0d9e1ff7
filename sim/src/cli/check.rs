//! `leadsim check`: everything that is wrong with scenario files, before anything is played.

use std::path::PathBuf;

use super::{colour_err, err, out, setup_error};
use crate::{exit::Exit, suite::load_suite};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files or folders; without any, ./scenarios/suites or the suites in the binary.
    paths: Vec<PathBuf>,
    /// Prints what is wrong as JSON.
    #[arg(long)]
    json: bool,
    /// Ends with exit code 2 if there is a warning.
    #[arg(long)]
    deny_warnings: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let suite = match load_suite(&args.paths) {
        Ok(suite) => suite,
        Err(error) => return setup_error(error),
    };
    if args.json {
        out(&format!("{:#}\n", suite.told_json()));
    } else {
        let told = suite.told(colour_err());
        if !told.is_empty() {
            err(told.trim_end());
        }
    }
    if suite.is_broken() {
        return setup_error(format_args!(
            "{} of {} files of {} are refused",
            suite.broken_files(),
            suite.files(),
            suite.found.title
        ));
    }
    if suite.scenarios.is_empty() {
        err(format_args!("error: {} holds no scenario", suite.found.title));
        return Exit::NothingSelected;
    }
    let (files, scenarios) = (suite.files(), suite.scenarios.len());
    let (title, warnings) = (&suite.found.title, suite.diagnostics.len());
    if warnings > 0 && args.deny_warnings {
        return setup_error(format_args!("{title}: {warnings} warnings are denied"));
    }
    if !args.json {
        let warned = if warnings > 0 { format!(", {warnings} warnings") } else { String::new() };
        out(&format!("{title}: {files} files with {scenarios} scenarios are in order{warned}\n"));
    }
    Exit::Passed
}
