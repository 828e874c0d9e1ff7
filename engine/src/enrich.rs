//! What does a new lead get that nobody said, and what qualification data does a record get?
//!
//! Salesforce demands Company and Last Name of a lead: whichever is empty is filled with a filler, and nothing else is
//! (LL-11). A filler never takes the place of a real value; a real value takes the place of a filler, as any value that
//! differs does (LL-12d). A record that is linked gets the prospect's score, grade and behaviours, as far as they are known
//! and differ (LL-04); none of them is ever blanked.

use crate::{
    Config, FieldName, FieldValues, Person, PersonKind, Profile, Value,
    mapping::{is_same, write},
};

/// The fillers for what a new lead lacks.
pub fn fillers(fields: &FieldValues, config: &Config) -> FieldValues {
    let lacks = |field: &FieldName| !fields.iter().any(|(name, _)| name == field);
    let fillers = config.fillers.iter().filter(|(field, _)| lacks(field));
    fillers.map(|(field, filler)| (field.clone(), Value::from(filler.as_str()))).collect()
}

/// Qualification data for a new lead, or for the record that was found.
pub fn enrichment(profile: &Profile, target: Option<&Person>, config: &Config) -> FieldValues {
    let Some(liaison) = &config.liaison else { return FieldValues::new() };
    let kind = target.map_or(PersonKind::Lead, |it| it.kind);
    let mapping = match kind {
        PersonKind::Lead => &liaison.enrichment.lead,
        PersonKind::Contact => &liaison.enrichment.contact,
    };
    let known = mapping.iter().filter_map(|(from, to)| {
        let value = write(kind, to, profile.get(from)?, false, config)?;
        Some((to.clone(), value))
    });
    let differs = |(field, value): &(FieldName, Value)| {
        let current = target.and_then(|it| it.get(field.as_str())).unwrap_or(&Value::Null);
        target.is_none() || !is_same(value, current, None)
    };
    known.filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Enrichment, Liaison, acme};

    #[test]
    fn only_what_is_empty_is_filled() {
        filled("", expect!["LastName=Anonymous Company=Anonymous"]);
        filled("LastName=Lee", expect!["Company=Anonymous"]);
        filled("Company=Globex", expect!["LastName=Anonymous"]);
        filled("Company=Globex LastName=Lee", expect![""]);
    }

    #[test]
    fn what_is_known_and_differs_is_written() {
        let said = "score=80, grade=A";
        enriched(said, None, expect!["Score__c=80 Grade__c=A"]);
        enriched(said, Some("lead Score__c=80 Grade__c=B"), expect!["Grade__c=A"]);
        enriched(said, Some("contact Id=x"), expect!["Rank__c=80"]);
        enriched("", Some("lead Score__c=80"), expect![""]);
    }

    #[track_caller]
    fn filled(fields: &str, expect: Expect) {
        let mut config = acme::config();
        config.fillers =
            ["LastName", "Company"].map(|it| (it.into(), "Anonymous".to_owned())).into();
        expect.assert_eq(&acme::describe(&fillers(&acme::fields(fields), &config)));
    }

    #[track_caller]
    fn enriched(said: &str, target: Option<&str>, expect: Expect) {
        let mut config = acme::config();
        config.liaison = Some(Liaison {
            enrichment: Enrichment {
                lead: vec![
                    ("score".into(), "Score__c".into()),
                    ("grade".into(), "Grade__c".into()),
                ],
                contact: vec![("score".into(), "Rank__c".into())],
            },
            ..acme::liaison()
        });
        let target = target.map(acme::person);
        let fields = enrichment(&acme::profile(said), target.as_ref(), &config);
        expect.assert_eq(&acme::describe(&fields));
    }
}
