//! `${column}` in the text of a file.

use std::borrow::Cow;

/// `${name}` cannot stand unquoted between `{` and `}`. For the parser its braces become a pair of other characters of the same length that follow no `$`
/// anywhere in the file, so that all places stay where they are; scalars get their braces back.
pub(crate) struct Mask<'a> {
    pub(crate) text: Cow<'a, str>,
    pair: Option<(char, char)>,
}

impl<'a> Mask<'a> {
    pub(crate) fn of(text: &'a str) -> Mask<'a> {
        let unused = |(open, _): &(char, char)| !text.contains(&format!("${open}"));
        let pair = [('(', ')'), ('<', '>'), ('+', '+'), (';', ';')].into_iter().find(unused);
        match pair {
            Some((open, close)) if text.contains("${") => {
                let text = replace_columns(text, |name| Some(format!("${open}{name}{close}")));
                Mask { text: Cow::Owned(text), pair }
            }
            _ => Mask { text: Cow::Borrowed(text), pair: None },
        }
    }

    /// The text of a scalar with its braces back.
    pub(crate) fn unmask(&self, text: &str) -> String {
        let Some((open, close)) = self.pair else { return text.to_owned() };
        let start = format!("${open}");
        let mut parts = text.split(&start);
        let mut out = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let (name, rest) = part.split_once(close).unwrap_or((part, ""));
            out.extend(["${", name, "}", rest]);
        }
        out
    }
}

/// Replaces every `${name}` for which there is a replacement.
pub(crate) fn replace_columns(
    text: &str,
    mut replacement: impl FnMut(&str) -> Option<String>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name).filter(|name| is_column(name));
        if let Some((name, value)) = name.and_then(|name| Some((name, replacement(name)?))) {
            out.push_str(&value);
            rest = after.get(name.len() + 1..).unwrap_or("");
        } else {
            out.push_str("${");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Whether a text can name a column.
pub(crate) fn is_column(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_every_byte_in_its_place_and_comes_off() {
        for text in
            ["a: ${b}", "a: $(x) ${b}", "a: ${b} $(c) $<d> ${e-f}", "no column", "${1} ${ ${a}"]
        {
            let mask = Mask::of(text);
            assert_eq!(mask.text.len(), text.len());
            assert_eq!(mask.unmask(&mask.text), text);
        }
    }
}
