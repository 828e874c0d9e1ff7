//! Scripts of whole syncs: what a visitor, a rep, the CRM and a crash can do, and what the engine does about it.

use engine::{Batching, MemberTarget, Strategy};
use expect_test::{Expect, expect};

use super::script::{Show, acme, play};

const CALLS: &[Show] = &[Show::Calls, Show::Settled];
const DECISIONS: &[Show] = &[Show::Decided, Show::Settled];
const OUTCOMES: &[Show] = &[Show::Settled];
const SOURCES: &[Show] = &[Show::Settled, Show::Sources];

#[test]
fn a_trigger_before_the_data_is_latched_and_keeps_its_owner() {
    check(
        DECISIONS,
        &["create wait", "route", "ask email last_name company"],
        "0s land
         0s start
         1s chat dana
         5s end_chat
         6s chat bo
         10s enter email=pat@x.example last_name=Lee
         20s enter company=X
         30s unsettled",
        expect![[r#"
            0.000 #1 opened create
            0.000 #1 trigger trigger.armed
            1.000 #2 opened conversation_event
            1.000 #1 trigger trigger.rep_started
            1.000 #1 trigger trigger.latched
            10.000 identity identity.typed pat@x.example
            10.000 identity identity.lookup
            10.040 match match.none
            10.040 account account.none
            20.000 #1 trigger trigger.latched_complete
            20.020 #1 match match.none
            20.020 #1 trigger match.none insert
            20.020 #1 owner owner.chat_rep u_dana
            20.020 #1 fields sync.created
            20.020 account account.none
            20.040 #1 Created sync.created Lead1 owner u_dana
            30.000 unsettled 1
        "#]],
    );
}

#[test]
fn two_sessions_of_one_person_make_one_lead() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s pat: land
         0s sam: land
         0s pat: start
         0s sam: start
         1s pat: enter email=lee@x.example last_name=Lee company=X
         1s sam: enter email=Lee@X.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.000 #3 opened conversation_event
            1.000 #4 opened create
            1.020 find Lead Email=lee@x.example
            1.020 find Contact Email=lee@x.example
            1.020 find Lead Email=lee@x.example
            1.020 find Contact Email=lee@x.example
            1.020 find Account Name=X or Website~x.example
            1.020 find Lead Email=lee@x.example
            1.020 find Contact Email=lee@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 create Lead Email=lee@x.example LastName=Lee Company=X OwnerId=org
            1.060 find Lead Email=lee@x.example
            1.060 find Contact Email=lee@x.example
            1.060 #2 Created sync.created Lead1 owner org
            1.080 #4 NoOp sync.matched_existing Lead1
            20.000 Lead1 Email=lee@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn an_unavailable_service_is_asked_again_from_the_lookup_on() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault create unavailable
         0s fault find unavailable
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example -> Unavailable { code: "SERVER_UNAVAILABLE" }
            1.020 find Contact Email=pat@x.example
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            3.040 find Lead Email=pat@x.example
            3.040 find Contact Email=pat@x.example
            3.060 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org -> Unavailable { code: "SERVER_UNAVAILABLE" }
            7.080 find Lead Email=pat@x.example
            7.080 find Contact Email=pat@x.example
            7.100 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            7.120 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn work_whose_attempts_are_used_up_is_dead_lettered() {
    check(
        OUTCOMES,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault create unavailable 99
         1s enter email=pat@x.example last_name=Lee company=X
         15m list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            303.420 #2 DeadLettered sync.retries_exhausted
        "#]],
    );
}

#[test]
fn a_lost_create_is_read_back_and_not_sent_again() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault create commit_lost
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org -> Lost(Unknown)
            3.060 find Lead Email=pat@x.example
            3.060 find Contact Email=pat@x.example
            3.080 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_create_that_was_lost_on_its_way_is_sent_again() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault create lost
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org -> Lost(Unknown)
            3.060 find Lead Email=pat@x.example
            3.060 find Contact Email=pat@x.example
            3.080 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            3.100 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn an_armed_step_survives_a_restart() {
    check(
        CALLS,
        &["create wait", "ask email last_name company", "route"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         10s restart
         20s leave
         60s list Lead
         60s unsettled",
        expect![[r#"
            0.000 #1 opened create
            1.000 login
            1.000 #2 opened conversation_event
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            10.000 restarted
            50.000 login
            50.020 find Lead Email=pat@x.example
            50.020 find Contact Email=pat@x.example
            50.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            50.060 #1 Created sync.created Lead1 owner org
            60.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
            60.000 unsettled 1
        "#]],
    );
}

#[test]
fn a_create_in_flight_at_a_crash_is_read_back() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         1050ms restart
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            1.050 restarted
            3.050 login
            3.070 find Lead Email=pat@x.example
            3.070 find Contact Email=pat@x.example
            3.090 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn an_expired_session_is_renewed_once_for_everybody() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault find INVALID_SESSION_ID 3
         0s fault create INVALID_SESSION_ID
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example -> Refused(Refusal { code: "INVALID_SESSION_ID", message: "said INVALID_SESSION_ID", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Contact Email=pat@x.example -> Refused(Refusal { code: "INVALID_SESSION_ID", message: "said INVALID_SESSION_ID", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Lead Email=pat@x.example -> Refused(Refusal { code: "INVALID_SESSION_ID", message: "said INVALID_SESSION_ID", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 login
            1.060 find Lead Email=pat@x.example
            1.060 find Contact Email=pat@x.example
            1.060 find Lead Email=pat@x.example
            1.080 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org -> Refused(Refusal { code: "INVALID_SESSION_ID", message: "said INVALID_SESSION_ID", fields: [], duplicates: [], duplicate_rule: None })
            1.100 login
            1.120 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            1.140 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_login_that_fails_is_tried_again_and_the_work_waits() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault login unavailable 2
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login -> Unavailable { code: "SERVER_UNAVAILABLE" }
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            3.020 login -> Unavailable { code: "SERVER_UNAVAILABLE" }
            7.040 login
            7.060 find Lead Email=pat@x.example
            7.060 find Contact Email=pat@x.example
            7.060 find Lead Email=pat@x.example
            7.060 find Contact Email=pat@x.example
            7.060 find Account Name=X or Website~x.example
            7.080 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            7.100 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_used_up_allowance_holds_everything_and_is_probed_slowly() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault find REQUEST_LIMIT_EXCEEDED 4
         1s enter email=pat@x.example last_name=Lee company=X
         12m list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example -> Refused(Refusal { code: "REQUEST_LIMIT_EXCEEDED", message: "said REQUEST_LIMIT_EXCEEDED", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Contact Email=pat@x.example -> Refused(Refusal { code: "REQUEST_LIMIT_EXCEEDED", message: "said REQUEST_LIMIT_EXCEEDED", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Lead Email=pat@x.example -> Refused(Refusal { code: "REQUEST_LIMIT_EXCEEDED", message: "said REQUEST_LIMIT_EXCEEDED", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Contact Email=pat@x.example -> Refused(Refusal { code: "REQUEST_LIMIT_EXCEEDED", message: "said REQUEST_LIMIT_EXCEEDED", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Account Name=X or Website~x.example
            301.040 find Lead Email=pat@x.example
            301.060 find Contact Email=pat@x.example
            301.060 find Lead Email=pat@x.example
            301.060 find Contact Email=pat@x.example
            301.080 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            301.100 #2 Created sync.created Lead1 owner org
            720.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_conversations_event_survives_a_restart_at_every_stage() {
    check(
        CALLS,
        &["create wait", "ask email last_name company", "route"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         10s chat dana
         1m reply
         2m leave
         3m restart
         4m return
         5m say
         6m leave
         6m restart
         20m list Event
         20m unsettled",
        expect![[r#"
            0.000 #1 opened create
            1.000 login
            1.000 #2 opened conversation_event
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            10.000 find Lead Email=pat@x.example
            10.000 find Contact Email=pat@x.example
            10.020 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=u_dana
            10.040 #1 Created sync.created Lead1 owner u_dana
            180.000 restarted
            360.000 restarted
            660.000 login
            660.020 find Lead Email=pat@x.example
            660.020 find Contact Email=pat@x.example
            660.040 create Event Subject=Conversation via Qualified WhoId=Lead1 OwnerId=u_dana StartDateTime=1000 EndDateTime=300000
            660.060 #2 Created event.conversation_written Event1 owner u_dana
            1200.000 Event1 Subject=Conversation via Qualified WhoId=Lead1 OwnerId=u_dana StartDateTime=1000 EndDateTime=300000
            1200.000 unsettled 0
        "#]],
    );
}

#[test]
fn an_event_is_written_once_whatever_is_lost() {
    check(
        OUTCOMES,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault create_event commit_lost
         1s enter email=pat@x.example last_name=Lee company=X
         2m leave
         20m list Event",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.060 #2 Created sync.created Lead1 owner org
            422.080 #1 Created event.conversation_written Event1 owner org
            1200.000 Event1 Subject=Conversation via Qualified WhoId=Lead1 OwnerId=org StartDateTime=1000 EndDateTime=1000
        "#]],
    );
}

#[test]
fn a_meeting_waits_for_the_lead() {
    check(
        OUTCOMES,
        &["create wait", "offer bo", "ask email last_name company", "route"],
        "0s land
         0s start
         1s book dana
         8m enter email=pat@x.example last_name=Lee company=X
         9m leave
         30m list Event",
        expect![[r#"
            0.000 #1 opened create
            1.000 #2 opened meeting_event
            480.000 #3 opened conversation_event
            570.040 #1 Created sync.created Lead1 owner u_bo
            570.080 #2 Created event.meeting_written Event1 owner u_bo
            840.040 #3 Created event.conversation_written Event2 owner org
            1800.000 Event1 Subject=Meeting Booked via Qualified with Bo Chen WhoId=Lead1 OwnerId=u_bo StartDateTime=86400000 EndDateTime=88200000
            1800.000 Event2 Subject=Conversation via Qualified WhoId=Lead1 OwnerId=org StartDateTime=480000 EndDateTime=480000
        "#]],
    );
}

#[test]
fn a_stranger_gets_no_event_and_no_lead() {
    check(
        OUTCOMES,
        &["create wait", "route"],
        "0s land
         0s start
         1s say
         2s leave
         30m unsettled",
        expect![[r#"
            0.000 #1 opened create
            1.000 #2 opened conversation_event
            32.000 #1 NoOp sync.no_email
            302.000 #2 NoOp event.unknown_person
            1800.000 unsettled 0
        "#]],
    );
}

#[test]
fn a_membership_waits_for_the_lead() {
    check(
        CALLS,
        &["create wait", "campaign C1", "ask email last_name company", "route"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         10s chat dana
         20s list CampaignMember",
        expect![[r#"
            0.000 #1 opened create
            0.000 #2 opened campaign
            1.000 login
            1.000 #3 opened conversation_event
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            10.000 find Lead Email=pat@x.example
            10.000 find Contact Email=pat@x.example
            10.020 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=u_dana
            10.040 find CampaignMember CampaignId=C1 and LeadId=Lead1
            10.040 #1 Created sync.created Lead1 owner u_dana
            10.060 create CampaignMember CampaignId=C1 LeadId=Lead1 Status=Responded
            10.080 #2 Created campaign.added CampaignMember1
            20.000 CampaignMember1 CampaignId=C1 LeadId=Lead1 Status=Responded
        "#]],
    );
}

#[test]
fn a_membership_is_dropped_when_the_lead_never_comes() {
    check(
        OUTCOMES,
        &["create wait", "campaign C1", "ask email last_name company", "route"],
        "0s land
         0s start
         1s enter email=pat@x.example
         10s leave
         60s unsettled",
        expect![[r#"
            0.000 #1 opened create
            0.000 #2 opened campaign
            1.000 #3 opened conversation_event
            40.000 #1 NoOp sync.required_missing
            40.020 #2 NoOp campaign.dropped
            60.000 unsettled 1
        "#]],
    );
}

#[test]
fn a_wait_update_fires_at_every_trigger_and_sends_differences_only() {
    check(
        OUTCOMES,
        &["update wait", "ask email", "route"],
        "0s plant Lead L1 Email=pat@x.example LastName=Lee Company=X
         0s land
         0s start
         1s enter email=pat@x.example
         10s chat dana
         20s enter phone=1
         30s leave
         70s list Lead",
        expect![[r#"
            0.000 #1 opened update
            1.000 #2 opened conversation_event
            10.020 #1 NoOp sync.no_new_values L1
            10.020 #3 opened update
            60.040 #3 Updated sync.updated L1
            70.000 L1 Email=pat@x.example LastName=Lee Company=X Phone=1
        "#]],
    );
}

#[test]
fn policy_a_writes_only_what_we_synced_before() {
    check(
        DECISIONS,
        &["update_synced now", "ask email phone", "update_synced now"],
        "0s plant Lead L1 Email=pat@x.example LastName=Lee Company=X
         0s land
         0s start
         1s enter email=pat@x.example phone=1
         20s list Lead",
        expect![[r#"
            0.000 #1 opened update
            0.000 #1 trigger trigger.now_step
            0.000 #1 match sync.no_dedupe_key
            0.000 #1 trigger sync.no_email nothing
            0.000 #1 NoOp sync.no_email
            1.000 #2 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.000 #3 opened update
            1.000 #3 trigger trigger.now_step
            1.040 #3 match match.only_record L1
            1.040 #3 trigger sync.not_previously_synced nothing
            1.040 #3 fields sync.not_previously_synced
            1.040 #3 NoOp sync.not_previously_synced L1
            1.040 match match.only_record L1
            1.040 account account.none
            20.000 L1 Email=pat@x.example LastName=Lee Company=X
        "#]],
    );
}

#[test]
fn two_clicks_make_one_lead() {
    check(
        DECISIONS,
        &["route"],
        "0s land
         1s enter email=pat@x.example last_name=Lee company=X
         2s create dana
         2s create bo
         20s list Lead
         20s view",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.040 match match.none
            1.040 account account.none
            2.000 #2 opened manual_create
            2.000 #2 trigger trigger.manual_create dana
            2.000 #3 opened manual_create
            2.000 #3 trigger trigger.manual_create bo
            2.020 #2 match match.none
            2.020 #2 trigger match.none insert
            2.020 #2 owner owner.manual_creator u_dana
            2.020 #2 fields sync.created
            2.040 #2 Created sync.created Lead1 owner u_dana
            2.060 #3 match match.only_record Lead1
            2.060 #3 trigger sync.lost_race write
            2.060 #3 owner owner.kept u_dana
            2.060 #3 fields sync.no_new_values
            2.060 #3 NoOp sync.no_new_values Lead1
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=u_dana
            20.000 armed=0 email=pat@x.example matched_owner=u_dana matched_record=Lead1 matched_type=Lead offers=sync_fields profile.company=X profile.email=pat@x.example profile.last_name=Lee source.company=typed source.email=typed source.last_name=typed
        "#]],
    );
}

#[test]
fn a_rep_creates_a_lead_without_an_address_and_syncs_it_later() {
    check(
        DECISIONS,
        &["route"],
        "0s land
         1s edit dana last_name=Lee company=X
         2s create dana
         5s edit dana phone=7
         6s sync dana
         20s list Lead",
        expect![[r#"
            2.000 #1 opened manual_create
            2.000 #1 trigger trigger.manual_create dana
            2.000 #1 match sync.no_dedupe_key
            2.000 #1 trigger sync.no_dedupe_key insert
            2.000 #1 owner owner.manual_creator u_dana
            2.000 #1 fields sync.created
            2.040 #1 Created sync.created Lead1 owner u_dana
            6.000 #2 opened manual_sync
            6.000 #2 trigger trigger.manual_sync dana
            6.020 #2 match match.only_record Lead1
            6.020 #2 trigger trigger.manual_sync write
            6.020 #2 owner owner.kept u_dana
            6.020 #2 fields sync.updated
            6.040 #2 Updated sync.updated Lead1
            20.000 Lead1 LastName=Lee Company=X OwnerId=u_dana Phone=7
        "#]],
    );
}

#[test]
fn another_person_on_the_device_starts_anew() {
    check(
        DECISIONS,
        &["create wait", "ask email last_name company", "route"],
        "0s land old@y.example
         0s start
         1s edit dana phone=1
         2s return
         3s enter email=pat@x.example last_name=Lee company=X
         10s chat dana
         20s list Lead
         20s view",
        expect![[r#"
            0.000 identity identity.cookie old@y.example
            0.000 identity identity.lookup
            0.000 #1 opened create
            0.000 #1 trigger trigger.armed
            0.040 match match.none
            0.040 account account.none
            3.000 #2 opened conversation_event
            3.000 identity identity.new_person pat@x.example
            3.000 identity identity.lookup
            3.020 match match.none
            3.020 account account.none
            10.000 #1 trigger trigger.rep_started
            10.020 #1 match match.none
            10.020 #1 trigger match.none insert
            10.020 #1 owner owner.chat_rep u_dana
            10.020 #1 fields sync.created
            10.040 #1 Created sync.created Lead1 owner u_dana
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=u_dana
            20.000 armed=0 conversation_rep=dana email=pat@x.example matched_owner=u_dana matched_record=Lead1 matched_type=Lead offers=sync_fields profile.company=X profile.email=pat@x.example profile.last_name=Lee source.company=typed source.email=typed source.last_name=typed
        "#]],
    );
}

#[test]
fn a_converted_lead_is_followed_to_its_contact() {
    check(
        DECISIONS,
        &[
            "create now",
            "ask email last_name company",
            "create now",
            "ask phone",
            "update_synced now",
        ],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         5s plant Contact C1 Email=pat@x.example LastName=Lee
         5s set Lead1 IsConverted=true ConvertedContactId=C1
         6s enter phone=9
         20s list Contact",
        expect![[r#"
            0.000 #1 opened create
            0.000 #1 trigger trigger.now_step
            0.000 #1 trigger trigger.latched
            1.000 #2 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.000 #1 trigger trigger.latched_complete
            1.000 #3 opened create
            1.000 #3 trigger trigger.now_step
            1.040 #1 match match.none
            1.040 #1 trigger match.none insert
            1.040 #1 owner owner.experience_only org
            1.040 #1 fields sync.created
            1.040 match match.none
            1.040 account account.none
            1.060 #1 Created sync.created Lead1 owner org
            1.080 #3 match match.only_record Lead1
            1.080 #3 trigger sync.lost_race Lead1
            1.080 #3 trigger sync.matched_existing link
            1.080 #3 owner owner.kept org
            1.080 #3 NoOp sync.matched_existing Lead1
            6.000 #4 opened update
            6.000 #4 trigger trigger.now_step
            6.020 #4 match sync.followed_conversion C1
            6.020 #4 match match.only_record C1
            6.020 #4 trigger sync.previously_synced write
            6.020 #4 owner owner.kept
            6.020 #4 fields sync.updated
            6.040 #4 Updated sync.updated C1
            20.000 C1 Email=pat@x.example LastName=Lee Phone=9
        "#]],
    );
}

#[test]
fn a_lead_converted_between_look_and_write_is_followed() {
    check(
        DECISIONS,
        &["ask email phone", "update now"],
        "0s plant Lead L1 Email=pat@x.example LastName=Lee Company=X
         0s land
         0s start
         1s enter email=pat@x.example phone=9
         1030ms plant Contact C1 Email=pat@x.example LastName=Lee
         1030ms set L1 IsConverted=true ConvertedContactId=C1
         20s list Contact",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.000 #2 opened update
            1.000 #2 trigger trigger.now_step
            1.040 #2 match match.only_record L1
            1.040 #2 trigger sync.records_any_match write
            1.040 #2 owner owner.kept
            1.040 #2 fields sync.updated
            1.040 match match.only_record L1
            1.040 account account.none
            1.060 #2 answer sync.followed_conversion CANNOT_UPDATE_CONVERTED_LEAD
            1.080 #2 match match.only_record C1
            1.080 #2 trigger sync.records_any_match write
            1.080 #2 owner owner.kept
            1.080 #2 fields sync.updated
            1.100 #2 Updated sync.updated C1
            20.000 C1 Email=pat@x.example LastName=Lee Phone=9
        "#]],
    );
}

#[test]
fn an_experience_without_a_push_step_says_so() {
    check(
        DECISIONS,
        &["ask email"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee
         20s view",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.000 trigger sync.no_push_step
            1.040 match match.none
            1.040 account account.none
            20.000 armed=0 email=pat@x.example offers=create_lead profile.email=pat@x.example profile.last_name=Lee source.email=typed source.last_name=typed
        "#]],
    );
}

#[test]
fn a_step_reads_what_a_now_step_wrote() {
    check(
        CALLS,
        &["ask email last_name company", "create now", "read OwnerId owner", "say"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         20s view",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Lead Email=pat@x.example
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            1.060 find Lead Email=pat@x.example
            1.060 find Contact Email=pat@x.example
            1.060 #2 Created sync.created Lead1 owner org
            20.000 armed=0 email=pat@x.example matched_owner=org matched_record=Lead1 matched_type=Lead offers=sync_fields profile.company=X profile.email=pat@x.example profile.last_name=Lee profile.owner=org source.company=typed source.email=typed source.last_name=typed source.owner=crm
        "#]],
    );
}

#[test]
fn a_refused_owner_gives_way_to_the_org_user() {
    check(
        DECISIONS,
        &["create wait", "ask email last_name company", "route"],
        "0s land
         0s start
         0s fault create INACTIVE_OWNER_OR_USER
         1s enter email=pat@x.example last_name=Lee company=X
         10s chat dana
         20s list Lead",
        expect![[r#"
            0.000 #1 opened create
            0.000 #1 trigger trigger.armed
            1.000 #2 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.040 match match.none
            1.040 account account.none
            10.000 #1 trigger trigger.rep_started
            10.020 #1 match match.none
            10.020 #1 trigger match.none insert
            10.020 #1 owner owner.chat_rep u_dana
            10.020 #1 fields sync.created
            10.040 #1 owner owner.owner_rejected org
            10.040 #1 alert owner.owner_rejected: owner refused: INACTIVE_OWNER_OR_USER: said INACTIVE_OWNER_OR_USER; the org user owns the record
            10.060 #1 match match.none
            10.060 #1 trigger match.none insert
            10.060 #1 fields sync.created
            10.080 #1 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn every_event_ends_once() {
    check(
        SOURCES,
        &["create wait", "ask email last_name company", "route"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         2s say
         10s chat dana
         20s end_chat
         30s leave
         20m unsettled",
        expect![[r#"
            0.000 event 1 NoOp identity.profile_only
            0.000 #1 opened create
            1.000 #2 opened conversation_event
            2.000 event 4 NoOp identity.profile_only
            10.040 #1 Created sync.created Lead1 owner u_dana
            10.040 event 2 Applied sync.created
            10.040 event 5 Applied sync.created
            20.000 event 6 NoOp identity.profile_only
            30.000 event 7 NoOp identity.profile_only
            330.040 #2 Created event.conversation_written Event1 owner u_dana
            330.040 event 3 Applied event.conversation_written
            1200.000 unsettled 0
        "#]],
    );
}

#[test]
fn pages_are_read_to_the_end() {
    check(
        CALLS,
        &["ask email phone", "update now"],
        "0s plant Lead L1 Email=pat@x.example LastName=Lee Company=X
         1s plant Lead L2 Email=pat@x.example LastName=Lee Company=X
         2s plant Lead L3 Email=pat@x.example LastName=Lee Company=X
         2s pages_of 1
         3s land
         3s start
         4s enter email=pat@x.example phone=1
         20s list Lead",
        expect![[r#"
            4.000 login
            4.000 #1 opened conversation_event
            4.000 #2 opened update
            4.020 find Lead Email=pat@x.example
            4.020 find Contact Email=pat@x.example
            4.020 find Lead Email=pat@x.example
            4.020 find Contact Email=pat@x.example
            4.020 find Account Website~x.example
            4.040 more 0
            4.040 more 1
            4.060 more 2
            4.060 more 3
            4.080 update Lead L3 Phone=1
            4.100 #2 Updated sync.updated L3
            20.000 L1 Email=pat@x.example LastName=Lee Company=X
            20.000 L2 Email=pat@x.example LastName=Lee Company=X
            20.000 L3 Email=pat@x.example LastName=Lee Company=X Phone=1
        "#]],
    );
}

#[test]
fn collections_merge_two_sessions_of_one_person_before_sending() {
    check_batched(
        Strategy::Collections,
        "0s pat: land
         0s sam: land
         0s kim: land
         0s pat: start
         0s sam: start
         0s kim: start
         1s pat: enter email=lee@x.example last_name=Lee company=X
         2s sam: enter email=lee@x.example last_name=Lee company=Y phone=1
         3s kim: enter email=kim@x.example last_name=Kim company=X
         60s list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            2.000 #3 opened conversation_event
            2.000 #4 opened create
            3.000 #5 opened conversation_event
            3.000 #6 opened create
            11.000 login
            11.020 find Lead Email=kim@x.example,lee@x.example
            11.020 find Contact Email=kim@x.example,lee@x.example
            11.020 find Account Name=X,Y or Website~x.example
            21.040 create Lead Email=lee@x.example LastName=Lee Company=Y OwnerId=org Phone=1; Email=kim@x.example LastName=Kim Company=X OwnerId=org
            21.060 #4 NoOp sync.merged_in_batch Lead1
            21.060 #2 Created sync.created Lead1 owner org
            21.060 #6 Created sync.created Lead2 owner org
            60.000 Lead1 Email=lee@x.example LastName=Lee Company=Y OwnerId=org Phone=1
            60.000 Lead2 Email=kim@x.example LastName=Kim Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn composites_carry_reads_and_writes_of_many_visitors() {
    check_batched(
        Strategy::Composite,
        "0s pat: land
         0s kim: land
         0s pat: start
         0s kim: start
         1s pat: enter email=lee@x.example last_name=Lee company=X
         3s kim: enter email=kim@x.example last_name=Kim company=X
         60s list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            3.000 #3 opened conversation_event
            3.000 #4 opened create
            11.000 login
            11.020 composite[find Lead Email=kim@x.example,lee@x.example | find Contact Email=kim@x.example,lee@x.example | find Account Name=X or Website~x.example]
            21.040 composite[create Lead Email=lee@x.example LastName=Lee Company=X OwnerId=org | create Lead Email=kim@x.example LastName=Kim Company=X OwnerId=org]
            21.060 #2 Created sync.created Lead1 owner org
            21.060 #4 Created sync.created Lead2 owner org
            60.000 Lead1 Email=lee@x.example LastName=Lee Company=X OwnerId=org
            60.000 Lead2 Email=kim@x.example LastName=Kim Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_bulk_jobs_unprocessed_rows_are_sent_again() {
    check_batched(
        Strategy::Bulk,
        "0s pat: land
         0s kim: land
         0s bulk_rows 1
         0s pat: start
         0s kim: start
         1s pat: enter email=lee@x.example last_name=Lee company=X
         3s kim: enter email=kim@x.example last_name=Kim company=X
         2m list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            3.000 #3 opened conversation_event
            3.000 #4 opened create
            11.000 login
            11.020 find Lead Email=kim@x.example,lee@x.example
            11.020 find Contact Email=kim@x.example,lee@x.example
            11.020 find Account Name=X or Website~x.example
            21.040 bulk Create
            21.060 bulk Upload
            21.080 bulk Close
            23.100 bulk Poll
            23.120 bulk Results
            23.140 bulk Results
            23.140 #2 Created sync.created Lead1 owner org
            23.160 bulk Results
            33.180 bulk Create
            33.200 bulk Upload
            33.220 bulk Close
            35.240 bulk Poll
            35.260 bulk Results
            35.280 bulk Results
            35.280 #4 Created sync.created Lead2 owner org
            35.300 bulk Results
            120.000 Lead1 Email=lee@x.example LastName=Lee Company=X OwnerId=org
            120.000 Lead2 Email=kim@x.example LastName=Kim Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_bulk_job_that_is_lost_before_its_close_writes_nothing_and_starts_again() {
    check_batched(
        Strategy::Bulk,
        "0s pat: land
         0s pat: start
         0s fault bulk_upload lost
         0s fault bulk_poll unavailable
         1s pat: enter email=lee@x.example last_name=Lee company=X
         2m list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            11.000 login
            11.020 find Lead Email=lee@x.example
            11.020 find Contact Email=lee@x.example
            11.020 find Account Name=X or Website~x.example
            21.040 bulk Create
            21.060 bulk Upload -> Lost(Unknown)
            23.080 bulk Create
            23.100 bulk Upload
            23.120 bulk Close
            25.140 bulk Poll -> Unavailable { code: "SERVER_UNAVAILABLE" }
            27.160 bulk Poll
            27.180 bulk Results
            27.200 bulk Results
            27.200 #2 Created sync.created Lead1 owner org
            27.220 bulk Results
            120.000 Lead1 Email=lee@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn everybody_who_is_synced_joins_the_mapped_campaign_once() {
    let mut config =
        acme(&["ask email last_name company", "create now", "ask phone", "update now"]);
    config.campaign_mapping = Some(MemberTarget {
        campaign: "C9".into(),
        status: Some("Sent".to_owned()),
        fields: Vec::new(),
    });
    let script = "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         5s enter phone=1
         20s list CampaignMember";
    let expect = expect![[r#"
        1.000 login
        1.000 #1 opened conversation_event
        1.000 #2 opened create
        1.020 find Lead Email=pat@x.example
        1.020 find Contact Email=pat@x.example
        1.020 find Lead Email=pat@x.example
        1.020 find Contact Email=pat@x.example
        1.020 find Account Name=X or Website~x.example
        1.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
        1.060 find CampaignMember CampaignId=C9 and LeadId=Lead1
        1.060 #3 opened campaign
        1.060 #2 Created sync.created Lead1 owner org
        1.080 create CampaignMember CampaignId=C9 LeadId=Lead1 Status=Sent
        1.100 #3 Created campaign.added CampaignMember1
        5.000 find Lead Email=pat@x.example
        5.000 find Contact Email=pat@x.example
        5.000 #4 opened update
        5.020 update Lead Lead1 Phone=1
        5.040 #4 Updated sync.updated Lead1
        20.000 CampaignMember1 CampaignId=C9 LeadId=Lead1 Status=Sent
    "#]];
    expect.assert_eq(&play(config, script, CALLS));
}

#[test]
fn a_redelivered_event_changes_nothing() {
    check(
        SOURCES,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         1s enter email=pat@x.example last_name=Lee company=X
         2s redeliver
         20s list Lead",
        expect![[r#"
            0.000 event 1 NoOp identity.profile_only
            0.000 event 2 NoOp identity.profile_only
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.060 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[test]
fn a_duplicate_rules_record_is_adopted() {
    check(
        DECISIONS,
        &["ask email last_name company", "create now"],
        "0s plant Lead L1 Email=lee@other.example LastName=Lee Company=X
         0s land
         0s start
         0s fault create duplicate:L1
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 identity identity.typed pat@x.example
            1.000 identity identity.lookup
            1.000 #2 opened create
            1.000 #2 trigger trigger.now_step
            1.040 #2 match match.none
            1.040 #2 trigger match.none insert
            1.040 #2 owner owner.experience_only org
            1.040 #2 fields sync.created
            1.040 match match.none
            1.040 account account.none
            1.080 #2 match sync.adopted_duplicate L1
            1.080 #2 trigger sync.matched_existing link
            1.080 #2 owner owner.kept
            1.080 #2 NoOp sync.matched_existing L1
            20.000 L1 Email=lee@other.example LastName=Lee Company=X
        "#]],
    );
}

#[test]
fn a_batch_does_not_name_duplicates_so_the_row_goes_again_alone() {
    check_batched(
        Strategy::Collections,
        "0s plant Lead L1 Email=lee@other.example LastName=Lee Company=X
         0s land
         0s start
         0s fault create nameless_duplicate
         0s fault create duplicate:L1
         1s enter email=pat@x.example last_name=Lee company=X
         60s list Lead",
        expect![[r#"
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            11.000 login
            11.020 find Lead Email=pat@x.example
            11.020 find Contact Email=pat@x.example
            11.020 find Account Name=X or Website~x.example
            21.040 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            31.060 find Lead Email=pat@x.example
            31.060 find Contact Email=pat@x.example
            41.080 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            51.100 find Lead Id=L1
            51.120 #2 NoOp sync.matched_existing L1
            60.000 L1 Email=lee@other.example LastName=Lee Company=X
        "#]],
    );
}

#[test]
fn a_field_that_cannot_be_read_is_left_out() {
    check(
        CALLS,
        &["ask email last_name company", "create now"],
        "0s land
         0s start
         0s fault find_lead unreadable:Phone 2
         1s enter email=pat@x.example last_name=Lee company=X
         20s list Lead",
        expect![[r#"
            1.000 login
            1.000 #1 opened conversation_event
            1.000 #2 opened create
            1.020 find Lead Email=pat@x.example -> Refused(Refusal { code: "INVALID_FIELD", message: "No such column 'Phone' on entity", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Contact Email=pat@x.example
            1.020 find Lead Email=pat@x.example -> Refused(Refusal { code: "INVALID_FIELD", message: "No such column 'Phone' on entity", fields: [], duplicates: [], duplicate_rule: None })
            1.020 find Contact Email=pat@x.example
            1.020 find Account Name=X or Website~x.example
            1.040 Describe(ObjectName("Lead"))
            1.040 find Lead Email=pat@x.example
            1.040 find Contact Email=pat@x.example
            1.040 find Lead Email=pat@x.example
            1.040 find Contact Email=pat@x.example
            1.040 find Account Name=X or Website~x.example
            1.060 create Lead Email=pat@x.example LastName=Lee Company=X OwnerId=org
            1.080 #2 Created sync.created Lead1 owner org
            20.000 Lead1 Email=pat@x.example LastName=Lee Company=X OwnerId=org
        "#]],
    );
}

#[track_caller]
fn check_batched(strategy: Strategy, script: &str, expect: Expect) {
    let mut config = acme(&["ask email last_name company", "create now"]);
    config.batching =
        Batching { strategy, max_records: 200, all_or_none: false, max_wait_ms: 10_000 };
    expect.assert_eq(&play(config, script, CALLS));
}

#[track_caller]
fn check(show: &[Show], steps: &[&str], script: &str, expect: Expect) {
    expect.assert_eq(&play(acme(steps), script, show));
}
