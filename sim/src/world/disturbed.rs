//! Faults that no call has: what the website tells twice or late, what an administrator writes late, an org whose clock is
//! wrong (FM-04, FM-11, FM-12, FM-66).

use scenarios::ast::{Fault, NamedFault};

use crate::faults::WorldFault;

/// How much later something comes unless the fault says, in ms.
const USUAL_MS: i64 = 5_000;

/// The faults of the world that stand, and how often each was met.
#[derive(Debug, Default)]
pub(super) struct Disturbed {
    standing: Vec<Standing>,
}

#[derive(Debug)]
struct Standing {
    what: WorldFault,
    by: i64,
    /// When it is over, in ms since the epoch.
    until: Option<i64>,
    skip: u32,
    times: Option<u32>,
}

impl Disturbed {
    /// A fault begins now.
    pub(super) fn begin(&mut self, what: WorldFault, fault: &Fault, named: &NamedFault, now: i64) {
        self.standing.push(Standing {
            what,
            by: named.by.unwrap_or(USUAL_MS),
            until: fault.lasts.map(|ms| now.saturating_add(ms)),
            skip: fault.skip,
            times: fault.times,
        });
    }

    /// By how much a fault of this kind disturbs what happens now; counts it.
    pub(super) fn hit(&mut self, what: WorldFault, now: i64) -> Option<i64> {
        let stands = |it: &&mut Standing| it.what == what && it.until.is_none_or(|end| now < end);
        let standing = self.standing.iter_mut().find(stands)?;
        if standing.skip > 0 {
            standing.skip -= 1;
            return None;
        }
        match &mut standing.times {
            Some(0) => return None,
            Some(left) => *left -= 1,
            None => {}
        }
        Some(standing.by)
    }

    /// By how much the org's clock is ahead now.
    pub(super) fn skew(&self, now: i64) -> i64 {
        let skewed = |it: &&Standing| {
            it.what == WorldFault::ClockSkew && it.until.is_none_or(|end| now < end)
        };
        self.standing.iter().rev().find(skewed).map_or(0, |it| it.by)
    }
}

#[cfg(test)]
mod tests {
    use scenarios::ast::FaultVerdict;

    use super::*;

    fn fault(skip: u32, times: Option<u32>, lasts: Option<i64>) -> Fault {
        Fault {
            id: "f".into(),
            operations: Vec::new(),
            object: None,
            on: None,
            verdict: FaultVerdict::Reset,
            lasts,
            times,
            skip,
        }
    }

    #[test]
    fn some_pass_first_and_only_so_many_are_hit() {
        let mut disturbed = Disturbed::default();
        let what = WorldFault::DuplicateDelivery;
        disturbed.begin(what, &fault(1, Some(1), None), &NamedFault::default(), 0);
        let hits: Vec<_> = (0..3).map(|now| disturbed.hit(what, now)).collect();
        assert_eq!(hits, [None, Some(USUAL_MS), None]);
        assert_eq!(disturbed.hit(WorldFault::LateCommit, 0), None);
    }

    #[test]
    fn a_clock_is_wrong_for_as_long_as_the_fault_lasts() {
        let mut disturbed = Disturbed::default();
        let named = NamedFault { by: Some(-600), ..NamedFault::default() };
        disturbed.begin(WorldFault::ClockSkew, &fault(0, None, Some(10)), &named, 5);
        assert_eq!((disturbed.skew(5), disturbed.skew(14), disturbed.skew(15)), (-600, -600, 0));
    }
}
