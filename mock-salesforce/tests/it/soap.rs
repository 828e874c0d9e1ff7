//! The SOAP partner and enterprise endpoints, with envelopes as clients send them.

use mock_salesforce::{
    OrgSeed, SfId,
    seed::{AssignmentEntrySeed, AssignmentRuleSeed, DuplicateAction, QueueSeed},
    standard_org,
};
use serde_json::json;

use crate::client::{Answer, Client};

const PARTNER: &str = "/services/Soap/u/62.0";

/// The envelope of jsforce.
fn jsforce(token: &str, header: &str, call: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Header xmlns=\"urn:partner.soap.sforce.com\"><SessionHeader><sessionId>{token}</sessionId></SessionHeader>{header}</soapenv:Header><soapenv:Body xmlns=\"urn:partner.soap.sforce.com\">{call}</soapenv:Body></soapenv:Envelope>"
    )
}

pub(crate) fn soap(client: &mut Client, header: &str, call: &str) -> Answer {
    let token = client.token().to_owned();
    client.header("content-type", "text/xml").header("soapaction", "\"\"");
    let answer = client.raw("POST", PARTNER, &jsforce(&token, header, call));
    client.header("content-type", "application/json");
    answer
}

/// The text between the first two tags of a name.
pub(crate) fn tag<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, rest) =
        text.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{name}: {text}"));
    rest.split_once(&format!("</{name}>")).unwrap().0
}

pub(crate) fn ok(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    &answer.text
}

pub(crate) fn fault(answer: &Answer) -> (&str, &str) {
    assert_eq!(answer.status, 500, "{}", answer.text);
    (tag(&answer.text, "sf:exceptionCode"), tag(&answer.text, "sf:exceptionMessage"))
}

fn lead(client: &mut Client, name: &str) -> String {
    client.create("Lead", json!({"LastName": name, "Company": "Acme"}))
}

fn log_in(client: &mut Client, version: &str, password: &str) -> Answer {
    let (_, username) = client.mock.first_user().unwrap();
    client.use_token("");
    let body = format!(
        "<se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\"><se:Header/><se:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>{username}</username><password>{password}</password></login></se:Body></se:Envelope>"
    );
    client.header("host", "acme.my.salesforce.com").header("x-forwarded-proto", "https");
    client.raw("POST", &format!("/services/Soap/u/{version}"), &body)
}

fn secret(client: &Client) -> String {
    let login = client.mock.login();
    format!("{}{}", login.password, login.security_token)
}

#[test]
fn a_login_gives_a_session_that_every_api_takes() {
    let mut client = Client::new();
    let password = secret(&client);
    let answer = log_in(&mut client, "62.0", &password);
    let text = ok(&answer).to_owned();
    let organization = client.mock.org().organization_id();
    let server = tag(&text, "serverUrl");
    assert_eq!(
        server,
        format!("https://acme.my.salesforce.com/services/Soap/u/62.0/{}", organization.as_str_15())
    );
    assert_eq!(tag(&text, "organizationId"), organization.to_string());
    assert_eq!(tag(&text, "passwordExpired"), "false");
    assert!(
        text.contains("<roleId xsi:nil=\"true\"/><sessionSecondsValid>7200</sessionSecondsValid>"),
        "{text}"
    );
    assert!(!text.contains("LimitInfoHeader"), "{text}");
    let token = tag(&text, "sessionId").to_owned();
    client.use_token(&token);
    assert_eq!(client.query("SELECT Id FROM Organization").status, 200);
    let path = server.strip_prefix("https://acme.my.salesforce.com").unwrap();
    let info = client.raw("POST", path, &jsforce(&token, "", "<getUserInfo/>"));
    assert_eq!(tag(ok(&info), "userId"), tag(&text, "userId"));
}

#[test]
fn simple_salesforce_logs_in_with_prefixes_of_its_own() {
    let mut client = Client::new();
    let (_, username) = client.mock.first_user().unwrap();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<env:Envelope\n xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"\n xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"\n xmlns:urn=\"urn:partner.soap.sforce.com\">\n <env:Header>\n <urn:CallOptions>\n <urn:client>simple-salesforce</urn:client>\n <urn:defaultNamespace>sf</urn:defaultNamespace>\n </urn:CallOptions>\n </env:Header>\n <env:Body>\n <n1:login xmlns:n1=\"urn:partner.soap.sforce.com\">\n <n1:username>{username}</n1:username>\n <n1:password>{}</n1:password>\n </n1:login>\n </env:Body>\n</env:Envelope>",
        secret(&client)
    );
    client.use_token("");
    let answer = client.raw("POST", "/services/Soap/u/59.0", &body);
    assert!(tag(ok(&answer), "sessionId").contains('!'));
    let body = body.replace("urn:partner.", "urn:enterprise.");
    let answer = client.raw("POST", "/services/Soap/c/59.0", &body);
    assert!(tag(ok(&answer), "serverUrl").contains("/services/Soap/c/59.0/"));
    assert!(answer.text.contains("xmlns=\"urn:enterprise.soap.sforce.com\""));
}

/// Programs that build themselves from a WSDL may ask the endpoint for it: it has none.
#[test]
fn a_soap_endpoint_takes_posts_only() {
    let client = &mut Client::new();
    let answer = client.raw("GET", &format!("{PARTNER}?wsdl"), "");
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
}

/// rustforce keeps its version with the letter, and puts it into the address of the login so.
#[test]
fn a_login_address_may_name_its_version_with_a_letter() {
    let client = &mut Client::new();
    client.header("content-type", "text/xml").header("soapaction", "\"\"");
    let envelope = "<se:Envelope xmlns:se='http://schemas.xmlsoap.org/soap/envelope/'><se:Header/><se:Body><login xmlns='urn:partner.soap.sforce.com'><username>USER</username><password>PASSWORD</password></login></se:Body></se:Envelope>";
    let envelope = envelope
        .replace("USER", "admin@mock-salesforce.example")
        .replace("PASSWORD", "mock-passwordmockSecurityToken");
    let answer = client.raw("POST", "/services/Soap/u/v44.0", &envelope);
    assert!(tag(ok(&answer), "serverUrl").contains("/services/Soap/u/44.0/00D"), "{}", answer.text);
}

#[test]
fn a_wrong_password_is_a_login_fault_and_login_ends_with_version_64() {
    let mut client = Client::new();
    let answer = log_in(&mut client, "62.0", "WRONG");
    let text = "Invalid username, password, security token; or user locked out.";
    assert_eq!(fault(&answer), ("INVALID_LOGIN", text));
    assert!(answer.text.contains("<sf:LoginFault xsi:type=\"sf:LoginFault\">"));
    let password = secret(&client);
    assert_eq!(log_in(&mut client, "64.0", &password).status, 200);
    assert_eq!(fault(&log_in(&mut client, "65.0", &password)).0, "UNSUPPORTED_API_VERSION");
    assert_eq!(fault(&log_in(&mut client, "30.0", &password)).0, "UNSUPPORTED_API_VERSION");
    assert_eq!(fault(&log_in(&mut client, "99.0", &password)).0, "UNSUPPORTED_API_VERSION");
}

#[test]
fn a_dead_session_is_a_fault_that_clients_refresh_at() {
    let mut client = Client::new();
    client.use_token("00D000000000000!INVALID");
    let answer = soap(&mut client, "", "<getServerTimestamp/>");
    assert_eq!(fault(&answer).0, "INVALID_SESSION_ID");
    assert!(answer.text.contains("<faultcode>sf:INVALID_SESSION_ID</faultcode>"));
    let without = client.raw("POST", PARTNER, &jsforce("", "", "<getUserInfo/>"));
    assert_eq!(fault(&without).0, "INVALID_SESSION_ID");
}

#[test]
fn logout_and_invalidate_sessions_end_sessions() {
    let mut client = Client::new();
    let other = client.mock.access_token(client.user);
    let call = format!(
        "<invalidateSessions><sessionIds>{other}</sessionIds><sessionIds>x!y</sessionIds></invalidateSessions>"
    );
    let answer = soap(&mut client, "", &call);
    assert!(ok(&answer).contains("<result><success>true</success></result><result><errors><message>Invalid session id</message><statusCode>INVALID_SESSION_ID</statusCode></errors><success>false</success></result>"), "{}", answer.text);
    assert!(ok(&soap(&mut client, "", "<logout/>")).contains("<logoutResponse/>"));
    assert_eq!(fault(&soap(&mut client, "", "<getUserInfo/>")).0, "INVALID_SESSION_ID");
    assert_eq!(client.query("SELECT Id FROM Lead").status, 401);
}

#[test]
fn every_answer_counts_a_call_and_tells_how_many_are_left() {
    let mut client = Client::new();
    client.mock.org().set_api_allocation(2, true);
    let answer = soap(&mut client, "", "<getServerTimestamp/>");
    assert!(ok(&answer).contains("<soapenv:Header><LimitInfoHeader><limitInfo><current>1</current><limit>2</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>"));
    assert_eq!(tag(&answer.text, "timestamp"), "2026-05-13T10:00:00.000Z");
    ok(&soap(&mut client, "", "<getServerTimestamp/>"));
    let refused = soap(&mut client, "", "<getServerTimestamp/>");
    assert_eq!(fault(&refused), ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
}

#[test]
fn rows_are_created_updated_and_cleared() {
    let mut client = Client::new();
    let call = "<create xmlns=\"urn:partner.soap.sforce.com\" xmlns:ns1=\"sobject.partner.soap.sforce.com\"><ns1:sObjects><type>Lead</type><LastName>O&apos;Neil</LastName><Company>A &amp; B</Company><NumberOfEmployees>12</NumberOfEmployees><HasOptedOutOfEmail>true</HasOptedOutOfEmail></ns1:sObjects><ns1:sObjects><type>lead</type><LastName>L</LastName></ns1:sObjects></create>";
    let answer = soap(&mut client, "", call);
    let text = ok(&answer).to_owned();
    let id = tag(&text, "id").to_owned();
    assert!(text.contains(&format!("<createResponse><result><id>{id}</id><success>true</success></result><result><errors><fields>Company</fields><message>Required fields are missing: [Company]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors><id xsi:nil=\"true\"/><success>false</success></result></createResponse>")), "{text}");
    let call = format!(
        "<update><sObjects><type>Lead</type><fieldsToNull>NumberOfEmployees</fieldsToNull><Id>{id}</Id><City>Bonn</City><Phone xsi:nil=\"true\"/></sObjects></update>"
    );
    assert!(ok(&soap(&mut client, "", &call)).contains("<success>true</success>"));
    let row = client.get(&format!("/sobjects/Lead/{id}")).json();
    assert_eq!((&row["LastName"], &row["City"]), (&json!("O'Neil"), &json!("Bonn")));
    assert_eq!(
        (&row["NumberOfEmployees"], &row["HasOptedOutOfEmail"]),
        (&json!(null), &json!(true))
    );
}

#[test]
fn an_unknown_object_or_field_refuses_the_whole_call() {
    let mut client = Client::new();
    let good = "<sObjects><type>Lead</type><LastName>L</LastName><Company>C</Company></sObjects>";
    let call =
        format!("<create>{good}<sObjects><type>Lead</type><Nmae>x</Nmae></sObjects></create>");
    let answer = soap(&mut client, "", &call);
    let (code, message) = fault(&answer);
    assert_eq!(code, "INVALID_FIELD");
    assert!(message.starts_with("No such column 'Nmae' on entity 'Lead'. If you are attempting"));
    assert!(answer.text.contains("<sf:InvalidFieldFault xsi:type=\"sf:InvalidFieldFault\">"));
    let answer = soap(&mut client, "", "<create><sObjects><type>Laed</type></sObjects></create>");
    assert!(fault(&answer).1.starts_with("sObject type 'Laed' is not supported."));
    let answer =
        soap(&mut client, "", "<create><sObjects><LastName>L</LastName></sObjects></create>");
    assert_eq!(fault(&answer), ("INVALID_TYPE", "Must send a concrete entity type."));
    assert_eq!(client.query("SELECT Id FROM Lead").json()["totalSize"], 0);
}

#[test]
fn all_or_none_takes_every_row_back() {
    let mut client = Client::new();
    let call = "<create><sObjects><type>Lead</type><LastName>L</LastName><Company>C</Company></sObjects><sObjects><type>Lead</type><LastName>L</LastName></sObjects></create>";
    let header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>";
    let answer = soap(&mut client, header, call);
    assert!(ok(&answer).contains("<statusCode>ALL_OR_NONE_OPERATION_ROLLED_BACK</statusCode>"));
    assert!(answer.text.contains("<statusCode>REQUIRED_FIELD_MISSING</statusCode>"));
    assert_eq!(client.query("SELECT Id FROM Lead").json()["totalSize"], 0);
}

#[test]
fn upserts_go_by_a_key_and_say_what_was_created() {
    let mut client = Client::new();
    let call = "<upsert><externalIDFieldName>external_id__c</externalIDFieldName><sObjects><type>Lead</type><External_Id__c>a1</External_Id__c><LastName>L</LastName><Company>C</Company></sObjects><sObjects><type>Lead</type><LastName>L</LastName></sObjects></upsert>";
    let answer = soap(&mut client, "", call);
    assert!(
        ok(&answer).contains("<upsertResponse><result><created>true</created><id>00Q"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("<result><created>false</created><errors><message>External_Id__c not specified</message><statusCode>MISSING_ARGUMENT</statusCode></errors><id xsi:nil=\"true\"/><success>false</success></result>"), "{}", answer.text);
    let again = soap(&mut client, "", call);
    assert!(ok(&again).contains("<result><created>false</created><id>00Q"));
    let refused = soap(&mut client, "", &call.replace("external_id__c", "Company"));
    assert_eq!(fault(&refused).0, "INVALID_FIELD");
    let row = "<sObjects><type>Lead</type><External_Id__c>a2</External_Id__c><LastName>L</LastName><Company>C</Company></sObjects>";
    let twice = format!(
        "<upsert><externalIDFieldName>External_Id__c</externalIDFieldName>{row}{row}</upsert>"
    );
    let error = "<errors><fields>External_Id__c</fields><message>Duplicate external id specified: a2</message><statusCode>DUPLICATE_VALUE</statusCode></errors>";
    let answer = soap(&mut client, "", &twice);
    assert_eq!(ok(&answer).matches(error).count(), 2, "{}", answer.text);
}

#[test]
fn rows_are_deleted_restored_and_purged() {
    let mut client = Client::new();
    let id = lead(&mut client, "L");
    let by = |verb: &str| {
        format!(
            "<{verb} xmlns:ns1=\"sobject.partner.soap.sforce.com\"><ns1:ids>{id}</ns1:ids></{verb}>"
        )
    };
    let done = format!("<result><id>{id}</id><success>true</success></result>");
    assert!(ok(&soap(&mut client, "", &by("delete"))).contains(&done));
    assert!(
        ok(&soap(&mut client, "", &by("delete")))
            .contains("<statusCode>ENTITY_IS_DELETED</statusCode>")
    );
    assert!(ok(&soap(&mut client, "", &by("undelete"))).contains(&done));
    assert!(
        ok(&soap(&mut client, "", &by("undelete")))
            .contains("<statusCode>UNDELETE_FAILED</statusCode>")
    );
    assert!(
        ok(&soap(&mut client, "", &by("emptyRecycleBin")))
            .contains("<statusCode>DELETE_FAILED</statusCode>")
    );
    ok(&soap(&mut client, "", &by("delete")));
    assert!(ok(&soap(&mut client, "", &by("emptyRecycleBin"))).contains(&done));
    assert!(client.mock.org().get(id.parse().unwrap()).is_none());
    assert!(
        ok(&soap(&mut client, "", "<delete><ids>foo</ids></delete>"))
            .contains("<message>malformed id foo</message><statusCode>MALFORMED_ID</statusCode>")
    );
    let by_id = format!("<delete><id>{}</id></delete>", lead(&mut client, "M"));
    assert!(ok(&soap(&mut client, "", &by_id)).contains("<success>true</success>"));
    let many = format!("<delete>{}</delete>", "<ids>00Q000000000001</ids>".repeat(201));
    assert_eq!(fault(&soap(&mut client, "", &many)).0, "EXCEEDED_ID_LIMIT");
}

#[test]
fn queries_answer_rows_with_parents_children_and_pages() {
    let mut client = Client::new();
    let account = client.create("Account", json!({"Name": "Acme"}));
    let contact = client.create("Contact", json!({"LastName": "Lee", "AccountId": account}));
    let query = |soql: &str| format!("<query><queryString>{soql}</queryString></query>");
    let answer = soap(
        &mut client,
        "",
        &query("SELECT Id, Account.Name, MailingAddress, CreatedDate FROM Contact"),
    );
    assert!(ok(&answer).contains(&format!("<queryResponse><result xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/><records xsi:type=\"sf:sObject\"><sf:type>Contact</sf:type><sf:Id>{contact}</sf:Id><sf:Id>{contact}</sf:Id><sf:Account xsi:type=\"sf:sObject\"><sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/><sf:Name>Acme</sf:Name></sf:Account><sf:MailingAddress xsi:nil=\"true\"/><sf:CreatedDate>2026-05-13T10:00:00.000Z</sf:CreatedDate></records><size>1</size></result></queryResponse>")), "{}", answer.text);
    assert!(answer.text.contains("xmlns:sf=\"urn:sobject.partner.soap.sforce.com\""));
    let answer = soap(
        &mut client,
        "",
        &query(
            "SELECT Name, (SELECT Id FROM Contacts), (SELECT Id FROM Opportunities) FROM Account",
        ),
    );
    assert!(ok(&answer).contains(&format!("<sf:Contacts xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/><records xsi:type=\"sf:sObject\"><sf:type>Contact</sf:type><sf:Id>{contact}</sf:Id><sf:Id>{contact}</sf:Id></records><size>1</size></sf:Contacts><sf:Opportunities xsi:nil=\"true\"/>")), "{}", answer.text);
    for name in 0..250 {
        lead(&mut client, &format!("L{name}"));
    }
    let header = "<QueryOptions><batchSize>200</batchSize></QueryOptions>";
    let answer = soap(&mut client, header, &query("SELECT Id FROM Lead"));
    assert!(ok(&answer).contains("<done>false</done>") && answer.text.contains("<size>250</size>"));
    let locator = tag(&answer.text, "queryLocator");
    let more = soap(
        &mut client,
        "",
        &format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>"),
    );
    assert!(
        ok(&more).contains("<queryMoreResponse><result xsi:type=\"QueryResult\"><done>true</done>")
    );
    assert_eq!(more.text.matches("<records ").count(), 50);
    let refused =
        soap(&mut client, "", "<queryMore><queryLocator>nonsense</queryLocator></queryMore>");
    assert_eq!(fault(&refused).0, "INVALID_QUERY_LOCATOR");
    assert!(refused.text.contains("<sf:InvalidQueryLocatorFault "));
}

#[test]
fn deleted_rows_are_seen_by_query_all_only() {
    let mut client = Client::new();
    let id = lead(&mut client, "L");
    client.call("DELETE", &format!("/sobjects/Lead/{id}"), "");
    let ask =
        |verb: &str| format!("<{verb}><queryString>SELECT Id FROM Lead</queryString></{verb}>");
    assert!(ok(&soap(&mut client, "", &ask("query"))).contains("<size>0</size>"));
    assert!(ok(&soap(&mut client, "", &ask("queryAll"))).contains("<size>1</size>"));
}

#[test]
fn a_bad_query_is_a_fault_with_its_place() {
    let mut client = Client::new();
    let answer = soap(
        &mut client,
        "",
        "<query><queryString>SELECT Id FROM Lead WHERE</queryString></query>",
    );
    assert_eq!(fault(&answer).0, "MALFORMED_QUERY");
    assert!(answer.text.contains("<sf:MalformedQueryFault xsi:type=\"sf:MalformedQueryFault\">"));
    let answer =
        soap(&mut client, "", "<query><queryString>SELECT Nmae FROM Lead</queryString></query>");
    assert_eq!(fault(&answer).0, "INVALID_FIELD");
    assert!(answer.text.contains("<sf:row>1</sf:row><sf:column>8</sf:column>"), "{}", answer.text);
}

#[test]
fn rows_are_retrieved_by_id_in_order_with_nil_for_those_that_are_not_there() {
    let mut client = Client::new();
    let id = lead(&mut client, "L");
    let call = format!(
        "<retrieve><fieldList>Id, LastName</fieldList><sObjectType>Lead</sObjectType><ids>00Q000000000001AAA</ids><ids>{id}</ids></retrieve>"
    );
    let answer = soap(&mut client, "", &call);
    assert!(ok(&answer).contains(&format!("<retrieveResponse><result xsi:nil=\"true\"/><result xsi:type=\"sf:sObject\"><sf:type>Lead</sf:type><sf:Id>{id}</sf:Id><sf:Id>{id}</sf:Id><sf:LastName>L</sf:LastName></result></retrieveResponse>")), "{}", answer.text);
    assert_eq!(fault(&soap(&mut client, "", &call.replace("LastName", "Nmae"))).0, "INVALID_FIELD");
    assert_eq!(
        fault(&soap(&mut client, "", &call.replace("00Q000000000001AAA", "x"))).0,
        "MALFORMED_ID"
    );
}

#[test]
fn enterprise_rows_are_typed_both_ways() {
    let mut client = Client::new();
    let token = client.token().to_owned();
    let envelope = |call: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:u=\"urn:enterprise.soap.sforce.com\" xmlns:o=\"urn:sobject.enterprise.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Header><u:SessionHeader><u:sessionId>{token}</u:sessionId></u:SessionHeader></s:Header><s:Body>{call}</s:Body></s:Envelope>"
        )
    };
    let path = "/services/Soap/c/62.0/00D000000000001";
    let create = envelope(
        "<u:create><u:sObjects xsi:type=\"o:Lead\"><o:LastName>L</o:LastName><o:Company>C</o:Company></u:sObjects></u:create>",
    );
    let answer = client.raw("POST", path, &create);
    let id = tag(ok(&answer), "id").to_owned();
    let query = envelope("<u:query><u:queryString>SELECT Id FROM Lead</u:queryString></u:query>");
    let answer = client.raw("POST", path, &query);
    assert!(
        ok(&answer)
            .contains(&format!("<records xsi:type=\"sf:Lead\"><sf:Id>{id}</sf:Id></records>"))
    );
    assert!(answer.text.contains("xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\""));
}

#[test]
fn descriptions_are_those_of_rest() {
    let mut client = Client::new();
    let answer =
        soap(&mut client, "", "<describeSObject><sObjectType>lead</sObjectType></describeSObject>");
    let text = ok(&answer);
    assert!(text.contains("<keyPrefix>00Q</keyPrefix>") && text.contains("<name>LastName</name>"));
    assert!(!text.contains("<urls>"));
    assert!(text.contains("/00Q/e</urlNew>") && text.contains("/{ID}</urlDetail>"), "{text}");
    let answer = soap(
        &mut client,
        "",
        "<describeSObjects><sObjectType>Lead</sObjectType><sObjectType>Contact</sObjectType></describeSObjects>",
    );
    assert_eq!(ok(&answer).matches("<result>").count(), 2);
    let answer = soap(&mut client, "", "<describeGlobal/>");
    assert!(
        ok(&answer).contains(
            "<result><encoding>UTF-8</encoding><maxBatchSize>200</maxBatchSize><sobjects>"
        )
    );
    let answer =
        soap(&mut client, "", "<describeSObject><sObjectType>Laed</sObjectType></describeSObject>");
    assert_eq!(fault(&answer).0, "INVALID_TYPE");
    assert!(answer.text.contains("<sf:InvalidSObjectFault "));
}

/// The partner WSDLs of versions 45, 46 and 47: a client that was made from one takes no element that it does not know.
#[test]
fn descriptions_have_the_elements_that_the_wsdl_of_the_version_has() {
    let mut client = Client::new();
    let mut described = |version: u16, call: &str| {
        let envelope = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns='urn:partner.soap.sforce.com'><e:Header>\
             <SessionHeader><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body>{call}</e:Body></e:Envelope>",
            client.token()
        );
        let answer = client.raw("POST", &format!("/services/Soap/u/{version}.0"), &envelope);
        ok(&answer).to_owned()
    };
    let object = "<describeSObject><sObjectType>Lead</sObjectType></describeSObject>";
    for call in ["<describeGlobal/>", object] {
        let older = described(46, call);
        assert!(older.contains("<idEnabled>true</idEnabled><isSubtype>"), "{older}");
        for late in ["deepCloneable", "isInterface", "implementedBy", "defaultImplementation"] {
            assert!(!older.contains(&format!("<{late}")), "{late}: {older}");
        }
        let newer = described(47, call);
        assert!(newer.contains("<deepCloneable>") && newer.contains("<idEnabled>"), "{newer}");
    }
    let newer = described(47, object);
    for nil in
        ["defaultImplementation", "implementedBy", "implementsInterfaces", "networkScopeFieldName"]
    {
        assert!(newer.contains(&format!("<{nil} xsi:nil=\"true\"/>")), "{nil}: {newer}");
    }
}

#[test]
fn a_lead_is_converted_as_recorded() {
    let mut client = Client::new();
    let id = lead(&mut client, "Lee");
    let call = format!(
        "<convertLead><leadConverts><leadId>{id}</leadId><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity></leadConverts></convertLead>"
    );
    let answer = soap(&mut client, "", &call);
    let text = ok(&answer);
    let (account, contact) = (tag(text, "accountId"), tag(text, "contactId"));
    assert!(text.contains(&format!("<soapenv:Body><convertLeadResponse><result><accountId>{account}</accountId><contactId>{contact}</contactId><leadId>{id}</leadId><opportunityId xsi:nil=\"true\"/><success>true</success></result></convertLeadResponse></soapenv:Body></soapenv:Envelope>")), "{text}");
    let row = client.get(&format!("/sobjects/Lead/{id}")).json();
    assert_eq!((&row["IsConverted"], &row["ConvertedContactId"]), (&json!(true), &json!(contact)));
    let again = soap(&mut client, "", &call);
    assert!(ok(&again).contains("<result><accountId xsi:nil=\"true\"/><contactId xsi:nil=\"true\"/><errors><message>cannot reference converted lead</message><statusCode>CANNOT_UPDATE_CONVERTED_LEAD</statusCode></errors><leadId xsi:nil=\"true\"/><opportunityId xsi:nil=\"true\"/><success>false</success></result>"), "{}", again.text);
}

#[test]
fn leads_of_one_call_have_options_and_results_of_their_own() {
    let mut client = Client::new();
    let (a, b, c) = (lead(&mut client, "A"), lead(&mut client, "B"), lead(&mut client, "C"));
    let account = client.create("Account", json!({"Name": "Own"}));
    let one = |lead: &str, more: &str| {
        format!(
            "<leadConverts><leadId>{lead}</leadId><convertedStatus>Closed - Converted</convertedStatus>{more}</leadConverts>"
        )
    };
    let call = format!(
        "<convertLead>{}{}{}{}</convertLead>",
        one(
            &a,
            "<opportunityName>Big</opportunityName><contactRecord xsi:type=\"sObject\"><type>Contact</type><Department>Sales</Department></contactRecord>"
        ),
        one(
            &b,
            &format!(
                "<accountId>{account}</accountId><doNotCreateOpportunity>true</doNotCreateOpportunity>"
            )
        ),
        one(&c, "").replace("Closed - Converted", "No such status"),
        one("foo", ""),
    );
    let answer = soap(&mut client, "", &call);
    let text = ok(&answer);
    let results: Vec<&str> = text.split("<result>").skip(1).collect();
    assert!(
        results[0].contains("<opportunityId>006") && results[0].contains("<success>true</success>")
    );
    assert!(results[1].starts_with(&format!("<accountId>{account}</accountId>")));
    assert!(results[2].contains("<message>invalid convertedStatus: No such status</message><statusCode>INVALID_STATUS</statusCode>"));
    assert!(results[3].contains("<statusCode>MALFORMED_ID</statusCode>"));
    let rows = client.query("SELECT Name FROM Opportunity").json();
    assert_eq!(rows["records"][0]["Name"], "Big");
    let rows = client.query("SELECT Department FROM Contact WHERE LastName = 'A'").json();
    assert_eq!(rows["records"][0]["Department"], "Sales");
}

#[test]
fn too_many_leads_and_options_that_are_not_emulated_refuse_the_call() {
    let mut client = Client::new();
    let many = format!(
        "<convertLead>{}</convertLead>",
        "<leadConverts><leadId>00Q000000000001</leadId></leadConverts>".repeat(101)
    );
    assert_eq!(fault(&soap(&mut client, "", &many)).0, "EXCEEDED_LEAD_CONVERT_LIMIT");
    let call = "<convertLead><leadConverts><leadId>00Q000000000001</leadId><relatedPersonAccountId>001000000000001</relatedPersonAccountId></leadConverts></convertLead>";
    let answer = soap(&mut client, "", call);
    let text = "mock-salesforce does not emulate convertLead with relatedPersonAccountId";
    assert_eq!(fault(&answer), ("FUNCTIONALITY_NOT_ENABLED", text));
    assert_eq!(client.mock.unsupported()["soap:convertLead with relatedPersonAccountId"], 1);
}

#[test]
fn a_lead_of_a_queue_needs_an_owner_for_what_it_becomes() {
    let mut seed = standard_org();
    seed.queues.push(QueueSeed {
        name: "Inbound".to_owned(),
        objects: vec!["Lead".to_owned()],
        ..QueueSeed::default()
    });
    let mut client = Client::of(seed);
    let queue = client.mock.org().owner_named("Inbound").unwrap();
    client.header("sforce-auto-assign", "FALSE");
    let id = client
        .create("Lead", json!({"LastName": "L", "Company": "C", "OwnerId": queue.to_string()}));
    let call = |more: &str| {
        format!(
            "<convertLead><leadConverts><leadId>{id}</leadId><convertedStatus>Closed - Converted</convertedStatus>{more}</leadConverts></convertLead>"
        )
    };
    let answer = soap(&mut client, "", &call(""));
    assert!(
        ok(&answer).contains("Converted objects can only be owned by users."),
        "{}",
        answer.text
    );
    let owner = client.user;
    let answer = soap(&mut client, "", &call(&format!("<ownerId>{owner}</ownerId>")));
    assert!(ok(&answer).contains("<success>true</success>"), "{}", answer.text);
}

#[test]
fn leads_are_merged_into_a_master_that_takes_values() {
    let mut client = Client::new();
    let (master, loser) = (lead(&mut client, "A"), lead(&mut client, "B"));
    let task = client.create("Task", json!({"WhoId": loser, "Subject": "Call"}));
    let call = format!(
        "<merge><mergeRequests><masterRecord><type>Lead</type><Id>{master}</Id><City>Bonn</City></masterRecord><recordToMergeIds>{loser}</recordToMergeIds></mergeRequests></merge>"
    );
    let answer = soap(&mut client, "", &call);
    assert!(ok(&answer).contains(&format!("<mergeResponse><result><id>{master}</id><mergedRecordIds>{loser}</mergedRecordIds><success>true</success><updatedRelatedIds>{task}</updatedRelatedIds></result></mergeResponse>")), "{}", answer.text);
    let row = client.get(&format!("/sobjects/Lead/{master}")).json();
    assert_eq!(row["City"], "Bonn");
    let again = soap(&mut client, "", &call.replace("mergeRequests", "request"));
    assert!(ok(&again).contains("<statusCode>ENTITY_IS_DELETED</statusCode>"), "{}", again.text);
    let other = call.replace("Lead", "Opportunity");
    assert_eq!(
        fault(&soap(&mut client, "", &other.replace("City", "Name"))).0,
        "INVALID_TYPE_FOR_OPERATION"
    );
}

#[test]
fn a_duplicate_alert_is_an_error_with_its_payload_unless_the_header_passes_it() {
    let mut seed: OrgSeed = standard_org();
    for rule in &mut seed.duplicate_rules {
        rule.on_create = DuplicateAction::Alert;
    }
    let mut client = Client::of(seed);
    let call = "<create><sObjects><type>Lead</type><FirstName>Ann</FirstName><LastName>Lee</LastName><Company>Acme</Company><Email>ann@example.com</Email></sObjects></create>";
    let id = tag(ok(&soap(&mut client, "", call)), "id").to_owned();
    let answer = soap(&mut client, "", call);
    assert!(ok(&answer).contains("<errors xsi:type=\"DuplicateError\">"), "{}", answer.text);
    assert!(answer.text.contains("<statusCode>DUPLICATES_DETECTED</statusCode><duplicateResult><allowSave>true</allowSave><duplicateRule>"), "{}", answer.text);
    assert!(
        answer.text.contains(&format!(
            "<record xsi:type=\"sf:sObject\"><sf:type>Lead</sf:type><sf:Id>{id}</sf:Id>"
        )),
        "{}",
        answer.text
    );
    let header = "<DuplicateRuleHeader><allowSave>true</allowSave><includeRecordDetails>false</includeRecordDetails><runAsCurrentUser>false</runAsCurrentUser></DuplicateRuleHeader>";
    assert!(ok(&soap(&mut client, header, call)).contains("<success>true</success>"));
}

#[test]
fn duplicates_are_found_without_a_save() {
    let mut client = Client::of(standard_org());
    let ann = json!({"FirstName": "Ann", "LastName": "Lee", "Company": "Acme", "Email": "ann@example.com"});
    let id = client.create("Lead", ann);
    let sent = |id: &str, email: &str| {
        format!(
            "<sObjects><type>Lead</type>{id}<FirstName>Ann</FirstName><LastName>Lee</LastName><Company>Acme</Company><Email>{email}</Email></sObjects>"
        )
    };
    let own = sent(&format!("<Id>{id}</Id>"), "ann@example.com");
    let rows = [sent("", "ann@example.com"), sent("", "other@elsewhere.example"), own].concat();
    let answer = soap(&mut client, "", &format!("<findDuplicates>{rows}</findDuplicates>"));
    let results: Vec<&str> = ok(&answer).split("<result>").skip(1).collect();
    assert_eq!(results.len(), 3, "{}", answer.text);
    assert!(results[0].starts_with("<duplicateResults><allowSave>true</allowSave><duplicateRule>"));
    assert_eq!(tag(results[0], "sf:Id"), id);
    assert!(results[0].contains("</duplicateResults><success>true</success>"));
    assert!(results[2].starts_with("<success>true</success>"), "{}", results[2]);
    let header = "<DuplicateRuleHeader><allowSave>false</allowSave><includeRecordDetails>true</includeRecordDetails><runAsCurrentUser>false</runAsCurrentUser></DuplicateRuleHeader>";
    let twin = json!({"FirstName": "Ann", "LastName": "Lee", "Company": "Acme", "Email": "ann@example.com"});
    client.header("sforce-duplicate-rule-header", "allowSave=true");
    let second = client.create("Lead", twin);
    let call = format!("<findDuplicatesByIds><ids>{second}</ids></findDuplicatesByIds>");
    let answer = soap(&mut client, header, &call);
    assert_eq!(tag(ok(&answer), "sf:Id"), id);
    assert_eq!(tag(&answer.text, "sf:Email"), "ann@example.com");
    assert_eq!(client.query("SELECT COUNT() FROM Lead").json()["totalSize"], 2);
}

#[test]
fn duplicates_are_looked_for_in_one_object_that_has_a_rule() {
    let mut client = Client::of(standard_org());
    let call = "<findDuplicates><sObjects><type>Task</type><Subject>x</Subject></sObjects></findDuplicates>";
    let answer = soap(&mut client, "", call);
    let message = "No active duplicate rules are defined for the Task object type.";
    assert_eq!(fault(&answer), ("NO_ACTIVE_DUPLICATE_RULE", message));
    let mixed = "<findDuplicates><sObjects><type>Lead</type></sObjects><sObjects><type>Task</type></sObjects></findDuplicates>";
    assert_eq!(fault(&soap(&mut client, "", mixed)).0, "INVALID_INPUT_COMBINATION");
    let many = "<ids>00Q000000000001</ids>".repeat(51);
    let many = format!("<findDuplicatesByIds>{many}</findDuplicatesByIds>");
    assert_eq!(fault(&soap(&mut client, "", &many)).0, "EXCEEDED_ID_LIMIT");
    let gone = "<findDuplicatesByIds><ids>00Q000000000001</ids></findDuplicatesByIds>";
    let answer = soap(&mut client, "", gone);
    assert!(ok(&answer).contains("<statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>"));
}

#[test]
fn too_long_text_is_cut_off_only_when_the_header_asks() {
    let mut client = Client::new();
    let call = format!(
        "<create><sObjects><type>Lead</type><LastName>L</LastName><Company>C</Company><City>{}</City></sObjects></create>",
        "ä".repeat(50)
    );
    assert!(ok(&soap(&mut client, "", &call)).contains("<statusCode>STRING_TOO_LONG</statusCode>"));
    let header = "<AllowFieldTruncationHeader><allowFieldTruncation>true</allowFieldTruncation></AllowFieldTruncationHeader>";
    assert!(ok(&soap(&mut client, header, &call)).contains("<success>true</success>"));
    let row = client.query("SELECT City FROM Lead").json();
    assert_eq!(row["records"][0]["City"], "ä".repeat(40));
}

#[test]
fn headers_that_must_be_understood_and_are_not_refuse_the_call() {
    let mut client = Client::new();
    let header = "<Nonsense soapenv:mustUnderstand=\"1\"/>";
    let answer = soap(&mut client, header, "<getServerTimestamp/>");
    assert_eq!(answer.status, 500);
    assert!(
        answer.text.contains("<faultcode>soapenv:MustUnderstand</faultcode>"),
        "{}",
        answer.text
    );
    ok(&soap(
        &mut client,
        "<Nonsense/><EmailHeader><triggerAutoResponseEmail>true</triggerAutoResponseEmail></EmailHeader>",
        "<getServerTimestamp/>",
    ));
    let answer = soap(
        &mut client,
        "<OwnerChangeOptions><options><type>KeepAccountTeam</type><execute>true</execute></options></OwnerChangeOptions>",
        "<getServerTimestamp/>",
    );
    assert_eq!(fault(&answer).0, "FUNCTIONALITY_NOT_ENABLED");
}

#[test]
fn calls_that_are_not_emulated_are_counted_faults() {
    let mut client = Client::new();
    let answer = soap(&mut client, "", "<sendEmail/>");
    assert_eq!(
        fault(&answer),
        ("FUNCTIONALITY_NOT_ENABLED", "mock-salesforce does not emulate sendEmail")
    );
    assert_eq!(client.mock.unsupported()["soap:sendEmail"], 1);
    let unknown = soap(&mut client, "", "<sendMail/>");
    assert!(
        unknown
            .text
            .contains("No operation available for request {urn:partner.soap.sforce.com}sendMail")
    );
    let metadata = client.raw("POST", "/services/Soap/m/62.0", "<x/>");
    assert_eq!(fault(&metadata).1, "mock-salesforce does not emulate /services/Soap/m");
}

#[test]
fn what_is_no_envelope_is_a_fault_without_a_session() {
    let mut client = Client::new();
    for (body, code) in [
        ("", "UNKNOWN_EXCEPTION"),
        ("{}", "UNKNOWN_EXCEPTION"),
        ("<a>&Cl</a>", "UNKNOWN_EXCEPTION"),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "UNKNOWN_EXCEPTION"),
        ("<a/>", "soapenv:Client"),
    ] {
        let answer = client.raw("POST", PARTNER, body);
        assert_eq!(answer.status, 500, "{body}");
        let told = format!("<faultcode>{code}</faultcode>");
        assert!(answer.text.contains(&told), "{body}: {}", answer.text);
    }
}

#[test]
fn a_call_in_the_namespace_of_another_wsdl_is_no_operation_of_the_address() {
    let mut client = Client::new();
    for (path, namespace) in [
        (PARTNER, "urn:enterprise.soap.sforce.com"),
        (PARTNER, "urn:enterprise.soap.sforce.com/2005/09/outbound"),
        (PARTNER, ""),
        ("/services/Soap/c/62.0", "urn:partner.soap.sforce.com"),
    ] {
        let envelope = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><login xmlns='{namespace}'/>\
             </e:Body></e:Envelope>"
        );
        let answer = client.raw("POST", path, &envelope);
        assert_eq!(answer.status, 500, "{path} {namespace}");
        let told = format!("No operation available for request {{{namespace}}}login, please");
        assert!(answer.text.contains(&told), "{}", answer.text);
    }
}

#[test]
fn ids_in_results_have_18_characters() {
    let mut client = Client::new();
    let id = lead(&mut client, "L");
    let call = format!("<delete><ids>{}</ids></delete>", &id[..15]);
    let answer = soap(&mut client, "", &call);
    assert_eq!(tag(ok(&answer), "id").parse::<SfId>().unwrap().to_string(), id);
}

#[test]
fn searches_answer_rows_of_several_objects() {
    let mut client = Client::new();
    let id = lead(&mut client, "Quixote");
    let call = "<search><searchString>FIND {Quixote} IN NAME FIELDS RETURNING Lead(Id, LastName)</searchString></search>";
    let answer = soap(&mut client, "", call);
    assert!(ok(&answer).contains(&format!("<searchResponse><result><queryId></queryId><searchRecords><record xsi:type=\"sf:sObject\"><sf:type>Lead</sf:type><sf:Id>{id}</sf:Id><sf:Id>{id}</sf:Id><sf:LastName>Quixote</sf:LastName></record></searchRecords></result></searchResponse>")), "{}", answer.text);
    let answer = soap(&mut client, "", "<search><searchString>FIND x</searchString></search>");
    assert_eq!(fault(&answer).0, "MALFORMED_SEARCH");
}

#[test]
fn grouped_rows_are_aggregate_results() {
    let mut client = Client::new();
    lead(&mut client, "A");
    lead(&mut client, "B");
    let call = "<query><queryString>SELECT Company, COUNT(Id) n FROM Lead GROUP BY Company</queryString></query>";
    let answer = soap(&mut client, "", call);
    assert!(ok(&answer).contains("<records xsi:type=\"sf:sObject\"><sf:type>AggregateResult</sf:type><sf:Id xsi:nil=\"true\"/><sf:Company xsi:type=\"xsd:string\">Acme</sf:Company><sf:n xsi:type=\"xsd:int\">2</sf:n></records>"), "{}", answer.text);
    assert!(answer.text.contains("xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""));
}

#[test]
fn what_changed_in_a_span_of_time_is_told() {
    let mut client = Client::new();
    let (kept, gone) = (lead(&mut client, "A"), lead(&mut client, "B"));
    client.call("DELETE", &format!("/sobjects/Lead/{gone}"), "");
    client.clock.set(crate::client::NOW.plus_ms(600_000));
    let span = "<sObjectType>Lead</sObjectType><startDate>2026-05-13T09:00:00.000Z</startDate><endDate>2026-05-13T10:05:00.467097</endDate>";
    let answer = soap(&mut client, "", &format!("<getUpdated>{span}</getUpdated>"));
    assert!(ok(&answer).contains(&format!("<getUpdatedResponse><result><ids>{kept}</ids><latestDateCovered>2026-05-13T10:05:00.000Z</latestDateCovered></result></getUpdatedResponse>")), "{}", answer.text);
    let answer = soap(&mut client, "", &format!("<getDeleted>{span}</getDeleted>"));
    assert!(ok(&answer).contains(&format!("<getDeletedResponse><result><deletedRecords><deletedDate>2026-05-13T10:00:00.000Z</deletedDate><id>{gone}</id></deletedRecords><earliestDateAvailable>")), "{}", answer.text);
    let answer = soap(&mut client, "", "<getUpdated><sObjectType>Lead</sObjectType></getUpdated>");
    assert_eq!(answer.status, 500);
}

#[test]
fn assignment_rules_run_only_when_the_header_says_so() {
    let mut seed = standard_org();
    seed.queues.push(QueueSeed {
        name: "Inbound".to_owned(),
        objects: vec!["Lead".to_owned()],
        ..QueueSeed::default()
    });
    let entry = AssignmentEntrySeed { when: None, owner: Some("Inbound".to_owned()) };
    let rule = AssignmentRuleSeed { entries: vec![entry], ..AssignmentRuleSeed::default() };
    seed.assignment_rules.push(rule);
    let mut client = Client::of(seed);
    let mut owner = |header: &str| {
        let call = "<create><sObjects><type>Lead</type><LastName>L</LastName><Company>C</Company></sObjects></create>";
        let id = tag(ok(&soap(&mut client, header, call)), "id").to_owned();
        let row = client.query(&format!("SELECT Owner.Name FROM Lead WHERE Id = '{id}'")).json();
        row["records"][0]["Owner"]["Name"].as_str().unwrap().to_owned()
    };
    let header =
        "<AssignmentRuleHeader><useDefaultRule>true</useDefaultRule></AssignmentRuleHeader>";
    assert_ne!(owner(""), "Inbound");
    assert_eq!(owner(header), "Inbound");
}

#[test]
fn envelopes_may_be_sent_with_gzip() {
    use std::io::Write as _;
    let mut client = Client::new();
    let envelope = jsforce(client.token(), "", "<getUserInfo/>");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(envelope.as_bytes()).unwrap();
    let request = axum::http::Request::post(PARTNER)
        .header("content-type", "text/xml; charset=utf-8")
        .header("content-encoding", "gzip")
        .body(axum::body::Body::from(gzip.finish().unwrap()))
        .unwrap();
    assert_eq!(tag(ok(&client.send(request)), "userId"), client.user.to_string());
}

#[test]
fn a_text_that_is_no_value_of_its_field_refuses_the_whole_call() {
    let mut client = Client::new();
    let row = |fields: &str| {
        format!(
            "<sObjects><type>Lead</type><LastName>L</LastName><Company>C</Company>{fields}</sObjects>"
        )
    };
    for (field, text, told) in [
        ("NumberOfEmployees", "4.5", "'4.5' is not a valid value for the type xsd:int"),
        ("AnnualRevenue", "much", "'much' is not a valid value for the type xsd:double"),
        (
            "EmailBouncedDate",
            "2016-06-03 14:26:34",
            "'2016-06-03 14:26:34' is not a valid value for the type xsd:dateTime",
        ),
        (
            "HasOptedOutOfEmail",
            "maybe",
            "'maybe' is not valid for type xsd:boolean, should be '0', '1', 'true' or 'false'",
        ),
    ] {
        let call =
            format!("<create>{}{}</create>", row(""), row(&format!("<{field}>{text}</{field}>")));
        let answer = soap(&mut client, "", &call);
        let fault =
            format!("<faultcode>soapenv:Client</faultcode><faultstring>{told}</faultstring>");
        assert_eq!(answer.status, 500);
        assert!(answer.text.contains(&fault), "{}", answer.text);
    }
    assert_eq!(client.query("SELECT Id FROM Lead").json()["totalSize"], 0);
    let taken =
        row("<NumberOfEmployees></NumberOfEmployees><HasOptedOutOfEmail>True</HasOptedOutOfEmail>");
    assert!(
        ok(&soap(&mut client, "", &format!("<create>{taken}</create>")))
            .contains("<success>true</success>")
    );
}
