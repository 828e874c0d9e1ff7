//! Which record does a line of the timeline mean: by key, by the name that an expectation gave, or by its fields.

use mock_salesforce::{FieldKind, ObjectSchema, Org, Record, SfId, Value};
use scenarios::{
    Text,
    ast::{Check, Matcher, RecordCheck, RecordRef, Scenario},
};

use crate::lower::{
    Names,
    names::NameKind,
    value::{find_field, json_value},
};

/// Where records are looked for.
pub(super) struct Finder<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) names: &'a Names,
    pub(super) org: &'a Org,
}

impl Finder<'_> {
    /// The record that is meant.
    pub(super) fn find(&self, record: &RecordRef) -> Result<SfId, String> {
        match record {
            RecordRef::Name(name) => self.named(name),
            RecordRef::Where { object, fields } => {
                let filter: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), Matcher::Is(value.clone())))
                    .collect();
                self.only(object, &filter, false)
            }
        }
    }

    fn named(&self, name: &Text) -> Result<SfId, String> {
        if let Some(id) = self.names.find(&[NameKind::Record, NameKind::Campaign], name) {
            return Ok(id);
        }
        if let Ok(id) = name.parse::<SfId>() {
            return Ok(id);
        }
        let check = self.alias(name).ok_or_else(|| format!("no record is called `{name}`"))?;
        self.only(&check.object, &check.filter, check.deleted)
    }

    /// The expectation that gives a record this name.
    fn alias(&self, name: &Text) -> Option<&RecordCheck> {
        self.scenario.expect.iter().find_map(|expectation| match &expectation.check {
            Check::Record(check) if check.alias.as_ref() == Some(name) => Some(check),
            _ => None,
        })
    }

    /// The only record that agrees with a filter.
    fn only(
        &self,
        object: &Text,
        filter: &[(Text, Matcher)],
        deleted: bool,
    ) -> Result<SfId, String> {
        let schema = self.org.schema().object(object);
        let schema = schema.ok_or_else(|| format!("the org has no object `{object}`"))?;
        let mut found = Vec::new();
        for row in self.candidates(schema, filter).filter(|row| deleted || !row.is_deleted()) {
            if self.agrees(schema, row, filter)? {
                found.push(row.id());
            }
        }
        match found.as_slice() {
            [only] => Ok(*only),
            [] => Err(format!("no {object} agrees with the filter")),
            several => Err(format!("{} {object} records agree with the filter", several.len())),
        }
    }

    /// The rows that can agree, in id order: those that an index of the org finds by the first condition, else all.
    fn candidates(
        &self,
        object: &ObjectSchema,
        filter: &[(Text, Matcher)],
    ) -> Box<dyn Iterator<Item = &Record> + '_> {
        match self.indexed(object, filter) {
            Some(ids) => Box::new(ids.into_iter().filter_map(|id| self.org.get(id))),
            None => Box::new(self.org.rows(object.index)),
        }
    }

    /// The rows that hold the text of the first condition. Beyond ASCII, case is a matter for [`same`] alone.
    fn indexed(&self, object: &ObjectSchema, filter: &[(Text, Matcher)]) -> Option<Vec<SfId>> {
        let (name, Matcher::Is(text)) = filter.first()? else { return None };
        let field = find_field(object, name)?;
        let is_text = matches!(field.kind, FieldKind::Email | FieldKind::String);
        if !is_text || text.is_empty() || !text.is_ascii() {
            return None;
        }
        self.org.lookup(object.index, field.index, &Value::text(text))
    }

    fn agrees(
        &self,
        object: &ObjectSchema,
        row: &Record,
        filter: &[(Text, Matcher)],
    ) -> Result<bool, String> {
        for (name, matcher) in filter {
            let agrees = match matcher {
                Matcher::Is(key) if **name == *"key" => self.names.any(key) == Some(row.id()),
                _ => self.agrees_on((object, row), name, matcher)?,
            };
            if !agrees {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn agrees_on(
        &self,
        (object, row): (&ObjectSchema, &Record),
        name: &Text,
        matcher: &Matcher,
    ) -> Result<bool, String> {
        let field = find_field(object, name)
            .ok_or_else(|| format!("{} has no field `{name}`", object.name))?;
        let value = self.org.value(row, field.index);
        let wanted = |text: &Text| {
            let json = json_value(field, text, self.names, self.scenario.clock.starts);
            json.is_ok_and(|json| same(&json, &value.to_json()))
        };
        fits(matcher, &value.to_string(), &wanted)
    }
}

fn fits(matcher: &Matcher, text: &str, wanted: &dyn Fn(&Text) -> bool) -> Result<bool, String> {
    match matcher {
        Matcher::Is(value) => Ok(wanted(value)),
        Matcher::OneOf(values) => Ok(values.iter().any(wanted)),
        Matcher::Not(inner) => fits(inner, text, wanted).map(|it| !it),
        Matcher::Present(_) => Ok(!text.is_empty()),
        Matcher::Absent(_) => Ok(text.is_empty()),
        Matcher::Contains(part) => Ok(text.contains(&**part)),
        _ => Err("a record that a line names is found by values, `present`, `absent`, `contains`, `not` or `one_of`".to_owned()),
    }
}

/// Values as a SOQL filter compares them: text without regard to case, numbers as numbers.
fn same(wanted: &serde_json::Value, actual: &serde_json::Value) -> bool {
    if let (Some(a), Some(b)) = (wanted.as_f64(), actual.as_f64()) {
        return (a - b).abs() < f64::EPSILON;
    }
    match (wanted.as_str(), actual.as_str()) {
        (Some(a), Some(b)) => a.to_lowercase() == b.to_lowercase(),
        _ => wanted == actual,
    }
}
