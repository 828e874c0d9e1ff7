//! What "the same e-mail address" means to the judge (DD-12d, FM-71…74).
//!
//! Written apart from the engine's own normaliser on purpose: the two must agree, and neither may inherit the other's mistakes. Case is ignored without any
//! locale, invisible characters are dropped, the text is composed (NFC), the domain is compared in its ASCII form. Plus tags and dots are kept: they are
//! different addresses. A text that holds two addresses, a display name or no address at all has no normal form.

use unicode_normalization::UnicodeNormalization;

use crate::ast::Scenario;

/// The normal form, or nothing if the text is not exactly one address.
pub fn normalize(text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let composed: String = visible.trim().nfc().collect();
    let (local, domain) = composed.rsplit_once('@')?;
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let refused = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '@' | '"')
    };
    if local.is_empty() || domain.is_empty() || local.contains(refused) || domain.contains(refused)
    {
        return None;
    }
    let domain = idna::domain_to_ascii(domain).ok().filter(|domain| !domain.is_empty())?;
    let local: String = local.chars().flat_map(char::to_lowercase).nfc().collect();
    Some(format!("{local}@{domain}"))
}

/// Who the judge takes for one person: the normal form of the address, without its plus tag where the scenario's settings
/// say that a tag makes no other person (FM-72).
pub(crate) fn person(text: &str, scenario: &Scenario) -> Option<String> {
    let address = normalize(text)?;
    let mut settings = scenario.engine.settings.iter();
    let is_one = settings.any(|(name, value)| *name == "plus_tags" && *value == "same_person");
    let name = address.find('+').filter(|at| is_one && *at > 0);
    Some(match (name, address.rfind('@')) {
        (Some(plus), Some(domain)) if plus < domain => {
            format!("{}{}", &address[..plus], &address[domain..])
        }
        _ => address,
    })
}

/// Characters that nobody sees and that copying drags along.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(texts: &[&str], expected: Expect) {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| {
                format!("{text:?} -> {}\n", normalize(text).unwrap_or("nothing".to_owned()))
            })
            .collect();
        expected.assert_eq(&lines.concat());
    }

    #[test]
    fn case_space_and_invisible_characters_do_not_count() {
        check(
            &[
                "Pat@X.Example",
                "  pat@x.example\t",
                "p\u{200b}at@x.example\u{feff}",
                "PAT@x.example.",
                "İpek@x.example",
            ],
            expect![[r#"
                "Pat@X.Example" -> pat@x.example
                "  pat@x.example\t" -> pat@x.example
                "p\u{200b}at@x.example\u{feff}" -> pat@x.example
                "PAT@x.example." -> pat@x.example
                "İpek@x.example" -> i̇pek@x.example
            "#]],
        );
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same_and_domains_are_ascii() {
        check(
            &[
                "jose\u{301}@x.example",
                "jos\u{e9}@x.example",
                "a@bücher.example",
                "a@XN--BCHER-KVA.example",
            ],
            expect![[r#"
                "jose\u{301}@x.example" -> josé@x.example
                "josé@x.example" -> josé@x.example
                "a@bücher.example" -> a@xn--bcher-kva.example
                "a@XN--BCHER-KVA.example" -> a@xn--bcher-kva.example
            "#]],
        );
    }

    #[test]
    fn tags_and_dots_stay() {
        check(
            &["a.b+c@x.example", "ab@x.example"],
            expect![[r#"
            "a.b+c@x.example" -> a.b+c@x.example
            "ab@x.example" -> ab@x.example
        "#]],
        );
    }

    #[test]
    fn what_is_not_exactly_one_address_has_no_normal_form() {
        check(
            &[
                "",
                "pat",
                "@x.example",
                "pat@",
                "a@x.example, b@x.example",
                "a@x;b@y",
                "Pat Lee <pat@x.example>",
                "a b@x.example",
                "a@b@c",
            ],
            expect![[r#"
                "" -> nothing
                "pat" -> nothing
                "@x.example" -> nothing
                "pat@" -> nothing
                "a@x.example, b@x.example" -> nothing
                "a@x;b@y" -> nothing
                "Pat Lee <pat@x.example>" -> nothing
                "a b@x.example" -> nothing
                "a@b@c" -> nothing
            "#]],
        );
    }
}
