//! A Salesforce org behind its APIs, in memory: for anybody's tests, simulations and load.
//!
//! [`Org`] is a pure state machine: schema, rows, rules, and every verb that changes them. It has
//! no clock, no randomness and no sockets; time is an argument. The HTTP side is thin on top of it.
//! What the org does not know, it refuses in Salesforce's own words; it never guesses.

#![forbid(unsafe_code)]

pub mod automation;
pub mod formula;
pub mod id;
pub mod org;
pub mod record;
pub mod schema;
pub mod seed;
pub mod timestamp;
pub mod value;

pub use automation::{Automation, Changes, Tx};
pub use id::SfId;
pub use org::{
    AssignmentHeader, Change, ChangeKind, DuplicateHeader, FieldInput, Org, OrgError, Origin,
    SaveContext, Saved, UpsertRefusal,
};
pub use record::Record;
pub use schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema, Schema};
pub use seed::{OrgSeed, SeedError};
pub use timestamp::Timestamp;
pub use value::Value;
