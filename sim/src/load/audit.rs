//! What the org holds at the end: every lead that was answered as created, once, and no other.

use std::{collections::BTreeMap, time::Duration};

use engine::{CrmCall, Done, Filter, Find, Reply, Row, Value};

use super::{Tally, pressed::Pressed};

/// Pages that are read; each holds up to 2,000 rows.
const PAGE_LIMIT: usize = 10_000;
/// How often a page is asked for.
const ATTEMPTS: usize = 5;
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(200);
/// Addresses that are named in findings.
const NAMED: usize = 5;

/// The leads of a run, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// Leads that were answered as created.
    pub created: u64,
    /// Leads whose creation had no answer.
    pub unsure: u64,
    /// Leads that are there.
    pub held: u64,
    /// Leads that were answered as created and are not there.
    pub missing: u64,
    /// Leads that are there more than once: how many too many.
    pub duplicates: u64,
    /// Leads that are there and were refused or never asked for.
    pub uncalled_for: u64,
    /// Some of the addresses concerned.
    pub examples: Vec<String>,
}

impl Audit {
    /// What is wrong, in words.
    pub fn findings(&self) -> Vec<String> {
        let counts = [
            (self.missing, "were answered as created and are not there"),
            (self.duplicates, "are there once too often"),
            (self.uncalled_for, "are there and were refused or never asked for"),
        ];
        let examples = self.examples.join(", ");
        let found = counts.iter().filter(|(count, _)| *count > 0);
        found
            .map(|(count, text)| format!("{count} leads {text} (for example {examples})"))
            .collect()
    }
}

/// Reads all leads of the run and compares them with what was answered.
pub(super) async fn audit(pressed: &Pressed, tally: &Tally) -> Result<Audit, String> {
    let mut held: BTreeMap<String, u64> = BTreeMap::new();
    let mut call = CrmCall::Find(Find {
        object: "Lead".into(),
        fields: vec!["Email".into()],
        filter: Filter::OneOf("Company".into(), vec![pressed.mark.as_str().into()]),
        include_deleted: false,
        first: None,
    });
    for _ in 0..PAGE_LIMIT {
        let (rows, more) = page(pressed, &call).await?;
        for row in &rows {
            *held.entry(email(row)).or_default() += 1;
        }
        match more {
            Some(locator) => call = CrmCall::More { locator },
            None => return Ok(compare(tally, &held)),
        }
    }
    Err(format!("more than {PAGE_LIMIT} pages of leads"))
}

/// One page; a server that is out of breath after the load is asked again.
async fn page(pressed: &Pressed, call: &CrmCall) -> Result<(Vec<Row>, Option<String>), String> {
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        let asked = pressed.ask(call).await;
        if asked.session_expired() {
            pressed.ask(&CrmCall::Login).await;
        }
        match asked.answer.reply {
            Reply::Done(Done::Rows { rows, more }) => return Ok((rows, more)),
            reply => last = format!("{reply:?}"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(last)
}

fn email(row: &Row) -> String {
    row.get("Email").and_then(Value::text).unwrap_or_default().into_owned()
}

fn compare(tally: &Tally, held: &BTreeMap<String, u64>) -> Audit {
    let Tally { created, unsure, .. } = tally;
    let missing: Vec<&String> = created.iter().filter(|email| !held.contains_key(*email)).collect();
    let twice: Vec<(&String, &u64)> = held.iter().filter(|(_, count)| **count > 1).collect();
    let others: Vec<&String> =
        held.keys().filter(|email| !created.contains(*email) && !unsure.contains(*email)).collect();
    let concerned = missing
        .iter()
        .copied()
        .chain(twice.iter().map(|(email, _)| *email))
        .chain(others.iter().copied());
    Audit {
        created: created.len() as u64,
        unsure: unsure.difference(created).count() as u64,
        held: held.values().sum(),
        missing: missing.len() as u64,
        duplicates: twice.iter().map(|(_, count)| **count - 1).sum(),
        uncalled_for: others.len() as u64,
        examples: concerned.take(NAMED).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_must_be_what_is_held() {
        let mut tally = Tally::new(&[]);
        tally.created = ["a", "b", "c"].map(String::from).into();
        tally.unsure = ["u", "v"].map(String::from).into();
        let held = [("a", 1), ("b", 3), ("u", 1), ("x", 1)]
            .map(|(email, count)| (email.to_owned(), count))
            .into();
        let audit = compare(&tally, &held);
        assert_eq!((audit.created, audit.unsure, audit.held), (3, 2, 6));
        assert_eq!((audit.missing, audit.duplicates, audit.uncalled_for), (1, 2, 1));
        assert_eq!(audit.examples, ["c", "b", "x"]);
        assert_eq!(audit.findings().len(), 3);
        assert!(Audit::default().findings().is_empty());
    }
}
