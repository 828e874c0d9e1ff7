//! Where in a JSON text a key's value ends: what a `JSON_PARSER_ERROR` points at.

/// Line and column, counted from 1, just past the value of the first key `key` of the text.
pub(super) fn after_value(body: &[u8], key: &str) -> Option<(usize, usize)> {
    let quoted = serde_json::to_string(key).ok()?;
    let quoted = quoted.as_bytes();
    let mut from = 0;
    loop {
        let at =
            from + body.get(from..)?.windows(quoted.len()).position(|window| window == quoted)?;
        let rest = skip_blanks(body, at + quoted.len());
        if body.get(rest) == Some(&b':') {
            return Some(line_and_column(body, value_end(body, skip_blanks(body, rest + 1))));
        }
        from = at + quoted.len();
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
    use super::after_value;

    #[test]
    fn the_place_is_just_past_the_value() {
        assert_eq!(after_value(br#"{"D":"D","When": "soon"}"#, "When"), Some((1, 24)));
        assert_eq!(after_value(b"{\n \"N\": 12}", "N"), Some((2, 9)));
        assert_eq!(after_value(br#"{"a":1}"#, "b"), None);
    }
}
