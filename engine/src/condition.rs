//! Does a record meet the conditions of a rule?
//!
//! Conditions are field by field, without formulas, and all must hold. Texts are compared trimmed and without regard to
//! case; numbers agree in every spelling. A field that the record does not have is blank (MM-01, MM-08, K-30).

use crate::{FieldName, FieldValues};

/// What a field of a record has to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field.
    pub field: FieldName,
    /// The test of its value.
    pub test: Test,
}

/// A test of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It is this; blank means that the field is.
    Is(String),
    /// It is one of these.
    OneOf(Vec<String>),
    /// It has this in it.
    Contains(String),
    /// It is a number of at least this.
    AtLeast(f64),
    /// It is a number of at most this.
    AtMost(f64),
    /// There is a value.
    Present,
    /// The opposite of another test.
    Not(Box<Self>),
}

/// Whether a record with these fields meets every condition.
pub fn meets(conditions: &[Condition], fields: &FieldValues) -> bool {
    conditions.iter().all(|it| {
        let found = fields.iter().find(|(name, _)| same_name(name, &it.field));
        let text = found.and_then(|(_, value)| value.text());
        holds(&it.test, text.as_deref().map_or("", str::trim))
    })
}

fn same_name(one: &FieldName, other: &FieldName) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

fn holds(test: &Test, value: &str) -> bool {
    let number = || value.parse::<f64>().ok();
    match test {
        Test::Is(wanted) => same(wanted, value),
        Test::OneOf(wanted) => wanted.iter().any(|it| same(it, value)),
        Test::Contains(part) => value.to_lowercase().contains(&part.trim().to_lowercase()),
        Test::AtLeast(bound) => number().is_some_and(|it| it >= *bound),
        Test::AtMost(bound) => number().is_some_and(|it| it <= *bound),
        Test::Present => !value.is_empty(),
        Test::Not(inner) => !holds(inner, value),
    }
}

fn same(wanted: &str, value: &str) -> bool {
    let wanted = wanted.trim();
    if let (Ok(one), Ok(other)) = (wanted.parse::<f64>(), value.parse::<f64>()) {
        return one.total_cmp(&other).is_eq();
    }
    wanted.to_lowercase() == value.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acme;

    #[test]
    fn texts_are_compared_without_case_and_numbers_in_every_spelling() {
        assert!(check(Test::Is("customer".into()), "Type=Customer"));
        assert!(!check(Test::Is("customer".into()), "Type=Customers"));
        assert!(check(Test::Is("10.0".into()), "Type:10"));
        assert!(check(Test::OneOf(vec!["a".into(), "b".into()]), "Type=B"));
        assert!(check(Test::Contains("tom".into()), "Type=Customer"));
    }

    #[test]
    fn a_field_that_is_not_there_is_blank() {
        assert!(check(Test::Is(String::new()), ""));
        assert!(!check(Test::Present, ""));
        assert!(check(Test::Not(Box::new(Test::Present)), ""));
        assert!(!check(Test::AtLeast(0.0), ""));
    }

    #[test]
    fn numbers_are_measured_and_texts_are_not() {
        assert!(check(Test::AtLeast(100.0), "Type:100"));
        assert!(!check(Test::AtLeast(100.0), "Type:99"));
        assert!(check(Test::AtMost(100.0), "Type:100"));
        assert!(!check(Test::AtMost(100.0), "Type=few"));
    }

    #[test]
    fn every_condition_must_hold() {
        let two = [condition(Test::Present), condition(Test::Is("x".into()))];
        assert!(!meets(&two, &acme::fields("Type=y")));
        assert!(meets(&[], &acme::fields("")));
    }

    fn check(test: Test, fields: &str) -> bool {
        meets(&[condition(test)], &acme::fields(fields))
    }

    fn condition(test: Test) -> Condition {
        Condition { field: "Type".into(), test }
    }
}
