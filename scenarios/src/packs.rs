//! `use:`, worlds and engines that several scenarios share.
//!
//! Packs are merged in order, later ones win, the scenario itself wins over all. Maps are merged key by key, lists and values are replaced.

use crate::decode::{Decoder, Map, scenario_format};
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;
use crate::tree::{Node, NodeKind, Scalar};

/// How many packs a scenario may use.
pub const MAX_PACKS: usize = 16;

/// The paths under `use:`.
pub(crate) fn paths(root: &Node, d: &mut Decoder<'_>) -> Vec<Text> {
    let Some(node) = root.get("use") else { return Vec::new() };
    let paths = d.texts(node);
    if paths.len() > MAX_PACKS {
        d.error(
            code::LIMIT,
            node.span,
            format!("a scenario uses at most {MAX_PACKS} packs"),
            "merge packs that are used together into one",
        );
        return Vec::new();
    }
    paths
}

/// Checks the top level of a pack.
pub(crate) fn check_pack(root: &Node, d: &mut Decoder<'_>) {
    let Some(mut map) = Map::of(root, "a pack", d) else { return };
    scenario_format(&mut map, d);
    map.required_text("pack", d);
    let parts = [map.take("world"), map.take("engine")];
    if parts.iter().all(Option::is_none) {
        let found =
            Diagnostic::error(code::MISSING_KEY, map.span, "a pack needs a `world` or an `engine`")
                .help("add what the scenarios that use it share");
        d.out.push(found);
    }
    map.finish(d);
}

/// The scenario over its packs.
pub(crate) fn merge_all(packs: &[Node], scenario: Node) -> Node {
    let mut root = scenario;
    for part in ["world", "engine"] {
        let layers = packs.iter().filter_map(|pack| pack.get(part));
        let Some(base) = layers.cloned().reduce(merge) else { continue };
        let NodeKind::Map(entries) = &mut root.kind else { return root };
        if let Some((_, own)) = entries.iter_mut().find(|(key, _)| key.text == part) {
            *own = merge(base, own.clone());
        } else {
            let key = Scalar { text: Text::new(part, base.span), plain: true };
            entries.push((key, base));
        }
    }
    root
}

/// `over` on top of `base`.
fn merge(base: Node, over: Node) -> Node {
    let (NodeKind::Map(mut entries), NodeKind::Map(news)) = (base.kind, over.kind.clone()) else {
        return over;
    };
    for (key, value) in news {
        match entries.iter_mut().find(|(name, _)| name.text == key.text) {
            Some((name, old)) => {
                *name = key;
                let lower = Node {
                    kind: std::mem::replace(&mut old.kind, NodeKind::List(Vec::new())),
                    span: old.span,
                };
                *old = merge(lower, value);
            }
            None => entries.push((key, value)),
        }
    }
    Node { kind: NodeKind::Map(entries), span: over.span }
}
