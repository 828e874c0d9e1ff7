//! Who is this visitor?
//!
//! A visitor is known by a marketing cookie, by an earlier visit, or by what is typed into the chat; the stronger source
//! wins: typed over earlier visit over cookie (VI-01). A different address that is typed on a device that we knew under
//! another one is another person, whose profile starts anew (FM-76). A different address typed after a typed one, or
//! entered by a rep, corrects it (FM-77).

use crate::{EmailKey, KnownFrom, Rule};

/// Where an e-mail address came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmailSource {
    /// A marketing cookie.
    Cookie,
    /// An earlier visit on this device.
    EarlierVisit,
    /// The visitor typed it.
    Typed,
    /// A rep entered it in the Visitor 360.
    Rep,
}

impl From<KnownFrom> for EmailSource {
    fn from(known: KnownFrom) -> Self {
        match known {
            KnownFrom::Cookie => Self::Cookie,
            KnownFrom::EarlierVisit => Self::EarlierVisit,
        }
    }
}

/// What an address that we hear of does to the visitor's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityChange {
    /// It is the one that we know; a stronger source is remembered.
    Same,
    /// The visitor had no address: now they have this one.
    Learned,
    /// It replaces the one that we know, for the same person.
    Corrected,
    /// It belongs to somebody else: everything known so far was another person's.
    NewPerson,
    /// A stronger source knows another one: it is not taken.
    Weaker,
}

/// An answer to "who is this visitor?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityDecision {
    /// What happens to the identity.
    pub change: IdentityChange,
    /// The rule.
    pub because: Rule,
}

/// Decides what an address that we `heard` of does to the identity `known` so far.
pub fn identify(
    known: Option<(&EmailKey, EmailSource)>,
    heard: (&EmailKey, EmailSource),
) -> IdentityDecision {
    let (email, source) = heard;
    let change = match known {
        None => IdentityChange::Learned,
        Some((before, _)) if before == email => IdentityChange::Same,
        Some((_, stronger)) if strength(source) < strength(stronger) => IdentityChange::Weaker,
        Some((_, EmailSource::Cookie | EmailSource::EarlierVisit))
            if source == EmailSource::Typed =>
        {
            IdentityChange::NewPerson
        }
        Some(_) => IdentityChange::Corrected,
    };
    let because = match (change, known) {
        (IdentityChange::NewPerson, _) => Rule::IdentityNewPerson,
        (IdentityChange::Weaker, Some((_, stronger))) => rule(stronger),
        _ => rule(source),
    };
    IdentityDecision { change, because }
}

fn strength(source: EmailSource) -> u8 {
    match source {
        EmailSource::Cookie => 0,
        EmailSource::EarlierVisit => 1,
        EmailSource::Typed | EmailSource::Rep => 2,
    }
}

fn rule(source: EmailSource) -> Rule {
    match source {
        EmailSource::Cookie => Rule::IdentityCookie,
        EmailSource::EarlierVisit => Rule::IdentityEarlierVisit,
        EmailSource::Typed | EmailSource::Rep => Rule::IdentityTyped,
    }
}
