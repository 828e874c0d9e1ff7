//! Which syncs of a batch are for the same person?
//!
//! Salesforce compares the rows of one save with stored records only, so a batch that holds one person twice makes two
//! leads, whatever duplicate rules the org has. Syncs for one person are therefore merged before anything is sent: into
//! the earliest, the later values winning (FM-02, MS-07d). Without an e-mail address nobody can tell.

use std::collections::BTreeMap;

use crate::{EmailKey, FieldValues};

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

/// Which rows go in a call together, `most` of them at most: those that hang off one record stay together as far as they
/// fit, since two calls that write below one parent lock each other out (FM-13). Rows without a parent fill up the rest.
pub fn together(parents: &[Option<&str>], most: usize) -> Vec<Vec<usize>> {
    let most = most.max(1);
    let mut families: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for (place, parent) in parents.iter().enumerate() {
        match families.iter_mut().find(|(its, _)| parent.is_some() && its == parent) {
            Some((_, family)) => family.push(place),
            None => families.push((*parent, vec![place])),
        }
    }
    let mut calls: Vec<Vec<usize>> = Vec::new();
    for (_, family) in families {
        for part in family.chunks(most) {
            match calls.last_mut().filter(|call| call.len() + part.len() <= most) {
                Some(call) => call.extend_from_slice(part),
                None => calls.push(part.to_vec()),
            }
        }
    }
    calls
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
    use crate::{acme, normalise_email};

    #[test]
    fn syncs_for_one_person_are_merged_into_the_first() {
        check(
            "a@x.example b@x.example A@x.example a@x.example",
            expect!["sent, sent, into 0, into 0"],
        );
    }

    #[test]
    fn nobody_can_tell_without_an_address() {
        check("- a@x.example -", expect!["sent, sent, sent"]);
    }

    #[test]
    fn what_hangs_off_one_record_goes_together() {
        let calls = |text: &str, most| {
            let parents: Vec<Option<&str>> = text
                .chars()
                .enumerate()
                .map(|(at, it)| text.get(at..at + 1).filter(|_| it != '-'))
                .collect();
            format!("{:?}", together(&parents, most))
        };
        expect!["[[0, 2], [1, 3]]"].assert_eq(&calls("ABAB", 2));
        expect!["[[0, 1, 2], [3, 4]]"].assert_eq(&calls("AAAAA", 3));
        expect!["[[0, 1, 2], [3]]"].assert_eq(&calls("----", 3));
        expect!["[[0, 3], [1], [2, 4]]"].assert_eq(&calls("A-BAB", 2));
        expect!["[]"].assert_eq(&calls("", 2));
    }

    #[test]
    fn the_later_value_wins() {
        let merged =
            merge_fields(acme::fields("LastName=Lee Phone=1"), acme::fields("Phone=2 Title=Head"));
        expect!["LastName=Lee Phone=2 Title=Head"].assert_eq(&acme::describe(&merged));
    }

    #[track_caller]
    fn check(emails: &str, expect: Expect) {
        let keys: Vec<_> = emails.split(' ').map(|it| normalise_email(it).ok()).collect();
        let keys: Vec<Option<&EmailKey>> = keys.iter().map(Option::as_ref).collect();
        let merged = merge_in_batch(&keys);
        let words =
            merged.iter().map(|it| it.map_or("sent".to_owned(), |into| format!("into {into}")));
        expect.assert_eq(&words.collect::<Vec<_>>().join(", "));
    }
}
