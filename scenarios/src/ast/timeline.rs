//! `timeline:`, what happens and when.

use crate::ast::{CustomField, Fields, NamedFault, Permission, ValidationRule};
use crate::source::{Place, Text};

/// One line: a time and exactly one verb.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Milliseconds after `clock.starts`.
    pub at: i64,
    /// What happens.
    pub verb: Verb,
    /// Where it stands.
    pub place: Place,
}

impl Line {
    /// A line at `at` milliseconds.
    pub fn new(at: i64, verb: Verb) -> Line {
        Line { at, verb, place: Place::default() }
    }
}

/// The visitor that a line is about. A file with one visitor may leave it out; a scenario never has it left out after loading.
pub type VisitorName = Text;

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// `land`: the visitor comes to the site.
    Land(Land),
    /// `start`: the visitor enters an experience.
    Start {
        /// Who.
        visitor: VisitorName,
        /// Which.
        experience: Text,
    },
    /// `enter`: the visitor types values.
    Enter {
        /// Who.
        visitor: VisitorName,
        /// Visitor fields.
        fields: Fields,
    },
    /// `enrich`: a vendor tells what it knows of the visitor.
    Enrich(crate::ast::Enrich),
    /// `say`: the visitor writes.
    Say {
        /// Who.
        visitor: VisitorName,
        /// What.
        text: Text,
    },
    /// `browse`: in-site navigation.
    Browse {
        /// Who.
        visitor: VisitorName,
        /// Where to.
        page: Text,
    },
    /// `decline_meeting`
    DeclineMeeting {
        /// Who.
        visitor: VisitorName,
    },
    /// `leave`: the site is closed.
    Leave {
        /// Who.
        visitor: VisitorName,
    },
    /// `return`: the same visitor opens the site again.
    Return {
        /// Who.
        visitor: VisitorName,
        /// Where.
        page: Option<Text>,
    },
    /// `chat`: a rep joins.
    Chat {
        /// Visitor.
        visitor: VisitorName,
        /// Rep.
        with: Text,
    },
    /// `reply`: the rep writes.
    Reply {
        /// Visitor.
        visitor: VisitorName,
        /// What.
        text: Text,
    },
    /// `end_chat`
    EndChat {
        /// Visitor.
        visitor: VisitorName,
    },
    /// `transfer`: another rep takes over.
    Transfer {
        /// Visitor.
        visitor: VisitorName,
        /// Rep.
        to: Text,
    },
    /// `pounce`: a rep opens a conversation unasked.
    Pounce {
        /// Visitor.
        visitor: VisitorName,
        /// Rep.
        by: Text,
    },
    /// `edit`: a rep changes visitor fields.
    Edit {
        /// Visitor.
        visitor: VisitorName,
        /// Rep.
        by: Text,
        /// Visitor fields.
        fields: Fields,
    },
    /// `create_lead`: a rep's button.
    CreateLead {
        /// Visitor.
        visitor: VisitorName,
        /// Rep.
        by: Text,
    },
    /// `sync_fields`: a rep's button.
    SyncFields {
        /// Visitor.
        visitor: VisitorName,
        /// Rep.
        by: Text,
    },
    /// `book_meeting`
    BookMeeting(BookMeeting),
    /// `cancel_meeting`: the visitor's last meeting does not take place.
    CancelMeeting {
        /// Visitor.
        visitor: VisitorName,
    },
    /// `move_meeting`: the visitor's last meeting gets another time.
    MoveMeeting {
        /// Visitor.
        visitor: VisitorName,
        /// The new start.
        starts: MeetingStart,
        /// Milliseconds.
        length: i64,
    },
    /// `connect`: a rep gets a personal connection.
    Connect {
        /// Rep.
        rep: Text,
        /// `as`: user.
        user: Text,
    },
    /// `disconnect`
    Disconnect {
        /// Rep.
        rep: Text,
    },
    /// `create`: somebody creates a record in the org.
    Create {
        /// Object API name.
        object: Text,
        /// The name that later lines use.
        key: Option<Text>,
        /// Its fields.
        fields: Fields,
        /// User; an administrator if absent.
        by: Option<Text>,
    },
    /// `update`
    Update {
        /// Which.
        record: RecordRef,
        /// What is written.
        fields: Fields,
        /// User; an administrator if absent.
        by: Option<Text>,
    },
    /// `delete`
    Delete {
        /// Which.
        record: RecordRef,
        /// User; an administrator if absent.
        by: Option<Text>,
    },
    /// `undelete`
    Undelete {
        /// Which.
        record: RecordRef,
        /// User; an administrator if absent.
        by: Option<Text>,
    },
    /// `convert`
    Convert(Convert),
    /// `merge`
    Merge {
        /// The survivor.
        into: RecordRef,
        /// The losers.
        from: Vec<RecordRef>,
        /// User; an administrator if absent.
        by: Option<Text>,
    },
    /// `deactivate`
    Deactivate {
        /// User.
        user: Text,
    },
    /// `activate`
    Activate {
        /// User.
        user: Text,
    },
    /// `change_schema`
    ChangeSchema {
        /// Object API name.
        object: Text,
        /// What changes.
        change: SchemaChange,
    },
    /// `change_permission`
    ChangePermission(ChangePermission),
    /// `restart_engine`: memory is lost, the store is kept.
    RestartEngine,
    /// `fault`
    Fault(Fault),
    /// Any verb of Signals.
    Signals(crate::ast::SignalsVerb),
    /// Any verb of the messenger.
    Messenger(crate::ast::MessengerVerb),
    /// `enter_workflow`: a prospect, whether or not they are on the site.
    EnterWorkflow {
        /// Who.
        visitor: VisitorName,
        /// Which.
        workflow: Text,
        /// What the product knows of them.
        fields: Fields,
    },
    /// `add_task_template`: the settings get one.
    AddTaskTemplate {
        /// Its name.
        task: Text,
        /// Fields of the task.
        fields: Fields,
    },
    /// `remove_workflow`: the settings lose one; whoever is in it goes on.
    RemoveWorkflow {
        /// Its name.
        workflow: Text,
    },
    /// `link_user`: a user of the product is linked, or not any more.
    LinkUser {
        /// The user of the product.
        user: Text,
        /// `as`: the CRM user.
        crm_user: Option<Text>,
    },
}

/// `land`.
#[derive(Clone, Debug, PartialEq)]
pub struct Land {
    /// The visitor; it exists from its first `land`.
    pub visitor: VisitorName,
    /// Which page.
    pub page: Option<Text>,
    /// E-mail known before anything is typed.
    pub identified_by: Option<Text>,
    /// How it is known.
    pub source: IdentitySource,
    /// Device; the visitor's own if absent.
    pub device: Option<Text>,
}

/// How a visitor is known before typing anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdentitySource {
    /// `cookie`
    #[default]
    Cookie,
    /// `earlier_visit`
    EarlierVisit,
}

/// `book_meeting`.
#[derive(Clone, Debug, PartialEq)]
pub struct BookMeeting {
    /// The visitor.
    pub visitor: VisitorName,
    /// Rep who owns the meeting; an offer's owner wins.
    pub with: Option<Text>,
    /// `visitor` or a rep; the chatting rep if absent.
    pub by: Option<Text>,
    /// When.
    pub starts: MeetingStart,
    /// Milliseconds; 30 minutes if absent.
    pub length: i64,
    /// Further reps.
    pub attendees: Vec<Text>,
}

/// When a meeting starts.
#[derive(Clone, Debug, PartialEq)]
pub enum MeetingStart {
    /// Milliseconds since the Unix epoch.
    Instant(i64),
    /// A wall clock time in a zone, which may not exist or exist twice there.
    Local {
        /// `2026-03-08T02:30`, seconds optional.
        time: Text,
        /// IANA name.
        zone: Text,
    },
}

/// Which record a line means.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordRef {
    /// A key of the world or of an earlier line, or an `as` of an expectation.
    Name(Text),
    /// The only record that agrees.
    Where {
        /// Object API name.
        object: Text,
        /// Fields.
        fields: Fields,
    },
}

impl From<&str> for RecordRef {
    fn from(name: &str) -> RecordRef {
        RecordRef::Name(Text::from(name))
    }
}

/// `convert`.
#[derive(Clone, Debug, PartialEq)]
pub struct Convert {
    /// The lead.
    pub record: RecordRef,
    /// Name for the new contact.
    pub contact_key: Option<Text>,
    /// Existing account.
    pub account: Option<RecordRef>,
    /// Existing contact.
    pub contact: Option<RecordRef>,
    /// User who owns the result.
    pub owner: Option<Text>,
    /// User; an administrator if absent.
    pub by: Option<Text>,
}

/// What `change_schema` changes.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaChange {
    /// `add_field`
    AddField(CustomField),
    /// `remove_field`
    RemoveField(Text),
    /// `require`
    Require(Text),
    /// `unrequire`
    Unrequire(Text),
    /// `activate_rule`: a validation rule, duplicate rule or the word `assignment_rule`.
    ActivateRule(Text),
    /// `deactivate_rule`
    DeactivateRule(Text),
    /// `add_validation_rule`
    AddValidationRule(ValidationRule),
    /// `add_converted_status`: leads can be converted with it.
    AddConvertedStatus(Text),
    /// `remove_converted_status`
    RemoveConvertedStatus(Text),
}

/// `change_permission`.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangePermission {
    /// User.
    pub user: Text,
    /// Object API name.
    pub object: Text,
    /// Granted.
    pub allow: Vec<Permission>,
    /// Taken away.
    pub deny: Vec<Permission>,
    /// Fields that no longer exist for the user.
    pub hide_fields: Vec<Text>,
    /// Fields that the user may no longer write.
    pub lock_fields: Vec<Text>,
}

/// `fault`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Its name.
    pub id: Text,
    /// Which calls; empty means `any`.
    pub operations: Vec<Text>,
    /// Object that the call must be about.
    pub object: Option<Text>,
    /// `on`: a system beside Salesforce; Salesforce if absent.
    pub on: Option<Text>,
    /// What happens to such a call.
    pub verdict: FaultVerdict,
    /// `for`: milliseconds from the line on; without it and without `times`, for good.
    pub lasts: Option<i64>,
    /// That many calls only.
    pub times: Option<u32>,
    /// That many pass first.
    pub skip: u32,
}

/// What a fault does to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultVerdict {
    /// `answer`
    Answer(FaultAnswer),
    /// `commit_then_lose`: the org does it, the reply is lost.
    CommitThenLose,
    /// `reset`: the connection breaks before the org sees it.
    Reset,
    /// `truncate`: the reply ends after that many bytes.
    Truncate(u32),
    /// `slow`: the reply comes that many milliseconds later.
    Slow(i64),
    /// `kind`: a fault that has a name.
    Named(NamedFault),
    /// `link_down`: a platform's connector cannot write to Salesforce, for this reason.
    LinkDown(Text),
    /// `link_slow`: its changes get there that many milliseconds later.
    LinkSlow(i64),
}

/// A reply that the org did not give.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultAnswer {
    /// HTTP status.
    pub status: u16,
    /// Salesforce error code; the usual one of the status if absent.
    pub code: Option<Text>,
    /// Its message.
    pub message: Option<Text>,
    /// Whether the body is an HTML page instead.
    pub html: bool,
}
