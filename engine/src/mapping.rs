//! What is written on the record?
//!
//! The mapping, and nothing else: a profile field without a mapping is never sent (UP-05, MP-01). A new lead gets every
//! mapped field whose value is known, the constants, and its owner. An existing record gets only what differs (UP-07),
//! never an owner (UP-08d, K-04), never a constant, and no blanks unless the setting says so (UP-09d, K-10). Its e-mail
//! address changes only when the record is our own (FM-77).
//!
//! Text is trimmed and cut to the field's known length, an e-mail address never (FM-33). A value that does not fit the
//! field's known type is left out (FM-37).

use crate::{
    Config, FieldName, FieldSource, FieldType, FieldValues, Person, PersonKind, PlusTags, Profile,
    ProfileField, Rule, Timestamp, UserId, Value, email::person_key, normalise_email,
    profile::EMAIL,
};

/// What is to be written, and what is not.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldPlan {
    /// The fields to send, in the mapping's order; empty when there is nothing to write.
    pub fields: FieldValues,
    /// Profile fields that hold something and that no mapping writes.
    pub withheld: Vec<ProfileField>,
    /// Mapped fields whose value does not fit their type and is left out.
    pub dropped: Vec<FieldName>,
    /// Fields whose value is another word for what the visitor said.
    pub translated: Vec<FieldName>,
    /// Whether a blank of the visitor's was not written over a value of the CRM's.
    pub blank_kept: bool,
    /// Why these fields, or why none.
    pub because: Rule,
}

/// The value that the mapping writes to the owner field of a new lead, from a profile field or a constant.
pub fn mapped_owner(profile: &Profile, config: &Config) -> Option<String> {
    let mut mapped = config.mapping.lead.iter().filter(|(_, to)| to.as_str() == OWNER);
    let said = mapped.find_map(|(from, _)| profile.get(from));
    let constant = || {
        let constants = config.mapping.lead_constants.iter();
        constants
            .filter(|(to, _)| to.as_str() == OWNER)
            .map(|(_, value)| value.trim())
            .find(|it| !it.is_empty())
    };
    said.or_else(constant).map(str::to_owned)
}

/// The fields of a new lead.
pub fn insert_fields(profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
    let mut fields = FieldValues::new();
    let (mut dropped, mut translated) = (Vec::new(), Vec::new());
    let mapped = config
        .mapping
        .lead
        .iter()
        .map(|(from, to)| (to, profile.get(from), from.as_str() == EMAIL));
    let constants =
        config.mapping.lead_constants.iter().map(|(to, value)| (to, Some(value.as_str()), false));
    for (to, text, is_email) in mapped.chain(constants) {
        let Some(text) = text else { continue };
        if to.as_str() == OWNER || fields.iter().any(|(name, _)| name == to) {
            continue;
        }
        match write(PersonKind::Lead, to, text, is_email, config) {
            Some(value) => {
                if translation(("Lead", to), text, config).is_some() {
                    translated.push(to.clone());
                }
                fields.push((to.clone(), value));
            }
            None => dropped.push(to.clone()),
        }
    }
    fields.push((OWNER.into(), Value::from(owner.as_str())));
    let withheld = withheld(profile, &config.mapping.lead);
    FieldPlan { fields, withheld, dropped, translated, blank_kept: false, because: Rule::Created }
}

/// The fields of an existing record that differ from what the visitor said. `is_own` says that we created the record.
pub fn update_fields(
    profile: &Profile,
    target: &Person,
    is_own: bool,
    config: &Config,
) -> FieldPlan {
    let mapping = match target.kind {
        PersonKind::Lead => &config.mapping.lead,
        PersonKind::Contact => &config.mapping.contact,
    };
    let mut plan = FieldPlan {
        fields: FieldValues::new(),
        withheld: withheld(profile, mapping),
        dropped: Vec::new(),
        translated: Vec::new(),
        blank_kept: false,
        because: Rule::NoNewValues,
    };
    for (from, to) in mapping {
        let is_email = from.as_str() == EMAIL;
        let Some(known) = profile.held(from) else { continue };
        if to.as_str() == OWNER
            || (is_email && !is_own)
            || plan.fields.iter().any(|(name, _)| name == to)
        {
            continue;
        }
        let current = target.get(to.as_str()).unwrap_or(&Value::Null);
        match difference(target.kind, to, (&known.value, is_email), current, config) {
            Difference::None => {}
            Difference::Write(value) => {
                let object = target.kind.object();
                if translation((object, to), &known.value, config).is_some() {
                    plan.translated.push(to.clone());
                }
                plan.fields.push((to.clone(), value));
            }
            Difference::BlankKept => plan.blank_kept = true,
            Difference::Unfit => plan.dropped.push(to.clone()),
        }
    }
    plan.because = if !plan.fields.is_empty() {
        Rule::Updated
    } else if !plan.withheld.is_empty() {
        Rule::FieldNotMapped
    } else if plan.blank_kept {
        Rule::BlankKept
    } else {
        Rule::NoNewValues
    };
    plan
}

const OWNER: &str = "OwnerId";
/// Salesforce keeps instants to the second, in milliseconds.
const SECOND_MS: i64 = 1_000;

enum Difference {
    None,
    Write(Value),
    BlankKept,
    Unfit,
}

fn difference(
    kind: PersonKind,
    to: &FieldName,
    (said, is_email): (&str, bool),
    current: &Value,
    config: &Config,
) -> Difference {
    let held_is_blank = current.text().is_none_or(|it| it.trim().is_empty());
    if said.trim().is_empty() {
        let is_required = kind == PersonKind::Lead && config.org.required_lead_fields.contains(to);
        let may_clear = config.settings.clear_on_blank && !is_email && !is_required;
        return match (held_is_blank, may_clear) {
            (true, _) => Difference::None,
            (false, true) => Difference::Write(Value::Null),
            (false, false) => Difference::BlankKept,
        };
    }
    match write(kind, to, said, is_email, config) {
        None => Difference::Unfit,
        Some(value) if is_same(&value, current, is_email.then_some(config.settings.plus_tags)) => {
            Difference::None
        }
        Some(value) => Difference::Write(value),
    }
}

/// The value that a mapped field gets; `None` when the text does not fit the field's type.
pub(crate) fn write(
    kind: PersonKind,
    to: &FieldName,
    text: &str,
    is_email: bool,
    config: &Config,
) -> Option<Value> {
    if is_email {
        return normalise_email(text.trim()).ok().map(|key| Value::from(key.as_str()));
    }
    write_field((kind.object(), to), text, config)
}

/// The value that a field of any object gets; `None` when the text does not fit the field's type.
pub(crate) fn write_field(
    (object, to): (&'static str, &FieldName),
    text: &str,
    config: &Config,
) -> Option<Value> {
    let text = translation((object, to), text, config).unwrap_or(text).trim();
    let key = (object, to.clone());
    if let Some(field_type) = config.org.typed_fields.get(&key) {
        return typed(text, *field_type);
    }
    let length = config.org.lengths.get(&key);
    let past = length.and_then(|chars| text.char_indices().nth(*chars));
    let end = past.map_or(text.len(), |(at, _)| at);
    Some(Value::from(text.get(..end).unwrap_or(text).trim_end()))
}

/// The word that a field's list has for what the visitor said, where the value map knows one; case does not matter.
fn translation<'c>(
    (object, to): (&'static str, &FieldName),
    text: &str,
    config: &'c Config,
) -> Option<&'c str> {
    if config.mapping.values.is_empty() {
        return None;
    }
    let words = config.mapping.values.get(&(object, to.clone()))?;
    let said = text.trim().to_lowercase();
    words.iter().find(|(from, _)| from.trim().to_lowercase() == said).map(|(_, to)| to.as_str())
}

fn typed(text: &str, field_type: FieldType) -> Option<Value> {
    match field_type {
        FieldType::Bool => match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "on" => Some(Value::Bool(true)),
            "false" | "no" | "n" | "0" | "off" => Some(Value::Bool(false)),
            _ => None,
        },
        FieldType::Int => text.parse().ok().map(Value::Int),
        FieldType::Double => text.parse().ok().filter(|it: &f64| it.is_finite()).map(Value::Double),
        FieldType::Date => {
            let date: jiff::civil::Date = text.parse().ok()?;
            Some(Value::from(date.to_string().as_str()))
        }
        FieldType::DateTime => instant(text).map(Value::Instant),
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp(instant.as_second() * SECOND_MS))
}

#[expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "the CRM gives back exactly what it was sent"
)]
pub(crate) fn is_same(new: &Value, current: &Value, address: Option<PlusTags>) -> bool {
    match (new, current) {
        (Value::Text(new), Value::Text(current)) => match address {
            Some(plus_tags) => person_key(new, plus_tags).is_ok_and(|it| it.is_of(current)),
            None => new.trim() == current.trim(),
        },
        (Value::Instant(new), Value::Text(current)) => instant(current) == Some(*new),
        (Value::Int(new), Value::Double(current)) => *new as f64 == *current,
        (Value::Double(new), Value::Int(current)) => *new == *current as f64,
        _ => new == current,
    }
}

/// Profile fields that hold something which the CRM cannot know from us: unmapped, and not read from the CRM itself.
fn withheld(profile: &Profile, mapping: &[(ProfileField, FieldName)]) -> Vec<ProfileField> {
    let is_mapped = |field: &ProfileField| mapping.iter().any(|(from, _)| from == field);
    let held = profile.iter().filter(|(field, known)| {
        known.source != FieldSource::Crm
            && field.as_str() != EMAIL
            && !known.value.trim().is_empty()
            && !is_mapped(field)
    });
    held.map(|(field, _)| field.clone()).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn a_new_lead_gets_mapped_values_constants_and_its_owner() {
        check_insert(
            "email=Pat@X.example, last_name= Lee , company=Northwind, hobby=chess",
            expect![[r#"
                Email=pat@x.example LastName=Lee Company=Northwind LeadSource=Web OwnerId=u-dana (sync.created)
                withheld: hobby"#]],
        );
    }

    #[test]
    fn unknown_and_blank_values_are_not_sent() {
        check_insert(
            "last_name=Lee, company=",
            expect!["LastName=Lee LeadSource=Web OwnerId=u-dana (sync.created)"],
        );
    }

    #[test]
    fn a_said_value_beats_a_constant() {
        check_insert("source=Chat", expect!["LeadSource=Chat OwnerId=u-dana (sync.created)"]);
    }

    #[test]
    fn the_decided_owner_is_sent_not_the_mapped_text() {
        check_insert("owner=u-bo", expect!["LeadSource=Web OwnerId=u-dana (sync.created)"]);
    }

    #[test]
    fn a_text_is_cut_to_the_fields_length() {
        check_insert(
            "title=Head of Sales",
            expect!["Title=Head LeadSource=Web OwnerId=u-dana (sync.created)"],
        );
        check_insert(
            "title=ÄÖÜäöü",
            expect!["Title=ÄÖÜäö LeadSource=Web OwnerId=u-dana (sync.created)"],
        );
    }

    #[test]
    fn an_address_is_never_cut() {
        check_insert(
            "email=somebody.with.a.long.name@x.example",
            expect![
                "Email=somebody.with.a.long.name@x.example LeadSource=Web OwnerId=u-dana (sync.created)"
            ],
        );
    }

    #[test]
    fn words_become_the_fields_type_or_are_left_out() {
        check_insert(
            "opt_in=Yes, seats=12, revenue=1.5, visited=2026-03-04, seen=2026-03-04T10:00:00-08:00",
            expect![
                "OptIn__c=true Seats__c=12 Revenue__c=1.5 Visited__c=2026-03-04 Seen__c=1772647200000 LeadSource=Web OwnerId=u-dana (sync.created)"
            ],
        );
        check_insert(
            "opt_in=maybe, seats=a dozen, revenue=NaN, visited=today, seen=2026-03-04",
            expect![[r#"
                LeadSource=Web OwnerId=u-dana (sync.created)
                dropped: OptIn__c Seats__c Revenue__c Visited__c Seen__c"#]],
        );
        check_insert(
            "opt_in=off",
            expect!["OptIn__c=false LeadSource=Web OwnerId=u-dana (sync.created)"],
        );
    }

    #[test]
    fn the_owner_is_mapped_from_a_field_or_a_constant() {
        let mut config = acme::config();
        let said = |text: &str| acme::profile(text);
        assert_eq!(mapped_owner(&said("owner= u-bo "), &config).as_deref(), Some("u-bo"));
        assert_eq!(mapped_owner(&said("owner="), &config), None);
        config.mapping.lead_constants.push(("OwnerId".into(), "q-web".to_owned()));
        assert_eq!(mapped_owner(&said("owner=u-bo"), &config).as_deref(), Some("u-bo"));
        assert_eq!(mapped_owner(&said(""), &config).as_deref(), Some("q-web"));
    }

    #[test]
    fn an_update_sends_what_differs() {
        check_update(
            "lead Email=pat@x.example LastName=Lee Company=Acme",
            "email=PAT@x.example, last_name=Lee, company=Northwind",
            expect!["Company=Northwind (sync.updated)"],
        );
    }

    #[test]
    fn an_update_never_sends_an_owner_or_a_constant() {
        check_update(
            "lead LastName=Lee OwnerId=u-dana",
            "last_name=Lee, owner=u-bo",
            expect!["(sync.no_new_values)"],
        );
    }

    #[test]
    fn equal_values_are_nothing_new() {
        check_update(
            "lead LastName=Lee Seats__c:12",
            "last_name= Lee , seats=12",
            expect!["(sync.no_new_values)"],
        );
    }

    #[test]
    fn a_value_that_only_unmapped_fields_hold_is_withheld() {
        check_update(
            "contact MailingPostalCode=94105",
            "zip=94105, hobby=chess, crm_status=Open",
            expect![[r#"
                (sync.field_not_mapped)
                withheld: hobby"#]],
        );
    }

    #[test]
    fn a_contact_has_a_mapping_of_its_own() {
        check_update(
            "contact MailingPostalCode=94105",
            "zip=10001, email=pat@x.example",
            expect!["MailingPostalCode=10001 (sync.updated)"],
        );
    }

    #[test]
    fn a_blank_erases_nothing_unless_told_to() {
        check_update(
            "lead Company=Acme LastName=Lee",
            "title=, company=",
            expect!["(sync.blank_kept)"],
        );
        check_update("lead", "title=", expect!["(sync.no_new_values)"]);
        let clears = |said: &str| {
            let config = acme::config_with("clear_on_blank: true");
            let target = acme::person("lead Title=Head Company=Acme Email=pat@x.example");
            describe(&update_fields(&acme::profile(said), &target, true, &config))
        };
        expect!["Title=null (sync.updated)"].assert_eq(&clears("title="));
        expect!["(sync.blank_kept)"].assert_eq(&clears("company=, email="));
    }

    #[test]
    fn the_address_changes_on_our_own_record_only() {
        let target = acme::person("lead Email=pta@x.example");
        let said = acme::profile("email=pat@x.example");
        let config = acme::config();
        expect!["Email=pat@x.example (sync.updated)"]
            .assert_eq(&describe(&update_fields(&said, &target, true, &config)));
        expect!["(sync.no_new_values)"]
            .assert_eq(&describe(&update_fields(&said, &target, false, &config)));
    }

    #[test]
    fn whole_and_fractional_numbers_compare_by_value() {
        let same = |new, current| is_same(&new, &current, None);
        assert!(same(Value::Int(3), Value::Double(3.0)));
        assert!(same(Value::Double(3.0), Value::Int(3)));
        assert!(!same(Value::Int(3), Value::Double(3.5)));
    }

    #[test]
    fn an_instant_equals_the_text_that_the_crm_writes_for_it() {
        let same = |text: &str| {
            is_same(&Value::Instant(Timestamp(1_772_647_200_000)), &Value::from(text), None)
        };
        assert!(same("2026-03-04T18:00:00.000+0000"));
        assert!(!same("2026-03-04T18:00:01.000+0000"));
        assert!(!same(""));
    }

    #[track_caller]
    fn check_insert(said: &str, expect: Expect) {
        expect.assert_eq(&describe(&insert_fields(
            &acme::profile(said),
            &"u-dana".into(),
            &acme::config(),
        )));
    }

    #[track_caller]
    fn check_update(target: &str, said: &str, expect: Expect) {
        let (profile, target) = (acme::profile(said), acme::person(target));
        expect.assert_eq(&describe(&update_fields(&profile, &target, false, &acme::config())));
    }

    fn describe(plan: &FieldPlan) -> String {
        let value =
            |value: &Value| value.text().map_or("null".to_owned(), std::borrow::Cow::into_owned);
        let mut words: Vec<String> =
            plan.fields.iter().map(|(name, it)| format!("{name}={}", value(it))).collect();
        words.push(format!("({})", plan.because));
        let mut text = words.join(" ");
        for (title, names) in
            [("withheld", names(&plan.withheld)), ("dropped", names(&plan.dropped))]
        {
            if !names.is_empty() {
                text = format!("{text}\n{title}: {names}");
            }
        }
        text
    }

    fn names(names: &[impl ToString]) -> String {
        names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}
