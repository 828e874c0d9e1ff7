//! `world.neighbours`, the systems beside Salesforce, and `engine.map`, the marketing platform.

use crate::ast::{Fields, Moment};
use crate::source::{Place, Text};

/// One of `world.neighbours`.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighbourSetup {
    /// `dynamics`, `administrate`, `marketo` or `account_engagement`.
    pub system: Text,
    /// `records`, taken as they are.
    pub records: Vec<NeighbourRecord>,
    /// `fields`: fields beside the standard ones.
    pub fields: Vec<Text>,
    /// `link`: the connector to Salesforce.
    pub link: Option<LinkSetup>,
    /// `limits`: the published ones if absent.
    pub limits: Option<NeighbourLimits>,
    /// `duplicate_status`: how Dynamics answers a duplicate, 412 or 500.
    pub duplicate_status: Option<u32>,
    /// `multiple_prospects`: whether Account Engagement takes several prospects of one address.
    pub multiple_prospects: bool,
    /// Where it stands.
    pub place: Place,
}

/// A record of such a system.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighbourRecord {
    /// The name that the file uses.
    pub key: Option<Text>,
    /// `kind`: `lead`, `contact`, `prospect`; the system's own if absent.
    pub kind: Option<Text>,
    /// Its fields.
    pub fields: Fields,
    /// When it was made; before the start if absent.
    pub created: Option<Moment>,
    /// When it was last updated; as `created` if absent.
    pub updated: Option<Moment>,
    /// `linked_to`: key of the record in Salesforce that it is synced with.
    pub linked_to: Option<Text>,
}

/// `link`: how a platform is connected to Salesforce.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkSetup {
    /// `lag`: from a change to its sync, in milliseconds; two minutes if absent.
    pub lag: Option<i64>,
    /// `user`: who writes in Salesforce; an administrator if absent.
    pub user: Option<Text>,
    /// `mapping`: field there, field of Salesforce; the usual ones if absent.
    pub mapping: Fields,
    /// `down`: why it does not work, from the start.
    pub down: Option<Text>,
}

/// `limits` of a system.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NeighbourLimits {
    /// `calls` in one window.
    pub calls: Option<u32>,
    /// `per`: the window, in milliseconds.
    pub per: Option<i64>,
    /// `daily`: calls in a day.
    pub daily: Option<u32>,
    /// `at_once`: calls at the same time.
    pub at_once: Option<u32>,
}

/// `engine.map`: the marketing platform by way of which leads may go.
#[derive(Clone, Debug, PartialEq)]
pub struct MapSetup {
    /// `marketo` or `account_engagement`.
    pub system: Text,
    /// `lag`: when a lead should have arrived, in milliseconds; three minutes if absent.
    pub lag: Option<i64>,
}

/// `enrich`: a vendor tells what it knows of a visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrich {
    /// Of whom.
    pub visitor: Text,
    /// `6sense` or `clearbit`.
    pub vendor: Text,
    /// `Very High`, `High`, `Moderate` or `Low`.
    pub level: Text,
    /// Visitor fields.
    pub fields: Fields,
}
