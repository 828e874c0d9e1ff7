//! INV-12: writes of leads carry an explicit assignment rule header and an explicit duplicate rule header.
//!
//! No false alarm: looked at are single and collection writes of leads by the engine, whose headers are those of the exchange; bulk jobs say it in the job and are not
//! judged. The value is compared only where the set-up says what the profile demands on inserts; on updates it is always FALSE.

use super::{Facts, Verdict};
use crate::ast::CallOperation;
use crate::observation::CallSeen;

const ASSIGN: &str = "Sforce-Auto-Assign";
const DUPLICATES: &str = "Sforce-Duplicate-Rule-Header";

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let setup = &facts.observation.setup;
    let Some(on_insert) = setup.auto_assign_on_insert.as_deref() else { return verdict };
    for call in facts.observation.calls.iter().filter(|call| call.object.as_deref() == Some("Lead"))
    {
        let wanted = match call.operation {
            CallOperation::Create | CallOperation::Upsert => on_insert,
            CallOperation::Update => "FALSE",
            _ => continue,
        };
        verdict.evaluated += 1;
        let assign = header(call, ASSIGN);
        if !assign.is_some_and(|value| value.eq_ignore_ascii_case(wanted)) {
            let actual = format!("{ASSIGN} was {}", assign.unwrap_or("absent"));
            verdict.broken(&format!("{ASSIGN}: {wanted}"), actual, Some(call.at), vec![call.seq]);
        }
        if setup.duplicate_header && header(call, DUPLICATES).is_none() {
            let actual = format!("{DUPLICATES} was absent");
            verdict.broken(
                "an explicit duplicate rule header",
                actual,
                Some(call.at),
                vec![call.seq],
            );
        }
    }
    verdict
}

fn header<'c>(call: &'c CallSeen, name: &str) -> Option<&'c str> {
    call.headers
        .iter()
        .find(|(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| &**value)
}
