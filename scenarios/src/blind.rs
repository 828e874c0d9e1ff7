//! What would be seen if a part of it were hidden: an observation without a field of a view, a kind of record or a call.
//!
//! Coverage asks with it whether an expectation really looks at what it seems to look at: judged against an observation
//! from which that is missing, the scenario has to turn red.

use std::sync::Arc;

use crate::observation::Observation;
use crate::vocabulary::View;
use crate::words::{CALL_OPERATIONS, word_of};

/// A part of what can be seen: `rep_view.FIELD`, `visitor_view.FIELD`, `rep_view.hints.HINT`, `playback.FIELD`,
/// `record.OBJECT`, `record.OBJECT.FIELD`, `call.OPERATION`, `call.OPERATION.OBJECT`, `rule.ID` or `metric.NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A field of a view; `NAME.*` means every field whose name begins so.
    Field(View, String),
    /// A hint of the rep's view.
    Hint(String),
    /// Records of an object, or one of their fields.
    Record(String, Option<String>),
    /// Calls of an operation, or those about one object.
    Call(String, Option<String>),
    /// Decisions because of a rule.
    Rule(String),
    /// A figure.
    Metric(String),
}

impl Part {
    /// The part that these words mean.
    pub fn parse(text: &str) -> Option<Part> {
        let (kind, name) = text.split_once('.')?;
        let (first, second) = name.split_once('.').map_or((name, None), |(a, b)| (a, Some(b)));
        let second = second.map(str::to_owned);
        match kind {
            "rep_view" if first == "hints" && second.is_some() => second.map(Part::Hint),
            "rep_view" => Some(Part::Field(View::Rep, name.to_owned())),
            "visitor_view" => Some(Part::Field(View::Visitor, name.to_owned())),
            "playback" => Some(Part::Field(View::Playback, name.to_owned())),
            "record" => Some(Part::Record(first.to_owned(), second)),
            "call" => {
                let known = CALL_OPERATIONS.iter().any(|(word, _)| *word == first);
                known.then(|| Part::Call(first.to_owned(), second))
            }
            "rule" => Some(Part::Rule(name.to_owned())),
            "metric" => Some(Part::Metric(name.to_owned())),
            _ => None,
        }
    }

    /// The observation without it.
    pub fn hidden(&self, seen: &Observation) -> Observation {
        let mut seen = seen.clone();
        match self {
            Part::Field(view, name) => {
                for view in seen.views.iter_mut().filter(|it| it.view == *view) {
                    view.fields.retain(|field, _| !fits(name, field));
                }
            }
            Part::Hint(hint) => hide_hint(&mut seen, hint),
            Part::Record(object, None) => seen.changes.retain(|it| *it.object != **object),
            Part::Record(object, Some(field)) => {
                for change in seen.changes.iter_mut().filter(|it| *it.object == **object) {
                    change.fields.retain(|(name, _)| !name.eq_ignore_ascii_case(field));
                }
            }
            Part::Call(operation, object) => seen.calls.retain(|call| {
                word_of(CALL_OPERATIONS, &call.operation) != operation
                    || object.as_deref().is_some_and(|it| call.object.as_deref() != Some(it))
            }),
            Part::Rule(rule) => hide_rule(&mut seen, rule),
            Part::Metric(name) => drop(seen.metrics.remove(name)),
        }
        seen
    }

    /// The observation with other values in it, for an expectation that it is absent; nothing if it holds no values.
    pub fn disguised(&self, seen: &Observation) -> Option<Observation> {
        let Part::Field(view, name) = self else { return None };
        let mut seen = seen.clone();
        for view in seen.views.iter_mut().filter(|it| it.view == *view) {
            view.fields.retain(|field, _| !fits(name, field));
            view.fields.insert(name.trim_end_matches(".*").to_owned(), "?".to_owned());
        }
        Some(seen)
    }
}

/// Whether the field is meant; `NAME.*` stands for every field below `NAME`.
fn fits(name: &str, field: &str) -> bool {
    name.strip_suffix('*').map_or(name == field, |head| field.starts_with(head))
}

fn hide_hint(seen: &mut Observation, hint: &str) {
    for view in seen.views.iter_mut().filter(|it| it.view == View::Rep) {
        if let Some(hints) = view.fields.get_mut("hints") {
            let left: Vec<&str> = hints.split(", ").filter(|it| *it != hint).collect();
            *hints = left.join(", ");
        }
    }
}

fn hide_rule(seen: &mut Observation, rule: &str) {
    let other: Arc<str> = Arc::from("nobody.knows");
    for note in &mut seen.notes {
        if note.rule.as_deref() == Some(rule) {
            note.rule = Some(Arc::clone(&other));
        }
        note.rejected.retain(|(_, because)| **because != *rule);
    }
    let outcomes = seen.sources.iter_mut().filter_map(|source| source.outcome.as_mut());
    for (_, because) in outcomes.filter(|(_, because)| **because == *rule) {
        *because = Arc::clone(&other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::ViewSeen;

    fn view(fields: &[(&str, &str)]) -> Observation {
        let fields = fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let view = ViewSeen { seq: 1, at: 0, view: View::Rep, of: Arc::from("sam"), fields };
        Observation { views: vec![view], ..Observation::default() }
    }

    fn check(part: &str, expected: &[(&str, &str)]) {
        let seen = view(&[("hints", "take_notes, test_devices"), ("call", "ringing")]);
        assert_eq!(Part::parse(part).unwrap().hidden(&seen), view(expected), "{part}");
    }

    #[test]
    fn a_field_of_a_view_can_be_hidden() {
        check("rep_view.call", &[("hints", "take_notes, test_devices")]);
        check("visitor_view.call", &[("hints", "take_notes, test_devices"), ("call", "ringing")]);
    }

    #[test]
    fn one_of_several_hints_can_be_hidden() {
        check("rep_view.hints.take_notes", &[("hints", "test_devices"), ("call", "ringing")]);
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        for word in ["rep_view", "call.phone", "weather.sun", ""] {
            assert_eq!(Part::parse(word), None, "{word}");
        }
    }
}
