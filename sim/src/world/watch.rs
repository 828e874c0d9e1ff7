//! What people see, for the scenarios that ask: a view is written down at the end of each instant that changed it.

use std::collections::BTreeMap;

use engine::Rules;
use scenarios::{
    View,
    ast::{Check, PlaybackLink, Scenario},
};

use super::searching::WatchedSearch;
use crate::{journal::Seen, messenger::Messenger, subject::Subject, view_fields::may_show};

/// The views that the scenario's expectations are about, as they were last seen.
#[derive(Debug)]
pub(super) struct Watch {
    views: Vec<Watched>,
    pub(super) links: Vec<WatchedLink>,
    pub(super) searches: Vec<WatchedSearch>,
}

/// A playback link, and what it answered last.
#[derive(Debug)]
pub(super) struct WatchedLink {
    pub(super) link: PlaybackLink,
    pub(super) last: Option<BTreeMap<String, String>>,
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
        Self { views, links: links(scenario), searches: WatchedSearch::all(scenario) }
    }

    /// The views that are not what they were.
    pub(super) fn news<R: Rules + Clone>(
        &mut self,
        now: i64,
        subject: &Subject<R>,
        messenger: &Messenger,
    ) -> Vec<Seen> {
        let mut news = Vec::new();
        for Watched { view, of, last } in &mut self.views {
            let mut fields = match view {
                View::Rep => subject.rep_view(&of.as_str().into()).map(|it| it.fields),
                View::Visitor => subject.visitor_view(&of.as_str().into()).map(|it| it.fields),
                View::Account => subject.account_view(&of.as_str().into()).map(|it| it.fields),
                View::List => subject.list_view(&of.as_str().into()).map(|it| it.fields),
                View::Playback | View::Search => None,
            };
            match (&*view, &mut fields) {
                (View::Rep, Some(fields)) => messenger.add_rep_view(of, now, fields),
                (View::Visitor, Some(fields)) => messenger.add_visitor_view(of, fields),
                _ => {}
            }
            debug_assert!(
                fields.iter().flatten().all(|(name, _)| may_show(*view, name)),
                "view_fields.rs lacks a field that is shown: {fields:?}",
            );
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

/// The playback links that expectations open, each once.
fn links(scenario: &Scenario) -> Vec<WatchedLink> {
    let mut links: Vec<WatchedLink> = Vec::new();
    for expectation in &scenario.expect {
        let Check::Playback(check) = &expectation.check else { continue };
        if !links.iter().any(|it| it.link == check.link) {
            links.push(WatchedLink { link: check.link.clone(), last: None });
        }
    }
    links
}
