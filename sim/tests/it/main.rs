//! The simulation from outside: the CRM client, and whole runs.
#![cfg(test)]

mod bent_engines;
mod commands;
mod coverage;
mod crm_transports;
mod csv_worlds;
mod determinism;
mod live_client;
mod load;
mod play;
mod simulate;
