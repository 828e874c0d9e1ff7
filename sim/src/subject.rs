//! What is tested: our own engine, and the store that outlives it.

use std::sync::Arc;

use engine::{
    AccountView, CompanyId, Config, Effect, Engine, Entry, Input, ListId, ListView, RepView, Rules,
    Timestamp, VisitorId, VisitorView,
};

/// The engine under test with its durable outbox. A restart loses the engine and keeps the outbox.
#[derive(Debug)]
pub(crate) struct Subject<R> {
    engine: Engine<R>,
    config: Arc<Config>,
    rules: R,
    outbox: Vec<Entry>,
    /// The fencing token of the lease: who holds an older one stores nothing more (FM-84).
    lease: u64,
    elder: Option<Elder<R>>,
}

/// A process that another one has taken over from, and that does not know it yet.
#[derive(Debug)]
struct Elder<R> {
    engine: Engine<R>,
    lease: u64,
}

impl<R: Rules + Clone> Subject<R> {
    pub(crate) fn new(config: Arc<Config>, rules: R) -> Self {
        let engine = Engine::new(Arc::clone(&config), rules.clone());
        Self { engine, config, rules, outbox: Vec::new(), lease: 1, elder: None }
    }

    /// Gives the engine an input; what it wants is added to `out`.
    pub(crate) fn step(&mut self, now: i64, input: Input, out: &mut Vec<Effect>) {
        self.engine.step(Timestamp(now), input, out);
    }

    /// A second process takes the lease and starts from the outbox, while the first one still runs.
    pub(crate) fn take_over(&mut self, now: i64, out: &mut Vec<Effect>) {
        let (config, rules) = (Arc::clone(&self.config), self.rules.clone());
        let engine = Engine::recover(config, rules, &self.outbox, Timestamp(now), out);
        let engine = std::mem::replace(&mut self.engine, engine);
        self.elder = Some(Elder { engine, lease: self.lease });
        self.lease += 1;
    }

    /// Gives the process that was taken over from an input; the calls that leave it all the same. The store refuses what
    /// comes under an old lease, with that the process learns that it is to stop, and says so.
    pub(crate) fn step_elder(&mut self, now: i64, input: Input) -> Vec<Effect> {
        let Some(elder) = &mut self.elder else { return Vec::new() };
        let mut effects = Vec::new();
        elder.engine.step(Timestamp(now), input, &mut effects);
        let is_shut_out = elder.lease < self.lease
            && effects.iter().any(|effect| matches!(effect, Effect::Store(_)));
        effects.retain(|effect| matches!(effect, Effect::Call { .. }));
        if is_shut_out {
            elder.engine.step(Timestamp(now), Input::ShutOut, &mut effects);
            self.elder = None;
        }
        effects
    }

    /// Stores an entry for good.
    pub(crate) fn store(&mut self, entry: Entry) {
        self.outbox.push(entry);
    }

    /// Loses everything but the outbox, and starts again from it.
    pub(crate) fn restart(&mut self, now: i64, out: &mut Vec<Effect>) {
        let (config, rules) = (Arc::clone(&self.config), self.rules.clone());
        self.engine = Engine::recover(config, rules, &self.outbox, Timestamp(now), out);
    }

    /// How many intents are open.
    pub(crate) fn unsettled(&self) -> usize {
        self.engine.unsettled()
    }

    /// What a rep sees of a visitor.
    pub(crate) fn rep_view(&self, visitor: &VisitorId) -> Option<RepView> {
        self.engine.rep_view(visitor)
    }

    /// What an Account 360 shows.
    pub(crate) fn account_view(&self, company: &CompanyId) -> Option<AccountView> {
        self.engine.account_view(company)
    }

    /// What an account list shows.
    pub(crate) fn list_view(&self, list: &ListId) -> Option<ListView> {
        self.engine.list_view(list)
    }

    /// What a visitor sees.
    pub(crate) fn visitor_view(&self, visitor: &VisitorId) -> Option<VisitorView> {
        self.engine.visitor_view(visitor)
    }
}
