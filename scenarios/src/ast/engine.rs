//! `engine:`, how the product under test is configured.

use crate::ast::{Fields, Pair};
use crate::source::{Place, Text};

/// The profile of an engine that names none.
pub const DEFAULT_PROFILE: &str = "qualified";

/// `engine:`.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineSetup {
    /// `profile`; [`DEFAULT_PROFILE`] if absent.
    pub profile: Text,
    /// Who is connected as whom.
    pub connections: Connections,
    /// `mapping:` by object (`lead`, `contact`, …): visitor field, CRM field.
    pub mapping: Vec<ObjectFields>,
    /// `constants:` by object: CRM field, value; written on insert only.
    pub constants: Vec<ObjectFields>,
    /// `values:` by object and field: what the visitor says, and what the field's list has for it.
    pub values: Vec<ValueMap>,
    /// The campaign that every synced person joins.
    pub campaign_mapping: Option<CampaignMapping>,
    /// The experiences by name.
    pub experiences: Vec<Experience>,
    /// Settings by name.
    pub settings: Vec<Pair>,
    /// Retries; the engine's defaults if absent.
    pub retry: Option<RetrySetup>,
    /// Batching; the engine's defaults if absent.
    pub batching: Option<BatchingSetup>,
    /// Warnings that are meant, by code, each with the reason.
    pub allow: Vec<Pair>,
    /// Voice and video in the messenger; nothing: it is not looked at.
    pub messenger: Option<crate::ast::MessengerSetup>,
    /// Workflows of CRM actions.
    pub liaison: Option<crate::ast::LiaisonSetup>,
    /// Account creation; nothing: there is none.
    pub signals: Option<crate::ast::SignalsSetup>,
    /// Packages that are installed in the org.
    pub packages: Option<crate::ast::PackagesSetup>,
    /// The marketing platform.
    pub map: Option<crate::ast::MapSetup>,
}

impl Default for EngineSetup {
    fn default() -> EngineSetup {
        EngineSetup {
            profile: Text::from(DEFAULT_PROFILE),
            connections: Connections::default(),
            mapping: Vec::new(),
            constants: Vec::new(),
            values: Vec::new(),
            campaign_mapping: None,
            experiences: Vec::new(),
            settings: Vec::new(),
            retry: None,
            batching: None,
            allow: Vec::new(),
            messenger: None,
            liaison: None,
            signals: None,
            packages: None,
            map: None,
        }
    }
}

/// `engine.connections`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connections {
    /// User of the org-wide connection. Nothing: no connection at all.
    pub org_user: Option<Text>,
    /// The second principal of K-01; the org user if absent.
    pub integration_user: Option<Text>,
    /// Reps in file order.
    pub reps: Vec<RepSetup>,
}

/// A rep of the chat product.
#[derive(Clone, Debug, PartialEq)]
pub struct RepSetup {
    /// The name that the file uses.
    pub rep: Text,
    /// First and last name; that of the user, else the key.
    pub name: Option<Text>,
    /// The CRM user of the rep's own connection; nothing: not connected.
    pub user: Option<Text>,
}

/// Pairs for one object of a mapping or of constants.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectFields {
    /// `lead`, `contact`, … as written.
    pub object: Text,
    /// The pairs.
    pub fields: Vec<Pair>,
}

/// What a field's list has for what visitors say.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueMap {
    /// `lead`, `contact`, `account`.
    pub object: Text,
    /// The CRM field.
    pub field: Text,
    /// What is said, and what is written.
    pub words: Vec<Pair>,
}

/// A campaign and the status that a member gets.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignMapping {
    /// Key of a campaign.
    pub campaign: Text,
    /// Status; the campaign's default if absent.
    pub status: Option<Text>,
}

/// One of `engine.experiences`.
#[derive(Clone, Debug, PartialEq)]
pub struct Experience {
    /// The name that the file uses.
    pub name: Text,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// One step of an experience, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Where it stands.
    pub place: Place,
}

impl From<StepKind> for Step {
    fn from(kind: StepKind) -> Step {
        Step { kind, place: Place::default() }
    }
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `push`
    Push(Push),
    /// `ask`: waits until all these visitor fields are known.
    Ask(Vec<Text>),
    /// `say`: the bot speaks.
    Say(Text),
    /// `route_to_rep`: waits until one of these reps chats.
    RouteToRep {
        /// Candidates; any rep if empty.
        reps: Vec<Text>,
    },
    /// `offer_meeting`: waits until a meeting is booked or declined.
    OfferMeeting {
        /// The meeting's owner.
        owner: Text,
        /// Further reps.
        attendees: Vec<Text>,
    },
    /// `add_to_campaign`
    AddToCampaign {
        /// The destination.
        to: Text,
        /// Key of a campaign.
        campaign: Text,
        /// Status; the campaign's default if absent.
        status: Option<Text>,
        /// Further fields of the member.
        fields: Fields,
    },
    /// `read_crm`: a later step refers to the record.
    ReadCrm {
        /// CRM field.
        field: Text,
        /// Visitor field that takes the value.
        into: Text,
    },
}

/// A push step.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    /// The destination.
    pub to: Text,
    /// What it does.
    pub action: PushAction,
    /// When it does it.
    pub when: PushTiming,
    /// Which records an update may write; nothing: the engine's setting.
    pub records: Option<UpdateScope>,
    /// Why, for a person.
    pub reason: Option<Text>,
}

impl Push {
    /// A push to Salesforce.
    pub fn new(action: PushAction, when: PushTiming, records: Option<UpdateScope>) -> Push {
        Push { to: Text::from("salesforce"), action, when, records, reason: None }
    }
}

/// What a push step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushAction {
    /// `create_lead`
    CreateLead,
    /// `update_person`
    UpdatePerson,
    /// `create_or_update_lead`
    CreateOrUpdateLead,
}

/// When a push step acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushTiming {
    /// `wait`: armed, until a rep starts or the visitor leaves.
    Wait,
    /// `now`
    Now,
}

/// Which records an update step may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateScope {
    /// `any_match`
    AnyMatch,
    /// `previously_synced`
    PreviouslySynced,
}

/// `engine.retry`; what is absent keeps the engine's default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetrySetup {
    /// Milliseconds before the first retry.
    pub first_delay: Option<i64>,
    /// Factor from one delay to the next, in thousandths (2 is 2000).
    pub factor_thousandths: Option<u64>,
    /// Longest delay in milliseconds.
    pub max_delay: Option<i64>,
    /// Attempts in all.
    pub max_attempts: Option<u32>,
    /// `none` or what the engine knows.
    pub jitter: Option<Text>,
}

/// `engine.batching`; what is absent keeps the engine's default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchingSetup {
    /// How writes are gathered.
    pub strategy: Option<BatchStrategy>,
    /// Records in one call.
    pub max_records: Option<u32>,
    /// Whether one row that fails takes the others of its call with it.
    pub all_or_none: Option<bool>,
    /// How long a batch may wait for more, in milliseconds.
    pub max_wait: Option<i64>,
}

/// How writes are gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchStrategy {
    /// `single`
    Single,
    /// `composite`
    Composite,
    /// `collections`
    Collections,
    /// `bulk`
    Bulk,
}
