//! Names to fields, kinds checked: every problem of a formula at once, each at its place.

use std::ops::Range;

use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema, Schema};
use crate::timestamp::Timestamp;
use crate::value::Value;

use super::FormulaProblem;
use super::ast::{Binary, Expr, Node, Segment, Unary};
use super::function::{self, Function, Gives, Signature, Want};
use super::regex;
use super::typed::{Kind, Leaf, Path, Start, Typed, TypedNode};

/// References between a record and the field that a formula reads.
const HOPS_MAX: usize = 10;
/// `$System.OriginDateTime`: the first moment of 1900.
const ORIGIN: Timestamp = Timestamp(-2_208_988_800_000);

/// What stands behind a `$`.
pub(crate) const GLOBALS: &[&str] = &[
    "$User",
    "$Profile",
    "$UserRole",
    "$RecordType",
    "$Organization",
    "$Permission",
    "$Label",
    "$Setup",
    "$CustomMetadata",
    "$ObjectType",
    "$System",
];

pub(crate) fn resolve(
    schema: &Schema,
    object: ObjectIndex,
    tree: &Expr,
) -> Result<Typed, Vec<FormulaProblem>> {
    let mut resolver = Resolver { schema, object, problems: Vec::new() };
    let root = resolver.expr(tree);
    if resolver.problems.is_empty() { Ok(root) } else { Err(resolver.problems) }
}

struct Resolver<'a> {
    schema: &'a Schema,
    object: ObjectIndex,
    problems: Vec<FormulaProblem>,
}

type Found<T> = Result<T, FormulaProblem>;

mod global;

impl Resolver<'_> {
    fn expr(&mut self, expr: &Expr) -> Typed {
        let span = expr.span.clone();
        let (kind, node) = match &expr.node {
            Node::Number(n) => (Kind::Number, TypedNode::Constant(Value::Double(*n))),
            Node::Text(text) => (Kind::Text, TypedNode::Constant(Value::Text(text.clone()))),
            Node::Field(path) => self.field(&span, path),
            Node::Unary(op, inner) => self.unary(*op, inner),
            Node::Binary(op, a, b) => self.binary(&span, *op, (a, b)),
            Node::Call(name, arguments) if name.eq_ignore_ascii_case(function::VLOOKUP) => {
                match self.lookup(&span, arguments) {
                    Ok(found) => found,
                    Err(problem) => self.problem(problem),
                }
            }
            Node::Call(name, arguments) => self.call(&span, name, arguments),
        };
        Typed { span, kind, node }
    }

    fn problem(&mut self, problem: FormulaProblem) -> (Kind, TypedNode) {
        self.problems.push(problem);
        (Kind::Null, TypedNode::Constant(Value::Null))
    }

    fn field(&mut self, span: &Range<usize>, path: &[Segment]) -> (Kind, TypedNode) {
        if let [only] = path
            && let Some(constant) = constant(&only.name)
        {
            return constant;
        }
        match self.find(span, path) {
            Ok(found) => found,
            Err(problem) => self.problem(problem),
        }
    }

    fn find(&self, span: &Range<usize>, path: &[Segment]) -> Found<(Kind, TypedNode)> {
        let (first, rest) = path
            .split_first()
            .ok_or_else(|| FormulaProblem::new(span.clone(), "a field is missing"))?;
        if let Some(found) = self.global(span, path) {
            return found;
        }
        let row = (Start::Row, self.object);
        let (start, object, hop) = match first.name.to_ascii_lowercase().as_str() {
            "$user" => (Start::User, self.named(span, "User")?, None),
            "$organization" => (Start::Organization, self.named(span, "Organization")?, None),
            "$profile" => (Start::User, self.named(span, "User")?, Some("Profile")),
            "$userrole" => (Start::User, self.named(span, "User")?, Some("UserRole")),
            "$recordtype" => (row.0, row.1, Some("RecordType")),
            "$system"
                if rest.first().is_some_and(|s| s.name.eq_ignore_ascii_case("OriginDateTime")) =>
            {
                return Ok((Kind::DateTime, TypedNode::Constant(Value::DateTime(ORIGIN))));
            }
            global if global.starts_with('$') => return Err(absent_global(span, &first.name)),
            _ => return self.walk(span, row.0, row.1, path),
        };
        let mut full: Vec<Segment> = Vec::new();
        full.extend(hop.map(|name| Segment { name: name.to_owned(), object: None }));
        full.extend(rest.iter().cloned());
        self.walk(span, start, object, &full)
    }

    fn named(&self, span: &Range<usize>, object: &str) -> Found<ObjectIndex> {
        let missing = || FormulaProblem::new(span.clone(), format!("this org has no {object}"));
        self.schema.index_of(object).ok_or_else(missing)
    }

    fn walk(
        &self,
        span: &Range<usize>,
        start: Start,
        object: ObjectIndex,
        path: &[Segment],
    ) -> Found<(Kind, TypedNode)> {
        let missing = || FormulaProblem::new(span.clone(), "a field name is missing");
        let (leaf, up) = path.split_last().ok_or_else(missing)?;
        if up.len() > HOPS_MAX {
            let message = format!("more than {HOPS_MAX} references in a row");
            return Err(FormulaProblem::new(span.clone(), message));
        }
        let mut at = self.schema.at(object);
        let mut hops = Vec::with_capacity(up.len());
        for segment in up {
            let (field, target) = self.hop(span, at, segment)?;
            hops.push((field, Some(target)));
            at = self.schema.at(target);
        }
        let field = at.field(&leaf.name).ok_or_else(|| unknown_field(span, at, &leaf.name))?;
        let kind = kind_of(field).ok_or_else(|| {
            let message = format!("{} is a compound field", field.name);
            FormulaProblem::new(span.clone(), message).hint("use its parts")
        })?;
        let field = if field.kind == FieldKind::Id { Leaf::Id } else { Leaf::Field(field.index) };
        Ok((kind, TypedNode::Path(Path { start, hops, field })))
    }

    fn hop(
        &self,
        span: &Range<usize>,
        object: &ObjectSchema,
        segment: &Segment,
    ) -> Found<(FieldIndex, ObjectIndex)> {
        let field = object.relationship(&segment.name).ok_or_else(|| {
            let message = format!("{} has no relationship {}", object.name, segment.name);
            FormulaProblem::new(span.clone(), message)
        })?;
        let told = segment.object.as_deref().map(|name| {
            let alias = if name.eq_ignore_ascii_case("Queue") { "Group" } else { name };
            self.schema.index_of(alias).filter(|target| field.targets.contains(target))
        });
        let target = match told {
            Some(target) => target,
            None if field.polymorphic() => {
                let names = field.reference_to.join(" or ");
                let message = format!("{} is {names}", segment.name);
                let example = field.reference_to.last().map_or("User", |name| name);
                let hint = format!("write {}:{example}.…", segment.name);
                return Err(FormulaProblem::new(span.clone(), message).hint(hint));
            }
            None => field.targets.first().copied(),
        };
        let target = target.ok_or_else(|| {
            let message = format!("{} does not refer to that", segment.name);
            FormulaProblem::new(span.clone(), message)
        })?;
        Ok((field.index, target))
    }

    fn unary(&mut self, op: Unary, inner: &Expr) -> (Kind, TypedNode) {
        let inner = self.expr(inner);
        let kind = if op == Unary::Not { Kind::Boolean } else { Kind::Number };
        self.want(
            &inner,
            if op == Unary::Not { Want::Boolean } else { Want::Number },
            "this operator",
        );
        (kind, TypedNode::Unary(op, Box::new(inner)))
    }

    fn binary(
        &mut self,
        span: &Range<usize>,
        op: Binary,
        (a, b): (&Expr, &Expr),
    ) -> (Kind, TypedNode) {
        let (a, b) = (self.expr(a), self.expr(b));
        let found = match op {
            Binary::And | Binary::Or => {
                self.want(&a, Want::Boolean, op.sign());
                self.want(&b, Want::Boolean, op.sign());
                Some(Kind::Boolean)
            }
            Binary::Concat => {
                self.want(&a, Want::Text, op.sign());
                self.want(&b, Want::Text, op.sign());
                Some(Kind::Text)
            }
            Binary::Add | Binary::Subtract => sum_kind(op, a.kind, b.kind),
            Binary::Multiply | Binary::Divide | Binary::Power => {
                self.want(&a, Want::Number, op.sign());
                self.want(&b, Want::Number, op.sign());
                Some(Kind::Number)
            }
            _ => self.comparison(op, &a, &b),
        };
        let Some(kind) = found else {
            let message =
                format!("{} {} {} does not go together", a.kind.name(), op.sign(), b.kind.name());
            return self.problem(FormulaProblem::new(span.clone(), message));
        };
        (kind, TypedNode::Binary(op, Box::new(a), Box::new(b)))
    }

    fn comparison(&mut self, op: Binary, a: &Typed, b: &Typed) -> Option<Kind> {
        for side in [a, b] {
            let hint = match side.kind {
                Kind::Picklist => "use ISPICKVAL(field, \"value\") or TEXT(field)",
                Kind::MultiPicklist => "use INCLUDES(field, \"value\")",
                _ => continue,
            };
            let message = format!("{} cannot be compared", side.kind.name());
            self.problems.push(FormulaProblem::new(side.span.clone(), message).hint(hint));
            return Some(Kind::Boolean);
        }
        let ordered = !matches!(op, Binary::Equal | Binary::Unequal);
        let is = |kind| a.kind == kind || b.kind == kind;
        let unordered = is(Kind::Boolean) || is(Kind::Text);
        let compares = a.kind.fits(b.kind) && !is(Kind::Location) && !(ordered && unordered);
        compares.then_some(Kind::Boolean)
    }

    fn call(&mut self, span: &Range<usize>, name: &str, arguments: &[Expr]) -> (Kind, TypedNode) {
        let Some(signature) = function::signature(name) else {
            return self.problem(unknown_function(span, name));
        };
        let arguments: Vec<Typed> = arguments.iter().map(|argument| self.expr(argument)).collect();
        let count = arguments.len();
        if count < signature.min || count > signature.max {
            let message = format!("{} takes {}, not {count}", signature.name, arity(signature));
            return self.problem(FormulaProblem::new(span.clone(), message));
        }
        for (at, argument) in arguments.iter().enumerate() {
            let want = signature.wants.get(at).or(signature.wants.last()).copied();
            self.want(argument, want.unwrap_or(Want::Any), signature.name);
        }
        if signature.function == Function::FormatDuration {
            self.duration(&arguments);
        }
        if signature.function == Function::Regex {
            self.pattern(&arguments);
        }
        if signature.function == Function::Case {
            return self.case(span, signature, arguments);
        }
        let Some(kind) = result(signature.gives, &arguments) else {
            let message = format!("the values of {} are of different kinds", signature.name);
            return self.problem(FormulaProblem::new(span.clone(), message));
        };
        (kind, TypedNode::Call(signature.function, arguments))
    }

    /// `CASE(subject, value, result, …, else)`.
    fn case(
        &mut self,
        span: &Range<usize>,
        signature: &Signature,
        arguments: Vec<Typed>,
    ) -> (Kind, TypedNode) {
        if !arguments.len().is_multiple_of(2) {
            let message = "CASE takes a value, pairs, and what to give otherwise";
            return self.problem(FormulaProblem::new(span.clone(), message));
        }
        let subject = arguments.first().map_or(Kind::Null, |first| first.kind);
        let wanted = if subject == Kind::Picklist { Kind::Text } else { subject };
        let pairs = arguments.get(1..arguments.len() - 1).unwrap_or_default();
        for value in pairs.iter().step_by(2).filter(|value| !value.kind.fits(wanted)) {
            let message = format!("a case of {} cannot be {}", wanted.name(), value.kind.name());
            self.problems.push(FormulaProblem::new(value.span.clone(), message));
        }
        let Some(kind) = result(signature.gives, &arguments) else {
            let message = "the results of CASE are of different kinds";
            return self.problem(FormulaProblem::new(span.clone(), message));
        };
        (kind, TypedNode::Call(Function::Case, arguments))
    }

    /// `FORMATDURATION`: seconds and maybe whether days are told, or two moments, or two times.
    fn duration(&mut self, arguments: &[Typed]) {
        let [first, second] = arguments else { return };
        let wanted = if first.kind == Kind::Number { Kind::Boolean } else { first.kind };
        if !second.kind.fits(wanted) {
            let message = format!(
                "FORMATDURATION takes {} after {}, this is {}",
                wanted.name(),
                first.kind.name(),
                second.kind.name()
            );
            self.problems.push(FormulaProblem::new(second.span.clone(), message));
        }
    }

    /// A literal pattern that cannot be matched is a problem of the formula.
    fn pattern(&mut self, arguments: &[Typed]) {
        let Some(Typed { span, node: TypedNode::Constant(Value::Text(pattern)), .. }) =
            arguments.get(1)
        else {
            return;
        };
        if let Some(message) = regex::problem(pattern) {
            self.problems.push(FormulaProblem::new(span.clone(), message));
        }
    }

    fn want(&mut self, argument: &Typed, want: Want, who: &str) {
        let own = match &argument.node {
            TypedNode::Path(path) => path.hops.is_empty() && path.start == Start::Row,
            _ => false,
        };
        if want.takes(argument.kind) && (want != Want::OwnField || own) {
            return;
        }
        let message = format!("{who} takes {}, this is {}", want.name(), argument.kind.name());
        let problem = FormulaProblem::new(argument.span.clone(), message);
        self.problems.push(match (want, argument.kind) {
            (Want::Text, Kind::Picklist | Kind::Number | Kind::Date | Kind::DateTime) => {
                problem.hint("use TEXT(…)")
            }
            (Want::Date, Kind::DateTime) => problem.hint("use DATEVALUE(…)"),
            (Want::Picklist, Kind::MultiPicklist) => problem.hint("use INCLUDES(…)"),
            _ => problem,
        });
    }
}

fn constant(name: &str) -> Option<(Kind, TypedNode)> {
    let (kind, value) = match name.to_ascii_uppercase().as_str() {
        "TRUE" => (Kind::Boolean, Value::Bool(true)),
        "FALSE" => (Kind::Boolean, Value::Bool(false)),
        "NULL" => (Kind::Null, Value::Null),
        _ => return None,
    };
    Some((kind, TypedNode::Constant(value)))
}

fn sum_kind(op: Binary, a: Kind, b: Kind) -> Option<Kind> {
    use Kind::{Date, DateTime, Null, Number, Text, Time};
    match (a, b) {
        (Number | Null, Number | Null) => Some(Number),
        (Text, Text | Null) | (Null, Text) if op == Binary::Add => Some(Text),
        (Date | DateTime | Time, Number | Null) => Some(a),
        (Number, Date | DateTime | Time) if op == Binary::Add => Some(b),
        (Date, Date) | (DateTime, DateTime) | (Time, Time) if op == Binary::Subtract => {
            Some(Number)
        }
        _ => None,
    }
}

fn result(gives: Gives, arguments: &[Typed]) -> Option<Kind> {
    let kinds: Vec<Kind> = arguments.iter().map(|argument| argument.kind).collect();
    match gives {
        Gives::Is(kind) => Some(kind),
        Gives::First => kinds.first().copied(),
        Gives::Branches => common(kinds.get(1..)?.iter().copied()),
        Gives::Common => common(kinds.into_iter()),
        Gives::Cases => {
            let (otherwise, rest) = kinds.split_last()?;
            let results = rest.iter().skip(2).step_by(2).copied();
            common(results.chain([*otherwise]))
        }
    }
}

fn common(kinds: impl Iterator<Item = Kind>) -> Option<Kind> {
    let mut found = Kind::Null;
    for kind in kinds {
        if !kind.fits(found) {
            return None;
        }
        if found == Kind::Null {
            found = kind;
        }
    }
    Some(found)
}

fn kind_of(field: &FieldSchema) -> Option<Kind> {
    Some(match field.kind {
        FieldKind::Picklist => Kind::Picklist,
        FieldKind::MultiPicklist => Kind::MultiPicklist,
        FieldKind::Boolean => Kind::Boolean,
        FieldKind::Date => Kind::Date,
        FieldKind::DateTime => Kind::DateTime,
        FieldKind::Time => Kind::Time,
        FieldKind::Address | FieldKind::Location | FieldKind::Base64 => return None,
        kind if kind.is_number() => Kind::Number,
        _ => Kind::Text,
    })
}

fn arity(signature: &Signature) -> String {
    match (signature.min, signature.max) {
        (min, max) if min == max => format!("{min} arguments"),
        (min, usize::MAX) => format!("at least {min} arguments"),
        (min, max) => format!("{min} to {max} arguments"),
    }
}

fn unknown_field(span: &Range<usize>, object: &ObjectSchema, name: &str) -> FormulaProblem {
    let problem = FormulaProblem::new(span.clone(), format!("{} has no field {name}", object.name));
    match function::nearest(name, object.fields().map(|field| &*field.name)) {
        Some(near) => problem.hint(format!("did you mean {near}?")),
        None => problem,
    }
}

fn unknown_function(span: &Range<usize>, name: &str) -> FormulaProblem {
    if function::ABSENT.iter().any(|absent| absent.eq_ignore_ascii_case(name)) {
        let message = format!("the function {name} is not supported by this org");
        return FormulaProblem::new(span.clone(), message).hint("say it another way");
    }
    let problem = FormulaProblem::new(span.clone(), format!("unknown function {name}"));
    match function::nearest(name, function::names()) {
        Some(near) => problem.hint(format!("did you mean {near}?")),
        None => problem,
    }
}

fn absent_global(span: &Range<usize>, name: &str) -> FormulaProblem {
    let known = "$User, $Profile, $UserRole, $RecordType, $Organization, $Permission, $Label, $Setup, $CustomMetadata and $System.OriginDateTime";
    FormulaProblem::new(span.clone(), format!("{name} is not supported by this org"))
        .hint(format!("there are {known}"))
}
