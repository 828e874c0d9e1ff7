//! Whom or what an intent, a note or a source event is about: a visitor of the website, or something else that changes in
//! the CRM are wanted for. Outside the engine it is a [`Subject`] with a name, inside a place.

use crate::{
    Engine, Rules, Subject,
    accounts::{CompanyPlace, ListPlace},
    visitor::Who,
};

/// Whom or what it is about, by its place in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum About {
    /// A visitor.
    Visitor(Who),
    /// A company of Signals.
    Account(CompanyPlace),
    /// An account list of Signals.
    List(ListPlace),
}

impl About {
    /// The visitor, if it is one.
    pub(crate) fn visitor(self) -> Option<Who> {
        match self {
            Self::Visitor(who) => Some(who),
            Self::Account(_) | Self::List(_) => None,
        }
    }
}

impl From<Who> for About {
    fn from(who: Who) -> Self {
        Self::Visitor(who)
    }
}

impl From<CompanyPlace> for About {
    fn from(company: CompanyPlace) -> Self {
        Self::Account(company)
    }
}

impl From<ListPlace> for About {
    fn from(list: ListPlace) -> Self {
        Self::List(list)
    }
}

impl<R: Rules> Engine<R> {
    /// Its name outside the engine.
    pub(crate) fn subject_of(&self, about: About) -> Option<Subject> {
        match about {
            About::Visitor(who) => self.visitor(who).map(|it| Subject::Visitor(it.id.clone())),
            About::Account(company) => {
                self.accounts.company_id(company).cloned().map(Subject::Account)
            }
            About::List(list) => self.accounts.list_id(list).cloned().map(Subject::List),
        }
    }
}
