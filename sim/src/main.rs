//! The command line: everything is in the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    sim::cli::run(std::env::args_os()).into()
}
