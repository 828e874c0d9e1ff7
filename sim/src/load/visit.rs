//! One visit: its calls, and whether each answer is what it must be.

use std::{sync::Arc, time::Duration};

use engine::{
    Answer, AutoAssign, CrmCall, Done, FieldValues, Filter, Find, RecordId, Refusal, Reply, Row,
    Save, SaveOperation, SaveRow, Value,
};

use super::{
    mix::VisitKind,
    pressed::{Asked, Pressed},
};

/// Rows in one collection (wire reference §5.2).
const COLLECTION_ROWS: usize = 200;
/// Addresses in the query of a lookup.
const LOOKUP_KEYS: u64 = 20;

/// A lead that was there before the visits began.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: RecordId,
    pub(super) email: String,
}

/// How a visit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everything was as it must be.
    Done,
    /// The server refused, was not available, or gave no answer.
    Failed(String),
    /// The server contradicted itself.
    Wrong(String),
}

/// What a visit shows.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) outcome: Outcome,
    /// From the intended start to the end.
    pub(super) latency: Duration,
    /// How long each exchange took.
    pub(super) calls: Vec<Duration>,
    /// Bytes of bodies, sent and received.
    pub(super) bytes: (u64, u64),
    /// The address of a lead that was created for sure.
    pub(super) created: Option<String>,
    /// The address of a lead that may have been created.
    pub(super) unsure: Option<String>,
}

/// Somebody who visits once.
#[derive(Debug)]
pub(super) struct Visitor {
    pressed: Arc<Pressed>,
    kind: VisitKind,
    number: u64,
    lead: Known,
    report: Report,
}

/// Ends a visit early.
type Ended = Outcome;

impl Visitor {
    pub(super) fn new(pressed: Arc<Pressed>, kind: VisitKind, number: u64, lead: Known) -> Self {
        let report = Report {
            outcome: Outcome::Done,
            latency: Duration::ZERO,
            calls: Vec::with_capacity(4),
            bytes: (0, 0),
            created: None,
            unsure: None,
        };
        Self { pressed, kind, number, lead, report }
    }

    /// The visit; gives the known lead back.
    pub(super) async fn visit(mut self) -> (Report, Known) {
        let ended = match self.kind {
            VisitKind::New => self.new_visitor().await,
            VisitKind::Known => self.known_visitor().await,
            VisitKind::Refused => self.refused_visitor().await,
            VisitKind::Lookup => self.lookup().await,
        };
        self.report.outcome = ended.err().unwrap_or(Outcome::Done);
        (self.report, self.lead)
    }

    async fn new_visitor(&mut self) -> Result<(), Ended> {
        let email = self.pressed.email(&format!("new{}", self.number));
        for object in ["Lead", "Contact"] {
            let rows = self.find(by_email(object, vec![email.as_str().into()])).await?;
            ensure(rows.is_empty(), || {
                format!("{email} is new, and {} rows of {object} have the address", rows.len())
            })?;
        }
        let fields: FieldValues = vec![
            ("FirstName".into(), "Pat \\ \"Quote\"".into()),
            ("LastName".into(), format!("O'Brien-{} ß✓", self.number).as_str().into()),
            ("Company".into(), self.pressed.mark.as_str().into()),
            ("Email".into(), email.as_str().into()),
        ];
        let answer = self.call(&create(fields.clone())).await;
        if !matches!(answer.reply, Reply::Done(_) | Reply::Refused(_)) {
            self.report.unsure = Some(email.clone());
        }
        let id = saved(answer)?;
        self.report.created = Some(email);
        self.read_back(id, fields).await
    }

    async fn known_visitor(&mut self) -> Result<(), Ended> {
        let Known { id, email } = self.lead.clone();
        let rows = self.find(by_email("Lead", vec![email.as_str().into()])).await?;
        let found: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        ensure(found == [id.as_str()], || {
            format!("{email} is {id} alone, and {found:?} were found")
        })?;
        let fields: FieldValues =
            vec![("Title".into(), format!("Visit {}", self.number).as_str().into())];
        let update = Save {
            operation: SaveOperation::Update,
            rows: vec![SaveRow { id: Some(id.clone()), fields: fields.clone() }],
            ..leads(vec![])
        };
        let answer = self.call(&CrmCall::Save(update)).await;
        saved(answer)?;
        self.read_back(id, fields).await
    }

    async fn refused_visitor(&mut self) -> Result<(), Ended> {
        let email = self.pressed.email(&format!("refused{}", self.number));
        let fields =
            vec![("LastName".into(), "Doe".into()), ("Email".into(), email.as_str().into())];
        let answer = self.call(&create(fields)).await;
        match answer.reply {
            Reply::Refused(Refusal { code, fields, .. }) if code == "REQUIRED_FIELD_MISSING" => {
                let names_it = fields.iter().any(|field| field.as_str() == "Company");
                ensure(names_it, || {
                    format!("a lead lacks Company, and the refusal names {fields:?}")
                })?;
            }
            Reply::Done(_) => {
                return Err(Outcome::Wrong("a lead without Company was taken".into()));
            }
            reply => {
                self.report.unsure = Some(email);
                return Err(failed(&reply));
            }
        }
        let rows = self.find(by_email("Lead", vec![email.as_str().into()])).await?;
        ensure(rows.is_empty(), || format!("{email} was refused, and is there"))
    }

    async fn lookup(&mut self) -> Result<(), Ended> {
        let mut keys: Vec<Value> = (1..LOOKUP_KEYS)
            .map(|n| self.pressed.email(&format!("nobody{n}")).as_str().into())
            .collect();
        keys.push(self.lead.email.as_str().into());
        let rows = self.find(by_email("Lead", keys)).await?;
        let found: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        ensure(found == [self.lead.id.as_str()], || {
            format!("one of the addresses is {}, and {found:?} were found", self.lead.id)
        })
    }

    /// What was written must be what is there.
    async fn read_back(&mut self, id: RecordId, fields: FieldValues) -> Result<(), Ended> {
        let find = Find {
            object: "Lead".into(),
            fields: fields.iter().map(|(name, _)| name.clone()).collect(),
            filter: Filter::OneOf("Id".into(), vec![id.as_str().into()]),
            include_deleted: false,
            first: None,
        };
        let rows = self.find(CrmCall::Find(find)).await?;
        let is_same = matches!(rows.as_slice(), [row] if row.fields == fields);
        ensure(is_same, || format!("{id} was written as {fields:?}, and is {rows:?}"))
    }

    async fn find(&mut self, call: CrmCall) -> Result<Vec<Row>, Ended> {
        match self.call(&call).await.reply {
            Reply::Done(Done::Rows { rows, more: None }) => Ok(rows),
            Reply::Done(_) => Err(Outcome::Wrong("a handful of rows came in several pages".into())),
            reply => Err(failed(&reply)),
        }
    }

    /// The answer to a call; a session that ran out is renewed first.
    async fn call(&mut self, call: &CrmCall) -> Answer {
        let asked = self.ask(call).await;
        if !asked.session_expired() {
            return asked.answer;
        }
        self.ask(&CrmCall::Login).await;
        self.ask(call).await.answer
    }

    async fn ask(&mut self, call: &CrmCall) -> Asked {
        let asked = self.pressed.ask(call).await;
        let Report { bytes, calls, .. } = &mut self.report;
        calls.push(asked.took);
        *bytes = (bytes.0 + asked.bytes.0, bytes.1 + asked.bytes.1);
        asked
    }
}

/// Creates the leads that later visits know, so many.
pub(super) async fn known_leads(pressed: &Pressed, count: usize) -> Result<Vec<Known>, String> {
    let emails: Vec<String> = (0..count).map(|n| pressed.email(&format!("known{n}"))).collect();
    let mut known = Vec::with_capacity(count);
    for chunk in emails.chunks(COLLECTION_ROWS) {
        let rows = chunk.iter().map(|email| SaveRow {
            id: None,
            fields: vec![
                ("LastName".into(), "Known".into()),
                ("Company".into(), pressed.mark.as_str().into()),
                ("Email".into(), email.as_str().into()),
            ],
        });
        let call = CrmCall::Save(leads(rows.collect()));
        match pressed.ask(&call).await.answer.reply {
            Reply::Done(Done::Saved(results)) => {
                for (email, result) in chunk.iter().zip(results) {
                    let id = result
                        .map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))?;
                    known.push(Known { id, email: email.clone() });
                }
            }
            reply => return Err(format!("{reply:?}")),
        }
    }
    Ok(known)
}

fn leads(rows: Vec<SaveRow>) -> Save {
    Save {
        object: "Lead".into(),
        operation: SaveOperation::Create,
        rows,
        auto_assign: AutoAssign::Off,
        allow_duplicate: false,
        all_or_none: false,
        by: None,
    }
}

fn create(fields: FieldValues) -> CrmCall {
    CrmCall::Save(leads(vec![SaveRow { id: None, fields }]))
}

fn by_email(object: &str, keys: Vec<Value>) -> CrmCall {
    CrmCall::Find(Find {
        object: object.into(),
        fields: vec!["Email".into()],
        filter: Filter::OneOf("Email".into(), keys),
        include_deleted: false,
        first: None,
    })
}

fn saved(answer: Answer) -> Result<RecordId, Ended> {
    match answer.reply {
        Reply::Done(Done::Saved(results)) => match results.into_iter().next() {
            Some(Ok(id)) => Ok(id),
            other => Err(Outcome::Wrong(format!("one row was saved, and its result is {other:?}"))),
        },
        reply => Err(failed(&reply)),
    }
}

fn failed(reply: &Reply) -> Outcome {
    Outcome::Failed(match reply {
        Reply::Refused(refusal) => refusal.code.clone(),
        Reply::Unavailable { code } => format!("unavailable: {code}"),
        Reply::Lost(lost) => format!("lost: {lost:?}"),
        Reply::Done(_) => "an answer to another question".into(),
    })
}

fn ensure(holds: bool, text: impl FnOnce() -> String) -> Result<(), Ended> {
    if holds { Ok(()) } else { Err(Outcome::Wrong(text())) }
}
