//! `X-PrettyPrint: 1`: the layout of Jackson's default pretty printer (wire reference §0.3).
//!
//! Two blanks a level, `"key" : value`, arrays open on the line they are on (`[ {`), elements of an array are
//! parted by `, `, and nothing inside is `[ ]` and `{ }`.

/// Lays out compact JSON.
pub(crate) fn pretty(compact: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(compact.len() * 2);
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(byte) = compact.get(at) {
        match byte {
            b'"' => {
                let end = string_end(compact, at);
                out.extend_from_slice(compact.get(at..end).unwrap_or_default());
                at = end;
                continue;
            }
            b'{' | b'[' => {
                let closes = if *byte == b'{' { b'}' } else { b']' };
                if compact.get(at + 1) == Some(&closes) {
                    out.extend_from_slice(&[*byte, b' ', closes]);
                    at += 2;
                    continue;
                }
                open.push(*byte);
                out.push(*byte);
                begin_item(&mut out, &open);
            }
            b'}' => {
                open.pop();
                new_line(&mut out, &open);
                out.push(b'}');
            }
            b']' => {
                open.pop();
                out.extend_from_slice(b" ]");
            }
            b',' => {
                out.push(b',');
                begin_item(&mut out, &open);
            }
            b':' => out.extend_from_slice(b" : "),
            other => out.push(*other),
        }
        at += 1;
    }
    out
}

/// One past the closing quote of the string that opens at `start`.
fn string_end(compact: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = compact.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    compact.len()
}

fn begin_item(out: &mut Vec<u8>, open: &[u8]) {
    if open.last() == Some(&b'{') { new_line(out, open) } else { out.push(b' ') }
}

fn new_line(out: &mut Vec<u8>, open: &[u8]) {
    out.push(b'\n');
    for _ in open.iter().filter(|kind| **kind == b'{') {
        out.extend_from_slice(b"  ");
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn it_is_laid_out_as_jackson_does() {
        let compact =
            br#"{"totalSize":2,"records":[{"a":"x, {y}: \"z\""},{"b":null}],"errors":[],"o":{}}"#;
        let expected = "{\n  \"totalSize\" : 2,\n  \"records\" : [ {\n    \"a\" : \"x, {y}: \\\"z\\\"\"\n  }, {\n    \
                        \"b\" : null\n  } ],\n  \"errors\" : [ ],\n  \"o\" : { }\n}";
        assert_eq!(String::from_utf8(pretty(compact)).unwrap(), expected);
    }
}
