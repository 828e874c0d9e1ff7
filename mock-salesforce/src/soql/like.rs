//! `LIKE`: `%` is any text, `_` any one character; case does not count (wire reference §4.2).

use super::text::fold;

/// A pattern that texts are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
    /// The text of a pattern `%text%` in plain ASCII: the commonest pattern by far, and a substring search.
    within: Option<Box<[u8]>>,
}

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
        let within = within(&pieces);
        Self { pieces, within }
    }

    /// Does the whole text fit? Linear in the text for each `%`, without recursion.
    pub(crate) fn fits(&self, text: &str) -> bool {
        if let Some(within) = &self.within
            && text.is_ascii()
        {
            // Most places differ in the first character, which costs less to see than to compare them whole.
            let begins =
                |it: &[u8]| it.first().map(u8::to_ascii_lowercase) == within.first().copied();
            let mut windows = text.as_bytes().windows(within.len());
            return windows.any(|it| begins(it) && it.eq_ignore_ascii_case(within));
        }
        if text.is_ascii() {
            let bytes = text.as_bytes();
            return self.walk(|at| bytes.get(at).map(|byte| char::from(byte.to_ascii_lowercase())));
        }
        let text: Vec<char> = text.chars().map(fold).collect();
        self.walk(|at| text.get(at).copied())
    }

    /// Does the text fit whose characters, without their case, `char_at` gives?
    fn walk(&self, char_at: impl Fn(usize) -> Option<char>) -> bool {
        let (mut at, mut piece) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while let Some(c) = char_at(at) {
            let wanted = self.pieces.get(piece);
            if wanted == Some(&Piece::Any) {
                piece += 1;
                retry = Some((piece, at));
            } else if wanted == Some(&Piece::One) || wanted == Some(&Piece::Char(c)) {
                (piece, at) = (piece + 1, at + 1);
            } else if let Some((after_any, from)) = retry {
                retry = Some((after_any, from + 1));
                (piece, at) = (after_any, from + 1);
            } else {
                return false;
            }
        }
        self.pieces.iter().skip(piece).all(|piece| *piece == Piece::Any)
    }
}

/// The text between the two `%` of a pattern that asks for nothing else, where it is plain ASCII.
fn within(pieces: &[Piece]) -> Option<Box<[u8]>> {
    let [Piece::Any, middle @ .., Piece::Any] = pieces else { return None };
    let byte = |piece: &Piece| match piece {
        Piece::Char(c) => u8::try_from(*c).ok().filter(u8::is_ascii),
        Piece::Any | Piece::One => None,
    };
    let bytes: Option<Vec<u8>> = middle.iter().map(byte).collect();
    bytes.filter(|it| !it.is_empty()).map(Vec::into_boxed_slice)
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
        assert!(fits("Zo_ %", "ZOË x") && fits("%ë%", "ZOË") && !fits("zoe%", "zoë"));
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let text = "a".repeat(5_000);
        assert!(!Pattern::new(&"%a".repeat(50)).fits(&format!("{}b", &text[..40])));
        assert!(!Pattern::new("%a%a%a%a%a%a%a%ab").fits(&text));
    }
}
