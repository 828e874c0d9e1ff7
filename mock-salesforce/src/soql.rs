//! SOQL: from the text of a query to the bytes of its rows.
//!
//! The line: [`parse`] reads the statement, `bind` resolves every name against the schema, `run` picks an index and
//! judges rows with `eval`, `rows` writes them. A construct that is not emulated is an error that says so.
//!
//! Source: SOQL and SOSL Reference; wire reference §4.

pub mod ast;
mod bind;
mod dates;
mod error;
mod eval;
mod lex;
mod like;
mod parse;
mod rows;
mod run;
mod statement;
mod text;

pub use error::SoqlError;
pub use lex::{NESTING_LIMIT, STATEMENT_LIMIT};
pub use parse::parse;

pub(crate) use bind::{Asker, bind, own_column};
pub(crate) use rows::Writer;
pub(crate) use run::{Visible, run};
pub(crate) use statement::{Column, Shape, Statement};
