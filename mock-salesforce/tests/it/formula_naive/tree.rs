//! Random formulas that fit, and how they are written.

use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;

#[derive(Debug, Clone)]
pub(super) enum Node {
    /// In hundredths, not negative.
    Number(i64),
    Text(&'static str),
    Word(&'static str),
    Field(&'static str),
    Call(&'static str, Vec<Node>),
    Sign(&'static str, Box<Node>),
    Infix(&'static str, Box<Node>, Box<Node>),
}

/// From weak to strong.
fn strength(operator: &str) -> u8 {
    match operator {
        "||" => 1,
        "&&" => 2,
        "=" | "==" | "<>" | "!=" => 3,
        "<" | "<=" | ">" | ">=" => 4,
        "+" | "-" | "&" => 5,
        "^" => 6,
        "*" | "/" => 7,
        _ => panic!("no operator {operator}"),
    }
}

impl Node {
    pub(super) fn infix(operator: &'static str, a: Self, b: Self) -> Self {
        Self::Infix(operator, Box::new(a), Box::new(b))
    }

    fn level(&self) -> u8 {
        match self {
            Self::Infix(operator, ..) => strength(operator),
            Self::Sign(..) => 8,
            _ => 9,
        }
    }

    fn at_least(&self, level: u8) -> String {
        if self.level() < level { format!("({})", self.text()) } else { self.text() }
    }

    /// As a formula, with no needless bracket.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(n) if n % 100 == 0 => (n / 100).to_string(),
            Self::Number(n) => format!("{}.{:02}", n / 100, n % 100),
            Self::Text(text) => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            Self::Word(word) | Self::Field(word) => (*word).to_owned(),
            Self::Call(name, list) => {
                let list: Vec<String> = list.iter().map(Self::text).collect();
                let name = if list.len() == 1 { name.to_lowercase() } else { (*name).to_owned() };
                format!("{name}({})", list.join(", "))
            }
            Self::Sign(sign, inner) => format!("{sign} {}", inner.at_least(8)),
            Self::Infix(operator, a, b) => {
                let level = strength(operator);
                format!("{} {operator} {}", a.at_least(level), b.at_least(level + 1))
            }
        }
    }
}

type Nodes = BoxedStrategy<Node>;

/// Formulas of each kind.
#[derive(Clone)]
pub(super) struct Kinds {
    text: Nodes,
    number: Nodes,
    truth: Nodes,
    day: Nodes,
    moment: Nodes,
}

/// One of these; cheaper than a `Union`, which keeps every alternative for shrinking.
fn one_of(all: Vec<Nodes>) -> Nodes {
    prop::sample::select(all).prop_flat_map(|chosen| chosen).boxed()
}

/// The same, each as often as its number says.
fn weighted(all: Vec<(usize, Nodes)>) -> Nodes {
    one_of(all.into_iter().flat_map(|(times, one)| vec![one; times]).collect())
}

fn call(name: &'static str, arguments: Vec<Nodes>) -> Nodes {
    arguments.prop_map(move |arguments| Node::Call(name, arguments)).boxed()
}

fn infix(operator: &'static str, a: &Nodes, b: &Nodes) -> Nodes {
    (a.clone(), b.clone()).prop_map(move |(a, b)| Node::infix(operator, a, b)).boxed()
}

fn sign(operator: &'static str, inner: &Nodes) -> Nodes {
    inner.clone().prop_map(move |inner| Node::Sign(operator, Box::new(inner))).boxed()
}

fn fields(names: &[&'static str]) -> Nodes {
    prop::sample::select(names.to_vec()).prop_map(Node::Field).boxed()
}

fn texts() -> Nodes {
    let literals = vec![
        "",
        "a",
        "A",
        "an",
        "Acme",
        "banana",
        " x ",
        "12",
        "-3.5",
        " 7 ",
        "1e2",
        ".5",
        "1.",
        "--1",
        "abc",
        "é",
        "\\",
        "\"",
        "a-b c1d",
        "2026-02-28",
        "2026-13-01",
    ];
    prop::sample::select(literals).prop_map(Node::Text).boxed()
}

fn small() -> Nodes {
    let plain = prop::sample::select(vec![0, 1, 2, 3, 4, 5, 7, 10]);
    let plain = plain.prop_map(|n: i64| Node::Number(n * 100)).boxed();
    weighted(vec![(5, plain.clone()), (1, sign("-", &plain))])
}

fn picklists() -> Nodes {
    let field = fields(&["LeadSource"]);
    one_of(vec![field.clone(), call("PRIORVALUE", vec![field])])
}

const EVERY: &[&str] = &[
    "Company",
    "City",
    "NumberOfEmployees",
    "Score__c",
    "Due__c",
    "Met__c",
    "Ok__c",
    "LeadSource",
    "Colours__c",
];

impl Kinds {
    fn leaves() -> Self {
        let number = (0..2_000_i64).prop_map(Node::Number).boxed();
        let eighths =
            prop::sample::select(vec![0_i64, 100, 50, 25, 300]).prop_map(Node::Number).boxed();
        let moments = fields(&["Met__c"]);
        let prior = |name| call("PRIORVALUE", vec![fields(&[name])]);
        let words = prop::sample::select(vec!["TRUE", "FALSE"]).prop_map(Node::Word).boxed();
        let year = (1_960..2_100_i64).prop_map(|n| Node::Number(n * 100)).boxed();
        let month = (0..14_i64).prop_map(|n| Node::Number(n * 100)).boxed();
        let day = (0..33_i64).prop_map(|n| Node::Number(n * 100)).boxed();
        Self {
            text: one_of(vec![texts(), fields(&["Company", "City"]), prior("City")]),
            number: one_of(vec![
                number,
                small(),
                fields(&["NumberOfEmployees", "Score__c"]),
                prior("Score__c"),
            ]),
            truth: one_of(vec![words, fields(&["Ok__c"]), call("ISNEW", vec![]), prior("Ok__c")]),
            day: one_of(vec![
                fields(&["Due__c"]),
                prior("Due__c"),
                call("TODAY", vec![]),
                call("DATE", vec![year, month, day]),
                call("DATEVALUE", vec![texts()]),
            ]),
            moment: one_of(vec![
                moments.clone(),
                call("NOW", vec![]),
                infix("+", &moments, &eighths),
                infix("-", &moments, &eighths),
            ]),
        }
    }

    pub(super) fn nested(levels: usize) -> Self {
        let mut kinds = Self::leaves();
        for _ in 0..levels {
            let leaves = Self::leaves();
            let mixed = |leaf: Nodes, deep: Nodes| weighted(vec![(1, leaf), (3, deep)]);
            kinds = Self {
                text: mixed(leaves.text, kinds.texts()),
                number: mixed(leaves.number, kinds.numbers()),
                truth: mixed(leaves.truth, kinds.truths()),
                day: mixed(leaves.day, kinds.days()),
                moment: mixed(leaves.moment, kinds.moments()),
            };
        }
        kinds
    }

    pub(super) fn any(self) -> Nodes {
        weighted(vec![
            (3, self.text),
            (4, self.number),
            (4, self.truth),
            (2, self.day),
            (1, self.moment),
        ])
    }

    fn choice(&self, of: &Nodes) -> Vec<Nodes> {
        let case = |subject: Nodes, value: Nodes| {
            call("CASE", vec![subject, value.clone(), of.clone(), value, of.clone(), of.clone()])
        };
        vec![
            call("IF", vec![self.truth.clone(), of.clone(), of.clone()]),
            call("BLANKVALUE", vec![of.clone(), of.clone()]),
            call("NULLVALUE", vec![of.clone(), of.clone()]),
            case(self.number.clone(), self.number.clone()),
            case(self.text.clone(), texts()),
            case(
                picklists(),
                prop::sample::select(vec!["", "Web", "Other"]).prop_map(Node::Text).boxed(),
            ),
        ]
    }

    fn texts(&self) -> Nodes {
        let text = || self.text.clone();
        let written = one_of(vec![
            (0..2_000_i64).prop_map(Node::Number).boxed(),
            fields(&["Score__c", "NumberOfEmployees"]),
            self.day.clone(),
            self.moment.clone(),
            picklists(),
        ]);
        let mut all = self.choice(&self.text);
        all.extend([
            infix("&", &self.text, &self.text),
            infix("+", &self.text, &self.text),
            call("TRIM", vec![text()]),
            call("UPPER", vec![text()]),
            call("LOWER", vec![text()]),
            call("INITCAP", vec![text()]),
            call("REVERSE", vec![text()]),
            call("LEFT", vec![text(), small()]),
            call("RIGHT", vec![text(), self.number.clone()]),
            call("MID", vec![text(), small(), small()]),
            call("SUBSTITUTE", vec![text(), text(), text()]),
            call("LPAD", vec![text(), small()]),
            call("LPAD", vec![text(), small(), text()]),
            call("RPAD", vec![text(), small(), text()]),
            call("TEXT", vec![written.clone()]),
            call("TEXT", vec![written]),
            call("BR", vec![]),
        ]);
        one_of(all)
    }

    fn numbers(&self) -> Nodes {
        let number = || self.number.clone();
        let mut all = self.choice(&self.number);
        for operator in ["+", "-", "*", "/", "*", "/"] {
            all.push(infix(operator, &self.number, &self.number));
        }
        for name in ["ABS", "CEILING", "FLOOR", "MCEILING", "MFLOOR", "TRUNC"] {
            all.push(call(name, vec![number()]));
        }
        for name in ["YEAR", "MONTH", "DAY", "WEEKDAY", "DAYOFYEAR", "ISOWEEK"] {
            all.push(call(name, vec![self.day.clone()]));
        }
        all.extend([
            infix("^", &self.number, &small()),
            infix("-", &self.day, &self.day),
            infix("-", &self.moment, &self.moment),
            sign("-", &self.number),
            sign("+", &self.number),
            call("ROUND", vec![number(), small()]),
            call("ROUND", vec![number(), small()]),
            call("TRUNC", vec![number(), small()]),
            call("MOD", vec![number(), number()]),
            call("MAX", vec![number(), number(), number()]),
            call("MIN", vec![number(), number()]),
            call("LEN", vec![self.text.clone()]),
            call("FIND", vec![self.text.clone(), self.text.clone()]),
            call("FIND", vec![texts(), self.text.clone(), small()]),
            call("VALUE", vec![self.text.clone()]),
            call("PICKLISTCOUNT", vec![fields(&["Colours__c"])]),
        ]);
        one_of(all)
    }

    fn truths(&self) -> Nodes {
        let truth = || self.truth.clone();
        let mut all = Vec::new();
        for operator in ["=", "==", "<>", "!="] {
            all.push(infix(operator, &self.text, &self.text));
            all.push(infix(operator, &self.number, &self.number));
            all.push(infix(operator, &self.truth, &self.truth));
            all.push(infix(operator, &self.day, &self.day));
            all.push(infix(operator, &self.number, &Just(Node::Word("NULL")).boxed()));
        }
        for operator in ["<", "<=", ">", ">="] {
            all.push(infix(operator, &self.number, &self.number));
            all.push(infix(operator, &self.day, &self.day));
            all.push(infix(operator, &self.moment, &self.moment));
        }
        for name in ["ISBLANK", "ISNULL"] {
            for of in [&self.text, &self.number, &self.day, &self.moment, &fields(EVERY)] {
                all.push(call(name, vec![of.clone()]));
            }
        }
        for _ in 0..3 {
            all.extend([
                infix("&&", &self.truth, &self.truth),
                infix("||", &self.truth, &self.truth),
                sign("!", &self.truth),
                call("AND", vec![truth(), truth(), truth()]),
                call("OR", vec![truth(), truth(), truth()]),
                call("NOT", vec![truth()]),
                call("IF", vec![truth(), truth(), truth()]),
                call("ISCHANGED", vec![fields(EVERY)]),
            ]);
        }
        let source =
            prop::sample::select(vec!["", "Web", "Other", "web"]).prop_map(Node::Text).boxed();
        let colour = prop::sample::select(vec!["Red", "Gre", "Green"]).prop_map(Node::Text).boxed();
        all.extend([
            call("ISPICKVAL", vec![picklists(), source]),
            call("INCLUDES", vec![fields(&["Colours__c"]), colour]),
            call("CONTAINS", vec![self.text.clone(), texts()]),
            call("BEGINS", vec![self.text.clone(), texts()]),
            call("ISNUMBER", vec![self.text.clone()]),
        ]);
        one_of(all)
    }

    fn days(&self) -> Nodes {
        let mut all = self.choice(&self.day);
        let (ten, day) = (small(), &self.day);
        all.extend([
            infix("+", day, &ten),
            infix("-", day, &ten),
            infix("+", &ten, day),
            call("ADDMONTHS", vec![self.day.clone(), small()]),
        ]);
        one_of(all)
    }

    fn moments(&self) -> Nodes {
        let mut all = self.choice(&self.moment);
        all.push(call("DATETIMEVALUE", vec![self.day.clone()]));
        one_of(all)
    }
}
