//! What a formula says of a row.
//!
//! Blank text is `""`. A blank number, date or condition stays blank: arithmetic and comparisons
//! with it are blank, `AND` is false if one part is, `OR` is true if one part is, otherwise they are
//! blank. `AND`, `OR`, `IF` and `CASE` evaluate no more than they need.

mod date;
mod number;
mod operator;

use crate::id::SfId;
use crate::org::{Org, SaveContext};
use crate::record::Record;
use crate::value::{FieldValue, Value, ValueRef};

use super::function::Function;
use super::regex;
use super::text;
use super::typed::{Kind, Leaf, Lookup, Path, Start, Typed, TypedNode};

/// What a formula is evaluated over.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The org, for related rows.
    pub org: &'a Org,
    /// The running user and the time.
    pub cx: &'a SaveContext,
    /// The row as it was; none when it is new, or when there was no save.
    pub before: Option<&'a Record>,
    /// The row as it will be.
    pub after: &'a Record,
    /// Is this an insert?
    pub is_new: bool,
}

pub(crate) fn evaluate(scope: &Scope<'_>, typed: &Typed) -> Value {
    match &typed.node {
        TypedNode::Constant(value) => value.clone(),
        TypedNode::Permission(name) => {
            Value::Bool(scope.org.has_custom_permission(scope.cx.user, name))
        }
        TypedNode::Path(path) => scope.path(path, scope.after, typed.kind),
        TypedNode::Lookup(lookup) => scope.lookup(lookup, typed.kind),
        TypedNode::Unary(op, inner) => operator::unary(*op, evaluate(scope, inner)),
        TypedNode::Binary(op, a, b) => operator::binary(scope, *op, a, b),
        TypedNode::Call(function, arguments) => {
            Call { scope, arguments }.run(*function, typed.kind)
        }
    }
}

impl Scope<'_> {
    /// The value at the end of a path that begins at `row`.
    fn path(&self, path: &Path, row: &Record, kind: Kind) -> Value {
        let start = match path.start {
            Start::Row => Some(row),
            Start::User => self.org.get(self.cx.user),
            Start::Organization => self.org.get(self.org.organization_id()),
        };
        let Some(mut at) = start else { return blank(kind) };
        for (field, target) in &path.hops {
            let id = self.org.value(at, *field).as_id();
            let fits = |row: &&Record| target.is_none_or(|target| row.object() == target);
            match id.and_then(|id| self.org.get(id)).filter(fits) {
                Some(next) => at = next,
                None => return blank(kind),
            }
        }
        match path.field {
            Leaf::Id => plain_id(at.id()),
            Leaf::Field(field) => in_formula(self.org.value(at, field), kind),
        }
    }
}

impl Scope<'_> {
    /// The field of the first row with the name, by id; blank when there is none.
    fn lookup(&self, lookup: &Lookup, kind: Kind) -> Value {
        let name = evaluate(self, &lookup.value);
        if name.is_null() {
            return blank(kind);
        }
        let is_named = |row: &&Record| self.org.value(row, lookup.by).into_owned() == name;
        let row = match self.org.lookup(lookup.object, lookup.by, &name) {
            Some(ids) => ids.into_iter().filter_map(|id| self.org.live(id)).find(is_named),
            None => self.org.rows(lookup.object).filter(|row| !row.is_deleted()).find(is_named),
        };
        row.map_or(blank(kind), |row| in_formula(self.org.value(row, lookup.field), kind))
    }
}

/// A stored value as formulas see it: numbers are doubles, ids are text of 15 characters.
fn in_formula(value: FieldValue<'_>, kind: Kind) -> Value {
    match value.view() {
        ValueRef::Id(id) => plain_id(id),
        ValueRef::Null => blank(kind),
        number @ ValueRef::Int(_) => number.as_number().map_or(Value::Null, Value::Double),
        _ => value.into_owned(),
    }
}

fn plain_id(id: SfId) -> Value {
    Value::text(id.as_str_15())
}

fn blank(kind: Kind) -> Value {
    if kind == Kind::Boolean { Value::Bool(false) } else { Value::Null }
}

/// One call of a function.
struct Call<'a> {
    scope: &'a Scope<'a>,
    arguments: &'a [Typed],
}

impl Call<'_> {
    fn value(&self, at: usize) -> Value {
        self.arguments.get(at).map_or(Value::Null, |argument| evaluate(self.scope, argument))
    }

    fn kind(&self, at: usize) -> Kind {
        self.arguments.get(at).map_or(Kind::Null, |argument| argument.kind)
    }

    fn text(&self, at: usize) -> String {
        text::written(&self.value(at))
    }

    fn number(&self, at: usize) -> Option<f64> {
        self.value(at).as_number()
    }

    fn run(&self, function: Function, kind: Kind) -> Value {
        self.logic(function)
            .or_else(|| self.on_text(function))
            .or_else(|| self.on_rows(function, kind))
            .or_else(|| date::run(self, function))
            .or_else(|| number::run(self, function))
            .unwrap_or_default()
    }

    fn logic(&self, function: Function) -> Option<Value> {
        Some(match function {
            Function::And => self.all_or_any(false),
            Function::Or => self.all_or_any(true),
            Function::Not => operator::not(&self.value(0)),
            Function::If if self.value(0).is_true() => self.value(1),
            Function::If => self.value(2),
            Function::Case => self.case(),
            Function::IsBlank => Value::Bool(self.is_blank(0)),
            Function::IsNull => Value::Bool(self.kind(0) != Kind::Text && self.is_blank(0)),
            Function::BlankValue if self.is_blank(0) => self.value(1),
            Function::NullValue if self.kind(0) != Kind::Text && self.is_blank(0) => self.value(1),
            Function::BlankValue | Function::NullValue => self.value(0),
            Function::IsPickVal => Value::Bool(self.text(0) == self.text(1)),
            _ => return None,
        })
    }

    /// `OR` looks for true, `AND` for false; what is blank leaves the answer open.
    fn all_or_any(&self, wanted: bool) -> Value {
        let mut open = false;
        for argument in self.arguments {
            match evaluate(self.scope, argument) {
                Value::Bool(found) if found == wanted => return Value::Bool(wanted),
                Value::Bool(_) => {}
                _ => open = true,
            }
        }
        if open { Value::Null } else { Value::Bool(!wanted) }
    }

    fn case(&self) -> Value {
        let subject = self.value(0);
        let last = self.arguments.len().saturating_sub(1);
        let cases = (1..last).step_by(2);
        let hit = cases.into_iter().find(|at| same_case(&subject, &self.value(*at)));
        self.value(hit.map_or(last, |at| at + 1))
    }

    fn is_blank(&self, at: usize) -> bool {
        match self.value(at) {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    fn on_rows(&self, function: Function, kind: Kind) -> Option<Value> {
        let scope = self.scope;
        Some(match function {
            Function::IsNew => Value::Bool(scope.is_new),
            Function::IsClone => Value::Bool(false),
            Function::IsChanged => {
                let now = self.value(0);
                Value::Bool(
                    !scope.is_new && scope.before.is_some() && self.prior(self.kind(0)) != now,
                )
            }
            Function::PriorValue => self.prior(kind),
            Function::CaseSafeId => {
                let text = self.text(0);
                Value::text(&text.parse::<SfId>().map_or(text, |id| id.to_string()))
            }
            _ => return None,
        })
    }

    /// The first argument, a field, as it was before the save; as it is when there was none.
    fn prior(&self, kind: Kind) -> Value {
        let row = self.scope.before.filter(|_| !self.scope.is_new).unwrap_or(self.scope.after);
        match self.arguments.first().map(|argument| &argument.node) {
            Some(TypedNode::Path(path)) => self.scope.path(path, row, kind),
            _ => Value::Null,
        }
    }

    fn on_text(&self, function: Function) -> Option<Value> {
        let result = match function {
            Function::Text => self.text(0),
            Function::Trim => self.text(0).trim_matches(|c| c <= ' ').to_owned(),
            Function::Left => text::left(&self.text(0), self.number(1)?),
            Function::Right => text::right(&self.text(0), self.number(1)?),
            Function::Mid => text::mid(&self.text(0), self.number(1)?, self.number(2)?),
            Function::Upper => self.text(0).to_uppercase(),
            Function::Lower => self.text(0).to_lowercase(),
            Function::InitCap => text::capitalised(&self.text(0)),
            Function::Reverse => self.text(0).chars().rev().collect(),
            Function::Substitute => text::substituted(&self.text(0), &self.text(1), &self.text(2)),
            Function::LPad | Function::RPad => {
                let filler = if self.arguments.len() > 2 { self.text(2) } else { " ".to_owned() };
                text::padded(&self.text(0), self.number(1)?, &filler, function == Function::LPad)
            }
            Function::Br => "\n".to_owned(),
            Function::Hyperlink => {
                let target = Some(self.text(2)).filter(|target| !target.is_empty());
                let target = target.as_deref().unwrap_or("_blank");
                format!("<a href=\"{}\" target=\"{target}\">{}</a>", self.text(0), self.text(1))
            }
            Function::Image => text::image(
                &self.text(0),
                &self.text(1),
                self.number(2).map(text::size).zip(self.number(3).map(text::size)),
            ),
            Function::Chr => self.character()?,
            _ => return self.about_text(function),
        };
        Some(Value::text(&result))
    }

    fn character(&self) -> Option<String> {
        let code = u32::try_from(text::size(self.number(0)?)).ok()?;
        char::from_u32(code).map(String::from)
    }

    fn about_text(&self, function: Function) -> Option<Value> {
        let count = |n: usize| Value::Double(f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
        Some(match function {
            Function::Len => count(self.text(0).chars().count()),
            Function::Contains => Value::Bool(self.text(0).contains(&self.text(1))),
            Function::Begins => Value::Bool(self.text(0).starts_with(&self.text(1))),
            Function::Find => {
                let from = if self.arguments.len() > 2 { self.number(2)? } else { 1.0 };
                count(text::find(&self.text(0), &self.text(1), from))
            }
            Function::Includes => {
                let wanted = self.text(1);
                Value::Bool(self.text(0).split(';').any(|chosen| chosen == wanted))
            }
            Function::PicklistCount => {
                count(self.text(0).split(';').filter(|c| !c.is_empty()).count())
            }
            Function::Regex => Value::Bool(regex::matches(&self.text(1), &self.text(0))),
            Function::Ascii => self
                .text(0)
                .chars()
                .next()
                .map_or(Value::Null, |c| Value::Double(f64::from(u32::from(c)))),
            Function::Value => number_in(&self.text(0)).map_or(Value::Null, Value::Double),
            Function::IsNumber => Value::Bool(number_in(&self.text(0)).is_some()),
            _ => return None,
        })
    }
}

/// A number as text writes it: digits, a sign, a point, no letters.
fn number_in(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    (plain && text.contains(|c: char| c.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Does a case fit? Here blank is a value like any other.
fn same_case(subject: &Value, case: &Value) -> bool {
    if subject.is_null() || case.is_null() {
        let empty = |value: &Value| value.is_null() || value.as_text() == Some("");
        return empty(subject) && empty(case);
    }
    operator::equal(subject, case) == Some(true)
}
