//! Jobs, batches and errors as Bulk 1.0 writes them, in XML and in JSON.

use std::fmt::Write as _;

use axum::http::{HeaderMap, StatusCode, header};
use quick_xml::escape::partial_escape;

use super::NAMESPACE;
use crate::{
    Org, Timestamp,
    api::{reply::Reply, visit::header_text},
    json,
    org::bulk::{Batch, BatchState, Content, Job},
    xml,
};

/// XML or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum Form {
    Xml,
    Json,
}

impl Form {
    /// The form of what a request sends, or of what it asks for when it sends nothing.
    pub(in crate::api) fn of(headers: &HeaderMap) -> Self {
        let sent = header_text(headers, header::CONTENT_TYPE);
        let asked = || header_text(headers, header::ACCEPT);
        match sent.or_else(asked) {
            Some(kind) if kind.trim_start().starts_with("application/json") => Self::Json,
            _ => Self::Xml,
        }
    }

    /// The form in which a job tells of its batches.
    pub(super) fn of_batches(job: &Job) -> Self {
        if job.request.content == Content::Json { Self::Json } else { Self::Xml }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Xml => Content::Xml.media_type(),
            Self::Json => Content::Json.media_type(),
        }
    }
}

/// 400 with a code of this API.
pub(in crate::api) fn refusal(form: Form, code: &str, message: &str) -> Reply {
    let mut all = Entries::default();
    all.text("exceptionCode", code);
    all.text("exceptionMessage", message);
    all.reply(form, StatusCode::BAD_REQUEST, "error")
}

/// A job.
pub(super) fn job(form: Form, status: StatusCode, org: &Org, job: &Job) -> Reply {
    let request = &job.request;
    let mut all = Entries::default();
    all.text("id", &job.id.to_string());
    all.text("operation", request.operation.name());
    all.text("object", &org.schema().at(job.object).name);
    all.text("createdById", &job.context.user.to_string());
    all.moment("createdDate", job.context.now);
    all.moment("systemModstamp", job.modified);
    all.text("state", job.state.name());
    all.optional("externalIdFieldName", request.external_id_field.as_deref());
    let rule = request.assignment_rule.map(|rule| rule.to_string());
    all.optional("assignmentRuleId", rule.as_deref());
    all.text("concurrencyMode", if request.serial { "Serial" } else { "Parallel" });
    all.text("contentType", request.content.name());
    all.counts_of(job);
    all.plain("apiVersion", format!("{}.0", job.context.api_version));
    all.count("numberRecordsFailed", job.failed());
    let worked = job.worked_ms();
    all.plain("totalProcessingTime", worked);
    all.plain("apiActiveProcessingTime", worked);
    all.plain("apexProcessingTime", 0);
    if form == Form::Json {
        all.plain("fastPathEnabled", false);
    }
    all.reply(form, status, "jobInfo")
}

/// A batch.
pub(super) fn batch(status: StatusCode, job: &Job, batch: &Batch) -> Reply {
    entries(job, batch).reply(Form::of_batches(job), status, "batchInfo")
}

/// The batches of a job.
pub(super) fn batches(job: &Job) -> Reply {
    let mut out = Vec::new();
    match Form::of_batches(job) {
        Form::Json => {
            out.extend_from_slice(b"{\"batchInfo\":[");
            for (at, batch) in job.batches().iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                entries(job, batch).write_json(&mut out);
            }
            out.extend_from_slice(b"]}");
        }
        Form::Xml if job.batches().is_empty() => {
            json::write_plain(
                &mut out,
                format_args!("{DECLARATION}<batchInfoList\n   xmlns=\"{NAMESPACE}\"/>"),
            );
        }
        Form::Xml => {
            let mut text = format!("{DECLARATION}<batchInfoList\n   xmlns=\"{NAMESPACE}\">\n");
            for batch in job.batches() {
                text.push_str(" <batchInfo>\n");
                entries(job, batch).write_xml(&mut text);
                text.push_str(" </batchInfo>\n");
            }
            text.push_str("</batchInfoList>");
            out = text.into_bytes();
        }
    }
    Reply::text(StatusCode::OK, Form::of_batches(job).media_type(), out)
}

/// The ids under which the rows of a query are there.
pub(super) fn results(job: &Job, ids: &[&str]) -> Reply {
    let form = Form::of_batches(job);
    let mut out = Vec::new();
    match form {
        Form::Json => {
            let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
            json::write_plain(&mut out, format_args!("[{}]", ids.join(",")));
        }
        Form::Xml => {
            json::write_plain(
                &mut out,
                format_args!("{DECLARATION}<result-list xmlns=\"{NAMESPACE}\">"),
            );
            for id in ids {
                xml::element(&mut out, "result", id);
            }
            xml::close(&mut out, "result-list");
        }
    }
    Reply::text(StatusCode::OK, form.media_type(), out)
}

fn entries(job: &Job, batch: &Batch) -> Entries {
    let mut all = Entries::default();
    all.text("id", &batch.id.to_string());
    all.text("jobId", &job.id.to_string());
    all.text("state", batch.state.name());
    all.optional("stateMessage", batch.message.as_deref());
    all.moment("createdDate", batch.created);
    all.moment("systemModstamp", batch.modified);
    all.count("numberRecordsProcessed", batch.processed());
    all.count("numberRecordsFailed", batch.refused());
    let worked = if batch.state == BatchState::Queued { 0 } else { batch.worked_ms() };
    all.plain("totalProcessingTime", worked);
    all.plain("apiActiveProcessingTime", worked);
    all.plain("apexProcessingTime", 0);
    all
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// A flat document: names with values, in the order of the XML form.
#[derive(Default)]
struct Entries(Vec<(&'static str, Entry)>);

enum Entry {
    Text(String),
    Plain(String),
    Moment(Timestamp),
    /// Left out in XML, null in JSON.
    Absent,
}

impl Entries {
    fn text(&mut self, name: &'static str, value: &str) {
        self.0.push((name, Entry::Text(value.to_owned())));
    }

    fn optional(&mut self, name: &'static str, value: Option<&str>) {
        let entry = value.map_or(Entry::Absent, |value| Entry::Text(value.to_owned()));
        self.0.push((name, entry));
    }

    fn plain(&mut self, name: &'static str, value: impl ToString) {
        self.0.push((name, Entry::Plain(value.to_string())));
    }

    fn count(&mut self, name: &'static str, count: usize) {
        self.plain(name, count);
    }

    fn moment(&mut self, name: &'static str, at: Timestamp) {
        self.0.push((name, Entry::Moment(at.whole_second())));
    }

    fn counts_of(&mut self, job: &Job) {
        let states = [
            ("numberBatchesQueued", BatchState::Queued),
            ("numberBatchesInProgress", BatchState::InProgress),
            ("numberBatchesCompleted", BatchState::Completed),
            ("numberBatchesFailed", BatchState::Failed),
        ];
        for (name, state) in states {
            self.count(name, job.batches_in(state));
        }
        self.count("numberBatchesTotal", job.batches().len());
        self.count("numberRecordsProcessed", job.processed());
        self.count("numberRetries", 0);
    }

    fn reply(mut self, form: Form, status: StatusCode, root: &str) -> Reply {
        let mut out = Vec::with_capacity(1_024);
        match form {
            Form::Json => self.write_json(&mut out),
            Form::Xml => {
                let mut text = format!("{DECLARATION}<{root}\n   xmlns=\"{NAMESPACE}\">\n");
                self.write_xml(&mut text);
                let _infallible = write!(text, "</{root}>");
                out = text.into_bytes();
            }
        }
        Reply::text(status, form.media_type(), out)
    }

    fn write_xml(&self, out: &mut String) {
        for (name, entry) in &self.0 {
            let text = match entry {
                Entry::Text(text) => partial_escape(text.as_str()).into_owned(),
                Entry::Plain(text) => text.clone(),
                Entry::Moment(at) => at.to_string().replace("+0000", "Z"),
                Entry::Absent => continue,
            };
            let _infallible = writeln!(out, " <{name}>{text}</{name}>");
        }
    }

    /// Keys of JSON are in alphabetical order.
    fn write_json(&mut self, out: &mut Vec<u8>) {
        self.0.sort_by_key(|(name, _)| *name);
        let mut separator = b'{';
        for (name, entry) in &self.0 {
            out.push(separator);
            separator = b',';
            json::write_key(out, name);
            match entry {
                Entry::Text(text) => json::write_text(out, text),
                Entry::Plain(text) => out.extend_from_slice(text.as_bytes()),
                Entry::Moment(at) => json::write_text(out, &at.to_string()),
                Entry::Absent => out.extend_from_slice(b"null"),
            }
        }
        out.push(b'}');
    }
}
