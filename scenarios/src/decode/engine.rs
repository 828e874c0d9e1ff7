//! `engine:`: connections, mapping, experiences and their steps, settings.

use crate::ast::{
    BatchingSetup, CampaignMapping, Connections, EngineSetup, Experience, ObjectFields, Push,
    PushAction, PushTiming, RepSetup, RetrySetup, Step, StepKind, ValueMap,
};
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::{Place, Text};
use crate::tree::{Node, NodeKind, Scalar};
use crate::words::{PUSH_ACTIONS, PUSH_TIMINGS, STRATEGIES, UPDATE_SCOPES};

/// Every kind of step.
pub(crate) const STEPS: [&str; 7] =
    ["push", "ask", "say", "route_to_rep", "offer_meeting", "add_to_campaign", "read_crm"];

impl Decoder<'_> {
    pub(crate) fn engine(&mut self, node: &Node) -> EngineSetup {
        let Some(mut map) = Map::of(node, "`engine`", self) else {
            return EngineSetup::default();
        };
        let default = EngineSetup::default();
        let engine = EngineSetup {
            profile: map.text("profile", self).unwrap_or(default.profile),
            connections: map
                .take("connections")
                .map(|node| self.connections(node))
                .unwrap_or_default(),
            mapping: self.named(map.take("mapping"), "`mapping`", Decoder::object_pairs),
            constants: self.named(map.take("constants"), "`constants`", Decoder::object_pairs),
            values: self.value_maps(map.take("values")),
            campaign_mapping: map
                .take("campaign_mapping")
                .and_then(|node| self.campaign_mapping(node)),
            experiences: self.named(map.take("experiences"), "`experiences`", Decoder::experience),
            settings: map.fields("settings", self),
            retry: map.take("retry").and_then(|node| self.retry(node)),
            batching: map.take("batching").and_then(|node| self.batching(node)),
            allow: map.fields("allow", self),
            signals: map.take("signals").and_then(|node| self.signals(node)),
            messenger: map.take("messenger").and_then(|node| self.messenger(node)),
            liaison: map.take("liaison").and_then(|node| self.liaison(node)),
            packages: map.take("packages").and_then(|node| self.packages(node)),
            map: map.take("map").and_then(|node| self.map_setup(node)),
        };
        map.finish(self);
        engine
    }

    fn connections(&mut self, node: &Node) -> Connections {
        let Some(mut map) = Map::of(node, "`connections`", self) else {
            return Connections::default();
        };
        let connections = Connections {
            org_user: map.take("org_user").and_then(|node| self.text_or_null(node)),
            integration_user: map.take("integration_user").and_then(|node| self.text_or_null(node)),
            reps: self.named(map.take("reps"), "`reps`", Decoder::rep),
        };
        map.finish(self);
        connections
    }

    fn rep(&mut self, rep: Text, node: &Node) -> Option<RepSetup> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return Some(RepSetup { rep, name: None, user: self.text_or_null(node) });
        }
        let mut map = Map::of(node, "a rep", self)?;
        let user = map.take("user").and_then(|node| self.text_or_null(node));
        let setup = RepSetup { rep, name: map.text("name", self), user };
        map.finish(self);
        Some(setup)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a reader for `named`, which takes readers that may fail"
    )]
    pub(crate) fn object_pairs(&mut self, object: Text, node: &Node) -> Option<ObjectFields> {
        Some(ObjectFields { object, fields: self.fields(node) })
    }

    /// By object, then by field.
    fn value_maps(&mut self, node: Option<&Node>) -> Vec<ValueMap> {
        let objects = self.named(node, "`values`", |decoder, object, node| {
            let maps = decoder.named(Some(node), "value maps by field", Decoder::object_pairs);
            Some((object, maps))
        });
        let of = |(object, maps): (Text, Vec<ObjectFields>)| {
            let maps = maps.into_iter();
            maps.map(move |it| ValueMap {
                object: object.clone(),
                field: it.object,
                words: it.fields,
            })
        };
        objects.into_iter().flat_map(of).collect()
    }

    fn campaign_mapping(&mut self, node: &Node) -> Option<CampaignMapping> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return Some(CampaignMapping { campaign: self.text_or_null(node)?, status: None });
        }
        let mut map = Map::of(node, "the campaign mapping", self)?;
        let mapping = CampaignMapping {
            campaign: map.required_text("campaign", self),
            status: map.text("status", self),
        };
        map.finish(self);
        Some(mapping)
    }

    fn experience(&mut self, name: Text, node: &Node) -> Option<Experience> {
        let mut map = Map::of(node, "an experience", self)?;
        let steps = map
            .require("steps", self)
            .map(|node| self.list(node, "a list of steps"))
            .unwrap_or_default();
        let steps = steps.iter().filter_map(|item| self.step(item)).collect();
        map.finish(self);
        Some(Experience { name, steps })
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let (word, value) = self.only_entry(node, "a step", &STEPS)?;
        let kind = match word.text.as_str() {
            "push" => self.push(value),
            "ask" => Some(StepKind::Ask(self.texts(value))),
            "say" => self.text(value).map(StepKind::Say),
            "route_to_rep" => self.route_to_rep(value),
            "offer_meeting" => self.offer_meeting(value),
            "add_to_campaign" => self.add_to_campaign(value),
            "read_crm" => self.read_crm(value),
            other => {
                self.unknown_word(word, &format!("there is no step `{other}`"), &STEPS);
                None
            }
        };
        kind.map(|kind| Step { kind, place: Place(node.span) })
    }

    /// The only entry of a map: what a step or a line is.
    pub(crate) fn only_entry<'n>(
        &mut self,
        node: &'n Node,
        what: &'static str,
        words: &[&str],
    ) -> Option<(&'n Scalar, &'n Node)> {
        let mut map = Map::of(node, what, self)?;
        let entries = map.rest();
        if let [only] = entries.as_slice() {
            return Some(*only);
        }
        let help = hint("", words.iter().copied()).unwrap_or_default();
        let message = format!("{what} says exactly one thing; this says {}", entries.len());
        self.out.push(Diagnostic::error(code::EXACTLY_ONE, node.span, message).help(help));
        None
    }

    pub(crate) fn unknown_word(&mut self, word: &Scalar, message: &str, words: &[&str]) {
        let found = Diagnostic::error(code::UNKNOWN_WORD, word.text.span, message);
        self.out.push(found.maybe_help(hint(&word.text, words.iter().copied())));
    }

    fn push(&mut self, node: &Node) -> Option<StepKind> {
        let mut map = Map::of(node, "a push", self)?;
        let to = map.required_text("to", self);
        let action = map.require("action", self).and_then(|node| self.word(node, PUSH_ACTIONS));
        let when_node = map.require("when", self);
        let when = when_node.and_then(|node| self.word(node, PUSH_TIMINGS));
        let records_node = map.take("records");
        let records = records_node.and_then(|node| self.word(node, UPDATE_SCOPES));
        let reason = map.text("reason", self);
        map.finish(self);
        let (action, when) = (action?, when?);
        if let Some(node) = when_node
            .filter(|_| action == PushAction::CreateOrUpdateLead && when == PushTiming::Wait)
        {
            self.error(
                code::CONTRADICTION,
                node.span,
                "`create_or_update_lead` acts now; it cannot wait",
                "write `when: now`, or another action",
            );
        }
        if let Some(node) = records_node.filter(|_| action == PushAction::CreateLead) {
            self.error(
                code::CONTRADICTION,
                node.span,
                "`records` says which records are updated; `create_lead` updates none",
                "remove `records`, or write an action that updates",
            );
        }
        Some(StepKind::Push(Push { to, action, when, records, reason }))
    }

    fn route_to_rep(&mut self, node: &Node) -> Option<StepKind> {
        let mut map = Map::of(node, "a route to a rep", self)?;
        let reps = map.texts("reps", self);
        map.finish(self);
        Some(StepKind::RouteToRep { reps })
    }

    fn offer_meeting(&mut self, node: &Node) -> Option<StepKind> {
        let mut map = Map::of(node, "an offer", self)?;
        let step = StepKind::OfferMeeting {
            owner: map.required_text("owner", self),
            attendees: map.texts("attendees", self),
        };
        map.finish(self);
        Some(step)
    }

    fn add_to_campaign(&mut self, node: &Node) -> Option<StepKind> {
        let mut map = Map::of(node, "a campaign step", self)?;
        let step = StepKind::AddToCampaign {
            to: map.text("to", self).unwrap_or_else(|| Text::from("salesforce")),
            campaign: map.required_text("campaign", self),
            status: map.text("status", self),
            fields: map.fields("fields", self),
        };
        map.finish(self);
        Some(step)
    }

    fn read_crm(&mut self, node: &Node) -> Option<StepKind> {
        let mut map = Map::of(node, "a read step", self)?;
        let step = StepKind::ReadCrm {
            field: map.required_text("field", self),
            into: map.required_text("into", self),
        };
        map.finish(self);
        Some(step)
    }

    fn retry(&mut self, node: &Node) -> Option<RetrySetup> {
        let mut map = Map::of(node, "`retry`", self)?;
        let retry = RetrySetup {
            first_delay: map.duration("first_delay", self),
            factor_thousandths: map.take("factor").and_then(|node| self.thousandths(node)),
            max_delay: map.duration("max_delay", self),
            max_attempts: map.number("max_attempts", self),
            jitter: map.text("jitter", self),
        };
        map.finish(self);
        Some(retry)
    }

    /// `2` or `1.5`, in thousandths.
    fn thousandths(&mut self, node: &Node) -> Option<u64> {
        let scalar = self.scalar(node, "a number")?;
        let (whole, part) = scalar.text.split_once('.').unwrap_or((&scalar.text, ""));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let read = || {
            let whole = whole.parse::<u64>().ok().filter(|_| digits(whole))?;
            let part = format!("{part:0<3}")
                .parse::<u64>()
                .ok()
                .filter(|_| digits(part) && part.len() <= 3)?;
            whole
                .checked_mul(1000)?
                .checked_add(part)
                .filter(|factor| (1000..=1_000_000).contains(factor))
        };
        let factor = read();
        if factor.is_none() {
            let message = format!("`{}` is not a factor from 1 to 1000", scalar.text);
            self.error(code::VALUE, node.span, message, "write a number such as `1.5`");
        }
        factor
    }

    fn batch_size(&mut self, node: &Node) -> Option<u32> {
        let records = self.number(node)?;
        if records == 0 {
            let message = "a batch holds at least one record";
            self.error(
                code::IMPOSSIBLE,
                node.span,
                message,
                "write the most that it may hold, such as `200`",
            );
        }
        Some(records)
    }

    fn batching(&mut self, node: &Node) -> Option<BatchingSetup> {
        let mut map = Map::of(node, "`batching`", self)?;
        let batching = BatchingSetup {
            strategy: map.take("strategy").and_then(|node| self.word(node, STRATEGIES)),
            max_records: map.take("max_records").and_then(|node| self.batch_size(node)),
            all_or_none: map.take("all_or_none").and_then(|node| self.flag(node)),
            max_wait: map.duration("max_wait", self),
        };
        map.finish(self);
        Some(batching)
    }
}
