//! `engine.packages`: the packages that are installed in the org.

use crate::ast::{Matcher, Pair};
use crate::source::{Place, Text};

/// Conditions over a record: field, test.
pub type Conditions = Vec<(Text, Matcher)>;

/// `engine.packages`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackagesSetup {
    /// Response Management.
    pub response_management: Option<ResponseSetup>,
    /// Matchmaker.
    pub matchmaker: Option<MatchmakerSetup>,
}

/// `engine.packages.response_management`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseSetup {
    /// User or queue that leads wait with.
    pub temporary_owner: Text,
    /// Owners whose leads are subject to reassignment.
    pub reassign: Vec<Text>,
    /// What the person has to be; anybody if empty.
    pub qualified: Conditions,
    /// What the campaign member has to be; anything if empty.
    pub response: Conditions,
    /// Users who are told beside the first owner.
    pub notify: Vec<Text>,
    /// Where it stands.
    pub place: Place,
}

/// `engine.packages.matchmaker`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MatchmakerSetup {
    /// User or queue whose leads are matched and assigned.
    pub trigger_owner: Text,
    /// The strongest criterion first; all three if empty.
    pub match_by: Vec<MatchCriterion>,
    /// Domains that say nothing about a company.
    pub excluded_domains: Vec<Text>,
    /// Most assignments of one lead; the package's default if absent.
    pub max_owner_changes: Option<u32>,
    /// The rules in order.
    pub rules: Vec<AssignmentRuleSetup>,
    /// Automatic conversion.
    pub convert: Option<ConvertSetup>,
    /// Where it stands.
    pub place: Place,
}

/// By what a lead and an account belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchCriterion {
    /// `email_domain`
    EmailDomain,
    /// `website`
    Website,
    /// `company_name`
    CompanyName,
}

/// One of `engine.packages.matchmaker.rules`.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentRuleSetup {
    /// Its name.
    pub name: Text,
    /// Whether it is for leads without an account.
    pub unmatched: bool,
    /// What the matched account has to be.
    pub when: Conditions,
    /// Who gets the lead.
    pub assign: AssigneeSetup,
}

/// Who gets a lead.
#[derive(Clone, Debug, PartialEq)]
pub enum AssigneeSetup {
    /// `account_owner: true`
    AccountOwner,
    /// `team_role`
    TeamRole(Text),
    /// `owner`
    Owner(Text),
    /// `round_robin`
    RoundRobin(Vec<Text>),
}

/// `engine.packages.matchmaker.convert`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConvertSetup {
    /// What the matched account has to be.
    pub when: Conditions,
    /// The lead status that says converted; the org's usual one if absent.
    pub status: Option<Text>,
    /// Lead status, contact status.
    pub statuses: Vec<Pair>,
}
