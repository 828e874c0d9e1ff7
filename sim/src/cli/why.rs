//! `leadsim why`: why a record was made, changed, left alone or given to its owner.

use std::{fs, path::PathBuf};

use reports::{bundle::MAX_BUNDLE_BYTES, model::Bundle, why::why};

use super::{err, out, setup_error};
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bundle that a run wrote.
    bundle: PathBuf,
    /// `visitor:NAME`, `lead:KEY` or a record's id.
    subject: String,
    /// The scenario, where several know the subject.
    #[arg(long, value_name = "ID")]
    scenario: Option<String>,
}

pub(super) fn run(args: &Args) -> Exit {
    let path = args.bundle.display();
    match fs::metadata(&args.bundle) {
        Ok(meta) if meta.len() > MAX_BUNDLE_BYTES as u64 => {
            return setup_error(format_args!("`{path}` is larger than {MAX_BUNDLE_BYTES} bytes"));
        }
        Ok(_) => {}
        Err(error) => return setup_error(format_args!("cannot read `{path}`: {error}")),
    }
    let bytes = match fs::read(&args.bundle) {
        Ok(bytes) => bytes,
        Err(error) => return setup_error(format_args!("cannot read `{path}`: {error}")),
    };
    let bundle = match Bundle::read(&bytes) {
        Ok(bundle) => bundle,
        Err(error) => return setup_error(format_args!("cannot read `{path}`: {error}")),
    };
    match why(&bundle, args.scenario.as_deref(), &args.subject) {
        Ok(answer) => {
            out(&answer);
            Exit::Passed
        }
        Err(error) => {
            err(error.render(&path.to_string()).trim_end());
            Exit::Setup
        }
    }
}
