//! Literals: one must fit the type of the field that it is compared with (wire reference §4.3).

use super::Binder;
use crate::{
    FieldKind, SfId, Timestamp, Value,
    soql::{
        ast::{Literal, LiteralKind, Name},
        dates,
        error::SoqlError,
        text::unescape,
    },
};

/// Longest text in a condition, in characters (wire reference §13).
const TEXT_LIMIT: usize = 4_000;

/// What a literal means next to its field.
pub(super) enum Meaning {
    Value(Value),
    /// From the first up to, not including, the second.
    Range(Value, Value),
}

impl Binder<'_> {
    pub(super) fn meaning(
        &self,
        kind: FieldKind,
        literal: &Literal<'_>,
        name: Name<'_>,
    ) -> Result<Meaning, SoqlError> {
        let wrong = || self.wrong_type(kind, name);
        let value = match (&literal.kind, kind) {
            (LiteralKind::Null, FieldKind::Boolean) => Value::Bool(false),
            (LiteralKind::Null, _) => Value::Null,
            (LiteralKind::Bool(value), FieldKind::Boolean) => Value::Bool(*value),
            (LiteralKind::Text(raw), FieldKind::Id | FieldKind::Reference) => {
                self.id(raw, literal)?
            }
            (LiteralKind::Text(raw), kind) if kind.is_text() => self.checked_text(raw, literal)?,
            (LiteralKind::Number(digits), kind) if kind.is_number() => {
                Value::Double(digits.parse().map_err(|_| wrong())?)
            }
            (LiteralKind::Currency(_), FieldKind::Currency) => {
                return Err(self.single_currency(Name { span: literal.span, ..name }));
            }
            (LiteralKind::Date(day), FieldKind::Date) => {
                let day = dates::parse_date(day).ok_or_else(|| self.invalid_date(literal))?;
                Value::Date(dates::epoch_days(day))
            }
            (LiteralKind::DateTime(moment), FieldKind::DateTime) => {
                let moment =
                    dates::parse_datetime(moment).ok_or_else(|| self.invalid_date(literal))?;
                Value::DateTime(Timestamp(moment))
            }
            (LiteralKind::DateLiteral { name: word, n }, FieldKind::Date | FieldKind::DateTime) => {
                return self.date_range(kind, word, *n).ok_or_else(|| self.invalid_date(literal));
            }
            _ => return Err(wrong()),
        };
        Ok(Meaning::Value(value))
    }

    fn id(&self, raw: &str, literal: &Literal<'_>) -> Result<Value, SoqlError> {
        let text = unescape(raw);
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let id: Result<SfId, _> = text.parse();
        id.map(Value::Id).map_err(|_| {
            self.at(
                literal.span,
                "INVALID_QUERY_FILTER_OPERATOR",
                &format!("invalid ID field: {text}"),
            )
        })
    }

    fn checked_text(&self, raw: &str, literal: &Literal<'_>) -> Result<Value, SoqlError> {
        self.check_length(raw, literal)?;
        Ok(Value::text(&unescape(raw)))
    }

    pub(super) fn check_length(&self, raw: &str, literal: &Literal<'_>) -> Result<(), SoqlError> {
        if raw.len() > TEXT_LIMIT && raw.chars().count() > TEXT_LIMIT {
            let message =
                format!("a text in a condition can not be longer than {TEXT_LIMIT} characters");
            return Err(self.malformed(literal.span, &message));
        }
        Ok(())
    }

    /// A date literal is a range of days in the asker's time zone.
    fn date_range(&self, kind: FieldKind, word: &str, n: Option<u32>) -> Option<Meaning> {
        self.is_personal();
        let today = dates::day_of(self.asker.now.0, &self.asker.zone)?;
        let range = dates::range(word, n, today, self.asker.calendar)?;
        Some(if kind == FieldKind::Date {
            let days = |day| Value::Date(dates::epoch_days(day));
            Meaning::Range(days(range.start), days(range.end))
        } else {
            let moment =
                |day| Some(Value::DateTime(Timestamp(dates::midnight(day, &self.asker.zone)?)));
            Meaning::Range(moment(range.start)?, moment(range.end)?)
        })
    }

    fn invalid_date(&self, literal: &Literal<'_>) -> SoqlError {
        let shown = self.text.get(literal.span.start..literal.span.end).unwrap_or_default();
        self.malformed(literal.span, &format!("Invalid date: {shown}"))
    }

    pub(super) fn wrong_type(&self, kind: FieldKind, name: Name<'_>) -> SoqlError {
        let (kind, quotes) = match kind {
            FieldKind::DateTime => ("dateTime", "should not be enclosed in quotes"),
            FieldKind::Id | FieldKind::Reference => ("ID", "should be enclosed in quotes"),
            kind if kind.is_text() => ("string", "should be enclosed in quotes"),
            kind => (kind.name(), "should not be enclosed in quotes"),
        };
        let message = format!(
            "value of filter criterion for field '{}' must be of type {kind} and {quotes}",
            name.text
        );
        self.at(name.span, "INVALID_FIELD", &message)
    }
}
