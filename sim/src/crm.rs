//! The CRM over HTTP: carries out the engine's calls, one call as one exchange.
//!
//! It encodes, sends, decodes and classifies. It never retries, turns a page or logs in by itself: those are the
//! engine's state machines. It keeps the token that the last login gave, and attaches it to every later call.
//! Requests and answers are as in the wire reference, API version 62.0.

pub mod decode;
pub mod encode;
pub mod live;
pub mod session;
pub mod transport;

use engine::{Answer, CallId, CrmCall};

pub use self::{
    encode::{Delivered, Part},
    session::{Credentials, Session},
    transport::{Exchange, Transport},
};

/// The CRM behind a transport.
#[derive(Debug)]
pub struct Crm {
    session: Session,
    transport: Box<dyn Transport>,
}

/// What came of carrying out a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CarriedOut {
    /// What was sent.
    pub delivered: Delivered,
    /// What came back.
    pub answer: Answer,
    /// How many milliseconds a fault made the answer slower.
    pub slow_ms: u64,
}

impl Crm {
    /// A CRM in which these credentials log in.
    pub fn new(transport: impl Transport + 'static, credentials: Credentials) -> Self {
        Self { session: Session::new(credentials), transport: Box::new(transport) }
    }

    /// Carries out one call: one exchange, whatever comes of it.
    pub fn carry_out(&mut self, id: CallId, call: &CrmCall) -> CarriedOut {
        let (request, delivered) = self.session.request(id, call);
        let exchange = self.transport.exchange(request);
        let slow_ms = exchange.slow_ms();
        CarriedOut { delivered, answer: self.session.answer(call, exchange), slow_ms }
    }
}
