//! What the language does with whole files.
#![cfg(test)]

mod broken;
mod disk;
mod samples;
mod shipped;
mod words;
