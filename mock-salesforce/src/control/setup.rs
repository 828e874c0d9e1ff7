//! What an admin does while tests run: usage, sessions, settings, users, rules, fields.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Control, ControlError};
use crate::{
    CustomField, Org, SaveContext, SfId,
    org::{Crud, FieldAccess, RuleOutline},
    schema::FieldChange,
    seed::{
        AssignmentRuleSeed, DuplicateAction, DuplicateRuleSeed, FlowSeed, OrgSettings,
        ValidationRuleSeed,
    },
};

/// The allocation of API calls, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UsageNow {
    /// Calls in the last 24 hours.
    pub used: u64,
    /// Calls allowed in 24 hours.
    pub allocation: u64,
    /// Are more refused?
    pub enforced: bool,
}

/// What changes about the allocation; absent parts stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsagePatch {
    /// Calls allowed in 24 hours.
    pub allocation: Option<u64>,
    /// Are more refused?
    pub enforced: Option<bool>,
    /// It is as if so many calls had been made.
    pub used: Option<u64>,
    /// Somebody else makes so many calls more.
    pub spend: Option<u64>,
}

/// Whom a token is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenFor {
    /// Id, username or name; the first active user when absent.
    pub user: Option<String>,
}

/// A user, as a list shows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserOutline {
    /// Id.
    pub id: String,
    /// Username.
    pub username: String,
    /// Full name.
    pub name: String,
    /// May the user log in and own rows?
    pub active: bool,
}

/// What changes about a user; absent parts stay.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserPatch {
    /// May the user log in and own rows?
    pub active: Option<bool>,
    /// Rights by object.
    pub objects: IndexMap<String, Crud>,
    /// Rights by `Object.Field`.
    pub fields: IndexMap<String, FieldAccess>,
}

/// A new rule, as the org's file would have it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewRule {
    /// A validation rule; one of the same name and object is replaced.
    ValidationRule(ValidationRuleSeed),
    /// A duplicate rule.
    DuplicateRule(DuplicateRuleSeed),
    /// An assignment rule.
    AssignmentRule(AssignmentRuleSeed),
    /// A flow.
    Flow(FlowSeed),
}

/// What changes about the rules of a name; absent parts stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulePatch {
    /// Do they run?
    pub active: Option<bool>,
    /// What duplicate rules do on create.
    pub on_create: Option<DuplicateAction>,
    /// What duplicate rules do on update.
    pub on_update: Option<DuplicateAction>,
}

/// A field by its object and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldPlace<'p> {
    /// The object.
    pub object: &'p str,
    /// The field.
    pub field: &'p str,
}

impl Control {
    /// The allocation of API calls, now.
    pub fn usage(&self) -> UsageNow {
        let now = self.mock.now();
        let mut org = self.mock.org();
        let usage = org.usage(now);
        UsageNow {
            used: usage.used,
            allocation: usage.max,
            enforced: org.settings().enforce_api_allocation,
        }
    }

    /// Changes the allocation or what was used of it.
    pub fn set_usage(&self, patch: UsagePatch) -> UsageNow {
        let now = self.mock.now();
        {
            let mut org = self.mock.org();
            let allocation = patch.allocation.unwrap_or(org.settings().api_allocation);
            let enforced = patch.enforced.unwrap_or(org.settings().enforce_api_allocation);
            org.set_api_allocation(allocation, enforced);
            if let Some(used) = patch.used {
                org.set_calls(now, used);
            }
            org.spend_calls(now, patch.spend.unwrap_or(0));
        }
        self.usage()
    }

    /// A session of a user, without a login: its access token.
    pub fn token(&self, wanted: &TokenFor) -> Result<String, ControlError> {
        let user = match &wanted.user {
            Some(name) => self.user(name)?,
            None => self.mock.first_user().map(|(id, _)| id).ok_or_else(|| {
                ControlError::conflict("the org has no active user", "seed one, or activate one")
            })?,
        };
        Ok(self.mock.access_token(user))
    }

    /// Ends all sessions, or those of one user. Refresh tokens stay.
    pub fn expire_sessions(&self, user: Option<&str>) -> Result<(), ControlError> {
        match user {
            Some(name) => {
                let user = self.user(name)?;
                self.mock.sessions().expire_user(user);
            }
            None => self.mock.sessions().expire_all(),
        }
        Ok(())
    }

    /// What the org's admin has set up.
    pub fn settings(&self) -> OrgSettings {
        self.mock.org().settings().clone()
    }

    /// Changes settings; what the map does not name stays.
    pub fn set_settings(
        &self,
        patch: &serde_json::Map<String, Json>,
    ) -> Result<OrgSettings, ControlError> {
        let mut org = self.mock.org();
        let written = serde_json::to_value(org.settings());
        let Ok(Json::Object(mut all)) = written else { return Ok(org.settings().clone()) };
        all.extend(patch.clone());
        let settings: OrgSettings = serde_json::from_value(Json::Object(all)).map_err(|error| {
            ControlError::invalid(
                format!("settings: {error}"),
                "name settings as the org's file does",
            )
        })?;
        org.set_settings(&settings)?;
        Ok(org.settings().clone())
    }

    /// The users, by id.
    pub fn users(&self) -> Vec<UserOutline> {
        let org = self.mock.org();
        let users = org.schema().object("User").map(|users| users.index);
        let live =
            users.into_iter().flat_map(|users| org.rows(users)).filter(|row| !row.is_deleted());
        live.map(|row| outline(&org, row)).collect()
    }

    /// Changes a user, by id, username or name.
    pub fn set_user(&self, name: &str, patch: &UserPatch) -> Result<UserOutline, ControlError> {
        let user = self.user(name)?;
        let now = self.mock.now();
        let mut org = self.mock.org();
        let rights = resolved(&org, patch)?;
        if let Some(active) = patch.active {
            let by = org.administrator().unwrap_or(user);
            org.set_user_active(&SaveContext::admin(by, now), user, active).map_err(|errors| {
                let said: Vec<String> = errors.into_iter().map(|error| error.message).collect();
                ControlError::conflict(said.join("; "), "correct it, and ask again")
            })?;
        }
        for (object, crud) in rights.0 {
            org.set_permission(user, object, crud);
        }
        for (field, access) in rights.1 {
            org.set_field_permission(user, field, access);
        }
        let row = org.get(user).ok_or_else(|| no_user(name))?;
        Ok(outline(&org, row))
    }

    /// The rules and flows, each kind in its order.
    pub fn rules(&self) -> Vec<RuleOutline> {
        self.mock.org().rule_outlines()
    }

    /// Adds a rule or a flow.
    pub fn add_rule(&self, rule: &NewRule) -> Result<Vec<RuleOutline>, ControlError> {
        let now = self.mock.now();
        {
            let mut org = self.mock.org();
            match rule {
                NewRule::ValidationRule(rule) => org.add_validation_rule(rule)?,
                NewRule::DuplicateRule(rule) => org.add_duplicate_rule(rule, now)?,
                NewRule::AssignmentRule(rule) => {
                    org.add_assignment_rule(rule, now)?;
                }
                NewRule::Flow(flow) => org.add_flow(flow)?,
            }
        }
        Ok(self.rules())
    }

    /// Switches the rules and flows of a name, and sets what duplicate rules do.
    pub fn set_rule(&self, name: &str, patch: RulePatch) -> Result<Vec<RuleOutline>, ControlError> {
        {
            let mut org = self.mock.org();
            if !org.rule_outlines().iter().any(|rule| rule.name == name) {
                let hint = "list the rules to see their names";
                return Err(ControlError::not_found(format!("there is no rule {name:?}"), hint));
            }
            let acts = patch.on_create.is_some() || patch.on_update.is_some();
            if acts && !org.set_duplicate_actions(name, patch.on_create, patch.on_update) {
                let message = format!("{name:?} is no duplicate rule");
                return Err(ControlError::invalid(
                    message,
                    "only those have `on_create` and `on_update`",
                ));
            }
            if let Some(active) = patch.active {
                org.set_rule_active(name, active);
            }
        }
        Ok(self.rules())
    }

    /// Adds a custom field.
    pub fn add_field(&self, object: &str, field: &CustomField) -> Result<(), ControlError> {
        Ok(self.mock.org().add_field(object, field)?)
    }

    /// Changes a field's label, limits or picklist values.
    pub fn alter_field(
        &self,
        place: FieldPlace<'_>,
        change: &FieldChange,
    ) -> Result<(), ControlError> {
        Ok(self.mock.org().alter_field(place.object, place.field, change)?)
    }

    /// Removes a custom field.
    pub fn remove_field(&self, place: FieldPlace<'_>) -> Result<(), ControlError> {
        Ok(self.mock.org().remove_field(place.object, place.field)?)
    }

    fn user(&self, name: &str) -> Result<SfId, ControlError> {
        let org = self.mock.org();
        let users = org.schema().object("User").map(|users| users.key_prefix);
        let found = org.owner_named(name).filter(|id| Some(id.prefix_bytes()) == users);
        found.ok_or_else(|| no_user(name))
    }
}

fn no_user(name: &str) -> ControlError {
    let hint = "name an id, a username or a name; list the users to see them";
    ControlError::not_found(format!("there is no user {name:?}"), hint)
}

fn outline(org: &Org, row: &crate::Record) -> UserOutline {
    UserOutline {
        id: row.id().to_string(),
        username: org.stored(row, "Username").to_string(),
        name: org.stored(row, "Name").to_string(),
        active: org.stored(row, "IsActive").is_true(),
    }
}

type Rights =
    (Vec<(crate::ObjectIndex, Crud)>, Vec<((crate::ObjectIndex, crate::FieldIndex), FieldAccess)>);

/// The rights of a patch with their names resolved.
fn resolved(org: &Org, patch: &UserPatch) -> Result<Rights, ControlError> {
    let object = |name: &str| {
        org.schema().object(name).ok_or_else(|| {
            let message = format!("there is no object {name}");
            ControlError::invalid(message, "name one of the org's objects")
        })
    };
    let mut rights = (Vec::new(), Vec::new());
    for (name, crud) in &patch.objects {
        rights.0.push((object(name)?.index, *crud));
    }
    for (name, access) in &patch.fields {
        let (of, field) = name.split_once('.').unwrap_or((name, ""));
        let of = object(of)?;
        let field = of.field_index(field).ok_or_else(|| {
            let message = format!("there is no field {name}");
            ControlError::invalid(message, "write it as `Object.Field`")
        })?;
        rights.1.push(((of.index, field), *access));
    }
    Ok(rights)
}
