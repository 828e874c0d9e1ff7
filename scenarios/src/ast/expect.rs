//! `expect:` and `hold:`, what must be true.

use crate::source::{Place, Span, Text};

/// One entry of `expect:`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// When it must be true.
    pub time: ExpectTime,
    /// What must be true.
    pub check: Check,
    /// Where it stands.
    pub place: Place,
}

impl Expectation {
    /// An expectation that was built in Rust.
    pub fn new(time: ExpectTime, check: Check) -> Expectation {
        Expectation { time, check, place: Place::default() }
    }
}

/// When an expectation must be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectTime {
    /// `at`: exactly then, after everything that happens at that instant.
    At(Deadline),
    /// `by`: at some moment no later than that.
    By(Deadline),
    /// `throughout`: after every change.
    Throughout,
}

/// An offset or the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// Milliseconds after `clock.starts`.
    Offset(i64),
    /// `end`
    End,
}

/// What must be true.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// `record`
    Record(RecordCheck),
    /// `explain`
    Explain(ExplainCheck),
    /// `calls`
    Calls(CallsCheck),
    /// `metric`
    Metric(MetricCheck),
    /// `rep_view`
    RepView(ViewCheck),
    /// `visitor_view`
    VisitorView(ViewCheck),
    /// `account_view`: an Account 360.
    AccountView(ViewCheck),
    /// `list_view`: an account list of Signals.
    ListView(ViewCheck),
    /// `throughout: { invariant: … }`
    Invariant(InvariantCheck),
    /// `neighbour`: records of a system beside Salesforce; the object is the system.
    Neighbour(RecordCheck),
    /// `playback`
    Playback(crate::ast::PlaybackCheck),
    /// `search`: what the org's search index gives.
    Search(SearchCheck),
}

/// A value or a condition on it.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// This very value.
    Is(Text),
    /// `present: true`: not blank.
    Present(Place),
    /// `absent: true`: blank.
    Absent(Place),
    /// `matches`: a glob with `*` and `?`.
    Matches(Text),
    /// `contains`
    Contains(Text),
    /// `not`
    Not(Box<Matcher>),
    /// `one_of`
    OneOf(Vec<Text>),
    /// `at_most`
    AtMost(Text),
    /// `at_least`
    AtLeast(Text),
    /// `between`, both included.
    Between(Text, Text),
}

impl Matcher {
    /// Where it stands, or its first value.
    pub fn place(&self) -> Option<Span> {
        match self {
            Matcher::Is(text)
            | Matcher::Matches(text)
            | Matcher::Contains(text)
            | Matcher::AtMost(text)
            | Matcher::AtLeast(text)
            | Matcher::Between(text, _) => Some(text.span),
            Matcher::Present(place) | Matcher::Absent(place) => Some(place.0),
            Matcher::Not(inner) => inner.place(),
            Matcher::OneOf(texts) => texts.first().map(|text| text.span),
        }
    }
}

impl From<&str> for Matcher {
    fn from(text: &str) -> Matcher {
        Matcher::Is(Text::from(text))
    }
}

impl From<String> for Matcher {
    fn from(text: String) -> Matcher {
        Matcher::Is(Text::from(text))
    }
}

/// `record`: how many records agree, and what the agreeing ones look like.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordCheck {
    /// Object API name.
    pub object: Text,
    /// Which records; `key` names one.
    pub filter: Vec<(Text, Matcher)>,
    /// How many; 1 if absent.
    pub count: Option<Matcher>,
    /// `as`: a name for the one match.
    pub alias: Option<Text>,
    /// What every match looks like.
    pub fields: Vec<(Text, Matcher)>,
    /// Whether records in the recycle bin are meant.
    pub deleted: bool,
}

/// `explain`: what the engine decided about a subject, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainCheck {
    /// Whom it is about.
    pub subject: Subject,
    /// Which intents; person syncs if absent.
    pub action: Option<Action>,
    /// What became of them.
    pub outcome: Option<Outcome>,
    /// The owner that was chosen.
    pub owner: Option<Matcher>,
    /// The record that was matched.
    pub matched: Option<Matcher>,
    /// Candidates that were not taken, each with its rule.
    pub passed_over: Vec<(Text, Text)>,
    /// Rules that must all have been given.
    pub reasons: Vec<Text>,
    /// Rules that must not have been given.
    pub not: Vec<Text>,
    /// Visitor fields or CRM fields that were not sent.
    pub withheld: Vec<Text>,
}

impl ExplainCheck {
    /// A check that demands nothing of a subject yet.
    pub fn new(subject: Subject) -> ExplainCheck {
        ExplainCheck {
            subject,
            action: None,
            outcome: None,
            owner: None,
            matched: None,
            passed_over: Vec::new(),
            reasons: Vec::new(),
            not: Vec::new(),
            withheld: Vec::new(),
        }
    }
}

/// Whom an `explain` is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// `visitor NAME`
    Visitor(Text),
    /// `record KEY`, or a bare key or alias.
    Record(Text),
    /// `account NAME`: a company of Signals.
    Account(Text),
    /// `list NAME`: an account list of Signals.
    List(Text),
}

/// Which intents an `explain` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// `create`
    Create,
    /// `update`
    Update,
    /// `create_or_update`
    CreateOrUpdate,
    /// `manual_create`
    ManualCreate,
    /// `manual_sync`
    ManualSync,
    /// `campaign`
    Campaign,
    /// `conversation_event`
    ConversationEvent,
    /// `meeting_event`
    MeetingEvent,
    /// `create_account`
    CreateAccount,
    /// `push_accounts`
    PushAccounts,
    /// `response`
    Response,
    /// `assignment`
    Assignment,
    /// `auto_convert`
    AutoConvert,
    /// `sync_lead`
    SyncLead,
    /// `create_task`
    CreateTask,
    /// `convert_lead`
    ConvertLead,
    /// `campaign_status`
    CampaignStatus,
    /// `sync_dynamics`
    SyncDynamics,
    /// `sync_administrate`
    SyncAdministrate,
    /// `sync_marketo`
    SyncMarketo,
    /// `sync_account_engagement`
    SyncAccountEngagement,
    /// `map_check`
    MapCheck,
}

impl Action {
    /// Whether it is about a person's lead or contact itself.
    pub fn is_person_sync(self) -> bool {
        !matches!(
            self,
            Action::Campaign
                | Action::CreateTask
                | Action::ConvertLead
                | Action::CampaignStatus
                | Action::ConversationEvent
                | Action::MeetingEvent
                | Action::Response
                | Action::Assignment
                | Action::AutoConvert
        )
    }
}

/// What became of an intent, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// `pending`
    Pending,
    /// `dead_lettered`
    DeadLettered,
    /// `refused`
    Refused,
    /// `created`
    Created,
    /// `updated`
    Updated,
    /// `no_op`
    NoOp,
}

/// `calls`: how many calls the org saw.
#[derive(Clone, Debug, PartialEq)]
pub struct CallsCheck {
    /// `to`: a system beside Salesforce; Salesforce if absent.
    pub to: Option<Text>,
    /// Which operation; any if absent.
    pub operation: Option<CallOperation>,
    /// Which object; any if absent.
    pub object: Option<Text>,
    /// With which outcome; any if absent.
    pub outcome: Option<CallOutcome>,
    /// Salesforce error code of the refusal.
    pub code: Option<Matcher>,
    /// Request headers.
    pub header: Vec<(Text, Matcher)>,
    /// Fields that the row must carry.
    pub sends: Vec<Text>,
    /// Fields that the row must not carry.
    pub sends_not: Vec<Text>,
    /// Fields that the row must carry with these values.
    pub values: Vec<(Text, Matcher)>,
    /// How many; 1 if absent.
    pub count: Option<Matcher>,
    /// Whether exchanges are counted, not rows.
    pub exchanges: bool,
}

/// An operation as expectations name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallOperation {
    /// `query`
    Query,
    /// `create`
    Create,
    /// `update`
    Update,
    /// `delete`
    Delete,
    /// `upsert`
    Upsert,
    /// `login`
    Login,
    /// `bulk`
    Bulk,
    /// `convert`
    Convert,
    /// `describe`
    Describe,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallOutcome {
    /// `done`
    Done,
    /// `refused`
    Refused,
    /// `unavailable`
    Unavailable,
    /// `lost`
    Lost,
}

/// `metric`: the samples' worst, for durations; the figure, for counts.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricCheck {
    /// Which.
    pub name: Text,
    /// What it must be.
    pub value: Matcher,
}

/// `rep_view`, `visitor_view`, `account_view` or `list_view`: what a person sees.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewCheck {
    /// Of which visitor, company or list.
    pub of: Text,
    /// What must be seen.
    pub fields: Vec<(Text, Matcher)>,
}

/// `search`: how many records a search of the org finds, which reads the search index and not the database.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchCheck {
    /// `find`: the words, as a parameterized search takes them.
    pub find: Text,
    /// `in`: which fields are looked into; all if absent.
    pub group: SearchGroup,
    /// `returning`: of which object, by API name.
    pub returning: Text,
    /// `rows`: how many; 1 if absent.
    pub rows: Option<Matcher>,
}

impl SearchCheck {
    /// What the search is called in a journal: `Lead by pat@x.example in email fields`.
    pub fn label(&self) -> String {
        format!("{} by {} in {} fields", self.returning, self.find, self.group.word())
    }
}

/// Which fields a search looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchGroup {
    /// `all`
    All,
    /// `name`
    Name,
    /// `email`
    Email,
    /// `phone`
    Phone,
}

impl SearchGroup {
    /// Its word, which is also Salesforce's.
    pub fn word(self) -> &'static str {
        crate::words::word_of(crate::words::SEARCH_GROUPS, &self)
    }
}

/// `throughout: { invariant: … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct InvariantCheck {
    /// Which.
    pub invariant: Throughout,
    /// Object API name.
    pub object: Text,
    /// Fields that make two records the same; `Email` if empty.
    pub key: Vec<Text>,
}

/// What must hold after every change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throughout {
    /// `no_duplicates`: no two live records share a key, of which the engine made one.
    NoDuplicates,
    /// `owner_unchanged`: no record changes hands.
    OwnerUnchanged,
    /// `no_deletes`: no record is deleted.
    NoDeletes,
}

/// One entry of `hold:`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// Which figure.
    pub metric: Text,
    /// What it must be.
    pub value: Matcher,
}
