//! `mock-salesforce`: a Salesforce org on a loopback port, for any client in any language.

#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
