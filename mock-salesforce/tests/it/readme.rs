//! The README's commands are run as they stand, in an empty directory, with the program on the path.

use std::{env, fs, path::Path, process::Command};

/// Every block of commands, one behind the other, as one script that ends what it started.
fn script(readme: &str) -> String {
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```\n").next());
    let head = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n";
    blocks.fold(head.to_owned(), |script, block| script + block + "\n")
}

#[test]
fn the_readme_is_true() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let home = env::temp_dir().join(format!("mock-salesforce-readme-{}", std::process::id()));
    fs::create_dir_all(&home).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_mock-salesforce")).parent().unwrap().to_owned();
    let paths = [program]
        .into_iter()
        .chain(env::split_paths(&env::var_os("PATH").unwrap()))
        .collect::<Vec<_>>();
    let output = Command::new("bash")
        .args(["-c", &script(&readme)])
        .env("PATH", env::join_paths(paths).unwrap())
        .current_dir(&home)
        .output()
        .unwrap();
    fs::remove_dir_all(&home).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        said.contains(r#""success":true"#) && said.contains("Use a business address"),
        "{said}"
    );
}
