//! One binary for every integration test of the crate.
#![cfg(test)]

mod assignment;
mod auth;
mod automations;
mod bulk;
mod campaigns;
mod client;
mod collections;
mod composite;
mod convert;
mod describe;
mod duplicates;
mod faults;
mod formula;
mod hostile;
mod jobs;
mod org_fixture;
mod query;
mod save;
mod serve;
mod sobjects;
mod soql_naive;
mod world;
