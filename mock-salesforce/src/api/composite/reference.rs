//! `@{refId.path}`: what a part takes from the answers before it.

use axum::http::StatusCode;
use serde_json::Value as Json;

use super::parts::Answered;
use crate::api::error::Refusal;

/// Deepest nesting of a body that is looked through.
const DEPTH_LIMIT: usize = 32;

/// The answers that references lead into.
pub(super) struct Answers<'a> {
    /// Answers so far, in order.
    pub(super) earlier: &'a [Answered],
    /// May a reference lead to a null? Since v52.
    pub(super) null_is_a_value: bool,
}

impl Answers<'_> {
    /// The body with every reference replaced. A text that is nothing but a reference takes the value's own type.
    pub(super) fn replaced(&self, body: &Json) -> Result<Json, Refusal> {
        self.replaced_at(body, 0)
    }

    fn replaced_at(&self, body: &Json, depth: usize) -> Result<Json, Refusal> {
        if depth > DEPTH_LIMIT {
            let message =
                format!("the body of a subrequest is nested more than {DEPTH_LIMIT} levels deep");
            return Err(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_INPUT", &message));
        }
        Ok(match body {
            Json::String(text) => {
                let whole = text
                    .strip_prefix("@{")
                    .and_then(|rest| rest.strip_suffix('}'))
                    .filter(|path| !path.contains('}'));
                match whole {
                    Some(path) => self.value(path)?,
                    None => Json::String(self.replaced_text(text)?),
                }
            }
            Json::Array(all) => {
                all.iter().map(|one| self.replaced_at(one, depth + 1)).collect::<Result<_, _>>()?
            }
            Json::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(key, one)| Ok((key.clone(), self.replaced_at(one, depth + 1)?)));
                Json::Object(fields.collect::<Result<_, Refusal>>()?)
            }
            plain => plain.clone(),
        })
    }

    /// A text with every reference replaced.
    pub(super) fn replaced_text(&self, text: &str) -> Result<String, Refusal> {
        let mut done = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("@{") {
            let Some((path, after)) = after.split_once('}') else { break };
            done.push_str(before);
            match self.value(path)? {
                Json::String(text) => done.push_str(&text),
                Json::Null => {}
                other => done.push_str(&other.to_string()),
            }
            rest = after;
        }
        done.push_str(rest);
        Ok(done)
    }

    /// What a path such as `refAcc.id` or `q.records[0].Id` leads to.
    fn value(&self, path: &str) -> Result<Json, Refusal> {
        let name_end = path.find(['.', '[']).unwrap_or(path.len());
        let (name, rest) = path.split_at(name_end);
        let found = self.earlier.iter().find(|answered| answered.reference_id == name);
        let usable = found.filter(|answered| answered.reply.status.is_success());
        let body = usable.and_then(|answered| {
            serde_json::from_slice::<Json>(answered.reply.body.as_deref()?).ok()
        });
        let found = body.and_then(|body| walk(&body, rest));
        found.filter(|value| self.null_is_a_value || !value.is_null()).ok_or_else(|| {
            let message =
                format!("Invalid reference specified. No value for {path} found in {name}");
            Refusal::routing(StatusCode::BAD_REQUEST, "PROCESSING_HALTED", &message)
        })
    }
}

fn walk(body: &Json, path: &str) -> Option<Json> {
    let mut at = body;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        at = match step.strip_suffix(']') {
            Some(index) => at.get(index.parse::<usize>().ok()?)?,
            None => at.get(step)?,
        };
    }
    Some(at.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::reply::Reply;

    fn answers(earlier: &[Answered]) -> Answers<'_> {
        Answers { earlier, null_is_a_value: true }
    }

    fn earlier() -> Vec<Answered> {
        let answered = |name: &str, body: &str| Answered {
            reference_id: name.to_owned(),
            reply: Reply::ok(body.into()),
        };
        vec![
            answered("a", r#"{"id":"001","n":3,"none":null}"#),
            answered("q", r#"{"records":[{"Owner":{"Name":"Pat"}}]}"#),
        ]
    }

    #[test]
    fn references_lead_into_earlier_answers() {
        let text = |text| answers(&earlier()).replaced_text(text).ok();
        assert_eq!(text("/x/@{a.id}/y?@{q.records[0].Owner.Name}").unwrap(), "/x/001/y?Pat");
        assert_eq!(text("plain @ {text}").unwrap(), "plain @ {text}");
        assert_eq!(text("@{b.id}"), None);
        assert_eq!(text("@{a.missing}"), None);
        assert_eq!(text("@{never ends").unwrap(), "@{never ends");
    }

    #[test]
    fn a_whole_reference_keeps_its_type() {
        let body = serde_json::json!({"A": "@{a.n}", "B": ["n=@{a.n}"]});
        assert_eq!(
            answers(&earlier()).replaced(&body).unwrap(),
            serde_json::json!({"A": 3, "B": ["n=3"]})
        );
    }

    #[test]
    fn a_reference_to_null_is_a_value_since_52() {
        let earlier = earlier();
        let old = Answers { earlier: &earlier, null_is_a_value: false };
        assert_eq!(
            answers(&earlier).replaced(&serde_json::json!("@{a.none}")).unwrap(),
            Json::Null
        );
        assert!(old.replaced(&serde_json::json!("@{a.none}")).is_err());
    }
}
