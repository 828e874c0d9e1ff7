//! Rows and indexes against what they stand for: a map of values, and a scan of every row.

use mock_salesforce::{FieldIndex, Org, SaveContext, SfId, Value};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

use crate::org_fixture::{NOW, input, seed};

const FIELDS: [&str; 8] = [
    "LastName",
    "Company",
    "Email",
    "Street",
    "NumberOfEmployees",
    "AnnualRevenue",
    "DoNotCall",
    "MasterRecordId",
];

/// One step in the life of a few rows.
#[derive(Clone, Debug)]
enum Step {
    Create(Vec<(usize, Json)>),
    Update(usize, Vec<(usize, Json)>),
    Delete(usize),
    Undelete(usize),
    /// From here on a copy of the org goes on; the org itself must stay as it is.
    Branch,
    /// A save that is undone.
    Refused(Vec<(usize, Json)>),
}

fn value(field: usize) -> BoxedStrategy<Json> {
    match FIELDS[field] {
        "Email" => prop_oneof![
            Just(Json::Null),
            (0..12_u32, any::<bool>()).prop_map(|(n, loud)| {
                let address = format!("pat.{n}@example.com");
                json!(if loud { address.to_uppercase() } else { address })
            })
        ]
        .boxed(),
        "NumberOfEmployees" => {
            prop_oneof![Just(Json::Null), (-200_000_i64..200_000).prop_map(Json::from)].boxed()
        }
        "AnnualRevenue" => prop_oneof![
            Just(Json::Null),
            (-100_i64..100).prop_map(Json::from),
            (-1.0e9..1.0e9).prop_map(Json::from)
        ]
        .boxed(),
        "DoNotCall" => any::<bool>().prop_map(Json::from).boxed(),
        "LastName" | "Company" => "[a-zà-ü]{1,3}".prop_map(Json::from).boxed(),
        "Street" => prop_oneof![
            Just(Json::Null),
            "[ -~]{0,20}".prop_map(Json::from),
            "[a-z€]{180,250}".prop_map(Json::from)
        ]
        .boxed(),
        _ => Just(Json::Null).boxed(),
    }
}

fn fields() -> impl Strategy<Value = Vec<(usize, Json)>> {
    prop::collection::vec((0..FIELDS.len() - 1).prop_flat_map(|at| (Just(at), value(at))), 0..6)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => fields().prop_map(Step::Create),
        5 => (0..40_usize, fields()).prop_map(|(row, fields)| Step::Update(row, fields)),
        1 => (0..40_usize).prop_map(Step::Delete),
        1 => (0..40_usize).prop_map(Step::Undelete),
        1 => Just(Step::Branch),
        1 => fields().prop_map(Step::Refused),
    ]
}

/// What a row should hold: JSON by field name.
type Naive = BTreeMap<SfId, (BTreeMap<&'static str, Json>, bool)>;

fn body(fields: &[(usize, Json)], create: bool) -> Json {
    let mut body = Map::new();
    if create {
        body.insert("LastName".to_owned(), json!("Lee"));
        body.insert("Company".to_owned(), json!("Acme"));
    }
    for (field, value) in fields {
        body.insert(FIELDS[*field].to_owned(), value.clone());
    }
    Json::Object(body)
}

fn take(naive: &mut BTreeMap<&'static str, Json>, sent: &Json) {
    for name in FIELDS {
        let Some(value) = sent.get(name) else { continue };
        let kept = match value {
            Json::String(text) if text.trim().is_empty() => Json::Null,
            Json::String(text) if name == "Email" => json!(text.trim().to_lowercase()),
            Json::String(text) => json!(text.trim()),
            Json::Number(n) if name == "AnnualRevenue" => json!(n.as_f64().unwrap().round()),
            other => other.clone(),
        };
        naive.insert(name, kept);
    }
}

struct World {
    org: Org,
    cx: SaveContext,
    naive: Naive,
}

impl World {
    fn new() -> Self {
        let org = Org::new(&seed(), NOW).unwrap();
        let cx = SaveContext::admin(org.administrator().unwrap(), NOW);
        Self { org, cx, naive: Naive::new() }
    }

    fn row(&self, at: usize) -> Option<SfId> {
        self.naive.keys().nth(at % self.naive.len().max(1)).copied()
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Create(fields) => {
                let sent = body(fields, true);
                let saved = self.org.create(&self.cx, "Lead", &input(sent.clone())).unwrap();
                let mut row = BTreeMap::new();
                take(&mut row, &sent);
                self.naive.insert(saved.id, (row, false));
            }
            Step::Update(at, fields) => {
                let Some(id) = self.row(*at) else { return };
                let sent = body(fields, false);
                let saved = self.org.update(&self.cx, "Lead", id, &input(sent.clone()));
                let (row, deleted) = self.naive.get_mut(&id).unwrap();
                assert_eq!(saved.is_ok(), !*deleted, "{saved:?}");
                if saved.is_ok() {
                    take(row, &sent);
                }
            }
            Step::Delete(at) => {
                let Some(id) = self.row(*at) else { return };
                let deleted = self.org.delete(&self.cx, "Lead", id).is_ok();
                let row = self.naive.get_mut(&id).unwrap();
                assert_eq!(deleted, !row.1);
                row.1 = true;
            }
            Step::Undelete(at) => {
                let Some(id) = self.row(*at) else { return };
                let restored = self.org.undelete(&self.cx, id).is_ok();
                let row = self.naive.get_mut(&id).unwrap();
                assert_eq!(restored, row.1);
                row.1 = false;
            }
            Step::Branch => {}
            Step::Refused(fields) => {
                let sent = body(fields, true);
                let refused: Result<(), ()> = self.org.transaction(|org| {
                    org.create(&self.cx, "Lead", &input(sent)).unwrap();
                    Err(())
                });
                assert!(refused.is_err());
            }
        }
    }

    fn check(&self) {
        let lead = self.org.schema().object("Lead").unwrap();
        let held: Vec<SfId> = self.org.rows(lead.index).map(mock_salesforce::Record::id).collect();
        assert!(held.iter().eq(self.naive.keys()));
        let live = self.naive.values().filter(|(_, deleted)| !deleted).count();
        assert_eq!(self.org.count(lead.index), live);
        for (id, (row, deleted)) in &self.naive {
            let record = self.org.get(*id).unwrap();
            assert_eq!(record.is_deleted(), *deleted);
            for (name, value) in row {
                let found = record.get(lead.field_index(name).unwrap()).to_json();
                let same = found == *value
                    || found.as_f64().is_some_and(|found| Some(found) == value.as_f64());
                assert!(same, "{name}: {found} is not {value}");
            }
        }
        self.check_indexes();
    }

    /// An index finds exactly the rows that a scan finds.
    fn check_indexes(&self) {
        let lead = self.org.schema().object("Lead").unwrap();
        let indexed = lead
            .fields()
            .map(|field| field.index)
            .filter(|at| self.org.is_indexed(lead.index, *at));
        let indexed: Vec<FieldIndex> = indexed.collect();
        assert!(indexed.len() >= 3);
        for field in indexed {
            for wanted in self.org.rows(lead.index).map(|row| row.get(field).into_owned()) {
                let loud = match &wanted {
                    Value::Null => continue,
                    Value::Text(text) => Value::text(&text.to_uppercase()),
                    other => other.clone(),
                };
                let same = |row: &&mock_salesforce::Record| match (
                    row.get(field).as_text(),
                    wanted.as_text(),
                ) {
                    (Some(a), Some(b)) => a.to_lowercase() == b.to_lowercase(),
                    _ => row.get(field) == wanted,
                };
                let scanned: Vec<SfId> = self
                    .org
                    .rows(lead.index)
                    .filter(same)
                    .map(mock_salesforce::Record::id)
                    .collect();
                assert_eq!(self.org.lookup(lead.index, field, &loud), Some(scanned));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_hold_what_was_saved_and_indexes_find_what_a_scan_finds(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        let mut left: Vec<World> = Vec::new();
        for step in &steps {
            if matches!(step, Step::Branch) && left.len() < 3 {
                left.push(World { org: world.org.clone(), naive: world.naive.clone(), ..world });
            }
            world.take(step);
        }
        world.check();
        for world in left {
            world.check();
        }
    }
}

#[test]
fn a_copy_of_a_large_org_shares_what_neither_changes() {
    let mut world = World::new();
    let columns = world.org.columns("Lead", &["LastName", "Company", "Email"]).unwrap();
    for n in 0..30_000 {
        let address = format!("pat.{}@example.com", n / 2);
        world.org.import_cells(&world.cx, &columns, ["Lee", "Acme", address.as_str()]).unwrap();
    }
    let mut copy = world.org.clone();
    let lead = copy.schema().object("Lead").unwrap().clone();
    let email = lead.field_index("Email").unwrap();
    let twins = copy.lookup(lead.index, email, &Value::text("PAT.7000@example.com")).unwrap();
    assert_eq!(twins.len(), 2);
    copy.update(&world.cx, "Lead", twins[0], &input(json!({"Email": "new@example.com"}))).unwrap();
    let count = |org: &Org, address: &str| {
        org.lookup(lead.index, email, &Value::text(address)).unwrap().len()
    };
    assert_eq!((count(&copy, "pat.7000@example.com"), count(&copy, "new@example.com")), (1, 1));
    assert_eq!(
        (count(&world.org, "pat.7000@example.com"), count(&world.org, "new@example.com")),
        (2, 0)
    );
}
