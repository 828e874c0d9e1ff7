//! What goes along when a row gets a new owner (wire reference §8.1): open activities of a lead,
//! contact or account, and contacts and open opportunities of an account, if they were the old
//! owner's. Both are settings of the org.

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectSchema;
use crate::value::{Value, ValueRef};

use super::Org;
use super::context::SaveContext;
use super::delete::touch;
use super::feed::ChangeKind;
use super::save::Draft;

impl Org {
    /// Moves what belongs to a saved row whose owner changed.
    pub(crate) fn follow_owner(&mut self, cx: &SaveContext, draft: &Draft) {
        let Some(field) = draft.object.system.owner else { return };
        let before = draft.before.as_ref().and_then(|row| row.get(field).as_id());
        if let (Some(before), Some(after)) = (before, draft.after.get(field).as_id()) {
            self.move_along(cx, (&draft.object, draft.after.id()), (before, after));
        }
    }

    /// Moves what belongs to a row from one owner to another.
    pub(crate) fn move_along(
        &mut self,
        cx: &SaveContext,
        (object, id): (&ObjectSchema, SfId),
        (before, after): (SfId, SfId),
    ) {
        if before == after {
            return;
        }
        let ways: &[(&str, &str)] = match &*object.name {
            "Lead" | "Contact" => &[("Task", "WhoId"), ("Event", "WhoId")],
            "Account" => &[
                ("Task", "WhatId"),
                ("Event", "WhatId"),
                ("Contact", "AccountId"),
                ("Opportunity", "AccountId"),
            ],
            _ => return,
        };
        for (child, way) in ways {
            let activity = matches!(*child, "Task" | "Event");
            let settings = &self.settings;
            let wanted = if activity {
                settings.transfer_moves_activities
            } else {
                settings.transfer_moves_account_rows
            };
            let child = self.standard(child);
            let takes = after.prefix() == "005"
                || &*child.name == "Task" && self.queue_takes(after, "Task");
            if !wanted || !takes {
                continue;
            }
            for row in self.referring(&child, way, id) {
                self.give(cx, (&child, row), (before, after));
            }
        }
    }

    fn give(
        &mut self,
        cx: &SaveContext,
        (object, id): (&ObjectSchema, SfId),
        (before, after): (SfId, SfId),
    ) {
        let Some(field) = object.system.owner else { return };
        let Some(mut row) = self.live(id).cloned() else { return };
        if row.get(field).as_id() != Some(before) || !self.is_open(cx, object, &row) {
            return;
        }
        row.set(field, Value::Id(after));
        touch(object, &mut row, cx);
        self.replace_row(row);
        let inner = cx.automation();
        let changed = vec![(field, Value::Id(after))];
        self.because("transfer of ownership", |org| {
            org.note(&inner, ChangeKind::Updated, (object.index, id), changed);
        });
    }

    /// Tasks and opportunities that are not closed, events that are not over, every contact.
    fn is_open(&self, cx: &SaveContext, object: &ObjectSchema, row: &Record) -> bool {
        match &*object.name {
            "Event" => match self.stored(row, "EndDateTime") {
                ValueRef::DateTime(end) => end > cx.now,
                _ => true,
            },
            _ => !self.stored(row, "IsClosed").is_true(),
        }
    }
}
