//! `mock-salesforce`: a Salesforce org on a loopback port, for any client in any language.

#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

/// A call makes and drops many small values; the system's allocator takes a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
