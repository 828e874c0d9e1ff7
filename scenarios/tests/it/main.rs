//! What the language does with whole files.
#![cfg(test)]

mod samples;
