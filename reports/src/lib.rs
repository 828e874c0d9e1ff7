//! A finished run as a bundle, and every format made from it. How a run is made, this crate does not know.
#![forbid(unsafe_code)]

pub mod model;
