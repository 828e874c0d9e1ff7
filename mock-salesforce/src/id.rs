//! Record ids: 15 case-sensitive characters, written with three checksum characters after them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How many counter positions an id has after its key prefix, instance and reserved character.
const COUNTER_WIDTH: usize = 9;
/// The instance ("pod") of ids that this org gives out, and the reserved character after it.
const INSTANCE: [u8; 3] = *b"Hs0";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What a byte counts as a digit.
const DIGITS: [u8; 256] = digits();
/// Set in what is no digit.
const NO_DIGIT: u8 = 0x80;
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

#[expect(clippy::indexing_slicing, reason = "bytes are below 256, and digits below 62")]
const fn digits() -> [u8; 256] {
    let mut digits = [NO_DIGIT; 256];
    let mut digit = 0_u8;
    while digit < 62 {
        digits[BASE62[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
}

/// A record id. Ordered as Salesforce orders ids: by object, then by age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SfId([u8; 15]);

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("malformed id {0}")]
pub struct MalformedId(pub String);

impl SfId {
    /// The id that stands for "none": the master record type, an empty reference.
    pub const EMPTY: Self = Self(*b"000000000000000");

    /// The `counter`-th id of an object.
    pub fn numbered(prefix: [u8; 3], counter: u64) -> Self {
        let mut bytes = [b'0'; 15];
        let mut rest = counter;
        for place in bytes.iter_mut().skip(15 - COUNTER_WIDTH).rev() {
            let digit = usize::try_from(rest % 62).unwrap_or_default();
            *place = BASE62.get(digit).copied().unwrap_or(b'0');
            rest /= 62;
        }
        for (place, byte) in bytes.iter_mut().zip(prefix.into_iter().chain(INSTANCE)) {
            *place = byte;
        }
        Self(bytes)
    }

    /// The id whose counter is one higher.
    pub(crate) fn following(mut self) -> Self {
        for place in self.0.iter_mut().skip(15 - COUNTER_WIDTH).rev() {
            *place = match *place {
                b'9' => b'A',
                b'Z' => b'a',
                b'z' => b'0',
                digit => digit + 1,
            };
            if *place != b'0' {
                break;
            }
        }
        self
    }

    /// The counter of an id that [`SfId::numbered`] made for this prefix, else `None`.
    pub fn counter(self, prefix: [u8; 3]) -> Option<u64> {
        let own = prefix.iter().chain(&INSTANCE).zip(&self.0).all(|(a, b)| a == b);
        if !own {
            return None;
        }
        // Digits are as good as random: asked one by one what each is, they would surprise the processor.
        let digits = self.0.iter().skip(15 - COUNTER_WIDTH);
        let digits = digits.map(|byte| DIGITS.get(usize::from(*byte)).copied().unwrap_or(NO_DIGIT));
        let (counter, all) =
            digits.fold((0_u64, 0), |(sum, all), digit| (sum * 62 + u64::from(digit), all | digit));
        (all & NO_DIGIT == 0).then_some(counter)
    }

    /// Was it made where this org's ids are made? Ids of other instances are stored only when somebody imports them.
    pub(crate) fn is_of_this_instance(self) -> bool {
        self.0.iter().skip(3).zip(&INSTANCE).all(|(own, of_instance)| own == of_instance)
    }

    /// Characters of an id without its checksum.
    pub(crate) const LENGTH: usize = 15;

    /// The counter of an id of this org's own instance, as characters without leading zeros.
    pub(crate) fn own_counter(&self) -> Option<&[u8]> {
        let (head, digits) = self.0.split_at_checked(Self::LENGTH - COUNTER_WIDTH)?;
        let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
        if head.ends_with(&INSTANCE) { digits.get(zeros..) } else { None }
    }

    /// The id of this org's own instance with these counter characters.
    pub(crate) fn own(prefix: [u8; 3], digits: &[u8]) -> Self {
        let mut bytes = [b'0'; Self::LENGTH];
        for (place, byte) in bytes.iter_mut().zip(prefix.into_iter().chain(INSTANCE)) {
            *place = byte;
        }
        for (place, byte) in bytes.iter_mut().rev().zip(digits.iter().rev()) {
            *place = *byte;
        }
        Self(bytes)
    }

    /// The id of these 15 characters, which were one before.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        bytes.try_into().map_or(Self::EMPTY, Self)
    }

    /// The first three characters, which name the object.
    pub fn prefix(&self) -> &str {
        self.as_str_15().get(..3).unwrap_or_default()
    }

    /// The key prefix as bytes.
    pub fn prefix_bytes(self) -> [u8; 3] {
        let [a, b, c, ..] = self.0;
        [a, b, c]
    }

    /// The 15 characters without the checksum, as some messages write ids.
    pub fn as_str_15(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The three checksum characters.
    pub(crate) fn suffix(&self) -> [u8; 3] {
        let (groups, _) = self.0.as_chunks::<5>();
        let mut suffix = [b'A'; 3];
        for (place, group) in suffix.iter_mut().zip(groups) {
            let large = |byte: &u8| usize::from(byte.is_ascii_uppercase());
            let bits = group.iter().rev().fold(0, |bits, byte| bits << 1 | large(byte));
            *place = SUFFIX.get(bits).copied().unwrap_or(b'A');
        }
        suffix
    }

    /// The 15 characters without the checksum, as bytes.
    pub(crate) fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

/// 18 characters.
impl fmt::Display for SfId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str_15())?;
        f.write_str(str::from_utf8(&self.suffix()).unwrap_or_default())
    }
}

impl fmt::Debug for SfId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SfId({self})")
    }
}

impl FromStr for SfId {
    type Err = MalformedId;

    /// Reads 15 characters as they are; of 18, the checksum repairs the case of the first 15, as
    /// it is meant to after a spreadsheet has changed it.
    fn from_str(text: &str) -> Result<Self, MalformedId> {
        let malformed = || MalformedId(text.to_owned());
        let bytes = text.as_bytes();
        let head = bytes.get(..15).and_then(|b| <[u8; 15]>::try_from(b).ok());
        let id = Self(head.ok_or_else(malformed)?);
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(malformed());
        }
        match bytes.len() {
            15 => Ok(id),
            18 => id.repaired(bytes.get(15..).unwrap_or_default()).ok_or_else(malformed),
            _ => Err(malformed()),
        }
    }
}

impl SfId {
    /// Reads an id of an export. Unlike a request's, its checksum may be made up, as in test data: if it cannot be one of the first 15
    /// characters, these count as they are.
    pub fn from_export(text: &str) -> Result<Self, MalformedId> {
        let text = text.trim();
        let is_written = text.len() == 18 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        text.parse().or_else(|malformed| match text.get(..15) {
            Some(head) if is_written => head.parse(),
            _ => Err(malformed),
        })
    }

    fn repaired(mut self, suffix: &[u8]) -> Option<Self> {
        for (group, check) in self.0.chunks_mut(5).zip(suffix) {
            let bits = SUFFIX.iter().position(|b| b == &check.to_ascii_uppercase())?;
            for (place, byte) in group.iter_mut().enumerate() {
                *byte = in_case(*byte, bits >> place & 1 == 1)?;
            }
        }
        Some(self)
    }
}

/// The byte in upper or lower case; a digit has no upper case.
fn in_case(byte: u8, upper: bool) -> Option<u8> {
    match (upper, byte.is_ascii_alphabetic()) {
        (true, false) => None,
        (true, true) => Some(byte.to_ascii_uppercase()),
        (false, _) => Some(byte.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_each_other_as_their_counters_do() {
        for counter in [0, 8, 9, 35, 60, 61, 62 * 62 - 1, 62 * 62 * 62 - 1, 1_000_000] {
            let id = SfId::numbered(*b"00Q", counter);
            assert_eq!(id.following(), SfId::numbered(*b"00Q", counter + 1));
        }
    }

    #[test]
    fn the_checksum_is_as_recorded() {
        for recorded in ["00Q4S000002sSacUAE", "7014S00000097HcQAI", "0054S000000JFmhQAG"] {
            let id: SfId = recorded[..15].parse().unwrap();
            assert_eq!(id.to_string(), recorded);
        }
    }

    #[test]
    fn the_case_of_eighteen_characters_is_repaired() {
        let id: SfId = "00q4s000002ssacuae".parse().unwrap();
        assert_eq!(id.to_string(), "00Q4S000002sSacUAE");
        assert_eq!(id.prefix(), "00Q");
    }

    #[test]
    fn a_made_up_checksum_of_an_export_is_left_out() {
        let id = SfId::from_export("00Q000000000001AAB").unwrap();
        assert_eq!(id.as_str_15(), "00Q000000000001");
        assert!(SfId::from_export("00Q000000000001AA").is_err());
        assert!(SfId::from_export("hello").is_err());
    }

    #[test]
    fn other_lengths_characters_and_checksums_are_malformed() {
        for text in [
            "",
            "00Q",
            "00Q4S000002sSa",
            "00Q4S000002sSacU",
            "00Q4S000002sSa-",
            "00Q4S000002sSac999",
        ] {
            assert_eq!(text.parse::<SfId>(), Err(MalformedId(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn counters_go_round_and_keep_their_order() {
        let ids: Vec<SfId> =
            [1, 61, 62, 3_844, 1_000_000].map(|n| SfId::numbered(*b"00Q", n)).into();
        assert!(ids.is_sorted());
        assert_eq!(ids[4].counter(*b"00Q"), Some(1_000_000));
        assert_eq!(ids[4].counter(*b"003"), None);
        assert_eq!(SfId::from_bytes(b"00QHs000004C9-2").counter(*b"00Q"), None);
        let largest = SfId::numbered(*b"00Q", 62_u64.pow(9) - 1);
        assert_eq!(largest.counter(*b"00Q"), Some(62_u64.pow(9) - 1));
    }
}
