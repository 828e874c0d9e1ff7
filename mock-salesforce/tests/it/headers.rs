//! What stands round the bodies: compression, formats, conditions, limits.

use std::io::{Read as _, Write as _};

use axum::{body::Body, http::Request};
use flate2::{
    Compression,
    read::GzDecoder,
    write::{GzEncoder, ZlibEncoder},
};
use serde_json::json;

use crate::client::{Answer, Client, NOW};

fn post(client: &mut Client, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut request = Request::builder()
        .method("POST")
        .uri("/services/data/v62.0/sobjects/Lead")
        .header("authorization", format!("Bearer {}", client.token()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(Body::from(body)).unwrap())
}

fn zipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn long_answers_are_compressed_for_who_takes_them() {
    let mut client = Client::new();
    client.header("accept-encoding", "gzip, deflate");
    let answer = client.get("/sobjects/Lead/describe");
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(answer.header("vary"), "Accept-Encoding");
    let mut text = String::new();
    GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.starts_with(r#"{"actionOverrides":[]"#));
    assert!(client.get("/sobjects/Nothing").headers.get("content-encoding").is_none());
    client.header("accept-encoding", "identity");
    assert!(client.get("/sobjects/Lead/describe").headers.get("content-encoding").is_none());
}

#[test]
fn compressed_bodies_are_read_and_other_codings_refused() {
    let mut client = Client::new();
    let body = json!({"LastName": "Smith", "Company": "Acme"}).to_string();
    let answer = post(&mut client, &[("content-encoding", "gzip")], zipped(&body));
    assert_eq!(answer.status, 201, "{}", answer.text);
    // As aiohttp compresses what it sends.
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(body.as_bytes()).unwrap();
    let coding = [("content-encoding", "deflate")];
    let answer = post(&mut client, &coding, deflated.finish().unwrap());
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(post(&mut client, &coding, zipped(&body)).code(), "INVALID_CONTENT");
    let answer = post(&mut client, &[("content-encoding", "br")], zipped(&body));
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
    let answer = post(&mut client, &[("content-encoding", "gzip")], body.into_bytes());
    assert_eq!(answer.status, 400);
}

#[test]
fn bodies_are_json_and_so_are_answers() {
    let mut client = Client::new();
    let body = json!({"LastName": "Smith", "Company": "Acme"}).to_string().into_bytes();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = post(&mut client, &form, body.clone());
    assert_eq!(answer.status, 415);
    assert_eq!(
        answer.text,
        r#"[{"message":"Content-Type header specified in HTTP request is not supported: application/x-www-form-urlencoded","errorCode":"UNSUPPORTED_MEDIA_TYPE"}]"#
    );
    assert!(answer.header("sforce-limit-info").starts_with("api-usage="));
    assert_eq!(post(&mut client, &[("content-type", "application/xml")], body.clone()).status, 415);
    let json = [("content-type", "application/json; charset=UTF-8")];
    assert_eq!(post(&mut client, &json, body).status, 201);
    client.header("accept", "application/xml");
    let answer = client.get("/sobjects/Lead/describe");
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (406, "NOT_ACCEPTABLE"));
    assert_eq!(client.get("/limits.xml").status, 406);
    let files = [("content-type", "multipart/form-data; boundary=x")];
    assert_eq!(post(&mut client, &files, b"--x--".to_vec()).code(), "NOT_IMPLEMENTED");
    let counted = client.mock.unsupported();
    assert_eq!(counted.get("answers in XML"), Some(&2));
    assert_eq!(counted.get("files in multipart bodies"), Some(&1));
    assert_eq!(counted.get("bodies of type application/xml"), Some(&1));
}

/// Sends a body of bytes with its type.
fn sent(client: &mut Client, (method, path): (&str, &str), kind: &str, body: &[u8]) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", client.token()))
        .header("content-type", kind)
        .header("soapaction", "\"\"");
    client.send(request.body(Body::from(body.to_vec())).unwrap())
}

/// Every character as one byte: ISO-8859-1.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn a_body_may_come_in_another_character_set() {
    let mut client = Client::new();
    let rows = ("POST", "/services/data/v62.0/sobjects/Lead");
    let lead = r#"{"LastName": "Zoë", "Company": "Café"}"#;
    let answer = sent(&mut client, rows, "application/json; charset=ISO-8859-1", &latin(lead));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let wide: Vec<u8> = lead.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let answer = sent(&mut client, rows, "application/json;charset=UTF-16LE", &wide);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = sent(&mut client, rows, "application/json; charset=klingon", &latin(lead));
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));

    let job = r#"{"object": "Lead", "operation": "insert", "contentType": "CSV"}"#;
    let jobs = ("POST", "/services/async/62.0/job");
    let made = sent(&mut client, jobs, "application/json", job.as_bytes());
    let path = format!("/services/async/62.0/job/{}/batch", made.json()["id"].as_str().unwrap());
    let file = latin("LastName,Company\nZoë,Café\n");
    let made = sent(&mut client, ("POST", &path), "text/csv; charset=ISO-8859-1", &file);
    assert_eq!(made.status, 201, "{}", made.text);
    // Work is done when somebody looks.
    assert!(client.raw("GET", &path, "").text.contains("Completed"));

    let call = format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:p=\"urn:partner.soap.sforce.com\"><e:Header><p:SessionHeader><p:sessionId>{}</p:sessionId></p:SessionHeader></e:Header><e:Body><p:create><p:sObjects><type>Lead</type><LastName>Zoë</LastName><Company>Café</Company></p:sObjects></p:create></e:Body></e:Envelope>",
        client.token()
    );
    let soap = ("POST", "/services/Soap/u/62.0");
    let answer = sent(&mut client, soap, "text/xml", &latin(&call));
    assert!(answer.text.contains("<success>true</success>"), "{}", answer.text);
    let found =
        client.query("SELECT COUNT() FROM Lead WHERE LastName = 'Zoë' AND Company = 'Café'");
    assert_eq!(found.json()["totalSize"], 4);
}

#[test]
fn every_answer_has_the_headers_of_salesforce() {
    let mut client = Client::new();
    let answer = client.get("/sobjects/Lead/00Q000000000001AAA");
    assert_eq!(answer.status, 404);
    for (name, value) in [
        ("sforce-limit-info", "api-usage=1/15000"),
        ("content-type", "application/json;charset=UTF-8"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache,must-revalidate,max-age=0,no-store,private"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let first = answer.header("x-sfdc-request-id").to_owned();
    assert_eq!(first.len(), 32);
    assert_ne!(client.get("/limits").header("x-sfdc-request-id"), first);
    assert_eq!(Client::new().get("/limits").header("x-sfdc-request-id"), first);
}

#[test]
fn usage_may_be_told_a_little_wrong_and_is_counted_right() {
    let mut seed = mock_salesforce::standard_org();
    seed.settings.api_usage_jitter = 6;
    let mut client = Client::of(seed);
    client.mock.org().spend_calls(NOW, 1_000);
    let mut told = Vec::new();
    for calls in 1_001..1_020 {
        let answer = client.get("/sobjects/Lead");
        let info = answer.header("sforce-limit-info");
        let used: i64 = info["api-usage=".len()..].split('/').next().unwrap().parse().unwrap();
        assert!((used - calls).abs() <= 6, "{used} {calls}");
        told.push(used);
    }
    assert!(!told.is_sorted(), "{told:?}");
    assert_eq!(client.mock.api_usage().used, 1_019);
}

#[test]
fn addresses_and_headers_that_are_too_long_have_their_pages() {
    let mut client = Client::new();
    let long = "x".repeat(17_000);
    let answer = client.get(&format!("/query?q={long}"));
    assert_eq!(answer.status, 414);
    assert_eq!(answer.text, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>");
    client.header("x-long", &long);
    let answer = client.get("/limits");
    assert_eq!(answer.status, 431);
    assert_eq!(
        answer.text,
        "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>"
    );
}

#[test]
fn a_head_request_has_the_headers_alone() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "Smith", "Company": "Acme"}));
    let answer = client.call("HEAD", &format!("/sobjects/Lead/{id}"), "");
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(answer.header("last-modified"), "Wed, 13 May 2026 10:00:00 GMT");
}

#[test]
fn methods_that_an_address_does_not_have_are_named_with_those_it_has() {
    let mut client = Client::new();
    for (method, path, allowed) in [
        ("PATCH", "/sobjects/Account", "HEAD,GET,POST"),
        ("PUT", "/sobjects/Lead/00Q000000000001AAA", "DELETE,GET,HEAD,PATCH"),
        ("POST", "/sobjects/Lead/00Q000000000001AAA", "DELETE,GET,HEAD,PATCH"),
        ("POST", "/sobjects/Lead/describe", "GET,HEAD"),
        ("DELETE", "/limits", "GET,HEAD"),
        ("GET", "/jobs/ingest/750000000000001AAA/batches", "PUT"),
        ("POST", "/jobs/ingest/750000000000001AAA", "DELETE,GET,HEAD,PATCH"),
        ("POST", "/jobs/query/750000000000001AAA/results", "GET,HEAD"),
        ("GET", "/composite/sobjects", "DELETE,PATCH,POST"),
        ("GET", "/composite/graph", "POST"),
    ] {
        let answer = client.call(method, path, "{}");
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), allowed);
        assert_eq!(
            answer.text,
            format!(
                r#"[{{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method '{method}' not allowed. Allowed are {allowed}"}}]"#
            )
        );
    }
}

#[test]
fn a_row_is_read_again_only_when_it_changed() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "Smith", "Company": "Acme"}));
    let path = format!("/sobjects/Lead/{id}");
    assert!(client.get(&path).headers.get("etag").is_none());
    client.header("if-modified-since", "Wed, 13 May 2026 10:00:00 GMT");
    let answer = client.get(&path);
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""));
    assert_eq!(answer.header("last-modified"), "Wed, 13 May 2026 10:00:00 GMT");
    client.header("if-modified-since", "Wed, 13 May 2026 09:59:59 GMT");
    assert_eq!(client.get(&path).status, 200);
}

#[test]
fn accounts_have_entity_tags_that_follow_their_fields() {
    let mut client = Client::new();
    let id = client.create("Account", json!({"Name": "Acme"}));
    let path = format!("/sobjects/Account/{id}");
    let tag = client.get(&path).header("etag").to_owned();
    assert_eq!(tag.len(), 46);
    assert_eq!(client.get(&format!("{path}?fields=Name")).header("etag"), tag);
    client.header("if-none-match", &tag);
    assert_eq!(client.get(&path).status, 304);
    client.header("if-none-match", "\"other\"");
    assert_eq!(client.call("PATCH", &path, r#"{"Site":"Bonn"}"#).status, 204);
    client.header("if-none-match", "\"other\"").header("if-match", &tag);
    let late = client.call("PATCH", &path, r#"{"Site":"Rome"}"#);
    assert_eq!(late.status, 412);
    assert_eq!(client.call("DELETE", &path, "").status, 204);
}

#[test]
fn a_change_can_demand_that_nobody_came_before() {
    let mut client = Client::new();
    let row = json!({"LastName": "Smith", "Company": "Acme", "External_Id__c": "e1"});
    let id = client.create("Lead", row);
    let path = format!("/sobjects/Lead/{id}");
    let by_key = "/sobjects/Lead/External_Id__c/e1";
    client.header("if-unmodified-since", "Wed, 13 May 2026 09:59:59 GMT");
    assert_eq!(client.call("PATCH", &path, r#"{"City":"Rome"}"#).status, 412);
    assert_eq!(client.call("PATCH", by_key, r#"{"City":"Rome"}"#).status, 412);
    client.header("if-unmodified-since", "once");
    assert_eq!(client.call("PATCH", &path, r#"{"City":"Rome"}"#).status, 400);
    client.header("if-unmodified-since", "Wed, 13 May 2026 10:00:00 GMT");
    assert_eq!(client.call("PATCH", &path, r#"{"City":"Rome"}"#).status, 204);
}

#[test]
fn descriptions_are_conditional_by_themselves_and_as_parts() {
    let mut client = Client::new();
    for path in ["/sobjects", "/sobjects/Lead/describe"] {
        let answer = client.get(path);
        let (tag, since) = (answer.header("etag").to_owned(), answer.header("last-modified"));
        assert_eq!((tag.len(), since), (10, "Wed, 13 May 2026 10:00:00 GMT"), "{path}");
        let since = since.to_owned();
        let part = json!({"compositeRequest": [{"method": "GET", "referenceId": "r",
            "url": format!("/services/data/v62.0{path}"), "httpHeaders": {"If-Modified-Since": since}}]});
        let parts = client.call("POST", "/composite", &part.to_string()).json();
        let part = &parts["compositeResponse"][0];
        assert_eq!(part["httpStatusCode"], 304, "{parts}");
        assert_eq!(part["body"], json!(null));
        assert_eq!(part["httpHeaders"], json!({"ETag": tag, "Last-Modified": since}));
    }
    client.header("if-modified-since", "Wed, 13 May 2026 10:00:00 GMT");
    assert_eq!(client.get("/sobjects/Lead/describe").status, 304);
    client.clock.set(NOW.plus_ms(60_000));
    assert_eq!(client.get("/sobjects").status, 304);
    let field = mock_salesforce::CustomField::new("New__c", mock_salesforce::FieldKind::String);
    client.mock.org().add_field("Lead", &field).unwrap();
    assert_eq!(client.get("/sobjects/Lead/describe").status, 200);
}

#[test]
fn an_org_that_moved_sends_calls_to_its_new_host_and_tells_it_at_login() {
    let mut client = Client::new();
    client.mock.move_instance("new.my.salesforce.com");
    client.header("host", "old.my.salesforce.com");
    let answer = client.get("/limits?a=b");
    assert_eq!(answer.status, 302);
    assert_eq!(
        answer.header("location"),
        "https://new.my.salesforce.com/services/data/v62.0/limits?a=b"
    );
    let identity = client.raw("GET", "/services/oauth2/userinfo", "");
    assert_eq!(identity.status, 200);
    let rest = identity.json()["urls"]["rest"].as_str().unwrap().to_owned();
    assert!(rest.starts_with("https://new.my.salesforce.com/"), "{rest}");
    client.header("host", "new.my.salesforce.com");
    assert_eq!(client.get("/limits").status, 200);
}

#[test]
fn a_path_that_is_not_utf_8_is_refused_in_the_words_of_the_router() {
    let mut client = Client::new();
    let ours = client.get("/sobjects/Lead/%ff");
    let routers = client.raw("GET", "/services/async/62.0/job/%ff", "");
    assert_eq!((ours.status.as_u16(), routers.status.as_u16()), (400, 400));
    assert_eq!(ours.text, "Invalid UTF-8 in `id`");
    assert!(routers.text.ends_with("Invalid UTF-8 in `job`"), "{}", routers.text);
    assert_eq!(ours.header("content-type"), routers.header("content-type"));
}
