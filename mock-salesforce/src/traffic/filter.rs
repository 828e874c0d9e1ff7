//! Which exchanges of the journal somebody wants to see.

use serde::Deserialize;

use super::Exchange;
use crate::operation::Operation;

/// Which requests are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestFilter {
    /// After the request of this number.
    pub since: Option<u64>,
    /// For this.
    pub operation: Option<Operation>,
    /// Naming this object, in any case.
    pub object: Option<String>,
    /// With this method.
    pub method: Option<String>,
    /// Answered with this status: `201`, or a class such as `4xx`.
    pub status: Option<StatusFilter>,
    /// With a path that begins so.
    pub path: Option<String>,
    /// With this `x-call-id`.
    pub call_id: Option<String>,
    /// With this text in query or bodies.
    pub contains: Option<String>,
    /// Hit by this fault; `*`: by any.
    pub fault: Option<String>,
    /// Of those that fit, only so many of the newest.
    pub last: Option<usize>,
    /// Requests of a page.
    pub limit: Option<usize>,
    /// Bytes of each body that a list shows.
    pub body_bytes: Option<usize>,
}

/// One status, or a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct StatusFilter {
    from: u16,
    to: u16,
}

impl TryFrom<String> for StatusFilter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
        let wrong = || format!("{text:?} is no status: write `201`, or a class such as `4xx`");
        if let Some(class) = class {
            let class = class.parse::<u16>().ok().filter(|class| (1..=5).contains(class));
            return class.map(|c| Self { from: c * 100, to: c * 100 + 99 }).ok_or_else(wrong);
        }
        let status = text.parse::<u16>().ok().filter(|status| *status < 1_000);
        status.map(|status| Self { from: status, to: status }).ok_or_else(wrong)
    }
}

impl RequestFilter {
    /// Is the exchange wanted?
    pub fn fits(&self, exchange: &Exchange) -> bool {
        let is = |wanted: &Option<String>, held: Option<&str>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| held.is_some_and(|held| held.eq_ignore_ascii_case(wanted)))
        };
        self.since.is_none_or(|since| exchange.seq > since)
            && self.operation.is_none_or(|operation| operation == exchange.operation)
            && is(&self.object, exchange.object.as_deref())
            && is(&self.method, Some(exchange.method.as_str()))
            && self.status.is_none_or(|status| (status.from..=status.to).contains(&exchange.status))
            && self.path.as_ref().is_none_or(|start| exchange.path.starts_with(start.as_str()))
            && self.call_id.as_ref().is_none_or(|id| exchange.call_id.as_ref() == Some(id))
            && self.fault.as_ref().is_none_or(|fault| {
                exchange.fault.as_ref().is_some_and(|hit| fault == "*" || hit == fault)
            })
            && self.contains.as_ref().is_none_or(|text| holds(exchange, text))
    }
}

fn holds(exchange: &Exchange, text: &str) -> bool {
    let needle = text.as_bytes();
    let query = exchange.query.replace('+', " ");
    let query: Vec<u8> = percent_encoding::percent_decode_str(&query).collect();
    needle.is_empty()
        || [&query[..], &exchange.request_body, &exchange.response_body]
            .iter()
            .any(|held| held.windows(needle.len()).any(|window| window == needle))
}
