//! `world.records` → rows of the org, taken as they are: no rule runs for them.
//!
//! Rows are numbered in file order, object by object, before any is stored, so that a record may name one that comes
//! later. What hangs off an account (`opportunities: 2`) comes after all of them.

use std::{collections::BTreeMap, sync::Arc};

use mock_salesforce::{FieldInput, Org, Origin, SaveContext, SfId, Timestamp};
use scenarios::{
    Text,
    ast::{Moment, RecordSetup, Scenario},
};
use serde_json::{Value as Json, json};

use super::{
    Names, Problems,
    names::NameKind::{Record, User},
    org::ADMINISTRATOR,
    value::field_input,
};

/// How old a record is whose file does not say so, in ms before the start: 30 days.
const USUAL_AGE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Most rows that one account may have hanging off it.
const CHILDREN_LIMIT: u32 = 10_000;

/// Stores the records of a world.
pub(crate) fn import_records(
    scenario: &Scenario,
    org: &mut Org,
    names: &mut Names,
    problems: &mut Problems,
) {
    let ids = number(scenario, org, names, problems);
    let cx = import_context(scenario, names);
    let mut import = Import { scenario, org, names, problems, cx };
    for (record, id) in scenario.world.records.iter().zip(&ids) {
        if let Some(id) = id {
            import.record(record, *id);
        }
    }
    for (record, id) in scenario.world.records.iter().zip(&ids) {
        if let Some(id) = id {
            import.children(record, *id);
        }
    }
}

/// On whose behalf rows of the world are stored.
pub(super) fn import_context(scenario: &Scenario, names: &Names) -> SaveContext {
    let administrator = names.find(&[User], ADMINISTRATOR).unwrap_or(SfId::EMPTY);
    let now = Timestamp(scenario.clock.starts);
    SaveContext { origin: Origin::Import, ..SaveContext::admin(administrator, now) }
}

/// The id of each record; nothing where the object does not exist.
fn number(
    scenario: &Scenario,
    org: &Org,
    names: &mut Names,
    problems: &mut Problems,
) -> Vec<Option<SfId>> {
    let mut next: BTreeMap<[u8; 3], u64> = BTreeMap::new();
    let records = scenario.world.records.iter();
    records
        .map(|record| {
            let Some(object) = org.schema().object(&record.object) else {
                problems.add(
                    record.object.span,
                    format!("the org has no object `{}`", record.object),
                    "use an API name such as Lead, Contact, Account",
                );
                return None;
            };
            let stored = org.count(object.index) as u64;
            let number = next.entry(object.key_prefix).or_insert(stored);
            *number += 1;
            let id = SfId::numbered(object.key_prefix, *number);
            if let Some(key) = &record.key {
                names.add(Record, Arc::clone(&key.text), id);
            }
            Some(id)
        })
        .collect()
}

struct Import<'a> {
    scenario: &'a Scenario,
    org: &'a mut Org,
    names: &'a Names,
    problems: &'a mut Problems,
    cx: SaveContext,
}

impl Import<'_> {
    fn record(&mut self, record: &RecordSetup, id: SfId) {
        let Some(object) = self.org.schema().object(&record.object) else { return };
        let starts = self.scenario.clock.starts;
        let mut input = match field_input(object, &record.fields, self.names, starts) {
            Ok(input) => input,
            Err(bad) => {
                for it in bad {
                    self.problems.add(it.at.span, it.message, it.help);
                }
                return;
            }
        };
        input.insert("Id".to_owned(), json!(id.to_string()));
        self.dates(record, &mut input);
        if record.deleted {
            input.insert("IsDeleted".to_owned(), json!(true));
        }
        if let Some(contact) = &record.converted_to {
            self.conversion(contact, &mut input);
        }
        self.store(&record.object, &record.object, &input);
    }

    /// A record is as old as it says; one that only says when it was modified was created then.
    fn dates(&self, record: &RecordSetup, input: &mut FieldInput) {
        let starts = self.scenario.clock.starts;
        let since_epoch = |moment: Moment| moment.since_epoch(starts);
        let modified = record.modified.map(since_epoch);
        let created = record.created.map(since_epoch).or(modified);
        let created = created.unwrap_or_else(|| starts.saturating_sub(USUAL_AGE_MS));
        let modified = modified.unwrap_or(created);
        let text = |at: i64| json!(Timestamp(at).whole_second().to_string());
        for (field, at) in
            [("CreatedDate", created), ("LastModifiedDate", modified), ("SystemModstamp", modified)]
        {
            input.entry(field.to_owned()).or_insert_with(|| text(at));
        }
    }

    /// The lead was converted into this contact.
    fn conversion(&mut self, contact: &Text, input: &mut FieldInput) {
        let Some(id) = self.names.find(&[Record], contact) else {
            self.problems.add(
                contact.span,
                format!("there is no contact `{contact}`"),
                "name a contact of `world.records` by its key",
            );
            return;
        };
        input.insert("IsConverted".to_owned(), json!(true));
        input.insert("ConvertedContactId".to_owned(), json!(id.to_string()));
        let account = self.account_of(contact);
        if let Some(account) = account {
            input.insert("ConvertedAccountId".to_owned(), json!(account.to_string()));
        }
        if let Some(date) = input.get("LastModifiedDate").and_then(Json::as_str) {
            let day = date.split('T').next().unwrap_or_default().to_owned();
            input.insert("ConvertedDate".to_owned(), json!(day));
        }
    }

    /// The account of a contact of the world.
    fn account_of(&self, contact: &Text) -> Option<SfId> {
        let records = &self.scenario.world.records;
        let record = records.iter().find(|record| record.key.as_ref() == Some(contact))?;
        let account =
            record.fields.iter().find(|(field, _)| matches!(&**field, "Account" | "AccountId"))?;
        self.names.find(&[Record], &account.1)
    }

    /// What hangs off an account.
    fn children(&mut self, record: &RecordSetup, id: SfId) {
        if record.opportunities.max(record.contacts) > CHILDREN_LIMIT {
            self.problems.add(
                record.place.0,
                format!("more than {CHILDREN_LIMIT} rows hang off one account"),
                "use fewer opportunities and contacts",
            );
            return;
        }
        let account = json!(id.to_string());
        let close = Timestamp(self.scenario.clock.starts).to_string();
        let close = close.split('T').next().unwrap_or_default();
        for number in 1..=record.opportunities {
            let input = FieldInput::from([
                ("Name".to_owned(), json!(format!("Opportunity {number}"))),
                ("AccountId".to_owned(), account.clone()),
                ("StageName".to_owned(), json!("Prospecting")),
                ("CloseDate".to_owned(), json!(close)),
            ]);
            self.store("Opportunity", &record.object, &input);
        }
        for number in 1..=record.contacts {
            let input = FieldInput::from([
                ("LastName".to_owned(), json!(format!("Contact {number}"))),
                ("AccountId".to_owned(), account.clone()),
            ]);
            self.store("Contact", &record.object, &input);
        }
    }

    fn store(&mut self, object: &str, at: &Text, input: &FieldInput) {
        if let Err(error) = self.org.import(&self.cx, object, input) {
            let help = "a record of the world is stored as it is written: correct it";
            self.problems.add(at.span, error.to_string(), help);
        }
    }
}
