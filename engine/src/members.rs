//! Campaign members: asked for by a step, or following from a sync; once per person and campaign (CP-01 to CP-07d).

use crate::{
    Action, Decision, Engine, EventId, IntentId, MemberPerson, MemberPlan, MemberTarget, Outcome,
    Person, PersonKind, Question, RecordId, Row, Rule, Rules, SaveOperation, SaveRow,
    exchange::{Shape, Slot},
    intent::{Ending, Intent, Stage, Work},
    search::Search,
    sync::Edits,
    visitor::{Record, Who},
};

/// What a membership is after, and how far it got.
#[derive(Debug)]
pub(crate) struct MemberWork {
    target: MemberTarget,
    pub(crate) edits: Edits,
    /// The person, if a sync has just written them.
    person: Option<Record>,
    /// The person in question.
    joining: Option<RecordId>,
    plan: Option<MemberPlan>,
    /// Whether nobody knows if the last write arrived.
    in_doubt: bool,
    /// Whether only somebody who is a member already is meant.
    only_members: bool,
    pending: usize,
    existing: Vec<Row>,
}

impl MemberWork {
    fn new(target: &MemberTarget, person: Option<Record>) -> Self {
        Self {
            target: target.clone(),
            edits: Edits::default(),
            person,
            joining: None,
            plan: None,
            in_doubt: false,
            only_members: false,
            pending: 0,
            existing: Vec::new(),
        }
    }

    /// Nobody knows whether it was written.
    pub(crate) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// What was sent last.
    pub(crate) fn operation(&self) -> SaveOperation {
        match self.plan {
            Some(MemberPlan::Update(..)) => SaveOperation::Update,
            _ => SaveOperation::Create,
        }
    }

    /// A sync has just written this person.
    pub(crate) fn is_for(&mut self, person: Record) {
        self.person = Some(person);
    }

    /// The person whom a sync has just written; a second look starts at the address.
    pub(crate) fn take_person(&mut self) -> Option<Record> {
        self.person.take()
    }
}

impl<R: Rules> Engine<R> {
    /// A step adds the visitor to a campaign; while a lead may still come, the membership waits for it (CP-06d).
    pub(crate) fn add_to_campaign(
        &mut self,
        who: Who,
        cause: EventId,
        target: &MemberTarget,
    ) -> IntentId {
        let work = Work::Member(Box::new(MemberWork::new(target, None)));
        let id = self.open(who, Action::Campaign, cause, work);
        let campaign = Some(target.campaign.to_string());
        self.decided_plainly(who, Some(id), (Question::Campaign, Rule::CampaignStep), campaign);
        if self.may_wait_for_lead(who) {
            self.wait_for_lead(who, id, (Question::Campaign, Rule::CampaignQueued));
        } else {
            self.begin(id);
        }
        id
    }

    /// A workflow changes the status of a member (LL-38).
    pub(crate) fn change_campaign_status(
        &mut self,
        who: Who,
        cause: EventId,
        target: &MemberTarget,
    ) -> IntentId {
        let work = MemberWork { only_members: true, ..MemberWork::new(target, None) };
        let id = self.open(who, Action::CampaignStatus, cause, Work::Member(Box::new(work)));
        let campaign = Some(target.campaign.to_string());
        self.decided_plainly(who, Some(id), (Question::Campaign, Rule::ChangeStatus), campaign);
        self.begin(id);
        id
    }

    /// A person who is no member cannot get another status, unless they are to be added (K-29).
    fn may_join(&mut self, id: IntentId) -> bool {
        let Some(intent) = self.intents.get(&id) else { return false };
        let (about, Work::Member(work)) = (intent.about, &intent.work) else { return false };
        if !work.only_members || !work.existing.is_empty() {
            return true;
        }
        match self.rules.missing_member(&self.config.settings) {
            Ok(because) => {
                self.decided_plainly(about, Some(id), (Question::Campaign, because), None);
                true
            }
            Err(because) => {
                let text = "the person is no member of the campaign".to_owned();
                self.settle(id, Ending::new(Outcome::Refused, because).saying(text));
                false
            }
        }
    }

    /// Everybody who is synced joins the mapped campaign (CP-03).
    pub(crate) fn map_campaign(&mut self, sync: IntentId, record: &Record) {
        let Some(target) = self.config.campaign_mapping.clone() else { return };
        let Some(intent) = self.intents.get(&sync) else { return };
        let (Some(who), cause) = (intent.visitor(), intent.cause) else { return };
        if self.ledger.is_member(&target.campaign, &record.id) {
            return;
        }
        let work = Work::Member(Box::new(MemberWork::new(&target, Some(record.clone()))));
        let id = self.open(who, Action::Campaign, cause, work);
        let campaign = Some(target.campaign.to_string());
        self.decided_plainly(who, Some(id), (Question::Campaign, Rule::CampaignMapped), campaign);
        self.begin(id);
    }

    /// The person is resolved: is there a member already?
    pub(crate) fn on_member_person(
        &mut self,
        id: IntentId,
        target: Option<&Person>,
        search: &Search,
    ) {
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return };
        let Some(target) = target else {
            if self.may_wait_for_lead(who) {
                return self.wait_for_lead(who, id, (Question::Campaign, Rule::CampaignQueued));
            }
            return self.settle(id, Ending::no_op(Rule::CampaignDropped));
        };
        let became = |it: &&Person| {
            it.kind == PersonKind::Lead && it.converted_contact().as_ref() == Some(&target.id)
        };
        let leads: Vec<RecordId> =
            search.found.iter().filter(became).map(|it| it.id.clone()).collect();
        self.look_for_member(id, Record::of(target), &leads);
    }

    /// Looks for the member by the person, and by the leads that the person was converted from (CP-07d).
    pub(crate) fn look_for_member(&mut self, id: IntentId, record: Record, leads: &[RecordId]) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.stage = Stage::Checking(record.clone());
        let Work::Member(work) = &mut intent.work else { return };
        work.existing = Vec::new();
        work.pending = 1 + leads.len();
        let campaign = work.target.campaign.clone();
        let by = Shape::Members(campaign.clone(), record.kind);
        self.read_for(id, Slot::Existing, by, record.id.as_str());
        for lead in leads {
            let by = Shape::Members(campaign.clone(), PersonKind::Lead);
            self.read_for(id, Slot::Existing, by, lead.as_str());
        }
    }

    /// What exists already was read: the member or the Event.
    pub(crate) fn on_existing(&mut self, id: IntentId, rows: &[Row]) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let Stage::Checking(record) = &intent.stage else { return };
        let record = record.clone();
        let Work::Member(work) = &mut intent.work else {
            return match &intent.work {
                Work::Task(_) => self.on_existing_tasks(id, &record, rows),
                _ => self.on_existing_events(id, &record, rows),
            };
        };
        for row in rows {
            if !work.existing.iter().any(|it| it.id == row.id) {
                work.existing.push(row.clone());
            }
        }
        work.pending = work.pending.saturating_sub(1);
        if work.pending == 0 {
            self.plan_member(id, &record);
        }
    }

    fn plan_member(&mut self, id: IntentId, record: &Record) {
        if !self.may_join(id) {
            return;
        }
        let Some(intent) = self.intents.get(&id) else { return };
        let (Some(who), Work::Member(work)) = (intent.visitor(), &intent.work) else { return };
        let person = MemberPerson { kind: record.kind, id: &record.id };
        let mut plan = self.rules.member_plan(&work.existing, &work.target, &person);
        if let MemberPlan::Add(fields) | MemberPlan::Update(_, fields) = &mut plan {
            work.edits.apply(fields);
        }
        let chosen = Some(record.id.to_string());
        let question = Question::Campaign;
        let decision = Decision {
            question,
            because: plan.because(),
            chosen,
            rejected: Vec::new(),
            withheld: Vec::new(),
        };
        self.decided(who, Some(id), decision);
        let Some(Work::Member(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) else {
            return;
        };
        work.joining = Some(record.id.clone());
        if let (true, MemberPlan::Nothing(member)) = (work.in_doubt, &plan) {
            let answer = (Question::Answer, Rule::ConfirmedByReadBack);
            self.decided_plainly(who, Some(id), answer, Some(member.to_string()));
            return self.on_member_saved(id, member);
        }
        work.in_doubt = false;
        work.plan = Some(plan.clone());
        match plan {
            MemberPlan::Add(fields) => {
                self.save(
                    id,
                    "CampaignMember",
                    SaveOperation::Create,
                    SaveRow { id: None, fields },
                );
            }
            MemberPlan::Update(member, fields) if !fields.is_empty() => {
                let row = SaveRow { id: Some(member), fields };
                self.save(id, "CampaignMember", SaveOperation::Update, row);
            }
            MemberPlan::Update(member, _) | MemberPlan::Nothing(member) => {
                self.joined(id);
                self.settle(id, Ending::no_op(Rule::AlreadyMember).at(&member));
            }
        }
    }

    fn joined(&mut self, id: IntentId) {
        let Some(Work::Member(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        if let Some(person) = &work.joining {
            self.ledger.joined(&work.target.campaign, person);
        }
    }

    pub(crate) fn on_member_saved(&mut self, id: IntentId, member: &RecordId) {
        self.joined(id);
        let Some(Work::Member(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        let (outcome, because) = match work.operation() {
            SaveOperation::Create => (Outcome::Created, Rule::CampaignAdded),
            SaveOperation::Update => (Outcome::Updated, Rule::MemberUpdated),
        };
        self.settle(id, Ending::new(outcome, because).at(member));
    }
}
