//! A CRM small enough to see through: records in a list, filters evaluated one by one, everything saved as it comes.

use engine::{
    Answer, BulkCall, BulkList, BulkResult, CrmCall, Done, FieldName, FieldValues, Filter, Find,
    Refusal, Reply, Row, Save, SaveOperation, Timestamp, Value,
};

/// A record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    object: String,
    id: String,
    fields: FieldValues,
}

/// The CRM.
#[derive(Debug, Default)]
pub(crate) struct Crm {
    records: Vec<Record>,
    jobs: Vec<(String, SaveOperation, Vec<engine::SaveRow>)>,
    pages: Vec<Vec<Row>>,
    /// Rows of a page; 0 for all.
    pub(crate) page: usize,
    /// Rows of a bulk job beyond this many are left unprocessed.
    pub(crate) bulk_rows_max: Option<usize>,
}

impl Crm {
    /// A record made by somebody else.
    pub(crate) fn plant(&mut self, object: &str, id: &str, fields: FieldValues, now: Timestamp) {
        let mut all = stamps(now, "admin");
        all.extend(fields);
        self.records.push(Record { object: object.to_owned(), id: id.to_owned(), fields: all });
    }

    /// Changes a record.
    pub(crate) fn set(&mut self, id: &str, fields: FieldValues) {
        let record = self.records.iter_mut().find(|it| it.id == id).unwrap();
        for (name, value) in fields {
            record.fields.retain(|(held, _)| *held != name);
            record.fields.push((name, value));
        }
    }

    /// The records of an object, a line each.
    pub(crate) fn list(&self, object: &str) -> Vec<String> {
        let of = self.records.iter().filter(|it| it.object == object);
        of.map(|it| format!("{} {}", it.id, super::script::fields(&it.fields))).collect()
    }

    /// Carries out a call.
    pub(crate) fn answer(&mut self, call: &CrmCall, now: Timestamp) -> Answer {
        Answer {
            reply: self.reply(call, now),
            usage: None,
            server_time: Some(now),
            retry_after_ms: None,
        }
    }

    fn reply(&mut self, call: &CrmCall, now: Timestamp) -> Reply {
        Reply::Done(match call {
            CrmCall::Login => Done::LoggedIn,
            CrmCall::Find(find) => {
                let rows = self.find(find);
                self.cut(rows)
            }
            CrmCall::More { locator } => {
                let rows = std::mem::take(&mut self.pages[locator.parse::<usize>().unwrap()]);
                self.cut(rows)
            }
            CrmCall::Save(save) => Done::Saved(self.save(save, now)),
            CrmCall::Composite(parts) => {
                Done::Parts(parts.iter().map(|it| self.reply(it, now)).collect())
            }
            CrmCall::Bulk(bulk) => return self.bulk(bulk, now),
            CrmCall::Describe(_) => Done::Described(Vec::new()),
            other @ CrmCall::Convert(_) => panic!("this CRM is not asked {other:?}"),
            CrmCall::Beside { call, .. } => return self.reply(call, now),
        })
    }

    fn cut(&mut self, mut rows: Vec<Row>) -> Done {
        if self.page == 0 || rows.len() <= self.page {
            return Done::Rows { rows, more: None };
        }
        let rest = rows.split_off(self.page);
        self.pages.push(rest);
        Done::Rows { rows, more: Some((self.pages.len() - 1).to_string()) }
    }

    fn find(&self, find: &Find) -> Vec<Row> {
        let wanted = self.records.iter().filter(|it| {
            let deleted = it
                .fields
                .iter()
                .any(|(name, value)| name.as_str() == "IsDeleted" && *value == Value::Bool(true));
            it.object == find.object.as_str()
                && holds(&find.filter, it)
                && (find.include_deleted || !deleted)
        });
        let row = |it: &Record| {
            let value = |name: &FieldName| get(it, name.as_str()).unwrap_or(Value::Null);
            let fields = find.fields.iter().map(|name| (name.clone(), value(name))).collect();
            Row { id: it.id.as_str().into(), fields }
        };
        wanted.map(row).collect()
    }

    fn save(&mut self, save: &Save, now: Timestamp) -> Vec<engine::SaveResult> {
        let mut results = Vec::new();
        for row in &save.rows {
            results.push(self.save_row(save.object.as_str(), save.operation, row, now));
        }
        results
    }

    #[expect(clippy::result_large_err, reason = "the engine's own type")]
    fn save_row(
        &mut self,
        object: &str,
        operation: SaveOperation,
        row: &engine::SaveRow,
        now: Timestamp,
    ) -> engine::SaveResult {
        match operation {
            SaveOperation::Create => {
                let count = self.records.iter().filter(|it| it.object == object).count();
                let id = format!("{object}{}", count + 1);
                let mut fields = stamps(now, "org");
                fields.extend(row.fields.iter().cloned());
                self.records.push(Record { object: object.to_owned(), id: id.clone(), fields });
                Ok(id.as_str().into())
            }
            SaveOperation::Update => {
                let id = row.id.clone().unwrap();
                if get_by(&self.records, id.as_str(), "IsConverted") == Some(Value::Bool(true)) {
                    return Err(refusal("CANNOT_UPDATE_CONVERTED_LEAD"));
                }
                self.set(id.as_str(), row.fields.clone());
                Ok(id)
            }
        }
    }

    fn bulk(&mut self, call: &BulkCall, now: Timestamp) -> Reply {
        Reply::Done(match call {
            BulkCall::Create { object, operation } => {
                self.jobs.push((object.to_string(), *operation, Vec::new()));
                Done::JobOpened { job: (self.jobs.len() - 1).to_string() }
            }
            BulkCall::Upload { job, rows } => {
                self.jobs[job.parse::<usize>().unwrap()].2.clone_from(rows);
                Done::JobTaken
            }
            BulkCall::Close { .. } => Done::JobTaken,
            BulkCall::Poll { .. } => {
                Done::JobState { is_final: true, state: "JobComplete".to_owned() }
            }
            BulkCall::Results { job, list } => Done::JobResults(self.results(job, *list, now)),
        })
    }

    fn results(&mut self, job: &str, list: BulkList, now: Timestamp) -> Vec<BulkResult> {
        let (object, operation, rows) = self.jobs[job.parse::<usize>().unwrap()].clone();
        let most = self.bulk_rows_max.unwrap_or(usize::MAX).min(rows.len());
        let columns = |row: &engine::SaveRow| {
            let texts = row
                .fields
                .iter()
                .filter_map(|(name, it)| Some((name.clone(), it.text()?.into_owned())));
            texts.collect::<Vec<_>>()
        };
        match list {
            BulkList::Successful => {
                let done = rows[..most].iter().map(|row| {
                    let result = Some(self.save_row(&object, operation, row, now));
                    BulkResult { columns: columns(row), result }
                });
                done.collect()
            }
            BulkList::Failed => Vec::new(),
            BulkList::Unprocessed => rows[most..]
                .iter()
                .map(|row| BulkResult { columns: columns(row), result: None })
                .collect(),
        }
    }
}

/// A refusal with this code.
pub(crate) fn refusal(code: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        message: format!("said {code}"),
        fields: Vec::new(),
        duplicates: Vec::new(),
        duplicate_rule: None,
    }
}

fn stamps(now: Timestamp, by: &str) -> FieldValues {
    ["CreatedDate", "LastModifiedDate", "SystemModstamp"]
        .map(|it| (it.into(), Value::Instant(now)))
        .into_iter()
        .chain([("CreatedById".into(), Value::from(by))])
        .collect()
}

fn get_by(records: &[Record], id: &str, field: &str) -> Option<Value> {
    records.iter().find(|it| it.id == id).and_then(|it| get(it, field))
}

fn get(record: &Record, field: &str) -> Option<Value> {
    if field == "Id" {
        return Some(Value::from(record.id.as_str()));
    }
    record.fields.iter().find(|(name, _)| name.as_str() == field).map(|(_, value)| value.clone())
}

fn holds(filter: &Filter, record: &Record) -> bool {
    let text = |field: &FieldName| {
        get(record, field.as_str())
            .and_then(|it| it.text().map(|it| it.to_lowercase()))
            .unwrap_or_default()
    };
    match filter {
        Filter::OneOf(field, values) => {
            let held = text(field);
            values.iter().any(|it| it.text().is_some_and(|it| it.to_lowercase() == held))
        }
        Filter::Contains(field, part) => text(field).contains(&part.to_lowercase()),
        Filter::Above(field, bound) => is_above(get(record, field.as_str()), bound),
        Filter::UpTo(field, bound) => {
            let held = get(record, field.as_str());
            held.is_some() && !is_above(held, bound)
        }
        Filter::All(all) => all.iter().all(|it| holds(it, record)),
        Filter::Any(any) => any.iter().any(|it| holds(it, record)),
    }
}

fn is_above(held: Option<Value>, bound: &Value) -> bool {
    match (held, bound) {
        (Some(Value::Instant(held)), Value::Instant(bound)) => held > *bound,
        (Some(held), bound) => held.text() > bound.text(),
        (None, _) => false,
    }
}
