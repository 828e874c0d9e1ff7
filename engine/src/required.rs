//! What is missing before a lead can be created?
//!
//! Salesforce saves no lead without its required fields. What the mapping and the constants cannot fill yet is missing,
//! and with it the profile field that would feed it (MP-05d). An automatic push also needs an e-mail address, a rep's
//! create only if the setting says so (K-12, K-40). A text that is no address counts as missing in either case: no lead
//! is created without the address that the visitor tried to give (FM-34).

use crate::{
    Config, FieldName, PersonKind, Profile, ProfileField, Rule, mapping::write, normalise_email,
    profile::EMAIL,
};

/// What is missing before a lead can be created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// The e-mail address.
    pub email: bool,
    /// The required fields, each with the profile field that feeds it, if one does.
    pub fields: Vec<(FieldName, Option<ProfileField>)>,
}

impl Missing {
    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        !self.email && self.fields.is_empty()
    }

    /// The rule that stops a create: `None` when nothing is missing.
    pub fn because(&self) -> Option<Rule> {
        if self.email {
            Some(Rule::NoEmail)
        } else if self.fields.is_empty() {
            None
        } else {
            Some(Rule::RequiredMissing)
        }
    }

    /// What is missing in words, for a diagnostic: `LastName (last_name), Company (not mapped)`.
    pub fn describe(&self) -> String {
        let email = self.email.then(|| "an e-mail address".to_owned());
        let fields = self.fields.iter().map(|(field, from)| match from {
            Some(from) => format!("{field} ({from})"),
            None => format!("{field} (not mapped)"),
        });
        email.into_iter().chain(fields).collect::<Vec<_>>().join(", ")
    }
}

/// What is missing before a lead can be created; `by_rep` for a rep's create.
pub fn missing(profile: &Profile, by_rep: bool, config: &Config) -> Missing {
    let settings = &config.settings;
    let needs_email =
        if by_rep { settings.require_email } else { settings.require_email_automatic };
    let email = profile.named(EMAIL).map(|it| normalise_email(it).is_ok());
    let lacks_email = email.map_or(needs_email, |is_valid| !is_valid);
    let unfilled =
        config.org.required_lead_fields.iter().filter(|it| !is_filled(profile, it, config));
    let fields = unfilled.map(|field| (field.clone(), feeding(field, config).cloned())).collect();
    Missing { email: lacks_email, fields }
}

fn is_filled(profile: &Profile, field: &FieldName, config: &Config) -> bool {
    let mapped = config.mapping.lead.iter().filter(|(_, to)| to == field);
    let mut said =
        mapped.filter_map(|(from, _)| Some((profile.get(from)?, from.as_str() == EMAIL)));
    let mut constants = config.mapping.lead_constants.iter().filter(|(to, _)| to == field);
    said.any(|(text, is_email)| write(PersonKind::Lead, field, text, is_email, config).is_some())
        || constants.any(|(_, value)| !value.trim().is_empty())
        || config.fillers.iter().any(|(filled, _)| filled == field)
        || field.as_str() == "OwnerId"
}

fn feeding<'a>(field: &FieldName, config: &'a Config) -> Option<&'a ProfileField> {
    config.mapping.lead.iter().find(|(_, to)| to == field).map(|(from, _)| from)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn a_complete_profile_misses_nothing() {
        check("email=pat@x.example, last_name=Lee, company=Acme", expect!["nothing"]);
    }

    #[test]
    fn required_fields_name_the_profile_field_that_feeds_them() {
        check(
            "email=pat@x.example",
            expect!["sync.required_missing: LastName (last_name), Company (company)"],
        );
        check(
            "email=pat@x.example, last_name= , company=A",
            expect!["sync.required_missing: LastName (last_name)"],
        );
    }

    #[test]
    fn a_missing_address_is_named_first() {
        check("company=Acme", expect!["sync.no_email: an e-mail address, LastName (last_name)"]);
    }

    #[test]
    fn an_address_that_is_none_is_missing() {
        check(
            "email=pat, last_name=Lee, company=Acme",
            expect!["sync.no_email: an e-mail address"],
        );
    }

    #[test]
    fn a_rep_may_do_without_an_address() {
        let config = acme::config();
        assert!(missing(&acme::profile("last_name=Lee, company=Acme"), true, &config).is_empty());
        let config = acme::config_with("require_email: true");
        assert!(missing(&acme::profile("last_name=Lee, company=Acme"), true, &config).email);
    }

    #[test]
    fn a_rep_cannot_do_with_an_address_that_is_none() {
        let profile = acme::profile("email=pat, last_name=Lee, company=Acme");
        assert!(missing(&profile, true, &acme::config()).email);
    }

    #[test]
    fn a_constant_fills_a_required_field() {
        let mut config = acme::config();
        config.org.required_lead_fields = vec!["LeadSource".into(), "OwnerId".into()];
        assert!(missing(&acme::profile("email=pat@x.example"), false, &config).is_empty());
    }

    #[test]
    fn a_required_field_that_nothing_maps_stays_missing() {
        let mut config = acme::config();
        config.org.required_lead_fields = vec!["Budget__c".into()];
        let missing = missing(&acme::profile("email=pat@x.example"), false, &config);
        expect!["Budget__c (not mapped)"].assert_eq(&missing.describe());
    }

    #[track_caller]
    fn check(said: &str, expect: Expect) {
        let missing = missing(&acme::profile(said), false, &acme::config());
        let actual = match missing.because() {
            None => "nothing".to_owned(),
            Some(rule) => format!("{rule}: {}", missing.describe()),
        };
        expect.assert_eq(&actual);
    }
}
