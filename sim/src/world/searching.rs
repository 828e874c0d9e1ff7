//! Searches of the org that expectations make: asked at the end of each instant, and at the moments that they name.
//!
//! The search index changes by itself, when a lag has passed, so a moment that an expectation names is an instant of the
//! run even if nothing else happens then.

use std::collections::BTreeMap;

use engine::Rules;
use scenarios::{
    View,
    ast::{Check, Deadline, ExpectTime, Scenario, SearchCheck},
};

use super::{Next, World};
use crate::journal::Seen;

/// A search, and what it found last.
#[derive(Debug)]
pub(super) struct WatchedSearch {
    search: SearchCheck,
    last: Option<BTreeMap<String, String>>,
}

impl WatchedSearch {
    /// The searches of all expectations, each once.
    pub(super) fn all(scenario: &Scenario) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (_, search) in searches(scenario) {
            if !all.iter().any(|it| it.search.label() == search.label()) {
                all.push(Self { search: search.clone(), last: None });
            }
        }
        all
    }
}

impl<R: Rules + Clone> World<'_, R> {
    /// Puts down the moments at which expectations search.
    pub(super) fn plan_searches(&mut self) {
        for (time, _) in searches(self.scenario) {
            let (ExpectTime::At(deadline) | ExpectTime::By(deadline)) = time else { continue };
            let Deadline::Offset(offset) = deadline else { continue };
            self.agenda.add(self.scenario.clock.starts.saturating_add(offset), Next::Look);
            self.looks += 1;
        }
    }

    /// The searches whose answer is not what it was.
    pub(super) fn searches_made(&mut self) -> Vec<Seen> {
        if self.watch.searches.is_empty() {
            return Vec::new();
        }
        let cx = self.context(None).expect("an org has its administrator");
        let org = self.mock.org();
        let mut news = Vec::new();
        for WatchedSearch { search, last } in &mut self.watch.searches {
            let found = org.search(&cx, &search.find, (search.group.word(), &search.returning));
            let fields = BTreeMap::from([match found {
                Ok(found) => ("rows".to_owned(), found.len().to_string()),
                Err(error) => ("refused".to_owned(), error.message),
            }]);
            if last.as_ref() != Some(&fields) {
                *last = Some(fields.clone());
                news.push(Seen { view: View::Search, of: search.label(), fields });
            }
        }
        news
    }
}

fn searches(scenario: &Scenario) -> impl Iterator<Item = (ExpectTime, &SearchCheck)> {
    scenario.expect.iter().filter_map(|expectation| match &expectation.check {
        Check::Search(check) => Some((expectation.time, check)),
        _ => None,
    })
}
