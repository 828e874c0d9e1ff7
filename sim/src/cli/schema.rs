//! `leadsim schema`: the JSON Schema of a format.

use clap::ValueEnum;

use super::out;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which format.
    #[arg(value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// Scenario files.
    #[default]
    Scenario,
    /// `result.json`.
    Result,
    /// A line of a journal.
    Journal,
}

pub(super) fn run(args: &Args) -> Exit {
    let schema = match args.format {
        Format::Scenario => scenarios::schema_json(),
        Format::Result => reports::schema::result_schema(),
        Format::Journal => reports::schema::journal_schema(),
    };
    out(schema.trim_end());
    out("\n");
    Exit::Passed
}
