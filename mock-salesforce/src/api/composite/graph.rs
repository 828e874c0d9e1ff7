//! `composite/graph`: up to 500 calls in up to 75 graphs, each graph all or nothing (wire reference §5.6).
//!
//! A node of a graph creates, reads, changes or deletes one row. After 14 graphs that failed the rest is not tried.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    limit_exceeded,
    parts::{self, Answered, Part},
};
use crate::{
    Org,
    api::{
        body::parse,
        error::{Answer, Refusal},
        reply::Reply,
        route::Call,
        visit::Visit,
    },
    json,
};

/// Most nodes of all graphs.
const NODE_LIMIT: usize = 500;
/// Most graphs of one call.
const GRAPH_LIMIT: usize = 75;
/// Longest chain of references in a graph.
const DEPTH_LIMIT: usize = 15;
/// Most kinds of nodes (method and object) of one graph.
const KIND_LIMIT: usize = 15;
/// Graphs that may fail before the rest is not tried.
const FAILURE_LIMIT: usize = 14;
/// The version that brought it.
const SINCE: u16 = 50;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(deserialize_with = "crate::api::body::maps")]
    graphs: Vec<Graph>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Graph {
    graph_id: String,
    #[serde(deserialize_with = "crate::api::body::maps")]
    composite_request: Vec<Part>,
}

/// `POST …/composite/graph`
pub(super) fn graph(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(SINCE)?;
    let body: Body = parse(call.body)?;
    check(&visit, &body.graphs)?;
    let mut org = visit.mock.org();
    let mut out = b"{\"graphs\":[".to_vec();
    let mut failures = 0;
    for (at, graph) in body.graphs.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let outcome = carry_out(&mut org, &visit, graph, failures);
        failures += usize::from(outcome.is_err());
        write(&mut out, graph, outcome);
    }
    out.extend_from_slice(b"]}");
    Ok(Reply::ok(out))
}

fn check(visit: &Visit, graphs: &[Graph]) -> Result<(), Refusal> {
    if graphs.len() > GRAPH_LIMIT {
        return Err(limit_exceeded(&format!("at most {GRAPH_LIMIT} graphs in a request")));
    }
    let nodes: usize = graphs.iter().map(|graph| graph.composite_request.len()).sum();
    if nodes > NODE_LIMIT {
        return Err(limit_exceeded(&format!("at most {NODE_LIMIT} nodes in a request")));
    }
    let mut seen = BTreeSet::new();
    for graph in graphs {
        if !seen.insert(graph.graph_id.as_str()) {
            return Err(parts::invalid(&format!("Duplicate graph id: {}", graph.graph_id)));
        }
        parts::check_names(visit, &graph.composite_request)?;
        check_size(graph)?;
    }
    Ok(())
}

fn check_size(graph: &Graph) -> Result<(), Refusal> {
    let nodes = &graph.composite_request;
    let kinds: BTreeSet<(&str, &str)> =
        nodes.iter().map(|node| (node.method.as_str(), object_of(node))).collect();
    if kinds.len() > KIND_LIMIT {
        return Err(limit_exceeded(&format!(
            "at most {KIND_LIMIT} different nodes in graph {}",
            graph.graph_id
        )));
    }
    if depth(nodes) > DEPTH_LIMIT {
        return Err(limit_exceeded(&format!(
            "at most {DEPTH_LIMIT} levels of references in graph {}",
            graph.graph_id
        )));
    }
    Ok(())
}

/// Length of the longest chain of nodes that refer to nodes before them.
fn depth(nodes: &[Part]) -> usize {
    let mut depths: Vec<(&str, usize)> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let text = node.body.as_ref().map(ToString::to_string).unwrap_or_default() + &node.url;
        let above = depths.iter().filter(|(name, _)| refers(&text, name)).map(|(_, depth)| *depth);
        let own = above.max().unwrap_or_default() + 1;
        depths.push((&node.reference_id, own));
    }
    depths.into_iter().map(|(_, depth)| depth).max().unwrap_or_default()
}

fn refers(text: &str, name: &str) -> bool {
    let mut places = text.split("@{").skip(1);
    places
        .any(|place| place.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '[', '}'])))
}

/// The object that a node is about.
fn object_of(node: &Part) -> &str {
    let path = node.url.split('?').next().unwrap_or_default();
    path.split_once("/sobjects/").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default())
}

/// `Err` when nothing of the graph stays.
fn carry_out(
    org: &mut Org,
    visit: &Visit,
    graph: &Graph,
    failures: usize,
) -> Result<Vec<Answered>, Vec<Answered>> {
    let nodes = &graph.composite_request;
    if failures >= FAILURE_LIMIT {
        return Err(parts::taken_back(nodes, None));
    }
    if let Some(at) = nodes.iter().position(|node| object_of(node).is_empty()) {
        return Err(parts::taken_back(nodes, Some((at, not_a_row()))));
    }
    parts::carry_out_all(org, visit, nodes)
}

fn not_a_row() -> Reply {
    let message = "Only sObject rows can be nodes of a composite graph";
    Reply::from(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_INPUT", message))
}

fn write(out: &mut Vec<u8>, graph: &Graph, outcome: Result<Vec<Answered>, Vec<Answered>>) {
    let is_successful = outcome.is_ok();
    let answered = outcome.unwrap_or_else(|taken_back| taken_back);
    out.extend_from_slice(b"{\"graphId\":");
    json::write_text(out, &graph.graph_id);
    out.extend_from_slice(b",\"graphResponse\":{");
    parts::write(out, &answered);
    json::write_plain(out, format_args!("}},\"isSuccessful\":{is_successful}}}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, url: &str, body: &str) -> Part {
        Part {
            method: "POST".to_owned(),
            url: url.to_owned(),
            reference_id: id.to_owned(),
            body: Some(serde_json::from_str(body).unwrap()),
            http_headers: None,
        }
    }

    #[test]
    fn depth_is_the_longest_chain_of_references() {
        let nodes = [
            node("a", "/x", "{}"),
            node("ab", "/x", r#"{"AccountId":"@{a.id}"}"#),
            node("c", "/x/@{ab.id}", "{}"),
            node("d", "/x", r#"{"AccountId":"@{a.id}"}"#),
        ];
        assert_eq!(depth(&nodes), 3);
        assert_eq!(depth(&nodes[..1]), 1);
        assert_eq!(depth(&[]), 0);
    }

    #[test]
    fn a_node_is_about_the_object_of_its_address() {
        let object = |url| object_of(&node("a", url, "{}")).to_owned();
        assert_eq!(object("/services/data/v62.0/sobjects/Account/Ext__c/1?x=/y"), "Account");
        assert_eq!(object("/services/data/v62.0/query?q=SELECT Id FROM Account"), "");
    }
}
