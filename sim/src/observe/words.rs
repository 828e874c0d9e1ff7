//! Calls and values in the words that journals and the judge share.

use std::sync::Arc;

use engine::{CrmCall, FieldValues, Save, SaveRow};
use indexmap::IndexMap;
use mock_salesforce::{Timestamp, ValueRef};
use scenarios::ast::{CallOperation, CallOutcome};

use crate::{
    crm::{Delivered, Part},
    journal::count,
};

/// One find, save or other act inside a call.
pub(crate) struct SentPart<'a> {
    pub(crate) operation: CallOperation,
    pub(crate) part: &'a Part,
    pub(crate) rows: &'a [SaveRow],
}

/// What a call asks for, part by part.
pub(crate) fn sent_parts<'a>(call: &'a CrmCall, delivered: &'a Delivered) -> Vec<SentPart<'a>> {
    let call = match call {
        CrmCall::Beside { call, .. } => call,
        call => call,
    };
    let calls: &[CrmCall] = match call {
        CrmCall::Composite(parts) => parts,
        one => std::slice::from_ref(one),
    };
    let sent = calls.iter().zip(&delivered.parts);
    sent.map(|(call, part)| SentPart { operation: operation(call), part, rows: rows(call) })
        .collect()
}

fn operation(call: &CrmCall) -> CallOperation {
    match call {
        CrmCall::Login => CallOperation::Login,
        CrmCall::Find(_) | CrmCall::More { .. } => CallOperation::Query,
        CrmCall::Save(Save { by: Some(_), .. }) => CallOperation::Upsert,
        CrmCall::Save(Save { operation: engine::SaveOperation::Create, .. }) => {
            CallOperation::Create
        }
        CrmCall::Save(Save { operation: engine::SaveOperation::Update, .. }) => {
            CallOperation::Update
        }
        CrmCall::Bulk(_) | CrmCall::Composite(_) => CallOperation::Bulk,
        CrmCall::Convert(_) => CallOperation::Convert,
        CrmCall::Describe(_) => CallOperation::Describe,
        CrmCall::Beside { call, .. } => operation(call),
    }
}

fn rows(call: &CrmCall) -> &[SaveRow] {
    match call {
        CrmCall::Save(save) => &save.rows,
        CrmCall::Convert(rows) => rows,
        _ => &[],
    }
}

impl SentPart<'_> {
    /// In words.
    pub(crate) fn told(&self) -> String {
        let object =
            self.part.object.as_ref().map(|object| format!(" {object}")).unwrap_or_default();
        let rows = match self.rows.len() {
            0 | 1 => String::new(),
            several => format!(", {}", count(several, "row")),
        };
        let act = match self.operation {
            CallOperation::Bulk => format!(" {}", self.part.text),
            _ => String::new(),
        };
        format!("{}{object}{act}{rows}", operation_word(self.operation))
    }

    /// Adds what can be looked up by name.
    pub(crate) fn describe(&self, prefix: &str, detail: &mut IndexMap<String, String>) {
        let mut add = |name: &str, value: String| detail.insert(format!("{prefix}{name}"), value);
        add("operation", operation_word(self.operation).to_owned());
        if let Some(object) = &self.part.object {
            add("object", object.to_string());
        }
        if self.operation == CallOperation::Query {
            add("soql", self.part.text.clone());
        }
        for (name, value) in &self.part.headers {
            add(&format!("header.{name}"), value.to_string());
        }
        let single = self.rows.len() == 1;
        for (index, row) in (1..).zip(self.rows) {
            let prefix = if single { prefix.to_owned() } else { format!("{prefix}row.{index}.") };
            if let Some(id) = &row.id {
                detail.insert(format!("{prefix}id"), id.to_string());
            }
            describe_fields(&prefix, &row.fields, detail);
        }
    }
}

fn describe_fields(prefix: &str, fields: &FieldValues, detail: &mut IndexMap<String, String>) {
    for (field, value) in fields {
        let text = sent_text(value).map_or_else(String::new, |text| text.to_string());
        detail.insert(format!("{prefix}field.{field}"), text);
    }
}

/// A value that the engine sends, as API text; nothing for null.
pub(crate) fn sent_text(value: &engine::Value) -> Option<Arc<str>> {
    match value {
        engine::Value::Text(text) => Some(Arc::clone(text)),
        engine::Value::Instant(at) => Some(Timestamp(at.0).to_string().into()),
        other => other.text().map(Arc::from),
    }
}

/// A stored value as API text; nothing for null.
pub(crate) fn value_text<'v>(value: impl Into<ValueRef<'v>>) -> Option<Arc<str>> {
    match value.into() {
        ValueRef::Null => None,
        ValueRef::Text(text) => Some(text.into()),
        ValueRef::DateTime(at) => Some(at.to_string().into()),
        other => match other.to_json() {
            serde_json::Value::String(text) => Some(text.into()),
            json => Some(json.to_string().into()),
        },
    }
}

/// The word for an operation.
pub(crate) fn operation_word(operation: CallOperation) -> &'static str {
    match operation {
        CallOperation::Query => "query",
        CallOperation::Create => "create",
        CallOperation::Update => "update",
        CallOperation::Delete => "delete",
        CallOperation::Upsert => "upsert",
        CallOperation::Login => "login",
        CallOperation::Bulk => "bulk",
        CallOperation::Convert => "convert",
        CallOperation::Describe => "describe",
    }
}

/// The word for a call's outcome.
pub(crate) fn call_outcome_word(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Done => "done",
        CallOutcome::Refused => "refused",
        CallOutcome::Unavailable => "unavailable",
        CallOutcome::Lost => "lost",
    }
}
