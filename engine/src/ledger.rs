//! What the engine remembers of the CRM after everything else is forgotten: which records it created, synced or only
//! linked, and for whom (UP-01, UP-02, UP-10d, FM-60).
//!
//! A record that was merged or converted hands its standing on. *Synced* means a successful insert or field write; a
//! record that was only matched is *linked*.

use std::collections::{BTreeMap, BTreeSet};

use crate::{DeviceId, EmailKey, PersonKind, RecordId, UserId};

/// How a record stands with the engine, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Matched, never written.
    Linked,
    /// Fields were written.
    Synced,
    /// Inserted.
    Created,
}

/// The records and for whom they are.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    standings: BTreeMap<RecordId, Standing>,
    records: BTreeMap<EmailKey, Vec<(PersonKind, RecordId)>>,
    members: BTreeSet<(RecordId, RecordId)>,
    devices: BTreeSet<DeviceId>,
    events: BTreeSet<RecordId>,
    owners: BTreeMap<RecordId, UserId>,
}

impl Ledger {
    /// How the record stands.
    pub(crate) fn standing(&self, record: &RecordId) -> Option<Standing> {
        self.standings.get(record).copied()
    }

    /// The records that were created, synced or linked for this address.
    pub(crate) fn records(&self, key: &EmailKey) -> &[(PersonKind, RecordId)] {
        self.records.get(key).map_or(&[], Vec::as_slice)
    }

    /// Something was done with a record; a standing never sinks.
    pub(crate) fn remember(
        &mut self,
        key: Option<&EmailKey>,
        (kind, record): (PersonKind, &RecordId),
        standing: Standing,
    ) {
        let held = self.standings.entry(record.clone()).or_insert(standing);
        *held = standing.max(*held);
        let Some(key) = key else { return };
        let records = self.records.entry(key.clone()).or_default();
        if !records.iter().any(|(_, it)| it == record) {
            records.push((kind, record.clone()));
        }
    }

    /// The record that was known for this address became another one: its standing moves along.
    pub(crate) fn moved(
        &mut self,
        key: Option<&EmailKey>,
        from: &RecordId,
        (kind, to): (PersonKind, &RecordId),
    ) {
        if let Some(standing) = self.standings.remove(from) {
            self.remember(key, (kind, to), standing);
        }
        if let Some(records) = key.and_then(|key| self.records.get_mut(key)) {
            records.retain(|(_, it)| it != from);
        }
    }

    /// The record is gone.
    pub(crate) fn gone(&mut self, key: &EmailKey, record: &RecordId) {
        self.standings.remove(record);
        if let Some(records) = self.records.get_mut(key) {
            records.retain(|(_, it)| it != record);
        }
    }

    /// The person is a member of the campaign.
    pub(crate) fn joined(&mut self, campaign: &RecordId, person: &RecordId) {
        self.members.insert((campaign.clone(), person.clone()));
    }

    /// Whether we know that the person is a member of the campaign.
    pub(crate) fn is_member(&self, campaign: &RecordId, person: &RecordId) -> bool {
        self.members.contains(&(campaign.clone(), person.clone()))
    }

    /// The Event was written by us, for a conversation or booking that is settled.
    pub(crate) fn wrote(&mut self, event: &RecordId) {
        self.events.insert(event.clone());
    }

    /// Whether the Event belongs to another conversation or booking.
    pub(crate) fn has_written(&self, event: &RecordId) -> bool {
        self.events.contains(event)
    }

    /// The record was made for this owner, or the org gave it to them.
    pub(crate) fn gave(&mut self, record: &RecordId, owner: &UserId) {
        self.owners.insert(record.clone(), owner.clone());
    }

    /// Whose a record of ours is, as far as we know.
    pub(crate) fn given_owner(&self, record: &RecordId) -> Option<&UserId> {
        self.owners.get(record)
    }

    /// A visitor on this device was synced.
    pub(crate) fn synced_on(&mut self, device: &DeviceId) {
        self.devices.insert(device.clone());
    }

    /// Whether a visitor on this device was synced before.
    pub(crate) fn was_synced_on(&self, device: &DeviceId) -> bool {
        self.devices.contains(device)
    }
}
