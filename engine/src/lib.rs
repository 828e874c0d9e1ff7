//! The sync and assignment rules: pure functions in files named after the question they answer, and one sans-I/O state
//! machine that asks them.
//!
//! [`Engine::step`] takes an [`Input`] and answers with [`Effect`]s. Whoever runs the engine carries the effects out: it
//! makes the calls, keeps the outbox, and sounds the timers. Time enters with each step; nothing here reads a clock.
#![forbid(unsafe_code)]

mod call;
mod config;
mod event;
mod model;
mod note;
mod rule;

pub use crate::{call::*, config::*, event::*, model::*, note::*, rule::Rule};
