//! Rows put in and read without the API: seeds, JSON records, CSV. No rule of the org runs, nothing is counted, and
//! the change feed tells nothing of it; what is given is kept as it is (ids, owners, dates too). All or nothing.

use bytes::Bytes;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Control, ControlError, page_of};
use crate::{FieldInput, Org, OrgSeed, Origin, SaveContext, SfId, org::ImportError};

/// An org, rows, or both.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedFile {
    /// Takes the place of the org that is there.
    pub org: Option<OrgSeed>,
    /// Rows by object. Each is a map of fields; `Id` is made when it is absent.
    pub rows: IndexMap<String, Vec<FieldInput>>,
    /// Is what is there afterwards the state that a reset comes back to?
    pub as_start: bool,
}

/// A CSV file with a header of field names. An empty cell is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csv(pub Bytes);

/// How many rows came in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Loaded {
    /// Rows by object.
    pub loaded: IndexMap<String, usize>,
    /// Their ids, in the order in which they were given; the first thousand.
    pub ids: Vec<String>,
}

/// What a seed made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// The org's id.
    pub organization: String,
    /// Usernames of the active users.
    pub users: Vec<String>,
    /// How many rows came in.
    #[serde(flatten)]
    pub rows: Loaded,
}

/// Rows of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RowPage {
    /// The object.
    pub object: String,
    /// Live rows of it.
    pub total: usize,
    /// Fields that hold something, in field order; `Id` first.
    pub rows: Vec<IndexMap<String, Json>>,
    /// The id to go on after, when there are more.
    pub next: Option<String>,
}

/// Most ids that [`Loaded`] names.
const IDS_MAX: usize = 1_000;

impl Control {
    /// Puts an org in the place of the one that is there, puts rows in, or both.
    pub fn seed(&self, seed: &SeedFile) -> Result<Seeded, ControlError> {
        let now = self.mock.now();
        let founded = seed.org.as_ref().map(|org| Org::new(org, now)).transpose()?;
        let loaded = match founded {
            Some(mut org) => {
                let loaded = self.import(&mut org, &seed.rows)?;
                self.install(org);
                loaded
            }
            None => self.import(&mut self.mock.org(), &seed.rows)?,
        };
        if seed.as_start {
            self.start_here()?;
        }
        let org = self.mock.org();
        let users = org.schema().object("User");
        let active = users.into_iter().flat_map(|users| org.rows(users.index));
        let active =
            active.filter(|row| !row.is_deleted() && org.stored(row, "IsActive").is_true());
        Ok(Seeded {
            organization: org.organization_id().to_string(),
            users: active.map(|row| org.stored(row, "Username").to_string()).collect(),
            rows: loaded,
        })
    }

    /// Puts rows in, by object.
    pub fn load(&self, rows: &IndexMap<String, Vec<FieldInput>>) -> Result<Loaded, ControlError> {
        self.import(&mut self.mock.org(), rows)
    }

    /// Puts the rows of a CSV file in.
    pub fn load_csv(&self, object: &str, file: &Csv) -> Result<Loaded, ControlError> {
        let mut org = self.mock.org();
        let cx = self.importing(&org);
        let mut reader = csv::Reader::from_reader(&*file.0);
        let broken = |error: csv::Error| {
            ControlError::invalid(
                format!("the CSV is broken: {error}"),
                "one header, and as many cells in each row",
            )
        };
        let header = reader.headers().map_err(broken)?.clone();
        let names: Vec<&str> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        let columns = org.columns(object, &names)?;
        org.transaction(|org| {
            let mut loaded = Loaded::default();
            for (at, row) in reader.records().enumerate() {
                let row = row.map_err(broken)?;
                let id = org
                    .import_cells(&cx, &columns, row.iter())
                    .map_err(|error| misfit(at, object, &error))?;
                loaded.note(object, id);
            }
            Ok(loaded)
        })
    }

    /// Live rows of an object, in id order.
    pub fn rows(
        &self,
        object: &str,
        after: Option<&str>,
        limit: Option<usize>,
    ) -> Result<RowPage, ControlError> {
        let limit = page_of(limit)?;
        let org = self.mock.org();
        let schema = org.schema().object(object).ok_or_else(|| {
            ControlError::not_found(
                format!("there is no object {object}"),
                "name one of the org's objects",
            )
        })?;
        let after = after.map(|text| id_of(text, "after")).transpose()?;
        let mut page = RowPage {
            object: schema.name.to_string(),
            total: org.count(schema.index),
            ..RowPage::default()
        };
        let live = org.rows(schema.index).filter(|row| !row.is_deleted());
        for row in live.filter(|row| after.is_none_or(|after| row.id() > after)) {
            if page.rows.len() == limit {
                let last = page.rows.last().and_then(|row| row.get("Id")).and_then(Json::as_str);
                page.next = last.map(str::to_owned);
                break;
            }
            let mut fields = IndexMap::from([("Id".to_owned(), Json::from(row.id().to_string()))]);
            let held = schema.fields().map(|field| (field, org.value(row, field.index)));
            let held = held.filter(|(field, value)| &*field.name != "Id" && !value.is_null());
            fields.extend(held.map(|(field, value)| (field.name.to_string(), value.to_json())));
            page.rows.push(fields);
        }
        Ok(page)
    }

    /// How many live rows each object has; objects without rows are left out.
    pub fn counts(&self) -> IndexMap<String, usize> {
        let org = self.mock.org();
        let counted =
            org.schema().objects().map(|object| (object.name.to_string(), org.count(object.index)));
        let mut counts: Vec<(String, usize)> = counted.filter(|(_, count)| *count > 0).collect();
        counts.sort();
        counts.into_iter().collect()
    }

    fn importing(&self, org: &Org) -> SaveContext {
        let user = org.administrator().unwrap_or(SfId::EMPTY);
        SaveContext { origin: Origin::Import, ..SaveContext::rest(user, self.mock.now()) }
    }

    fn import(
        &self,
        org: &mut Org,
        rows: &IndexMap<String, Vec<FieldInput>>,
    ) -> Result<Loaded, ControlError> {
        let cx = self.importing(org);
        let rows = rows.iter().flat_map(|(object, rows)| {
            rows.iter().enumerate().map(move |(at, row)| (object.as_str(), at, row))
        });
        org.transaction(|org| {
            let mut loaded = Loaded::default();
            for (object, at, row) in rows {
                let id =
                    org.import(&cx, object, row).map_err(|error| misfit(at, object, &error))?;
                loaded.note(object, id);
            }
            Ok(loaded)
        })
    }
}

impl Loaded {
    fn note(&mut self, object: &str, id: SfId) {
        *self.loaded.entry(object.to_owned()).or_default() += 1;
        if self.ids.len() < IDS_MAX {
            self.ids.push(id.to_string());
        }
    }
}

fn misfit(at: usize, object: &str, error: &ImportError) -> ControlError {
    ControlError::invalid(
        format!("row {} of {object}: {error}", at + 1),
        "correct the row; nothing of this call was taken",
    )
}

/// An id that a call names.
pub(super) fn id_of(text: &str, place: &str) -> Result<SfId, ControlError> {
    text.parse().map_err(|_| {
        ControlError::invalid(
            format!("`{place}` is {text:?}"),
            "name an id of 15 or 18 letters and digits",
        )
    })
}
