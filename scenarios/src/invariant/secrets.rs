//! INV-15: secrets, tokens and playback capabilities do not appear in what a journal shows.
//!
//! No false alarm: looked for are the very texts that the set-up calls secret, in the notes and in the headers as they were recorded. Fields that were sent are not
//! looked at, since a playback address belongs into an event's description. Texts shorter than eight characters are too likely to be a word.

use super::{Facts, Verdict};

/// The shortest secret that is looked for, in bytes.
const SHORTEST: usize = 8;

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let secrets: Vec<&String> =
        facts.observation.setup.secrets.iter().filter(|secret| secret.len() >= SHORTEST).collect();
    if secrets.is_empty() {
        return verdict;
    }
    let shows = |text: &str| secrets.iter().any(|secret| text.contains(secret.as_str()));
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
