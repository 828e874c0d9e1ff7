//! Rows of a query as SOAP answers them.
//!
//! The query itself is answered by the REST resource, so that every construct is there at once; its rows are put
//! into XML here. Partner rows name their object in `sf:type` and give the id twice, or nil when it was not
//! selected, as Salesforce does; enterprise rows name it in `xsi:type`. Moments end in `Z` (wire reference §0.3).

use serde_json::{Map, Number, Value as Json};

use super::envelope::Flavour;
use crate::{FieldKind, ObjectSchema, Org, Timestamp, value::ValueRef, xml};

/// What rows of a grouped query are called.
const AGGREGATE: &str = "AggregateResult";

/// Writes rows.
#[derive(Clone, Copy)]
pub(super) struct RowWriter<'w> {
    pub(super) org: &'w Org,
    pub(super) flavour: Flavour,
}

/// The elements of an address: those of a location come first.
const ADDRESS: &[&str] = &[
    "latitude",
    "longitude",
    "city",
    "country",
    "countryCode",
    "geocodeAccuracy",
    "postalCode",
    "state",
    "stateCode",
    "street",
];

impl RowWriter<'_> {
    /// Writes the elements of a `QueryResult`: of a query, of its further pages, and of children.
    pub(super) fn page(self, out: &mut Vec<u8>, page: &Map<String, Json>) {
        let next = page.get("nextRecordsUrl").and_then(Json::as_str);
        let locator = next.and_then(|next| next.rsplit('/').next());
        xml::element(out, "done", locator.is_none());
        match locator {
            Some(locator) => xml::element(out, "queryLocator", locator),
            None => xml::nil(out, "queryLocator"),
        }
        for row in page.get("records").and_then(Json::as_array).into_iter().flatten() {
            if let Json::Object(row) = row {
                self.row(out, "records", row);
            }
        }
        xml::element(out, "size", page.get("totalSize").and_then(Json::as_u64).unwrap_or_default());
    }

    /// Writes one row as an element of this name.
    pub(super) fn row(self, out: &mut Vec<u8>, name: &str, row: &Map<String, Json>) {
        let kind = row
            .get("attributes")
            .and_then(|attributes| attributes.get("type"))
            .and_then(Json::as_str)
            .unwrap_or_default();
        let known = self.flavour == Flavour::Enterprise && kind != AGGREGATE;
        let typed = if known { kind } else { "sObject" };
        out.extend_from_slice(format!("<{name} xsi:type=\"sf:{typed}\">").as_bytes());
        if self.flavour == Flavour::Partner {
            xml::element(out, "sf:type", kind);
            match row.get("Id").and_then(Json::as_str) {
                Some(id) => xml::element(out, "sf:Id", id),
                None => xml::nil(out, "sf:Id"),
            }
        }
        let object = self.org.schema().object(kind);
        for (field, value) in row.iter().filter(|(field, _)| *field != "attributes") {
            if kind == AGGREGATE {
                aggregate(out, field, value);
            } else {
                self.field(out, object, (field, value));
            }
        }
        xml::close(out, name);
    }

    fn field(
        self,
        out: &mut Vec<u8>,
        object: Option<&ObjectSchema>,
        (field, value): (&str, &Json),
    ) {
        let name = format!("sf:{field}");
        match value {
            Json::Null => xml::nil(out, &name),
            Json::Object(parent) if parent.contains_key("attributes") => {
                self.row(out, &name, parent);
            }
            Json::Object(children) if children.contains_key("records") => {
                out.extend_from_slice(format!("<{name} xsi:type=\"QueryResult\">").as_bytes());
                self.page(out, children);
                xml::close(out, &name);
            }
            Json::Object(address) => write_address(out, &name, address),
            Json::String(text) => {
                let kind = object.and_then(|object| object.field(field)).map(|field| field.kind);
                let moment = kind == Some(FieldKind::DateTime);
                xml::element(out, &name, if moment { with_zone(text) } else { text.clone() });
            }
            Json::Number(number) => xml::element(out, &name, number_text(number)),
            Json::Bool(_) | Json::Array(_) => xml::element(out, &name, value),
        }
    }
}

/// A number as REST writes it.
fn number_text(number: &Number) -> String {
    let double = number.as_f64().filter(|_| number.is_f64());
    double.map_or_else(|| number.to_string(), |double| ValueRef::Double(double).to_string())
}

/// Nothing tells the type of a grouped column but the answer itself.
fn aggregate(out: &mut Vec<u8>, field: &str, value: &Json) {
    let (kind, text) = match value {
        Json::Number(number) if number.is_f64() => ("double", number_text(number)),
        Json::Number(number) => ("int", number.to_string()),
        Json::Bool(truth) => ("boolean", truth.to_string()),
        Json::String(text) if is_moment(text) => ("dateTime", with_zone(text)),
        Json::String(text) => ("string", text.clone()),
        Json::Null | Json::Array(_) | Json::Object(_) => {
            return xml::nil(out, &format!("sf:{field}"));
        }
    };
    out.extend_from_slice(format!("<sf:{field} xsi:type=\"xsd:{kind}\">").as_bytes());
    xml::text(out, &text);
    xml::close(out, &format!("sf:{field}"));
}

fn write_address(out: &mut Vec<u8>, name: &str, address: &Map<String, Json>) {
    out.extend_from_slice(format!("<{name} xsi:type=\"address\">").as_bytes());
    for part in ADDRESS {
        match address.get(*part) {
            None => {}
            Some(Json::Null) => xml::nil(out, part),
            Some(Json::String(text)) => xml::element(out, part, text),
            Some(Json::Number(number)) => xml::element(out, part, number_text(number)),
            Some(other) => xml::element(out, part, other),
        }
    }
    xml::close(out, name);
}

/// `2024-11-21T09:28:59.000+0000`
fn is_moment(text: &str) -> bool {
    text.len() == 28 && text.ends_with("+0000") && Timestamp::parse(text).is_some()
}

/// The same moment as SOAP writes it; other text stays.
pub(super) fn with_zone(text: &str) -> String {
    text.strip_suffix("+0000").map_or_else(|| text.to_owned(), |start| format!("{start}Z"))
}

/// A moment as XML Schema allows it, as the org reads it: digits beyond milliseconds are dropped, and without a zone
/// it is one of UTC. Other text stays.
pub(super) fn zoned(text: &str) -> String {
    let Some(short) = in_milliseconds(text) else { return text.to_owned() };
    let utc = format!("{short}Z");
    match (Timestamp::parse(&short), Timestamp::parse(&utc)) {
        (Some(_), _) => short,
        (None, Some(_)) => utc,
        (None, None) => text.to_owned(),
    }
}

fn in_milliseconds(text: &str) -> Option<String> {
    let Some((seconds, rest)) = text.split_once('.') else { return Some(text.to_owned()) };
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (fraction, zone) = rest.split_at_checked(end)?;
    Some(format!("{seconds}.{}{zone}", fraction.get(..3).unwrap_or(fraction)))
}

/// `2024-11-21T09:28:59.000Z`
pub(super) fn moment(at: Timestamp) -> String {
    with_zone(&at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OrgSeed;
    use serde_json::json;

    fn page(flavour: Flavour, page: Json) -> String {
        let org = Org::new(&OrgSeed::default(), Timestamp(0)).unwrap();
        let mut out = Vec::new();
        RowWriter { org: &org, flavour }.page(&mut out, page.as_object().unwrap());
        String::from_utf8(out).unwrap()
    }

    fn lead(fields: Json) -> Json {
        let mut row = json!({"attributes": {"type": "Lead", "url": "/x"}});
        row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"totalSize": 1, "done": true, "records": [row]})
    }

    #[test]
    fn partner_rows_give_their_object_and_their_id_twice() {
        assert_eq!(
            page(
                Flavour::Partner,
                lead(
                    json!({"Id": "00Q1", "Company": "A & B", "Email": null, "CreatedDate": "2024-11-21T09:28:59.000+0000"})
                )
            ),
            "<done>true</done><queryLocator xsi:nil=\"true\"/><records xsi:type=\"sf:sObject\"><sf:type>Lead</sf:type><sf:Id>00Q1</sf:Id><sf:Id>00Q1</sf:Id><sf:Company>A &amp; B</sf:Company><sf:Email xsi:nil=\"true\"/><sf:CreatedDate>2024-11-21T09:28:59.000Z</sf:CreatedDate></records><size>1</size>"
        );
        assert!(
            page(Flavour::Partner, lead(json!({"Company": "A"})))
                .contains("<sf:type>Lead</sf:type><sf:Id xsi:nil=\"true\"/><sf:Company>")
        );
    }

    #[test]
    fn numbers_are_those_of_rest() {
        let numbers =
            json!({"AnnualRevenue": 12_345_678.0, "NumberOfEmployees": 12_345_678, "Rating": 0.5});
        let text = page(Flavour::Partner, lead(numbers));
        for told in [
            "<sf:AnnualRevenue>1.2345678E7</sf:AnnualRevenue>",
            "<sf:NumberOfEmployees>12345678</sf:NumberOfEmployees>",
            "<sf:Rating>0.5</sf:Rating>",
        ] {
            assert!(text.contains(told), "{text}");
        }
    }

    #[test]
    fn moments_are_read_as_xml_schema_writes_them() {
        assert_eq!(zoned("2026-05-13T10:05:00.467097"), "2026-05-13T10:05:00.467Z");
        assert_eq!(zoned("2026-05-13T10:05:00"), "2026-05-13T10:05:00Z");
        assert_eq!(zoned("2026-05-13T10:05:00.123456+02:00"), "2026-05-13T10:05:00.123+02:00");
        assert_eq!(zoned("at 10.30"), "at 10.30");
    }

    #[test]
    fn enterprise_rows_are_typed() {
        assert!(
            page(Flavour::Enterprise, lead(json!({"Id": "00Q1"})))
                .contains("<records xsi:type=\"sf:Lead\"><sf:Id>00Q1</sf:Id></records>")
        );
    }

    #[test]
    fn parents_children_and_addresses_are_elements_in_elements() {
        let text = page(
            Flavour::Partner,
            lead(json!({
                "Owner": {"attributes": {"type": "User"}, "Name": "Ada"},
                "Tasks": {"totalSize": 1, "done": true, "records": [{"attributes": {"type": "Task"}, "Id": "00T1"}]},
                "Address": {"city": "Bonn", "latitude": null, "street": null},
            })),
        );
        assert!(text.contains("<sf:Owner xsi:type=\"sf:sObject\"><sf:type>User</sf:type><sf:Id xsi:nil=\"true\"/><sf:Name>Ada</sf:Name></sf:Owner>"), "{text}");
        assert!(text.contains("<sf:Tasks xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/><records xsi:type=\"sf:sObject\"><sf:type>Task</sf:type><sf:Id>00T1</sf:Id><sf:Id>00T1</sf:Id></records><size>1</size></sf:Tasks>"), "{text}");
        assert!(text.contains("<sf:Address xsi:type=\"address\"><latitude xsi:nil=\"true\"/><city>Bonn</city><street xsi:nil=\"true\"/></sf:Address>"), "{text}");
    }

    #[test]
    fn grouped_rows_tell_the_type_of_each_column() {
        let rows = json!({"totalSize": 1, "done": true, "records": [{"attributes": {"type": "AggregateResult"},
            "expr0": 3, "avg": 1.5, "Status": "Open", "last": "2024-11-21T09:28:59.000+0000", "none": null}]});
        let text = page(Flavour::Partner, rows);
        assert!(text.contains("<sf:type>AggregateResult</sf:type><sf:Id xsi:nil=\"true\"/><sf:expr0 xsi:type=\"xsd:int\">3</sf:expr0><sf:avg xsi:type=\"xsd:double\">1.5</sf:avg><sf:Status xsi:type=\"xsd:string\">Open</sf:Status><sf:last xsi:type=\"xsd:dateTime\">2024-11-21T09:28:59.000Z</sf:last><sf:none xsi:nil=\"true\"/>"), "{text}");
    }

    #[test]
    fn a_further_page_has_a_locator() {
        let text = page(
            Flavour::Partner,
            json!({"totalSize": 900, "done": false, "nextRecordsUrl": "/services/data/v62.0/query/0r8xx-500", "records": []}),
        );
        assert_eq!(
            text,
            "<done>false</done><queryLocator>0r8xx-500</queryLocator><size>900</size>"
        );
    }
}
