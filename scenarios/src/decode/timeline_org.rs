//! `timeline:`: what administrators do to the org, restarts and faults.

use crate::ast::{
    ChangePermission, Convert, Fault, FaultAnswer, FaultVerdict, NamedFault, RecordRef,
    SchemaChange, Verb,
};
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;
use crate::tree::{Node, NodeKind};

/// What a schema can change.
pub(crate) const SCHEMA_CHANGES: [&str; 9] = [
    "add_field",
    "remove_field",
    "require",
    "unrequire",
    "activate_rule",
    "deactivate_rule",
    "add_validation_rule",
    "add_converted_status",
    "remove_converted_status",
];

/// What a fault can do.
pub(crate) const VERDICTS: [&str; 8] =
    ["answer", "commit_then_lose", "reset", "truncate", "slow", "kind", "link_down", "link_slow"];

impl Decoder<'_> {
    pub(crate) fn org_verb(&mut self, word: &str, map: &mut Map<'_>) -> Option<Verb> {
        match word {
            "create" => Some(self.create(map)),
            "update" => {
                let record = self.record_ref("record", map);
                let fields =
                    map.require("fields", self).map(|node| self.fields(node)).unwrap_or_default();
                Some(Verb::Update { record: record?, fields, by: map.text("by", self) })
            }
            "delete" => {
                let (record, by) = (self.record_ref("record", map), map.text("by", self));
                Some(Verb::Delete { record: record?, by })
            }
            "undelete" => {
                let (record, by) = (self.record_ref("record", map), map.text("by", self));
                Some(Verb::Undelete { record: record?, by })
            }
            "convert" => self.convert(map),
            "merge" => self.merge(map),
            "deactivate" => Some(Verb::Deactivate { user: map.required_text("user", self) }),
            "activate" => Some(Verb::Activate { user: map.required_text("user", self) }),
            "change_schema" => self.change_schema(map),
            "change_permission" => Some(self.change_permission(map)),
            "restart_engine" => Some(Verb::RestartEngine),
            _ => self.fault(map),
        }
    }

    fn create(&mut self, map: &mut Map<'_>) -> Verb {
        Verb::Create {
            object: map.required_text("object", self),
            key: map.text("key", self),
            fields: map.fields("fields", self),
            by: map.text("by", self),
        }
    }

    fn record_ref(&mut self, key: &'static str, map: &mut Map<'_>) -> Option<RecordRef> {
        map.require(key, self).and_then(|node| self.reference(node))
    }

    fn optional_ref(&mut self, key: &'static str, map: &mut Map<'_>) -> Option<RecordRef> {
        map.take(key).and_then(|node| self.reference(node))
    }

    fn reference(&mut self, node: &Node) -> Option<RecordRef> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return self.text(node).map(RecordRef::Name);
        }
        let mut map = Map::of(node, "a record (a name, or `{ object, where }`)", self)?;
        let object = map.required_text("object", self);
        let fields = map.require("where", self).map(|node| self.fields(node)).unwrap_or_default();
        map.finish(self);
        Some(RecordRef::Where { object, fields })
    }

    fn convert(&mut self, map: &mut Map<'_>) -> Option<Verb> {
        let record = self.record_ref("record", map);
        let convert = Convert {
            contact_key: map.text("contact_key", self),
            account: self.optional_ref("account", map),
            contact: self.optional_ref("contact", map),
            owner: map.text("owner", self),
            by: map.text("by", self),
            record: record?,
        };
        Some(Verb::Convert(convert))
    }

    fn merge(&mut self, map: &mut Map<'_>) -> Option<Verb> {
        let into = self.record_ref("into", map);
        let from = match map.require("from", self) {
            Some(Node { kind: NodeKind::List(items), .. }) => {
                items.iter().filter_map(|item| self.reference(item)).collect()
            }
            Some(one) => self.reference(one).into_iter().collect(),
            None => Vec::new(),
        };
        let by = map.text("by", self);
        Some(Verb::Merge { into: into?, from, by })
    }

    fn change_schema(&mut self, map: &mut Map<'_>) -> Option<Verb> {
        let object = map.required_text("object", self);
        let (word, node) = self.one_of(map, &SCHEMA_CHANGES, "a change of the schema")?;
        let change = match word {
            "add_field" => {
                let mut field = Map::of(node, "a field", self)?;
                let name = field.required_text("name", self);
                let change = SchemaChange::AddField(self.custom_field_body(name, &mut field));
                field.finish(self);
                change
            }
            "add_validation_rule" => {
                let mut rule = Map::of(node, "a validation rule", self)?;
                let name = rule.required_text("name", self);
                let change =
                    SchemaChange::AddValidationRule(self.validation_rule_body(name, &mut rule));
                rule.finish(self);
                change
            }
            "remove_field" => SchemaChange::RemoveField(self.text(node)?),
            "add_converted_status" => SchemaChange::AddConvertedStatus(self.text(node)?),
            "remove_converted_status" => SchemaChange::RemoveConvertedStatus(self.text(node)?),
            "require" => SchemaChange::Require(self.text(node)?),
            "unrequire" => SchemaChange::Unrequire(self.text(node)?),
            "activate_rule" => SchemaChange::ActivateRule(self.text(node)?),
            _ => SchemaChange::DeactivateRule(self.text(node)?),
        };
        Some(Verb::ChangeSchema { object, change })
    }

    /// The only one of several keys that is there.
    fn one_of<'n>(
        &mut self,
        map: &mut Map<'n>,
        keys: &[&'static str],
        what: &str,
    ) -> Option<(&'static str, &'n Node)> {
        let found: Vec<(&'static str, &'n Node)> =
            keys.iter().filter_map(|key| map.take(key).map(|node| (*key, node))).collect();
        if let [only] = found.as_slice() {
            return Some(*only);
        }
        let listed: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let help = format!("write exactly one of {}", listed.join(", "));
        let message = format!("{what} needs exactly one of its kinds; this has {}", found.len());
        self.out.push(Diagnostic::error(code::EXACTLY_ONE, map.span, message).help(help));
        None
    }

    fn change_permission(&mut self, map: &mut Map<'_>) -> Verb {
        Verb::ChangePermission(ChangePermission {
            user: map.required_text("user", self),
            object: map.required_text("object", self),
            allow: map.take("allow").map(|node| self.permissions(node)).unwrap_or_default(),
            deny: map.take("deny").map(|node| self.permissions(node)).unwrap_or_default(),
            hide_fields: map.texts("hide_fields", self),
            lock_fields: map.texts("lock_fields", self),
        })
    }

    fn fault(&mut self, map: &mut Map<'_>) -> Option<Verb> {
        let id = map.required_text("id", self);
        let operations: Vec<Text> =
            map.texts("operations", self).into_iter().filter(|word| *word != "any").collect();
        let object = map.text("object", self);
        let on = map.text("on", self);
        let lasts = map.duration("for", self);
        let times = map.number("times", self);
        let skip = map.number("skip", self).unwrap_or(0);
        let (word, node) = self.one_of(map, &VERDICTS, "a fault")?;
        let verdict = match word {
            "answer" => FaultVerdict::Answer(self.answer(node)?),
            "truncate" => FaultVerdict::Truncate(self.number(node)?),
            "slow" => FaultVerdict::Slow(self.duration(node)?),
            "commit_then_lose" => self.only_true(node, FaultVerdict::CommitThenLose)?,
            "kind" => FaultVerdict::Named(self.named_fault(node, map)?),
            "link_down" => FaultVerdict::LinkDown(self.text(node)?),
            "link_slow" => FaultVerdict::LinkSlow(self.duration(node)?),
            _ => self.only_true(node, FaultVerdict::Reset)?,
        };
        Some(Verb::Fault(Fault { id, operations, object, on, verdict, lasts, times, skip }))
    }

    fn named_fault(&mut self, kind: &Node, map: &mut Map<'_>) -> Option<NamedFault> {
        let rows =
            map.take("rows").map(|node| self.list(node, "places of rows")).unwrap_or_default();
        Some(NamedFault {
            kind: self.text(kind)?,
            rows: rows.iter().filter_map(|row| self.number(row)).collect(),
            by: map.take("by").and_then(|node| self.offset(node)),
            bytes: map.number("bytes", self),
            used: map.number("used", self),
            max: map.number("max", self),
            code: map.text("code", self),
            message: map.text("message", self),
            host: map.text("host", self),
        })
    }

    /// A key that can only be `true`.
    pub(crate) fn only_true<T>(&mut self, node: &Node, meaning: T) -> Option<T> {
        if self.flag(node)? {
            return Some(meaning);
        }
        self.error(
            code::VALUE,
            node.span,
            "this can only be `true`; leave it out otherwise",
            "write `true`, or remove the key",
        );
        None
    }

    fn answer(&mut self, node: &Node) -> Option<FaultAnswer> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return Some(FaultAnswer {
                status: self.status_code(node)?,
                code: None,
                message: None,
                html: false,
            });
        }
        let mut map = Map::of(node, "an answer", self)?;
        let status = map.require("status", self).and_then(|node| self.status_code(node));
        let (code, message) = (map.text("code", self), map.text("message", self));
        let html = map.flag("html", false, self);
        map.finish(self);
        Some(FaultAnswer { status: status?, code, message, html })
    }

    fn status_code(&mut self, node: &Node) -> Option<u16> {
        let status = self.number::<u16>(node)?;
        if !(200..=599).contains(&status) {
            let message = format!("`{status}` is no HTTP status of an answer (200 to 599)");
            self.error(
                code::VALUE,
                node.span,
                message,
                "write the status as a number, such as 503",
            );
            return None;
        }
        Some(status)
    }
}
