//! Why was this lead created, not created, not updated, given to this owner?
//!
//! The answer is the journal's own: for each change that was wanted for the subject its trigger, its match with every
//! candidate that was passed over, its owner, its fields, Salesforce's answer and its outcome; and what was decided apart
//! from any change, which is where "not created" is explained. Every line has its journal number and its rule, every rule
//! its sentence, and the requirements at the end their source.

mod answer;
mod subject;

use crate::model::Bundle;
use crate::text::{append, clean};

/// Most places that an ambiguous subject is listed with.
pub const MAX_CHOICES: usize = 40;
/// Most names that an unknown subject is answered with.
const MAX_NEAREST: usize = 5;

/// Why there is no single answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WhyError {
    /// The subject is several things, or the same thing in several scenarios.
    #[error("{subject:?} can mean {found} things; ask for one of them")]
    Ambiguous {
        /// What was asked for.
        subject: String,
        /// How many things it can mean.
        found: usize,
        /// What to ask instead.
        choices: Vec<Choice>,
    },
    /// Nothing in the bundle has this name or id.
    #[error("no visitor, lead or contact {subject:?} is in {}", .scenario.as_deref().unwrap_or("the bundle"))]
    UnknownSubject {
        /// What was asked for.
        subject: String,
        /// The scenario that was named.
        scenario: Option<String>,
        /// What is there and reads alike.
        nearest: Vec<Choice>,
    },
    /// No scenario of the bundle has this id.
    #[error("no scenario {scenario:?} is in the bundle")]
    UnknownScenario {
        /// What was asked for.
        scenario: String,
        /// Ids that read alike.
        nearest: Vec<String>,
    },
}

/// A question that has one answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The scenario's id.
    pub scenario: String,
    /// The subject, such as `visitor:pat`.
    pub subject: String,
}

impl WhyError {
    /// The error with the exact commands to ask again, for a bundle that was named so.
    pub fn render(&self, bundle: &str) -> String {
        let mut text = format!("error: {self}\n");
        match self {
            Self::Ambiguous { choices, found, .. } => {
                commands(&mut text, bundle, choices);
                if *found > choices.len() {
                    let more = found - choices.len();
                    append(
                        &mut text,
                        format_args!("  and {more} more; name a scenario with --scenario\n"),
                    );
                }
            }
            Self::UnknownSubject { nearest, .. } if nearest.is_empty() => {
                text.push_str(
                    "ask for visitor:NAME, lead:NAME, contact:NAME, a name or a record id\n",
                );
            }
            Self::UnknownSubject { nearest, .. } => {
                text.push_str("did you mean\n");
                commands(&mut text, bundle, nearest);
            }
            Self::UnknownScenario { nearest, .. } if nearest.is_empty() => {}
            Self::UnknownScenario { nearest, .. } => {
                text.push_str("did you mean\n");
                for scenario in nearest {
                    append(&mut text, format_args!("  --scenario {}\n", quoted(scenario)));
                }
            }
        }
        text
    }
}

/// The answer about a subject: `visitor:pat`, `lead:KEY`, `contact:KEY`, or a bare name, e-mail address or record id.
///
/// Without a scenario every scenario of the bundle is searched.
pub fn why(bundle: &Bundle, scenario: Option<&str>, subject: &str) -> Result<String, WhyError> {
    let found = subject::find(bundle, scenario, subject)?;
    let [only] = found.as_slice() else {
        let choices = found.iter().take(MAX_CHOICES).map(subject::Found::choice).collect();
        let subject = subject.to_owned();
        return Err(WhyError::Ambiguous { subject, found: found.len(), choices });
    };
    Ok(answer::answer(bundle, only))
}

fn commands(text: &mut String, bundle: &str, choices: &[Choice]) {
    for choice in choices {
        let (scenario, subject) = (quoted(&choice.scenario), quoted(&choice.subject));
        let bundle = quoted(bundle);
        append(text, format_args!("  leadsim why {bundle} --scenario {scenario} {subject}\n"));
    }
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_./:@+=,".contains(it);
    let argument = clean(argument);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument;
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_only_where_a_shell_would_take_them_apart() {
        let said = ["target/run.bundle", "a/b[c]", "it's", ""].map(quoted);
        assert_eq!(said, ["target/run.bundle", "'a/b[c]'", r"'it'\''s'", "''"]);
    }
}
