//! What a fault does: to the call before it is carried out, to its answer, or to the wire.

use serde::{Deserialize, Serialize};

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Verdict {
    /// Nothing.
    Pass,
    /// The call is not carried out; this is its answer.
    Answer {
        /// HTTP status.
        status: u16,
        /// The body.
        body: FaultBody,
    },
    /// The call is carried out; its answer never arrives.
    CommitThenLose,
    /// The connection breaks before the call arrives.
    ResetBefore,
    /// The call is carried out; of its answer's body only the first bytes arrive.
    Truncate {
        /// How many bytes arrive.
        keep: usize,
    },
    /// The call is carried out; its answer takes long.
    Slow {
        /// How many milliseconds longer.
        ms: u64,
    },
    /// The call is carried out; its answer's body arrives in small pieces.
    Dribble {
        /// Bytes of a piece.
        chunk: u32,
        /// Milliseconds before each piece.
        ms: u32,
    },
    /// Every access token dies before the call is looked at.
    ExpireSessions,
    /// The caller's own session dies before the call is looked at.
    ExpireSession,
    /// Every open query locator dies before the call is looked at.
    ForgetCursors,
    /// The call is carried out; a query's pages have fewer rows than asked for.
    ShortPages {
        /// Rows of a page.
        rows: usize,
    },
    /// The call is carried out; these rows of a collection fail, as if the org had refused them.
    FailRows(RowFaults),
    /// The call is carried out; `Sforce-Limit-Info` tells other numbers.
    LimitInfo {
        /// Calls used; absent: what is true.
        #[serde(default)]
        used: Option<u64>,
        /// Calls allowed; absent: what is true.
        #[serde(default)]
        max: Option<u64>,
        /// Used calls are told up to so many too few or too many; which, the call's number decides.
        #[serde(default)]
        jitter: u64,
    },
}

/// Rows of one call that fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFaults {
    /// Their places, from 0.
    pub rows: Vec<usize>,
    /// The status code, one of [`ITEM_CODES`](super::ITEM_CODES).
    pub code: String,
    /// The text.
    pub message: String,
    /// The fields at fault.
    #[serde(default)]
    pub fields: Vec<String>,
}

impl RowFaults {
    /// Why the row at this place fails, if it does.
    pub(crate) fn of_row(&self, place: usize) -> Option<crate::OrgError> {
        if !self.rows.contains(&place) {
            return None;
        }
        let code = super::codes::known(&self.code).unwrap_or("UNKNOWN_EXCEPTION");
        let error = crate::OrgError::new(code, self.message.clone());
        Some(error.about(self.fields.iter().map(String::as_str)))
    }
}

/// The body of a made-up answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultBody {
    /// Salesforce's error shape: an array of one; for the token endpoint an object.
    Error {
        /// For example `REQUEST_LIMIT_EXCEEDED`.
        code: String,
        /// The text.
        message: String,
    },
    /// The shape of an error about data: an array of one, with the fields at fault.
    Data {
        /// For example `INACTIVE_OWNER_OR_USER`.
        code: String,
        /// The text.
        message: String,
        /// The fields.
        #[serde(default)]
        fields: Vec<String>,
    },
    /// A page, as proxies and maintenance answer.
    Html(String),
    /// Any text.
    Raw {
        /// Its `Content-Type`.
        content_type: String,
        /// The text.
        text: String,
    },
}

/// What the wire does to an answer. The router leaves it in the response's extensions: in process the caller reads
/// it there; the server turns it into acts on the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireFault {
    /// The connection broke before the request arrived: nothing was carried out.
    ResetBeforeSend,
    /// The request was carried out and its answer was lost.
    LostAfterCommit,
    /// The body is cut: `Content-Length` promises more than arrives.
    TruncatedBody,
    /// The answer comes this many milliseconds later.
    SlowBy(u64),
    /// The body comes in pieces of so many bytes.
    Dribble {
        /// Bytes of a piece.
        chunk: u32,
        /// Milliseconds before each piece.
        ms: u32,
    },
}
