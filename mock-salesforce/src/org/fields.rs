//! The fields of a save as they were sent: names in any case, values as JSON has them.
//!
//! The body of a call is read into [`SentFields`], which borrow names and texts from it: a save of
//! many fields copies each text once, into the row. Everybody else brings a [`FieldInput`].

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use super::context::FieldInput;

/// Fields up to which a name is looked for one by one.
const FEW: usize = 64;

/// One JSON value, looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum JsonRef<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(&'a Number),
    /// Text.
    Text(&'a str),
    /// An array, or an object that was built.
    Nested(&'a Json),
    /// An object that was read but not built.
    Object(&'a SentFields<'a>),
}

impl JsonRef<'_> {
    /// The object, if it is one.
    pub(crate) fn as_object(self) -> Option<Map<String, Json>> {
        match self {
            Self::Nested(Json::Object(object)) => Some(object.clone()),
            Self::Object(fields) => Some(fields.build()),
            _ => None,
        }
    }
}

impl<'a> From<&'a Json> for JsonRef<'a> {
    fn from(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(b) => Self::Bool(*b),
            Json::Number(n) => Self::Number(n),
            Json::String(text) => Self::Text(text),
            nested => Self::Nested(nested),
        }
    }
}

/// As JSON writes it.
impl fmt::Display for JsonRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Number(n) => write!(f, "{n}"),
            Self::Text(text) => write!(f, "{}", Json::from(*text)),
            Self::Nested(json) => write!(f, "{json}"),
            Self::Object(fields) => write!(f, "{}", Json::Object(fields.build())),
        }
    }
}

/// Something that names fields and says what they become.
pub(crate) trait Fields {
    /// Names and values, each name once.
    fn fields(&self) -> impl Iterator<Item = (&str, JsonRef<'_>)>;
}

impl Fields for FieldInput {
    fn fields(&self) -> impl Iterator<Item = (&str, JsonRef<'_>)> {
        self.iter().map(|(name, json)| (name.as_str(), json.into()))
    }
}

/// A JSON object that was read but not copied.
#[derive(Clone, Debug, Default)]
pub(crate) struct SentFields<'b>(Pairs<'b>);

/// Names and values.
type Pairs<'b> = Vec<(Cow<'b, str>, SentValue<'b>)>;

/// A JSON value that was read but not copied.
#[derive(Clone, Debug)]
pub(crate) enum SentValue<'b> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'b, str>),
    /// An array.
    Nested(Box<Json>),
    Object(SentFields<'b>),
}

impl SentValue<'_> {
    pub(crate) fn view(&self) -> JsonRef<'_> {
        match self {
            Self::Null => JsonRef::Null,
            Self::Bool(b) => JsonRef::Bool(*b),
            Self::Number(n) => JsonRef::Number(n),
            Self::Text(text) => JsonRef::Text(text),
            Self::Nested(json) => JsonRef::Nested(json),
            Self::Object(fields) => JsonRef::Object(fields),
        }
    }

    fn build(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => Json::Bool(*b),
            Self::Number(n) => Json::Number(n.clone()),
            Self::Text(text) => Json::from(&**text),
            Self::Nested(json) => Json::clone(json),
            Self::Object(fields) => Json::Object(fields.build()),
        }
    }
}

impl<'b> SentFields<'b> {
    /// The names, as they were sent.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// Takes out the field whose name fits.
    pub(crate) fn take(&mut self, fits: impl Fn(&str) -> bool) -> Option<SentValue<'b>> {
        let at = self.0.iter().position(|(name, _)| fits(name))?;
        Some(self.0.remove(at).1)
    }

    /// Takes `attributes` out and gives its `type`.
    pub(crate) fn take_type(&mut self) -> Option<Cow<'b, str>> {
        match self.take(|name| name == "attributes")? {
            SentValue::Nested(attributes) => {
                attributes.get("type")?.as_str().map(|kind| Cow::Owned(kind.to_owned()))
            }
            SentValue::Object(mut attributes) => match attributes.take(|name| name == "type")? {
                SentValue::Text(kind) => Some(kind),
                _ => None,
            },
            _ => None,
        }
    }

    fn build(&self) -> Map<String, Json> {
        self.0.iter().map(|(name, value)| (name.to_string(), value.build())).collect()
    }
}

impl Fields for SentFields<'_> {
    fn fields(&self) -> impl Iterator<Item = (&str, JsonRef<'_>)> {
        self.0.iter().map(|(name, value)| (&**name, value.view()))
    }
}

impl From<FieldInput> for SentFields<'_> {
    fn from(input: FieldInput) -> Self {
        let value = |json| match json {
            Json::Null => SentValue::Null,
            Json::Bool(b) => SentValue::Bool(b),
            Json::Number(n) => SentValue::Number(n),
            Json::String(text) => SentValue::Text(Cow::Owned(text)),
            nested => SentValue::Nested(Box::new(nested)),
        };
        Self(input.into_iter().map(|(name, json)| (Cow::Owned(name), value(json))).collect())
    }
}

impl<'de: 'b, 'b> Deserialize<'de> for SentFields<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor { room: 18 })
    }
}

struct ObjectVisitor {
    /// How many fields are to be expected.
    room: usize,
}

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = SentFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(self.room);
        let mut marks = 0_u64;
        while map.next_key_seed(NameInto(&mut fields))?.is_some() {
            map.next_value_seed(ValueInto(&mut fields))?;
            let Some((name, _)) = fields.last() else { continue };
            let mark = mark_of(name);
            // No name of this mark, no such name.
            if marks & mark != 0 && fields.len() <= FEW {
                keep_last(&mut fields);
            }
            marks |= mark;
        }
        if fields.len() > FEW {
            // Of several values of a name the last one counts.
            let unique: IndexMap<Cow<'de, str>, SentValue<'de>> = fields.into_iter().collect();
            fields = unique.into_iter().collect();
        }
        Ok(SentFields(fields))
    }
}

/// Puts the last value in the place of one of the same name, if there is one.
fn keep_last(fields: &mut Pairs<'_>) {
    let Some((name, value)) = fields.pop() else { return };
    match fields.iter_mut().find(|(own, _)| *own == name) {
        Some((_, old)) => *old = value,
        None => fields.push((name, value)),
    }
}

/// One of 64 bits that a name has, by its length and its ends.
fn mark_of(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let letter = |at: Option<&u8>| at.copied().map_or(0, usize::from);
    let middle = letter(bytes.get(bytes.len() / 2));
    let sum = bytes.len() * 7 + letter(bytes.first()) * 5 + middle * 3 + letter(bytes.last());
    1 << (sum % 64)
}

/// Takes a name to where it is kept; its value comes next. What is handed on from one to another is copied each time.
struct NameInto<'f, 'b>(&'f mut Pairs<'b>);

impl<'de> DeserializeSeed<'de> for NameInto<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameInto<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.push((Cow::Borrowed(text), SentValue::Null));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push((Cow::Owned(text.to_owned()), SentValue::Null));
        Ok(())
    }
}

/// Takes a value to where its name is kept.
struct ValueInto<'f, 'b>(&'f mut Pairs<'b>);

impl<'b> ValueInto<'_, 'b> {
    #[inline]
    fn keep(self, value: SentValue<'b>) {
        if let Some((_, place)) = self.0.last_mut() {
            *place = value;
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueInto<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueInto<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.keep(SentValue::Null);
        Ok(())
    }

    fn visit_bool<E>(self, b: bool) -> Result<(), E> {
        self.keep(SentValue::Bool(b));
        Ok(())
    }

    fn visit_i64<E>(self, n: i64) -> Result<(), E> {
        self.keep(SentValue::Number(n.into()));
        Ok(())
    }

    fn visit_u64<E>(self, n: u64) -> Result<(), E> {
        self.keep(SentValue::Number(n.into()));
        Ok(())
    }

    fn visit_f64<E>(self, n: f64) -> Result<(), E> {
        self.keep(Number::from_f64(n).map_or(SentValue::Null, SentValue::Number));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.keep(SentValue::Text(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.keep(SentValue::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let list = Json::deserialize(SeqAccessDeserializer::new(list))?;
        self.keep(SentValue::Nested(Box::new(list)));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let fields = ObjectVisitor { room: 2 }.visit_map(map)?;
        self.keep(SentValue::Object(fields));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let fields: SentFields<'_> = serde_json::from_str(text).unwrap();
        fields.fields().map(|(name, json)| (name.to_owned(), json.to_string())).collect()
    }

    fn read_as_map(text: &str) -> Vec<(String, String)> {
        let fields: FieldInput = serde_json::from_str(text).unwrap();
        fields.iter().map(|(name, json)| (name.clone(), json.to_string())).collect()
    }

    #[test]
    fn an_object_is_read_as_a_map_reads_it() {
        for text in [
            "{}",
            r#"{"a":1,"b":"x\n\"y","\u0041":null,"c":[1,{"d":2.5e3}],"a":true,"e":-7,"f":{"g":[]}}"#,
        ] {
            assert_eq!(read(text), read_as_map(text));
        }
        let many: Vec<String> = (0..300).map(|n| format!("\"f{}\":{n}", n % 200)).collect();
        let many = format!("{{{}}}", many.join(","));
        assert_eq!(read(&many), read_as_map(&many));
    }

    #[test]
    fn what_is_no_object_is_refused_in_the_same_words() {
        for text in ["", "[]", "{\"a\"", "{\"a\":}", "{\"a\":1,}", "1", "{1:2}", "{\"a\":tru}"] {
            let own = serde_json::from_str::<SentFields<'_>>(text).unwrap_err().to_string();
            assert_eq!(own, serde_json::from_str::<FieldInput>(text).unwrap_err().to_string());
        }
    }

    proptest! {
        #[test]
        fn any_object_is_read_as_a_map_reads_it(pairs in prop::collection::vec(("[a-d\"\\\\é]{0,3}", any::<(bool, f64, Option<String>)>()), 0..90)) {
            let text: Vec<String> = pairs
                .iter()
                .map(|(name, (b, n, text))| format!("{}:{}", Json::from(name.as_str()), match text {
                    Some(text) => Json::from(text.as_str()),
                    None if *b => Json::from(*n),
                    None => Json::from(*b),
                }))
                .collect();
            let text = format!("{{{}}}", text.join(" ,\n"));
            prop_assert_eq!(read(&text), read_as_map(&text));
        }
    }
}
