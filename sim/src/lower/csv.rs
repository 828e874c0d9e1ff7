//! `world.csv` → rows of the org, streamed from a Data Loader or `sf data export` file. They never become a tree.
//!
//! The header row holds API names. Ids, owners, system dates and what a conversion left behind are kept as given. An owner
//! whom the org does not know is a problem, unless the file may bring its owners along.

use csv::{ReaderBuilder, StringRecord};
use mock_salesforce::{FieldInput, Org, SaveContext, SfId, org::Columns};
use scenarios::{
    Text,
    ast::{CsvSetup, Scenario, UnknownOwners},
};
use serde_json::json;

use super::{Names, Problems, records::import_context};
use crate::sources;

/// Most problems that are told of one file.
const TOLD_LIMIT: usize = 20;
/// What files from Windows begin with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Stores the rows of every CSV file of a world.
pub(crate) fn import_csv(
    scenario: &Scenario,
    origin: sources::Origin,
    (org, names): (&mut Org, &Names),
    problems: &mut Problems,
) {
    let cx = import_context(scenario, names);
    for setup in &scenario.world.csv {
        match origin.csv(&setup.path) {
            Ok(bytes) => {
                let mut file = File { setup, org, cx, told: 0, problems };
                file.import(&bytes);
            }
            Err(error) => problems.add(
                setup.file.span,
                format!("cannot read `{}`: {error}", setup.file),
                "name a CSV file as seen from this file",
            ),
        }
    }
}

struct File<'a> {
    setup: &'a CsvSetup,
    org: &'a mut Org,
    cx: SaveContext,
    told: usize,
    problems: &'a mut Problems,
}

impl File<'_> {
    fn import(&mut self, bytes: &[u8]) {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        if let Some(line) = open_quote(bytes) {
            return self.tell(line, "a quote opens here and is never closed".to_owned());
        }
        let mut reader = ReaderBuilder::new().has_headers(true).from_reader(bytes);
        let header = match reader.headers() {
            Ok(header) if header.iter().any(|name| !name.trim().is_empty()) => header.clone(),
            Ok(_) => return self.tell(1, "there is no header row with API names".to_owned()),
            Err(error) => return self.tell(1, words(&error)),
        };
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        if let Some(at) = names.iter().position(|name| name.is_empty()) {
            return self.tell(1, format!("column {} has no name", at + 1));
        }
        if let Some(twice) = repeated(&names) {
            return self.tell(1, format!("column `{twice}` is there twice"));
        }
        let columns = match self.org.columns(&self.setup.object, &names) {
            Ok(columns) => columns,
            Err(error) => return self.tell(1, error.to_string()),
        };
        let owner = names.iter().position(|name| name.eq_ignore_ascii_case("OwnerId"));
        let mut row = StringRecord::new();
        while self.told <= TOLD_LIMIT {
            match reader.read_record(&mut row) {
                Ok(false) => return,
                Ok(true) => self.row(&columns, owner, &row),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    self.tell(line, words(&error));
                }
            }
        }
    }

    fn row(&mut self, columns: &Columns, owner: Option<usize>, row: &StringRecord) {
        let line = row.position().map_or(0, csv::Position::line);
        if !self.owner_known(owner.and_then(|at| row.get(at)), line) {
            return;
        }
        if let Err(error) = self.org.import_cells(&self.cx, columns, row.iter()) {
            self.tell(line, error.to_string());
        }
    }

    /// Whether the row's owner is a user or queue of the org, or could be made one.
    fn owner_known(&mut self, owner: Option<&str>, line: u64) -> bool {
        let Some(owner) = owner.filter(|owner| !owner.is_empty()) else { return true };
        let Ok(id) = SfId::from_export(owner) else {
            self.tell(line, format!("OwnerId `{owner}` is not an id"));
            return false;
        };
        if self.org.live(id).is_some() {
            return true;
        }
        let made = match self.setup.unknown_owners {
            UnknownOwners::Error => Err("is no user and no queue of this world".to_owned()),
            UnknownOwners::Create => self.make_owner(id),
        };
        made.map_err(|why| self.tell(line, format!("OwnerId `{owner}` {why}"))).is_ok()
    }

    fn make_owner(&mut self, id: SfId) -> Result<(), String> {
        let text = id.to_string();
        let (object, fields) = match id.prefix() {
            "005" => {
                let username = format!("{}@unknown.example", text.to_ascii_lowercase());
                let fields = [
                    ("LastName", json!(text)),
                    ("Username", json!(username)),
                    ("Email", json!(username)),
                    ("IsActive", json!(true)),
                ];
                ("User", fields)
            }
            "00G" => {
                let name = json!(format!("Queue {text}"));
                let developer = json!(format!("Queue_{text}"));
                let kind = ("Type", json!("Queue"));
                (
                    "Group",
                    [("Name", name), ("DeveloperName", developer), kind, ("Email", json!(null))],
                )
            }
            _ => return Err("is the id of neither a user nor a queue".to_owned()),
        };
        let mut input = FieldInput::from([("Id".to_owned(), json!(text))]);
        input.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self.org.import(&self.cx, object, &input).map(|_| ()).map_err(|error| error.to_string())
    }

    /// Notes a problem with a line of the file; after many, only that there are more.
    fn tell(&mut self, line: u64, message: String) {
        self.told += 1;
        let at: &Text = &self.setup.file;
        if self.told <= TOLD_LIMIT {
            let help = match self.setup.unknown_owners {
                UnknownOwners::Error if message.starts_with("OwnerId") => {
                    "define the user, or write `unknown_owners: create`"
                }
                _ if message.ends_with("is not UTF-8") => "save the file as UTF-8",
                _ => "export the file anew, or correct the line",
            };
            self.problems.add(at.span, format!("{}:{line}: {message}", self.setup.file), help);
        } else if self.told == TOLD_LIMIT + 1 {
            let message = format!("{}: there are more problems", self.setup.file);
            self.problems.add(at.span, message, "correct those above first");
        }
    }
}

/// A name that comes twice.
fn repeated<'n>(names: &[&'n str]) -> Option<&'n str> {
    let mut seen = std::collections::BTreeSet::new();
    names.iter().copied().find(|name| !seen.insert(name.to_ascii_lowercase()))
}

/// The line of a quote that swallows the rest of the file, which the reader would take for one long cell.
fn open_quote(bytes: &[u8]) -> Option<u64> {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted(u64),
        Closed(u64),
    }
    let (mut line, mut at) = (1, At::Start);
    for byte in bytes {
        at = match (byte, at) {
            (b'"', At::Start) => At::Quoted(line),
            (b'"', At::Quoted(opened)) => At::Closed(opened),
            (b'"', At::Closed(opened)) | (_, At::Quoted(opened)) => At::Quoted(opened),
            (b',' | b'\r' | b'\n', _) => At::Start,
            _ => At::Plain,
        };
        line += u64::from(*byte == b'\n');
    }
    match at {
        At::Quoted(opened) => Some(opened),
        At::Start | At::Plain | At::Closed(_) => None,
    }
}

/// What the reader says, without its types.
fn words(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells, and the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { err, .. } => format!("cell {} is not UTF-8", err.field() + 1),
        _ => error.to_string(),
    }
}
