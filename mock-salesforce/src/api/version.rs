//! API versions: which are served, which are gone, which will go (wire reference §0.2).

use axum::http::{HeaderValue, Response};

/// The oldest version served.
pub const OLDEST_VERSION: u16 = 31;
/// The newest version served.
pub const NEWEST_VERSION: u16 = 68;
/// The newest version that will go next.
const NEWEST_DEPRECATED: u16 = 40;

const WARNING: &str = "299 - \"This API version is deprecated and will be removed by Summer '28. \
    Use a newer version.\"";

/// What becomes of a call to a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// It is answered.
    Yes,
    /// It was, once.
    Retired,
    /// It never was, or will be.
    Unknown,
}

/// Is a version served by an org whose newest is `newest`?
pub(crate) fn served(version: u16, newest: u16) -> Served {
    match version {
        1..OLDEST_VERSION => Served::Retired,
        OLDEST_VERSION.. if version <= newest => Served::Yes,
        _ => Served::Unknown,
    }
}

/// `62.0`, as it stands in paths behind the `v`, or alone.
pub(crate) fn number(text: &str) -> Option<u16> {
    let digits = text.strip_suffix(".0")?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Says on an answer that its version will go.
pub(super) fn warn<B>(response: &mut Response<B>, version: u16) {
    if version <= NEWEST_DEPRECATED {
        response.headers_mut().insert("warning", HeaderValue::from_static(WARNING));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_served_gone_or_unknown() {
        assert_eq!(
            [0, 7, 30].map(|version| served(version, 68)),
            [Served::Unknown, Served::Retired, Served::Retired]
        );
        assert_eq!(
            [31, 68, 69].map(|version| served(version, 68)),
            [Served::Yes, Served::Yes, Served::Unknown]
        );
        assert_eq!([59, 60].map(|version| served(version, 59)), [Served::Yes, Served::Unknown]);
    }

    #[test]
    fn a_version_has_one_decimal() {
        assert_eq!(
            ["62.0", "62", "+62.0", "62.1", ".0", "99999.0"].map(number),
            [Some(62), None, None, None, None, None]
        );
    }
}
