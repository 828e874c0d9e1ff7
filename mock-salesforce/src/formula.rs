//! The formula language of validation rules, assignment entries and flows (wire reference §14).
//!
//! A text is parsed with spans, resolved against the schema and checked for types once
//! ([`Formula::compile`]); what it says of a row is then one walk over the tree
//! ([`Formula::evaluate`]). Blank text behaves as `""`; blank numbers and dates stay blank through
//! arithmetic and comparisons, and a blank condition does not fire. Functions that this language
//! does not have are errors at their place, with the nearest name as a hint.

mod ast;
mod evaluate;
mod function;
mod parse;
mod regex;
mod resolve;
mod text;
mod typed;

use std::ops::Range;

use crate::schema::{ObjectIndex, Schema};

pub use evaluate::Scope;
pub(crate) use function::edits;
pub use typed::Kind;

use typed::Typed;

/// Longest formula, in characters, as Salesforce limits it.
pub const SOURCE_MAX: usize = 3_900;
/// Longest formula together with the formula fields that it uses, in bytes, as Salesforce limits what it compiles.
/// It bounds how deep formulas are evaluated within formulas.
pub const COMPILED_MAX: usize = 15_000;

/// What is wrong with a formula, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaProblem {
    /// Bytes of the text at fault.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl FormulaProblem {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A formula that fits its object.
#[derive(Clone, Debug)]
pub struct Formula {
    source: String,
    root: Typed,
}

impl Formula {
    /// Parses, resolves and checks a text.
    pub fn compile(
        schema: &Schema,
        object: ObjectIndex,
        text: &str,
    ) -> Result<Self, Vec<FormulaProblem>> {
        if text.chars().count() > SOURCE_MAX {
            let message = format!("the formula is longer than {SOURCE_MAX} characters");
            return Err(vec![FormulaProblem::new(0..text.len(), message)]);
        }
        let tree = parse::parse(text).map_err(|problem| vec![problem])?;
        let root = resolve::resolve(schema, object, &tree)?;
        Ok(Self { source: text.to_owned(), root })
    }

    /// The text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The type of its value.
    pub fn kind(&self) -> Kind {
        self.root.kind
    }

    /// Its value for a row.
    pub fn evaluate(&self, scope: &Scope<'_>) -> crate::Value {
        evaluate::evaluate(scope, &self.root)
    }

    /// Characters of the text with those of every formula field that it uses, once a use.
    pub(crate) fn compiled_size(&self, schema: &Schema, object: ObjectIndex) -> usize {
        let used = |path: &typed::Path| {
            let start = match path.start {
                typed::Start::Row => Some(object),
                typed::Start::User => schema.index_of("User"),
                typed::Start::Organization => schema.index_of("Organization"),
            };
            let last = path.hops.last().map_or(start, |(_, target)| *target);
            let (Some(last), typed::Leaf::Field(field)) = (last, path.field) else { return 0 };
            schema.at(last).field_at(field).formula.as_ref().map_or(0, |formula| formula.size)
        };
        let mut size = self.source.chars().count();
        self.root.each_path(&mut |path| size = size.saturating_add(used(path)));
        size
    }

    /// The first function in it that no formula field may have.
    pub(crate) fn of_rules(&self) -> Option<&'static str> {
        self.root.of_rules()
    }

    /// The same with zero in the place of every blank number field.
    pub(crate) fn with_blanks_as_zero(self) -> Self {
        Self { root: self.root.with_blanks_as_zero(), ..self }
    }

    /// Is it true of a row? Blank is not.
    pub fn holds(&self, scope: &Scope<'_>) -> bool {
        self.evaluate(scope).is_true()
    }
}

/// Every operator, function and global that the language knows, refused ones too: what the support matrix must
/// have rows for.
pub fn constructs() -> Vec<&'static str> {
    const SIGNS: [&str; 19] = [
        "+", "-", "*", "/", "^", "&", "=", "==", "<>", "!=", "<", "<=", ">", ">=", "&&", "||", "!",
        "()", "/* */",
    ];
    let functions = function::names().chain(function::ABSENT.iter().copied());
    SIGNS.into_iter().chain(functions).chain(resolve::GLOBALS.iter().copied()).collect()
}

/// Everything that is wrong with a condition on rows of an object. Empty: it can be used.
pub fn check(schema: &Schema, object: &str, text: &str) -> Vec<FormulaProblem> {
    let Some(object) = schema.index_of(object) else {
        let message = format!("unknown object {object}");
        return vec![FormulaProblem::new(0..text.len(), message)];
    };
    match condition(schema, object, text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    }
}

/// Compiles a condition: a formula whose value is true or false.
pub fn condition(
    schema: &Schema,
    object: ObjectIndex,
    text: &str,
) -> Result<Formula, Vec<FormulaProblem>> {
    let formula = Formula::compile(schema, object, text)?;
    let size = formula.compiled_size(schema, object);
    if size > COMPILED_MAX {
        let message =
            format!("with the formulas it uses it is {size} characters, more than {COMPILED_MAX}");
        return Err(vec![FormulaProblem::new(0..text.len(), message).hint("use fewer of them")]);
    }
    if formula.kind() == Kind::Boolean {
        return Ok(formula);
    }
    let message = format!("a condition is true or false, this is {}", formula.kind().name());
    Err(vec![FormulaProblem::new(0..text.len(), message).hint("compare it with something")])
}
