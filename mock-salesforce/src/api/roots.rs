//! What there is: versions, and the resources of a version (wire reference §2.1, §2.2).

use super::{
    error::Answer,
    reply::Reply,
    route::{Call, get},
    version::OLDEST_VERSION,
};
use crate::{Mock, json};

/// Resources of a version. Some of them this mock does not emulate: they are listed, as clients look for them here, and
/// whoever calls them is told.
const RESOURCES: [&str; 19] = [
    "tooling",
    "chatter",
    "tabs",
    "appMenu",
    "quickActions",
    "queryAll",
    "connect",
    "search",
    "composite",
    "parameterizedSearch",
    "theme",
    "query",
    "limits",
    "recent",
    "process",
    "support",
    "jobs",
    "sobjects",
    "actions",
];

/// The list of resources.
pub(super) fn routes() -> super::route::Resource {
    vec![("", get(resources))]
}

/// `GET /services/data`, the one resource without a session.
pub(super) async fn versions(mock: Mock) -> Reply {
    let newest = mock.org().settings().newest_api_version;
    let mut out = b"[".to_vec();
    for version in OLDEST_VERSION..=newest {
        if version > OLDEST_VERSION {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"label\":");
        json::write_text(&mut out, &label(version));
        json::write_plain(
            &mut out,
            format_args!(",\"url\":\"/services/data/v{version}.0\",\"version\":\"{version}.0\"}}"),
        );
    }
    out.push(b']');
    Reply::ok(out)
}

/// `Summer '14` is v31; then Winter and Spring of the next year.
fn label(version: u16) -> String {
    let since = version.saturating_sub(OLDEST_VERSION);
    let year = 14 + since / 3;
    match since % 3 {
        0 => format!("Summer '{year}"),
        1 => format!("Winter '{}", year + 1),
        _ => format!("Spring '{}", year + 1),
    }
}

/// `GET /services/data/v62.0`
pub(super) fn resources(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let base = visit.base();
    let mut out = b"{".to_vec();
    for name in RESOURCES {
        json::write_key(&mut out, name);
        json::write_text(&mut out, &format!("{base}/{name}"));
        out.push(b',');
    }
    json::write_key(&mut out, "identity");
    json::write_text(
        &mut out,
        &call.origin().identity(call.mock.org().organization_id(), visit.user),
    );
    out.push(b'}');
    Ok(Reply::ok(out))
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn versions_are_called_after_seasons() {
        assert_eq!(
            [31, 32, 33, 58, 59, 60, 66, 67].map(label),
            [
                "Summer '14",
                "Winter '15",
                "Spring '15",
                "Summer '23",
                "Winter '24",
                "Spring '24",
                "Spring '26",
                "Summer '26"
            ]
        );
    }
}
