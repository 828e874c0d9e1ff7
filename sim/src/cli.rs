//! The command line: subcommands, and what they share.

mod check;
mod coverage;
mod list;
mod load;
mod run;
mod schema;
mod simulate;
mod why;

use std::{
    ffi::OsString,
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use clap::{Parser, Subcommand};

use crate::exit::Exit;

/// Simulates website visitors syncing to Salesforce, and tells the truth about it.
#[derive(Debug, Parser)]
#[command(name = "leadsim", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays scenarios and judges them.
    Run(run::Args),
    /// Checks scenario files without playing them.
    Check(check::Args),
    /// Says what the scenarios prove, from runs, and what is missing.
    Coverage(coverage::Args),
    /// Lists what there is to play and to name.
    List(list::Args),
    /// Answers why something happened, or did not, in a run.
    Why(why::Args),
    /// Prints the JSON Schema of a format.
    Schema(schema::Args),
    /// Draws a world of visitors, plays it, and scores it against what was planted.
    Simulate(simulate::Args),
    /// Presses a mock over real HTTP on loopback, on the wall clock.
    Load(Box<load::Args>),
}

/// Does what the arguments say.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Setup } else { Exit::Passed };
            // Nothing is left to do when even this cannot be printed.
            return error.print().map_or(Exit::Setup, |()| exit);
        }
    };
    match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::List(args) => list::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Load(args) => load::run(*args),
    }
}

/// Prints to stdout. A reader that went away ends the output, and is no error.
fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ended = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Prints to stderr.
fn err(text: impl Display) {
    let _ended = writeln!(io::stderr().lock(), "{text}");
}

/// Says what is wrong with the command or its surroundings.
fn setup_error(message: impl Display) -> Exit {
    err(format_args!("error: {message}"));
    Exit::Setup
}

/// Whether stdout takes colours.
fn colour_out() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Whether stderr takes colours.
fn colour_err() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
