//! The server that is pressed: what all visits of a run share.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use engine::{Answer, CallId, CrmCall, Done, Reply};

use super::LoadError;
use crate::crm::{
    Credentials, Exchange, Session,
    live::{Limits, Live},
};

/// A server, our session there, and the mark of this run.
#[derive(Debug)]
pub(super) struct Pressed {
    live: Live,
    session: Mutex<Session>,
    calls: AtomicU64,
    /// Tells the rows of this run from those of others.
    pub(super) mark: String,
}

/// An exchange, measured.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) answer: Answer,
    pub(super) took: Duration,
    /// Bytes of the bodies, sent and received.
    pub(super) bytes: (u64, u64),
}

impl Asked {
    /// Did the server no longer know us?
    pub(super) fn session_expired(&self) -> bool {
        matches!(&self.answer.reply, Reply::Refused(refusal) if refusal.code == "INVALID_SESSION_ID")
    }
}

impl Pressed {
    /// Logs in.
    pub(super) async fn connect(target: &str, credentials: Credentials) -> Result<Self, LoadError> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let pressed = Self {
            live: Live::new(target, Limits::default())?,
            session: Mutex::new(Session::new(credentials)),
            calls: AtomicU64::new(0),
            mark: format!("{:x}", since_epoch.as_millis()),
        };
        match pressed.ask(&CrmCall::Login).await.answer.reply {
            Reply::Done(Done::LoggedIn) => Ok(pressed),
            reply => {
                let answer = format!("{reply:?}");
                Err(LoadError::Setup { doing: "the login", answer, target: target.to_owned() })
            }
        }
    }

    /// One exchange. A login's session is everybody's from then on.
    pub(super) async fn ask(&self, call: &CrmCall) -> Asked {
        let id = CallId(self.calls.fetch_add(1, Ordering::Relaxed));
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (request, _) = session.request(id, call);
        let sent_bytes = request.body().len() as u64;
        let sent = Instant::now();
        let exchange = self.live.exchange(request).await;
        let took = sent.elapsed();
        let read_bytes = match &exchange {
            Exchange::Answered { response, .. } => response.body().len() as u64,
            Exchange::Lost(_) => 0,
        };
        let answer = session.answer(call, exchange);
        if answer.reply == Reply::Done(Done::LoggedIn) {
            *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session;
        }
        Asked { answer, took, bytes: (sent_bytes, read_bytes) }
    }

    /// An address of this run.
    pub(super) fn email(&self, who: &str) -> String {
        format!("{who}.{}@load.example", self.mark)
    }
}
