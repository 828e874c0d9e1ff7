#![cfg(test)]
//! The README's console blocks are run as they stand, at the root of the repository.

/// Alone in its binary, because it changes the working directory.
#[test]
fn the_readme_is_true() {
    std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap();
    trycmd::TestCases::new().case("README.md");
}
