//! INV-06: no field outside the mapping is written, except `OwnerId` on insert, and no value of the org is blanked.
//!
//! No false alarm: the fields that may be written come from the set-up, by object; an object that it does not list is not judged. Blanking counts only for updates
//! that a call of the engine made, for a value that was not blank, and not at all where the engine is set to clear on blank.

use super::{Facts, Verdict};
use crate::ast::CallOperation;
use crate::observation::{CallSeen, ChangeKind, Origin, RowSeen};

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    // What a conversion asks for are options of the call, not fields of the lead (LL-22 to LL-30).
    let calls = facts.observation.calls.iter();
    for call in calls.filter(|call| call.operation != CallOperation::Convert) {
        for row in &call.rows {
            unmapped(facts, call, row, &mut verdict);
        }
    }
    if !facts.observation.setup.may_blank {
        blanked(facts, &mut verdict);
    }
    verdict
}

fn unmapped(facts: &Facts<'_>, call: &CallSeen, row: &RowSeen, verdict: &mut Verdict) {
    let object = call.object.as_deref().unwrap_or_default();
    let Some(writable) = facts.observation.setup.writable.get(object) else { return };
    let insert = matches!(
        call.operation,
        CallOperation::Create | CallOperation::Upsert | CallOperation::Bulk
    );
    verdict.evaluated += 1;
    for (name, _) in &row.sends {
        let allowed =
            writable.contains(&**name) || &**name == "Id" || (insert && &**name == "OwnerId");
        if !allowed {
            let actual = format!("the engine wrote {object}.{name}");
            verdict.broken("mapped fields only", actual, Some(call.at), vec![call.seq]);
        }
    }
}

fn blanked(facts: &Facts<'_>, verdict: &mut Verdict) {
    for (index, change) in facts.history.changes.iter().enumerate() {
        let engine = change.origin == Origin::Engine && change.kind == ChangeKind::Updated;
        if !engine || !matches!(&*change.object, "Lead" | "Contact" | "Account") {
            continue;
        }
        verdict.evaluated += 1;
        let Some(record) = facts.history.find(&change.id) else { continue };
        for (name, _) in
            change.fields.iter().filter(|(_, value)| value.as_deref().is_none_or(str::is_empty))
        {
            if let Some(before) = facts.history.value(record, name, index) {
                let actual = format!(
                    "the engine blanked {}.{name} of {}, which was {before}",
                    change.object, change.id
                );
                verdict.broken("the value stays", actual, Some(change.at), vec![change.seq]);
            }
        }
    }
}
