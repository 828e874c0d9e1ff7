//! Tasks and events (wire reference §11): times that must agree, flags that follow, and a lead that
//! cannot be related to anything else.

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectSchema;
use crate::timestamp::{DAY_MS, MINUTE_MS, Timestamp};
use crate::value::{Value, ValueRef};

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::index::same_text;
use super::save::Draft;

/// The longest event, in days.
const EVENT_DAYS_MAX: i64 = 14;

/// An event's start, end and duration, each from the others.
pub(crate) fn derive_event(org: &Org, cx: &SaveContext, draft: &mut Draft) -> Result<(), OrgError> {
    derive_account(org, draft)?;
    let all_day = draft.named("IsAllDayEvent").is_true();
    let Some(start) = start_of(draft, all_day)? else { return Ok(()) };
    let length = length_of(draft, start, all_day)?;
    draft.set_named("StartDateTime", Value::DateTime(start));
    draft.set_named("ActivityDate", Value::Date(start.days()));
    if !all_day {
        draft.set_named("ActivityDateTime", Value::DateTime(start));
    }
    let Some(length) = length else { return Ok(()) };
    if length < 0 {
        return Err(inconsistent("Event end must be on or after its start", "EndDateTime"));
    }
    if length > EVENT_DAYS_MAX * DAY_MS {
        return Err(inconsistent("Event duration can be at most 14 days", "EndDateTime"));
    }
    let end = if all_day { start.plus_ms((length - DAY_MS).max(0)) } else { start.plus_ms(length) };
    draft.set_named("EndDateTime", Value::DateTime(end));
    draft.set_named("EndDate", Value::Date(end.days()));
    draft.set_named("DurationInMinutes", Value::Int(length / MINUTE_MS));
    let archived = org.archives(cx, end < cx.now, draft.named("ActivityDate"));
    draft.set_named("IsArchived", archived.into());
    Ok(())
}

/// `StartDateTime` and `ActivityDateTime` are one; the one that was sent wins over a stored one.
fn start_of(draft: &Draft, all_day: bool) -> Result<Option<Timestamp>, OrgError> {
    let moment = |name: &str| match draft.named(name) {
        ValueRef::DateTime(at) => Some(at),
        _ => None,
    };
    let sent = |name: &str| draft.object.field_index(name).is_some_and(|f| draft.is_given(f));
    let (start, activity) = (moment("StartDateTime"), moment("ActivityDateTime"));
    if sent("StartDateTime") && sent("ActivityDateTime") && start != activity && !all_day {
        let text = "StartDateTime and ActivityDateTime must be the same";
        return Err(inconsistent(text, "StartDateTime"));
    }
    let day = match draft.named("ActivityDate") {
        ValueRef::Date(days) if all_day => Some(Timestamp::from_days(days)),
        _ => None,
    };
    let found = if sent("ActivityDateTime") && !sent("StartDateTime") {
        activity.or(start)
    } else if all_day && sent("ActivityDate") && !sent("StartDateTime") {
        day.or(start)
    } else {
        start.or(activity).or(day)
    };
    Ok(found.map(|at| if all_day { Timestamp::from_days(at.days()) } else { at }))
}

/// How long the event is, in milliseconds.
fn length_of(draft: &Draft, start: Timestamp, all_day: bool) -> Result<Option<i64>, OrgError> {
    let sent = |name: &str| {
        let given = draft.object.field_index(name).is_some_and(|field| draft.is_given(field));
        given && !draft.named(name).is_null()
    };
    let by_end = match draft.named("EndDateTime") {
        ValueRef::DateTime(end) if all_day => Some(end.0 - start.0 + DAY_MS),
        ValueRef::DateTime(end) => Some(end.0 - start.0),
        _ => None,
    };
    let by_duration = match draft.named("DurationInMinutes") {
        ValueRef::Int(minutes) => Some(minutes * MINUTE_MS),
        _ => None,
    };
    let (end_sent, duration_sent) = (sent("EndDateTime"), sent("DurationInMinutes"));
    if end_sent && duration_sent && by_end != by_duration {
        let text = "EndDateTime and DurationInMinutes must agree";
        return Err(inconsistent(text, "DurationInMinutes"));
    }
    if end_sent {
        return Ok(by_end);
    }
    let whole_day = all_day.then_some(DAY_MS);
    Ok(by_duration.or(by_end).or(whole_day))
}

/// Start, and end or duration, are demanded though describe does not say so.
pub(crate) fn required(draft: &Draft) -> Option<OrgError> {
    let absent = |names: [&'static str; 2]| {
        let missing = names.iter().all(|name| draft.named(name).is_null());
        missing.then_some(names)
    };
    let length = absent(["DurationInMinutes", "EndDateTime"]).map(|_| "DurationInMinutes");
    let start = absent(["StartDateTime", "ActivityDateTime"]).map(|_| "ActivityDateTime");
    let missing: Vec<&str> = [length, start].into_iter().flatten().collect();
    (!missing.is_empty()).then(|| OrgError::required(&missing))
}

/// A task's flags follow its status and priority.
pub(crate) fn derive_task(org: &Org, cx: &SaveContext, draft: &mut Draft) -> Result<(), OrgError> {
    derive_account(org, draft)?;
    let closed = org.closes_task(draft.named("Status"));
    let high = draft.named("Priority").as_text() == Some("High");
    let done = if closed && draft.named("CompletedDateTime").is_null() {
        Value::from(cx.now)
    } else if closed {
        draft.named("CompletedDateTime").into_owned()
    } else {
        Value::Null
    };
    draft.set_named("IsClosed", closed.into());
    draft.set_named("IsHighPriority", high.into());
    draft.set_named("CompletedDateTime", done);
    if draft.is_new() && draft.named("TaskSubtype").is_null() {
        draft.set_named("TaskSubtype", Value::text("Task"));
    }
    draft.set_named("IsArchived", org.archives(cx, closed, draft.named("ActivityDate")).into());
    Ok(())
}

impl Org {
    fn closes_task(&self, status: ValueRef<'_>) -> bool {
        let Some(status) = status.as_text() else { return false };
        self.settings.closed_task_statuses.iter().any(|closed| same_text(closed, status))
    }

    /// Is an activity of this day archived, if it is over?
    fn archives(&self, cx: &SaveContext, over: bool, day: ValueRef<'_>) -> bool {
        let days = i32::try_from(self.settings.activity_archive_days).unwrap_or(i32::MAX);
        let oldest = cx.now.days().saturating_sub(days);
        matches!(day, ValueRef::Date(day) if over && day < oldest)
    }

    /// An imported activity knows whether it is closed and archived, if it does not say.
    pub(crate) fn complete_activity(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        row: &mut Record,
    ) {
        let task = &*object.name == "Task";
        if !task && &*object.name != "Event" {
            return;
        }
        let over = !task || self.closes_task(self.stored(row, "Status"));
        let archived = self.archives(cx, over, self.stored(row, "ActivityDate"));
        for (name, set) in [("IsClosed", over && task), ("IsArchived", archived)] {
            if let Some(field) = object.field_index(name).filter(|_| set) {
                row.set(field, Value::Bool(true));
            }
        }
    }

    /// Closed tasks and past events that got old enough by now go into the archive, where only
    /// `queryAll` finds them. Answers how many went.
    pub fn archive_activities(&mut self, cx: &SaveContext) -> usize {
        let mut count = 0;
        for name in ["Task", "Event"] {
            let object = self.standard(name);
            let Some(field) = object.field_index("IsArchived") else { continue };
            let rows: Vec<Record> = self.rows(object.index).cloned().collect();
            let kept = rows.into_iter().filter(|row| !row.get(field).is_true());
            let completed = kept.map(|mut row| {
                self.complete_activity(cx, &object, &mut row);
                row
            });
            let gone: Vec<Record> = completed.filter(|row| row.get(field).is_true()).collect();
            count += gone.len();
            for row in gone {
                self.replace_row(row);
            }
        }
        count
    }
}

/// The account of an activity: that of what it is about, else that of its contact.
fn derive_account(org: &Org, draft: &mut Draft) -> Result<(), OrgError> {
    let (who, what) = (draft.named("WhoId").as_id(), draft.named("WhatId").as_id());
    if what.is_some() && who.is_some_and(|who| who.prefix() == "00Q") {
        let text = "cannot include a whatId when the whoId is a lead";
        return Err(OrgError::new("FIELD_INTEGRITY_EXCEPTION", text).about(["WhatId"]));
    }
    let account_of = |id: SfId| {
        if id.prefix() == "001" {
            return Some(id);
        }
        org.get(id).and_then(|row| org.stored(row, "AccountId").as_id())
    };
    let account = what.and_then(account_of).or_else(|| who.and_then(account_of));
    draft.set_named("AccountId", account.map_or(Value::Null, Value::Id));
    Ok(())
}

fn inconsistent(text: &str, field: &'static str) -> OrgError {
    OrgError::new("FIELD_INTEGRITY_EXCEPTION", text).about([field])
}
