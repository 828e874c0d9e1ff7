//! Which files are scenarios: those that are named, and those below folders that are named.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{embedded, sources::Origin};

/// What a scenario file's name ends in.
const ENDING: &str = ".scenario.yaml";
/// How deep folders may nest.
const DEPTH_LIMIT: usize = 32;
/// Most files in one suite.
const FILE_LIMIT: usize = 100_000;

/// Files to load, and what to call where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the files come from.
    pub origin: Origin,
    /// `embedded suites`, or the paths as typed.
    pub title: String,
    /// The paths, sorted, each once.
    pub files: Vec<String>,
    /// What to take off the front of a path when a result names it.
    pub roots: Vec<String>,
}

/// A path that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// It is not there, or cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a scenario by another name.
    #[error("`{}` looks like a scenario and is not named like one: rename it to end in `.scenario.yaml`", .0.display())]
    Misnamed(PathBuf),
    /// It leads back to a folder that holds it.
    #[error("`{}` is a link to a folder that holds it: remove the link, or name the folders that are meant", .0.display())]
    Loop(PathBuf),
    /// It is no text that the tool can name.
    #[error("`{}` is not UTF-8: rename it", .0.display())]
    NotUtf8(PathBuf),
    /// There is too much.
    #[error("`{}` nests deeper than {DEPTH_LIMIT} folders or holds more than {FILE_LIMIT} files: name a smaller folder", .0.display())]
    TooMuch(PathBuf),
}

/// Finds the scenarios of `paths`; without paths those of `./scenarios/suites` if present, otherwise the embedded ones.
pub fn discover(paths: &[PathBuf]) -> Result<Found, DiscoverError> {
    if paths.is_empty() {
        let local = Path::new("scenarios/suites");
        return if local.is_dir() { on_disk(&[local.to_owned()]) } else { Ok(in_binary()) };
    }
    on_disk(paths)
}

/// The scenarios in the binary.
pub fn in_binary() -> Found {
    let names = embedded::FILES.iter().map(|(name, _)| (*name).to_owned());
    let files = names.filter(|name| name.ends_with(ENDING)).collect();
    Found {
        origin: Origin::Embedded,
        title: "embedded suites".to_owned(),
        files,
        roots: Vec::new(),
    }
}

fn on_disk(paths: &[PathBuf]) -> Result<Found, DiscoverError> {
    let (mut files, mut roots, mut titles) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        let meta = fs::metadata(path)
            .map_err(|source| DiscoverError::Unreadable { path: path.clone(), source })?;
        titles.push(text(path)?);
        if meta.is_dir() {
            roots.push(root(path)?);
            below(path, DEPTH_LIMIT, &mut files)?;
        } else {
            roots.push(path.parent().map_or_else(|| Ok(String::new()), root)?);
            files.push(text(path)?);
        }
    }
    files.sort();
    files.dedup();
    Ok(Found { origin: Origin::Disk, title: titles.join(" "), files, roots })
}

/// Adds every scenario below a folder.
fn below(folder: &Path, depth: usize, files: &mut Vec<String>) -> Result<(), DiscoverError> {
    let unreadable = |source| DiscoverError::Unreadable { path: folder.to_owned(), source };
    if depth == 0 || files.len() > FILE_LIMIT {
        return Err(DiscoverError::TooMuch(folder.to_owned()));
    }
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() || (kind.is_symlink() && leads_to_folder(&path)?) {
            below(&path, depth - 1, files)?;
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(ENDING) {
            files.push(text(&path)?);
        } else if is_misnamed(&name) {
            return Err(DiscoverError::Misnamed(path));
        }
    }
    Ok(())
}

/// Whether a link stands for a folder, which is searched like any other unless it leads back to where it stands.
fn leads_to_folder(link: &Path) -> Result<bool, DiscoverError> {
    // A link to nothing is told when the file is read, if it is named like a scenario.
    let Ok(target) = fs::canonicalize(link) else { return Ok(false) };
    let holder = link.parent().and_then(|folder| fs::canonicalize(folder).ok());
    if holder.is_some_and(|holder| holder.starts_with(&target)) {
        return Err(DiscoverError::Loop(link.to_owned()));
    }
    Ok(target.is_dir())
}

/// A file that would be skipped although somebody meant it to run.
fn is_misnamed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".scenario.yml", ".scenario.yaml", ".scenario", ".scenarios.yaml", ".scenario.json"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

fn text(path: &Path) -> Result<String, DiscoverError> {
    path.to_str().map(str::to_owned).ok_or_else(|| DiscoverError::NotUtf8(path.to_owned()))
}

fn root(path: &Path) -> Result<String, DiscoverError> {
    let text = text(path)?;
    Ok(if text.is_empty() || text.ends_with('/') { text } else { format!("{text}/") })
}

impl Found {
    /// A path as seen from the suite that it belongs to.
    pub fn relative<'p>(&self, path: &'p str) -> &'p str {
        let stripped = self.roots.iter().filter_map(|root| path.strip_prefix(root.as_str()));
        stripped.min_by_key(|rest| rest.len()).unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_searched_and_files_are_taken_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("inner")).unwrap();
        for name in ["b.scenario.yaml", "inner/a.scenario.yaml", "x.pack.yaml", "odd.yaml"] {
            fs::write(at(name), "").unwrap();
        }
        let found = discover(&[folder.path().to_owned(), at("odd.yaml")]).unwrap();
        let names: Vec<&str> = found.files.iter().map(|file| found.relative(file)).collect();
        assert_eq!(names, ["b.scenario.yaml", "inner/a.scenario.yaml", "odd.yaml"]);
    }

    #[test]
    fn a_scenario_by_another_name_is_an_error_and_no_silent_skip() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.scenario.yml"), "").unwrap();
        let error = discover(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(error, DiscoverError::Misnamed(_)), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_folder_is_searched_and_a_loop_of_links_is_an_error() {
        use std::os::unix::fs::symlink;
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(other.path().join("a.scenario.yaml"), "").unwrap();
        symlink(other.path(), folder.path().join("linked")).unwrap();
        let found = discover(&[folder.path().to_owned()]).unwrap();
        let names: Vec<&str> = found.files.iter().map(|file| found.relative(file)).collect();
        assert_eq!(names, ["linked/a.scenario.yaml"]);
        symlink(folder.path(), folder.path().join("loop")).unwrap();
        let error = discover(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(error, DiscoverError::Loop(_)), "{error}");
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = discover(&[PathBuf::from("no/such/folder")]).unwrap_err().to_string();
        assert!(error.starts_with("cannot read `no/such/folder`: "), "{error}");
    }
}
