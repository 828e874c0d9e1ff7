//! Statements that were resolved before: programs ask the same again and again, with other texts between the quotes.
//!
//! A plan is known by its statement without these texts. It is good for the schema that it was made for, and for
//! everybody who gets the same answers to the questions about rights that were asked when it was made. A statement whose
//! meaning depends on more than that (on the day, on a time zone, on whose rows they are) gets no plan, nor does one with
//! a text anywhere but in its `WHERE`. A text that the parser would look at twice is left to it.

use std::{
    hash::{BuildHasher as _, Hasher as _},
    ops::Range,
    sync::Arc,
};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::{
    like::Pattern,
    statement::{Column, Statement, Test},
};
use crate::{FieldIndex, ObjectIndex, Org, SfId, Value, schema::Schema};

/// Most plans; one more, and all are forgotten.
const PLANS_MAX: usize = 256;
/// Longest statement that is looked up, in bytes.
const TEXT_MAX: usize = 4_000;
/// The hash is a place to look, nothing that can be seen; the seed is fixed all the same.
const SEED: u64 = 0x00d0_1a45_5eed;

/// Every plan.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    schema: Option<Arc<Schema>>,
    known: HashTable<Plan>,
    rows: HashTable<RowPlan>,
    /// The statement that is looked for: what is between its texts, and where they are.
    lifted: Lifted,
}

/// A statement whose texts are filled in.
#[derive(Debug)]
struct Plan {
    version: u16,
    text: Box<[u8]>,
    rights: Vec<Right>,
    statement: Arc<Statement>,
    /// Which values of the conditions, in their order, are texts of the statement.
    holes: Vec<bool>,
}

/// The columns of a row that is read by itself.
#[derive(Debug)]
struct RowPlan {
    object: ObjectIndex,
    /// The fields that are asked for, as they are written; absent when all are.
    wanted: Option<Box<str>>,
    rights: Vec<Right>,
    columns: Arc<[Column]>,
}

impl RowPlan {
    fn is_of(&self, object: ObjectIndex, wanted: Option<&str>) -> bool {
        self.object == object && self.wanted.as_deref() == wanted
    }
}

/// An answer about rights that a plan rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Right {
    pub(crate) object: ObjectIndex,
    /// Absent when it is about rows of the object.
    pub(crate) field: Option<FieldIndex>,
    pub(crate) granted: bool,
}

impl Right {
    fn holds(self, org: &Org, user: SfId) -> bool {
        let granted = match self.field {
            Some(field) => org.readable(user, self.object, field),
            None => org.permitted(user, self.object).read,
        };
        granted == self.granted
    }
}

impl Plans {
    /// The statement of a text, if one like it has a plan that is good for the user.
    pub(crate) fn find(
        &mut self,
        org: &Org,
        (user, version): (SfId, u16),
        text: &str,
    ) -> Option<Arc<Statement>> {
        self.follow(org);
        let Self { known, lifted, .. } = self;
        let hash = lifted.of(text, version)?;
        let plan = known
            .find_mut(hash, |plan| plan.version == version && *plan.text == *lifted.between)?;
        if !plan.rights.iter().all(|right| right.holds(org, user)) {
            return None;
        }
        let statement = Arc::make_mut(&mut plan.statement);
        statement.reader = user;
        let mut texts = lifted.texts.iter().filter_map(|range| text.get(range.clone()));
        let mut holes = plan.holes.iter();
        let mut fill = |slot: Slot<'_>| {
            !holes.next().is_some_and(|hole| *hole)
                || texts.next().is_some_and(|text| slot.fill(text))
        };
        let filled = statement.filter.as_mut().is_none_or(|test| each(test, &mut fill));
        filled.then(|| Arc::clone(&plan.statement))
    }

    /// The columns of a row of an object, if they were found before and are good for the user.
    pub(crate) fn columns(
        &mut self,
        org: &Org,
        user: SfId,
        (object, wanted): (ObjectIndex, Option<&str>),
    ) -> Option<Arc<[Column]>> {
        self.follow(org);
        let hash = hash_of(wanted.unwrap_or_default().as_bytes(), object.0);
        let plan = self.rows.find(hash, |plan| plan.is_of(object, wanted))?;
        let good = plan.rights.iter().all(|right| right.holds(org, user));
        good.then(|| Arc::clone(&plan.columns))
    }

    /// Keeps the columns of a row of an object. `rights` is what they rest on.
    pub(crate) fn keep_columns(
        &mut self,
        org: &Org,
        (object, wanted): (ObjectIndex, Option<&str>),
        (columns, rights): (&Arc<[Column]>, Vec<Right>),
    ) {
        self.follow(org);
        if wanted.is_some_and(|wanted| wanted.len() > TEXT_MAX) {
            return;
        }
        if self.rows.len() >= PLANS_MAX {
            self.rows.clear();
        }
        let hash = hash_of(wanted.unwrap_or_default().as_bytes(), object.0);
        let columns = Arc::clone(columns);
        let plan = RowPlan { object, wanted: wanted.map(Box::from), rights, columns };
        match self.rows.find_mut(hash, |own| own.is_of(object, wanted)) {
            Some(own) => *own = plan,
            None => {
                self.rows.insert_unique(hash, plan, |own| {
                    hash_of(own.wanted.as_deref().unwrap_or_default().as_bytes(), own.object.0)
                });
            }
        }
    }

    /// Forgets what was known of another schema.
    fn follow(&mut self, org: &Org) {
        let schema = org.shared_schema();
        if !self.schema.as_ref().is_some_and(|own| Arc::ptr_eq(own, schema)) {
            *self = Self { schema: Some(Arc::clone(schema)), ..Self::default() };
        }
    }

    /// Keeps a statement for texts like its own. `rights` is what it rests on.
    pub(crate) fn keep(
        &mut self,
        org: &Org,
        (version, text): (u16, &str),
        (statement, rights): (&Statement, Vec<Right>),
    ) {
        self.follow(org);
        let Some(hash) = self.lifted.of(text, version) else { return };
        let mut statement = Statement::clone(statement);
        let Some(holes) = holes(&mut statement, &self.lifted, text) else { return };
        if self.known.len() >= PLANS_MAX {
            self.known.clear();
        }
        let between = self.lifted.between.as_slice().into();
        let plan = Plan { version, text: between, rights, statement: Arc::new(statement), holes };
        let same = |own: &Plan| own.version == version && own.text == plan.text;
        match self.known.find_mut(hash, same) {
            Some(own) => *own = plan,
            None => {
                self.known.insert_unique(hash, plan, |own| hash_of(&own.text, own.version));
            }
        }
    }
}

/// A statement taken apart.
#[derive(Debug, Default)]
struct Lifted {
    /// What stands between the texts, with the quotes.
    between: Vec<u8>,
    /// Where the texts are, without the quotes.
    texts: Vec<Range<usize>>,
}

impl Lifted {
    /// Takes a statement apart; `None` when it has escapes, ends within a text, or is long.
    fn of(&mut self, text: &str, version: u16) -> Option<u64> {
        self.between.clear();
        self.texts.clear();
        let bytes = text.as_bytes();
        if bytes.len() > TEXT_MAX || memchr::memchr(b'\\', bytes).is_some() {
            return None;
        }
        let quote = |from: usize| Some(from + memchr::memchr(b'\'', bytes.get(from..)?)?);
        let mut from = 0;
        while let Some(open) = quote(from) {
            let close = quote(open + 1)?;
            self.between.extend_from_slice(bytes.get(from..=open)?);
            self.texts.push(open + 1..close);
            from = close + 1;
        }
        self.between.extend_from_slice(bytes.get(from..)?);
        Some(hash_of(&self.between, version))
    }
}

fn hash_of(between: &[u8], version: u16) -> u64 {
    let mut hasher = FixedState::with_seed(SEED).build_hasher();
    hasher.write_u16(version);
    hasher.write(between);
    hasher.finish()
}

/// The place of a value in a condition.
enum Slot<'s> {
    Value(&'s mut Value),
    Pattern(&'s mut Pattern),
}

impl Slot<'_> {
    /// Puts in a text without escapes; false when the parser has to say what it means.
    fn fill(self, text: &str) -> bool {
        let read = self.read(text);
        match (self, read) {
            (Self::Value(value), Some(Read::Value(text))) => *value = text,
            (Self::Pattern(pattern), Some(Read::Pattern(text))) => *pattern = text,
            _ => return false,
        }
        true
    }

    /// Is there what a text means?
    fn holds(&self, text: &str) -> bool {
        match (self, self.read(text)) {
            (Self::Value(value), Some(Read::Value(text))) => **value == text,
            (Self::Pattern(pattern), Some(Read::Pattern(text))) => **pattern == text,
            _ => false,
        }
    }

    /// May there be a text of the statement?
    fn is_text(&self) -> bool {
        match self {
            Self::Value(value) => matches!(value, Value::Text(_) | Value::Id(_)),
            Self::Pattern(_) => true,
        }
    }

    /// What a text means here. Nothing is said of empty ones, which are null whatever stands there else.
    fn read(&self, text: &str) -> Option<Read> {
        match self {
            _ if text.is_empty() => None,
            Self::Value(Value::Id(_)) => text.parse().ok().map(Value::Id).map(Read::Value),
            Self::Value(Value::Text(_)) => Some(Read::Value(Value::text(text))),
            Self::Value(_) => None,
            Self::Pattern(_) => Some(Read::Pattern(Pattern::new(text))),
        }
    }
}

/// What a text means.
enum Read {
    Value(Value),
    Pattern(Pattern),
}

/// Which values of a statement's conditions are its texts; `None` when it can have no plan.
fn holes(statement: &mut Statement, lifted: &Lifted, text: &str) -> Option<Vec<bool>> {
    if statement.columns.iter().any(|column| matches!(column, Column::Children { .. })) {
        return None;
    }
    let mut texts = lifted.texts.iter().filter_map(|range| text.get(range.clone()));
    let mut holes = Vec::new();
    let mut note = |slot: Slot<'_>| {
        holes.push(slot.is_text());
        !slot.is_text() || texts.next().is_some_and(|text| slot.holds(text))
    };
    let noted = statement.filter.as_mut().is_none_or(|test| each(test, &mut note));
    (noted && texts.next().is_none()).then_some(holes)
}

/// Goes through the values of a condition, as they were written; false when one is refused, or when the condition is of
/// a kind that has other things in it than values.
fn each(test: &mut Test, take: &mut impl FnMut(Slot<'_>) -> bool) -> bool {
    match test {
        Test::And(all) | Test::Or(all) => all.iter_mut().all(|test| each(test, take)),
        Test::Not(one) => each(one, take),
        Test::Compare { value, .. } => take(Slot::Value(value)),
        Test::In { values, .. } => values.iter_mut().all(|value| take(Slot::Value(value))),
        Test::Like { pattern, .. } => take(Slot::Pattern(pattern)),
        Test::Range { .. }
        | Test::InRows { .. }
        | Test::InIds { .. }
        | Test::LeadsTo { .. }
        | Test::Includes { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        org::{Crud, FieldAccess},
        soql::{Asker, bound, parse},
        standard_org,
    };

    const VERSION: u16 = 62;

    fn org() -> (Org, SfId) {
        let org = Org::new(&standard_org(), Timestamp(0)).unwrap();
        let user = org.administrator().unwrap();
        (org, user)
    }

    fn resolved(org: &Org, user: SfId, text: &str) -> Statement {
        let asker = Asker::of(org, user, Timestamp(0), VERSION);
        bound(org, &asker, text, &parse(text).unwrap()).unwrap().statement
    }

    /// Resolves a statement and keeps it; is there a plan then for another?
    fn planned(first: &str, other: &str) -> Option<(Statement, Statement)> {
        let (org, user) = org();
        let mut plans = Plans::default();
        assert!(plans.find(&org, (user, VERSION), first).is_none());
        let asker = Asker::of(&org, user, Timestamp(0), VERSION);
        let bound = bound(&org, &asker, first, &parse(first).unwrap()).unwrap();
        plans.keep(&org, (VERSION, first), (&bound.statement, bound.rights?));
        let found = plans.find(&org, (user, VERSION), other)?;
        Some((Statement::clone(&found), resolved(&org, user, other)))
    }

    #[test]
    fn a_plan_is_what_the_parser_would_have_made_of_the_statement() {
        for (first, other) in [
            (
                "SELECT Id FROM Lead WHERE Email = 'a@b.c'",
                "SELECT Id FROM Lead WHERE Email = 'd@e.f'",
            ),
            (
                "SELECT Name, Owner.Name FROM Lead WHERE OwnerId = '005000000000001' AND (Email IN ('a', 'b') OR NOT LastName LIKE 'x%') AND Phone != null AND NumberOfEmployees > 5 ORDER BY Name LIMIT 3",
                "SELECT Name, Owner.Name FROM Lead WHERE OwnerId = '005000000000002AAA' AND (Email IN ('a', 'c') OR NOT LastName LIKE '%é_') AND Phone != null AND NumberOfEmployees > 5 ORDER BY Name LIMIT 3",
            ),
            (
                "SELECT COUNT(Id), Company FROM Lead WHERE Email = 'a' GROUP BY Company",
                "SELECT COUNT(Id), Company FROM Lead WHERE Email = 'z' GROUP BY Company",
            ),
        ] {
            let (planned, resolved) = planned(first, other).expect(first);
            assert_eq!(planned, resolved, "{other}");
        }
    }

    #[test]
    fn what_the_parser_has_to_look_at_has_no_plan() {
        let first = "SELECT Id FROM Lead WHERE Email = 'a' AND OwnerId = '005000000000001'";
        for (email, owner) in
            [("", "005000000000001"), ("a\\'b", "005000000000001"), ("a", ""), ("a", "nobody")]
        {
            let other =
                format!("SELECT Id FROM Lead WHERE Email = '{email}' AND OwnerId = '{owner}'");
            assert!(planned(first, &other).is_none(), "{other}");
        }
        assert!(planned(first, &first[..first.len() - 1]).is_none());
        assert!(planned(first, &first.replace("Email", "Phone")).is_none());
    }

    #[test]
    fn a_statement_that_means_something_else_tomorrow_or_to_others_has_no_plan() {
        for text in [
            "SELECT Id FROM Lead WHERE CreatedDate = TODAY",
            "SELECT Id FROM Lead USING SCOPE mine",
            "SELECT FORMAT(CreatedDate) FROM Lead",
            "SELECT Id FROM Lead WHERE DAY_ONLY(convertTimezone(CreatedDate)) = 2026-01-01",
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'a')",
            "SELECT Id FROM Lead WHERE Email = '' AND Phone = 'a'",
        ] {
            assert!(planned(text, text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_plan_is_for_those_who_have_the_rights_that_it_was_made_with() {
        let text = "SELECT Id, Phone FROM Lead WHERE Email = 'a'";
        let (mut org, user) = org();
        let mut plans = Plans::default();
        let mut found = |org: &Org| {
            let before = plans.find(org, (user, VERSION), text).is_some();
            let asker = Asker::of(org, user, Timestamp(0), VERSION);
            if let Ok(bound) = bound(org, &asker, text, &parse(text).unwrap()) {
                plans.keep(org, (VERSION, text), (&bound.statement, bound.rights.unwrap()));
            }
            before
        };
        assert!(!found(&org) && found(&org));
        let lead = org.schema().object("Lead").unwrap();
        let (lead, phone) = (lead.index, lead.field_index("Phone").unwrap());
        org.set_field_permission(user, (lead, phone), FieldAccess::None);
        assert!(!found(&org) && !found(&org));
        org.set_field_permission(user, (lead, phone), FieldAccess::Read);
        assert!(found(&org));
        org.set_permission(user, lead, Crud { read: false, ..Crud::ALL });
        assert!(!found(&org));
        org.set_permission(user, lead, Crud::ALL);
        assert!(found(&org));
        // A snapshot has the schema of its org; a change of it makes it another one.
        assert!(found(&org.clone()));
        org.remove_field("Lead", "External_Id__c").unwrap();
        assert!(!found(&org) && found(&org));
    }
}
