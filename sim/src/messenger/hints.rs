//! What is a rep advised to do about calls?
//!
//! Hints, each with an id: before a call test the devices, be ready to take notes, look at the confidence of the Visitor
//! 360, get to know the visitor, announce the call and wait for consent (VV-08, VV-10, VV-11, VV-15); consider one when
//! questions are detailed, the visitor is short of time or the chat drags on (VV-09); decline with a canned reply (VV-13);
//! tell the visitor to switch theirs on (VV-17); be careful, since devices go on at once (VV-19); in a call hand other
//! chats over (VV-25).

use super::call::{End, Side, State};

/// Messages after which a chat drags on.
const DRAGS_ON_MESSAGES: usize = 12;
/// How long a chat may last before it drags on, in ms.
const DRAGS_ON_MS: i64 = 10 * 60_000;
/// Questions in one message that make it detailed.
const DETAILED_QUESTIONS: usize = 2;
/// Words of a message with a question that make it detailed.
const DETAILED_WORDS: usize = 25;
/// How people say that they have no time, in lower case.
const SHORT_OF_TIME: [&str; 7] = [
    "in a hurry",
    "short of time",
    "short on time",
    "no time",
    "not much time",
    "a few minutes",
    "quick call",
];

/// What the advice hangs on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation<'a> {
    pub(super) state: State,
    /// How long the chat has lasted, in ms.
    pub(super) chat_ms: i64,
    pub(super) messages: usize,
    /// The visitor's last message.
    pub(super) last_said: &'a str,
    /// Whether the visitor's media are on.
    pub(super) visitor_shares: bool,
    /// Whether the rep's devices go on without a prompt.
    pub(super) goes_on_at_once: bool,
    /// Whether the rep has answered since a call was declined.
    pub(super) answered_since: bool,
    /// Other open chats of the rep.
    pub(super) other_chats: usize,
}

/// The ids of the hints that apply, in alphabetical order.
pub(super) fn hints(it: Situation<'_>) -> Vec<&'static str> {
    let mut hints = match it.state {
        State::InCall | State::Reconnecting(_) => in_call(it),
        State::Idle | State::Ringing | State::Waiting | State::Ended(_) => before_call(it),
    };
    hints.sort_unstable();
    hints
}

fn in_call(it: Situation<'_>) -> Vec<&'static str> {
    let mut hints = vec!["take_notes"];
    if it.other_chats > 0 {
        hints.push("transfer_other_chats");
    }
    hints
}

fn before_call(it: Situation<'_>) -> Vec<&'static str> {
    let mut hints = vec!["check_confidence", "know_the_visitor", "take_notes", "test_devices"];
    let declined = matches!(it.state, State::Ended(End::Declined(Side::Rep)));
    let applies = [
        ("announce_call", !matches!(it.state, State::Ringing) && !it.visitor_shares),
        ("ask_visitor_media", it.state == State::Waiting && !it.visitor_shares),
        ("decline_shortcut", it.state == State::Ringing || (declined && !it.answered_since)),
        ("devices_go_on_at_once", it.goes_on_at_once),
        ("call_detailed_questions", is_detailed(it.last_said)),
        ("call_short_of_time", is_short_of_time(it.last_said)),
        ("call_chat_drags_on", drags_on(it)),
    ];
    hints.extend(applies.iter().filter(|(_, applies)| *applies).map(|(hint, _)| *hint));
    hints
}

fn is_detailed(text: &str) -> bool {
    let questions = text.matches('?').count();
    questions >= DETAILED_QUESTIONS
        || (questions > 0 && text.split_whitespace().count() >= DETAILED_WORDS)
}

fn is_short_of_time(text: &str) -> bool {
    let text = text.to_lowercase();
    SHORT_OF_TIME.iter().any(|phrase| text.contains(phrase))
}

fn drags_on(it: Situation<'_>) -> bool {
    it.messages >= DRAGS_ON_MESSAGES || it.chat_ms >= DRAGS_ON_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(last_said: &str) -> Situation<'_> {
        Situation {
            state: State::Idle,
            chat_ms: 60_000,
            messages: 2,
            last_said,
            visitor_shares: false,
            goes_on_at_once: false,
            answered_since: false,
            other_chats: 0,
        }
    }

    #[track_caller]
    fn says(it: Situation<'_>, hint: &str, expected: bool) {
        assert_eq!(hints(it).contains(&hint), expected, "{it:?}");
    }

    #[test]
    fn each_condition_has_its_hint() {
        says(chat("Which plan? And does it have SSO?"), "call_detailed_questions", true);
        says(chat("Which plan?"), "call_detailed_questions", false);
        says(chat("I'm In A Hurry"), "call_short_of_time", true);
        says(chat("hello"), "call_short_of_time", false);
        says(Situation { messages: 12, ..chat("ok") }, "call_chat_drags_on", true);
        says(Situation { chat_ms: DRAGS_ON_MS, ..chat("ok") }, "call_chat_drags_on", true);
        says(chat("ok"), "call_chat_drags_on", false);
    }

    #[test]
    fn a_ringing_or_declined_call_suggests_a_canned_reply() {
        let declined = State::Ended(End::Declined(Side::Rep));
        says(Situation { state: State::Ringing, ..chat("") }, "decline_shortcut", true);
        says(Situation { state: declined, ..chat("") }, "decline_shortcut", true);
        let answered = Situation { state: declined, answered_since: true, ..chat("") };
        says(answered, "decline_shortcut", false);
        let by_visitor = State::Ended(End::Declined(Side::Visitor));
        says(Situation { state: by_visitor, ..chat("") }, "decline_shortcut", false);
    }

    #[test]
    fn in_a_call_other_chats_are_handed_over() {
        let it = Situation { state: State::InCall, other_chats: 1, ..chat("") };
        assert_eq!(hints(it), ["take_notes", "transfer_other_chats"]);
    }
}
