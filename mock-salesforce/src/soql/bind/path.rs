//! Paths: from a row over references to a field, at most five levels up.
//!
//! A reference to several objects (`Owner`, `Who`, `What`) leads to the fields of `Name` only (wire reference §4.1).

use super::{Binder, RECORD_ACCESS, REFERENCE_LIMIT, Scope};
use crate::{
    FieldKind, FieldSchema, ObjectIndex, Org,
    soql::{
        ast::{Join, Name, Span},
        error::SoqlError,
        statement::{FieldPath, Place, Slot},
    },
};

/// Most references on a path (wire reference §13).
const LEVEL_LIMIT: usize = 5;

/// The fields that every polymorphic reference leads to.
const NAME_FIELDS: &[&str] = &[
    "Id",
    "Name",
    "Type",
    "FirstName",
    "LastName",
    "Email",
    "Phone",
    "Title",
    "Alias",
    "Username",
    "IsActive",
    "ProfileId",
    "UserRoleId",
];
/// The relationships that every polymorphic reference leads to.
const NAME_RELATIONSHIPS: &[&str] = &["Profile", "UserRole"];

/// A reference followed one level up.
pub(super) struct Step {
    /// The relationship's name in canonical case.
    pub(super) name: std::sync::Arc<str>,
    /// The reference field.
    pub(super) reference: Place,
    /// The objects that it can lead to.
    pub(super) targets: Vec<ObjectIndex>,
}

/// The field at the end of a path.
pub(super) struct Leaf<'a> {
    pub(super) place: Place,
    pub(super) kind: FieldKind,
    /// Its schema; absent for `Owner.Type`.
    pub(super) field: Option<&'a FieldSchema>,
}

impl<'a> Binder<'a> {
    /// Resolves a path in a condition or an order.
    pub(super) fn path(
        &self,
        name: Name<'_>,
        scope: Scope<'_>,
    ) -> Result<(FieldPath, Option<&'a FieldSchema>), SoqlError> {
        let segments = self.segments(name, scope)?;
        let (last, ups) =
            segments.split_last().ok_or_else(|| SoqlError::unexpected(self.text, name.span))?;
        let mut targets = vec![scope.object];
        let mut references = Vec::new();
        for up in ups {
            let step = self.step(&targets, up, name.span)?;
            references.push(step.reference);
            targets = step.targets;
        }
        let leaf = self.leaf(&targets, last, name.span)?;
        let case_sensitive = leaf.field.is_some_and(|field| field.case_sensitive);
        Ok((
            FieldPath { references, place: leaf.place, kind: leaf.kind, case_sensitive },
            leaf.field,
        ))
    }

    /// The names of a path, without the statement's own alias or object in front, and with the aliases of other
    /// paths written out.
    pub(super) fn segments<'n>(
        &self,
        name: Name<'n>,
        scope: Scope<'n>,
    ) -> Result<Vec<&'n str>, SoqlError> {
        let mut segments: Vec<&str> = name.text.split('.').collect();
        for _ in scope.joins {
            let [first, _, ..] = segments.as_slice() else { break };
            let alias = |join: &&Join<'n>| join.alias.text.eq_ignore_ascii_case(first);
            let Some(join) = scope.joins.iter().find(alias) else { break };
            segments.splice(..1, join.path.text.split('.'));
        }
        if let [first, _, ..] = segments.as_slice()
            && self.is_own(first, scope)
        {
            segments.remove(0);
        }
        if segments.len() > LEVEL_LIMIT + 1 {
            let message =
                format!("a path can not go up more than {LEVEL_LIMIT} levels: {}", name.text);
            return Err(self.malformed(name.span, &message));
        }
        self.count_references(&segments, name.span, scope)?;
        Ok(segments)
    }

    /// Does `first`, in front of a path, stand for the statement's object?
    pub(super) fn is_own(&self, first: &str, scope: Scope<'_>) -> bool {
        let own = self.org.schema().at(scope.object);
        let is_alias = scope.alias.is_some_and(|alias| alias.text.eq_ignore_ascii_case(first));
        is_alias || first.eq_ignore_ascii_case(&own.name) && own.relationship(first).is_none()
    }

    /// Every reference counts once, however often it is followed.
    fn count_references(
        &self,
        segments: &[&str],
        span: Span,
        scope: Scope<'_>,
    ) -> Result<(), SoqlError> {
        let mut tally = self.tally.borrow_mut();
        let mut path = self.org.schema().at(scope.object).name.to_ascii_lowercase();
        for up in segments.split_last().map_or(&[][..], |(_, ups)| ups) {
            path.push('.');
            path.push_str(&up.to_ascii_lowercase());
            tally.references.insert(path.clone());
        }
        if tally.references.len() > REFERENCE_LIMIT {
            let message =
                format!("a statement can not follow more than {REFERENCE_LIMIT} references");
            return Err(self.malformed(span, &message));
        }
        Ok(())
    }

    /// Paths after `FROM` lead somewhere.
    pub(super) fn check_joins(&self, scope: Scope<'_>) -> Result<(), SoqlError> {
        for join in scope.joins {
            let mut targets = vec![scope.object];
            for up in self.segments(join.path, scope)? {
                targets = self.step(&targets, up, join.path.span)?.targets;
            }
        }
        Ok(())
    }

    /// Follows the relationship `name` from one of `from`.
    pub(super) fn step(
        &self,
        from: &[ObjectIndex],
        name: &str,
        span: Span,
    ) -> Result<Step, SoqlError> {
        let through_name = from.len() > 1;
        let allowed =
            !through_name || NAME_RELATIONSHIPS.iter().any(|own| own.eq_ignore_ascii_case(name));
        let found: Vec<(ObjectIndex, &FieldSchema)> = from
            .iter()
            .filter_map(|object| Some((*object, self.org.schema().at(*object).relationship(name)?)))
            .filter(|(object, field)| allowed && self.readable(*object, field.index))
            .collect();
        let Some((_, first)) = found.first() else {
            return Err(self.no_relationship(name, span));
        };
        let mut targets: Vec<ObjectIndex> =
            found.iter().flat_map(|(_, field)| field.targets.iter().copied()).collect();
        targets.sort_unstable();
        targets.dedup();
        targets.retain(|target| self.may_read(*target));
        if targets.is_empty() {
            return Err(self.no_relationship(name, span));
        }
        let fields =
            found.iter().map(|(object, field)| (*object, slot(self.org, *object, field))).collect();
        let name = first.relationship_name.clone().unwrap_or_else(|| name.into());
        Ok(Step { name, reference: Place { fields }, targets })
    }

    /// The field `name` of one of `objects`.
    pub(super) fn leaf(
        &self,
        objects: &[ObjectIndex],
        name: &str,
        span: Span,
    ) -> Result<Leaf<'a>, SoqlError> {
        let polymorphic = objects.len() > 1;
        if polymorphic && !NAME_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Err(self.no_such_column(name, "Name", span));
        }
        if polymorphic && name.eq_ignore_ascii_case("Type") {
            let fields = objects.iter().map(|object| (*object, Slot::TypeName)).collect();
            return Ok(Leaf { place: Place { fields }, kind: FieldKind::String, field: None });
        }
        let mut fields = Vec::with_capacity(objects.len());
        let mut first = None;
        for object in objects {
            let found = self
                .org
                .schema()
                .at(*object)
                .field(name)
                .filter(|field| self.readable(*object, field.index));
            fields.push((
                *object,
                found.map_or(Slot::Absent, |field| slot(self.org, *object, field)),
            ));
            first = first.or(found);
        }
        let Some(field) = first else {
            let entity =
                objects.first().map_or("Name", |object| &*self.org.schema().at(*object).name);
            return Err(self.no_such_column(name, if polymorphic { "Name" } else { entity }, span));
        };
        Ok(Leaf { place: Place { fields }, kind: field.kind, field: Some(field) })
    }

    fn no_relationship(&self, name: &str, span: Span) -> SoqlError {
        if name.eq_ignore_ascii_case(RECORD_ACCESS) {
            return self.unsupported(span, "UserRecordAccess as a relationship");
        }
        let message = format!(
            "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom \
             relationship, be sure to append the '__r' after the custom relationship name. Please reference your \
             WSDL or the describe call for the appropriate names."
        );
        self.at(span, "INVALID_FIELD", &message)
    }

    pub(super) fn no_such_column(&self, name: &str, entity: &str, span: Span) -> SoqlError {
        let message = format!(
            "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append \
             the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate \
             names."
        );
        self.at(span, "INVALID_FIELD", &message)
    }
}

/// Where rows of an object keep a field.
pub(super) fn slot(org: &Org, object: ObjectIndex, field: &FieldSchema) -> Slot {
    match field.kind {
        FieldKind::Id => Slot::Id,
        _ if org.is_stored(object, field.index) => Slot::Stored(field.index),
        _ => Slot::Field(field.index),
    }
}
