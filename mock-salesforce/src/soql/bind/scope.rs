//! `USING SCOPE`: which rows a statement is about before its own conditions.
//!
//! An object supports the scopes that its describe lists; the others are refused. `team` is the user and everybody
//! whose role is below theirs.

use std::collections::BTreeSet;

use super::{Binder, Level, Scope};
use crate::{
    FieldKind, SfId,
    soql::{
        ast::{Name, Query},
        error::SoqlError,
        statement::{FieldPath, Place, Slot, Term, Test},
    },
};

/// The scopes that are emulated.
pub(crate) const SCOPES: &[&str] = &["everything", "mine", "team", "user_owned", "queue_owned"];
/// Scopes that Salesforce has and this mock has not.
const UNSUPPORTED: &[&str] = &[
    "delegated",
    "mine_and_my_groups",
    "my_territory",
    "my_team_territory",
    "scopingRule",
    "mru",
    "genericteam",
    "team_by_role",
    "all_active_campaigns",
    "my_active_campaigns",
    "single_entity_scope",
];
/// Most levels of roles that are walked down.
const ROLE_DEPTH: usize = 50;

impl Binder<'_> {
    /// `WHERE` and `USING SCOPE`.
    pub(super) fn filter(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Option<Test>, SoqlError> {
        let filter = match &query.filter {
            Some(condition) => Some(self.conditions(condition, scope, level)?),
            None => None,
        };
        let within = match query.scope {
            Some(name) => self.scope(name, scope)?,
            None => None,
        };
        Ok(match (filter, within) {
            (Some(filter), Some(within)) => Some(Test::And(vec![within, filter])),
            (filter, within) => filter.or(within),
        })
    }

    fn scope(&self, name: Name<'_>, scope: Scope<'_>) -> Result<Option<Test>, SoqlError> {
        let is = |known: &&&str| known.eq_ignore_ascii_case(name.text);
        if UNSUPPORTED.iter().find(is).is_some() {
            return Err(self.unsupported(name.span, "this scope of USING SCOPE"));
        }
        let known = SCOPES.iter().find(is).ok_or_else(|| self.no_scope(name))?;
        if *known == "everything" {
            return Ok(None);
        }
        let object = self.org.schema().at(scope.object);
        let owner = object.field("OwnerId").ok_or_else(|| self.no_scope(name))?;
        let of = Term::Field(FieldPath {
            references: Vec::new(),
            place: Place { fields: vec![(scope.object, Slot::Stored(owner.index))] },
            kind: FieldKind::Reference,
            case_sensitive: false,
        });
        let by_queue = owner.reference_to.iter().any(|target| &**target == "Group");
        match *known {
            "mine" => Ok(Some(Test::InIds { of, ids: BTreeSet::from([self.asker.user]) })),
            "team" => Ok(Some(Test::InIds { of, ids: self.team() })),
            "queue_owned" if by_queue => Ok(Some(Test::LeadsTo { of, prefix: *b"00G" })),
            "user_owned" if by_queue => Ok(Some(Test::LeadsTo { of, prefix: *b"005" })),
            _ => Err(self.no_scope(name)),
        }
    }

    fn no_scope(&self, name: Name<'_>) -> SoqlError {
        self.malformed(name.span, &format!("Invalid scope specified: {}", name.text))
    }

    /// The asker, and the users whose roles are below theirs.
    fn team(&self) -> BTreeSet<SfId> {
        let mut team = BTreeSet::from([self.asker.user]);
        let Some(role) = self.reference_of(self.asker.user, "UserRoleId") else { return team };
        let mut above = BTreeSet::from([role]);
        for _ in 0..ROLE_DEPTH {
            let below = self.referring("UserRole", "ParentRoleId", &above);
            if below.is_empty() {
                break;
            }
            team.extend(self.referring("User", "UserRoleId", &below));
            above = below;
        }
        team
    }

    /// Rows of an object whose reference leads to one of these.
    fn referring(&self, object: &str, field: &str, to: &BTreeSet<SfId>) -> BTreeSet<SfId> {
        let schema = self.org.schema().object(object);
        let Some((object, field)) = schema.and_then(|s| Some((s.index, s.field_index(field)?)))
        else {
            return BTreeSet::new();
        };
        let refers = |row: &&crate::Record| {
            self.org.value(row, field).as_id().is_some_and(|id| to.contains(&id))
        };
        self.org.rows(object).filter(refers).map(crate::Record::id).collect()
    }

    fn reference_of(&self, id: SfId, field: &str) -> Option<SfId> {
        let row = self.org.get(id)?;
        let field = self.org.schema().at(row.object()).field_index(field)?;
        self.org.value(row, field).as_id()
    }
}
