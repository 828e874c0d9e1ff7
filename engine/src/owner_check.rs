//! Noticing that the org gave a lead of ours another owner (FM-43, FM-44).
//!
//! Every later lookup of a lead that we made tells its owner, for nothing; where the setting asks for it, the owner is
//! also read back once by itself. Nothing is written: the org's owner stays.

use std::collections::BTreeMap;

use crate::{
    Engine, IntentId, Person, PersonKind, Question, RecordId, Row, Rule, Rules, UserId, Value,
    about::About,
    exchange::{Ask, Asker, Got, Lane, Request, Shape, Slot, Ticket},
};

/// The leads whose owner is still to be read back, by the intent that made them.
pub(crate) type OwnerChecks = BTreeMap<IntentId, (About, RecordId)>;

impl<R: Rules> Engine<R> {
    /// A lead was made for this owner.
    pub(crate) fn gave_owner(
        &mut self,
        id: IntentId,
        about: About,
        lead: &RecordId,
        owner: &UserId,
    ) {
        self.ledger.gave(lead, owner);
        if let Some(at) = self.rules.owner_read_back(self.now, &self.config.settings) {
            self.owner_checks.insert(id, (about, lead.clone()));
            self.again_at(Asker::OwnerCheck(id), at);
        }
    }

    /// A lookup shows a record: is its owner still the one whom we gave it?
    pub(crate) fn look_at_owner(&mut self, id: IntentId, about: About, person: &Person) {
        if let Some(held) = person.owner() {
            self.compare_owner(id, about, &person.id, &held);
        }
    }

    fn compare_owner(&mut self, id: IntentId, about: About, record: &RecordId, held: &UserId) {
        let Some(text) = self.learn_owner(record, held) else { return };
        let answer = (Question::Answer, Rule::OwnerOverridden);
        self.decided_plainly(about, Some(id), answer, Some(held.to_string()));
        self.alert(Some(about), Some(id), Rule::OwnerOverridden, text);
    }

    /// Learns whose a record is; if it is not whom we gave it, that in words.
    pub(crate) fn learn_owner(&mut self, record: &RecordId, held: &UserId) -> Option<String> {
        let given = self.ledger.given_owner(record)?.clone();
        if !self.rules.is_overridden(&given, held) {
            return None;
        }
        self.ledger.gave(record, held);
        Some(format!("{record} was made for {given}; the org gave it to {held}"))
    }

    /// The read-back is due.
    pub(crate) fn read_owner(&mut self, id: IntentId) {
        let Some((_, lead)) = self.owner_checks.get(&id) else { return };
        let ticket =
            Ticket { asker: Asker::OwnerCheck(id), slot: Slot::Kept(PersonKind::Lead), round: 0 };
        let ask = Ask::Read(Shape::LeadsById, lead.as_str().into());
        self.ask(Request { ticket, lane: Lane::Background, ask });
    }

    /// The lead was read back; an answer that did not come says nothing, and later lookups will.
    pub(crate) fn on_owner_got(&mut self, id: IntentId, got: Got) {
        let Some((about, lead)) = self.owner_checks.remove(&id) else { return };
        let Got::Rows(rows) = got else { return };
        let owner =
            |row: &Row| row.get("OwnerId").and_then(Value::text).map(|it| UserId::from(&*it));
        if let Some(held) = rows.iter().find(|it| it.id == lead).and_then(owner) {
            self.compare_owner(id, about, &lead, &held);
        }
    }
}
