//! One run: reads the leads of up to 100 jobs, then the accounts of their companies, and converts them all in one call
//! (LL-32). Each job gets its own answer; what fails is that job's alone.

use std::collections::BTreeSet;

use super::ConvertWork;
use crate::{
    Account, Converted, Decision, Engine, IntentId, Outcome, Person, PersonKind, Question,
    RecordId, Refusal, RefusedWrite, Row, Rule, Rules, SaveOperation, SaveRow, Standing, Value,
    Verdict,
    account_search::{account_of, counts_opportunity},
    engine::words,
    exchange::{
        Ask, Asker, Flight, Got, Lane, Part, Reading, Request, SEPARATOR, Shape, Slot, Ticket,
    },
    intent::{Ending, Intent, Stage},
    visitor::Record,
};

/// The jobs of a run, and what is being asked for them.
#[derive(Debug)]
pub(crate) struct Run {
    members: Vec<IntentId>,
    phase: Phase,
    /// Answers that are still to come.
    pending: BTreeSet<(IntentId, Slot)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Leads,
    Accounts,
    Hanging,
    Converting,
}

impl<R: Rules> Engine<R> {
    pub(super) fn begin_run(&mut self, members: Vec<IntentId>) {
        if members.is_empty() {
            return;
        }
        for id in &members {
            self.take_key(*id);
            let Some(about) = self.intents.get(id).map(|it| it.about) else { continue };
            self.decided_plainly(about, Some(*id), (Question::Trigger, Rule::ConvertRun), None);
        }
        let questions: Vec<(IntentId, Slot, String)> = members
            .iter()
            .filter_map(|id| {
                let (lead, _) = self.job(*id)?.linked.as_ref()?;
                Some((*id, Slot::Kept(PersonKind::Lead), lead.to_string()))
            })
            .collect();
        self.conversions.run = Some(Run { members, phase: Phase::Leads, pending: BTreeSet::new() });
        self.ask_together(&Shape::LeadsById, questions);
    }

    /// Asks for several jobs in one query.
    fn ask_together(&mut self, shape: &Shape, questions: Vec<(IntentId, Slot, String)>) {
        let mut requests = Vec::with_capacity(questions.len());
        for (id, slot, value) in questions {
            let ask = Ask::Read(shape.clone(), value.as_str().into());
            requests.extend(self.request_of_run(id, slot, ask));
        }
        if !requests.is_empty() {
            let reading = Reading::new(shape.clone(), requests);
            self.send_together(Part::Read(reading));
        }
    }

    fn request_of_run(&mut self, id: IntentId, slot: Slot, ask: Ask) -> Option<Request> {
        let round = self.intents.get(&id)?.round;
        self.conversions.run.as_mut()?.pending.insert((id, slot));
        let ticket = Ticket { asker: Asker::Intent(id), slot, round };
        Some(Request { ticket, lane: Lane::Background, ask })
    }

    fn send_together(&mut self, part: Part) {
        self.queue_flight(Flight::Parts(vec![part]));
    }

    /// An answer for one job; the last one lets the run go on.
    pub(crate) fn on_conversion_got(&mut self, id: IntentId, slot: Slot, got: Got) {
        if let Some(run) = &mut self.conversions.run {
            run.pending.remove(&(id, slot));
        }
        match got {
            Got::Rows(rows) => self.on_conversion_rows(id, slot, rows),
            Got::Converted(converted) => self.on_converted(id, &converted),
            Got::Refused(refusal) if slot == Slot::Save => self.on_conversion_refused(id, &refusal),
            Got::Refused(refusal) => {
                self.conversion_failed(id, Rule::RetryUnavailable, refusal.code);
            }
            Got::Nothing { why } => self.conversion_failed(id, Rule::RetryUnavailable, why),
            Got::Unknown | Got::Saved(_) | Got::Met(_) => {
                let is_write = slot == Slot::Save;
                if let Some(work) = self.job_mut(id) {
                    work.in_doubt |= is_write;
                }
                let because = if is_write { Rule::ReadBack } else { Rule::RetryUnavailable };
                self.conversion_failed(id, because, "the answer was lost".to_owned());
            }
        }
        self.go_on_with_run();
    }

    fn on_conversion_rows(&mut self, id: IntentId, slot: Slot, rows: Vec<Row>) {
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
    fn on_lead_read(&mut self, id: IntentId, lead: Option<Person>) {
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

    fn on_found_converted(&mut self, id: IntentId, lead: &Person) {
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

    /// Decides once; a job whose contact nobody can own fails.
    fn decide_conversion_owner(&mut self, id: IntentId) {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        let Some(work) = self.job(id) else { return };
        let lead_owner = work.lead.as_ref().and_then(Person::owner);
        let users = &self.workflows.users;
        let owner =
            self.rules.convert_owner(&work.options, lead_owner.as_ref(), users, &self.config);
        match owner {
            Ok(owner) => {
                let decision = Decision {
                    question: Question::Owner,
                    because: owner.because,
                    chosen: Some(owner.owner.to_string()),
                    rejected: owner.rejected.clone(),
                    withheld: Vec::new(),
                };
                self.decided(about, Some(id), decision);
                if let Some(work) = self.job_mut(id) {
                    work.owner = Some(owner);
                }
            }
            Err(because) => {
                let text =
                    "nobody can own the contact: choose a user or a fallback user".to_owned();
                self.alert(Some(about), Some(id), because, text.clone());
                self.settle(id, Ending::new(Outcome::Refused, because).saying(text));
            }
        }
    }

    /// Asks the next question, once everything asked before is answered.
    fn go_on_with_run(&mut self) {
        while let Some(run) = &mut self.conversions.run {
            if !run.pending.is_empty() {
                return;
            }
            if run.members.is_empty() || run.phase == Phase::Converting {
                self.conversions.run = None;
                return;
            }
            run.phase = match run.phase {
                Phase::Leads => Phase::Accounts,
                Phase::Accounts => Phase::Hanging,
                Phase::Hanging | Phase::Converting => Phase::Converting,
            };
            match run.phase {
                Phase::Leads => {}
                Phase::Accounts => self.ask_for_accounts(),
                Phase::Hanging => self.ask_what_hangs(),
                Phase::Converting => self.convert_together(),
            }
        }
    }

    fn members(&self) -> Vec<IntentId> {
        self.conversions.run.as_ref().map(|it| it.members.clone()).unwrap_or_default()
    }

    fn ask_for_accounts(&mut self) {
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
    fn ask_what_hangs(&mut self) {
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

    /// One call for every job that is left.
    fn convert_together(&mut self) {
        let mut new_accounts = BTreeSet::new();
        let mut requests = Vec::new();
        for id in self.members() {
            if !self.choose_conversion_account(id, &mut new_accounts) {
                let now = self.now;
                self.again_in_a_later_run(id, now);
                continue;
            }
            if let Some(row) = self.conversion_row(id) {
                requests.extend(self.request_of_run(id, Slot::Save, Ask::Convert(row)));
            }
        }
        if !requests.is_empty() {
            self.send_together(Part::Convert(requests));
        }
    }

    /// Chooses the account; false when another job of this run is about to make it.
    fn choose_conversion_account(
        &mut self,
        id: IntentId,
        new_accounts: &mut BTreeSet<String>,
    ) -> bool {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return false };
        let Some(work) = self.job(id) else { return false };
        let company = company_of(work).unwrap_or_default();
        let settings = &self.config.settings;
        let chosen = self.rules.convert_account(&company, &work.accounts, &work.options, settings);
        let is_made = chosen.account.is_none()
            && self.rules.looks_for_account(&work.options)
            && !new_accounts.insert(company.trim().to_lowercase());
        if is_made {
            let because = (Question::Account, Rule::ConvertAwaitsAccount);
            self.decided_plainly(about, Some(id), because, None);
            return false;
        }
        let decision = Decision {
            question: Question::Account,
            because: chosen.because,
            chosen: chosen.account.as_ref().map(RecordId::to_string),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        self.decided(about, Some(id), decision);
        if chosen.account.is_some() {
            let attached = (Question::Account, Rule::ConvertExistingAccount);
            let account = chosen.account.as_ref().map(RecordId::to_string);
            self.decided_plainly(about, Some(id), attached, account);
        }
        if let Some(work) = self.job_mut(id) {
            work.account = chosen.account;
        }
        true
    }

    fn conversion_row(&mut self, id: IntentId) -> Option<SaveRow> {
        let about = self.intents.get(&id)?.about;
        let work = self.job(id)?;
        let (lead, owner) = (work.lead.as_ref()?, work.owner.as_ref()?);
        let options = &work.options;
        let fields = self.rules.convert_fields(lead, work.account.as_ref(), &owner.owner, options);
        let row = SaveRow { id: Some(lead.id.clone()), fields };
        let reasons = [
            if options.opportunity { Rule::ConvertOpportunity } else { Rule::ConvertNoOpportunity },
            if options.notify { Rule::ConvertNotify } else { Rule::ConvertSilent },
        ];
        for because in reasons {
            self.decided_plainly(about, Some(id), (Question::Fields, because), None);
        }
        Some(row)
    }

    fn on_converted(&mut self, id: IntentId, converted: &Converted) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (who, key) = (intent.visitor(), intent.email().cloned());
        let Some(work) = self.job(id) else { return };
        let owner = work.owner.as_ref().map(|it| it.owner.clone());
        let lead = work.linked.as_ref().map(|(lead, _)| lead.clone());
        if let Some(lead) = lead {
            if let Some(contact) = &converted.contact {
                let contact = (PersonKind::Contact, contact);
                self.ledger.moved(key.as_ref(), &lead, contact);
                self.ledger.remember(key.as_ref(), contact, Standing::Synced);
            }
            self.conversions.done.insert(lead);
        }
        if let Some(who) = who {
            self.conversions.results.insert(who, converted.clone());
        }
        if let (Some(visitor), Some(contact)) =
            (who.and_then(|who| self.visitor_mut(who)), &converted.contact)
        {
            visitor.record = Some(Record {
                id: contact.clone(),
                kind: PersonKind::Contact,
                owner: owner.clone(),
                account: converted.account.clone(),
            });
        }
        let ending = Ending::new(Outcome::Created, Rule::ConvertDone).saying(converted.describe());
        let record = converted.contact.clone();
        self.settle(id, Ending { record, owner, ..ending });
    }

    /// Salesforce said no to one lead of the call.
    fn on_conversion_refused(&mut self, id: IntentId, refusal: &Refusal) {
        let write = RefusedWrite { object: "Lead", operation: Some(SaveOperation::Update) };
        if self.rules.is_status_refused(refusal) {
            return self.on_status_refused(id);
        }
        match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::Transient
            | Verdict::Crowded
            | Verdict::TooMuch
            | Verdict::RolledBack
            | Verdict::SessionExpired
            | Verdict::ApiRetired
            | Verdict::LimitReached
            | Verdict::TargetConverted
            | Verdict::TargetDeleted
            | Verdict::SearchAnew => {
                self.conversion_failed(id, Rule::RetryUnavailable, refusal.code.clone());
            }
            Verdict::OwnerRefused => self.settle_refused(id, Rule::OwnerRejected, refusal),
            Verdict::Permanent(because) => self.settle_refused(id, because, refusal),
            Verdict::AdoptDuplicate(_) | Verdict::SeveralMatches(_) | Verdict::SaveAnyway => {
                self.settle_refused(id, Rule::RefusedByDuplicateRule, refusal);
            }
            Verdict::DropFields(_) | Verdict::Shorten(..) | Verdict::AlreadyMember => {
                self.settle_refused(id, Rule::RefusedValue, refusal);
            }
        }
    }

    /// The attempt came to nothing, or nobody knows: a later run looks again, until the retries are used up.
    pub(super) fn conversion_failed(&mut self, id: IntentId, because: Rule, why: String) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.attempts += 1;
        let (about, attempts) = (intent.about, intent.attempts);
        self.decided_plainly(about, Some(id), (Question::Answer, because), Some(why.clone()));
        if let Some(at) = self.rules.retry_at(&self.config.retry, attempts, self.now, id.0) {
            return self.again_in_a_later_run(id, at);
        }
        let ending = Ending::new(Outcome::DeadLettered, Rule::RetriesExhausted);
        self.settle(id, ending.saying(why));
    }

    /// The job has no part in the run any more.
    pub(super) fn leave_run(&mut self, id: IntentId) {
        if let Some(run) = &mut self.conversions.run {
            run.members.retain(|it| *it != id);
            run.pending.retain(|(it, _)| *it != id);
        }
        if let Some(intent) = self.intents.get_mut(&id).filter(|it| is_converting(it)) {
            intent.stage = Stage::Held;
        }
    }
}

fn is_converting(intent: &Intent) -> bool {
    matches!(intent.stage, Stage::Converting)
}

fn company_of(work: &ConvertWork) -> Option<String> {
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
