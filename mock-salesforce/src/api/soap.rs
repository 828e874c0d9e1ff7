//! The SOAP API: the partner endpoint, and the enterprise one with its own namespaces (wire reference §1.3, §9).
//!
//! A call is a POST to `/services/Soap/u/{version}[/{org}]` (partner) or `…/c/…` (enterprise) with one element in
//! the body of its envelope. Elements are known by their local names: every client has prefixes of its own. The
//! session comes in a header of the envelope, whose other options are read by [`headers`]. Answers repeat the
//! element names that were recorded, unprefixed; a refused call is HTTP 500 with a [`fault`].
//!
//! Nothing is decided here: rows are saved by the [`Org`](crate::Org), queries and descriptions are those of the
//! REST resources, in XML. A call that Salesforce has and this mock has not is a counted fault that says so.

mod convert;
mod describe;
mod envelope;
mod fault;
mod find_duplicates;
mod headers;
mod login;
mod merge;
mod passwords;
mod person;
mod query;
mod record;
mod replication;
mod result;
mod row;
mod save;
mod wsdl;

use axum::{
    extract::{Extension, Path},
    response::IntoResponse,
    routing::post,
};

use super::{
    auth::Origin,
    reply::Reply,
    visit::{Quirks, Visit, Whole},
};
use crate::{Mock, SaveContext, org::ApiUsage, store::ChangedNothing, xml::Element};
use envelope::Flavour;
use fault::Fault;
use headers::Headers;

pub(super) use fault::made_up;

/// What a call answers: what stands in `<…Response>`, or why not.
type Outcome = Result<Vec<u8>, Fault>;

/// The last version with `login()` (wire reference §0.2).
const LOGIN_UNTIL: u16 = 64;

/// Both endpoints, with the org's id in the address or without.
pub(super) fn routes() -> super::Outside {
    vec![
        ("/services/Soap/{api}/{version}", post(call)),
        ("/services/Soap/{api}/{version}/{org}", post(call_of_org)),
        ("/soap/wsdl.jsp", wsdl::route()),
    ]
}

async fn call(
    mock: Mock,
    origin: Origin,
    Path((api, version)): Path<(String, String)>,
    Whole(body): Whole,
) -> impl IntoResponse {
    Endpoint { mock, origin }.answer(&api, &version, &body)
}

async fn call_of_org(
    mock: Mock,
    origin: Origin,
    Path((api, version, _)): Path<(String, String, String)>,
    Whole(body): Whole,
) -> impl IntoResponse {
    Endpoint { mock, origin }.answer(&api, &version, &body)
}

/// Where a call arrives.
struct Endpoint {
    mock: Mock,
    origin: Origin,
}

/// A call whose session is good.
struct Call<'c> {
    visit: &'c Visit,
    flavour: Flavour,
    headers: &'c Headers,
    /// The element in the body of the envelope.
    sent: &'c Element,
}

impl Endpoint {
    fn answer(
        &self,
        api: &str,
        version: &str,
        body: &[u8],
    ) -> (Option<Extension<ChangedNothing>>, Reply) {
        let Some(flavour) = Flavour::of(api) else {
            let fault = Fault::unsupported(&self.mock, &format!("/services/Soap/{api}"));
            return (None, fault.reply(Flavour::Partner));
        };
        let mut changed = true;
        let answer = self.carried_out(flavour, version, body, &mut changed);
        let nothing = (!changed).then_some(Extension(ChangedNothing));
        (nothing, answer.unwrap_or_else(|fault| fault.reply(flavour)))
    }

    fn carried_out(
        &self,
        flavour: Flavour,
        version: &str,
        body: &[u8],
        changed: &mut bool,
    ) -> Result<Reply, Fault> {
        let newest = self.mock.org().settings().newest_api_version;
        let version = envelope::version(version, newest)?;
        let envelope = envelope::read(body)?;
        let headers = Headers::read(&self.mock, &envelope.headers)?;
        let (namespace, name) = (&*envelope.call.namespace, &*envelope.call.name);
        if namespace != flavour.namespace() {
            return Err(Fault::no_operation(namespace, name));
        }
        // Its cursor may be a read's, which no store knows.
        *changed = name != "queryMore";
        if name == "login" {
            let answer = self.log_in(flavour, version, &envelope.call)?;
            return Ok(envelope::reply(flavour, name, &answer, None));
        }
        let (visit, usage) = self.visit(version, &headers)?;
        let call = Call { visit: &visit, flavour, headers: &headers, sent: &envelope.call };
        let answer = call.carried_out(&self.mock)?;
        Ok(envelope::reply(flavour, name, &answer, Some(usage)))
    }

    /// Checks the session and counts the call.
    fn visit(&self, version: u16, headers: &Headers) -> Result<(Visit, ApiUsage), Fault> {
        let mock = &self.mock;
        let user = mock
            .authenticate(&headers.session)
            .map_err(|refusal| Fault::session(refusal, &headers.session))?;
        let now = mock.now();
        let usage = mock.org().count_call(now).map_err(Fault::from)?;
        let saving = SaveContext {
            user,
            now,
            api_version: version,
            assignment: headers.assignment,
            duplicates: headers.duplicates,
            origin: crate::Origin::Soap,
        };
        let visit = Visit {
            mock: mock.clone(),
            user,
            version,
            saving,
            page_rows: headers.page_rows,
            conditions: None,
            address: Some(self.origin.clone()),
            quirks: Quirks::default(),
        };
        Ok((visit, usage))
    }
}

/// What carries a call out.
type Verb = fn(&Call<'_>) -> Outcome;

/// The names of the calls that are emulated.
pub(super) fn calls() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|(name, _)| *name).chain(["login"])
}

/// Every call that is emulated, `login` apart.
const CALLS: &[(&str, Verb)] = &[
    ("changeOwnPassword", passwords::change_own),
    ("convertLead", convert::convert_lead),
    ("create", save::create),
    ("delete", save::delete),
    ("describeGlobal", describe::global),
    ("describeSObject", describe::object),
    ("describeSObjects", describe::objects),
    ("emptyRecycleBin", save::empty_recycle_bin),
    ("findDuplicates", find_duplicates::of_rows),
    ("findDuplicatesByIds", find_duplicates::of_ids),
    ("getDeleted", replication::deleted),
    ("getServerTimestamp", login::server_timestamp),
    ("getUpdated", replication::updated),
    ("getUserInfo", person::user_info),
    ("invalidateSessions", login::invalidate_sessions),
    ("logout", login::log_out),
    ("merge", merge::merge),
    ("query", query::query),
    ("queryAll", query::query_all),
    ("queryMore", query::query_more),
    ("resetPassword", passwords::reset),
    ("retrieve", query::retrieve),
    ("search", query::search),
    ("setPassword", passwords::set),
    ("undelete", save::undelete),
    ("update", save::update),
    ("upsert", save::upsert),
];

/// Every other call of the partner WSDL.
const UNSUPPORTED: &[&str] = &[
    "deleteByExample",
    "describeAllTabs",
    "describeAppMenu",
    "describeApprovalLayout",
    "describeAvailableQuickActions",
    "describeCompactLayouts",
    "describeDataCategoryGroupStructures",
    "describeDataCategoryGroups",
    "describeDataCategoryMappings",
    "describeGlobalTheme",
    "describeKnowledgeSettings",
    "describeLayout",
    "describeNouns",
    "describePathAssistants",
    "describePrimaryCompactLayouts",
    "describeQuickActions",
    "describeQuickActionsForRecordType",
    "describeSObjectListViews",
    "describeSearchLayouts",
    "describeSearchScopeOrder",
    "describeSearchableEntities",
    "describeSoftphoneLayout",
    "describeSoqlListViews",
    "describeTabs",
    "describeTheme",
    "describeVisualForce",
    "executeListView",
    "performQuickActions",
    "process",
    "renderEmailTemplate",
    "renderStoredEmailTemplate",
    "retrieveMassQuickActionTemplates",
    "retrieveQuickActionTemplates",
    "sendEmail",
    "sendEmailMessage",
];

impl Call<'_> {
    fn carried_out(&self, mock: &Mock) -> Outcome {
        let name = &*self.sent.name;
        if let Some((_, verb)) = CALLS.iter().find(|(known, _)| *known == name) {
            return verb(self);
        }
        if UNSUPPORTED.contains(&name) {
            return Err(Fault::unsupported(mock, name));
        }
        Err(Fault::no_operation(&self.sent.namespace, name))
    }

    /// Texts of a repeated parameter; a nil one is nothing.
    fn list<'e>(&'e self, name: &'e str) -> Vec<&'e str> {
        let given = self.sent.all(name).filter(|one| !one.is_nil());
        given.map(|one| one.text.trim()).filter(|text| !text.is_empty()).collect()
    }

    /// Refuses more than `most` of what a call takes.
    fn at_most(most: usize, count: usize) -> Result<(), Fault> {
        if count <= most {
            return Ok(());
        }
        let message =
            format!("record limit reached. cannot submit more than {most} records into this call");
        Err(Fault::of("EXCEEDED_ID_LIMIT", message))
    }
}
