//! How the engine is configured: the customer's settings, as data.

use std::collections::{BTreeMap, BTreeSet};

use crate::{ExperienceId, FieldName, ProfileField, RecordId, RepId, UserId};

/// Everything that a customer configures, and what the product knows of the org.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The user behind the org-wide connection.
    pub org_user: UserId,
    /// The integration user; the org user unless K-01 is split.
    pub integration_user: UserId,
    /// The reps of the chat product.
    pub reps: BTreeMap<RepId, Rep>,
    /// What is written where.
    pub mapping: Mapping,
    /// The campaign that everybody who is synced joins (CP-03).
    pub campaign_mapping: Option<MemberTarget>,
    /// The Experiences.
    pub experiences: BTreeMap<ExperienceId, Experience>,
    /// Account creation; `None` where nothing is known of companies.
    pub signals: Option<crate::Signals>,
    /// The switches of the catalogue.
    pub settings: Settings,
    /// When a failed call is tried again.
    pub retry: RetryPolicy,
    /// How work is packed into calls.
    pub batching: Batching,
    /// What the product last read of the org's metadata.
    pub org: KnownOrg,
    /// The systems beside Salesforce.
    pub neighbours: crate::Neighbours,
    /// The packages that are installed in the org.
    pub packages: crate::Packages,
    /// Start of the playback links, without a closing slash.
    pub playback_base: String,
    /// Feeds the unguessable part of playback links; a secret of the deployment.
    pub playback_secret: u64,
    /// What required fields of a new lead get when nothing else fills them (LL-11).
    pub fillers: Vec<(FieldName, String)>,
    /// Workflows of CRM actions, if the product has them.
    pub liaison: Option<crate::Liaison>,
}

/// A sales rep, and the CRM user whom they are connected as, if they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rep {
    /// The display name in the chat product.
    pub name: String,
    /// The rep's own CRM connection.
    pub connection: Option<UserId>,
}

/// What is written where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    /// Profile field to lead field.
    pub lead: Vec<(ProfileField, FieldName)>,
    /// Profile field to contact field.
    pub contact: Vec<(ProfileField, FieldName)>,
    /// Field of a company that visited to account field (AC-05).
    pub account: Vec<(ProfileField, FieldName)>,
    /// Constants for a new lead.
    pub lead_constants: Vec<(FieldName, String)>,
    /// Constants for a new account.
    pub account_constants: Vec<(FieldName, String)>,
    /// By object and field: what the visitor says, and the value that the field's list has for it (FM-32).
    pub values: BTreeMap<(&'static str, FieldName), Vec<(String, String)>>,
}

/// A campaign and what to set on its member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberTarget {
    /// The campaign.
    pub campaign: RecordId,
    /// The member's status.
    pub status: Option<String>,
    /// Further fields of the member.
    pub fields: Vec<(FieldName, String)>,
}

/// A scripted flow made of ordered steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Experience {
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// A step of an Experience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// "Push to an external system".
    Push(PushStep),
    /// Asks for profile fields, and waits until all are known.
    Ask(Vec<ProfileField>),
    /// The bot speaks.
    Say(String),
    /// Waits until a rep chats.
    RouteToRep(Vec<RepId>),
    /// Offers a meeting, and waits until it is booked or declined.
    OfferMeeting {
        /// The owner set when the Experience was built.
        owner: RepId,
        /// The other reps who take part.
        attendees: Vec<RepId>,
    },
    /// "Add to a campaign".
    AddToCampaign(MemberTarget),
    /// Reads a field of the matched record into the profile.
    ReadCrm {
        /// The record's field.
        field: FieldName,
        /// The profile field.
        into: ProfileField,
    },
}

/// "Push to an external system": an action and its timing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushStep {
    /// Where.
    pub to: crate::Destination,
    /// What to do.
    pub action: PushAction,
    /// When.
    pub timing: PushTiming,
}

/// What a push step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PushAction {
    /// "Create Lead".
    Create,
    /// "Update existing Lead or Contact".
    Update(UpdateScope),
    /// "Create or Update Lead in Salesforce Now".
    CreateOrUpdate(UpdateScope),
}

/// Which records an update may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UpdateScope {
    /// Policy A: records that we created or synced before, for a recognised visitor.
    PreviouslySynced,
    /// Policy B: any lead or contact whose e-mail address matches.
    AnyMatch,
}

/// When a push step fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PushTiming {
    /// Reaching it only arms it.
    Wait,
    /// As soon as it is reached.
    Now,
}

/// The switches: one for each contradiction of the catalogue that has a second reading.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the catalogue")]
pub struct Settings {
    /// K-03: the rep who holds the conversation, or the first one.
    pub chat_owner: ChatOwner,
    /// K-03: an unconnected chat rep is skipped, or ends the search at the org user.
    pub unconnected_chat_rep: UnconnectedChatRep,
    /// K-10: blank values of the visitor erase the CRM's.
    pub clear_on_blank: bool,
    /// K-12: a manual create needs an e-mail address.
    pub require_email: bool,
    /// K-12: an automatic push needs an e-mail address.
    pub require_email_automatic: bool,
    /// K-20: from the conversation's end to its Event, in ms (3 to 10 minutes).
    pub event_delay_ms: i64,
    /// K-20: silence that ends a conversation, in ms.
    pub idle_limit_ms: i64,
    /// K-20: latest moment for an Event after the end, in ms, while the CRM answers.
    pub event_cap_ms: i64,
    /// EX-26d: a create for a visitor who matches updates the record.
    pub create_updates_match: bool,
    /// K-40: an incomplete create is latched, or fails at its trigger.
    pub on_incomplete: OnIncomplete,
    /// K-41: a wait-update re-arms until the visitor leaves, or fires once.
    pub wait_update: WaitUpdate,
    /// K-42: how long a closed site may stay closed before the visitor has left, in ms.
    pub leave_grace_ms: i64,
    /// K-43: a meeting booked before a create-now step decides the owner, or is ignored.
    pub now_create_meeting: NowCreateMeeting,
    /// FM-61b: an alerting duplicate rule's record is adopted, or the save is forced.
    pub duplicate_alert: DuplicateAlert,
    /// FM-04: pause before a second look for a record that is not committed yet, in ms; 0: no second look.
    pub second_look_ms: i64,
    /// FM-44: how long after its insert a new lead's owner is read back, in ms; 0: only later lookups notice.
    pub owner_read_back_ms: i64,
    /// FM-01: the external id by which a new lead is upserted; none: it is created.
    pub external_id: Option<FieldName>,
    /// FM-61e: how often the org is asked for what changed behind our back, in ms; 0: never.
    pub reconcile_every_ms: i64,
    /// FM-15: share of the API allowance that is kept for what a rep waits for, in percent.
    pub api_reserve_percent: u64,
    /// FM-72: addresses that differ in a plus tag only are two persons, or one.
    pub plus_tags: crate::PlusTags,
    /// FM-60: a synced lead that was deleted may be created anew.
    pub recreate_deleted: bool,
    /// EV-28d: cancelled and moved meetings change their Event.
    pub meeting_updates: bool,
    /// K-19: a conversation with the bot alone gives an Event too.
    pub bot_events: bool,
    /// K-17: which opportunities count when accounts are compared.
    pub opportunity_count: OpportunityCount,
    /// K-38: armed steps of a visitor who is blocked are cancelled, or fire.
    pub blocked_armed: BlockedArmed,
    /// K-18: leads go to the CRM directly, or by way of the marketing platform.
    pub topology: crate::Topology,
    /// VI-09d: from which level on an identity known from enrichment alone is a dedupe key.
    pub enrichment_key: crate::EnrichmentKey,
    /// K-32: how long a response waits for its owner before the alarm, in ms.
    pub stuck_after_ms: i64,
    /// K-33: who is chosen when several members of an account team have the role.
    pub several_role_members: crate::SeveralRoleMembers,
    /// K-26: account names that are merely alike count as the same.
    pub fuzzy_name: bool,
    /// K-29: "Change Status" adds a person who is no member.
    pub add_if_missing: bool,
    /// LL-31: the time between two conversion runs, in ms.
    pub conversion_interval_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chat_owner: ChatOwner::Holder,
            unconnected_chat_rep: UnconnectedChatRep::Skip,
            clear_on_blank: false,
            require_email: false,
            require_email_automatic: true,
            event_delay_ms: 5 * 60_000,
            idle_limit_ms: 30 * 60_000,
            event_cap_ms: 60 * 60_000,
            create_updates_match: false,
            on_incomplete: OnIncomplete::Latch,
            wait_update: WaitUpdate::UntilLeave,
            leave_grace_ms: 30_000,
            now_create_meeting: NowCreateMeeting::Owner,
            duplicate_alert: DuplicateAlert::Adopt,
            second_look_ms: 0,
            owner_read_back_ms: 0,
            external_id: None,
            reconcile_every_ms: 0,
            api_reserve_percent: 5,
            plus_tags: crate::PlusTags::Distinct,
            recreate_deleted: true,
            meeting_updates: false,
            bot_events: true,
            opportunity_count: OpportunityCount::All,
            blocked_armed: BlockedArmed::Cancel,
            topology: crate::Topology::Direct,
            enrichment_key: crate::EnrichmentKey::Never,
            stuck_after_ms: 60 * 60_000,
            several_role_members: crate::SeveralRoleMembers::LowestId,
            fuzzy_name: false,
            add_if_missing: false,
            conversion_interval_ms: 5 * 60_000,
        }
    }
}

/// K-03: which of several chat reps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatOwner {
    /// Who holds the conversation at the trigger, or held it last.
    Holder,
    /// Who joined first.
    First,
}

/// K-03: what an unconnected chat rep means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnconnectedChatRep {
    /// The next candidate is tried.
    Skip,
    /// The org user owns the lead, whoever booked.
    OrgUser,
}

/// K-40: what happens to a create whose data are incomplete at the trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnIncomplete {
    /// Keep the trigger and the owner candidate, and wait for the data.
    Latch,
    /// Give up at once, with the reason.
    Fail,
}

/// K-41: how often a wait-update fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitUpdate {
    /// At every trigger until the visitor leaves.
    UntilLeave,
    /// Once.
    Once,
}

/// K-43: what a meeting booked before a create-now step means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NowCreateMeeting {
    /// Its owner owns the lead.
    Owner,
    /// Only chats count.
    Ignored,
}

/// K-17: which opportunities count when accounts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpportunityCount {
    /// All of them.
    All,
    /// Open ones only.
    Open,
}

/// FM-61b: what an alerting duplicate rule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicateAlert {
    /// The record that it names is the match.
    Adopt,
    /// The save is sent with `allowSave`.
    SaveAnyway,
}

/// K-38: what becomes of the armed steps of a visitor who is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockedArmed {
    /// They end without being sent.
    Cancel,
    /// They fire, as if the visitor had left.
    Fire,
}

/// When a failed call is tried again: `first * factor^n`, at most `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The first pause, in ms.
    pub first_delay_ms: i64,
    /// What each further pause is multiplied by.
    pub factor: u32,
    /// The longest pause, in ms.
    pub max_delay_ms: i64,
    /// Attempts in all before the work is dead-lettered.
    pub max_attempts: u32,
    /// Whether those who failed together try again at times of their own.
    pub jitter: Jitter,
    /// What the jitter is drawn from.
    pub seed: u64,
}

/// How much of a pause is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jitter {
    /// Nothing.
    None,
    /// Its second half.
    Equal,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            first_delay_ms: 2_000,
            factor: 2,
            max_delay_ms: 60_000,
            max_attempts: 10,
            jitter: Jitter::None,
            seed: 0,
        }
    }
}

/// How work is packed into calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// The kind of call.
    pub strategy: Strategy,
    /// Most records in one call; at most 200 for collections.
    pub max_records: usize,
    /// Whether one row that fails takes the others of its call with it (`allOrNone`).
    pub all_or_none: bool,
    /// Longest wait for company before a call is sent, in ms; 0 sends at the end of the step.
    pub max_wait_ms: i64,
}

impl Default for Batching {
    fn default() -> Self {
        Self { strategy: Strategy::Single, max_records: 200, all_or_none: false, max_wait_ms: 0 }
    }
}

/// A batching strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strategy {
    /// One request each.
    Single,
    /// Composite requests of up to 25 parts, 5 of them queries.
    Composite,
    /// IN-list queries and sObject collections of up to 200 records.
    Collections,
    /// Bulk 2.0 ingest jobs for the writes, IN-list queries for the lookups.
    Bulk,
}

/// What the product last read of the org's metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownOrg {
    /// Lead fields without which Salesforce saves no lead, in describe order.
    pub required_lead_fields: Vec<FieldName>,
    /// Users who were active.
    pub active_users: BTreeSet<UserId>,
    /// Queues that take leads.
    pub lead_queues: BTreeSet<UserId>,
    /// Mapped fields that do not hold text: the mapping turns the visitor's words into their type.
    pub typed_fields: BTreeMap<(&'static str, FieldName), FieldType>,
    /// Length limits of mapped text fields, in characters.
    pub lengths: BTreeMap<(&'static str, FieldName), usize>,
    /// Lead statuses that say converted, as the last pull found them (LL-24).
    pub converted_statuses: BTreeSet<String>,
    /// The org's time zone, an IANA name.
    pub time_zone: String,
}

/// The type of a mapped field that does not hold text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A check box.
    Bool,
    /// A whole number.
    Int,
    /// A number, currency or percentage.
    Double,
    /// A day.
    Date,
    /// An instant.
    DateTime,
}
