//! Field lists: what a row of the answer holds.

use super::{Binder, Level, Scope, path::slot};
use crate::{
    FieldKind, FieldSchema, ObjectIndex,
    soql::{
        ast::{Name, Operand, Query, Selected, Span},
        error::SoqlError,
        statement::{Column, Place, Shape},
    },
};

/// Most rows of a statement with `FIELDS(ALL)` or `FIELDS(CUSTOM)` (wire reference §4.2).
const FIELDS_ROW_LIMIT: u64 = 200;

impl Binder<'_> {
    pub(super) fn select(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<(Vec<Column>, Shape), SoqlError> {
        if let [
            Selected::Value { operand: Operand::Call { function, argument: None }, alias: None },
        ] = query.select.as_slice()
            && function.text.eq_ignore_ascii_case("count")
            && level == Level::Outer
        {
            return Ok((Vec::new(), Shape::Count));
        }
        let mut columns = Vec::with_capacity(query.select.len());
        for item in &query.select {
            self.select_item(item, query, scope, &mut columns)?;
        }
        Ok((columns, Shape::Rows))
    }

    fn select_item(
        &self,
        item: &Selected<'_>,
        query: &Query<'_>,
        scope: Scope<'_>,
        columns: &mut Vec<Column>,
    ) -> Result<(), SoqlError> {
        match item {
            Selected::Value { operand: Operand::Path(name), alias: None } => {
                let segments = self.segments(*name, scope)?;
                self.add(columns, &[scope.object], &segments, name.span)
            }
            Selected::Value { operand: Operand::Path(_), alias: Some(alias) } => Err(self.at(
                alias.span,
                "MALFORMED_QUERY",
                "Only aggregate expressions use field aliasing",
            )),
            Selected::Value { operand: Operand::Call { function, .. }, .. } => {
                Err(self.unsupported(function.span, "functions in the field list"))
            }
            Selected::Fields { group } => self.add_fields(*group, query, scope, columns),
            Selected::Children(children) => self.add_children(children, scope, columns),
        }
    }

    /// Adds a path to the tree of columns; paths through the same parent share its object.
    fn add(
        &self,
        columns: &mut Vec<Column>,
        objects: &[ObjectIndex],
        segments: &[&str],
        span: Span,
    ) -> Result<(), SoqlError> {
        let Some((first, rest)) = segments.split_first() else {
            return Err(SoqlError::unexpected(self.text, span));
        };
        if rest.is_empty() {
            return self.add_leaf(columns, objects, first, span);
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
            Some(Column::Parent { columns, .. }) => self.add(columns, &step.targets, rest, span),
            _ => Ok(()),
        }
    }

    fn add_leaf(
        &self,
        columns: &mut Vec<Column>,
        objects: &[ObjectIndex],
        name: &str,
        span: Span,
    ) -> Result<(), SoqlError> {
        let leaf = self.leaf(objects, name, span)?;
        let canonical = leaf.field.map_or_else(|| "Type".into(), |field| field.name.clone());
        let twice = columns.iter().any(|column| {
            matches!(column, Column::Field { name, .. } | Column::Address { name, .. } if *name == canonical)
        });
        if twice {
            return Err(self.at(
                span,
                "INVALID_FIELD",
                &format!("duplicate field selected: {canonical}"),
            ));
        }
        columns.push(match (leaf.kind, leaf.field, objects) {
            (FieldKind::Address, Some(field), [object]) => self.address(*object, field),
            _ => Column::Field { name: canonical, place: leaf.place },
        });
        Ok(())
    }

    fn address(&self, object: ObjectIndex, compound: &FieldSchema) -> Column {
        address_column(self.org.schema().at(object), compound)
    }

    fn add_fields(
        &self,
        group: Name<'_>,
        query: &Query<'_>,
        scope: Scope<'_>,
        columns: &mut Vec<Column>,
    ) -> Result<(), SoqlError> {
        let wanted: fn(&FieldSchema) -> bool = match () {
            () if group.text.eq_ignore_ascii_case("all") => |_| true,
            () if group.text.eq_ignore_ascii_case("standard") => |field| !field.custom,
            () if group.text.eq_ignore_ascii_case("custom") => |field| field.custom,
            () => return Err(SoqlError::unexpected(self.text, group.span)),
        };
        let bounded = query.limit.is_some_and(|limit| limit.count <= FIELDS_ROW_LIMIT);
        if !group.text.eq_ignore_ascii_case("standard") && !bounded {
            let message =
                format!("The SOQL FIELDS function must have a LIMIT of at most {FIELDS_ROW_LIMIT}");
            return Err(self.at(group.span, "MALFORMED_QUERY", &message));
        }
        let object = self.org.schema().at(scope.object);
        let readable =
            |field: &&FieldSchema| self.org.readable(self.asker.user, scope.object, field.index);
        let before = columns.len();
        for field in object.fields().filter(|field| wanted(field)).filter(readable) {
            self.add_leaf(columns, &[scope.object], &field.name, group.span)?;
        }
        if columns.len() == before {
            let message = "'FIELDS(...)' expansion function must result in at least one field being selected.";
            return Err(self.at(group.span, "MALFORMED_QUERY", message));
        }
        Ok(())
    }

    fn add_children(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        columns: &mut Vec<Column>,
    ) -> Result<(), SoqlError> {
        let Some(child) = self.org.schema().at(scope.object).child(query.from.text) else {
            let message = format!(
                "Didn't understand relationship '{}' in FROM part of query call. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. Please reference your \
                 WSDL or the describe call for the appropriate names.",
                query.from.text
            );
            return Err(self.at(query.from.span, "INVALID_TYPE", &message));
        };
        let statement = self.statement(query, child.object, Level::Children)?;
        let name = child.name.as_deref().unwrap_or(query.from.text).into();
        columns.push(Column::Children {
            name,
            reference: child.field,
            statement: Box::new(statement),
        });
        Ok(())
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

/// The column of a field of the row itself, for answers that are not queries.
pub(crate) fn own_column(object: &crate::ObjectSchema, field: &FieldSchema) -> Column {
    if field.kind == FieldKind::Address {
        return address_column(object, field);
    }
    Column::Field {
        name: field.name.clone(),
        place: Place { fields: vec![(object.index, slot(field))] },
    }
}
