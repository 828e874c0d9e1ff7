//! `query?explain=`: how a statement would be answered, without answering it.
//!
//! Plans are those of this mock: an index where a condition asks for equality on an indexed field, and the look at
//! every row. The least cost comes first (wire reference §4.1).

use serde_json::{Value as Json, json};

use super::resolved;
use crate::{
    Org,
    api::{error::Answer, reply::Reply, visit::Visit},
    soql,
};

/// Salesforce takes an index when it leads to less than this part of the rows.
const SELECTIVE: f64 = 0.3;

/// Explains a statement.
pub(super) fn answer(org: &Org, visit: &Visit, text: &str) -> Answer {
    let statement = resolved(org, visit, text)?;
    let object = org.schema().at(statement.object);
    let total = org.count(statement.object);
    let access = soql::access(org, statement.object, statement.filter.as_ref());
    let plan = |cardinality: usize, fields: &[&str], kind: &str, cost: f64| -> Json {
        json!({"cardinality": cardinality, "fields": fields, "leadingOperationType": kind, "notes": notes(&object.name),
            "relativeCost": cost, "sobjectCardinality": total, "sobjectType": &*object.name})
    };
    let scan = plan(total, &[], "TableScan", 1.0);
    let mut plans = Vec::new();
    if let Some(candidates) = access.candidates {
        let name = |field: &Option<crate::FieldIndex>| {
            field.map_or("Id", |field| &*object.field_at(field).name)
        };
        let fields: Vec<&str> = access.fields.iter().map(name).collect();
        plans.push(plan(candidates, &fields, "Index", relative_cost(candidates, total)));
    }
    plans.push(scan);
    let body = json!({"plans": plans, "sourceQuery": text});
    Ok(Reply::ok(body.to_string().into_bytes()))
}

#[expect(clippy::cast_precision_loss, reason = "a cost is an estimate")]
fn relative_cost(candidates: usize, total: usize) -> f64 {
    let part = candidates as f64 / (total.max(1) as f64 * SELECTIVE);
    (part * 1_000.0).round() / 1_000.0
}

/// Rows in the recycle bin are told apart row by row.
fn notes(object: &str) -> Json {
    json!([{"description": "Not considering filter for optimization because unindexed", "fields": ["IsDeleted"],
        "tableEnumOrId": object}])
}
