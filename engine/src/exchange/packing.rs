//! How waiting work is packed into calls: one request each, composites, collections, or bulk jobs (requirements §9.2).
//!
//! Reads of one shape share an IN-list, writes of one object and operation share a request. Rows of one person never
//! meet in one batch: whoever syncs the same person waits, or is merged before sending (FM-02).

use super::{Ask, Flight, Part, Reading, Request, Shape, bulk::Jobs};
use crate::{AutoAssign, Batching, Rules, SaveOperation, Strategy, Value, limits};

/// Packs requests, the most urgent first.
pub(super) fn pack(
    batching: Batching,
    requests: Vec<Request>,
    jobs: &mut Jobs,
    rules: &impl Rules,
) -> Vec<Flight> {
    if batching.strategy == Strategy::Single {
        return requests.into_iter().map(alone).collect();
    }
    let (reads, writes): (Vec<_>, Vec<_>) =
        requests.into_iter().partition(|it| matches!(it.ask, Ask::Read(..)));
    let keys = batching.max_records.clamp(1, limits::COLLECTION_RECORDS_MAX);
    let reads = group(reads, shape_of).into_iter().flat_map(|(shape, group)| {
        chunks(group, keys).into_iter().map(move |it| Part::Read(Reading::new(shape.clone(), it)))
    });
    let reads: Vec<Part> = reads.collect();
    let (lonely, writes): (Vec<_>, Vec<_>) = writes.into_iter().partition(is_alone);
    let mut flights: Vec<Flight> = lonely.into_iter().map(alone).collect();
    if batching.strategy == Strategy::Composite {
        flights.extend(composites(reads, writes));
        return flights;
    }
    flights.extend(reads.into_iter().map(|it| Flight::Parts(vec![it])));
    if batching.strategy == Strategy::Bulk {
        flights.extend(bulk(writes, batching.max_records.clamp(1, limits::BULK_RECORDS_MAX), jobs));
    } else {
        flights.extend(collections(writes, keys, rules));
    }
    flights
}

fn is_alone(request: &Request) -> bool {
    matches!(&request.ask, Ask::Write(write) if write.alone)
}

fn alone(request: Request) -> Flight {
    let part = match &request.ask {
        Ask::Read(shape, _) => Part::Read(Reading::new(shape.clone(), vec![request])),
        Ask::Write(_) => Part::Write(vec![request]),
        Ask::Convert(_) => Part::Convert(vec![request]),
    };
    Flight::Parts(vec![part])
}

/// Rows of one object and operation, those below one parent in one call.
fn collections(writes: Vec<Request>, rows: usize, rules: &impl Rules) -> Vec<Flight> {
    let mut flights = Vec::new();
    for (_, group) in group(writes, target_of) {
        let parents: Vec<Option<&str>> = group.iter().map(parent_of).collect();
        let calls = rules.together(&parents, rows);
        let mut group: Vec<Option<Request>> = group.into_iter().map(Some).collect();
        let mut take = |place: &usize| group.get_mut(*place).and_then(Option::take);
        for call in &calls {
            let part = call.iter().filter_map(&mut take).collect();
            flights.push(Flight::Parts(vec![Part::Write(part)]));
        }
    }
    flights
}

/// The record that a row hangs off, and that its write locks.
fn parent_of(request: &Request) -> Option<&str> {
    let Ask::Write(write) = &request.ask else { return None };
    let field = match write.object {
        "CampaignMember" => "CampaignId",
        "Contact" | "Opportunity" => "AccountId",
        _ => return None,
    };
    let fields = &write.row.fields;
    let value = fields.iter().find(|(name, _)| name.as_str() == field).map(|(_, value)| value);
    match value {
        Some(Value::Text(id)) => Some(id),
        _ => None,
    }
}

fn composites(reads: Vec<Part>, writes: Vec<Request>) -> Vec<Flight> {
    let writes = writes.into_iter().map(|it| Part::Write(vec![it])).collect();
    let mut flights = Vec::new();
    flights.extend(chunks(reads, limits::COMPOSITE_QUERIES_MAX).into_iter().map(Flight::Parts));
    flights.extend(chunks(writes, limits::COMPOSITE_PARTS_MAX).into_iter().map(Flight::Parts));
    flights
}

fn bulk(writes: Vec<Request>, rows: usize, jobs: &mut Jobs) -> Vec<Flight> {
    let batches = group(writes, target_of).into_iter().flat_map(|(target, group)| {
        chunks(group, rows).into_iter().map(move |it| (target.clone(), it))
    });
    batches
        .map(|((object, operation, ..), batch)| Flight::Job(jobs.open(object, operation, batch)))
        .collect()
}

fn shape_of(request: &Request) -> Shape {
    match &request.ask {
        Ask::Read(shape, _) => shape.clone(),
        Ask::Write(_) | Ask::Convert(_) => unreachable!("writes are packed apart from reads"),
    }
}

fn target_of(request: &Request) -> (&'static str, SaveOperation, bool, AutoAssign) {
    match &request.ask {
        Ask::Write(write) => {
            (write.object, write.operation, write.allow_duplicate, write.auto_assign.clone())
        }
        Ask::Read(..) | Ask::Convert(_) => unreachable!("reads are packed apart from writes"),
    }
}

/// Groups by key, groups and members in the order in which they came.
fn group<K: PartialEq>(
    requests: Vec<Request>,
    key: impl Fn(&Request) -> K,
) -> Vec<(K, Vec<Request>)> {
    let mut groups: Vec<(K, Vec<Request>)> = Vec::new();
    for request in requests {
        let its = key(&request);
        match groups.iter_mut().find(|(other, _)| *other == its) {
            Some((_, group)) => group.push(request),
            None => groups.push((its, vec![request])),
        }
    }
    groups
}

fn chunks<T>(mut items: Vec<T>, most: usize) -> Vec<Vec<T>> {
    let mut chunks = Vec::new();
    while items.len() > most {
        let rest = items.split_off(most);
        chunks.push(std::mem::replace(&mut items, rest));
    }
    if !items.is_empty() {
        chunks.push(items);
    }
    chunks
}
