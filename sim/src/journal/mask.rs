//! Secrets do not reach a journal: the capability of a playback link is replaced before anything is written (INV-15).

use std::borrow::Cow;

/// What stands for a capability.
const MASK: &str = "…/…";

/// The text without the part of every playback link that opens it.
pub(super) fn masked<'t>(text: &'t str, base: &str) -> Cow<'t, str> {
    if base.is_empty() || !text.contains(base) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(base);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(base);
        let Some(secret) = part.strip_prefix('/') else {
            out.push_str(part);
            continue;
        };
        let end = secret.find(|c: char| !(c.is_ascii_alphanumeric() || "-_/.?=&".contains(c)));
        out.push('/');
        out.push_str(MASK);
        out.push_str(end.and_then(|end| secret.get(end..)).unwrap_or_default());
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_capability_of_a_link_is_replaced() {
        let text = "See https://p.example/0a1b-c/2, and https://p.example.";
        assert_eq!(
            masked(text, "https://p.example"),
            "See https://p.example/…/…, and https://p.example."
        );
        assert_eq!(masked("no link", "https://p.example"), "no link");
    }
}
