//! What does a voice or video call mean for the chat around it?
//!
//! Nothing of a call goes into the CRM: it is no message, so it moves neither the start nor the end of the conversation's
//! Event, which belongs to the end of the chat (EV-25, EV-11). Clicking End ends the call and leaves the messenger open for
//! text (VV-36). As long as a call goes on and the site is open, the chat around it is not idle.

use crate::{Engine, Question, Rule, Rules, SourceEvent, visitor::Who};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallStage {
    /// Both sides hear or see each other from now on.
    Began,
    /// It is over, for whatever reason.
    Ended,
}

/// What that means for the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallMeaning {
    /// Why.
    pub because: Rule,
    /// It counts as a message.
    pub is_message: bool,
    /// It ends the chat.
    pub ends_chat: bool,
    /// From here on the chat is not idle, or may be again.
    pub holds_chat: bool,
}

/// Decides what a call means for the chat around it.
pub fn call_meaning(stage: CallStage) -> CallMeaning {
    let (because, holds_chat) = match stage {
        CallStage::Began => (Rule::CallNoTrace, true),
        CallStage::Ended => (Rule::CallEndKeepsChat, false),
    };
    CallMeaning { because, is_message: false, ends_chat: false, holds_chat }
}

impl<R: Rules> Engine<R> {
    /// A call began or ended.
    pub(crate) fn on_call(&mut self, who: Who, event: &SourceEvent, stage: CallStage) {
        let meaning = self.rules.call_meaning(stage);
        self.sources.explain(event.id, meaning.because);
        let now = self.now;
        let Some(visitor) = self.visitor_mut(who) else { return };
        visitor.in_call = meaning.holds_chat;
        visitor.present_at = now;
        let Some(talk) = &mut visitor.talk else { return };
        let intent = talk.intent;
        if meaning.is_message {
            talk.last_message = talk.last_message.max(event.at);
        }
        if meaning.ends_chat {
            visitor.closed_at.get_or_insert(now);
        }
        self.decided_plainly(who, Some(intent), (Question::Event, meaning.because), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_no_message_and_its_end_is_not_the_end_of_the_chat() {
        for stage in [CallStage::Began, CallStage::Ended] {
            let meaning = call_meaning(stage);
            assert!(!meaning.is_message && !meaning.ends_chat, "{stage:?}");
        }
    }

    #[test]
    fn the_chat_is_held_while_the_call_goes_on() {
        assert!(call_meaning(CallStage::Began).holds_chat);
        assert!(!call_meaning(CallStage::Ended).holds_chat);
    }
}
