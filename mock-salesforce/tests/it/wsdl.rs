//! The WSDL that SOAP clients are made from.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    client::Client,
    soap::{ok, soap},
};

/// The names of an envelope's elements that have no prefix, in the order that they come.
fn elements(text: &str) -> Vec<&str> {
    let tags = text.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '?']));
    let names = tags.map(|tag| tag.split([' ', '>', '/']).next().unwrap());
    names.filter(|name| !name.contains(':')).collect()
}

#[test]
fn the_partner_wsdl_is_for_download() {
    let client = &mut Client::new();
    client.use_token("");
    client.header("host", "acme.my.salesforce.com").header("x-forwarded-proto", "https");
    let answer = client.raw("GET", "/soap/wsdl.jsp?type=*", "");
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    for part in [
        "targetNamespace=\"urn:partner.soap.sforce.com\"",
        "<operation name=\"findDuplicates\"><soap:operation soapAction=\"\"/>",
        "<element name=\"records\" type=\"ens:sObject\" nillable=\"true\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>",
        "<soap:address location=\"https://acme.my.salesforce.com/services/Soap/u/64.0\"/>",
    ] {
        assert!(answer.text.contains(part), "{part}");
    }
    assert!(!answer.text.contains("describeLayout"));
    let enterprise = client.raw("GET", "/soap/wsdl.jsp", "");
    assert_eq!((enterprise.status.as_u16(), &*enterprise.code()), (501, "NOT_IMPLEMENTED"));
    let what = "WSDL files other than the partner one, /soap/wsdl.jsp?type=*";
    assert_eq!(client.mock.unsupported().get(what), Some(&1));
}

#[test]
fn whatever_is_answered_stands_in_the_wsdl() {
    let client = &mut Client::new();
    let wsdl = client.raw("GET", "/soap/wsdl.jsp?type=*", "").text;
    let declared: BTreeSet<&str> =
        wsdl.split(" name=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let id = client.create("Lead", json!({"LastName": "L", "Company": "C"}));
    let listed = client.get("/sobjects").json();
    let names =
        listed["sobjects"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap());
    let mut calls: Vec<String> = names
        .map(|name| format!("<describeSObject><sObjectType>{name}</sObjectType></describeSObject>"))
        .collect();
    calls.extend(
        [
            "<describeGlobal/>",
            "<getUserInfo/>",
            "<getServerTimestamp/>",
            "<query><queryString>SELECT Id, Owner.Name FROM Lead</queryString></query>",
            "<search><searchString>FIND {LC*} RETURNING Lead(Id)</searchString></search>",
            "<create><sObjects><type>Lead</type></sObjects></create>",
        ]
        .map(str::to_owned),
    );
    calls.push(format!("<convertLead><leadConverts><leadId>{id}</leadId><convertedStatus>Closed - Converted</convertedStatus></leadConverts></convertLead>"));
    calls.push(format!("<delete><ids>{id}</ids></delete>"));
    for call in calls {
        let answer = soap(client, "", &call);
        for name in elements(ok(&answer)) {
            assert!(declared.contains(name), "{name} of {call}");
        }
    }
}
