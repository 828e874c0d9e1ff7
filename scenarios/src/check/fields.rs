//! Fields of an object and the values that they can hold.

use crate::ast::{FieldKind, Fields};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::Text;
use crate::time::{is_date, parse_instant, parse_offset};

/// References that a file writes without `Id`.
const REFERENCES: [&str; 9] = [
    "Owner",
    "Account",
    "Campaign",
    "Lead",
    "Contact",
    "Who",
    "What",
    "CreatedBy",
    "LastModifiedBy",
];

/// The API name of a field as a file writes it: reference names get their `Id`.
pub fn api_name(name: &str) -> String {
    if REFERENCES.contains(&name) { format!("{name}Id") } else { name.to_owned() }
}

impl<'a> Checker<'a> {
    /// The kind of a field, if the object has it.
    pub(super) fn field_kind(&self, object: &str, name: &str) -> Option<FieldKind> {
        let api = api_name(name);
        let custom = self.custom.get(object).into_iter().flatten();
        let custom = custom
            .filter(|field| field.name.eq_ignore_ascii_case(&api))
            .map(|field| field.kind)
            .next();
        custom.or_else(|| self.vocabulary.field(object, &api).map(|word| word.kind))
    }

    /// A field that must exist; its kind.
    pub(super) fn field(&mut self, object: &str, name: &Text) -> Option<FieldKind> {
        let kind = self.field_kind(object, name);
        if kind.is_none() {
            let standard = self.vocabulary.fields(object);
            let custom =
                self.custom.get(object).into_iter().flatten().map(|field| field.name.as_str());
            let known: Vec<&str> = standard.into_iter().chain(custom).collect();
            let help = hint(name, known).filter(|help| help.starts_with("did"));
            let help = help.unwrap_or_else(|| {
                format!("add it under `world.objects.{object}.fields` if it is a custom field")
            });
            let message = format!("{object} has no field `{name}`");
            self.out.push(Diagnostic::error(code::UNKNOWN_FIELD, name.span, message).help(help));
        }
        kind
    }

    /// Fields with values that they can hold.
    pub(super) fn fields(&mut self, object: &'a str, fields: &'a Fields) {
        for (name, value) in fields {
            if let Some(kind) = self.field(object, name)
                && !value.is_empty()
            {
                self.value(kind, &api_name(name), value);
            }
        }
    }

    /// A value that a field of a kind can hold.
    pub(super) fn value(&mut self, kind: FieldKind, field: &str, value: &Text) {
        if kind == FieldKind::Reference {
            self.reference(field, value);
            return;
        }
        let wanted = match kind {
            FieldKind::Checkbox if !matches!(value.as_str(), "true" | "false") => {
                "`true` or `false`"
            }
            FieldKind::Number | FieldKind::Currency if value.parse::<f64>().is_err() => "a number",
            FieldKind::Date if !is_date(value) && parse_offset(value).is_none() => {
                "a day (`2026-03-02`) or an offset"
            }
            FieldKind::Datetime
                if parse_offset(value).is_none() && parse_instant(value).is_none() =>
            {
                "an offset (`2m40s`) or an instant"
            }
            _ => return,
        };
        self.error(
            code::FIELD_VALUE,
            value,
            format!("`{field}` cannot hold `{value}`; it takes {wanted}"),
            format!("write {wanted}"),
        );
    }

    /// The name of a record, user, queue or campaign; ids are for worlds out of a CSV.
    fn reference(&mut self, field: &str, value: &Text) {
        if looks_like_id(value) {
            return;
        }
        if matches!(field, "OwnerId" | "CreatedById" | "LastModifiedById") {
            self.owner(value);
            return;
        }
        if !self.names.has(value) {
            let known = self.names.anything();
            self.unknown(code::UNKNOWN_NAME, "record", value, known);
        }
    }
}

/// 15 or 18 letters and digits, of which the first three are a key prefix.
pub(crate) fn looks_like_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.starts_with(|c: char| c.is_ascii_digit() || c == 'a')
}
