//! Which record of a system beside Salesforce is the person, what is written there, and what does its no mean? (DD-08, LL-14,
//! LL-15, K-18)
//!
//! A marketing platform, Dynamics or Administrate holds a person under the e-mail address. Several records of one address
//! are told apart by the last update, whatever their type; then by the smallest id (DD-08). The record is written by its id,
//! since a key that several records have is refused. Nothing is written that is not mapped for that system.
//!
//! Leads go to Salesforce directly, or by way of the marketing platform: then its connector makes them there, and the
//! engine never does (K-18).

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    EmailKey, FieldName, FieldValues, Profile, ProfileField, RecordId, Refusal, Row, Rule,
    Timestamp, Value, profile::EMAIL,
};

/// A system beside Salesforce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Microsoft Dynamics.
    Dynamics,
    /// Administrate.
    Administrate,
    /// Marketo.
    Marketo,
    /// Account Engagement.
    AccountEngagement,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 4] =
        [Self::Dynamics, Self::Administrate, Self::Marketo, Self::AccountEngagement];

    /// The word for it in files and journals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dynamics => "dynamics",
            Self::Administrate => "administrate",
            Self::Marketo => "marketo",
            Self::AccountEngagement => "account_engagement",
        }
    }

    /// The system with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// What the system calls a person's record.
    pub fn object(self) -> &'static str {
        match self {
            Self::Dynamics | Self::Marketo => "lead",
            Self::Administrate => "contact",
            Self::AccountEngagement => "prospect",
        }
    }

    /// The field that holds the e-mail address.
    pub fn email_field(self) -> &'static str {
        match self {
            Self::Dynamics => "emailaddress1",
            Self::Administrate | Self::Marketo | Self::AccountEngagement => "email",
        }
    }

    /// The field that holds the time of the last update.
    pub fn updated_field(self) -> &'static str {
        match self {
            Self::Dynamics => "modifiedon",
            Self::Administrate | Self::Marketo | Self::AccountEngagement => "updatedAt",
        }
    }

    /// The field in which a platform tells why a record could not be synced to Salesforce.
    pub fn sync_error_field(self) -> Option<&'static str> {
        match self {
            Self::Marketo => Some("sfdcSyncError"),
            Self::AccountEngagement => Some("crmSyncError"),
            Self::Dynamics | Self::Administrate => None,
        }
    }

    /// Most calls at the same time.
    pub(crate) fn calls_at_once(self) -> usize {
        match self {
            Self::AccountEngagement => 5,
            Self::Marketo => 10,
            Self::Dynamics | Self::Administrate => 20,
        }
    }
}

/// Where a push goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// Salesforce.
    #[default]
    Salesforce,
    /// A system beside it.
    Beside(System),
}

/// The systems beside Salesforce, as the customer set them up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Neighbours {
    /// What is written where.
    pub mapping: BTreeMap<System, SystemMapping>,
    /// The marketing platform, where there is one.
    pub map: Option<MarketingPlatform>,
}

/// What is written in one system.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SystemMapping {
    /// Profile field to the system's field.
    pub fields: Vec<(ProfileField, FieldName)>,
    /// Constants for a new record.
    pub constants: Vec<(FieldName, String)>,
}

/// The marketing platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketingPlatform {
    /// Which one it is.
    pub system: System,
    /// From a change there to its sync to Salesforce, as the customer knows it, in ms.
    pub lag_ms: i64,
}

/// K-18: how leads get into Salesforce.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Topology {
    /// The engine writes them.
    #[default]
    Direct,
    /// The marketing platform's connector writes them.
    ViaMap,
}

/// An answer to "where does a push go?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Where it goes.
    pub to: Destination,
    /// Why not where it was sent, if so.
    pub because: Option<Rule>,
}

/// Decides where a push for Salesforce goes.
pub fn route(wanted: Destination, topology: Topology, map: Option<MarketingPlatform>) -> Route {
    match (wanted, topology, map) {
        (Destination::Salesforce, Topology::ViaMap, Some(map)) => {
            Route { to: Destination::Beside(map.system), because: Some(Rule::ViaMap) }
        }
        _ => Route { to: wanted, because: None },
    }
}

/// An answer to "which record is the person?".
#[derive(Debug, Clone, PartialEq)]
pub struct NeighbourMatch<'a> {
    /// The record.
    pub target: Option<&'a Row>,
    /// Why.
    pub because: Rule,
    /// The records that were passed over, each with its rule.
    pub rejected: Vec<(RecordId, Rule)>,
}

/// Decides which of the records that a system found under an address is the person.
pub fn newest_record<'a>(key: &EmailKey, found: &'a [Row], system: System) -> NeighbourMatch<'a> {
    let mut rejected = Vec::new();
    let mut fitting: Vec<&Row> = Vec::new();
    for row in found {
        let email = row.get(system.email_field()).and_then(Value::text);
        let is_same = email.is_some_and(|it| key.is_of(&it));
        if is_same {
            fitting.push(row);
        } else {
            rejected.push((row.id.clone(), Rule::DifferentEmail));
        }
    }
    fitting.sort_by(|one, other| {
        let by_update = updated(other, system).cmp(&updated(one, system));
        by_update.then_with(|| smaller(&one.id, &other.id))
    });
    let mut ranked = fitting.into_iter();
    let Some(best) = ranked.next() else {
        return NeighbourMatch { target: None, because: Rule::NeighbourNoRecord, rejected };
    };
    let mut because = Rule::NeighbourOnlyRecord;
    for (place, other) in ranked.enumerate() {
        let is_tie = updated(best, system) == updated(other, system);
        let rule = if is_tie { Rule::NeighbourLowestId } else { Rule::NeighbourNewest };
        if place == 0 {
            because = rule;
        }
        rejected.push((other.id.clone(), rule));
    }
    NeighbourMatch { target: Some(best), because, rejected }
}

fn updated(row: &Row, system: System) -> Timestamp {
    match row.get(system.updated_field()) {
        Some(Value::Instant(at)) => *at,
        _ => Timestamp(i64::MIN),
    }
}

/// Ids that are numbers compare as numbers.
fn smaller(one: &RecordId, other: &RecordId) -> std::cmp::Ordering {
    let number = |id: &RecordId| id.as_str().parse::<u64>().ok();
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.cmp(other),
    }
}

/// The fields of a new record, or those of an existing one that differ. A blank of the visitor's is never written.
pub fn neighbour_fields(
    profile: &Profile,
    target: Option<&Row>,
    mapping: &SystemMapping,
) -> FieldValues {
    let mut fields = FieldValues::new();
    for (from, to) in &mapping.fields {
        let Some(said) = profile.get(from) else { continue };
        // The record was found by its address: how it spells it is its own affair.
        if target.is_some() && from.as_str() == EMAIL {
            continue;
        }
        let held = target.and_then(|it| it.get(to.as_str())).and_then(Value::text);
        let is_news = held.as_deref() != Some(said);
        if is_news && !fields.iter().any(|(name, _)| name == to) {
            fields.push((to.clone(), Value::from(said)));
        }
    }
    if target.is_none() {
        for (to, value) in &mapping.constants {
            if !fields.iter().any(|(name, _)| name == to) {
                fields.push((to.clone(), Value::from(value.as_str())));
            }
        }
    }
    fields
}

/// The visitor's fields that hold something and that no mapping of the system writes.
pub fn unmapped(profile: &Profile, mapping: &SystemMapping) -> Vec<ProfileField> {
    let is_mapped = |field: &ProfileField| mapping.fields.iter().any(|(from, _)| from == field);
    let said = profile.iter().filter(|(field, _)| profile.get(field).is_some());
    let unmapped =
        said.filter(|(field, _)| !is_mapped(field) && field.as_str() != crate::VISITOR_ID);
    unmapped.map(|(field, _)| field.clone()).collect()
}

/// What a system's no means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeighbourVerdict {
    /// The session is over: log in, then send it again.
    SessionExpired,
    /// Too much at once: it waits, and is sent again.
    Wait,
    /// The key fits several records, or one that was not there before: search anew, then write by id.
    SearchAnew(Rule),
    /// It is final.
    Permanent(Rule),
}

/// Says what a system's refusal means.
pub fn classify_neighbour_refusal(system: System, refusal: &Refusal) -> NeighbourVerdict {
    use NeighbourVerdict::{Permanent, SearchAnew, SessionExpired, Wait};
    match (system, refusal.code.as_str()) {
        (_, "401") | (System::Marketo, "601" | "602") | (System::AccountEngagement, "184") => {
            SessionExpired
        }
        (_, "429")
        | (System::Marketo, "606" | "607" | "615")
        | (System::AccountEngagement, "66" | "122")
        | (System::Dynamics, "0x80072322" | "0x80072321" | "0x80072326") => Wait,
        (System::Marketo, "1007") => SearchAnew(Rule::NeighbourSeveralMatch),
        (System::Marketo, "1004" | "1005")
        | (System::AccountEngagement, "9" | "109")
        | (System::Dynamics, "0x80040333" | "0x80040217") => SearchAnew(Rule::NeighbourChanged),
        (System::Administrate, "email") if refusal.message.contains("already exists") => {
            SearchAnew(Rule::NeighbourChanged)
        }
        _ => Permanent(Rule::NeighbourRefused),
    }
}

/// A refusal in words, for a diagnosis.
pub(crate) fn words(refusal: &Refusal) -> Cow<'_, str> {
    if refusal.message.is_empty() {
        Cow::Borrowed(&refusal.code)
    } else {
        Cow::Owned(format!("{}: {}", refusal.code, refusal.message))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;
    use crate::normalise_email;

    #[test]
    fn the_newest_record_wins_whatever_its_type() {
        check("", expect!["nobody (neighbour.no_record)"]);
        check("7 @5", expect!["7 (neighbour.only_record)"]);
        check(
            "7 @5 contact, 8 @9 lead, 9 @6 prospect",
            expect!["8 (map.newest_record) over 9: map.newest_record, 7: map.newest_record"],
        );
    }

    #[test]
    fn a_tie_falls_to_the_smaller_number() {
        check("10 @5, 9 @5", expect!["9 (map.lowest_id) over 10: map.lowest_id"]);
        check("b @5, a @5", expect!["a (map.lowest_id) over b: map.lowest_id"]);
    }

    #[test]
    fn an_address_that_only_looks_alike_is_another_person() {
        check(
            "7 @5 email=PAT@X.example, 8 @9 email=pat+b@x.example",
            expect!["7 (neighbour.only_record) over 8: match.different_email"],
        );
    }

    #[test]
    fn only_the_topology_moves_a_push_and_only_to_salesforce() {
        let map = Some(MarketingPlatform { system: System::Marketo, lag_ms: 1 });
        let to = |wanted, topology, map| route(wanted, topology, map).to;
        let (salesforce, dynamics) =
            (Destination::Salesforce, Destination::Beside(System::Dynamics));
        assert_eq!(to(salesforce, Topology::Direct, map), salesforce);
        assert_eq!(to(salesforce, Topology::ViaMap, map), Destination::Beside(System::Marketo));
        assert_eq!(to(salesforce, Topology::ViaMap, None), salesforce);
        assert_eq!(to(dynamics, Topology::ViaMap, map), dynamics);
    }

    #[test]
    fn a_new_record_gets_constants_and_an_old_one_what_differs() {
        let mapping = SystemMapping {
            fields: vec![("email".into(), "email".into()), ("company".into(), "company".into())],
            constants: vec![
                ("source".into(), "Web".to_owned()),
                ("company".into(), "?".to_owned()),
            ],
        };
        let profile = acme::profile("email=pat@x.example, company=Acme, phone=1");
        let words = |fields: FieldValues| {
            let text =
                |(name, value): &(FieldName, Value)| format!("{name}={}", value.text().unwrap());
            fields.iter().map(text).collect::<Vec<_>>().join(" ")
        };
        expect!["email=pat@x.example company=Acme source=Web"]
            .assert_eq(&words(neighbour_fields(&profile, None, &mapping)));
        let row = rows("7 @5 email=pat@x.example").remove(0);
        expect!["company=Acme"].assert_eq(&words(neighbour_fields(&profile, Some(&row), &mapping)));
        assert_eq!(unmapped(&profile, &mapping), ["phone".into()]);
    }

    #[test]
    fn refusals_are_told_apart_by_system() {
        let verdict = |system, code: &str, message: &str| {
            let refusal = Refusal {
                code: code.to_owned(),
                message: message.to_owned(),
                fields: Vec::new(),
                duplicates: Vec::new(),
                duplicate_rule: None,
            };
            format!("{:?}", classify_neighbour_refusal(system, &refusal))
        };
        expect!["SessionExpired"].assert_eq(&verdict(System::Marketo, "602", ""));
        expect!["Wait"].assert_eq(&verdict(System::Marketo, "606", ""));
        expect!["Wait"].assert_eq(&verdict(System::AccountEngagement, "66", ""));
        expect!["SearchAnew(NeighbourSeveralMatch)"].assert_eq(&verdict(
            System::Marketo,
            "1007",
            "",
        ));
        expect!["SearchAnew(NeighbourChanged)"].assert_eq(&verdict(
            System::Dynamics,
            "0x80040333",
            "",
        ));
        expect!["SearchAnew(NeighbourChanged)"].assert_eq(&verdict(
            System::Administrate,
            "email",
            "a contact already exists",
        ));
        expect!["Permanent(NeighbourRefused)"].assert_eq(&verdict(
            System::Administrate,
            "email",
            "no",
        ));
        expect!["Permanent(NeighbourRefused)"].assert_eq(&verdict(System::Marketo, "1006", ""));
    }

    #[track_caller]
    fn check(found: &str, expect: Expect) {
        let rows = rows(found);
        let key = normalise_email("pat@x.example").unwrap();
        let result = newest_record(&key, &rows, System::Marketo);
        let target = result.target.map_or("nobody", |it| it.id.as_str());
        let rejected: Vec<String> =
            result.rejected.iter().map(|(id, rule)| format!("{id}: {rule}")).collect();
        let over = if rejected.is_empty() { "" } else { " over " };
        expect.assert_eq(&format!("{target} ({}){over}{}", result.because, rejected.join(", ")));
    }

    /// Records, each `id @updated`, then perhaps a type and `email=…`.
    fn rows(lines: &str) -> Vec<Row> {
        let lines = lines.split(',').map(str::trim).filter(|it| !it.is_empty());
        lines
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                let at = words[1].trim_start_matches('@').parse().unwrap();
                let email = words.iter().find_map(|it| it.strip_prefix("email="));
                let fields = vec![
                    ("email".into(), Value::from(email.unwrap_or("pat@x.example"))),
                    ("updatedAt".into(), Value::Instant(Timestamp(at))),
                ];
                Row { id: words[0].into(), fields }
            })
            .collect()
    }
}
