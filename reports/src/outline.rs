//! Where in a scenario file are the parts that a report points at?
//!
//! This reads the layout of a file that is known to be valid, not YAML: it never fails, and a part that it does not find
//! (in a file of an unusual layout) is simply not pointed at.

/// The parts of a scenario file. Lines count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// The text of `about:`, as one line a paragraph.
    pub(crate) about: String,
    /// The entries of `expect:` and `hold:`.
    pub(crate) expectations: Vec<Lines>,
    /// The rows of `cases:`, each with its case.
    cases: Vec<(String, Lines)>,
}

/// Lines from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Lines {
    pub(crate) fn contains(self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

impl Outline {
    /// The expectation that this line is a part of.
    pub(crate) fn expectation_at(&self, line: u32) -> Option<Lines> {
        self.expectations.iter().copied().find(|it| it.contains(line))
    }

    /// The row of the table that this case is.
    pub(crate) fn case(&self, case: &str) -> Option<Lines> {
        self.cases.iter().find(|it| it.0 == case).map(|it| it.1)
    }
}

/// The parts of this scenario file.
pub(crate) fn outline(source: &str) -> Outline {
    let lines: Vec<&str> = source.lines().collect();
    let mut outline = Outline::default();
    let tops: Vec<usize> =
        (0..lines.len()).filter(|at| is_top_level(at_line(&lines, *at))).collect();
    for (number, top) in tops.iter().enumerate() {
        let end = tops.get(number + 1).copied().unwrap_or(lines.len());
        let head = at_line(&lines, *top);
        let Some((key, rest)) = head.split_once(':') else { continue };
        match key.trim() {
            "about" => outline.about = text_of(rest.trim(), lines.get(top + 1..end).unwrap_or(&[])),
            "expect" | "hold" if rest.trim().starts_with('{') => {
                outline.expectations.push(span(*top, end, &lines));
            }
            "expect" | "hold" => outline.expectations.extend(entries(&lines, top + 1, end)),
            "cases" => outline.cases.extend(cases(&lines, top + 1, end)),
            _ => {}
        }
    }
    outline
}

fn at_line<'a>(lines: &[&'a str], at: usize) -> &'a str {
    lines.get(at).copied().unwrap_or("")
}

fn is_top_level(line: &str) -> bool {
    !line.starts_with([' ', '#', '-', '\t', '}', ']']) && line.contains(':')
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines from `first` up to, but not with, `end`, without blank lines and comments at the end.
fn span(first: usize, end: usize, lines: &[&str]) -> Lines {
    let last = (first..end).rev().find(|at| !is_blank(at_line(lines, *at))).unwrap_or(first);
    Lines { first: number(first), last: number(last) }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// The entries of a block list or map: each starts at the indent of the first.
fn entries(lines: &[&str], from: usize, end: usize) -> Vec<Lines> {
    let Some(first) = (from..end).find(|at| !is_blank(at_line(lines, *at))) else {
        return Vec::new();
    };
    let depth = indent(at_line(lines, first));
    let starts: Vec<usize> = (first..end)
        .filter(|at| !is_blank(at_line(lines, *at)) && indent(at_line(lines, *at)) == depth)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([end]);
    starts.iter().zip(ends).map(|(start, end)| span(*start, end, lines)).collect()
}

fn cases(lines: &[&str], from: usize, end: usize) -> Vec<(String, Lines)> {
    let rows = entries(lines, from, end).into_iter();
    let named = rows.filter_map(|row| {
        let text = at_line(lines, usize::try_from(row.first).ok()? - 1);
        let name = text.split_once("case:")?.1.trim_start();
        let name = name.split([',', '}']).next()?.trim().trim_matches(['"', '\'']);
        Some((name.to_owned(), row))
    });
    named.collect()
}

/// A scalar that starts on its key's line, or a block below it.
fn text_of(head: &str, block: &[&str]) -> String {
    if !head.is_empty() && !head.starts_with(['|', '>']) {
        return head.trim_matches(['"', '\'']).to_owned();
    }
    let mut text = String::new();
    for line in block.iter().map(|it| it.trim()) {
        match (line.is_empty(), text.is_empty() || text.ends_with('\n')) {
            (true, true) => {}
            (true, false) => text.push('\n'),
            (false, true) => text.push_str(line),
            (false, false) => {
                text.push(' ');
                text.push_str(line);
            }
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
format: 1
about: |
  Pat lands,
  and leaves.

  Nobody minds.
cases:
  - { case: any-ok, zip: '1' }
  - { case: none,
      zip: '2' }
expect:
  # First this.
  - at: end
    record: { object: Lead }

  # Then that.
  - by: 3m
    record:
      count: 0
hold: { api_calls: 5 }
";

    #[test]
    fn the_parts_of_a_file_are_found_by_its_layout() {
        let outline = outline(FILE);
        assert_eq!(outline.about, "Pat lands, and leaves.\nNobody minds.");
        let lines: Vec<_> = outline.expectations.iter().map(|it| (it.first, it.last)).collect();
        assert_eq!(lines, [(13, 14), (17, 19), (20, 20)]);
        assert_eq!(outline.case("none"), Some(Lines { first: 9, last: 10 }));
        assert_eq!(outline.expectation_at(18), Some(Lines { first: 17, last: 19 }));
    }

    #[test]
    fn a_file_of_another_layout_has_no_parts() {
        assert_eq!(outline(""), Outline::default());
        assert_eq!(outline("::: }\n\t-\n: expect"), Outline::default());
        assert_eq!(outline("{ format: 1, expect: [ { at: end } ] }"), Outline::default());
    }
}
