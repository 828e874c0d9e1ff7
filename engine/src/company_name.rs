//! When are two company names the same?
//!
//! Names are written in many ways: `The Globex Corp.`, `GLOBEX CORPORATION`, `Globéx & Co. KG`. A normalised name is
//! composed anew without accents, in lower case, with `&` as `and`, without punctuation, without a leading article and
//! without the words that only tell the legal form, as long as something remains (requirements §6.1 and §6.3).

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words at the end of a name that tell a company's legal form. Dots are gone by then: `s.a.` is `sa`.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "nv",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "sas",
    "se",
    "sl",
    "spa",
    "srl",
    "ug",
];
/// Joins what follows to a legal form: `& Co. KG`.
const AND: &str = "and";
/// Says nothing at the start of a name.
const ARTICLE: &str = "the";

/// The normalised name of a company; `None` when nothing is left of it.
pub fn company_key(name: &str) -> Option<String> {
    let plain: String = name.nfkd().filter(|it| !is_combining_mark(*it)).collect();
    let lower = plain.to_lowercase().replace('&', " and ");
    // Dots and apostrophes stand inside a word, everything else between words.
    let joined: String = lower.chars().filter(|it| !matches!(it, '.' | '\'' | '’')).collect();
    let mut words: Vec<&str> =
        joined.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    if words.len() > 1 && words.first() == Some(&ARTICLE) {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|it| tells_form(it)) {
        words.pop();
    }
    (!words.is_empty()).then(|| words.join(" "))
}

fn tells_form(word: &str) -> bool {
    word == AND || LEGAL_FORMS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_punctuation_accents_and_the_legal_form_do_not_count() {
        for name in [
            "Globex",
            "  GLOBEX,  Inc. ",
            "The Globex Corporation",
            "Globéx GmbH & Co. KG",
            "globex s.a.",
            "Globex Holdings Ltd",
        ] {
            assert_eq!(company_key(name).as_deref(), Some("globex"), "{name}");
        }
    }

    #[test]
    fn what_tells_companies_apart_stays() {
        for (name, key) in [
            ("Globex Energy", "globex energy"),
            ("Johnson & Johnson", "johnson and johnson"),
            ("O'Neill's", "oneills"),
            ("Straße AG", "straße"),
            ("3M Company", "3m"),
            ("株式会社日立", "株式会社日立"),
        ] {
            assert_eq!(company_key(name).as_deref(), Some(key), "{name}");
        }
    }

    #[test]
    fn a_name_that_is_nothing_but_a_legal_form_keeps_it() {
        assert_eq!(company_key("The Company").as_deref(), Some("company"));
        assert_eq!(company_key("Inc."), Some("inc".to_owned()));
        assert_eq!(company_key(" - "), None);
    }

    #[test]
    fn the_legal_forms_are_in_order() {
        assert!(LEGAL_FORMS.is_sorted());
    }
}
