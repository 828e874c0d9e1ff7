//! Names of people and companies: the only texts that come from the `fake` crate, each from its own keyed stream.
//!
//! A release of `fake` that changes its tables changes the golden list below, so that a change of every seed is seen.

use fake::{
    Fake as _,
    faker::{
        company::en::CompanyName,
        name::en::{FirstName, LastName},
    },
};

use crate::seed::Draws;

/// Somebody's first and last name.
pub(crate) fn person(seed: u64, number: u64) -> (String, String) {
    let mut draws = Draws::of(seed, ("person", number), "name", 0);
    let first = FirstName().fake_with_rng(draws.stream());
    (first, LastName().fake_with_rng(draws.stream()))
}

/// A company's name.
pub(crate) fn company(seed: u64, number: u64) -> String {
    let mut draws = Draws::of(seed, ("company", number), "name", 0);
    CompanyName().fake_with_rng(draws.stream())
}

/// Letters and digits of a name, as they stand in addresses.
pub(crate) fn word_of(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::expect;

    use super::*;

    #[test]
    fn the_first_fifty_are_golden() {
        let mut list = String::new();
        for number in 0..50 {
            let (first, last) = person(1, number);
            writeln!(list, "{first} {last}, {}", company(1, number)).unwrap();
        }
        expect![[""]].assert_eq(&list);
    }

    #[test]
    fn an_address_takes_letters_and_digits() {
        assert_eq!(word_of("O'Connell-Ro 3"), "oconnellro3");
    }
}
