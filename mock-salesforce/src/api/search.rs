//! `search` and `parameterizedSearch` (wire reference §4.4, §4.5).

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    body::{decoded, parameter, parse},
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get},
    visit::Visit,
};
use crate::{
    Org, json,
    soql::{Column, SoqlError, Visible, Writer},
    sosl::{self, Group, Hits, Returning, Search},
};

/// The first version whose answers are objects; older ones are bare arrays.
const OBJECT_SINCE: u16 = 37;
/// The version that brought parameterized searches.
const PARAMETERIZED_SINCE: u16 = 36;

/// Searches.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/search", get(search)),
        ("/parameterizedSearch", get(parameterized).post(parameterized_posted)),
    ]
}

/// `GET …/search?q=FIND {…}`
fn search(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let text = parameter(call.query(), "q").unwrap_or_default();
    answer(&visit.mock.org(), &visit, &text)
}

/// Carries out a search and writes its rows.
pub(super) fn answer(org: &Org, visit: &Visit, text: &str) -> Answer {
    found(org, visit, sosl::parse(text))
}

/// `GET …/parameterizedSearch?q=…`
fn parameterized(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    asked(&visit.mock.org(), &visit, call.query())
}

/// `POST …/parameterizedSearch`
fn parameterized_posted(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(PARAMETERIZED_SINCE)?;
    let body: Body = parse(call.body)?;
    found(&visit.mock.org(), &visit, body.search())
}

/// A parameterized search, as its query string says it.
pub(super) fn asked(org: &Org, visit: &Visit, query: Option<&str>) -> Answer {
    visit.since(PARAMETERIZED_SINCE)?;
    let body = Body::of_query(query)?;
    found(org, visit, body.search())
}

fn found(org: &Org, visit: &Visit, search: Result<Search, SoqlError>) -> Answer {
    let found = search.and_then(|search| {
        let hits = sosl::find(org, &visit.asker(org), &search)?;
        Ok((search, hits))
    });
    let (search, hits) = found.map_err(|error| {
        if let Some(what) = error.unsupported.or(error.absent) {
            visit.mock.count_unsupported(&format!("SOSL: {what}"));
        }
        Refusal::from(error)
    })?;
    Ok(Reply::ok(written(org, visit, &search, &hits)))
}

fn written(org: &Org, visit: &Visit, search: &Search, hits: &Hits) -> Vec<u8> {
    let writer = Writer { org, version: visit.version, visible: Visible::Live };
    let is_object = visit.version >= OBJECT_SINCE;
    let mut out = if is_object { b"{\"searchRecords\":[".to_vec() } else { b"[".to_vec() };
    let rows = hits.iter().flat_map(|(statement, ids)| ids.iter().map(move |id| (statement, id)));
    for (at, (statement, row)) in rows.filter_map(|(of, id)| Some((of, org.get(*id)?))).enumerate()
    {
        if at > 0 {
            out.push(b',');
        }
        writer.row(&mut out, row, &statement.columns);
    }
    out.push(b']');
    if is_object && search.labels {
        write_labels(&mut out, org, hits);
    }
    if is_object {
        out.push(b'}');
    }
    out
}

/// `"metadata":{"entityMetadata":[…]}`: the labels of the fields that are returned.
fn write_labels(out: &mut Vec<u8>, org: &Org, hits: &Hits) {
    out.extend_from_slice(b",\"metadata\":{\"entityMetadata\":[");
    for (at, (statement, _)) in hits.iter().filter(|(_, ids)| !ids.is_empty()).enumerate() {
        let object = org.schema().at(statement.object);
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"entityName\":");
        json::write_text(out, &object.name);
        out.extend_from_slice(b",\"fieldMetadata\":[");
        let own = statement.columns.iter().filter_map(|column| match column {
            Column::Field { name, .. } => object.field(name),
            _ => None,
        });
        for (at, field) in own.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"label\":");
            json::write_text(out, &field.label);
            out.extend_from_slice(b",\"name\":");
            json::write_text(out, &field.name);
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
    }
    out.extend_from_slice(b"]}");
}

/// A parameterized search, as it is posted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    q: String,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default, rename = "in")]
    group: Option<String>,
    #[serde(default, deserialize_with = "super::body::maps")]
    sobjects: Vec<Wanted>,
    #[serde(default)]
    overall_limit: Option<usize>,
    #[serde(default)]
    default_limit: Option<usize>,
    #[serde(default)]
    offset: usize,
    #[serde(default)]
    metadata: Option<String>,
}

/// What is wanted of one object.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    name: String,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default, rename = "where")]
    condition: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default, deserialize_with = "super::body::maps")]
    order_by: Vec<Order>,
}

/// One key of an order.
#[derive(Debug, Default, Deserialize)]
struct Order {
    field: String,
    #[serde(default)]
    direction: Option<String>,
    #[serde(default)]
    nulls: Option<String>,
}

impl Body {
    fn of_query(query: Option<&str>) -> Result<Self, Refusal> {
        let text = |name: &str| parameter(query, name);
        let list = |name: &str| {
            let text = text(name).unwrap_or_default();
            let all = text.split(',').map(str::trim).filter(|one| !one.is_empty());
            all.map(str::to_owned).collect::<Vec<_>>()
        };
        let number = |name: &str| {
            let bad = |_| invalid(&format!("{name} must be a number"));
            text(name).map(|text| text.parse::<usize>().map_err(bad)).transpose()
        };
        let mut sobjects = Vec::new();
        // `sobject` may be said several times, or with commas.
        let named =
            query.unwrap_or_default().split('&').filter_map(|pair| pair.strip_prefix("sobject="));
        for name in named
            .map(decoded)
            .collect::<Vec<_>>()
            .join(",")
            .split(',')
            .filter(|name| !name.is_empty())
        {
            sobjects.push(Wanted {
                name: name.trim().to_owned(),
                fields: list(&format!("{name}.fields")),
                condition: text(&format!("{name}.where")),
                limit: number(&format!("{name}.limit"))?,
                order_by: Vec::new(),
            });
        }
        Ok(Self {
            q: text("q").unwrap_or_default(),
            fields: list("fields"),
            group: text("in"),
            sobjects,
            overall_limit: number("overallLimit")?,
            default_limit: number("defaultLimit")?,
            offset: number("offset")?.unwrap_or_default(),
            metadata: text("metadata"),
        })
    }

    fn search(self) -> Result<Search, SoqlError> {
        if self.q.trim().is_empty() {
            return Err(SoqlError::new("MALFORMED_SEARCH", "No search term found."));
        }
        let mut search = Search::plain(&self.q)?;
        if let Some(group) = &self.group {
            let unknown =
                || SoqlError::new("INVALID_SEARCH_SCOPE", format!("unknown search scope: {group}"));
            search.group = Group::of(group).ok_or_else(unknown)?;
        }
        search.limit = self.overall_limit;
        search.labels = self.metadata.is_some_and(|kind| kind.eq_ignore_ascii_case("LABELS"));
        let (fields, limit, offset) = (self.fields.join(","), self.default_limit, self.offset);
        let returning =
            self.sobjects.into_iter().map(|wanted| wanted.returning(&fields, limit, offset));
        search.returning = returning.collect();
        Ok(search)
    }
}

impl Wanted {
    fn returning(self, fields: &str, limit: Option<usize>, offset: usize) -> Returning {
        let fields = if self.fields.is_empty() { fields.to_owned() } else { self.fields.join(",") };
        let keys: Vec<String> = self.order_by.iter().map(Order::key).collect();
        let order = (!keys.is_empty()).then(|| keys.join(","));
        let limit = self.limit.or(limit);
        let (object, condition) = (self.name, self.condition);
        Returning { object, fields, condition, order, limit, offset, places: [0; 4] }
    }
}

impl Order {
    fn key(&self) -> String {
        let mut key = self.field.clone();
        if let Some(direction) = &self.direction {
            key.push(' ');
            key.push_str(direction);
        }
        if let Some(nulls) = &self.nulls {
            key.push_str(" NULLS ");
            key.push_str(nulls);
        }
        key
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
}
