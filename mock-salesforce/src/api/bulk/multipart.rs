//! Bodies in parts (RFC 2046 §5.1, RFC 7578). Lines may end in LF alone, as those of files that were written by hand and sent as they are.

use bytes::Bytes;

/// A part: its name and what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) content: Bytes,
}

/// Most parts that are looked at.
const PARTS_MAX: usize = 16;

/// The parts of a body of this content type.
pub(super) fn parts(kind: &str, body: &Bytes) -> Result<Vec<Part>, &'static str> {
    let boundary = parameter(kind, "boundary").ok_or("the boundary is missing")?;
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    for (start, line) in lines(body) {
        let Some(last) = delimiter(line, &boundary) else { continue };
        if let Some(open) = open {
            parts.push(part(&body.slice(open..start))?);
        }
        if last {
            return Ok(parts);
        }
        if parts.len() == PARTS_MAX {
            return Err("too many parts");
        }
        open = Some(start + line.len());
    }
    Err("incomplete multipart stream")
}

/// Whether a line parts the body, and if so, whether it ends it.
fn delimiter(line: &[u8], boundary: &str) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())?;
    match rest.trim_ascii_end() {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

/// A part, from its headers to the delimiter.
fn part(text: &Bytes) -> Result<Part, &'static str> {
    let mut name = String::new();
    for (start, line) in lines(text) {
        let header = String::from_utf8_lossy(line.trim_ascii());
        if header.is_empty() {
            let content = without_line_end(text.slice(start + line.len()..));
            return Ok(Part { name, content });
        }
        let (header, value) = header.split_once(':').ok_or("a header has no colon")?;
        if header.trim().eq_ignore_ascii_case("content-disposition") {
            name = parameter(value, "name").unwrap_or_default();
        }
    }
    Err("an empty line must stand between a part's headers and its content")
}

/// The line end before a delimiter belongs to the delimiter.
fn without_line_end(content: Bytes) -> Bytes {
    let text = content.strip_suffix(b"\n").unwrap_or(&content);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    content.slice_ref(text)
}

/// The lines, each with its place and its end.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut next = 0;
    text.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        let start = next;
        next += line.len();
        (start, line)
    })
}

/// `; name=value` or `; name="value"` of a header.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, value) = rest.split_once('=')?;
        let (value, after) = value_at(value.trim_start());
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        rest = after.trim_start().strip_prefix(';')?;
    }
}

/// A value, quoted or not, and what comes after it.
fn value_at(text: &str) -> (&str, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"').unwrap_or((quoted, ""));
    }
    let end = text.find(';').unwrap_or(text.len());
    let (value, after) = text.split_at(end);
    (value.trim_end(), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; charset=utf-8; boundary=\"B; x\"";

    fn read(body: &str) -> Result<Vec<(String, String)>, &'static str> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let text = |part: Part| (part.name, String::from_utf8(part.content.to_vec()).unwrap());
        Ok(parts(KIND, &body)?.into_iter().map(text).collect())
    }

    #[test]
    fn lines_end_in_crlf_or_lf_and_contents_keep_theirs() {
        for end in ["\r\n", "\n"] {
            let body = [
                "a preamble",
                "--B; x",
                "Content-Disposition: form-data; filename=\"a;name=b\"; name=\"job\"",
                "",
                "{}",
                "--B; x  ",
                "content-type: text/csv",
                "content-disposition:form-data;name=content",
                "",
                "A,B",
                "--B; xy",
                "",
                "--B; x--",
                "an epilogue",
            ];
            let wanted = [
                ("job".to_owned(), "{}".to_owned()),
                ("content".to_owned(), format!("A,B{end}--B; xy{end}")),
            ];
            assert_eq!(read(&body.join(end)).unwrap(), wanted);
        }
    }

    #[test]
    fn broken_bodies_say_what_is_wrong() {
        assert_eq!(read(""), Err("incomplete multipart stream"));
        assert_eq!(read("--B; x\n\nA\n"), Err("incomplete multipart stream"));
        assert_eq!(read("--B; x\nA\n--B; x--"), Err("a header has no colon"));
        let open = "an empty line must stand between a part's headers and its content";
        assert_eq!(read("--B; x\nA: b\n--B; x--"), Err(open));
        assert_eq!(read(&"--B; x\n\n".repeat(40)), Err("too many parts"));
        assert_eq!(read("--B; x--"), Ok(Vec::new()));
        let none = parts("multipart/form-data", &Bytes::new());
        assert_eq!(none, Err("the boundary is missing"));
    }
}
