//! The simulation from outside: the CRM client, and whole runs.
#![cfg(test)]

mod commands;
mod coverage;
mod crm_transports;
mod csv_worlds;
mod determinism;
mod diagnoses;
mod failures;
mod live_client;
mod load;
mod mutants;
mod play;
mod playback;
mod simulate;
