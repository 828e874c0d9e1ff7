//! How the packages inside the org are configured: Response Management and Matchmaker.

use std::collections::BTreeMap;

use crate::{Condition, UserId};

/// The packages that are installed in the org.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packages {
    /// Response Management, if it is installed.
    pub response_management: Option<ResponseManagement>,
    /// Matchmaker, if it is installed.
    pub matchmaker: Option<Matchmaker>,
}

/// Response Management: what a response is, and whose leads it gives away.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseManagement {
    /// The user or queue that leads are handed to while they wait for their owner (RM-01).
    pub temporary_owner: UserId,
    /// Users and queues whose leads are subject to reassignment (RM-05).
    pub reassign: Vec<UserId>,
    /// What the person has to be when the response comes; everybody is qualified when empty (K-30).
    pub qualified: Vec<Condition>,
    /// What the campaign member has to be.
    pub response: Vec<Condition>,
    /// Who is told of a completed response beside its first owner (RM-03).
    pub notify: Vec<UserId>,
}

/// Matchmaker: when leads are matched with accounts, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Matchmaker {
    /// A lead that comes to this user or queue is matched and assigned (MM-05).
    pub trigger_owner: UserId,
    /// By what accounts are found, the strongest first.
    pub match_by: Vec<Criterion>,
    /// Domains of addresses that say nothing about a company, beside the known mail providers (FM-75).
    pub excluded_domains: Vec<String>,
    /// The rules, in order: the first that applies assigns.
    pub rules: Vec<AssignmentRule>,
    /// Most assignments of one lead until a new active response comes (FM-47).
    pub owner_changes_max: u32,
    /// Whether matched leads are converted, and how.
    pub convert: Option<AutoConvert>,
}

/// By what a lead and an account belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// The domain of the lead's address is that of the account's website or of its contacts' addresses.
    EmailDomain,
    /// Both have a website on the same host.
    Website,
    /// The names are the same once both are normalised.
    Company,
}

/// A rule that assigns leads.
#[derive(Debug, Clone, PartialEq)]
pub struct AssignmentRule {
    /// Its name; a round robin remembers its turn by it.
    pub name: String,
    /// Which leads it is for.
    pub applies: Applies,
    /// What the matched account has to be.
    pub when: Vec<Condition>,
    /// Who gets the lead.
    pub assign: Assignee,
}

/// Which leads a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Leads that an account was found for.
    Matched,
    /// Leads that no account was found for (K-34).
    Unmatched,
}

/// Who gets a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// The owner of the matched account (MM-02).
    AccountOwner,
    /// The member of the account team with this role (MM-03).
    TeamRole(String),
    /// This user or queue.
    Owner(UserId),
    /// One after the other.
    RoundRobin(Vec<UserId>),
}

/// Automatic conversion (MM-08).
#[derive(Debug, Clone, PartialEq)]
pub struct AutoConvert {
    /// What the matched account has to be.
    pub when: Vec<Condition>,
    /// The lead status that says converted.
    pub converted_status: String,
    /// Lead status to contact status (MM-09).
    pub statuses: BTreeMap<String, String>,
}

/// K-33: who is chosen when several members of an account team have the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeveralRoleMembers {
    /// The lowest user id.
    LowestId,
    /// One after the other.
    RoundRobin,
}
