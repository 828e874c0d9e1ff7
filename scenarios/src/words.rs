//! The closed lists of words of the format: one table each, read by the decoder, written by `unparse`, shown in the JSON Schema.

use crate::ast::{
    Action, App, AssignMode, BatchStrategy, CallOperation, CallOutcome, DuplicateAction,
    EngagementIntent, FieldKind, FlowTrigger, IdentitySource, MatchCriterion, Outcome, Permission,
    PushAction, PushTiming, SearchGroup, Throughout, UnknownOwners, UpdateScope, UserPreset,
};

/// Words and what they mean.
pub(crate) type Words<T> = [(&'static str, T)];

/// The word for a meaning; every table has every meaning that its type has and the format knows.
pub(crate) fn word_of<T: PartialEq>(words: &Words<T>, meaning: &T) -> &'static str {
    words.iter().find(|(_, found)| found == meaning).map_or("", |(word, _)| *word)
}

pub(crate) const PERMISSIONS: &Words<Permission> = &[
    ("read", Permission::Read),
    ("create", Permission::Create),
    ("edit", Permission::Edit),
    ("delete", Permission::Delete),
];

pub(crate) const FIELD_KINDS: &Words<FieldKind> = &[
    ("text", FieldKind::Text),
    ("textarea", FieldKind::Textarea),
    ("email", FieldKind::Email),
    ("phone", FieldKind::Phone),
    ("url", FieldKind::Url),
    ("checkbox", FieldKind::Checkbox),
    ("number", FieldKind::Number),
    ("currency", FieldKind::Currency),
    ("date", FieldKind::Date),
    ("datetime", FieldKind::Datetime),
    ("picklist", FieldKind::Picklist),
    ("multipicklist", FieldKind::Multipicklist),
];

pub(crate) const DUPLICATE_ACTIONS: &Words<DuplicateAction> = &[
    ("block", DuplicateAction::Block),
    ("alert", DuplicateAction::Alert),
    ("allow", DuplicateAction::Allow),
    ("off", DuplicateAction::Off),
];

pub(crate) const FLOW_TRIGGERS: &Words<FlowTrigger> = &[
    ("create", FlowTrigger::Create),
    ("update", FlowTrigger::Update),
    ("both", FlowTrigger::Both),
];

pub(crate) const UNKNOWN_OWNERS: &Words<UnknownOwners> =
    &[("error", UnknownOwners::Error), ("create", UnknownOwners::Create)];

pub(crate) const PUSH_ACTIONS: &Words<PushAction> = &[
    ("create_lead", PushAction::CreateLead),
    ("update_person", PushAction::UpdatePerson),
    ("create_or_update_lead", PushAction::CreateOrUpdateLead),
];

pub(crate) const PUSH_TIMINGS: &Words<PushTiming> =
    &[("wait", PushTiming::Wait), ("now", PushTiming::Now)];

pub(crate) const UPDATE_SCOPES: &Words<UpdateScope> =
    &[("any_match", UpdateScope::AnyMatch), ("previously_synced", UpdateScope::PreviouslySynced)];

pub(crate) const STRATEGIES: &Words<BatchStrategy> = &[
    ("single", BatchStrategy::Single),
    ("composite", BatchStrategy::Composite),
    ("collections", BatchStrategy::Collections),
    ("bulk", BatchStrategy::Bulk),
];

pub(crate) const ASSIGN_MODES: &Words<AssignMode> = &[
    ("user", AssignMode::User),
    ("salesforce_rules", AssignMode::SalesforceRules),
    ("distribution_rules", AssignMode::DistributionRules),
];

pub(crate) const IDENTITY_SOURCES: &Words<IdentitySource> =
    &[("cookie", IdentitySource::Cookie), ("earlier_visit", IdentitySource::EarlierVisit)];

pub(crate) const ACTIONS: &Words<Action> = &[
    ("create", Action::Create),
    ("update", Action::Update),
    ("create_or_update", Action::CreateOrUpdate),
    ("manual_create", Action::ManualCreate),
    ("manual_sync", Action::ManualSync),
    ("campaign", Action::Campaign),
    ("conversation_event", Action::ConversationEvent),
    ("meeting_event", Action::MeetingEvent),
    ("create_account", Action::CreateAccount),
    ("push_accounts", Action::PushAccounts),
    ("response", Action::Response),
    ("assignment", Action::Assignment),
    ("auto_convert", Action::AutoConvert),
    ("sync_lead", Action::SyncLead),
    ("create_task", Action::CreateTask),
    ("convert_lead", Action::ConvertLead),
    ("campaign_status", Action::CampaignStatus),
    ("sync_dynamics", Action::SyncDynamics),
    ("sync_administrate", Action::SyncAdministrate),
    ("sync_marketo", Action::SyncMarketo),
    ("sync_account_engagement", Action::SyncAccountEngagement),
    ("map_check", Action::MapCheck),
];

pub(crate) const USER_PRESETS: &Words<UserPreset> = &[("legacy_2022", UserPreset::Legacy2022)];

pub(crate) const ENGAGEMENT_INTENTS: &Words<EngagementIntent> = &[
    ("cold", EngagementIntent::Cold),
    ("warm", EngagementIntent::Warm),
    ("hot", EngagementIntent::Hot),
    ("on_fire", EngagementIntent::OnFire),
];

pub(crate) const MATCH_CRITERIA: &Words<MatchCriterion> = &[
    ("email_domain", MatchCriterion::EmailDomain),
    ("website", MatchCriterion::Website),
    ("company_name", MatchCriterion::CompanyName),
];

pub(crate) const OUTCOMES: &Words<Outcome> = &[
    ("created", Outcome::Created),
    ("updated", Outcome::Updated),
    ("no_op", Outcome::NoOp),
    ("pending", Outcome::Pending),
    ("refused", Outcome::Refused),
    ("dead_lettered", Outcome::DeadLettered),
];

pub(crate) const CALL_OPERATIONS: &Words<CallOperation> = &[
    ("query", CallOperation::Query),
    ("create", CallOperation::Create),
    ("update", CallOperation::Update),
    ("delete", CallOperation::Delete),
    ("upsert", CallOperation::Upsert),
    ("login", CallOperation::Login),
    ("bulk", CallOperation::Bulk),
    ("convert", CallOperation::Convert),
    ("describe", CallOperation::Describe),
];

pub(crate) const CALL_OUTCOMES: &Words<CallOutcome> = &[
    ("done", CallOutcome::Done),
    ("refused", CallOutcome::Refused),
    ("unavailable", CallOutcome::Unavailable),
    ("lost", CallOutcome::Lost),
];

pub(crate) const SEARCH_GROUPS: &Words<SearchGroup> = &[
    ("all", SearchGroup::All),
    ("name", SearchGroup::Name),
    ("email", SearchGroup::Email),
    ("phone", SearchGroup::Phone),
];

pub(crate) const INVARIANTS: &Words<Throughout> = &[
    ("no_duplicates", Throughout::NoDuplicates),
    ("owner_unchanged", Throughout::OwnerUnchanged),
    ("no_deletes", Throughout::NoDeletes),
];

pub(crate) const PROMPT_ANSWERS: &Words<bool> = &[("granted", true), ("denied", false)];

/// Whether the camera is allowed too.
pub(crate) const ALLOWED_MEDIA: &Words<bool> = &[("audio_and_video", true), ("audio", false)];

pub(crate) const APPS: &Words<App> = &[("browser", App::Browser), ("desktop", App::Desktop)];
