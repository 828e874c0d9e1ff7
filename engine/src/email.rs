//! When are two e-mail addresses the same?
//!
//! One function answers, and everything uses it: lookups, the ledger, the per-person queue, in-batch duplicates
//! (DD-12d; FM-71 to FM-74). An address is trimmed, freed of invisible characters, composed (NFC) and put in lower case
//! without regard to any locale; an international domain is spelled in ASCII. Plus tags and dots stay: for the CRM they
//! are different addresses. With the setting `plus_tags: same_person` addresses that differ in a plus tag only are one
//! person all the same: the key leaves the tag out, while what is written to the CRM keeps it. A display name or a second address is no address at all.

use std::{borrow::Cow, fmt, sync::Arc};

use idna::AsciiDenyList;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Longest address that is taken for one, in bytes of the normalised form.
const ADDRESS_BYTES_MAX: usize = 254;
/// Longest part before the `@`, in bytes of the normalised form.
const LOCAL_PART_BYTES_MAX: usize = 64;
/// Longest part of a domain between two dots, in bytes.
const LABEL_BYTES_MAX: usize = 63;

/// FM-72: addresses that differ in a plus tag only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlusTags {
    /// They are two persons, as for the CRM.
    #[default]
    Distinct,
    /// They are one person.
    SamePerson,
}

/// A normalised e-mail address: two visitors with the same key are the same person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(Arc<str>, PlusTags);

impl EmailKey {
    /// The normalised address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`, in ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether a text is an address of this person.
    pub fn is_of(&self, text: &str) -> bool {
        person_key(text, self.1).as_ref() == Ok(self)
    }

    /// What stands before and after the tag in the tagged addresses of this person, for each of the spellings; nothing
    /// where a tag makes another person.
    pub fn around_a_tag(&self) -> Vec<(String, String)> {
        if self.1 == PlusTags::Distinct {
            return Vec::new();
        }
        let spellings = self.spellings();
        let parts = spellings.iter().filter_map(|it| it.rsplit_once('@'));
        parts.map(|(local, domain)| (format!("{local}+"), format!("@{domain}"))).collect()
    }

    /// The spellings under which a CRM may hold the address: itself, and with the domain in Unicode where that differs.
    /// A query for these finds every record that a comparison would call equal, letter case aside.
    pub fn spellings(&self) -> Vec<String> {
        let mut spellings = vec![self.0.to_string()];
        if self.domain().split('.').any(|label| label.starts_with("xn--")) {
            let (domain, _) = idna::domain_to_unicode(self.domain());
            let local = self.0.rsplit_once('@').map_or("", |(local, _)| local);
            spellings.push(format!("{local}@{domain}"));
        }
        spellings
    }
}

impl fmt::Display for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnEmail {
    /// There is nothing.
    Blank,
    /// A display name comes with it, or angle brackets do.
    DisplayName,
    /// There are several addresses, or something else beside one.
    Several,
    /// It has not the form of an address.
    Malformed,
}

/// The key of the person who has this address.
pub fn person_key(text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail> {
    let address = normalise_email(text)?;
    if plus_tags == PlusTags::Distinct {
        return Ok(address);
    }
    let untagged = address.as_str().rsplit_once('@').and_then(|(local, domain)| {
        let (name, _) = local.split_once('+').filter(|(name, _)| !name.is_empty())?;
        Some(format!("{name}@{domain}").into())
    });
    Ok(EmailKey(untagged.unwrap_or(address.0), plus_tags))
}

/// The key of a typed or stored e-mail address, each address by itself.
pub fn normalise_email(text: &str) -> Result<EmailKey, NotAnEmail> {
    let visible: String = text.chars().filter(|it| !is_invisible(*it)).collect();
    let trimmed = visible.trim();
    if trimmed.is_empty() {
        return Err(NotAnEmail::Blank);
    }
    if trimmed.contains(['<', '>', '"', '(', ')']) {
        return Err(NotAnEmail::DisplayName);
    }
    if trimmed.contains([',', ';'])
        || trimmed.contains(char::is_whitespace)
        || trimmed.matches('@').count() > 1
    {
        return Err(NotAnEmail::Several);
    }
    let (local, domain) = trimmed.split_once('@').ok_or(NotAnEmail::Malformed)?;
    let key = format!("{}@{}", local_part(local)?, ascii_domain(domain)?);
    if key.len() > ADDRESS_BYTES_MAX {
        return Err(NotAnEmail::Malformed);
    }
    Ok(EmailKey(key.into(), PlusTags::Distinct))
}

/// Zero-width characters, joiners, direction marks and the soft hyphen: copied along, never meant.
fn is_invisible(it: char) -> bool {
    matches!(it, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn local_part(text: &str) -> Result<String, NotAnEmail> {
    let lower = composed(&composed(text).to_lowercase()).into_owned();
    let dots_are_wrong = lower.starts_with('.') || lower.ends_with('.') || lower.contains("..");
    let fits = !lower.is_empty() && lower.len() <= LOCAL_PART_BYTES_MAX;
    if fits && !dots_are_wrong && lower.chars().all(may_stand_in_local_part) {
        Ok(lower)
    } else {
        Err(NotAnEmail::Malformed)
    }
}

/// The text in NFC; most texts are already.
fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.into(),
        _ => text.nfc().collect(),
    }
}

fn may_stand_in_local_part(it: char) -> bool {
    if it.is_ascii() {
        it.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(it)
    } else {
        !it.is_control() && !it.is_whitespace()
    }
}

fn ascii_domain(text: &str) -> Result<String, NotAnEmail> {
    let ascii = if is_plain(text) { text.to_ascii_lowercase() } else { international(text)? };
    let label_is_fine = |label: &str| {
        let stands = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        let has_edge_hyphen = label.starts_with('-') || label.ends_with('-');
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && !has_edge_hyphen
            && label.chars().all(stands)
    };
    if ascii.contains('.') && ascii.split('.').all(label_is_fine) {
        Ok(ascii)
    } else {
        Err(NotAnEmail::Malformed)
    }
}

/// A domain in ASCII without an encoded label is its own ASCII form, but for case: nearly all of them.
fn is_plain(domain: &str) -> bool {
    let is_encoded = |it: &[u8]| it.eq_ignore_ascii_case(b"xn--");
    domain.is_ascii() && !domain.as_bytes().windows(4).any(is_encoded)
}

fn international(domain: &str) -> Result<String, NotAnEmail> {
    let domain = composed(domain);
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::URL);
    ascii.map(Cow::into_owned).map_err(|_| NotAnEmail::Malformed)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn an_address_is_trimmed_and_put_in_lower_case() {
        check("  Pat.Lee@X.Example\t", expect!["pat.lee@x.example"]);
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_for_plain_domains_is_the_long_one(domain in "[a-zA-Z0-9._%-]{0,12}(\\.[a-zA-Z0-9-]{0,6})?") {
            let by_the_long_way = international(&domain).and_then(|it| ascii_domain(&it));
            if is_plain(&domain) {
                proptest::prop_assert_eq!(ascii_domain(&domain).ok(), by_the_long_way.ok());
            }
        }
    }

    #[test]
    fn a_plus_tag_makes_another_person_only_where_the_setting_says_so() {
        let same =
            |one: &str, other: &str, plus_tags| person_key(one, plus_tags).unwrap().is_of(other);
        for (one, other, as_one_person) in [
            ("pat+web@x.example", "Pat@X.example", true),
            ("pat@x.example", "pat+a+b@x.example", true),
            ("pat+web@x.example", "pat+ads@x.example", true),
            ("pat+web@x.example", "pat@y.example", false),
            ("p.at+web@x.example", "pat@x.example", false),
            ("+web@x.example", "+ads@x.example", false),
        ] {
            assert_eq!(same(one, other, PlusTags::SamePerson), as_one_person, "{one} {other}");
            assert!(!same(one, other, PlusTags::Distinct), "{one} {other}");
        }
    }

    #[test]
    fn tagged_addresses_are_looked_for_around_the_tag() {
        let around = |text, plus_tags| person_key(text, plus_tags).unwrap().around_a_tag();
        assert_eq!(around("pat@x.example", PlusTags::Distinct), []);
        let expected = [("pat+".to_owned(), "@x.example".to_owned())];
        assert_eq!(around("pat+web@x.example", PlusTags::SamePerson), expected);
    }

    #[test]
    fn plus_tags_and_dots_stay_distinct() {
        check("p.at+web@x.example", expect!["p.at+web@x.example"]);
        check("pat@x.example", expect!["pat@x.example"]);
    }

    #[test]
    fn invisible_characters_are_stripped() {
        check("\u{feff}pat\u{200b}@x.exam\u{ad}ple\u{200e}", expect!["pat@x.example"]);
    }

    #[test]
    fn decomposed_letters_are_composed() {
        check("rene\u{301}@x.example", expect!["rené@x.example"]);
        check("ren\u{e9}@x.example", expect!["rené@x.example"]);
    }

    #[test]
    fn letter_case_knows_no_locale() {
        check("TITLE@X.EXAMPLE", expect!["title@x.example"]);
        check("\u{130}lk@x.example", expect!["i̇lk@x.example"]);
        check("STRASSE@x.example", expect!["strasse@x.example"]);
    }

    #[test]
    fn an_international_domain_is_spelled_in_ascii() {
        check("pat@BÜCHER.example", expect!["pat@xn--bcher-kva.example"]);
        check("pat@xn--bcher-kva.example", expect!["pat@xn--bcher-kva.example"]);
    }

    #[test]
    fn look_alikes_are_other_addresses() {
        check("p\u{430}t@x.example", expect!["pаt@x.example"]);
    }

    #[test]
    fn nothing_is_no_address() {
        check("", expect!["Blank"]);
        check(" \u{200b} ", expect!["Blank"]);
    }

    #[test]
    fn a_display_name_is_refused() {
        check("Pat Lee <pat@x.example>", expect!["DisplayName"]);
        check("\"pat\"@x.example", expect!["DisplayName"]);
    }

    #[test]
    fn several_addresses_are_refused() {
        check("pat@x.example, bo@x.example", expect!["Several"]);
        check("pat@x.example;bo@x.example", expect!["Several"]);
        check("pat@x.example bo@x.example", expect!["Several"]);
        check("pat@bo@x.example", expect!["Several"]);
    }

    #[test]
    fn what_has_not_the_form_of_an_address_is_refused() {
        for text in ["pat", "@x.example", "pat@", "pat@example", "pat@x..example", ".pat@x.example"]
        {
            check(text, expect!["Malformed"]);
        }
        for text in [
            "pat.@x.example",
            "p..t@x.example",
            "pat@-x.example",
            "p[t@x.example",
            "pat@x.example.",
        ] {
            check(text, expect!["Malformed"]);
        }
        check("pat@\u{37e}.example", expect!["Malformed"]);
        check(&format!("{}@x.example", "p".repeat(65)), expect!["Malformed"]);
        check(&format!("pat@{}example", "x.".repeat(130)), expect!["Malformed"]);
    }

    #[test]
    fn a_crm_may_hold_the_domain_in_unicode() {
        let key = normalise_email("pat@bücher.example").unwrap();
        expect!["pat@xn--bcher-kva.example pat@bücher.example"]
            .assert_eq(&key.spellings().join(" "));
        expect!["xn--bcher-kva.example"].assert_eq(key.domain());
        let key = normalise_email("pat@x.example").unwrap();
        expect!["pat@x.example"].assert_eq(&key.spellings().join(" "));
    }

    #[track_caller]
    fn check(text: &str, expect: Expect) {
        let actual = match normalise_email(text) {
            Ok(key) => key.to_string(),
            Err(fault) => format!("{fault:?}"),
        };
        expect.assert_eq(&actual);
    }
}
