//! One binary for every integration test of the crate.
#![cfg(test)]

mod auth;
mod client;
mod sobjects;
