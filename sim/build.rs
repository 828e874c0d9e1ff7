//! Embeds the shipped suites: writes a list of `include_str!` lines over every file below `scenarios/suites`, and lists of
//! the files that are warned of or refused, with what their first lines say.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// How deep folders of suites may nest.
const DEPTH_LIMIT: usize = 16;

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let suites = manifest.join("..").join("scenarios").join("suites");
    println!("cargo::rerun-if-changed={}", suites.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut files = Vec::new();
    if suites.is_dir() {
        collect(&suites, String::new(), DEPTH_LIMIT, &mut files)?;
    }
    files.sort();
    let mut list = "&[\n".to_owned();
    for (name, path) in &files {
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display())
            .map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("suites.rs"), list)?;
    for folder in ["lints", "broken"] {
        let list = first_lines(&manifest.join("..").join("scenarios").join(folder))?;
        fs::write(out.join(format!("{folder}.rs")), list)?;
    }
    Ok(())
}

/// A list of the names and first lines of the files of a folder.
fn first_lines(folder: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, String::new(), 0, &mut files)?;
    }
    files.sort();
    let mut list = "&[\n".to_owned();
    for (name, path) in &files {
        let bytes = fs::read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let line = text.lines().next().unwrap_or_default();
        writeln!(list, "    ({name:?}, {line:?}),").map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    Ok(list)
}

/// Adds every file below `folder` under its path with `/`, seen from the suites' root.
fn collect(
    folder: &Path,
    prefix: String,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            if depth > 0 {
                collect(&path, format!("{name}/"), depth - 1, files)?;
            }
        } else if [".yaml", ".csv"].iter().any(|ending| name.ends_with(ending)) {
            files.push((name, path));
        }
    }
    Ok(())
}
