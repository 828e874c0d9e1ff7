//! Who the visitor is, answered wrongly.

use engine::{
    EmailKey, EmailSource, IdentityChange, IdentityDecision, NotAnEmail, PlusTags, Rule, Standard,
};

use super::mutants;

type Known<'a> = Option<(&'a EmailKey, EmailSource)>;

mutants! {
    #[doc = "upper and lower case make different addresses"]
    CaseMatters violates [IdentityLookup] breaks ["DD-12d", "TS-04"] {
        fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            if text.contains(char::is_uppercase) {
                Standard.normalise_email(&format!("another.{}", text.trim()), plus_tags)
            } else {
                Standard.normalise_email(text, plus_tags)
            }
        }
    }

    #[doc = "a plus tag is cut off"]
    PlusTagIsCutOff breaks ["DD-12d", "FM-72"] {
        fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            match text.split_once('+').zip(text.rsplit_once('@')) {
                Some(((name, _), (_, domain))) => Standard.normalise_email(&format!("{name}@{domain}"), plus_tags),
                None => Standard.normalise_email(text, plus_tags),
            }
        }
    }

    #[doc = "addresses that differ in a plus tag are never one person"]
    PlusTagsAlwaysStay breaks ["DD-12d", "FM-72"] {
        fn normalise_email(&self, text: &str, _plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            Standard.normalise_email(text, PlusTags::Distinct)
        }
    }

    #[doc = "dots before the @ are left out"]
    DotsAreLeftOut breaks ["DD-12d"] {
        fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            match text.split_once('@') {
                Some((name, domain)) => {
                    Standard.normalise_email(&format!("{}@{domain}", name.replace('.', "")), plus_tags)
                }
                None => Standard.normalise_email(text, plus_tags),
            }
        }
    }

    #[doc = "blanks and invisible characters spoil an address"]
    BlanksSpoilAnAddress breaks ["DD-12d"] {
        fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            let key = Standard.normalise_email(text, plus_tags)?;
            if key.as_str().chars().count() == text.chars().count() {
                Ok(key)
            } else {
                Err(NotAnEmail::Malformed)
            }
        }
    }

    #[doc = "an address in an international domain is none"]
    InternationalDomainIsNone breaks ["DD-12d"] {
        fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            Standard.normalise_email(text, plus_tags).and_then(|key| {
                let spelt = text.is_ascii() || key.as_str().is_ascii() && !key.domain().contains("xn--");
                spelt.then_some(key).ok_or(NotAnEmail::Malformed)
            })
        }
    }

    #[doc = "whatever follows the first of several addresses is left out"]
    SeveralAddressesAreOne breaks ["DD-12d"] {
        fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
            Standard.normalise_email(text.split([',', ';']).next().unwrap_or(text), plus_tags)
        }
    }

    #[doc = "what was known before beats what is typed"]
    KnownBeatsTyped violates [IdentityTyped] breaks ["VI-01"] {
        fn identify(&self, known: Known<'_>, heard: (&EmailKey, EmailSource)) -> IdentityDecision {
            match known {
                Some((before, _)) if before != heard.0 => {
                    IdentityDecision { change: IdentityChange::Weaker, because: Rule::IdentityCookie }
                }
                _ => Standard.identify(known, heard),
            }
        }
    }

    #[doc = "a cookie beats an earlier visit"]
    CookieBeatsEarlierVisit violates [IdentityEarlierVisit] breaks ["VI-01"] {
        fn identify(&self, known: Known<'_>, heard: (&EmailKey, EmailSource)) -> IdentityDecision {
            let swap = |source| match source {
                EmailSource::Cookie => EmailSource::EarlierVisit,
                EmailSource::EarlierVisit => EmailSource::Cookie,
                other => other,
            };
            Standard.identify(known.map(|(key, from)| (key, swap(from))), (heard.0, swap(heard.1)))
        }
    }

    #[doc = "another person on a known device inherits what was known"]
    AnotherPersonInheritsTheProfile violates [IdentityNewPerson] breaks ["VI-01"] {
        fn identify(&self, known: Known<'_>, heard: (&EmailKey, EmailSource)) -> IdentityDecision {
            let decision = Standard.identify(known, heard);
            match decision.change {
                IdentityChange::NewPerson => {
                    IdentityDecision { change: IdentityChange::Corrected, ..decision }
                }
                _ => decision,
            }
        }
    }

    #[doc = "a corrected address makes another person"]
    CorrectionMakesAnotherPerson violates [IdentityTyped] breaks ["VI-01"] {
        fn identify(&self, known: Known<'_>, heard: (&EmailKey, EmailSource)) -> IdentityDecision {
            let decision = Standard.identify(known, heard);
            match decision.change {
                IdentityChange::Corrected => {
                    IdentityDecision { change: IdentityChange::NewPerson, ..decision }
                }
                _ => decision,
            }
        }
    }
}
