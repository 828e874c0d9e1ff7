//! `FOR VIEW` and `FOR REFERENCE`: the rows remember when they were looked at.
//!
//! No other field changes, and the change feed does not hear of it (wire reference §4.2).

use super::ast::Purpose;
use crate::{Org, SfId, Timestamp, Value};

/// Notes that somebody looks at rows, or at something that refers to them.
pub(crate) fn note(org: &mut Org, purpose: Purpose, ids: &[SfId], now: Timestamp) {
    for id in ids {
        let Some(row) = org.live(*id) else { continue };
        let system = org.schema().at(row.object()).system;
        let mut noted = row.clone();
        let viewed = system.viewed.filter(|_| purpose == Purpose::View);
        for field in viewed.into_iter().chain(system.referenced) {
            noted.set(field, Value::from(now));
        }
        if noted != *row {
            org.replace_row(noted);
        }
    }
}
