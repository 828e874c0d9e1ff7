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
    EmailKey, FieldValues, PersonKind, RecordId, Row, Rule, Timestamp, UserId, Value,
    normalise_email,
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

/// The fields that the rules read of every person, whatever is mapped.
pub fn person_fields(kind: PersonKind) -> &'static [&'static str] {
    match kind {
        PersonKind::Lead => &[
            "Email",
            "OwnerId",
            "LastModifiedDate",
            "SystemModstamp",
            "IsConverted",
            "ConvertedContactId",
        ],
        PersonKind::Contact => {
            &["Email", "OwnerId", "LastModifiedDate", "SystemModstamp", "AccountId"]
        }
    }
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
    pub fn email(&self) -> Option<EmailKey> {
        self.text("Email").and_then(|text| normalise_email(text).ok())
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
    let has_contact =
        found.iter().any(|it| is_candidate(key, it) && it.kind == PersonKind::Contact);
    if has_contact {
        return Vec::new();
    }
    let mut ids: Vec<RecordId> = found
        .iter()
        .filter(|it| it.is_converted() && !it.is_deleted() && it.email().as_ref() == Some(key))
        .filter_map(Person::converted_contact)
        .collect();
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
    let (candidates, others): (Vec<&Person>, Vec<&Person>) =
        found.iter().partition(|it| is_candidate(key, it));
    let (contacts, leads): (Vec<&Person>, Vec<&Person>) =
        candidates.into_iter().partition(|it| it.kind == PersonKind::Contact);
    let behind: Vec<&Person> = behind.iter().filter(|it| !it.is_deleted()).collect();

    let has_contact = !contacts.is_empty();
    let stands_for = !has_contact && !behind.is_empty();
    let mut result = if has_contact {
        choose(contacts, leads)
    } else if stands_for {
        MatchResult { because: Rule::ConvertedLead, ..choose(behind, leads) }
    } else {
        choose(leads, Vec::new())
    };
    for other in others {
        if other.email().as_ref() != Some(key) {
            result.rejected.push((other.id.clone(), Rule::DifferentEmail));
        } else if !stands_for {
            result.rejected.push((other.id.clone(), Rule::ConvertedNotCandidate));
        }
    }
    result.rejected.sort();
    result
}

/// Chooses among records that a duplicate rule of the org named; their addresses may differ from the visitor's (FM-61a).
pub fn select_duplicate(named: &[Person]) -> MatchResult<'_> {
    let usable = named.iter().filter(|it| !it.is_deleted() && !it.is_converted());
    let (contacts, leads): (Vec<&Person>, Vec<&Person>) =
        usable.partition(|it| it.kind == PersonKind::Contact);
    let chosen =
        if contacts.is_empty() { choose(leads, Vec::new()) } else { choose(contacts, leads) };
    if chosen.target.is_none() {
        return chosen;
    }
    MatchResult { because: Rule::AdoptedDuplicate, ..chosen }
}

fn is_candidate(key: &EmailKey, person: &Person) -> bool {
    !person.is_deleted() && !person.is_converted() && person.email().as_ref() == Some(key)
}

/// The best of `kind`, over everything of the lower kind.
fn choose<'a>(mut kind: Vec<&'a Person>, lower: Vec<&'a Person>) -> MatchResult<'a> {
    kind.sort_by_key(|it| (Reverse(it.recency()), it.id.clone()));
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
