//! The suites that are embedded in the binary, for whoever runs it outside of a checkout.

/// Every file of the shipped suites: its path as seen from the suites' root, and its text. Sorted by path.
pub(crate) static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/suites.rs"));

/// The text of an embedded file.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    let index = FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    FILES.get(index).map(|(_, text)| *text)
}
