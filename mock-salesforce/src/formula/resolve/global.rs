//! What stands behind a `$` and is no row: labels, settings, metadata, permissions; and `VLOOKUP`, which reads
//! `$ObjectType`.

use std::ops::Range;

use super::{Found, Resolver, absent_global, kind_of, unknown_field};
use crate::{
    formula::{
        FormulaProblem,
        ast::{Expr, Node, Segment},
        function::Want,
        typed::{Kind, Lookup, TypedNode},
    },
    schema::{FieldIndex, ObjectIndex},
    value::Value,
};

impl Resolver<'_> {
    /// A value that the admin has defined, or a permission; `None` for every other path.
    pub(super) fn global(
        &self,
        span: &Range<usize>,
        path: &[Segment],
    ) -> Option<Found<(Kind, TypedNode)>> {
        let (first, rest) = path.split_first()?;
        match first.name.to_ascii_lowercase().as_str() {
            "$label" | "$setup" | "$custommetadata" => Some(self.defined(span, path)),
            "$permission" => Some(self.permission(span, rest)),
            "$objecttype" => {
                let message = "$ObjectType stands in VLOOKUP only";
                Some(Err(FormulaProblem::new(span.clone(), message)))
            }
            _ => None,
        }
    }

    fn defined(&self, span: &Range<usize>, path: &[Segment]) -> Found<(Kind, TypedNode)> {
        let names: Vec<&str> = path.iter().map(|segment| segment.name.as_str()).collect();
        let whole = names.join(".");
        let value = self.schema.globals().value(&whole).ok_or_else(|| {
            FormulaProblem::new(span.clone(), format!("{whole} is not defined"))
                .hint("define it in the org's labels, custom_settings or custom_metadata")
        })?;
        let kind = match value {
            Value::Bool(_) => Kind::Boolean,
            Value::Double(_) => Kind::Number,
            Value::Null => Kind::Null,
            _ => Kind::Text,
        };
        Ok((kind, TypedNode::Constant(value.clone())))
    }

    fn permission(&self, span: &Range<usize>, rest: &[Segment]) -> Found<(Kind, TypedNode)> {
        let [name] = rest else { return Err(absent_global(span, "$Permission")) };
        if !self.schema.globals().has_permission(&name.name) {
            let message = format!("there is no custom permission {}", name.name);
            let hint = "name it in the org's custom_permissions";
            return Err(FormulaProblem::new(span.clone(), message).hint(hint));
        }
        Ok((Kind::Boolean, TypedNode::Permission(name.name.to_lowercase().into())))
    }

    /// `VLOOKUP($ObjectType.Zip__c.Fields.State__c, $ObjectType.Zip__c.Fields.Name, City)`
    pub(super) fn lookup(
        &mut self,
        span: &Range<usize>,
        arguments: &[Expr],
    ) -> Found<(Kind, TypedNode)> {
        let [field, by, value] = arguments else {
            let message = format!("VLOOKUP takes 3 arguments, not {}", arguments.len());
            return Err(FormulaProblem::new(span.clone(), message));
        };
        let (object, field_index) = self.field_of_object(field)?;
        let (same, by_index) = self.field_of_object(by)?;
        let schema = self.schema.at(object);
        if same != object {
            let message = "both fields of VLOOKUP belong to one object";
            return Err(FormulaProblem::new(by.span.clone(), message));
        }
        if !schema.custom || !schema.field_at(by_index).name_field {
            let message = "VLOOKUP looks for the record name of a custom object";
            return Err(FormulaProblem::new(by.span.clone(), message));
        }
        let kind = kind_of(schema.field_at(field_index));
        let kind = kind.ok_or_else(|| {
            FormulaProblem::new(field.span.clone(), "a compound field has no single value")
        })?;
        let value = self.expr(value);
        self.want(&value, Want::Text, "VLOOKUP");
        let lookup = Lookup { object, field: field_index, by: by_index, value };
        Ok((kind, TypedNode::Lookup(Box::new(lookup))))
    }

    fn field_of_object(&self, argument: &Expr) -> Found<(ObjectIndex, FieldIndex)> {
        let shape = || {
            FormulaProblem::new(argument.span.clone(), "VLOOKUP takes fields of another object")
                .hint("write $ObjectType.Object__c.Fields.Field__c")
        };
        let Node::Field(path) = &argument.node else { return Err(shape()) };
        let [root, object, fields, field] = path.as_slice() else { return Err(shape()) };
        if !root.name.eq_ignore_ascii_case("$ObjectType")
            || !fields.name.eq_ignore_ascii_case("Fields")
        {
            return Err(shape());
        }
        let index = self.schema.index_of(&object.name).ok_or_else(|| {
            FormulaProblem::new(
                argument.span.clone(),
                format!("there is no object {}", object.name),
            )
        })?;
        let of = self.schema.at(index);
        let found = of.field_index(&field.name);
        let found = found.ok_or_else(|| unknown_field(&argument.span, of, &field.name))?;
        Ok((index, found))
    }
}
