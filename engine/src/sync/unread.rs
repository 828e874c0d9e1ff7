//! A lookup that failed: it says nothing, so it is asked again, without the fields that cannot be read (FM-06, FM-35).

use crate::{
    Engine, IntentId, Outcome, PersonKind, Refusal, RefusedWrite, Rule, Rules, Verdict,
    exchange::{Got, Slot},
    intent::Ending,
};

impl<R: Rules> Engine<R> {
    pub(super) fn on_read_failed(&mut self, id: IntentId, slot: Slot, got: Got) {
        match got {
            Got::Refused(refusal) => self.on_read_refused(id, slot, &refusal),
            Got::Nothing { why } => {
                self.waits_for_service(id);
                self.pause(id, Rule::RetryUnavailable, why);
            }
            Got::Unknown | Got::Rows(_) | Got::Saved(_) | Got::Converted(_) | Got::Met(_) => {
                self.waits_for_service(id);
                self.pause(id, Rule::RetryUnavailable, "the answer was lost".to_owned());
            }
        }
    }

    fn on_read_refused(&mut self, id: IntentId, slot: Slot, refusal: &Refusal) {
        if self.stop_reading(slot, refusal) {
            if let (Some(kind), Some(about)) =
                (kind_of(slot), self.intents.get(&id).map(|it| it.about))
            {
                self.hear_of_fields(about, kind, refusal);
            }
            return self.restart(id, Rule::FieldDropped, &refusal.message);
        }
        let read = RefusedWrite { object: "", operation: None };
        match self.rules.classify_refusal(&read, refusal, &self.config) {
            Verdict::Permanent(because) => self.settle_refused(id, because, refusal),
            Verdict::Crowded => self.pause(id, Rule::FewerAtOnce, refusal.code.clone()),
            _ => self.pause(id, Rule::RetryUnavailable, refusal.code.clone()),
        }
    }

    /// Stops reading a field that the org user cannot see (FM-35); whether that changes anything.
    pub(crate) fn stop_reading(&mut self, slot: Slot, refusal: &Refusal) -> bool {
        let Some(kind) = kind_of(slot) else { return false };
        let Some(field) = self.rules.unreadable_field(refusal) else { return false };
        let is_new = self.read_fields.drop(kind, &field);
        if is_new {
            let text = format!(
                "{}.{field} cannot be read and is left out: {}",
                kind.object(),
                refusal.message
            );
            self.alert(None, None, Rule::FieldDropped, text);
        }
        is_new || self.read_fields.is_dropped(kind, &field)
    }

    pub(crate) fn settle_refused(&mut self, id: IntentId, because: Rule, refusal: &Refusal) {
        self.keep_refusal(id, refusal);
        let detail = format!("{}: {}", refusal.code, refusal.message);
        if because == Rule::RefusedNoPermission {
            let about = self.intents.get(&id).map(|it| it.about);
            let text =
                format!("the org user's rights or the org's set-up do not allow it: {detail}");
            self.alert(about, Some(id), because, text);
        }
        self.settle(id, Ending::new(Outcome::Refused, because).saying(detail));
    }
}

/// Whose fields a question reads.
fn kind_of(slot: Slot) -> Option<PersonKind> {
    match slot {
        Slot::Leads | Slot::Kept(PersonKind::Lead) => Some(PersonKind::Lead),
        Slot::Contacts | Slot::Converted | Slot::Kept(PersonKind::Contact) => {
            Some(PersonKind::Contact)
        }
        _ => None,
    }
}
