//! What the engine promises as a whole: what it depends on, and what holds for any input.
#![cfg(test)]

mod crm;
mod dependencies;
mod properties;
mod script;
mod storms;
mod syncing;
