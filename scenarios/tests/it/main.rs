//! What the language does with whole files.
#![cfg(test)]

mod disk;
mod samples;
mod shipped;
