//! How is work packed into calls?
//!
//! The strategy sets the limits, the configuration may lower them: a collection takes 200 records; a composite takes 25
//! parts, of which 5 are queries; a query's list takes 200 keys and must still fit into a URL. Two syncs for one person in
//! one batch are merged before anything is sent, the later values winning, because Salesforce compares the rows of one
//! save with stored records only (FM-02, MS-07d). Rows of one bulk upload have the same columns, so that an absent value
//! is never mistaken for an empty one (FM-29).

use std::{collections::BTreeMap, ops::Range};

use crate::{Batching, EmailKey, FieldName, FieldValues, SaveRow, Strategy};

/// Most records of a collection.
const COLLECTION_RECORDS_MAX: usize = 200;
/// Most records of one bulk upload.
const BULK_RECORDS_MAX: usize = 10_000;
/// Most parts of a composite.
const COMPOSITE_PARTS_MAX: usize = 25;
/// Most queries of a composite.
const COMPOSITE_QUERIES_MAX: usize = 5;
/// Most keys of a query's list.
const QUERY_KEYS_MAX: usize = 200;
/// Longest list of keys of one query, in bytes before it is encoded for a URL.
const QUERY_KEY_BYTES_MAX: usize = 8_000;

/// How much fits into one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Records of one save.
    pub rows: usize,
    /// Keys of one query.
    pub keys: usize,
    /// Parts of one composite; 1 when composites are not used.
    pub parts: usize,
    /// Queries of one composite; 1 when composites are not used.
    pub queries: usize,
    /// Whether the rows of one save must have the same fields.
    pub same_fields: bool,
}

/// How much fits into one call.
pub fn batch_limits(batching: &Batching) -> BatchLimits {
    let at_most = |max: usize| batching.max_records.clamp(1, max);
    match batching.strategy {
        Strategy::Single => {
            BatchLimits { rows: 1, keys: 1, parts: 1, queries: 1, same_fields: false }
        }
        Strategy::Composite => BatchLimits {
            rows: 1,
            keys: at_most(QUERY_KEYS_MAX),
            parts: at_most(COMPOSITE_PARTS_MAX),
            queries: at_most(COMPOSITE_QUERIES_MAX),
            same_fields: false,
        },
        Strategy::Collections => BatchLimits {
            rows: at_most(COLLECTION_RECORDS_MAX),
            keys: at_most(QUERY_KEYS_MAX),
            parts: 1,
            queries: 1,
            same_fields: false,
        },
        Strategy::Bulk => BatchLimits {
            rows: at_most(BULK_RECORDS_MAX),
            keys: at_most(QUERY_KEYS_MAX),
            parts: 1,
            queries: 1,
            same_fields: true,
        },
    }
}

/// Cuts the keys of a lookup into lists of one query each.
pub fn cut_keys(keys: &[&str], limits: &BatchLimits) -> Vec<Range<usize>> {
    let mut lists = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (place, key) in keys.iter().enumerate() {
        let is_full = place - start >= limits.keys || bytes + key.len() > QUERY_KEY_BYTES_MAX;
        if place > start && is_full {
            lists.push(start..place);
            (start, bytes) = (place, 0);
        }
        bytes += key.len();
    }
    if start < keys.len() {
        lists.push(start..keys.len());
    }
    lists
}

/// Cuts rows of one object and operation into saves; the numbers are the rows' places.
pub fn cut_rows(rows: &[SaveRow], limits: &BatchLimits) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<Vec<&FieldName>, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let columns = if limits.same_fields {
            row.fields.iter().map(|(name, _)| name).collect()
        } else {
            Vec::new()
        };
        groups.entry(columns).or_default().push(place);
    }
    let mut saves: Vec<Vec<usize>> = groups
        .into_values()
        .flat_map(|group| group.chunks(limits.rows).map(<[_]>::to_vec).collect::<Vec<_>>())
        .collect();
    saves.sort();
    saves
}

/// For each sync of a batch, in order of time: the place of the one that it is merged into, or `None` when it is sent.
pub fn merge_in_batch(keys: &[Option<&EmailKey>]) -> Vec<Option<usize>> {
    let mut first: BTreeMap<&EmailKey, usize> = BTreeMap::new();
    let mut merged_into = Vec::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        let earlier = key.map(|it| *first.entry(it).or_insert(place));
        merged_into.push(earlier.filter(|it| *it != place));
    }
    merged_into
}

/// The fields of two merged syncs: the later values win, in the earlier one's order.
pub fn merge_fields(earlier: FieldValues, later: FieldValues) -> FieldValues {
    let mut merged = earlier;
    for (name, value) in later {
        match merged.iter_mut().find(|(held, _)| *held == name) {
            Some((_, held)) => *held = value,
            None => merged.push((name, value)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Value, acme, normalise_email};

    #[test]
    fn each_strategy_has_its_limits() {
        check_limits(Strategy::Single, 200, expect!["rows 1, keys 1, parts 1, queries 1"]);
        check_limits(Strategy::Composite, 200, expect!["rows 1, keys 200, parts 25, queries 5"]);
        check_limits(Strategy::Collections, 500, expect!["rows 200, keys 200, parts 1, queries 1"]);
        check_limits(
            Strategy::Bulk,
            50_000,
            expect!["rows 10000, keys 200, parts 1, queries 1, same fields"],
        );
    }

    #[test]
    fn the_configuration_lowers_a_limit_but_never_to_nothing() {
        check_limits(Strategy::Collections, 50, expect!["rows 50, keys 50, parts 1, queries 1"]);
        check_limits(Strategy::Collections, 0, expect!["rows 1, keys 1, parts 1, queries 1"]);
    }

    #[test]
    fn keys_are_cut_by_number_and_by_length() {
        let limits = BatchLimits { keys: 2, ..limits(Strategy::Collections, 200) };
        assert_eq!(cut_keys(&["a", "b", "c"], &limits), [0..2, 2..3]);
        let long = "x".repeat(5_000);
        let limits = self::limits(Strategy::Collections, 200);
        assert_eq!(cut_keys(&[&long, &long, "a"], &limits), [0..1, 1..3]);
        assert_eq!(cut_keys(&[], &limits), []);
        assert_eq!(cut_keys(&["x".repeat(9_000).as_str()], &limits), vec![0..1]);
    }

    #[test]
    fn rows_are_cut_in_order() {
        let rows: Vec<SaveRow> = (0..5).map(|_| row("LastName=Lee")).collect();
        let limits = BatchLimits { rows: 2, ..limits(Strategy::Collections, 200) };
        assert_eq!(cut_rows(&rows, &limits), [vec![0, 1], vec![2, 3], vec![4]]);
    }

    #[test]
    fn bulk_rows_go_with_rows_of_the_same_columns() {
        let rows = [row("LastName=Lee"), row("LastName=Ito Phone=1"), row("LastName=Ray")];
        assert_eq!(cut_rows(&rows, &limits(Strategy::Bulk, 200)), [vec![0, 2], vec![1]]);
        assert_eq!(cut_rows(&rows, &limits(Strategy::Collections, 200)), [vec![0, 1, 2]]);
    }

    #[test]
    fn syncs_for_one_person_are_merged_into_the_first() {
        let keys: Vec<_> = ["a@x.example", "b@x.example", "A@x.example", "", ""]
            .map(|it| normalise_email(it).ok())
            .into();
        let keys: Vec<Option<&EmailKey>> = keys.iter().map(Option::as_ref).collect();
        assert_eq!(merge_in_batch(&keys), [None, None, Some(0), None, None]);
    }

    #[test]
    fn the_later_value_wins() {
        let merged =
            merge_fields(acme::fields("LastName=Lee Phone=1"), acme::fields("Phone=2 Title=Head"));
        expect!["LastName=Lee Phone=2 Title=Head"].assert_eq(&acme::describe(&merged));
        assert_eq!(merged.first().map(|(_, it)| it), Some(&Value::from("Lee")));
    }

    #[track_caller]
    fn check_limits(strategy: Strategy, max_records: usize, expect: Expect) {
        let BatchLimits { rows, keys, parts, queries, same_fields } = limits(strategy, max_records);
        let same = if same_fields { ", same fields" } else { "" };
        expect.assert_eq(&format!(
            "rows {rows}, keys {keys}, parts {parts}, queries {queries}{same}"
        ));
    }

    fn limits(strategy: Strategy, max_records: usize) -> BatchLimits {
        batch_limits(&Batching { strategy, max_records, max_wait_ms: 0 })
    }

    fn row(fields: &str) -> SaveRow {
        SaveRow { id: None, fields: acme::fields(fields) }
    }
}
