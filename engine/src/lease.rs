//! A process that another one has taken over from (FM-84).
//!
//! Two processes of one engine never write the same store: the store takes entries of the latest lease only. Whoever it
//! refuses is told so, and from then on neither stores nor sends anything. What was under way is its successor's, which
//! has it from the store; that it stopped is said once, so that nobody has to guess why a process went silent.

use crate::{Effect, Engine, IntentId, Question, Rules, about::About};

impl<R: Rules> Engine<R> {
    /// The store refused an entry: another process holds the lease.
    pub(crate) fn stop(&mut self, out: &mut Vec<Effect>) {
        self.is_shut_out = true;
        self.outbox.drop_held();
        let Some(because) = self.rules.shut_out() else { return };
        let left: Vec<(About, IntentId)> =
            self.intents.iter().map(|(id, it)| (it.about, *id)).collect();
        let count = left.len();
        for (about, id) in left {
            self.decided_plainly(about, Some(id), (Question::Trigger, because), None);
        }
        let text = format!(
            "another process has the lease: this one stores and sends nothing more, and leaves {count} open intents to it"
        );
        self.alert(None, None, because, text);
        out.append(&mut self.effects);
    }
}
