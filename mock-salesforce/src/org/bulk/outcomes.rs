//! What becomes of a row of a batch? It is created, changed, deleted or refused by itself, in chunks of 200 as triggers see
//! them (wire reference §6).
//!
//! A row comes as cells of a file or as a record in JSON or XML. A key that stands twice in a chunk is refused in both places.

use serde_json::Value as Json;

use crate::id::SfId;
use crate::schema::FieldSchema;

use super::super::coerce::{Misfit, coerce_text};
use super::super::context::{FieldInput, Origin, Saved, UpsertRefusal};
use super::super::error::OrgError;
use super::super::repeated::RepeatedKeys;
use super::super::save::{Draft, SentValues, Takes as _, one};
use super::batch::{Outcome, Refused};
use super::columns::{Columns, Row};
use super::csv_file::{CsvFile, CsvRow, RowReader};
use super::request::Operation;
use super::work::Order;
use super::{Batch, CHUNK_ROWS, Org};

/// A row that was refused, with the id that it gave.
type Refusal = (Option<SfId>, Vec<OrgError>);

impl Org {
    /// Saves the rows of a file, up to one of them.
    pub(super) fn save_csv(
        &mut self,
        order: &Order<'_>,
        batch: &mut Batch,
        (file, until): (&CsvFile, usize),
    ) -> Result<(), String> {
        let wanted = (file.header(), order.request.operation, order.key);
        let columns = Columns::of(self, &order.cx, &order.object, wanted)?;
        let mut rows = file.rows_from(batch.outcomes.len());
        batch.outcomes.reserve(until - batch.outcomes.len());
        while batch.outcomes.len() < until {
            let from = batch.outcomes.len();
            let chunk = CHUNK_ROWS.min(until - from);
            let twice = if order.request.operation == Operation::Upsert {
                let mut ahead = file.rows_from(from);
                RepeatedKeys::of((0..chunk).filter_map(|_| columns.key_of(ahead.next()?)))
            } else {
                RepeatedKeys::default()
            };
            let reading = Reading { order, file, columns: &columns, twice: &twice };
            self.batch(|org| reading.save(org, batch, (&mut rows, chunk)));
        }
        Ok(())
    }

    fn save_row(
        &mut self,
        order: &Order<'_>,
        (row, values): (&Row<'_>, SentValues<'_>),
        twice: &RepeatedKeys,
    ) -> Result<Saved, Vec<OrgError>> {
        match order.request.operation {
            Operation::Update => {
                id_given(row.id).and_then(|id| self.save_updated(order, id, values))
            }
            Operation::Upsert => self.upsert_row(order, (row, values), twice),
            _ => id_given(row.id).and_then(|id| self.delete_row(order, id)),
        }
    }

    fn save_created(&mut self, order: &Order<'_>, draft: Draft) -> Result<Saved, Vec<OrgError>> {
        self.transaction(|org| {
            org.allowed(&order.cx, &order.object, true)?;
            let id = org.save(&order.cx, draft)?;
            Ok(Saved { id, created: true })
        })
    }

    fn create_row(
        &mut self,
        order: &Order<'_>,
        values: SentValues<'_>,
    ) -> Result<Saved, Vec<OrgError>> {
        let mut draft = self.draft(&order.cx, &order.object);
        for (field, value) in values {
            draft.take(field, value);
        }
        self.save_created(order, draft)
    }

    fn save_updated(
        &mut self,
        order: &Order<'_>,
        id: SfId,
        values: SentValues<'_>,
    ) -> Result<Saved, Vec<OrgError>> {
        self.transaction(|org| {
            org.target(&order.object, id).map_err(one)?;
            org.allowed(&order.cx, &order.object, false)?;
            org.save_existing(&order.cx, id, values)?;
            Ok(Saved { id, created: false })
        })
    }

    fn upsert_row(
        &mut self,
        order: &Order<'_>,
        (row, mut values): (&Row<'_>, SentValues<'_>),
        twice: &RepeatedKeys,
    ) -> Result<Saved, Vec<OrgError>> {
        let Some(field) = order.key.map(|key| order.object.field_at(key)) else {
            return Err(one(OrgError::not_found()));
        };
        if &*field.name == "Id" {
            return match row.id {
                None => self.create_row(order, values),
                given => id_given(given).and_then(|id| self.save_updated(order, id, values)),
            };
        }
        if row.id.is_some() {
            let text = "The Id field should not be specified in the sobject data.";
            return Err(one(OrgError::new("INVALID_FIELD", text).about(["Id"])));
        }
        let Some(text) = row.key.map(str::trim).filter(|key| !key.is_empty()) else {
            return Err(one(key_missing(field)));
        };
        twice.refuse(&field.name, text).map_err(one)?;
        let key = coerce_text(field, text, Origin::Bulk)
            .map_err(|(Misfit::Type(error) | Misfit::Id(error))| one(error))?;
        match self.matches(&order.object, field.index, &key).as_slice() {
            [] => {
                values.push((field.index, key));
                self.create_row(order, values)
            }
            [only] => self.save_updated(order, *only, values),
            several => Err(one(several_match(several))),
        }
    }

    fn delete_row(&mut self, order: &Order<'_>, id: SfId) -> Result<Saved, Vec<OrgError>> {
        self.delete(&order.cx, &order.object.name, id)?;
        if order.request.operation == Operation::HardDelete {
            self.remove_row(order.object.index, id);
        }
        Ok(Saved { id, created: false })
    }

    /// Saves the records of a document, up to one of them.
    pub(super) fn save_records(
        &mut self,
        order: &Order<'_>,
        batch: &mut Batch,
        records: &[FieldInput],
        until: usize,
    ) {
        while batch.outcomes.len() < until {
            let from = batch.outcomes.len();
            let chunk = records.get(from..until.min(from + CHUNK_ROWS)).unwrap_or_default();
            let name = order.request.external_id_field.as_deref();
            let twice = RepeatedKeys::of(chunk.iter().filter_map(|record| text_of(record, name?)));
            let outcomes: Vec<_> = self.batch(|org| {
                chunk.iter().map(|record| org.save_record(order, record, &twice)).collect()
            });
            for outcome in outcomes {
                batch.note(outcome);
            }
        }
    }

    fn save_record(
        &mut self,
        order: &Order<'_>,
        record: &FieldInput,
        twice: &RepeatedKeys,
    ) -> Result<Saved, Refusal> {
        let (cx, object) = (&order.cx, &*order.object.name);
        let mut input = record.clone();
        let given = take(&mut input, "Id");
        let told = given.as_deref().and_then(|id| id.parse().ok());
        let given = given.as_deref().filter(|id| !id.is_empty());
        let outcome = match order.request.operation {
            Operation::Insert if given.is_some() => Err(one(id_on_insert())),
            Operation::Insert => self.create(cx, object, &input),
            Operation::Update => id_given(given).and_then(|id| self.update(cx, object, id, &input)),
            Operation::Upsert => self.upsert_record(order, given, input, twice),
            _ => id_given(given).and_then(|id| self.delete_row(order, id)),
        };
        outcome.map_err(|errors| (told, errors))
    }

    fn upsert_record(
        &mut self,
        order: &Order<'_>,
        given: Option<&str>,
        mut input: FieldInput,
        twice: &RepeatedKeys,
    ) -> Result<Saved, Vec<OrgError>> {
        let Some(field) = order.key.map(|key| order.object.field_at(key)) else {
            return Err(one(OrgError::not_found()));
        };
        let key = if &*field.name == "Id" {
            given.unwrap_or_default().to_owned()
        } else {
            let key = take(&mut input, &field.name).filter(|key| !key.is_empty());
            key.ok_or_else(|| one(key_missing(field)))?
        };
        twice.refuse(&field.name, &key).map_err(one)?;
        self.upsert(&order.cx, &order.object.name, (&field.name, &key), &input).map_err(|refusal| {
            match refusal {
                UpsertRefusal::Errors(errors) => errors,
                UpsertRefusal::SeveralMatches(ids) => one(several_match(&ids)),
            }
        })
    }
}

/// What the rows of a file are read and saved with.
struct Reading<'r> {
    order: &'r Order<'r>,
    file: &'r CsvFile,
    columns: &'r Columns,
    twice: &'r RepeatedKeys,
}

impl Reading<'_> {
    /// Saves the next rows.
    fn save(&self, org: &mut Org, batch: &mut Batch, (rows, count): (&mut RowReader<'_>, usize)) {
        for _ in 0..count {
            let Some(row) = rows.next() else { return };
            if let Some(cells) = self.file.odd_cells(batch.outcomes.len()) {
                batch.note(Err((None, one(self.odd(cells)))));
                continue;
            }
            batch.note(if self.order.request.operation == Operation::Insert {
                self.insert(org, row)
            } else {
                self.change(org, row)
            });
        }
    }

    /// A row has another number of cells than the header.
    fn odd(&self, cells: usize) -> OrgError {
        let header = self.file.header().len();
        let text = format!(
            "Number of fields in header is different from the row. header = {header} row = {cells}"
        );
        OrgError::new("INVALID_FIELD", text)
    }

    /// A new row is read into its place.
    fn insert(&self, org: &mut Org, cells: CsvRow<'_>) -> Result<Saved, Refusal> {
        let order = self.order;
        let mut draft = org.draft(&order.cx, &order.object);
        let row = self.columns.read(org, &order.object, cells, &mut draft)?;
        let saved = match row.id {
            Some(_) => Err(one(id_on_insert())),
            None => org.save_created(order, draft),
        };
        saved.map_err(|errors| (row.told(), errors))
    }

    /// Of other rows it is not known where they go before they are read.
    fn change(&self, org: &mut Org, cells: CsvRow<'_>) -> Result<Saved, Refusal> {
        let mut values = SentValues::with_capacity(self.columns.len());
        let row = self.columns.read(org, &self.order.object, cells, &mut values)?;
        let saved = org.save_row(self.order, (&row, values), self.twice);
        saved.map_err(|errors| (row.told(), errors))
    }
}

impl Batch {
    fn note(&mut self, saved: Result<Saved, Refusal>) {
        self.outcomes.push(match saved {
            Ok(Saved { id, created }) => Outcome::Saved { id, created },
            Err((id, errors)) => {
                self.refused += 1;
                Outcome::Refused(Box::new(Refused { id, errors }))
            }
        });
    }
}

fn id_given(text: Option<&str>) -> Result<SfId, Vec<OrgError>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Err(one(OrgError::new("MISSING_ARGUMENT", "Id not specified in an update call")));
    };
    text.parse().map_err(|_| {
        one(OrgError::new("MALFORMED_ID", format!("malformed id {text}")).about(["Id"]))
    })
}

fn id_on_insert() -> OrgError {
    let text = "cannot specify Id in an insert call";
    OrgError::new("INVALID_FIELD_FOR_INSERT_UPDATE", text).about(["Id"])
}

fn key_missing(field: &FieldSchema) -> OrgError {
    let text = format!("{} not specified", field.name);
    OrgError::new("MISSING_ARGUMENT", text).about([&*field.name])
}

fn several_match(ids: &[SfId]) -> OrgError {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let text = format!("more than one record found for external id field: [{}]", ids.join(", "));
    OrgError::new("DUPLICATE_EXTERNAL_ID", text)
}

fn text_of(input: &FieldInput, name: &str) -> Option<String> {
    let value = input.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1;
    match value {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn take(input: &mut FieldInput, name: &str) -> Option<String> {
    let text = text_of(input, name);
    if let Some(key) = input.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned() {
        input.shift_remove(&key);
    }
    text
}
