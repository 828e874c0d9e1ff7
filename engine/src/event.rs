//! What a visitor or a rep can do: the source events that the engine syncs.

use crate::{DeviceId, ExperienceId, ProfileField, RepId, Subject, Timestamp, UserId};

/// Identifies a source event; a redelivery carries the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u64);

/// Something that a visitor, a rep or somebody else did. It ends in exactly one terminal outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEvent {
    /// Identifies it.
    pub id: EventId,
    /// When it happened, by the visitor's clock.
    pub at: Timestamp,
    /// Whose it is: the visitor whose visit it belongs to, or somebody else.
    pub subject: Subject,
    /// What it was.
    pub kind: EventKind,
}

/// Where an e-mail address came from before anything was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownFrom {
    /// A marketing cookie.
    Cookie,
    /// An earlier visit.
    EarlierVisit,
}

/// What a visitor or a rep can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// The visitor opens the site.
    Landed {
        /// The page, as a path.
        page: String,
        /// The device.
        device: DeviceId,
        /// An e-mail address known before anything is typed.
        known: Option<(String, KnownFrom)>,
    },
    /// The visitor enters an Experience.
    Started(ExperienceId),
    /// The visitor types values into the chat.
    Entered(Vec<(ProfileField, String)>),
    /// An enrichment vendor tells what it knows of the visitor.
    Enriched(crate::VendorGuess),
    /// The visitor sends a message without data.
    Said(String),
    /// The visitor opens another page of the site.
    Browsed(String),
    /// The visitor declines the meeting that the Experience offers.
    MeetingDeclined,
    /// The visitor closes the site.
    LeftSite,
    /// The visitor opens the site again on the same device.
    ReturnedToSite {
        /// The page, as a path.
        page: Option<String>,
    },
    /// A rep joins: a rep's start of the conversation.
    RepJoined(RepId),
    /// The rep sends a message.
    RepReplied(String),
    /// The rep ends the chat; the visitor may stay on the site.
    ChatEnded,
    /// The conversation goes to another rep.
    Transferred(RepId),
    /// A rep addresses the visitor unprompted.
    Pounced(RepId),
    /// A rep edits the Visitor 360.
    RepEdited(RepId, Vec<(ProfileField, String)>),
    /// A rep clicks "Create Lead in Salesforce".
    RepCreatesLead(RepId),
    /// A rep clicks "Sync field(s) to Contact".
    RepSyncsFields(RepId),
    /// A meeting is booked through the messenger.
    MeetingBooked(Booking),
    /// The visitor's last meeting is cancelled.
    MeetingCancelled,
    /// The visitor's last meeting is moved.
    MeetingMoved {
        /// The new start.
        starts: MeetingTime,
        /// How long it is to last, in minutes.
        minutes: i64,
    },
    /// The rep links their own CRM user.
    RepConnected(UserId),
    /// The rep's own connection ends.
    RepDisconnected,
    /// A prospect enters a workflow; the product knows these values of them.
    WorkflowEntered(crate::WorkflowId, Vec<(ProfileField, String)>),
    /// The settings get a task template, or another one of that name.
    TaskTemplateAdded(crate::TaskName, crate::TaskTemplate),
    /// A user of the marketing product is linked with a CRM user, or not any more.
    UserLinked(crate::ProductUserId, Option<UserId>),
    /// A workflow is taken out of the settings: nobody enters it any more.
    WorkflowRemoved(crate::WorkflowId),
    /// Somebody opens the Account 360 of a company.
    AccountOpened,
    /// Somebody edits the fields of a company.
    AccountEdited(RepId, Vec<(ProfileField, String)>),
    /// Somebody clicks "Create in Salesforce".
    AccountCreateClicked(RepId),
    /// Somebody clicks "Retry".
    AccountRetryClicked(RepId),
    /// Somebody opens an account list.
    ListOpened,
    /// Somebody clicks "Push to Salesforce".
    ListPushed {
        /// Who.
        by: RepId,
        /// Whether "Yes" confirmed it.
        is_confirmed: bool,
    },
    /// A voice or video call with the visitor began or ended.
    Call(crate::CallStage),
    /// A rep blocks and reports the visitor.
    Blocked(RepId),
}

/// A meeting that was booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The rep whom the visitor chose or was given, when nothing else decides.
    pub with: RepId,
    /// The rep who picked the owner during a live chat; `None` when the visitor booked alone.
    pub picked_by: Option<RepId>,
    /// The other reps who take part.
    pub attendees: Vec<RepId>,
    /// The scheduled start.
    pub starts: MeetingTime,
    /// How long it is to last, in minutes.
    pub minutes: i64,
}

/// When a meeting starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingTime {
    /// An instant.
    Instant(Timestamp),
    /// Local time in a zone: `2026-03-08T02:30` and an IANA name. A gap shifts forward, an overlap takes the first.
    Local {
        /// Civil date and time without offset.
        civil: String,
        /// The IANA time zone.
        zone: String,
    },
}
