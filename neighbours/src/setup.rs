//! How one of the systems is set up: who may log in, what a record may hold, how much it takes, how it is linked.

use crate::{LinkSetup, SchemaNames, System};

/// How one of the systems is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Which one it is.
    pub system: System,
    /// Who may log in.
    pub login: Login,
    /// How much it takes.
    pub limits: Limits,
    /// Fields of a record beside the standard ones.
    pub custom_fields: Vec<String>,
    /// The link to Salesforce; without one nothing goes there.
    pub link: Option<LinkSetup>,
    /// Dynamics: the HTTP status of a detected duplicate. Its documents say 412 in one place and 500 in another.
    pub duplicate_status: u16,
    /// Account Engagement: several prospects may have one e-mail address.
    pub multiple_prospects: bool,
    /// Administrate: what its schema calls things.
    pub schema: SchemaNames,
}

/// Who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// Account Engagement: the business unit that calls must name.
    pub business_unit: String,
    /// How long a token lives, in seconds.
    pub token_seconds: i64,
}

/// How much a system takes before it says stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Calls in one window; for Administrate the size of the bucket.
    pub calls: u64,
    /// The window, in ms; for Administrate the time in which a full bucket drains.
    pub window_ms: i64,
    /// Calls in one day.
    pub daily: u64,
    /// Calls at work at the same time.
    pub concurrent: usize,
    /// How long one call is at work, in ms.
    pub busy_ms: i64,
    /// Bytes of one request's body.
    pub body_bytes: usize,
}

impl Setup {
    /// A system as its documents describe it.
    pub fn new(system: System) -> Self {
        Self {
            system,
            login: Login {
                client_id: format!("{}-client", system.word()),
                client_secret: format!("{}-secret", system.word()),
                business_unit: "0Uv000000000001AAA".to_owned(),
                token_seconds: 3_600,
            },
            limits: Limits::of(system),
            custom_fields: Vec::new(),
            link: None,
            duplicate_status: 412,
            multiple_prospects: false,
            schema: SchemaNames::default(),
        }
    }

    /// Whether a record may have the field.
    pub fn has_field(&self, name: &str) -> bool {
        self.system.standard_fields().contains(&name)
            || self.custom_fields.iter().any(|it| it == name)
    }
}

impl Limits {
    /// The published limits (requirements §10).
    fn of(system: System) -> Self {
        let usual = Self {
            calls: 100,
            window_ms: 20_000,
            daily: 50_000,
            concurrent: 10,
            busy_ms: 20,
            body_bytes: 1_000_000,
        };
        match system {
            System::Marketo => usual,
            System::Dynamics => Self {
                calls: 6_000,
                window_ms: 300_000,
                daily: u64::MAX,
                concurrent: 52,
                body_bytes: 16_000_000,
                ..usual
            },
            System::Administrate => {
                Self { calls: 60, window_ms: 60_000, daily: u64::MAX, concurrent: 50, ..usual }
            }
            System::AccountEngagement => {
                Self { calls: u64::MAX, daily: 25_000, concurrent: 5, ..usual }
            }
        }
    }
}
