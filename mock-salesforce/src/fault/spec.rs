//! A fault as a person writes it: a preset by name or a verdict, and which calls it hits.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{
    chance::{Chance, ImpossibleChance},
    codes,
    moment::Moment,
    preset::{self, Preset},
    rule::FaultRule,
    verdict::Verdict,
};
use crate::operation::Operation;

/// Longest text of a rule (its id, what it looks for, a message), in bytes.
const TEXT_LIMIT: usize = 100_000;
/// Most headers that a rule adds.
const HEADER_LIMIT: usize = 50;

/// A fault as a person writes it. With `nth` and without `every` or `times` it hits that one call.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultSpec {
    /// Its name; made when absent.
    pub id: Option<String>,
    /// The name of a preset; else say `verdict`.
    pub preset: Option<String>,
    /// What happens, when no preset says it.
    pub verdict: Option<Verdict>,
    /// One operation that it hits.
    pub operation: Option<Operation>,
    /// Several operations.
    pub operations: Vec<Operation>,
    /// The object it hits, in any case.
    pub object: Option<String>,
    /// A text that the request's query or body holds.
    pub contains: Option<String>,
    /// A text that the request's path holds.
    pub path: Option<String>,
    /// The request's method.
    pub method: Option<String>,
    /// Id or username of the caller.
    pub user: Option<String>,
    /// First moment.
    pub from: Option<Moment>,
    /// First moment at which it is over.
    pub until: Option<Moment>,
    /// The first fitting call that it hits, counted from 1.
    pub nth: Option<u64>,
    /// After the first hit, each how many fitting calls it hits again.
    pub every: Option<u64>,
    /// Most hits.
    pub times: Option<u64>,
    /// Of the calls that would be hit, only this share, from 0 to 1.
    pub probability: Option<f64>,
    /// The seed of that draw.
    pub seed: Option<u64>,
    /// Headers that the answer gets on top.
    pub headers: IndexMap<String, String>,
    /// Milliseconds, of `slow` and `slow_body`.
    pub ms: Option<u64>,
    /// Bytes that arrive, of `truncated_body`.
    pub keep: Option<usize>,
    /// Bytes of a piece, of `slow_body`.
    pub chunk: Option<u32>,
    /// Seconds, of `too_many_requests`.
    pub retry_after: Option<u32>,
    /// Rows that fail, counted from 0, of `fail_rows` and `lock_item`.
    pub rows: Option<Vec<usize>>,
    /// Rows of a page, of `short_pages`.
    pub rows_per_page: Option<usize>,
    /// A status code, of `fail_rows`.
    pub code: Option<String>,
    /// A text.
    pub message: Option<String>,
    /// Fields at fault, of `fail_rows`.
    pub fields: Option<Vec<String>>,
    /// May the caller save all the same? Of `duplicates_detected`.
    pub allow_save: Option<bool>,
    /// Calls used, of `limit_info`.
    pub used: Option<u64>,
    /// Calls allowed, of `limit_info`.
    pub max: Option<u64>,
    /// How far the number of used calls wobbles, of `limit_info`.
    pub jitter: Option<u64>,
}

/// Why a fault is impossible.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpecError {
    /// Neither or both of preset and verdict.
    #[error(
        "a fault needs either `preset` (a name from the list of presets) or `verdict`, not both"
    )]
    OneOf,
    /// No such preset.
    #[error("unknown preset `{0}`: {1}")]
    UnknownPreset(String, String),
    /// The preset has no such parameter.
    #[error("`{parameter}` means nothing to `{preset}`: {hint}")]
    Parameter {
        /// What was said.
        parameter: &'static str,
        /// To whom.
        preset: String,
        /// What it can be told.
        hint: String,
    },
    /// A number or text is impossible.
    #[error("`{field}` cannot be so: {reason}")]
    Field {
        /// Where.
        field: &'static str,
        /// Why, and what to do.
        reason: String,
    },
    /// The share is impossible.
    #[error(transparent)]
    Chance(#[from] ImpossibleChance),
}

impl FaultSpec {
    /// A preset that hits every call that it is about.
    pub fn preset(name: &str) -> Self {
        Self { preset: Some(name.to_owned()), ..Self::default() }
    }

    /// The rule, with this id unless it has one.
    pub fn rule(&self, id: &str) -> Result<FaultRule, SpecError> {
        self.check()?;
        let (verdict, usual) = match (&self.preset, &self.verdict) {
            (Some(name), None) => {
                let preset = preset::named(name).ok_or_else(|| unknown(name))?;
                self.check_parameters(name, preset.parameters)?;
                ((preset.verdict)(self), preset.operations)
            }
            (None, Some(verdict)) => {
                self.check_parameters("a verdict", &[])?;
                (verdict.clone(), &[][..])
            }
            _ => return Err(SpecError::OneOf),
        };
        check_verdict(&verdict)?;
        let mut operations: Vec<Operation> =
            self.operation.into_iter().chain(self.operations.iter().copied()).collect();
        if operations.is_empty() {
            operations = usual.to_vec();
        }
        let counted = self.nth.is_some() && self.every.is_none() && self.times.is_none();
        let chance =
            self.probability.map(|p| Chance::new(p, self.seed.unwrap_or(0))).transpose()?;
        let mut headers = self.headers.clone();
        if self.preset.as_deref() == Some("too_many_requests") {
            headers
                .entry("Retry-After".to_owned())
                .or_insert_with(|| self.retry_after.unwrap_or(1).to_string());
        }
        Ok(FaultRule {
            id: self.id.clone().unwrap_or_else(|| id.to_owned()),
            operations,
            object: self.object.clone(),
            contains: self.contains.clone(),
            path: self.path.clone(),
            method: self.method.clone(),
            user: self.user.clone(),
            from: self.from.map(|moment| moment.0),
            until: self.until.map(|moment| moment.0),
            nth: self.nth,
            every: self.every,
            times: if counted { Some(1) } else { self.times },
            chance,
            verdict,
            headers,
        })
    }

    fn check(&self) -> Result<(), SpecError> {
        let wrong =
            |field, reason: &str| Err(SpecError::Field { field, reason: reason.to_owned() });
        for (field, number) in [("nth", self.nth), ("every", self.every), ("times", self.times)] {
            if number == Some(0) {
                return wrong(field, "calls are counted from 1");
            }
        }
        if self.seed.is_some() && self.probability.is_none() {
            return wrong("seed", "only a `probability` is drawn");
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from.0 >= until.0
        {
            return wrong("until", "it is over before it begins: name a moment after `from`");
        }
        for (field, text) in [
            ("id", &self.id),
            ("object", &self.object),
            ("contains", &self.contains),
            ("path", &self.path),
            ("method", &self.method),
            ("user", &self.user),
            ("code", &self.code),
            ("message", &self.message),
        ] {
            if text.as_ref().is_some_and(|text| text.len() > TEXT_LIMIT) {
                return wrong(field, "it is longer than 100,000 bytes");
            }
        }
        if self.id.as_ref().is_some_and(String::is_empty) {
            return wrong("id", "it is empty: name the fault, or leave the id out");
        }
        self.check_headers()
    }

    fn check_headers(&self) -> Result<(), SpecError> {
        use axum::http::{HeaderName, HeaderValue};
        let wrong = |reason| Err(SpecError::Field { field: "headers", reason });
        if self.headers.len() > HEADER_LIMIT {
            return wrong(format!("there are more than {HEADER_LIMIT}"));
        }
        for (name, value) in &self.headers {
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                return wrong(format!("{name:?} is no name of a header"));
            }
            if HeaderValue::from_str(value).is_err() {
                return wrong(format!("{value:?} is no value of a header"));
            }
        }
        Ok(())
    }

    /// What is said beside the rule itself must mean something.
    fn check_parameters(&self, preset: &str, accepted: &[&str]) -> Result<(), SpecError> {
        let said = [
            ("ms", self.ms.is_some()),
            ("keep", self.keep.is_some()),
            ("chunk", self.chunk.is_some()),
            ("retry_after", self.retry_after.is_some()),
            ("rows", self.rows.is_some()),
            ("rows_per_page", self.rows_per_page.is_some()),
            ("code", self.code.is_some()),
            ("message", self.message.is_some()),
            ("fields", self.fields.is_some()),
            ("allow_save", self.allow_save.is_some()),
            ("used", self.used.is_some()),
            ("max", self.max.is_some()),
            ("jitter", self.jitter.is_some()),
        ];
        let Some((parameter, _)) =
            said.into_iter().find(|(name, said)| *said && !accepted.contains(name))
        else {
            return Ok(());
        };
        let hint = if accepted.is_empty() {
            "leave it out".to_owned()
        } else {
            format!("it can be told {}", accepted.join(", "))
        };
        Err(SpecError::Parameter { parameter, preset: preset.to_owned(), hint })
    }
}

fn check_verdict(verdict: &Verdict) -> Result<(), SpecError> {
    match verdict {
        Verdict::Answer { status, .. } if !(200..=599).contains(status) => Err(SpecError::Field {
            field: "verdict.answer.status",
            reason: format!("{status} is no status of an answer: name one from 200 to 599"),
        }),
        Verdict::Dribble { chunk: 0, .. } => Err(SpecError::Field {
            field: "chunk",
            reason: "a piece has at least one byte".to_owned(),
        }),
        Verdict::ShortPages { rows: 0 } => Err(SpecError::Field {
            field: "rows_per_page",
            reason: "a page has at least one row".to_owned(),
        }),
        Verdict::FailRows(faults) if codes::known(&faults.code).is_none() => {
            Err(SpecError::Field {
                field: "code",
                reason: format!(
                    "`{}` is not known: name one of {}",
                    faults.code,
                    codes::ITEM_CODES.join(", ")
                ),
            })
        }
        _ => Ok(()),
    }
}

fn unknown(name: &str) -> SpecError {
    let names: Vec<&str> = preset::presets().iter().map(|preset: &Preset| preset.name).collect();
    let own = preset::own_behaviours().iter().find(|own| own.name == name);
    let hint = own.map_or_else(
        || format!("name one of {}", names.join(", ")),
        |own| format!("the org does that by itself: {}", own.how),
    );
    SpecError::UnknownPreset(name.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Result<FaultRule, String> {
        let spec: FaultSpec = serde_json::from_str(text).map_err(|error| error.to_string())?;
        spec.rule("fault-1").map_err(|error| error.to_string())
    }

    #[test]
    fn a_preset_with_a_number_hits_that_call_alone() {
        let rule = rule(r#"{"preset":"lost_answer","operation":"create","nth":3}"#).unwrap();
        assert_eq!(rule.verdict, Verdict::CommitThenLose);
        assert_eq!((rule.nth, rule.times, rule.id.as_str()), (Some(3), Some(1), "fault-1"));
        assert_eq!(rule.operations, [Operation::Create]);
    }

    #[test]
    fn every_preset_makes_a_rule() {
        for preset in preset::presets() {
            let rule = FaultSpec::preset(preset.name).rule("f").unwrap();
            assert_eq!(rule.operations, preset.operations, "{}", preset.name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        let told = |text: &str| rule(text).unwrap_err();
        assert_eq!(
            told(r#"{"nth":1}"#),
            "a fault needs either `preset` (a name from the list of presets) or `verdict`, not both"
        );
        assert!(
            told(r#"{"preset":"lost"}"#)
                .starts_with("unknown preset `lost`: name one of invalid_session,")
        );
        assert_eq!(
            told(r#"{"preset":"search_index_lag"}"#),
            "unknown preset `search_index_lag`: the org does that by itself: set `search_delay_ms` of the org's settings, and move the clock"
        );
        assert_eq!(
            told(r#"{"preset":"slow","keep":5}"#),
            "`keep` means nothing to `slow`: it can be told ms"
        );
        assert_eq!(
            told(r#"{"preset":"slow","nth":0}"#),
            "`nth` cannot be so: calls are counted from 1"
        );
    }

    #[test]
    fn impossible_numbers_and_names_are_refused() {
        let told = |text: &str| rule(text).unwrap_err();
        assert_eq!(
            told(r#"{"preset":"slow","probability":2}"#),
            "probability 2 is impossible: name a number from 0 to 1"
        );
        assert!(told(r#"{"preset":"slow","operation":"craete"}"#).contains("unknown variant"));
        assert!(told(r#"{"preset":"slow","oject":"Lead"}"#).contains("unknown field `oject`"));
        assert!(
            told(r#"{"preset":"fail_rows","code":"NOPE"}"#).contains("`NOPE` is not known: name")
        );
        assert!(
            told(r#"{"verdict":{"answer":{"status":99,"body":{"html":""}}}}"#)
                .contains("99 is no status")
        );
        assert!(
            told(r#"{"preset":"slow","headers":{"a b":"c"}}"#).contains("is no name of a header")
        );
        assert!(
            told(r#"{"preset":"slow","from":10,"until":10}"#).contains("over before it begins")
        );
    }
}
