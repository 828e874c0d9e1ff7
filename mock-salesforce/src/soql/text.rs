//! String literals and how text compares: without regard to case.

use std::cmp::Ordering;

/// The text that a literal's inside means.
pub(crate) fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(escaped(&mut rest)),
            c => text.push(c),
        }
    }
    text
}

/// The character after a backslash; the lexer has checked that it is one.
pub(crate) fn escaped(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let c = match rest.next()? {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        'u' | 'U' => {
            let code = (0..4).try_fold(0, |code, _| Some(code * 16 + rest.next()?.to_digit(16)?));
            char::from_u32(code?).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        c => c,
    };
    Some(c)
}

/// A character without its case.
pub(crate) fn fold(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// Are two texts the same, but for case?
pub(crate) fn same(a: &str, b: &str) -> bool {
    // Most texts that differ differ in length, or in a letter that is ASCII.
    if a.len() == b.len() && a.eq_ignore_ascii_case(b) {
        return true;
    }
    if a.is_ascii() && b.is_ascii() {
        return false;
    }
    a.chars().map(fold).eq(b.chars().map(fold))
}

/// Which text comes first, but for case?
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    a.chars().map(fold).cmp(b.chars().map(fold))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_their_characters() {
        assert_eq!(unescape(r"O\'Brien\n\u00e9\\"), "O'Brien\né\\");
    }

    #[test]
    fn case_does_not_count() {
        assert!(same("Zoë", "ZOË") && !same("a", "ab"));
        assert_eq!(compare("apple", "Banana"), Ordering::Less);
    }
}
