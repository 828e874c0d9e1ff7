//! How are ids shown: records by their names, rules and journal numbers as links?

use super::anchor;
use crate::names::Names;

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) text: String,
    pub(super) href: String,
}

impl Link {
    pub(super) fn rule(id: &str) -> Self {
        Self { text: id.to_owned(), href: anchor::href(&anchor::rule(id)) }
    }

    pub(super) fn requirement(id: &str) -> Self {
        Self { text: id.to_owned(), href: anchor::href(&anchor::requirement(id)) }
    }

    pub(super) fn line(scenario: &str, seq: u64) -> Self {
        Self { text: format!("#{seq}"), href: anchor::href(&anchor::line(scenario, seq)) }
    }

    pub(super) fn scenario(id: &str) -> Self {
        Self { text: id.to_owned(), href: anchor::href(&anchor::scenario(id)) }
    }
}

/// A record or user by its name, with the id beside it; or just a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) name: String,
    pub(super) id: String,
}

impl Called {
    pub(super) fn new(names: Names<'_>, text: &str) -> Self {
        match names.name(text) {
            Some(name) if name != text => Self { name: name.to_owned(), id: text.to_owned() },
            _ => Self { name: text.to_owned(), id: String::new() },
        }
    }
}

/// A piece of a sentence: a link, or words with an empty `href`.
pub(super) type Pieces = Vec<Link>;

/// A sentence in which journal numbers and rule ids are links.
pub(super) fn linked(scenario: &str, sentence: &str, is_rule: impl Fn(&str) -> bool) -> Pieces {
    let mut pieces = Pieces::new();
    for word in sentence.split_inclusive(' ') {
        let bare = word.trim_end_matches([' ', ':', ',', ';', '.']);
        let rest = word.get(bare.len()..).unwrap_or("");
        let number = bare.strip_prefix('#').and_then(|it| it.parse().ok());
        let link = match number {
            Some(seq) => Some(Link::line(scenario, seq)),
            None => is_rule(bare).then(|| Link::rule(bare)),
        };
        match link {
            Some(link) => {
                pieces.push(link);
                add(&mut pieces, rest);
            }
            None => add(&mut pieces, word),
        }
    }
    pieces
}

/// Adds plain words, to the plain words before them if there are any.
fn add(pieces: &mut Pieces, words: &str) {
    match pieces.last_mut() {
        Some(last) if last.href.is_empty() => last.text.push_str(words),
        _ => pieces.push(Link { text: words.to_owned(), href: String::new() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_rules_in_a_sentence_are_links() {
        let pieces = linked("a/b", "#39 owner.kept: the owner. stays #x", |it| it == "owner.kept");
        let said: Vec<String> =
            pieces.iter().map(|it| format!("{}<{}>", it.text, it.href)).collect();
        assert_eq!(
            said.join("|"),
            "#39<#s:a/b:39>| <>|owner.kept<#rule:owner.kept>|: the owner. stays #x<>"
        );
    }
}
