//! `composite/tree`: parents with their children in one call, all or nothing (wire reference §5.5).
//!
//! Only the records that fail are named in the answer; a record under one that fails is not tried.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value as Json;

use super::{
    body::{parse, place_in_tree, untyped},
    error::{Answer, Refusal, write_item_errors},
    reply::Reply,
    route::{Call, post},
    sobjects::row::known,
    visit::Visit,
};
use crate::{FieldInput, Org, OrgError, SfId, json};

/// Most records of one tree.
const RECORD_LIMIT: usize = 200;
/// Most different objects among them.
const OBJECT_LIMIT: usize = 5;
/// Most levels.
const LEVEL_LIMIT: usize = 5;
/// The version that brought it.
const SINCE: u16 = 34;

/// The tree resource.
pub(super) fn routes() -> super::route::Resource {
    vec![("/composite/tree/{object}", post(tree))]
}

/// `POST …/composite/tree/{object}`
fn tree(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    visit.since(SINCE)?;
    plant(&mut visit.mock.org(), &visit, object, (parse(call.body)?, call.body))
}

/// Creates the records of a tree whose roots are rows of `object`; errors point into the text of the body.
pub(super) fn plant(
    org: &mut Org,
    visit: &Visit,
    object: &str,
    (mut body, text): (FieldInput, &[u8]),
) -> Answer {
    let root = known(org, visit, object)?.name.to_string();
    let records = body.shift_remove("records").unwrap_or(Json::Null);
    let mut nodes = Vec::new();
    Reading { org, nodes: &mut nodes }.level(records, (&root, None), 1)?;
    check_objects(&nodes)?;
    refuse_repeated(&mut nodes);
    if nodes.iter().any(|node| node.refused.is_some()) {
        let results: Vec<_> =
            nodes.iter_mut().map(|node| Err(node.refused.take().into_iter().collect())).collect();
        return Ok(Reply::json(StatusCode::BAD_REQUEST, written(&nodes, &results)));
    }
    let outcome = org.transaction(|org| {
        let results: Vec<Result<SfId, Vec<OrgError>>> = org.batch(|org| save(org, visit, &nodes));
        if results.iter().all(Result::is_ok) { Ok(results) } else { Err(results) }
    });
    let (status, results) = match outcome {
        Ok(results) => (StatusCode::CREATED, results),
        Err(mut results) => {
            for (at, result) in results.iter_mut().enumerate() {
                if let Err(errors) = result {
                    place_in_tree(errors, text, &way_to(&nodes, at));
                }
            }
            (StatusCode::BAD_REQUEST, results)
        }
    };
    Ok(Reply::json(status, written(&nodes, &results)))
}

/// One record of a tree.
struct Node {
    reference_id: String,
    object: String,
    fields: FieldInput,
    /// The number in its list.
    number: usize,
    parent: Option<Parent>,
    /// Why the whole tree is refused.
    refused: Option<OrgError>,
}

/// The node above another.
#[derive(Clone)]
struct Parent {
    node: usize,
    /// The field that refers to it.
    field: String,
    /// What its list of children is called.
    list: String,
}

/// The way to a node, from list to list.
fn way_to(nodes: &[Node], at: usize) -> Vec<(Option<&str>, usize)> {
    let mut way = Vec::with_capacity(LEVEL_LIMIT);
    let mut next = nodes.get(at);
    while let Some(node) = next {
        way.push((node.parent.as_ref().map(|parent| &*parent.list), node.number));
        next = node.parent.as_ref().and_then(|parent| nodes.get(parent.node));
    }
    way.reverse();
    way
}

/// Flattens a tree, parents before their children.
struct Reading<'r> {
    org: &'r Org,
    nodes: &'r mut Vec<Node>,
}

impl Reading<'_> {
    fn level(
        &mut self,
        records: Json,
        (object, parent): (&str, Option<Parent>),
        level: usize,
    ) -> Result<(), Refusal> {
        let Json::Array(records) = records else {
            return Err(invalid(&format!("the records of {object} must be an array")));
        };
        if level > LEVEL_LIMIT {
            return Err(invalid(&format!("a tree has at most {LEVEL_LIMIT} levels")));
        }
        for (number, record) in records.into_iter().enumerate() {
            let Json::Object(fields) = record else {
                return Err(invalid(&format!("a record of {object} must be an object")));
            };
            let fields = fields.into_iter().collect();
            let above = (object, parent.clone());
            self.node((number, fields), above, level)?;
        }
        Ok(())
    }

    fn node(
        &mut self,
        (number, mut fields): (usize, FieldInput),
        (object, parent): (&str, Option<Parent>),
        level: usize,
    ) -> Result<(), Refusal> {
        if self.nodes.len() >= RECORD_LIMIT {
            return Err(invalid(&format!("a tree has at most {RECORD_LIMIT} records")));
        }
        let reference_id = fields
            .get("attributes")
            .and_then(|attributes| attributes.get("referenceId"))
            .and_then(Json::as_str)
            .filter(|id| !id.is_empty())
            .ok_or_else(|| invalid("Include a reference ID for each record in the request."))?
            .to_owned();
        let own = untyped(&mut fields);
        if own.as_ref().is_some_and(|own| !own.eq_ignore_ascii_case(object)) {
            return Err(invalid(&format!("record {reference_id} must be of type {object}")));
        }
        let untold = "Include an entity type for each record in the request.";
        let refused = own.is_none().then(|| OrgError::new("INVALID_INPUT", untold));
        let children = self.children(object, &mut fields);
        let at = self.nodes.len();
        let object = object.to_owned();
        self.nodes.push(Node { reference_id, object, fields, number, parent, refused });
        for child in children {
            let parent = Parent { node: at, field: child.field, list: child.list };
            self.level(child.records, (&child.object, Some(parent)), level + 1)?;
        }
        Ok(())
    }

    /// Takes the lists of children out of a record.
    fn children(&self, object: &str, fields: &mut FieldInput) -> Vec<Children> {
        let Some(schema) = self.org.schema().object(object) else { return Vec::new() };
        let mut children = Vec::new();
        let is_list = |value: &Json| value.get("records").is_some();
        let lists: Vec<String> =
            fields.iter().filter(|(_, value)| is_list(value)).map(|(key, _)| key.clone()).collect();
        for key in lists {
            let Some(child) = schema.child(&key) else { continue };
            let of = self.org.schema().at(child.object);
            let field = of.field_at(child.field).name.to_string();
            let list = fields
                .shift_remove(&key)
                .and_then(|mut list| Some(list.get_mut("records")?.take()));
            let records = list.unwrap_or_default();
            children.push(Children { records, object: of.name.to_string(), field, list: key });
        }
        children
    }
}

/// A list of children.
struct Children {
    records: Json,
    object: String,
    /// Their field that refers to the record above.
    field: String,
    /// What the record above calls them.
    list: String,
}

fn check_objects(nodes: &[Node]) -> Result<(), Refusal> {
    let objects: BTreeSet<&str> = nodes.iter().map(|node| node.object.as_str()).collect();
    if objects.len() > OBJECT_LIMIT {
        return Err(invalid(&format!("a tree has records of at most {OBJECT_LIMIT} objects")));
    }
    if nodes.is_empty() {
        return Err(invalid("a tree has at least one record"));
    }
    Ok(())
}

/// Refuses every record whose reference id another one has, too.
fn refuse_repeated(nodes: &mut [Node]) {
    let mut seen = BTreeSet::new();
    let again = nodes.iter().filter(|node| !seen.insert(&node.reference_id));
    let again: BTreeSet<String> = again.map(|node| node.reference_id.clone()).collect();
    let text = "Duplicate ReferenceId provided in the request.";
    for node in nodes.iter_mut().filter(|node| again.contains(&node.reference_id)) {
        node.refused = Some(OrgError::new("INVALID_INPUT", text));
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "INVALID_INPUT", message)
}

fn save(org: &mut Org, visit: &Visit, nodes: &[Node]) -> Vec<Result<SfId, Vec<OrgError>>> {
    let mut results: Vec<Result<SfId, Vec<OrgError>>> = Vec::with_capacity(nodes.len());
    for (place, node) in nodes.iter().enumerate() {
        if let Some(error) = visit.failure(place) {
            results.push(Err(vec![error]));
            continue;
        }
        let mut fields = node.fields.clone();
        if let Some(Parent { node, field, .. }) = &node.parent {
            let Some(Ok(parent)) = results.get(*node) else {
                results.push(Err(Vec::new()));
                continue;
            };
            fields.insert(field.clone(), Json::String(parent.to_string()));
        }
        results.push(org.create(&visit.saving, &node.object, &fields).map(|saved| saved.id));
    }
    results
}

fn written(nodes: &[Node], results: &[Result<SfId, Vec<OrgError>>]) -> Vec<u8> {
    let has_errors = results.iter().any(Result::is_err);
    let mut out = Vec::new();
    json::write_plain(&mut out, format_args!("{{\"hasErrors\":{has_errors},\"results\":["));
    let mut first = true;
    for (node, result) in nodes.iter().zip(results) {
        let told = match result {
            Ok(_) => !has_errors,
            Err(errors) => !errors.is_empty(),
        };
        if !told {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"referenceId\":");
        json::write_text(&mut out, &node.reference_id);
        match result {
            Ok(id) => json::write_plain(&mut out, format_args!(",\"id\":\"{id}\"")),
            Err(errors) => {
                out.extend_from_slice(b",\"errors\":");
                write_item_errors(&mut out, errors);
            }
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}
