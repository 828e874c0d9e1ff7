//! The words that a scenario may use and that this crate cannot know: rules, requirements, settings, metrics, fields, formulas.
//!
//! `sim` implements [`Vocabulary`] from the engine's rules and the mock's schema; [`crate::check`] asks it. A leaf stays a leaf that way.

use crate::ast::{CustomField, FieldKind};
use std::ops::Range;

/// What there is to name. Every list may be in any order; an empty list means that nothing of the kind exists.
pub trait Vocabulary {
    /// Ids of all rules (`owner.chat_rep`), and of other reasons that an `explain` may name (`salesforce.validation_rule`).
    fn rules(&self) -> Vec<&str>;
    /// Ids of all requirements (`AS-04`).
    fn requirements(&self) -> Vec<&str>;
    /// Profiles of the engine.
    fn profiles(&self) -> Vec<&str>;
    /// Settings with the values that each takes.
    fn settings(&self) -> Vec<SettingWord<'_>>;
    /// Metrics that `metric:` and `hold:` may name.
    fn metrics(&self) -> Vec<&str>;
    /// Operations that a `fault` may name; `any` always goes.
    fn fault_operations(&self) -> Vec<&str>;
    /// Faults that have a name.
    fn fault_kinds(&self) -> Vec<FaultWord<'_>> {
        Vec::new()
    }
    /// Fields of a view; nothing if any field goes. A name that ends with a dot stands for all that begin with it.
    fn view_fields(&self, view: View) -> Option<Vec<&str>>;
    /// Destinations of a push (`salesforce`).
    fn destinations(&self) -> Vec<&str>;
    /// Objects of the org by API name.
    fn objects(&self) -> Vec<&str>;
    /// Standard fields of an object by API name.
    fn fields(&self, object: &str) -> Vec<&str>;
    /// A standard field of an object; names are compared as Salesforce does, without case.
    fn field(&self, object: &str, name: &str) -> Option<FieldWord>;
    /// Fields that packages add to objects of the org that they are installed in.
    fn package_fields(&self) -> Vec<(&str, CustomField)> {
        Vec::new()
    }
    /// What is wrong with a formula over an object; `custom` are the fields that the scenario adds to it.
    fn formula(&self, object: &str, custom: &[CustomField], text: &str) -> Vec<FormulaProblem>;
}

/// What a person looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The rep's app.
    Rep,
    /// The messenger on the site.
    Visitor,
    /// An Account 360.
    Account,
    /// An account list of Signals.
    List,
    /// What a playback link answers.
    Playback,
    /// What a search of the org finds.
    Search,
}

/// Whether a name is one of these fields of a view, or of a family (`profile.`) among them.
pub fn names_field(known: &[&str], name: &str) -> bool {
    known.iter().any(|it| match it.strip_suffix('.') {
        Some(_) => name.len() > it.len() && name.starts_with(it),
        None => *it == name,
    })
}

/// A fault that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultWord<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it can be told, of [`FAULT_PARAMETERS`](crate::ast::FAULT_PARAMETERS).
    pub takes: &'a [&'a str],
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingWord<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it takes.
    pub values: SettingValues<'a>,
}

/// What a setting takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValues<'a> {
    /// One of these words.
    OneOf(Vec<&'a str>),
    /// A duration (`30m`).
    Duration,
    /// A whole number.
    Count,
    /// A field of the lead, or this word.
    Field(&'a str),
    /// Any text.
    Text,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWord {
    /// Its kind.
    pub kind: FieldKind,
    /// Its values, for a restricted picklist; empty if any value goes.
    pub values: Vec<String>,
}

/// Something wrong in a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaProblem {
    /// Bytes of the formula's text.
    pub range: Range<usize>,
    /// What.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}
