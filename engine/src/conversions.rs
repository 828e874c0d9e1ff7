//! Conversion jobs: scheduled, linked, run, dismissed (requirements §4.6, LL-22 to LL-36d).
//!
//! A job is an intent that may wait for weeks. As all state it is what the entries of the outbox make of it, so a restart
//! keeps it, its place in the queue and its timer.

mod answered;
mod reading;
mod run;
mod sending;
mod statuses;

use std::collections::{BTreeMap, BTreeSet};

use self::run::Run;
use crate::{
    Account, Action, Config, ConvertOptions, Converted, Engine, EventId, IntentId, Outcome,
    OwnerDecision, Person, PersonKind, Question, RecordId, Rule, Rules, TimerId, Timestamp,
    WaitingJob,
    intent::{Ending, Intent, Stage, Work},
    timers::Wake,
    visitor::Who,
};

/// What a job is after, and how far it got.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct ConvertWork {
    options: ConvertOptions,
    dismissal: TimerId,
    /// Whether it was not linked in time while it still was.
    is_overdue: bool,
    /// The lead, and since when it is known.
    linked: Option<(RecordId, Timestamp)>,
    not_before: Timestamp,
    /// Whether it was told that it has to wait for a later run.
    is_queued: bool,
    /// Whether nobody knows if the conversion arrived.
    in_doubt: bool,
    /// Whether the statuses were pulled because of it.
    has_refreshed: bool,
    lead: Option<Person>,
    accounts: Vec<Account>,
    account: Option<RecordId>,
    owner: Option<OwnerDecision>,
}

/// The jobs, and what is known for them.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    /// Jobs that are not settled, in the order in which they were scheduled.
    jobs: BTreeSet<IntentId>,
    tick: Option<TimerId>,
    run: Option<Run>,
    /// Statuses that the last pull found.
    pub(crate) statuses: BTreeSet<String>,
    pull: Option<TimerId>,
    /// Jobs that wait for a pull.
    waiting: Vec<IntentId>,
    is_pulling: bool,
    attempts: u32,
    /// Leads that we converted.
    done: BTreeSet<RecordId>,
    /// What the latest conversion of somebody made.
    pub(crate) results: BTreeMap<Who, Converted>,
}

impl Conversions {
    /// No job yet; the statuses are those of the setup.
    pub(crate) fn new(config: &Config) -> Self {
        Self { statuses: config.org.converted_statuses.clone(), ..Self::default() }
    }
}

impl Intent {
    fn convert(&mut self) -> Option<&mut ConvertWork> {
        match &mut self.work {
            Work::Convert(work) => Some(work),
            _ => None,
        }
    }
}

impl<R: Rules> Engine<R> {
    /// A workflow schedules a conversion.
    pub(crate) fn schedule_conversion(
        &mut self,
        who: Who,
        cause: EventId,
        options: &ConvertOptions,
    ) {
        let dismissed = self.rules.dismiss_at(self.now);
        let next = IntentId(self.last_intent + 1);
        let dismissal = self.wake_at(dismissed, Wake::Dismiss(next));
        let work = ConvertWork {
            options: options.clone(),
            dismissal,
            is_overdue: false,
            linked: None,
            not_before: Timestamp::default(),
            is_queued: false,
            in_doubt: false,
            has_refreshed: false,
            lead: None,
            accounts: Vec::new(),
            account: None,
            owner: None,
        };
        let id = self.open(who, Action::ConvertLead, cause, Work::Convert(Box::new(work)));
        debug_assert_eq!(id, next, "the timer is the job's own");
        self.decided_plainly(who, Some(id), (Question::Trigger, Rule::ConvertScheduled), None);
        self.conversions.jobs.insert(id);
        if !self.rules.is_offered(&options.status, &self.conversions.statuses) {
            return self.reject_status(id, Rule::ConvertStatusNotOffered);
        }
        self.look_for_link(id);
        if self.job(id).is_some_and(|it| it.linked.is_none()) {
            self.decided_plainly(who, Some(id), (Question::Trigger, Rule::ConvertNotLinked), None);
        }
    }

    fn job(&self, id: IntentId) -> Option<&ConvertWork> {
        match &self.intents.get(&id)?.work {
            Work::Convert(work) => Some(work),
            _ => None,
        }
    }

    fn job_mut(&mut self, id: IntentId) -> Option<&mut ConvertWork> {
        self.intents.get_mut(&id).and_then(Intent::convert)
    }

    fn reject_status(&mut self, id: IntentId, because: Rule) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (about, status) = (intent.about, self.job(id).map(|it| it.options.status.clone()));
        let status = status.unwrap_or_default();
        let text = format!("the org offers no converted status `{status}`; choose another one");
        self.alert(Some(about), Some(id), because, text.clone());
        self.settle(id, Ending::new(Outcome::Refused, because).saying(text));
    }

    /// A sync is settled: whoever it linked with a lead may be converted.
    pub(crate) fn look_for_links(&mut self) {
        let unlinked = self.conversions.jobs.iter().copied();
        let unlinked: Vec<IntentId> =
            unlinked.filter(|id| self.job(*id).is_some_and(|it| it.linked.is_none())).collect();
        for id in unlinked {
            self.look_for_link(id);
        }
    }

    /// Is the prospect linked with a lead by now?
    fn look_for_link(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let about = intent.about;
        let key = about.visitor().and_then(|who| self.visitor(who)).and_then(|it| it.key());
        let Some(key) = key else { return };
        let records = self.ledger.records(key);
        let Some(lead) = records.iter().find(|(kind, _)| *kind == PersonKind::Lead) else { return };
        let (lead, now) = (lead.1.clone(), self.now);
        let chosen = Some(lead.to_string());
        let Some(work) = self.job_mut(id) else { return };
        work.linked = Some((lead, now));
        self.decided_plainly(about, Some(id), (Question::Trigger, Rule::ConvertLinked), chosen);
        self.arm_run();
    }

    /// A run is due at the next tick, if nobody has said so yet.
    fn arm_run(&mut self) {
        if self.conversions.tick.is_none() {
            let at = self.rules.next_run(self.now, &self.config.settings);
            self.conversions.tick = Some(self.wake_at(at, Wake::Conversions));
        }
    }

    /// Fourteen days are over: a job without a lead is dismissed (LL-34).
    pub(crate) fn on_dismissal_due(&mut self, id: IntentId) {
        let Some(work) = self.job_mut(id) else { return };
        if work.linked.is_some() {
            work.is_overdue = true;
            return;
        }
        self.settle(id, Ending::no_op(Rule::ConvertDismissed));
    }

    /// A job is settled: its timer and its place go.
    pub(crate) fn after_conversion(&mut self, id: IntentId, work: &ConvertWork) {
        self.timers.cancel(work.dismissal);
        self.conversions.jobs.remove(&id);
        self.leave_run(id);
    }

    /// The lead is gone: the job waits for another link, unless its time is over.
    fn unlink(&mut self, id: IntentId) {
        self.hold(id);
        let Some(work) = self.job_mut(id) else { return };
        work.linked = None;
        work.lead = None;
        let is_overdue = work.is_overdue;
        if is_overdue {
            return self.settle(id, Ending::no_op(Rule::TargetDeleted));
        }
        self.look_for_link(id);
    }

    /// A tick: who runs?
    pub(crate) fn on_run_due(&mut self) {
        self.conversions.tick = None;
        if self.conversions.run.is_some() {
            return self.arm_run();
        }
        let ids: Vec<IntentId> = self.conversions.jobs.iter().copied().collect();
        let jobs: Vec<WaitingJob> = ids.iter().map(|id| self.waiting_job(*id)).collect();
        let places = self.rules.jobs_of_run(&jobs, self.now);
        let chosen: BTreeSet<IntentId> =
            places.iter().filter_map(|place| ids.get(*place)).copied().collect();
        for (id, job) in ids.iter().zip(&jobs) {
            if !chosen.contains(id) && job.linked.is_some() {
                self.note_queued(*id);
            }
        }
        let members: Vec<IntentId> = places.iter().filter_map(|it| ids.get(*it)).copied().collect();
        self.begin_run(members);
        if jobs.iter().filter(|it| it.linked.is_some()).count() > chosen.len() {
            self.arm_run();
        }
    }

    fn waiting_job(&self, id: IntentId) -> WaitingJob {
        let Some(work) = self.job(id) else {
            return WaitingJob { linked: None, not_before: self.now, is_busy: true };
        };
        let key = self.intents.get(&id).and_then(|it| self.key_of(it.about));
        WaitingJob {
            linked: work.linked.as_ref().map(|(_, since)| *since),
            not_before: work.not_before,
            is_busy: key.is_none_or(|key| self.keys.is_taken(&key))
                || self.conversions.waiting.contains(&id),
        }
    }

    /// Linked, and not in this run: said once.
    fn note_queued(&mut self, id: IntentId) {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        let Some(work) = self.job_mut(id) else { return };
        if !std::mem::replace(&mut work.is_queued, true) {
            self.decided_plainly(about, Some(id), (Question::Trigger, Rule::ConvertQueued), None);
        }
    }

    /// The attempt failed, or has to wait: the job is in a later run again.
    fn again_in_a_later_run(&mut self, id: IntentId, not_before: Timestamp) {
        self.leave_run(id);
        self.hold(id);
        if let Some(work) = self.job_mut(id) {
            work.not_before = not_before;
            work.lead = None;
            work.accounts = Vec::new();
        }
        self.arm_run();
    }

    fn take_key(&mut self, id: IntentId) {
        let key = self.intents.get(&id).and_then(|it| self.key_of(it.about));
        let Some(key) = key else { return };
        self.keys.acquire(&key, id);
        if let Some(intent) = self.intents.get_mut(&id) {
            intent.key = Some(key);
            intent.round += 1;
            intent.stage = Stage::Converting;
        }
    }
}
