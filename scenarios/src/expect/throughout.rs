//! `throughout:`, what must hold after every change.

use crate::ast::{InvariantCheck, Throughout};
use crate::check::api_name;
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch};
use crate::observation::{Change, ChangeKind, Origin};
use crate::twins::Twins;

/// How many findings one entry makes.
const MAX_FINDINGS: usize = 10;

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &InvariantCheck) -> Vec<Finding> {
    let mut findings = Vec::new();
    let changes = judge.history.changes;
    let world = (judge.scenario, &judge.history);
    let twins = match check.invariant {
        Throughout::NoDuplicates => Twins::over(world, &check.object, key_fields(check)),
        _ => Twins::over(world, "", Vec::new()),
    };
    for (index, change) in
        changes.iter().enumerate().filter(|(_, change)| check.object == *change.object)
    {
        if change.origin == Origin::World || findings.len() >= MAX_FINDINGS {
            continue;
        }
        let broken = match check.invariant {
            Throughout::NoDuplicates => duplicate(judge, check, &twins, index, change),
            Throughout::OwnerUnchanged => owner_change(judge, index, change),
            Throughout::NoDeletes => deletion(judge, change),
        };
        if let Some((expected, actual, message)) = broken {
            let now = Now { at: change.at, instant: index + 1 };
            let mut finding = mismatch("F113", check.object.span, message);
            finding.expected = expected;
            finding.actual = actual;
            finding.at = Some(change.at);
            finding.related = vec![change.seq];
            finding.why = judge.why(&change.id, None, now);
            findings.push(finding);
        }
    }
    findings
}

/// The fields of the key; the e-mail address if none is named.
fn key_fields(check: &InvariantCheck) -> Vec<String> {
    if check.key.is_empty() {
        vec!["Email".to_owned()]
    } else {
        check.key.iter().map(|key| api_name(key)).collect()
    }
}

type Broken = Option<(String, String, String)>;

/// The engine made or changed a record so that it shares its key with another live one. What the world or an administrator doubled is not the engine's doing.
fn duplicate(
    judge: &Judge<'_>,
    check: &InvariantCheck,
    twins: &Twins<'_, '_>,
    index: usize,
    change: &Change,
) -> Broken {
    let (key, other) = twins.of(index)?;
    if change.origin != Origin::Engine {
        return None;
    }
    let other = judge.history.record(other)?;
    let fields = twins.fields().join(", ");
    let message = format!("the engine made a second {} with {fields} = {key}", check.object);
    let twin = judge.meaning.name_of(other.id);
    Some((
        format!("one live {} per {fields}", check.object),
        format!("{} and {twin}", change.id),
        message,
    ))
}

fn owner_change(judge: &Judge<'_>, index: usize, change: &Change) -> Broken {
    let record = judge.history.find(&change.id)?;
    let before = judge.history.value(record, "OwnerId", index)?;
    let after = judge.history.value(record, "OwnerId", index + 1).unwrap_or("nobody");
    if before == after || change.kind == ChangeKind::Created {
        return None;
    }
    let (old, new) = (judge.meaning.name_of(before), judge.meaning.name_of(after));
    let who = judge.meaning.name_of(&change.id);
    let message = format!("{} `{who}` changed hands from {old} to {new}", change.object);
    Some((format!("owner {old}"), format!("owner {new}"), message))
}

fn deletion(judge: &Judge<'_>, change: &Change) -> Broken {
    if !matches!(change.kind, ChangeKind::Deleted | ChangeKind::Merged) {
        return None;
    }
    let who = judge.meaning.name_of(&change.id);
    let message = format!("{} `{who}` was deleted", change.object);
    Some(("no deletion".to_owned(), format!("{who} deleted"), message))
}
