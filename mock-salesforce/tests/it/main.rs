//! One binary for every integration test of the crate.
#![cfg(test)]

mod access;
mod actions;
mod assignment;
mod auth;
mod auth_code;
mod auth_jwt;
mod automations;
mod batch;
mod bulk;
mod bulk1;
mod bulk_query;
mod campaigns;
mod client;
mod collections;
mod composite;
mod convert;
mod describe;
mod duplicates;
mod faults;
mod formula;
mod graph;
mod hostile;
mod jobs;
mod locks;
mod org_fixture;
mod query;
mod save;
mod search;
mod serve;
mod sobjects;
mod soql_errors;
mod soql_language;
mod soql_naive;
mod tree;
mod world;
