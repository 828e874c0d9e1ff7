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
}

impl<R: Rules + Clone> Subject<R> {
    pub(crate) fn new(config: Arc<Config>, rules: R) -> Self {
        let engine = Engine::new(Arc::clone(&config), rules.clone());
        Self { engine, config, rules, outbox: Vec::new() }
    }

    /// Gives the engine an input; what it wants is added to `out`.
    pub(crate) fn step(&mut self, now: i64, input: Input, out: &mut Vec<Effect>) {
        self.engine.step(Timestamp(now), input, out);
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
