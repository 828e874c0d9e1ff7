//! Every question that the state machine asks, in one place.
//!
//! [`Engine`](crate::Engine) decides nothing itself: it asks through this trait. The default answers are the pure functions
//! of the files named after their questions; whoever wants an engine with a bent rule overrides one.

use crate::{
    Account, AccountKey, AccountMatch, ActionDecision, ActionFacts, BookingFacts, Config,
    ConversationEvent, DeviceId, EmailKey, EmailSource, FieldName, FieldPlan, FieldValues, Firing,
    FiringFacts, IdentityDecision, MatchResult, MeetingEvent, MeetingOwner, MeetingTime,
    MemberPerson, MemberPlan, MemberTarget, Met, Missing, NotAnEmail, Offer, OwnerDecision,
    OwnerFacts, Person, Profile, PushAction, PushTiming, RecordId, Refusal, RefusedWrite,
    RetryPolicy, Row, Rule, Settings, Stay, StayFacts, Talk, TalkFacts, TalkMove, Timestamp,
    UserId, Verdict, account, action_table, batch, campaign, conversation, email, firing, identity,
    leaving, mapping, matching, meeting, offer::offer as offered, owner, playback, refusal,
    required, retry,
};

/// The answers to every question that a sync asks.
pub trait Rules {
    /// When are two e-mail addresses the same?
    fn normalise_email(
        &self,
        text: &str,
        plus_tags: crate::PlusTags,
    ) -> Result<EmailKey, NotAnEmail> {
        email::person_key(text, plus_tags)
    }

    /// Who is this visitor?
    fn identify(
        &self,
        known: Option<(&EmailKey, EmailSource)>,
        heard: (&EmailKey, EmailSource),
    ) -> IdentityDecision {
        identity::identify(known, heard)
    }

    /// Which contacts have to be read before a record can be chosen?
    fn contacts_behind(&self, key: &EmailKey, found: &[Person]) -> Vec<RecordId> {
        matching::contacts_behind(key, found)
    }

    /// Which CRM record is this visitor?
    fn select_person<'a>(
        &self,
        key: &EmailKey,
        found: &'a [Person],
        behind: &'a [Person],
    ) -> MatchResult<'a> {
        matching::select_person(key, found, behind)
    }

    /// Which of the records that a duplicate rule named is the match?
    fn select_duplicate<'a>(&self, named: &'a [Person]) -> MatchResult<'a> {
        matching::select_duplicate(named)
    }

    /// By what is the visitor's account looked for?
    fn account_key(&self, company: Option<&str>, email: Option<&EmailKey>) -> AccountKey {
        account::account_key(company, email)
    }

    /// Which account is the visitor's?
    fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch {
        account::select_account(key, found)
    }

    /// What does the mapping write to the owner field?
    fn mapped_owner(&self, profile: &Profile, config: &Config) -> Option<String> {
        mapping::mapped_owner(profile, config)
    }

    /// Who owns a new lead?
    fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision {
        owner::decide_owner(facts, config)
    }

    /// Who owns it after Salesforce refused the owner?
    fn owner_after_refusal(
        &self,
        refused: &OwnerDecision,
        config: &Config,
    ) -> Option<OwnerDecision> {
        owner::owner_after_refusal(refused, config)
    }

    /// What does an action do to the record that was found?
    fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision {
        action_table::person_action(facts, settings)
    }

    /// Which manual sync is a rep offered?
    fn offer(&self, matched: Option<bool>) -> Option<Offer> {
        offered(matched)
    }

    /// What is missing before a lead can be created?
    fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing {
        required::missing(profile, by_rep, config)
    }

    /// What is written on a new lead?
    fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
        mapping::insert_fields(profile, owner, config)
    }

    /// What is written on an existing record?
    fn update_fields(
        &self,
        profile: &Profile,
        target: &Person,
        is_own: bool,
        config: &Config,
    ) -> FieldPlan {
        mapping::update_fields(profile, target, is_own, config)
    }

    /// Does an armed push step fire?
    fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
        firing::fire(facts, settings)
    }

    /// Is a step armed again after firing?
    fn rearms(
        &self,
        action: PushAction,
        timing: PushTiming,
        has_left: bool,
        settings: &Settings,
    ) -> bool {
        firing::rearms(action, timing, has_left, settings)
    }

    /// What does a pounce mean when so many steps are armed?
    fn pounce(&self, armed: usize) -> Rule {
        firing::pounce(armed)
    }

    /// Has the visitor left the Experience?
    fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
        leaving::has_left(facts, now, settings)
    }

    /// What becomes of a conversation?
    fn talk(
        &self,
        state: Talk,
        facts: &TalkFacts,
        now: Timestamp,
        settings: &Settings,
    ) -> TalkMove {
        conversation::talk(state, facts, now, settings)
    }

    /// When is the Event of something that ended then written?
    fn event_due(&self, end: Timestamp, settings: &Settings) -> Timestamp {
        conversation::event_due(end, settings)
    }

    /// Is an Event that is written now late?
    fn is_late(&self, end: Timestamp, now: Timestamp, settings: &Settings) -> bool {
        conversation::is_late(end, now, settings)
    }

    /// Whom is a conversation's Event assigned to?
    fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision {
        conversation::event_owner(reps, config)
    }

    /// What does a conversation's Event say?
    fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues {
        conversation::conversation_event(event)
    }

    /// Whose is a meeting?
    fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
        meeting::meeting_owner(facts, config)
    }

    /// When is a meeting?
    fn meeting_time(
        &self,
        starts: &MeetingTime,
        minutes: i64,
    ) -> Result<(Timestamp, Timestamp), String> {
        meeting::meeting_time(starts, minutes)
    }

    /// What does a meeting's Event say?
    fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
        meeting::meeting_event(event)
    }

    /// What makes this person a member of the campaign?
    fn member_plan(
        &self,
        existing: &[Row],
        wanted: &MemberTarget,
        person: &MemberPerson<'_>,
    ) -> MemberPlan {
        campaign::member_plan(existing, wanted, person)
    }

    /// What does Salesforce's no mean?
    fn classify_refusal(
        &self,
        write: &RefusedWrite<'_>,
        refusal: &Refusal,
        config: &Config,
    ) -> Verdict {
        refusal::classify_refusal(write, refusal, config)
    }

    /// Which field was a query refused for?
    fn unreadable_field(&self, refusal: &Refusal) -> Option<FieldName> {
        refusal::unreadable_field(refusal)
    }

    /// When is a failed call tried again?
    fn retry_at(
        &self,
        policy: &RetryPolicy,
        attempt: u32,
        now: Timestamp,
        whose: u64,
    ) -> Option<Timestamp> {
        retry::retry_at(policy, attempt, now, whose)
    }

    // When things go wrong (requirements §8).

    /// Do syncs of one person wait for one another?
    fn one_at_a_time(&self) -> bool {
        crate::turns::one_at_a_time()
    }

    /// In which order do those go who waited for the service?
    fn order_after_outage(&self, waiting: Vec<crate::IntentId>) -> Vec<crate::IntentId> {
        crate::turns::order_after_outage(waiting)
    }

    /// Is an event delivered again?
    fn is_redelivery(&self, was_seen: bool) -> bool {
        crate::delivery::is_redelivery(was_seen)
    }

    /// Is a value older than the one that is held?
    fn is_stale(&self, said: Timestamp, held: Timestamp) -> bool {
        crate::delivery::is_stale(said, held)
    }

    /// Which rows does a failed lookup stand for?
    fn rows_of_failed_lookup(&self) -> Option<Vec<Row>> {
        crate::lost::rows_of_failed_lookup()
    }

    /// Is a write whose answer was lost looked for before it is sent again?
    fn reads_back(&self, operation: crate::SaveOperation) -> bool {
        crate::lost::reads_back(operation)
    }

    /// What became of a call that was in flight when the process died?
    fn after_restart(&self) -> crate::Lost {
        crate::lost::after_restart()
    }

    /// Does a call wait until what led to it is stored?
    fn waits_for_store(&self) -> bool {
        crate::lost::waits_for_store()
    }

    /// What time is it by the org's clock?
    fn org_time(&self, now: Timestamp, ahead_ms: i64) -> Timestamp {
        crate::lost::org_time(now, ahead_ms)
    }

    /// Is the person looked up a second time before a lead is made, and when?
    fn second_look(&self, now: Timestamp, settings: &Settings) -> Option<Timestamp> {
        crate::second_look::second_look(now, settings)
    }

    /// Did the org give a lead of ours another owner?
    fn is_overridden(&self, given: &UserId, held: &UserId) -> bool {
        crate::overridden::is_overridden(given, held)
    }

    /// When is the owner of a new lead read back?
    fn owner_read_back(&self, now: Timestamp, settings: &Settings) -> Option<Timestamp> {
        crate::overridden::owner_read_back(now, settings)
    }

    /// Does anybody have to log in now?
    fn needs_login(&self, state: crate::SessionState) -> bool {
        crate::login::needs_login(state)
    }

    /// Who may spend what is left of the allowance?
    fn may_spend(&self, usage: crate::ApiUsage, for_a_person: bool, settings: &Settings) -> bool {
        crate::allowance::may_spend(usage, for_a_person, settings)
    }

    /// How many calls may be under way at once?
    fn calls_at_once(&self, now: usize, was_crowded: bool) -> usize {
        crate::crowding::calls_at_once(now, was_crowded)
    }

    /// How large may a batch be after one of this size was too much?
    fn batch_after_trouble(&self, size: usize) -> usize {
        crate::crowding::batch_after_trouble(size)
    }

    /// Which list of a finished bulk job is read after this one?
    fn list_after(&self, read: crate::BulkList) -> Option<crate::BulkList> {
        crate::job_results::list_after(read)
    }

    /// Which syncs of a batch are merged into which?
    fn merge_in_batch(&self, keys: &[Option<&EmailKey>]) -> Vec<Option<usize>> {
        batch::merge_in_batch(keys)
    }

    /// Where can the conversations of a device be replayed?
    fn playback_url(&self, config: &Config, device: &DeviceId) -> String {
        playback::playback_url(config, device)
    }

    // The packages inside the org: Response Management and Matchmaker.

    /// Is this a new active response?
    fn is_active_response(
        &self,
        facts: &crate::ResponseFacts<'_>,
        config: &crate::ResponseManagement,
    ) -> crate::ResponseDecision {
        crate::active_response::is_active_response(facts, config)
    }

    /// Is the owner subject to reassignment, and what is done with a new active response?
    fn hand_over(
        &self,
        facts: &crate::ResponseOwner,
        config: &crate::ResponseManagement,
    ) -> crate::HandoverDecision {
        crate::reassignment::hand_over(facts, config)
    }

    /// What becomes of a response when the owner changes?
    fn owner_changed(
        &self,
        state: crate::ResponseState,
        owner: &UserId,
        config: &crate::ResponseManagement,
    ) -> crate::ResponseMove {
        crate::response_wait::owner_changed(state, owner, config)
    }

    /// Is a response stuck?
    fn is_stuck(&self, state: crate::ResponseState, now: Timestamp, settings: &Settings) -> bool {
        crate::response_wait::is_stuck(state, now, settings)
    }

    /// Does a lead that comes to this owner trigger match and assignment?
    fn triggers_match(&self, owner: &UserId, matchmaker: &crate::Matchmaker) -> bool {
        crate::account_rule::triggers_match(owner, matchmaker)
    }

    /// By what is the account of a lead looked for?
    fn lead_keys(&self, words: &crate::LeadWords<'_>, excluded: &[String]) -> crate::LeadKeys {
        crate::lead_account::lead_keys(words, excluded)
    }

    /// Which account does this lead match?
    fn match_lead(
        &self,
        keys: &crate::LeadKeys,
        cards: &[crate::AccountCard],
        by: &[crate::Criterion],
    ) -> crate::LeadMatch {
        crate::lead_account::match_lead(keys, cards, by)
    }

    /// Who gets a lead, after the attempt to match it?
    fn assign_lead(
        &self,
        facts: &crate::AssignmentFacts<'_>,
        matchmaker: &crate::Matchmaker,
        config: &Config,
    ) -> crate::AssignmentDecision {
        crate::account_rule::assign_lead(facts, matchmaker, config)
    }

    /// Is the matched lead converted?
    fn auto_convert(
        &self,
        facts: &crate::ConversionFacts<'_>,
        criteria: &crate::AutoConvert,
        config: &Config,
    ) -> crate::ConversionDecision {
        crate::auto_convert::auto_convert(facts, criteria, config)
    }

    /// Which status does the contact of a converted lead get?
    fn contact_status(
        &self,
        lead_status: &str,
        convert: &crate::AutoConvert,
    ) -> crate::ContactStatus {
        crate::contact_status::contact_status(lead_status, convert)
    }

    // Workflows of CRM actions.

    /// Who owns a new lead that a workflow syncs?
    fn assign_to(
        &self,
        to: &crate::AssignTo,
        profile: &Profile,
        users: &crate::CrmUsers,
        config: &Config,
    ) -> crate::Assignment {
        crate::assign::assign_to(to, profile, users, config)
    }

    /// What does a new lead get that nobody said?
    fn fillers(&self, fields: &FieldValues, config: &Config) -> FieldValues {
        crate::enrich::fillers(fields, config)
    }

    /// What qualification data does a record get?
    fn enrichment(
        &self,
        profile: &Profile,
        target: Option<&Person>,
        config: &Config,
    ) -> FieldValues {
        crate::enrich::enrichment(profile, target, config)
    }

    /// Does a conversation in which so many reps chatted give an Event?
    fn wants_event(&self, reps: usize, settings: &Settings) -> bool {
        conversation::wants_event(reps, settings)
    }

    /// Does a cancelled or moved meeting change its Event?
    fn follow_meeting(&self, change: crate::MeetingChange, settings: &Settings) -> Rule {
        meeting::follow_meeting(change, settings)
    }

    /// What does a change of the meeting write on its Event?
    fn meeting_change(&self, change: crate::MeetingChange, rep_name: &str) -> FieldValues {
        meeting::meeting_change(change, rep_name)
    }

    // Account creation from Signals.

    /// Is a click of account creation taken?
    fn take_account_click(
        &self,
        click: crate::AccountClick,
        is_enabled: bool,
        is_admin: bool,
    ) -> Result<Rule, Rule> {
        crate::account_push::take_account_click(click, is_enabled, is_admin)
    }

    /// What is a company's account looked for by?
    fn key_of_company(&self, company: &crate::Company) -> AccountKey {
        crate::account_push::key_of_company(company)
    }

    /// Why does a list not show a company, whatever the CRM holds?
    fn filtered_out(&self, company: &crate::Company, filter: &crate::ListFilter) -> Option<Rule> {
        crate::account_push::filtered_out(company, filter)
    }

    /// Why does a list not show a company that has, or has not, an account?
    fn unlisted(&self, account: Option<&RecordId>, filter: &crate::ListFilter) -> Option<Rule> {
        crate::account_push::unlisted(account, filter)
    }

    /// Which of the advised filters does a list lack?
    fn list_hints(&self, filter: &crate::ListFilter) -> Vec<&'static str> {
        crate::account_push::list_hints(filter)
    }

    /// What is done for a company, now that its account was looked for?
    fn account_deed(&self, account: Option<&RecordId>) -> crate::AccountDeed {
        crate::account_push::account_deed(account)
    }

    /// Which of the accounts that a duplicate rule named is the company's?
    fn select_named_account(&self, named: &[Account]) -> AccountMatch {
        account::select_named_account(named)
    }

    /// What does a new account contain?
    fn account_fields(&self, company: &crate::Company, config: &Config) -> crate::AccountPlan {
        crate::account_push::account_fields(company, config)
    }

    /// What does an Account 360 offer?
    fn account_offer(&self, standing: crate::AccountStanding) -> Option<crate::AccountOffer> {
        crate::account_push::account_offer(standing)
    }

    // Workflows of CRM actions.

    /// May a prospect enter a workflow, and why or why not?
    fn may_enter_workflow(&self, is_configured: bool, was_removed: bool) -> Result<Rule, Rule> {
        crate::workflow::may_enter_workflow(is_configured, was_removed)
    }

    /// Which of a workflow's actions comes when so many of them have been begun?
    fn next_action(&self, begun: usize, actions: usize) -> Option<usize> {
        crate::workflow::next_action(begun, actions)
    }

    /// May "Change Status" add somebody who is no member?
    fn missing_member(&self, settings: &Settings) -> Result<Rule, Rule> {
        campaign::missing_member(settings)
    }

    /// Whom is a task assigned to?
    fn task_assignee(
        &self,
        assignee: Option<&crate::ProductUserId>,
        record_owner: Option<&UserId>,
        users: &crate::CrmUsers,
        config: &Config,
    ) -> Result<OwnerDecision, Rule> {
        crate::task::task_assignee(assignee, record_owner, users, config)
    }

    /// What does a task say?
    fn task_fields(
        &self,
        template: &crate::TaskTemplate,
        who: &RecordId,
        owner: &UserId,
    ) -> FieldValues {
        crate::task::task_fields(template, who, owner)
    }

    /// When is the next run of conversions?
    fn next_run(&self, now: Timestamp, settings: &Settings) -> Timestamp {
        crate::convert::next_run(now, settings)
    }

    /// When is a conversion job dismissed?
    fn dismiss_at(&self, scheduled: Timestamp) -> Timestamp {
        crate::convert::dismiss_at(scheduled)
    }

    /// Which jobs run now?
    fn jobs_of_run(&self, jobs: &[crate::WaitingJob], now: Timestamp) -> Vec<usize> {
        crate::convert::jobs_of_run(jobs, now)
    }

    /// Whose is the contact that a lead becomes?
    fn convert_owner(
        &self,
        options: &crate::ConvertOptions,
        lead_owner: Option<&UserId>,
        users: &crate::CrmUsers,
        config: &Config,
    ) -> Result<OwnerDecision, Rule> {
        crate::convert::convert_owner(options, lead_owner, users, config)
    }

    /// Are accounts of the company's name looked for?
    fn looks_for_account(&self, options: &crate::ConvertOptions) -> bool {
        crate::convert::looks_for_account(options)
    }

    /// Which account does the contact join?
    fn convert_account(
        &self,
        company: &str,
        found: &[Account],
        options: &crate::ConvertOptions,
        settings: &Settings,
    ) -> AccountMatch {
        crate::convert::convert_account(company, found, options, settings)
    }

    /// What does a conversion ask for?
    fn convert_fields(
        &self,
        lead: &Person,
        account: Option<&RecordId>,
        owner: &UserId,
        options: &crate::ConvertOptions,
    ) -> FieldValues {
        crate::convert::convert_fields(lead, account, owner, options)
    }

    /// Does the org offer this status for conversions?
    fn is_offered(&self, status: &str, offered: &std::collections::BTreeSet<String>) -> bool {
        crate::convert::is_offered(status, offered)
    }

    /// When are the converted statuses pulled next?
    fn next_pull(&self, now: Timestamp, zone: &str) -> Timestamp {
        crate::convert::next_pull(now, zone)
    }

    /// Was a conversion refused because of its status?
    fn is_status_refused(&self, refusal: &Refusal) -> bool {
        refusal::is_status_refused(refusal)
    }

    /// What does it mean that the lead is converted already?
    fn found_converted(&self, sent: bool, by_us: bool) -> Rule {
        crate::convert::found_converted(sent, by_us)
    }

    // The messenger.

    /// Does a visitor's conversation extend a recording?
    fn extends_recording(&self, conversations: u32) -> Option<Rule> {
        playback::extends_recording(conversations)
    }

    /// What does a call mean for the chat around it?
    fn call_meaning(&self, stage: crate::CallStage) -> crate::CallMeaning {
        crate::voice::call_meaning(stage)
    }

    /// May a visitor enter an Experience?
    fn may_enter(&self, is_blocked: bool) -> Result<(), Rule> {
        crate::blocking::may_enter(is_blocked)
    }

    /// Does a push that was fired and not written end when its visitor is blocked?
    fn withdraws(&self, settings: &Settings) -> Option<Rule> {
        crate::blocking::withdraws(settings)
    }

    // What is asked about a create that is still to come.

    /// Does what needs a person wait for a lead that may still come?
    fn waits_for_lead(&self, has_record: bool, creates: u32) -> bool {
        crate::waiting_for_lead::waits_for_lead(has_record, creates)
    }

    // Systems beside Salesforce, and enrichment.

    /// Where does a push go?
    fn route(
        &self,
        wanted: crate::Destination,
        topology: crate::Topology,
        map: Option<crate::MarketingPlatform>,
    ) -> crate::Route {
        crate::neighbour::route(wanted, topology, map)
    }

    /// Which of the records that a system found is the person?
    fn newest_record<'a>(
        &self,
        key: &EmailKey,
        found: &'a [Row],
        system: crate::System,
    ) -> crate::NeighbourMatch<'a> {
        crate::neighbour::newest_record(key, found, system)
    }

    /// What is written on a record of a system?
    fn neighbour_fields(
        &self,
        profile: &Profile,
        target: Option<&Row>,
        mapping: &crate::SystemMapping,
    ) -> FieldValues {
        crate::neighbour::neighbour_fields(profile, target, mapping)
    }

    /// What does a system's no mean?
    fn classify_neighbour_refusal(
        &self,
        system: crate::System,
        refusal: &Refusal,
    ) -> crate::NeighbourVerdict {
        crate::neighbour::classify_neighbour_refusal(system, refusal)
    }

    /// A lead is not in Salesforce yet: is the link slow, or broken?
    fn diagnose_map(&self, facts: &crate::MapFacts<'_>) -> crate::MapDiagnosis {
        crate::map_link::diagnose_map(facts)
    }

    // What is written at all, and how.

    /// What of an Experience that its visitor leaves is made up for?
    fn departure(&self, steps: &[crate::Step], reached: usize) -> crate::Departure {
        crate::departure::departure(steps, reached)
    }

    /// What does the sync make of somebody whom the CRM does not know?
    fn newcomer(&self) -> crate::PersonKind {
        crate::newcomer::newcomer()
    }

    /// What does a request say about the org's assignment rules?
    fn assignment_header(
        &self,
        object: &str,
        operation: crate::SaveOperation,
        wanted: &crate::AutoAssign,
    ) -> crate::AutoAssign {
        crate::assignment_header::assignment_header(object, operation, wanted)
    }

    /// Is an address that a vendor guessed the visitor's?
    fn enrichment_key(
        &self,
        confidence: crate::Confidence,
        from: crate::EnrichmentKey,
    ) -> crate::EnrichmentDecision {
        crate::enrichment::enrichment_key(confidence, from)
    }

    // Processes, batches.

    /// What is said of a process that the store has shut out?
    fn shut_out(&self) -> Option<Rule> {
        crate::lost::shut_out()
    }

    /// Which rows go in a call together, by what they hang off?
    fn together(&self, parents: &[Option<&str>], most: usize) -> Vec<Vec<usize>> {
        batch::together(parents, most)
    }

    // The org's fields.

    /// Does a refusal say that the org's fields are not what they were?
    fn is_drift(&self, refusal: &Refusal) -> bool {
        crate::missing_fields::is_drift(refusal)
    }

    /// Which fields that are used does the org no longer have?
    fn missing_fields(&self, used: &[FieldName], described: &[FieldName]) -> Vec<FieldName> {
        crate::missing_fields::missing_fields(used, described)
    }

    // New leads by an external id.

    /// By what is a new lead upserted?
    fn external_id(
        &self,
        key: Option<&EmailKey>,
        visitor: &crate::VisitorId,
        settings: &Settings,
    ) -> Option<crate::ExternalId> {
        crate::external_id::external_id(key, visitor, settings)
    }

    /// Which record has the external id, where none has the address?
    fn select_by_external_id<'a>(
        &self,
        external: &crate::ExternalId,
        key: Option<&EmailKey>,
        found: &'a [Person],
    ) -> MatchResult<'a> {
        crate::external_id::select_by_external_id(external, key, found)
    }

    // What changed in the org behind our back.

    /// When is the org asked next for what changed?
    fn next_reconciliation(&self, now: Timestamp, settings: &Settings) -> Option<Timestamp> {
        crate::reconcile::next_reconciliation(now, settings)
    }

    /// Up to which modstamp are changes read?
    fn reconciled_until(&self, org_now: Timestamp) -> Timestamp {
        crate::reconcile::reconciled_until(org_now)
    }

    /// Where do the changes after these rows begin?
    fn cursor_after(&self, cursor: &crate::Cursor, rows: &[Row]) -> crate::Cursor {
        crate::reconcile::cursor_after(cursor, rows)
    }

    /// What does a changed record mean?
    fn news_of(&self, person: &Person, is_ours: bool, is_known: bool) -> crate::News {
        crate::reconcile::news_of(person, is_ours, is_known)
    }

    /// Which live records share the address?
    fn look_alikes(&self, key: &EmailKey, found: &[Person]) -> Vec<(crate::PersonKind, RecordId)> {
        crate::reconcile::look_alikes(key, found)
    }
}

/// The rules as the requirements give them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standard;

impl Rules for Standard {}
