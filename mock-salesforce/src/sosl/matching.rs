//! Which rows hold the words.

use std::collections::BTreeSet;

use super::{
    PLAIN_LIMIT, RECORD_LIMIT,
    parse::{Group, Returning, Search, lines_about, plain_term},
    term::Term,
    words::{digits, fits, words},
};
use crate::{
    FieldIndex, FieldKind, ObjectSchema, Org, Record, SfId, Timestamp, Value,
    soql::{self, Asker, Shape, SoqlError, Statement, Visible},
};

/// What a search found: of each object the rows, and how they are written.
pub(crate) type Hits = Vec<(Statement, Vec<SfId>)>;

impl Search {
    /// A parameterized search: the text needs no escapes.
    pub(crate) fn plain(text: &str) -> Result<Self, SoqlError> {
        let term = plain_term(text)?;
        let (returning, text) = (Vec::new(), text.trim().to_owned());
        let source = String::new();
        Ok(Self { term, text, group: Group::All, returning, limit: None, labels: false, source })
    }
}

/// Carries out a search on behalf of `asker`.
pub(crate) fn find(org: &Org, asker: &Asker, search: &Search) -> Result<Hits, SoqlError> {
    let everywhere: Vec<Returning>;
    let returning = if search.returning.is_empty() {
        everywhere = searchable(org, asker);
        &everywhere
    } else {
        &search.returning
    };
    let mut left = search.limit.unwrap_or(RECORD_LIMIT).min(RECORD_LIMIT);
    let is_plain = |one: &Returning| one.condition.is_none() && one.order.is_none();
    if let [one] = search.returning.as_slice()
        && is_plain(one)
    {
        left = left.min(PLAIN_LIMIT);
    }
    let mut hits = Vec::with_capacity(returning.len());
    for one in returning {
        let (statement, ids) = of_object(org, asker, search, one)?;
        let wanted = one.limit.unwrap_or(usize::MAX).min(left);
        let ids: Vec<SfId> = ids.into_iter().skip(one.offset).take(wanted).collect();
        left -= ids.len();
        hits.push((statement, ids));
    }
    Ok(hits)
}

/// Every object that can be searched and that the user may read.
fn searchable(org: &Org, asker: &Asker) -> Vec<Returning> {
    let objects = org.schema().objects();
    objects
        .filter(|object| object.searchable && org.permitted(asker.user, object.index).read)
        .map(|object| Returning { object: object.name.to_string(), ..Returning::default() })
        .collect()
}

fn of_object(
    org: &Org,
    asker: &Asker,
    search: &Search,
    one: &Returning,
) -> Result<(Statement, Vec<SfId>), SoqlError> {
    let (text, starts) = statement_of(one);
    let statement = soql::parse(&text).and_then(|query| soql::bind(org, asker, &text, &query));
    let statement =
        statement.map_err(|error| error.told_at(|byte| said_at(search, (one, &starts), byte)))?;
    if statement.shape != Shape::Rows {
        let message = "aggregate expressions are not allowed in RETURNING";
        return Err(SoqlError::new("MALFORMED_SEARCH", message));
    }
    let object = org.schema().at(statement.object);
    if !object.searchable {
        let message = format!("entity type {} does not support search", object.name);
        return Err(SoqlError::new("INVALID_TYPE_FOR_OPERATION", message));
    }
    let places = places(org, asker, object, search.group);
    let known = by_address(org, search, object, &places);
    let fits = |id: &SfId| {
        known.as_ref().is_none_or(|known| known.contains(id))
            && org
                .get(*id)
                .is_some_and(|row| is_found(org, row, (&search.term, &places), asker.now))
    };
    let ids = match &known {
        // No need to look at every row when the addresses say which.
        Some(known) if one.condition.is_none() && one.order.is_none() => {
            let live = known.iter().copied().filter(|id| org.live(*id).is_some());
            live.filter(&fits).collect()
        }
        _ => soql::run(org, &statement, Visible::Live).ids.into_iter().filter(&fits).collect(),
    };
    Ok((statement, ids))
}

/// The statement that reads what is asked of one object, and where its fields, its object, its condition and its order
/// begin.
fn statement_of(one: &Returning) -> (String, [usize; 4]) {
    let fields = if one.fields.is_empty() { "Id" } else { &one.fields };
    let mut text = format!("SELECT {fields} FROM {}", one.object);
    let object = text.len() - one.object.len();
    let mut add = |clause: &str, said: &Option<String>| {
        let Some(said) = said else { return usize::MAX };
        text.push_str(clause);
        text.push_str(said);
        text.len() - said.len()
    };
    let condition = add(" WHERE ", &one.condition);
    let order = add(" ORDER BY ", &one.order);
    (text, [object, "SELECT ".len(), condition, order])
}

/// The lines about a byte of such a statement: they show the search, where there is one as a text.
fn said_at(search: &Search, (one, starts): (&Returning, &[usize; 4]), byte: usize) -> String {
    if search.source.is_empty() {
        return String::new();
    }
    let parts = starts.iter().zip(one.places).filter(|(start, _)| **start <= byte);
    let (start, place) = parts.max_by_key(|(start, _)| **start).unwrap_or((&0, 0));
    lines_about(&search.source, place + (byte - start)).0
}

/// The fields of an object that a group looks into, as far as the user sees them.
fn places(
    org: &Org,
    asker: &Asker,
    object: &ObjectSchema,
    group: Group,
) -> Vec<(FieldIndex, FieldKind)> {
    let in_group = |field: &crate::FieldSchema| match group {
        Group::All => matches!(
            field.kind,
            FieldKind::String
                | FieldKind::TextArea
                | FieldKind::Email
                | FieldKind::Phone
                | FieldKind::Url
                | FieldKind::Picklist
                | FieldKind::MultiPicklist
                | FieldKind::Combobox
        ),
        Group::Name => field.name_field || matches!(&*field.name, "FirstName" | "LastName"),
        Group::Email => field.kind == FieldKind::Email,
        Group::Phone => field.kind == FieldKind::Phone,
    };
    object
        .fields()
        .filter(|field| in_group(field) && org.readable(asker.user, object.index, field.index))
        .map(|field| (field.index, field.kind))
        .collect()
}

/// The rows with this address, when an address is looked for among addresses and all of them are indexed.
fn by_address(
    org: &Org,
    search: &Search,
    object: &ObjectSchema,
    places: &[(FieldIndex, FieldKind)],
) -> Option<BTreeSet<SfId>> {
    if search.group != Group::Email || !search.term.is_address(&search.text) {
        return None;
    }
    let address = Value::text(&search.text.replace('\\', ""));
    let mut found = BTreeSet::new();
    for (field, _) in places {
        found.extend(org.lookup(object.index, *field, &address)?);
    }
    Some(found)
}

fn is_found(
    org: &Org,
    row: &Record,
    (term, places): (&Term, &[(FieldIndex, FieldKind)]),
    now: Timestamp,
) -> bool {
    is_indexed(org, row, now) && Texts::of(org, row, places).hold(term)
}

/// Has the index seen the row yet?
fn is_indexed(org: &Org, row: &Record, now: Timestamp) -> bool {
    let delay = i64::try_from(org.settings().search_delay_ms).unwrap_or(i64::MAX);
    if delay == 0 {
        return true;
    }
    let created = org.schema().at(row.object()).system.created_date;
    match created.map(|field| org.value(row, field).into_owned()) {
        Some(Value::DateTime(created)) => created.0.saturating_add(delay) <= now.0,
        _ => true,
    }
}

/// What a row says, in lower case, field by field.
struct Texts(Vec<(String, FieldKind)>);

impl Texts {
    fn of(org: &Org, row: &Record, places: &[(FieldIndex, FieldKind)]) -> Self {
        let text = |(field, kind): &(FieldIndex, FieldKind)| {
            Some((org.value(row, *field).as_text()?.to_lowercase(), *kind))
        };
        Self(places.iter().filter_map(text).collect())
    }

    fn hold(&self, term: &Term) -> bool {
        match term {
            Term::And(terms) => terms.iter().all(|term| self.hold(term)),
            Term::Or(terms) => terms.iter().any(|term| self.hold(term)),
            Term::Not(term) => !self.hold(term),
            Term::Phrase(phrase) => {
                self.0.iter().any(|(text, kind)| stands_in(text, *kind, phrase))
            }
        }
    }
}

/// Do the words of a phrase stand beside each other in a text?
fn stands_in(text: &str, kind: FieldKind, phrase: &[String]) -> bool {
    // Most texts are done with here: the longest stretch without a wildcard is not in them.
    let fragments = phrase.iter().flat_map(|word| word.split(['*', '?']));
    let longest = fragments.max_by_key(|fragment| fragment.len()).unwrap_or_default();
    if kind == FieldKind::Phone
        && phrase.iter().all(|word| word.chars().all(|c| c.is_ascii_digit()))
    {
        let wanted = phrase.concat();
        if !wanted.is_empty() && digits(text) == wanted {
            return true;
        }
    }
    if !text.contains(longest) {
        return false;
    }
    let fit =
        |window: &[String]| window.iter().zip(phrase).all(|(word, pattern)| fits(word, pattern));
    words(text).windows(phrase.len()).any(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(text: &str, kind: FieldKind, phrase: &str) -> bool {
        let Ok(search) = Search::plain(phrase) else { return false };
        Texts(vec![(text.to_lowercase(), kind)]).hold(&search.term)
    }

    #[test]
    fn phrases_stand_in_texts_word_by_word() {
        use FieldKind::{Email, Phone, String};
        assert!(stands("Ann.Lee@example.com", Email, "ann.lee@example.com"));
        assert!(!stands("Ann.Lee@example.com.mx.org", Email, "lee@example.org"));
        assert!(stands("Acme Rockets Inc", String, "rock*"));
        assert!(!stands("Acme Rockets Inc", String, "rock"));
        assert!(stands("Acme Rockets Inc", String, "\"rockets inc\""));
        assert!(!stands("Acme Rockets Inc", String, "\"acme inc\""));
        assert!(stands("Acme Rockets Inc", String, "acme AND NOT shells"));
        assert!(stands("(415) 555-0100", Phone, "4155550100"));
        assert!(!stands("(415) 555-0100", String, "4155550100"));
        assert!(stands("Zürich", String, "zürich"));
    }
}
