//! Files beside this crate, as a source of scenarios.

use scenarios::{SourceError, Sources, text_of};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The crate's folder.
pub(crate) struct Disk;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Sources for Disk {
    fn read(&self, path: &str) -> Result<Arc<str>, SourceError> {
        let bytes = std::fs::read(root().join(path)).map_err(|_| SourceError::Missing)?;
        text_of(bytes)
    }
}

/// Paths below `folder`, relative to the crate, in order.
pub(crate) fn scenario_files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let mut paths: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned())
        .collect();
    paths.sort();
    paths
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.to_string_lossy().ends_with(".scenario.yaml") {
            found.push(path);
        }
    }
}
