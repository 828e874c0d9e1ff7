//! Draws: every one hangs on (seed, entity, purpose, attempt), and on nothing that was drawn before it.
//!
//! A new draw for one visitor shifts no other visitor. The bits come from `ChaCha8`; ranges, chances and shuffles are integer
//! code of our own, since those of libraries change between releases and would silently change every seed.

use rand::{Rng as _, SeedableRng as _, rngs::ChaCha8Rng};

/// The draws of one purpose for one entity, in order.
#[derive(Debug)]
pub struct Draws {
    stream: ChaCha8Rng,
}

impl Draws {
    /// The draws that this key has.
    pub fn of(seed: u64, entity: (&str, u64), purpose: &str, attempt: u64) -> Self {
        let mut state = mix(seed ^ 0x6c65_6164_7369_6d31);
        for part in [entity.0.as_bytes(), purpose.as_bytes()] {
            state = absorb_text(state, part);
        }
        state = absorb(absorb(state, entity.1), attempt);
        let mut key = [0_u8; 32];
        for bytes in key.chunks_exact_mut(8) {
            state = mix(state);
            bytes.copy_from_slice(&state.to_le_bytes());
        }
        Self { stream: ChaCha8Rng::from_seed(key) }
    }

    /// The stream itself, for texts of the `fake` crate.
    pub fn stream(&mut self) -> &mut ChaCha8Rng {
        &mut self.stream
    }

    /// A number from 0 to `limit - 1`; 0 if there is none.
    pub fn below(&mut self, limit: u64) -> u64 {
        let scaled = (u128::from(self.stream.next_u64()) * u128::from(limit)) >> 64;
        u64::try_from(scaled).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).unsigned_abs().saturating_add(1);
        low.saturating_add_unsigned(self.below(width))
    }

    /// True in `times` of `of` cases.
    pub fn chance(&mut self, times: u64, of: u64) -> bool {
        self.below(of) < times
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        from.get(place)
    }

    /// One of these, each as often as its weight says.
    pub fn weighted<'a, T>(&mut self, from: &'a [(u64, T)]) -> Option<&'a T> {
        let total = from.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(total);
        for (weight, it) in from {
            if left < *weight {
                return Some(it);
            }
            left -= weight;
        }
        None
    }

    /// Any order of these.
    pub fn shuffle<T>(&mut self, order: &mut [T]) {
        for last in (1..order.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or(0);
            order.swap(last, other);
        }
    }
}

fn absorb(state: u64, word: u64) -> u64 {
    mix(state.rotate_left(23) ^ word)
}

/// The length comes first, so that two texts cannot run into each other.
fn absorb_text(state: u64, text: &[u8]) -> u64 {
    text.chunks(8).fold(absorb(state, text.len() as u64), |state, chunk| {
        let mut word = [0_u8; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        absorb(state, u64::from_le_bytes(word))
    })
}

/// `SplitMix64`.
fn mix(state: u64) -> u64 {
    let mut word = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn the_draws_of_a_key_are_golden() {
        let mut draws = Draws::of(1, ("visitor", 7), "journey", 0);
        let numbers: Vec<u64> = (0..12).map(|_| draws.below(1_000)).collect();
        expect!["[385, 196, 805, 715, 386, 760, 311, 582, 746, 598, 423, 886]"]
            .assert_eq(&format!("{numbers:?}"));
    }

    #[test]
    fn every_part_of_the_key_counts() {
        let first = |seed, kind, number, purpose, attempt| {
            Draws::of(seed, (kind, number), purpose, attempt).below(u64::MAX)
        };
        let base = first(1, "visitor", 7, "journey", 0);
        assert_eq!(base, first(1, "visitor", 7, "journey", 0));
        for other in [
            first(2, "visitor", 7, "journey", 0),
            first(1, "record", 7, "journey", 0),
            first(1, "visitor", 8, "journey", 0),
            first(1, "visitor", 7, "name", 0),
            first(1, "visitor", 7, "journey", 1),
            first(1, "visitorj", 7, "ourney", 0),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn ranges_are_met_at_both_ends_and_never_left() {
        let mut draws = Draws::of(1, ("range", 0), "test", 0);
        let numbers: Vec<i64> = (0..500).map(|_| draws.between(-3, 3)).collect();
        assert_eq!((numbers.iter().min(), numbers.iter().max()), (Some(&-3), Some(&3)));
        assert_eq!(draws.below(0), 0);
        assert_eq!(draws.pick::<u8>(&[]), None);
        assert_eq!(draws.weighted(&[(0, 'a'), (3, 'b')]), Some(&'b'));
        let hits = (0..10_000).filter(|_| draws.chance(1, 4)).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
    }

    #[test]
    fn a_shuffle_keeps_what_it_shuffles() {
        let mut order: Vec<u8> = (0..20).collect();
        Draws::of(1, ("shuffle", 0), "test", 0).shuffle(&mut order);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_ne!(order, sorted);
        assert_eq!(sorted, (0..20).collect::<Vec<u8>>());
    }
}
