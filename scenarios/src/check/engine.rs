//! `engine:`: who is connected, what is mapped, which settings.

use crate::api_name;
use crate::ast::{Experience, ObjectFields, Push, StepKind, ValueMap};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};
use crate::lint::LINTS;
use crate::source::Text;
use crate::time::parse_offset;
use crate::vocabulary::SettingValues;

impl<'a> Checker<'a> {
    pub(super) fn engine(&mut self) {
        let engine = &self.scenario.engine;
        let profiles = self.vocabulary.profiles();
        if !profiles.contains(&engine.profile.as_str()) {
            self.unknown(code::UNKNOWN_PROFILE, "profile", &engine.profile, profiles);
        }
        let connections = &engine.connections;
        for user in connections.org_user.iter().chain(&connections.integration_user) {
            self.user(user);
        }
        for user in connections.reps.iter().filter_map(|rep| rep.user.as_ref()) {
            self.user(user);
        }
        engine.mapping.iter().for_each(|mapping| self.mapping(mapping));
        engine.constants.iter().for_each(|constants| self.constants(constants));
        engine.values.iter().for_each(|map| self.value_map(map));
        if let Some(mapping) = &engine.campaign_mapping {
            self.campaign_status(&mapping.campaign, mapping.status.as_ref());
        }
        engine.experiences.iter().for_each(|experience| self.steps(experience));
        engine.signals.iter().for_each(|signals| self.signals(signals));
        engine.messenger.iter().for_each(|messenger| self.messenger(messenger));
        engine.settings.iter().for_each(|(name, value)| self.setting(name, value));
        engine.allow.iter().for_each(|(code, reason)| self.allowed(code, reason));
        if let Some(packages) = &engine.packages {
            self.packages(packages);
        }
    }

    /// A warning that is meant, and why.
    fn allowed(&mut self, lint: &Text, reason: &Text) {
        let known = LINTS.iter().map(|it| it.code);
        if !known.clone().any(|code| *lint == code) {
            self.unknown(code::UNKNOWN_WORD, "warning", lint, known);
        } else if reason.trim().is_empty() {
            self.error(
                code::VALUE,
                reason,
                "an allowed warning needs a reason",
                "say after the code why it is meant",
            );
        }
    }

    /// `lead`, `contact`, … as an object.
    fn mapped_object(&mut self, object: &Text) -> Option<&'a str> {
        let found = self.words.objects.get(&object.to_ascii_lowercase()).copied();
        if found.is_none() {
            let known = ["lead", "contact", "account", "campaign_member", "event"];
            self.unknown(code::UNKNOWN_OBJECT, "object", object, known);
        }
        found
    }

    pub(super) fn mapping(&mut self, mapping: &'a ObjectFields) {
        if crate::check::neighbours::is_system(&mapping.object) {
            return;
        }
        let object = self.mapped_object(&mapping.object);
        for (source, target) in &mapping.fields {
            if let Some(object) = object {
                self.field(object, target);
            }
            if source.is_empty() {
                self.error(
                    code::UNKNOWN_NAME,
                    source,
                    "a mapping needs a visitor field",
                    "write the visitor field before the colon",
                );
            }
        }
    }

    /// A field that exists, and values that it can hold.
    fn value_map(&mut self, map: &'a ValueMap) {
        let Some(object) = self.mapped_object(&map.object) else { return };
        let Some(kind) = self.field(object, &map.field) else { return };
        for (_, to) in &map.words {
            self.value(kind, &api_name(&map.field), to);
        }
    }

    fn constants(&mut self, constants: &'a ObjectFields) {
        if crate::check::neighbours::is_system(&constants.object) {
            return;
        }
        if let Some(object) = self.mapped_object(&constants.object) {
            self.fields(object, &constants.fields);
        }
    }

    /// A campaign, and a status that it has.
    pub(super) fn campaign_status(&mut self, campaign: &Text, status: Option<&Text>) {
        self.campaign(campaign);
        let campaigns = &self.scenario.world.campaigns;
        let Some(found) = campaigns.iter().find(|found| found.key == *campaign) else { return };
        if let Some(status) = status.filter(|_| !found.statuses.is_empty())
            && !found.statuses.iter().any(|known| known.name == *status)
        {
            let known: Vec<&str> =
                found.statuses.iter().map(|status| status.name.as_str()).collect();
            self.unknown(code::UNKNOWN_NAME, "member status", status, known);
        }
    }

    fn steps(&mut self, experience: &'a Experience) {
        for step in &experience.steps {
            match &step.kind {
                StepKind::Push(push) => self.push(push),
                StepKind::RouteToRep { reps } => self.reps(reps),
                StepKind::OfferMeeting { owner, attendees } => {
                    self.rep(owner);
                    self.reps(attendees);
                }
                StepKind::AddToCampaign { to, campaign, status, fields } => {
                    self.destination(to);
                    self.campaign_status(campaign, status.as_ref());
                    self.fields("CampaignMember", fields);
                }
                StepKind::ReadCrm { field, .. } => self.read_field(field),
                StepKind::Ask(fields) if fields.is_empty() => {
                    self.error_at(
                        code::IMPOSSIBLE,
                        step.place.0,
                        "the step asks for nothing",
                        "name visitor fields to ask for, or remove the step",
                    );
                }
                StepKind::Ask(_) | StepKind::Say(_) => {}
            }
        }
    }

    fn reps(&mut self, reps: &[Text]) {
        for rep in reps {
            self.rep(rep);
        }
    }

    fn push(&mut self, push: &Push) {
        self.destination(&push.to);
    }

    fn destination(&mut self, to: &Text) {
        let known = self.vocabulary.destinations();
        if !known.contains(&to.as_str()) {
            self.unknown(code::UNKNOWN_PROFILE, "destination", to, known);
        }
    }

    /// A field of the person, whichever object that will be.
    fn read_field(&mut self, field: &Text) {
        let known = self.field_kind("Lead", field).or_else(|| self.field_kind("Contact", field));
        if known.is_none() {
            self.field("Lead", field);
        }
    }

    fn setting(&mut self, name: &Text, value: &Text) {
        let settings = self.vocabulary.settings();
        let Some(setting) = settings.iter().find(|setting| setting.name == name.as_str()) else {
            let known: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
            self.unknown(code::UNKNOWN_SETTING, "setting", name, known);
            return;
        };
        let wanted = match &setting.values {
            SettingValues::OneOf(words) if !words.contains(&value.as_str()) => {
                let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                listed.join(" or ")
            }
            SettingValues::Duration if parse_offset(value).is_none_or(|ms| ms < 0) => {
                "a duration (`30m`)".to_owned()
            }
            SettingValues::Field(word) if value.as_str() != *word => {
                self.field("Lead", value);
                return;
            }
            SettingValues::Count if value.parse::<u64>().is_err() => "a whole number".to_owned(),
            _ => return,
        };
        let message = format!("the setting `{name}` takes {wanted}, not `{value}`");
        let found = Diagnostic::error(code::SETTING_VALUE, value.span, message)
            .help(format!("write {wanted}"));
        let near = match &setting.values {
            SettingValues::OneOf(words) => crate::hint::nearest(value, words),
            _ => None,
        };
        self.out.push(found.maybe_help(near.map(|near| format!("did you mean `{near}`?"))));
    }
}
