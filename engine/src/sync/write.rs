//! The row that is sent: a new lead's, or an existing record's differences.

use super::Sent;
use crate::{
    Assignment, AutoAssign, Decision, Engine, ExternalId, FieldName, FieldPlan, FieldValues,
    IntentId, Outcome, Person, PersonKind, Question, Rule, Rules, SaveOperation, SaveRow, Standing,
    Strategy,
    exchange::{Ask, Slot, Write},
    intent::{Ending, Intent, Stage, Work},
    merge_fields,
    visitor::Record,
};

impl<R: Rules> Engine<R> {
    pub(super) fn insert(&mut self, id: IntentId) {
        self.decide_owner_once(id);
        let Some(fields) = self.insert_row(id) else { return };
        let now = self.rules.org_time(self.now, self.ahead_ms);
        let Some(work) = self.intents.get_mut(&id).and_then(Intent::person) else { return };
        work.sent = Some(Sent::Insert(now));
        let name = fields.iter().find(|(name, _)| name.as_str() == "LastName");
        work.sent_name = name.and_then(|(_, value)| value.text()).map(std::borrow::Cow::into_owned);
        let row = SaveRow { id: None, fields };
        self.save(id, self.rules.newcomer().object(), SaveOperation::Create, row);
    }

    fn decide_owner_once(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (Some(who), Work::Person(work)) = (intent.visitor(), &intent.work) else { return };
        if work.owner.is_some() {
            return;
        }
        let Some(visitor) = self.visitors.get(who) else { return };
        let assignment = if let Some(to) = &work.assign {
            self.rules.assign_to(to, &visitor.profile, &self.workflows.users, &self.config)
        } else {
            let mut facts = work.facts.clone();
            facts.mapped = self.rules.mapped_owner(&visitor.profile, &self.config);
            let owner = self.rules.decide_owner(&facts, &self.config);
            Assignment { owner, auto_assign: AutoAssign::Off }
        };
        let Assignment { owner, auto_assign } = assignment;
        let decision = Decision {
            question: Question::Owner,
            because: owner.because,
            chosen: Some(owner.owner.to_string()),
            rejected: owner.rejected.clone(),
            withheld: Vec::new(),
        };
        self.decided(who, Some(id), decision);
        if owner.because == Rule::OwnerRejected {
            let text = "the mapped owner is neither an active user nor a lead queue; the org user owns the lead";
            self.alert(Some(who.into()), Some(id), Rule::OwnerRejected, text.to_owned());
        }
        if let Some(work) = self.intents.get_mut(&id).and_then(Intent::person) {
            work.owner = Some(owner);
            work.auto_assign = auto_assign;
        }
    }

    fn insert_row(&mut self, id: IntentId) -> Option<FieldValues> {
        let intent = self.intents.get(&id)?;
        let Work::Person(work) = &intent.work else { return None };
        let visitor = self.visitors.get(intent.visitor()?)?;
        let owner = &work.owner.as_ref()?.owner;
        let mut plan = self.rules.insert_fields(&visitor.profile, owner, &self.config);
        let enrichment = self.rules.enrichment(&visitor.profile, None, &self.config);
        plan.fields.extend(enrichment.iter().cloned());
        work.edits.apply(&mut plan.fields);
        let fillers = self.rules.fillers(&plan.fields, &self.config);
        if work.auto_assign != AutoAssign::Off {
            plan.fields.retain(|(name, _)| name.as_str() != "OwnerId");
        }
        let mut fields = std::mem::take(&mut plan.fields);
        self.pause_mapping(id, PersonKind::Lead, &mut fields);
        self.note_fields(id, plan, Rule::Created);
        self.note_added(id, Rule::Enriched, &enrichment);
        self.note_added(id, Rule::Filler, &fillers);
        fields.extend(fillers);
        Some(fields)
    }

    /// Says which fields are written beside those that the mapping writes.
    fn note_added(&mut self, id: IntentId, because: Rule, added: &FieldValues) {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        if added.is_empty() {
            return;
        }
        let names: Vec<&str> = added.iter().map(|(name, _)| name.as_str()).collect();
        self.decided_plainly(about, Some(id), (Question::Fields, because), Some(names.join(", ")));
    }

    fn note_fields(&mut self, id: IntentId, plan: FieldPlan, because: Rule) {
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return };
        if !plan.dropped.is_empty() {
            let text =
                plan.dropped.iter().map(|it| format!("{it} does not fit its type and is left out"));
            let text = text.collect::<Vec<_>>().join("; ");
            self.alert(Some(who.into()), Some(id), Rule::FieldDropped, text);
        }
        if !plan.translated.is_empty() {
            let names: Vec<&str> = plan.translated.iter().map(FieldName::as_str).collect();
            let mapped = (Question::Fields, Rule::ValueMapped);
            self.decided_plainly(who, Some(id), mapped, Some(names.join(", ")));
        }
        if plan.blank_kept && because != Rule::BlankKept {
            self.decided_plainly(who, Some(id), (Question::Fields, Rule::BlankKept), None);
        }
        let decision = Decision {
            question: Question::Fields,
            because,
            chosen: None,
            rejected: Vec::new(),
            withheld: plan.withheld,
        };
        self.decided(who, Some(id), decision);
    }

    pub(super) fn update(&mut self, id: IntentId, target: &Person) {
        self.note_owner_kept(id, target);
        let Some(intent) = self.intents.get(&id) else { return };
        let Work::Person(work) = &intent.work else { return };
        let Some(visitor) = intent.visitor().and_then(|it| self.visitors.get(it)) else { return };
        let is_own = self.ledger.standing(&target.id) == Some(Standing::Created);
        let mut plan = self.rules.update_fields(&visitor.profile, target, is_own, &self.config);
        let enrichment = self.rules.enrichment(&visitor.profile, Some(target), &self.config);
        plan.fields.extend(enrichment.iter().cloned());
        work.edits.apply(&mut plan.fields);
        let was_sent = matches!(&work.sent, Some(Sent::Update(record)) if record.id == target.id);
        let mut fields = std::mem::take(&mut plan.fields);
        let had_news = !fields.is_empty();
        self.pause_mapping(id, target.kind, &mut fields);
        if !fields.is_empty() {
            plan.because = Rule::Updated;
        } else if had_news {
            plan.because = Rule::NoNewValues;
        }
        let because = plan.because;
        self.note_fields(id, plan, because);
        self.note_added(id, Rule::Enriched, &enrichment);
        if fields.is_empty() {
            return self.settle_unchanged(id, target, because, was_sent);
        }
        if let Some(work) = self.intents.get_mut(&id).and_then(Intent::person) {
            work.sent = Some(Sent::Update(Record::of(target)));
        }
        let row = SaveRow { id: Some(target.id.clone()), fields };
        self.save(id, target.kind.object(), SaveOperation::Update, row);
    }

    /// Nothing differs: either there is nothing new, or a write whose answer was lost did arrive.
    fn settle_unchanged(&mut self, id: IntentId, target: &Person, because: Rule, was_sent: bool) {
        let key = self.intents.get(&id).and_then(|it| it.email().cloned());
        if was_sent {
            self.ledger.remember(key.as_ref(), (target.kind, &target.id), Standing::Synced);
            return self.settle(
                id,
                Ending::new(Outcome::Updated, Rule::ConfirmedByReadBack).at(&target.id),
            );
        }
        self.ledger.remember(key.as_ref(), (target.kind, &target.id), Standing::Linked);
        self.settle(id, Ending::no_op(because).at(&target.id));
    }

    /// Sends a row of this intent.
    pub(crate) fn save(
        &mut self,
        id: IntentId,
        object: &'static str,
        operation: SaveOperation,
        row: SaveRow,
    ) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.stage = Stage::Saving;
        let (allow_duplicate, alone) = match &intent.work {
            Work::Person(work) => (work.edits.allow_duplicate, work.edits.alone),
            Work::Account(work) => (work.saves_anyway(), false),
            _ => (false, false),
        };
        let wanted = match &intent.work {
            Work::Person(work) => &work.auto_assign,
            _ => &AutoAssign::Off,
        };
        let auto_assign = self.rules.assignment_header(object, operation, wanted);
        let by = (object == "Lead" && operation == SaveOperation::Create)
            .then(|| self.external_id(id))
            .flatten();
        let alone =
            alone || by.is_some() || matches!(auto_assign, AutoAssign::On | AutoAssign::By(_));
        let write = Write { object, operation, row, allow_duplicate, alone, auto_assign, by };
        self.ask_for(id, Slot::Save, Ask::Write(write));
    }

    /// The external id of the person whom the intent is about.
    pub(super) fn external_id(&self, id: IntentId) -> Option<ExternalId> {
        let intent = self.intents.get(&id)?;
        let visitor = self.visitors.get(intent.visitor()?)?;
        self.rules.external_id(intent.email(), &visitor.id, &self.config.settings)
    }

    /// Before a batch is cut: creates of one person become one row, the later values winning (FM-02).
    pub(crate) fn merge_waiting_creates(&mut self) {
        if self.config.batching.strategy == Strategy::Single {
            return;
        }
        for leader in self.exchange.waiting_creates() {
            let Some(key) = self.intents.get(&leader).and_then(|it| it.key.clone()) else {
                continue;
            };
            let mut group = vec![leader];
            group.extend(self.keys.waiting(&key).into_iter().filter(|it| self.may_follow(*it)));
            let emails: Vec<_> =
                group.iter().map(|it| self.intents.get(it).and_then(Intent::email)).collect();
            let merged = self.rules.merge_in_batch(&emails);
            let followers = group.iter().zip(merged).filter(|(_, into)| *into == Some(0));
            let followers: Vec<IntentId> = followers.map(|(id, _)| *id).collect();
            for follower in followers {
                self.merge_into(leader, follower);
            }
        }
    }

    fn may_follow(&self, id: IntentId) -> bool {
        let waits = |it: &Intent| it.may_create() && matches!(it.stage, Stage::Waiting);
        self.intents.get(&id).is_some_and(waits) && !self.is_somebody_else(id)
    }

    fn merge_into(&mut self, leader: IntentId, follower: IntentId) {
        let (owner, auto_assign) = match self.intents.get(&leader).map(|it| &it.work) {
            Some(Work::Person(work)) => (work.owner.clone(), work.auto_assign.clone()),
            _ => return,
        };
        let (Some(owner), Some(who)) =
            (owner, self.intents.get(&follower).and_then(Intent::visitor))
        else {
            return;
        };
        let Some(visitor) = self.visitors.get(who) else { return };
        let mut plan = self.rules.insert_fields(&visitor.profile, &owner.owner, &self.config);
        if auto_assign != AutoAssign::Off {
            plan.fields.retain(|(name, _)| name.as_str() != "OwnerId");
        }
        self.exchange.amend_create(leader, |fields| merge_fields(fields, plan.fields));
        if let Some(intent) = self.intents.get_mut(&follower) {
            intent.stage = Stage::Merged;
        }
        if let Some(work) = self.intents.get_mut(&leader).and_then(Intent::person) {
            work.followers.push(follower);
        }
        self.decided_plainly(who, Some(follower), (Question::Trigger, Rule::MergedInBatch), None);
    }
}
