//! The plan: the rules in force, in order, and how often each was met.

use indexmap::IndexMap;
use serde::Serialize;

use super::{
    chance::draw,
    rule::{Asked, FaultRule},
    verdict::Verdict,
};
use crate::Timestamp;

/// Most rules in one plan.
pub const RULE_LIMIT: usize = 10_000;

/// The rules in force, and how often each was met.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    rules: Vec<Standing>,
}

/// A rule with its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// Calls that fitted.
    pub seen: u64,
    /// Calls that were hit.
    pub fired: u64,
}

/// What a rule does to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The rule's id.
    pub rule: String,
    /// What happens.
    pub verdict: Verdict,
    /// Headers that the answer gets.
    pub headers: IndexMap<String, String>,
    /// A number that is the call's own, for verdicts that vary.
    pub draw: u64,
}

impl Standing {
    /// Counts a fitting call; is it hit?
    fn hits(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        let first = self.rule.nth.unwrap_or(1).max(1);
        let Some(after) = self.seen.checked_sub(first) else { return false };
        after.is_multiple_of(self.rule.every.unwrap_or(1).max(1))
            && self.rule.chance.is_none_or(|chance| chance.hits(self.seen))
            && self.rule.times.is_none_or(|times| self.fired < times)
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
            self.rules.push(Standing { rule, seen: 0, fired: 0 });
        }
        room
    }

    /// Takes a rule out; false when there is none with that id.
    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|standing| standing.rule.id != id);
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

    /// The rules in order, with their counts.
    pub fn standing(&self) -> &[Standing] {
        &self.rules
    }

    /// How often each rule hit, in the order of the rules.
    pub fn fired(&self) -> impl Iterator<Item = (&str, u64)> {
        self.rules.iter().map(|standing| (standing.rule.id.as_str(), standing.fired))
    }

    /// Does any rule ask who calls?
    pub(crate) fn asks_for_user(&self) -> bool {
        self.rules.iter().any(|standing| standing.rule.user.is_some())
    }

    /// What happens to this call; counts it.
    pub fn decide(&mut self, asked: &Asked<'_>, now: Timestamp) -> Option<Hit> {
        let mut hit: Option<&mut Standing> = None;
        for standing in &mut self.rules {
            if standing.rule.fits(asked, now) && standing.hits() && hit.is_none() {
                hit = Some(standing);
            }
        }
        let standing = hit?;
        standing.fired += 1;
        Some(Hit {
            rule: standing.rule.id.clone(),
            verdict: standing.rule.verdict.clone(),
            headers: standing.rule.headers.clone(),
            draw: draw(0, standing.seen),
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;
    use crate::{
        fault::Chance,
        operation::{Call, Operation},
    };

    const CREATE: Call<'static> = Call { operation: Operation::Create, object: Some("Lead") };
    const QUERY: Call<'static> = Call { operation: Operation::Query, object: Some("Lead") };

    fn asked(call: Call<'static>) -> Asked<'static> {
        Asked { call, method: &Method::POST, path: "/p", query: "", body: b"", caller: None }
    }

    fn hits(rule: FaultRule, calls: &[Call<'static>]) -> Vec<bool> {
        let mut plan = FaultPlan::new([rule]);
        calls.iter().map(|call| plan.decide(&asked(*call), Timestamp(0)).is_some()).collect()
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
    fn a_share_of_the_calls_is_hit_and_the_same_ones_each_time() {
        let rule = FaultRule {
            chance: Some(Chance::new(0.5, 3).unwrap()),
            ..FaultRule::new("f", Verdict::ResetBefore)
        };
        let first = hits(rule.clone(), &[CREATE; 64]);
        assert!((20..44).contains(&first.iter().filter(|hit| **hit).count()), "{first:?}");
        assert_eq!(hits(rule, &[CREATE; 64]), first);
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
            .map(|ms| plan.decide(&asked(CREATE), Timestamp(*ms)).is_some())
            .collect();
        assert_eq!(at, [false, true, true, false]);
        assert_eq!(plan.fired().collect::<Vec<_>>(), [("f", 2)]);
    }

    #[test]
    fn a_rule_can_ask_for_a_text_of_the_request() {
        let rule = FaultRule {
            contains: Some("pat@x.org or".into()),
            ..FaultRule::new("f", Verdict::ResetBefore)
        };
        let mut plan = FaultPlan::new([rule]);
        let mut hit = |query, body: &[u8]| {
            plan.decide(&Asked { query, body, ..asked(CREATE) }, Timestamp(0)).is_some()
        };
        assert!(hit("", b"{\"Email\":\"pat@x.org or\"}"));
        assert!(hit("q=WHERE+Email='pat%40x.org+or'", b""));
        assert!(!hit("", b"kim@x.org"));
    }

    #[test]
    fn a_rule_can_ask_for_path_method_and_caller() {
        let rule = |f: fn(&mut FaultRule)| {
            let mut rule = FaultRule::new("f", Verdict::ResetBefore);
            f(&mut rule);
            rule
        };
        let user = "0054S000000JFmhQAG".parse().unwrap();
        let call = Asked { caller: Some((user, "pat@x.org")), ..asked(CREATE) };
        let hit = |rule, call: &Asked<'_>| FaultPlan::new([rule]).decide(call, Timestamp(0));
        assert!(hit(rule(|rule| rule.user = Some("PAT@x.org".into())), &call).is_some());
        assert!(hit(rule(|rule| rule.user = Some("0054S000000JFmh".into())), &call).is_some());
        assert!(hit(rule(|rule| rule.user = Some("kim@x.org".into())), &call).is_none());
        assert!(hit(rule(|rule| rule.user = Some("pat@x.org".into())), &asked(CREATE)).is_none());
        assert!(hit(rule(|rule| rule.method = Some("post".into())), &call).is_some());
        assert!(hit(rule(|rule| rule.method = Some("GET".into())), &call).is_none());
        assert!(hit(rule(|rule| rule.path = Some("/q".into())), &call).is_none());
    }

    #[test]
    fn rules_in_files_keep_their_shape() {
        let text = r#"{"id":"f","operations":["create"],"from":5,"until":"1970-01-01T00:00:01Z","verdict":{"slow":{"ms":5}}}"#;
        let rule: FaultRule = serde_json::from_str(text).unwrap();
        assert_eq!((rule.from, rule.until), (Some(Timestamp(5)), Some(Timestamp(1_000))));
        let written = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<FaultRule>(&written).unwrap(), rule);
    }
}
