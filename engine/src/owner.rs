//! Who owns a new lead?
//!
//! The first that is true decides, once, when the lead is made (AS-01 to AS-11d, EX-13, EX-14, K-03):
//!
//! 1. The mapping writes the owner field: that user or queue, or the org user when it is known to be unusable (MP-02).
//! 2. A rep makes the lead by hand: that rep, or the org user when they are not connected (AS-08, K-13).
//! 3. A rep chatted and is connected: that rep. It is the one who holds the conversation at the trigger, or held it last.
//! 4. A meeting was booked with a connected rep: the owner of the first booked meeting.
//! 5. A rep chatted or was booked, but none is connected: the org user (AS-04).
//! 6. None of these: the org user (AS-03).
//!
//! An owner whom Salesforce refuses gives way to the org user, and to nobody else (FM-40, FM-41). Existing records keep
//! their owner: this question is asked for new leads only (AS-05, AS-09d).

use crate::{
    ChatOwner, Config, KnownOrg, NowCreateMeeting, RepId, Rule, UnconnectedChatRep, UserId,
};

/// A rep whom the visitor met, and the CRM user whom the rep is connected as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// The rep.
    pub rep: RepId,
    /// The rep's connection at the trigger.
    pub connection: Option<UserId>,
}

/// What counts for the owner: this entry of the Experience or conversation, up to the trigger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnerFacts {
    /// What the mapping writes to the owner field.
    pub mapped: Option<String>,
    /// The rep who makes the lead by hand.
    pub creator: Option<Met>,
    /// The rep who chatted first.
    pub first_chat: Option<Met>,
    /// The rep who holds the conversation, or held it last.
    pub last_chat: Option<Met>,
    /// The owner of the meeting that was booked first.
    pub meeting: Option<Met>,
    /// Whether the trigger is a create-now step being reached.
    pub now_step: bool,
}

/// An owner, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerDecision {
    /// The owner.
    pub owner: UserId,
    /// The rule that decided.
    pub because: Rule,
    /// The candidates that were not chosen: reps by their id, a mapped value as it stands.
    pub rejected: Vec<(String, Rule)>,
}

/// Decides who owns a new lead.
pub fn decide_owner(facts: &OwnerFacts, config: &Config) -> OwnerDecision {
    let mut ladder = candidates(facts, config).into_iter();
    let mut rejected = Vec::new();
    for candidate in ladder.by_ref() {
        let Candidate { name, user, because, unusable, last } = candidate;
        match user {
            Some(owner) => {
                rejected.extend(ladder.map(|it| (it.name, Rule::Outranked)));
                return OwnerDecision { owner, because, rejected };
            }
            None => rejected.push((name, unusable)),
        }
        if last {
            rejected.extend(ladder.map(|it| (it.name, Rule::Outranked)));
            return OwnerDecision { owner: config.org_user.clone(), because: unusable, rejected };
        }
    }
    let because = if rejected.is_empty() { Rule::ExperienceOnly } else { Rule::RepNotConnected };
    OwnerDecision { owner: config.org_user.clone(), because, rejected }
}

/// Decides who owns the lead after Salesforce refused the owner; `None` when the org user was refused, too.
pub fn owner_after_refusal(refused: &OwnerDecision, config: &Config) -> Option<OwnerDecision> {
    if refused.owner == config.org_user {
        return None;
    }
    let mut rejected = vec![(refused.owner.to_string(), Rule::OwnerRejected)];
    rejected.extend(refused.rejected.iter().cloned());
    Some(OwnerDecision { owner: config.org_user.clone(), because: Rule::OwnerRejected, rejected })
}

struct Candidate {
    name: String,
    user: Option<UserId>,
    /// Why it is chosen, if it can be.
    because: Rule,
    /// Why it is not, if it cannot.
    unusable: Rule,
    /// Whether the search ends here even if it cannot be chosen.
    last: bool,
}

/// Everybody who could own the lead, the strongest first.
fn candidates(facts: &OwnerFacts, config: &Config) -> Vec<Candidate> {
    let settings = &config.settings;
    let rep = |met: &Met, because: Rule, last: bool| Candidate {
        name: met.rep.to_string(),
        user: met.connection.clone().filter(|it| may_be_active(&config.org, it)),
        because,
        unusable: Rule::RepNotConnected,
        last,
    };
    let mapped = facts.mapped.as_deref().map(str::trim).filter(|it| !it.is_empty());
    let chat = match settings.chat_owner {
        ChatOwner::Holder => facts.last_chat.as_ref(),
        ChatOwner::First => facts.first_chat.as_ref(),
    };
    let chat_ends_it = settings.unconnected_chat_rep == UnconnectedChatRep::OrgUser;
    let meeting_counts = !facts.now_step || settings.now_create_meeting == NowCreateMeeting::Owner;
    let meeting = facts.meeting.as_ref().filter(|_| meeting_counts);

    let mut ladder = Vec::new();
    ladder.extend(mapped.map(|it| mapped_owner(it, &config.org)));
    ladder.extend(facts.creator.as_ref().map(|it| rep(it, Rule::ManualCreator, true)));
    ladder.extend(chat.map(|it| rep(it, Rule::ChatRep, chat_ends_it)));
    ladder.extend(meeting.map(|it| rep(it, Rule::MeetingRep, false)));
    ladder
}

fn mapped_owner(value: &str, org: &KnownOrg) -> Candidate {
    let known = |set: &std::collections::BTreeSet<UserId>| {
        set.iter().any(|it| is_same_id(it.as_str(), value))
    };
    let nothing_read = org.active_users.is_empty() && org.lead_queues.is_empty();
    let usable = nothing_read || known(&org.active_users) || known(&org.lead_queues);
    Candidate {
        name: value.to_owned(),
        user: usable.then(|| value.into()),
        because: Rule::OwnerMapped,
        unusable: Rule::OwnerRejected,
        last: true,
    }
}

/// A connection to a user who was inactive when the org was last read is no connection (FM-23).
fn may_be_active(org: &KnownOrg, user: &UserId) -> bool {
    org.active_users.is_empty() || org.active_users.contains(user)
}

/// Salesforce writes an id with 15 characters or, with a suffix that follows from them, with 18.
fn is_same_id(one: &str, other: &str) -> bool {
    const SHORT: usize = 15;
    let long_enough = one.len() >= SHORT && other.len() >= SHORT;
    one == other || (long_enough && one.get(..SHORT) == other.get(..SHORT))
}
