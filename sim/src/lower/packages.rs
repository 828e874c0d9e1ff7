//! `engine.packages` → what the packages in the org are configured with, with ids for names.

use engine::{
    Applies, Assignee, AssignmentRule, AutoConvert, Condition, Criterion, Matchmaker, Packages,
    ResponseManagement, Test, UserId,
};
use scenarios::{
    Span, Text, api_name,
    ast::{
        AssigneeSetup, AssignmentRuleSetup, Conditions, ConvertSetup, MatchCriterion, Matcher,
        MatchmakerSetup, PackagesSetup, ResponseSetup,
    },
};

use super::{
    Names, Problems,
    names::NameKind::{Queue, User},
};

/// The lead status that a conversion leaves, unless the file names one.
const CONVERTED_STATUS: &str = "Closed - Converted";
/// Most assignments of a lead until a new active response comes.
const OWNER_CHANGES_MAX: u32 = 5;

/// The packages of a scenario.
pub(super) fn packages(
    setup: Option<&PackagesSetup>,
    names: &Names,
    problems: &mut Problems,
) -> Packages {
    let Some(setup) = setup else { return Packages::default() };
    let mut lowering = Lowering { names, problems };
    Packages {
        response_management: setup
            .response_management
            .as_ref()
            .map(|it| lowering.response_management(it)),
        matchmaker: setup.matchmaker.as_ref().map(|it| lowering.matchmaker(it)),
    }
}

struct Lowering<'a> {
    names: &'a Names,
    problems: &'a mut Problems,
}

impl Lowering<'_> {
    fn response_management(&mut self, setup: &ResponseSetup) -> ResponseManagement {
        ResponseManagement {
            temporary_owner: self.owner(&setup.temporary_owner),
            reassign: self.owners(&setup.reassign),
            qualified: self.conditions(&setup.qualified),
            response: self.conditions(&setup.response),
            notify: self.owners(&setup.notify),
        }
    }

    fn matchmaker(&mut self, setup: &MatchmakerSetup) -> Matchmaker {
        let all =
            [MatchCriterion::EmailDomain, MatchCriterion::Website, MatchCriterion::CompanyName];
        let by = if setup.match_by.is_empty() { &all[..] } else { &setup.match_by };
        Matchmaker {
            trigger_owner: self.owner(&setup.trigger_owner),
            match_by: by.iter().map(|it| criterion(*it)).collect(),
            excluded_domains: setup.excluded_domains.iter().map(ToString::to_string).collect(),
            rules: setup.rules.iter().map(|rule| self.rule(rule)).collect(),
            owner_changes_max: setup.max_owner_changes.unwrap_or(OWNER_CHANGES_MAX),
            convert: setup.convert.as_ref().map(|convert| self.convert(convert)),
        }
    }

    fn rule(&mut self, setup: &AssignmentRuleSetup) -> AssignmentRule {
        AssignmentRule {
            name: setup.name.to_string(),
            applies: if setup.unmatched { Applies::Unmatched } else { Applies::Matched },
            when: self.conditions(&setup.when),
            assign: match &setup.assign {
                AssigneeSetup::AccountOwner => Assignee::AccountOwner,
                AssigneeSetup::TeamRole(wanted) => Assignee::TeamRole(wanted.to_string()),
                AssigneeSetup::Owner(owner) => Assignee::Owner(self.owner(owner)),
                AssigneeSetup::RoundRobin(users) => Assignee::RoundRobin(self.owners(users)),
            },
        }
    }

    fn convert(&mut self, setup: &ConvertSetup) -> AutoConvert {
        let statuses = setup.statuses.iter();
        AutoConvert {
            when: self.conditions(&setup.when),
            converted_status: setup
                .status
                .as_ref()
                .map_or_else(|| CONVERTED_STATUS.to_owned(), ToString::to_string),
            statuses: statuses
                .map(|(lead, contact)| (lead.to_string(), contact.to_string()))
                .collect(),
        }
    }

    fn owners(&mut self, names: &[Text]) -> Vec<UserId> {
        names.iter().map(|name| self.owner(name)).collect()
    }

    fn owner(&mut self, name: &Text) -> UserId {
        let Some(id) = self.names.find(&[User, Queue], name) else {
            let help = "name a user of `world.users` or a queue of `world.queues`";
            self.problems.add(name.span, format!("there is no user or queue `{name}`"), help);
            return UserId::from("");
        };
        id.to_string().into()
    }

    fn conditions(&mut self, conditions: &Conditions) -> Vec<Condition> {
        let conditions = conditions.iter();
        conditions
            .map(|(field, matcher)| {
                let test = self.test(field, matcher);
                Condition { field: api_name(field).as_str().into(), test }
            })
            .collect()
    }

    /// A test of one value; a name stands for the id behind it.
    fn test(&mut self, field: &Text, matcher: &Matcher) -> Test {
        let value = |text: &Text| {
            let reference = field.ends_with("Id") || api_name(field) != **field;
            let id = reference.then(|| self.names.any(text)).flatten();
            id.map_or_else(|| text.to_string(), |id| id.to_string())
        };
        match matcher {
            Matcher::Is(text) => Test::Is(value(text)),
            Matcher::OneOf(texts) => Test::OneOf(texts.iter().map(value).collect()),
            Matcher::Contains(text) => Test::Contains(text.to_string()),
            Matcher::Present(_) => Test::Present,
            Matcher::Absent(_) => Test::Not(Box::new(Test::Present)),
            Matcher::Not(inner) => Test::Not(Box::new(self.test(field, inner))),
            Matcher::AtLeast(text) => Test::AtLeast(self.number(text)),
            Matcher::AtMost(text) => Test::AtMost(self.number(text)),
            Matcher::Matches(_) | Matcher::Between(..) => {
                self.no_test(field.span);
                Test::Present
            }
        }
    }

    fn number(&mut self, text: &Text) -> f64 {
        let number = text.parse::<f64>().ok().filter(|it| it.is_finite());
        number.unwrap_or_else(|| {
            self.problems.add(text.span, format!("`{text}` is not a number"), "write a number");
            0.0
        })
    }

    fn no_test(&mut self, at: Span) {
        self.problems.add(
            at,
            "conditions of packages have no such test",
            "write a value, `one_of`, `not`, `contains`, `present`, `absent`, `at_least` or `at_most`",
        );
    }
}

fn criterion(word: MatchCriterion) -> Criterion {
    match word {
        MatchCriterion::EmailDomain => Criterion::EmailDomain,
        MatchCriterion::Website => Criterion::Website,
        MatchCriterion::CompanyName => Criterion::Company,
    }
}
