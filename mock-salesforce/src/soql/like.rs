//! `LIKE`: `%` is any text, `_` any one character; case does not count (wire reference §4.2).

use super::text::fold;

/// A pattern that texts are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Any,
    One,
    Char(char),
}

impl Pattern {
    /// Reads a pattern from a literal whose escapes are still in it: `\%` and `\_` are the characters themselves.
    pub(crate) fn new(raw: &str) -> Self {
        let mut pieces = Vec::with_capacity(raw.len());
        let mut rest = raw.chars();
        while let Some(c) = rest.next() {
            let piece = match c {
                '%' => Piece::Any,
                '_' => Piece::One,
                '\\' => match super::text::escaped(&mut rest) {
                    Some(c) => Piece::Char(fold(c)),
                    None => continue,
                },
                c => Piece::Char(fold(c)),
            };
            pieces.push(piece);
        }
        Self(pieces)
    }

    /// Does the whole text fit? Linear in the text for each `%`, without recursion.
    pub(crate) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().map(fold).collect();
        let (mut at, mut piece) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while let Some(c) = text.get(at) {
            let wanted = self.0.get(piece);
            if wanted == Some(&Piece::Any) {
                piece += 1;
                retry = Some((piece, at));
            } else if wanted == Some(&Piece::One) || wanted == Some(&Piece::Char(*c)) {
                (piece, at) = (piece + 1, at + 1);
            } else if let Some((after_any, from)) = retry {
                retry = Some((after_any, from + 1));
                (piece, at) = (after_any, from + 1);
            } else {
                return false;
            }
        }
        self.0.iter().skip(piece).all(|piece| *piece == Piece::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn wildcards_stand_for_any_text_and_any_character() {
        let fits = |pattern: &str, text: &str| Pattern::new(pattern).fits(text);
        assert!(fits("%@x.org", "Pat@X.org") && fits("pat%", "Pat") && fits("%a%b%", "xxaybz"));
        assert!(fits("p_t", "PET") && !fits("p_t", "pt") && !fits("p_t", "pett"));
        assert!(
            fits("%", "") && !fits("", "a") && fits("100\\%", "100%") && !fits("100\\%", "1000")
        );
        assert!(fits("%ab", "aab") && !fits("zzz%", "abc"));
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let text = "a".repeat(5_000);
        assert!(!Pattern::new(&"%a".repeat(50)).fits(&format!("{}b", &text[..40])));
        assert!(!Pattern::new("%a%a%a%a%a%a%a%ab").fits(&text));
    }
}
