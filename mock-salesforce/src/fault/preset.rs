//! Faults by name: what wire reference §18 lists, with the words and statuses that Salesforce uses.
//!
//! What Salesforce does by itself needs no fault: a test brings the org into that state. Those cases are listed too,
//! with what to do ([`own_behaviours`]).

use serde::Serialize;

use super::{
    spec::FaultSpec,
    verdict::{FaultBody, RowFaults, Verdict},
};
use crate::operation::Operation;

/// A fault that has a name.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Preset {
    /// The name.
    pub name: &'static str,
    /// What happens.
    pub what: &'static str,
    /// The operations it hits unless the rule says otherwise; empty: all.
    pub operations: &'static [Operation],
    /// What it can be told.
    pub parameters: &'static [&'static str],
    #[serde(skip)]
    pub(super) verdict: fn(&FaultSpec) -> Verdict,
}

/// A row of wire reference §18 that the org does by itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OwnBehaviour {
    /// The name.
    pub name: &'static str,
    /// How a test gets it.
    pub how: &'static str,
}

const PAGE: &str = "<html><head><title>Maintenance</title></head><body><h1>We are down for maintenance.</h1></body></html>";
const SAVES: &[Operation] =
    &[Operation::Create, Operation::Update, Operation::Upsert, Operation::Collections];
const ROWS: &[Operation] =
    &[Operation::Create, Operation::Update, Operation::Upsert, Operation::Delete];

/// Every preset, in the order of wire reference §18 and then of the wire.
pub fn presets() -> &'static [Preset] {
    PRESETS
}

/// What wire reference §18 lists and the org does by itself.
pub fn own_behaviours() -> &'static [OwnBehaviour] {
    OWN
}

/// The preset of this name.
pub(super) fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

fn error(status: u16, code: &str, message: &str) -> Verdict {
    Verdict::Answer {
        status,
        body: FaultBody::Error { code: code.to_owned(), message: message.to_owned() },
    }
}

fn data(status: u16, code: &str, message: &str, fields: &[&str]) -> Verdict {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let body = FaultBody::Data { code: code.to_owned(), message: message.to_owned(), fields };
    Verdict::Answer { status, body }
}

fn html(status: u16, page: &str) -> Verdict {
    Verdict::Answer { status, body: FaultBody::Html(page.to_owned()) }
}

/// What a duplicate rule answers (wire reference §7.2), with nothing that the caller may see.
fn duplicates(spec: &FaultSpec) -> Verdict {
    let object = spec.object.as_deref().unwrap_or("Lead");
    let allow = spec.allow_save.unwrap_or(true);
    let text = spec.message.as_deref().unwrap_or("Use one of these records?");
    let body = serde_json::json!([{
        "duplicateResult": {"allowSave": allow, "duplicateRule": format!("Standard_{object}_Duplicate_Rule"),
            "duplicateRuleEntityType": object, "errorMessage": text,
            "matchResults": [{"entityType": object, "errors": [], "matchEngine": "FuzzyMatchEngine", "matchRecords": [],
                "rule": format!("Standard_{object}_Match_Rule_v1_0"), "size": 0, "success": true}]},
        "errorCode": "DUPLICATES_DETECTED", "message": text}]);
    raw(400, body.to_string())
}

fn raw(status: u16, text: String) -> Verdict {
    let content_type = "application/json;charset=UTF-8".to_owned();
    Verdict::Answer { status, body: FaultBody::Raw { content_type, text } }
}

fn rows(spec: &FaultSpec, code: &str, message: &str) -> Verdict {
    Verdict::FailRows(RowFaults {
        rows: spec.rows.clone().unwrap_or_else(|| vec![0]),
        code: spec.code.clone().unwrap_or_else(|| code.to_owned()),
        message: spec.message.clone().unwrap_or_else(|| message.to_owned()),
        fields: spec.fields.clone().unwrap_or_default(),
    })
}

const LOCKED: &str = "unable to obtain exclusive access to this record";

macro_rules! presets {
    ($($name:literal, $what:literal, $operations:expr, $parameters:expr, $verdict:expr;)*) => {
        &[$(Preset { name: $name, what: $what, operations: $operations, parameters: &$parameters, verdict: $verdict }),*]
    };
}

const PRESETS: &[Preset] = presets! {
    "invalid_session", "401 INVALID_SESSION_ID; the session stays alive", &[], [],
        |_| error(401, "INVALID_SESSION_ID", "Session expired or invalid");
    "session_expired", "the caller's session ends, so that the call and later ones are answered 401 until a new login", &[], [],
        |_| Verdict::ExpireSession;
    "all_sessions_expired", "every session ends before the call", &[], [], |_| Verdict::ExpireSessions;
    "request_limit", "403 REQUEST_LIMIT_EXCEEDED: the allocation of API calls is used up", &[], [],
        |_| error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    "concurrent_limit", "403 REQUEST_LIMIT_EXCEEDED: 25 long calls are running", &[], [],
        |_| error(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
    "lock_row", "500 UNABLE_TO_LOCK_ROW, as the save of one row answers", ROWS, [],
        |_| data(500, "UNABLE_TO_LOCK_ROW", LOCKED, &[]);
    "lock_item", "rows of a collection fail with UNABLE_TO_LOCK_ROW", &[Operation::Collections], ["rows", "message"],
        |spec| rows(spec, "UNABLE_TO_LOCK_ROW", LOCKED);
    "fail_rows", "rows of a collection fail: partial success, or a rollback with allOrNone", &[Operation::Collections],
        ["rows", "code", "message", "fields"], |spec| rows(spec, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "The row is refused.");
    "maintenance", "503 with an HTML page", &[], [], |_| html(503, PAGE);
    "server_unavailable", "503 SERVER_UNAVAILABLE", &[], [], |_| error(503, "SERVER_UNAVAILABLE", "Server Too Busy");
    "running_too_long", "503 REQUEST_RUNNING_TOO_LONG", &[], [],
        |_| error(503, "REQUEST_RUNNING_TOO_LONG", "Your request was running for too long, and has been stopped.");
    "bad_gateway", "502 with an HTML page", &[], [], |_| html(502, "<html><body><h1>Bad Gateway</h1></body></html>");
    "gateway_timeout", "504 with an HTML page", &[], [], |_| html(504, "<html><body><h1>Gateway Timeout</h1></body></html>");
    "server_error", "500 UNKNOWN_EXCEPTION", &[], [], |_| error(500, "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support: 123456789-12345 (-1234567890)");
    "uri_too_long", "414 with the web server's page, as for long SOQL", &[], [],
        |_| html(414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>");
    "headers_too_large", "431 with the web server's page", &[], [],
        |_| html(431, "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>");
    "access_declined", "400 with an HTML page of the edge under heavy load", &[], [],
        |_| html(400, "<html><body><h1>Access Declined</h1></body></html>");
    "edge_route", "420 from the edge", &[], [], |_| html(420, "<html><body><h1>420 Route not available</h1></body></html>");
    "not_acceptable", "406 from the edge", &[], [], |_| html(406, "<html><body><h1>406 Not Acceptable</h1></body></html>");
    "too_many_requests", "429 with Retry-After", &[], ["retry_after"],
        |_| error(429, "REQUEST_LIMIT_EXCEEDED", "Too many requests.");
    "short_pages", "pages of a query have fewer rows than asked for", &[Operation::Query], ["rows_per_page"],
        |spec| Verdict::ShortPages { rows: spec.rows_per_page.unwrap_or(1) };
    "stale_locator", "open query locators die: 400 INVALID_QUERY_LOCATOR for the next page", &[Operation::Query], [],
        |_| Verdict::ForgetCursors;
    "duplicates_detected", "400 DUPLICATES_DETECTED with matches that the caller may not see", SAVES,
        ["allow_save", "message"], duplicates;
    "converted_lead", "400 CANNOT_UPDATE_CONVERTED_LEAD", ROWS, [],
        |_| data(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", &[]);
    "queue_without_object", "400 INVALID_OPERATION: the queue does not take the object", ROWS, [],
        |_| data(400, "INVALID_OPERATION", "Queue not associated with this SObject type", &["OwnerId"]);
    "inactive_owner", "400 INACTIVE_OWNER_OR_USER", ROWS, [], |_| data(400, "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [005000000000001] as owner of lead", &["OwnerId"]);
    "several_matches", "300 with the addresses of two rows", &[Operation::Upsert, Operation::Retrieve], [], several;
    "already_member", "400 DUPLICATE_VALUE: somebody else was faster", &[Operation::Create], [],
        |_| data(400, "DUPLICATE_VALUE", "Already a campaign member.", &[]);
    "limit_info", "Sforce-Limit-Info tells other numbers, or wobbles", &[], ["used", "max", "jitter"],
        |spec| Verdict::LimitInfo { used: spec.used, max: spec.max, jitter: spec.jitter.unwrap_or(0) };
    "lost_answer", "the call is carried out and its answer never arrives", &[], [], |_| Verdict::CommitThenLose;
    "connection_reset", "the connection breaks before the call arrives", &[], [], |_| Verdict::ResetBefore;
    "truncated_body", "the answer's body breaks off", &[], ["keep"], |spec| Verdict::Truncate { keep: spec.keep.unwrap_or(10) };
    "slow", "the answer comes late", &[], ["ms"], |spec| Verdict::Slow { ms: spec.ms.unwrap_or(5_000) };
    "slow_body", "the answer's body comes in small pieces", &[], ["ms", "chunk"],
        |spec| Verdict::Dribble { chunk: spec.chunk.unwrap_or(16).max(1), ms: small(spec.ms.unwrap_or(200)) };
    "login_refused", "400 invalid_grant at the token endpoint", &[Operation::Auth], [],
        |_| error(400, "invalid_grant", "authentication failure");
    "login_rate", "400 at the token endpoint: too many logins", &[Operation::Auth], [],
        |_| error(400, "invalid_grant", "login rate exceeded");
};

fn several(spec: &FaultSpec) -> Verdict {
    let object = spec.object.as_deref().unwrap_or("Lead");
    let url = |id| format!("/services/data/v62.0/sobjects/{object}/{id}");
    let urls = [url("00Q000000000001AAA"), url("00Q000000000002AAA")];
    raw(300, serde_json::json!(urls).to_string())
}

fn small(ms: u64) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}

const OWN: &[OwnBehaviour] = &[
    OwnBehaviour {
        name: "search_index_lag",
        how: "set `search_delay_ms` of the org's settings, and move the clock",
    },
    OwnBehaviour {
        name: "assignment_overrides_owner",
        how: "seed an active assignment rule and send no Sforce-Auto-Assign header",
    },
    OwnBehaviour {
        name: "email_lower_casing",
        how: "save an e-mail address in capitals: it comes back in lower case, as at Salesforce",
    },
    OwnBehaviour { name: "all_or_none_rollback", how: "send allOrNone with one row that fails" },
    OwnBehaviour { name: "partial_success", how: "send a collection with one row that fails" },
    OwnBehaviour {
        name: "lead_id_dropped",
        how: "create a CampaignMember with both LeadId and ContactId: the lead is dropped in silence",
    },
    OwnBehaviour {
        name: "short_allocation",
        how: "set `api_allocation` and `enforce_api_allocation` of the org's settings",
    },
    OwnBehaviour {
        name: "owner_changes_later",
        how: "seed a flow with `delay_ms`, and move the clock",
    },
];
