//! What visitors and reps say: the profile, who the visitor is, and the rep's own actions (VI-01 to VI-05, MS-01 to MS-07d).

use crate::{
    Action, DeviceId, EMAIL, EmailKey, EmailSource, Engine, FieldSource, IdentityChange, Known,
    KnownFrom, NoteKind, Offer, PersonAction, Profile, ProfileField, Question, RepId, Rule, Rules,
    SourceEvent, Trigger, intent::Intent, limits, profile::VISITOR_ID, visitor::Who,
};

impl<R: Rules> Engine<R> {
    /// The visitor opens the site.
    pub(crate) fn on_landed(
        &mut self,
        who: Who,
        event: &SourceEvent,
        device: &DeviceId,
        known: Option<&(String, KnownFrom)>,
    ) {
        let now = self.now;
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.device = device.clone();
            visitor.landed_at = now;
        }
        self.learn_own_id(who, event);
        self.on_returned(who);
        let Some((email, from)) = known else { return };
        let source = match from {
            KnownFrom::Cookie => FieldSource::Cookie,
            KnownFrom::EarlierVisit => FieldSource::EarlierVisit,
        };
        self.learn(who, event, &[(EMAIL.into(), email.clone())], source);
    }

    /// The visitor's id is a value like any other where the mapping writes it (MP-01).
    fn learn_own_id(&mut self, who: Who, event: &SourceEvent) {
        let mapping = &self.config.mapping;
        let mut mapped = mapping.lead.iter().chain(&mapping.contact);
        if !mapped.any(|(from, _)| from.as_str() == VISITOR_ID) {
            return;
        }
        let value = cut(event.subject.name());
        let Some(visitor) = self.visitor_mut(who) else { return };
        let known = Known { value, at: event.at, source: FieldSource::Website };
        visitor.profile.learn(VISITOR_ID.into(), known);
    }

    /// The visitor has the site open again.
    pub(crate) fn on_returned(&mut self, who: Who) {
        let now = self.now;
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.closed_at = None;
            visitor.present_at = now;
        }
        self.look_at_talk(who);
    }

    /// The visitor closes the site.
    pub(crate) fn on_left_site(&mut self, who: Who) {
        let now = self.now;
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.closed_at.get_or_insert(now);
        }
    }

    /// The visitor types values: an answer is a message.
    pub(crate) fn on_entered(
        &mut self,
        who: Who,
        event: &SourceEvent,
        values: &[(ProfileField, String)],
    ) {
        self.on_said(who, event);
        self.moved_by(who, event);
        self.learn(who, event, values, FieldSource::Typed);
    }

    /// A rep edits the Visitor 360.
    pub(crate) fn on_rep_edited(
        &mut self,
        who: Who,
        event: &SourceEvent,
        values: &[(ProfileField, String)],
    ) {
        self.learn(who, event, values, FieldSource::Rep);
    }

    /// The profile learns values; what waits for them goes on.
    pub(crate) fn learn(
        &mut self,
        who: Who,
        event: &SourceEvent,
        values: &[(ProfileField, String)],
        source: FieldSource,
    ) {
        let email = values.iter().find(|(field, _)| field.as_str() == EMAIL);
        let takes_email = email.is_none_or(|(_, text)| self.identify(who, event, text, source));
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        for (field, value) in values {
            let held = visitor.profile.held(field).map(|it| it.at);
            if held.is_some_and(|held| self.rules.is_stale(event.at, held)) {
                continue;
            }
            let is_email = field.as_str() == EMAIL;
            let is_new = visitor.profile.held(field).is_none();
            let has_room = !is_new || visitor.profile.iter().count() < limits::PROFILE_FIELDS_MAX;
            if has_room && (takes_email || !is_email) {
                let value = cut(value);
                visitor.profile.take(field.clone(), Known { value, at: event.at, source });
            }
        }
        self.look_for_account(who);
        self.on_learned(who);
    }

    /// A value or a match arrived: latched creates and asking steps may go on.
    pub(crate) fn on_learned(&mut self, who: Who) {
        self.trigger(who, Trigger::Learned, None);
        self.go_on_answering(who);
    }

    /// Who is this, now that we hear of an address? Whether the profile takes the address.
    fn identify(&mut self, who: Who, event: &SourceEvent, text: &str, source: FieldSource) -> bool {
        let Ok(key) = self.rules.normalise_email(text, self.config.settings.plus_tags) else {
            return self.visitor(who).is_some_and(|it| it.email.is_none());
        };
        let heard_from = match source {
            FieldSource::Cookie => EmailSource::Cookie,
            FieldSource::EarlierVisit => EmailSource::EarlierVisit,
            FieldSource::Typed | FieldSource::Crm | FieldSource::Website | FieldSource::Product => {
                EmailSource::Typed
            }
            FieldSource::Rep => EmailSource::Rep,
            FieldSource::Enrichment(..) => EmailSource::Enrichment,
        };
        let Some(visitor) = self.visitor(who) else { return false };
        let known = visitor.email.as_ref().map(|(key, source)| (key, *source));
        let held = visitor.profile.held(&EMAIL.into()).map(|it| it.at);
        let is_stale = held.is_some_and(|held| self.rules.is_stale(event.at, held));
        let decision = self.rules.identify(known, (&key, heard_from));
        if is_stale {
            return false;
        }
        let is_weaker = decision.change == IdentityChange::Weaker;
        if decision.change != IdentityChange::Same {
            let chosen = (!is_weaker).then(|| key.to_string());
            self.decided_plainly(who, None, (Question::Identity, decision.because), chosen);
        }
        match decision.change {
            IdentityChange::Weaker => return false,
            IdentityChange::NewPerson => self.split_profile(who),
            IdentityChange::Same | IdentityChange::Learned | IdentityChange::Corrected => {}
        }
        self.take_identity(who, event, key, heard_from);
        true
    }

    fn take_identity(&mut self, who: Who, event: &SourceEvent, key: EmailKey, source: EmailSource) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        let before = visitor.email.replace((key.clone(), source));
        let is_same = before.as_ref().is_some_and(|(it, _)| *it == key);
        if is_same {
            let stronger = before.map_or(source, |(_, it)| it.max(source));
            visitor.email = Some((key, stronger));
            return;
        }
        if before.is_some() {
            visitor.record = None;
        }
        self.sources.explain(event.id, Rule::IdentityLookup);
        self.decided_plainly(who, None, (Question::Identity, Rule::IdentityLookup), None);
        self.begin_display(who);
    }

    /// Another person on this device: what was known before the present visit was somebody else's (FM-76).
    fn split_profile(&mut self, who: Who) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        let mut own = Profile::default();
        for (field, known) in visitor.profile.iter() {
            let is_own = known.at >= visitor.landed_at && known.source == FieldSource::Typed;
            let is_own = is_own || known.source == FieldSource::Website;
            if is_own && field.as_str() != EMAIL {
                own.learn(field.clone(), known.clone());
            }
        }
        visitor.profile = own;
        visitor.record = None;
    }

    /// A rep clicks "Create Lead in Salesforce".
    pub(crate) fn on_rep_creates(&mut self, who: Who, event: &SourceEvent, rep: &RepId) {
        self.on_manual(who, event, rep, (Offer::CreateLead, Action::ManualCreate));
    }

    /// A rep clicks "Sync field(s) to Contact".
    pub(crate) fn on_rep_syncs(&mut self, who: Who, event: &SourceEvent, rep: &RepId) {
        self.on_manual(who, event, rep, (Offer::SyncFields, Action::ManualSync));
    }

    fn on_manual(
        &mut self,
        who: Who,
        event: &SourceEvent,
        rep: &RepId,
        (clicked, action): (Offer, Action),
    ) {
        let offered = self.offered(who);
        let work = self.manual_work(clicked.action());
        let id = self.open(who, action, event.id, work);
        self.note_route(id);
        if offered.is_some_and(|it| it != clicked) {
            let chosen = offered.map(|it| it.word().to_owned());
            self.decided_plainly(who, Some(id), (Question::Trigger, Rule::NotOffered), chosen);
        }
        let mut facts = self.owner_facts(who, false);
        facts.creator = Some(self.met(rep));
        if let Some(work) = self.intents.get_mut(&id).and_then(Intent::person) {
            work.facts = facts;
        }
        self.decided_plainly(
            who,
            Some(id),
            (Question::Trigger, clicked.because()),
            Some(rep.to_string()),
        );
        if clicked.action() == PersonAction::ManualCreate {
            self.note(Some(who.into()), Some(id), NoteKind::Due);
        }
        self.begin(id);
    }

    /// Which manual sync a rep is offered for the visitor.
    pub(crate) fn offered(&self, who: Who) -> Option<Offer> {
        let visitor = self.visitor(who)?;
        let matched = match (&visitor.record, visitor.key()) {
            (Some(_), _) => Some(true),
            (None, None) => Some(false),
            (None, Some(_)) => visitor.display.has_answer().then_some(false),
        };
        self.rules.offer(matched)
    }
}

/// A value of bearable length.
fn cut(value: &str) -> String {
    match value.char_indices().nth(limits::PROFILE_VALUE_CHARS_MAX) {
        Some((end, _)) => value.get(..end).unwrap_or_default().to_owned(),
        None => value.to_owned(),
    }
}
