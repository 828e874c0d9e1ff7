//! Every rule the engine can give as the reason for a decision.
//!
//! A rule's id is what the journal, `leadsim why`, scenario files, the report and the coverage matrix all say. Its doc
//! comment is the manual's sentence, and its requirement ids lead to the catalogue.

use std::fmt;

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $id:literal, [$($requirement:literal),* $(,)?];)+) => {
        /// A rule of the field: why the engine decided what it decided.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Rule {
            /// Every rule there is, in the order of the pipeline.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The rule's stable id, `area.snake_case`.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            /// The sentence of the manual.
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+).trim_ascii(),)+
                }
            }

            /// The requirements that this rule answers.
            pub fn requirements(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($requirement),*],)+
                }
            }

            /// The rule with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.id() == id)
            }
        }
    };
}

rules! {
    /// The visitor typed this e-mail address; it beats what was known before.
    IdentityTyped = "identity.typed", ["VI-01"];
    /// The visitor's e-mail address is known from an earlier visit on this device.
    IdentityEarlierVisit = "identity.earlier_visit", ["VI-01"];
    /// The visitor's e-mail address came with a marketing cookie.
    IdentityCookie = "identity.cookie", ["VI-01"];
    /// A new e-mail address became known, so leads and contacts are searched for it.
    IdentityLookup = "identity.lookup", ["VI-02", "VI-03"];
    /// What the visitor or a rep said is kept in the profile; nothing is written to the CRM yet.
    ProfileOnly = "identity.profile_only", ["VI-04", "EX-01", "MS-03"];
    /// Another person types a different e-mail address on a known device: the profile starts anew.
    IdentityNewPerson = "identity.new_person", ["VI-01"];

    /// A wait step was reached: it is armed, nothing is sent yet.
    Armed = "trigger.armed", ["EX-05", "EX-19", "EX-22", "EX-02", "EX-03", "EX-04"];
    /// A rep started a conversation, which fires what is armed.
    RepStarted = "trigger.rep_started", ["EX-06", "EX-19", "AS-07"];
    /// A rep pounced on a visitor for whom a step is armed: the pounce fires it.
    Pounced = "trigger.pounced", ["MS-02"];
    /// A rep pounced and nothing is armed: only the rep can create the lead.
    PounceManualOnly = "trigger.pounce_manual_only", ["MS-02"];
    /// The visitor left the Experience after the step, which fires what is armed.
    LeftExperience = "trigger.left_experience", ["EX-07", "EX-20"];
    /// A step with timing "as soon as" was reached.
    NowStep = "trigger.now_step", ["EX-12", "EX-13", "EX-14", "EX-23", "EX-24", "EX-16", "EX-02", "EX-03", "EX-04"];
    /// A later now step of the same action fires what is armed.
    LaterNowStep = "trigger.later_now_step", ["EX-08", "EX-21"];
    /// A "Create or Update Lead in Salesforce Now" step fires everything that is armed.
    CreateOrUpdateStep = "trigger.create_or_update_step", ["EX-09", "EX-21"];
    /// A now step fires only what is armed for its own action.
    OwnActionOnly = "trigger.own_action_only", ["EX-28d", "EX-08"];
    /// A create is sent once; a later trigger finds it fired already.
    AlreadyFired = "trigger.already_fired", ["EX-10d"];
    /// The visitor left before the step was reached: nothing was armed.
    StepNotReached = "trigger.step_not_reached", ["EX-11d"];
    /// A wait-update step re-arms after firing, until the visitor leaves.
    Rearmed = "trigger.rearmed", ["EX-19", "EX-20", "EX-21", "EX-22"];
    /// The trigger came before the data: the create is latched with its owner candidate until the last required value arrives.
    Latched = "trigger.latched", ["EX-06", "MP-05d"];
    /// The last missing value arrived, so the latched create is sent.
    LatchedComplete = "trigger.latched_complete", ["EX-06", "MP-05d"];
    /// The rep clicked "Create Lead in Salesforce".
    ManualCreate = "trigger.manual_create", ["MS-01", "MS-04", "AS-08"];
    /// The rep clicked "Sync field(s) to Contact".
    ManualSync = "trigger.manual_sync", ["MS-01", "MS-05"];
    /// The action is not offered: a matched visitor is synced, an unmatched one created.
    NotOffered = "trigger.not_offered", ["MS-04", "MS-05", "MS-06d"];

    /// No lead and no contact has the visitor's e-mail address.
    NoMatch = "match.none", ["VI-05", "DD-01"];
    /// One record has the visitor's e-mail address: it is the visitor.
    OnlyRecord = "match.only_record", ["DD-01"];
    /// A lead and a contact share the e-mail address: the contact is the visitor.
    ContactOverLead = "match.contact_over_lead", ["DD-04", "DD-09d"];
    /// Several leads, or several contacts, share the e-mail address: the last modified is the visitor.
    LastModified = "match.last_modified", ["DD-02", "DD-03", "DD-09d"];
    /// Equal modification dates are told apart by the later system modstamp.
    SystemModstamp = "match.system_modstamp", ["DD-10d"];
    /// Records that tie on every date are told apart by the lowest id.
    LowestId = "match.lowest_id", ["DD-10d"];
    /// A converted lead stands for its contact when no contact has the e-mail address itself.
    ConvertedLead = "match.converted_lead", ["DD-11d"];
    /// A converted or deleted lead is no candidate itself.
    ConvertedNotCandidate = "match.converted_not_candidate", ["DD-11d"];
    /// The record's e-mail address is another one once both are normalised.
    DifferentEmail = "match.different_email", ["DD-12d"];
    /// There is no e-mail address to search by; the record is flagged.
    NoDedupeKey = "sync.no_dedupe_key", ["MS-04", "DD-12d"];

    /// The visitor's company or domain has no account.
    AccountNone = "account.none", ["DD-14d"];
    /// One account fits.
    AccountOnly = "account.only_record", ["DD-14d"];
    /// Several accounts fit: the one with the most opportunities.
    AccountMostOpportunities = "account.most_opportunities", ["DD-05", "DD-14d"];
    /// Opportunities tie: the account with the most contacts.
    AccountMostContacts = "account.most_contacts", ["DD-06", "DD-14d"];
    /// Still tied: the account that was modified last.
    AccountLastModified = "account.last_modified", ["DD-07", "DD-14d"];
    /// Accounts that tie on everything are told apart by the lowest id.
    AccountLowestId = "account.lowest_id", ["DD-07", "DD-10d"];

    /// The mapping writes the owner field, and its value is usable.
    OwnerMapped = "owner.owner_mapped", ["MP-02", "AS-06"];
    /// The mapped or chosen owner is unusable or was refused: the org user owns the lead.
    OwnerRejected = "owner.owner_rejected", ["MP-02"];
    /// The rep who creates the lead by hand owns it.
    ManualCreator = "owner.manual_creator", ["AS-08", "MS-04", "LC-01"];
    /// The rep who holds (or last held) the conversation owns the new lead.
    ChatRep = "owner.chat_rep", ["AS-01", "CN-01", "EX-14", "AS-06", "AS-07"];
    /// The rep whose meeting was booked first owns the new lead.
    MeetingRep = "owner.meeting_rep", ["AS-02", "AS-06"];
    /// The rep has no personal connection: the org user owns the new lead.
    RepNotConnected = "owner.rep_not_connected", ["AS-04", "CN-02", "AS-08", "CN-04"];
    /// No chat and no meeting, only the Experience: the org user owns the new lead.
    ExperienceOnly = "owner.experience_only", ["AS-03", "EX-13", "AS-06"];
    /// The record exists: its owner stays.
    OwnerKept = "owner.kept", ["AS-05", "AS-09d", "UP-08d", "AS-10d"];
    /// A candidate of a higher row was chosen.
    Outranked = "owner.outranked", ["AS-11d"];
    /// The owner in the CRM and the rep in the chat differ, and stay so.
    OwnerDiverges = "owner.diverges_from_chat", ["EX-16", "AS-10d"];

    /// Neither a push step nor a rep action asked for a lead.
    NoPushStep = "sync.no_push_step", ["EX-01", "TS-01", "TS-02"];
    /// A create for a visitor who matches writes nothing and links the record.
    MatchedExisting = "sync.matched_existing", ["EX-26d"];
    /// An update never inserts: nothing matches.
    UpdateNeverCreates = "sync.update_never_creates", ["EX-17", "EX-25"];
    /// Policy A: the record was neither created nor synced by us before.
    NotPreviouslySynced = "sync.not_previously_synced", ["UP-01", "UP-03"];
    /// Policy A: the visitor is not recognised, the e-mail address is not known yet.
    NotRecognised = "sync.not_recognised", ["UP-01", "UP-02"];
    /// Policy A: we created or synced the record before, and the visitor is recognised.
    PreviouslySynced = "sync.previously_synced", ["UP-02", "UP-10d"];
    /// Policy B: any lead or contact whose e-mail address matches may be written.
    RecordsAnyMatch = "sync.records_any_match", ["UP-04", "EX-17"];
    /// All mapped values equal what the CRM holds.
    NoNewValues = "sync.no_new_values", ["UP-07", "TS-06"];
    /// The only new values are in fields that no mapping writes.
    FieldNotMapped = "sync.field_not_mapped", ["UP-05", "UP-06", "TS-05", "MP-01"];
    /// A blank value of the visitor does not erase the CRM's.
    BlankKept = "sync.blank_kept", ["UP-09d"];
    /// Required CRM fields are unknown when the lead is due.
    RequiredMissing = "sync.required_missing", ["MP-05d", "EX-07"];
    /// An automatic push needs an e-mail address.
    NoEmail = "sync.no_email", ["MP-05d", "EX-07", "MS-04"];
    /// Mapped fields with known values were written on a new lead.
    Created = "sync.created", ["VI-05", "EX-04", "LC-01", "MP-01", "LC-02", "LC-03", "LC-04", "UP-05"];
    /// Mapped fields that differ were written on the record.
    Updated = "sync.updated", ["EX-17", "EX-22", "EX-23", "LC-04", "TS-04", "UP-05", "UP-06"];
    /// The later of two creates finds the lead that the first one made.
    LostRace = "sync.lost_race", ["MS-07d", "EX-10d"];
    /// Two intents for one person in one batch were merged before sending.
    MergedInBatch = "sync.merged_in_batch", ["MS-07d"];
    /// The service is unavailable; the call is tried again later.
    RetryUnavailable = "sync.retry_unavailable", [];
    /// Nobody knows whether the write happened; the record is read back before anything is sent again.
    ReadBack = "sync.read_back", [];
    /// The read-back found our write.
    ConfirmedByReadBack = "sync.confirmed_by_read_back", [];
    /// Every attempt was used up.
    RetriesExhausted = "sync.retries_exhausted", [];
    /// A restart found the intent in the outbox and takes it up again.
    Recovered = "sync.recovered", ["EX-27d"];
    /// Salesforce's duplicate rule named a record: it is adopted as the match.
    AdoptedDuplicate = "sync.adopted_duplicate", ["DD-01"];
    /// The target was converted: its contact is the target.
    FollowedConversion = "sync.followed_conversion", ["UP-10d", "CP-07d"];
    /// The target was merged: the surviving record is the target.
    FollowedMerge = "sync.followed_merge", ["UP-10d"];
    /// The target was deleted: the search starts anew.
    TargetDeleted = "sync.target_deleted", ["DD-11d"];
    /// The value does not fit the field, or Salesforce refused it, and the field may be left out, so it was left out.
    FieldDropped = "sync.field_dropped", [];
    /// The API allowance is used up: the work waits.
    BudgetHold = "sync.budget_hold", [];

    /// The person is looked up a second time before a lead is made, in case somebody else's is not there yet.
    SecondLook = "sync.second_look", ["LC-01"];
    /// Too many calls were under way at once: fewer go now, and this one goes again soon.
    FewerAtOnce = "sync.fewer_at_once", [];
    /// The list or the batch was too much at once: it goes again in smaller ones.
    SmallerBatches = "sync.smaller_batches", [];
    /// Another row of the batch failed and took this one with it, so this one goes again without it.
    RolledBack = "sync.rolled_back_with_others", [];
    /// The bulk job ended before it came to the row: the row goes again with another job.
    Unprocessed = "sync.unprocessed", [];
    /// What is left of the API allowance is kept for what a rep waits for: the work waits.
    BudgetReserved = "sync.budget_reserved", [];
    /// The service answers again after an outage: whoever waited longest goes first.
    BackInOrder = "sync.back_in_order", [];
    /// The org's clock differs from ours: its own times are used.
    ClockDiffers = "sync.clock_differs", [];
    /// Salesforce no longer speaks the version of the API that we speak: all work waits.
    ApiRetired = "salesforce.api_retired", [];
    /// The org gave a lead of ours another owner: that is noted, and left alone.
    OwnerOverridden = "owner.overridden_by_crm", ["AS-10d"];

    /// A validation rule of the org refused the write.
    RefusedByValidationRule = "salesforce.validation_rule", [];
    /// A duplicate rule of the org refused the write and named no usable record.
    RefusedByDuplicateRule = "salesforce.duplicate_rule", [];
    /// The org misses a required field that is not mapped.
    RefusedRequiredField = "salesforce.required_field_missing", ["MP-05d"];
    /// The org user may not do this.
    RefusedNoPermission = "salesforce.no_permission", [];
    /// Salesforce refused a value.
    RefusedValue = "salesforce.bad_value", [];
    /// Salesforce refused the write for another reason, which the journal quotes.
    RefusedOther = "salesforce.refused", [];

    /// An "Add to a campaign" step asks for a member.
    CampaignStep = "campaign.step", ["CP-01", "CP-02", "CP-07d"];
    /// The campaign mapping adds everybody who is synced.
    CampaignMapped = "campaign.mapped", ["CP-03"];
    /// The person became a member.
    CampaignAdded = "campaign.added", ["CP-01", "CP-02", "CP-03", "CP-04", "CP-06d", "CP-07d"];
    /// The person is a member already: a success without a second row.
    AlreadyMember = "campaign.already_member", ["CP-05d", "CP-07d"];
    /// The member exists; the requested values were written on it.
    MemberUpdated = "campaign.member_updated", ["CP-05d"];
    /// The lead does not exist yet: the membership waits for it.
    CampaignQueued = "campaign.queued", ["CP-06d"];
    /// The lead never came to exist: the membership is dropped.
    CampaignDropped = "campaign.dropped", ["CP-06d"];

    /// The conversation ended.
    ConversationEnded = "event.conversation_ended", ["EV-01", "EV-02", "EV-11"];
    /// The visitor came back before the Event was written: it is the same conversation.
    ConversationResumed = "event.conversation_resumed", ["EV-06"];
    /// A rep chatted: the connected rep who held the conversation last is assigned.
    EventRep = "event.rep", ["EV-01", "EV-07"];
    /// Only the bot chatted, and only chats with reps give Events here.
    BotOnlyNoEvent = "event.bot_only_ignored", ["EV-02"];
    /// Only the bot chatted: the org user is assigned.
    EventBotOnly = "event.bot_only", ["EV-02", "EV-07", "CN-04"];
    /// No rep of the conversation is connected: the integration user is assigned.
    EventRepNotConnected = "event.rep_not_connected", ["EV-14", "EV-07", "EV-16", "CN-04"];
    /// The rep the meeting is with is assigned.
    MeetingOwner = "event.meeting_owner", ["EV-16", "EV-03"];
    /// Booked in a step: the owner set in the Experience.
    MeetingOwnerOfStep = "event.meeting_owner_of_step", ["EV-23", "EV-16"];
    /// Booked during a live chat: the owner whom the chatting rep picks.
    MeetingOwnerPicked = "event.meeting_owner_picked", ["EV-24", "EV-16"];
    /// The conversation's Event was written.
    ConversationWritten = "event.conversation_written", ["EV-01", "EV-08", "EV-09", "EV-10", "EV-12", "EV-05", "EV-13", "EV-26", "EV-06", "EV-27d"];
    /// The meeting's Event was written.
    MeetingWritten = "event.meeting_written", ["EV-03", "EV-15", "EV-17", "EV-18", "EV-19", "EV-20", "EV-21", "EV-22", "EV-24", "EV-16", "EV-27d"];
    /// Nobody knows who the visitor was: no Event.
    UnknownPerson = "event.unknown_person", ["EV-04d", "EV-29d"];
    /// Cancelled and moved meetings do not change their Event.
    MeetingChangeIgnored = "event.meeting_change_ignored", ["EV-28d"];
    /// The meeting was cancelled: its Event is not written, or says so.
    MeetingCancelled = "event.meeting_cancelled", ["EV-28d"];
    /// The meeting was moved: its Event has the new times.
    MeetingMoved = "event.meeting_moved", ["EV-28d"];
    /// The meeting's Event waits for the lead.
    MeetingWaits = "event.waits_for_lead", ["EV-29d", "EV-18"];
    /// The CRM was silent past the latest moment: the Event is written late.
    EventLate = "event.late", ["EV-05"];
    /// The Event of this conversation or booking exists already.
    EventOnce = "event.once", ["EV-27d"];

    /// A new active response: the person is qualified and has no other that is open.
    ResponseActive = "response.active", ["RM-04"];
    /// The person was not qualified when the campaign member came, so nothing is assigned.
    ResponseNotQualified = "response.not_qualified", ["RM-04"];
    /// The person has an active response that is still open, so nothing is assigned.
    ResponseRepeat = "response.repeat_of_active", ["RM-04"];
    /// The owner is not subject to reassignment: the owner stays, and the response is complete at once.
    ResponseOwnerNotSubject = "response.owner_not_subject", ["RM-05"];
    /// The owner is subject to reassignment: the temporary owner gets the lead, and the response waits.
    ResponseHandedOver = "response.handed_to_temporary", ["RM-01", "RM-02", "RM-05", "RM-07", "RM-13d"];
    /// The lead is with the temporary owner already: nothing is written, and the response waits.
    ResponseAlreadyTemporary = "response.already_temporary", ["RM-13d"];
    /// The temporary owner got the lead again: that is not the awaited change.
    ResponseStillTemporary = "response.still_temporary", ["RM-11d", "RM-06"];
    /// The owner changed to another than the temporary one, which completes the wait.
    ResponseCompleted = "response.completed", ["RM-03", "RM-09d", "RM-11d", "RM-12d"];
    /// The response has its first owner already: later owners change nothing.
    ResponseCompletedBefore = "response.completed_before", ["RM-10d"];
    /// Nobody changed the owner for too long: the response raises the alarm and goes on waiting.
    ResponseStuck = "response.stuck", ["RM-06", "RM-13d"];

    /// The lead came to the user or queue that triggers match and assignment.
    MatchTriggered = "matchmaker.triggered", ["MM-05", "MM-06"];
    /// The domain of the lead's address is that of the account.
    MatchEmailDomain = "matchmaker.email_domain", ["MM-01"];
    /// The lead's website is that of the account.
    MatchWebsite = "matchmaker.website", ["MM-01"];
    /// The lead's company has the account's name, once both are normalised.
    MatchCompany = "matchmaker.company_name", ["MM-01"];
    /// The account fits by a weaker criterion than the one that was chosen.
    MatchWeaker = "matchmaker.weaker_criterion", ["MM-01"];
    /// The domain is that of a mail provider, or otherwise excluded: it says nothing about the company.
    MatchSaysNothing = "matchmaker.says_nothing", ["MM-04"];
    /// No account fits; the assignment runs all the same.
    MatchNone = "matchmaker.no_match", ["MM-04"];
    /// The rule is for other leads, or the matched account does not meet its conditions.
    AssignmentRuleNotMet = "matchmaker.rule_not_met", ["MM-01", "MM-04"];
    /// The owner of the matched account gets the lead.
    AssignedAccountOwner = "matchmaker.account_owner", ["MM-02", "MM-01"];
    /// The member of the account team with the role gets the lead.
    AssignedTeamRole = "matchmaker.team_role", ["MM-03"];
    /// Nobody on the account team has the role: the account's owner gets the lead.
    RoleMissing = "matchmaker.role_missing", ["MM-03"];
    /// Several members of the account team have the role: the one with the lowest id gets the lead.
    RoleLowestId = "matchmaker.role_lowest_id", ["MM-03"];
    /// Several members of the account team have the role: they take turns.
    RoleRoundRobin = "matchmaker.role_round_robin", ["MM-03"];
    /// The rule names the user or queue for leads of such accounts.
    AssignedFixed = "matchmaker.fixed_owner", ["MM-01"];
    /// The users of the rule take turns, one for each lead.
    AssignedRoundRobin = "matchmaker.round_robin", ["MM-04"];
    /// The rule for leads without an account names the user or queue.
    AssignedUnmatched = "matchmaker.unmatched_owner", ["MM-04"];
    /// No rule is for this lead: it stays where it is.
    NoAssignmentRule = "matchmaker.no_rule", ["MM-04"];
    /// The user whom the rule chose is inactive: the org user gets the lead, or the next in turn.
    AssigneeInactive = "matchmaker.owner_inactive", ["MM-02"];
    /// The rule returns the owner that triggered it: nothing is moved.
    ReturnsTemporary = "matchmaker.returns_temporary", ["MM-07"];
    /// The lead was assigned too often: nobody gets it any more, until a new active response comes.
    LoopGuard = "matchmaker.loop_guard", ["MM-07"];
    /// The matched account meets the criteria: the lead is converted into it.
    AutoConverted = "matchmaker.auto_convert", ["MM-08", "MM-10d"];
    /// A queue owns the lead, so the conversion carries an owner, and that is the owner change.
    ConversionCarriesOwner = "matchmaker.conversion_carries_owner", ["MM-08"];
    /// There is no match to convert into, and no account is made for it.
    ConvertNeedsMatch = "matchmaker.convert_needs_match", ["MM-10d"];
    /// The matched account does not meet the criteria of automatic conversion.
    ConvertCriteriaNotMet = "matchmaker.convert_criteria_not_met", ["MM-08"];
    /// The lead's status is mapped to the contact's.
    ContactStatusMapped = "matchmaker.status_mapped", ["MM-09"];
    /// The lead's status has no mapping: the contact's stays blank.
    ContactStatusUnmapped = "matchmaker.status_unmapped", ["MM-09"];

    /// A prospect entered a workflow: its actions run in order.
    WorkflowEntered = "liaison.workflow_entered", ["LL-01"];
    /// The actions before it are done, so the next action of the workflow runs.
    NextAction = "liaison.next_action", ["LL-01"];
    /// There is no such workflow, or not any more: nothing runs.
    UnknownWorkflow = "liaison.unknown_workflow", ["LL-01"];
    /// The product's settings changed: what they offer from now on can be chosen.
    SettingsChanged = "liaison.settings_changed", ["LL-18", "LL-20"];
    /// A lead or contact has the prospect's e-mail address: it is linked and synced with, and nothing is created.
    LinkedRecord = "liaison.linked_record", ["LL-03", "LL-13d"];
    /// Score, grade, behaviours and other qualification data are written on the record.
    Enriched = "liaison.enriched", ["LL-04"];
    /// "Assign To" names a user, who owns the new lead.
    AssignUser = "liaison.assign_user", ["LL-05", "LL-06"];
    /// "Assign To" leaves the owner to the org's assignment rules.
    AssignSalesforceRules = "liaison.assign_salesforce_rules", ["LL-05", "LL-07"];
    /// The first distribution rule that fits the prospect chooses the owner.
    DistributionRule = "liaison.distribution_rule", ["LL-05", "LL-09"];
    /// No distribution rule fits the prospect: the Sync User owns the new lead.
    NoDistributionRule = "liaison.no_distribution_rule", ["LL-09"];
    /// "Assign To" is empty: the Sync User owns the new lead.
    AssignEmpty = "liaison.assign_empty", ["LL-05", "LL-10"];
    /// The user is not linked with a user of the CRM, so nothing can be theirs.
    UserNotLinked = "liaison.user_not_linked", ["LL-19", "LL-20"];
    /// "Change Status" asks for another status of the campaign member.
    ChangeStatus = "liaison.change_status", ["LL-38"];
    /// The person is no member of the campaign, so there is no status to change.
    NotAMember = "liaison.not_a_member", ["LL-38"];
    /// The person is no member of the campaign and becomes one, since the setting says so.
    AddedIfMissing = "liaison.added_if_missing", ["LL-38"];
    /// Company or Last Name is empty on the new lead: it gets the filler.
    Filler = "liaison.filler", ["LL-11", "MP-05d"];
    /// Account creation is not enabled for the customer: nothing is offered.
    AccountsNotEnabled = "account_push.not_enabled", ["AC-02"];
    /// Only admins may write accounts.
    AccountsNeedAdmin = "account_push.not_admin", ["AC-09"];
    /// A list push writes nothing before "Yes" confirms it.
    AccountPushNotConfirmed = "account_push.not_confirmed", ["AC-11"];
    /// The list is being pushed already.
    AccountListBusy = "account_push.under_way", ["AC-12"];
    /// An admin pushed the whole list and confirmed it.
    AccountListPushed = "account_push.list", ["AC-10", "AC-11", "AC-12"];
    /// An admin clicked "Create in Salesforce" on an Account 360.
    AccountClicked = "account_push.single", ["AC-10", "AC-17"];
    /// An admin clicked "Retry" after a creation had failed.
    AccountRetried = "account_push.retry", ["AC-20"];
    /// No creation of this account has failed: there is nothing to retry.
    NothingToRetry = "account_push.nothing_to_retry", ["AC-20"];
    /// A new account contains what the account mapping writes, and nothing else.
    AccountMapped = "account_push.mapped_fields", ["AC-05", "AC-10"];
    /// The account was created.
    AccountCreated = "account_push.created", ["AC-01", "AC-15", "AC-17", "AC-21"];
    /// The company has an account by now: no second one is created.
    AccountExists = "account_push.exists", ["AC-22d", "AC-21"];
    /// Salesforce's duplicate rule named an account: it is the company's, and no second one is created.
    AccountAdopted = "account_push.adopted", ["AC-22d"];
    /// Salesforce refused the account; its code, message and fields are shown, and the other accounts go on.
    AccountRefused = "account_push.refused", ["AC-03", "AC-06", "AC-15", "AC-19"];
    /// The list shows the companies that every filter lets through.
    AccountListed = "account_push.listed", ["AC-07", "AC-08"];
    /// The list shows nothing: every company has an account, or a filter leaves it out.
    AccountListEmpty = "account_push.list_empty", ["AC-14"];
    /// The company has an account, and the list is filtered to "Not in Salesforce".
    AccountInSalesforce = "account_push.in_salesforce", ["AC-07", "AC-13"];
    /// The list is filtered by the Ideal Customer Profile.
    ListedByProfile = "account_push.other_profile", ["AC-08"];
    /// The list is filtered by engagement intent.
    ListedByIntent = "account_push.other_intent", ["AC-08"];
    /// The push is over: the list was evaluated again.
    AccountListRefreshed = "account_push.list_refreshed", ["AC-12", "AC-13"];
    /// These accounts could not be created by the list: they are to be tried singly.
    TryAccountSingly = "account_push.try_account_360", ["AC-15", "AC-16"];

    /// The task is assigned to the user who was chosen.
    TaskAssignee = "task.assignee", ["LL-16"];
    /// No assignee was chosen: the record's owner gets the task.
    TaskRecordOwner = "task.record_owner", ["LL-21"];
    /// A queue owns the record: the fallback user gets the task.
    TaskFallbackUser = "task.fallback_user", ["LL-21"];
    /// There is no such task template.
    TaskUnknown = "task.unknown_template", ["LL-17", "LL-18"];
    /// Neither a lead nor a contact is the prospect: there is nothing to hang the task on.
    TaskNoPerson = "task.no_person", ["LL-16"];
    /// The task was created with the fields of its template.
    TaskWritten = "task.written", ["LL-16", "LL-17"];

    /// A conversion job was scheduled.
    ConvertScheduled = "convert.scheduled", ["LL-22", "LL-31"];
    /// The prospect is not linked with a lead: the job waits.
    ConvertNotLinked = "convert.not_linked", ["LL-33", "LL-36d"];
    /// The prospect is linked with a lead: the job runs with the next tick, whenever it was scheduled.
    ConvertLinked = "convert.linked", ["LL-31", "LL-33", "LL-35"];
    /// Not linked two weeks after it was scheduled: the job is dismissed and never runs.
    ConvertDismissed = "convert.dismissed", ["LL-34"];
    /// The job has one of the 100 places of this run.
    ConvertRun = "convert.run", ["LL-31", "LL-32", "LL-36d"];
    /// The places of this run are taken: a linked job waits for a later one, however long.
    ConvertQueued = "convert.queued", ["LL-32", "LL-35"];
    /// The chosen user owns the contact.
    ConvertUser = "convert.user", ["LL-23"];
    /// "-- Lead Owner --": the lead's owner owns the contact.
    ConvertLeadOwner = "convert.lead_owner", ["LL-23"];
    /// A queue owns the lead: the fallback user owns the contact.
    ConvertFallbackUser = "convert.fallback_user", ["LL-23"];
    /// A queue owns the lead and there is no fallback user: nobody can own the contact.
    ConvertQueueOwned = "convert.queue_owned", ["LL-23"];
    /// The contact joins the account that has the company's name.
    ConvertExistingAccount = "convert.existing_account", ["LL-26"];
    /// No account has the company's name: there is a new one.
    ConvertNewAccount = "convert.new_account", ["LL-26"];
    /// Another lead of this run makes the account: the job joins it in a later run.
    ConvertAwaitsAccount = "convert.awaits_account", ["LL-26"];
    /// Existing accounts are not looked at: there is a new one each time.
    ConvertAlwaysNewAccount = "convert.always_new_account", ["LL-27"];
    /// An opportunity is wanted; its name is the company's unless another one was chosen.
    ConvertOpportunity = "convert.opportunity", ["LL-28"];
    /// No opportunity is wanted.
    ConvertNoOpportunity = "convert.no_opportunity", ["LL-28"];
    /// Salesforce is asked to tell the owner by e-mail.
    ConvertNotify = "convert.notify", ["LL-29"];
    /// Salesforce is not asked to tell anybody.
    ConvertSilent = "convert.silent", ["LL-30"];
    /// The last pull found no such status that says converted.
    ConvertStatusNotOffered = "convert.status_not_offered", ["LL-24", "LL-25"];
    /// Salesforce refused the status, so the statuses were pulled once more.
    ConvertStatusesRefreshed = "convert.statuses_refreshed", ["LL-25"];
    /// The status is no longer one that says converted: the job fails.
    ConvertStatusGone = "convert.status_gone", ["LL-25"];
    /// The lead was converted; what it became is kept.
    ConvertDone = "convert.done", ["LL-22"];
    /// Another job of ours converted the lead before: a success.
    ConvertedBefore = "convert.converted_before", ["LL-22"];
    /// Somebody else converted the lead: reported, and nothing is done.
    ConvertedElsewhere = "convert.converted_elsewhere", ["LL-22"];

    /// The visitor is back on the same device: the recording is extended, and its link stays.
    RecordingExtended = "playback.extended", ["PB-05"];
    /// A call leaves no trace: the conversation's Event is the chat's, and belongs to its end.
    CallNoTrace = "call.no_trace", ["EV-25", "VV-32"];
    /// Clicking End ends the call; the messenger stays open for text, and the conversation goes on.
    CallEndKeepsChat = "call.end_keeps_chat", ["VV-36", "EV-25"];
    /// A rep blocked and reported the visitor.
    VisitorBlocked = "call.visitor_blocked", ["VV-30"];
    /// The visitor is blocked: what was armed or not written yet ends, no automatic lead comes of it.
    BlockedCancels = "call.blocked_cancels", ["VV-30"];
    /// The visitor is blocked: what was armed fires, as the setting has it.
    BlockedFires = "call.blocked_fires", ["VV-30"];
    /// A blocked visitor enters no Experience.
    BlockedEntersNone = "call.blocked_enters_none", ["VV-30"];
    /// An address known from enrichment alone is a guess: no record is looked up or changed by it.
    EnrichmentOnly = "identity.enrichment_only", ["VI-09d"];
    /// The setting takes an address that a vendor is very sure of for the visitor's.
    EnrichmentKey = "identity.enrichment", ["VI-09d"];
    /// Leads go to Salesforce by way of the marketing platform: nothing is created there directly.
    ViaMap = "map.instead_of_crm", ["TS-03"];
    /// The system has no record with the visitor's e-mail address.
    NeighbourNoRecord = "neighbour.no_record", ["LL-14", "LL-15"];
    /// One record of the system has the visitor's e-mail address: it is the visitor.
    NeighbourOnlyRecord = "neighbour.only_record", ["LL-14", "LL-15"];
    /// Several records of the system have the e-mail address: the last updated is the visitor, whatever its type.
    NeighbourNewest = "map.newest_record", ["DD-08"];
    /// Records that were updated at the same time are told apart by the smallest id.
    NeighbourLowestId = "map.lowest_id", ["DD-08"];
    /// The key fits several records there: they are searched, and the newest is written by its id.
    NeighbourSeveralMatch = "map.several_match", ["DD-08"];
    /// The record was made, changed or removed there meanwhile: the search starts anew.
    NeighbourChanged = "neighbour.changed", ["LL-14", "LL-15"];
    /// Mapped fields with known values were written on a new record there.
    NeighbourCreated = "neighbour.created", ["LL-14", "LL-15"];
    /// Mapped fields that differ were written on the record there.
    NeighbourUpdated = "neighbour.updated", ["LL-14", "LL-15"];
    /// The system refused the write for a reason that the journal quotes.
    NeighbourRefused = "neighbour.refused", [];
    /// The system takes no more calls for now: its work waits.
    NeighbourLimit = "neighbour.limit", [];
    /// The platform's record reached Salesforce.
    MapArrived = "map.arrived", ["TS-03"];
    /// The platform holds the record, Salesforce does not yet, and there is no error: the link is slow.
    MapLate = "map.late", ["TS-03"];
    /// The platform holds the record and could not sync it: the connection to Salesforce is broken.
    MapLinkBroken = "map.link_broken", ["TS-03"];

    /// Another process took over: this one stops, and leaves its work to it.
    LeaseLost = "sync.lease_lost", ["EX-27d"];
    /// A refusal said that a field is gone: the describe was read again, once for everybody.
    DescribeRead = "sync.describe_read", ["UP-04"];
    /// The org no longer has a mapped field: its mapping is paused, and the rest is written.
    MappingPaused = "sync.mapping_paused", ["UP-04"];
    /// The value map says which word of the field's list stands for what the visitor said.
    ValueMapped = "sync.value_mapped", ["MP-01"];

    /// No record has the visitor's e-mail address, and one has the external id: it is the visitor.
    ExternalId = "match.external_id", ["UP-10d"];
    /// Somebody made a record with the external id after the search: the upsert wrote it, and a second lead was not made.
    ExternalIdMet = "sync.external_id_met", ["EX-10d"];
    /// Several records have the external id: nothing was written, and the duplicate rules choose among them.
    SeveralExternalIds = "sync.several_external_ids", ["DD-02"];

    /// Several live records have the address of somebody whom we know: reported, and left as they are.
    ReconcileDuplicate = "reconcile.duplicate", ["DD-01"];
    /// A lead of ours was converted in the org: the next sync takes its contact.
    ReconcileConverted = "reconcile.converted", ["DD-11d"];
    /// A record of ours was merged into another one in the org: the next sync takes that one.
    ReconcileMerged = "reconcile.merged", ["UP-10d"];
    /// A record of ours was deleted in the org: the next sync looks anew.
    ReconcileDeleted = "reconcile.deleted", [];
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
