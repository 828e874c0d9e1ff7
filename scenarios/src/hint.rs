//! "did you mean": the known word that is nearest to an unknown one.

/// How alike two words must be to be worth a hint, in hundredths of the longer one's length.
const LIKENESS: usize = 50;

/// At most that many known words are looked at.
const LOOKED_AT: usize = 2000;

/// At most that many known words are listed when none is near.
const LISTED: usize = 12;

/// "did you mean `x`?", or the list of what there is.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(word, &known) {
        return Some(format!("did you mean `{near}`?"));
    }
    if known.is_empty() {
        return None;
    }
    let shown: Vec<String> = known.iter().take(LISTED).map(|word| format!("`{word}`")).collect();
    let more = known.len().saturating_sub(LISTED);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("there is {}{tail}", shown.join(", ")))
}

/// The nearest known word, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.chars().count() > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    let distance = |known: &str| strsim::osa_distance(&lower, &known.to_lowercase());
    let near = known.iter().take(LOOKED_AT).min_by_key(|known| distance(known))?;
    let longest = near.chars().count().max(word.chars().count());
    let alike = longest.saturating_sub(distance(near)) * 100 / longest.max(1);
    (alike >= LIKENESS).then_some(*near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_offered_and_far_ones_are_listed() {
        assert_eq!(hint("chta", ["chat", "land"]).unwrap(), "did you mean `chat`?");
        assert_eq!(hint("zzzzzz", ["chat", "land"]).unwrap(), "there is `chat`, `land`");
        assert_eq!(hint("x", []), None);
    }
}
