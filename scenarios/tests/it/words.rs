//! A small vocabulary: enough of Salesforce and of the engine to check files against.

use scenarios::ast::{CustomField, FieldKind};
use scenarios::catalogue::Catalogue;
use scenarios::{
    FaultWord, FieldWord, FormulaProblem, SettingValues, SettingWord, View, Vocabulary,
};

pub(crate) struct Small;

const LEAD: &str = "Id FirstName LastName Company Email Phone Title PostalCode Country LeadSource Status IsConverted:checkbox \
    OwnerId:ref ConvertedContactId:ref CreatedDate:datetime NumberOfEmployees:number";
const CONTACT: &str = "Id FirstName LastName Email Phone Title MailingPostalCode MailingCountry AccountId:ref OwnerId:ref CreatedDate:datetime";
const EVENT: &str = "Id Subject Description WhoId:ref WhatId:ref OwnerId:ref StartDateTime:datetime EndDateTime:datetime \
    DurationInMinutes:number ActivityDate:date";
const OBJECTS: [(&str, &str); 6] = [
    ("Lead", LEAD),
    ("Contact", CONTACT),
    ("Event", EVENT),
    ("Account", "Id Name Industry OwnerId:ref AnnualRevenue:number"),
    ("Campaign", "Id Name IsActive:checkbox"),
    ("CampaignMember", "Id CampaignId:ref LeadId:ref ContactId:ref Status"),
];

fn fields(object: &str) -> impl Iterator<Item = (&'static str, FieldKind)> {
    let found = OBJECTS.iter().find(|(name, _)| *name == object);
    found.into_iter().flat_map(|(_, fields)| fields.split_whitespace()).map(|field| {
        let (name, kind) = field.split_once(':').unwrap_or((field, "text"));
        let kind = match kind {
            "ref" => FieldKind::Reference,
            "datetime" => FieldKind::Datetime,
            "date" => FieldKind::Date,
            "number" => FieldKind::Number,
            "checkbox" => FieldKind::Checkbox,
            _ => FieldKind::Text,
        };
        (name, kind)
    })
}

impl Vocabulary for Small {
    fn rules(&self) -> Vec<&str> {
        vec![
            "owner.chat_rep",
            "owner.experience_only",
            "trigger.rep_started",
            "match.contact_over_lead",
            "sync.retry_unavailable",
            "sync.records_any_match",
            "sync.not_previously_synced",
            "salesforce.validation_rule",
        ]
    }

    fn requirements(&self) -> Vec<&str> {
        Catalogue::embedded().requirements().map(|row| row.id.as_str()).collect()
    }

    fn profiles(&self) -> Vec<&str> {
        vec!["qualified", "lead_liaison", "full_circle"]
    }

    fn settings(&self) -> Vec<SettingWord<'_>> {
        vec![
            SettingWord {
                name: "chat_owner",
                values: SettingValues::OneOf(vec!["holder", "starter"]),
            },
            SettingWord { name: "leave_grace", values: SettingValues::Duration },
            SettingWord {
                name: "no_match_rule",
                values: SettingValues::OneOf(vec!["warn", "strict"]),
            },
        ]
    }

    fn metrics(&self) -> Vec<&str> {
        vec!["sync.time_to_lead", "api_calls_per_visitor", "duplicates_created"]
    }

    fn fault_operations(&self) -> Vec<&str> {
        vec![
            "query",
            "create",
            "update",
            "delete",
            "upsert",
            "collections",
            "composite",
            "bulk",
            "auth",
            "limits",
        ]
    }

    fn fault_kinds(&self) -> Vec<FaultWord<'_>> {
        vec![FaultWord { name: "row_lock", takes: &[] }]
    }

    fn view_fields(&self, view: View) -> Option<Vec<&str>> {
        match view {
            View::Rep => Some(vec!["matched_record", "offers", "hints"]),
            _ => None,
        }
    }

    fn destinations(&self) -> Vec<&str> {
        vec!["salesforce"]
    }

    fn objects(&self) -> Vec<&str> {
        OBJECTS.iter().map(|(name, _)| *name).collect()
    }

    fn fields(&self, object: &str) -> Vec<&str> {
        fields(object).map(|(name, _)| name).collect()
    }

    fn field(&self, object: &str, name: &str) -> Option<FieldWord> {
        let (_, kind) = fields(object).find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        Some(FieldWord { kind, values: Vec::new() })
    }

    /// Formulas whose parentheses do not pair are wrong.
    fn formula(&self, _object: &str, _custom: &[CustomField], text: &str) -> Vec<FormulaProblem> {
        if text.matches('(').count() == text.matches(')').count() {
            return Vec::new();
        }
        let hint = Some("close every parenthesis".to_owned());
        vec![FormulaProblem {
            range: text.len() - 1..text.len(),
            message: "a parenthesis stays open".to_owned(),
            hint,
        }]
    }
}
