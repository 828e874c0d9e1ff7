//! Figures that are held: `--at-least 'visitors_per_s=0.02x floor'`, `--at-most 'duplicates_created=0'`.
//!
//! A count is exact: the same on every machine, held against a number. A wall figure tells as much about the machine as
//! about the program: it is held against a multiple of the floor that the same run measured. A figure without samples
//! fails, since nothing was shown; a name that no figure has is refused before anything runs.

use std::{collections::BTreeMap, fmt};

/// Bounds in one option, at most.
pub const BOUND_LIMIT: usize = 100;

/// A figure that can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Whether it depends on the machine.
    pub kind: Kind,
}

/// Whether a figure depends on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A count: the same everywhere.
    Exact,
    /// Measured on the wall clock.
    Wall,
}

/// A figure, measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The value.
    pub value: f64,
    /// The floor of the same run, for a wall figure.
    pub floor: Option<f64>,
    /// From how many samples.
    pub samples: u64,
}

impl Figure {
    /// A count.
    pub fn exact(value: f64, samples: u64) -> Self {
        Self { value, floor: None, samples }
    }

    /// A wall figure and its floor.
    pub fn wall(value: f64, floor: Option<f64>, samples: u64) -> Self {
        Self { value, floor, samples }
    }

    /// The value as a multiple of the floor.
    pub fn ratio(&self) -> Option<f64> {
        self.floor.filter(|floor| *floor > 0.0).map(|floor| self.value / floor)
    }
}

/// Figures by name.
pub type Figures = BTreeMap<&'static str, Figure>;

/// Which way a bound holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// No less.
    AtLeast,
    /// No more.
    AtMost,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
        })
    }
}

/// What a figure is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A number.
    Number(f64),
    /// So many times the floor.
    TimesFloor(f64),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::TimesFloor(times) => write!(f, "{times}x floor"),
        }
    }
}

/// A figure and what it must hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The figure.
    pub metric: Metric,
    /// Which way.
    pub side: Side,
    /// Against what.
    pub limit: Limit,
}

/// Why a bound cannot be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HoldError {
    /// Not `name=limit`.
    #[error("`{text}` is not a bound; write `name=5` or `name=0.5x floor`, separated by commas")]
    NotABound {
        /// As typed.
        text: String,
    },
    /// No such figure.
    #[error("there is no figure `{name}`; {hint}")]
    Unknown {
        /// As typed.
        name: String,
        /// The likely one, or all.
        hint: String,
    },
    /// A wall figure against a number.
    #[error(
        "`{name}` is measured on the wall clock; hold it against the floor of the same run, as in `{name}=0.5x floor`"
    )]
    WallAgainstNumber {
        /// The figure.
        name: &'static str,
    },
    /// A count against a floor.
    #[error("`{name}` is a count; hold it against a number, as in `{name}=0`")]
    CountAgainstFloor {
        /// The figure.
        name: &'static str,
    },
    /// No figure can be so.
    #[error("`{text}` can never be missed or never be met; figures are numbers from 0 on")]
    Impossible {
        /// As typed.
        text: String,
    },
    /// Too many.
    #[error("more than {BOUND_LIMIT} bounds in one option")]
    TooMany,
}

/// Reads the bounds of one option.
pub fn parse(side: Side, text: &str, known: &[Metric]) -> Result<Vec<Bound>, HoldError> {
    let bounds = text.split(',').take(BOUND_LIMIT + 1).map(|bound| one(side, bound.trim(), known));
    let bounds = bounds.collect::<Result<Vec<_>, _>>()?;
    if bounds.len() > BOUND_LIMIT { Err(HoldError::TooMany) } else { Ok(bounds) }
}

fn one(side: Side, text: &str, known: &[Metric]) -> Result<Bound, HoldError> {
    let not_a_bound = || HoldError::NotABound { text: text.to_owned() };
    let (name, limit) = text.split_once('=').ok_or_else(not_a_bound)?;
    let name = name.trim();
    let metric =
        *known.iter().find(|metric| metric.name == name).ok_or_else(|| unknown(name, known))?;
    let limit = limit.trim();
    let times = limit.strip_suffix("floor").and_then(|limit| limit.trim_end().strip_suffix('x'));
    let number: f64 = times.unwrap_or(limit).trim().parse().map_err(|_| not_a_bound())?;
    let is_idle = side == Side::AtLeast && number == 0.0;
    if !number.is_finite() || number < 0.0 || is_idle {
        return Err(HoldError::Impossible { text: text.to_owned() });
    }
    let limit = match (metric.kind, times) {
        (Kind::Exact, None) => Limit::Number(number),
        (Kind::Wall, Some(_)) => Limit::TimesFloor(number),
        (Kind::Exact, Some(_)) => return Err(HoldError::CountAgainstFloor { name: metric.name }),
        (Kind::Wall, None) => return Err(HoldError::WallAgainstNumber { name: metric.name }),
    };
    Ok(Bound { metric, side, limit })
}

fn unknown(name: &str, known: &[Metric]) -> HoldError {
    let near = known.iter().map(|metric| (distance(name, metric.name), metric.name)).min();
    let hint = match near {
        Some((distance, near)) if distance <= near.len() / 3 => format!("did you mean `{near}`?"),
        _ => format!(
            "there are: {}",
            known.iter().map(|metric| metric.name).collect::<Vec<_>>().join(", ")
        ),
    };
    HoldError::Unknown { name: name.to_owned(), hint }
}

/// How many letters must be added, taken away or changed.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, a) in from.chars().take(100).enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(to.chars()) {
            let above = *cell;
            left = (left + 1).min(above + 1).min(diagonal + usize::from(a != b));
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// A bound that was not met.
#[derive(Debug, Clone, PartialEq)]
pub struct Missed {
    /// The bound.
    pub bound: Bound,
    /// The figure; `None` when it has no samples, or no floor to be held against.
    pub actual: Option<Figure>,
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bound { metric, side, limit } = self.bound;
        write!(f, "{} should be {side} {limit}, ", metric.name)?;
        match self.actual {
            None => f.write_str("but there are no samples of it"),
            Some(figure) => match (limit, figure.ratio()) {
                (Limit::TimesFloor(_), Some(ratio)) => {
                    write!(f, "but is {ratio:.4}x floor ({:.3})", figure.value)
                }
                _ => write!(f, "but is {}", figure.value),
            },
        }
    }
}

/// The bounds that the figures do not meet, in order.
pub fn missed(bounds: &[Bound], figures: &Figures) -> Vec<Missed> {
    let judged = bounds.iter().filter_map(|bound| {
        let figure = figures.get(bound.metric.name).filter(|figure| figure.samples > 0).copied();
        let held = figure.and_then(|figure| match bound.limit {
            Limit::Number(number) => Some((figure.value, number)),
            Limit::TimesFloor(times) => figure.ratio().map(|ratio| (ratio, times)),
        });
        match (held, bound.side) {
            (Some((value, limit)), Side::AtLeast) if value >= limit => None,
            (Some((value, limit)), Side::AtMost) if value <= limit => None,
            (held, _) => Some(Missed { bound: *bound, actual: held.and(figure) }),
        }
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Metric; 3] = [
        Metric { name: "visitors_per_s", kind: Kind::Wall },
        Metric { name: "api_calls_per_visitor", kind: Kind::Exact },
        Metric { name: "duplicates_created", kind: Kind::Exact },
    ];

    fn read(side: Side, text: &str) -> String {
        match parse(side, text, &KNOWN) {
            Ok(bounds) => {
                let shown: Vec<String> = bounds
                    .iter()
                    .map(|bound| format!("{} {} {}", bound.metric.name, bound.side, bound.limit))
                    .collect();
                shown.join("; ")
            }
            Err(error) => error.to_string(),
        }
    }

    fn judged(side: Side, text: &str, figures: &[(&'static str, Figure)]) -> Vec<String> {
        let bounds = parse(side, text, &KNOWN).unwrap();
        missed(&bounds, &figures.iter().copied().collect())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn bounds_are_numbers_or_multiples_of_the_floor() {
        assert_eq!(
            read(Side::AtLeast, "visitors_per_s=0.02x floor"),
            "visitors_per_s at least 0.02x floor"
        );
        assert_eq!(
            read(Side::AtMost, "api_calls_per_visitor=5, duplicates_created = 0"),
            "api_calls_per_visitor at most 5; duplicates_created at most 0"
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert_eq!(
            read(Side::AtMost, "duplicate_created=0"),
            "there is no figure `duplicate_created`; did you mean `duplicates_created`?"
        );
        assert!(
            read(Side::AtMost, "zzz=0")
                .ends_with("there are: visitors_per_s, api_calls_per_visitor, duplicates_created")
        );
        assert!(read(Side::AtLeast, "visitors_per_s=100").contains("0.5x floor"));
        assert!(read(Side::AtMost, "duplicates_created=2x floor").contains("is a count"));
        for text in [
            "",
            "visitors_per_s",
            "duplicates_created=",
            "duplicates_created=many",
            "duplicates_created=1,",
        ] {
            assert!(read(Side::AtMost, text).contains("is not a bound"), "{text}");
        }
        for text in ["duplicates_created=-1", "duplicates_created=nan", "duplicates_created=inf"] {
            assert!(read(Side::AtMost, text).contains("never"), "{text}");
        }
        assert!(read(Side::AtLeast, "duplicates_created=0").contains("never"));
    }

    #[test]
    fn a_bound_is_met_at_its_limit() {
        let figures = [
            ("duplicates_created", Figure::exact(2.0, 10)),
            ("visitors_per_s", Figure::wall(50.0, Some(1000.0), 10)),
        ];
        assert!(judged(Side::AtMost, "duplicates_created=2", &figures).is_empty());
        assert!(judged(Side::AtLeast, "visitors_per_s=0.05x floor", &figures).is_empty());
        assert_eq!(
            judged(Side::AtMost, "duplicates_created=1", &figures),
            ["duplicates_created should be at most 1, but is 2"]
        );
        assert_eq!(
            judged(Side::AtLeast, "visitors_per_s=0.06x floor", &figures),
            ["visitors_per_s should be at least 0.06x floor, but is 0.0500x floor (50.000)"]
        );
    }

    #[test]
    fn a_figure_without_samples_fails() {
        let none = "should be at most 0, but there are no samples of it";
        assert_eq!(
            judged(Side::AtMost, "duplicates_created=0", &[]),
            [format!("duplicates_created {none}")]
        );
        let empty = [("duplicates_created", Figure::exact(0.0, 0))];
        assert_eq!(judged(Side::AtMost, "duplicates_created=0", &empty).len(), 1);
        let no_floor = [("visitors_per_s", Figure::wall(5.0, None, 3))];
        assert_eq!(judged(Side::AtLeast, "visitors_per_s=1x floor", &no_floor).len(), 1);
    }
}
