//! A share of the calls, drawn from a seed: the same calls in the same order are hit in every run.

use serde::{Deserialize, Serialize};

/// Hits so many of a million fitting calls. Which ones depends on the seed and the call's number alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Chance {
    /// Calls of a million.
    per_million: u32,
    /// The seed of the draw.
    seed: u64,
}

/// A chance that is not between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("probability {0} is impossible: name a number from 0 to 1")]
pub struct ImpossibleChance(f64);

/// As files have it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    probability: f64,
    #[serde(default)]
    seed: u64,
}

const MILLION: f64 = 1_000_000.0;

impl Chance {
    /// Hits this share of the calls, in millionths.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number was checked to be from 0 to a million"
    )]
    pub fn new(probability: f64, seed: u64) -> Result<Self, ImpossibleChance> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(ImpossibleChance(probability));
        }
        Ok(Self { per_million: (probability * MILLION).round() as u32, seed })
    }

    /// Is the call of this number hit?
    pub(super) fn hits(self, number: u64) -> bool {
        draw(self.seed, number) % 1_000_000 < u64::from(self.per_million)
    }
}

/// A number that looks random and depends on these two alone (the finalizer of `SplitMix64`).
pub(super) fn draw(seed: u64, number: u64) -> u64 {
    let mut mixed = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl TryFrom<Written> for Chance {
    type Error = ImpossibleChance;

    fn try_from(written: Written) -> Result<Self, ImpossibleChance> {
        Self::new(written.probability, written.seed)
    }
}

impl From<Chance> for Written {
    fn from(chance: Chance) -> Self {
        Self { probability: f64::from(chance.per_million) / MILLION, seed: chance.seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_that_share_is_hit_and_always_the_same_calls() {
        let chance = Chance::new(0.1, 7).unwrap();
        let hit: Vec<u64> = (0..10_000).filter(|number| chance.hits(*number)).collect();
        assert!((900..1_100).contains(&hit.len()), "{}", hit.len());
        let again: Vec<u64> = (0..10_000).filter(|number| chance.hits(*number)).collect();
        assert_eq!(hit, again);
        let other = Chance::new(0.1, 8).unwrap();
        assert_ne!(hit, (0..10_000).filter(|n| other.hits(*n)).collect::<Vec<_>>());
    }

    #[test]
    fn never_and_always_are_kept_and_nonsense_is_refused() {
        assert!((0..1_000).all(|n| !Chance::new(0.0, 1).unwrap().hits(n)));
        assert!((0..1_000).all(|n| Chance::new(1.0, 1).unwrap().hits(n)));
        for nonsense in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Chance::new(nonsense, 0).is_err());
        }
        let text = r#"{"probability":0.25,"seed":3}"#;
        let chance: Chance = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&chance).unwrap(), text);
    }
}
