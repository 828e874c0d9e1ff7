//! What people see, for the scenarios that ask: a view is written down at the end of each instant that changed it.

use std::collections::BTreeMap;

use engine::{Rules, VisitorId};
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
    visitor: VisitorId,
    last: Option<BTreeMap<String, String>>,
}

impl Watch {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut views = Vec::new();
        for expectation in &scenario.expect {
            let (view, check) = match &expectation.check {
                Check::RepView(check) => (View::Rep, check),
                Check::VisitorView(check) => (View::Visitor, check),
                _ => continue,
            };
            let visitor = VisitorId::from(&*check.visitor.text);
            if !views.iter().any(|it: &Watched| it.view == view && it.visitor == visitor) {
                views.push(Watched { view, visitor, last: None });
            }
        }
        Self { views }
    }

    /// The views that are not what they were.
    pub(super) fn news<R: Rules + Clone>(&mut self, subject: &Subject<R>) -> Vec<Seen> {
        let mut news = Vec::new();
        for Watched { view, visitor, last } in &mut self.views {
            let fields = match view {
                View::Rep => subject.rep_view(visitor).map(|it| it.fields),
                View::Visitor => subject.visitor_view(visitor).map(|it| it.fields),
                View::Playback => None,
            };
            if fields == *last {
                continue;
            }
            last.clone_from(&fields);
            let fields = fields.unwrap_or_default();
            news.push(Seen { view: *view, visitor: visitor.to_string(), fields });
        }
        news
    }
}
