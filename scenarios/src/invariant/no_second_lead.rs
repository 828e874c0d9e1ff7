//! INV-01: for one person's normalised address the engine inserts at most one lead that is neither merged nor deleted.
//!
//! No false alarm: only an insert of the engine counts, and only while another lead *that the engine inserted before* is live, unconverted, carries the same address at
//! that very instant, and was never deleted, merged or restored by somebody else. What the world, a CSV or an administrator doubled is input. An administrator who
//! changes an address away makes room for a new lead, and gets it.

use super::{Facts, Verdict};
use crate::observation::{Change, ChangeKind, Origin};
use std::collections::BTreeMap;

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    // Leads that the engine inserted and nobody else touched in a way that matters, by address.
    let mut mine: BTreeMap<String, &Change> = BTreeMap::new();
    let mut addresses: BTreeMap<&str, String> = BTreeMap::new();
    for change in facts.history.changes.iter().filter(|change| &*change.object == "Lead") {
        let inserted = change.kind == ChangeKind::Created && change.origin == Origin::Engine;
        let email = super::address::value(&change.fields, "Email");
        let leaves = change.kind != ChangeKind::Updated && change.kind != ChangeKind::Created;
        let renamed = change.kind == ChangeKind::Updated
            && change.fields.iter().any(|(name, _)| &**name == "Email");
        if (leaves || renamed)
            && let Some(address) = addresses.remove(&*change.id)
        {
            mine.remove(&address);
        }
        let address = email.and_then(|text| crate::email::person(text, facts.scenario));
        let Some(address) = address.filter(|_| inserted) else { continue };
        verdict.evaluated += 1;
        if let Some(first) = mine.get(&address) {
            let actual = format!(
                "the engine inserted the leads {} and {} for {address}",
                first.id, change.id
            );
            verdict.broken(
                "one lead per e-mail address",
                actual,
                Some(change.at),
                vec![first.seq, change.seq],
            );
        }
        addresses.insert(&change.id, address.clone());
        mine.insert(address, change);
    }
    verdict
}
