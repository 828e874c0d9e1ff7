//! SOQL: from the text of a query to the bytes of its rows.
//!
//! The line: [`parse`] reads the statement, `bind` resolves every name against the schema, `run` picks an index and
//! judges rows with `eval`, `rows` writes them. A construct that is not emulated is an error that says so.
//!
//! Source: SOQL and SOSL Reference; wire reference §4.

mod asker;
pub mod ast;
mod bind;
mod calendar;
mod construct;
mod dates;
mod distance;
mod error;
mod eval;
mod format;
mod function;
mod lex;
mod like;
mod note;
mod parse;
mod plans;
mod rows;
mod run;
mod statement;
mod text;

pub use construct::constructs;
pub use error::SoqlError;
pub use lex::{NESTING_LIMIT, STATEMENT_LIMIT};
pub use parse::parse;

pub(crate) use asker::Asker;
pub(crate) use bind::{RECORD_ACCESS, bind, bound, own_column, stored_column};
pub(crate) use eval::{Row, Subject, value_at};
pub(crate) use note::note;
pub(crate) use plans::{Plans, Right};
pub(crate) use rows::{Pages, Sink, Walk, Writer};
pub(crate) use run::{Visible, access, groups, run};
pub(crate) use statement::{Column, GroupColumn, Place, Shape, Slot, Statement, Term};
