//! What happens next: entries ordered by (time, sequence).

use std::{cmp::Ordering, collections::BinaryHeap};

/// What is going to happen, earliest first; at one instant, in the order in which it was put down.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    heap: BinaryHeap<Entry<T>>,
    sequence: u64,
}

#[derive(Debug)]
struct Entry<T> {
    at: i64,
    sequence: u64,
    what: T,
}

impl<T> Agenda<T> {
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), sequence: 0 }
    }

    /// Puts something down for `at`, in ms since the epoch.
    pub(crate) fn add(&mut self, at: i64, what: T) {
        self.sequence += 1;
        self.heap.push(Entry { at, sequence: self.sequence, what });
    }

    /// When the next entry is due.
    pub(crate) fn next_at(&self) -> Option<i64> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the next entry.
    pub(crate) fn pop(&mut self) -> Option<(i64, T)> {
        self.heap.pop().map(|entry| (entry.at, entry.what))
    }
}

impl<T> Entry<T> {
    fn key(&self) -> (i64, u64) {
        (self.at, self.sequence)
    }
}

/// The heap is a max-heap: the earliest entry is the greatest.
impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_by_time_and_then_in_the_order_in_which_they_were_put_down() {
        let mut agenda = Agenda::new();
        for (at, what) in [(20, "c"), (10, "a"), (10, "b"), (20, "d")] {
            agenda.add(at, what);
        }
        assert_eq!(agenda.next_at(), Some(10));
        let order: Vec<_> = std::iter::from_fn(|| agenda.pop()).collect();
        assert_eq!(order, [(10, "a"), (10, "b"), (20, "c"), (20, "d")]);
    }
}
