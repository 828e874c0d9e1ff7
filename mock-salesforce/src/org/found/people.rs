//! Who works in the org when it is founded, and what may they do?
//!
//! Roles, users, profiles, queues with their members, permission sets. An org without users gets
//! an administrator. A permission set that takes something away is refused: in Salesforce it only
//! adds.

use serde_json::{Value as Json, json};

use crate::id::SfId;
use crate::org::access::Grants;
use crate::seed::{OrgSeed, PermissionsSeed, QueueSeed, RoleSeed, SeedError, UserSeed};

use super::{Founding, unknown};

impl Founding<'_> {
    pub(super) fn users(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        let administrator = [UserSeed::default()];
        let users = if seed.users.is_empty() { &administrator[..] } else { &seed.users };
        for user in users {
            let profile = self.profile(&user.profile)?;
            let zone = user.time_zone.as_ref().unwrap_or(&seed.organization.time_zone);
            let role = self.role_of(user)?;
            let mut row = user_row(user, profile, zone);
            if let (Some(role), Json::Object(map)) = (role, &mut row) {
                map.insert("UserRoleId".to_owned(), Json::from(role.to_string()));
            }
            let id = self.row("User", user.id.as_deref(), row)?;
            if self.admin == SfId::EMPTY {
                self.admin = id;
            }
            let grants = self.grants(&user.username, &user.permissions)?;
            self.org.logins.add_user(id, user);
            if user.permissions != PermissionsSeed::default() {
                self.org.access.users.insert(id, grants);
            }
        }
        Ok(())
    }

    pub(super) fn role(&mut self, role: &RoleSeed) -> Result<(), SeedError> {
        let developer_name = developer_name(&role.name);
        let mut row = json!({"Name": role.name, "DeveloperName": developer_name});
        if let Some(parent) = &role.parent {
            let above = self.org.row_named("UserRole", "Name", parent);
            let above =
                above.ok_or_else(|| unknown(&format!("role {}", role.name), "role", parent))?;
            if let Json::Object(map) = &mut row {
                map.insert("ParentRoleId".to_owned(), Json::from(above.to_string()));
            }
        }
        self.row("UserRole", role.id.as_deref(), row)?;
        Ok(())
    }

    fn role_of(&self, user: &UserSeed) -> Result<Option<SfId>, SeedError> {
        let Some(name) = &user.role else { return Ok(None) };
        let role = self.org.row_named("UserRole", "Name", name);
        role.map(Some).ok_or_else(|| unknown(&format!("user {}", user.name), "role", name))
    }

    pub(super) fn profiles(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        for profile in &seed.profiles {
            let id = self.profile(&profile.name)?;
            let grants = self.grants(&profile.name, &profile.permissions)?;
            self.org.access.profiles.insert(id, grants);
        }
        Ok(())
    }

    pub(in crate::org) fn profile(&mut self, name: &str) -> Result<SfId, SeedError> {
        match self.org.row_named("Profile", "Name", name) {
            Some(id) => Ok(id),
            None => self.row("Profile", None, json!({"Name": name, "UserType": "Standard"})),
        }
    }

    pub(super) fn queue(&mut self, queue: &QueueSeed) -> Result<(), SeedError> {
        let row = json!({"Name": queue.name, "DeveloperName": developer_name(&queue.name),
            "Type": "Queue", "Email": queue.email,
            "DoesSendEmailToMembers": queue.send_email_to_members});
        let id = self.row("Group", queue.id.as_deref(), row)?;
        for object in &queue.objects {
            let known = self.org.schema.object(object).map(|o| o.name.to_string());
            let name =
                known.ok_or_else(|| unknown(&format!("queue {}", queue.name), "object", object))?;
            self.row(
                "QueueSobject",
                None,
                json!({"QueueId": id.to_string(), "SobjectType": name}),
            )?;
        }
        for member in &queue.members {
            let user = self.org.owner_named(member);
            let user =
                user.ok_or_else(|| unknown(&format!("queue {}", queue.name), "user", member))?;
            let row = json!({"GroupId": id.to_string(), "UserOrGroupId": user.to_string()});
            self.row("GroupMember", None, row)?;
        }
        Ok(())
    }

    pub(super) fn permission_sets(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        for set in &seed.permission_sets {
            let place = format!("permission set {}", set.name);
            let grants = self.grants(&set.name, &set.permissions)?;
            if grants.system.values().any(|granted| !granted) {
                let reason = "a permission set only adds: take a permission from the profile";
                return Err(SeedError::Contradiction { place, reason: reason.to_owned() });
            }
            let row = json!({"Name": developer_name(&set.name), "Label": set.name,
                "IsOwnedByProfile": false, "IsCustom": true});
            let id = self.row("PermissionSet", None, row)?;
            self.org.access.sets.insert(id, grants);
            for user in &set.users {
                let user =
                    self.org.owner_named(user).ok_or_else(|| unknown(&place, "user", user))?;
                let row =
                    json!({"PermissionSetId": id.to_string(), "AssigneeId": user.to_string()});
                self.row("PermissionSetAssignment", None, row)?;
            }
        }
        Ok(())
    }

    fn grants(&self, place: &str, seed: &PermissionsSeed) -> Result<Grants, SeedError> {
        let schema = &self.org.schema;
        let place = format!("permissions of {place}");
        let mut grants = Grants::default();
        for (name, crud) in &seed.objects {
            let object = schema.index_of(name).ok_or_else(|| unknown(&place, "object", name))?;
            grants.objects.insert(object, *crud);
        }
        for (name, access) in &seed.fields {
            let (object, field) = name.split_once('.').unwrap_or((name, ""));
            let object = schema.object(object).ok_or_else(|| unknown(&place, "object", name))?;
            let field = object.field_index(field).ok_or_else(|| unknown(&place, "field", name))?;
            grants.fields.insert((object.index, field), *access);
        }
        grants.custom =
            seed.custom.iter().map(|(name, granted)| (name.to_lowercase(), *granted)).collect();
        grants.system = seed.system.iter().map(|(key, granted)| (*key, *granted)).collect();
        Ok(grants)
    }
}

fn user_row(user: &UserSeed, profile: SfId, zone: &str) -> Json {
    let (first, last) = user.name.rsplit_once(' ').unwrap_or(("", &user.name));
    let plain: String =
        user.name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let username = match user.username.as_str() {
        "" => format!("{plain}@example.com"),
        given => given.to_owned(),
    };
    let alias: String = plain.chars().take(8).collect();
    json!({"FirstName": first, "LastName": last, "Username": username,
        "Email": user.email.as_ref().unwrap_or(&username), "Alias": alias,
        "CommunityNickname": plain, "IsActive": user.active, "ProfileId": profile.to_string(),
        "TimeZoneSidKey": zone, "UserType": user.user_type, "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8"})
}

fn developer_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
