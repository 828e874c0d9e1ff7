//! `GROUP BY`: rows that have their keys in common, what aggregate functions say of them, and subtotals.
//!
//! Text is grouped without regard to case, as it is compared; a group shows its first row's text. Without `ORDER BY`
//! groups come in the order of their keys, nulls first, subtotals after their parts (wire reference §4.2).

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use super::{Search, Visible, index, order, resolved};
use crate::{
    Org, SfId, Timestamp, Value,
    soql::{
        SoqlError,
        ast::GroupMode,
        eval::{self, NOTHING, Row, Subject},
        format,
        function::Aggregation,
        statement::{Aggregate, Grouping, Statement, Term},
        text::fold,
    },
    value::{FieldValue, ValueRef},
};

/// Most groups in an answer: such answers have one page (wire reference §4.1).
const GROUP_LIMIT: usize = 2_000;

/// A group: its keys and what its aggregate functions say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    keys: Vec<Value>,
    /// The keys over which the group is a subtotal.
    over: Vec<bool>,
    said: Vec<Value>,
}

impl Subject for Group {
    fn read<'a>(&'a self, term: &'a Term) -> FieldValue<'a> {
        let of = |values: &'a [Value], at: usize| {
            values.get(at).map_or(NOTHING, |value| FieldValue::Stored(value.view()))
        };
        match term {
            Term::Key { at, .. } => of(&self.keys, *at),
            Term::Aggregate { at, .. } => of(&self.said, *at),
            Term::Subtotal { at } => {
                let over = self.over.get(*at).is_some_and(|over| *over);
                FieldValue::Stored(ValueRef::Int(i64::from(over)))
            }
            Term::Format { of, zone } => {
                FieldValue::Computed(format::format(self.read(of).view(), of.kind(), zone))
            }
            Term::Field(_) | Term::Date { .. } | Term::Distance(_) => NOTHING,
        }
    }
}

/// The groups that a statement finds, in its order.
pub(crate) fn groups(
    org: &Org,
    statement: &Statement,
    grouping: &Grouping,
    visible: Visible,
) -> Result<Vec<Group>, SoqlError> {
    let filter = resolved(org, statement.filter.as_ref(), visible);
    let filter = filter.as_deref();
    let candidates = filter.and_then(|test| index::candidates(org, statement.object, test));
    let rows = Search { filter, candidates, visible }.rows(org, statement, usize::MAX);
    let mut gathered: BTreeMap<Vec<Part>, Gathering> = BTreeMap::new();
    let sets = subtotals(grouping);
    if grouping.keys.is_empty() {
        gathered.insert(Vec::new(), Gathering::new(grouping, Vec::new()));
    }
    for record in rows {
        let row = Row { org, record };
        let keys: Vec<Value> = grouping.keys.iter().map(|key| row.read(key).into_owned()).collect();
        let said = said(grouping, &row);
        for over in &sets {
            let parts = parts(grouping, &keys, over);
            let group = gathered
                .entry(parts)
                .or_insert_with(|| Gathering::new(grouping, kept(&keys, over)));
            group.add(grouping, &said);
        }
    }
    let all = gathered.into_iter().map(|(parts, group)| Group {
        over: parts.iter().map(|part| *part == Part::All).collect(),
        keys: group.keys,
        said: group.sums.into_iter().map(Sum::said).collect(),
    });
    let having = grouping.having.as_ref();
    let kept: Vec<Group> =
        all.filter(|group| having.is_none_or(|test| eval::fits(group, test))).collect();
    page(statement, kept)
}

/// Orders the groups and cuts the part that was asked for.
fn page(statement: &Statement, mut groups: Vec<Group>) -> Result<Vec<Group>, SoqlError> {
    if !statement.order.is_empty() {
        let keys = |group: &Group| -> Vec<Value> {
            statement.order.iter().map(|key| group.read(&key.of).into_owned()).collect()
        };
        let mut keyed: Vec<(Vec<Value>, Group)> =
            groups.into_iter().map(|group| (keys(&group), group)).collect();
        keyed.sort_by(|a, b| order::compare_all(&statement.order, &a.0, &b.0));
        groups = keyed.into_iter().map(|(_, group)| group).collect();
    }
    groups.drain(..statement.offset.min(groups.len()));
    groups.truncate(statement.limit.unwrap_or(usize::MAX));
    if groups.len() > GROUP_LIMIT {
        let message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
        return Err(SoqlError::new("EXCEEDED_ID_LIMIT", message));
    }
    Ok(groups)
}

/// For every kind of group, the keys over which it is a subtotal.
fn subtotals(grouping: &Grouping) -> Vec<Vec<bool>> {
    let count = grouping.keys.len();
    match grouping.mode {
        GroupMode::Plain => vec![vec![false; count]],
        GroupMode::Rollup => {
            (0..=count).map(|kept| (0..count).map(|key| key >= kept).collect()).collect()
        }
        GroupMode::Cube => (0..1_usize << count)
            .map(|mask| (0..count).map(|key| mask >> key & 1 == 1).collect())
            .collect(),
    }
}

fn kept(keys: &[Value], over: &[bool]) -> Vec<Value> {
    let keep = |(key, over): (&Value, &bool)| if *over { Value::Null } else { key.clone() };
    keys.iter().zip(over).map(keep).collect()
}

fn parts(grouping: &Grouping, keys: &[Value], over: &[bool]) -> Vec<Part> {
    let part = |((term, key), over): ((&Term, &Value), &bool)| {
        if *over { Part::All } else { Part::of(key, term.case_sensitive()) }
    };
    grouping.keys.iter().zip(keys).zip(over).map(part).collect()
}

/// What each aggregate function is applied to.
fn said(grouping: &Grouping, row: &Row<'_>) -> Vec<Value> {
    let value = |aggregate: &Aggregate| match &aggregate.of {
        Some(term) => row.read(term).into_owned(),
        None => Value::Bool(true),
    };
    grouping.aggregates.iter().map(value).collect()
}

/// A value as a key: ordered, and without the case of its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Null,
    Bool(bool),
    Int(i64),
    Double(Total),
    Date(i32),
    DateTime(Timestamp),
    Time(i32),
    Text(String),
    Id(SfId),
    /// A subtotal over the key.
    All,
}

/// A number in the total order of doubles.
#[derive(Debug, Clone, Copy)]
struct Total(f64);

impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Part {
    fn of(value: &Value, case_sensitive: bool) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(n) => Self::Int(*n),
            Value::Double(n) => Self::Double(Total(*n)),
            Value::Text(text) if case_sensitive => Self::Text(text.to_string()),
            Value::Text(text) => Self::Text(text.chars().map(fold).collect()),
            Value::Id(id) => Self::Id(*id),
            Value::Date(days) => Self::Date(*days),
            Value::DateTime(at) => Self::DateTime(*at),
            Value::Time(ms) => Self::Time(*ms),
        }
    }
}

/// A group while its rows are being read.
struct Gathering {
    keys: Vec<Value>,
    sums: Vec<Sum>,
}

impl Gathering {
    fn new(grouping: &Grouping, keys: Vec<Value>) -> Self {
        let sum = |aggregate: &Aggregate| Sum::new(aggregate.function);
        Self { keys, sums: grouping.aggregates.iter().map(sum).collect() }
    }

    fn add(&mut self, grouping: &Grouping, values: &[Value]) {
        for ((sum, aggregate), value) in self.sums.iter_mut().zip(&grouping.aggregates).zip(values)
        {
            if !value.is_null() {
                sum.add(aggregate, value);
            }
        }
    }
}

/// What an aggregate function knows so far.
enum Sum {
    Count(i64),
    Distinct(std::collections::BTreeSet<Part>),
    Total(Option<f64>),
    Mean(f64, u32),
    /// The least or the greatest.
    Extreme(Value, Ordering),
}

impl Sum {
    fn new(function: Aggregation) -> Self {
        match function {
            Aggregation::Count => Self::Count(0),
            Aggregation::CountDistinct => Self::Distinct(std::collections::BTreeSet::new()),
            Aggregation::Sum => Self::Total(None),
            Aggregation::Avg => Self::Mean(0.0, 0),
            Aggregation::Min => Self::Extreme(Value::Null, Ordering::Less),
            Aggregation::Max => Self::Extreme(Value::Null, Ordering::Greater),
        }
    }

    /// Takes one more value that is not null.
    fn add(&mut self, aggregate: &Aggregate, value: &Value) {
        let case_sensitive = aggregate.of.as_ref().is_some_and(Term::case_sensitive);
        let number = value.as_number().unwrap_or_default();
        match self {
            Self::Count(count) => *count += 1,
            Self::Distinct(known) => {
                known.insert(Part::of(value, case_sensitive));
            }
            Self::Total(total) => *total = Some(total.unwrap_or_default() + number),
            Self::Mean(total, count) => {
                *total += number;
                *count += 1;
            }
            Self::Extreme(found, wanted) => {
                let picklist: &[Arc<str>] = &aggregate.picklist;
                if found.is_null()
                    || order::compare(picklist, value.view(), found.view()) == *wanted
                {
                    *found = value.clone();
                }
            }
        }
    }

    fn said(self) -> Value {
        match self {
            Self::Count(count) => Value::Int(count),
            Self::Distinct(known) => Value::Int(i64::try_from(known.len()).unwrap_or(i64::MAX)),
            Self::Total(total) => total.map_or(Value::Null, Value::Double),
            Self::Mean(_, 0) => Value::Null,
            Self::Mean(total, count) => Value::Double(total / f64::from(count)),
            Self::Extreme(found, _) => found,
        }
    }
}
