//! Reading leads: `$select`, and `$filter` as comparisons joined by `and`.

use axum::{
    body::Body,
    http::{Response, StatusCode},
};
use serde_json::{Value as Json, json};

use super::{API, HOST, OWN_FIELDS, error, json_answer, no_such_lead, shown};
use crate::{Record, body::Asked, neighbour::State};

/// `GET leads`
pub(super) fn list(state: &mut State, asked: &Asked) -> Response<Body> {
    let known = ["$select", "$filter", "$top"];
    let options = asked.uri.query().unwrap_or_default().split('&').filter(|it| !it.is_empty());
    let strange = options
        .map(|it| it.split('=').next().unwrap_or(it).replace("%24", "$"))
        .find(|it| !known.contains(&it.as_str()));
    if let Some(option) = strange {
        state.count_unsupported(format!("{} {option}", asked.line()));
        let text = format!("leadsim's mock of Dynamics does not emulate the option {option}");
        return error(StatusCode::NOT_IMPLEMENTED, "0x80060888", &text);
    }
    let columns = match columns(state, asked) {
        Ok(columns) => columns,
        Err(refused) => return refused,
    };
    let filter = asked.query("$filter").unwrap_or_default();
    let terms = match terms(state, &filter) {
        Ok(terms) => terms,
        Err(refused) => return refused,
    };
    let top = asked.query("$top").and_then(|it| it.parse().ok()).unwrap_or(5_000_usize);
    let fits =
        |record: &&Record| terms.iter().all(|(field, value)| holds(record, field, value.as_ref()));
    let email = terms.iter().find(|(field, _)| field == "emailaddress1");
    let shown = |it| shown(it, columns.as_deref());
    let rows: Vec<Json> = if let Some(email) = email.and_then(|(_, value)| value.as_deref()) {
        state.records.with_email(email).filter(fits).take(top).map(shown).collect()
    } else {
        state.records.all().filter(fits).take(top).map(shown).collect()
    };
    let list = columns.map_or_else(String::new, |it| format!("({})", it.join(",")));
    let context = format!("{HOST}{API}/$metadata#leads{list}");
    json_answer(StatusCode::OK, &json!({ "@odata.context": context, "value": rows }))
}

/// `GET leads(ID)`
pub(super) fn one(state: &State, asked: &Asked, id: &str) -> Response<Body> {
    let columns = match columns(state, asked) {
        Ok(columns) => columns,
        Err(refused) => return refused,
    };
    let Some(record) = state.records.find(id) else { return no_such_lead(id) };
    let mut row = serde_json::Map::new();
    row.insert("@odata.context".to_owned(), format!("{HOST}{API}/$metadata#leads/$entity").into());
    if let Json::Object(fields) = shown(record, columns.as_deref()) {
        row.extend(fields);
    }
    json_answer(StatusCode::OK, &Json::Object(row))
}

fn columns(state: &State, asked: &Asked) -> Result<Option<Vec<String>>, Response<Body>> {
    let Some(select) = asked.query("$select") else { return Ok(None) };
    let columns: Vec<String> = select.split(',').map(|it| it.trim().to_owned()).collect();
    match columns.iter().find(|it| !is_property(state, it)) {
        Some(unknown) => Err(no_such_property(unknown)),
        None => Ok(Some(columns)),
    }
}

/// Whether a lead has the property.
pub(super) fn is_property(state: &State, name: &str) -> bool {
    OWN_FIELDS.contains(&name) || state.setup.has_field(name)
}

/// The answer to a property that there is not.
pub(super) fn no_such_property(name: &str) -> Response<Body> {
    let text =
        format!("Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.lead'.");
    error(StatusCode::BAD_REQUEST, "0x80060888", &text)
}

/// `field eq 'text' and field eq null and …`
type Terms = Vec<(String, Option<String>)>;

fn terms(state: &mut State, filter: &str) -> Result<Terms, Response<Body>> {
    let mut terms = Terms::new();
    let mut rest = filter.trim();
    while !rest.is_empty() {
        let Some((term, after)) = term(rest) else {
            state.count_unsupported(format!("$filter {rest}"));
            let text = format!(
                "leadsim's mock of Dynamics reads \"field eq 'text'\" joined by and, not: {rest}"
            );
            return Err(error(StatusCode::NOT_IMPLEMENTED, "0x80060888", &text));
        };
        if !is_property(state, &term.0) {
            return Err(no_such_property(&term.0));
        }
        terms.push(term);
        rest = after.trim_start();
        match rest.strip_prefix("and ") {
            Some(more) => rest = more.trim_start(),
            None if rest.is_empty() => break,
            None => {
                let text = "There was an error parsing the query.";
                return Err(error(StatusCode::BAD_REQUEST, "0x80060888", text));
            }
        }
    }
    Ok(terms)
}

/// One comparison, and what follows it. A quote inside a text is written twice.
fn term(text: &str) -> Option<((String, Option<String>), &str)> {
    let (field, rest) = text.split_once(' ')?;
    let rest = rest.trim_start().strip_prefix("eq ")?.trim_start();
    if let Some(after) = rest.strip_prefix("null") {
        return Some(((field.to_owned(), None), after));
    }
    let Some(quoted) = rest.strip_prefix('\'') else {
        let end = rest.find(' ').unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        let is_plain = value.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
        return is_plain.then(|| ((field.to_owned(), Some(value.to_owned())), after));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if char != '\'' {
            value.push(char);
        } else if chars.peek().is_some_and(|(_, next)| *next == '\'') {
            chars.next();
            value.push('\'');
        } else {
            return Some(((field.to_owned(), Some(value)), quoted.get(at + 1..)?));
        }
    }
    None
}

/// Texts compare without case, as the database behind Dataverse does.
fn holds(record: &Record, field: &str, value: Option<&String>) -> bool {
    let held = match field {
        "leadid" => Some(record.id.clone()),
        field => record.text(field),
    };
    match (held, value) {
        (None, None) => true,
        (Some(held), Some(value)) => held.to_lowercase() == value.to_lowercase(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_inside_a_text_is_written_twice() {
        let (found, rest) =
            term("emailaddress1 eq 'o''brien@x.example' and statecode eq 0").unwrap();
        assert_eq!(found, ("emailaddress1".to_owned(), Some("o'brien@x.example".to_owned())));
        assert_eq!(rest, " and statecode eq 0");
        assert_eq!(term("statecode eq 0").unwrap().0.1, Some("0".to_owned()));
        assert_eq!(term("companyname eq null").unwrap().0.1, None);
        assert!(term("companyname eq 'open").is_none());
        assert!(term("contains(companyname,'x')").is_none());
    }
}
