//! The simulation: plays scenarios through the engine against the mock in virtual time, observes, judges and reports.
//!
//! It alone knows time, randomness and I/O. From the outside inwards: [`cli`] → [`suite`] → [`run`] → lowering, world,
//! observation and [`report`].
#![forbid(unsafe_code)]

pub mod cli;
pub mod coverage;
pub mod crm;
pub mod exit;
pub mod faults;
pub mod floor;
pub mod hold;
pub mod load;
pub mod mutants;
mod playback;
pub mod population;
pub mod report;
pub mod run;
pub mod seed;
pub mod simulate;
pub mod sources;
pub mod suite;
pub mod vocabulary;

mod agenda;
mod clock;
mod embedded;
mod journal;
mod lower;
mod messenger;
mod neighbour;
mod observe;
mod packages;
mod subject;
mod view_fields;
mod world;

pub use run::{RunError, RunOptions, RunOutcome, TransportKind, run_scenario, run_with};
