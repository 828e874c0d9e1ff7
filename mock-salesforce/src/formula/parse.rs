//! From text to tree, with the place of every node.
//!
//! From weak to strong: `||`, `&&`, `= <>`, `< <= > >=`, `&`, `+ -`, `^`, `* /`, signs and `!`. That `^` binds
//! weaker than `*` is no mistake of ours: a real org says 64 to `2 * 2 ^ 3`, and Salesforce's own grammar (the
//! published formula-engine) is built so. Comments `/* … */` stand wherever a blank may. In texts a backslash
//! comes before `n`, `r`, `t`, a quotation mark or another backslash, before nothing else. The whole text must
//! be one formula.

use winnow::ascii::{digit1, multispace1};
use winnow::combinator::{alt, cut_err, delimited, fail, opt, preceded, repeat, separated};
use winnow::error::{ContextError, ErrMode, StrContext};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location, Stateful};
use winnow::token::{none_of, one_of, take_until, take_while};

use super::FormulaProblem;
use super::ast::{Binary, Expr, Node, Segment, Unary};

/// How deep parentheses and function calls may nest.
const NESTING_MAX: usize = 64;
/// How many levels a tree may have; chains of `||`, `&&` and `&` count by their logarithm.
const DEPTH_MAX: usize = 150;

type Input<'a> = Stateful<LocatingSlice<&'a str>, usize>;
type Parsed<T> = Result<T, ErrMode<ContextError>>;

pub(crate) fn parse(text: &str) -> Result<Expr, FormulaProblem> {
    let mut input = Stateful { input: LocatingSlice::new(text), state: 0 };
    let outcome = delimited(blank, formula, blank).parse_next(&mut input);
    let at = input.current_token_start();
    match outcome {
        Ok(expr) if at == text.len() => Ok(expr),
        Ok(_) => Err(leftover(text, at)),
        Err(ErrMode::Backtrack(error) | ErrMode::Cut(error)) => Err(broken(text, at, &error)),
        Err(ErrMode::Incomplete(_)) => {
            Err(FormulaProblem::new(at..at, "the formula is incomplete"))
        }
    }
}

fn leftover(text: &str, at: usize) -> FormulaProblem {
    let end = next_boundary(text, at);
    let found = text.get(at..end).unwrap_or_default();
    FormulaProblem::new(at..end, format!("unexpected {found:?} after a complete formula"))
        .hint("join two parts with an operator or with AND(…)")
}

fn broken(text: &str, at: usize, error: &ContextError) -> FormulaProblem {
    let expected = error.context().find_map(|context| match context {
        StrContext::Expected(value) => Some(value.to_string()),
        StrContext::Label(label) => Some((*label).to_owned()),
        _ => None,
    });
    let expected = expected.unwrap_or_else(|| "a value".to_owned());
    let end = next_boundary(text, at);
    match text.get(at..end).filter(|found| !found.is_empty()) {
        Some(found) => {
            FormulaProblem::new(at..end, format!("expected {expected}, found {found:?}"))
        }
        None => FormulaProblem::new(at..at, format!("expected {expected}, found the end")),
    }
}

fn next_boundary(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.chars().next().map_or(0, char::len_utf8)
}

fn blank(input: &mut Input<'_>) -> Parsed<()> {
    let comment = (
        "/*",
        cut_err(take_until(0.., "*/").context(StrContext::Label("the end of a comment, */"))),
        "*/",
    )
        .void();
    repeat(0.., alt((multispace1.void(), comment))).parse_next(input)
}

fn sign<'a>(text: &'static str) -> impl Parser<Input<'a>, (), ErrMode<ContextError>> {
    delimited(blank, text, blank).void()
}

fn formula(input: &mut Input<'_>) -> Parsed<Expr> {
    if input.state >= NESTING_MAX {
        return cut_err(fail.context(StrContext::Label("at most 64 levels of nesting")))
            .parse_next(input);
    }
    input.state += 1;
    let expr = either(input)?;
    input.state -= 1;
    Ok(expr)
}

/// Left-associative: `next (sign next)*`. Long chains of `||`, `&&` and `&` become flat trees.
fn chain<'a>(
    input: &mut Input<'a>,
    mut next: impl FnMut(&mut Input<'a>) -> Parsed<Expr>,
    mut operator: impl FnMut(&mut Input<'a>) -> Parsed<Binary>,
) -> Parsed<Expr> {
    let mut left = next(input)?;
    let mut waiting = Vec::new();
    while let Some(op) = opt(&mut operator).parse_next(input)? {
        let right = cut_err(&mut next).parse_next(input)?;
        if op.is_associative() {
            waiting.push((op, right));
        } else {
            left = joined(left, op, right);
        }
        check_depth(input, &left)?;
    }
    let tree = balanced(left, waiting);
    check_depth(input, &tree)?;
    Ok(tree)
}

fn joined(a: Expr, op: Binary, b: Expr) -> Expr {
    let span = a.span.start..b.span.end;
    Expr::new(span, Node::Binary(op, Box::new(a), Box::new(b)))
}

/// A chain of one associative operator, halved again and again.
fn balanced(first: Expr, mut rest: Vec<(Binary, Expr)>) -> Expr {
    if rest.is_empty() {
        return first;
    }
    let mut right = rest.split_off(rest.len() / 2).into_iter();
    let left = balanced(first, rest);
    match right.next() {
        Some((op, head)) => joined(left, op, balanced(head, right.collect())),
        None => left,
    }
}

fn check_depth(input: &mut Input<'_>, expr: &Expr) -> Parsed<()> {
    if expr.depth <= DEPTH_MAX {
        return Ok(());
    }
    cut_err(fail.context(StrContext::Label("a formula of at most 150 levels"))).parse_next(input)
}

fn either(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, both, |input| sign("||").value(Binary::Or).parse_next(input))
}

fn both(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, equality, |input| sign("&&").value(Binary::And).parse_next(input))
}

fn equality(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, order, |input| {
        alt((
            sign("<>").value(Binary::Unequal),
            sign("!=").value(Binary::Unequal),
            sign("==").value(Binary::Equal),
            sign("=").value(Binary::Equal),
        ))
        .parse_next(input)
    })
}

fn order(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, concatenation, |input| {
        let not_unequal = winnow::combinator::not(">");
        let less = delimited(blank, ("<", not_unequal), blank).value(Binary::Less);
        alt((
            sign("<=").value(Binary::LessOrEqual),
            less,
            sign(">=").value(Binary::GreaterOrEqual),
            sign(">").value(Binary::Greater),
        ))
        .parse_next(input)
    })
}

fn concatenation(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, sum, |input| {
        let not_and = winnow::combinator::not("&");
        delimited(blank, ("&", not_and), blank).value(Binary::Concat).parse_next(input)
    })
}

fn sum(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, power, |input| {
        alt((sign("+").value(Binary::Add), sign("-").value(Binary::Subtract))).parse_next(input)
    })
}

fn product(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, signed, |input| {
        let not_comment = winnow::combinator::not("*");
        let divide = delimited(blank, ("/", not_comment), blank).value(Binary::Divide);
        alt((sign("*").value(Binary::Multiply), divide)).parse_next(input)
    })
}

fn power(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, product, |input| sign("^").value(Binary::Power).parse_next(input))
}

fn signed(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let mut signs: Vec<(usize, Unary)> = Vec::new();
    loop {
        let at = input.current_token_start();
        let op = opt(alt(('-'.value(Unary::Minus), '+'.value(Unary::Plus), '!'.value(Unary::Not))))
            .parse_next(input)?;
        let Some(op) = op else { break };
        if signs.len() >= NESTING_MAX {
            return cut_err(fail.context(StrContext::Label("fewer signs"))).parse_next(input);
        }
        signs.push((at, op));
        blank(input)?;
    }
    let mut expr =
        if signs.is_empty() { operand(input)? } else { cut_err(operand).parse_next(input)? };
    while let Some((at, op)) = signs.pop() {
        expr = Expr::new(at.max(start)..expr.span.end, Node::Unary(op, Box::new(expr)));
    }
    Ok(expr)
}

fn operand(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let node = alt((group, number, string, name))
        .context(StrContext::Label("a value, a field or a function"))
        .parse_next(input)?;
    let span = start..input.previous_token_end();
    let expr = match node {
        Operand::Group(inner) => Expr::new(span, inner.node),
        Operand::Node(node) => Expr::new(span, node),
    };
    check_depth(input, &expr)?;
    Ok(expr)
}

enum Operand {
    Group(Box<Expr>),
    Node(Node),
}

fn group(input: &mut Input<'_>) -> Parsed<Operand> {
    let close = cut_err((blank, ')').void().context(StrContext::Label("\")\"")));
    let inner = delimited(('(', blank), cut_err(formula), close).parse_next(input)?;
    Ok(Operand::Group(Box::new(inner)))
}

fn number(input: &mut Input<'_>) -> Parsed<Operand> {
    let fraction = ('.', digit1);
    let whole = (digit1, opt(('.', opt(digit1)))).void();
    let text = alt((whole, fraction.void())).take().parse_next(input)?;
    let value = text.trim_end_matches('.').parse().unwrap_or(f64::INFINITY);
    Ok(Operand::Node(Node::Number(value)))
}

fn string(input: &mut Input<'_>) -> Parsed<Operand> {
    let quote = one_of(['"', '\'']).parse_next(input)?;
    let known = one_of(['n', 'r', 't', '"', '\'', '\\']);
    let known = known.context(StrContext::Label("one of n, r, t, \", ' and \\ after a backslash"));
    let escaped = preceded('\\', cut_err(known)).map(|c| match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    });
    let plain = none_of(move |c: char| c == quote || c == '\\');
    let content: String = repeat(0.., alt((plain, escaped))).parse_next(input)?;
    cut_err(quote.context(StrContext::Label("the closing quotation mark"))).parse_next(input)?;
    Ok(Operand::Node(Node::Text(content.into())))
}

fn name(input: &mut Input<'_>) -> Parsed<Operand> {
    let first = segment(input)?;
    let rest: Vec<Segment> =
        repeat(0.., preceded('.', cut_err(segment.context(StrContext::Label("a field name")))))
            .parse_next(input)?;
    let opens = opt((blank, '(', blank)).parse_next(input)?.is_some();
    if !opens {
        let path = std::iter::once(first).chain(rest).collect();
        return Ok(Operand::Node(Node::Field(path)));
    }
    let arguments = cut_err(separated(0.., formula, sign(","))).parse_next(input)?;
    cut_err((blank, ')').context(StrContext::Label("\",\" or \")\""))).parse_next(input)?;
    Ok(Operand::Node(Node::Call(first.name, arguments)))
}

fn segment(input: &mut Input<'_>) -> Parsed<Segment> {
    let name = identifier(input)?;
    let object = opt(preceded(':', identifier)).parse_next(input)?;
    Ok(Segment { name, object })
}

fn identifier(input: &mut Input<'_>) -> Parsed<String> {
    let start = one_of(|c: char| c.is_alphabetic() || c == '_' || c == '$');
    let rest = take_while(0.., |c: char| c.is_alphanumeric() || c == '_');
    (start, rest).take().map(|text: &str| text.to_owned()).parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(expr: &Expr) -> String {
        match &expr.node {
            Node::Number(n) => n.to_string(),
            Node::Text(text) => format!("{text:?}"),
            Node::Field(path) => path
                .iter()
                .map(|s| s.object.as_ref().map_or(s.name.clone(), |o| format!("{}:{o}", s.name)))
                .collect::<Vec<_>>()
                .join("."),
            Node::Call(name, list) => {
                format!("{name}({})", list.iter().map(shape).collect::<Vec<_>>().join(" "))
            }
            Node::Unary(op, inner) => format!("({op:?} {})", shape(inner)),
            Node::Binary(op, a, b) => format!("({} {} {})", op.sign(), shape(a), shape(b)),
        }
    }

    #[test]
    fn operators_bind_as_salesforce_binds_them() {
        for (text, expected) in [
            ("1 + 2 * 3 ^ 2", "(+ 1 (^ (* 2 3) 2))"),
            ("a = 1 && b <> 2 || !c", "(|| (&& (= a 1) (<> b 2)) (Not c))"),
            ("a = b < c <> d", "(<> (= a (< b c)) d)"),
            ("\"a\" & b & 'c'", "(& (& \"a\" b) \"c\")"),
            ("-1 - -2", "(- (Minus 1) (Minus 2))"),
            (
                "/* why */ AND ( Owner:User.Name = \"x\" , $User.Id == OwnerId )",
                "AND((= Owner:User.Name \"x\") (= $User.Id OwnerId))",
            ),
            (r#""say \"hi\"\n""#, r#""say \"hi\"\n""#),
            ("TODAY()", "TODAY()"),
        ] {
            assert_eq!(shape(&parse(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_formula_is_told_with_its_place() {
        for (text, at, message) in [
            ("", 0, "expected a value, a field or a function, found the end"),
            ("1 +", 3, "expected a value, a field or a function, found the end"),
            ("a b", 2, "unexpected \"b\" after a complete formula"),
            ("LEN(a", 5, "expected \",\" or \")\", found the end"),
            ("\"abc", 4, "expected the closing quotation mark, found the end"),
            (r#""\d""#, 2, "expected one of n, r, t, \", ' and \\ after a backslash, found \"d\""),
            ("(a = 1", 6, "expected \")\", found the end"),
        ] {
            let problem = parse(text).unwrap_err();
            assert_eq!((problem.range.start, problem.message.as_str()), (at, message), "{text:?}");
        }
    }

    #[test]
    fn hostile_nesting_ends_with_a_problem() {
        assert!(parse(&"(".repeat(3_000)).is_err());
        assert!(parse(&"!".repeat(3_000)).is_err());
        assert!(parse(&format!("1{}", "+1".repeat(100))).is_ok());
        let message = parse(&format!("1{}", "+1".repeat(1_000))).unwrap_err().message;
        assert_eq!(message, "expected a formula of at most 150 levels, found \"+\"");
        assert!(parse(&format!("a{}", "||a".repeat(1_000))).unwrap().depth < 20);
    }
}
