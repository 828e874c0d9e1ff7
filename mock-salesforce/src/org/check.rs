//! Format checks of one row: id prefixes, then lengths, e-mail addresses, restricted picklists and
//! number ranges (wire reference §7.1). All errors of a stage are told together.

use indexmap::IndexMap;

use crate::schema::{FieldIndex, FieldKind, FieldSchema, Schema};
use crate::value::{Value, ValueRef};

use super::error::OrgError;
use super::index::same_text;
use super::save::Draft;

/// Ids must begin as the objects that the field refers to.
pub(crate) fn id_prefixes(schema: &Schema, draft: &Draft) -> Vec<OrgError> {
    let wrong = |(field, value): (&FieldSchema, ValueRef<'_>)| {
        let id = value.as_id()?;
        let object = schema.of_prefix(id.prefix_bytes());
        let fits = match object {
            Some(object) => field.targets.contains(&object),
            None => field.targets.len() < field.reference_to.len(),
        };
        (!fits && !field.reference_to.is_empty()).then(|| wrong_prefix(field, value))
    };
    if !draft.refers() {
        return Vec::new();
    }
    draft.given().filter_map(wrong).collect()
}

fn wrong_prefix(field: &FieldSchema, value: ValueRef<'_>) -> OrgError {
    let message = format!("{}: id value of incorrect type: {value}", field.label);
    OrgError::new("MALFORMED_ID", message).about([&*field.name])
}

/// Lengths, e-mail addresses, restricted picklists, number ranges of the given fields.
pub(crate) fn formats(draft: &mut Draft) -> Vec<OrgError> {
    let mut errors = Vec::new();
    let mut canonical = Vec::new();
    for index in draft.unchecked() {
        let field = draft.object.field_at(*index);
        match draft.after.get(*index) {
            ValueRef::Text(text) => match check_text(field, text) {
                Ok(Some(spelling)) => canonical.push((field.index, spelling)),
                Ok(None) => {}
                Err(error) => errors.push(error),
            },
            value @ (ValueRef::Int(_) | ValueRef::Double(_)) => {
                errors.extend(check_range(field, value));
            }
            _ => {}
        }
    }
    for (field, spelling) in canonical {
        draft.set(field, spelling);
    }
    errors
}

/// Countries and states must be valid ones, where the org has lists of them.
pub(crate) fn addresses(countries: &IndexMap<String, Vec<String>>, draft: &Draft) -> Vec<OrgError> {
    let mut errors = Vec::new();
    if countries.is_empty() {
        return errors;
    }
    for (field, value) in draft.given() {
        let (Some(text), Some(_)) = (value.as_text(), &field.compound) else { continue };
        if let Some(prefix) = field.name.strip_suffix("Country") {
            if !countries.keys().any(|country| same_text(country, text)) {
                errors.push(bad_place(field, "country", "country/territory", prefix));
            }
        } else if let Some(prefix) = field.name.strip_suffix("State") {
            let country = draft.named(&format!("{prefix}Country")).as_text().unwrap_or_default();
            let states = countries.iter().find(|(name, _)| same_text(name, country));
            let states = states.map(|(_, states)| states.as_slice()).unwrap_or_default();
            if !states.is_empty() && !states.iter().any(|state| same_text(state, text)) {
                errors.push(bad_place(field, "state", "state", prefix));
            }
        }
    }
    errors
}

fn bad_place(field: &FieldSchema, what: &str, list: &str, prefix: &str) -> OrgError {
    let plural = if list == "state" { "states" } else { "countries" };
    let name = if list == "state" { "State/Province" } else { "Country/Territory" };
    let label = if prefix.is_empty() { name.to_owned() } else { format!("{prefix} {name}") };
    let message = format!(
        "There's a problem with this {what}, even though it may appear correct. Please select a \
         {list} from the list of valid {plural}.: {label}"
    );
    OrgError::new("FIELD_INTEGRITY_EXCEPTION", message).about([&*field.name])
}

fn check_text(field: &FieldSchema, text: &str) -> Result<Option<Value>, OrgError> {
    let length = field.length as usize;
    // No text has more characters than bytes.
    if length > 0 && text.len() > length && text.chars().count() > length {
        let (label, length) = (&field.label, field.length);
        let message = format!("{label}: data value too large: {text} (max length={length})");
        return Err(OrgError::new("STRING_TOO_LONG", message).about([&*field.name]));
    }
    match field.kind {
        FieldKind::Email if !is_email(text) => {
            let message = format!("{}: invalid email address: {text}", field.label);
            Err(OrgError::new("INVALID_EMAIL_ADDRESS", message).about([&*field.name]))
        }
        FieldKind::Picklist if field.picklist.restricted => check_choice(field, text).map(Some),
        FieldKind::MultiPicklist => check_choices(field, text).map(Some),
        _ => Ok(None),
    }
}

fn check_choice(field: &FieldSchema, text: &str) -> Result<Value, OrgError> {
    let active = field.picklist.values.iter().filter(|entry| entry.active);
    let found = active.into_iter().find(|entry| same_text(&entry.value, text));
    found.map(|entry| Value::Text(entry.value.clone())).ok_or_else(|| {
        let message = format!("{}: bad value for restricted picklist field: {text}", field.label);
        OrgError::new("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message).about([&*field.name])
    })
}

/// Several choices are stored once each, in the order of the list.
fn check_choices(field: &FieldSchema, text: &str) -> Result<Value, OrgError> {
    let mut chosen: Vec<&str> = text.split(';').map(str::trim).filter(|c| !c.is_empty()).collect();
    if field.picklist.restricted {
        for choice in &chosen {
            check_choice(field, choice)?;
        }
    }
    let listed = |c: &str| field.picklist.values.iter().position(|e| same_text(&e.value, c));
    chosen.sort_by_key(|choice| listed(choice).unwrap_or(usize::MAX));
    chosen.dedup_by(|a, b| same_text(a, b));
    Ok(Value::text(&chosen.join(";")))
}

#[expect(clippy::float_cmp, reason = "a bound is a bound")]
fn check_range(field: &FieldSchema, value: ValueRef<'_>) -> Option<OrgError> {
    let digits = match field.kind {
        FieldKind::Int if field.digits > 0 => field.digits,
        FieldKind::Int => 9,
        _ if field.precision == 0 => return None,
        _ => field.precision.saturating_sub(field.scale),
    };
    let number = value.as_number()?;
    let bound = 10_f64.powi(i32::from(digits));
    let inside = number.abs() < bound || number.abs() == bound && digits == 0;
    let inside = inside && degrees_max(field).is_none_or(|most| number.abs() <= most);
    (!inside).then(|| {
        let message =
            format!("{}: value outside of valid range on numeric field: {value}", field.label);
        OrgError::new("NUMBER_OUTSIDE_VALID_RANGE", message).about([&*field.name])
    })
}

/// Degrees that there are north or south of the equator, east or west of Greenwich, if the field is a part of a place.
fn degrees_max(field: &FieldSchema) -> Option<f64> {
    field.compound.as_ref()?;
    let name = field.name.strip_suffix("__s").unwrap_or(&field.name);
    let most = [("Latitude", 90.0), ("Longitude", 180.0)];
    most.into_iter().find(|(part, _)| name.ends_with(part)).map(|(_, most)| most)
}

/// Is it an e-mail address as Salesforce takes one? One `@`; before it no blanks and none of
/// `,;:<>()[]\"`; after it at least two labels, none empty.
pub(crate) fn is_email(text: &str) -> bool {
    if text.is_ascii() { is_ascii_email(text.as_bytes()) } else { is_wide_email(text) }
}

/// The same for any address.
fn is_wide_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || ",;:<>()[]\\\"@".contains(c);
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.contains(odd)
        && !local.starts_with('.')
        && !local.ends_with('.');
    let label_fits = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local_fits && domain.contains('.') && domain.split('.').all(label_fits)
}

/// The ASCII characters that do not stand before the `@` of an address, and the `@`.
#[expect(clippy::indexing_slicing, reason = "a byte below 128")]
const ODD_IN_ADDRESS: [bool; 128] = {
    let mut odd = [false; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        let mark = matches!(byte, b',' | b';' | b':' | b'<' | b'>' | b'(' | b')' | b'[' | b']');
        odd[byte as usize] = byte <= b' ' || mark || matches!(byte, b'\\' | b'"' | 0x7f | b'@');
        byte += 1;
    }
    odd
};

/// The same for an address of ASCII characters, in one pass over each part: what nearly all are.
fn is_ascii_email(text: &[u8]) -> bool {
    let odd = |byte: &u8| ODD_IN_ADDRESS.get(usize::from(*byte)).is_none_or(|odd| *odd);
    let at = text.iter().position(odd).unwrap_or_default();
    let (local, domain) = text.split_at(at);
    let dotted = local.starts_with(b".") || local.ends_with(b".");
    if at > 64 || dotted || !domain.starts_with(b"@") {
        return false;
    }
    // The `@` stands before the first label as dots stand before the others.
    let (mut before, mut dots) = (b'.', 0);
    for byte in domain.iter().skip(1) {
        match byte {
            b'.' if before == b'.' || before == b'-' => return false,
            b'-' if before == b'.' => return false,
            b'.' => dots += 1,
            b'-' => {}
            _ if !byte.is_ascii_alphanumeric() => return false,
            _ => {}
        }
        before = *byte;
    }
    at > 0 && dots > 0 && before != b'.' && before != b'-'
}

/// Required fields that have no value: on create all, on update those that were cleared.
pub(crate) fn required(draft: &Draft) -> Option<OrgError> {
    let object = &draft.object;
    let missing = |field: &&FieldIndex| {
        let touched = draft.before.is_none() || draft.is_given(**field);
        !draft.after.holds(**field) && touched
    };
    let missing = object.plan().demanded.iter().filter(missing);
    let names: Vec<&str> = missing.map(|field| &*object.field_at(*field).name).collect();
    (!names.is_empty()).then(|| OrgError::required(&names))
}

#[cfg(test)]
mod tests {
    use super::{is_ascii_email, is_email, is_wide_email};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_ascii_address_is_read_as_any_other(text in "[a-c.\\-@ ,+0\\\\\"\t_]{0,12}", long in "[a.]{60,70}@b\\.c") {
            prop_assert_eq!(is_ascii_email(text.as_bytes()), is_wide_email(&text));
            prop_assert_eq!(is_ascii_email(long.as_bytes()), is_wide_email(&long));
        }
    }

    #[test]
    fn addresses_are_told_from_what_looks_like_one() {
        for good in [
            "a@b.co",
            "jordan.lee.7@company.example",
            "pat.o'neil+x@sub.example.com",
            "müller@bücher.de",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "badone", "a@b", "a.@b.co", "a@.b.co", "a@b.co.", "@", "@b.co", "a b@c.de", "a@b..co",
            "a@-b.co", "a@b@c.de", ".a@b.co",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
