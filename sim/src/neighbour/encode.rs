//! A call to a system beside Salesforce as an HTTP request (requirements §10).
//!
//! | call | Dynamics | Administrate | Marketo | Account Engagement |
//! |---|---|---|---|---|
//! | login | token of the tenant | `oauth/token` | identity | Salesforce's token endpoint |
//! | find by address | `GET leads`, `$filter` | query of contacts | `GET leads.json` | `GET prospects` |
//! | find by id | `GET leads`, `$filter` | – | `GET lead/ID.json` | `GET prospects/ID` |
//! | create | `POST leads`, duplicates detected | mutation `create` | `createOrUpdate` by address | `upsertLatestByEmail` |
//! | update | `PATCH leads(ID)` with `If-Match: *` | mutation `update` | `updateOnly` by id | `PATCH prospects/ID` |

use axum::http::{HeaderName, HeaderValue, Method, Request};
use bytes::Bytes;
use engine::{CallId, CrmCall, FieldName, Filter, Find, Save, SaveOperation, System, Value};
use neighbours::{Login, SchemaNames};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};

use crate::crm::encode::{CALL_ID, json::fields};

/// The header that tells the fault plan what a call is for.
pub(super) const OPERATION: &str = "x-operation";
const FORM: &str = "application/x-www-form-urlencoded";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A call with what its request needs to know.
pub(super) struct Asking<'a> {
    pub(super) id: CallId,
    pub(super) call: &'a CrmCall,
    pub(super) login: &'a Login,
    pub(super) names: &'a SchemaNames,
}

/// A request without authorization.
struct Sent {
    method: Method,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Sent {
    fn new(method: Method, url: String) -> Self {
        Self { method, url, headers: Vec::new(), body: String::new() }
    }

    fn json(method: Method, url: String, body: &Json) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { method, url, headers, body: body.to_string() }
    }

    fn form(url: &str, pairs: &[(&str, &str)]) -> Self {
        let headers = vec![("content-type", FORM.to_owned())];
        Self { method: Method::POST, url: url.to_owned(), headers, body: pairs_of(pairs) }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn pairs_of(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl Asking<'_> {
    /// The request, with the token that we have.
    pub(super) fn request(&self, system: System, token: Option<&str>) -> Request<Bytes> {
        let sent = match (system, self.call) {
            (_, CrmCall::Login) => self.log_in(system),
            (_, CrmCall::Find(find)) => self.find(system, find),
            (_, CrmCall::Save(save)) => self.save(system, save),
            // Nothing else is ever asked of these systems.
            _ => Sent::new(Method::GET, "/".to_owned()),
        };
        let mut request = Request::new(Bytes::from(sent.body));
        *request.method_mut() = sent.method;
        *request.uri_mut() = sent.url.parse().unwrap_or_default();
        let headers = request.headers_mut();
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        for (name, value) in &sent.headers {
            put(name, value);
        }
        put(CALL_ID, &self.id.0.to_string());
        put(OPERATION, operation(self.call));
        if system == System::AccountEngagement {
            put("pardot-business-unit-id", &self.login.business_unit);
        }
        if let Some(token) = token.filter(|_| *self.call != CrmCall::Login) {
            put("authorization", &format!("Bearer {token}"));
        }
        request
    }

    fn log_in(&self, system: System) -> Sent {
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_id", self.login.client_id.as_str()),
            ("client_secret", self.login.client_secret.as_str()),
        ];
        match system {
            System::Dynamics => Sent::form("/tenant/oauth2/v2.0/token", &pairs),
            System::Administrate => Sent::form("/oauth/token", &pairs),
            System::AccountEngagement => Sent::form("/services/oauth2/token", &pairs),
            System::Marketo => {
                Sent::new(Method::GET, format!("/identity/oauth/token?{}", pairs_of(&pairs)))
            }
        }
    }

    fn find(&self, system: System, find: &Find) -> Sent {
        let (field, value) = wanted(find);
        let by_id = field == "Id";
        let list = listed(&find.fields);
        let get = |url: String| Sent::new(Method::GET, url);
        match system {
            System::Dynamics => {
                let field = if by_id { "leadid" } else { field };
                let filter = format!("{field} eq '{}'", value.replace('\'', "''"));
                let (select, filter) = (encoded(&list), encoded(&filter));
                get(format!("/api/data/v9.2/leads?$select={select}&$filter={filter}"))
                    .with("odata-version", "4.0")
                    .with("odata-maxversion", "4.0")
                    .with("if-none-match", "null")
            }
            System::Marketo if by_id => {
                get(format!("/rest/v1/lead/{}.json?fields={}", encoded(value), encoded(&list)))
            }
            System::Marketo => {
                let (value, list) = (encoded(value), encoded(&list));
                get(format!(
                    "/rest/v1/leads.json?filterType={field}&filterValues={value}&fields={list}"
                ))
            }
            System::AccountEngagement if by_id => {
                let list = encoded(&format!("id,{list}"));
                get(format!("/api/v5/objects/prospects/{}?fields={list}", encoded(value)))
            }
            System::AccountEngagement => {
                let (list, value) = (encoded(&format!("id,{list}")), encoded(value));
                get(format!("/api/v5/objects/prospects?fields={list}&email={value}"))
            }
            System::Administrate => self.find_contact(&find.fields, value),
        }
    }

    fn find_contact(&self, fields: &[FieldName], value: &str) -> Sent {
        let columns: Vec<&str> = fields.iter().map(FieldName::as_str).collect();
        let text = format!(
            "query Find($email: String!) {{ {}(filters: [{{ field: email, operation: eq, value: $email }}]) {{ edges {{ node {{ id {} }} }} }} }}",
            self.names.list,
            columns.join(" ")
        );
        graphql(&text, &json!({ "email": value }))
    }

    fn save(&self, system: System, save: &Save) -> Sent {
        let Some(row) = save.rows.first() else { return Sent::new(Method::GET, "/".to_owned()) };
        let fields = fields(&row.fields);
        let id = row.id.as_ref().map_or("", |it| it.as_str());
        match (system, save.operation) {
            (System::Dynamics, SaveOperation::Create) => {
                Sent::json(Method::POST, "/api/data/v9.2/leads".to_owned(), &fields.into())
                    .with("mscrm.suppressduplicatedetection", "false")
            }
            (System::Dynamics, SaveOperation::Update) => {
                let url = format!("/api/data/v9.2/leads({})", encoded(id));
                Sent::json(Method::PATCH, url, &fields.into()).with("if-match", "*")
            }
            (System::Marketo, SaveOperation::Create) => {
                let body = json!({ "action": "createOrUpdate", "lookupField": "email", "input": [fields] });
                Sent::json(Method::POST, "/rest/v1/leads.json".to_owned(), &body)
            }
            (System::Marketo, SaveOperation::Update) => {
                let mut lead = Map::new();
                lead.insert("id".to_owned(), id.parse::<u64>().map_or(id.into(), Json::from));
                lead.extend(fields);
                let body = json!({ "action": "updateOnly", "lookupField": "id", "input": [lead] });
                Sent::json(Method::POST, "/rest/v1/leads.json".to_owned(), &body)
            }
            (System::AccountEngagement, SaveOperation::Create) => {
                let email = fields.get("email").cloned().unwrap_or(Json::Null);
                let body = json!({ "matchEmail": email, "prospect": fields, "fields": ["id"] });
                let url = "/api/v5/objects/prospects/do/upsertLatestByEmail".to_owned();
                Sent::json(Method::POST, url, &body)
            }
            (System::AccountEngagement, SaveOperation::Update) => {
                let url = format!("/api/v5/objects/prospects/{}?fields=id", encoded(id));
                Sent::json(Method::PATCH, url, &fields.into())
            }
            (System::Administrate, operation) => self.save_contact(operation, id, fields),
        }
    }

    fn save_contact(
        &self,
        operation: SaveOperation,
        id: &str,
        mut input: Map<String, Json>,
    ) -> Sent {
        let act = match operation {
            SaveOperation::Create => &self.names.create,
            SaveOperation::Update => {
                input.insert("id".to_owned(), id.into());
                &self.names.update
            }
        };
        let object = &self.names.object;
        let text = format!(
            "mutation Save($input: ContactInput!) {{ {object} {{ saved: {act}(input: $input) {{ {object} {{ id }} errors {{ label message }} }} }} }}"
        );
        graphql(&text, &json!({ "input": input }))
    }
}

fn graphql(text: &str, variables: &Json) -> Sent {
    let body = json!({ "query": text, "variables": variables });
    Sent::json(Method::POST, "/graphql".to_owned(), &body)
}

/// The field and the value that a query is after.
pub(super) fn wanted(find: &Find) -> (&str, &str) {
    match &find.filter {
        Filter::OneOf(field, values) => match values.first() {
            Some(Value::Text(text)) => (field.as_str(), text),
            _ => (field.as_str(), ""),
        },
        _ => ("", ""),
    }
}

fn listed(fields: &[FieldName]) -> String {
    fields.iter().map(FieldName::as_str).collect::<Vec<_>>().join(",")
}

/// What a call is for, in the words of the fault plan.
fn operation(call: &CrmCall) -> &'static str {
    match call {
        CrmCall::Login => "auth",
        CrmCall::Save(Save { operation: SaveOperation::Create, .. }) => "create",
        CrmCall::Save(_) => "update",
        _ => "query",
    }
}
