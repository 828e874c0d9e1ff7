//! What people click on a Signals list and in an Account 360, and who may (AC-02, AC-09, AC-11, AC-17, AC-20, K-21).

use super::{CompanyPlace, Known, ListPlace, ListWork, list::Phase, push::AccountWork};
use crate::{
    AccountClick, Action, CompanyId, Engine, EventId, EventKind, ListId, ProfileField, Question,
    RepId, Rule, Rules, SourceEvent, about::About, intent::Work,
};

impl<R: Rules> Engine<R> {
    /// Something happened in an Account 360.
    pub(crate) fn on_account_event(&mut self, id: &CompanyId, event: &SourceEvent) {
        let Some(place) = self.accounts.find(id) else { return };
        match &event.kind {
            EventKind::AccountOpened => self.look_for_company(place),
            EventKind::AccountEdited(_, values) => self.on_account_edited(place, event.id, values),
            EventKind::AccountCreateClicked(rep) => {
                self.on_single(place, event.id, (rep, AccountClick::Create));
            }
            EventKind::AccountRetryClicked(rep) => {
                let has_failed = self.accounts.get(place).is_some_and(|it| it.failure.is_some());
                self.on_single(place, event.id, (rep, AccountClick::Retry { has_failed }));
            }
            _ => {}
        }
    }

    /// Something happened on a Signals account list.
    pub(crate) fn on_list_event(&mut self, id: &ListId, event: &SourceEvent) {
        let Some(place) = self.accounts.find_list(id) else { return };
        match &event.kind {
            EventKind::ListOpened => self.evaluate(place),
            EventKind::ListPushed { by, is_confirmed } => {
                self.on_list_pushed(place, event.id, (by, *is_confirmed));
            }
            _ => {}
        }
    }

    /// A source field changed: any that the mapping reads may be what Salesforce missed (K-21).
    fn on_account_edited(
        &mut self,
        place: CompanyPlace,
        event: EventId,
        values: &[(ProfileField, String)],
    ) {
        self.sources.explain(event, Rule::ProfileOnly);
        let Some(state) = self.accounts.get_mut(place) else { return };
        let before = self.rules.key_of_company(&state.company);
        state.company.fields.extend(values.iter().cloned());
        if self.rules.key_of_company(&state.company) != before {
            state.known = Known::Unknown;
            self.look_for_company(place);
        }
    }

    fn take_click(
        &mut self,
        about: About,
        event: EventId,
        clicked: (&RepId, AccountClick),
    ) -> bool {
        let (rep, click) = clicked;
        let signals = self.config.signals.as_ref();
        let is_enabled = signals.is_some_and(|it| it.is_enabled);
        let is_admin = signals.is_some_and(|it| it.admins.contains(rep));
        let taken = self.rules.take_account_click(click, is_enabled, is_admin);
        let notice = taken.err();
        match about {
            About::Account(place) => {
                if let Some(state) = self.accounts.get_mut(place) {
                    state.notice = notice;
                }
            }
            About::List(place) => {
                if let Some(list) = self.accounts.list_mut(place) {
                    list.notice = notice;
                }
            }
            About::Visitor(_) => {}
        }
        if let Some(because) = notice {
            self.sources.explain(event, because);
            self.decided_plainly(about, None, (Question::Trigger, because), None);
        }
        taken.is_ok()
    }

    /// "Create in Salesforce", or "Retry".
    fn on_single(&mut self, place: CompanyPlace, event: EventId, clicked: (&RepId, AccountClick)) {
        if !self.take_click(place.into(), event, clicked) {
            return;
        }
        let because = match clicked.1 {
            AccountClick::Retry { .. } => Rule::AccountRetried,
            AccountClick::Create | AccountClick::PushList { .. } => Rule::AccountClicked,
        };
        let work = Work::Account(Box::new(AccountWork::single()));
        let id = self.open(place, Action::CreateAccount, event, work);
        let who = Some(clicked.0.to_string());
        self.decided_plainly(place, Some(id), (Question::Trigger, because), who);
        self.begin(id);
    }

    /// "Push to Salesforce".
    fn on_list_pushed(
        &mut self,
        place: ListPlace,
        event: EventId,
        (rep, is_confirmed): (&RepId, bool),
    ) {
        let click = AccountClick::PushList { is_confirmed };
        if !self.take_click(place.into(), event, (rep, click)) {
            return;
        }
        let Some(list) = self.accounts.list(place) else { return };
        if list.job.is_some() {
            self.sources.explain(event, Rule::AccountListBusy);
            return self.decided_plainly(
                place,
                None,
                (Question::Trigger, Rule::AccountListBusy),
                None,
            );
        }
        let is_shown = list.shown.is_some() && list.waits_for.is_empty();
        let work = Work::List(Box::new(ListWork::new()));
        let id = self.open(place, Action::PushAccounts, event, work);
        let who = Some(rep.to_string());
        self.decided_plainly(place, Some(id), (Question::Trigger, Rule::AccountListPushed), who);
        if let Some(list) = self.accounts.list_mut(place) {
            list.job = Some(id);
        }
        if is_shown {
            self.push_shown(place, id);
        } else {
            self.set_phase(id, Phase::Listing);
            self.evaluate(place);
        }
    }
}
