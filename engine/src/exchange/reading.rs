//! Queries: which records are asked for, several requests as one IN-list, page after page (DD-12d, FM-18).

mod shares;

use std::{collections::BTreeSet, sync::Arc};

use self::shares::Shares;
use super::{Ask, Flight, Got, Request, failed};
use crate::{
    Cursor, Engine, FieldName, Filter, Find, ObjectName, PersonKind, PlusTags, RecordId, Reply,
    Row, Rules, Timestamp, Value, call::Done, email::person_key, limits, normalise_email,
    sync::read_fields::ReadFields,
};

/// What a query is after; requests of one shape can share an IN-list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// Leads by e-mail address.
    LeadsByEmail,
    /// Contacts by e-mail address.
    ContactsByEmail,
    /// Leads by id, deleted ones too.
    LeadsById,
    /// Contacts by id, deleted ones too.
    ContactsById,
    /// Leads by last name: the read-back of a lead without e-mail address.
    LeadsByLastName,
    /// Leads by the external id of a person without e-mail address.
    LeadsByExternalId,
    /// Members of a campaign, by person.
    Members(RecordId, PersonKind),
    /// Events of a person.
    EventsOf,
    /// Accounts by name, or by the domain of their website: a request's value is both.
    Accounts,
    /// Accounts by id.
    AccountsById,
    /// Opportunities by account.
    OpportunitiesOf,
    /// Contacts by account.
    ContactsOf,
    /// Accounts whose name has this word.
    AccountsAlike,
    /// Tasks of a person.
    TasksOf,
    /// Lead statuses that are flagged Converted.
    ConvertedStatuses,
    /// A page of the leads or contacts that changed, deleted ones too.
    Changed(PersonKind, Span),
}

/// Changes after a cursor, up to a modstamp, so many at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) after: Cursor,
    pub(crate) until: Timestamp,
    pub(crate) rows: usize,
}

/// The order of a cursor.
const KEYSET: [&str; 2] = ["SystemModstamp", "Id"];

impl Span {
    /// A time alone would lose the records that share the cursor's.
    fn filter(&self) -> Filter {
        let [time, id] = KEYSET;
        let above = |at: Timestamp| Filter::Above(time.into(), Value::Instant(at));
        let beyond = match &self.after.id {
            None => above(self.after.at.plus_ms(-1)),
            Some(last) => Filter::Any(vec![
                above(self.after.at),
                Filter::All(vec![
                    Filter::OneOf(time.into(), vec![Value::Instant(self.after.at)]),
                    Filter::Above(id.into(), last.as_str().into()),
                ]),
            ]),
        };
        Filter::All(vec![beyond, Filter::UpTo(time.into(), Value::Instant(self.until))])
    }
}

impl Shape {
    fn object(&self) -> ObjectName {
        match self {
            Self::LeadsByEmail
            | Self::LeadsById
            | Self::LeadsByLastName
            | Self::LeadsByExternalId => "Lead",
            Self::ContactsByEmail | Self::ContactsById | Self::ContactsOf => "Contact",
            Self::Members(..) => "CampaignMember",
            Self::EventsOf => "Event",
            Self::Accounts | Self::AccountsAlike | Self::AccountsById => "Account",
            Self::TasksOf => "Task",
            Self::ConvertedStatuses => "LeadStatus",
            Self::Changed(kind, _) => kind.object(),
            Self::OpportunitiesOf => "Opportunity",
        }
        .into()
    }

    fn key_field(&self) -> &'static str {
        match self {
            Self::LeadsByEmail | Self::ContactsByEmail => "Email",
            Self::LeadsById
            | Self::ContactsById
            | Self::AccountsById
            | Self::LeadsByExternalId
            | Self::Changed(..) => "Id",
            Self::LeadsByLastName => "LastName",
            Self::Members(_, PersonKind::Lead) => "LeadId",
            Self::Members(_, PersonKind::Contact) => "ContactId",
            Self::EventsOf | Self::TasksOf => "WhoId",
            Self::Accounts | Self::AccountsAlike => "Name",
            Self::ConvertedStatuses => "IsConverted",
            Self::OpportunitiesOf | Self::ContactsOf => "AccountId",
        }
    }

    /// Whether records are found by the external id of a person, too.
    fn is_by_external_id(&self) -> bool {
        matches!(self, Self::LeadsByEmail | Self::LeadsByExternalId)
    }

    fn filter(&self, values: BTreeSet<&str>, plus_tags: PlusTags) -> Filter {
        if *self == Self::Accounts {
            return accounts(values);
        }
        if let Self::Changed(_, span) = self {
            return span.filter();
        }
        if *self == Self::AccountsAlike {
            let words = values.into_iter().map(str::to_owned);
            return Filter::Any(words.map(|it| Filter::Contains("Name".into(), it)).collect());
        }
        if *self == Self::ConvertedStatuses {
            return Filter::OneOf(self.key_field().into(), vec![Value::Bool(true)]);
        }
        let tagged = self.tagged(&values, plus_tags);
        let spelt = values.into_iter().flat_map(|it| self.spellings(it));
        let listed = Filter::OneOf(self.key_field().into(), spelt.collect());
        match self {
            Self::Members(campaign, _) => {
                let of_campaign =
                    Filter::OneOf("CampaignId".into(), vec![campaign.as_str().into()]);
                Filter::All(vec![of_campaign, listed])
            }
            _ if tagged.is_empty() => listed,
            _ => Filter::Any(std::iter::once(listed).chain(tagged).collect()),
        }
    }

    /// What finds the addresses that differ in a plus tag only, and perhaps more: who is meant is decided by the key.
    fn tagged(&self, values: &BTreeSet<&str>, plus_tags: PlusTags) -> Vec<Filter> {
        if !matches!(self, Self::LeadsByEmail | Self::ContactsByEmail) {
            return Vec::new();
        }
        let keys = values.iter().filter_map(|it| person_key(it, plus_tags).ok());
        let around = keys.flat_map(|key| key.around_a_tag());
        let contains = |part: String| Filter::Contains(self.key_field().into(), part);
        around.map(|(name, domain)| Filter::All(vec![contains(name), contains(domain)])).collect()
    }

    /// An address as the CRM may hold it; anything else as it is.
    fn spellings(&self, value: &str) -> Vec<Value> {
        let is_email = matches!(self, Self::LeadsByEmail | Self::ContactsByEmail);
        match normalise_email(value) {
            Ok(key) if is_email && value.contains("xn--") => {
                key.spellings().iter().map(|it| Value::from(it.as_str())).collect()
            }
            _ => vec![value.into()],
        }
    }
}

/// Parts several values of one request: the unit separator of ASCII, which no address, id or name holds.
pub(crate) const SEPARATOR: &str = "\u{1f}";

fn accounts(values: BTreeSet<&str>) -> Filter {
    let pairs = values.iter().map(|it| it.split_once(SEPARATOR).unwrap_or((it, "")));
    let (names, domains): (BTreeSet<&str>, BTreeSet<&str>) = pairs.unzip();
    let names: Vec<Value> =
        names.into_iter().filter(|it| !it.is_empty()).map(Value::from).collect();
    let domains = domains.into_iter().filter(|it| !it.is_empty());
    let by_domain = domains.map(|it| Filter::Contains("Website".into(), it.to_owned()));
    let mut any: Vec<Filter> = Vec::new();
    if !names.is_empty() {
        any.push(Filter::OneOf("Name".into(), names));
    }
    any.extend(by_domain);
    Filter::Any(any)
}

/// A query under way, for everybody who asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    shape: Shape,
    requests: Vec<Request>,
    rows: Vec<Row>,
    pages: usize,
}

impl Reading {
    /// A query for these requests, all of this shape.
    pub(crate) fn new(shape: Shape, requests: Vec<Request>) -> Self {
        Self { shape, requests, rows: Vec::new(), pages: 0 }
    }

    /// What it asks for, and for whom.
    pub(super) fn asked(&self) -> (&Shape, &[Request]) {
        (&self.shape, &self.requests)
    }

    /// People are looked for by their external id, too, where they have one.
    fn filter(&self, values: BTreeSet<&str>, fields: &ReadFields, plus_tags: PlusTags) -> Filter {
        let Some(external) = fields.external() else { return self.shape.filter(values, plus_tags) };
        let by_id = |values: &BTreeSet<&str>| {
            Filter::OneOf(external.clone(), values.iter().map(|it| Value::from(*it)).collect())
        };
        match self.shape {
            Shape::LeadsByExternalId => by_id(&values),
            Shape::LeadsByEmail => {
                let by_id = by_id(&values);
                Filter::Any(vec![self.shape.filter(values, plus_tags), by_id])
            }
            _ => self.shape.filter(values, plus_tags),
        }
    }

    /// The query in the engine's words.
    pub(super) fn find(&self, fields: &ReadFields, plus_tags: PlusTags) -> Find {
        let whole = self.requests.iter().filter_map(value).map(|it| &**it);
        let values = match self.shape {
            Shape::Accounts => whole.collect(),
            _ => whole.flat_map(|it| it.split(SEPARATOR)).collect(),
        };
        Find {
            object: self.shape.object(),
            fields: fields.of(&self.shape),
            filter: self.filter(values, fields, plus_tags),
            include_deleted: matches!(
                self.shape,
                Shape::LeadsById | Shape::ContactsById | Shape::Changed(..)
            ),
            first: match &self.shape {
                Shape::Changed(_, span) => Some((span.rows, KEYSET.map(FieldName::from).to_vec())),
                _ => None,
            },
        }
    }
}

fn value(request: &Request) -> Option<&Arc<str>> {
    match &request.ask {
        Ask::Read(_, value) => Some(value),
        Ask::Write(_) | Ask::Convert(_) => None,
    }
}

impl<R: Rules> Engine<R> {
    pub(super) fn on_read(&mut self, mut reading: Reading, reply: &Reply) {
        let Reply::Done(Done::Rows { rows, more }) = reply else {
            if let Reply::Refused(refusal) = reply
                && self.split(&reading, refusal)
            {
                return;
            }
            let got = failed(reply);
            return reading.requests.into_iter().for_each(|it| self.on_got(it.ticket, got.clone()));
        };
        self.on_session_good();
        reading.rows.extend_from_slice(rows);
        reading.pages += 1;
        match more {
            Some(locator) if reading.pages < limits::PAGES_PER_QUERY_MAX => {
                self.exchange.next.push_back(Flight::More(reading, locator.clone()));
            }
            _ => self.hand_out(reading),
        }
    }

    /// Gives everybody who shared the query the rows that hold their value.
    fn hand_out(&mut self, mut reading: Reading) {
        if let [only] = reading.requests.as_slice() {
            let ticket = only.ticket;
            return self.on_got(ticket, Got::Rows(std::mem::take(&mut reading.rows)));
        }
        let external = self.read_fields.external();
        let shares = Shares::of(
            (&reading.shape, external),
            &reading.rows,
            (&self.rules, self.config.settings.plus_tags),
        );
        for request in &reading.requests {
            let wanted = value(request).map_or("", |it| it.as_ref());
            self.on_got(request.ticket, Got::Rows(shares.share(&reading.shape, wanted)));
        }
    }
}
