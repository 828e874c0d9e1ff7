//! `tooling/query`: the org's own objects, and `EntityDefinition` and `FieldDefinition`, which tell of them.
//!
//! Every answer is one page. Other objects of the Tooling API are refused as unknown types and counted.

use super::{columns, is_true, parsed, refused};
use crate::{
    Mock, Org,
    api::{
        body::parameters,
        error::{Answer, Refusal},
        reply::Reply,
        route::Call,
        visit::{PAGE_ROWS, Visit},
    },
    json,
    soql::{self, Shape, SoqlError, Statement, Visible, Writer},
};

/// `GET …/tooling/query?q=`, `?q=…&columns=true` (the command line client asks for both).
pub(super) fn query(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [text, columns] = parameters(call.query(), ["q", "columns"]);
    answer(&visit.mock.org(), &visit, &text.unwrap_or_default(), is_true(columns))
}

fn answer(org: &Org, visit: &Visit, text: &str, describe: bool) -> Answer {
    let query = parsed(visit, text)?;
    let own = org.schema().object(query.from.text).is_some();
    let asker = visit.asker(org);
    let catalogue = (!own).then(|| org.catalogue(visit.user, visit.saving.now));
    let org = catalogue.as_ref().unwrap_or(org);
    let bound = soql::bind(org, &asker, text, &query);
    let statement = bound.map_err(|error| counted(&visit.mock, query.from.text, error))?;
    if describe {
        return Ok(columns::describe(org, &statement));
    }
    let mut rows = Vec::new();
    let (size, total) = match &statement.shape {
        Shape::Groups(grouping) => {
            let groups = soql::groups(org, &statement, grouping, Visible::Live)?;
            Writer::groups(&mut rows, grouping, &groups);
            (groups.len(), groups.len())
        }
        Shape::Rows | Shape::Count => {
            let found = soql::run(org, &statement, Visible::Live);
            check_size(org, &statement, found.ids.len())?;
            let writer = Writer { org, version: visit.version, visible: Visible::Live };
            writer.tooling_rows(&mut rows, &statement, &found.ids);
            (found.ids.len(), found.total)
        }
    };
    let mut out = b"{\"size\":".to_vec();
    json::write_count(&mut out, size);
    out.extend_from_slice(b",\"totalSize\":");
    json::write_count(&mut out, total);
    out.extend_from_slice(b",\"done\":true,\"queryLocator\":null,\"entityTypeName\":");
    json::write_text(&mut out, &org.schema().at(statement.object).name);
    out.extend_from_slice(b",\"records\":");
    out.extend_from_slice(&rows);
    out.push(b'}');
    Ok(Reply::ok(out))
}

fn check_size(org: &Org, statement: &Statement, rows: usize) -> Result<(), Refusal> {
    if rows <= PAGE_ROWS {
        return Ok(());
    }
    let message = format!(
        "{} does not support queryMore(), use LIMIT to restrict the results to a single batch",
        org.schema().at(statement.object).name
    );
    Err(SoqlError::new("EXCEEDED_ID_LIMIT", message).into())
}

/// An object that this mock has not is one that it lacks.
fn counted(mock: &Mock, object: &str, error: SoqlError) -> Refusal {
    if error.code == "INVALID_TYPE" {
        mock.count_unsupported(&format!("tooling: {object}"));
    }
    refused(mock, error)
}
