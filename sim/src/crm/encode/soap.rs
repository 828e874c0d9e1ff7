//! `convertLead` as a SOAP request (wire reference §9): conversion has no resource in the REST API.
//!
//! The session stands in the envelope. The options come under Salesforce's own names, in the order of the WSDL.

use engine::{SaveRow, Value};

/// The partner API, in the version that we speak.
pub const ENDPOINT: &str = "/services/Soap/u/62.0";

/// The envelope of a call that converts these leads.
pub fn convert_lead(rows: &[SaveRow], session: &str) -> String {
    let mut out = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">"#,
        "<soapenv:Header><SessionHeader>"
    ));
    element(&mut out, "sessionId", session);
    out.push_str("</SessionHeader></soapenv:Header><soapenv:Body><convertLead>");
    for row in rows {
        out.push_str("<leadConverts>");
        let lead = row.id.iter().map(|id| ("leadId", id.as_str().to_owned()));
        let options =
            row.fields.iter().filter_map(|(name, value)| Some((name.as_str(), text(value)?)));
        let mut elements: Vec<(&str, String)> = lead.chain(options).collect();
        elements.sort_by_key(|(name, _)| *name);
        for (name, value) in elements {
            element(&mut out, name, &value);
        }
        out.push_str("</leadConverts>");
    }
    out.push_str("</convertLead></soapenv:Body></soapenv:Envelope>");
    out
}

fn text(value: &Value) -> Option<String> {
    value.text().map(std::borrow::Cow::into_owned)
}

fn element(out: &mut String, name: &str, text: &str) {
    out.extend(["<", name, ">"]);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // No XML holds these.
            it if it.is_control() && !matches!(it, '\t' | '\n' | '\r') => {}
            it => out.push(it),
        }
    }
    out.extend(["</", name, ">"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_come_with_their_options_and_text_is_escaped() {
        let row = SaveRow {
            id: Some("00Q1".into()),
            fields: vec![
                ("ownerId".into(), "0051".into()),
                ("convertedStatus".into(), "Closed & <Won>".into()),
                ("doNotCreateOpportunity".into(), Value::Bool(true)),
            ],
        };
        let sent = convert_lead(&[row], "00D!x");
        let body = sent.split_once("<leadConverts>").unwrap().1;
        assert_eq!(
            body,
            "<convertedStatus>Closed &amp; &lt;Won&gt;</convertedStatus>\
             <doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>00Q1</leadId>\
             <ownerId>0051</ownerId></leadConverts></convertLead></soapenv:Body></soapenv:Envelope>"
        );
        assert!(sent.contains("<sessionId>00D!x</sessionId>"), "{sent}");
    }
}
