//! Files that a server leaves for its clients while it runs: the JWT test key, and the CA to trust.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use crate::auth::TEST_KEY;

const KEY_FILE: &str = "jwt-test-key.pem";
const CA_FILE: &str = "ca.pem";
/// Most directories of one process.
const ATTEMPTS: u32 = 10_000;

/// The files, gone when this goes.
#[derive(Debug)]
pub(super) struct Files {
    directory: PathBuf,
    /// Was the directory made for them, so that it goes with them?
    own: bool,
    pub(super) jwt_key: PathBuf,
    pub(super) ca: Option<PathBuf>,
}

impl Files {
    /// Writes them into `directory`, or into a new one among the machine's temporary files.
    pub(super) fn write(directory: Option<&Path>, ca_pem: Option<&str>) -> io::Result<Self> {
        let (directory, own) = match directory {
            Some(directory) => {
                let made = !directory.exists();
                DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
                (directory.to_owned(), made)
            }
            None => (temporary()?, true),
        };
        let mut files = Self { jwt_key: directory.join(KEY_FILE), directory, own, ca: None };
        fs::write(&files.jwt_key, TEST_KEY)?;
        if let Some(pem) = ca_pem {
            let path = files.directory.join(CA_FILE);
            fs::write(&path, pem)?;
            files.ca = Some(path);
        }
        Ok(files)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Who has removed them already has done what is done here.
        let _ = fs::remove_file(&self.jwt_key);
        if let Some(ca) = &self.ca {
            let _ = fs::remove_file(ca);
        }
        if self.own {
            let _ = fs::remove_dir(&self.directory);
        }
    }
}

/// A directory that nobody had before, for this user alone.
fn temporary() -> io::Result<PathBuf> {
    let base = std::env::temp_dir();
    let process = std::process::id();
    for attempt in 0..ATTEMPTS {
        let path = base.join(format!("mock-salesforce-{process}-{attempt}"));
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "no free name for a directory"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_there_while_the_server_is_and_gone_after() {
        let files = Files::write(None, Some("ca")).unwrap();
        let other = Files::write(None, None).unwrap();
        assert_ne!(files.directory, other.directory);
        assert_eq!(fs::read_to_string(&files.jwt_key).unwrap(), TEST_KEY);
        assert_eq!(fs::read_to_string(files.ca.as_ref().unwrap()).unwrap(), "ca");
        let directory = files.directory.clone();
        drop(files);
        assert!(!directory.exists());
        let kept = other.directory.join("state");
        fs::create_dir(&kept).unwrap();
        drop(Files::write(Some(&kept), None).unwrap());
        assert!(kept.exists());
        fs::remove_dir(kept).unwrap();
    }
}
