//! What formulas find behind a `$` that is no row: custom labels, custom settings, custom metadata, custom permissions.
//!
//! An admin defines them with the org; a formula takes their values when it is compiled. Of custom settings the
//! org-wide values are known, not those of a profile or a user.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::value::Value;

/// Labels, settings, metadata and permissions of an org, by their paths in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globals {
    values: BTreeMap<String, Value>,
    permissions: BTreeSet<String>,
}

impl Globals {
    /// Defines what `path`, such as `$Label.Greeting`, stands for; false when the value is no plain one.
    pub(crate) fn define(&mut self, path: &str, value: &Json) -> bool {
        let value = match value {
            Json::String(text) => Value::text(text),
            Json::Bool(truth) => Value::Bool(*truth),
            Json::Number(number) => number.as_f64().map_or(Value::Null, Value::Double),
            Json::Null => Value::Null,
            Json::Array(_) | Json::Object(_) => return false,
        };
        self.values.insert(path.to_lowercase(), value);
        true
    }

    /// Defines the values of a tree: `{"Rates__c": {"Low__c": 3}}` below `$Setup`.
    pub(crate) fn define_all(
        &mut self,
        root: &str,
        values: &IndexMap<String, Json>,
    ) -> Result<(), String> {
        for (name, value) in values {
            let path = format!("{root}.{name}");
            match value {
                Json::Object(inner) => {
                    let inner = inner.iter().map(|(key, one)| (key.clone(), one.clone())).collect();
                    self.define_all(&path, &inner)?;
                }
                one if self.define(&path, one) => {}
                _ => return Err(path),
            }
        }
        Ok(())
    }

    /// Defines a custom permission.
    pub(crate) fn permit(&mut self, name: &str) {
        self.permissions.insert(name.to_lowercase());
    }

    /// What a path stands for.
    pub(crate) fn value(&self, path: &str) -> Option<&Value> {
        self.values.get(&path.to_lowercase())
    }

    /// Is there a custom permission of this name?
    pub(crate) fn has_permission(&self, name: &str) -> bool {
        self.permissions.contains(&name.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_path_in_any_case() {
        let mut globals = Globals::default();
        let values = IndexMap::from([
            ("Rates__c".to_owned(), serde_json::json!({"Low__c": 3, "On__c": true})),
            ("Plain".to_owned(), serde_json::json!("text")),
        ]);
        globals.define_all("$Setup", &values).unwrap();
        assert_eq!(globals.value("$setup.RATES__C.low__c"), Some(&Value::Double(3.0)));
        assert_eq!(globals.value("$Setup.Plain"), Some(&Value::text("text")));
        assert_eq!(globals.value("$Setup.Other"), None);
        let list = IndexMap::from([("L".to_owned(), serde_json::json!([1]))]);
        assert_eq!(globals.define_all("$Label", &list).unwrap_err(), "$Label.L");
    }
}
