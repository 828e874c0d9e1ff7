//! Request lines whose target holds characters that no URI may hold: `?q=SELECT Id FROM Lead WHERE A>1` as Workbench and
//! curl send it, blanks apart, and letters of other character sets than ASCII. Salesforce takes them; hyper would refuse
//! the request without asking anybody, so that they are escaped on their way in.
//!
//! A request that comes in one piece with the one before it is not looked at: where that one ends is not known here.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use memchr::{memchr, memchr3};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::waiting::Waiting;

/// A stream of requests whose targets are URIs.
pub(super) struct Targets<S> {
    stream: S,
    waiting: Waiting,
    at: At,
    /// What an escaped target grew by and the reader had no room for.
    held: Vec<u8>,
}

/// Where in a request the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Method,
    Target,
    /// Headers and body, which are none of ours.
    Rest,
}

impl<S> Targets<S> {
    pub(super) fn new(stream: S, waiting: Waiting) -> Self {
        Self { stream, waiting, at: At::Rest, held: Vec::new() }
    }
}

/// Does a whole request line begin these bytes, with nothing to escape?
fn is_plain_line(came: &[u8]) -> bool {
    let line = memchr(b'\n', came).and_then(|end| came.get(..end)).unwrap_or_default();
    line.first().is_some_and(u8::is_ascii_uppercase)
        && memchr3(b'<', b'>', b'"', line).is_none()
        && memchr(b'\\', line).is_none()
        && line.is_ascii()
}

/// Has it to be escaped?
fn is_odd(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'"' | b'\\') || !byte.is_ascii()
}

/// Goes on reading a head; gives the bytes to read instead of these if there is something to escape.
fn escaped(at: &mut At, came: &[u8]) -> Option<Vec<u8>> {
    // Nearly every head comes in one piece, and has no such target.
    if *at == At::Method && is_plain_line(came) {
        *at = At::Rest;
        return None;
    }
    let line = came.iter().position(|byte| {
        *at = match (*at, byte) {
            (At::Method, b'A'..=b'Z' | b'\r' | b'\n') => At::Method,
            (At::Method, b' ') => At::Target,
            (At::Target, byte) if *byte != b'\n' => At::Target,
            _ => At::Rest,
        };
        *at == At::Rest
    });
    let (line, rest) = came.split_at(line.unwrap_or(came.len()));
    if !line.iter().copied().any(is_odd) {
        return None;
    }
    let mut out = Vec::with_capacity(came.len() + 32);
    for byte in line {
        if is_odd(*byte) {
            let digit = |digit: u8| if digit < 10 { b'0' + digit } else { b'A' + digit - 10 };
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        } else {
            out.push(*byte);
        }
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// Gives of `held` what there is room for.
fn give(held: &mut Vec<u8>, buf: &mut ReadBuf<'_>) {
    let length = held.len().min(buf.remaining());
    buf.put_slice(held.get(..length).unwrap_or_default());
    held.drain(..length);
}

impl<S: AsyncRead + Unpin> AsyncRead for Targets<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, waiting, at, held } = self.get_mut();
        if !held.is_empty() {
            give(held, buf);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(stream).poll_read(cx, buf))?;
        let came = buf.filled().get(before..).unwrap_or_default();
        if came.is_empty() {
            return Poll::Ready(Ok(()));
        }
        if waiting.head_begins() {
            *at = At::Method;
        }
        if *at != At::Rest
            && let Some(instead) = escaped(at, came)
        {
            *held = instead;
            buf.set_filled(before);
            give(held, buf);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Targets<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of pieces that come one after another.
    fn read(pieces: &[&str]) -> String {
        let mut at = At::Method;
        let read = pieces.iter().map(|piece| {
            let instead = if at == At::Rest { None } else { escaped(&mut at, piece.as_bytes()) };
            instead.map_or((*piece).to_owned(), |bytes| String::from_utf8(bytes).unwrap())
        });
        read.collect()
    }

    #[test]
    fn what_no_uri_may_hold_is_escaped_in_the_target_only() {
        let head = "\r\nGET /?q=a<\"b\">c\\ HTTP/1.1\r\nif-match: \"<x>\"\r\n\r\n<b/>";
        let plain = "\r\nGET /?q=a%3C%22b%22%3Ec%5C HTTP/1.1\r\nif-match: \"<x>\"\r\n\r\n<b/>";
        assert_eq!(read(&[head]), plain);
        let letters: Vec<String> = head.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(read(&letters), plain);
    }

    #[test]
    fn letters_of_every_character_set_are_escaped() {
        let mut at = At::Method;
        let line = escaped(&mut at, b"GET /?q=\xe9\xc3\xa9 HTTP/1.1\r\nx: \xe9\r\n").unwrap();
        assert_eq!(line, b"GET /?q=%E9%C3%A9 HTTP/1.1\r\nx: \xe9\r\n");
    }

    #[test]
    fn what_is_no_request_line_stays_as_it_is() {
        for text in ["<a> \"b\"\n", "x: <\"y\">\r\nGET /> HTTP/1.1\r\n", "get <\n"] {
            assert_eq!(read(&[text]), text);
        }
    }
}
