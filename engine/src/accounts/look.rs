//! Has a company an account? The search whose result lists and Account 360s show (AC-07, AC-13, DD-05 to DD-07).
//!
//! It decides nothing that is written: every creation looks again. A lookup that failed says nothing (FM-06).

use super::{CompanyPlace, Known};
use crate::{
    Decision, Engine, Question, RecordId, Rule, Rules,
    account_search::AccountSearch,
    engine::words,
    exchange::{Ask, Asker, Got, Lane, Request, Ticket},
    search,
};

impl<R: Rules> Engine<R> {
    /// Looks for a company's account.
    pub(crate) fn look_for_company(&mut self, place: CompanyPlace) {
        let Some(state) = self.accounts.get_mut(place) else { return };
        state.round += 1;
        let key = self.rules.key_of_company(&state.company);
        if key.is_empty() {
            state.known = Known::Missing;
            return self.on_looked(place);
        }
        let (search, question) = AccountSearch::begin(key);
        state.search = search;
        self.ask_for_account(place, vec![question]);
    }

    fn ask_for_account(&mut self, place: CompanyPlace, questions: Vec<search::Question>) {
        let Some(round) = self.accounts.get(place).map(|it| it.round) else { return };
        for (slot, shape, value) in questions {
            let ticket = Ticket { asker: Asker::Account(place), slot, round };
            let ask = Ask::Read(shape, value.into());
            self.ask(Request { ticket, lane: Lane::Background, ask });
        }
    }

    pub(crate) fn on_account_got(&mut self, place: CompanyPlace, ticket: Ticket, got: Got) {
        let Some(state) = self.accounts.get_mut(place) else { return };
        if state.round != ticket.round {
            return;
        }
        match got {
            Got::Rows(rows) => {
                state.attempts = 0;
                let questions = state.search.take(ticket.slot, rows, &self.config.settings);
                if state.search.is_answered() {
                    return self.on_account_found(place);
                }
                self.ask_for_account(place, questions);
            }
            Got::Refused(refusal) => {
                let text = format!(
                    "the search for an account was refused: {}: {}",
                    refusal.code, refusal.message
                );
                state.known = Known::Unknown;
                self.alert(Some(place.into()), None, Rule::RefusedNoPermission, text);
                self.on_looked(place);
            }
            Got::Nothing { .. }
            | Got::Unknown
            | Got::Saved(_)
            | Got::Converted(_)
            | Got::Met(_) => {
                self.look_later(place);
            }
        }
    }

    fn look_later(&mut self, place: CompanyPlace) {
        let Some(state) = self.accounts.get_mut(place) else { return };
        state.round += 1;
        state.attempts += 1;
        let attempts = state.attempts;
        if self.later(Asker::Account(place), attempts).is_none() {
            if let Some(state) = self.accounts.get_mut(place) {
                state.known = Known::Unknown;
            }
            self.on_looked(place);
        }
    }

    fn on_account_found(&mut self, place: CompanyPlace) {
        let Some(state) = self.accounts.get_mut(place) else { return };
        let search = std::mem::take(&mut state.search);
        let chosen = self.rules.select_account(&search.key, &search.found);
        state.known = chosen.account.clone().map_or(Known::Missing, Known::In);
        let decision = Decision {
            question: Question::Account,
            because: chosen.because,
            chosen: chosen.account.as_ref().map(RecordId::to_string),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        self.decided(place, None, decision);
        self.on_looked(place);
    }
}
