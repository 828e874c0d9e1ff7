//! What changed in the org behind our back?
//!
//! Undelete, quick create, merge and some conversions run no duplicate rules (FM-61e), a colleague's record may come
//! too late to be found (FM-04), and whatever else happens to a record is told to nobody. So the org is asked now and
//! then for the leads and contacts that changed, and what it shows is reported. Nothing is written, and nothing that the
//! engine remembers is changed: the next sync looks for itself.
//!
//! Where it goes on is a *keyset*: the modstamp of the last record that was seen, and its id. A time alone would lose or
//! repeat the records of a page that ends between equal modstamps, and a locator dies with its query (FM-67). What may
//! still be written at a moment is left for the next time, so that no record appears behind the cursor.

use crate::{EmailKey, Person, PersonKind, RecordId, Row, Settings, Timestamp, Value, limits};

/// How far the changes of one object were read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The modstamp of the last record.
    pub at: Timestamp,
    /// Its id; `None` before the first record, which may have this very modstamp.
    pub id: Option<RecordId>,
}

/// What a changed record means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Nothing that concerns us.
    None,
    /// A lead of ours was converted into this contact.
    Converted(RecordId),
    /// A record of ours was merged into this one.
    Merged(RecordId),
    /// A record of ours was deleted.
    Deleted,
    /// It has the address of somebody whom we know: is there another record that has it?
    Look,
}

/// When the org is asked next for what changed; nothing where that is not wanted.
pub fn next_reconciliation(now: Timestamp, settings: &Settings) -> Option<Timestamp> {
    (settings.reconcile_every_ms > 0).then(|| now.plus_ms(settings.reconcile_every_ms))
}

/// Up to which modstamp changes are read, by the org's clock: what is younger may still be joined by others.
pub fn reconciled_until(org_now: Timestamp) -> Timestamp {
    org_now.plus_ms(-limits::RECONCILE_LAG_MS)
}

/// The cursor after these rows, which are in its order.
pub fn cursor_after(cursor: &Cursor, rows: &[Row]) -> Cursor {
    let Some(last) = rows.last() else { return cursor.clone() };
    match last.get("SystemModstamp") {
        Some(Value::Instant(at)) => Cursor { at: *at, id: Some(last.id.clone()) },
        _ => cursor.clone(),
    }
}

/// What a changed record means: one of ours, or one with an address that we know.
pub fn news_of(person: &Person, is_ours: bool, is_known: bool) -> News {
    if person.is_converted() {
        let contact = person.converted_contact().filter(|_| is_ours);
        return contact.map_or(News::None, News::Converted);
    }
    if person.is_deleted() {
        return match person.merged_into() {
            _ if !is_ours => News::None,
            Some(master) => News::Merged(master),
            None => News::Deleted,
        };
    }
    if is_known { News::Look } else { News::None }
}

/// The live records that share an address: they are duplicates if there are several.
pub fn look_alikes(key: &EmailKey, found: &[Person]) -> Vec<(PersonKind, RecordId)> {
    let is_live = |it: &&Person| !it.is_deleted() && !it.is_converted();
    let shares = |it: &&Person| it.has_address(key);
    found.iter().filter(is_live).filter(shares).map(|it| (it.kind, it.id.clone())).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::normalise_email;

    /// `id field=value …`; `yes` is a ticked box, a number an instant.
    fn row(text: &str) -> Row {
        let mut words = text.split(' ');
        let id = RecordId::from(words.next().unwrap());
        let fields = words.filter_map(|it| it.split_once('=')).map(|(name, value)| {
            let value = match (value, value.parse()) {
                ("yes", _) => Value::Bool(true),
                (_, Ok(at)) => Value::Instant(Timestamp(at)),
                _ => Value::from(value),
            };
            (name.into(), value)
        });
        Row { id, fields: fields.collect() }
    }

    #[test]
    fn the_cursor_ends_at_the_last_record_not_at_its_time() {
        let start = Cursor { at: Timestamp(5), id: None };
        let page = [row("L1 SystemModstamp=7"), row("L2 SystemModstamp=7")];
        let after = cursor_after(&start, &page);
        assert_eq!(after, Cursor { at: Timestamp(7), id: Some("L2".into()) });
        assert_eq!(cursor_after(&after, &[]), after);
    }

    #[test]
    fn it_is_asked_for_where_that_is_wanted_and_never_up_to_this_moment() {
        let settings = Settings { reconcile_every_ms: 900_000, ..Settings::default() };
        assert_eq!(next_reconciliation(Timestamp(1), &settings), Some(Timestamp(900_001)));
        assert_eq!(next_reconciliation(Timestamp(1), &Settings::default()), None);
        assert!(reconciled_until(Timestamp(0)) < Timestamp(0));
    }

    #[test]
    fn a_record_of_ours_is_followed_and_a_strangers_is_not() {
        check("L1 IsDeleted=yes", true, expect!["Deleted"]);
        check("L1 IsDeleted=yes MasterRecordId=L2", true, expect![[r#"Merged(RecordId("L2"))"#]]);
        check(
            "L1 IsConverted=yes ConvertedContactId=C1",
            true,
            expect![[r#"Converted(RecordId("C1"))"#]],
        );
        for gone in ["L1 IsDeleted=yes", "L1 IsConverted=yes ConvertedContactId=C1"] {
            check(gone, false, expect!["None"]);
        }
    }

    #[test]
    fn only_an_address_that_we_know_is_looked_for() {
        let at = "L1 Email=Ann@x.example";
        let person = Person::of_row(PersonKind::Lead, row(at));
        assert_eq!(news_of(&person, false, true), News::Look);
        check(at, true, expect!["None"]);
    }

    #[test]
    fn live_records_with_one_address_are_look_alikes() {
        let ann = normalise_email("ann@x.example").unwrap();
        let found = [
            "L1 Email=ANN@x.example",
            "L2 Email=ann@x.example IsConverted=yes",
            "L3 Email=bo@x.example",
            "C1 Email=ann@x.example",
        ];
        let found = found.map(|it| Person::of_row(PersonKind::Lead, row(it)));
        let ids: Vec<String> =
            look_alikes(&ann, &found).iter().map(|(_, id)| id.to_string()).collect();
        assert_eq!(ids, ["L1", "C1"]);
    }

    #[track_caller]
    fn check(text: &str, is_ours: bool, expect: Expect) {
        let person = Person::of_row(PersonKind::Lead, row(text));
        expect.assert_eq(&format!("{:?}", news_of(&person, is_ours, false)));
    }
}
