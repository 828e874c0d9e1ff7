//! Response Management: a campaign member comes, and its lead gets an owner, now or when somebody else has chosen one.
//!
//! The member's own fields say how far its response is (RM-02). A lead that is subject to reassignment goes to the temporary
//! owner; the next owner after that one completes the response, whoever made the change (RM-12d), with the first-owner
//! metrics and an e-mail (RM-03). A wait that nobody ends raises the alarm once (K-32).

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{
    Action, Config, Handover, HandoverDecision, Outcome, Question, RecordId, ResponseFacts,
    ResponseManagement, ResponseOwner, ResponseState, Rule, Rules, Settled, Timestamp, UserId,
    stuck_at,
};
use mock_salesforce::{Automation, ChangeKind, Changes, Org, Record, SfId, Tx};
use serde_json::json;

use super::{
    decisions::{Decided, Log},
    mail, rows,
    schema::{
        ACTIVE, ASSIGNMENTS, FIRST_OWNER, FIRST_OWNER_AT, FIRST_OWNER_MINUTES, LOG, SINCE, STATE,
        STUCK,
    },
};

const MEMBER: &str = "CampaignMember";
const LEAD: &str = "Lead";
/// Where an administrator finds who is subject to reassignment, and the temporary owner (RM-08).
const CONFIGURED_AT: &str =
    "The assignment is configured under Installed Packages → Configure → Assignment.";
const MINUTE_MS: i64 = 60_000;

/// The package.
pub(super) struct ResponsePackage<R> {
    config: Arc<Config>,
    rules: R,
    /// The lead that the package itself is handing over: that change is not the awaited one.
    handing_over: Mutex<Option<SfId>>,
}

impl<R> fmt::Debug for ResponsePackage<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponsePackage")
    }
}

impl<R: Rules + Send + Sync> Automation for ResponsePackage<R> {
    fn name(&self) -> &'static str {
        "Response Management"
    }

    fn after_save(&self, changes: &Changes, tx: &mut Tx<'_>) {
        let Some(setup) = &self.config.packages.response_management else { return };
        match (&*changes.object.name, changes.kind) {
            (MEMBER, ChangeKind::Created) => self.on_member(setup, changes.after.id(), tx),
            (LEAD, ChangeKind::Updated | ChangeKind::Merged) => {
                self.on_saved(setup, changes, tx);
            }
            (LEAD, ChangeKind::Converted) => self.on_converted(setup, &changes.after, tx),
            _ => {}
        }
    }

    fn at_time(&self, about: SfId, tx: &mut Tx<'_>) {
        let Some(setup) = &self.config.packages.response_management else { return };
        if let Some(response) = Response::of(tx.org(), about) {
            self.on_time(setup, &response, tx);
        }
    }
}

impl<R: Rules> ResponsePackage<R> {
    pub(super) fn new(config: Arc<Config>, rules: R) -> Self {
        Self { config, rules, handing_over: Mutex::new(None) }
    }

    /// A campaign member came.
    fn on_member(&self, setup: &ResponseManagement, member: SfId, tx: &mut Tx<'_>) {
        let Some(response) = Response::new(tx, member) else { return };
        let log = response.log;
        let decision = {
            let org = tx.org();
            let (Some(person), Some(row)) = (org.live(response.person), org.live(member)) else {
                return;
            };
            let facts = ResponseFacts {
                person: &rows::fields(org, person),
                member: &rows::fields(org, row),
                open: open_response(org, &response),
            };
            self.rules.is_active_response(&facts, setup)
        };
        let because = decision.because;
        let mut decided = Decided::new(Question::Trigger, because, Some(member.to_string()));
        decided.chosen = decided.chosen.filter(|_| decision.active);
        decided.rejected = decision.rejected;
        log.decided(tx, decided);
        if !decision.active {
            let kept = response.settled(Outcome::NoOp, because, None);
            return log.settled(tx, &kept);
        }
        let owner = ResponseOwner { owner: response.owner(tx.org()), is_lead: response.is_lead() };
        let handover = self.rules.hand_over(&owner, setup);
        self.start(setup, &response, &handover, tx);
    }

    /// A new active response begins.
    fn start(
        &self,
        setup: &ResponseManagement,
        response: &Response,
        handover: &HandoverDecision,
        tx: &mut Tx<'_>,
    ) {
        let (owner, because) = (response.owner(tx.org()), handover.because);
        let log = response.log;
        if handover.handover == Handover::Complete {
            return complete(setup, response, (&owner, because), tx);
        }
        let temporary = setup.temporary_owner.to_string();
        log.decided(tx, Decided::new(Question::Owner, because, Some(temporary.clone())));
        let now = tx.context().now;
        let waiting = [
            (ACTIVE, json!(true)),
            (STATE, json!(ResponseState::WAITING)),
            (SINCE, json!(now.to_string())),
            (LOG, json!(log.number())),
        ];
        if let Err(words) = rows::update(tx, MEMBER, response.member, &waiting) {
            return refuse(response, &words, tx);
        }
        let alarm = stuck_at(Timestamp(now.0), &self.config.settings);
        tx.schedule(mock_salesforce::Timestamp(alarm.0), response.member);
        match handover.handover {
            Handover::Wait => {
                log.alert(
                    tx,
                    because,
                    "the lead is with the temporary owner already: nobody else may notice it",
                );
            }
            _ => self.move_to_temporary(response, &temporary, tx),
        }
    }

    fn move_to_temporary(&self, response: &Response, temporary: &str, tx: &mut Tx<'_>) {
        *self.handing_over.lock().unwrap_or_else(PoisonError::into_inner) = Some(response.person);
        let moved = [("OwnerId", json!(temporary)), (ASSIGNMENTS, json!(0))];
        if let Err(words) = rows::update(tx, LEAD, response.person, &moved) {
            *self.handing_over.lock().unwrap_or_else(PoisonError::into_inner) = None;
            // The member's wait would never end: the lead stayed where it was.
            let cleared = [(ACTIVE, json!(false)), (STATE, json!(null)), (SINCE, json!(null))];
            if let Err(more) = rows::update(tx, MEMBER, response.member, &cleared) {
                tx.refuse("AfterInsert", &more);
            }
            refuse(response, &words, tx);
        }
    }

    /// A lead was saved: whoever waits for its owner looks at it, and who had one looks at another.
    fn on_saved(&self, setup: &ResponseManagement, changes: &Changes, tx: &mut Tx<'_>) {
        let lead = changes.after.id();
        let owner = rows::owner(tx.org(), &changes.after);
        let own = self.handing_over.lock().unwrap_or_else(PoisonError::into_inner).take();
        if own == Some(lead) && owner == setup.temporary_owner {
            return;
        }
        let field = changes.object.field_index("OwnerId");
        let has_new_owner = field.is_some_and(|it| changes.changed(it));
        for member in rows::referring(tx.org(), MEMBER, "LeadId", lead) {
            let Some(response) = Response::of(tx.org(), member) else { continue };
            if response.state == ResponseState::Completed && !has_new_owner {
                continue;
            }
            let moved = self.rules.owner_changed(response.state, &owner, setup);
            if moved.completes {
                complete(setup, &response, (&owner, moved.because), tx);
            } else {
                let decided =
                    Decided::new(Question::Answer, moved.because, Some(owner.to_string()));
                response.log.decided(tx, decided);
            }
        }
    }

    /// A lead became a contact: the owner that the conversion carried is the awaited one (K-36).
    fn on_converted(&self, setup: &ResponseManagement, lead: &Record, tx: &mut Tx<'_>) {
        let org = tx.org();
        let contact = rows::referred(org, lead, "ConvertedContactId");
        let Some(owner) = contact.map(|it| rows::owner(org, it)) else { return };
        let waiting = rows::referring(org, MEMBER, "LeadId", lead.id()).into_iter();
        let waiting: Vec<Response> = waiting
            .filter_map(|member| Response::of(org, member))
            .filter(|it| it.state != ResponseState::Completed)
            .collect();
        for response in waiting {
            let moved = self.rules.owner_changed(response.state, &owner, setup);
            if moved.completes {
                complete(setup, &response, (&owner, moved.because), tx);
            }
        }
    }

    /// The time of the alarm has come.
    fn on_time(&self, setup: &ResponseManagement, response: &Response, tx: &mut Tx<'_>) {
        let now = Timestamp(tx.context().now.0);
        if !self.rules.is_stuck(response.state, now, &self.config.settings) {
            return;
        }
        if let Err(words) = rows::update(tx, MEMBER, response.member, &[(STUCK, json!(true))]) {
            return refuse(response, &words, tx);
        }
        let told: Vec<SfId> =
            setup.notify.iter().filter_map(|it| it.as_str().parse().ok()).collect();
        response.tell(tx, &told, "Response without owner", CONFIGURED_AT);
        response.log.alert(tx, Rule::ResponseStuck, "nobody changed the owner; it goes on waiting");
    }
}

/// The response has its first owner: metrics, and e-mails.
fn complete(
    setup: &ResponseManagement,
    response: &Response,
    (owner, because): (&UserId, Rule),
    tx: &mut Tx<'_>,
) {
    let now = tx.context().now;
    let since = match response.state {
        ResponseState::Waiting(since) => since.0,
        ResponseState::Completed => now.0,
    };
    let waited = now.0.saturating_sub(since);
    let metrics = [
        (ACTIVE, json!(true)),
        (STATE, json!(ResponseState::COMPLETED)),
        (FIRST_OWNER, json!(owner.as_str())),
        (FIRST_OWNER_AT, json!(now.to_string())),
        (FIRST_OWNER_MINUTES, json!(waited / MINUTE_MS)),
        (LOG, json!(response.log.number())),
    ];
    let decided = Decided::new(Question::Owner, because, Some(owner.to_string()));
    response.log.decided(tx, decided);
    if let Err(words) = rows::update(tx, MEMBER, response.member, &metrics) {
        return refuse(response, &words, tx);
    }
    let told = std::iter::once(owner).chain(&setup.notify);
    let told: Vec<SfId> = told.filter_map(|it| it.as_str().parse().ok()).collect();
    response.tell(tx, &told, "New response", "");
    let settled = response.settled(Outcome::Updated, because, Some(owner.clone()));
    response.log.settled(tx, &settled);
}

/// A response: a campaign member, and whose it is.
#[derive(Debug)]
struct Response {
    member: SfId,
    campaign: SfId,
    /// The lead or contact.
    person: SfId,
    state: ResponseState,
    log: Log,
}

impl Response {
    /// The response of a member who just came.
    fn new(tx: &mut Tx<'_>, member: SfId) -> Option<Self> {
        let (campaign, person) = person_of(tx.org(), member)?;
        let state = ResponseState::Waiting(Timestamp(tx.context().now.0));
        let log = Log::open(tx, Action::Response, person);
        Some(Self { member, campaign, person, state, log })
    }

    /// The response of a member, if it was an active one.
    fn of(org: &Org, member: SfId) -> Option<Self> {
        let row = org.live(member)?;
        let since = rows::instant(org, row, SINCE);
        let state = match rows::text(org, row, STATE).as_str() {
            ResponseState::WAITING => ResponseState::Waiting(since?),
            ResponseState::COMPLETED => ResponseState::Completed,
            _ => return None,
        };
        let (campaign, person) = person_of(org, member)?;
        let log = Log::again(person, &rows::text(org, row, LOG))?;
        Some(Self { member, campaign, person, state, log })
    }

    fn is_lead(&self) -> bool {
        self.person.prefix() == "00Q"
    }

    fn owner(&self, org: &Org) -> UserId {
        org.live(self.person).map_or_else(|| UserId::from(""), |row| rows::owner(org, row))
    }

    fn settled(&self, outcome: Outcome, because: Rule, owner: Option<UserId>) -> Settled {
        let record = Some(RecordId::from(self.person.to_string()));
        Settled { outcome, because, record, owner, detail: String::new() }
    }

    fn tell(&self, tx: &mut Tx<'_>, to: &[SfId], subject: &str, more: &str) {
        let name = tx.org().live(self.person).map(|row| rows::text(tx.org(), row, "Name"));
        let name = name.unwrap_or_default();
        let body = format!("{subject}: {name}, campaign member {}\n{more}", self.member);
        mail::send(tx, to, self.campaign, (&format!("{subject}: {name}"), &body));
    }
}

/// The campaign of a member, and its lead; its contact once it has no lead, or a converted one.
fn person_of(org: &Org, member: SfId) -> Option<(SfId, SfId)> {
    let row = org.live(member)?;
    let campaign = rows::value(org, row, "CampaignId").as_id()?;
    let lead = rows::value(org, row, "LeadId").as_id();
    let person = lead.or_else(|| rows::value(org, row, "ContactId").as_id())?;
    Some((campaign, person))
}

/// Another active response of the person that nobody has closed.
fn open_response(org: &Org, response: &Response) -> Option<RecordId> {
    let field = if response.is_lead() { "LeadId" } else { "ContactId" };
    let members = rows::referring(org, MEMBER, field, response.person).into_iter();
    let open = members
        .filter(|it| *it != response.member)
        .find(|it| org.live(*it).is_some_and(|row| rows::value(org, row, ACTIVE).is_true()));
    open.map(|it| it.to_string().into())
}

/// Salesforce refused what the package wanted.
fn refuse(response: &Response, words: &str, tx: &mut Tx<'_>) {
    let refused = response.settled(Outcome::Refused, Rule::RefusedOther, None);
    response.log.settled(tx, &Settled { detail: words.to_owned(), ..refused });
}
