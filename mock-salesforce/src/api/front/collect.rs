//! A body in one piece.

use std::{future::poll_fn, pin::pin};

use axum::body::HttpBody;
use bytes::{Bytes, BytesMut};

/// Bytes that a body gets room for because it says that it is so long. Who has sent as many gets room for all of it: a
/// large file is not moved each time that it outgrows its place.
const ROOM_MAX: usize = 1024 * 1024;

/// All of a body, of at most `limit` bytes; `None` when it is longer or breaks off. A body that comes in one piece, as
/// most do, is not copied.
pub(super) async fn collected<B: HttpBody<Data = Bytes>>(body: B, limit: usize) -> Option<Bytes> {
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while !body.is_end_stream() {
        let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await else { break };
        // Trailers say nothing here.
        let Ok(piece) = frame.ok()?.into_data() else { continue };
        if first.len() + all.len() + piece.len() > limit {
            return None;
        }
        if first.is_empty() && all.is_empty() {
            first = piece;
            continue;
        }
        if all.capacity() - all.len() < piece.len() {
            let rest = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
            let room = if all.len() < ROOM_MAX { ROOM_MAX } else { limit };
            all.reserve(first.len() + piece.len() + rest.min(room));
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&piece);
    }
    Some(if all.is_empty() { first } else { all.freeze() })
}
