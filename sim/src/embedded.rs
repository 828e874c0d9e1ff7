//! The suites that are embedded in the binary, for whoever runs it outside of a checkout.

/// Every file of the shipped suites: its path as seen from the suites' root, and its text. Sorted by path.
pub(crate) static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/suites.rs"));

/// The files that `leadsim check` warns of: name and first line.
pub(crate) static LINT_FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lints.rs"));

/// The files that are refused: name and first line.
pub(crate) static REFUSED_FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/broken.rs"));

/// The text of an embedded file.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    let index = FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    FILES.get(index).map(|(_, text)| *text)
}
