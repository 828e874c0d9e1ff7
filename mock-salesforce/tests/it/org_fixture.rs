//! An org to play with, and refusals as one line of text.

use mock_salesforce::seed::{QueueSeed, UserSeed};
use mock_salesforce::{
    FieldInput, Org, OrgError, OrgSeed, SaveContext, SfId, Timestamp, UpsertRefusal, Value,
};
use serde_json::Value as Json;

/// 2026-03-02T12:00:00Z, a Monday.
pub(crate) const NOW: Timestamp = Timestamp(1_772_452_800_000);

pub(crate) struct Fixture {
    pub(crate) org: Org,
    pub(crate) cx: SaveContext,
}

/// Ann administers, Rita and Sam sell, Ida has left; queue `Inbound` takes leads, `Support` cases.
pub(crate) fn seed() -> OrgSeed {
    let queue = |name: &str, objects: &[&str]| QueueSeed {
        name: name.to_owned(),
        objects: objects.iter().map(|o| (*o).to_owned()).collect(),
        members: vec!["Rita Rep".to_owned()],
        ..QueueSeed::default()
    };
    let ida = UserSeed { active: false, ..UserSeed::new("Ida Idle", "ida@example.com") };
    OrgSeed {
        users: vec![
            UserSeed {
                profile: "System Administrator".to_owned(),
                ..UserSeed::new("Ann Admin", "ann@example.com")
            },
            UserSeed::new("Rita Rep", "rita@example.com"),
            UserSeed::new("Sam Seller", "sam@example.com"),
            ida,
        ],
        queues: vec![queue("Inbound", &["Lead"]), queue("Support", &["Case"])],
        ..OrgSeed::default()
    }
}

impl Fixture {
    pub(crate) fn new(seed: &OrgSeed) -> Self {
        let org = Org::new(seed, NOW).unwrap();
        let user = org.administrator().unwrap();
        Self { org, cx: SaveContext::rest(user, NOW) }
    }

    pub(crate) fn plain() -> Self {
        Self::new(&seed())
    }

    pub(crate) fn owner(&self, name: &str) -> SfId {
        self.org.owner_named(name).unwrap()
    }

    pub(crate) fn create(&mut self, object: &str, fields: Json) -> Result<SfId, String> {
        let saved = self.org.create(&self.cx, object, &input(fields));
        saved.map(|saved| saved.id).map_err(|errors| told(&errors))
    }

    pub(crate) fn lead(&mut self, fields: Json) -> SfId {
        let mut all = input(serde_json::json!({"LastName": "Lee", "Company": "Acme"}));
        all.extend(input(fields));
        self.org.create(&self.cx, "Lead", &all).map_err(|errors| told(&errors)).unwrap().id
    }

    pub(crate) fn update(&mut self, id: SfId, fields: Json) -> Result<(), String> {
        let object = self.org.schema().of_prefix(id.prefix_bytes()).unwrap();
        let object = self.org.schema().at(object).name.to_string();
        let saved = self.org.update(&self.cx, &object, id, &input(fields));
        saved.map(|_| ()).map_err(|errors| told(&errors))
    }

    pub(crate) fn upsert(
        &mut self,
        object: &str,
        key: (&str, &str),
        fields: Json,
    ) -> Result<bool, String> {
        match self.org.upsert(&self.cx, object, key, &input(fields)) {
            Ok(saved) => Ok(saved.created),
            Err(UpsertRefusal::Errors(errors)) => Err(told(&errors)),
            Err(UpsertRefusal::SeveralMatches(ids)) => Err(format!("{} matches", ids.len())),
        }
    }

    pub(crate) fn value(&self, id: SfId, field: &str) -> Value {
        let row = self.org.get(id).unwrap();
        let object = self.org.schema().at(row.object());
        let field = object.field_index(field).unwrap_or_else(|| panic!("no field {field}"));
        self.org.value(row, field).into_owned()
    }

    pub(crate) fn text(&self, id: SfId, field: &str) -> String {
        self.value(id, field).to_string()
    }

    pub(crate) fn owner_of(&self, id: SfId) -> String {
        let owner = self.value(id, "OwnerId").as_id().unwrap();
        self.text(owner, "Name")
    }

    /// Ids of live rows.
    pub(crate) fn rows(&self, object: &str) -> Vec<SfId> {
        let object = self.org.schema().index_of(object).unwrap();
        let live = self.org.rows(object).filter(|row| !row.is_deleted());
        live.map(mock_salesforce::Record::id).collect()
    }

    pub(crate) fn later(&mut self, ms: i64) {
        self.cx.now = self.cx.now.plus_ms(ms);
    }
}

pub(crate) fn input(fields: Json) -> FieldInput {
    serde_json::from_value(fields).unwrap()
}

/// `CODE: message [Field, Field]`, one line an error; no brackets when the key is absent.
pub(crate) fn told(errors: &[OrgError]) -> String {
    let one = |error: &OrgError| match &error.fields {
        Some(fields) => format!("{}: {} [{}]", error.code, error.message, fields.join(", ")),
        None => format!("{}: {}", error.code, error.message),
    };
    errors.iter().map(one).collect::<Vec<_>>().join("\n")
}
