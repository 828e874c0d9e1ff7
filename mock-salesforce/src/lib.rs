//! A Salesforce org behind its APIs, in memory: for anybody's tests, simulations and load.
//!
//! [`Org`] is a pure state machine: schema, rows, rules, and every verb that changes them. It has
//! no clock, no randomness and no sockets; time is an argument. The HTTP side is thin on top of it.
//! What the org does not know, it refuses in Salesforce's own words; it never guesses.
//!
//! # Quick start
//!
//! Over a loopback socket, for any client; see [`serve`] for what a test does with it:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let salesforce = mock_salesforce::MockSalesforce::start().await?; // or `start_tls()`
//! let login = salesforce.credentials()?;
//! let (url, token) = (login.url, login.access_token);
//! # assert!(url.starts_with("http://127.0.0.1:") && token.contains('!'));
//! # Ok(())
//! # }
//! ```
//!
//! In process, without a socket and on a clock of your own:
//!
//! ```
//! use mock_salesforce::{FaultRule, Mock, Org, Timestamp, Verdict, clock::Manual, standard_org};
//!
//! let clock = Manual::new(Timestamp::parse("2026-05-13T10:00:00Z").expect("a moment"));
//! let org = Org::new(&standard_org(), mock_salesforce::Clock::now(&clock))?;
//! let mock = Mock::new(org, clock.clone());
//! let router = mock.router(); // a tower service: call it with requests
//! mock.faults().add(FaultRule { nth: Some(3), ..FaultRule::new("third-is-lost", Verdict::CommitThenLose) });
//! assert_eq!(mock.traffic().recorded(), 0);
//! # let _ = router;
//! # Ok::<(), mock_salesforce::SeedError>(())
//! ```
//!
//! # Between tests
//!
//! State, time and faults are under the test's hand, in Rust and, one to one, over HTTP below `/__mock`:
//!
//! ```
//! # use mock_salesforce::{FaultSpec, Mock, Org, clock::Fixed, control::DifferenceQuery, standard_org, Timestamp};
//! # let mock = Mock::new(Org::new(&standard_org(), Timestamp(0))?, Fixed(Timestamp(0)));
//! let control = mock.control();
//! control.snapshot("before")?;
//! control.add_fault(&FaultSpec { nth: Some(3), ..FaultSpec::preset("lost_answer") })?;
//! // … the program under test runs …
//! let query = DifferenceQuery { from: "before".into(), ..DifferenceQuery::default() };
//! assert!(control.difference(&query)?.difference.rows.is_empty());
//! control.restore("before")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod ahead;
pub mod api;
pub mod auth;
pub mod automation;
pub mod clock;
pub mod control;
mod cursors;
pub mod fault;
pub mod formula;
pub mod id;
mod json;
mod mock;
pub mod operation;
pub mod org;
pub mod record;
pub mod schema;
pub mod seed;
mod segments;
pub mod serve;
pub mod soql;
pub mod sosl;
mod standard;
pub mod store;
pub mod support;
pub mod timestamp;
pub mod traffic;
pub mod value;
mod xml;

pub use auth::{ConnectedApp, Login, LoginFailure, Session, SessionRefusal, Sessions, SignedIn};
pub use automation::{Automation, Changes, Tx};
pub use clock::Clock;
pub use control::Control;
pub use fault::{FaultBody, FaultPlan, FaultRule, FaultSpec, Verdict, WireFault};
pub use id::SfId;
pub use mock::Mock;
pub use operation::Operation;
pub use org::{
    AssignmentHeader, Change, ChangeFeed, ChangeKind, ChangedFields, DuplicateHeader, FieldInput,
    Org, OrgError, Origin, SaveContext, Saved, UpsertRefusal,
};
pub use record::Record;
pub use schema::{
    CustomField, CustomObject, FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema,
    Schema,
};
pub use seed::{OrgSeed, SeedError};
pub use serve::{Credentials, CredentialsError, MockSalesforce, Serving, StartError};
pub use standard::standard_org;
pub use timestamp::Timestamp;
pub use traffic::{Exchange, NotedHeaders, Traffic};
pub use value::{FieldValue, Value, ValueRef};
