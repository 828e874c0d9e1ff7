//! Why a whole call is refused: HTTP 500 with a fault (wire reference §1.3).
//!
//! Clients look for the literal names `sf:exceptionCode` and `sf:exceptionMessage`, and for `<faultstring>`. The
//! element in `detail` is named by the kind of the fault, which follows from its code.

use std::fmt::Display;

use axum::http::StatusCode;

use super::envelope::{CONTENT_TYPE, Flavour, SOAP};
use crate::{
    Mock, OrgError,
    api::{error::Refusal, reply::Reply},
    auth::{LoginFailure, SessionRefusal},
    xml,
};

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    place: Place,
    message: String,
}

/// Whose fault it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// The API's, with a code of the WSDL and the element that stands in `detail`.
    Api { code: String, kind: &'static str },
    /// The document's: it is no XML, so that no call was seen in it.
    Document,
    /// The envelope's: there is no detail.
    Envelope(&'static str),
}

impl Fault {
    /// A fault of the API; its kind follows from its code.
    pub(super) fn of(code: &str, message: impl Into<String>) -> Self {
        let place = Place::Api { code: code.to_owned(), kind: kind_of(code) };
        Self { place, message: message.into() }
    }

    /// What was sent is no call.
    pub(super) fn client(message: impl Into<String>) -> Self {
        Self { place: Place::Envelope("soapenv:Client"), message: message.into() }
    }

    /// A call that the WSDL of the address does not have.
    pub(super) fn no_operation(namespace: &str, name: &str) -> Self {
        Self::client(format!(
            "No operation available for request {{{namespace}}}{name}, please check the WSDL for the service."
        ))
    }

    /// The envelope is of another version of SOAP.
    pub(super) fn version_mismatch(message: impl Into<String>) -> Self {
        Self { place: Place::Envelope("soapenv:VersionMismatch"), message: message.into() }
    }

    /// A header that must be understood is not.
    pub(super) fn must_understand(header: &str) -> Self {
        let message = format!("Did not understand the header {header}, which says mustUnderstand");
        Self { place: Place::Envelope("soapenv:MustUnderstand"), message }
    }

    /// What Salesforce has and this mock has not: counted.
    pub(super) fn unsupported(mock: &Mock, what: &str) -> Self {
        mock.count_unsupported(&format!("soap:{what}"));
        Self::not_emulated(what)
    }

    /// What Salesforce has and this mock has not, counted by who knows it.
    pub(super) fn not_emulated(what: &str) -> Self {
        Self::of("FUNCTIONALITY_NOT_ENABLED", format!("mock-salesforce does not emulate {what}"))
    }

    /// An object that there is not.
    pub(super) fn no_such_object(name: &str) -> Self {
        let message = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
             the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate \
             names."
        );
        Self::of("INVALID_TYPE", message)
    }

    /// A field that an object does not have.
    pub(super) fn no_such_field(field: &str, object: &str) -> Self {
        let message = format!(
            "No such column '{field}' on entity '{object}'. If you are attempting to use a custom field, be sure to \
             append the '__c' after the custom field name. Please reference your WSDL or the describe call for the \
             appropriate names."
        );
        Self::of("INVALID_FIELD", message)
    }

    /// A login that did not work.
    pub(super) fn login(failure: LoginFailure) -> Self {
        let place = Place::Api { code: failure.code().to_owned(), kind: "LoginFault" };
        Self { place, message: failure.message().to_owned() }
    }

    /// A session that does not let a call in.
    pub(super) fn session(refusal: SessionRefusal, token: &str) -> Self {
        if refusal.is_session() {
            let shown: String = token.chars().take(15).collect();
            let message = format!(
                "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash: \
                 {shown}"
            );
            return Self::of("INVALID_SESSION_ID", message);
        }
        Self::of(refusal.code(), refusal.message())
    }

    /// The answer.
    pub(super) fn reply(&self, flavour: Flavour) -> Reply {
        let mut out = xml::DECLARATION.to_vec();
        put(&mut out, format_args!("<soapenv:Envelope xmlns:soapenv=\"{SOAP}\""));
        if !matches!(self.place, Place::Envelope(_)) {
            put(&mut out, format_args!(" xmlns:sf=\"{}\"", flavour.faults()));
            put(&mut out, format_args!(" xmlns:xsi=\"{}\"", xml::XSI));
        }
        put(&mut out, "><soapenv:Body><soapenv:Fault>");
        match &self.place {
            Place::Envelope(code) => {
                xml::element(&mut out, "faultcode", code);
                xml::element(&mut out, "faultstring", &self.message);
            }
            Place::Api { code, kind } => self.write_detail(&mut out, code, kind),
            Place::Document => {
                self.write_detail(&mut out, "UNKNOWN_EXCEPTION", "UnexpectedErrorFault");
            }
        }
        put(&mut out, "</soapenv:Fault></soapenv:Body></soapenv:Envelope>");
        Reply::text(StatusCode::INTERNAL_SERVER_ERROR, CONTENT_TYPE, out)
    }

    fn write_detail(&self, out: &mut Vec<u8>, code: &str, kind: &str) {
        // What was recorded without a prefix; clients of session faults look for one.
        let bare = code == "INVALID_LOGIN" || matches!(self.place, Place::Document);
        let prefix = if bare { "" } else { "sf:" };
        xml::element(out, "faultcode", format_args!("{prefix}{code}"));
        xml::element(out, "faultstring", format_args!("{code}: {}", self.message));
        put(out, format_args!("<detail><sf:{kind} xsi:type=\"sf:{kind}\">"));
        xml::element(out, "sf:exceptionCode", code);
        xml::element(out, "sf:exceptionMessage", &self.message);
        if has_place(kind) {
            let (row, column) = place_in_query(&self.message).unwrap_or((-1, -1));
            xml::element(out, "sf:row", row);
            xml::element(out, "sf:column", column);
        }
        put(out, format_args!("</sf:{kind}></detail>"));
    }
}

/// The answer that a fault of the fault plan makes up.
pub(in crate::api) fn made_up(status: StatusCode, code: &str, message: &str) -> Reply {
    Reply { status, ..Fault::of(code, message).reply(Flavour::Partner) }
}

fn put(out: &mut Vec<u8>, text: impl Display) {
    out.extend_from_slice(text.to_string().as_bytes());
}

/// The element of the WSDL that carries a code.
fn kind_of(code: &str) -> &'static str {
    match code {
        "INVALID_LOGIN" | "LOGIN_MUST_USE_SECURITY_TOKEN" | "PASSWORD_LOCKOUT" => "LoginFault",
        "MALFORMED_QUERY" => "MalformedQueryFault",
        "MALFORMED_SEARCH" => "MalformedSearchFault",
        "INVALID_FIELD" => "InvalidFieldFault",
        "INVALID_TYPE" => "InvalidSObjectFault",
        "INVALID_QUERY_LOCATOR" => "InvalidQueryLocatorFault",
        "MALFORMED_ID" | "INVALID_ID_FIELD" => "InvalidIdFault",
        "INVALID_NEW_PASSWORD" => "InvalidNewPasswordFault",
        "INVALID_OLD_PASSWORD" => "InvalidOldPasswordFault",
        _ => "UnexpectedErrorFault",
    }
}

/// Faults that tell a place in the query, -1 where there is none.
fn has_place(kind: &str) -> bool {
    matches!(
        kind,
        "MalformedQueryFault"
            | "MalformedSearchFault"
            | "InvalidFieldFault"
            | "InvalidSObjectFault"
    )
}

/// `ERROR at Row:1:Column:8`
fn place_in_query(message: &str) -> Option<(i64, i64)> {
    let (_, rest) = message.split_once("ERROR at Row:")?;
    let (row, rest) = rest.split_once(":Column:")?;
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    Some((row.parse().ok()?, rest.get(..digits)?.parse().ok()?))
}

/// A refusal of the REST resource that does the work.
impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let reply = Reply::from(refusal);
        let body: serde_json::Value =
            serde_json::from_slice(reply.body.as_deref().unwrap_or_default()).unwrap_or_default();
        let error = body.get(0).unwrap_or(&body);
        let text = |key| error.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
        let code = match text("errorCode") {
            "NOT_IMPLEMENTED" => "FUNCTIONALITY_NOT_ENABLED",
            "" => "UNKNOWN_EXCEPTION",
            code => code,
        };
        Self::of(code, text("message"))
    }
}

/// What was sent is no XML that is taken.
impl From<xml::XmlError> for Fault {
    fn from(error: xml::XmlError) -> Self {
        Self { place: Place::Document, message: error.to_string() }
    }
}

impl From<OrgError> for Fault {
    fn from(error: OrgError) -> Self {
        Self::of(error.code, error.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fault: &Fault) -> String {
        String::from_utf8(fault.reply(Flavour::Partner).body.unwrap()).unwrap()
    }

    #[test]
    fn a_wrong_login_is_the_fault_that_was_recorded() {
        assert_eq!(
            written(&Fault::login(LoginFailure::Invalid)),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:sf=\"urn:fault.partner.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><soapenv:Fault><faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: Invalid username, password, security token; or user locked out.</faultstring><detail><sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode><sf:exceptionMessage>Invalid username, password, security token; or user locked out.</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        );
    }

    #[test]
    fn a_fault_of_a_query_tells_its_place() {
        let fault = Fault::of("MALFORMED_QUERY", "x\n^\nERROR at Row:1:Column:8\nunexpected");
        let text = written(&fault);
        assert!(text.contains("<sf:MalformedQueryFault xsi:type=\"sf:MalformedQueryFault\">"));
        assert!(text.contains("<sf:row>1</sf:row><sf:column>8</sf:column>"), "{text}");
        let text = written(&Fault::no_such_object("Foo"));
        assert!(text.contains("<sf:row>-1</sf:row><sf:column>-1</sf:column>"), "{text}");
    }

    #[test]
    fn a_session_fault_has_the_prefix_that_clients_look_for() {
        let text = written(&Fault::session(SessionRefusal::Invalid, "00D000000000000!secret"));
        assert!(text.contains("<faultcode>sf:INVALID_SESSION_ID</faultcode>"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn a_fault_of_the_envelope_has_no_detail() {
        let text = written(&Fault::client("a < b"));
        assert!(text.contains("<faultcode>soapenv:Client</faultcode><faultstring>a &lt; b</faultstring></soapenv:Fault>"));
    }
}
