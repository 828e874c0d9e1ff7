//! Reading the describe again when the org's fields are not what they were (FM-39).

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Decision, Engine, FieldName, FieldValues, IntentId, NoteKind, PersonKind, Question, Refusal,
    Reply, Rule, Rules, about::About, call::Done, exchange::Flight, intent::Intent,
};

/// What is known of fields that the org had once.
#[derive(Debug, Default)]
pub(crate) struct Drift {
    /// Describes under way, with who gave the reason.
    asked: BTreeMap<PersonKind, About>,
    /// Fields that the last describe did not list.
    gone: BTreeMap<PersonKind, BTreeSet<FieldName>>,
}

impl Drift {
    /// Takes fields that the org no longer has out of a row; their names.
    pub(crate) fn take_out(&self, kind: PersonKind, fields: &mut FieldValues) -> Vec<FieldName> {
        let Some(gone) = self.gone.get(&kind) else { return Vec::new() };
        fields.extract_if(.., |(name, _)| gone.contains(name)).map(|(name, _)| name).collect()
    }
}

impl<R: Rules> Engine<R> {
    /// A refusal may say that a field is gone: the describe is read once for everybody.
    pub(crate) fn hear_of_fields(&mut self, about: About, kind: PersonKind, refusal: &Refusal) {
        if self.rules.is_drift(refusal) && !self.drift.asked.contains_key(&kind) {
            self.drift.asked.insert(kind, about);
            self.queue_flight(Flight::Describe(kind));
        }
    }

    /// The describe came; without one the next refusal asks again.
    pub(crate) fn on_described(&mut self, kind: PersonKind, reply: &Reply) {
        let Some(about) = self.drift.asked.remove(&kind) else { return };
        let Reply::Done(Done::Described(described)) = reply else { return };
        let mapping = match kind {
            PersonKind::Lead => &self.config.mapping.lead,
            PersonKind::Contact => &self.config.mapping.contact,
        };
        let mut used: Vec<FieldName> = mapping.iter().map(|(_, to)| to.clone()).collect();
        if kind == PersonKind::Lead {
            used.extend(self.config.mapping.lead_constants.iter().map(|(to, _)| to.clone()));
        }
        let gone = self.rules.missing_fields(&used, described);
        for field in &gone {
            self.read_fields.drop(kind, field);
        }
        let named = gone.iter().map(FieldName::to_string).collect::<Vec<_>>().join(", ");
        let because = Rule::DescribeRead;
        let decision = Decision {
            question: Question::Fields,
            because,
            chosen: None,
            rejected: gone.iter().map(|it| (it.to_string(), because)).collect(),
            withheld: Vec::new(),
        };
        self.note(Some(about), None, NoteKind::Decided(decision));
        if !gone.is_empty() {
            let object = kind.object();
            let text = format!(
                "{object} no longer has {named}: its mapping is paused until the field is back or the mapping is changed"
            );
            self.alert(Some(about), None, because, text);
        }
        self.drift.gone.insert(kind, gone.into_iter().collect());
    }

    /// Leaves out what the org no longer has, and says so.
    pub(crate) fn pause_mapping(
        &mut self,
        id: IntentId,
        kind: PersonKind,
        fields: &mut FieldValues,
    ) {
        let paused = self.drift.take_out(kind, fields);
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return };
        if !paused.is_empty() {
            let named = paused.iter().map(FieldName::to_string).collect::<Vec<_>>().join(", ");
            let paused = (Question::Fields, Rule::MappingPaused);
            self.decided_plainly(who, Some(id), paused, Some(named));
        }
    }
}
