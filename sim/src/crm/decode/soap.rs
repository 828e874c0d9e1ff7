//! The answer to `convertLead` (wire reference §9): a result for each lead, or a fault for the whole call (§1.3).

use engine::{Converted, Refusal};
use quick_xml::{Reader, events::Event};

use super::refusal;

/// Elements that one answer may have; a longer one is unreadable. A result of 100 leads has some 1,500.
const ELEMENTS_MAX: usize = 100_000;
/// Elements one in another that an answer may have.
const DEPTH_MAX: usize = 32;

/// The results of the leads, in order; nothing if this is no answer to a conversion.
pub(super) fn results(body: &[u8]) -> Option<Vec<Result<Converted, Refusal>>> {
    let mut results = Vec::new();
    let mut is_answer = false;
    let mut found = Found::default();
    for Leaf { path, text } in leaves(body)? {
        is_answer |= path.iter().any(|it| it == "convertLeadResponse");
        let Some(at) = path.iter().position(|it| it == "result") else { continue };
        let inner: Vec<&str> = path.iter().skip(at + 1).map(String::as_str).collect();
        if inner.is_empty() {
            results.push(std::mem::take(&mut found).result()?);
        } else {
            found.take(&inner, text);
        }
    }
    is_answer.then_some(results)
}

/// The refusal in a fault; nothing if there is none.
pub(super) fn fault(body: &[u8]) -> Option<Refusal> {
    let leaves = leaves(body)?;
    let text = |name: &str| {
        let mut named = leaves.iter().filter(|it| it.path.last().is_some_and(|it| it == name));
        named.next().map(|it| it.text.as_str())
    };
    let code = text("exceptionCode").or_else(|| text("faultcode"))?;
    let message = text("exceptionMessage").or_else(|| text("faultstring")).unwrap_or_default();
    Some(refusal::plain(code, message))
}

/// One lead's result, while it is read.
#[derive(Default)]
struct Found {
    converted: Converted,
    success: bool,
    code: Option<String>,
    messages: Vec<String>,
    fields: Vec<String>,
}

impl Found {
    fn take(&mut self, path: &[&str], text: String) {
        let id = |text: String| Some(text).filter(|it| !it.is_empty()).map(Into::into);
        match path {
            ["accountId"] => self.converted.account = id(text),
            ["contactId"] => self.converted.contact = id(text),
            ["opportunityId"] => self.converted.opportunity = id(text),
            ["success"] => self.success = text == "true",
            ["errors", "statusCode"] => {
                self.code.get_or_insert(text);
            }
            ["errors", "message"] => self.messages.push(text),
            ["errors", "fields"] => self.fields.push(text),
            _ => {}
        }
    }

    fn result(self) -> Option<Result<Converted, Refusal>> {
        if self.success {
            return Some(Ok(self.converted));
        }
        let mut refusal = refusal::plain(&self.code?, &self.messages.join("; "));
        refusal.fields = self.fields.into_iter().map(Into::into).collect();
        Some(Err(refusal))
    }
}

/// An element at its end: where it stood, and the text directly in it.
struct Leaf {
    path: Vec<String>,
    text: String,
}

/// Every element in the order in which they end; nothing if this is no XML within bounds.
fn leaves(body: &[u8]) -> Option<Vec<Leaf>> {
    let document = std::str::from_utf8(body).ok()?;
    let mut reader = Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<(String, String)> = Vec::new();
    let mut leaves = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name: &str = start.local_name().into_inner();
                open.push((name.to_owned(), String::new()));
            }
            Event::End(_) => {
                let path = open.iter().map(|(name, _)| name.clone()).collect();
                let (_, text) = open.pop()?;
                leaves.push(Leaf { path, text: text.trim().to_owned() });
            }
            Event::Text(text) => open.last_mut()?.1.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.1.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().ok()?.map(String::from);
                let named = || quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                open.last_mut()?.1.push_str(&letter.or_else(named)?);
            }
            Event::Eof => break,
            Event::DocType(_) => return None,
            _ => {}
        }
        if open.len() > DEPTH_MAX || leaves.len() > ELEMENTS_MAX {
            return None;
        }
    }
    open.is_empty().then_some(leaves).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(results: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"x\" xmlns=\"y\" xmlns:xsi=\"z\"><e:Body>\
             <convertLeadResponse>{results}</convertLeadResponse></e:Body></e:Envelope>"
        )
    }

    #[test]
    fn each_lead_has_its_own_result() {
        let body = answer(
            "<result><accountId>001A</accountId><contactId>003A</contactId><leadId>00QA</leadId>\
             <opportunityId xsi:nil=\"true\"/><success>true</success></result>\
             <result><accountId xsi:nil=\"true\"/><errors><fields>OwnerId</fields><message>a &amp; b</message>\
             <statusCode>INVALID_STATUS</statusCode></errors><success>false</success></result>",
        );
        let found = results(body.as_bytes()).unwrap();
        let [Ok(converted), Err(refusal)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(converted.account.as_ref().unwrap().as_str(), "001A");
        assert_eq!(converted.opportunity, None);
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("INVALID_STATUS", "a & b"));
        assert_eq!(refusal.fields, vec!["OwnerId".into()]);
    }

    #[test]
    fn a_fault_is_a_refusal_of_the_whole_call() {
        let body = "<e:Envelope xmlns:e=\"x\"><e:Body><e:Fault><faultcode>sf:INVALID_SESSION_ID</faultcode>\
                    <faultstring>s</faultstring><detail><sf:x xmlns:sf=\"f\"><sf:exceptionCode>INVALID_SESSION_ID\
                    </sf:exceptionCode><sf:exceptionMessage>gone</sf:exceptionMessage></sf:x></detail></e:Fault>\
                    </e:Body></e:Envelope>";
        let found = fault(body.as_bytes()).unwrap();
        assert_eq!((found.code.as_str(), found.message.as_str()), ("INVALID_SESSION_ID", "gone"));
        assert_eq!(results(body.as_bytes()), None);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for body in ["", "<html><body>busy</body></html>", "<a>", "{}", "<!DOCTYPE a><a/>"] {
            assert_eq!(results(body.as_bytes()), None, "{body}");
        }
        let cut = &answer("<result>")[..90];
        assert_eq!(results(cut.as_bytes()), None);
    }
}
