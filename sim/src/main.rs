//! The command line: everything is in the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// A run makes and drops many small values; a fifth of its time went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sim::cli::run(std::env::args_os()).into()
}
