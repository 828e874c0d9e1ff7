//! `leadsim list`: what there is to play, and the words that a scenario may use.

use std::path::PathBuf;

use clap::ValueEnum;
use engine::Rule;
use scenarios::catalogue::{Catalogue, Scope};
use serde_json::{Value as Json, json};

use super::{colour_err, err, out, setup_error};
use crate::{
    exit::Exit,
    faults::KINDS,
    observe::METRICS,
    suite::{Filter, load_suite},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to list.
    #[arg(value_enum, default_value_t)]
    what: What,
    /// Scenario files or folders; for anything else, ids, of which `AS-*` stands for several.
    paths: Vec<PathBuf>,
    /// Only these scenarios.
    #[arg(long, value_name = "EXPR")]
    filter: Option<Filter>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum What {
    /// Scenarios, one for each row of a table.
    #[default]
    Scenarios,
    /// Rules that the engine gives as reasons.
    Rules,
    /// Requirements of the catalogue.
    Requirements,
    /// Settings of the engine.
    Settings,
    /// Figures that can be held.
    Metrics,
    /// Faults that have a name.
    Faults,
}

/// One thing that is listed: an id, a sentence, and all of it as JSON.
struct Entry {
    id: String,
    sentence: String,
    json: Json,
}

pub(super) fn run(args: &Args) -> Exit {
    let mut entries = match args.what {
        What::Scenarios => match scenarios(args) {
            Ok(entries) => entries,
            Err(exit) => return exit,
        },
        What::Rules => rules(),
        What::Requirements => requirements(),
        What::Settings => settings(),
        What::Metrics => metrics(),
        What::Faults => faults(),
    };
    if !matches!(args.what, What::Scenarios) && !args.paths.is_empty() {
        entries.retain(|entry| args.paths.iter().any(|it| names(&it.to_string_lossy(), &entry.id)));
        if entries.is_empty() {
            err("error: nothing has such an id");
            return Exit::NothingSelected;
        }
    }
    if args.json {
        let all: Json = entries.into_iter().map(|entry| entry.json).collect();
        out(&format!("{all:#}\n"));
        return Exit::Passed;
    }
    let width = entries.iter().map(|entry| entry.id.chars().count()).max().unwrap_or(0);
    let lines = entries.iter().map(|entry| format!("{:width$}  {}\n", entry.id, entry.sentence));
    out(&lines.collect::<String>());
    Exit::Passed
}

/// Whether an id is meant: it is the text, or begins with what stands before the final `*`.
fn names(pattern: &str, id: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == id, |head| id.starts_with(head))
}

fn scenarios(args: &Args) -> Result<Vec<Entry>, Exit> {
    let suite = load_suite(&args.paths).map_err(setup_error)?;
    if suite.is_broken() {
        err(suite.told(colour_err()).trim_end());
        return Err(setup_error("the files are not in order"));
    }
    let selected = suite.select(args.filter.as_ref());
    if selected.is_empty() {
        err(format_args!("error: no scenario of {} is selected", suite.found.title));
        return Err(Exit::NothingSelected);
    }
    let listed = selected.into_iter().filter_map(|index| suite.scenarios.get(index));
    Ok(listed
        .map(|scenario| {
            let texts = |texts: &[scenarios::Text]| -> Vec<String> {
                texts.iter().map(ToString::to_string).collect()
            };
            Entry {
                id: scenario.full_id(),
                sentence: scenario.title.to_string(),
                json: json!({
                    "id": scenario.full_id(),
                    "title": &*scenario.title.text,
                    "file": suite.found.relative(&scenario.path.0),
                    "requirements": texts(&scenario.requirements),
                    "tags": texts(&scenario.tags),
                }),
            }
        })
        .collect())
}

fn rules() -> Vec<Entry> {
    let rules = Rule::ALL.iter();
    rules
        .map(|rule| Entry {
            id: rule.id().to_owned(),
            sentence: rule.sentence().to_owned(),
            json: json!({
                "id": rule.id(),
                "sentence": rule.sentence(),
                "requirements": rule.requirements(),
            }),
        })
        .collect()
}

fn requirements() -> Vec<Entry> {
    let rows = crate::report::catalogue_text().requirements.into_iter();
    rows.map(|row| Entry {
        id: row.id.clone(),
        sentence: row.sentence.clone(),
        json: json!({
            "id": row.id,
            "sentence": row.sentence,
            "source": row.source,
            "kind": row.kind,
            "scope": row.scope,
            "gated": row.gated,
        }),
    })
    .collect()
}

fn settings() -> Vec<Entry> {
    let settings = Catalogue::embedded().settings().filter(|of| of.scope == Scope::Now);
    settings
        .map(|of| Entry {
            id: of.setting.name.clone(),
            sentence: format!(
                "{} ({}; {}) {}",
                of.of,
                of.setting.values.join(" | "),
                format_args!("default {}", of.setting.default_value()),
                of.setting.meaning
            ),
            json: json!({
                "name": of.setting.name,
                "of": of.of,
                "values": of.setting.values,
                "default": of.setting.default_value(),
                "meaning": of.setting.meaning,
            }),
        })
        .collect()
}

fn metrics() -> Vec<Entry> {
    let metrics = METRICS.iter();
    metrics
        .map(|(name, sentence)| Entry {
            id: (*name).to_owned(),
            sentence: (*sentence).to_owned(),
            json: json!({ "name": name, "sentence": sentence }),
        })
        .collect()
}

fn faults() -> Vec<Entry> {
    let kinds = KINDS.iter().map(|kind| {
        let rows = Catalogue::embedded().failures();
        let rows = rows.filter(|row| row.provoked_by.iter().any(|word| word == kind.name));
        let failures: Vec<&str> = rows.map(|row| row.id.as_str()).collect();
        Entry {
            id: kind.name.to_owned(),
            sentence: format!("{} ({})", kind.what, failures.join(", ")),
            json: json!({
                "name": kind.name,
                "what": kind.what,
                "takes": kind.takes,
                "failures": failures,
            }),
        }
    });
    kinds.collect()
}
