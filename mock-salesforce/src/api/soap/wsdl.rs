//! The WSDL of the partner endpoint, written from a table of its calls and types.
//!
//! `GET /soap/wsdl.jsp?type=*`, as the setup pages of Salesforce link to it; here nobody needs to log in for it. It has
//! the calls that are emulated and no others. The address in it is that of the last version with `login()`, or of the
//! org's newest one. Source of names and shapes: wire reference §1.3, §9.

use std::fmt::Write as _;

use axum::{
    extract::RawQuery,
    http::StatusCode,
    routing::{MethodRouter, get},
};

use super::{
    LOGIN_UNTIL,
    envelope::{CONTENT_TYPE, Flavour},
};
use crate::{
    Mock,
    api::{auth::Origin, body::parameter, error::Refusal, reply::Reply},
};

/// Calls, headers and types, in the notation that its first lines tell.
const TABLE: &str = include_str!("../../../data/wsdl/partner.txt");

/// Faults, and whether they tell a place in a query.
const FAULTS: [(&str, bool); 10] = [
    ("InvalidFieldFault", true),
    ("InvalidIdFault", false),
    ("InvalidNewPasswordFault", false),
    ("InvalidOldPasswordFault", false),
    ("InvalidQueryLocatorFault", false),
    ("InvalidSObjectFault", true),
    ("LoginFault", false),
    ("MalformedQueryFault", true),
    ("MalformedSearchFault", true),
    ("UnexpectedErrorFault", false),
];

/// What answers at the page of WSDL files.
pub(super) fn route() -> MethodRouter {
    get(partner)
}

async fn partner(mock: Mock, origin: Origin, RawQuery(query): RawQuery) -> Result<Reply, Refusal> {
    if parameter(query.as_deref(), "type").as_deref() != Some("*") {
        let what = "WSDL files other than the partner one, /soap/wsdl.jsp?type=*";
        mock.count_unsupported(what);
        return Err(Refusal::unsupported(what));
    }
    let version = mock.org().settings().newest_api_version.min(LOGIN_UNTIL);
    let address = format!("{}/services/Soap/u/{version}.0", origin.as_str());
    Ok(Reply::text(StatusCode::OK, CONTENT_TYPE, written(&address)))
}

/// A line of the table that is not below another, with those below it.
struct Entry<'t> {
    kind: &'t str,
    name: &'t str,
    base: Option<&'t str>,
    parts: Vec<&'t str>,
    answer: Option<&'t str>,
}

fn entries() -> Vec<Entry<'static>> {
    let mut entries: Vec<Entry<'static>> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(part) = line.strip_prefix("  ") {
            let Some(entry) = entries.last_mut() else { continue };
            match part.strip_prefix("->") {
                Some(answer) => entry.answer = Some(answer.trim()),
                None => entry.parts.push(part),
            }
            continue;
        }
        let (kind, name) = line.split_once(' ').unwrap_or((line, ""));
        let (name, base) = name.split_once(" : ").map_or((name, None), |(own, of)| (own, Some(of)));
        entries.push(Entry { kind, name, base, parts: Vec::new(), answer: None });
    }
    entries
}

fn of_kind<'e>(
    entries: &'e [Entry<'static>],
    kind: &'e str,
) -> impl Iterator<Item = &'e Entry<'static>> {
    entries.iter().filter(move |entry| entry.kind == kind)
}

fn written(address: &str) -> String {
    let entries = entries();
    let mut out = String::with_capacity(64 * 1024);
    let partner = Flavour::Partner;
    let (calls, rows, faults) = (partner.namespace(), partner.rows(), partner.faults());
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" \
         xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:tns=\"{calls}\" xmlns:ens=\"{rows}\" xmlns:fns=\"{faults}\" targetNamespace=\"{calls}\">\n<types>\n"
    );
    schema(&mut out, rows, calls, |out| out.push_str(ROWS));
    schema(&mut out, calls, rows, |out| {
        out.push_str(ID);
        for entry in &entries {
            type_of(out, entry);
        }
    });
    schema(&mut out, faults, calls, fault_types);
    out.push_str("</types>\n");
    messages(&mut out, &entries);
    port_type(&mut out, &entries);
    binding(&mut out, &entries);
    let _ = write!(
        out,
        "<service name=\"SforceService\"><port name=\"Soap\" binding=\"tns:SoapBinding\">\
         <soap:address location=\"{address}\"/></port></service>\n</definitions>\n"
    );
    out
}

/// A row of any object: its fields stand in any number behind its id.
const ROWS: &str = "<complexType name=\"sObject\"><sequence><element name=\"type\" type=\"xsd:string\"/>\
    <element name=\"fieldsToNull\" type=\"xsd:string\" nillable=\"true\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\
    <element name=\"Id\" type=\"tns:ID\" nillable=\"true\" minOccurs=\"0\"/>\
    <any namespace=\"##targetNamespace\" minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"lax\"/>\
    </sequence></complexType>\n";

const ID: &str = "<simpleType name=\"ID\"><restriction base=\"xsd:string\"/></simpleType>\n";

fn schema(out: &mut String, namespace: &str, imported: &str, content: impl FnOnce(&mut String)) {
    let _ = write!(
        out,
        "<schema xmlns=\"http://www.w3.org/2001/XMLSchema\" elementFormDefault=\"qualified\" \
         targetNamespace=\"{namespace}\">\n<import namespace=\"{imported}\"/>\n"
    );
    content(out);
    out.push_str("</schema>\n");
}

fn type_of(out: &mut String, entry: &Entry<'_>) {
    let name = entry.name;
    if entry.kind == "type" {
        let _ = write!(out, "<complexType name=\"{name}\">");
        if let Some(base) = entry.base {
            let _ = write!(out, "<complexContent><extension base=\"tns:{base}\">");
        }
        sequence(out, &entry.parts);
        out.push_str(if entry.base.is_some() { "</extension></complexContent>" } else { "" });
        out.push_str("</complexType>\n");
        return;
    }
    element_of(out, name, &entry.parts);
    if let Some(answer) = entry.answer {
        let result = format!("result {answer}");
        let parts = if answer.is_empty() { Vec::new() } else { vec![result.as_str()] };
        element_of(out, &format!("{name}Response"), &parts);
    }
}

fn element_of(out: &mut String, name: &str, parts: &[&str]) {
    let _ = write!(out, "<element name=\"{name}\"><complexType>");
    sequence(out, parts);
    out.push_str("</complexType></element>\n");
}

fn sequence(out: &mut String, parts: &[&str]) {
    out.push_str("<sequence>");
    for part in parts {
        let (name, marked) = part.split_once(' ').unwrap_or((part, "string"));
        let plain = marked.trim_end_matches(['?', '*', '~']);
        let prefix = match plain {
            "string" | "boolean" | "int" | "double" | "dateTime" | "anyType" => "xsd",
            "sObject" => "ens",
            _ => "tns",
        };
        let _ = write!(out, "<element name=\"{name}\" type=\"{prefix}:{plain}\"");
        out.push_str(if marked.contains('~') { " nillable=\"true\"" } else { "" });
        if marked.contains('*') {
            out.push_str(" minOccurs=\"0\" maxOccurs=\"unbounded\"");
        } else if marked.contains('?') {
            out.push_str(" minOccurs=\"0\"");
        }
        out.push_str("/>");
    }
    out.push_str("</sequence>");
}

fn fault_types(out: &mut String) {
    out.push_str(
        "<complexType name=\"ApiFault\"><sequence><element name=\"exceptionCode\" type=\"xsd:string\"/>\
         <element name=\"exceptionMessage\" type=\"xsd:string\"/></sequence></complexType>\n\
         <complexType name=\"ApiQueryFault\"><complexContent><extension base=\"fns:ApiFault\"><sequence>\
         <element name=\"row\" type=\"xsd:int\"/><element name=\"column\" type=\"xsd:int\"/></sequence>\
         </extension></complexContent></complexType>\n<element name=\"fault\" type=\"fns:ApiFault\"/>\n",
    );
    for (name, of_query) in FAULTS {
        let base = if of_query { "ApiQueryFault" } else { "ApiFault" };
        let _ = writeln!(
            out,
            "<complexType name=\"{name}\"><complexContent><extension base=\"fns:{base}\"/></complexContent>\
             </complexType>\n<element name=\"{name}\" type=\"fns:{name}\"/>"
        );
    }
}

fn messages(out: &mut String, entries: &[Entry<'static>]) {
    out.push_str("<message name=\"Header\">");
    for header in of_kind(entries, "header") {
        let _ = write!(out, "<part name=\"{0}\" element=\"tns:{0}\"/>", header.name);
    }
    out.push_str("</message>\n");
    for call in of_kind(entries, "call") {
        for (suffix, element) in [("Request", ""), ("Response", "Response")] {
            let name = call.name;
            let _ = writeln!(
                out,
                "<message name=\"{name}{suffix}\"><part name=\"parameters\" element=\"tns:{name}{element}\"/></message>"
            );
        }
    }
    for (name, _) in FAULTS {
        let _ = writeln!(
            out,
            "<message name=\"{name}\"><part name=\"fault\" element=\"fns:{name}\"/></message>"
        );
    }
}

fn port_type(out: &mut String, entries: &[Entry<'static>]) {
    out.push_str("<portType name=\"Soap\">\n");
    for call in of_kind(entries, "call") {
        let _ = write!(
            out,
            "<operation name=\"{0}\"><input message=\"tns:{0}Request\"/><output message=\"tns:{0}Response\"/>",
            call.name
        );
        for (name, _) in FAULTS {
            let _ = write!(out, "<fault name=\"{name}\" message=\"tns:{name}\"/>");
        }
        out.push_str("</operation>\n");
    }
    out.push_str("</portType>\n");
}

fn binding(out: &mut String, entries: &[Entry<'static>]) {
    out.push_str(
        "<binding name=\"SoapBinding\" type=\"tns:Soap\"><soap:binding style=\"document\" \
         transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n",
    );
    for call in of_kind(entries, "call") {
        let name = call.name;
        let _ = write!(out, "<operation name=\"{name}\"><soap:operation soapAction=\"\"/><input>");
        for header in of_kind(entries, "header").filter(|header| is_sent(name, header.name)) {
            header_of(out, header.name);
        }
        out.push_str("<soap:body use=\"literal\" parts=\"parameters\"/></input><output>");
        if name != "login" {
            header_of(out, "LimitInfoHeader");
        }
        out.push_str("<soap:body use=\"literal\"/></output>");
        for (name, _) in FAULTS {
            let _ = write!(
                out,
                "<fault name=\"{name}\"><soap:fault name=\"{name}\" use=\"literal\"/></fault>"
            );
        }
        out.push_str("</operation>\n");
    }
    out.push_str("</binding>\n");
}

/// Does a client send this header with the call? A login has those of nobody who has logged in.
fn is_sent(call: &str, header: &str) -> bool {
    match header {
        "LimitInfoHeader" => false,
        "CallOptions" => true,
        "LoginScopeHeader" => call == "login",
        _ => call != "login",
    }
}

fn header_of(out: &mut String, name: &str) {
    let _ = write!(out, "<soap:header use=\"literal\" message=\"tns:Header\" part=\"{name}\"/>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_has_every_call_that_is_emulated_and_no_other() {
        let entries = entries();
        let told: BTreeSet<&str> = of_kind(&entries, "call").map(|entry| entry.name).collect();
        assert_eq!(told, super::super::calls().collect());
    }

    #[test]
    fn every_type_that_is_named_is_there() {
        let entries = entries();
        let types: BTreeSet<&str> = of_kind(&entries, "type").map(|entry| entry.name).collect();
        let known = ["ID", "sObject", "string", "boolean", "int", "double", "dateTime", "anyType"];
        for entry in &entries {
            let of_parts = entry.parts.iter().filter_map(|part| part.split_once(' '));
            let named = of_parts.map(|(_, marked)| marked).chain(entry.answer).chain(entry.base);
            for marked in named.filter(|marked| !marked.is_empty()) {
                let name = marked.trim_end_matches(['?', '*', '~']);
                assert!(types.contains(name) || known.contains(&name), "{}: {name}", entry.name);
            }
        }
    }
}
