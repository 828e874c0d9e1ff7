//! Which record is this visitor? The mock's lookup by address and the engine's choice, over orgs of growing size and with
//! growing shares of duplicates; and for one address that many records share.

use std::{hint::black_box, time::Duration};

use benches::{HOT_RECORDS, email, hot_email, org_of_leads};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{
    EmailKey, Person, PersonKind, RecordId, Timestamp, Value, normalise_email, select_person,
};
use mock_salesforce::{FieldIndex, ObjectIndex, Org, Record, ValueRef as Stored};

const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
const DUPLICATES_PERCENT: [u32; 3] = [0, 5, 30];
/// Spreads the visitors over the records: a prime.
const SPREAD: u32 = 7_919;
/// Visitors looked up in one go.
const LOOKUPS: u32 = 1_000;

/// Where the fields stand.
struct Fields {
    lead: ObjectIndex,
    email: FieldIndex,
    modified: FieldIndex,
    modstamp: FieldIndex,
}

impl Fields {
    fn of(org: &Org) -> Option<Self> {
        let lead = org.schema().object("Lead")?;
        Some(Self {
            lead: lead.index,
            email: lead.field_index("Email")?,
            modified: lead.field_index("LastModifiedDate")?,
            modstamp: lead.field_index("SystemModstamp")?,
        })
    }

    fn person(&self, record: &Record) -> Person {
        let instant = |field| match record.get(field) {
            Stored::DateTime(at) => Value::Instant(Timestamp(at.0)),
            _ => Value::Null,
        };
        let text = record.get(self.email).as_text().unwrap_or_default();
        Person {
            kind: PersonKind::Lead,
            id: RecordId::from(record.id().to_string().as_str()),
            fields: vec![
                ("Email".into(), Value::from(text)),
                ("LastModifiedDate".into(), instant(self.modified)),
                ("SystemModstamp".into(), instant(self.modstamp)),
            ],
        }
    }

    /// How many of these find somebody.
    fn select_all(&self, org: &Org, keys: &[EmailKey]) -> usize {
        keys.iter().filter(|key| self.select(org, black_box(key)).1).count()
    }

    /// How many records were found, and whether one was chosen.
    fn select(&self, org: &Org, key: &EmailKey) -> (usize, bool) {
        let ids = org.lookup(self.lead, self.email, Stored::Text(key.as_str())).unwrap_or_default();
        let found: Vec<Person> =
            ids.iter().filter_map(|id| org.get(*id)).map(|record| self.person(record)).collect();
        (found.len(), select_person(key, &found, &[]).target.is_some())
    }
}

fn dedupe_select(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dedupe_select");
    group.throughput(Throughput::Elements(u64::from(LOOKUPS)));
    for records in SIZES {
        for percent in DUPLICATES_PERCENT {
            let org = org_of_leads(records, percent).expect("rows of ours are sound");
            let fields = Fields::of(&org).expect("the standard org has leads");
            let keys: Vec<EmailKey> = (0..LOOKUPS)
                .filter_map(|it| normalise_email(&email(it * SPREAD % records)).ok())
                .collect();
            let id = BenchmarkId::new(format!("{percent} % duplicates"), records);
            group.bench_function(id, |bencher| bencher.iter(|| fields.select_all(&org, &keys)));
        }
    }
    group.finish();
}

fn hot_key(criterion: &mut Criterion) {
    let org = org_of_leads(100_000, 5).expect("rows of ours are sound");
    let fields = Fields::of(&org).expect("the standard org has leads");
    let key = normalise_email(&hot_email()).expect("the address is one");
    assert_eq!(fields.select(&org, &key), (HOT_RECORDS as usize, true));
    criterion.bench_function("dedupe_select/hot key", |bencher| {
        bencher.iter(|| fields.select(&org, black_box(&key)));
    });
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = dedupe_select, hot_key
}
criterion_main!(group);
