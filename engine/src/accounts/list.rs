//! A Signals account list: what it shows, the push of all of it, and the refresh when the push is over (AC-07, AC-08,
//! AC-12 to AC-16).

use std::collections::BTreeSet;

use super::{AccountWork, CompanyPlace, Known, ListPlace};
use crate::{
    Action, Decision, Engine, IntentId, Outcome, Question, Rule, Rules,
    intent::{Ending, Intent, Work},
};

/// How far a list push got.
#[derive(Debug)]
pub(crate) struct ListWork {
    phase: Phase,
    /// Companies whose intents are not settled.
    pending: BTreeSet<IntentId>,
    pushed: Vec<CompanyPlace>,
    created: usize,
}

/// A list push's phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The list is evaluated, because nobody had opened it.
    Listing,
    /// The accounts are written.
    Pushing,
    /// The list is evaluated again.
    Refreshing,
}

impl ListWork {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Pushing, pending: BTreeSet::new(), pushed: Vec::new(), created: 0 }
    }
}

impl<R: Rules> Engine<R> {
    fn list_work(&mut self, job: IntentId) -> Option<&mut ListWork> {
        match self.intents.get_mut(&job).map(|it| &mut it.work) {
            Some(Work::List(work)) => Some(work),
            _ => None,
        }
    }

    pub(super) fn set_phase(&mut self, job: IntentId, phase: Phase) {
        if let Some(work) = self.list_work(job) {
            work.phase = phase;
        }
    }

    /// Looks up every company that the other filters let through, then says what the list shows.
    pub(super) fn evaluate(&mut self, place: ListPlace) {
        let Some(list) = self.accounts.list(place) else { return };
        let companies = self.accounts.companies.iter().enumerate();
        let wanted: BTreeSet<CompanyPlace> = companies
            .filter(|(_, it)| self.rules.filtered_out(&it.company, &list.filter).is_none())
            .map(|(at, _)| CompanyPlace(at))
            .collect();
        let Some(list) = self.accounts.list_mut(place) else { return };
        list.waits_for.clone_from(&wanted);
        for company in &wanted {
            self.look_for_company(*company);
        }
        if wanted.is_empty() {
            self.on_evaluated(place);
        }
    }

    /// A company was looked up, or could not be: lists that waited for it may be complete.
    pub(super) fn on_looked(&mut self, company: CompanyPlace) {
        for at in 0..self.accounts.lists.len() {
            let place = ListPlace(at);
            let Some(list) = self.accounts.list_mut(place) else { continue };
            if list.waits_for.remove(&company) && list.waits_for.is_empty() {
                self.on_evaluated(place);
            }
        }
    }

    fn on_evaluated(&mut self, place: ListPlace) {
        let Some(list) = self.accounts.list(place) else { return };
        let job = list.job;
        let mut shown = Vec::new();
        let mut rejected = Vec::new();
        for (at, state) in self.accounts.companies.iter().enumerate() {
            let because = self.rules.filtered_out(&state.company, &list.filter);
            let because =
                because.or_else(|| self.rules.unlisted(state.known.account(), &list.filter));
            let because = because
                .or_else(|| (state.known == Known::Unknown).then_some(Rule::RefusedNoPermission));
            match because {
                Some(rule) => rejected.push((state.id.to_string(), rule)),
                None => shown.push(CompanyPlace(at)),
            }
        }
        let because = if shown.is_empty() { Rule::AccountListEmpty } else { Rule::AccountListed };
        let decision = Decision {
            question: Question::List,
            because,
            chosen: self.accounts.names(&shown),
            rejected,
            withheld: Vec::new(),
        };
        if let Some(list) = self.accounts.list_mut(place) {
            list.shown = Some(shown);
        }
        self.decided(place, job, decision);
        let Some(job) = job else { return };
        match self.list_work(job).map(|it| it.phase) {
            Some(Phase::Listing) => self.push_shown(place, job),
            Some(Phase::Refreshing) => self.on_refreshed(place, job),
            Some(Phase::Pushing) | None => {}
        }
    }

    /// One intent for each company that the list shows.
    pub(super) fn push_shown(&mut self, place: ListPlace, job: IntentId) {
        let Some(cause) = self.intents.get(&job).map(|it| it.cause) else { return };
        let shown = self.accounts.list(place).and_then(|it| it.shown.clone()).unwrap_or_default();
        let mut pending = BTreeSet::new();
        for company in &shown {
            let work = Work::Account(Box::new(AccountWork::of_list(place)));
            let id = self.open(*company, Action::CreateAccount, cause, work);
            let trigger = (Question::Trigger, Rule::AccountListPushed);
            self.decided_plainly(*company, Some(id), trigger, None);
            pending.insert(id);
        }
        let is_empty = pending.is_empty();
        if let Some(work) = self.list_work(job) {
            work.phase = Phase::Pushing;
            work.pushed = shown;
            work.pending.clone_from(&pending);
        }
        for id in pending {
            self.begin(id);
        }
        if is_empty {
            self.end_job(place, job, Ending::no_op(Rule::AccountListEmpty));
        }
    }

    /// A company of a list push is settled; after the last one the list is evaluated again.
    pub(super) fn on_company_settled(
        &mut self,
        place: ListPlace,
        company: IntentId,
        outcome: Outcome,
    ) {
        let Some(job) = self.accounts.list(place).and_then(|it| it.job) else { return };
        let Some(work) = self.list_work(job) else { return };
        work.pending.remove(&company);
        work.created += usize::from(outcome == Outcome::Created);
        if work.pending.is_empty() && work.phase == Phase::Pushing {
            work.phase = Phase::Refreshing;
            self.evaluate(place);
        }
    }

    fn on_refreshed(&mut self, place: ListPlace, job: IntentId) {
        let Some(work) = self.list_work(job) else { return };
        let (pushed, created) = (work.pushed.clone(), work.created);
        let Some(list) = self.accounts.list_mut(place) else { return };
        let shown = list.shown.clone().unwrap_or_default();
        let left: Vec<CompanyPlace> =
            pushed.iter().filter(|it| shown.contains(it)).copied().collect();
        list.left_over.clone_from(&left);
        for company in pushed {
            if let Some(state) = self.accounts.get_mut(company) {
                state.is_left_over = left.contains(&company);
            }
        }
        if !left.is_empty() {
            let names = self.accounts.names(&left);
            self.decided_plainly(place, Some(job), (Question::List, Rule::TryAccountSingly), names);
        }
        let outcome = if created > 0 { Outcome::Created } else { Outcome::NoOp };
        let detail = format!("{created} created, {} left", left.len());
        self.end_job(place, job, Ending::new(outcome, Rule::AccountListRefreshed).saying(detail));
    }

    fn end_job(&mut self, place: ListPlace, job: IntentId, ending: Ending) {
        if let Some(list) = self.accounts.list_mut(place) {
            list.job = None;
        }
        self.settle(job, ending);
    }
}

impl Intent {
    /// The list that an account's intent was pushed by.
    pub(super) fn pushed_by(&self) -> Option<ListPlace> {
        match &self.work {
            Work::Account(work) => work.list(),
            _ => None,
        }
    }
}
