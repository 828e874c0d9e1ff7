//! Small mocks of the systems beside Salesforce, each behind its own API: Microsoft Dynamics, Administrate, Marketo and
//! Account Engagement (requirements §10).
//!
//! They are as honest as the mock of Salesforce and much smaller: a call outside of what is emulated is answered with a
//! clear error and counted ([`Neighbour::unsupported`]). Time is an argument: a [`Clock`] that the owner moves. What a
//! marketing platform would write to Salesforce it hands out as data ([`Neighbour::outgoing`]); whoever owns the org
//! carries it there and says what came of it ([`Neighbour::carried`]).
#![forbid(unsafe_code)]
#![expect(clippy::result_large_err, reason = "a refusal is the whole answer, moved once")]

mod account_engagement;
mod administrate;
mod body;
mod dynamics;
mod limits;
mod link;
mod marketo;
mod neighbour;
mod records;
mod setup;
mod system;
mod tokens;

pub use crate::{
    administrate::SchemaNames,
    link::{LinkSetup, LinkStatus, Outgoing},
    neighbour::{Clock, Neighbour},
    records::{Change, ChangeKind, Record},
    setup::{Limits, Login, Setup},
    system::System,
};
