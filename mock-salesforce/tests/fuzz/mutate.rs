//! What becomes of an input: the same for the same seed and number.

/// Longest input in bytes.
const LENGTH_LIMIT: usize = 200_000;
/// Most changes of one input.
const CHANGES: usize = 6;
/// Most copies of a stretch that are laid behind each other.
const COPIES: usize = 2_000;

/// Numbers that depend on a seed and on how many were taken.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, input: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ input.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end.max(1) as u64).unwrap_or_default()
    }

    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let longest = self.below(40) + 1;
        start..(start + self.below(longest + 1)).min(length)
    }
}

/// An input of the corpus with a few changes.
pub(crate) fn mutated(corpus: &[Vec<u8>], words: &[&str], dice: &mut Dice) -> Vec<u8> {
    let mut input = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(CHANGES) {
        change(&mut input, corpus, words, dice);
        input.truncate(LENGTH_LIMIT);
    }
    input
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str], dice: &mut Dice) {
    let stretch = dice.stretch(input.len());
    let at = dice.below(input.len() + 1);
    match dice.below(9) {
        0 => drop(input.drain(stretch)),
        1 => {
            let copy = input[stretch].to_vec();
            input.splice(at..at, copy);
        }
        2 => {
            let copies = dice.below(COPIES);
            let copy = input[stretch].repeat(copies);
            input.splice(at..at, copy);
        }
        3 => input.truncate(at),
        4 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = u8::try_from(dice.below(256)).unwrap_or_default();
            }
        }
        5 => {
            let other = &corpus[dice.below(corpus.len())];
            let from = dice.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        _ => {
            let word = words[dice.below(words.len())];
            let over = if dice.below(2) == 0 { at..at } else { stretch };
            input.splice(over, word.bytes());
        }
    }
}
