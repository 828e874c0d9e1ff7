//! What does an action do to the record that was found?
//!
//! | action | nothing matches | a lead or contact matches |
//! | --- | --- | --- |
//! | create (wait or now) | insert | link only: no insert, no update (EX-26d) |
//! | update | nothing: an update never inserts (EX-25) | write, if the update policy lets it |
//! | create or update now | insert | as update (K-09) |
//! | a rep's create | insert | not offered; lost a race: write (MS-07d) |
//! | a rep's sync | not offered (MS-06d) | write (MS-05) |
//!
//! An automatic push needs an e-mail address, a rep's create only if the setting says so (K-12).

use crate::{PushAction, Rule, Settings, UpdateScope, may_write};

/// An action on the visitor's lead or contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonAction {
    /// A push step's.
    Push(PushAction),
    /// "Create Lead in Salesforce".
    ManualCreate,
    /// "Sync field(s) to Contact".
    ManualSync,
}

/// What an action finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ActionFacts {
    /// The action.
    pub action: PersonAction,
    /// Whether the visitor has an e-mail address.
    pub has_email: bool,
    /// Whether there is a target.
    pub matched: bool,
    /// Whether the target has the visitor's address, itself or through a converted lead; a record that a duplicate rule
    /// named may have another.
    pub same_email: bool,
    /// Whether we created or synced the target before; without an address, whether we did so for this device's visitor.
    pub synced_before: bool,
    /// Whether we synced a record for this visitor that was deleted since.
    pub synced_was_deleted: bool,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A lead is inserted.
    Insert,
    /// The target's mapped differences are written.
    Write,
    /// The target is remembered as linked; nothing is written.
    Link,
    /// Nothing.
    Nothing,
}

/// An answer to "what does the action do?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionDecision {
    /// What is done.
    pub deed: Deed,
    /// Why.
    pub because: Rule,
}

/// Decides what an action does.
pub fn person_action(facts: &ActionFacts, settings: &Settings) -> ActionDecision {
    if let Some(because) = stopped_without_email(facts, settings) {
        return ActionDecision { deed: Deed::Nothing, because };
    }
    let (deed, because) = match (facts.action, facts.matched) {
        (PersonAction::Push(PushAction::Update(_)), false) => {
            (Deed::Nothing, Rule::UpdateNeverCreates)
        }
        (PersonAction::ManualSync, false) => (Deed::Nothing, Rule::NotOffered),
        (_, false) => insert(facts, settings),
        (PersonAction::Push(PushAction::Create), true) if settings.create_updates_match => {
            by_policy(facts, UpdateScope::AnyMatch)
        }
        (PersonAction::Push(PushAction::Create), true) => (Deed::Link, Rule::MatchedExisting),
        (
            PersonAction::Push(PushAction::Update(scope) | PushAction::CreateOrUpdate(scope)),
            true,
        ) => by_policy(facts, scope),
        (PersonAction::ManualCreate, true) => (Deed::Write, Rule::LostRace),
        (PersonAction::ManualSync, true) => (Deed::Write, Rule::ManualSync),
    };
    ActionDecision { deed, because }
}

fn stopped_without_email(facts: &ActionFacts, settings: &Settings) -> Option<Rule> {
    if facts.has_email {
        return None;
    }
    match facts.action {
        PersonAction::Push(PushAction::Update(UpdateScope::PreviouslySynced))
            if facts.synced_before =>
        {
            Some(Rule::NotRecognised)
        }
        PersonAction::Push(_) => settings.require_email_automatic.then_some(Rule::NoEmail),
        PersonAction::ManualCreate => settings.require_email.then_some(Rule::NoEmail),
        PersonAction::ManualSync => None,
    }
}

fn insert(facts: &ActionFacts, settings: &Settings) -> (Deed, Rule) {
    if facts.synced_was_deleted {
        let deed = if settings.recreate_deleted { Deed::Insert } else { Deed::Nothing };
        (deed, Rule::TargetDeleted)
    } else if facts.has_email {
        (Deed::Insert, Rule::NoMatch)
    } else {
        (Deed::Insert, Rule::NoDedupeKey)
    }
}

fn by_policy(facts: &ActionFacts, scope: UpdateScope) -> (Deed, Rule) {
    match may_write(scope, facts.synced_before, facts.has_email && facts.same_email) {
        Ok(because) => (Deed::Write, because),
        Err(because) => (Deed::Nothing, because),
    }
}
