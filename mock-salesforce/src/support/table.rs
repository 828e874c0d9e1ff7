//! The matrix for a terminal.

use std::fmt::Write as _;

use super::{Row, Status};

/// The rows as text, by area; only those of a status, if one is named.
pub fn table(rows: &[Row], status: Option<Status>) -> String {
    let shown: Vec<&Row> =
        rows.iter().filter(|row| status.is_none_or(|status| status == row.status)).collect();
    let wide = shown.iter().map(|row| row.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut area = "";
    for row in &shown {
        if row.area != area {
            let gap = if area.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", row.area.to_uppercase());
            area = &row.area;
        }
        let _ = writeln!(out, "  {:<9}  {:<wide$}  {}", row.status.id(), row.id, row.what);
        let margin = 2 + 9 + 2 + wide + 2;
        if let Some(note) = &row.note {
            let _ = writeln!(out, "{:margin$}{note}", "");
        }
        let test = row.test.as_deref().unwrap_or("-");
        let _ = writeln!(out, "{:margin$}doc {} · test {test}", "", row.doc);
    }
    let _ = writeln!(out, "\n{}", counts(&shown));
    out
}

fn counts(rows: &[&Row]) -> String {
    let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
    let parts = Status::ALL.map(|status| format!("{} {}", count(status), status.id()));
    format!("{} behaviours: {}", rows.len(), parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_below_their_area() {
        let row = |id: &str, status| Row {
            id: id.into(),
            area: id.split('.').next().unwrap_or_default().into(),
            what: "does it".into(),
            doc: "D".into(),
            status,
            note: (status != Status::Supported).then(|| "not all".to_owned()),
            test: Some("a::b".into()),
            routes: vec![],
            constructs: vec![],
            refused_calls: 0,
        };
        let rows = [row("auth.a", Status::Supported), row("soql.long", Status::Partial)];
        let text = table(&rows, None);
        let expected = "\
AUTH
  supported  auth.a     does it
                        doc D · test a::b

SOQL
  partial    soql.long  does it
                        not all
                        doc D · test a::b

2 behaviours: 1 supported, 1 partial, 0 refused
";
        assert_eq!(text, expected);
        assert!(!table(&rows, Some(Status::Partial)).contains("auth.a"));
    }
}
