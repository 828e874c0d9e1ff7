//! Broken rules: each mutant answers one question of [`Rules`] wrongly and every other as it should be.
//!
//! A suite that cannot tell a mutant from the real rules does not test what the mutant breaks. So for every rule there is
//! a mutant that violates it, and for every mutant a shipped scenario that turns red: `leadsim coverage --mutants` plays
//! them. The engine itself holds nothing broken.
//!
//! # A new mutant
//!
//! In the file of the area, below `mutants!`; whatever the functions share stands above it:
//!
//! ```text
//! /// a create inserts a second lead beside the match
//! CreateInsertsBesideTheMatch violates [MatchedExisting] breaks ["EX-26d", "AS-05"] {
//!     fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
//!         rather(Standard.person_action(facts, settings), Rule::MatchedExisting, Deed::Insert)
//!     }
//! }
//! ```
//!
//! `violates` lists the variants of [`Rule`] whose sentence is no longer true; `breaks` the requirements and failure
//! modes. For each of them some scenario that names it must turn red, and for each rule one in which it was a reason.
//! A mutant that answers wrongly by panicking proves nothing: give a wrong answer that the engine can carry out.
//!
//! A new question of [`Rules`] gets a line in `hand_on!` below; a new area a `mod` and a line in `FAMILIES`.

mod accounts;
mod acting;
mod campaigns;
mod conversions;
mod events;
mod failing;
mod firing;
mod hunt;
mod identity;
mod leaving;
mod liaison;
mod mapping;
mod matching;
mod meeting_updates;
mod meetings;
mod messenger;
mod neighbours;
mod owning;
mod packages;
mod refusing;
mod trial;

use std::fmt;

use engine::{
    Account, AccountKey, AccountMatch, ActionDecision, ActionFacts, BookingFacts, Config,
    ConversationEvent, DeviceId, EmailKey, EmailSource, FieldName, FieldPlan, FieldValues, Firing,
    FiringFacts, IdentityDecision, MatchResult, MeetingEvent, MeetingOwner, MeetingTime,
    MemberPerson, MemberPlan, MemberTarget, Met, Missing, NotAnEmail, Offer, OwnerDecision,
    OwnerFacts, Person, PlusTags, Profile, PushAction, PushTiming, RecordId, Refusal, RefusedWrite,
    RetryPolicy, Row, Rule, Rules, Settings, Stay, StayFacts, Talk, TalkFacts, TalkMove, Timestamp,
    UserId, Verdict,
};

pub(crate) use self::trial::side_by_side;
pub use self::{
    hunt::{Hunted, hunt},
    trial::{Trial, TrialError},
};

/// Broken rules, and what is wrong with them.
pub struct Mutant {
    /// The name, unique.
    pub name: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// The rules whose sentence is not true here.
    pub violates: &'static [Rule],
    /// The requirements and failure modes that do not hold here.
    pub breaks: &'static [&'static str],
    /// The questions that are answered wrongly.
    pub questions: &'static [&'static str],
    rules: &'static (dyn Rules + Sync),
}

impl Mutant {
    /// The broken rules, for an engine.
    pub fn rules(&self) -> Broken {
        Broken(self.rules)
    }
}

impl fmt::Debug for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares mutants: what is wrong, a name, which rules and requirements are violated, and the answers that differ.
macro_rules! mutants {
    ($(
        #[doc = $what:literal]
        $name:ident $(violates [$($rule:ident),+ $(,)?])? breaks [$($id:literal),* $(,)?] {
            $(fn $method:ident $(<$life:lifetime>)? (
                &self $(, $argument:ident: $type:ty)* $(,)?
            ) -> $answer:ty $body:block)+
        }
    )+) => {
        $(
            struct $name;

            impl engine::Rules for $name {
                $(fn $method $(<$life>)? (&self $(, $argument: $type)*) -> $answer $body)+
            }
        )+

        pub(super) const MUTANTS: &[super::Mutant] = &[$(super::Mutant {
            name: stringify!($name),
            what: $what.trim_ascii(),
            violates: &[$($(engine::Rule::$rule),+)?],
            breaks: &[$($id),*],
            questions: &[$(stringify!($method)),+],
            rules: &$name,
        }),+];
    };
}
use mutants;

const FAMILIES: &[&[Mutant]] = &[
    accounts::MUTANTS,
    acting::MUTANTS,
    campaigns::MUTANTS,
    events::MUTANTS,
    failing::MUTANTS,
    firing::MUTANTS,
    identity::MUTANTS,
    leaving::MUTANTS,
    liaison::MUTANTS,
    conversions::MUTANTS,
    mapping::MUTANTS,
    matching::MUTANTS,
    meeting_updates::MUTANTS,
    meetings::MUTANTS,
    messenger::MUTANTS,
    neighbours::MUTANTS,
    owning::MUTANTS,
    packages::MUTANTS,
    refusing::MUTANTS,
];

/// Every mutant there is.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    FAMILIES.iter().copied().flatten()
}

/// The rules of a mutant, as one type for every engine.
#[derive(Clone, Copy)]
pub struct Broken(&'static (dyn Rules + Sync));

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken rules")
    }
}

/// Hands every question on, and lists the questions.
macro_rules! hand_on {
    ($(fn $method:ident $(<$life:lifetime>)? (&self $(, $argument:ident: $type:ty)*) -> $answer:ty;)+) => {
        impl Rules for Broken {
            $(fn $method $(<$life>)? (&self $(, $argument: $type)*) -> $answer {
                self.0.$method($($argument),*)
            })+
        }

        /// Every question of [`Rules`], by name.
        pub const QUESTIONS: &[&str] = &[$(stringify!($method)),+];
    };
}

hand_on! {
    fn normalise_email(&self, text: &str, plus_tags: PlusTags) -> Result<EmailKey, NotAnEmail>;
    fn identify(&self, known: Option<(&EmailKey, EmailSource)>, heard: (&EmailKey, EmailSource)) -> IdentityDecision;
    fn contacts_behind(&self, key: &EmailKey, found: &[Person]) -> Vec<RecordId>;
    fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a>;
    fn select_duplicate<'a>(&self, named: &'a [Person]) -> MatchResult<'a>;
    fn account_key(&self, company: Option<&str>, email: Option<&EmailKey>) -> AccountKey;
    fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch;
    fn mapped_owner(&self, profile: &Profile, config: &Config) -> Option<String>;
    fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision;
    fn owner_after_refusal(&self, refused: &OwnerDecision, config: &Config) -> Option<OwnerDecision>;
    fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision;
    fn offer(&self, matched: Option<bool>) -> Option<Offer>;
    fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing;
    fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan;
    fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan;
    fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing;
    fn rearms(&self, action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool;
    fn pounce(&self, armed: usize) -> Rule;
    fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay;
    fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove;
    fn event_due(&self, end: Timestamp, settings: &Settings) -> Timestamp;
    fn is_late(&self, end: Timestamp, now: Timestamp, settings: &Settings) -> bool;
    fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision;
    fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues;
    fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner;
    fn meeting_time(&self, starts: &MeetingTime, minutes: i64) -> Result<(Timestamp, Timestamp), String>;
    fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues;
    fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan;
    fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict;
    fn unreadable_field(&self, refusal: &Refusal) -> Option<FieldName>;
    fn retry_at(&self, policy: &RetryPolicy, attempt: u32, now: Timestamp, whose: u64) -> Option<Timestamp>;
    fn one_at_a_time(&self) -> bool;
    fn order_after_outage(&self, waiting: Vec<engine::IntentId>) -> Vec<engine::IntentId>;
    fn is_redelivery(&self, was_seen: bool) -> bool;
    fn is_stale(&self, said: Timestamp, held: Timestamp) -> bool;
    fn rows_of_failed_lookup(&self) -> Option<Vec<Row>>;
    fn reads_back(&self, operation: engine::SaveOperation) -> bool;
    fn after_restart(&self) -> engine::Lost;
    fn waits_for_store(&self) -> bool;
    fn org_time(&self, now: Timestamp, ahead_ms: i64) -> Timestamp;
    fn second_look(&self, now: Timestamp, settings: &Settings) -> Option<Timestamp>;
    fn is_overridden(&self, given: &UserId, held: &UserId) -> bool;
    fn owner_read_back(&self, now: Timestamp, settings: &Settings) -> Option<Timestamp>;
    fn needs_login(&self, state: engine::SessionState) -> bool;
    fn may_spend(&self, usage: engine::ApiUsage, for_a_person: bool, settings: &Settings) -> bool;
    fn calls_at_once(&self, now: usize, was_crowded: bool) -> usize;
    fn batch_after_trouble(&self, size: usize) -> usize;
    fn list_after(&self, read: engine::BulkList) -> Option<engine::BulkList>;

    fn merge_in_batch(&self, keys: &[Option<&EmailKey>]) -> Vec<Option<usize>>;
    fn playback_url(&self, config: &Config, device: &DeviceId) -> String;
    fn take_account_click(&self, click: engine::AccountClick, is_enabled: bool, is_admin: bool) -> Result<Rule, Rule>;
    fn key_of_company(&self, company: &engine::Company) -> AccountKey;
    fn filtered_out(&self, company: &engine::Company, filter: &engine::ListFilter) -> Option<Rule>;
    fn unlisted(&self, account: Option<&RecordId>, filter: &engine::ListFilter) -> Option<Rule>;
    fn list_hints(&self, filter: &engine::ListFilter) -> Vec<&'static str>;
    fn account_deed(&self, account: Option<&RecordId>) -> engine::AccountDeed;
    fn select_named_account(&self, named: &[Account]) -> AccountMatch;
    fn departure(&self, steps: &[engine::Step], reached: usize) -> engine::Departure;
    fn newcomer(&self) -> engine::PersonKind;
    fn assignment_header(&self, object: &str, operation: engine::SaveOperation, wanted: &engine::AutoAssign) -> engine::AutoAssign;
    fn account_fields(&self, company: &engine::Company, config: &Config) -> engine::AccountPlan;
    fn account_offer(&self, standing: engine::AccountStanding) -> Option<engine::AccountOffer>;
    fn follow_meeting(&self, change: engine::MeetingChange, settings: &Settings) -> Rule;
    fn meeting_change(&self, change: engine::MeetingChange, rep_name: &str) -> FieldValues;
    fn wants_event(&self, reps: usize, settings: &Settings) -> bool;
    fn assign_to(&self, to: &engine::AssignTo, profile: &Profile, users: &engine::CrmUsers, config: &Config) -> engine::Assignment;
    fn fillers(&self, fields: &FieldValues, config: &Config) -> FieldValues;
    fn is_active_response(&self, facts: &engine::ResponseFacts<'_>, config: &engine::ResponseManagement) -> engine::ResponseDecision;
    fn hand_over(&self, facts: &engine::ResponseOwner, config: &engine::ResponseManagement) -> engine::HandoverDecision;
    fn owner_changed(&self, state: engine::ResponseState, owner: &UserId, config: &engine::ResponseManagement) -> engine::ResponseMove;
    fn is_stuck(&self, state: engine::ResponseState, now: Timestamp, settings: &Settings) -> bool;
    fn triggers_match(&self, owner: &UserId, matchmaker: &engine::Matchmaker) -> bool;
    fn lead_keys(&self, words: &engine::LeadWords<'_>, excluded: &[String]) -> engine::LeadKeys;
    fn match_lead(&self, keys: &engine::LeadKeys, cards: &[engine::AccountCard], by: &[engine::Criterion]) -> engine::LeadMatch;
    fn assign_lead(&self, facts: &engine::AssignmentFacts<'_>, matchmaker: &engine::Matchmaker, config: &Config) -> engine::AssignmentDecision;
    fn auto_convert(&self, facts: &engine::ConversionFacts<'_>, criteria: &engine::AutoConvert, config: &Config) -> engine::ConversionDecision;
    fn contact_status(&self, lead_status: &str, convert: &engine::AutoConvert) -> engine::ContactStatus;
    fn enrichment(&self, profile: &Profile, target: Option<&Person>, config: &Config) -> FieldValues;
    fn may_enter_workflow(&self, is_configured: bool, was_removed: bool) -> Result<Rule, Rule>;
    fn next_action(&self, begun: usize, actions: usize) -> Option<usize>;
    fn missing_member(&self, settings: &Settings) -> Result<Rule, Rule>;
    fn task_assignee(&self, assignee: Option<&engine::ProductUserId>, record_owner: Option<&UserId>, users: &engine::CrmUsers, config: &Config) -> Result<OwnerDecision, Rule>;
    fn task_fields(&self, template: &engine::TaskTemplate, who: &RecordId, owner: &UserId) -> FieldValues;
    fn next_run(&self, now: Timestamp, settings: &Settings) -> Timestamp;
    fn dismiss_at(&self, scheduled: Timestamp) -> Timestamp;
    fn jobs_of_run(&self, jobs: &[engine::WaitingJob], now: Timestamp) -> Vec<usize>;
    fn convert_owner(&self, options: &engine::ConvertOptions, lead_owner: Option<&UserId>, users: &engine::CrmUsers, config: &Config) -> Result<OwnerDecision, Rule>;
    fn looks_for_account(&self, options: &engine::ConvertOptions) -> bool;
    fn convert_account(&self, company: &str, found: &[Account], options: &engine::ConvertOptions, settings: &Settings) -> AccountMatch;
    fn convert_fields(&self, lead: &Person, account: Option<&RecordId>, owner: &UserId, options: &engine::ConvertOptions) -> FieldValues;
    fn is_offered(&self, status: &str, offered: &std::collections::BTreeSet<String>) -> bool;
    fn next_pull(&self, now: Timestamp, zone: &str) -> Timestamp;
    fn is_status_refused(&self, refusal: &Refusal) -> bool;
    fn found_converted(&self, sent: bool, by_us: bool) -> Rule;
    fn extends_recording(&self, conversations: u32) -> Option<Rule>;
    fn call_meaning(&self, stage: engine::CallStage) -> engine::CallMeaning;
    fn may_enter(&self, is_blocked: bool) -> Result<(), Rule>;
    fn withdraws(&self, settings: &Settings) -> Option<Rule>;
    fn waits_for_lead(&self, has_record: bool, creates: u32) -> bool;
    fn route(&self, wanted: engine::Destination, topology: engine::Topology, map: Option<engine::MarketingPlatform>) -> engine::Route;
    fn newest_record<'a>(&self, key: &EmailKey, found: &'a [Row], system: engine::System) -> engine::NeighbourMatch<'a>;
    fn neighbour_fields(&self, profile: &Profile, target: Option<&Row>, mapping: &engine::SystemMapping) -> FieldValues;
    fn classify_neighbour_refusal(&self, system: engine::System, refusal: &Refusal) -> engine::NeighbourVerdict;
    fn diagnose_map(&self, facts: &engine::MapFacts<'_>) -> engine::MapDiagnosis;
    fn enrichment_key(&self, confidence: engine::Confidence, from: engine::EnrichmentKey) -> engine::EnrichmentDecision;
    fn shut_out(&self) -> Option<Rule>;
    fn together(&self, parents: &[Option<&str>], most: usize) -> Vec<Vec<usize>>;
    fn is_drift(&self, refusal: &Refusal) -> bool;
    fn missing_fields(&self, used: &[FieldName], described: &[FieldName]) -> Vec<FieldName>;
    fn external_id(&self, key: Option<&EmailKey>, visitor: &engine::VisitorId, settings: &Settings) -> Option<engine::ExternalId>;
    fn select_by_external_id<'a>(&self, external: &engine::ExternalId, key: Option<&EmailKey>, found: &'a [Person]) -> MatchResult<'a>;
    fn next_reconciliation(&self, now: Timestamp, settings: &Settings) -> Option<Timestamp>;
    fn reconciled_until(&self, org_now: Timestamp) -> Timestamp;
    fn cursor_after(&self, cursor: &engine::Cursor, rows: &[Row]) -> engine::Cursor;
    fn news_of(&self, person: &Person, is_ours: bool, is_known: bool) -> engine::News;
    fn look_alikes(&self, key: &EmailKey, found: &[Person]) -> Vec<(engine::PersonKind, RecordId)>;
}

/// The config, with other settings.
fn with_settings(config: &Config, settings: Settings) -> Config {
    Config { settings, ..config.clone() }
}
