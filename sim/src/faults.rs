//! The faults that have a name: what `kind:` of a scenario file may say, and what it does (requirements §8).
//!
//! Most are the mock's own named faults. Some concern what lies between the website and the engine, or the world as a
//! whole; the world carries those out itself. Which rows of the failure catalogue a fault provokes is said there, as
//! `provoked_by`.

use mock_salesforce::{
    Timestamp,
    fault::{FaultBody, FaultRule, FaultSpec, Verdict},
    operation::Operation,
};
use scenarios::ast::{Fault, NamedFault};

/// A fault that has a name.
#[derive(Debug, Clone, Copy)]
pub struct FaultKind {
    /// The name.
    pub name: &'static str,
    /// What happens, in one sentence.
    pub what: &'static str,
    /// What it can be told.
    pub takes: &'static [&'static str],
    does: Does,
}

/// What carries a fault out.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// The mock's own named fault.
    Preset(&'static str),
    /// The mock answers calls of these operations so.
    Answer(&'static [Operation], u16, &'static str, &'static str),
    /// The world.
    World(WorldFault),
}

/// A fault that is none of the calls'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorldFault {
    /// What visitors and reps do is delivered a second time.
    DuplicateDelivery,
    /// What visitors and reps do is delivered late, after what they did later.
    ReorderedDelivery,
    /// The org's clock differs from the engine's.
    ClockSkew,
    /// What an administrator writes is there only later.
    LateCommit,
    /// A second process of the engine takes over while the first still runs.
    TwoEngines,
    /// The org moves to another host.
    InstanceMoved,
    /// The platform gives up the bulk jobs that are under way.
    BulkFailed,
    /// An administrator aborts the bulk jobs that are under way.
    BulkAborted,
}

/// What a fault of a scenario comes to.
pub(crate) enum Provoked {
    /// A rule of the mock's fault plan.
    Rule(Box<FaultRule>),
    /// Something that the world does.
    World(WorldFault),
}

const ROWS: &[Operation] =
    &[Operation::Create, Operation::Update, Operation::Upsert, Operation::Delete];
const API: &[Operation] = &[
    Operation::Query,
    Operation::Create,
    Operation::Update,
    Operation::Upsert,
    Operation::Delete,
    Operation::Collections,
    Operation::Composite,
    Operation::Bulk,
];

macro_rules! kinds {
    ($($name:literal, $what:literal, $takes:expr, $does:expr;)*) => {
        &[$(FaultKind { name: $name, what: $what, takes: &$takes, does: $does }),*]
    };
}

use Does::{Answer, Preset, World};

/// Every fault that has a name.
pub const KINDS: &[FaultKind] = kinds! {
    "row_lock", "another transaction holds the row", [], Preset("lock_row");
    "row_lock_in_batch", "another transaction holds rows of a batch", ["rows", "message"], Preset("lock_item");
    "lock_in_trigger", "a trigger of the org waits for a lock in vain", [],
        Answer(ROWS, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "LeadRouter: execution of AfterInsert caused by: System.DmlException: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record");
    "limit_in_trigger", "a trigger of the org reaches a limit of Apex", [],
        Answer(ROWS, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "LeadRouter: System.LimitException: Too many SOQL queries: 101");
    "trigger_exception", "a trigger of the org fails", ["message"],
        Answer(ROWS, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "LeadRouter: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference a null object");
    "security_policy_slow", "a transaction security policy takes too long", [],
        Answer(API, 400, "TXN_SECURITY_METERING_ERROR", "the transaction security policy took too long to evaluate");
    "request_limit", "the allowance of API calls is used up", [], Preset("request_limit");
    "concurrent_limit", "too many calls are under way at once", [], Preset("concurrent_limit");
    "limit_info", "the answers tell another number of API calls", ["used", "max"], Preset("limit_info");
    "unavailable", "Salesforce says that it is not available", [], Preset("server_unavailable");
    "html_503", "a page says that there is maintenance", [], Preset("maintenance");
    "server_error", "Salesforce fails with 500", [], Preset("server_error");
    "bad_gateway", "a gateway answers with a page", [], Preset("bad_gateway");
    "gateway_timeout", "a gateway gives up waiting", [], Preset("gateway_timeout");
    "edge_route", "the edge answers 420", [], Preset("edge_route");
    "not_acceptable", "the edge answers 406", [], Preset("not_acceptable");
    "access_declined", "the edge declines under load", [], Preset("access_declined");
    "too_many_requests", "the edge answers 429", [], Preset("too_many_requests");
    "running_too_long", "calls run too long and are stopped", [], Preset("running_too_long");
    "query_timeout", "queries run too long", [],
        Answer(&[Operation::Query], 400, "QUERY_TIMEOUT", "Your query request was running for too long.");
    "uri_too_long", "the web server refuses long addresses", [], Preset("uri_too_long");
    "headers_too_large", "the web server refuses large headers", [], Preset("headers_too_large");
    "login_rate", "there were too many logins", [], Preset("login_rate");
    "login_refused", "logging in is refused", [], Preset("login_refused");
    "token_revoked", "the org took the access back", [],
        Answer(&[Operation::Auth], 400, "invalid_grant", "expired access/refresh token");
    "invalid_session", "calls are told that their session is over", [], Preset("invalid_session");
    "session_expired", "the session ends", [], Preset("session_expired");
    "all_sessions_expired", "every session ends", [], Preset("all_sessions_expired");
    "partial_failure", "rows of a batch are refused", ["rows", "code", "message"], Preset("fail_rows");
    "duplicate_hidden", "a duplicate rule refuses and names nothing that we may see", ["message"], Preset("duplicates_detected");
    "several_matches", "an external id has several records", [], Preset("several_matches");
    "converted_lead", "the lead is converted", [], Preset("converted_lead");
    "inactive_owner", "the owner is inactive", [], Preset("inactive_owner");
    "queue_without_object", "the queue does not take the object", [], Preset("queue_without_object");
    "already_member", "somebody else added the member", [], Preset("already_member");
    "api_retired", "the version of the API is retired", [],
        Answer(API, 410, "UNSUPPORTED_API_VERSION", "The requested API version is no longer available.");
    "committed_answer_lost", "calls are carried out and their answers lost", [], Preset("lost_answer");
    "reset", "connections break before calls arrive", [], Preset("connection_reset");
    "truncated", "answers break off", ["bytes"], Preset("truncated_body");
    "slow", "answers come late", ["by"], Preset("slow");
    "slow_body", "answers come in small pieces", ["by"], Preset("slow_body");
    "short_pages", "pages of a query are short", ["rows"], Preset("short_pages");
    "stale_locator", "the next page of a query is gone", [], Preset("stale_locator");
    "duplicate_delivery", "what happens on the website is told twice", ["by"], World(WorldFault::DuplicateDelivery);
    "reordered_delivery", "what happens on the website is told late, after what happened later", ["by"], World(WorldFault::ReorderedDelivery);
    "clock_skew", "the org's clock is wrong", ["by"], World(WorldFault::ClockSkew);
    "two_engines", "a second process takes over while the first still runs", [], World(WorldFault::TwoEngines);
    "instance_moved", "the org moves to another host", ["host"], World(WorldFault::InstanceMoved);
    "bulk_failed", "the platform gives up the bulk jobs that are under way", ["message"], World(WorldFault::BulkFailed);
    "bulk_unprocessed", "an administrator aborts the bulk jobs that are under way", [], World(WorldFault::BulkAborted);
    "late_commit", "what an administrator writes is there only later", ["by"], World(WorldFault::LateCommit);
};

/// The fault of this name.
pub fn named(name: &str) -> Option<&'static FaultKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// What a fault does, in one sentence.
pub(crate) fn sentence(name: &str) -> &'static str {
    named(name).map_or("a fault that nobody knows", |kind| kind.what)
}

/// What a named fault comes to that begins now.
pub(crate) fn provoked(
    fault: &Fault,
    named_fault: &NamedFault,
    now: i64,
) -> Result<Provoked, String> {
    let kind = named(&named_fault.kind)
        .ok_or_else(|| format!("there is no fault `{}`", named_fault.kind))?;
    let mut rule = match kind.does {
        World(what) => return Ok(Provoked::World(what)),
        Preset(preset) => {
            spec(preset, fault, named_fault).rule(&fault.id).map_err(|error| error.to_string())?
        }
        Answer(operations, status, code, message) => {
            let message = named_fault.message.as_ref().map_or(message, |it| it.as_str());
            let body = FaultBody::Error { code: code.to_owned(), message: message.to_owned() };
            FaultRule {
                operations: operations.to_vec(),
                object: fault.object.as_ref().map(ToString::to_string),
                ..FaultRule::new(fault.id.to_string(), Verdict::Answer { status, body })
            }
        }
    };
    let operations: Vec<Operation> =
        fault.operations.iter().filter_map(|it| Operation::from_id(it)).collect();
    if !operations.is_empty() {
        rule.operations = operations;
    }
    Ok(Provoked::Rule(Box::new(FaultRule {
        from: Some(Timestamp(now)),
        until: fault.lasts.map(|ms| Timestamp(now.saturating_add(ms))),
        nth: (fault.skip > 0).then(|| u64::from(fault.skip) + 1),
        times: fault.times.map(u64::from),
        ..rule
    })))
}

/// The mock's fault, told what it takes of what is given.
fn spec(preset: &str, fault: &Fault, named: &NamedFault) -> FaultSpec {
    let rows: Vec<usize> = named.rows.iter().map(|row| *row as usize).collect();
    let is = |name: &str| preset == name;
    let first = rows.first().copied();
    FaultSpec {
        id: Some(fault.id.to_string()),
        object: fault.object.as_ref().map(ToString::to_string),
        rows_per_page: first.filter(|_| is("short_pages")),
        rows: Some(rows).filter(|it| !it.is_empty() && !is("short_pages")),
        code: named.code.as_ref().map(ToString::to_string),
        message: named.message.as_ref().map(ToString::to_string),
        ms: named.by.and_then(|ms| u64::try_from(ms).ok()),
        keep: named.bytes.map(|bytes| bytes as usize),
        used: named.used.map(u64::from),
        max: named.max.map(u64::from),
        ..FaultSpec::preset(preset)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use mock_salesforce::fault::presets;
    use scenarios::ast::FAULT_PARAMETERS;

    use super::*;

    #[test]
    fn names_are_their_own_and_every_named_fault_of_the_mock_has_one() {
        let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        let used: Vec<&str> = KINDS
            .iter()
            .filter_map(|kind| match kind.does {
                Preset(preset) => Some(preset),
                Answer(..) | World(_) => None,
            })
            .collect();
        assert_eq!(used.iter().collect::<BTreeSet<_>>().len(), used.len(), "one to one");
        let missing: Vec<&str> =
            presets().iter().map(|it| it.name).filter(|name| !used.contains(name)).collect();
        assert!(missing.is_empty(), "without a name in scenario files: {missing:?}");
    }

    #[test]
    fn every_fault_can_be_provoked_and_told_what_it_takes() {
        for kind in KINDS {
            assert!(kind.takes.iter().all(|it| FAULT_PARAMETERS.contains(it)), "{}", kind.name);
            let has = |name: &str| kind.takes.contains(&name);
            let named = NamedFault {
                kind: kind.name.into(),
                rows: if has("rows") { vec![1] } else { Vec::new() },
                by: has("by").then_some(5_000),
                bytes: has("bytes").then_some(3),
                used: has("used").then_some(3),
                max: has("max").then_some(3),
                code: has("code").then(|| "UNABLE_TO_LOCK_ROW".into()),
                message: has("message").then(|| "no".into()),
                host: has("host").then(|| "acme--eu.my.salesforce.com".into()),
            };
            let fault = Fault {
                id: "f".into(),
                operations: Vec::new(),
                object: None,
                on: None,
                verdict: scenarios::ast::FaultVerdict::Named(named.clone()),
                lasts: Some(5),
                times: None,
                skip: 0,
            };
            if let Provoked::Rule(rule) = provoked(&fault, &named, 10).unwrap() {
                assert_eq!((rule.from, rule.until), (Some(Timestamp(10)), Some(Timestamp(15))));
            }
        }
    }
}
