//! Tree → [`Scenario`]: typed decoding that reports every error of a file at once.
//!
//! A [`Decoder`] collects diagnostics; a [`Map`] knows which of its keys were asked for, so that the rest can be reported with a hint. A decoder never stops: where
//! a value is wrong it goes on with a harmless one, and a file with any diagnostic yields no scenario.

mod engine;
mod expect;
mod liaison;
mod map;
mod matcher;
mod messenger;
mod neighbours;
mod packages;
mod records;
mod scalar;
mod scenario;
mod signals;
mod timeline;
mod timeline_org;
mod world;

pub(crate) use self::timeline::verbs;

pub(crate) use self::map::Map;
pub(crate) use self::scenario::{format as scenario_format, scenario};

use crate::diagnostic::{Diagnostic, code};
use crate::source::{SourceMap, Sources, Span};

/// Collects what is wrong, and knows what the whole file says that a part needs.
pub(crate) struct Decoder<'a> {
    pub(crate) out: Vec<Diagnostic>,
    /// `clock.starts`, so that instants become offsets.
    pub(crate) starts: Option<i64>,
    /// The visitors that land, in order.
    pub(crate) visitors: Vec<crate::source::Text>,
    pub(crate) sources: &'a dyn Sources,
    pub(crate) map: &'a SourceMap,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(sources: &'a dyn Sources, map: &'a SourceMap) -> Decoder<'a> {
        Decoder { out: Vec::new(), starts: None, visitors: Vec::new(), sources, map }
    }

    /// An error at a place, and what to do about it.
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.out.push(Diagnostic::error(code, span, message).help(help));
    }

    /// A map where a list should be, and the like; `help` says how what is meant is written.
    pub(crate) fn shape(&mut self, node: &crate::tree::Node, wanted: &str, help: &str) {
        let message = format!("{wanted} is meant here, not {}", node.shape());
        self.error(code::SHAPE, node.span, message, help);
    }
}
