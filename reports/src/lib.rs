//! A finished run as a bundle, and every format made from it. How a run is made, this crate does not know.
//!
//! [`model`] is the run as data, [`bundle`] its one file. [`terminal`], [`junit`] and [`html`] each make one format of it,
//! [`why`] answers a question about it, [`schema`] says what the machine-readable parts look like.
#![forbid(unsafe_code)]

pub mod model;

pub mod bundle;
pub mod coverage;
pub mod html;
pub mod junit;
pub mod schema;
pub mod terminal;
pub mod why;

mod area;
mod moment;
mod names;
mod outline;
mod story;
mod text;
