//! How long: milliseconds, or a text such as `90s`, `15m`, `2h`, `3d` or `1d12h`.

use serde::{Deserialize, Deserializer, de::Error as _};

/// A length of time that reads from a number or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Milliseconds, never fewer than 0.
    pub ms: i64,
}

impl Span {
    /// Reads `1d12h`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return None;
        }
        let mut ms = 0_i64;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, tail) = rest.split_at(digits);
            let unit_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(unit_end);
            let factor = match unit.trim() {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                "w" => 7 * 86_400_000,
                _ => return None,
            };
            let part = number.parse::<i64>().ok()?.checked_mul(factor)?;
            ms = ms.checked_add(part)?;
            rest = tail;
        }
        Some(Self { ms })
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Ms(u64),
            Text(String),
        }
        let wrong = || {
            D::Error::custom(
                "not a length of time: write milliseconds from 0 on, or a text such as \"90s\", \"15m\", \"2h\" or \"1d12h\"",
            )
        };
        match Written::deserialize(deserializer).map_err(|_| wrong())? {
            Written::Ms(ms) => i64::try_from(ms).map(|ms| Self { ms }).map_err(|_| wrong()),
            Written::Text(text) => Self::parse(&text).ok_or_else(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_units() {
        let ms = |text| Span::parse(text).map(|span| span.ms);
        assert_eq!(ms("90s"), Some(90_000));
        assert_eq!(ms("1d12h"), Some(129_600_000));
        assert_eq!(ms("250ms"), Some(250));
        for nonsense in ["", "5", "h", "-5m", "1x", "99999999999999999999s", "9999999999999999w"] {
            assert_eq!(ms(nonsense), None, "{nonsense}");
        }
    }
}
