//! What the language does with whole files.
#![cfg(test)]

mod broken;
mod disk;
mod hostile;
mod invariants;
mod judge;
mod lints;
mod packs;
mod samples;
mod schema;
mod shipped;
mod words;
