//! Every control call: its method, its path, what it does, and the one function of [`Control`] behind it.
//!
//! [`Control`]: crate::Control

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    Outcome,
    ask::{Ask, html},
};
use crate::{
    CustomField, FieldInput,
    control::{
        ChangeFilter, ControlError, Csv, DifferenceQuery, FieldPlace, NewRule, ResetOptions,
        RulePatch, SeedFile, Span, TokenFor, UsagePatch, UserPatch,
    },
    fault::{FaultSpec, Moment, own_behaviours, presets},
    schema::FieldChange,
    support,
    traffic::RequestFilter,
};

/// One control call.
#[derive(Serialize)]
pub(in crate::api) struct Route {
    pub(in crate::api) method: &'static str,
    pub(in crate::api) path: &'static str,
    /// What it does.
    what: &'static str,
    #[serde(skip)]
    pub(super) handler: fn(&Ask) -> Outcome,
}

macro_rules! routes {
    ($($method:ident $path:literal $what:literal $handler:expr;)*) => {
        &[$(Route { method: stringify!($method), path: $path, what: $what, handler: $handler }),*]
    };
}

/// Calls that change nothing of the org: what they are about does not outlive the process.
const BESIDE_THE_ORG: &[&str] = &["/__mock/faults", "/__mock/requests", "/__mock/unsupported"];

impl Route {
    /// Does the call change what a store of the org keeps?
    pub(super) fn changes_org(&self) -> bool {
        self.method != "GET" && !BESIDE_THE_ORG.iter().any(|path| self.path.starts_with(path))
    }

    /// May its body be a file of rows?
    pub(super) fn takes_rows(&self) -> bool {
        self.method == "POST"
            && ["/__mock/seed", "/__mock/rows"].iter().any(|path| self.path.starts_with(path))
    }
}

/// Every control call.
pub(in crate::api) static ROUTES: &[Route] = routes! {
    GET "/__mock" "this list" |ask| ask.ok(&json!({"control": ROUTES}));
    GET "/__mock/health" "that the mock is there, and which one" |ask| ask.ok(&ask.control.health());
    POST "/__mock/seed" "puts an org in the place of the one that is there, puts rows in, or both"
        |ask| ask.ok(&ask.control.seed(&ask.body::<SeedFile>()?)?);
    GET "/__mock/rows" "how many live rows each object has" |ask| ask.ok(&json!({"rows": ask.control.counts()}));
    POST "/__mock/rows" "puts rows in, by object" |ask| ask.made(&ask.control.load(&ask.body()?)?);
    GET "/__mock/rows/{object}" "live rows of an object" rows;
    POST "/__mock/rows/{object}" "puts rows of one object in: an array of maps, or CSV" load;
    POST "/__mock/reset" "the org as it was started; no requests, no faults" reset;
    GET "/__mock/snapshots" "the snapshots" |ask| ask.ok(&json!({"snapshots": ask.control.snapshots()}));
    POST "/__mock/snapshots" "keeps the org as it is, under a name" snapshot;
    DELETE "/__mock/snapshots/{name}" "drops a snapshot"
        |ask| ask.ok(&json!({"snapshots": ask.control.drop_snapshot(ask.param(0))?}));
    POST "/__mock/snapshots/{name}/restore" "brings the org back to a snapshot"
        |ask| ask.ok(&json!({"restored": ask.control.restore(ask.param(0))?}));
    GET "/__mock/diff" "how two states of the org differ, row by row"
        |ask| ask.ok(&ask.control.difference(&ask.query::<DifferenceQuery>()?)?);
    GET "/__mock/clock" "what the clock shows" |ask| ask.ok(&ask.control.clock());
    POST "/__mock/clock/freeze" "stops the clock, now or at a moment" freeze;
    POST "/__mock/clock/set" "sets the clock" set_clock;
    POST "/__mock/clock/advance" "moves the clock forward and does what is due" advance;
    POST "/__mock/clock/run" "lets the clock run on from where it stands" |ask| ask.ok(&ask.control.run_clock()?);
    POST "/__mock/clock/resume" "gives the clock back to the machine's time" |ask| ask.ok(&ask.control.resume_clock()?);
    GET "/__mock/faults" "the faults in force, with how often each was met" |ask| ask.ok(&ask.control.faults());
    POST "/__mock/faults" "adds a fault: a preset by name, or a verdict"
        |ask| ask.made(&ask.control.add_fault(&ask.body::<FaultSpec>()?)?);
    DELETE "/__mock/faults" "takes every fault out" |ask| ask.ok(&ask.control.clear_faults());
    GET "/__mock/faults/presets" "faults that have a name, and what the org does by itself"
        |ask| ask.ok(&json!({"presets": presets(), "by_the_org": own_behaviours()}));
    DELETE "/__mock/faults/{id}" "takes a fault out" |ask| ask.ok(&ask.control.remove_fault(ask.param(0))?);
    GET "/__mock/requests" "the journal of requests, filtered"
        |ask| ask.ok(&ask.control.requests(&ask.query::<RequestFilter>()?)?);
    DELETE "/__mock/requests" "forgets the requests" clear_requests;
    GET "/__mock/requests/{seq}" "one request with its bodies" request;
    GET "/__mock/changes" "what became of which row, by whom, when"
        |ask| ask.ok(&ask.control.changes(&ask.query::<ChangeFilter>()?)?);
    GET "/__mock/usage" "the allocation of API calls" |ask| ask.ok(&ask.control.usage());
    PATCH "/__mock/usage" "changes the allocation, or what was used of it"
        |ask| ask.ok(&ask.control.set_usage(ask.body::<UsagePatch>()?));
    POST "/__mock/sessions" "a session of a user, without a login" token;
    DELETE "/__mock/sessions" "ends all sessions, or those of one user" expire;
    GET "/__mock/unsupported" "what was asked for in vain, and how often"
        |ask| ask.ok(&json!({"unsupported": ask.control.mock().unsupported()}));
    DELETE "/__mock/unsupported" "forgets what was asked for in vain" clear_unsupported;
    GET "/__mock/settings" "what the org's admin has set up" |ask| ask.ok(&ask.control.settings());
    PATCH "/__mock/settings" "changes settings"
        |ask| ask.ok(&ask.control.set_settings(&ask.body()?)?);
    GET "/__mock/users" "the users" |ask| ask.ok(&json!({"users": ask.control.users()}));
    PATCH "/__mock/users/{user}" "switches a user, or sets rights"
        |ask| ask.ok(&ask.control.set_user(ask.param(0), &ask.body::<UserPatch>()?)?);
    GET "/__mock/rules" "validation, duplicate and assignment rules, and flows"
        |ask| ask.ok(&json!({"rules": ask.control.rules()}));
    POST "/__mock/rules" "adds a rule or a flow"
        |ask| ask.made(&json!({"rules": ask.control.add_rule(&ask.body::<NewRule>()?)?}));
    PATCH "/__mock/rules/{name}" "switches a rule, or sets what a duplicate rule does"
        |ask| ask.ok(&json!({"rules": ask.control.set_rule(ask.param(0), ask.body::<RulePatch>()?)?}));
    POST "/__mock/fields/{object}" "adds a custom field" add_field;
    PATCH "/__mock/fields/{object}/{field}" "changes a field's label, limits or picklist values" alter_field;
    DELETE "/__mock/fields/{object}/{field}" "removes a custom field" remove_field;
    GET "/__mock/support" "the support matrix" |ask| support_rows(ask);
    GET "/__mock/support.html" "the support matrix as a page" |ask| Ok(html(support::html(&ask.control.mock().unsupported())));
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paged {
    after: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MaybeAt {
    #[serde(default)]
    at: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    at: Moment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct By {
    by: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfUser {
    user: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfStatus {
    status: Option<support::Status>,
    area: Option<String>,
}

fn rows(ask: &Ask) -> Outcome {
    let paged: Paged = ask.query()?;
    ask.ok(&ask.control.rows(ask.param(0), paged.after.as_deref(), paged.limit)?)
}

fn load(ask: &Ask) -> Outcome {
    let object = ask.param(0);
    if ask.is_csv() {
        return ask.made(&ask.control.load_csv(object, &Csv(ask.body.clone()))?);
    }
    let rows: Vec<FieldInput> = ask.list()?;
    ask.made(&ask.control.load(&IndexMap::from([(object.to_owned(), rows)]))?)
}

fn reset(ask: &Ask) -> Outcome {
    ask.ok(&ask.control.reset(ask.body::<ResetOptions>()?)?)
}

fn snapshot(ask: &Ask) -> Outcome {
    ask.made(&ask.control.snapshot(&ask.body::<Named>()?.name)?)
}

fn freeze(ask: &Ask) -> Outcome {
    ask.ok(&ask.control.freeze(ask.body::<MaybeAt>()?.at.map(|moment| moment.0))?)
}

fn set_clock(ask: &Ask) -> Outcome {
    ask.ok(&ask.control.set_clock(ask.body::<At>()?.at.0)?)
}

fn advance(ask: &Ask) -> Outcome {
    ask.ok(&ask.control.advance(ask.body::<By>()?.by)?)
}

fn clear_requests(ask: &Ask) -> Outcome {
    ask.control.clear_requests();
    ask.ok(&ask.control.requests(&RequestFilter::default())?)
}

fn request(ask: &Ask) -> Outcome {
    let seq = ask.param(0).parse().map_err(|_| {
        ControlError::invalid(
            "the number of a request is not a number",
            "take `seq` from the list of requests",
        )
    })?;
    ask.ok(&ask.control.request(seq)?)
}

fn token(ask: &Ask) -> Outcome {
    ask.made(&json!({"access_token": ask.control.token(&ask.body::<TokenFor>()?)?}))
}

fn expire(ask: &Ask) -> Outcome {
    ask.control.expire_sessions(ask.query::<OfUser>()?.user.as_deref())?;
    ask.ok(&json!({"expired": true}))
}

fn clear_unsupported(ask: &Ask) -> Outcome {
    ask.control.mock().clear_unsupported();
    ask.ok(&json!({"unsupported": ask.control.mock().unsupported()}))
}

fn add_field(ask: &Ask) -> Outcome {
    let field: CustomField = ask.body()?;
    ask.control.add_field(ask.param(0), &field)?;
    ask.made(&json!({"added": format!("{}.{}", ask.param(0), field.name)}))
}

fn field_place(ask: &Ask) -> FieldPlace<'_> {
    FieldPlace { object: ask.param(0), field: ask.param(1) }
}

fn alter_field(ask: &Ask) -> Outcome {
    ask.control.alter_field(field_place(ask), &ask.body::<FieldChange>()?)?;
    ask.ok(&json!({"altered": format!("{}.{}", ask.param(0), ask.param(1))}))
}

fn remove_field(ask: &Ask) -> Outcome {
    ask.control.remove_field(field_place(ask))?;
    ask.ok(&json!({"removed": format!("{}.{}", ask.param(0), ask.param(1))}))
}

fn support_rows(ask: &Ask) -> Outcome {
    let wanted: OfStatus = ask.query()?;
    let tally = ask.control.mock().unsupported();
    let matrix = support::matrix(&tally);
    let fits = |row: &&support::Row| {
        wanted.status.is_none_or(|status| status == row.status)
            && wanted.area.as_ref().is_none_or(|area| *area == row.area)
    };
    let rows: Vec<Json> = matrix.rows.iter().filter(fits).map(support::Row::to_json).collect();
    ask.ok(&json!({"counts": matrix.counts(), "rows": rows, "other_unsupported_calls": matrix.unplaced}))
}
