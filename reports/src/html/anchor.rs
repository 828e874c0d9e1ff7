//! What is the stable name of each thing in the page, and how is it linked to?

use crate::text::append;

/// A scenario's anchor.
pub(super) fn scenario(id: &str) -> String {
    format!("s:{id}")
}

/// A journal line's anchor.
pub(super) fn line(id: &str, seq: u64) -> String {
    format!("s:{id}:{seq}")
}

/// The anchor of a line of a scenario's file.
pub(super) fn source(id: &str, line: u32) -> String {
    format!("s:{id}:L{line}")
}

/// A rule's anchor.
pub(super) fn rule(id: &str) -> String {
    format!("rule:{id}")
}

/// A requirement's anchor.
pub(super) fn requirement(id: &str) -> String {
    format!("req:{id}")
}

/// A link to an anchor: what a fragment cannot hold is percent-encoded.
pub(super) fn href(anchor: &str) -> String {
    let mut href = "#".to_owned();
    for byte in anchor.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b':' => {
                href.push(char::from(byte));
            }
            byte => append(&mut href, format_args!("%{byte:02X}")),
        }
    }
    href
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_nothing_that_could_end_it() {
        assert_eq!(href(&line("a/b[c \"é\"]", 3)), "#s:a/b%5Bc%20%22%C3%A9%22%5D:3");
    }
}
