//! Whom or what an intent, a note or a source event is about: a visitor of the website, or something else that changes in
//! the CRM are wanted for. Outside the engine it is a [`Subject`] with a name, inside a place.

use crate::{Engine, Rules, Subject, visitor::Who};

/// Whom or what it is about, by its place in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum About {
    /// A visitor.
    Visitor(Who),
}

impl About {
    /// The visitor, if it is one.
    #[expect(clippy::unnecessary_wraps, reason = "a subject need not be a visitor")]
    pub(crate) fn visitor(self) -> Option<Who> {
        match self {
            Self::Visitor(who) => Some(who),
        }
    }
}

impl From<Who> for About {
    fn from(who: Who) -> Self {
        Self::Visitor(who)
    }
}

impl<R: Rules> Engine<R> {
    /// Its name outside the engine.
    pub(crate) fn subject_of(&self, about: About) -> Option<Subject> {
        match about {
            About::Visitor(who) => self.visitor(who).map(|it| Subject::Visitor(it.id.clone())),
        }
    }
}
