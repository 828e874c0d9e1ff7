//! What the language does with whole files.
#![cfg(test)]

mod broken;
mod disk;
mod invariants;
mod judge;
mod samples;
mod shipped;
mod words;
