//! Words that many rows hold: the values of the standard picklists. A row holds their numbers.
//!
//! The list is the same in every process of one version, and nothing outside of it sees a number.

use std::hash::BuildHasher as _;
use std::sync::{Arc, LazyLock};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::schema::{ObjectSchema, Schema};

/// Shorter ones take no more room as text.
const SHORTEST: usize = 4;
const SEED: u64 = 0x0000_d1c7_5eed;
/// Places of marks: many more than words.
const MARKS: usize = 16_384;

static WORDS: LazyLock<Words> = LazyLock::new(Words::standard);

struct Words {
    list: Vec<Arc<str>>,
    numbers: HashTable<u16>,
    /// A bit for every word, by its length and its ends: most texts are no words, and have not to be hashed for that.
    marks: [u64; MARKS / 64],
}

/// The number of a word, if it has one.
#[inline]
pub(super) fn number_of(text: &[u8]) -> Option<u16> {
    if text.len() < SHORTEST {
        return None;
    }
    let words = &*WORDS;
    let (place, bit) = mark_of(text);
    if words.marks.get(place).is_none_or(|marks| marks & bit == 0) {
        return None;
    }
    words.numbers.find(hash_of(text), |number| words.at(*number).as_bytes() == text).copied()
}

/// The word of a number that [`number_of`] gave.
pub(super) fn word(number: u16) -> &'static str {
    WORDS.at(number)
}

impl Words {
    fn standard() -> Self {
        let mut words =
            Self { list: Vec::new(), numbers: HashTable::new(), marks: [0; MARKS / 64] };
        let schema = Schema::standard();
        let fields = schema.objects().flat_map(ObjectSchema::fields);
        for value in fields.flat_map(|field| &field.picklist.values) {
            words.add(&value.value);
        }
        words
    }

    fn add(&mut self, word: &Arc<str>) {
        let hash = hash_of(word.as_bytes());
        let known = self.numbers.find(hash, |number| self.at(*number) == &**word).is_some();
        let Ok(number) = u16::try_from(self.list.len()) else { return };
        if known || word.len() < SHORTEST {
            return;
        }
        self.list.push(Arc::clone(word));
        let (place, bit) = mark_of(word.as_bytes());
        if let Some(marks) = self.marks.get_mut(place) {
            *marks |= bit;
        }
        let list = &self.list;
        let rehash = |number: &u16| {
            list.get(usize::from(*number)).map_or(0, |word| hash_of(word.as_bytes()))
        };
        self.numbers.insert_unique(hash, number, rehash);
    }

    fn at(&self, number: u16) -> &str {
        self.list.get(usize::from(number)).map_or("", |word| word)
    }
}

/// Where the mark of a text stands: letters that are far apart in words of one length.
#[inline]
fn mark_of(text: &[u8]) -> (usize, u64) {
    let letter = |at: Option<&u8>| at.copied().map_or(0, usize::from);
    let sum = text.len() * 0x95 + letter(text.first()) * 0x3b + letter(text.last()) * 0x0d;
    (sum % MARKS / 64, 1 << (sum % 64))
}

fn hash_of(text: &[u8]) -> u64 {
    FixedState::with_seed(SEED).hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_number_and_every_number_its_word() {
        for text in ["Open - Not Contacted", "Technology", "Qualified"] {
            let number = number_of(text.as_bytes());
            assert!(number.is_none_or(|number| word(number) == text), "{text}");
        }
        assert!(number_of(b"Open - Not Contacted").is_some());
        assert_eq!(
            (number_of(b"open - not contacted"), number_of(b"Web"), number_of(b"")),
            (None, None, None)
        );
    }
}
