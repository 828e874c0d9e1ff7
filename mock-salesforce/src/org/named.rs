//! Which row does a name mean?
//!
//! Seeds and admins say who owns or belongs to what by id, username or name: a user before a
//! queue, a name before a developer name, the lowest id where several rows have the name.

use crate::id::SfId;
use crate::record::Record;
use crate::value::Value;

use super::Org;

impl Org {
    /// The user or queue of this id, username or name.
    pub fn owner_named(&self, name: &str) -> Option<SfId> {
        if let Some(id) = name.parse::<SfId>().ok().filter(|id| self.live(*id).is_some()) {
            return Some(id);
        }
        let by = |object: &str, field: &str| self.row_named(object, field, name);
        by("User", "Username").or_else(|| by("User", "Name")).or_else(|| self.queue_named(name))
    }

    /// The user of this username.
    pub fn user_by_username(&self, username: &str) -> Option<SfId> {
        self.row_named("User", "Username", username)
    }

    /// The first active user, who is the administrator unless the seed says otherwise.
    pub fn administrator(&self) -> Option<SfId> {
        let users = self.standard("User");
        let active = |row: &&Record| self.stored(row, "IsActive").is_true();
        self.rows(users.index).find(active).map(Record::id)
    }

    fn queue_named(&self, name: &str) -> Option<SfId> {
        let by = |field| self.row_named("Group", field, name);
        by("Name").or_else(|| by("DeveloperName"))
    }

    pub(crate) fn row_named(&self, object: &str, field: &str, value: &str) -> Option<SfId> {
        let schema = self.standard(object);
        let field = schema.field_index(field)?;
        self.matches(&schema, field, &Value::text(value)).first().copied()
    }
}
