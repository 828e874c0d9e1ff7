//! What a run reads for its jobs: the leads as they are now, the accounts of their companies, and what hangs off those
//! (LL-26, LL-32, DD-05, DD-06).

use super::ConvertWork;
use crate::{
    Account, Converted, Engine, IntentId, Person, PersonKind, Question, Row, Rule, Rules, Value,
    account_search::{account_of, counts_opportunity},
    exchange::{SEPARATOR, Shape, Slot},
    intent::Ending,
};

impl<R: Rules> Engine<R> {
    pub(super) fn on_conversion_rows(&mut self, id: IntentId, slot: Slot, rows: Vec<Row>) {
        match slot {
            Slot::Kept(kind) => {
                let lead = rows.into_iter().next().map(|row| Person::of_row(kind, row));
                self.on_lead_read(id, lead);
            }
            Slot::Accounts => {
                if let Some(work) = self.job_mut(id) {
                    work.accounts = rows.iter().map(account_of).collect();
                }
            }
            slot => {
                let settings = &self.config.settings;
                let is_opportunity = slot == Slot::Opportunities;
                let counts = |row: &Row| !is_opportunity || counts_opportunity(row, settings);
                let rows: Vec<Row> = rows.into_iter().filter(counts).collect();
                if let Some(work) = self.job_mut(id) {
                    count_hanging(&mut work.accounts, slot, &rows);
                }
            }
        }
    }

    /// The lead as it is now: gone, converted, or to be converted.
    pub(super) fn on_lead_read(&mut self, id: IntentId, lead: Option<Person>) {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        let key = self.intents.get(&id).and_then(|it| it.email().cloned());
        let Some(lead) = lead.filter(|it| !it.is_deleted() || it.merged_into().is_some()) else {
            let gone = self.job(id).and_then(|it| it.linked.clone());
            if let (Some(key), Some((gone, _))) = (&key, &gone) {
                self.ledger.gone(key, gone);
            }
            let chosen = gone.map(|(gone, _)| gone.to_string());
            self.decided_plainly(about, Some(id), (Question::Match, Rule::TargetDeleted), chosen);
            self.leave_run(id);
            return self.unlink(id);
        };
        if let Some(master) = lead.merged_into() {
            self.ledger.moved(key.as_ref(), &lead.id, (PersonKind::Lead, &master));
            let chosen = Some(master.to_string());
            self.decided_plainly(about, Some(id), (Question::Match, Rule::FollowedMerge), chosen);
            self.leave_run(id);
            return self.unlink(id);
        }
        if lead.is_converted() {
            return self.on_found_converted(id, &lead);
        }
        if let Some(work) = self.job_mut(id) {
            work.lead = Some(lead);
        }
        self.decide_conversion_owner(id);
    }

    pub(super) fn on_found_converted(&mut self, id: IntentId, lead: &Person) {
        let by_us = self.conversions.done.contains(&lead.id);
        let sent = self.job(id).is_some_and(|it| it.in_doubt);
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        let because = self.rules.found_converted(sent, by_us);
        let held = |field: &str| lead.get(field).and_then(Value::text).map(|it| (&*it).into());
        if because == Rule::ConfirmedByReadBack {
            let answer = (Question::Answer, because);
            self.decided_plainly(about, Some(id), answer, Some(lead.id.to_string()));
            let converted = Converted {
                account: held("ConvertedAccountId"),
                contact: held("ConvertedContactId"),
                opportunity: held("ConvertedOpportunityId"),
            };
            return self.on_converted(id, &converted);
        }
        if because == Rule::ConvertedElsewhere {
            let text = format!("somebody else converted the lead {}", lead.id);
            self.alert(Some(about), Some(id), because, text);
        }
        self.settle(id, Ending::no_op(because).at(&lead.id));
    }

    pub(super) fn ask_for_accounts(&mut self) {
        let is_fuzzy = self.config.settings.fuzzy_name;
        let asks = |id: IntentId| {
            let work = self.job(id).filter(|it| self.rules.looks_for_account(&it.options))?;
            let company = company_of(work)?;
            let value = if is_fuzzy { first_word(&company) } else { company };
            Some((id, Slot::Accounts, value))
        };
        let questions: Vec<_> = self.members().into_iter().filter_map(asks).collect();
        if is_fuzzy {
            for question in questions {
                self.ask_together(&Shape::AccountsAlike, vec![question]);
            }
            return;
        }
        self.ask_together(&Shape::Accounts, questions);
    }

    /// Of several accounts of a name opportunities and contacts are counted (DD-05, DD-06).
    pub(super) fn ask_what_hangs(&mut self) {
        let ties: Vec<(IntentId, String)> = self
            .members()
            .into_iter()
            .filter_map(|id| {
                let accounts = &self.job(id)?.accounts;
                let ids: Vec<&str> = accounts.iter().map(|it| it.id.as_str()).collect();
                (ids.len() > 1).then(|| (id, ids.join(SEPARATOR)))
            })
            .collect();
        for (slot, shape) in [
            (Slot::Opportunities, Shape::OpportunitiesOf),
            (Slot::AccountContacts, Shape::ContactsOf),
        ] {
            let questions = ties.iter().map(|(id, ids)| (*id, slot, ids.clone())).collect();
            self.ask_together(&shape, questions);
        }
    }
}

pub(super) fn company_of(work: &ConvertWork) -> Option<String> {
    let company = work.lead.as_ref()?.get("Company")?.text()?;
    Some(company.trim().to_owned()).filter(|it| !it.is_empty())
}

/// What a name that is merely alike has in common with this one.
fn first_word(company: &str) -> String {
    let lower = company.to_lowercase();
    let mut words = lower.split_whitespace().filter(|it| *it != "the");
    words.next().unwrap_or_default().trim_matches(|it: char| !it.is_alphanumeric()).to_owned()
}

fn count_hanging(accounts: &mut [Account], slot: Slot, rows: &[Row]) {
    for account in accounts {
        let hangs = |row: &&Row| {
            row.get("AccountId").and_then(Value::text).as_deref() == Some(account.id.as_str())
        };
        let count = rows.iter().filter(hangs).count();
        match slot {
            Slot::Opportunities => account.opportunities = count,
            _ => account.contacts = count,
        }
    }
}
