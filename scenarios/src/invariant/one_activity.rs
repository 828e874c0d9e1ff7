//! INV-08: one event per conversation, one per booking, one task per action run ([`super::one_task`]), one campaign member per person and campaign.
//!
//! No false alarm: members count if the engine inserted both and neither was deleted. Events count as the same only if everything that tells two conversations or
//! bookings apart agrees: person, subject, start, end, owner and description, of which the start of a conversation is to the millisecond its own. Where the timeline
//! itself books several meetings for one instant, as many events are allowed.

use super::{Facts, Verdict, one_task};
use crate::ast::{MeetingStart, Verb};
use crate::history::{RecordIndex, Standing};
use crate::observation::{ChangeKind, Origin};
use std::collections::BTreeMap;

const EVENT: [&str; 7] =
    ["WhoId", "WhatId", "Subject", "StartDateTime", "EndDateTime", "OwnerId", "Description"];

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let members = group(facts, "CampaignMember", &["CampaignId", "LeadId", "ContactId"]);
    for (key, records) in &members {
        verdict.evaluated += 1;
        report(
            facts,
            records,
            1,
            &format!("campaign members for {}", key.join(" ").trim()),
            &mut verdict,
        );
    }
    let bookings = Bookings::of(facts);
    for (key, records) in &group(facts, "Event", &EVENT) {
        verdict.evaluated += 1;
        let start = key.get(3).and_then(|start| crate::time::parse_instant(start));
        let allowed = bookings.at(start).max(1);
        let subject = key.get(2).map_or("", String::as_str);
        report(facts, records, allowed, &format!("identical events `{subject}`"), &mut verdict);
    }
    for (key, records) in &group(facts, "Task", &one_task::TASK) {
        verdict.evaluated += 1;
        let subject = key.get(1).map_or("", String::as_str);
        let allowed = one_task::runs(facts, records, subject).max(1);
        report(facts, records, allowed, &format!("tasks `{subject}`"), &mut verdict);
    }
    verdict
}

/// Live records that the engine inserted, by what makes them the same.
fn group(
    facts: &Facts<'_>,
    object: &str,
    fields: &[&str],
) -> BTreeMap<Vec<String>, Vec<RecordIndex>> {
    let history = facts.history;
    let end = history.end();
    let mut groups: BTreeMap<Vec<String>, Vec<RecordIndex>> = BTreeMap::new();
    for index in history.of_object(object) {
        let first = history.record(*index).and_then(|record| record.changes.first());
        let first = first.and_then(|change| history.changes.get(*change));
        let mine = first.is_some_and(|change| {
            change.origin == Origin::Engine && change.kind == ChangeKind::Created
        });
        if mine && history.standing(*index, end) == Standing::Live {
            let value =
                |field: &&str| history.value(*index, field, end).unwrap_or_default().to_owned();
            groups.entry(fields.iter().map(value).collect()).or_default().push(*index);
        }
    }
    groups
}

/// The meetings that the timeline books.
struct Bookings {
    /// How many start at an instant.
    at: BTreeMap<i64, usize>,
    /// How many start by somebody's own clock: at any instant, as far as is known here.
    local: usize,
}

impl Bookings {
    fn of(facts: &Facts<'_>) -> Self {
        let mut bookings = Self { at: BTreeMap::new(), local: 0 };
        for line in &facts.scenario.timeline {
            let Verb::BookMeeting(booking) = &line.verb else { continue };
            match &booking.starts {
                MeetingStart::Instant(instant) => {
                    *bookings.at.entry(*instant).or_default() += 1;
                }
                MeetingStart::Local { .. } => bookings.local += 1,
            }
        }
        bookings
    }

    /// How many the timeline books for an instant.
    fn at(&self, start: Option<i64>) -> usize {
        self.local + start.and_then(|it| self.at.get(&it)).copied().unwrap_or_default()
    }
}

fn report(
    facts: &Facts<'_>,
    records: &[RecordIndex],
    allowed: usize,
    what: &str,
    verdict: &mut Verdict,
) {
    if records.len() <= allowed {
        return;
    }
    let made = records.iter().filter_map(|index| facts.history.record(*index)?.changes.first());
    let made: Vec<_> = made.filter_map(|change| facts.history.changes.get(*change)).collect();
    let at = made.last().map(|change| change.at);
    let related = made.iter().map(|change| change.seq).collect();
    verdict.broken(&format!("{allowed}"), format!("{} {what}", records.len()), at, related);
}
