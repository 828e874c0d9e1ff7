//! Which kinds of visits, in which proportion: `new=70,known=20,refused=5,lookup=5`.

use std::str::FromStr;

/// A kind of visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisitKind {
    /// Somebody unknown: looked up as lead and as contact, created, read back.
    New,
    /// Somebody whose lead is there: looked up, updated, read back.
    Known,
    /// Somebody whose lead lacks a required field: refused, and not there afterwards.
    Refused,
    /// Twenty addresses in one query.
    Lookup,
}

impl VisitKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::New, Self::Known, Self::Refused, Self::Lookup];

    /// Its name.
    pub fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Refused => "refused",
            Self::Lookup => "lookup",
        }
    }
}

/// A kind and its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The kind.
    pub kind: VisitKind,
    /// Its weight among the others.
    pub weight: u64,
}

/// Kinds with weights, and an order in which no kind comes in a bunch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix {
    shares: Vec<Share>,
    total: u64,
    /// Has no divisor in common with `total`, and is about 0.618 of it: neighbours end up far apart.
    stride: u64,
}

/// Largest weight.
const WEIGHT_LIMIT: u64 = 10_000;

/// Why a mix cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MixError {
    /// Not `kind=weight`.
    #[error(
        "`{0}` is not a share of the mix; write for example `new=70,known=30`, weights from 1 to {WEIGHT_LIMIT}"
    )]
    NotAShare(String),
    /// No such kind.
    #[error("there is no kind of visit `{0}`; there are: new, known, refused, lookup")]
    Unknown(String),
    /// Twice.
    #[error("`{0}` is twice in the mix")]
    Twice(&'static str),
}

impl Default for Mix {
    fn default() -> Self {
        let share = |kind, weight| Share { kind, weight };
        Self::of(vec![
            share(VisitKind::New, 70),
            share(VisitKind::Known, 20),
            share(VisitKind::Refused, 5),
            share(VisitKind::Lookup, 5),
        ])
    }
}

impl FromStr for Mix {
    type Err = MixError;

    fn from_str(text: &str) -> Result<Self, MixError> {
        let mut shares: Vec<Share> = Vec::new();
        for share in text.split(',').map(str::trim) {
            let (name, weight) =
                share.split_once('=').ok_or_else(|| MixError::NotAShare(share.to_owned()))?;
            let name = name.trim();
            let kind = VisitKind::ALL.into_iter().find(|kind| kind.id() == name);
            let kind = kind.ok_or_else(|| MixError::Unknown(name.to_owned()))?;
            let weight =
                weight.trim().parse().ok().filter(|weight| (1..=WEIGHT_LIMIT).contains(weight));
            let weight = weight.ok_or_else(|| MixError::NotAShare(share.to_owned()))?;
            if shares.iter().any(|share| share.kind == kind) {
                return Err(MixError::Twice(kind.id()));
            }
            shares.push(Share { kind, weight });
        }
        Ok(Self::of(shares))
    }
}

impl Mix {
    fn of(shares: Vec<Share>) -> Self {
        let total = shares.iter().map(|share| share.weight).sum::<u64>().max(1);
        let near = (total * 618 / 1_000).max(1);
        let stride = (1..=near).rev().find(|stride| divisor(*stride, total) == 1).unwrap_or(1);
        Self { shares, total, stride }
    }

    /// The shares as given.
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// The kind of the visit with this number: over every `total` visits, each kind exactly as often as its weight.
    pub fn kind(&self, number: u64) -> VisitKind {
        let mut place = (number % self.total) * self.stride % self.total;
        for share in &self.shares {
            if place < share.weight {
                return share.kind;
            }
            place -= share.weight;
        }
        VisitKind::New
    }
}

fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(mix: &Mix, range: std::ops::Range<u64>, kind: VisitKind) -> usize {
        range.filter(|number| mix.kind(*number) == kind).count()
    }

    #[test]
    fn each_kind_comes_as_often_as_its_weight() {
        let mix = Mix::default();
        assert_eq!(count(&mix, 0..1_000, VisitKind::New), 700);
        assert_eq!(count(&mix, 0..1_000, VisitKind::Lookup), 50);
        let mix: Mix = "known=1, refused=2".parse().unwrap();
        assert_eq!(count(&mix, 300..600, VisitKind::Refused), 200);
    }

    #[test]
    fn no_kind_comes_in_a_bunch() {
        let mix = Mix::default();
        for start in 0..100 {
            assert!((5..=9).contains(&count(&mix, start..start + 10, VisitKind::New)), "{start}");
        }
    }

    #[test]
    fn what_is_no_mix_is_refused() {
        for text in ["", "new", "new=0", "new=-1", "new=x", "new=10001", "new=1,"] {
            assert!(matches!(text.parse::<Mix>(), Err(MixError::NotAShare(_))), "{text}");
        }
        assert_eq!("old=1".parse::<Mix>(), Err(MixError::Unknown("old".into())));
        assert_eq!("new=1,new=2".parse::<Mix>(), Err(MixError::Twice("new")));
    }
}
