//! When two texts are the same person, company or number, though they are not the same text.

use crate::formula::edits;
use crate::seed::MatchMethod;

use super::index::same_text;

/// Words that say what kind of company it is, not which.
const LEGAL_FORMS: [&str; 18] = [
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "plc",
    "gmbh",
    "ag",
    "sa",
    "bv",
    "pty",
    "the",
];

/// First names with their common short forms.
const SHORT_FORMS: [&[&str]; 16] = [
    &["william", "bill", "will", "billy"],
    &["robert", "bob", "rob", "bobby"],
    &["richard", "rick", "dick", "rich"],
    &["james", "jim", "jimmy"],
    &["john", "jack", "johnny"],
    &["michael", "mike", "mick"],
    &["thomas", "tom", "tommy"],
    &["patricia", "pat", "patty", "trish"],
    &["patrick", "pat", "paddy"],
    &["katherine", "kate", "kathy", "katie", "catherine"],
    &["elizabeth", "liz", "beth", "betty"],
    &["margaret", "maggie", "peggy", "meg"],
    &["jennifer", "jen", "jenny"],
    &["christopher", "chris"],
    &["alexander", "alex", "sasha"],
    &["joseph", "joe", "joey"],
];

/// Do two texts match by this method?
pub(crate) fn same(method: MatchMethod, a: &str, b: &str) -> bool {
    match method {
        MatchMethod::Exact => same_text(a, b),
        MatchMethod::FuzzyFirstName => first_names(&plain(a), &plain(b)),
        MatchMethod::FuzzyLastName | MatchMethod::Fuzzy => near(&plain(a), &plain(b)),
        MatchMethod::FuzzyCompany => near(&company(a), &company(b)),
        MatchMethod::FuzzyPhone => phone(a) == phone(b),
    }
}

/// How alike two texts are that match, of 100: each letter that differs counts.
pub(crate) fn likeness(a: &str, b: &str) -> u32 {
    let (a, b) = (plain(a), plain(b));
    let longest = a.chars().count().max(b.chars().count()).max(1);
    let same = longest.saturating_sub(edits(&a, &b));
    u32::try_from(same * 100 / longest).unwrap_or(100)
}

fn first_names(a: &str, b: &str) -> bool {
    let initial = |short: &str, long: &str| short.len() == 1 && long.starts_with(short);
    let group = SHORT_FORMS.iter().any(|group| group.contains(&a) && group.contains(&b));
    near(a, b) || initial(a, b) || initial(b, a) || group
}

/// Equal, or different in one letter of six.
fn near(a: &str, b: &str) -> bool {
    let longest = a.chars().count().max(b.chars().count());
    !a.is_empty() && !b.is_empty() && edits(a, b) <= longest / 6
}

fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace());
    kept.flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

fn company(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c == '&' || c == '-' { ' ' } else { c }).collect();
    let plain = plain(&spaced);
    let words = plain.split_whitespace().filter(|word| !LEGAL_FORMS.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// The last ten digits: without the country code.
fn phone(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().saturating_sub(10);
    digits.into_iter().skip(from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_matches_and_what_is_not_does_not() {
        use MatchMethod::{Exact, FuzzyCompany, FuzzyFirstName, FuzzyLastName, FuzzyPhone};
        for (method, a, b, expected) in [
            (Exact, "Pat@x.com", "pat@X.com", true),
            (Exact, "Pat", "Pet", false),
            (FuzzyFirstName, "Bill", "William", true),
            (FuzzyFirstName, "J.", "John", true),
            (FuzzyFirstName, "Ann", "Bob", false),
            (FuzzyLastName, "Johnson", "Jonson", true),
            (FuzzyLastName, "Lee", "Lea", false),
            (FuzzyCompany, "Acme, Inc.", "ACME Corporation", true),
            (FuzzyCompany, "Acme", "Globex", false),
            (FuzzyPhone, "+1 (415) 555-1212", "4155551212", true),
        ] {
            assert_eq!(same(method, a, b), expected, "{a} / {b}");
        }
    }
}
