//! A find as SOQL (wire reference §4.2).
//!
//! Values are data: whatever a visitor typed ends up inside one string literal. `AND` and `OR` are never mixed without
//! parentheses, which SOQL refuses.

use std::fmt::Write as _;

use engine::{FieldName, Filter, Find, Value};

use super::json::instant;

/// The statement for a find. `Id` is read first, once.
pub fn statement(find: &Find) -> String {
    let mut out = String::with_capacity(160);
    out.push_str("SELECT Id");
    for field in find.fields.iter().filter(|field| !field.as_str().eq_ignore_ascii_case("Id")) {
        out.push_str(", ");
        out.push_str(field.as_str());
    }
    out.push_str(" FROM ");
    out.push_str(find.object.as_str());
    if !always(&find.filter) {
        out.push_str(" WHERE ");
        condition(&mut out, &find.filter);
    }
    if let Some((rows, by)) = &find.first {
        let by = by.iter().map(FieldName::as_str).collect::<Vec<_>>().join(", ");
        let _ = write!(out, " ORDER BY {by} LIMIT {rows}");
    }
    out
}

/// Is this a filter that every record passes?
fn always(filter: &Filter) -> bool {
    match filter {
        Filter::All(filters) => filters.iter().all(always),
        Filter::Any(filters) => filters.iter().any(always),
        Filter::OneOf(..) | Filter::Contains(..) | Filter::Above(..) | Filter::UpTo(..) => false,
    }
}

fn condition(out: &mut String, filter: &Filter) {
    match filter {
        Filter::OneOf(field, values) => one_of(out, field, values),
        Filter::Contains(field, text) => {
            let _ = write!(out, "{field} LIKE '%");
            escape(out, text, true);
            out.push_str("%'");
        }
        Filter::Above(field, value) => compared(out, field, " > ", value),
        Filter::UpTo(field, value) => compared(out, field, " <= ", value),
        Filter::All(filters) => {
            let filters: Vec<&Filter> = filters.iter().filter(|filter| !always(filter)).collect();
            joined(out, &filters, " AND ");
        }
        Filter::Any(filters) => joined(out, &filters.iter().collect::<Vec<_>>(), " OR "),
    }
}

/// No alternative at all is never true, and no record lacks an id.
const NEVER: &str = "Id = null";

fn joined(out: &mut String, filters: &[&Filter], word: &str) {
    match filters {
        [] => out.push_str(NEVER),
        [only] => condition(out, only),
        filters => {
            for (index, filter) in filters.iter().enumerate() {
                out.push_str(if index == 0 { "(" } else { word });
                condition(out, filter);
            }
            out.push(')');
        }
    }
}

fn compared(out: &mut String, field: &FieldName, operator: &str, value: &Value) {
    out.push_str(field.as_str());
    out.push_str(operator);
    literal(out, value);
}

fn one_of(out: &mut String, field: &FieldName, values: &[Value]) {
    match values {
        [] => out.push_str(NEVER),
        [value] => {
            let _ = write!(out, "{field} = ");
            literal(out, value);
        }
        values => {
            let _ = write!(out, "{field} IN ");
            for (index, value) in values.iter().enumerate() {
                out.push_str(if index == 0 { "(" } else { ", " });
                literal(out, value);
            }
            out.push(')');
        }
    }
}

fn literal(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => {
            out.push('\'');
            escape(out, text, false);
            out.push('\'');
        }
        Value::Bool(it) => out.push_str(if *it { "TRUE" } else { "FALSE" }),
        Value::Int(it) => {
            let _ = write!(out, "{it}");
        }
        Value::Double(it) if it.is_finite() => {
            let _ = write!(out, "{it:?}");
        }
        Value::Null | Value::Double(_) => out.push_str("null"),
        Value::Instant(at) => out.push_str(&instant(*at, "Z")),
    }
}

/// Text inside quotes; in a pattern the wildcards of `LIKE` are escaped too.
fn escape(out: &mut String, text: &str, pattern: bool) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '\'' => out.push_str(r"\'"),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\t' => out.push_str(r"\t"),
            '%' | '_' if pattern => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is(field: &str, values: &[&str]) -> Filter {
        Filter::OneOf(field.into(), values.iter().map(|text| Value::from(*text)).collect())
    }

    fn spelt(filter: Filter) -> String {
        statement(&Find {
            object: "Lead".into(),
            fields: vec!["Id".into(), "Email".into()],
            filter,
            include_deleted: false,
            first: None,
        })
    }

    #[test]
    fn a_page_of_changes_is_in_the_order_of_its_cursor() {
        let at = |ms| Value::Instant(engine::Timestamp(ms));
        let find = Find {
            object: "Lead".into(),
            fields: Vec::new(),
            filter: Filter::All(vec![
                Filter::Any(vec![
                    Filter::Above("SystemModstamp".into(), at(0)),
                    Filter::All(vec![
                        Filter::OneOf("SystemModstamp".into(), vec![at(0)]),
                        Filter::Above("Id".into(), "00Q".into()),
                    ]),
                ]),
                Filter::UpTo("SystemModstamp".into(), at(1_000)),
            ]),
            include_deleted: true,
            first: Some((2, vec!["SystemModstamp".into(), "Id".into()])),
        };
        assert_eq!(
            statement(&find),
            "SELECT Id FROM Lead WHERE ((SystemModstamp > 1970-01-01T00:00:00.000Z OR (SystemModstamp = 1970-01-01T00:00:00.000Z AND Id > '00Q')) AND SystemModstamp <= 1970-01-01T00:00:01.000Z) ORDER BY SystemModstamp, Id LIMIT 2"
        );
    }

    #[test]
    fn one_value_is_an_equation_and_several_are_a_list() {
        assert_eq!(
            spelt(is("Email", &["a@b.c"])),
            "SELECT Id, Email FROM Lead WHERE Email = 'a@b.c'"
        );
        assert_eq!(
            spelt(is("Email", &["a", "b"])),
            "SELECT Id, Email FROM Lead WHERE Email IN ('a', 'b')"
        );
        assert_eq!(spelt(is("Email", &[])), "SELECT Id, Email FROM Lead WHERE Id = null");
    }

    #[test]
    fn and_and_or_never_mix_without_parentheses() {
        let filter =
            Filter::All(vec![Filter::Any(vec![is("A", &["1"]), is("B", &["2"])]), is("C", &["3"])]);
        assert_eq!(
            spelt(filter),
            "SELECT Id, Email FROM Lead WHERE ((A = '1' OR B = '2') AND C = '3')"
        );
    }

    #[test]
    fn no_condition_at_all_needs_no_where() {
        assert_eq!(spelt(Filter::All(vec![])), "SELECT Id, Email FROM Lead");
        assert_eq!(spelt(Filter::Any(vec![])), "SELECT Id, Email FROM Lead WHERE Id = null");
        let filter = Filter::All(vec![Filter::All(vec![]), is("C", &["3"])]);
        assert_eq!(spelt(filter), "SELECT Id, Email FROM Lead WHERE C = '3'");
    }

    #[test]
    fn quotes_and_wildcards_are_data() {
        assert_eq!(
            spelt(is("LastName", &[r"O'Brien\' OR Id != '"])),
            r"SELECT Id, Email FROM Lead WHERE LastName = 'O\'Brien\\\' OR Id != \''"
        );
        assert_eq!(
            spelt(Filter::Contains("Company".into(), "50%_off".into())),
            r"SELECT Id, Email FROM Lead WHERE Company LIKE '%50\%\_off%'"
        );
    }

    #[test]
    fn values_keep_their_type() {
        let values = vec![
            Value::Bool(true),
            Value::Int(-3),
            Value::Double(2.0),
            Value::Null,
            Value::Instant(engine::Timestamp(0)),
        ];
        assert_eq!(
            spelt(Filter::OneOf("X".into(), values)),
            "SELECT Id, Email FROM Lead WHERE X IN (TRUE, -3, 2.0, null, 1970-01-01T00:00:00.000Z)"
        );
    }

    /// Reads a literal back as SOQL reads it; `None` when it does not end exactly at the end.
    fn unquoted(literal: &str) -> Option<String> {
        let mut chars = literal.strip_prefix('\'')?.chars();
        let mut text = String::new();
        loop {
            match chars.next()? {
                '\'' => return chars.next().is_none().then_some(text),
                '\\' => text.push(match chars.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    c @ ('\\' | '\'' | '%' | '_') => c,
                    _ => return None,
                }),
                c => text.push(c),
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_one_literal_that_reads_back(text in r"[\\'%_\n\r\ta-z\PC]{0,40}") {
            let mut out = String::new();
            literal(&mut out, &Value::from(text.as_str()));
            prop_assert_eq!(unquoted(&out), Some(text));
        }

        #[test]
        fn any_pattern_is_one_literal_that_reads_back(text in r"[\\'%_\n\r\ta-z\PC]{0,40}") {
            let mut out = String::from("'");
            escape(&mut out, &text, true);
            out.push('\'');
            prop_assert_eq!(unquoted(&out), Some(text));
        }
    }
}
