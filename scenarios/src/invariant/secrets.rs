//! INV-15: secrets, tokens and playback capabilities do not appear in what a journal shows.
//!
//! No false alarm: looked for are the very texts that the set-up calls secret, in the notes and in the headers as they were recorded. Fields that were sent are not
//! looked at, since a playback address belongs into an event's description. Texts shorter than eight characters are too likely to be a word.

use std::collections::BTreeMap;

use super::{Facts, Verdict};

/// The shortest secret that is looked for, in bytes.
const SHORTEST: usize = 8;

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let secrets = Secrets::of(&facts.observation.setup.secrets);
    if secrets.0.is_empty() {
        return verdict;
    }
    let shows = |text: &str| secrets.shown_by(text);
    for note in &facts.observation.notes {
        verdict.evaluated += 1;
        if shows(&note.text) {
            let actual = "a decision shows a secret".to_owned();
            verdict.broken("secrets are masked", actual, Some(note.at), vec![note.seq]);
        }
    }
    for call in &facts.observation.calls {
        verdict.evaluated += 1;
        if let Some((name, _)) = call.headers.iter().find(|(_, value)| shows(value)) {
            let actual = format!("the header {name} shows a secret");
            verdict.broken("secrets are masked", actual, Some(call.at), vec![call.seq]);
        }
    }
    verdict
}

/// Secrets by their first bytes, so that a text is read once however many there are.
struct Secrets<'s>(BTreeMap<[u8; SHORTEST], Vec<&'s [u8]>>);

impl<'s> Secrets<'s> {
    fn of(secrets: &'s [String]) -> Self {
        let mut by_start: BTreeMap<[u8; SHORTEST], Vec<&[u8]>> = BTreeMap::new();
        for secret in secrets {
            if let Some(start) = secret.as_bytes().first_chunk::<SHORTEST>() {
                by_start.entry(*start).or_default().push(secret.as_bytes());
            }
        }
        Self(by_start)
    }

    fn shown_by(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let starts = bytes.windows(SHORTEST).enumerate();
        starts.filter_map(|(at, window)| Some((at, window.first_chunk::<SHORTEST>()?))).any(
            |(at, start)| {
                let rest = bytes.get(at..).unwrap_or_default();
                self.0.get(start).is_some_and(|them| them.iter().any(|it| rest.starts_with(it)))
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn a_secret_is_found_wherever_it_stands_and_nothing_else_is() {
        let secrets = ["0123456789abcdef".to_owned(), "01234567zz".to_owned(), "short".to_owned()];
        let secrets = Secrets::of(&secrets);
        assert!(secrets.shown_by("the token 0123456789abcdef."));
        assert!(secrets.shown_by("01234567zz"));
        assert!(!secrets.shown_by("0123456789abcde"));
        assert!(!secrets.shown_by("short"));
        assert!(!secrets.shown_by(""));
    }
}
