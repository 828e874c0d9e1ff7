use crate::sample::sample;
use expect_test::{Expect, expect, expect_file};

fn check(scenario: Option<&str>, subject: &str, expected: Expect) {
    let answer = reports::why::why(&sample(), scenario, subject);
    expected.assert_eq(&answer.unwrap_or_else(|problem| problem.render("run.bundle")));
}

#[test]
fn a_lead_was_given_to_the_org_user_because_the_rep_is_not_connected() {
    let answer = reports::why::why(&sample(), None, "visitor:pat").unwrap();
    expect_file!["sample/why-pat.txt"].assert_eq(&answer);
}

#[test]
fn a_lead_is_found_by_its_name_in_the_file_and_by_both_forms_of_its_id() {
    let by_name = reports::why::why(&sample(), None, "lead:lead").unwrap();
    let by_id = reports::why::why(&sample(), None, "00Q5g00000PatLeEAA").unwrap();
    let by_short_id = reports::why::why(&sample(), None, "lead:00Q5g00000PatLe").unwrap();
    let by_email = reports::why::why(&sample(), None, "PAT@northwind.example").unwrap();
    assert_eq!(by_name, by_id);
    assert_eq!(by_name, by_short_id);
    assert_eq!(by_name, by_email);
}

#[test]
fn a_lead_was_not_updated_because_a_contact_was_preferred() {
    check(
        Some("qualified/duplicates/contact-beats-lead[any]"),
        "lead:sam_lead_old",
        expect![[r#"
            lead sam_lead_old (00Q5g00000SamOlAAA) in qualified/duplicates/contact-beats-lead[any] (passed)

            visitor sam, apart from any change
              #8     20ms       match      match.contact_over_lead  -> sam_contact (0035g00000SamCoAAA)
                                           the contact is Sam
                                           A lead and a contact share the e-mail address: the contact is the visitor. [DD-04]
                                           not sam_lead_new (00Q5g00000SamNeAAA): match.contact_over_lead
                                           not sam_lead_old (00Q5g00000SamOlAAA): match.contact_over_lead

            every change of the record
              #2     0s         change     Lead is there

            requirements
              DD-04    A contact is preferred to a lead. (Salesforce Functionality, Duplicates)
        "#]],
    );
}

#[test]
fn no_lead_was_created_because_nothing_asked_for_one() {
    check(
        Some("qualified/creation/no-push-step"),
        "kim",
        expect![[r#"
            visitor kim in qualified/creation/no-push-step (passed)

            nothing was to be written for this visitor; these decisions say why

            apart from any change
              #4     9s         identity   identity.typed
                                           kim@initech.example
                                           The visitor typed this e-mail address; it beats what was known before. [VI-01]
              #5     9s         identity   identity.profile_only
                                           kept in the profile
                                           What the visitor or a rep said is kept in the profile; nothing is written yet. [EX-01]
              #7     1m         event      sync.no_push_step  no_op
                                           neither a push step nor a rep asked for a lead
                                           Neither a push step nor a rep action asked for a lead. [EX-01]

            requirements
              VI-01    A visitor is known by the e-mail address that was typed last, else by a cookie. (Salesforce Functionality, Visitors)
              EX-01    An Experience without a push step writes nothing. (Salesforce Functionality, Experiences)
        "#]],
    );
}

#[test]
fn a_subject_of_several_scenarios_is_listed_with_the_commands_to_ask_again() {
    check(
        None,
        "visitor:sam",
        expect![[r#"
        error: "visitor:sam" can mean 2 things; ask for one of them
          leadsim why run.bundle --scenario 'qualified/duplicates/contact-beats-lead[any]' visitor:sam
          leadsim why run.bundle --scenario 'qualified/duplicates/contact-beats-lead[synced]' visitor:sam
    "#]],
    );
}

#[test]
fn an_unknown_subject_is_answered_with_what_reads_alike() {
    check(
        None,
        "visitor:patt",
        expect![[r#"
        error: no visitor, lead or contact "visitor:patt" is in the bundle
        did you mean
          leadsim why run.bundle --scenario qualified/resilience/outage-during-first-sync visitor:pat
    "#]],
    );
    check(
        None,
        "zzz",
        expect![[r#"
        error: no visitor, lead or contact "zzz" is in the bundle
        ask for visitor:NAME, lead:NAME, contact:NAME, a name or a record id
    "#]],
    );
}

#[test]
fn an_unknown_scenario_is_answered_with_what_reads_alike() {
    check(
        Some("qualified/creation/no-push-stp"),
        "kim",
        expect![[r#"
        error: no scenario "qualified/creation/no-push-stp" is in the bundle
        did you mean
          --scenario qualified/creation/no-push-step
          --scenario qualified/resilience/outage-during-first-sync
          --scenario qualified/resilience/restart
          --scenario qualified/resilience/budget
          --scenario 'qualified/duplicates/contact-beats-lead[any]'
    "#]],
    );
}
