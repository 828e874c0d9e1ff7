//! How sure is an enrichment vendor, and is its guess the visitor? (VI-07, VI-09d)
//!
//! Vendors such as 6sense and Clearbit tell a company or a person with a level of confidence, in their own words; the
//! profile keeps vendor and level, and `Very High` is shown as the likely identity. A guess alone is no dedupe key: nothing
//! in the CRM is looked up or overwritten by it, unless the setting takes a `Very High` one for an identity. What the visitor
//! or a rep said is never replaced by a guess.

use crate::{
    Engine, FieldSource, Known, ProfileField, Rule, Rules, SourceEvent,
    profile::EMAIL,
    visitor::{Visitor, Who},
};

/// The profile field that holds an address which is only a guess.
pub const GUESSED_EMAIL: &str = "guessed_email";

/// An enrichment vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// 6sense.
    SixSense,
    /// Clearbit.
    Clearbit,
}

impl Vendor {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::SixSense => "6sense",
            Self::Clearbit => "clearbit",
        }
    }

    /// The vendor with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::SixSense, Self::Clearbit].into_iter().find(|it| it.word() == word)
    }
}

/// How sure a vendor is, as 6sense says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// `Low`
    Low,
    /// `Moderate`
    Moderate,
    /// `High`
    High,
    /// `Very High`: most likely the right person.
    VeryHigh,
}

impl Confidence {
    /// The vendor's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Moderate => "Moderate",
            Self::High => "High",
            Self::VeryHigh => "Very High",
        }
    }

    /// The level with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Low, Self::Moderate, Self::High, Self::VeryHigh]
            .into_iter()
            .find(|it| it.word() == word)
    }
}

/// VI-09d: from which level on a guess alone is an identity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EnrichmentKey {
    /// Never.
    #[default]
    Never,
    /// `Very High`.
    VeryHigh,
}

/// An answer to "is a guessed address the visitor's?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrichmentDecision {
    /// Whether it is taken for the visitor's.
    pub is_key: bool,
    /// Why.
    pub because: Rule,
}

/// Decides whether an address that a vendor guessed is the visitor's.
pub fn enrichment_key(confidence: Confidence, from: EnrichmentKey) -> EnrichmentDecision {
    match (from, confidence) {
        (EnrichmentKey::VeryHigh, Confidence::VeryHigh) => {
            EnrichmentDecision { is_key: true, because: Rule::EnrichmentKey }
        }
        _ => EnrichmentDecision { is_key: false, because: Rule::EnrichmentOnly },
    }
}

/// What a vendor told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorGuess {
    /// Who told it.
    pub vendor: Vendor,
    /// How sure the vendor is.
    pub confidence: Confidence,
    /// The profile fields.
    pub values: Vec<(ProfileField, String)>,
}

impl<R: Rules> Engine<R> {
    /// A vendor told something.
    pub(crate) fn on_enriched(&mut self, who: Who, event: &SourceEvent, told: &VendorGuess) {
        let source = FieldSource::Enrichment(told.vendor, told.confidence);
        let (emails, values): (Vec<_>, Vec<_>) =
            told.values.iter().cloned().partition(|(field, _)| field.as_str() == EMAIL);
        let from = self.config.settings.enrichment_key;
        for (field, email) in emails {
            let is_known = self.visitor(who).is_some_and(|it| it.key().is_some());
            let decision = self.rules.enrichment_key(told.confidence, from);
            if decision.is_key && !is_known {
                self.decided_plainly(
                    who,
                    None,
                    (crate::Question::Identity, decision.because),
                    Some(email.clone()),
                );
                self.learn(who, event, &[(field, email)], source);
            } else {
                self.sources.explain(event.id, decision.because);
                self.decided_plainly(
                    who,
                    None,
                    (crate::Question::Identity, decision.because),
                    None,
                );
                self.guess(who, event, (GUESSED_EMAIL.into(), email), source);
            }
        }
        for value in values {
            self.guess(who, event, value, source);
        }
        self.look_for_account(who);
        self.on_learned(who);
    }

    /// Takes a guess, unless somebody said something.
    fn guess(
        &mut self,
        who: Who,
        event: &SourceEvent,
        (field, value): (ProfileField, String),
        source: FieldSource,
    ) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        let is_said = visitor
            .profile
            .held(&field)
            .is_some_and(|it| !matches!(it.source, FieldSource::Enrichment(..)));
        let is_new = visitor.profile.held(&field).is_none();
        let has_room =
            !is_new || visitor.profile.iter().count() < crate::limits::PROFILE_FIELDS_MAX;
        if !is_said && has_room {
            visitor.profile.learn(field, Known { value, at: event.at, source });
        }
    }
}

/// How sure the surest vendor is of a visitor who has not said who they are: most likely the right person, or not (VI-07).
pub(crate) fn guessed_identity(visitor: &Visitor) -> Option<String> {
    if visitor.key().is_some() {
        return None;
    }
    let levels = visitor.profile.iter().filter_map(|(_, known)| match known.source {
        FieldSource::Enrichment(_, confidence) => Some(confidence),
        _ => None,
    });
    let surest = levels.max()?;
    let word = if surest == Confidence::VeryHigh { "likely" } else { "unsure" };
    Some(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_a_key_only_where_the_setting_says_so_and_the_vendor_is_very_sure() {
        let all = [Confidence::Low, Confidence::Moderate, Confidence::High, Confidence::VeryHigh];
        for level in all {
            assert!(!enrichment_key(level, EnrichmentKey::Never).is_key);
            let decision = enrichment_key(level, EnrichmentKey::VeryHigh);
            assert_eq!(decision.is_key, level == Confidence::VeryHigh);
            assert_eq!(Confidence::from_word(level.word()), Some(level));
        }
        assert_eq!(
            enrichment_key(Confidence::High, EnrichmentKey::VeryHigh).because,
            Rule::EnrichmentOnly
        );
        assert_eq!(Confidence::from_word("very high"), None);
        assert_eq!(Vendor::from_word("6sense"), Some(Vendor::SixSense));
    }
}
