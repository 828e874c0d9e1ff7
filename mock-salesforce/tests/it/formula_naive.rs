//! Formulas against a second evaluator that is as simple as can be: random rows, random formulas, the same values.
//!
//! The second evaluator shares no code with the first. It calculates in fractions and not in doubles, counts
//! days one by one, and reads its own tree; the tree writes itself as a formula with no bracket that the order
//! of operators makes needless. Where a fraction grows too large, nothing is compared.

use mock_salesforce::formula::{Formula, Scope};
use mock_salesforce::schema::CustomField;
use mock_salesforce::{FieldKind, Record, SfId, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::org_fixture::{Fixture, NOW, seed};

mod calendar;
mod fraction;
mod interpret;
mod tree;

use fraction::Fraction;
use interpret::{Outcome, Rows, Seen};
use tree::{Kinds, Node};

/// A lead, as plain as can be. Numbers are in hundredths.
#[derive(Debug, Clone)]
struct Lead {
    company: String,
    city: Option<String>,
    employees: Option<i32>,
    score: Option<i32>,
    due: Option<i32>,
    met: Option<i64>,
    ok: bool,
    source: Option<&'static str>,
    colours: Vec<&'static str>,
}

const DAY_MS: i64 = 86_400_000;
const FORMULAS: usize = 60;
const CASES: u32 = 100;

fn leads() -> impl Strategy<Value = Lead> {
    let words = || {
        prop::sample::select(vec![
            "Acme",
            "acme",
            "banana",
            "a-b c",
            "12",
            "-3.5",
            "1.",
            "x1",
            "Österreich",
            "A;B",
            "2026-02-28",
            "\"q\"",
            "back\\slash",
        ])
    };
    let numbers = (prop::option::of(-30..30_i32), prop::option::of(-999..999_i32));
    let times = (prop::option::of(15_000..25_000_i32), prop::option::of(120_000..200_000_i64));
    let picks = (
        prop::option::of(prop::sample::select(vec!["Web", "Other"])),
        prop::sample::subsequence(vec!["Green", "Red"], 0..=2),
    );
    (words(), prop::option::of(words()), numbers, times, any::<bool>(), picks).prop_map(
        |(company, city, (employees, score), (due, met), ok, (source, colours))| Lead {
            company: company.to_owned(),
            city: city.map(str::to_owned),
            employees,
            score,
            due,
            met: met.map(|eighths| eighths * DAY_MS / 8),
            ok,
            source,
            colours,
        },
    )
}

impl Lead {
    fn fields(&self) -> Json {
        let (year, month, day) = calendar::civil(self.due.unwrap_or(0));
        let moment = self.met.map(|ms| {
            let days = i32::try_from(ms.div_euclid(DAY_MS)).unwrap();
            let (year, month, day) = calendar::civil(days);
            let hour = ms.rem_euclid(DAY_MS) / 3_600_000;
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:00:00Z")
        });
        json!({
            "LastName": "L", "Company": self.company, "City": self.city,
            "NumberOfEmployees": self.employees,
            "Score__c": self.score.map(|n| f64::from(n) / 100.0),
            "Due__c": self.due.map(|_| format!("{year:04}-{month:02}-{day:02}")),
            "Met__c": moment, "Ok__c": self.ok, "LeadSource": self.source,
            "Colours__c": self.colours.join(";"),
        })
    }
}

fn org() -> Fixture {
    let mut seed = seed();
    let colours = CustomField {
        values: vec!["Red".to_owned(), "Green".to_owned()],
        ..CustomField::new("Colours__c", FieldKind::MultiPicklist)
    };
    let score = CustomField { scale: Some(2), ..CustomField::new("Score__c", FieldKind::Double) };
    seed.fields.insert(
        "Lead".to_owned(),
        vec![
            colours,
            score,
            CustomField::new("Due__c", FieldKind::Date),
            CustomField::new("Met__c", FieldKind::DateTime),
            CustomField::new("Ok__c", FieldKind::Boolean),
        ],
    );
    Fixture::new(&seed)
}

struct Pair {
    fixture: Fixture,
    before: SfId,
    after: SfId,
}

impl Pair {
    fn row(&self, id: SfId) -> &Record {
        self.fixture.org.get(id).unwrap()
    }

    fn evaluate(&self, text: &str, is_new: bool) -> Value {
        let schema = self.fixture.org.schema();
        let object = schema.index_of("Lead").unwrap();
        let formula = Formula::compile(schema, object, text)
            .unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        formula.evaluate(&Scope {
            org: &self.fixture.org,
            cx: &self.fixture.cx,
            before: (!is_new).then(|| self.row(self.before)),
            after: self.row(self.after),
            is_new,
        })
    }
}

fn same(real: &Value, naive: &Seen) -> bool {
    match (naive, real) {
        (Seen::Blank, Value::Null) => true,
        (Seen::Text(text), Value::Null) => text.is_empty(),
        (Seen::Text(text), Value::Text(real)) => **real == **text,
        (Seen::Yes(naive), Value::Bool(real)) => naive == real,
        (Seen::Day(naive), Value::Date(real)) => naive == real,
        (Seen::Moment(naive), Value::DateTime(real)) => *naive == real.0,
        (Seen::Number(naive), real) => real.as_number().is_some_and(|real| {
            let naive = naive.to_f64();
            (naive - real).abs() <= 1e-9 * naive.abs().max(1.0)
        }),
        _ => false,
    }
}

/// Compares the evaluators; false when the second one gives no answer.
fn agree(pair: &Pair, rows: &Rows<'_>, formula: &Node) -> bool {
    let text = formula.text();
    if text.chars().count() > 3_900 {
        return false;
    }
    let real = pair.evaluate(&text, rows.before.is_none());
    match interpret::value(rows, formula) {
        Outcome::Is(naive) => {
            assert!(same(&real, &naive), "{text}\nrow {rows:?}\n real {real:?}\nnaive {naive:?}");
            true
        }
        Outcome::TooLarge => false,
    }
}

#[test]
fn random_formulas_say_what_a_naive_evaluator_says() {
    let formulas = prop::collection::vec(Kinds::nested(3).any(), FORMULAS);
    let mut compared = 0;
    let config = ProptestConfig {
        max_shrink_iters: 300,
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let counted = std::cell::Cell::new(0_usize);
    let outcome = runner.run(&(leads(), leads(), formulas), |(before, after, formulas)| {
        let mut fixture = org();
        let made = [&before, &after].map(|lead| fixture.create("Lead", lead.fields()).unwrap());
        let pair = Pair { fixture, before: made[0], after: made[1] };
        for (at, formula) in formulas.iter().enumerate() {
            let before = (at % 3 != 0).then_some(&before);
            let rows = Rows { before, after: &after, now: NOW.0 };
            counted.set(counted.get() + usize::from(agree(&pair, &rows, formula)));
        }
        Ok(())
    });
    compared += counted.get();
    outcome.unwrap();
    let all = FORMULAS * usize::try_from(CASES).unwrap();
    assert!(compared * 10 > all * 9, "only {compared} of {all} formulas were compared");
}

#[test]
fn a_known_formula_is_written_and_read_as_meant() {
    let number = |n: i64| Node::Number(n * 100);
    let product = Node::infix("*", number(2), number(3));
    let power = Node::infix("^", product, number(2));
    assert_eq!(power.text(), "2 * 3 ^ 2");
    let lead = Lead {
        company: "Acme".to_owned(),
        city: None,
        employees: None,
        score: None,
        due: None,
        met: None,
        ok: false,
        source: None,
        colours: Vec::new(),
    };
    let rows = Rows { before: None, after: &lead, now: NOW.0 };
    let Outcome::Is(Seen::Number(n)) = interpret::value(&rows, &power) else { panic!("a number") };
    assert_eq!(n, Fraction::whole(36));
}
