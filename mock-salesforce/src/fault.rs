//! Faults: which calls go wrong, and how. Counted or windowed, never by chance.
//!
//! The plan is asked once for every call, before the call is carried out. Each rule counts the calls that fit it
//! by itself; of the rules that would fire, the first one does. Faults act at the edge only: the org behind them
//! either carried the call out or did not, and never knows.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    operation::{Call, Operation},
};

/// Most rules in one plan.
pub const RULE_LIMIT: usize = 10_000;

/// One way for calls to go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Its name in journals and counts.
    pub id: String,
    /// The operations it hits; empty: all.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// The object it hits, in any case; absent: all.
    #[serde(default)]
    pub object: Option<String>,
    /// A text that the request's query or body holds; absent: any.
    #[serde(default)]
    pub contains: Option<String>,
    /// First moment.
    #[serde(default, with = "moment")]
    pub from: Option<Timestamp>,
    /// First moment at which it is over.
    #[serde(default, with = "moment")]
    pub until: Option<Timestamp>,
    /// The first fitting call that it hits, counted from 1; absent: the first.
    #[serde(default)]
    pub nth: Option<u64>,
    /// After the first hit, each how many fitting calls it hits again; absent: each.
    #[serde(default)]
    pub every: Option<u64>,
    /// Most hits; absent: no limit.
    #[serde(default)]
    pub times: Option<u64>,
    /// What happens to the call.
    pub verdict: Verdict,
}

impl FaultRule {
    /// A rule that hits every call.
    pub fn new(id: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            id: id.into(),
            operations: Vec::new(),
            object: None,
            contains: None,
            from: None,
            until: None,
            nth: None,
            every: None,
            times: None,
            verdict,
        }
    }

    fn fits(&self, call: &Call<'_>, texts: &Texts<'_>, now: Timestamp) -> bool {
        let in_window =
            self.from.is_none_or(|from| now >= from) && self.until.is_none_or(|until| now < until);
        in_window
            && (self.operations.is_empty() || self.operations.contains(&call.operation))
            && self.object.as_deref().is_none_or(|object| {
                call.object.is_some_and(|found| found.eq_ignore_ascii_case(object))
            })
            && self.contains.as_deref().is_none_or(|needle| texts.hold(needle))
    }
}

/// The parts of a request that [`FaultRule::contains`] looks into.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'r> {
    /// The query string.
    pub query: &'r str,
    /// The body.
    pub body: &'r [u8],
}

impl Texts<'_> {
    fn hold(&self, needle: &str) -> bool {
        let needle = needle.as_bytes();
        let in_query = percent_encoding::percent_decode_str(self.query).collect::<Vec<u8>>();
        needle.is_empty()
            || [self.body, &in_query]
                .iter()
                .any(|text| text.windows(needle.len()).any(|w| w == needle))
    }
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing.
    Pass,
    /// The call is not carried out; this is its answer.
    Answer {
        /// HTTP status.
        status: u16,
        /// The body.
        body: FaultBody,
    },
    /// The call is carried out; its answer never arrives.
    CommitThenLose,
    /// The connection breaks before the call arrives.
    ResetBefore,
    /// The call is carried out; of its answer's body only the first bytes arrive.
    Truncate {
        /// How many bytes arrive.
        keep: usize,
    },
    /// The call is carried out; its answer takes long.
    Slow {
        /// How many milliseconds longer.
        ms: u64,
    },
    /// Every access token dies before the call is looked at.
    ExpireSessions,
}

/// The body of a made-up answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultBody {
    /// Salesforce's error shape: an array of one; for the token endpoint an object.
    Error {
        /// For example `REQUEST_LIMIT_EXCEEDED`.
        code: String,
        /// The text.
        message: String,
    },
    /// A page, as proxies and maintenance answer.
    Html(String),
    /// Any text.
    Raw {
        /// Its `Content-Type`.
        content_type: String,
        /// The text.
        text: String,
    },
}

/// What the wire does to an answer. The router leaves it in the response's extensions: in process the caller reads
/// it there; the server turns it into acts on the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireFault {
    /// The connection broke before the request arrived: nothing was carried out.
    ResetBeforeSend,
    /// The request was carried out and its answer was lost.
    LostAfterCommit,
    /// The body is cut: `Content-Length` promises more than arrives.
    TruncatedBody,
    /// The answer comes this many milliseconds later.
    SlowBy(u64),
}

/// The rules in force, and how often each was met.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    rules: Vec<Armed>,
}

#[derive(Debug, Clone)]
struct Armed {
    rule: FaultRule,
    /// Calls that fitted.
    seen: u64,
    /// Calls that were hit.
    fired: u64,
}

impl Armed {
    /// Counts a fitting call; is it hit?
    fn hits(&mut self) -> bool {
        self.seen += 1;
        let first = self.rule.nth.unwrap_or(1).max(1);
        let Some(after) = self.seen.checked_sub(first) else { return false };
        let due = after % self.rule.every.unwrap_or(1).max(1) == 0;
        due && self.rule.times.is_none_or(|times| self.fired < times)
    }
}

impl FaultPlan {
    /// A plan of these rules, none met yet.
    pub fn new(rules: impl IntoIterator<Item = FaultRule>) -> Self {
        let mut plan = Self::default();
        for rule in rules {
            plan.add(rule);
        }
        plan
    }

    /// Adds a rule after the others; false when the plan is full ([`RULE_LIMIT`]).
    pub fn add(&mut self, rule: FaultRule) -> bool {
        let room = self.rules.len() < RULE_LIMIT;
        if room {
            self.rules.push(Armed { rule, seen: 0, fired: 0 });
        }
        room
    }

    /// Takes a rule out; false when there is none with that id.
    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|armed| armed.rule.id != id);
        self.rules.len() < before
    }

    /// Takes every rule out.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// Are there no rules?
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// How often each rule hit, in the order of the rules.
    pub fn fired(&self) -> impl Iterator<Item = (&str, u64)> {
        self.rules.iter().map(|armed| (armed.rule.id.as_str(), armed.fired))
    }

    /// What happens to this call; counts it.
    pub fn decide(
        &mut self,
        call: &Call<'_>,
        texts: &Texts<'_>,
        now: Timestamp,
    ) -> Option<(String, Verdict)> {
        let mut hit: Option<&mut Armed> = None;
        for armed in &mut self.rules {
            if armed.rule.fits(call, texts, now) && armed.hits() && hit.is_none() {
                hit = Some(armed);
            }
        }
        let armed = hit?;
        armed.fired += 1;
        Some((armed.rule.id.clone(), armed.rule.verdict.clone()))
    }
}

/// Moments in files: milliseconds since the Unix epoch.
mod moment {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::Timestamp;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(|at| at.0).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map(Timestamp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: Call<'static> = Call { operation: Operation::Create, object: Some("Lead") };
    const QUERY: Call<'static> = Call { operation: Operation::Query, object: Some("Lead") };
    const NO_TEXT: Texts<'static> = Texts { query: "", body: b"" };

    fn hits(rule: FaultRule, calls: &[Call<'_>]) -> Vec<bool> {
        let mut plan = FaultPlan::new([rule]);
        calls.iter().map(|call| plan.decide(call, &NO_TEXT, Timestamp(0)).is_some()).collect()
    }

    #[test]
    fn the_nth_fitting_call_is_hit_so_many_times() {
        let rule =
            FaultRule { nth: Some(2), times: Some(2), ..FaultRule::new("f", Verdict::ResetBefore) };
        assert_eq!(hits(rule, &[CREATE; 5]), [false, true, true, false, false]);
        let rule = FaultRule { every: Some(2), ..FaultRule::new("f", Verdict::ResetBefore) };
        assert_eq!(hits(rule, &[CREATE; 5]), [true, false, true, false, true]);
    }

    #[test]
    fn calls_that_do_not_fit_are_not_counted() {
        let rule = FaultRule {
            operations: vec![Operation::Create],
            object: Some("lead".into()),
            nth: Some(2),
            ..FaultRule::new("f", Verdict::CommitThenLose)
        };
        assert_eq!(hits(rule, &[CREATE, QUERY, CREATE]), [false, false, true]);
    }

    #[test]
    fn a_window_is_open_at_its_start_and_shut_at_its_end() {
        let rule = FaultRule {
            from: Some(Timestamp(10)),
            until: Some(Timestamp(20)),
            ..FaultRule::new("f", Verdict::Slow { ms: 5 })
        };
        let mut plan = FaultPlan::new([rule]);
        let at: Vec<bool> = [9, 10, 19, 20]
            .iter()
            .map(|ms| plan.decide(&CREATE, &NO_TEXT, Timestamp(*ms)).is_some())
            .collect();
        assert_eq!(at, [false, true, true, false]);
        assert_eq!(plan.fired().collect::<Vec<_>>(), [("f", 2)]);
    }

    #[test]
    fn a_rule_can_ask_for_a_text_of_the_request() {
        let rule = FaultRule {
            contains: Some("pat@x.org".into()),
            ..FaultRule::new("f", Verdict::ResetBefore)
        };
        let mut plan = FaultPlan::new([rule]);
        let mut hit = |query, body: &[u8]| {
            plan.decide(&CREATE, &Texts { query, body }, Timestamp(0)).is_some()
        };
        assert!(hit("", b"{\"Email\":\"pat@x.org\"}"));
        assert!(hit("q=WHERE+Email='pat%40x.org'", b""));
        assert!(!hit("", b"kim@x.org"));
    }
}
