//! What people see, for the scenarios that ask: a view is written down at the end of each instant that changed it.

use std::collections::BTreeMap;

use engine::Rules;
use scenarios::{
    View,
    ast::{Check, Scenario},
};

use crate::{journal::Seen, subject::Subject};

/// The views that the scenario's expectations are about, as they were last seen.
#[derive(Debug)]
pub(super) struct Watch {
    views: Vec<Watched>,
}

#[derive(Debug)]
struct Watched {
    view: View,
    of: String,
    last: Option<BTreeMap<String, String>>,
}

impl Watch {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut views = Vec::new();
        for expectation in &scenario.expect {
            let (view, check) = match &expectation.check {
                Check::RepView(check) => (View::Rep, check),
                Check::VisitorView(check) => (View::Visitor, check),
                Check::AccountView(check) => (View::Account, check),
                Check::ListView(check) => (View::List, check),
                _ => continue,
            };
            let of = check.of.to_string();
            if !views.iter().any(|it: &Watched| it.view == view && it.of == of) {
                views.push(Watched { view, of, last: None });
            }
        }
        Self { views }
    }

    /// The views that are not what they were.
    pub(super) fn news<R: Rules + Clone>(&mut self, subject: &Subject<R>) -> Vec<Seen> {
        let mut news = Vec::new();
        for Watched { view, of, last } in &mut self.views {
            let fields = match view {
                View::Rep => subject.rep_view(&of.as_str().into()).map(|it| it.fields),
                View::Visitor => subject.visitor_view(&of.as_str().into()).map(|it| it.fields),
                View::Account => subject.account_view(&of.as_str().into()).map(|it| it.fields),
                View::List => subject.list_view(&of.as_str().into()).map(|it| it.fields),
                View::Playback => None,
            };
            if fields == *last {
                continue;
            }
            last.clone_from(&fields);
            let fields = fields.unwrap_or_default();
            news.push(Seen { view: *view, of: of.clone(), fields });
        }
        news
    }
}
