//! How does a duplicate rule of a seed become one of the org?
//!
//! Its matching rules are given in full or in short (an object, fields). Salesforce's limits hold:
//! five active duplicate rules of an object, three matching rules of one. What is compared exactly
//! gets an index. Rule and matching rules have rows, which answers name (wire reference §7.2).

use std::sync::Arc;

use serde_json::json;

use crate::org::Org;
use crate::org::rules::{DuplicateRule, MatchField, MatchingRule};
use crate::schema::ObjectSchema;
use crate::seed::{DuplicateRuleSeed, MatchFieldSeed, MatchMethod, MatchingRuleSeed, SeedError};
use crate::timestamp::Timestamp;

use super::{condition, contradiction, rule_field};

/// Active duplicate rules of one object, as Salesforce limits them.
const DUPLICATE_RULES_MAX: usize = 5;
/// Matching rules of one duplicate rule.
const MATCHING_RULES_MAX: usize = 3;

impl Org {
    /// Adds a duplicate rule and indexes what it compares exactly.
    pub fn add_duplicate_rule(
        &mut self,
        seed: &DuplicateRuleSeed,
        now: Timestamp,
    ) -> Result<(), SeedError> {
        let place = format!("duplicate rule {}", seed.name);
        let object = self.rule_object(&place, &seed.object)?;
        let own = self.rules.duplicates.iter().filter(|r| r.active && r.object == object.index);
        if seed.active && own.count() >= DUPLICATE_RULES_MAX {
            return Err(contradiction(&place, "an object has at most 5 active duplicate rules"));
        }
        let matching = self.matching_rules(&place, seed, &object)?;
        let when = match &seed.when {
            Some(text) => Some(condition(&self.schema, &place, object.index, text)?),
            None => None,
        };
        for rule in &matching {
            for field in rule.fields().filter(|field| field.method == MatchMethod::Exact) {
                self.table_mut(rule.object).add_index(field.other);
            }
        }
        let row = json!({"SobjectType": object.name.as_ref(), "DeveloperName": seed.name,
            "MasterLabel": seed.name.replace('_', " "), "Language": "en_US", "IsActive": seed.active});
        let id = self.rule_row("DuplicateRule", None, row, now)?;
        for rule in &matching {
            let fuzzy = rule.fields().any(|field| field.method != MatchMethod::Exact);
            let engine = if fuzzy { "FuzzyMatchEngine" } else { "ExactMatchEngine" };
            let object = self.schema.at(rule.object).name.to_string();
            let row = json!({"SobjectType": object, "DeveloperName": rule.name,
                "MasterLabel": rule.name.replace('_', " "), "Language": "en_US",
                "MatchEngine": engine, "RuleStatus": "Active"});
            self.rule_row("MatchingRule", None, row, now)?;
        }
        self.rules.duplicates.push(Arc::new(DuplicateRule {
            name: seed.name.clone(),
            object: object.index,
            matching,
            when,
            enforce_sharing: seed.enforce_sharing,
            exempt: seed.exempt.clone(),
            id,
            report: seed.report,
            on_create: seed.on_create,
            on_update: seed.on_update,
            alert_text: seed.alert_text.clone(),
            api_visible: seed.api_visible,
            active: seed.active,
        }));
        Ok(())
    }

    fn matching_rules(
        &self,
        place: &str,
        seed: &DuplicateRuleSeed,
        object: &ObjectSchema,
    ) -> Result<Vec<MatchingRule>, SeedError> {
        let seeds = matching_seeds(seed);
        if seeds.len() > MATCHING_RULES_MAX {
            return Err(contradiction(place, "a duplicate rule has at most 3 matching rules"));
        }
        let mut rules = Vec::new();
        for seed in &seeds {
            let other = self.rule_object(place, &seed.object)?;
            let lists = std::iter::once(&seed.fields).chain(&seed.alternatives);
            let alternatives = lists
                .filter(|fields| !fields.is_empty())
                .map(|fields| match_fields(place, fields, object, &other))
                .collect::<Result<Vec<_>, _>>()?;
            if alternatives.is_empty() {
                return Err(contradiction(place, "a duplicate rule compares at least one field"));
            }
            let name = if seed.name.is_empty() {
                format!("{}_Matching_Rule", other.name)
            } else {
                seed.name.clone()
            };
            rules.push(MatchingRule { name, object: other.index, alternatives });
        }
        Ok(rules)
    }
}

/// The matching rules of a seed, those too that are said in short.
fn matching_seeds(seed: &DuplicateRuleSeed) -> Vec<MatchingRuleSeed> {
    if !seed.matching.is_empty() {
        return seed.matching.clone();
    }
    let own = std::slice::from_ref(&seed.object);
    let names = if seed.against.is_empty() { own } else { &seed.against };
    let rule = |object: &String| MatchingRuleSeed {
        object: object.clone(),
        fields: seed.fields.clone(),
        ..MatchingRuleSeed::default()
    };
    names.iter().map(rule).collect()
}

fn match_fields(
    place: &str,
    fields: &[MatchFieldSeed],
    object: &ObjectSchema,
    other: &ObjectSchema,
) -> Result<Vec<MatchField>, SeedError> {
    let pair = |field: &MatchFieldSeed| {
        let own = rule_field(place, object, &field.field)?;
        let mapped = field.on.as_deref().filter(|_| other.index != object.index);
        let other = rule_field(place, other, mapped.unwrap_or(&field.field))?;
        Ok(MatchField { own, other, method: field.method, match_blank: field.match_blank })
    };
    fields.iter().map(pair).collect()
}
