//! One file that holds a whole run: how is it written, and how is it read without trusting it?
//!
//! A bundle is a zip with these entries and no others, in this order; `NNNN` counts the scenarios of `result.json` from 1:
//!
//! ```text
//! manifest.json                    what it is and what made it
//! result.json                      counts, scenarios, findings, coverage
//! catalogue.json                   the sentences behind rule and requirement ids
//! scenarios/NNNN/source.yaml       the scenario file, as it was run
//! scenarios/NNNN/names.json        ids and what the file calls them
//! scenarios/NNNN/journal.ndjson    what happened, a line an entry
//! ```
//!
//! The same run gives the same bytes: dates, permissions, order and compression are fixed. Nothing is ever unpacked to
//! disk, so no entry's name can lead out of the archive.

mod read;

use crate::model::{Bundle, JournalLine, RunResult, ScenarioRecord};
use crate::text::append;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Seek, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The version of the bundle format that is written and read.
pub const BUNDLE_VERSION: u32 = 1;
/// The version of `result.json` that is written and read.
pub const RESULT_VERSION: u32 = 1;
/// Largest bundle that is read, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 256 << 20;
/// Largest entry once it is decompressed, in bytes.
pub const MAX_ENTRY_BYTES: u64 = 512 << 20;
/// Most that all entries of a bundle hold together, in bytes.
pub const MAX_TOTAL_BYTES: u64 = 1 << 30;
/// Most scenarios in a bundle.
pub const MAX_SCENARIOS: usize = 100_000;
/// Most that an entry may grow over its compressed size, in bytes out per byte in; journals stay far below.
pub const MAX_GROWTH: u64 = 200;
/// Size from which on [`MAX_GROWTH`] is asked for, in bytes.
pub const GROWTH_FREE_BYTES: u64 = 8 << 20;

const MANIFEST: &str = "manifest.json";
const RESULT: &str = "result.json";
const CATALOGUE: &str = "catalogue.json";
/// Entries of a bundle without scenarios.
const FIXED_ENTRIES: usize = 3;
/// Entries of each scenario.
const SCENARIO_ENTRIES: usize = 3;

/// Why a bundle could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The file is no zip, or a broken one.
    #[error("this is not a bundle: {0}; give the file that `leadsim run` wrote")]
    NotABundle(#[source] ZipError),
    /// The file is larger than any bundle may be.
    #[error("the bundle is larger than {MAX_BUNDLE_BYTES} bytes, which is more than is read")]
    FileTooLarge,
    /// An entry, or all of them together, would take too much memory.
    #[error("{entry:?} in the bundle holds more than {limit} bytes, which is more than is read")]
    TooLarge {
        /// The entry.
        entry: String,
        /// The limit that it breaks, in bytes.
        limit: u64,
    },
    /// An entry grows as only a decompression bomb does.
    #[error(
        "{entry:?} in the bundle grows more than {MAX_GROWTH}-fold when it is unpacked: refused as a decompression bomb"
    )]
    Bomb {
        /// The entry.
        entry: String,
    },
    /// There are more scenarios than a bundle may hold.
    #[error("the bundle holds {found} scenarios, more than the {MAX_SCENARIOS} that are read")]
    TooManyScenarios {
        /// How many there are.
        found: usize,
    },
    /// The format is of another version.
    #[error(
        "{entry:?} in the bundle is of version {found}, and this program reads version {known}; use the program that wrote it"
    )]
    UnknownVersion {
        /// The entry that says so.
        entry: String,
        /// The version that it gives.
        found: u64,
        /// The version that is read.
        known: u32,
    },
    /// An entry is not there.
    #[error("{entry:?} is missing in the bundle; the file is not complete")]
    Missing {
        /// The entry.
        entry: String,
    },
    /// An entry is there that no bundle has.
    #[error("{entry:?} does not belong in a bundle: refused")]
    Unexpected {
        /// The entry.
        entry: String,
    },
    /// An entry cannot be unpacked or is no UTF-8.
    #[error(
        "{entry:?} in the bundle cannot be read: {problem}; give a bundle as `leadsim run` wrote it"
    )]
    Unreadable {
        /// The entry.
        entry: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An entry is no JSON, or not the JSON it should be.
    #[error("{entry:?} in the bundle is broken{}: {problem}; give a bundle as `leadsim run` wrote it", .line.map(|it| format!(" in line {it}")).unwrap_or_default())]
    Broken {
        /// The entry.
        entry: String,
        /// The line of a journal, counted from 1.
        line: Option<usize>,
        /// What is wrong with it.
        #[source]
        problem: serde_json::Error,
    },
    /// The scenarios of the result and those that were recorded are not the same.
    #[error(
        "scenario {number} is {result:?} in the result and {record:?} in the record; both must be the same scenarios in the same order"
    )]
    ScenariosDiffer {
        /// The scenario's number, from 1.
        number: usize,
        /// Its id in the result.
        result: String,
        /// Its id in the record.
        record: String,
    },
    /// A figure is infinite or not a number, which JSON cannot say.
    #[error("figure {figure:?} of scenario {scenario:?} is no finite number")]
    NotFinite {
        /// The scenario.
        scenario: String,
        /// The figure.
        figure: String,
    },
    /// The bundle could not be written out.
    #[error("the bundle could not be written: {0}")]
    Write(#[from] std::io::Error),
}

impl Bundle {
    /// Writes the bundle as a zip and hands the writer back.
    ///
    /// What [`Bundle::read`] would refuse is refused here already, so that no run ends with a file nobody can open.
    pub fn write<W: Write + Seek>(&self, out: W) -> Result<W, BundleError> {
        self.check()?;
        let mut zip = Entries { zip: ZipWriter::new(out), left: MAX_TOTAL_BYTES };
        zip.add(MANIFEST, &pretty(&self.manifest))?;
        zip.add(RESULT, &result_json(&self.result))?;
        zip.add(CATALOGUE, &pretty(&self.catalogue))?;
        for (index, scenario) in self.scenarios.iter().enumerate() {
            let [source, names, journal] = scenario_entries(index);
            zip.add(&source, &scenario.source)?;
            zip.add(&names, &pretty(&scenario.names))?;
            zip.add(&journal, &journal_ndjson(&scenario.journal))?;
        }
        zip.zip.finish().map_err(|problem| BundleError::Write(problem.into()))
    }

    /// Reads a bundle that may come from anywhere: every size is bounded, every problem is an error.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        read::read(bytes)
    }

    /// The scenario's record and result, by number.
    pub(crate) fn record(&self, index: usize) -> Option<&ScenarioRecord> {
        self.scenarios.get(index)
    }

    fn check(&self) -> Result<(), BundleError> {
        let count = self.scenarios.len().max(self.result.scenarios.len());
        if count > MAX_SCENARIOS {
            return Err(BundleError::TooManyScenarios { found: count });
        }
        for index in 0..count {
            let result = self.result.scenarios.get(index).map_or("", |it| &it.id);
            let record = self.scenarios.get(index).map_or("", |it| &it.id);
            if result != record {
                let (result, record) = (result.to_owned(), record.to_owned());
                return Err(BundleError::ScenariosDiffer { number: index + 1, result, record });
            }
        }
        for scenario in &self.result.scenarios {
            if let Some((figure, _)) = scenario.figures.iter().find(|it| !it.1.is_finite()) {
                let (scenario, figure) = (scenario.id.clone(), figure.clone());
                return Err(BundleError::NotFinite { scenario, figure });
            }
        }
        Ok(())
    }
}

/// `result.json`, to the byte.
pub fn result_json(result: &RunResult) -> String {
    pretty(result)
}

/// A journal as text, one JSON object a line: what is compared when a run is repeated.
pub fn journal_ndjson(journal: &[JournalLine]) -> String {
    let mut text = String::new();
    for line in journal {
        text.push_str(&serde_json::to_string(line).expect("a journal line has only text keys"));
        text.push('\n');
    }
    text
}

/// SHA-256 over scenario files and their texts, in hex, whatever order they come in; a file that comes again counts once.
pub fn suite_hash<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let sources: BTreeMap<&str, &str> = sources.into_iter().collect();
    let mut hash = Sha256::new();
    for (file, text) in sources {
        for part in [file, text] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    let mut hex = String::new();
    for byte in hash.finalize() {
        append(&mut hex, format_args!("{byte:02x}"));
    }
    hex
}

/// The zip that is being written, and how much may still go in.
struct Entries<W: Write + Seek> {
    zip: ZipWriter<W>,
    left: u64,
}

impl<W: Write + Seek> Entries<W> {
    fn add(&mut self, entry: &str, text: &str) -> Result<(), BundleError> {
        let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if size > MAX_ENTRY_BYTES || size > self.left {
            let limit = MAX_ENTRY_BYTES.min(self.left);
            return Err(BundleError::TooLarge { entry: entry.to_owned(), limit });
        }
        self.left -= size;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.zip
            .start_file(entry, options)
            .map_err(|problem| BundleError::Write(problem.into()))?;
        Ok(self.zip.write_all(text.as_bytes())?)
    }
}

fn scenario_entries(index: usize) -> [String; SCENARIO_ENTRIES] {
    let number = index + 1;
    ["source.yaml", "names.json", "journal.ndjson"]
        .map(|name| format!("scenarios/{number:04}/{name}"))
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("the model has only text keys");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_hash_does_not_depend_on_order_or_repetition() {
        let once = suite_hash([("a", "1"), ("b", "2")]);
        assert_eq!(once, suite_hash([("b", "2"), ("a", "1"), ("a", "1")]));
        assert_ne!(once, suite_hash([("a", "12"), ("b", "")]));
        assert_eq!(once.len(), 64);
    }

    #[test]
    fn entries_are_numbered_from_one() {
        assert_eq!(scenario_entries(0)[0], "scenarios/0001/source.yaml");
        assert_eq!(scenario_entries(99_999)[2], "scenarios/100000/journal.ndjson");
    }
}
