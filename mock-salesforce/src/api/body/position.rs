//! Where in a JSON text a key's value ends: what a `JSON_PARSER_ERROR` points at.

use std::ops::Range;

/// Line and column, counted from 1, just past the value of the first key `key` of a part of the text.
pub(super) fn after_value(body: &[u8], part: Range<usize>, key: &str) -> Option<(usize, usize)> {
    let quoted = serde_json::to_string(key).ok()?;
    let quoted = quoted.as_bytes();
    let mut from = part.start;
    loop {
        let rest = body.get(from..part.end)?;
        let at = from + rest.windows(quoted.len()).position(|window| window == quoted)?;
        let rest = skip_blanks(body, at + quoted.len());
        if body.get(rest) == Some(&b':') {
            return Some(line_and_column(body, value_end(body, skip_blanks(body, rest + 1))));
        }
        from = at + quoted.len();
    }
}

/// Where the items of the list stand that an object has under a key. The text is known to be JSON.
pub(super) fn items(body: &[u8], list: &str) -> Option<Vec<Range<usize>>> {
    items_at(body, 0, list)
}

/// The same of the object that begins at a place.
fn items_at(body: &[u8], object: usize, list: &str) -> Option<Vec<Range<usize>>> {
    let mut at = skip_blanks(body, opened(body, value_of(body, object, list)?, b'[')?);
    let mut items = Vec::new();
    while !matches!(body.get(at), Some(b']') | None) {
        items.push(at..past(body, at));
        at = next(body, at);
    }
    Some(items)
}

/// The item at the end of a way from list to list: the key in front of each, but for the first, and a number in it. Every
/// list stands under `records` of what the key leads to.
pub(super) fn item(body: &[u8], way: &[(Option<&str>, usize)]) -> Option<Range<usize>> {
    let mut found = 0..body.len();
    for (key, number) in way {
        let object = match key {
            Some(key) => value_of(body, found.start, key)?,
            None => found.start,
        };
        found = items_at(body, object, "records")?.get(*number)?.clone();
    }
    Some(found)
}

/// Where the value stands that the object at a place has under a key. Of a key that is there twice, the last counts.
fn value_of(body: &[u8], object: usize, key: &str) -> Option<usize> {
    let quoted = serde_json::to_string(key).ok()?;
    let mut at = skip_blanks(body, opened(body, object, b'{')?);
    let mut found = None;
    while body.get(at) == Some(&b'"') {
        let key = at..past(body, at);
        let value = skip_blanks(body, skip_blanks(body, key.end) + 1);
        if body.get(key) == Some(quoted.as_bytes()) {
            found = Some(value);
        }
        at = next(body, value);
    }
    found
}

/// One past the bracket that stands there.
fn opened(body: &[u8], from: usize, bracket: u8) -> Option<usize> {
    let at = skip_blanks(body, from);
    (body.get(at) == Some(&bracket)).then_some(at + 1)
}

/// What comes behind the value at `start` and its comma.
fn next(body: &[u8], start: usize) -> usize {
    let end = skip_blanks(body, past(body, start));
    skip_blanks(body, end + usize::from(body.get(end) == Some(&b',')))
}

/// One past the whole value at `start`.
fn past(body: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match body.get(at) {
            Some(b'{' | b'[') => (at, depth) = (at + 1, depth + 1),
            Some(b'}' | b']') => (at, depth) = (at + 1, depth.saturating_sub(1)),
            Some(b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            Some(_) => at = value_end(body, at),
            None => return body.len(),
        }
        if depth == 0 {
            return at;
        }
    }
}

fn skip_blanks(body: &[u8], from: usize) -> usize {
    let blanks = body.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count();
    from + blanks
}

/// One past the value at `start`; of an object or an array one past what opens it.
fn value_end(body: &[u8], start: usize) -> usize {
    match body.get(start) {
        Some(b'"') => {
            let mut at = start + 1;
            while let Some(byte) = body.get(at) {
                match byte {
                    b'"' => return at + 1,
                    b'\\' => at += 2,
                    _ => at += 1,
                }
            }
            body.len()
        }
        Some(b'{' | b'[') => start + 1,
        _ => {
            start + body.iter().skip(start).take_while(|byte| !b",}] \n\r\t".contains(byte)).count()
        }
    }
}

fn line_and_column(body: &[u8], at: usize) -> (usize, usize) {
    let before = body.get(..at).unwrap_or(body);
    let line = before.split(|byte| *byte == b'\n').count();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line, at - line_start + 1)
}

#[cfg(test)]
mod tests {
    use super::{after_value, item, items};

    #[test]
    fn the_place_is_just_past_the_value() {
        let place = |body: &[u8], key| after_value(body, 0..body.len(), key);
        assert_eq!(place(br#"{"D":"D","When": "soon"}"#, "When"), Some((1, 24)));
        assert_eq!(place(b"{\n \"N\": 12}", "N"), Some((2, 9)));
        assert_eq!(place(br#"{"a":1}"#, "b"), None);
    }

    #[test]
    fn the_items_of_a_list_are_found_behind_whatever_stands_before_them() {
        let body: &[u8] =
            br#" { "all" : {"records": [9]}, "records" : [ {"a": ["]", "\"}"]} , 12,[], {"b":1} ], "c": 1}"#;
        let found = items(body, "records").unwrap();
        let texts: Vec<&[u8]> = found.into_iter().map(|range| &body[range]).collect();
        assert_eq!(texts, [&br#"{"a": ["]", "\"}"]}"#[..], b"12", b"[]", br#"{"b":1}"#]);
        assert_eq!(items(body, "rows"), None);
        assert_eq!(items(b"", "records"), None);
        assert_eq!(items(br#"{"records": []}"#, "records"), Some(Vec::new()));
    }

    #[test]
    fn an_item_of_a_list_in_a_list_is_found() {
        let body: &[u8] =
            br#"{"records": [1, {"a": 2, "Kids": {"b": {"records": [7]}, "records": [{"c": 3}, {"c": 4}]}}]}"#;
        let found = item(body, &[(None, 1), (Some("Kids"), 1)]).unwrap();
        assert_eq!(&body[found], br#"{"c": 4}"#);
        assert_eq!(item(body, &[(None, 1), (Some("Cats"), 1)]), None);
        assert_eq!(item(body, &[(None, 2)]), None);
    }
}
