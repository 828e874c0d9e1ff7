//! `REGEX(text, pattern)`: does the whole text match the pattern, as Java's `Pattern.matches` says?
//!
//! Alternation, groups, classes, `\d \w \s \b`, quantifiers (greedy, lazy, counted), anchors,
//! look-ahead and `(?i)`. A pattern that uses anything else matches nothing: see [`problem`], which
//! the checker asks about literal patterns. Work is bounded.

use std::iter::Peekable;
use std::str::Chars;

/// Steps that one match may take; a pattern that needs more does not match.
const STEPS_MAX: usize = 200_000;
/// How deep groups may nest.
const NESTING_MAX: usize = 40;
/// The largest count in braces.
const COUNT_MAX: usize = 1_000;
/// How deep a match may recurse.
const DEPTH_MAX: usize = 1_500;

#[derive(Clone, Debug)]
enum Piece {
    Any,
    Class(Class),
    Start,
    End,
    Boundary(bool),
    Group(Vec<Vec<Piece>>),
    Look(bool, Vec<Vec<Piece>>),
    Repeat { piece: Box<Piece>, min: usize, max: usize, lazy: bool },
}

#[derive(Clone, Debug, Default)]
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
    parts: Vec<Class>,
}

impl Class {
    fn one(c: char) -> Self {
        Self { ranges: vec![(c, c)], ..Self::default() }
    }

    fn holds(&self, c: char) -> bool {
        let inside = self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c))
            || self.parts.iter().any(|part| part.holds(c));
        inside != self.negated
    }
}

/// Does the whole text match?
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Ok((branches, fold)) = parsed(pattern) else { return false };
    let text: Vec<char> = text.chars().collect();
    let mut run = Run { text: &text, fold, steps: 0, depth: 0 };
    let end = text.len();
    run.branches(&branches, 0, &mut |_, at| at == end)
}

/// What this engine cannot do with a pattern, if anything.
pub(crate) fn problem(pattern: &str) -> Option<String> {
    parsed(pattern).err()
}

type Next<'a> = &'a mut dyn FnMut(&mut Run<'_>, usize) -> bool;

struct Run<'t> {
    text: &'t [char],
    fold: bool,
    steps: usize,
    depth: usize,
}

impl Run<'_> {
    fn branches(&mut self, branches: &[Vec<Piece>], at: usize, next: Next<'_>) -> bool {
        branches.iter().any(|branch| self.sequence(branch, at, next))
    }

    fn sequence(&mut self, pieces: &[Piece], at: usize, next: Next<'_>) -> bool {
        self.steps += 1;
        if self.steps > STEPS_MAX || self.depth >= DEPTH_MAX {
            return false;
        }
        let Some((first, rest)) = pieces.split_first() else { return next(self, at) };
        self.depth += 1;
        let found = self.piece(first, at, &mut |run, after| run.sequence(rest, after, next));
        self.depth -= 1;
        found
    }

    fn piece(&mut self, piece: &Piece, at: usize, next: Next<'_>) -> bool {
        match piece {
            Piece::Any => self.text.get(at).is_some_and(|c| *c != '\n') && next(self, at + 1),
            Piece::Class(class) => {
                let held = self.text.get(at).is_some_and(|c| self.in_class(class, *c));
                held && next(self, at + 1)
            }
            Piece::Start => at == 0 && next(self, at),
            Piece::End => at == self.text.len() && next(self, at),
            Piece::Boundary(wanted) => self.at_boundary(at) == *wanted && next(self, at),
            Piece::Group(branches) => self.branches(branches, at, next),
            Piece::Look(wanted, branches) => {
                let seen = self.branches(branches, at, &mut |_, _| true);
                seen == *wanted && next(self, at)
            }
            Piece::Repeat { piece, min, max, lazy } => {
                self.repeat(&Repeat { piece, min: *min, max: *max, lazy: *lazy }, 0, at, next)
            }
        }
    }

    /// A repeated character: how many there are is counted, not recursed into.
    fn run_of(&mut self, what: &Repeat<'_>, at: usize, next: Next<'_>) -> bool {
        let fits = |run: &Self, at: usize| match (what.piece, run.text.get(at)) {
            (Piece::Any, Some(c)) => *c != '\n',
            (Piece::Class(class), Some(c)) => run.in_class(class, *c),
            _ => false,
        };
        let mut longest = 0;
        while longest < what.max && fits(self, at + longest) {
            longest += 1;
        }
        if longest < what.min {
            return false;
        }
        let mut counts = what.min..=longest;
        while let Some(count) = if what.lazy { counts.next() } else { counts.next_back() } {
            self.steps += 1;
            if self.steps > STEPS_MAX || next(self, at + count) {
                return self.steps <= STEPS_MAX;
            }
        }
        false
    }

    fn repeat(&mut self, what: &Repeat<'_>, done: usize, at: usize, next: Next<'_>) -> bool {
        if matches!(what.piece, Piece::Any | Piece::Class(_)) {
            return self.run_of(what, at, next);
        }
        self.steps += 1;
        if self.steps > STEPS_MAX || self.depth >= DEPTH_MAX {
            return false;
        }
        self.depth += 1;
        let enough = done >= what.min;
        let mut found = enough && what.lazy && next(self, at);
        if !found && done < what.max {
            found = self.piece(what.piece, at, &mut |run, after| {
                let progress = after > at || done < what.min;
                progress && run.repeat(what, done + 1, after, next)
            });
        }
        found = found || enough && !what.lazy && next(self, at);
        self.depth -= 1;
        found
    }

    fn in_class(&self, class: &Class, c: char) -> bool {
        let other = |c: char| {
            if c.is_uppercase() { c.to_lowercase().next() } else { c.to_uppercase().next() }
        };
        class.holds(c) || self.fold && other(c).is_some_and(|c| class.holds(c))
    }

    fn at_boundary(&self, at: usize) -> bool {
        let word = |at: Option<usize>| {
            at.and_then(|at| self.text.get(at)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
        };
        word(at.checked_sub(1)) != word(Some(at))
    }
}

struct Repeat<'a> {
    piece: &'a Piece,
    min: usize,
    max: usize,
    lazy: bool,
}

fn parsed(pattern: &str) -> Result<(Vec<Vec<Piece>>, bool), String> {
    let (pattern, fold) = match pattern.strip_prefix("(?i)") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let mut parser = Parser { rest: pattern.chars().peekable(), depth: 0 };
    let branches = parser.branches()?;
    match parser.rest.next() {
        None => Ok((branches, fold)),
        Some(c) => Err(format!("unexpected {c:?} in the pattern")),
    }
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
}

impl Parser<'_> {
    fn branches(&mut self) -> Result<Vec<Vec<Piece>>, String> {
        let mut branches = vec![Vec::new()];
        while let Some(c) = self.rest.peek().copied().filter(|c| *c != ')') {
            if c == '|' {
                self.rest.next();
                branches.push(Vec::new());
                continue;
            }
            let piece = self.piece()?;
            let piece = self.quantified(piece)?;
            if let Some(branch) = branches.last_mut() {
                branch.push(piece);
            }
        }
        Ok(branches)
    }

    fn piece(&mut self) -> Result<Piece, String> {
        match self.rest.next() {
            Some('.') => Ok(Piece::Any),
            Some('^') => Ok(Piece::Start),
            Some('$') => Ok(Piece::End),
            Some('(') => self.group(),
            Some('[') => self.class().map(Piece::Class),
            Some('\\') => self.escape(),
            Some(c @ ('*' | '+' | '?')) => Err(format!("{c:?} has nothing to repeat")),
            Some(c) => Ok(Piece::Class(Class::one(c))),
            None => Err("the pattern ends too early".to_owned()),
        }
    }

    fn group(&mut self) -> Result<Piece, String> {
        if self.depth >= NESTING_MAX {
            return Err("the pattern nests too deep".to_owned());
        }
        self.depth += 1;
        let look = self.group_kind()?;
        let branches = self.branches()?;
        if self.rest.next() != Some(')') {
            return Err("a group is not closed".to_owned());
        }
        self.depth -= 1;
        Ok(match look {
            Some(wanted) => Piece::Look(wanted, branches),
            None => Piece::Group(branches),
        })
    }

    fn group_kind(&mut self) -> Result<Option<bool>, String> {
        if self.rest.peek() != Some(&'?') {
            return Ok(None);
        }
        self.rest.next();
        match self.rest.next() {
            Some(':') => Ok(None),
            Some('=') => Ok(Some(true)),
            Some('!') => Ok(Some(false)),
            other => Err(format!("groups (?{} are not supported", other.unwrap_or(' '))),
        }
    }

    fn quantified(&mut self, piece: Piece) -> Result<Piece, String> {
        let (min, max) = match self.rest.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                self.rest.next();
                self.counts()?
            }
            _ => return Ok(piece),
        };
        if matches!(self.rest.peek(), Some('*' | '+' | '?' | '}')) {
            self.rest.next();
        }
        let lazy = self.rest.next_if_eq(&'?').is_some();
        if self.rest.next_if_eq(&'+').is_some() {
            return Err("possessive quantifiers are not supported".to_owned());
        }
        Ok(Piece::Repeat { piece: Box::new(piece), min, max, lazy })
    }

    /// What stands between braces; the closing one is left.
    fn counts(&mut self) -> Result<(usize, usize), String> {
        let min = self.count()?.ok_or("a count is missing in {…}")?;
        let max = match self.rest.next_if_eq(&',') {
            Some(_) => self.count()?.unwrap_or(usize::MAX),
            None => min,
        };
        if self.rest.peek() != Some(&'}') || max < min {
            return Err("counts in {…} are wrong".to_owned());
        }
        Ok((min, max))
    }

    fn count(&mut self) -> Result<Option<usize>, String> {
        let mut digits = String::new();
        while let Some(c) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(c);
        }
        if digits.is_empty() {
            return Ok(None);
        }
        let count = digits.parse().ok().filter(|count| *count <= COUNT_MAX);
        count.map(Some).ok_or_else(|| format!("a count is larger than {COUNT_MAX}"))
    }

    fn escape(&mut self) -> Result<Piece, String> {
        match self.rest.next() {
            Some('b') => Ok(Piece::Boundary(true)),
            Some('B') => Ok(Piece::Boundary(false)),
            Some('A') => Ok(Piece::Start),
            Some('z' | 'Z') => Ok(Piece::End),
            Some(c) => escaped(c, &mut self.rest).map(Piece::Class),
            None => Err("the pattern ends in a backslash".to_owned()),
        }
    }

    fn class(&mut self) -> Result<Class, String> {
        let mut class = Class { negated: self.rest.next_if_eq(&'^').is_some(), ..Class::default() };
        let mut first = true;
        loop {
            let part = match self.rest.next() {
                Some(']') if !first => return Ok(class),
                Some('[') => return Err("classes inside classes are not supported".to_owned()),
                Some('&') if self.rest.peek() == Some(&'&') => {
                    return Err("intersections of classes are not supported".to_owned());
                }
                Some('\\') => {
                    let c = self.rest.next().ok_or("a class is not closed")?;
                    escaped(c, &mut self.rest)?
                }
                Some(c) => Class::one(c),
                None => return Err("a class is not closed".to_owned()),
            };
            first = false;
            self.range(&mut class, part)?;
        }
    }

    /// Adds a character, a range or a named class.
    fn range(&mut self, class: &mut Class, part: Class) -> Result<(), String> {
        let [(from, to)] = part.ranges.as_slice() else {
            class.parts.push(part);
            return Ok(());
        };
        let (from, single) = (*from, from == to && !part.negated);
        let mut ahead = self.rest.clone();
        let ranges = single && ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
        if !ranges {
            class.parts.push(part);
            return Ok(());
        }
        self.rest.next();
        let to = match self.rest.next() {
            Some('\\') => self.rest.next(),
            other => other,
        };
        let to = to.filter(|to| *to >= from).ok_or("a range in a class runs backwards")?;
        class.ranges.push((from, to));
        Ok(())
    }
}

fn escaped(c: char, rest: &mut Peekable<Chars<'_>>) -> Result<Class, String> {
    let word = [('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
    let space = [(' ', ' '), ('\t', '\r')];
    let class = |ranges: &[(char, char)], negated| {
        Ok(Class { negated, ranges: ranges.to_vec(), parts: Vec::new() })
    };
    match c {
        'd' | 'D' => class(&[('0', '9')], c == 'D'),
        'w' | 'W' => class(&word, c == 'W'),
        's' | 'S' => class(&space, c == 'S'),
        'n' => Ok(Class::one('\n')),
        'r' => Ok(Class::one('\r')),
        't' => Ok(Class::one('\t')),
        'p' => named(rest),
        'u' => {
            let digits: String = rest.by_ref().take(4).collect();
            let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            code.map(Class::one).ok_or_else(|| "\\u takes four hexadecimal digits".to_owned())
        }
        c if c.is_ascii_alphanumeric() => Err(format!("\\{c} is not supported in a pattern")),
        c => Ok(Class::one(c)),
    }
}

fn named(rest: &mut Peekable<Chars<'_>>) -> Result<Class, String> {
    let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
    let ranges: &[(char, char)] = match name.trim_start_matches('{') {
        "Alpha" => &[('a', 'z'), ('A', 'Z')],
        "Upper" | "Lu" => &[('A', 'Z')],
        "Lower" | "Ll" => &[('a', 'z')],
        "Digit" => &[('0', '9')],
        "Alnum" => &[('a', 'z'), ('A', 'Z'), ('0', '9')],
        "Punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "Space" => &[(' ', ' '), ('\t', '\r')],
        other => return Err(format!("\\p{{{other}}} is not supported in a pattern")),
    };
    Ok(Class { ranges: ranges.to_vec(), ..Class::default() })
}

#[cfg(test)]
mod tests {
    use super::{matches, problem};

    #[test]
    fn the_whole_text_must_match() {
        for (pattern, text, expected) in [
            (r"\d{5}(-\d{4})?", "02139", true),
            (r"\d{5}(-\d{4})?", "02139-1234", true),
            (r"\d{5}(-\d{4})?", "x02139", false),
            (r"[A-Za-z0-9._%+-]+@[a-z.-]+\.[a-z]{2,}", "pat@example.com", true),
            (r"a|bc", "bc", true),
            (r"a.*?c", "abcabc", true),
            (r"(?i)HELLO", "hello", true),
            (r"(?!test).*", "testing", false),
            (r"(?=.*\d).{4,}", "abc1", true),
            (r"[^\s]+", "a b", false),
            (r"", "", true),
            (r"(a*)*", "aaaa", true),
            (r"\(\d{3}\) \d{3}-\d{4}", "(415) 555-1212", true),
            (r"[\]\-x]+", "]-x", true),
            (r"\d{2,3}?5", "1235", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_it_cannot_do_is_told() {
        for pattern in ["(", "a{2", "[a", r"\1", "*a", "(?<n>a)", "a++", "[a&&b]"] {
            assert!(problem(pattern).is_some(), "{pattern}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        assert!(!matches("(a+)+b", &"a".repeat(5_000)));
        assert!(matches(".*z", &("a".repeat(30_000) + "z")), "a long text is no hostile one");
        assert!(problem(&"(".repeat(5_000)).is_some());
    }
}
