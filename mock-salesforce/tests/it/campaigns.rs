//! Campaign members, tasks, events, opportunities (§10–§12).

use mock_salesforce::Value;
use serde_json::json;

use crate::client::Client;
use crate::org_fixture::Fixture;

#[test]
fn a_new_campaign_has_two_statuses_and_members_take_the_default() {
    let mut f = Fixture::plain();
    let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap();
    assert_eq!(
        (f.text(campaign, "Type"), f.text(campaign, "Status")),
        ("Conference".to_owned(), "Planned".to_owned())
    );
    let lead = f.lead(json!({"FirstName": "Pat", "Email": "pat@example.com"}));
    let member = f.create("CampaignMember", json!({"CampaignId": campaign.to_string(), "LeadId": lead.to_string(), "Status": "Nonsense"})).unwrap();
    for (field, value) in [
        ("Status", "Sent"),
        ("HasResponded", "false"),
        ("FirstName", "Pat"),
        ("CompanyOrAccount", "Acme"),
        ("Type", "Lead"),
        ("FirstRespondedDate", ""),
    ] {
        assert_eq!(f.text(member, field), value, "{field}");
    }
    f.update(member, json!({"Status": "responded"})).unwrap();
    assert_eq!(
        (f.text(member, "Status"), f.text(member, "HasResponded")),
        ("Responded".to_owned(), "true".to_owned())
    );
    assert_eq!(f.text(member, "FirstRespondedDate"), "2026-03-02");
    f.later(86_400_000);
    f.update(member, json!({"Status": "Sent"})).unwrap();
    assert_eq!(
        (f.text(member, "HasResponded"), f.text(member, "FirstRespondedDate")),
        ("false".to_owned(), "2026-03-02".to_owned())
    );
    assert_eq!(
        (f.text(campaign, "NumberOfLeads"), f.text(campaign, "NumberOfResponses")),
        ("1".to_owned(), "0".to_owned())
    );
}

#[test]
fn a_person_is_a_member_once_and_a_contact_wins_over_a_lead() {
    let mut f = Fixture::plain();
    let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap().to_string();
    let lead = f.lead(json!({})).to_string();
    let contact = f.create("Contact", json!({"LastName": "L"})).unwrap();
    f.create("CampaignMember", json!({"CampaignId": campaign, "LeadId": lead})).unwrap();
    let again =
        f.create("CampaignMember", json!({"CampaignId": campaign, "LeadId": lead})).unwrap_err();
    assert_eq!(again, "DUPLICATE_VALUE: Already a campaign member. []");
    let both = f
        .create(
            "CampaignMember",
            json!({"CampaignId": campaign, "LeadId": lead, "ContactId": contact.to_string()}),
        )
        .unwrap();
    assert_eq!(
        (f.value(both, "LeadId"), f.value(both, "ContactId")),
        (Value::Null, Value::Id(contact))
    );
    let nobody = f.create("CampaignMember", json!({"CampaignId": campaign})).unwrap_err();
    assert_eq!(
        nobody,
        "REQUIRED_FIELD_MISSING: Required fields are missing: [LeadId, ContactId] [LeadId, ContactId]"
    );
    let moved = f.update(both, json!({"LeadId": lead})).unwrap_err();
    assert!(
        moved.starts_with(
            "INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: LeadId."
        ),
        "{moved}"
    );
}

#[test]
fn the_last_default_status_cannot_go() {
    let mut f = Fixture::plain();
    let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap();
    let statuses: Vec<_> = f.org.member_statuses(campaign).iter().map(|row| row.id()).collect();
    let refused = f.org.delete(&f.cx, "CampaignMemberStatus", statuses[0]).unwrap_err();
    assert_eq!(refused[0].code, "DELETE_FAILED");
    f.create(
        "CampaignMemberStatus",
        json!({"CampaignId": campaign.to_string(), "Label": "Met", "IsDefault": true}),
    )
    .unwrap();
    assert_eq!(f.text(statuses[0], "IsDefault"), "false", "one default at a time");
}

#[test]
fn an_event_needs_a_start_and_a_length_that_agree() {
    let mut f = Fixture::plain();
    assert_eq!(
        f.create("Event", json!({"Subject": "Meeting"})).unwrap_err(),
        "REQUIRED_FIELD_MISSING: Required fields are missing: [DurationInMinutes, ActivityDateTime] [DurationInMinutes, ActivityDateTime]"
    );
    let event = f
        .create(
            "Event",
            json!({"ActivityDateTime": "2026-03-03T10:00:00Z", "DurationInMinutes": 30}),
        )
        .unwrap();
    assert_eq!(f.text(event, "StartDateTime"), "2026-03-03T10:00:00.000+0000");
    assert_eq!(f.text(event, "EndDateTime"), "2026-03-03T10:30:00.000+0000");
    assert_eq!(
        (f.text(event, "ShowAs"), f.text(event, "ActivityDate")),
        ("Busy".to_owned(), "2026-03-03".to_owned())
    );
    f.update(event, json!({"StartDateTime": "2026-03-04T10:00:00Z"})).unwrap();
    assert_eq!(f.text(event, "EndDateTime"), "2026-03-04T10:30:00.000+0000", "the length stays");
    for (end, minutes, code) in [
        ("2026-03-03T10:30:00Z", 45, "FIELD_INTEGRITY_EXCEPTION"),
        ("2026-03-03T09:30:00Z", -30, "FIELD_INTEGRITY_EXCEPTION"),
    ] {
        let fields = json!({"StartDateTime": "2026-03-03T10:00:00Z", "EndDateTime": end, "DurationInMinutes": minutes});
        assert!(f.create("Event", fields).unwrap_err().starts_with(code), "{end}");
    }
    let day =
        f.create("Event", json!({"IsAllDayEvent": true, "ActivityDate": "2026-03-05"})).unwrap();
    assert_eq!(f.text(day, "DurationInMinutes"), "1440");
}

#[test]
fn a_task_follows_its_status_and_a_lead_is_related_to_nothing_else() {
    let mut f = Fixture::plain();
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap();
    let task = f
        .create(
            "Task",
            json!({"Subject": "Call", "WhatId": account.to_string(), "Priority": "High"}),
        )
        .unwrap();
    for (field, value) in [
        ("Status", "Not Started"),
        ("IsClosed", "false"),
        ("IsHighPriority", "true"),
        ("TaskSubtype", "Task"),
    ] {
        assert_eq!(f.text(task, field), value, "{field}");
    }
    assert_eq!(f.value(task, "AccountId"), Value::Id(account));
    f.update(task, json!({"Status": "Completed"})).unwrap();
    assert_eq!(
        (f.text(task, "IsClosed"), f.text(task, "CompletedDateTime")),
        ("true".to_owned(), "2026-03-02T12:00:00.000+0000".to_owned())
    );
    let lead = f.lead(json!({})).to_string();
    let both = f.create("Task", json!({"WhoId": lead, "WhatId": account.to_string()})).unwrap_err();
    assert_eq!(
        both,
        "FIELD_INTEGRITY_EXCEPTION: cannot include a whatId when the whoId is a lead [WhatId]"
    );
    let queue = f.owner("Inbound").to_string();
    let owned = f.create("Task", json!({"OwnerId": queue})).unwrap_err();
    assert_eq!(owned, "INVALID_OPERATION: Queue not associated with this SObject type [OwnerId]");
}

#[test]
fn the_stage_of_an_opportunity_decides() {
    let mut f = Fixture::plain();
    let contact = f.create("Contact", json!({"LastName": "L"})).unwrap();
    let fields = json!({"Name": "Deal", "StageName": "Value Proposition", "CloseDate": "2026-05-01", "Amount": 200, "ContactId": contact.to_string()});
    let deal = f.create("Opportunity", fields).unwrap();
    for (field, value) in [
        ("Probability", "50.0"),
        ("ExpectedRevenue", "100.0"),
        ("ForecastCategory", "Pipeline"),
        ("IsClosed", "false"),
        ("Fiscal", "2026 2"),
    ] {
        assert_eq!(f.text(deal, field), value, "{field}");
    }
    assert_eq!(f.rows("OpportunityContactRole").len(), 1);
    f.update(deal, json!({"StageName": "Closed Won"})).unwrap();
    assert_eq!(
        (f.text(deal, "IsWon"), f.text(deal, "Probability")),
        ("true".to_owned(), "100.0".to_owned())
    );
}

#[test]
fn old_closed_activities_are_archived_and_only_query_all_finds_them() {
    let mut f = Fixture::plain();
    let old =
        |status: &str| json!({"Subject": "x", "Status": status, "ActivityDate": "2025-01-15"});
    let closed = f.create("Task", old("Completed")).unwrap();
    let open = f.create("Task", old("Not Started")).unwrap();
    let recent = json!({"Subject": "x", "Status": "Completed", "ActivityDate": "2026-01-15"});
    let recent = f.create("Task", recent).unwrap();
    let archived =
        |f: &Fixture| [closed, open, recent].map(|id| f.text(id, "IsArchived") == "true");
    assert_eq!(archived(&f), [true, false, false]);
    f.later(365 * 24 * 3_600_000);
    assert_eq!(f.org.archive_activities(&f.cx), 1);
    assert_eq!(archived(&f), [true, false, true]);
    let mut client = Client::new();
    client.create("Task", old("Completed"));
    client.create("Task", old("Not Started"));
    assert_eq!(client.query("SELECT Id FROM Task").json()["totalSize"], 1);
    let all = client.get("/queryAll?q=SELECT%20Id%20FROM%20Task");
    assert_eq!(all.json()["totalSize"], 2);
}
