//! What makes this person a member of the campaign?
//!
//! A person is a member once. Whoever is none becomes one, with the status and the fields that the step or the campaign
//! mapping names (CP-01 to CP-04); a member gets the values that differ, and being a member already is a success (CP-05d).
//! A contact whose row says only the lead that it was converted from keeps that row (CP-07d). While no lead exists yet the
//! membership waits for it (CP-06d, K-14).

use crate::{FieldValues, MemberTarget, PersonKind, RecordId, Row, Rule, Settings, Value};

/// A person who is to be a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPerson<'a> {
    /// Lead or contact.
    pub kind: PersonKind,
    /// The record.
    pub id: &'a RecordId,
}

/// What is to be written for a membership.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberPlan {
    /// A new member with these fields.
    Add(FieldValues),
    /// These fields of the member.
    Update(RecordId, FieldValues),
    /// Nothing: the person is a member, and everything is as wanted.
    Nothing(RecordId),
}

impl MemberPlan {
    /// The rule that the plan follows.
    pub fn because(&self) -> Rule {
        match self {
            Self::Add(_) => Rule::CampaignAdded,
            Self::Update(..) => Rule::MemberUpdated,
            Self::Nothing(_) => Rule::AlreadyMember,
        }
    }
}

/// Plans the membership of a person; `existing` are the person's rows in this campaign, by lead or by contact.
pub fn member_plan(
    existing: &[Row],
    wanted: &MemberTarget,
    person: &MemberPerson<'_>,
) -> MemberPlan {
    let values = || {
        let status = wanted.status.iter().map(|it| ("Status".into(), Value::from(it.as_str())));
        let fields =
            wanted.fields.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        status.chain(fields)
    };
    let Some(member) = existing.iter().min_by_key(|it| &it.id) else {
        let reference = match person.kind {
            PersonKind::Lead => "LeadId",
            PersonKind::Contact => "ContactId",
        };
        let mut fields = vec![
            ("CampaignId".into(), Value::from(wanted.campaign.as_str())),
            (reference.into(), Value::from(person.id.as_str())),
        ];
        fields.extend(values());
        return MemberPlan::Add(fields);
    };
    let differs = |value: &Value, held: Option<&Value>| {
        held.and_then(Value::text).as_deref() != value.text().as_deref()
    };
    let fields: FieldValues =
        values().filter(|(name, value)| differs(value, member.get(name.as_str()))).collect();
    if fields.is_empty() {
        MemberPlan::Nothing(member.id.clone())
    } else {
        MemberPlan::Update(member.id.clone(), fields)
    }
}

/// Whether "Change Status" adds a person who is no member (LL-38, K-29).
pub fn missing_member(settings: &Settings) -> Result<Rule, Rule> {
    if settings.add_if_missing { Ok(Rule::AddedIfMissing) } else { Err(Rule::NotAMember) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn a_lead_or_a_contact_becomes_a_member() {
        check(
            "lead",
            "",
            expect![
                "add CampaignId=701A LeadId=P1 Status=Responded Source__c=chat (campaign.added)"
            ],
        );
        check(
            "contact",
            "",
            expect![
                "add CampaignId=701A ContactId=P1 Status=Responded Source__c=chat (campaign.added)"
            ],
        );
    }

    #[test]
    fn being_a_member_already_is_a_success() {
        check(
            "lead",
            "M1 Status=Responded Source__c=chat",
            expect!["M1 (campaign.already_member)"],
        );
    }

    #[test]
    fn a_member_gets_the_values_that_differ() {
        check(
            "lead",
            "M1 Status=Sent Source__c=chat",
            expect!["update M1 Status=Responded (campaign.member_updated)"],
        );
        check(
            "contact",
            "M1 Status=Responded",
            expect!["update M1 Source__c=chat (campaign.member_updated)"],
        );
    }

    #[test]
    fn of_two_rows_the_older_id_is_kept() {
        check(
            "contact",
            "M2 Status=Sent, M1 Status=Responded Source__c=chat",
            expect!["M1 (campaign.already_member)"],
        );
    }

    #[track_caller]
    fn check(kind: &str, existing: &str, expect: Expect) {
        let wanted = MemberTarget {
            campaign: "701A".into(),
            status: Some("Responded".to_owned()),
            fields: vec![("Source__c".into(), "chat".to_owned())],
        };
        let existing: Vec<Row> =
            existing.split(", ").filter(|it| !it.is_empty()).map(row).collect();
        let kind = if kind == "lead" { PersonKind::Lead } else { PersonKind::Contact };
        let plan = member_plan(&existing, &wanted, &MemberPerson { kind, id: &"P1".into() });
        let text = match &plan {
            MemberPlan::Add(fields) => format!("add {}", acme::describe(fields)),
            MemberPlan::Update(id, fields) => format!("update {id} {}", acme::describe(fields)),
            MemberPlan::Nothing(id) => id.to_string(),
        };
        expect.assert_eq(&format!("{text} ({})", plan.because()));
    }

    fn row(line: &str) -> Row {
        let (id, fields) = line.split_once(' ').unwrap();
        Row { id: id.into(), fields: acme::fields(fields) }
    }
}
