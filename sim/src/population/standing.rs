//! What the org already holds of a person, and which of it is the visitor: records made by perturbing one another.
//!
//! Which record is the right one is said here, where the records are made, from the order of the rules of target
//! selection (DD-01 to DD-11d): contacts before leads, a converted lead's contact when no contact has the address, then
//! the last modified, then the lowest id, which is the first listed.

use scenarios::{
    Text,
    ast::{Moment, RecordSetup},
};

use super::{cast::Cast, person::Person};
use crate::seed::Draws;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What the org holds of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing.
    Nobody,
    /// Records of other people whose addresses look alike.
    LookAlikes,
    /// Only a lead in the recycle bin.
    Deleted,
    Lead,
    /// Leads of different ages.
    Leads,
    /// Leads of one age.
    LeadsOfOneAge,
    Contact,
    Contacts,
    /// A contact, and a lead that was modified later.
    LeadAndContact,
    /// A lead that became a contact who has another address now.
    Converted,
    /// The same, and an open lead.
    ConvertedAndLead,
}

/// Standings of people whom nothing matches.
pub(crate) const UNKNOWN: &[(u64, Standing)] =
    &[(6, Standing::Nobody), (3, Standing::LookAlikes), (1, Standing::Deleted)];

/// Standings of people whom a record matches.
pub(crate) const KNOWN: &[(u64, Standing)] = &[
    (5, Standing::Lead),
    (3, Standing::Leads),
    (2, Standing::LeadsOfOneAge),
    (4, Standing::Contact),
    (2, Standing::Contacts),
    (3, Standing::LeadAndContact),
    (2, Standing::Converted),
    (1, Standing::ConvertedAndLead),
];

/// The record that is the visitor.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) key: Text,
    pub(crate) object: &'static str,
    pub(crate) owner: Text,
    /// The rule that chooses it.
    pub(crate) because: &'static str,
}

/// A person's records and which of them is the person.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) records: Vec<RecordSetup>,
    pub(crate) target: Option<Target>,
    /// Leads with the address that a query finds, converted ones too.
    pub(crate) leads: usize,
}

/// Makes the records of a person.
pub(crate) fn hold(
    person: &Person,
    key: &str,
    standing: Standing,
    from: (&Cast, &mut Draws),
) -> Held {
    let (cast, draws) = from;
    let mut file = File { person, key, cast, draws, held: Held::default() };
    match standing {
        Standing::Nobody => {}
        Standing::LookAlikes => file.look_alikes(),
        Standing::Deleted => {
            let age = file.draws.between(2, 300);
            file.add("Lead", age).deleted = true;
            file.held.leads = 0;
        }
        Standing::Lead => file.choose("Lead", 0, "match.only_record"),
        Standing::Contact => file.choose("Contact", 0, "match.only_record"),
        Standing::Leads => file.several("Lead"),
        Standing::Contacts => file.several("Contact"),
        Standing::LeadsOfOneAge => file.of_one_age(),
        Standing::LeadAndContact => {
            let age = file.draws.between(2, 40);
            file.add("Lead", age);
            let older = age + file.draws.between(1, 200);
            file.choose("Contact", older, "match.contact_over_lead");
        }
        Standing::Converted => file.converted(false),
        Standing::ConvertedAndLead => file.converted(true),
    }
    file.held
}

fn set(record: &mut RecordSetup, field: &str, text: &str) {
    for (_, value) in record.fields.iter_mut().filter(|(name, _)| *name == field) {
        *value = text.into();
    }
}

struct File<'a> {
    person: &'a Person,
    key: &'a str,
    cast: &'a Cast,
    draws: &'a mut Draws,
    held: Held,
}

impl File<'_> {
    /// A record of the person, as another source might have written it.
    fn add(&mut self, object: &'static str, age_days: i64) -> &mut RecordSetup {
        let person = self.person;
        let letter = char::from(b'a' + u8::try_from(self.held.records.len() % 26).unwrap_or(0));
        let owner = self.cast.old_owner(self.draws, object);
        let email = match self.draws.below(4) {
            0 => person.email.to_uppercase(),
            _ => person.email.clone(),
        };
        let mut fields: Vec<(Text, Text)> = vec![
            ("FirstName".into(), person.first.clone().into()),
            ("LastName".into(), person.last.clone().into()),
            ("Email".into(), email.into()),
            ("Phone".into(), person.phone.clone().into()),
            ("Owner".into(), owner),
        ];
        if object == "Lead" {
            fields.push(("Company".into(), person.company_elsewhere(self.draws).into()));
            self.held.leads += 1;
        }
        let key = Text::from(format!("{}_{letter}", self.key));
        let modified = Moment::Offset(-age_days * DAY_MS);
        let created = Moment::Offset(-(age_days + self.draws.between(0, 400)) * DAY_MS);
        self.held.records.push(RecordSetup {
            created: Some(created),
            modified: Some(modified),
            ..RecordSetup::new(Some(key), object, fields)
        });
        self.held.records.last_mut().expect("a record was just added")
    }

    /// The record that is the person; so many days old, or of any age.
    fn choose(&mut self, object: &'static str, age_days: i64, because: &'static str) {
        let age = if age_days > 0 { age_days } else { self.draws.between(1, 300) };
        self.add(object, age);
        self.is_it(self.held.records.len() - 1, object, because);
    }

    fn is_it(&mut self, place: usize, object: &'static str, because: &'static str) {
        let Some(record) = self.held.records.get(place) else { return };
        let owner = record.fields.iter().find(|(field, _)| *field == "Owner");
        self.held.target = Some(Target {
            key: record.key.clone().unwrap_or_default(),
            object,
            owner: owner.map(|(_, owner)| owner.clone()).unwrap_or_default(),
            because,
        });
    }

    /// Two to four of different ages; the youngest is the person, wherever it stands.
    fn several(&mut self, object: &'static str) {
        let count = self.draws.between(2, 4);
        let mut ages: Vec<i64> = (0..count).map(|it| 3 + it * 20).collect();
        self.draws.shuffle(&mut ages);
        for age in &ages {
            self.add(object, *age);
        }
        let youngest = ages.iter().position(|age| *age == 3).unwrap_or(0);
        self.is_it(youngest, object, "match.last_modified");
    }

    /// Equal to the second; the first listed has the lowest id.
    fn of_one_age(&mut self) {
        let age = self.draws.between(1, 300);
        for _ in 0..self.draws.between(2, 3) {
            self.add("Lead", age);
        }
        self.is_it(0, "Lead", "match.lowest_id");
    }

    fn converted(&mut self, with_open_lead: bool) {
        let age = self.draws.between(30, 300);
        let private = format!("private.{}", self.person.email);
        let contact = self.add("Contact", age);
        set(contact, "Email", &private);
        let contact_key = contact.key.clone();
        self.is_it(0, "Contact", "match.converted_lead");
        self.add("Lead", age + 1).converted_to = contact_key;
        if with_open_lead {
            self.add("Lead", 2);
        }
    }

    fn look_alikes(&mut self) {
        for (place, email) in self.person.look_alikes().into_iter().enumerate() {
            let object = if self.draws.chance(1, 3) { "Contact" } else { "Lead" };
            let age = self.draws.between(1, 300);
            let phone = self.person.phone.replacen("555", "557", 1);
            let phone = format!("{phone} ext {place}");
            let record = self.add(object, age);
            set(record, "Email", &email);
            set(record, "Phone", &phone);
        }
        self.held.leads = 0;
    }
}
