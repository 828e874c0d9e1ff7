//! Whose turn is it in a round robin? Kept in rows of the org, so that neither a batch nor a restart starts it again (FM-48).

use std::collections::BTreeMap;

use mock_salesforce::{FieldInput, Org, Record, Tx};
use serde_json::json;

use super::rows;
use crate::packages::schema::{ROUND, ROUND_ROBIN, TURNS};

/// How often each round robin was used, by the name of its rule.
pub(super) fn turns(org: &Org) -> BTreeMap<String, u64> {
    let rounds = rows::live(org, ROUND_ROBIN);
    rounds.map(|row| (rows::text(org, row, ROUND), rows::count(org, row, TURNS))).collect()
}

/// Keeps how often a round robin was used.
pub(super) fn take_turn(tx: &mut Tx<'_>, round: &str, taken: u64) {
    let org = tx.org();
    let row = rows::live(org, ROUND_ROBIN).find(|row| rows::text(org, row, ROUND) == round);
    let kept = if let Some(id) = row.map(Record::id) {
        rows::update(tx, ROUND_ROBIN, id, &[(TURNS, json!(taken))])
    } else {
        let input = FieldInput::from([
            ("Name".to_owned(), json!(round)),
            (ROUND.to_owned(), json!(round)),
            (TURNS.to_owned(), json!(taken)),
        ]);
        tx.create(ROUND_ROBIN, &input).map(|_| ()).map_err(|errors| rows::said(&errors))
    };
    if let Err(words) = kept {
        // Without its turn kept, the next lead would go to the same user.
        tx.refuse("AfterUpdate", &words);
    }
}
