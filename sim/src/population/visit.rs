//! One group of visitors who belong together: what they do, what the org holds of them, and what must come of it.

use std::sync::Arc;

use scenarios::{
    Text,
    ast::{
        Action, Check, CompanySetup, Deadline, ExpectTime, Expectation, ExplainCheck, Fields,
        IdentitySource, Land, Line, Matcher, NeighbourRecord, Outcome, RecordCheck, RecordSetup,
        Subject, Verb,
    },
};

use super::{
    cast::{Cast, Rep},
    person::Person,
    standing::{Held, KNOWN, Standing, Target, UNKNOWN, hold},
};
use crate::seed::Draws;

/// What is truly so of a visitor, for scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The visitor.
    pub visitor: Text,
    /// Whom the first search should find.
    pub matched: TrueMatch,
    /// The address and the owner of the lead that should be created for the visitor.
    pub lead: Option<(Arc<str>, Text)>,
}

/// Whom a visitor's first search should find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrueMatch {
    /// Nobody.
    Nobody,
    /// This record of the world.
    Record(Text),
    /// The lead that was made for this address earlier in the run.
    LeadOf(Arc<str>),
    /// It depends on which of several things comes first, or nothing is searched.
    Open,
}

/// What is gathered for the scenario.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) records: Vec<RecordSetup>,
    pub(crate) companies: Vec<CompanySetup>,
    /// Records of the marketing platform.
    pub(crate) platform: Vec<NeighbourRecord>,
    pub(crate) lines: Vec<Line>,
    pub(crate) expect: Vec<Expectation>,
    pub(crate) truths: Vec<Truth>,
}

/// A group of visitors: one, or two who meet.
pub(crate) struct Group<'a> {
    pub(crate) seed: u64,
    pub(crate) cast: &'a Cast,
    pub(crate) draws: Draws,
    pub(crate) gathered: &'a mut Gathered,
    /// Number of the first visitor.
    pub(crate) number: u64,
    /// Companies that there are.
    pub(crate) companies: u64,
    /// When the first visitor lands.
    pub(crate) starts: i64,
}

impl Group<'_> {
    /// A person whom only this group knows. `which` tells several apart.
    pub(crate) fn person(&self, which: u64) -> Person {
        Person::draw(self.seed, self.number * 4 + which, self.companies)
    }

    /// What the org holds of a person.
    pub(crate) fn hold(&mut self, person: &Person, standing: Standing) -> Held {
        let key = format!("p{}", self.number);
        let mut held = hold(person, &key, standing, (self.cast, &mut self.draws));
        self.gathered.records.append(&mut held.records);
        held
    }

    /// Holds nothing that matches the person.
    pub(crate) fn unknown(&mut self, person: &Person) -> Held {
        let standing = self.draws.weighted(UNKNOWN).copied().unwrap_or(Standing::Nobody);
        self.hold(person, standing)
    }

    /// Holds something that matches the person.
    pub(crate) fn known(&mut self, person: &Person) -> (Held, Target) {
        let standing = self.draws.weighted(KNOWN).copied().unwrap_or(Standing::Lead);
        let held = self.hold(person, standing);
        let target = held.target.clone().expect("a known person has a target");
        (held, target)
    }

    /// Half of the people are known.
    pub(crate) fn maybe_known(&mut self, person: &Person) -> Held {
        if self.draws.chance(1, 2) { self.known(person).0 } else { self.unknown(person) }
    }

    /// The visitor with this place in the group lands `after` milliseconds after the group's start.
    pub(crate) fn visitor(&mut self, place: u64, after: i64) -> Visit {
        let name = Text::from(format!("v{}", self.number + place));
        Visit { name, at: self.starts + after, landed: false, email_known: false }
    }

    pub(crate) fn rep(&mut self) -> Rep {
        self.cast.rep(&mut self.draws).clone()
    }

    pub(crate) fn pause(&mut self, low_s: i64, high_s: i64) -> i64 {
        self.draws.between(low_s * 1_000, high_s * 1_000)
    }

    pub(crate) fn line(&mut self, at: i64, verb: Verb) {
        self.gathered.lines.push(Line::new(at, verb));
    }

    pub(crate) fn expect(&mut self, check: Check) {
        self.gathered.expect.push(Expectation::new(ExpectTime::At(Deadline::End), check));
    }

    /// So many records agree; each looks like that.
    pub(crate) fn expect_records(
        &mut self,
        object: &str,
        filter: &[(&str, &str)],
        count: usize,
        fields: &[(&str, Matcher)],
    ) {
        self.expect(Check::Record(records(object, filter, count, fields)));
    }

    /// The lead that was made for this person is the only one, and has this owner.
    pub(crate) fn expect_lead(
        &mut self,
        person: &Person,
        owner: &Text,
        fields: &[(&str, Matcher)],
    ) -> Whose {
        let mut all = vec![("Owner", Matcher::Is(owner.clone()))];
        all.push(("LastName", person.last.as_str().into()));
        all.extend(fields.iter().cloned());
        let place = self.gathered.expect.len();
        self.expect_records("Lead", &[("Email", &person.email)], 1, &all);
        Whose::Lead(place)
    }

    /// The meeting with this rep is in the calendar of whom it belongs to.
    pub(crate) fn expect_meeting(&mut self, whose: Whose, rep: &Rep) {
        let who = self.name_of(whose);
        let subject = format!("Meeting Booked via Qualified with {}", rep.name);
        let owner = Matcher::Is(rep.owner());
        let filter = [("Who", who.as_str()), ("Subject", &subject)];
        self.expect_records("Event", &filter, 1, &[("Owner", owner)]);
    }

    /// The name of a record; a lead that is made in the run gets one.
    pub(crate) fn name_of(&mut self, whose: Whose) -> Text {
        match whose {
            Whose::Record(key) => key,
            Whose::Lead(place) => {
                let alias = Text::from(format!("lead_{}", self.number));
                let check = self.gathered.expect.get_mut(place).map(|it| &mut it.check);
                if let Some(Check::Record(check)) = check {
                    check.alias = Some(alias.clone());
                }
                alias
            }
        }
    }

    /// The person has this many leads, all told.
    pub(crate) fn expect_leads(&mut self, person: &Person, count: usize) {
        self.expect_records("Lead", &[("Email", &person.email)], count, &[]);
    }

    /// The matched record keeps its owner and has these fields.
    pub(crate) fn expect_target(&mut self, target: &Target, fields: &[(&str, Matcher)]) {
        let mut all = vec![("Owner", Matcher::Is(target.owner.clone()))];
        all.extend(fields.iter().cloned());
        self.expect_records(target.object, &[("key", &target.key)], 1, &all);
    }

    /// What the engine says of a visitor.
    pub(crate) fn expect_explained(&mut self, visit: &Visit, say: Say<'_>) {
        let mut check = ExplainCheck::new(Subject::Visitor(visit.name.clone()));
        check.action = say.action;
        check.outcome = say.outcome;
        check.owner = say.owner.map(|it| Matcher::Is(it.clone()));
        check.matched = say.matched.map(|it| Matcher::Is(it.clone()));
        check.reasons = say.reasons.iter().map(|it| Text::from(*it)).collect();
        check.withheld = say.withheld.iter().map(|it| Text::from(*it)).collect();
        self.expect(Check::Explain(check));
    }

    /// For the scores: whom the visitor's first search should find, and the lead that should be made.
    pub(crate) fn truth(
        &mut self,
        visit: &Visit,
        target: Option<&Target>,
        lead: Option<(&Person, &Text)>,
    ) {
        let matched = target.map_or(TrueMatch::Nobody, |it| TrueMatch::Record(it.key.clone()));
        self.truth_open(visit, matched, lead);
    }

    pub(crate) fn truth_open(
        &mut self,
        visit: &Visit,
        matched: TrueMatch,
        lead: Option<(&Person, &Text)>,
    ) {
        let lead = lead.map(|(person, owner)| (Arc::from(person.email.as_str()), owner.clone()));
        self.gathered.truths.push(Truth { visitor: visit.name.clone(), matched, lead });
    }
}

/// Whose record something is about.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    /// One that the world holds.
    Record(Text),
    /// The lead that this expectation is about.
    Lead(usize),
}

/// What an `explain` demands.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Say<'a> {
    pub(crate) action: Option<Action>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) owner: Option<&'a Text>,
    pub(crate) matched: Option<&'a Text>,
    pub(crate) reasons: &'a [&'a str],
    pub(crate) withheld: &'a [&'a str],
}

pub(crate) fn records(
    object: &str,
    filter: &[(&str, &str)],
    count: usize,
    fields: &[(&str, Matcher)],
) -> RecordCheck {
    let filter = filter.iter().map(|(field, value)| (Text::from(*field), Matcher::from(*value)));
    let fields = fields.iter().map(|(field, value)| (Text::from(*field), value.clone()));
    RecordCheck {
        object: object.into(),
        filter: filter.collect(),
        count: (count != 1).then(|| Matcher::from(count.to_string())),
        alias: None,
        fields: fields.collect(),
        deleted: false,
    }
}

/// One visitor on the way.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) name: Text,
    /// When the last thing happened.
    pub(crate) at: i64,
    landed: bool,
    email_known: bool,
}

impl Visit {
    /// The visitor does something after a pause of so many seconds.
    pub(crate) fn then(&mut self, group: &mut Group<'_>, pause_s: (i64, i64), verb: Verb) {
        self.at += group.pause(pause_s.0, pause_s.1);
        group.line(self.at, verb);
    }

    /// Lands as a stranger.
    pub(crate) fn land(&mut self, group: &mut Group<'_>) {
        self.land_as(group, None);
    }

    /// Lands; a cookie or an earlier visit may tell who it is.
    pub(crate) fn land_as(&mut self, group: &mut Group<'_>, known: Option<(&str, IdentitySource)>) {
        let page = group.draws.pick(&["/", "/pricing", "/docs", "/trial", "/webinar"]).copied();
        let (email, source) = known.unzip();
        let land = Land {
            visitor: self.name.clone(),
            page: page.map(Text::from),
            identified_by: email.map(Text::from),
            source: source.unwrap_or_default(),
            device: None,
        };
        self.landed = true;
        self.email_known = email.is_some();
        group.line(self.at, Verb::Land(land));
    }

    /// Lands as a stranger, or as somebody known by a cookie or from an earlier visit.
    pub(crate) fn land_somehow(&mut self, group: &mut Group<'_>, person: &Person) {
        match group.draws.below(5) {
            0 => self.land_as(group, Some((&person.email, IdentitySource::Cookie))),
            1 => self.land_as(group, Some((&person.email, IdentitySource::EarlierVisit))),
            _ => self.land(group),
        }
    }

    /// Lands as somebody known.
    pub(crate) fn land_known(&mut self, group: &mut Group<'_>, person: &Person) {
        let source = if group.draws.chance(1, 2) {
            IdentitySource::Cookie
        } else {
            IdentitySource::EarlierVisit
        };
        self.land_as(group, Some((&person.email, source)));
    }

    pub(crate) fn start(&mut self, group: &mut Group<'_>, experience: &str) {
        let verb = Verb::Start { visitor: self.name.clone(), experience: experience.into() };
        self.then(group, (2, 8), verb);
    }

    pub(crate) fn enter(&mut self, group: &mut Group<'_>, fields: &[(&str, &str)]) {
        let fields: Fields =
            fields.iter().map(|(name, value)| (Text::from(*name), Text::from(*value))).collect();
        let verb = Verb::Enter { visitor: self.name.clone(), fields };
        self.then(group, (5, 30), verb);
    }

    /// Says who they are, unless that is known, with further fields.
    pub(crate) fn enter_email(
        &mut self,
        group: &mut Group<'_>,
        person: &Person,
        more: &[(&str, &str)],
    ) {
        let typed = person.typed_email(&mut group.draws);
        let mut fields: Vec<(&str, &str)> = Vec::new();
        if !self.email_known {
            fields.push(("email", &typed));
        }
        fields.extend(more.iter().copied());
        if !fields.is_empty() {
            self.enter(group, &fields);
        }
        self.email_known = true;
    }

    /// Says everything that a lead needs.
    pub(crate) fn enter_all(
        &mut self,
        group: &mut Group<'_>,
        person: &Person,
        more: &[(&str, &str)],
    ) {
        let mut fields = vec![
            ("first_name", person.first.as_str()),
            ("last_name", person.last.as_str()),
            ("company", person.company.as_str()),
        ];
        fields.extend(more.iter().copied());
        self.enter_email(group, person, &fields);
    }

    pub(crate) fn chat(&mut self, group: &mut Group<'_>, rep: &Rep) {
        let verb = Verb::Chat { visitor: self.name.clone(), with: rep.key.clone() };
        self.then(group, (5, 40), verb);
        if group.draws.chance(1, 3) {
            let text = "How can I help you?".into();
            self.then(group, (3, 20), Verb::Reply { visitor: self.name.clone(), text });
        }
    }

    pub(crate) fn end_chat(&mut self, group: &mut Group<'_>) {
        self.then(group, (30, 90), Verb::EndChat { visitor: self.name.clone() });
    }

    /// Leaves; whatever came before has long been answered, however calls are packed.
    pub(crate) fn leave(&mut self, group: &mut Group<'_>) {
        self.then(group, (90, 200), Verb::Leave { visitor: self.name.clone() });
    }
}
