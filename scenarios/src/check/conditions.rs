//! Conditions that nothing can meet, and values that no field can hold.

use crate::ast::{FieldKind, Matcher};
use crate::check::Checker;
use crate::diagnostic::code;
use crate::source::Text;
use crate::time::{parse_instant, parse_offset};

/// A text as a number to compare with: a plain number, a duration in milliseconds, or an instant.
pub(crate) fn magnitude(text: &str) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of real clocks stay below 2^52")]
    let wide = |milliseconds: i64| milliseconds as f64;
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.or_else(|| parse_offset(text).map(wide)).or_else(|| parse_instant(text).map(wide))
}

impl Checker<'_> {
    /// A condition on a figure, which is always a number.
    pub(super) fn figure(&mut self, name: &str, matcher: &Matcher) {
        match matcher {
            Matcher::Is(text) => self.bound(text),
            Matcher::OneOf(texts) => texts.iter().for_each(|text| self.bound(text)),
            _ => {}
        }
        self.matcher(None, name, matcher);
    }

    /// A matcher on a field of a kind; nothing is known of the kind for views and headers.
    pub(super) fn matcher(&mut self, kind: Option<FieldKind>, field: &str, matcher: &Matcher) {
        match matcher {
            Matcher::Is(text) => self.literal(kind, field, text),
            Matcher::OneOf(texts) => {
                for text in texts {
                    self.literal(kind, field, text);
                }
            }
            Matcher::Not(inner) => self.matcher(kind, field, inner),
            Matcher::AtMost(text) | Matcher::AtLeast(text) => self.bound(text),
            Matcher::Between(low, high) => {
                self.bound(low);
                self.bound(high);
                if let (Some(from), Some(to)) = (magnitude(low), magnitude(high))
                    && from > to
                {
                    self.error(
                        code::IMPOSSIBLE,
                        low,
                        format!("nothing lies between {low} and {high}"),
                        "write the lower value first",
                    );
                }
            }
            Matcher::Present(_)
            | Matcher::Absent(_)
            | Matcher::Matches(_)
            | Matcher::Contains(_) => {}
        }
    }

    fn literal(&mut self, kind: Option<FieldKind>, field: &str, text: &Text) {
        if let Some(kind) = kind.filter(|_| !text.is_empty()) {
            self.value(kind, field, text);
        }
    }

    fn bound(&mut self, text: &Text) {
        if magnitude(text).is_none() {
            let message = format!(
                "`{text}` has no size to compare with; write a number, a duration or an instant"
            );
            self.error(
                code::IMPOSSIBLE,
                text,
                message,
                "remove the condition, or match a value: `{ one_of: [a, b] }`",
            );
        }
    }
}
