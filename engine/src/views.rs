//! What people see: the rep's app with its Visitor 360, and the messenger on the site (VI-03, VI-06, VI-08, MS-04 to MS-06d,
//! DD-14d, PB-01).

use std::collections::BTreeMap;

use crate::{Engine, RepId, Rules, VisitorId, display::kind_word, visitor::Progress};

/// What a rep sees of a visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepView {
    /// Named fields; one that does not apply is absent.
    pub fields: BTreeMap<String, String>,
}

/// What the visitor sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitorView {
    /// Named fields; one that does not apply is absent.
    pub fields: BTreeMap<String, String>,
}

/// Hint for a rep who knows nothing of the visitor (VI-08).
const ASK_EMAIL_AND_ORGANISATION: &str = "ask_email_and_organisation";

impl<R: Rules> Engine<R> {
    /// What a rep sees of the visitor.
    pub fn rep_view(&self, visitor: &VisitorId) -> Option<RepView> {
        let who = self.visitors.find(visitor)?;
        let visitor = self.visitor(who)?;
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        put("email", visitor.key().map(ToString::to_string));
        put("matched_record", visitor.record.as_ref().map(|it| it.id.to_string()));
        put("matched_type", visitor.record.as_ref().map(|it| kind_word(it.kind).to_owned()));
        put(
            "matched_owner",
            visitor.record.as_ref().and_then(|it| it.owner.as_ref()).map(ToString::to_string),
        );
        put("matched_account", visitor.display.account().map(ToString::to_string));
        put("offers", self.offered(who).map(|it| it.word().to_owned()));
        put("armed", Some(self.armed(who).to_string()));
        put("conversation_rep", visitor.rep().map(ToString::to_string));
        let is_stranger =
            visitor.key().is_none() && visitor.profile.named(crate::profile::COMPANY).is_none();
        put("hints", is_stranger.then(|| ASK_EMAIL_AND_ORGANISATION.to_owned()));
        for (name, value) in self.liaison_view(who) {
            put(name, Some(value));
        }
        put("identity", crate::enrichment::guessed_identity(visitor));
        for (field, known) in visitor.profile.iter() {
            put(&format!("profile.{field}"), Some(known.value.clone()));
            put(&format!("source.{field}"), Some(known.source.word().to_owned()));
            if let crate::FieldSource::Enrichment(_, confidence) = known.source {
                put(&format!("confidence.{field}"), Some(confidence.word().to_owned()));
            }
        }
        Some(RepView { fields })
    }

    /// What the visitor sees. The playback link is a capability: whoever stores the view masks it.
    pub fn visitor_view(&self, visitor: &VisitorId) -> Option<VisitorView> {
        let visitor = self.visitor(self.visitors.find(visitor)?)?;
        let mut fields = BTreeMap::new();
        if let Some(entry) = &visitor.entry {
            fields.insert("experience".to_owned(), entry.experience.to_string());
            fields.insert("step".to_owned(), entry.step.to_string());
            if let Progress::Booking(owner) = &entry.progress {
                fields.insert("offered_meeting".to_owned(), self.rep_name(owner));
            }
        }
        if let Some(rep) = visitor.rep() {
            fields.insert("chatting_with".to_owned(), self.rep_name(rep));
        }
        fields
            .insert("playback".to_owned(), self.rules.playback_url(&self.config, &visitor.device));
        Some(VisitorView { fields })
    }

    fn rep_name(&self, rep: &RepId) -> String {
        self.config.reps.get(rep).map_or_else(|| rep.to_string(), |it| it.name.clone())
    }
}
