//! INV-08: one event per conversation, one per booking, one campaign member per person and campaign.
//!
//! No false alarm: members count if the engine inserted both and neither was deleted. Events count as the same only if everything that tells two conversations or
//! bookings apart agrees: person, subject, start, end, owner and description, of which the start of a conversation is to the millisecond its own. Where the timeline
//! itself books several meetings for one instant, as many events are allowed.

use super::{Facts, Verdict};
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
    for (key, records) in &group(facts, "Event", &EVENT) {
        verdict.evaluated += 1;
        let start = key.get(3).and_then(|start| crate::time::parse_instant(start));
        let allowed = bookings(facts, start).max(1);
        let subject = key.get(2).map_or("", String::as_str);
        report(facts, records, allowed, &format!("identical events `{subject}`"), &mut verdict);
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

/// How many meetings the timeline books for an instant.
fn bookings(facts: &Facts<'_>, start: Option<i64>) -> usize {
    let at = |line: &&crate::ast::Line| match &line.verb {
        Verb::BookMeeting(booking) => match &booking.starts {
            MeetingStart::Instant(instant) => Some(*instant) == start,
            MeetingStart::Local { .. } => true,
        },
        _ => false,
    };
    facts.scenario.timeline.iter().filter(at).count()
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
