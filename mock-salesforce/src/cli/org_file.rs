//! `--org FILE`: which org does a JSON file describe, and where in it is what cannot be read?

use std::{fs, path::Path};

use mock_salesforce::OrgSeed;

/// Most characters of a line that are shown on either side of the place that is pointed at.
const SHOWN_CHARS: usize = 60;

/// Reads the org, or says what is wrong with the file: the place, its line and what to do.
pub(super) fn read(path: &Path) -> Result<OrgSeed, String> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        format!(
            "could not read the org in `{shown}`: {error}; name a JSON file that this user can read"
        )
    })?;
    org(&shown, &bytes)
}

fn org(path: &str, bytes: &[u8]) -> Result<OrgSeed, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = pointed_at(path, bytes, error.valid_up_to());
        format!("`{path}` is not an org: it is not UTF-8 text; save the file as UTF-8\n{at}")
    })?;
    if !text.trim_start().starts_with('{') {
        let at = pointed_at(path, bytes, text.len() - text.trim_start().len());
        return Err(format!(
            "`{path}` is not an org: it is no JSON object; write one, such as {{}}\n{at}"
        ));
    }
    serde_json::from_str(text).map_err(|error| {
        let at = pointed_at(path, bytes, offset(text, error.line(), error.column()));
        format!("`{path}` is not an org: {error}; correct that place, or leave the key out to get its default\n{at}")
    })
}

/// The byte at a line and a column, both from 1, the column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(text.len())
}

/// The file, the line and the column of a byte, and the line with a caret below it.
fn pointed_at(path: &str, bytes: &[u8], at: usize) -> String {
    let (before, after) = bytes.split_at(at.min(bytes.len()));
    let line = before.split(|byte| *byte == b'\n').count();
    let left = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let right = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let (left, right) = (visible(left), visible(right));
    let column = left.len() + 1;
    let hidden = left.len().saturating_sub(SHOWN_CHARS);
    let text: String = left.iter().skip(hidden).chain(right.iter().take(SHOWN_CHARS)).collect();
    let (margin, indent) = (line.to_string(), left.len() - hidden);
    let blank = " ".repeat(margin.len());
    format!(
        "{blank}--> {path}:{line}:{column}\n{blank} |\n{margin} | {}\n{blank} | {}^",
        text.trim_end(),
        " ".repeat(indent)
    )
}

/// The text of a part of a line, with signs for what a terminal would not show or would obey.
fn visible(part: &[u8]) -> Vec<char> {
    let sign = |char: char| match char {
        '\t' | '\r' => ' ',
        char if char.is_control() => char::REPLACEMENT_CHARACTER,
        char => char,
    };
    String::from_utf8_lossy(part).chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::org;

    fn refused(bytes: &[u8]) -> String {
        org("org.json", bytes).unwrap_err()
    }

    #[test]
    fn what_is_no_org_is_pointed_at() {
        let told = refused(b"{\n  \"nmae\": 1\n}");
        assert!(told.contains("unknown field `nmae`"), "{told}");
        let (_, place) = told.split_once('\n').unwrap();
        assert_eq!(place, " --> org.json:2:8\n  |\n2 |   \"nmae\": 1\n  |        ^");
        assert_eq!(
            refused(b"\n[]"),
            "`org.json` is not an org: it is no JSON object; write one, such as {}\n --> org.json:2:1\n  |\n2 | []\n  | ^"
        );
    }

    #[test]
    fn what_is_not_utf8_is_pointed_at_and_does_nothing_to_the_terminal() {
        assert_eq!(
            refused(b"{\n\t\"name\": \"\x1b caf\xe9\"}"),
            "`org.json` is not an org: it is not UTF-8 text; save the file as UTF-8\n --> org.json:2:16\n  |\n2 |  \"name\": \"\u{fffd} caf\u{fffd}\"}\n  |                ^"
        );
    }
}
