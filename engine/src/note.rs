//! What the engine says about its decisions: the journal's raw material.

use crate::{EventId, ProfileField, RecordId, Rule, Subject, Timestamp, UserId};

/// Identifies a change that the engine wants; it ends in exactly one terminal outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(pub u64);

/// Something worth writing down.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Whom or what it is about.
    pub subject: Option<Subject>,
    /// Which intent it is about.
    pub intent: Option<IntentId>,
    /// What happened.
    pub kind: NoteKind,
}

/// What a note is about.
#[derive(Debug, Clone, PartialEq)]
pub enum NoteKind {
    /// A decision, its rule, and what it was chosen over.
    Decided(Decision),
    /// An intent came to be.
    Opened {
        /// What it wants.
        action: Action,
        /// The source event that asked for it.
        cause: EventId,
    },
    /// An intent reached its one terminal outcome.
    Settled(Settled),
    /// A source event reached its one terminal outcome.
    SourceSettled {
        /// The event.
        event: EventId,
        /// Applied, no-op or dead letter.
        outcome: SourceOutcome,
        /// Why.
        because: Rule,
    },
    /// The sync user or the org's people should look at this.
    Alert {
        /// Why.
        because: Rule,
        /// In words.
        text: String,
    },
    /// The lead was complete and due: from here the time to the lead is counted.
    Due,
}

/// A decision, its rule, and what it was chosen over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was to be decided.
    pub question: Question,
    /// The rule that decided.
    pub because: Rule,
    /// What was chosen, as ids or words; empty for nothing.
    pub chosen: Option<String>,
    /// The candidates that were not chosen, each with its rule.
    pub rejected: Vec<(String, Rule)>,
    /// Mapped or unmapped fields that hold something new and are not written.
    pub withheld: Vec<ProfileField>,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Who is this visitor?
    Identity,
    /// Is a sync due?
    Trigger,
    /// Which record is this visitor?
    Match,
    /// Which account is the visitor's?
    Account,
    /// Who owns the new record?
    Owner,
    /// What is written?
    Fields,
    /// Is a campaign member due?
    Campaign,
    /// Is an Event due, and whose is it?
    Event,
    /// What does the CRM's answer mean?
    Answer,
    /// What does an account list show?
    List,
}

impl Question {
    /// The word for it in journals and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Trigger => "trigger",
            Self::Match => "match",
            Self::Account => "account",
            Self::Owner => "owner",
            Self::Fields => "fields",
            Self::Campaign => "campaign",
            Self::Event => "event",
            Self::Answer => "answer",
            Self::List => "list",
        }
    }
}

/// What an intent wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A push step's create.
    Create,
    /// A push step's update.
    Update,
    /// A create-or-update-now step.
    CreateOrUpdate,
    /// A rep's create.
    ManualCreate,
    /// A rep's sync.
    ManualSync,
    /// A campaign member.
    Campaign,
    /// A conversation's Event.
    ConversationEvent,
    /// A meeting's Event.
    MeetingEvent,
    /// A company's account.
    CreateAccount,
    /// A whole list of companies.
    PushAccounts,
    /// Response Management: a response from its member to its first owner.
    Response,
    /// Matchmaker: match and assignment of a lead.
    Assignment,
    /// Matchmaker: the conversion of a matched lead.
    AutoConvert,
    /// A workflow's "Sync Lead".
    SyncLead,
    /// A workflow's "Create Task".
    CreateTask,
    /// A workflow's "Convert Lead to Contact": the job.
    ConvertLead,
    /// A workflow's "Change Status" of a campaign member.
    CampaignStatus,
    /// The person's record in a system beside Salesforce.
    Sync(crate::System),
    /// Whether a record of the marketing platform reached Salesforce.
    MapCheck,
}

impl Action {
    /// The word for it in scenario files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::CreateOrUpdate => "create_or_update",
            Self::ManualCreate => "manual_create",
            Self::ManualSync => "manual_sync",
            Self::Campaign => "campaign",
            Self::ConversationEvent => "conversation_event",
            Self::MeetingEvent => "meeting_event",
            Self::CreateAccount => "create_account",
            Self::PushAccounts => "push_accounts",
            Self::Response => "response",
            Self::Assignment => "assignment",
            Self::AutoConvert => "auto_convert",
            Self::SyncLead => "sync_lead",
            Self::CreateTask => "create_task",
            Self::ConvertLead => "convert_lead",
            Self::CampaignStatus => "campaign_status",
            Self::Sync(crate::System::Dynamics) => "sync_dynamics",
            Self::Sync(crate::System::Administrate) => "sync_administrate",
            Self::Sync(crate::System::Marketo) => "sync_marketo",
            Self::Sync(crate::System::AccountEngagement) => "sync_account_engagement",
            Self::MapCheck => "map_check",
        }
    }
}

/// An intent's terminal outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What came of it.
    pub outcome: Outcome,
    /// Why.
    pub because: Rule,
    /// The record it ended at.
    pub record: Option<RecordId>,
    /// The owner that was decided, for a new record.
    pub owner: Option<UserId>,
    /// Salesforce's words, for a refusal; otherwise further detail.
    pub detail: String,
}

/// What can come of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A record was made.
    Created,
    /// A record was changed.
    Updated,
    /// Nothing was to be done.
    NoOp,
    /// Salesforce said no for good.
    Refused,
    /// Every attempt was used up.
    DeadLettered,
}

/// What can come of a source event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceOutcome {
    /// Something was written for it.
    Applied,
    /// Nothing was to be written.
    NoOp,
    /// It could not be written.
    DeadLetter,
}

/// A timer's name, so that its alarm finds its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub u64);

/// An alarm that the engine asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// When it is due.
    pub at: Timestamp,
    /// Its name.
    pub id: TimerId,
    /// Whether it only repeats itself, so that a run may end while it is armed.
    pub recurring: bool,
}
