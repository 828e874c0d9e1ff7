//! The simulation from outside: the CRM client, and whole runs.
#![cfg(test)]

mod crm_transports;
mod live_client;
mod load;
