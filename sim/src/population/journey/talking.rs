//! Conversations and meetings without a push step, and what is written of them (EV-01 to EV-24, TS-01).

use scenarios::{
    Text,
    ast::{Action, BookMeeting, Matcher, MeetingStart, Outcome, Verb},
};

use super::creating::created;
use crate::population::{
    STARTS,
    cast::ORG_USER,
    visit::{Group, Say, Visit},
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A meeting on one of the next days.
pub(super) fn booking(
    group: &mut Group<'_>,
    visit: &Visit,
    with: Option<Text>,
    by: Option<&str>,
) -> Verb {
    let day = group.draws.between(1, 14);
    let half_hour = group.draws.between(0, 16);
    let starts = if group.draws.chance(1, 4) {
        let time =
            format!("2026-03-{:02}T{:02}:{:02}", 3 + day, 9 + half_hour / 2, half_hour % 2 * 30);
        let zones = ["America/New_York", "Europe/Berlin", "Asia/Tokyo"];
        let zone = group.draws.pick(&zones).copied().unwrap_or("Etc/UTC");
        MeetingStart::Local { time: time.into(), zone: zone.into() }
    } else {
        MeetingStart::Instant(STARTS + day * DAY_MS + half_hour * 30 * MINUTE_MS)
    };
    Verb::BookMeeting(BookMeeting {
        visitor: visit.name.clone(),
        with,
        by: by.map(Text::from),
        starts,
        length: 30 * MINUTE_MS,
        attendees: Vec::new(),
    })
}

/// The bot alone talks to somebody known: an Event, and no lead (EV-02, TS-01).
pub(super) fn the_bot_alone(group: &mut Group<'_>) {
    let person = group.person(0);
    let (held, target) = group.known(&person);
    let mut visit = group.visitor(0, 0);
    visit.land_known(group, &person);
    visit.start(group, "welcome");
    visit.enter(group, &[("phone", &person.new_phone())]);
    visit.leave(group);
    let owner = Matcher::Is(ORG_USER.into());
    group.expect_records(
        "Event",
        &[("Who", &target.key)],
        1,
        &[("Owner", owner), ("Subject", "Conversation via Qualified".into())],
    );
    group.expect_leads(&person, held.leads);
    group.expect_explained(&visit, Say { reasons: &["sync.no_push_step"], ..Say::default() });
    group.truth(&visit, Some(&target), None);
}

/// Nobody knows who it was: no Event (EV-04d).
pub(super) fn nobody_we_know(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.chat(group, &rep);
    visit.enter_email(group, &person, &[("phone", &person.phone)]);
    visit.end_chat(group);
    visit.leave(group);
    group.expect_leads(&person, 0);
    let say = Say {
        action: Some(Action::ConversationEvent),
        outcome: Some(Outcome::NoOp),
        reasons: &["event.unknown_person"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, None);
}

/// A meeting in the chat, with another rep: the chat decides the owner, the pick decides the Event's (K-03, EV-15, EV-24).
pub(super) fn a_meeting_in_the_chat(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.cast.connected_rep(&mut group.draws).clone();
    let picked = group.cast.other_rep(&mut group.draws, &rep).clone();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    visit.chat(group, &rep);
    let booking = booking(group, &visit, Some(picked.key.clone()), Some(&rep.key));
    visit.then(group, (40, 90), booking);
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    let reasons: &[&str] = if held.target.is_some() { &[] } else { &["owner.chat_rep"] };
    let record = created(group, &visit, (&person, &held), (&owner, reasons));
    group.expect_meeting(record, &picked);
}
