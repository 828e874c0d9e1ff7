//! What holds for any input.

use engine::{
    EmailKey, MatchResult, Person, PersonKind, Rule, Rules, Standard, Timestamp, Value,
    normalise_email,
};
use proptest::prelude::*;

/// Few values of each kind, so that ties and duplicates are common.
fn person() -> impl Strategy<Value = Person> {
    let email = prop::sample::select(vec!["pat@x.example", "PAT@X.example", "other@x.example", ""]);
    let converted = prop::option::weighted(0.3, 1..4_u8);
    (any::<bool>(), 0..40_u8, 0..3_i64, 0..3_i64, email, converted, prop::bool::weighted(0.1))
        .prop_map(|(is_lead, id, modified, stamped, email, converted, deleted)| {
            let kind = if is_lead { PersonKind::Lead } else { PersonKind::Contact };
            let mut fields = vec![
                ("Email".into(), Value::from(email)),
                ("LastModifiedDate".into(), Value::Instant(Timestamp(modified))),
                ("SystemModstamp".into(), Value::Instant(Timestamp(stamped))),
                ("IsDeleted".into(), Value::Bool(deleted)),
            ];
            if let (true, Some(contact)) = (is_lead, converted) {
                fields.push(("IsConverted".into(), Value::Bool(true)));
                fields.push((
                    "ConvertedContactId".into(),
                    Value::from(format!("C9{contact}").as_str()),
                ));
            }
            Person {
                kind,
                id: format!("{}{id:02}", if is_lead { "L" } else { "C" }).into(),
                fields,
            }
        })
}

/// Records with different ids, and the same records in another order.
fn two_orders() -> impl Strategy<Value = (Vec<Person>, Vec<Person>)> {
    let people = prop::collection::vec(person(), 0..12).prop_map(|mut people| {
        people.sort_by(|one, other| one.id.cmp(&other.id));
        people.dedup_by(|one, other| one.id == other.id);
        people
    });
    people.prop_flat_map(|people| (Just(people.clone()), Just(people).prop_shuffle()))
}

fn key() -> EmailKey {
    normalise_email("pat@x.example").expect("it is an address")
}

fn describe(result: &MatchResult<'_>) -> String {
    let target = result.target.map(|it| it.id.to_string());
    format!("{target:?} {} {:?}", result.because, result.rejected)
}

proptest! {
    #[test]
    fn the_selected_person_does_not_depend_on_the_order_of_rows((one, other) in two_orders(), (behind, shuffled) in two_orders()) {
        let in_order = Standard.select_person(&key(), &one, &behind);
        let out_of_order = Standard.select_person(&key(), &other, &shuffled);
        prop_assert_eq!(describe(&in_order), describe(&out_of_order));
        prop_assert_eq!(Standard.contacts_behind(&key(), &one), Standard.contacts_behind(&key(), &other));
    }

    #[test]
    fn a_lead_is_selected_only_when_no_contact_could_be((people, _) in two_orders()) {
        let result = Standard.select_person(&key(), &people, &[]);
        if result.target.is_some_and(|it| it.kind == PersonKind::Lead) {
            let contact = people.iter().find(|it| {
                it.kind == PersonKind::Contact && !it.is_deleted() && it.has_address(&key())
            });
            prop_assert_eq!(contact, None);
        }
        prop_assert!(result.target.is_some() || result.because == Rule::NoMatch);
    }

    #[test]
    fn every_record_that_was_found_is_selected_or_passed_over((people, _) in two_orders()) {
        let result = Standard.select_person(&key(), &people, &[]);
        let named = result.rejected.len() + usize::from(result.target.is_some());
        prop_assert_eq!(named, people.len());
    }

    #[test]
    fn normalising_any_text_never_panics(text in any::<String>()) {
        let _ = normalise_email(&text);
    }

    #[test]
    fn normalising_twice_changes_nothing(text in "\\PC{1,12}@[\\PC&&[^@]]{1,12}\\.(example|Example|ÉXAMPLE|例え)") {
        if let Ok(once) = normalise_email(&text) {
            prop_assert_eq!(normalise_email(once.as_str()), Ok(once.clone()));
            for spelling in once.spellings() {
                prop_assert_eq!(normalise_email(&spelling), Ok(once.clone()));
            }
        }
    }

    #[test]
    fn letter_case_blanks_and_invisible_characters_make_no_other_address(name in "[a-z][a-z0-9+.]{0,8}[a-z]", at in 0..4_usize) {
        let plain = format!("{name}@x.example");
        let mut dressed = format!("  {}\u{200b}", plain.to_uppercase());
        dressed.insert(at.min(2), '\u{feff}');
        prop_assert_eq!(normalise_email(&dressed), normalise_email(&plain));
    }
}
