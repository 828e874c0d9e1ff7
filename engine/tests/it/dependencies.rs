//! The engine is pure: its dependencies are few, and none of them can reach a network, a disk or a clock.

const MANIFEST: &str = include_str!("../../Cargo.toml");
const WORKSPACE: &str = include_str!("../../../Cargo.toml");

/// Time zones, Unicode and text comparison: tables and arithmetic.
const ALLOWED: &[&str] = &["idna", "jiff", "strsim", "unicode-normalization"];

#[test]
fn the_engine_depends_on_pure_crates_only() {
    let dependencies = names_in("[dependencies]");
    assert!(!dependencies.is_empty(), "the manifest's [dependencies] cannot be read");
    let foreign: Vec<&&str> = dependencies.iter().filter(|it| !ALLOWED.contains(it)).collect();
    assert!(
        foreign.is_empty(),
        "{foreign:?} must not be known to the engine; allowed are {ALLOWED:?}"
    );
}

#[test]
fn no_other_table_brings_dependencies_in() {
    let is_table = |it: &&str| it.starts_with('[') && it.contains("dependencies");
    let tables: Vec<&str> = MANIFEST.lines().filter(is_table).collect();
    assert_eq!(tables, ["[dependencies]", "[dev-dependencies]"]);
}

#[test]
fn time_zones_are_bundled_not_read_from_the_machine() {
    let jiff = WORKSPACE.lines().find(|it| it.starts_with("jiff ")).expect("jiff has a version");
    assert!(
        jiff.contains("default-features = false") && jiff.contains("tzdb-bundle-always"),
        "{jiff}"
    );
    assert!(!jiff.contains("tz-system") && !jiff.contains("tzdb-zoneinfo"), "{jiff}");
}

/// The names on the left of a table of the manifest.
fn names_in(header: &str) -> Vec<&'static str> {
    let lines = MANIFEST.lines().skip_while(|it| *it != header).skip(1);
    let lines = lines.take_while(|it| !it.starts_with('[')).filter(|it| !it.trim().is_empty());
    lines.filter_map(|it| it.split(['.', ' ', '=']).next()).collect()
}
