//! Conversion, merging and the recycle bin (§3.5, §9, §10).

use mock_salesforce::org::Conversion;
use mock_salesforce::{ChangeKind, SfId, Value};
use serde_json::json;

use crate::org_fixture::{Fixture, told};

fn conversion(lead: SfId) -> Conversion {
    let converted_status = "Closed - Converted".to_owned();
    Conversion { lead: Some(lead), converted_status, ..Conversion::default() }
}

#[test]
fn a_lead_becomes_an_account_a_contact_and_an_opportunity() {
    let mut f = Fixture::plain();
    let lead = f.lead(json!({"FirstName": "Pat", "Email": "pat@example.com", "City": "Bonn", "LeadSource": "Web"}));
    let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap();
    let member = f
        .create(
            "CampaignMember",
            json!({"CampaignId": campaign.to_string(), "LeadId": lead.to_string()}),
        )
        .unwrap();
    let task = f.create("Task", json!({"Subject": "Call", "WhoId": lead.to_string()})).unwrap();
    let done = f.org.convert(&f.cx, &conversion(lead)).unwrap();
    for (id, field, value) in [
        (done.account, "Name", "Acme"),
        (done.account, "BillingCity", "Bonn"),
        (done.contact, "Name", "Pat Lee"),
        (done.contact, "MailingCity", "Bonn"),
        (done.opportunity.unwrap(), "Name", "Acme"),
        (done.opportunity.unwrap(), "StageName", "Prospecting"),
        (done.opportunity.unwrap(), "CloseDate", "2026-03-31"),
        (lead, "IsConverted", "true"),
        (lead, "Status", "Closed - Converted"),
        (lead, "ConvertedDate", "2026-03-02"),
        (lead, "IsUnreadByOwner", "false"),
    ] {
        assert_eq!(f.text(id, field), value, "{field}");
    }
    assert_eq!(f.value(done.opportunity.unwrap(), "CampaignId"), Value::Id(campaign));
    assert_eq!(f.value(lead, "ConvertedContactId"), Value::Id(done.contact));
    assert_eq!(f.value(task, "WhoId"), Value::Id(done.contact));
    assert_eq!(f.value(member, "LeadId"), Value::Id(lead), "the membership keeps its lead");
    assert_eq!(f.value(member, "ContactId"), Value::Id(done.contact), "and gains the contact");
    assert_eq!(f.rows("OpportunityContactRole").len(), 1);
    assert_eq!(f.org.changes().last().unwrap().kind, ChangeKind::Converted);
}

#[test]
fn a_converted_lead_is_read_only_but_stays() {
    let mut f = Fixture::plain();
    let lead = f.lead(json!({}));
    f.org.convert(&f.cx, &conversion(lead)).unwrap();
    let refusal = "CANNOT_UPDATE_CONVERTED_LEAD: cannot reference converted lead []";
    assert_eq!(f.update(lead, json!({"City": "Bonn"})).unwrap_err(), refusal);
    assert_eq!(told(&f.org.convert(&f.cx, &conversion(lead)).unwrap_err()), refusal);
    assert_eq!(f.create("Task", json!({"WhoId": lead.to_string()})).unwrap_err(), refusal);
    assert_eq!(f.rows("Lead"), [lead]);
}

#[test]
fn what_cannot_be_converted_is_told() {
    let mut f = Fixture::plain();
    let lead = f.lead(json!({}));
    let wrong =
        Conversion { converted_status: "Open - Not Contacted".to_owned(), ..conversion(lead) };
    assert_eq!(
        told(&f.org.convert(&f.cx, &wrong).unwrap_err()),
        "INVALID_STATUS: invalid convertedStatus: Open - Not Contacted []"
    );
    let inbound = f.owner("Inbound").to_string();
    let queued = f.lead(json!({"OwnerId": inbound}));
    let text = told(&f.org.convert(&f.cx, &conversion(queued)).unwrap_err());
    assert!(text.contains("Converted objects can only be owned by users."), "{text}");
    let owned = Conversion { owner: Some(f.owner("Rita Rep")), ..conversion(queued) };
    let done = f.org.convert(&f.cx, &owned).unwrap();
    assert_eq!(f.owner_of(done.contact), "Rita Rep");
    let contact = f.create("Contact", json!({"LastName": "L"})).unwrap();
    let orphan = Conversion { contact: Some(contact), ..conversion(lead) };
    assert_eq!(
        told(&f.org.convert(&f.cx, &orphan).unwrap_err()),
        "REQUIRED_FIELD_MISSING: Required fields are missing: [accountId] [accountId]"
    );
}

#[test]
fn existing_rows_take_only_what_they_lack() {
    let mut f = Fixture::plain();
    let account = f.create("Account", json!({"Name": "Acme Ltd"})).unwrap();
    let contact = f.create("Contact", json!({"LastName": "Lee", "Email": "own@example.com", "LeadSource": "Other", "AccountId": account.to_string()})).unwrap();
    let lead = f.lead(json!({"Email": "new@example.com", "Phone": "123", "LeadSource": "Web"}));
    let into = Conversion {
        account: Some(account),
        contact: Some(contact),
        do_not_create_opportunity: true,
        overwrite_lead_source: true,
        ..conversion(lead)
    };
    let done = f.org.convert(&f.cx, &into).unwrap();
    assert_eq!(done.opportunity, None);
    assert_eq!(
        (f.text(contact, "Email"), f.text(contact, "Phone")),
        ("own@example.com".to_owned(), "123".to_owned())
    );
    assert_eq!(
        (f.text(contact, "LeadSource"), f.text(account, "Name")),
        ("Web".to_owned(), "Acme Ltd".to_owned())
    );
}

#[test]
fn a_failed_conversion_leaves_nothing_behind() {
    let mut f = Fixture::plain();
    let lead = f.lead(json!({}));
    let ida = Conversion { owner: Some(f.owner("Ida Idle")), ..conversion(lead) };
    let text = told(&f.org.convert(&f.cx, &ida).unwrap_err());
    assert!(text.starts_with("INACTIVE_OWNER_OR_USER"), "{text}");
    assert_eq!((f.rows("Account").len(), f.rows("Contact").len()), (0, 0));
    assert_eq!(f.text(lead, "IsConverted"), "false");
}

#[test]
fn merging_moves_what_refers_to_the_losers() {
    let mut f = Fixture::plain();
    let master = f.lead(json!({"City": "Bonn"}));
    let loser = f.lead(json!({"City": "Köln", "Phone": "1"}));
    let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap().to_string();
    for lead in [master, loser] {
        f.create("CampaignMember", json!({"CampaignId": campaign, "LeadId": lead.to_string()}))
            .unwrap();
    }
    let event = f.create("Event", json!({"WhoId": loser.to_string(), "StartDateTime": "2026-03-03T10:00:00Z", "DurationInMinutes": 30})).unwrap();
    f.org.merge(&f.cx, master, &[loser]).unwrap();
    assert_eq!(f.rows("Lead"), [master]);
    assert_eq!(f.text(master, "City"), "Bonn");
    assert_eq!(f.value(loser, "MasterRecordId"), Value::Id(master));
    assert_eq!(f.value(event, "WhoId"), Value::Id(master));
    assert_eq!(f.rows("CampaignMember").len(), 1, "one membership each");
    let text = told(&f.org.merge(&f.cx, master, &[master]).unwrap_err());
    assert_eq!(text, "INVALID_OPERATION: a record cannot be merged with itself []");
}

#[test]
fn the_recycle_bin_takes_belongings_and_gives_them_back() {
    let mut f = Fixture::plain();
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap();
    let kept =
        f.create("Contact", json!({"LastName": "L", "AccountId": account.to_string()})).unwrap();
    let gone =
        f.create("Contact", json!({"LastName": "M", "AccountId": account.to_string()})).unwrap();
    f.org.delete(&f.cx, "Contact", gone).unwrap();
    f.later(60_000);
    f.org.delete(&f.cx, "Account", account).unwrap();
    assert!(f.rows("Contact").is_empty());
    f.later(60_000);
    f.org.undelete(&f.cx, account).unwrap();
    assert_eq!(f.rows("Contact"), [kept], "what was deleted before stays deleted");
    assert_eq!(
        told(&f.org.undelete(&f.cx, account).unwrap_err()),
        "UNDELETE_FAILED: entity is not in the recycle bin []"
    );
    f.later(16 * 24 * 3_600_000);
    assert!(f.org.undelete(&f.cx, gone).is_err());
}
