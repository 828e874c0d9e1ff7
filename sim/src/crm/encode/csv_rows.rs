//! Rows of a bulk job as CSV (wire reference §6.1).
//!
//! The columns are the fields of all rows in the order in which they first appear. A cell of a row that lacks the
//! field stays empty, which leaves the value as it is; `#N/A` clears it, as null and blank text do in JSON.

use engine::{SaveRow, Value};
use indexmap::IndexMap;

use super::json::instant;

/// What clears a field in a bulk job.
const CLEAR: &str = "#N/A";

/// The rows with their header line; `Id` comes first where a row has one.
pub fn write(rows: &[SaveRow]) -> Vec<u8> {
    let has_ids = rows.iter().any(|row| row.id.is_some());
    let mut columns: IndexMap<&str, usize> = IndexMap::new();
    for (name, _) in rows.iter().flat_map(|row| &row.fields) {
        let next = columns.len();
        columns.entry(name.as_str()).or_insert(next);
    }
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    let id_column = has_ids.then_some("Id");
    record(&mut out, id_column.into_iter().chain(columns.keys().copied()));
    let mut cells: Vec<String> = Vec::new();
    for row in rows {
        cells.clear();
        cells.resize(columns.len(), String::new());
        for (name, value) in &row.fields {
            if let Some(cell) = columns.get(name.as_str()).and_then(|index| cells.get_mut(*index)) {
                *cell = text(value);
            }
        }
        let id = has_ids.then(|| row.id.as_ref().map_or("", |id| id.as_str()));
        record(&mut out, id.into_iter().chain(cells.iter().map(String::as_str)));
    }
    out.into_inner().expect("writing to memory does not fail")
}

fn record<'c>(out: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = &'c str>) {
    out.write_record(cells).expect("every row has a cell for every column");
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => CLEAR.into(),
        Value::Text(text) if text.is_empty() => CLEAR.into(),
        Value::Instant(at) => instant(*at, "Z"),
        value => value.text().unwrap_or_default().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: Option<&str>, fields: &[(&str, Value)]) -> SaveRow {
        SaveRow {
            id: id.map(Into::into),
            fields: fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        }
    }

    #[test]
    fn sparse_cells_stay_empty_and_null_clears() {
        let rows = [
            row(None, &[("LastName", "Doe, \"Pat\"".into()), ("City", "A\nB".into())]),
            row(None, &[("Email", "a@b.c".into()), ("LastName", Value::Null)]),
        ];
        assert_eq!(
            String::from_utf8(write(&rows)).unwrap(),
            "LastName,City,Email\n\"Doe, \"\"Pat\"\"\",\"A\nB\",\n#N/A,,a@b.c\n"
        );
    }

    #[test]
    fn updates_carry_the_id_first() {
        let rows = [
            row(Some("00Q1"), &[("Rating", "Hot".into())]),
            row(Some("00Q2"), &[("Rating", "".into())]),
        ];
        assert_eq!(String::from_utf8(write(&rows)).unwrap(), "Id,Rating\n00Q1,Hot\n00Q2,#N/A\n");
    }

    #[test]
    fn a_row_of_one_empty_cell_is_still_a_row() {
        let rows = [row(None, &[("A", "x".into())]), row(None, &[])];
        assert_eq!(String::from_utf8(write(&rows)).unwrap(), "A\nx\n\"\"\n");
    }
}
