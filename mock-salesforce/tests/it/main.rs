//! One binary for every integration test of the crate.
#![cfg(test)]

mod auth;
mod bulk;
mod client;
mod collections;
mod composite;
mod faults;
mod query;
mod sobjects;
