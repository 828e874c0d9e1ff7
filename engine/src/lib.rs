//! The sync and assignment rules: pure functions in files named after the question they answer, and one sans-I/O state
//! machine that asks them.
//!
//! [`Engine::step`] takes an [`Input`] and answers with [`Effect`]s. Whoever runs the engine carries the effects out: it
//! makes the calls, keeps the outbox, and sounds the timers. Time enters with each step; nothing here reads a clock.
#![forbid(unsafe_code)]

mod account;
mod account_push;
mod account_rule;
#[cfg(test)]
mod acme;
mod action_table;
mod active_response;
mod allowance;
mod assign;
mod assignment_header;
mod auto_convert;
mod batch;
mod blocking;
mod call;
mod campaign;
mod company_name;
mod condition;
mod config;
mod contact_status;
mod conversation;
mod conversions;
mod convert;
mod crowding;
mod delivery;
mod departure;
mod email;
mod enrich;
mod enrichment;
mod event;
mod external_id;
mod firing;
mod identity;
mod lead_account;
mod leaving;
mod liaison;
mod login;
mod lost;
mod map_link;
mod mapping;
mod matching;
mod meeting;
mod missing_fields;
mod model;
mod neighbour;
mod newcomer;
mod note;
mod offer;
mod overridden;
mod owner;
mod packages;
mod playback;
mod profile;
mod reassignment;
mod reconcile;
mod refusal;
mod required;
mod response_wait;
mod retry;
mod rule;
mod rules;
mod second_look;
mod task;
mod turns;
mod update_policy;
mod voice;
mod waiting_for_lead;

mod about;
mod account_search;
mod accounts;
mod arming;
mod beside;
mod booking;
mod display;
mod drift;
mod engine;
mod events;
mod exchange;
mod heard;
mod intent;
mod job_results;
mod keys;
mod lease;
mod ledger;
mod limits;
mod map_check;
mod meeting_updates;
mod members;
mod outage;
mod outbox;
mod owner_check;
mod read_step;
mod reconciling;
mod recovery;
mod running;
mod search;
mod signals;
mod sources;
mod step;
mod sync;
mod talking;
mod tasks;
mod timers;
mod views;
mod visitor;
mod workflow;

pub use crate::{
    account::*, account_push::*, action_table::*, assign::*, assignment_header::*, batch::*,
    blocking::*, campaign::*, conversation::*, departure::*, email::*, enrich::*, enrichment::*,
    firing::*, identity::*, leaving::*, map_link::*, mapping::*, matching::*, meeting::*,
    neighbour::*, newcomer::*, offer::*, owner::*, playback::*, profile::*, refusal::*,
    required::*, retry::*, rules::*, update_policy::*, voice::*,
};
pub use crate::{
    account_rule::*, active_response::*, auto_convert::*, company_name::*, condition::*,
    contact_status::*, lead_account::*, packages::*, reassignment::*, response_wait::*,
};
pub use crate::{
    accounts::{AccountView, ListView},
    engine::{Effect, Engine, Input},
    ledger::Standing,
    outbox::{Entry, EntryId},
    views::{RepView, VisitorView},
};
pub use crate::{
    allowance::*, crowding::*, delivery::*, external_id::*, job_results::*, login::*, lost::*,
    missing_fields::*, overridden::*, reconcile::*, second_look::*, turns::*,
};
pub use crate::{
    call::*, config::*, event::*, liaison::*, model::*, note::*, rule::Rule, signals::*,
};
pub use crate::{convert::*, task::*};
