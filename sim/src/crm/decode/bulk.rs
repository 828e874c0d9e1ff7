//! Answers about bulk ingest jobs (wire reference §6.1).

use engine::{BulkCall, BulkList, BulkResult, Done, FieldName, RecordId, Refusal, SaveResult};
use serde_json::Value as Json;

use super::refusal;

/// Result rows that are read from one list; a job holds at most 150 MB.
const ROW_LIMIT: usize = 1_000_000;
/// Ends each error of a failed row.
const ERROR_END: &str = " --";

/// A job's answer in JSON.
pub(super) fn done(call: &BulkCall, json: &Json) -> Option<Done> {
    let state = json.get("state").and_then(Json::as_str);
    match call {
        BulkCall::Create { .. } => {
            let job = json.get("id")?.as_str().filter(|id| !id.is_empty())?;
            Some(Done::JobOpened { job: job.to_owned() })
        }
        BulkCall::Upload { .. } | BulkCall::Close { .. } => state.map(|_| Done::JobTaken),
        BulkCall::Poll { .. } => state.map(|state| Done::JobState {
            is_final: matches!(state, "JobComplete" | "Failed" | "Aborted"),
            state: state.to_owned(),
        }),
        BulkCall::Results { .. } => None,
    }
}

/// A result list; `None` when the body is no such CSV.
pub(super) fn results(list: BulkList, body: &[u8]) -> Option<Vec<BulkResult>> {
    if super::is_html(body) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().from_reader(body);
    let header = reader.headers().ok()?.clone();
    let id = header.iter().position(|name| name == "sf__Id");
    let error = header.iter().position(|name| name == "sf__Error");
    let fits = match list {
        BulkList::Successful => id.is_some(),
        BulkList::Failed => error.is_some(),
        BulkList::Unprocessed => id.is_none() && error.is_none(),
    };
    // A list without rows may come without a header.
    if !fits && !header.is_empty() {
        return None;
    }
    let rows = reader.records().take(ROW_LIMIT).map(|record| {
        let record = record.ok()?;
        let columns = header.iter().zip(&record).filter(|(name, _)| !name.starts_with("sf__"));
        let columns =
            columns.map(|(name, cell)| (FieldName::from(name), cell.to_owned())).collect();
        let cell =
            |index: Option<usize>| index.and_then(|index| record.get(index)).unwrap_or_default();
        Some(BulkResult { columns, result: row_result(list, cell(id), cell(error))? })
    });
    rows.collect()
}

#[expect(
    clippy::option_option,
    reason = "the outer one is a row that makes no sense, the inner one an unprocessed row"
)]
fn row_result(list: BulkList, id: &str, error: &str) -> Option<Option<SaveResult>> {
    match list {
        BulkList::Successful => (!id.is_empty()).then(|| Some(Ok(RecordId::from(id)))),
        BulkList::Failed => Some(Some(Err(refused_row(error)))),
        BulkList::Unprocessed => Some(None),
    }
}

/// `REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --`
fn refused_row(error: &str) -> Refusal {
    let first = error.split(ERROR_END).next().unwrap_or(error);
    let Some((code, rest)) = first.split_once(':') else { return refusal::plain(first.trim(), "") };
    let (message, fields) = match rest.rsplit_once(':') {
        Some((message, fields)) if fields.chars().all(is_of_field_list) => (message, fields),
        _ => (rest, ""),
    };
    let names = fields.split([',', ' ']).filter(|name| !name.is_empty());
    Refusal {
        fields: names.map(FieldName::from).collect(),
        ..refusal::plain(code.trim(), message.trim())
    }
}

fn is_of_field_list(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_, ".contains(c)
}
