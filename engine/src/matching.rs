//! Which CRM record is this visitor?
//!
//! An e-mail address can sit on many records at once (DD-01). The visitor is
//!
//! 1. the contact, where a contact and a lead share the address ([`Rule::ContactOverLead`]; DD-04, DD-09d);
//! 2. the last modified, where several of one kind do ([`Rule::LastModified`]; DD-02, DD-03), then the one with the
//!    later system modstamp, then the one with the lowest id, so that no answer hangs on the order of a query (DD-10d).
//!
//! Converted and deleted leads are no candidates. A converted lead stands for its contact when no contact has the address
//! itself ([`Rule::ConvertedLead`]; DD-11d). Addresses are compared once both are normalised (DD-12d).

use std::cmp::Reverse;

use crate::{
    EmailKey, FieldValues, PersonKind, PlusTags, RecordId, Row, Rule, Timestamp, UserId, Value,
    email::person_key,
};

/// A lead or contact, as a query found it.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Lead or contact.
    pub kind: PersonKind,
    /// The record's id.
    pub id: RecordId,
    /// The fields that were read, in order.
    pub fields: FieldValues,
}

impl Person {
    /// The person that a query's row is about.
    pub fn of_row(kind: PersonKind, row: Row) -> Self {
        Self { kind, id: row.id, fields: row.fields }
    }

    /// The value of a field, if it was read.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.iter().find(|(name, _)| name.as_str() == field).map(|(_, value)| value)
    }

    /// The record's owner today.
    pub fn owner(&self) -> Option<UserId> {
        self.text("OwnerId").map(UserId::from)
    }

    /// The key of the record's e-mail address.
    pub fn email(&self, plus_tags: PlusTags) -> Option<EmailKey> {
        self.text("Email").and_then(|text| person_key(text, plus_tags).ok())
    }

    /// Whether the record has an address of this person.
    pub fn has_address(&self, key: &EmailKey) -> bool {
        self.text("Email").is_some_and(|text| key.is_of(text))
    }

    /// The account of a contact.
    pub fn account(&self) -> Option<RecordId> {
        self.text("AccountId").map(RecordId::from)
    }

    /// Whether the record is a converted lead.
    pub fn is_converted(&self) -> bool {
        self.is_true("IsConverted")
    }

    /// Whether the record is in the recycle bin.
    pub fn is_deleted(&self) -> bool {
        self.is_true("IsDeleted")
    }

    /// The contact that a converted lead became.
    pub fn converted_contact(&self) -> Option<RecordId> {
        self.text("ConvertedContactId").map(RecordId::from)
    }

    /// The record that survived a merge in which this one was lost.
    pub fn merged_into(&self) -> Option<RecordId> {
        self.text("MasterRecordId").map(RecordId::from)
    }

    fn recency(&self) -> (Timestamp, Timestamp) {
        (self.instant("LastModifiedDate"), self.instant("SystemModstamp"))
    }

    fn text(&self, field: &str) -> Option<&str> {
        match self.get(field) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn is_true(&self, field: &str) -> bool {
        matches!(self.get(field), Some(Value::Bool(true)))
    }

    fn instant(&self, field: &str) -> Timestamp {
        match self.get(field) {
            Some(Value::Instant(at)) => *at,
            _ => Timestamp(i64::MIN),
        }
    }
}

/// An answer to "which record is this visitor?".
#[derive(Debug, Clone, PartialEq)]
pub struct MatchResult<'a> {
    /// The record, if there is one.
    pub target: Option<&'a Person>,
    /// The rule that chose it.
    pub because: Rule,
    /// The candidates that were passed over.
    pub rejected: Vec<(RecordId, Rule)>,
}

/// The contacts that converted leads among `found` stand for, and that have to be read before
/// [`select_person`] can choose: none when a contact has the address itself.
pub fn contacts_behind(key: &EmailKey, found: &[Person]) -> Vec<RecordId> {
    let mut ids = Vec::new();
    for person in found {
        match standing(key, person) {
            Standing::Candidate if person.kind == PersonKind::Contact => return Vec::new(),
            Standing::Converted => ids.extend(person.converted_contact()),
            _ => {}
        }
    }
    ids.sort();
    ids.dedup();
    ids
}

/// Chooses the record that is the visitor, from those `found` under the address and the contacts `behind` converted leads.
pub fn select_person<'a>(
    key: &EmailKey,
    found: &'a [Person],
    behind: &'a [Person],
) -> MatchResult<'a> {
    let (mut contacts, mut leads, mut passed_over) = (Vec::new(), Vec::new(), Vec::new());
    for person in found {
        match (standing(key, person), person.kind) {
            (Standing::Candidate, PersonKind::Contact) => contacts.push(person),
            (Standing::Candidate, PersonKind::Lead) => leads.push(person),
            (standing, _) => passed_over.push((person, standing)),
        }
    }
    let behind: Vec<&Person> = behind.iter().filter(|it| !it.is_deleted()).collect();

    let stands_for = contacts.is_empty() && !behind.is_empty();
    let mut result = if stands_for {
        MatchResult { because: Rule::ConvertedLead, ..choose(behind, leads) }
    } else if contacts.is_empty() {
        choose(leads, Vec::new())
    } else {
        choose(contacts, leads)
    };
    result.rejected.extend(passed_over.into_iter().filter_map(
        |(person, standing)| match standing {
            Standing::OtherEmail => Some((person.id.clone(), Rule::DifferentEmail)),
            Standing::Converted if stands_for => None,
            _ => Some((person.id.clone(), Rule::ConvertedNotCandidate)),
        },
    ));
    result.rejected.sort();
    result
}

/// Chooses among records that a duplicate rule of the org named; their addresses may differ from the visitor's (FM-61a).
pub fn select_duplicate<'a>(named: impl IntoIterator<Item = &'a Person>) -> MatchResult<'a> {
    let usable = named.into_iter().filter(|it| !it.is_deleted() && !it.is_converted());
    let (contacts, leads): (Vec<&Person>, Vec<&Person>) =
        usable.partition(|it| it.kind == PersonKind::Contact);
    let chosen =
        if contacts.is_empty() { choose(leads, Vec::new()) } else { choose(contacts, leads) };
    if chosen.target.is_none() {
        return chosen;
    }
    MatchResult { because: Rule::AdoptedDuplicate, ..chosen }
}

/// What a record that a search brought may be.
enum Standing {
    Candidate,
    Converted,
    Deleted,
    OtherEmail,
}

fn standing(key: &EmailKey, person: &Person) -> Standing {
    if !person.has_address(key) {
        Standing::OtherEmail
    } else if person.is_deleted() {
        Standing::Deleted
    } else if person.is_converted() {
        Standing::Converted
    } else {
        Standing::Candidate
    }
}

/// The best of `kind`, over everything of the lower kind.
fn choose<'a>(mut kind: Vec<&'a Person>, lower: Vec<&'a Person>) -> MatchResult<'a> {
    kind.sort_by(|one, other| {
        (Reverse(one.recency()), &one.id).cmp(&(Reverse(other.recency()), &other.id))
    });
    let mut ranked = kind.into_iter();
    let Some(best) = ranked.next() else {
        return MatchResult { target: None, because: Rule::NoMatch, rejected: Vec::new() };
    };
    let mut rejected: Vec<(RecordId, Rule)> =
        ranked.map(|it| (it.id.clone(), tie_break(best, it))).collect();
    let because = match rejected.first() {
        _ if !lower.is_empty() => Rule::ContactOverLead,
        Some((_, runner_up_lost_by)) => *runner_up_lost_by,
        None => Rule::OnlyRecord,
    };
    rejected.extend(lower.into_iter().map(|it| (it.id.clone(), Rule::ContactOverLead)));
    rejected.sort();
    MatchResult { target: Some(best), because, rejected }
}

fn tie_break(best: &Person, other: &Person) -> Rule {
    let ((modified, stamp), (other_modified, other_stamp)) = (best.recency(), other.recency());
    if modified != other_modified {
        Rule::LastModified
    } else if stamp != other_stamp {
        Rule::SystemModstamp
    } else {
        Rule::LowestId
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::normalise_email;

    #[test]
    fn a_stranger_matches_nothing() {
        check("", expect!["nobody (match.none)"]);
    }

    #[test]
    fn the_only_record_is_the_visitor() {
        check("lead L1 @1", expect!["L1 (match.only_record)"]);
        check("contact C1 @1", expect!["C1 (match.only_record)"]);
    }

    #[test]
    fn a_contact_beats_a_newer_lead() {
        check(
            "lead L1 @9, contact C1 @1",
            expect!["C1 (match.contact_over_lead) over L1: match.contact_over_lead"],
        );
    }

    #[test]
    fn the_last_modified_lead_wins() {
        check(
            "lead L1 @1, lead L2 @2",
            expect!["L2 (match.last_modified) over L1: match.last_modified"],
        );
    }

    #[test]
    fn the_last_modified_contact_wins() {
        check(
            "contact C2 @2, contact C1 @1",
            expect!["C2 (match.last_modified) over C1: match.last_modified"],
        );
    }

    #[test]
    fn type_comes_first_then_recency() {
        check(
            "lead L1 @8, lead L2 @9, contact C1 @1, contact C2 @2",
            expect![
                "C2 (match.contact_over_lead) over C1: match.last_modified, L1: match.contact_over_lead, L2: match.contact_over_lead"
            ],
        );
    }

    #[test]
    fn equal_dates_fall_to_the_later_modstamp() {
        check(
            "lead L1 @5/6, lead L2 @5/7",
            expect!["L2 (match.system_modstamp) over L1: match.system_modstamp"],
        );
    }

    #[test]
    fn a_tie_falls_to_the_lower_id_whatever_the_order() {
        check("lead L2 @5, lead L1 @5", expect!["L1 (match.lowest_id) over L2: match.lowest_id"]);
        check("lead L1 @5, lead L2 @5", expect!["L1 (match.lowest_id) over L2: match.lowest_id"]);
    }

    #[test]
    fn a_record_with_another_address_is_no_candidate() {
        check(
            "lead L1 @1 email=PAT@X.example, lead L2 @2 email=pat+b@x.example, lead L3 @3 email=none",
            expect![
                "L1 (match.only_record) over L2: match.different_email, L3: match.different_email"
            ],
        );
    }

    #[test]
    fn a_deleted_record_is_no_candidate() {
        check(
            "lead L1 @9 deleted, lead L2 @1",
            expect!["L2 (match.only_record) over L1: match.converted_not_candidate"],
        );
    }

    #[test]
    fn a_converted_lead_stands_for_its_contact() {
        check(
            "lead L1 @9 converted=C7; contact C7 @1 email=other@x.example",
            expect!["C7 (match.converted_lead)"],
        );
        check(
            "lead L1 @9 converted=C7, lead L2 @8; contact C7 @1",
            expect!["C7 (match.converted_lead) over L2: match.contact_over_lead"],
        );
    }

    #[test]
    fn a_contact_with_the_address_itself_beats_the_one_behind_a_converted_lead() {
        check(
            "lead L1 @9 converted=C7, contact C1 @1; contact C7 @5",
            expect!["C1 (match.only_record) over L1: match.converted_not_candidate"],
        );
    }

    #[test]
    fn a_converted_lead_whose_contact_is_gone_is_nobody() {
        check(
            "lead L1 @9 converted=C7",
            expect!["nobody (match.none) over L1: match.converted_not_candidate"],
        );
        check(
            "lead L1 @9 converted=C7; contact C7 @1 deleted",
            expect!["nobody (match.none) over L1: match.converted_not_candidate"],
        );
    }

    #[test]
    fn contacts_are_read_only_behind_converted_leads_without_a_contact() {
        check_behind(
            "lead L1 @9 converted=C7, lead L2 @9 converted=C7, lead L3 @9 converted=C3",
            expect!["C3 C7"],
        );
        check_behind("lead L1 @9 converted=C7, contact C1 @1", expect![""]);
        check_behind("lead L1 @9 converted=C7 email=other@x.example", expect![""]);
        check_behind("lead L1 @9 converted=C7 deleted", expect![""]);
        check_behind("lead L1 @9", expect![""]);
    }

    #[test]
    fn a_named_duplicate_is_adopted_whatever_its_address() {
        let people =
            people("lead L1 @9 email=other@x.example, contact C1 @1 email=none, contact C2 @0");
        expect![
            "C1 (sync.adopted_duplicate) over C2: match.last_modified, L1: match.contact_over_lead"
        ]
        .assert_eq(&describe(&select_duplicate(&people)));
        expect!["nobody (match.none)"].assert_eq(&describe(&select_duplicate(&[])));
    }

    #[test]
    fn a_person_says_what_the_rules_ask() {
        let lead = Person {
            kind: PersonKind::Lead,
            id: "L1".into(),
            fields: vec![
                ("OwnerId".into(), Value::from("005A")),
                ("AccountId".into(), Value::from("001A")),
                ("MasterRecordId".into(), Value::from("00QA")),
                ("Email".into(), Value::from("")),
            ],
        };
        assert_eq!(lead.owner(), Some("005A".into()));
        assert_eq!(lead.account(), Some("001A".into()));
        assert_eq!(lead.merged_into(), Some("00QA".into()));
        assert_eq!(lead.email(PlusTags::Distinct), None);
        assert_eq!(lead.converted_contact(), None);
    }

    /// What was found under the address, and after a semicolon what was read behind converted leads.
    #[track_caller]
    fn check(found: &str, expect: Expect) {
        let (found, behind) = found.split_once(';').unwrap_or((found, ""));
        let (found, behind) = (people(found), people(behind));
        expect.assert_eq(&describe(&select_person(&key(), &found, &behind)));
    }

    #[track_caller]
    fn check_behind(found: &str, expect: Expect) {
        let ids: Vec<String> =
            contacts_behind(&key(), &people(found)).iter().map(RecordId::to_string).collect();
        expect.assert_eq(&ids.join(" "));
    }

    fn describe(result: &MatchResult<'_>) -> String {
        let target = result.target.map_or("nobody", |it| it.id.as_str());
        let rejected: Vec<String> =
            result.rejected.iter().map(|(id, rule)| format!("{id}: {rule}")).collect();
        let over = if rejected.is_empty() { "" } else { " over " };
        format!("{target} ({}){over}{}", result.because, rejected.join(", "))
    }

    fn key() -> EmailKey {
        normalise_email("pat@x.example").unwrap()
    }

    /// Records, each `kind id @modified[/stamped]`, then any of `email=…`, `converted=…`, `deleted`.
    fn people(lines: &str) -> Vec<Person> {
        lines.split(',').map(str::trim).filter(|it| !it.is_empty()).map(person).collect()
    }

    fn person(line: &str) -> Person {
        let mut words = line.split(' ');
        let kind =
            if words.next() == Some("lead") { PersonKind::Lead } else { PersonKind::Contact };
        let id = words.next().unwrap();
        let dates = words.next().unwrap().trim_start_matches('@');
        let (modified, stamped) = dates.split_once('/').unwrap_or((dates, dates));
        let instant = |text: &str| Value::Instant(Timestamp(text.parse().unwrap()));
        let mut fields: FieldValues = vec![
            ("Email".into(), Value::from("pat@x.example")),
            ("LastModifiedDate".into(), instant(modified)),
            ("SystemModstamp".into(), instant(stamped)),
        ];
        for word in words {
            match word.split_once('=') {
                Some(("email", "none")) => fields[0].1 = Value::Null,
                Some(("email", email)) => fields[0].1 = email.into(),
                Some((_, contact)) => {
                    fields.push(("IsConverted".into(), Value::Bool(true)));
                    fields.push(("ConvertedContactId".into(), contact.into()));
                }
                None => fields.push(("IsDeleted".into(), Value::Bool(true))),
            }
        }
        Person::of_row(kind, Row { id: id.into(), fields })
    }
}
