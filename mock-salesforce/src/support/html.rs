//! The matrix as one page that needs nothing else: no script, no font, no picture from anywhere.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Matrix, Row, Status, matrix};

/// What the page may load: nothing but its own style.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("page.css");

/// The matrix as a page, joined with what was asked for in vain.
pub fn html(tally: &BTreeMap<String, u64>) -> String {
    let matrix = matrix(tally);
    let mut out = String::with_capacity(256 * 1024);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>Support matrix · mock-salesforce</title><style>{STYLE}</style></head><body>\
         <header><h1>Support matrix</h1>\
         <p>What mock-salesforce {} emulates, where that is documented, and which test shows it. \
         What it refuses answers a clear error and is counted here.</p>",
        env!("CARGO_PKG_VERSION")
    );
    filters(&mut out, &matrix);
    contents(&mut out, &matrix);
    out.push_str("</header><main>");
    for rows in matrix.rows.chunk_by(|a, b| a.area == b.area) {
        area(&mut out, rows);
    }
    unplaced(&mut out, &matrix);
    out.push_str("</main></body></html>\n");
    out
}

fn filters(out: &mut String, matrix: &Matrix) {
    let counts = matrix.counts();
    out.push_str("<fieldset><legend>Show</legend>");
    let all = matrix.rows.len();
    let _ = write!(
        out,
        "<label><input type=\"radio\" name=\"show\" id=\"show-all\" checked> all <b>{all}</b></label>"
    );
    for status in Status::ALL {
        let (id, count) = (status.id(), counts.get(&status).copied().unwrap_or(0));
        let _ = write!(
            out,
            "<label><input type=\"radio\" name=\"show\" id=\"show-{id}\"> \
             <span class=\"status {id}\">{id}</span> <b>{count}</b></label>"
        );
    }
    out.push_str("</fieldset>");
}

fn contents(out: &mut String, matrix: &Matrix) {
    out.push_str("<nav aria-label=\"Areas\">");
    for rows in matrix.rows.chunk_by(|a, b| a.area == b.area) {
        let Some(row) = rows.first() else { continue };
        let name = escaped(&row.area);
        let _ = write!(out, "<a href=\"#area-{name}\">{name} <small>{}</small></a>", rows.len());
    }
    out.push_str("</nav>");
}

fn area(out: &mut String, rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let name = escaped(&first.area);
    let statuses: Vec<&str> = Status::ALL
        .into_iter()
        .filter(|status| rows.iter().any(|row| row.status == *status))
        .map(|status| match status {
            Status::Supported => "has-supported",
            Status::Partial => "has-partial",
            Status::Refused => "has-refused",
        })
        .collect();
    let _ = write!(
        out,
        "<section class=\"{}\"><h2 id=\"area-{name}\">{name}</h2><div class=\"wide\"><table><thead><tr>\
         <th scope=\"col\">Behaviour</th><th scope=\"col\">Status</th><th scope=\"col\">Documentation</th>\
         <th scope=\"col\">Test</th><th scope=\"col\" class=\"number\">Refused calls</th></tr></thead><tbody>",
        statuses.join(" ")
    );
    for row in rows {
        line(out, row);
    }
    out.push_str("</tbody></table></div></section>");
}

fn line(out: &mut String, row: &Row) {
    let status = row.status.id();
    let _ = write!(
        out,
        "<tr class=\"{status}\" id=\"{}\"><td><b>{}</b> <code class=\"id\">{}</code>",
        escaped(&row.id),
        escaped(&row.what),
        escaped(&row.id)
    );
    if let Some(note) = &row.note {
        let _ = write!(out, "<p>{}</p>", escaped(note));
    }
    for (kind, names) in [("route", &row.routes), ("construct", &row.constructs)] {
        if names.is_empty() {
            continue;
        }
        let plural = if names.len() == 1 { "" } else { "s" };
        let _ = write!(out, "<details><summary>{} {kind}{plural}</summary><ul>", names.len());
        for name in names {
            let _ = write!(out, "<li><code>{}</code></li>", escaped(name));
        }
        out.push_str("</ul></details>");
    }
    let test = row.test.as_deref().map_or_else(
        || "<span class=\"none\">none</span>".to_owned(),
        |test| {
            format!(
                "<code>{}</code>",
                escaped(test).replace("::", "::<wbr>").replace('_', "_<wbr>")
            )
        },
    );
    let _ = write!(
        out,
        "</td><td><span class=\"status {status}\">{status}</span></td><td>{}</td><td>{test}</td>\
         <td class=\"number\">{}</td></tr>",
        escaped(&row.doc),
        row.refused_calls
    );
}

fn unplaced(out: &mut String, matrix: &Matrix) {
    if matrix.unplaced.is_empty() {
        return;
    }
    out.push_str(
        "<section class=\"has-refused\"><h2 id=\"area-others\">Other calls that were refused</h2>\
         <div class=\"wide\"><table><thead><tr><th scope=\"col\">Call</th>\
         <th scope=\"col\" class=\"number\">How often</th></tr></thead><tbody>",
    );
    for (call, count) in &matrix.unplaced {
        let call = escaped(call);
        let _ = write!(
            out,
            "<tr class=\"refused\"><td><code>{call}</code></td><td class=\"number\">{count}</td></tr>"
        );
    }
    out.push_str("</tbody></table></div></section>");
}

/// The text with nothing in it that HTML would take for markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_asked_for_is_text_on_the_page() {
        let tally = BTreeMap::from([("GET /<script>alert(1)</script>\"'&".to_owned(), 3)]);
        let page = html(&tally);
        assert!(page.contains("GET /&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
        assert!(!page.contains("<script"));
        for outside in ["http://", "https://", "src=", "url(", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn every_row_is_on_the_page_once() {
        let page = html(&BTreeMap::new());
        for row in super::super::rows() {
            let id = format!("id=\"{}\"", row.id);
            assert_eq!(page.matches(&id).count(), 1, "{id}");
        }
    }
}
