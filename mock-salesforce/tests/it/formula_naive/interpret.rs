//! What a formula says, statement by statement of the wire reference, §14.

use super::calendar::{civil, days, iso_week, month_length, weekday};
use super::fraction::Fraction;
use super::tree::Node;
use super::{DAY_MS, Lead};

/// The rows that a formula is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    /// None when the row is new.
    pub(super) before: Option<&'a Lead>,
    pub(super) after: &'a Lead,
    pub(super) now: i64,
}

/// A value. Text is never blank.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    Blank,
    Text(String),
    Number(Fraction),
    Yes(bool),
    Day(i32),
    Moment(i64),
}

use Seen::{Blank, Day, Moment, Number, Text, Yes};

pub(super) enum Outcome {
    Is(Seen),
    /// The numbers grow too large for fractions.
    TooLarge,
}

struct TooLarge;

type Found = Result<Seen, TooLarge>;

pub(super) fn value(rows: &Rows<'_>, node: &Node) -> Outcome {
    match rows.value(node) {
        Ok(seen) => Outcome::Is(seen),
        Err(TooLarge) => Outcome::TooLarge,
    }
}

fn number(n: Option<Fraction>) -> Found {
    n.map(Number).ok_or(TooLarge)
}

#[expect(clippy::unnecessary_wraps, reason = "called among functions that may find it too large")]
fn whole(n: i128) -> Found {
    Ok(Number(Fraction::whole(n)))
}

fn count(n: usize) -> Found {
    whole(i128::try_from(n).unwrap())
}

#[expect(clippy::unnecessary_wraps, reason = "called among functions that may find it too large")]
fn text(text: impl Into<String>) -> Found {
    Ok(Text(text.into()))
}

fn hundredths(n: i64) -> Fraction {
    Fraction::new(i128::from(n), 100).unwrap()
}

fn field(lead: &Lead, name: &str) -> Seen {
    let text = |text: Option<&str>| Text(text.unwrap_or_default().to_owned());
    match name {
        "Company" => text(Some(&lead.company)),
        "City" => text(lead.city.as_deref()),
        "LeadSource" => text(lead.source),
        "Colours__c" => Text(lead.colours.join(";")),
        "NumberOfEmployees" => lead.employees.map_or(Blank, |n| Number(Fraction::whole(n.into()))),
        "Score__c" => lead.score.map_or(Blank, |n| Number(hundredths(n.into()))),
        "Due__c" => lead.due.map_or(Blank, Day),
        "Met__c" => lead.met.map_or(Blank, Moment),
        "Ok__c" => Yes(lead.ok),
        _ => panic!("no field {name}"),
    }
}

impl Rows<'_> {
    fn value(&self, node: &Node) -> Found {
        match node {
            Node::Number(n) => Ok(Number(hundredths(*n))),
            Node::Text(literal) => text(*literal),
            Node::Word("NULL") => Ok(Blank),
            Node::Word(word) => Ok(Yes(*word == "TRUE")),
            Node::Field(name) => Ok(field(self.after, name)),
            Node::Sign(sign, inner) => {
                let inner = self.value(inner)?;
                Ok(match (*sign, inner) {
                    ("!", Yes(b)) => Yes(!b),
                    ("-", Number(n)) => Number(n.negative()),
                    (_, inner) => inner,
                })
            }
            Node::Infix("&&", a, b) => self.every(&[a, b], false),
            Node::Infix("||", a, b) => self.every(&[a, b], true),
            Node::Infix(operator, a, b) => infix(operator, self.value(a)?, self.value(b)?),
            Node::Call(name, list) => self.call(name, list),
        }
    }

    /// Three-valued: one that decides decides, else one that is blank leaves it open.
    fn every(&self, all: &[&Node], decides: bool) -> Found {
        let mut open = false;
        for node in all {
            match self.value(node)? {
                Yes(b) if b == decides => return Ok(Yes(decides)),
                Yes(_) => {}
                _ => open = true,
            }
        }
        Ok(if open { Blank } else { Yes(!decides) })
    }

    fn call(&self, name: &str, list: &[Node]) -> Found {
        let all: Vec<&Node> = list.iter().collect();
        match name {
            "AND" => self.every(&all, false),
            "OR" => self.every(&all, true),
            "IF" => {
                let at = if self.value(&list[0])? == Yes(true) { 1 } else { 2 };
                self.value(&list[at])
            }
            "CASE" => self.case(list),
            "ISNEW" => Ok(Yes(self.before.is_none())),
            "ISCHANGED" => {
                Ok(Yes(self.now_and_then(&list[0]).is_some_and(|(now, then)| now != then)))
            }
            "PRIORVALUE" => {
                let prior = self.now_and_then(&list[0]).map(|(_, then)| then);
                prior.map_or_else(|| self.value(&list[0]), Ok)
            }
            _ => {
                let values: Result<Vec<Seen>, TooLarge> =
                    list.iter().map(|node| self.value(node)).collect();
                self.plain(name, &values?, list)
            }
        }
    }

    /// A field now and before the save; none when the row is new.
    fn now_and_then(&self, node: &Node) -> Option<(Seen, Seen)> {
        let Node::Field(name) = node else { panic!("a field") };
        self.before.map(|before| (field(self.after, name), field(before, name)))
    }

    fn case(&self, list: &[Node]) -> Found {
        let subject = self.value(&list[0])?;
        let (otherwise, pairs) = list[1..].split_last().unwrap();
        for pair in pairs.chunks(2) {
            let fits = self.value(&pair[0])? == subject;
            if fits {
                return self.value(&pair[1]);
            }
        }
        self.value(otherwise)
    }

    fn plain(&self, name: &str, values: &[Seen], list: &[Node]) -> Found {
        let first = values.first().cloned().unwrap_or(Blank);
        match (name, &first) {
            ("TODAY", _) => Ok(Day(i32::try_from(self.now / DAY_MS).unwrap())),
            ("NOW", _) => Ok(Moment(self.now)),
            ("NOT", Yes(b)) => Ok(Yes(!b)),
            ("ISBLANK", _) => Ok(Yes(is_blank(&first))),
            // A picklist is not text: it can be null.
            ("ISNULL", Text(t)) => {
                let pick = matches!(list[0], Node::Field("LeadSource" | "Colours__c"));
                Ok(Yes(pick && t.is_empty()))
            }
            ("ISNULL", _) => Ok(Yes(first == Blank)),
            ("BLANKVALUE", _) if is_blank(&first) => Ok(values[1].clone()),
            ("NULLVALUE", Blank) => Ok(values[1].clone()),
            ("BLANKVALUE" | "NULLVALUE", _) => Ok(first),
            ("DATE", _) => date(values),
            ("DATEVALUE", Text(t)) => Ok(written_day(t).map_or(Blank, Day)),
            ("DATETIMEVALUE", Day(day)) => Ok(Moment(i64::from(*day) * DAY_MS)),
            ("ADDMONTHS", Day(day)) => add_months(*day, &values[1]),
            (_, Day(day)) => part(name, *day),
            (_, Text(_)) => on_text(name, values),
            ("MAX" | "MIN", _) => extreme(name, values),
            (_, Number(n)) => on_number(name, *n, values.get(1)),
            ("BR", _) => text("\n"),
            ("TEXT", Blank) => text(""),
            ("TEXT", Moment(ms)) => text(written_moment(*ms)),
            _ => Ok(Blank),
        }
    }
}

fn is_blank(seen: &Seen) -> bool {
    *seen == Blank || *seen == Text(String::new())
}

fn infix(operator: &str, a: Seen, b: Seen) -> Found {
    match operator {
        "=" | "==" | "<>" | "!=" => {
            let wanted = operator.ends_with("==") || operator == "=";
            Ok(if a == Blank || b == Blank { Blank } else { Yes((a == b) == wanted) })
        }
        "<" | "<=" | ">" | ">=" => Ok(ordered(operator, &a, &b).map_or(Blank, Yes)),
        _ => match (a, b) {
            (Text(a), Text(b)) => text(a + &b),
            (Number(a), Number(b)) => arithmetic(operator, a, b),
            (Day(a), Day(b)) => whole(i128::from(a) - i128::from(b)),
            (Moment(a), Moment(b)) => {
                number(Fraction::new(i128::from(a) - i128::from(b), DAY_MS.into()))
            }
            (Number(n), Day(day)) | (Day(day), Number(n)) => {
                let n = i32::try_from(if operator == "-" { -n.cut() } else { n.cut() });
                Ok(Day(day + n.unwrap()))
            }
            (Moment(at), Number(n)) => {
                let ms = n.times(Fraction::whole(DAY_MS.into())).ok_or(TooLarge)?.cut();
                let ms = i64::try_from(ms).unwrap();
                Ok(Moment(if operator == "-" { at - ms } else { at + ms }))
            }
            _ => Ok(Blank),
        },
    }
}

fn ordered(operator: &str, a: &Seen, b: &Seen) -> Option<bool> {
    let (less, more) = match (a, b) {
        (Number(a), Number(b)) => (a.less(*b), b.less(*a)),
        (Day(a), Day(b)) => (a < b, b < a),
        (Moment(a), Moment(b)) => (a < b, b < a),
        _ => return None,
    };
    Some(match operator {
        "<" => less,
        "<=" => !more,
        ">" => more,
        _ => !less,
    })
}

fn arithmetic(operator: &str, a: Fraction, b: Fraction) -> Found {
    match operator {
        "+" => number(a.plus(b)),
        "-" => number(a.minus(b)),
        "*" => number(a.times(b)),
        "/" if b.is_zero() => Ok(Blank),
        "/" => number(a.divided(b)),
        _ => power(a, b.cut()),
    }
}

/// The exponents of this test are whole.
fn power(base: Fraction, exponent: i128) -> Found {
    let mut result = Fraction::whole(1);
    for _ in 0..exponent.abs() {
        result = result.times(base).ok_or(TooLarge)?;
    }
    if exponent >= 0 {
        return Ok(Number(result));
    }
    if result.is_zero() { Ok(Blank) } else { number(Fraction::whole(1).divided(result)) }
}

fn on_number(name: &str, n: Fraction, second: Option<&Seen>) -> Found {
    let places = match second {
        None => 0,
        Some(Number(places)) if name != "MOD" => i32::try_from(places.cut()).unwrap(),
        Some(Number(by)) => {
            return if by.is_zero() {
                Ok(Blank)
            } else {
                let times = Fraction::whole(n.divided(*by).ok_or(TooLarge)?.cut());
                number(by.times(times).and_then(|all| n.minus(all)))
            };
        }
        Some(_) => return Ok(Blank),
    };
    let power = Fraction::whole(10_i128.pow(places.unsigned_abs()));
    let scale = if places < 0 { Fraction::whole(1).divided(power) } else { Some(power) };
    let scale = scale.ok_or(TooLarge)?;
    let scaled = n.times(scale).ok_or(TooLarge)?;
    let negative = n.less(Fraction::whole(0));
    let found = match name {
        "ABS" => return Ok(Number(if negative { n.negative() } else { n })),
        "TEXT" => return text(written_number(n)),
        "CEILING" if negative => scaled.down(),
        "CEILING" | "MCEILING" => scaled.up(),
        "FLOOR" if negative => scaled.up(),
        "FLOOR" | "MFLOOR" => scaled.down(),
        "TRUNC" => scaled.cut(),
        "ROUND" => scaled.near(),
        _ => panic!("no function {name}"),
    };
    number(Fraction::whole(found).divided(scale))
}

fn extreme(name: &str, values: &[Seen]) -> Found {
    let mut best: Option<Fraction> = None;
    for value in values {
        let Number(n) = value else { return Ok(Blank) };
        let better =
            best.is_none_or(|best| if name == "MAX" { best.less(*n) } else { n.less(best) });
        if better {
            best = Some(*n);
        }
    }
    number(best)
}

/// Numbers of the rows have two decimals.
fn written_number(n: Fraction) -> String {
    let cents = n.times(Fraction::whole(100)).unwrap().cut();
    let (sign, cents) = (if cents < 0 { "-" } else { "" }, cents.abs());
    let decimals = format!("{:02}", cents % 100);
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{decimals}", cents / 100)
}

fn written_moment(ms: i64) -> String {
    let (year, month, day) = civil(i32::try_from(ms.div_euclid(DAY_MS)).unwrap());
    let second = ms.rem_euclid(DAY_MS) / 1_000;
    let (hour, minute, second) = (second / 3_600, second % 3_600 / 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

#[expect(clippy::unnecessary_wraps, reason = "called among functions that may find it too large")]
fn date(values: &[Seen]) -> Found {
    let parts: Vec<i32> = values
        .iter()
        .filter_map(|value| match value {
            Number(n) => Some(i32::try_from(n.cut()).unwrap()),
            _ => None,
        })
        .collect();
    let [year, month, day] = parts[..] else { return Ok(Blank) };
    Ok(days(year, month, day).map_or(Blank, Day))
}

fn written_day(text: &str) -> Option<i32> {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else { return None };
    days(year, month, day).filter(|_| text.len() == 10)
}

#[expect(clippy::unnecessary_wraps, reason = "called among functions that may find it too large")]
fn add_months(day: i32, months: &Seen) -> Found {
    let Number(months) = months else { return Ok(Blank) };
    let (mut year, mut month, of_month) = civil(day);
    let last = of_month == month_length(year, month);
    for _ in 0..months.cut().abs() {
        month += if months.cut() > 0 { 1 } else { -1 };
        if month == 13 {
            (year, month) = (year + 1, 1);
        } else if month == 0 {
            (year, month) = (year - 1, 12);
        }
    }
    let longest = month_length(year, month);
    let of_month = if last || of_month > longest { longest } else { of_month };
    Ok(Day(days(year, month, of_month).unwrap()))
}

fn part(name: &str, day: i32) -> Found {
    let (year, month, of_month) = civil(day);
    let n = match name {
        "YEAR" => year,
        "MONTH" => month,
        "DAY" => of_month,
        "WEEKDAY" => weekday(day),
        "DAYOFYEAR" => day - days(year, 1, 1).unwrap() + 1,
        "ISOWEEK" => iso_week(day),
        "TEXT" => return text(format!("{year:04}-{month:02}-{of_month:02}")),
        _ => panic!("no function {name}"),
    };
    whole(n.into())
}

fn on_text(name: &str, values: &[Seen]) -> Found {
    let Text(first) = &values[0] else { panic!("text") };
    let letters: Vec<char> = first.chars().collect();
    let other = |at: usize| match values.get(at) {
        Some(Text(text)) => text.as_str(),
        _ => "",
    };
    match name {
        "TEXT" => text(first.clone()),
        "TRIM" => text(first.trim_matches(|c| c <= ' ')),
        "UPPER" => text(first.to_uppercase()),
        "LOWER" => text(first.to_lowercase()),
        "INITCAP" => text(initials(&letters)),
        "REVERSE" => text(letters.iter().rev().collect::<String>()),
        "SUBSTITUTE" if other(1).is_empty() => text(first.clone()),
        "SUBSTITUTE" => text(first.split(other(1)).collect::<Vec<_>>().join(other(2))),
        "CONTAINS" => Ok(Yes(position(&letters, other(1), 0).is_some())),
        "BEGINS" => Ok(Yes(position(&letters, other(1), 0) == Some(0))),
        "ISNUMBER" => Ok(Yes(read(first).is_some())),
        "VALUE" => Ok(read(first).map_or(Blank, Number)),
        "LEN" => count(letters.len()),
        "ISPICKVAL" => Ok(Yes(first == other(1))),
        "INCLUDES" => Ok(Yes(first.split(';').any(|one| one == other(1)))),
        "PICKLISTCOUNT" if first.is_empty() => count(0),
        "PICKLISTCOUNT" => count(first.split(';').count()),
        "FIND" => find(first, values),
        _ => cut(name, &letters, values),
    }
}

/// Where a part begins, counted from 0.
fn position(letters: &[char], part: &str, from: usize) -> Option<usize> {
    let part: Vec<char> = part.chars().collect();
    (from..=letters.len()).find(|at| letters[*at..].starts_with(&part))
}

fn find(part: &str, values: &[Seen]) -> Found {
    let Text(text) = &values[1] else { panic!("text") };
    let from = match values.get(2) {
        None => 0,
        Some(Number(n)) => usize::try_from(n.cut() - 1).unwrap_or(0),
        Some(_) => return Ok(Blank),
    };
    let letters: Vec<char> = text.chars().collect();
    if part.is_empty() {
        return count(0);
    }
    count(position(&letters, part, from).map_or(0, |at| at + 1))
}

fn cut(name: &str, letters: &[char], values: &[Seen]) -> Found {
    let lengths: Vec<usize> = values
        .iter()
        .filter_map(|value| match value {
            Number(n) => Some(usize::try_from(n.cut()).unwrap_or(0)),
            _ => None,
        })
        .collect();
    let Some(n) = lengths.first().copied() else { return text("") };
    let kept = |from: usize, to: usize| {
        let to = to.min(letters.len());
        text(letters[from.min(to)..to].iter().collect::<String>())
    };
    match name {
        "LEFT" => kept(0, n),
        "RIGHT" => kept(letters.len().saturating_sub(n), letters.len()),
        "MID" if lengths.len() == 2 => kept(n.max(1) - 1, n.max(1) - 1 + lengths[1]),
        "MID" => text(""),
        "LPAD" | "RPAD" => {
            let filler = match values.get(2) {
                None => " ",
                Some(Text(filler)) => filler,
                Some(_) => panic!("text"),
            };
            if filler.is_empty() || letters.is_empty() {
                return text("");
            }
            if n <= letters.len() {
                return kept(0, n);
            }
            let padding: String = filler.chars().cycle().take(n - letters.len()).collect();
            let letters: String = letters.iter().collect();
            text(if name == "LPAD" { padding + &letters } else { letters + &padding })
        }
        _ => panic!("no function {name}"),
    }
}

fn initials(letters: &[char]) -> String {
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let inside = at > 0 && letters[at - 1].is_alphanumeric();
        let letter = letter.to_string();
        out += &if inside { letter.to_lowercase() } else { letter.to_uppercase() };
    }
    out
}

/// A number as text: a sign, digits with a point among them, and maybe a power of ten.
fn read(text: &str) -> Option<Fraction> {
    let text = text.trim_matches(' ');
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let power: i32 = power.parse().ok()?;
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (before, after) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{before}{after}");
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let n: i128 = digits.parse().ok()?;
    let places = i32::try_from(after.len()).unwrap() - power;
    let scale = 10_i128.pow(places.unsigned_abs());
    let n = if mantissa.starts_with('-') { -n } else { n };
    if places < 0 { Fraction::new(n * scale, 1) } else { Fraction::new(n, scale) }
}
