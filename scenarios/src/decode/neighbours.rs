//! `world.neighbours`, `engine.map`, and the verb `enrich`.

use crate::ast::{
    Enrich, LinkSetup, MapSetup, NeighbourLimits, NeighbourRecord, NeighbourSetup, RecordCheck,
};
use crate::decode::{Decoder, Map};
use crate::source::Text;
use crate::tree::{Node, NodeKind};

impl Decoder<'_> {
    pub(crate) fn neighbour(&mut self, system: Text, node: &Node) -> Option<NeighbourSetup> {
        let mut map = Map::of(node, "a system", self)?;
        let records = map
            .take("records")
            .map(|node| self.list(node, "a list of records"))
            .unwrap_or_default();
        let setup = NeighbourSetup {
            system,
            records: records.iter().filter_map(|it| self.neighbour_record(it)).collect(),
            fields: map.texts("fields", self),
            link: map.take("link").and_then(|node| self.link(node)),
            limits: map.take("limits").and_then(|node| self.neighbour_limits(node)),
            duplicate_status: map.number("duplicate_status", self),
            multiple_prospects: map.flag("multiple_prospects", false, self),
            place: map.place(),
        };
        map.finish(self);
        Some(setup)
    }

    fn neighbour_record(&mut self, node: &Node) -> Option<NeighbourRecord> {
        let mut map = Map::of(node, "a record", self)?;
        let mut moment = |key, d: &mut Self| map.take(key).and_then(|node| d.moment(node));
        let (created, updated) = (moment("created", self), moment("updated", self));
        let record = NeighbourRecord {
            key: map.text("key", self),
            kind: map.text("kind", self),
            fields: map.fields("fields", self),
            created,
            updated,
            linked_to: map.text("linked_to", self),
        };
        map.finish(self);
        Some(record)
    }

    fn link(&mut self, node: &Node) -> Option<LinkSetup> {
        let mut map = Map::of(node, "a link", self)?;
        let link = LinkSetup {
            lag: map.duration("lag", self),
            user: map.text("user", self),
            mapping: map.fields("mapping", self),
            down: map.text("down", self),
        };
        map.finish(self);
        Some(link)
    }

    fn neighbour_limits(&mut self, node: &Node) -> Option<NeighbourLimits> {
        let mut map = Map::of(node, "limits", self)?;
        let limits = NeighbourLimits {
            calls: map.number("calls", self),
            per: map.duration("per", self),
            daily: map.number("daily", self),
            at_once: map.number("at_once", self),
        };
        map.finish(self);
        Some(limits)
    }

    pub(crate) fn map_setup(&mut self, node: &Node) -> Option<MapSetup> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return Some(MapSetup { system: self.text(node)?, lag: None });
        }
        let mut map = Map::of(node, "`map`", self)?;
        let setup =
            MapSetup { system: map.required_text("system", self), lag: map.duration("lag", self) };
        map.finish(self);
        Some(setup)
    }

    pub(crate) fn enrich(&mut self, map: &mut Map<'_>) -> Enrich {
        Enrich {
            visitor: self.visitor(map),
            vendor: map.required_text("vendor", self),
            level: map.required_text("level", self),
            fields: map.fields("fields", self),
        }
    }

    pub(crate) fn neighbour_check(&mut self, node: &Node) -> Option<RecordCheck> {
        let mut map = Map::of(node, "a check of a system's records", self)?;
        let check = RecordCheck {
            object: map.required_text("system", self),
            filter: self.matchers(map.take("where")),
            count: map.take("count").and_then(|node| self.count(node)),
            alias: map.text("as", self),
            fields: self.matchers(map.take("fields")),
            deleted: false,
        };
        map.finish(self);
        Some(check)
    }
}
