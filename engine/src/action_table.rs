//! What does an action do to the record that was found?
//!
//! | action | nothing matches | a lead or contact matches |
//! | --- | --- | --- |
//! | create (wait or now) | insert | link only: no insert, no update (EX-26d) |
//! | update | nothing: an update never inserts (EX-25) | write, if the update policy lets it |
//! | create or update now | insert | as update (K-09) |
//! | a rep's create | insert | not offered; lost a race: write (MS-07d) |
//! | a rep's sync | not offered (MS-06d) | write (MS-05) |
//! | a workflow's Sync Lead | insert (LL-02) | write (LL-03) |
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
    /// A workflow's "Sync Lead".
    SyncLead,
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
    if let Some(because) = stopped_without_email(*facts, settings) {
        return ActionDecision { deed: Deed::Nothing, because };
    }
    let (deed, because) = match (facts.action, facts.matched) {
        (PersonAction::Push(PushAction::Update(_)), false) => {
            (Deed::Nothing, Rule::UpdateNeverCreates)
        }
        (PersonAction::ManualSync, false) => (Deed::Nothing, Rule::NotOffered),
        (_, false) => insert(*facts, settings),
        (PersonAction::Push(PushAction::Create), true) if settings.create_updates_match => {
            by_policy(*facts, UpdateScope::AnyMatch)
        }
        (PersonAction::Push(PushAction::Create), true) => (Deed::Link, Rule::MatchedExisting),
        (
            PersonAction::Push(PushAction::Update(scope) | PushAction::CreateOrUpdate(scope)),
            true,
        ) => by_policy(*facts, scope),
        (PersonAction::ManualCreate, true) => (Deed::Write, Rule::LostRace),
        (PersonAction::ManualSync, true) => (Deed::Write, Rule::ManualSync),
        (PersonAction::SyncLead, true) => (Deed::Write, Rule::LinkedRecord),
    };
    ActionDecision { deed, because }
}

fn stopped_without_email(facts: ActionFacts, settings: &Settings) -> Option<Rule> {
    if facts.has_email {
        return None;
    }
    match facts.action {
        PersonAction::Push(PushAction::Update(UpdateScope::PreviouslySynced))
            if facts.synced_before =>
        {
            Some(Rule::NotRecognised)
        }
        PersonAction::Push(_) | PersonAction::SyncLead => {
            settings.require_email_automatic.then_some(Rule::NoEmail)
        }
        PersonAction::ManualCreate => settings.require_email.then_some(Rule::NoEmail),
        PersonAction::ManualSync => None,
    }
}

fn insert(facts: ActionFacts, settings: &Settings) -> (Deed, Rule) {
    if facts.synced_was_deleted {
        let deed = if settings.recreate_deleted { Deed::Insert } else { Deed::Nothing };
        (deed, Rule::TargetDeleted)
    } else if facts.has_email {
        (Deed::Insert, Rule::NoMatch)
    } else {
        (Deed::Insert, Rule::NoDedupeKey)
    }
}

fn by_policy(facts: ActionFacts, scope: UpdateScope) -> (Deed, Rule) {
    match may_write(scope, facts.synced_before, facts.has_email && facts.same_email) {
        Ok(because) => (Deed::Write, because),
        Err(because) => (Deed::Nothing, because),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn a_create_inserts_or_links() {
        check("create", "", expect!["Insert (match.none)"]);
        check("create matched", "", expect!["Link (sync.matched_existing)"]);
        check(
            "create matched",
            "create_updates_match: true",
            expect!["Write (sync.records_any_match)"],
        );
    }

    #[test]
    fn an_update_never_inserts() {
        check("update_any", "", expect!["Nothing (sync.update_never_creates)"]);
        check("update_synced", "", expect!["Nothing (sync.update_never_creates)"]);
    }

    #[test]
    fn an_update_writes_by_its_policy() {
        check("update_any matched", "", expect!["Write (sync.records_any_match)"]);
        check("update_synced matched", "", expect!["Nothing (sync.not_previously_synced)"]);
        check("update_synced matched synced", "", expect!["Write (sync.previously_synced)"]);
    }

    #[test]
    fn create_or_update_inserts_or_follows_the_policy() {
        check("create_or_update_any", "", expect!["Insert (match.none)"]);
        check("create_or_update_any matched", "", expect!["Write (sync.records_any_match)"]);
        check(
            "create_or_update_synced matched",
            "",
            expect!["Nothing (sync.not_previously_synced)"],
        );
    }

    #[test]
    fn a_reps_create_that_lost_a_race_writes() {
        check("manual_create", "", expect!["Insert (match.none)"]);
        check("manual_create matched", "", expect!["Write (sync.lost_race)"]);
    }

    #[test]
    fn a_reps_sync_needs_a_match() {
        check("manual_sync matched", "", expect!["Write (trigger.manual_sync)"]);
        check("manual_sync", "", expect!["Nothing (trigger.not_offered)"]);
    }

    #[test]
    fn an_automatic_push_needs_an_address() {
        check("create no_email", "", expect!["Nothing (sync.no_email)"]);
        check("update_any no_email", "", expect!["Nothing (sync.no_email)"]);
        check("update_synced no_email", "", expect!["Nothing (sync.no_email)"]);
        check(
            "create no_email",
            "require_email_automatic: false",
            expect!["Insert (sync.no_dedupe_key)"],
        );
    }

    #[test]
    fn an_update_of_our_record_without_an_address_says_who_is_not_recognised() {
        check("update_synced no_email synced", "", expect!["Nothing (sync.not_recognised)"]);
    }

    #[test]
    fn a_rep_may_create_without_an_address() {
        check("manual_create no_email", "", expect!["Insert (sync.no_dedupe_key)"]);
        check("manual_create no_email", "require_email: true", expect!["Nothing (sync.no_email)"]);
    }

    #[test]
    fn a_deleted_lead_may_be_created_anew() {
        check("create synced_was_deleted", "", expect!["Insert (sync.target_deleted)"]);
        check(
            "create synced_was_deleted",
            "recreate_deleted: false",
            expect!["Nothing (sync.target_deleted)"],
        );
    }

    #[test]
    fn a_named_duplicate_with_another_address_is_not_written() {
        check(
            "create_or_update_any matched other_email",
            "",
            expect!["Nothing (match.different_email)"],
        );
    }

    /// An action and facts, and a changed setting.
    #[track_caller]
    fn check(text: &str, setting: &str, expect: Expect) {
        let words: Vec<&str> = text.split(' ').collect();
        let has = |word: &str| words.contains(&word);
        let facts = ActionFacts {
            action: action(words[0]),
            has_email: !has("no_email"),
            matched: has("matched"),
            same_email: !has("other_email"),
            synced_before: has("synced"),
            synced_was_deleted: has("synced_was_deleted"),
        };
        let decision = person_action(&facts, &acme::config_with(setting).settings);
        expect.assert_eq(&format!("{:?} ({})", decision.deed, decision.because));
    }

    fn action(word: &str) -> PersonAction {
        PersonAction::Push(match word {
            "create" => PushAction::Create,
            "update_any" => PushAction::Update(UpdateScope::AnyMatch),
            "update_synced" => PushAction::Update(UpdateScope::PreviouslySynced),
            "create_or_update_any" => PushAction::CreateOrUpdate(UpdateScope::AnyMatch),
            "create_or_update_synced" => PushAction::CreateOrUpdate(UpdateScope::PreviouslySynced),
            "manual_create" => return PersonAction::ManualCreate,
            _ => return PersonAction::ManualSync,
        })
    }
}
