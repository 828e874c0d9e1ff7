//! What a request carries, in words for the journal: parts, objects, counts and steering headers.

use std::borrow::Cow;

use engine::{AutoAssign, BulkCall, BulkList, CrmCall, Find, ObjectName, Save, SaveOperation};

use super::soql;

const AUTO_ASSIGN: &str = "Sforce-Auto-Assign";
const DUPLICATE_RULES: &str = "Sforce-Duplicate-Rule-Header";

/// What a request carries, for journals: no secrets, no bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// What kind of exchange: `login`, `query`, `more`, `row`, `collection`, `composite`, `bulk`, `convert` or
    /// `describe`.
    pub kind: &'static str,
    /// Its parts, in order; one unless it is a composite.
    pub parts: Vec<Part>,
}

/// One find, save or other act inside an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `login`, `query`, `create`, `update`, `upsert`, `bulk`, `convert` or `describe`.
    pub operation: &'static str,
    /// The object, where the call names it.
    pub object: Option<ObjectName>,
    /// How many rows it writes.
    pub rows: usize,
    /// The headers that steer the save.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The query as spelt, or the act on a bulk job; otherwise empty.
    pub text: String,
}

impl Delivered {
    /// What a call's request carries.
    pub fn of(call: &CrmCall) -> Self {
        let kind = match call {
            CrmCall::Login => "login",
            CrmCall::Find(_) => "query",
            CrmCall::More { .. } => "more",
            CrmCall::Save(save) if save.rows.len() == 1 => "row",
            CrmCall::Save(_) => "collection",
            CrmCall::Composite(_) => "composite",
            CrmCall::Bulk(_) => "bulk",
            CrmCall::Convert(_) => "convert",
            CrmCall::Describe(_) => "describe",
            CrmCall::Beside { .. } => "beside",
        };
        let parts = match call {
            CrmCall::Composite(calls) => calls.iter().map(part).collect(),
            call => vec![part(call)],
        };
        Self { kind, parts }
    }

    /// The statement of a part that is a find.
    pub(super) fn soql(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", |part| &part.text)
    }
}

fn part(call: &CrmCall) -> Part {
    match call {
        CrmCall::Find(find) => query_part(find),
        CrmCall::Save(save) => save_part(save),
        CrmCall::Bulk(bulk) => bulk_part(bulk),
        CrmCall::Convert(rows) => {
            Part { object: Some("Lead".into()), rows: rows.len(), ..plain("convert", "") }
        }
        CrmCall::Describe(object) => Part { object: Some(object.clone()), ..plain("describe", "") },
        CrmCall::More { .. } => plain("query", "next page"),
        CrmCall::Login => plain("login", ""),
        CrmCall::Beside { call, .. } => part(call),
        CrmCall::Composite(_) => plain("composite", ""),
    }
}

fn plain(operation: &'static str, text: &str) -> Part {
    Part { operation, object: None, rows: 0, headers: Vec::new(), text: text.into() }
}

fn query_part(find: &Find) -> Part {
    Part {
        operation: "query",
        object: Some(find.object.clone()),
        rows: 0,
        headers: Vec::new(),
        text: soql::statement(find),
    }
}

fn save_part(save: &Save) -> Part {
    let operation = match save.operation {
        SaveOperation::Create if save.by.is_some() => "upsert",
        SaveOperation::Create => "create",
        SaveOperation::Update => "update",
    };
    Part {
        operation,
        object: Some(save.object.clone()),
        rows: save.rows.len(),
        headers: save_headers(save),
        text: String::new(),
    }
}

fn bulk_part(bulk: &BulkCall) -> Part {
    let (object, rows, text) = match bulk {
        BulkCall::Create { object, .. } => (Some(object.clone()), 0, "create job"),
        BulkCall::Upload { rows, .. } => (None, rows.len(), "upload"),
        BulkCall::Close { .. } => (None, 0, "close"),
        BulkCall::Poll { .. } => (None, 0, "poll"),
        BulkCall::Results { list: BulkList::Successful, .. } => (None, 0, "successful results"),
        BulkCall::Results { list: BulkList::Failed, .. } => (None, 0, "failed results"),
        BulkCall::Results { list: BulkList::Unprocessed, .. } => (None, 0, "unprocessed records"),
    };
    Part { operation: "bulk", object, rows, headers: Vec::new(), text: text.into() }
}

/// The headers that steer a save. A write of leads leaves nothing to the server's defaults.
pub(super) fn save_headers(save: &Save) -> Vec<(&'static str, Cow<'static, str>)> {
    let mut headers = Vec::new();
    match &save.auto_assign {
        AutoAssign::Off => headers.push((AUTO_ASSIGN, "FALSE".into())),
        AutoAssign::On => headers.push((AUTO_ASSIGN, "TRUE".into())),
        AutoAssign::By(rule) => headers.push((AUTO_ASSIGN, rule.clone().into())),
        AutoAssign::Silent => {}
    }
    if save.allow_duplicate {
        headers.push((DUPLICATE_RULES, "allowSave=true".into()));
    } else if save.object.as_str().eq_ignore_ascii_case("Lead") {
        headers.push((DUPLICATE_RULES, "allowSave=false".into()));
    }
    headers
}
