//! What faults do to a socket: a reset instead of an orderly end, a body that breaks off, one that dribbles in.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::waiting::{Answering, Waiting};

/// Answers up to this length in bytes are sent as one run: the system takes longer over several than it takes to copy
/// them.
const JOINED_MAX: usize = 4 * 1024;

/// A socket that is reset when it goes while its flag is up.
pub(super) struct Line {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
    /// Where head and body of a short answer are put together.
    joined: Vec<u8>,
}

impl Line {
    pub(super) fn new(stream: TcpStream, reset: Arc<AtomicBool>) -> Self {
        Self { stream, reset, joined: Vec::new() }
    }

    /// Nothing is sent any more: under TLS, a farewell would make it an orderly end.
    fn is_reset(&self) -> bool {
        self.reset.load(Ordering::Acquire)
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.is_reset() {
            // Without it the peer sees an orderly end: a weaker fault, but a fault still.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_reset() {
            return Poll::Ready(Ok(buf.len()));
        }
        self.stream().poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_reset() {
            return Poll::Ready(Ok(()));
        }
        self.stream().poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = bufs.iter().map(|buf| buf.len()).sum();
        if self.is_reset() {
            return Poll::Ready(Ok(length));
        }
        if length > JOINED_MAX {
            return self.stream().poll_write_vectored(cx, bufs);
        }
        let Self { stream, joined, .. } = self.get_mut();
        joined.clear();
        for buf in bufs {
            joined.extend_from_slice(buf);
        }
        Pin::new(stream).poll_write(cx, joined)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A body on its way in. The connection is told while it has to be waited for: nearly every body, for a moment.
pub(super) struct ComingBody<B: HttpBody> {
    rest: B,
    waiting: Waiting,
    ended: bool,
}

impl<B: HttpBody> ComingBody<B> {
    pub(super) fn new(rest: B, waiting: Waiting) -> Self {
        Self { rest, waiting, ended: false }
    }
}

impl<B: HttpBody> Drop for ComingBody<B> {
    fn drop(&mut self) {
        if !self.ended && !self.rest.is_end_stream() {
            self.waiting.leaves_body();
        }
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for ComingBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.rest).poll_frame(cx);
        if frame.is_pending() {
            self.waiting.for_body();
        } else {
            self.waiting.goes_on();
            self.ended = matches!(frame, Poll::Ready(None));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.size_hint()
    }
}

/// A body on its way out; the connection waits for the next request when it is gone.
pub(super) struct SentBody {
    form: Form,
    _answering: Answering,
}

enum Form {
    /// In one piece, as nearly all are.
    Whole(Full<Bytes>),
    /// As a fault has it.
    Bent(Body),
}

impl SentBody {
    pub(super) fn whole(body: Full<Bytes>, answering: Answering) -> Self {
        Self { form: Form::Whole(body), _answering: answering }
    }

    pub(super) fn bent(body: Body, answering: Answering) -> Self {
        Self { form: Form::Bent(body), _answering: answering }
    }
}

impl HttpBody for SentBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut self.get_mut().form {
            Form::Whole(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Form::Bent(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.form {
            Form::Whole(body) => body.is_end_stream(),
            Form::Bent(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.form {
            Form::Whole(body) => body.size_hint(),
            Form::Bent(body) => body.size_hint(),
        }
    }
}

/// A body that breaks off after what it has. The headers promise more.
pub(super) struct CutBody {
    rest: Body,
    /// Has the part that arrives been given time to leave?
    flushed: bool,
}

impl CutBody {
    pub(super) fn new(rest: Body) -> Self {
        Self { rest, flushed: false }
    }
}

impl HttpBody for CutBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.rest).poll_frame(cx) {
            Poll::Ready(None) if self.flushed => Poll::Ready(Some(Err(axum::Error::new(
                io::Error::from(io::ErrorKind::ConnectionReset),
            )))),
            Poll::Ready(None) => {
                self.flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            frame => frame,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// A body that arrives in small pieces with pauses.
pub(super) struct DribbledBody {
    rest: Body,
    /// What has come and is not sent yet.
    held: Bytes,
    chunk: usize,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl DribbledBody {
    pub(super) fn new(rest: Body, chunk: u32, pause: Duration) -> Self {
        let chunk = usize::try_from(chunk).unwrap_or(usize::MAX).max(1);
        Self { rest, held: Bytes::new(), chunk, pause, waiting: None }
    }
}

impl HttpBody for DribbledBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.held.is_empty() {
            match ready!(Pin::new(&mut self.rest).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.held = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                end => return Poll::Ready(end),
            }
        }
        let pause = self.pause;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(waiting.as_mut().poll(cx));
        self.waiting = None;
        let length = self.chunk.min(self.held.len());
        let piece = self.held.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
