//! How is text put together and made safe to show?

use std::fmt;

/// Appends words to a text.
pub(crate) fn append(text: &mut String, words: fmt::Arguments<'_>) {
    fmt::Write::write_fmt(text, words).expect("a string takes whatever is written to it");
}

/// The text without anything that a terminal would take as a command, or that would turn its direction.
pub(crate) fn clean(text: &str) -> String {
    let turns = |it: char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(|it: char| it.is_control() || turns(it)) {
        return text.to_owned();
    }
    let mut shown = String::new();
    for it in text.chars() {
        match it {
            '\t' => shown.push(' '),
            it if it.is_control() || turns(it) => shown.extend(it.escape_unicode()),
            it => shown.push(it),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_commands_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\tc\u{202e}d"), "a\\u{1b}[2Jb c\\u{202e}d");
    }
}
