//! `world:`: users, queues, objects and campaigns.

use crate::ast::{
    AssignmentEntry, AssignmentRule, CampaignSetup, CampaignStatus, CustomField, DuplicateAction,
    DuplicateRule, FieldKind, Flow, ObjectPermission, ObjectSetup, OrgSetup, Permission,
    QueueSetup, UserPreset, UserSetup, ValidationRule, WorldSetup,
};
use crate::decode::{Decoder, Map};
use crate::source::Text;
use crate::tree::{Node, NodeKind};
use crate::words::{DUPLICATE_ACTIONS, FIELD_KINDS, FLOW_TRIGGERS, PERMISSIONS, USER_PRESETS};

impl Decoder<'_> {
    pub(crate) fn world(&mut self, node: &Node) -> WorldSetup {
        let Some(mut map) = Map::of(node, "`world`", self) else { return WorldSetup::default() };
        let world = WorldSetup {
            org: map.take("org").map(|node| self.org(node)).unwrap_or_default(),
            users: self.named(map.take("users"), "`users`", Decoder::user),
            queues: self.named(map.take("queues"), "`queues`", Decoder::queue),
            companies: self.named(map.take("companies"), "`companies`", Decoder::company),
            objects: self.named(map.take("objects"), "`objects`", Decoder::object),
            campaigns: self.named(map.take("campaigns"), "`campaigns`", Decoder::campaign),
            records: self.records(map.take("records")),
            csv: self.csv(map.take("csv")),
            neighbours: self.named(map.take("neighbours"), "`neighbours`", Decoder::neighbour),
        };
        map.finish(self);
        world
    }

    fn org(&mut self, node: &Node) -> OrgSetup {
        let Some(mut map) = Map::of(node, "`org`", self) else { return OrgSetup::default() };
        let org = OrgSetup {
            time_zone: map.text("time_zone", self),
            api_allocation: map.number("api_allocation", self),
            enforce_allocation: map.flag("enforce_allocation", false, self),
            conversion_rules: map.flag("conversion_rules", false, self),
            row_locks: map.duration("row_locks", self),
            concurrent_calls: map.number("concurrent_calls", self),
            bulk_job: map.duration("bulk_job", self),
            search_delay: map.duration("search_delay", self),
            default_lead_owner: map.text("default_lead_owner", self),
        };
        map.finish(self);
        org
    }

    fn user(&mut self, key: Text, node: &Node) -> Option<UserSetup> {
        let mut map = Map::of(node, "a user", self)?;
        let preset = map.take("preset").and_then(|node| self.word(node, USER_PRESETS));
        let mut user = UserSetup {
            key,
            name: map.text("name", self),
            email: map.text("email", self),
            active: map.flag("active", true, self),
            time_zone: map.text("time_zone", self),
            permissions: self.named(
                map.take("permissions"),
                "permissions by object",
                |d, object, node| Some(ObjectPermission { object, allow: d.permissions(node) }),
            ),
            read_only_fields: self.named(
                map.take("read_only_fields"),
                "fields by object",
                Decoder::object_fields,
            ),
            hidden_fields: self.named(
                map.take("hidden_fields"),
                "fields by object",
                Decoder::object_fields,
            ),
        };
        map.finish(self);
        let is_said = user.permissions.iter().any(|found| found.object == "Account");
        if preset == Some(UserPreset::Legacy2022) && !is_said {
            let (object, allow) = (Text::from("Account"), vec![Permission::Read, Permission::Edit]);
            user.permissions.push(ObjectPermission { object, allow });
        }
        Some(user)
    }

    pub(crate) fn permissions(&mut self, node: &Node) -> Vec<Permission> {
        self.list(node, "a list of permissions")
            .iter()
            .filter_map(|item| self.word(item, PERMISSIONS))
            .collect()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a reader for `named`, which takes readers that may fail"
    )]
    fn object_fields(&mut self, object: Text, node: &Node) -> Option<(Text, Vec<Text>)> {
        Some((object, self.texts(node)))
    }

    fn queue(&mut self, key: Text, node: &Node) -> Option<QueueSetup> {
        let mut map = Map::of(node, "a queue", self)?;
        let queue = QueueSetup {
            key,
            name: map.text("name", self),
            objects: map.texts("objects", self),
            members: map.texts("members", self),
        };
        map.finish(self);
        Some(queue)
    }

    fn object(&mut self, object: Text, node: &Node) -> Option<ObjectSetup> {
        let mut map = Map::of(node, "an object", self)?;
        let setup = ObjectSetup {
            object,
            fields: self.named(map.take("fields"), "`fields`", Decoder::custom_field),
            required: map.texts("required", self),
            validation_rules: self.named(
                map.take("validation_rules"),
                "`validation_rules`",
                Decoder::validation_rule,
            ),
            duplicate_rules: self.named(
                map.take("duplicate_rules"),
                "`duplicate_rules`",
                Decoder::duplicate_rule,
            ),
            assignment_rule: map
                .take("assignment_rule")
                .and_then(|node| self.assignment_rule(node)),
            flows: self.named(map.take("flows"), "`flows`", Decoder::flow),
        };
        map.finish(self);
        Some(setup)
    }

    pub(crate) fn custom_field(&mut self, name: Text, node: &Node) -> Option<CustomField> {
        let mut map = Map::of(node, "a field", self)?;
        let field = self.custom_field_body(name, &mut map);
        map.finish(self);
        Some(field)
    }

    pub(crate) fn custom_field_body(&mut self, name: Text, map: &mut Map<'_>) -> CustomField {
        CustomField {
            name,
            kind: map
                .require("type", self)
                .and_then(|node| self.word(node, FIELD_KINDS))
                .unwrap_or(FieldKind::Text),
            length: map.number("length", self),
            unique: map.flag("unique", false, self),
            external_id: map.flag("external_id", false, self),
            required: map.flag("required", false, self),
            restricted: map.flag("restricted", false, self),
            values: map.texts("values", self),
            default: map.text("default", self),
        }
    }

    pub(crate) fn validation_rule(&mut self, name: Text, node: &Node) -> Option<ValidationRule> {
        let mut map = Map::of(node, "a validation rule", self)?;
        let rule = self.validation_rule_body(name, &mut map);
        map.finish(self);
        Some(rule)
    }

    pub(crate) fn validation_rule_body(&mut self, name: Text, map: &mut Map<'_>) -> ValidationRule {
        ValidationRule {
            name,
            when: map.required_text("when", self),
            message: map.required_text("message", self),
            field: map.text("field", self),
            active: map.flag("active", true, self),
        }
    }

    fn duplicate_rule(&mut self, name: Text, node: &Node) -> Option<DuplicateRule> {
        let mut map = Map::of(node, "a duplicate rule", self)?;
        let mut action = |key, d: &mut Self| {
            map.take(key)
                .and_then(|node| d.word(node, DUPLICATE_ACTIONS))
                .unwrap_or(DuplicateAction::Allow)
        };
        let (on_create, on_update) = (action("on_create", self), action("on_update", self));
        let rule = DuplicateRule {
            name,
            match_fields: map
                .require("match", self)
                .map(|node| self.texts(node))
                .unwrap_or_default(),
            against: map.texts("against", self),
            on_create,
            on_update,
            alert: map.text("alert", self),
            active: map.flag("active", true, self),
        };
        map.finish(self);
        Some(rule)
    }

    fn assignment_rule(&mut self, node: &Node) -> Option<AssignmentRule> {
        let mut map = Map::of(node, "an assignment rule", self)?;
        let entries = map
            .require("entries", self)
            .map(|node| self.list(node, "a list of entries"))
            .unwrap_or_default();
        let rule = AssignmentRule {
            active: map.flag("active", true, self),
            entries: entries.iter().filter_map(|item| self.assignment_entry(item)).collect(),
        };
        map.finish(self);
        Some(rule)
    }

    fn assignment_entry(&mut self, node: &Node) -> Option<AssignmentEntry> {
        let mut map = Map::of(node, "an entry", self)?;
        let entry = AssignmentEntry {
            when: map.required_text("when", self),
            owner: map.required_text("owner", self),
        };
        map.finish(self);
        Some(entry)
    }

    fn flow(&mut self, name: Text, node: &Node) -> Option<Flow> {
        let mut map = Map::of(node, "a flow", self)?;
        let on = map.require("on", self).and_then(|node| self.word(node, FLOW_TRIGGERS));
        let set = map.require("set", self).map(|node| self.fields(node)).unwrap_or_default();
        let flow = Flow {
            name,
            on: on.unwrap_or(crate::ast::FlowTrigger::Both),
            when: map.text("when", self),
            set,
            after: map.duration("after", self).unwrap_or(0),
        };
        map.finish(self);
        Some(flow)
    }

    fn campaign(&mut self, key: Text, node: &Node) -> Option<CampaignSetup> {
        let mut map = Map::of(node, "a campaign", self)?;
        let statuses = map
            .take("statuses")
            .map(|node| self.list(node, "a list of statuses"))
            .unwrap_or_default();
        let campaign = CampaignSetup {
            key,
            name: map.text("name", self),
            statuses: statuses.iter().filter_map(|item| self.status(item)).collect(),
            active: map.flag("active", true, self),
        };
        map.finish(self);
        Some(campaign)
    }

    fn status(&mut self, node: &Node) -> Option<CampaignStatus> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return Some(CampaignStatus { name: self.text(node)?, responded: None, default: None });
        }
        let mut map = Map::of(node, "a status", self)?;
        let status = CampaignStatus {
            name: map.required_text("name", self),
            responded: map.take("responded").and_then(|node| self.flag(node)),
            default: map.take("default").and_then(|node| self.flag(node)),
        };
        map.finish(self);
        Some(status)
    }
}
