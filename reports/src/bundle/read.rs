//! What is in this bundle, if it is one? Reading as one reads a stranger's file.

use super::{
    BUNDLE_VERSION, BundleError, CATALOGUE, FIXED_ENTRIES, GROWTH_FREE_BYTES, MANIFEST,
    MAX_BUNDLE_BYTES, MAX_ENTRY_BYTES, MAX_GROWTH, MAX_SCENARIOS, MAX_TOTAL_BYTES, RESULT,
    RESULT_VERSION, SCENARIO_ENTRIES, scenario_entries,
};
use crate::model::{Bundle, JournalLine, RunResult, ScenarioRecord};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

pub(super) fn read(bytes: &[u8]) -> Result<Bundle, BundleError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(BundleError::FileTooLarge);
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(BundleError::NotABundle)?;
    let mut archive = Archive { zip: archive, left: MAX_TOTAL_BYTES };
    let most = FIXED_ENTRIES + MAX_SCENARIOS * SCENARIO_ENTRIES;
    if archive.zip.len() > most {
        let found = archive.zip.len() / SCENARIO_ENTRIES;
        return Err(BundleError::TooManyScenarios { found });
    }

    let manifest = archive.text(MANIFEST)?;
    let version: BundleVersion = json(MANIFEST, &manifest)?;
    known_version(MANIFEST, version.bundle, BUNDLE_VERSION)?;
    let result = archive.text(RESULT)?;
    let version: ResultVersion = json(RESULT, &result)?;
    known_version(RESULT, version.version, RESULT_VERSION)?;
    let result: RunResult = json(RESULT, &result)?;
    archive.no_other_entries(result.scenarios.len())?;

    let catalogue = json(CATALOGUE, &archive.text(CATALOGUE)?)?;
    let mut scenarios = Vec::new();
    for (index, scenario) in result.scenarios.iter().enumerate() {
        let [source, names, journal] = scenario_entries(index);
        scenarios.push(ScenarioRecord {
            id: scenario.id.clone(),
            file: scenario.file.clone(),
            source: archive.text(&source)?,
            names: json(&names, &archive.text(&names)?)?,
            journal: lines(&journal, &archive.text(&journal)?)?,
        });
    }
    Ok(Bundle { manifest: json(MANIFEST, &manifest)?, result, scenarios, catalogue })
}

/// Enough of a manifest to tell its version, whatever else it holds.
#[derive(Deserialize)]
struct BundleVersion {
    bundle: u64,
}

/// Enough of a result to tell its version, whatever else it holds.
#[derive(Deserialize)]
struct ResultVersion {
    version: u64,
}

fn known_version(entry: &str, found: u64, known: u32) -> Result<(), BundleError> {
    if found == u64::from(known) {
        return Ok(());
    }
    Err(BundleError::UnknownVersion { entry: entry.to_owned(), found, known })
}

/// The zip that is being read, and how many bytes may still come out of it.
struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl Archive<'_> {
    /// An entry's text. What the entry says about its own size is not believed.
    fn text(&mut self, entry: &str) -> Result<String, BundleError> {
        let unreadable = |problem: String| BundleError::Unreadable { entry: entry.into(), problem };
        let file = match self.zip.by_name(entry) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => {
                return Err(BundleError::Missing { entry: entry.to_owned() });
            }
            Err(problem) => return Err(unreadable(problem.to_string())),
        };
        let growth = (file.compressed_size().saturating_mul(MAX_GROWTH)).max(GROWTH_FREE_BYTES);
        let size = MAX_ENTRY_BYTES.min(self.left);
        let limit = growth.min(size);
        let mut bytes = Vec::new();
        let read = file.take(limit + 1).read_to_end(&mut bytes);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > limit && growth < size {
            return Err(BundleError::Bomb { entry: entry.to_owned() });
        }
        if length > limit {
            return Err(BundleError::TooLarge { entry: entry.to_owned(), limit });
        }
        read.map_err(|problem| unreadable(problem.to_string()))?;
        self.left -= length;
        String::from_utf8(bytes).map_err(|problem| unreadable(problem.to_string()))
    }

    fn no_other_entries(&self, scenarios: usize) -> Result<(), BundleError> {
        let belongs: BTreeSet<String> = [MANIFEST, RESULT, CATALOGUE]
            .map(str::to_owned)
            .into_iter()
            .chain((0..scenarios.min(MAX_SCENARIOS)).flat_map(scenario_entries))
            .collect();
        for name in self.zip.file_names() {
            let name = name.map_err(BundleError::NotABundle)?;
            if !belongs.contains(name.as_ref()) {
                return Err(BundleError::Unexpected { entry: name.into_owned() });
            }
        }
        Ok(())
    }
}

fn json<T: DeserializeOwned>(entry: &str, text: &str) -> Result<T, BundleError> {
    serde_json::from_str(text).map_err(|problem| BundleError::Broken {
        entry: entry.to_owned(),
        line: None,
        problem,
    })
}

fn lines(entry: &str, text: &str) -> Result<Vec<JournalLine>, BundleError> {
    let parsed = text.lines().enumerate().map(|(index, line)| {
        serde_json::from_str(line).map_err(|problem| BundleError::Broken {
            entry: entry.to_owned(),
            line: Some(index + 1),
            problem,
        })
    });
    parsed.collect()
}
