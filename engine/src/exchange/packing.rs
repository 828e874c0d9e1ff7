//! How waiting work is packed into calls: one request each, composites, collections, or bulk jobs (requirements §9.2).
//!
//! Reads of one shape share an IN-list, writes of one object and operation share a request. Rows of one person never
//! meet in one batch: whoever syncs the same person waits, or is merged before sending (FM-02).

use super::{Ask, Flight, Part, Reading, Request, Shape, bulk::Jobs};
use crate::{AutoAssign, Batching, SaveOperation, Strategy, limits};

/// Packs requests, the most urgent first.
pub(super) fn pack(batching: Batching, requests: Vec<Request>, jobs: &mut Jobs) -> Vec<Flight> {
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
        flights.extend(collections(writes, keys));
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

fn collections(writes: Vec<Request>, rows: usize) -> impl Iterator<Item = Flight> {
    group(writes, target_of)
        .into_iter()
        .flat_map(move |(_, group)| chunks(group, rows))
        .map(|it| Flight::Parts(vec![Part::Write(it)]))
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
