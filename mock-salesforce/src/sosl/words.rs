//! How text becomes words: runs of letters and digits, without regard to case.

/// The words of a text, in order, in lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The digits of a phone number, as one word.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Does a word fit a pattern of letters, `*` for any letters and `?` for one?
pub(super) fn fits(word: &str, pattern: &str) -> bool {
    let (word, pattern): (Vec<char>, Vec<char>) =
        (word.chars().collect(), pattern.chars().collect());
    let (mut w, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || word.get(w) == Some(c) => {
                w += 1;
                p += 1;
            }
            // The last star takes one letter more.
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, w) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(words("Ann.Lee+x@Example.com"), ["ann", "lee", "x", "example", "com"]);
        assert_eq!(words(" – "), [""; 0]);
        assert_eq!(digits("+1 (415) 555-0100"), "14155550100");
    }

    #[test]
    fn patterns_have_stars_and_question_marks() {
        for (word, pattern, wanted) in [
            ("smith", "smith", true),
            ("smith", "sm*", true),
            ("smith", "s?ith", true),
            ("smith", "*th", true),
            ("smith", "s*i*h", true),
            ("smith", "smi", false),
            ("smith", "s?th", false),
            ("smithsmith", "smi*mith", true),
            ("", "*", true),
            ("a", "", false),
        ] {
            assert_eq!(fits(word, pattern), wanted, "{word} {pattern}");
        }
    }
}
