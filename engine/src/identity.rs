//! Who is this visitor?
//!
//! A visitor is known by a marketing cookie, by an earlier visit, or by what is typed into the chat; the stronger source
//! wins: typed over earlier visit over cookie (VI-01). A different address that is typed on a device that we knew under
//! another one is another person, whose profile starts anew (FM-76). A different address typed after a typed one, or
//! entered by a rep, corrects it (FM-77).

use crate::{EmailKey, KnownFrom, Rule};

/// Where an e-mail address came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmailSource {
    /// An enrichment vendor guessed it.
    Enrichment,
    /// A marketing cookie.
    Cookie,
    /// An earlier visit on this device.
    EarlierVisit,
    /// The visitor typed it.
    Typed,
    /// A rep entered it in the Visitor 360.
    Rep,
}

impl From<KnownFrom> for EmailSource {
    fn from(known: KnownFrom) -> Self {
        match known {
            KnownFrom::Cookie => Self::Cookie,
            KnownFrom::EarlierVisit => Self::EarlierVisit,
        }
    }
}

/// What an address that we hear of does to the visitor's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityChange {
    /// It is the one that we know; a stronger source is remembered.
    Same,
    /// The visitor had no address: now they have this one.
    Learned,
    /// It replaces the one that we know, for the same person.
    Corrected,
    /// It belongs to somebody else: everything known so far was another person's.
    NewPerson,
    /// A stronger source knows another one: it is not taken.
    Weaker,
}

/// An answer to "who is this visitor?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityDecision {
    /// What happens to the identity.
    pub change: IdentityChange,
    /// The rule.
    pub because: Rule,
}

/// Decides what an address that we `heard` of does to the identity `known` so far.
pub fn identify(
    known: Option<(&EmailKey, EmailSource)>,
    heard: (&EmailKey, EmailSource),
) -> IdentityDecision {
    let (email, source) = heard;
    let change = match known {
        None => IdentityChange::Learned,
        Some((before, _)) if before == email => IdentityChange::Same,
        Some((_, stronger)) if strength(source) < strength(stronger) => IdentityChange::Weaker,
        Some((_, EmailSource::Cookie | EmailSource::EarlierVisit))
            if source == EmailSource::Typed =>
        {
            IdentityChange::NewPerson
        }
        Some(_) => IdentityChange::Corrected,
    };
    let because = match (change, known) {
        (IdentityChange::NewPerson, _) => Rule::IdentityNewPerson,
        (IdentityChange::Weaker, Some((_, stronger))) => rule(stronger),
        _ => rule(source),
    };
    IdentityDecision { change, because }
}

fn strength(source: EmailSource) -> u8 {
    match source {
        EmailSource::Enrichment => 0,
        EmailSource::Cookie => 1,
        EmailSource::EarlierVisit => 2,
        EmailSource::Typed | EmailSource::Rep => 3,
    }
}

fn rule(source: EmailSource) -> Rule {
    match source {
        EmailSource::Enrichment => Rule::EnrichmentKey,
        EmailSource::Cookie => Rule::IdentityCookie,
        EmailSource::EarlierVisit => Rule::IdentityEarlierVisit,
        EmailSource::Typed | EmailSource::Rep => Rule::IdentityTyped,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::normalise_email;

    #[test]
    fn the_first_address_is_learned_with_its_source() {
        check("", "cookie pat@x.example", expect!["Learned (identity.cookie)"]);
        check("", "earlier_visit pat@x.example", expect!["Learned (identity.earlier_visit)"]);
        check("", "typed pat@x.example", expect!["Learned (identity.typed)"]);
    }

    #[test]
    fn the_same_address_changes_nothing() {
        check("cookie pat@x.example", "typed PAT@x.example", expect!["Same (identity.typed)"]);
    }

    #[test]
    fn typed_beats_earlier_visit_beats_cookie() {
        check("typed pat@x.example", "cookie bo@x.example", expect!["Weaker (identity.typed)"]);
        check(
            "typed pat@x.example",
            "earlier_visit bo@x.example",
            expect!["Weaker (identity.typed)"],
        );
        check(
            "earlier_visit pat@x.example",
            "cookie bo@x.example",
            expect!["Weaker (identity.earlier_visit)"],
        );
        check(
            "cookie pat@x.example",
            "earlier_visit bo@x.example",
            expect!["Corrected (identity.earlier_visit)"],
        );
    }

    #[test]
    fn a_different_address_typed_on_a_known_device_is_another_person() {
        check(
            "cookie pat@x.example",
            "typed bo@x.example",
            expect!["NewPerson (identity.new_person)"],
        );
        check(
            "earlier_visit pat@x.example",
            "typed bo@x.example",
            expect!["NewPerson (identity.new_person)"],
        );
    }

    #[test]
    fn a_different_address_after_a_typed_one_corrects_it() {
        check("typed pta@x.example", "typed pat@x.example", expect!["Corrected (identity.typed)"]);
    }

    #[test]
    fn a_rep_corrects_whatever_was_known() {
        check("cookie pta@x.example", "rep pat@x.example", expect!["Corrected (identity.typed)"]);
        check("rep pat@x.example", "typed bo@x.example", expect!["Corrected (identity.typed)"]);
    }

    #[test]
    fn a_guess_gives_way_to_whatever_is_known_better() {
        check(
            "cookie pat@x.example",
            "enrichment bo@x.example",
            expect!["Weaker (identity.cookie)"],
        );
        check(
            "enrichment bo@x.example",
            "typed pat@x.example",
            expect!["Corrected (identity.typed)"],
        );
    }

    #[test]
    fn what_the_site_knew_is_a_source() {
        assert_eq!(EmailSource::from(KnownFrom::Cookie), EmailSource::Cookie);
        assert_eq!(EmailSource::from(KnownFrom::EarlierVisit), EmailSource::EarlierVisit);
    }

    /// Each side is `source address`, or nothing.
    #[track_caller]
    fn check(known: &str, heard: &str, expect: Expect) {
        let known = (!known.is_empty()).then(|| read(known));
        let (email, source) = read(heard);
        let decision =
            identify(known.as_ref().map(|(email, source)| (email, *source)), (&email, source));
        expect.assert_eq(&format!("{:?} ({})", decision.change, decision.because));
    }

    fn read(text: &str) -> (EmailKey, EmailSource) {
        let (source, email) = text.split_once(' ').unwrap();
        let source = match source {
            "enrichment" => EmailSource::Enrichment,
            "cookie" => EmailSource::Cookie,
            "earlier_visit" => EmailSource::EarlierVisit,
            "typed" => EmailSource::Typed,
            _ => EmailSource::Rep,
        };
        (normalise_email(email).unwrap(), source)
    }
}
