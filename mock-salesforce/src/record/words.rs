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

static WORDS: LazyLock<Words> = LazyLock::new(Words::standard);

struct Words {
    list: Vec<Arc<str>>,
    numbers: HashTable<u16>,
    /// For each length in bytes, the first letters (their low seven bits) of the words of that length: most texts are
    /// no words, and have not to be hashed for that.
    firsts: Vec<u128>,
}

/// The number of a word, if it has one.
pub(super) fn number_of(text: &str) -> Option<u16> {
    let words = &*WORDS;
    let firsts = *words.firsts.get(text.len())?;
    if firsts & first_of(text) == 0 {
        return None;
    }
    words.numbers.find(hash_of(text), |number| words.at(*number) == text).copied()
}

/// The word of a number that [`number_of`] gave.
pub(super) fn word(number: u16) -> &'static str {
    WORDS.at(number)
}

impl Words {
    fn standard() -> Self {
        let mut words = Self { list: Vec::new(), numbers: HashTable::new(), firsts: Vec::new() };
        let schema = Schema::standard();
        let fields = schema.objects().flat_map(ObjectSchema::fields);
        for value in fields.flat_map(|field| &field.picklist.values) {
            words.add(&value.value);
        }
        words
    }

    fn add(&mut self, word: &Arc<str>) {
        let hash = hash_of(word);
        let known = self.numbers.find(hash, |number| self.at(*number) == &**word).is_some();
        let Ok(number) = u16::try_from(self.list.len()) else { return };
        if known || word.len() < SHORTEST {
            return;
        }
        self.list.push(Arc::clone(word));
        if self.firsts.len() <= word.len() {
            self.firsts.resize(word.len() + 1, 0);
        }
        if let Some(firsts) = self.firsts.get_mut(word.len()) {
            *firsts |= first_of(word);
        }
        let list = &self.list;
        let rehash = |number: &u16| list.get(usize::from(*number)).map_or(0, |word| hash_of(word));
        self.numbers.insert_unique(hash, number, rehash);
    }

    fn at(&self, number: u16) -> &str {
        self.list.get(usize::from(number)).map_or("", |word| word)
    }
}

/// The bit of the first letter.
fn first_of(text: &str) -> u128 {
    text.bytes().next().map_or(0, |first| 1 << (first & 0x7f))
}

fn hash_of(text: &str) -> u64 {
    FixedState::with_seed(SEED).hash_one(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_number_and_every_number_its_word() {
        for text in ["Open - Not Contacted", "Technology", "Qualified"] {
            let number = number_of(text);
            assert!(number.is_none_or(|number| word(number) == text), "{text}");
        }
        assert!(number_of("Open - Not Contacted").is_some());
        assert_eq!(
            (number_of("open - not contacted"), number_of("Web"), number_of("")),
            (None, None, None)
        );
    }
}
