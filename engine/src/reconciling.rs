//! Reconciliation at work: on a timer the changed leads and contacts are read page by page, and what they show is said
//! (FM-61e, FM-67).
//!
//! Its calls go in the lane for which nobody waits, one at a time. The cursor moves when a page was looked at to the end;
//! being state that follows from the inputs, it outlives the process with them. A run that fails leaves it where it is.

use std::collections::BTreeMap;

use crate::{
    Cursor, Decision, Effect, EmailKey, Engine, News, Note, NoteKind, Person, PersonKind, Question,
    RecordId, Row, Rule, Rules, Subject, TimerId, Timestamp,
    engine::words,
    exchange::{Ask, Asker, Got, Lane, Request, SEPARATOR, Shape, Slot, Span, Ticket},
    timers::Wake,
};

/// What is read in which order.
const KINDS: [PersonKind; 2] = [PersonKind::Lead, PersonKind::Contact];

/// The reconciliation between its runs.
#[derive(Debug, Default)]
pub(crate) struct Reconciling {
    timer: Option<TimerId>,
    /// Since when the engine lives, by its own clock.
    since: Option<Timestamp>,
    cursors: BTreeMap<PersonKind, Cursor>,
    run: Option<Run>,
    /// Duplicates that were reported, by address: the same ones are not reported again.
    reported: BTreeMap<EmailKey, Vec<RecordId>>,
}

/// A run under way.
#[derive(Debug)]
struct Run {
    kind: PersonKind,
    until: Timestamp,
    pages: usize,
    attempts: u32,
    page: Option<Page>,
}

/// A page whose addresses are looked up.
#[derive(Debug)]
struct Page {
    /// The cursor once everything is looked at.
    next: Cursor,
    is_last: bool,
    /// Addresses that we know, each with the record that changed last.
    keys: BTreeMap<EmailKey, RecordId>,
    found: Vec<Person>,
    /// What is asked for: the leads first, then the contacts.
    looks_for: PersonKind,
}

impl<R: Rules> Engine<R> {
    /// The first run is armed as soon as the engine hears of anything.
    pub(crate) fn arm_reconciliation(&mut self) {
        if self.reconciling.timer.is_some() {
            return;
        }
        let Some(at) = self.rules.next_reconciliation(self.now, &self.config.settings) else {
            return;
        };
        self.reconciling.since.get_or_insert(self.now);
        self.reconciling.timer = Some(self.wake_at(at, Wake::Reconcile));
    }

    /// It is time to look what changed; a run that is still under way goes on.
    pub(crate) fn on_reconcile_due(&mut self) {
        self.reconciling.timer = None;
        self.arm_reconciliation();
        if self.reconciling.run.is_none() {
            let [first, ..] = KINDS;
            self.begin_changes(first);
        }
    }

    fn begin_changes(&mut self, kind: PersonKind) {
        let until = self.rules.reconciled_until(self.rules.org_time(self.now, self.ahead_ms));
        self.reconciling.run = Some(Run { kind, until, pages: 0, attempts: 0, page: None });
        self.read_changes();
    }

    /// Asks for what the run needs next; again after a failure.
    pub(crate) fn read_changes(&mut self) {
        let since = self.reconciling.since.unwrap_or(self.now);
        let start = Cursor { at: self.rules.org_time(since, self.ahead_ms), id: None };
        let Some(run) = &self.reconciling.run else { return };
        let (slot, shape, value) = match &run.page {
            None => {
                let after = self.reconciling.cursors.entry(run.kind).or_insert(start).clone();
                let rows = self.page_size();
                let span = Span { after, until: run.until, rows };
                (slot_of(run.kind), Shape::Changed(run.kind, span), String::new())
            }
            Some(page) => {
                let keys: Vec<&str> = page.keys.keys().map(EmailKey::as_str).collect();
                let shape = match page.looks_for {
                    PersonKind::Lead => Shape::LeadsByEmail,
                    PersonKind::Contact => Shape::ContactsByEmail,
                };
                (slot_of(page.looks_for), shape, keys.join(SEPARATOR))
            }
        };
        let ticket = Ticket { asker: Asker::Reconciliation, slot, round: 0 };
        let ask = Ask::Read(shape, value.into());
        self.ask(Request { ticket, lane: Lane::Background, ask });
    }

    fn page_size(&self) -> usize {
        self.config.batching.max_records.clamp(1, crate::limits::COLLECTION_RECORDS_MAX)
    }

    /// An answer came, or will not come.
    pub(crate) fn on_changes_got(&mut self, slot: Slot, got: Got) {
        let Got::Rows(rows) = got else { return self.on_changes_failed(slot, &got) };
        let Some(run) = &mut self.reconciling.run else { return };
        run.attempts = 0;
        match &mut run.page {
            None => self.on_changed(rows),
            Some(page) => {
                let kind = page.looks_for;
                page.found.extend(rows.into_iter().map(|it| Person::of_row(kind, it)));
                page.looks_for = PersonKind::Contact;
                match kind {
                    PersonKind::Lead => self.read_changes(),
                    PersonKind::Contact => self.finish_page(),
                }
            }
        }
    }

    /// The org could not be read: again later, and from the same place with the next run.
    fn on_changes_failed(&mut self, slot: Slot, got: &Got) {
        if let Got::Refused(refusal) = got
            && self.stop_reading(slot, refusal)
        {
            return self.read_changes();
        }
        let Some(run) = &mut self.reconciling.run else { return };
        run.attempts += 1;
        let attempts = run.attempts;
        if self.later(Asker::Reconciliation, attempts).is_none() {
            self.reconciling.run = None;
            let text = "what changed in the org could not be read; the next run begins there";
            self.alert(None, None, Rule::RetriesExhausted, text.to_owned());
        }
    }

    /// A page of changes.
    fn on_changed(&mut self, rows: Vec<Row>) {
        let most = self.page_size();
        let Some(run) = &self.reconciling.run else { return };
        let kind = run.kind;
        let Some(cursor) = self.reconciling.cursors.get(&kind) else { return };
        let next = self.rules.cursor_after(cursor, &rows);
        let is_last = rows.len() < most;
        let mut keys = BTreeMap::new();
        for person in rows.into_iter().map(|it| Person::of_row(kind, it)) {
            if let Some(key) = self.look_at_change(&person) {
                keys.insert(key, person.id);
            }
        }
        let is_over = keys.is_empty();
        let [looks_for, ..] = KINDS;
        let page = Page { next, is_last, keys, found: Vec::new(), looks_for };
        if let Some(run) = &mut self.reconciling.run {
            run.page = Some(page);
        }
        if is_over { self.finish_page() } else { self.read_changes() }
    }

    /// What a changed record means; the address that is to be looked up.
    fn look_at_change(&mut self, person: &Person) -> Option<EmailKey> {
        let is_ours = self.ledger.standing(&person.id).is_some();
        let key = person.email(self.config.settings.plus_tags);
        let is_known = key.as_ref().is_some_and(|key| !self.ledger.records(key).is_empty());
        if let Some(held) = person.owner()
            && let Some(text) = self.learn_owner(&person.id, &held)
        {
            self.report(
                &person.id,
                Question::Answer,
                Rule::OwnerOverridden,
                (Some(held.to_string()), text),
            );
        }
        let (because, became) = match self.rules.news_of(person, is_ours, is_known) {
            News::None => return None,
            News::Look => return key,
            News::Converted(contact) => (Rule::ReconcileConverted, Some(contact)),
            News::Merged(master) => (Rule::ReconcileMerged, Some(master)),
            News::Deleted => (Rule::ReconcileDeleted, None),
        };
        let object = person.kind.object();
        let text = match &became {
            Some(became) => format!("{object} {}: {} ({became})", person.id, because.sentence()),
            None => format!("{object} {}: {}", person.id, because.sentence()),
        };
        self.report(&person.id, Question::Answer, because, (became.map(|it| it.to_string()), text));
        None
    }

    /// Everything that shares an address of the page is known.
    fn finish_page(&mut self) {
        let Some(page) = self.reconciling.run.as_mut().and_then(|it| it.page.take()) else {
            return;
        };
        for (key, changed) in &page.keys {
            self.report_duplicates(key, changed, &page.found);
        }
        let Some(run) = &mut self.reconciling.run else { return };
        let kind = run.kind;
        run.pages += 1;
        let is_over = page.is_last || run.pages >= crate::limits::PAGES_PER_RECONCILIATION_MAX;
        self.reconciling.cursors.insert(kind, page.next);
        match kind {
            _ if !is_over => self.read_changes(),
            PersonKind::Lead => self.begin_changes(PersonKind::Contact),
            PersonKind::Contact => self.reconciling.run = None,
        }
    }

    fn report_duplicates(&mut self, key: &EmailKey, changed: &RecordId, found: &[Person]) {
        let alike = self.rules.look_alikes(key, found);
        let ids: Vec<RecordId> = alike.iter().map(|(_, id)| id.clone()).collect();
        if ids.len() < 2 {
            self.reconciling.reported.remove(key);
            return;
        }
        if self.reconciling.reported.get(key) == Some(&ids) {
            return;
        }
        let chosen = self.rules.select_person(key, found, &[]);
        let decision = Decision {
            question: Question::Match,
            because: Rule::ReconcileDuplicate,
            chosen: chosen.target.map(|it| it.id.to_string()),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        let named = alike.iter().map(|(kind, id)| format!("{} {id}", kind.object()));
        let named = named.collect::<Vec<_>>().join(", ");
        let text = format!("{named} share an address of ours; merge them, or leave them");
        self.reconciling.reported.insert(key.clone(), ids);
        self.say_of(changed, NoteKind::Decided(decision));
        self.say_of(changed, NoteKind::Alert { because: Rule::ReconcileDuplicate, text });
    }

    fn report(
        &mut self,
        record: &RecordId,
        question: Question,
        because: Rule,
        (chosen, text): (Option<String>, String),
    ) {
        let decision =
            Decision { question, because, chosen, rejected: Vec::new(), withheld: Vec::new() };
        self.say_of(record, NoteKind::Decided(decision));
        self.say_of(record, NoteKind::Alert { because, text });
    }

    /// Says something of a record.
    fn say_of(&mut self, record: &RecordId, kind: NoteKind) {
        let subject = Some(Subject::Record(record.clone()));
        self.effects.push(Effect::Note(Note { subject, intent: None, kind }));
    }
}

fn slot_of(kind: PersonKind) -> Slot {
    match kind {
        PersonKind::Lead => Slot::Leads,
        PersonKind::Contact => Slot::Contacts,
    }
}
