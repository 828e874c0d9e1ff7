//! Field lists: what a row of the answer holds.

use std::sync::Arc;

use super::{Binder, Level, Scope, group::is_bare_count, path::slot};
use crate::{
    FieldKind, FieldSchema, ObjectIndex, Org,
    soql::{
        ast::{Branch, Call, Condition, Name, Operand, Operator, Query, Selected, Set, Span},
        error::SoqlError,
        function::Function,
        statement::{Column, FieldPath, Place, Shape, Slot, Term},
    },
};

/// Most rows of a statement with `FIELDS(ALL)` or `FIELDS(CUSTOM)` (wire reference §4.2).
const FIELDS_ROW_LIMIT: usize = 200;
/// The first version that has `FIELDS(…)`.
const FIELDS_SINCE: u16 = 51;
/// The first version that has `TYPEOF` for everybody.
const TYPEOF_SINCE: u16 = 46;

/// How a value is written.
#[derive(Clone, Copy)]
enum Form<'c, 's> {
    /// As it is.
    Plain,
    /// `FORMAT(…)`
    Formatted(&'c Call<'s>),
}

impl Binder<'_> {
    pub(super) fn select(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<(Vec<Column>, Shape), SoqlError> {
        if is_bare_count(query) {
            if level != Level::Outer {
                let message = "Only root queries support aggregate expressions";
                return Err(self.malformed(query.from.span, message));
            }
            return Ok((Vec::new(), Shape::Count));
        }
        let mut columns = Vec::with_capacity(query.select.len());
        for item in &query.select {
            match item {
                Selected::Children(children) => {
                    self.add_children(children, scope, level, &mut columns)?;
                }
                Selected::Fields { group } => {
                    self.add_fields(*group, query, scope, &mut columns)?;
                }
                Selected::TypeOf { relationship, branches, otherwise } => {
                    let column = self.variant(*relationship, (branches, otherwise), scope)?;
                    columns.push(column);
                }
                Selected::Value { operand, alias } => {
                    self.select_value(operand, *alias, scope, &mut columns)?;
                }
            }
        }
        Ok((columns, Shape::Rows))
    }

    fn select_value(
        &self,
        operand: &Operand<'_>,
        alias: Option<Name<'_>>,
        scope: Scope<'_>,
        columns: &mut Vec<Column>,
    ) -> Result<(), SoqlError> {
        let call = match operand {
            Operand::Path(name) => {
                return match alias {
                    None => self.add_path(columns, *name, scope, Form::Plain),
                    Some(alias) => {
                        Err(self
                            .malformed(alias.span, "Only aggregate expressions use field aliasing"))
                    }
                };
            }
            Operand::Call(call) => call,
        };
        let function = Function::named(call.function.text);
        if let Some(Function::Date(_)) = function {
            let message =
                format!("Field must be grouped or aggregated: {}", operand.subject().text);
            return Err(self.malformed(call.function.span, &message));
        }
        match (function, alias) {
            (Some(Function::Label), None) => {
                self.add_path(columns, self.only_path(call)?, scope, Form::Plain)
            }
            (Some(Function::Format), None) => match self.only_operand(call)? {
                Operand::Path(name) => self.add_path(columns, *name, scope, Form::Formatted(call)),
                Operand::Call(inner)
                    if Function::named(inner.function.text) == Some(Function::Label) =>
                {
                    self.add_path(columns, self.only_path(inner)?, scope, Form::Plain)
                }
                Operand::Call(_) => self.add_function(columns, operand, None, scope),
            },
            _ => self.add_function(columns, operand, alias, scope),
        }
    }

    /// Adds a function under its alias, or as `expr0`, `expr1` and so on.
    fn add_function(
        &self,
        columns: &mut Vec<Column>,
        operand: &Operand<'_>,
        alias: Option<Name<'_>>,
        scope: Scope<'_>,
    ) -> Result<(), SoqlError> {
        let (of, _) = self.term(operand, scope)?;
        let unnamed = |column: &&Column| matches!(column, Column::Function { name, .. } if name.starts_with("expr"));
        let name: Arc<str> = match alias {
            Some(alias) => alias.text.into(),
            None => format!("expr{}", columns.iter().filter(unnamed).count()).into(),
        };
        if columns.iter().any(|column| column.name().eq_ignore_ascii_case(&name)) {
            let span = alias.map_or(operand.span(), |alias| alias.span);
            return Err(self.malformed(span, &format!("duplicate alias: {name}")));
        }
        columns.push(Column::Function { name, of });
        Ok(())
    }

    fn add_path(
        &self,
        columns: &mut Vec<Column>,
        name: Name<'_>,
        scope: Scope<'_>,
        form: Form<'_, '_>,
    ) -> Result<(), SoqlError> {
        let segments = self.segments(name, scope)?;
        self.add(columns, &[scope.object], (&segments, name.span), form)
    }

    /// Adds a path to the tree of columns; paths through the same parent share its object.
    fn add(
        &self,
        columns: &mut Vec<Column>,
        objects: &[ObjectIndex],
        (segments, span): (&[&str], Span),
        form: Form<'_, '_>,
    ) -> Result<(), SoqlError> {
        let Some((first, rest)) = segments.split_first() else {
            return Err(SoqlError::unexpected(self.text, span));
        };
        if rest.is_empty() {
            return self.add_leaf(columns, objects, (first, span), form);
        }
        let step = self.step(objects, first, span)?;
        let known = columns
            .iter()
            .position(|column| matches!(column, Column::Parent { name, .. } if *name == step.name));
        let at = known.unwrap_or_else(|| {
            columns.push(Column::Parent {
                name: step.name,
                reference: step.reference,
                columns: Vec::new(),
            });
            columns.len() - 1
        });
        match columns.get_mut(at) {
            Some(Column::Parent { columns, .. }) => {
                self.add(columns, &step.targets, (rest, span), form)
            }
            _ => Ok(()),
        }
    }

    fn add_leaf(
        &self,
        columns: &mut Vec<Column>,
        objects: &[ObjectIndex],
        (name, span): (&str, Span),
        form: Form<'_, '_>,
    ) -> Result<(), SoqlError> {
        let leaf = self.leaf(objects, name, span)?;
        let canonical = leaf.field.map_or_else(|| "Type".into(), |field| field.name.clone());
        let twice = columns.iter().any(|column| {
            !matches!(column, Column::Parent { .. } | Column::Children { .. })
                && column.name() == &*canonical
        });
        if twice {
            let message = format!("duplicate field selected: {canonical}");
            return Err(self.at(span, "INVALID_FIELD", &message));
        }
        columns.push(match (form, leaf.kind, leaf.field, objects) {
            (Form::Formatted(call), ..) => {
                let (place, kind) = (leaf.place, leaf.kind);
                let path = FieldPath { references: Vec::new(), place, kind, case_sensitive: false };
                Column::Function { name: canonical, of: self.format(call, Term::Field(path))? }
            }
            (_, kind, Some(field), [object]) if kind.is_compound() => {
                address_column(self.org.schema().at(*object), field)
            }
            _ => Column::Field { name: canonical, place: leaf.place },
        });
        Ok(())
    }

    /// `TYPEOF Owner WHEN User THEN Name ELSE Id END`
    fn variant(
        &self,
        relationship: Name<'_>,
        (branches, otherwise): (&[Branch<'_>], &[Name<'_>]),
        scope: Scope<'_>,
    ) -> Result<Column, SoqlError> {
        if self.asker.version < TYPEOF_SINCE {
            return Err(SoqlError::unexpected(self.text, relationship.span));
        }
        let segments = self.segments(relationship, scope)?;
        let [up] = segments.as_slice() else {
            return Err(SoqlError::unexpected(self.text, relationship.span));
        };
        let step = self.step(&[scope.object], up, relationship.span)?;
        if step.targets.len() < 2 {
            let message = format!(
                "TYPEOF can not be used with the relationship '{up}': it leads to one object only"
            );
            return Err(self.malformed(relationship.span, &message));
        }
        let mut of_objects = Vec::with_capacity(branches.len());
        for branch in branches {
            let object = self.object(branch.object)?;
            if !step.targets.contains(&object) {
                let message = format!(
                    "'{}' is not an object that the relationship '{up}' leads to",
                    branch.object.text
                );
                return Err(self.malformed(branch.object.span, &message));
            }
            of_objects.push((object, self.branch(&branch.fields, &[object])?));
        }
        let otherwise = self.branch(otherwise, &step.targets)?;
        let (name, reference) = (step.name, step.reference);
        Ok(Column::Variant { name, reference, branches: of_objects, otherwise })
    }

    fn branch(
        &self,
        fields: &[Name<'_>],
        objects: &[ObjectIndex],
    ) -> Result<Vec<Column>, SoqlError> {
        let mut columns = Vec::with_capacity(fields.len());
        for field in fields {
            let segments: Vec<&str> = field.text.split('.').collect();
            self.add(&mut columns, objects, (&segments, field.span), Form::Plain)?;
        }
        Ok(columns)
    }

    fn add_fields(
        &self,
        group: Name<'_>,
        query: &Query<'_>,
        scope: Scope<'_>,
        columns: &mut Vec<Column>,
    ) -> Result<(), SoqlError> {
        let wanted: fn(&FieldSchema) -> bool = match () {
            () if self.asker.version < FIELDS_SINCE => {
                return Err(SoqlError::unexpected(self.text, group.span));
            }
            () if group.text.eq_ignore_ascii_case("all") => |_| true,
            () if group.text.eq_ignore_ascii_case("standard") => |field| !field.custom,
            () if group.text.eq_ignore_ascii_case("custom") => |field| field.custom,
            () => return Err(SoqlError::unexpected(self.text, group.span)),
        };
        if !group.text.eq_ignore_ascii_case("standard") && !self.is_bounded(query, scope) {
            let message =
                format!("The SOQL FIELDS function must have a LIMIT of at most {FIELDS_ROW_LIMIT}");
            return Err(self.malformed(group.span, &message));
        }
        let object = self.org.schema().at(scope.object);
        let readable = |field: &&FieldSchema| self.readable(scope.object, field.index);
        let before = columns.len();
        for field in object.fields().filter(|field| wanted(field)).filter(readable) {
            self.add_leaf(columns, &[scope.object], (&field.name, group.span), Form::Plain)?;
        }
        if columns.len() == before {
            let message = "'FIELDS(...)' expansion function must result in at least one field being selected.";
            return Err(self.malformed(group.span, message));
        }
        Ok(())
    }

    /// Does a statement ask for few rows: by `LIMIT`, or by their ids?
    fn is_bounded(&self, query: &Query<'_>, scope: Scope<'_>) -> bool {
        let is_id = |left: &Operand<'_>| match left {
            Operand::Path(name) => self
                .segments(*name, scope)
                .is_ok_and(|path| matches!(path.as_slice(), [id] if id.eq_ignore_ascii_case("id"))),
            Operand::Call(_) => false,
        };
        let by_id = |condition: &Condition<'_>| match condition {
            Condition::Compare { left, operator: Operator::Equal, .. } => is_id(left),
            Condition::In { left, negated: false, set: Set::Values(ids) } => {
                ids.len() <= FIELDS_ROW_LIMIT && is_id(left)
            }
            _ => false,
        };
        let by_ids = match &query.filter {
            Some(Condition::And(all)) => all.iter().any(by_id),
            Some(condition) => by_id(condition),
            None => false,
        };
        by_ids || query.limit.is_some_and(|limit| limit.count <= FIELDS_ROW_LIMIT as u64)
    }
}

/// A compound address: an object of its parts in alphabetical order (wire reference §3.4).
pub(crate) fn address_column(object: &crate::ObjectSchema, compound: &FieldSchema) -> Column {
    const PARTS: [&str; 8] = [
        "city",
        "country",
        "geocodeAccuracy",
        "latitude",
        "longitude",
        "postalCode",
        "state",
        "street",
    ];
    if compound.kind == FieldKind::Location {
        return location_column(object, compound);
    }
    let prefix = compound.name.strip_suffix("Address").unwrap_or_default();
    let part = |part: &'static str| {
        let field = object.fields().find(|field| {
            field.name.strip_prefix(prefix).is_some_and(|own| own.eq_ignore_ascii_case(part))
                && field.compound.as_deref() == Some(&*compound.name)
        });
        (part, field.map(|field| field.index))
    };
    Column::Address { name: compound.name.clone(), parts: PARTS.map(part).to_vec() }
}

/// A location: an object of its two parts.
fn location_column(object: &crate::ObjectSchema, compound: &FieldSchema) -> Column {
    let base = compound.name.strip_suffix("__c").unwrap_or_default();
    let part = |part: &'static str| {
        let field = object.field(&format!("{base}__{part}__s"));
        (part, field.map(|field| field.index))
    };
    Column::Address {
        name: compound.name.clone(),
        parts: vec![part("latitude"), part("longitude")],
    }
}

/// The same, read where every row stores the field.
pub(crate) fn stored_column(
    org: &Org,
    object: &crate::ObjectSchema,
    field: &FieldSchema,
) -> Column {
    match own_column(object, field) {
        Column::Field { name, .. } => {
            let place = Place { fields: vec![(object.index, slot(org, object.index, field))] };
            Column::Field { name, place }
        }
        compound => compound,
    }
}

/// The column of a field of the row itself, for answers that are not queries.
pub(crate) fn own_column(object: &crate::ObjectSchema, field: &FieldSchema) -> Column {
    if field.kind.is_compound() {
        return address_column(object, field);
    }
    let slot = if field.kind == FieldKind::Id { Slot::Id } else { Slot::Field(field.index) };
    Column::Field { name: field.name.clone(), place: Place { fields: vec![(object.index, slot)] } }
}
