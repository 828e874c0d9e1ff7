//! Compression both ways (wire reference §0.5; REST API: compression headers): bodies come in as gzip or deflate,
//! answers go out as gzip to who takes it.
//!
//! A body may grow no larger than one that came plain. Answers below a kilobyte stay as they are.

use std::io::{Read, Write as _};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts, response};
use bytes::Bytes;
use flate2::{
    Compression,
    read::{MultiGzDecoder, ZlibDecoder},
    write::GzEncoder,
};

use crate::api::{error::Refusal, visit::header_text};

/// Bytes from which an answer is worth compressing.
const COMPRESSED_FROM: usize = 1_024;

/// Does the caller take gzip?
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let Some(accepted) = header_text(headers, header::ACCEPT_ENCODING) else {
        return false;
    };
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        matches!(name.trim(), "gzip" | "x-gzip" | "*") && !refused
    })
}

/// The body as it was before it was compressed, of at most `limit` bytes.
pub(super) fn plain(parts: &mut Parts, body: Bytes, limit: usize) -> Result<Bytes, Refusal> {
    let Some(coding) = header_text(&parts.headers, header::CONTENT_ENCODING) else {
        return Ok(body);
    };
    if coding.eq_ignore_ascii_case("identity") || body.is_empty() {
        return Ok(body);
    }
    let inflated = match &*coding.to_ascii_lowercase() {
        "gzip" | "x-gzip" => inflated(MultiGzDecoder::new(&*body), coding, limit)?,
        // The deflate of HTTP stands in a zlib wrapper.
        "deflate" => inflated(ZlibDecoder::new(&*body), coding, limit)?,
        _ => {
            let message = format!(
                "Content-Encoding header specified in HTTP request is not supported: {coding}"
            );
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Refusal::request(status, "UNSUPPORTED_MEDIA_TYPE", &message));
        }
    };
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(inflated)
}

fn inflated(body: impl Read, coding: &str, limit: usize) -> Result<Bytes, Refusal> {
    let mut out = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if body.take(most).read_to_end(&mut out).is_err() {
        let message =
            format!("The request body is not {coding} though its Content-Encoding says so");
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_CONTENT", &message));
    }
    if out.len() > limit { Err(super::answer::too_large(limit)) } else { Ok(out.into()) }
}

/// The answer's body compressed, if that is worth it.
pub(super) fn compressed(parts: &mut response::Parts, body: Bytes) -> Bytes {
    if body.len() < COMPRESSED_FROM || parts.headers.contains_key(header::CONTENT_ENCODING) {
        return body;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    let Ok(out) = encoder.write_all(&body).and_then(|()| encoder.finish()) else { return body };
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.remove(header::CONTENT_LENGTH);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &'static str) -> bool {
        accepts_gzip(&HeaderMap::from_iter([(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static(value),
        )]))
    }

    #[test]
    fn gzip_is_taken_unless_its_weight_is_nothing() {
        assert!(accepts("gzip, deflate") && accepts("br;q=1.0, gzip;q=0.5") && accepts("*"));
        assert!(!accepts("deflate") && !accepts("gzip;q=0") && !accepts("identity"));
    }

    #[test]
    fn a_body_that_grows_without_end_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b'a'; 1_000_000]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 2_000);
        let grown = |body: &[u8], limit| inflated(MultiGzDecoder::new(body), "gzip", limit);
        assert_eq!(grown(&bomb, 10_000).unwrap_err().0.status, 413);
        assert_eq!(grown(&bomb, 1_000_000).unwrap().len(), 1_000_000);
        assert_eq!(grown(b"no gzip", 100).unwrap_err().0.status, 400);
    }
}
