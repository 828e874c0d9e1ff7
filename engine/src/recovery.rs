//! Starting again after a crash (EX-27d, FM-10, FM-69, FM-79, FM-81).
//!
//! The entries are replayed: the engine knows again what it knew when the last of them was stored. Calls that were in
//! flight then have an unknown outcome: reads are repeated, writes are read back. Timers sound again, those that are
//! overdue at once.

use std::sync::Arc;

use crate::{
    Config, Decision, Effect, Engine, Entry, IntentId, NoteKind, Question, Rule, Rules, Timestamp,
    about::About, intent::Stage, outbox::Fact,
};

impl<R: Rules> Engine<R> {
    /// The engine as it was when the last of `entries` was stored, and what it does first.
    pub fn recover(
        config: Arc<Config>,
        rules: R,
        entries: &[Entry],
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) -> Self {
        let mut engine = Self::new(config, rules);
        for entry in entries {
            engine.outbox.replay(entry);
            engine.advance(entry.at, &entry.fact);
            engine.effects.clear();
            engine.outbox.drop_held();
        }
        out.extend(engine.timers.rearm(now).map(Effect::Timer));
        engine.now = now;
        engine.note_recovered();
        let entry = engine.outbox.append(now, Fact::Recovered);
        engine.advance(now, &entry.fact);
        out.push(Effect::Store(entry));
        out.append(&mut engine.effects);
        engine
    }

    fn note_recovered(&mut self) {
        let under_way = self.intents.iter().filter(|(_, it)| !matches!(it.stage, Stage::Held));
        let under_way: Vec<(About, IntentId)> = under_way.map(|(id, it)| (it.about, *id)).collect();
        let armed =
            self.intents.iter().filter(|(_, it)| it.is_person() && matches!(it.stage, Stage::Held));
        let armed: Vec<(About, IntentId)> = armed.map(|(id, it)| (it.about, *id)).collect();
        for (about, id) in under_way.into_iter().chain(armed) {
            let decision = Decision {
                question: Question::Trigger,
                because: Rule::Recovered,
                chosen: None,
                rejected: Vec::new(),
                withheld: Vec::new(),
            };
            self.note(Some(about), Some(id), NoteKind::Decided(decision));
        }
    }
}
