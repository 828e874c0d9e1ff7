//! Envelopes: what stands round a call and its answer.

use std::fmt::Display;

use axum::http::StatusCode;

use super::fault::Fault;
use crate::{
    api::{
        reply::Reply,
        version::{self, Served},
    },
    org::ApiUsage,
    xml::{self, Element, Limits},
};

/// The content type of every answer (wire reference §0.3).
pub(super) const CONTENT_TYPE: &str = "text/xml; charset=utf-8";
/// The envelopes of SOAP 1.1.
pub(super) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// What an envelope may cost: 200 records of 800 fields, and 50 MB.
const LIMITS: Limits =
    Limits { bytes: 50 * 1024 * 1024, depth: 24, elements: 250_000, attributes: 32 };

/// Which WSDL the client was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// Rows of any object: `/services/Soap/u`.
    Partner,
    /// Typed rows: `/services/Soap/c`.
    Enterprise,
}

impl Flavour {
    /// The flavour of an address.
    pub(super) fn of(api: &str) -> Option<Self> {
        match api {
            "u" => Some(Self::Partner),
            "c" => Some(Self::Enterprise),
            _ => None,
        }
    }

    /// As it stands in addresses.
    pub(super) fn letter(self) -> char {
        match self {
            Self::Partner => 'u',
            Self::Enterprise => 'c',
        }
    }

    /// The namespace of calls.
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::Partner => "urn:partner.soap.sforce.com",
            Self::Enterprise => "urn:enterprise.soap.sforce.com",
        }
    }

    /// The namespace of rows.
    pub(super) fn rows(self) -> &'static str {
        match self {
            Self::Partner => "urn:sobject.partner.soap.sforce.com",
            Self::Enterprise => "urn:sobject.enterprise.soap.sforce.com",
        }
    }

    /// The namespace of faults.
    pub(super) fn faults(self) -> &'static str {
        match self {
            Self::Partner => "urn:fault.partner.soap.sforce.com",
            Self::Enterprise => "urn:fault.enterprise.soap.sforce.com",
        }
    }
}

/// An envelope that was sent.
#[derive(Debug)]
pub(super) struct Envelope {
    /// What stands in its header.
    pub(super) headers: Vec<Element>,
    /// What stands in its body.
    pub(super) call: Element,
}

/// Reads an envelope.
pub(super) fn read(body: &[u8]) -> Result<Envelope, Fault> {
    let root = xml::read(body, LIMITS)?;
    if &*root.name != "Envelope" {
        return Err(Fault::client(format!("{} is not an Envelope of SOAP 1.1", root.name)));
    }
    if &*root.namespace != SOAP {
        let message = format!("the envelope must be of the namespace {SOAP}");
        return Err(Fault::version_mismatch(message));
    }
    let mut headers = Vec::new();
    let mut calls = Vec::new();
    for part in root.children {
        match &*part.name {
            "Header" => headers.extend(part.children),
            "Body" => calls.extend(part.children),
            _ => {}
        }
    }
    match <[Element; 1]>::try_from(calls) {
        Ok([call]) => Ok(Envelope { headers, call }),
        Err(calls) if calls.is_empty() => {
            Err(Fault::client("the Body of the envelope is empty: it must hold one call"))
        }
        Err(_) => Err(Fault::client("the Body of the envelope must hold one call, not several")),
    }
}

/// The version of an address, `62.0`, `62` or (as rustforce writes it) `v62.0`, of those that the org serves.
pub(super) fn version(text: &str, newest: u16) -> Result<u16, Fault> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let whole = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok());
    version::number(text)
        .or_else(|| whole.flatten())
        .filter(|number| version::served(*number, newest) == Served::Yes)
        .ok_or_else(|| Fault::of("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL"))
}

/// Puts an answer into its envelope. `usage` is told in a header, which a login has not.
pub(super) fn reply(flavour: Flavour, call: &str, answer: &[u8], usage: Option<ApiUsage>) -> Reply {
    let mut out = Vec::with_capacity(answer.len() + 700);
    out.extend_from_slice(xml::DECLARATION);
    put(&mut out, format_args!("<soapenv:Envelope xmlns:soapenv=\"{SOAP}\""));
    put(&mut out, format_args!(" xmlns=\"{}\"", flavour.namespace()));
    if names(answer, b"sf:") {
        put(&mut out, format_args!(" xmlns:sf=\"{}\"", flavour.rows()));
    }
    if names(answer, b"xsd:") {
        put(&mut out, " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"");
    }
    put(&mut out, format_args!(" xmlns:xsi=\"{}\">", xml::XSI));
    if let Some(usage) = usage {
        out.extend_from_slice(b"<soapenv:Header><LimitInfoHeader><limitInfo>");
        xml::element(&mut out, "current", usage.used);
        xml::element(&mut out, "limit", usage.max);
        xml::element(&mut out, "type", "API REQUESTS");
        out.extend_from_slice(b"</limitInfo></LimitInfoHeader></soapenv:Header>");
    }
    xml::open(&mut out, "soapenv:Body");
    let response = format!("{call}Response");
    if answer.is_empty() {
        xml::empty(&mut out, &response);
    } else {
        xml::open(&mut out, &response);
        out.extend_from_slice(answer);
        xml::close(&mut out, &response);
    }
    put(&mut out, "</soapenv:Body></soapenv:Envelope>");
    Reply::text(StatusCode::OK, CONTENT_TYPE, out)
}

/// Does the answer name something by a prefix, so that it has to be declared?
fn names(answer: &[u8], prefix: &[u8]) -> bool {
    answer.windows(prefix.len()).any(|part| part == prefix)
}

fn put(out: &mut Vec<u8>, text: impl Display) {
    out.extend_from_slice(text.to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_read_whatever_its_prefixes() {
        let sent = format!(
            "<e:Envelope xmlns:e='{SOAP}'><e:Header><u:SessionHeader xmlns:u='urn:partner.soap.sforce.com'/></e:Header>\
             <e:Body><n1:login xmlns:n1='urn:partner.soap.sforce.com'/></e:Body></e:Envelope>"
        );
        let envelope = read(sent.as_bytes()).unwrap();
        assert_eq!(&*envelope.call.name, "login");
        assert_eq!(&*envelope.headers[0].name, "SessionHeader");
    }

    #[test]
    fn what_is_no_call_is_refused() {
        let empty = format!("<e:Envelope xmlns:e='{SOAP}'><e:Body/></e:Envelope>");
        let two = format!("<e:Envelope xmlns:e='{SOAP}'><e:Body><a/><b/></e:Body></e:Envelope>");
        for sent in [&*empty, &*two, "<a/>", "", "<Envelope/>", "<!DOCTYPE a><a/>"] {
            assert!(read(sent.as_bytes()).is_err(), "{sent}");
        }
    }

    #[test]
    fn versions_are_those_that_are_served() {
        for text in ["62.0", "62", "v62.0"] {
            assert_eq!(version(text, 66).ok(), Some(62), "{text}");
        }
        for text in ["20.0", "67.0", "vv62.0", "62.1", "v", ""] {
            assert!(version(text, 66).is_err(), "{text}");
        }
    }
}
