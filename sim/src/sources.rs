//! Where the text of scenario files, packs and CSV exports comes from: the disk, or the suites in the binary.

use std::{fs, io::Read, path::Path, sync::Arc};

use scenarios::{MAX_FILE_BYTES, SourceError, Sources, text_of};

use crate::embedded;

/// The largest CSV export that is read, in bytes.
const CSV_LIMIT_BYTES: u64 = 1024 * 1024 * 1024;

/// Where files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The disk.
    Disk,
    /// The suites in the binary.
    Embedded,
}

impl Origin {
    /// The whole text of a CSV export.
    pub(crate) fn csv(self, path: &str) -> Result<Vec<u8>, SourceError> {
        match self {
            Self::Disk => read(Path::new(path), CSV_LIMIT_BYTES),
            Self::Embedded => embedded::text(path)
                .map(|text| text.as_bytes().to_vec())
                .ok_or(SourceError::Missing),
        }
    }
}

impl Sources for Origin {
    fn read(&self, path: &str) -> Result<Arc<str>, SourceError> {
        match self {
            Self::Disk => text_of(read(Path::new(path), MAX_FILE_BYTES as u64)?),
            Self::Embedded => embedded::text(path).map(Arc::from).ok_or(SourceError::Missing),
        }
    }

    fn exists(&self, path: &str) -> bool {
        match self {
            Self::Disk => Path::new(path).is_file(),
            Self::Embedded => embedded::text(path).is_some(),
        }
    }
}

/// Reads a file without ever holding more than the limit.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>, SourceError> {
    let other = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => SourceError::Missing,
        _ => SourceError::Other(error.to_string()),
    };
    // Asked before the file is opened: opening a pipe waits until somebody writes into it.
    if !fs::metadata(path).map_err(other)?.is_file() {
        return Err(SourceError::Other("not a file".to_owned()));
    }
    let file = fs::File::open(path).map_err(other)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(other)?;
    if bytes.len() as u64 > limit { Err(SourceError::TooLarge) } else { Ok(bytes) }
}
