//! The engine is pure: its dependencies are few, and none of them can reach a network, a disk or a clock.

use std::{fs, path::Path};

/// Time zones, Unicode and text comparison: tables and arithmetic.
const ALLOWED: &[&str] = &["idna", "jiff", "strsim", "unicode-normalization"];

#[test]
fn the_engine_depends_on_pure_crates_only() {
    let manifest = manifest();
    let dependencies = section(&manifest, "[dependencies]");
    assert!(!dependencies.is_empty(), "the manifest's [dependencies] cannot be read");
    let foreign: Vec<&&str> = dependencies.iter().filter(|it| !ALLOWED.contains(it)).collect();
    assert!(
        foreign.is_empty(),
        "{foreign:?} must not be known to the engine; allowed are {ALLOWED:?}"
    );
}

#[test]
fn no_other_table_brings_dependencies_in() {
    let manifest = manifest();
    let headers: Vec<&str> =
        manifest.lines().filter(|it| it.starts_with('[') && it.contains("dependencies")).collect();
    assert_eq!(headers, ["[dependencies]", "[dev-dependencies]"]);
}

#[test]
fn time_zones_are_bundled_not_read_from_the_machine() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let workspace = fs::read_to_string(workspace).expect("the workspace has a manifest");
    let jiff = workspace.lines().find(|it| it.starts_with("jiff ")).expect("jiff has a version");
    assert!(
        jiff.contains("default-features = false") && jiff.contains("tzdb-bundle-always"),
        "{jiff}"
    );
    assert!(!jiff.contains("tz-system") && !jiff.contains("tzdb-zoneinfo"), "{jiff}");
}

fn manifest() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    fs::read_to_string(path).expect("the crate has a manifest")
}

/// The names on the left of a table of the manifest.
fn section<'a>(manifest: &'a str, header: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|it| *it != header).skip(1);
    let lines = lines.take_while(|it| !it.starts_with('[')).filter(|it| !it.trim().is_empty());
    lines.filter_map(|it| it.split(['.', ' ', '=']).next()).collect()
}
