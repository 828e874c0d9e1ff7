//! `ORDER BY`: not by long text, multi-select picklists and compound fields; picklists by their own order.

use std::sync::Arc;

use super::{Binder, Scope, last_segment};
use crate::{
    FieldKind, FieldSchema,
    soql::{
        ast::{Name, Operand, Ordering},
        error::SoqlError,
        function::Function,
        statement::{OrderKey, Term},
    },
};

impl Binder<'_> {
    pub(super) fn order(
        &self,
        keys: &[Ordering<'_>],
        scope: Scope<'_>,
    ) -> Result<Vec<OrderKey>, SoqlError> {
        keys.iter().map(|key| self.order_key(key, scope)).collect()
    }

    fn order_key(&self, key: &Ordering<'_>, scope: Scope<'_>) -> Result<OrderKey, SoqlError> {
        let (of, picklist) = match &key.operand {
            Operand::Path(name) => self.sortable(*name, scope)?,
            Operand::Call(call) => match Function::named(call.function.text) {
                Some(Function::Distance) => (self.distance(call, scope)?, Vec::new()),
                Some(Function::Aggregate(_) | Function::Grouping | Function::Date(_)) => {
                    let message = format!(
                        "Ordered field must be grouped or aggregated: {}",
                        key.operand.subject().text
                    );
                    return Err(self.malformed(call.function.span, &message));
                }
                _ => return Err(SoqlError::unexpected(self.text, call.open)),
            },
        };
        Ok(OrderKey { of, descending: key.descending, nulls_last: key.nulls_last, picklist })
    }

    /// A field that rows can be ordered by.
    fn sortable(
        &self,
        name: Name<'_>,
        scope: Scope<'_>,
    ) -> Result<(Term, Vec<Arc<str>>), SoqlError> {
        let (path, field) = self.path(name, scope)?;
        let long_text = field.is_some_and(is_long_text);
        if long_text || path.kind == FieldKind::MultiPicklist || path.kind.is_compound() {
            let message =
                format!("field '{}' can not be sorted in a query call", last_segment(name.text));
            return Err(self.at(name.span, "INVALID_FIELD", &message));
        }
        Ok((Term::Field(path), picklist(field)))
    }
}

/// A text too long to be sorted or grouped by.
pub(super) fn is_long_text(field: &FieldSchema) -> bool {
    field.kind == FieldKind::TextArea && field.length > 255
}

/// The values of a picklist in their order; none for other fields.
pub(super) fn picklist(field: Option<&FieldSchema>) -> Vec<Arc<str>> {
    match field {
        Some(field) if field.kind == FieldKind::Picklist => {
            field.picklist.values.iter().map(|entry| Arc::clone(&entry.value)).collect()
        }
        _ => Vec::new(),
    }
}
