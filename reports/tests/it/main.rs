#![cfg(test)]
//! The formats of a run, text in and text out.

mod bundle;
mod html;
mod junit;
mod sample;
mod schema;
mod terminal;
mod why;
