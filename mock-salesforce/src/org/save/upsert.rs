//! Upsert: update the row that has a key, or create one (§3.6).

use serde_json::Value as Json;

use crate::schema::{FieldSchema, ObjectSchema};
use crate::value::Value;

use super::super::Org;
use super::super::coerce::{Misfit, coerce, id_of};
use super::super::context::{FieldInput, Origin, SaveContext, Saved, UpsertRefusal};
use super::super::error::OrgError;
use super::super::fields::{Fields, JsonRef};
use super::one;

impl Org {
    /// Updates the row that has this key, or creates one. The key field is an external id, a
    /// standard lookup field such as `Email`, or `Id`.
    pub fn upsert(
        &mut self,
        cx: &SaveContext,
        object: &str,
        key: (&str, &str),
        fields: &FieldInput,
    ) -> Result<Saved, UpsertRefusal> {
        self.upsert_of(cx, object, key, fields)
    }

    /// The same with fields as they were sent.
    pub(crate) fn upsert_of(
        &mut self,
        cx: &SaveContext,
        object: &str,
        (key_field, key): (&str, &str),
        fields: &impl Fields,
    ) -> Result<Saved, UpsertRefusal> {
        let errors = |error: OrgError| UpsertRefusal::Errors(vec![error]);
        let schema = self.object(object).map_err(errors)?;
        let field = key_of(&schema, key_field).map_err(errors)?;
        if &*field.name == "Id" {
            return self.upsert_by_id(cx, object, key, fields).map_err(UpsertRefusal::Errors);
        }
        let value = coerce(field, &Json::from(key), Origin::Bulk)
            .map_err(|(Misfit::Type(error) | Misfit::Id(error))| errors(error))?;
        let matches = self.matches(&schema, field.index, &value);
        match matches.as_slice() {
            [] => {
                let key = Some((&*field.name, JsonRef::Text(key)));
                self.create_with(cx, &schema, fields, key).map_err(UpsertRefusal::Errors)
            }
            [only] => self.update_of(cx, object, *only, fields).map_err(UpsertRefusal::Errors),
            several => Err(UpsertRefusal::SeveralMatches(several.to_vec())),
        }
    }

    fn upsert_by_id(
        &mut self,
        cx: &SaveContext,
        object: &str,
        key: &str,
        fields: &impl Fields,
    ) -> Result<Saved, Vec<OrgError>> {
        match id_of(key).map_err(one)? {
            Value::Id(id) => self.update_of(cx, object, id, fields),
            _ => self.create_of(cx, object, fields),
        }
    }
}

/// The key field of an upsert, or the 404 that says there is none.
pub(super) fn key_of<'a>(
    object: &'a ObjectSchema,
    name: &str,
) -> Result<&'a FieldSchema, OrgError> {
    object.field(name).filter(|field| field.is_key()).ok_or_else(|| {
        let message =
            format!("Provided external ID field does not exist or is not accessible: {name}");
        OrgError::new("NOT_FOUND", message).without_fields()
    })
}
