//! A moment as files and requests write it: milliseconds since the Unix epoch, or ISO 8601 text.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::Timestamp;

/// A moment that reads from a number or a text, and writes itself as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Ms(i64),
            Text(String),
        }
        let wrong = || {
            D::Error::custom(
                "not a moment: write milliseconds since 1970, or a text such as \"2026-05-13T10:00:00Z\"",
            )
        };
        match Written::deserialize(deserializer).map_err(|_| wrong())? {
            Written::Ms(ms) => Ok(Self(Timestamp(ms))),
            Written::Text(text) => Timestamp::parse(&text).map(Self).ok_or_else(wrong),
        }
    }
}

/// For fields that may be absent.
pub(super) mod maybe {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Moment;
    use crate::Timestamp;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(in crate::fault) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(Moment).serialize(serializer)
    }

    pub(in crate::fault) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<Moment>::deserialize(deserializer)?.map(|moment| moment.0))
    }
}
