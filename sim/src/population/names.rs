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
        let mut golden = String::new();
        for number in 0..50 {
            let (first, last) = person(1, number);
            writeln!(golden, "{first} {last}, {}", company(1, number)).unwrap();
        }
        expect![[r#"
            Missouri Swift, Aufderhar Group
            Silas Sporer, Becker and Pagac Inc
            Amanda Yundt, Von and Wolff Inc
            Kitty Cummerata, Runte and Sons
            Mason Pouros, Hilpert LLC
            Kyler Murazik, Lueilwitz and Simonis LLC
            Earline Carter, Macejkovic and Johnston LLC
            Kelvin Murray, Schaefer and Kihn and Sons
            Cecelia Durgan, Wintheiser and Pollich and Sons
            Clarabelle Wunsch, Reichel Group
            Hank Christiansen, Metz LLC
            Devon Ratke, Lindgren and Muller Group
            Shad Schamberger, Nikolaus Inc
            Mazie Konopelski, Erdman and Murazik Group
            Frank Lemke, Bailey and Cassin and Sons
            Jadyn Labadie, Hudson and Sons
            Cyril Larson, Cruickshank and Champlin and Sons
            Vivian Orn, Bartell and Padberg and Sons
            Bryana Smith, Fisher and Champlin Inc
            Gillian Durgan, Schowalter Inc
            Arthur Sporer, Reichert and Oberbrunner and Sons
            Idella Strosin, Sawayn Inc
            Leopold Jaskolski, Anderson and Casper LLC
            Petra Heaney, Simonis and Gibson Group
            Cristina Pfannerstill, Bauch Group
            Calista Satterfield, Little and Hansen Inc
            Rafael Kutch, Barrows and Streich Inc
            Jabari Spencer, Nitzsche and Witting LLC
            Wilma Kiehn, Schoen and Borer LLC
            Hiram Nitzsche, Grant and Wolff Group
            Vincenzo Reichel, McDermott and White and Sons
            Ryleigh Pfannerstill, Effertz LLC
            Kaleb Legros, Von Group
            Brianne Watsica, Adams and Huels Inc
            Francis Schmitt, Ryan and Sons
            Kenton Rosenbaum, Schneider and Rowe and Sons
            Talon Koss, Nader and McGlynn Group
            Glennie Price, Reichert and Sons
            Braden Runolfsdottir, Wehner LLC
            Clotilde Casper, Wyman Group
            Lilian Crooks, Smitham and Ernser Group
            Muriel Frami, O'Keefe Group
            Elna Mohr, O'Reilly and Sons
            Beth Kuhlman, Langworth and Schowalter Inc
            Martine Watsica, Skiles and White and Sons
            Derrick O'Connell, Schulist LLC
            Therese Bayer, Reinger and Stokes Group
            Demarco Kling, Okuneva and Conroy and Sons
            Rogelio Lubowitz, Homenick Group
            Alexandro Schinner, Botsford Group
        "#]]
        .assert_eq(&golden);
    }

    #[test]
    fn an_address_takes_letters_and_digits() {
        assert_eq!(word_of("O'Connell-Ro 3"), "oconnellro3");
    }
}
