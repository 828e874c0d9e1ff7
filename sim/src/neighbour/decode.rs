//! An exchange with a system beside Salesforce as an answer (requirements §10).
//!
//! | what came | read | write |
//! |---|---|---|
//! | a success in the expected shape | done | done |
//! | an error with a code, in a 200 or with a status of its own | refused | refused |
//! | 401 without a code, 429 without a code | refused as `401`, `429` | the same |
//! | 503 | unavailable | unavailable |
//! | anything else: a page, a cut body, 5xx without a code | unavailable | lost, outcome unknown |

use axum::http::{Response, StatusCode};
use bytes::Bytes;
use engine::{
    Answer, CrmCall, Done, Find, Lost, RecordId, Refusal, Reply, Row, SaveOperation, System,
    Timestamp, Value,
};
use neighbours::SchemaNames;
use serde_json::Value as Json;

use crate::crm::Exchange;

/// Longest pause that an answer may ask for, in seconds.
const RETRY_AFTER_MAX: i64 = 86_400;

/// Nobody is there.
pub(super) fn absent() -> Answer {
    plain(Reply::Lost(Lost::NotSent))
}

fn plain(reply: Reply) -> Answer {
    Answer { reply, usage: None, server_time: None, retry_after_ms: None }
}

/// What an exchange answers to a call, and the token that a login gave.
pub(super) fn answer(
    system: System,
    (call, names): (&CrmCall, &SchemaNames),
    exchange: Exchange,
) -> (Answer, Option<String>) {
    match exchange {
        Exchange::Lost(Lost::NotSent) => (plain(Reply::Lost(Lost::NotSent)), None),
        Exchange::Lost(Lost::Unknown) => (plain(unclear(call, "no answer")), None),
        Exchange::Answered { cut: true, .. } => (plain(unclear(call, "cut answer")), None),
        Exchange::Answered { response, .. } => {
            let heard = Heard { system, call, names };
            let retry_after_ms = retry_after(&response);
            let json = serde_json::from_slice::<Json>(response.body()).ok();
            let reply = heard.reply(&response, json.as_ref());
            let token = json.filter(|_| reply == Reply::Done(Done::LoggedIn));
            let token = token.as_ref().and_then(token_of);
            (Answer { retry_after_ms, ..plain(reply) }, token)
        }
    }
}

fn retry_after(response: &Response<Bytes>) -> Option<i64> {
    let seconds: i64 = response.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    Some(seconds.clamp(0, RETRY_AFTER_MAX) * 1_000)
}

fn token_of(json: &Json) -> Option<String> {
    json.get("access_token")?.as_str().filter(|it| !it.is_empty()).map(str::to_owned)
}

fn unclear(call: &CrmCall, what: &str) -> Reply {
    match call {
        CrmCall::Save(_) => Reply::Lost(Lost::Unknown),
        _ => Reply::Unavailable { code: what.to_owned() },
    }
}

fn refused(code: impl Into<String>, message: impl Into<String>) -> Reply {
    Reply::Refused(Refusal {
        code: code.into(),
        message: message.into(),
        fields: Vec::new(),
        duplicates: Vec::new(),
        duplicate_rule: None,
    })
}

/// A call of which an answer was heard.
struct Heard<'a> {
    system: System,
    call: &'a CrmCall,
    names: &'a SchemaNames,
}

impl Heard<'_> {
    fn reply(&self, response: &Response<Bytes>, json: Option<&Json>) -> Reply {
        let status = response.status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return Reply::Unavailable { code: "service unavailable".to_owned() };
        }
        let error = json.and_then(error_of);
        let told =
            || error.as_ref().map(|(code, text)| format!("{code}: {text}")).unwrap_or_default();
        match status {
            StatusCode::UNAUTHORIZED if *self.call != CrmCall::Login => {
                return refused("401", told());
            }
            StatusCode::TOO_MANY_REQUESTS => return refused("429", told()),
            _ => {}
        }
        if let Some((code, message)) = error {
            return if *self.call == CrmCall::Login && status.is_server_error() {
                Reply::Unavailable { code }
            } else {
                refused(code, message)
            };
        }
        match status {
            status if status.is_success() => self.success(response, json),
            status if status.is_client_error() => refused(status.as_str(), "no reason was given"),
            _ => unclear(self.call, "error without a code"),
        }
    }

    fn success(&self, response: &Response<Bytes>, json: Option<&Json>) -> Reply {
        let done = match self.call {
            CrmCall::Login => json.and_then(token_of).map(|_| Done::LoggedIn),
            CrmCall::Find(find) => json.and_then(|it| self.rows(find, it)),
            CrmCall::Save(save) => {
                let known = save.rows.first().and_then(|it| it.id.clone());
                return match (save.operation, known) {
                    (SaveOperation::Update, Some(id)) => self.saved(json, Some(id)),
                    _ => self.saved(json, entity_id(response)),
                };
            }
            _ => None,
        };
        done.map_or_else(|| unclear(self.call, "unexpected shape"), Reply::Done)
    }

    fn saved(&self, json: Option<&Json>, id: Option<RecordId>) -> Reply {
        let id = match (self.system, json) {
            (System::Dynamics, _) => id,
            (System::Marketo, Some(json)) => match marketo_result(json) {
                Some(Ok(id)) => Some(id),
                Some(Err((code, message))) => return refused(code, message),
                None => None,
            },
            (System::AccountEngagement, Some(json)) => json.get("id").and_then(id_of),
            (System::Administrate, Some(json)) => {
                let saved = json.pointer(&format!("/data/{}/saved", self.names.object));
                let problem = saved.and_then(|it| it.pointer("/errors/0"));
                if let Some(problem) = problem {
                    let text =
                        |name: &str| problem.get(name).and_then(Json::as_str).unwrap_or_default();
                    return refused(text("label"), text("message"));
                }
                saved.and_then(|it| it.get(&self.names.object)?.get("id")).and_then(id_of)
            }
            (_, None) => None,
        };
        match id {
            Some(id) => Reply::Done(Done::Saved(vec![Ok(id)])),
            None => unclear(self.call, "unexpected shape"),
        }
    }

    fn rows(&self, find: &Find, json: &Json) -> Option<Done> {
        let one = std::slice::from_ref(json);
        let list: Vec<&Json> = match self.system {
            System::Dynamics => json.get("value")?.as_array()?.iter().collect(),
            System::Marketo => json.get("result")?.as_array()?.iter().collect(),
            System::AccountEngagement => match json.get("values") {
                Some(values) => values.as_array()?.iter().collect(),
                None => one.iter().collect(),
            },
            System::Administrate => {
                let edges = json.pointer(&format!("/data/{}/edges", self.names.list))?;
                edges.as_array()?.iter().filter_map(|it| it.get("node")).collect()
            }
        };
        let key = if self.system == System::Dynamics { "leadid" } else { "id" };
        let rows = list.into_iter().map(|it| {
            let id = it.get(key).and_then(id_of)?;
            let fields = find.fields.iter().map(|field| {
                let value = it.get(field.as_str()).unwrap_or(&Json::Null);
                (field.clone(), value_of(self.system, field.as_str(), value))
            });
            Some(Row { id, fields: fields.collect() })
        });
        Some(Done::Rows { rows: rows.collect::<Option<Vec<_>>>()?, more: None })
    }
}

/// The error of an answer, in any of the shapes: `error.code`, `errors[0]`, `code` with `message`, OAuth's.
fn error_of(json: &Json) -> Option<(String, String)> {
    let text = |it: &Json, name: &str| match it.get(name) {
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let worded = |it: &Json| {
        let message = text(it, "message").unwrap_or_default();
        Some((text(it, "code").unwrap_or_else(|| "error".to_owned()), message))
    };
    if let Some(error @ Json::Object(_)) = json.get("error") {
        return worded(error);
    }
    if let Some(code) = text(json, "error") {
        let message = text(json, "error_description").or_else(|| text(json, "message"));
        return Some((code, message.unwrap_or_default()));
    }
    if let Some(first) = json.pointer("/errors/0") {
        return worded(first);
    }
    (json.get("code").is_some() && json.get("message").is_some()).then(|| worded(json)).flatten()
}

/// The first record's result of a sync of leads.
fn marketo_result(json: &Json) -> Option<Result<RecordId, (String, String)>> {
    let result = json.pointer("/result/0")?;
    if let Some(reason) = result.pointer("/reasons/0") {
        let text =
            |name: &str| reason.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        return Some(Err((text("code"), text("message"))));
    }
    result.get("id").and_then(id_of).map(Ok)
}

/// The id in `OData-EntityId: …/leads(ID)`.
fn entity_id(response: &Response<Bytes>) -> Option<RecordId> {
    let header = response.headers().get("odata-entityid")?.to_str().ok()?;
    let (_, id) = header.rsplit_once('(')?;
    Some(RecordId::from(id.strip_suffix(')')?))
}

fn id_of(json: &Json) -> Option<RecordId> {
    match json {
        Json::String(text) => Some(RecordId::from(text.as_str())),
        Json::Number(number) => Some(RecordId::from(number.to_string())),
        _ => None,
    }
}

fn value_of(system: System, field: &str, json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::String(text) if field == system.updated_field() => text
            .parse::<jiff::Timestamp>()
            .map_or(Value::Null, |at| Value::Instant(Timestamp(at.as_millisecond()))),
        Json::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string().as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_many_shapes() {
        let told = |text: &str| {
            let json = serde_json::from_str(text).unwrap();
            error_of(&json).map(|(code, message)| format!("{code}: {message}"))
        };
        for (text, expected) in [
            (r#"{"error":{"code":"0x80040333","message":"dup"}}"#, "0x80040333: dup"),
            (r#"{"success":false,"errors":[{"code":"606","message":"slow"}]}"#, "606: slow"),
            (r#"{"code":66,"message":"busy"}"#, "66: busy"),
            (r#"{"error":"invalid_client","error_description":"bad"}"#, "invalid_client: bad"),
            (r#"{"data":null,"errors":[{"message":"no field"}]}"#, "error: no field"),
        ] {
            assert_eq!(told(text).as_deref(), Some(expected));
        }
        assert_eq!(told(r#"{"success":true,"result":[]}"#), None);
        assert_eq!(told(r#"{"id":7}"#), None);
    }

    #[test]
    fn nobody_there_is_not_sent() {
        assert_eq!(absent().reply, Reply::Lost(Lost::NotSent));
    }
}
