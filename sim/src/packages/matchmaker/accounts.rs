//! Accounts of the org, in the engine's words.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Account, AccountBook, AccountCard, LeadKeys, MatchedAccount, normalise_email};
use mock_salesforce::{Org, Record, SfId};

use super::rows;

/// The accounts that may be the lead's.
pub(super) fn cards(org: &Org, keys: &LeadKeys) -> Vec<AccountCard> {
    let mut domains: BTreeMap<SfId, BTreeSet<String>> = BTreeMap::new();
    for contact in rows::live(org, "Contact") {
        let account = rows::value(org, contact, "AccountId").as_id();
        let email = normalise_email(&rows::text(org, contact, "Email"));
        if let (Some(account), Ok(email)) = (account, email) {
            domains.entry(account).or_default().insert(email.domain().to_owned());
        }
    }
    let accounts = rows::live(org, "Account");
    let all = accounts.map(|row| {
        let domains = domains.remove(&row.id()).unwrap_or_default();
        AccountCard { account: account(org, row), domains }
    });
    let mut found = AccountBook::new(all.collect()).candidates(keys);
    // Only who may be it is counted.
    for card in &mut found {
        let Ok(id) = card.account.id.as_str().parse() else { continue };
        card.account.opportunities = rows::referring(org, "Opportunity", "AccountId", id).len();
        card.account.contacts = rows::referring(org, "Contact", "AccountId", id).len();
    }
    found
}

fn account(org: &Org, row: &Record) -> Account {
    let at = |field| rows::instant(org, row, field).unwrap_or_default();
    Account {
        id: row.id().to_string().into(),
        name: rows::text(org, row, "Name"),
        website: Some(rows::text(org, row, "Website")).filter(|it| !it.is_empty()),
        opportunities: 0,
        contacts: 0,
        modified: at("LastModifiedDate"),
        stamped: at("SystemModstamp"),
    }
}

/// The account that was chosen, with its team.
pub(super) fn matched(org: &Org, id: SfId) -> Option<MatchedAccount> {
    let row = org.live(id)?;
    let team = rows::referring(org, "AccountTeamMember", "AccountId", id).into_iter();
    let team = team.filter_map(|member| {
        let member = org.live(member)?;
        let role = rows::text(org, member, "TeamMemberRole");
        Some((rows::text(org, member, "UserId").into(), role))
    });
    Some(MatchedAccount {
        id: id.to_string().into(),
        owner: rows::owner(org, row),
        fields: rows::fields(org, row),
        team: team.collect(),
    })
}

/// The contact of the account who is the lead already: the conversion goes into it.
pub(super) fn contact(org: &Org, account: SfId, lead: SfId) -> Option<SfId> {
    let email = normalise_email(&rows::text(org, org.live(lead)?, "Email")).ok()?;
    let contacts = rows::referring(org, "Contact", "AccountId", account).into_iter();
    let mut same = contacts.filter(|id| {
        let own = org.live(*id).map(|row| normalise_email(&rows::text(org, row, "Email")));
        own.is_some_and(|own| own.as_ref() == Ok(&email))
    });
    same.next()
}
