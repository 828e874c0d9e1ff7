//! Matchmaker: a lead comes to the trigger owner, is matched with an account, assigned, and perhaps converted.
//!
//! All of it happens in the transaction of the save that brought the lead there (K-36): first the attempt to match, then the
//! assignment, match or not (MM-04), then the conversion (MM-08). A lead that is inserted with the trigger owner counts as
//! one that came (K-35).

mod accounts;
mod conversion;
mod rounds;

use std::{fmt, sync::Arc};

use engine::{
    Action, AssignmentFacts, Config, LeadWords, MatchedAccount, Matchmaker, Outcome, Question,
    RecordId, Rule, Rules, Settled,
};
use mock_salesforce::{Automation, ChangeKind, Changes, SfId, Tx};
use serde_json::{Value as Json, json};

use self::conversion::Converter;

use super::{
    decisions::{Decided, Log},
    rows,
    schema::{ASSIGNMENTS, MATCHED_ACCOUNT},
};

const LEAD: &str = "Lead";

/// The package.
pub(super) struct MatchmakerPackage<R> {
    config: Arc<Config>,
    rules: R,
}

impl<R> fmt::Debug for MatchmakerPackage<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MatchmakerPackage")
    }
}

impl<R: Rules + Send + Sync> Automation for MatchmakerPackage<R> {
    fn name(&self) -> &'static str {
        "Matchmaker"
    }

    fn after_save(&self, changes: &Changes, tx: &mut Tx<'_>) {
        let Some(setup) = &self.config.packages.matchmaker else { return };
        let saved = matches!(changes.kind, ChangeKind::Created | ChangeKind::Updated);
        if &*changes.object.name != LEAD || !saved {
            return;
        }
        let came = changes.object.field_index("OwnerId").is_some_and(|it| changes.changed(it));
        let owner = rows::owner(tx.org(), &changes.after);
        if came && self.rules.triggers_match(&owner, setup) {
            self.on_trigger(setup, changes.after.id(), tx);
        }
    }
}

impl<R: Rules> MatchmakerPackage<R> {
    pub(super) fn new(config: Arc<Config>, rules: R) -> Self {
        Self { config, rules }
    }

    fn on_trigger(&self, setup: &Matchmaker, lead: SfId, tx: &mut Tx<'_>) {
        let log = Log::open(tx, Action::Assignment, lead);
        let trigger = Some(setup.trigger_owner.to_string());
        log.decided(tx, Decided::new(Question::Trigger, Rule::MatchTriggered, trigger));
        let account = self.match_account(setup, lead, log, tx);
        self.assign(setup, (lead, account.as_ref()), log, tx);
        if let Some(convert) = &setup.convert {
            let (rules, config) = (&self.rules, &*self.config);
            let converter = Converter { rules, config, criteria: convert };
            converter.convert(lead, account.as_ref(), tx);
        }
    }

    /// The attempt to match.
    fn match_account(
        &self,
        setup: &Matchmaker,
        lead: SfId,
        log: Log,
        tx: &mut Tx<'_>,
    ) -> Option<MatchedAccount> {
        let found = {
            let org = tx.org();
            let row = org.live(lead)?;
            let text = |field| rows::text(org, row, field);
            let (email, website, company) = (text("Email"), text("Website"), text("Company"));
            let words = LeadWords { email: &email, website: &website, company: &company };
            let keys = self.rules.lead_keys(&words, &setup.excluded_domains);
            let cards = accounts::cards(org, &keys);
            self.rules.match_lead(&keys, &cards, &setup.match_by)
        };
        let account = found.account.as_ref().map(ToString::to_string);
        let mut decided = Decided::new(Question::Match, found.because, account);
        decided.rejected = found.rejected;
        log.decided(tx, decided);
        accounts::matched(tx.org(), found.account?.as_str().parse().ok()?)
    }

    /// The assignment, match or not.
    fn assign(
        &self,
        setup: &Matchmaker,
        (lead, account): (SfId, Option<&MatchedAccount>),
        log: Log,
        tx: &mut Tx<'_>,
    ) {
        let assigned = tx.org().live(lead).map_or(0, |row| rows::count(tx.org(), row, ASSIGNMENTS));
        let changes = u32::try_from(assigned).unwrap_or(u32::MAX);
        let facts = AssignmentFacts {
            account,
            inactive: &rows::inactive_users(tx.org()),
            turns: &rounds::turns(tx.org()),
            changes,
        };
        let decision = self.rules.assign_lead(&facts, setup, &self.config);
        let owner = decision.owner.clone();
        let mut decided = Decided::new(
            Question::Owner,
            decision.because,
            owner.as_ref().map(ToString::to_string),
        );
        decided.rejected.clone_from(&decision.rejected);
        log.decided(tx, decided);
        if decision.alert {
            log.alert(tx, decision.because, decision.because.sentence());
        }
        let account = account.map_or(Json::Null, |it| json!(it.id.as_str()));
        let mut fields = vec![(MATCHED_ACCOUNT, account)];
        if let Some(owner) = &owner {
            fields.push((ASSIGNMENTS, json!(changes.saturating_add(1))));
            fields.push(("OwnerId", json!(owner.as_str())));
        }
        let saved = rows::update(tx, LEAD, lead, &fields);
        if let (Ok(()), Some(round)) = (&saved, &decision.took_turn) {
            let taken = facts.turns.get(round).copied().unwrap_or(0);
            rounds::take_turn(tx, round, taken.saturating_add(1));
        }
        let outcome = match (&saved, &owner) {
            (Err(_), _) => Outcome::Refused,
            (_, Some(_)) => Outcome::Updated,
            (_, None) => Outcome::NoOp,
        };
        let because = if saved.is_err() { Rule::RefusedOther } else { decision.because };
        let record = Some(RecordId::from(lead.to_string()));
        let detail = saved.err().unwrap_or_default();
        log.settled(tx, &Settled { outcome, because, record, owner, detail });
    }
}
