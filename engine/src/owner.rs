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

use std::collections::BTreeSet;

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
    let known = |set: &BTreeSet<UserId>| set.iter().any(|it| is_same_id(it.as_str(), value));
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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn a_lead_from_the_experience_alone_is_the_org_users() {
        check("", "", expect!["org (owner.experience_only)"]);
    }

    #[test]
    fn the_chat_rep_owns_the_lead() {
        check("chat dana", "", expect!["u-dana (owner.chat_rep)"]);
    }

    #[test]
    fn the_meetings_owner_owns_the_lead() {
        check("meeting bo", "", expect!["u-bo (owner.meeting_rep)"]);
    }

    #[test]
    fn chat_comes_before_meeting() {
        check(
            "chat dana, meeting bo",
            "",
            expect!["u-dana (owner.chat_rep) over bo: owner.outranked"],
        );
    }

    #[test]
    fn an_unconnected_rep_leaves_the_lead_to_the_org_user() {
        check(
            "chat eve",
            "",
            expect!["org (owner.rep_not_connected) over eve: owner.rep_not_connected"],
        );
        check(
            "meeting eve",
            "",
            expect!["org (owner.rep_not_connected) over eve: owner.rep_not_connected"],
        );
    }

    #[test]
    fn a_connected_meeting_rep_stands_in_for_an_unconnected_chat_rep() {
        check(
            "chat eve, meeting bo",
            "",
            expect!["u-bo (owner.meeting_rep) over eve: owner.rep_not_connected"],
        );
    }

    #[test]
    fn an_unconnected_chat_rep_may_end_the_search() {
        check(
            "chat eve, meeting bo",
            "unconnected_chat_rep: org_user",
            expect![
                "org (owner.rep_not_connected) over eve: owner.rep_not_connected, bo: owner.outranked"
            ],
        );
        check("chat dana", "unconnected_chat_rep: org_user", expect!["u-dana (owner.chat_rep)"]);
    }

    #[test]
    fn of_two_chat_reps_the_holder_counts_or_the_first() {
        check("first dana, chat bo", "", expect!["u-bo (owner.chat_rep)"]);
        check("first dana, chat bo", "chat_owner: first", expect!["u-dana (owner.chat_rep)"]);
    }

    #[test]
    fn an_unconnected_holder_is_not_replaced_by_who_chatted_before() {
        check(
            "first dana, chat eve",
            "",
            expect!["org (owner.rep_not_connected) over eve: owner.rep_not_connected"],
        );
    }

    #[test]
    fn who_creates_by_hand_comes_before_chat_and_meeting() {
        check(
            "creator bo, chat dana, meeting dana",
            "",
            expect![
                "u-bo (owner.manual_creator) over dana: owner.outranked, dana: owner.outranked"
            ],
        );
    }

    #[test]
    fn an_unconnected_creator_ends_the_search() {
        check(
            "creator eve, chat dana",
            "",
            expect![
                "org (owner.rep_not_connected) over eve: owner.rep_not_connected, dana: owner.outranked"
            ],
        );
    }

    #[test]
    fn the_mapped_owner_comes_first() {
        check(
            "mapped u-bo, chat dana",
            "",
            expect!["u-bo (owner.owner_mapped) over dana: owner.outranked"],
        );
        check("mapped q-web", "", expect!["q-web (owner.owner_mapped)"]);
        check("mapped  , chat dana", "", expect!["u-dana (owner.chat_rep)"]);
    }

    #[test]
    fn an_unusable_mapped_owner_ends_the_search() {
        check(
            "mapped u-gone, chat dana",
            "",
            expect![
                "org (owner.owner_rejected) over u-gone: owner.owner_rejected, dana: owner.outranked"
            ],
        );
    }

    #[test]
    fn a_short_id_is_the_same_as_the_long_one() {
        check("mapped 005000000000001", "", expect!["005000000000001 (owner.owner_mapped)"]);
    }

    #[test]
    fn a_connection_to_a_user_known_to_be_inactive_is_none() {
        check(
            "chat ida",
            "",
            expect!["org (owner.rep_not_connected) over ida: owner.rep_not_connected"],
        );
    }

    #[test]
    fn a_meeting_before_a_create_now_step_decides_or_is_ignored() {
        check("now, meeting bo", "", expect!["u-bo (owner.meeting_rep)"]);
        check(
            "now, meeting bo",
            "now_create_meeting: ignored",
            expect!["org (owner.experience_only)"],
        );
        check("meeting bo", "now_create_meeting: ignored", expect!["u-bo (owner.meeting_rep)"]);
        check("now, chat dana", "now_create_meeting: ignored", expect!["u-dana (owner.chat_rep)"]);
    }

    #[test]
    fn before_the_org_was_read_every_user_may_be_active() {
        let mut config = acme::config();
        config.org.active_users.clear();
        config.org.lead_queues.clear();
        let facts = OwnerFacts { mapped: Some("u-gone".to_owned()), ..OwnerFacts::default() };
        assert_eq!(decide_owner(&facts, &config).because, Rule::OwnerMapped);
    }

    #[test]
    fn a_refused_owner_gives_way_to_the_org_user_once() {
        let config = acme::config();
        let decision = decide_owner(&facts("chat dana, meeting bo"), &config);
        let next = owner_after_refusal(&decision, &config).unwrap();
        expect![
            "org (owner.owner_rejected) over u-dana: owner.owner_rejected, bo: owner.outranked"
        ]
        .assert_eq(&describe(&next));
        assert_eq!(owner_after_refusal(&next, &config), None);
    }

    /// Facts such as `creator bo, chat dana, now`, and a changed setting.
    #[track_caller]
    fn check(facts_text: &str, setting: &str, expect: Expect) {
        let config = acme::config_with(setting);
        expect.assert_eq(&describe(&decide_owner(&facts(facts_text), &config)));
    }

    fn facts(text: &str) -> OwnerFacts {
        let mut facts = OwnerFacts::default();
        for fact in text.split(", ").filter(|it| !it.is_empty()) {
            let (kind, name) = fact.split_once(' ').unwrap_or((fact, ""));
            match kind {
                "mapped" => facts.mapped = Some(name.to_owned()),
                "creator" => facts.creator = Some(acme::met(name)),
                "first" => facts.first_chat = Some(acme::met(name)),
                "chat" => {
                    facts.last_chat = Some(acme::met(name));
                    facts.first_chat.get_or_insert(acme::met(name));
                }
                "meeting" => facts.meeting = Some(acme::met(name)),
                _ => facts.now_step = true,
            }
        }
        facts
    }

    fn describe(decision: &OwnerDecision) -> String {
        let rejected: Vec<String> =
            decision.rejected.iter().map(|(name, rule)| format!("{name}: {rule}")).collect();
        let over = if rejected.is_empty() { "" } else { " over " };
        format!("{} ({}){over}{}", decision.owner, decision.because, rejected.join(", "))
    }
}
