//! The founding of an org: from a seed to rows of users, queues, statuses, and compiled rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::id::SfId;
use crate::schema::{CustomField, FieldChange, FieldKind, Schema};
use crate::seed::{
    CampaignSeed, LeadStatusSeed, MemberStatusSeed, OrgSeed, OrgSettings, PermissionsSeed,
    QueueSeed, RecordTypeSeed, RoleSeed, SeedError, UserSeed,
};
use crate::timestamp::Timestamp;

use super::Org;
use super::access::Grants;
use super::agenda::Agenda;
use super::bulk::BulkJobs;
use super::context::{FieldInput, Origin, SaveContext};
use super::feed::Feed;
use super::import::ImportError;
use super::locks::Locks;
use super::logins::Logins;
use super::prepared::Counted;
use super::table::Table;
use super::transaction::UndoLog;
use super::usage::Usage;

impl Org {
    /// Founds an org. Everything in the seed was there before `now`.
    pub fn new(seed: &OrgSeed, now: Timestamp) -> Result<Self, SeedError> {
        let mut org = Self::bare(founded_schema(seed)?, seed.settings.clone(), now);
        Founding { org: &mut org, now, admin: SfId::EMPTY }.found(seed)?;
        org.add_rules(seed, now)?;
        org.add_logins(seed)?;
        Ok(org)
    }

    /// An org without a row.
    pub(super) fn bare(schema: Schema, settings: OrgSettings, now: Timestamp) -> Self {
        let tables = (0..schema.len()).filter_map(|at| u16::try_from(at).ok());
        let tables =
            tables.map(|at| Table::new(schema.at(crate::schema::ObjectIndex(at)))).collect();
        Self {
            schema: Arc::new(schema),
            tables,
            rules: Counted::default(),
            settings: Counted::new(settings),
            access: Counted::default(),
            setup_rows: 0,
            plans: Vec::new(),
            logins: Logins::default(),
            usage: Usage::default(),
            feed: Feed::default(),
            agenda: Agenda::default(),
            bulk: BulkJobs::default(),
            undo: UndoLog::default(),
            batch: None,
            depth: 0,
            running: Vec::new(),
            lenient: false,
            resaving: false,
            locks: Locks::default(),
            organization: SfId::EMPTY,
            reader: SaveContext::rest(SfId::EMPTY, now),
            schema_changed: now,
            automations: Vec::new(),
        }
    }

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
        let active = |row: &&crate::Record| self.stored(row, "IsActive").is_true();
        self.rows(users.index).find(active).map(crate::Record::id)
    }

    fn queue_named(&self, name: &str) -> Option<SfId> {
        let by = |field| self.row_named("Group", field, name);
        by("Name").or_else(|| by("DeveloperName"))
    }

    pub(crate) fn row_named(&self, object: &str, field: &str, value: &str) -> Option<SfId> {
        let schema = self.standard(object);
        let field = schema.field_index(field)?;
        self.matches(&schema, field, &crate::Value::text(value)).first().copied()
    }
}

fn define_globals(schema: &mut Schema, seed: &OrgSeed) -> Result<(), SeedError> {
    let globals = schema.globals_mut();
    let roots = [
        ("$Label", &seed.labels),
        ("$Setup", &seed.custom_settings),
        ("$CustomMetadata", &seed.custom_metadata),
    ];
    for (root, values) in roots {
        globals.define_all(root, values).map_err(|place| {
            let reason = "must be text, a number or a truth: correct the value".to_owned();
            SeedError::Contradiction { place, reason }
        })?;
    }
    for name in &seed.custom_permissions {
        globals.permit(name);
    }
    Ok(())
}

fn founded_schema(seed: &OrgSeed) -> Result<Schema, SeedError> {
    let mut schema = Schema::standard();
    define_globals(&mut schema, seed)?;
    for object in &seed.objects {
        schema.add_object(object)?;
    }
    add_fields(&mut schema, seed)?;
    for record_type in &seed.record_types {
        let known =
            schema.object(&record_type.object).is_some_and(|o| o.field("RecordTypeId").is_some());
        if !known {
            schema.add_record_type_field(&record_type.object)?;
        }
    }
    if !seed.lead_statuses.is_empty() {
        schema.alter_field("Lead", "Status", &lead_status_change(&seed.lead_statuses))?;
    }
    Ok(schema)
}

/// Adds the custom fields of every object: formula fields last, since they use the others.
fn add_fields(schema: &mut Schema, seed: &OrgSeed) -> Result<(), SeedError> {
    let own = seed.objects.iter().map(|object| (&object.name, &object.fields));
    let fields: Vec<(&String, &CustomField)> = own
        .chain(&seed.fields)
        .flat_map(|(object, fields)| fields.iter().map(move |field| (object, field)))
        .collect();
    let (computed, plain): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(_, field)| field.formula.is_some());
    for (object, field) in plain.into_iter().chain(computed) {
        schema.add_field(object, field)?;
    }
    Ok(())
}

fn lead_status_change(statuses: &[LeadStatusSeed]) -> FieldChange {
    let default = statuses.iter().find(|s| s.default).or_else(|| statuses.first());
    FieldChange {
        values: Some(statuses.iter().map(|s| s.label.clone()).collect()),
        default: default.map(|s| Json::from(s.label.as_str())),
        ..FieldChange::default()
    }
}

/// The four statuses of a fresh org (§12).
fn standard_statuses() -> Vec<LeadStatusSeed> {
    let status = |label: &str, default, converted| LeadStatusSeed {
        label: label.to_owned(),
        default,
        converted,
    };
    vec![
        status("Open - Not Contacted", true, false),
        status("Working - Contacted", false, false),
        status("Closed - Converted", false, true),
        status("Closed - Not Converted", false, false),
    ]
}

/// An org while it is being founded.
pub(super) struct Founding<'a> {
    pub(super) org: &'a mut Org,
    now: Timestamp,
    admin: SfId,
}

impl Founding<'_> {
    fn found(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        let organization = &seed.organization;
        let id = organization.id.as_deref();
        let row = json!({"Name": organization.name, "TimeZoneSidKey": organization.time_zone,
            "FiscalYearStartMonth": organization.fiscal_year_start_month,
            "IsSandbox": organization.sandbox, "OrganizationType": "Enterprise Edition",
            "LanguageLocaleKey": "en_US", "DefaultLocaleSidKey": "en_US", "InstanceName": "MOCK1"});
        self.org.organization = self.row("Organization", id, row)?;
        for role in &seed.roles {
            self.role(role)?;
        }
        self.users(seed)?;
        self.profiles(seed)?;
        self.org.change_settings(&seed.settings)?;
        for queue in &seed.queues {
            self.queue(queue)?;
        }
        self.statuses(&seed.lead_statuses)?;
        for record_type in &seed.record_types {
            self.record_type(record_type)?;
        }
        for campaign in &seed.campaigns {
            self.campaign(campaign)?;
        }
        self.permission_sets(seed)?;
        self.setup(seed)
    }

    fn users(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
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

    fn role(&mut self, role: &RoleSeed) -> Result<(), SeedError> {
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

    fn profiles(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        for profile in &seed.profiles {
            let id = self.profile(&profile.name)?;
            let grants = self.grants(&profile.name, &profile.permissions)?;
            self.org.access.profiles.insert(id, grants);
        }
        Ok(())
    }

    pub(super) fn profile(&mut self, name: &str) -> Result<SfId, SeedError> {
        match self.org.row_named("Profile", "Name", name) {
            Some(id) => Ok(id),
            None => self.row("Profile", None, json!({"Name": name, "UserType": "Standard"})),
        }
    }

    fn queue(&mut self, queue: &QueueSeed) -> Result<(), SeedError> {
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

    fn statuses(&mut self, given: &[LeadStatusSeed]) -> Result<(), SeedError> {
        let statuses = if given.is_empty() { standard_statuses() } else { given.to_vec() };
        for (order, status) in (1..).zip(&statuses) {
            let row = json!({"MasterLabel": status.label, "ApiName": status.label, "SortOrder": order,
                "IsDefault": status.default, "IsConverted": status.converted});
            self.row("LeadStatus", None, row)?;
        }
        Ok(())
    }

    fn record_type(&mut self, seed: &RecordTypeSeed) -> Result<(), SeedError> {
        let row = json!({"Name": seed.name, "DeveloperName": seed.developer_name,
            "SobjectType": seed.object, "IsActive": seed.active});
        let id = self.row("RecordType", seed.id.as_deref(), row)?;
        let mut profiles = BTreeSet::new();
        for profile in &seed.profiles {
            profiles.insert(self.profile(profile)?);
        }
        self.org.add_record_type(seed, (id, profiles))
    }

    fn campaign(&mut self, campaign: &CampaignSeed) -> Result<(), SeedError> {
        let mut fields = json!({"Name": campaign.name, "IsActive": true});
        if let Json::Object(map) = &mut fields {
            map.extend(campaign.fields.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        let id = self.row("Campaign", campaign.id.as_deref(), fields)?;
        let own = member_statuses(campaign);
        for (order, status) in (1..).zip(&own) {
            let row = json!({"CampaignId": id.to_string(), "Label": status.label, "SortOrder": order,
                "IsDefault": status.default, "HasResponded": status.responded});
            self.row("CampaignMemberStatus", None, row)?;
        }
        Ok(())
    }

    fn permission_sets(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
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

    pub(super) fn row(
        &mut self,
        object: &str,
        id: Option<&str>,
        fields: Json,
    ) -> Result<SfId, SeedError> {
        let cx = SaveContext { origin: Origin::Import, ..SaveContext::rest(self.admin, self.now) };
        let Json::Object(map) = fields else { return Ok(SfId::EMPTY) };
        let mut input: FieldInput = map.into_iter().collect();
        if let Some(id) = id {
            input.insert("Id".to_owned(), Json::from(id));
        }
        self.org.import(&cx, object, &input).map_err(|error| import_refused(object, &error))
    }
}

fn member_statuses(campaign: &CampaignSeed) -> Vec<MemberStatusSeed> {
    if campaign.statuses.is_empty() {
        standard_member_statuses()
    } else {
        campaign.statuses.clone()
    }
}

/// The statuses of a new campaign (§10).
pub(crate) fn standard_member_statuses() -> Vec<MemberStatusSeed> {
    let status = |label: &str, default, responded| MemberStatusSeed {
        label: label.to_owned(),
        default,
        responded,
    };
    vec![status("Sent", true, false), status("Responded", false, true)]
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

pub(crate) fn unknown(place: &str, kind: &'static str, name: &str) -> SeedError {
    SeedError::Unknown { place: place.to_owned(), kind, name: name.to_owned() }
}

fn import_refused(object: &str, error: &ImportError) -> SeedError {
    SeedError::Contradiction { place: format!("{object} row"), reason: error.to_string() }
}

impl Schema {
    /// Record types give their object a `RecordTypeId`.
    fn add_record_type_field(&mut self, object: &str) -> Result<(), SeedError> {
        let reference = CustomField {
            label: Some("Record Type ID".to_owned()),
            reference_to: vec!["RecordType".to_owned()],
            ..CustomField::new("RecordTypeId", FieldKind::Reference)
        };
        self.add_standard_field(object, &reference, "RecordType")?;
        Ok(())
    }
}
