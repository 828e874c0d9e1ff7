use crate::sample::sample;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use reports::bundle::BundleError;
use reports::model::Bundle;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn bytes(bundle: &Bundle) -> Vec<u8> {
    bundle.write(Cursor::new(Vec::new())).unwrap().into_inner()
}

/// The sample with some entries replaced, added or left out.
fn changed(change: impl Fn(&str, String) -> Option<String>, more: &[(&str, &str)]) -> Vec<u8> {
    let whole = bytes(&sample());
    let mut from = ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let mut entries = Vec::new();
    for index in 0..from.len() {
        let file = from.by_index(index).unwrap();
        let name = file.name().unwrap().to_string();
        entries.push((name.clone(), change(&name, std::io::read_to_string(file).unwrap())));
    }
    let more = more.iter().map(|it| (it.0.to_owned(), Some(it.1.to_owned())));
    for (name, text) in entries.into_iter().chain(more) {
        if let Some(text) = text {
            to.start_file(name, SimpleFileOptions::default()).unwrap();
            to.write_all(text.as_bytes()).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

fn refused(bytes: &[u8], expected: Expect) {
    expected.assert_eq(&Bundle::read(bytes).unwrap_err().to_string());
}

#[test]
fn a_bundle_reads_back_as_it_was_written() {
    assert_eq!(Bundle::read(&bytes(&sample())).unwrap(), sample());
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert_eq!(bytes(&sample()), bytes(&sample()));
}

#[test]
fn the_entries_are_as_documented() {
    let archive = ZipArchive::new(Cursor::new(bytes(&sample()))).unwrap();
    let names: Vec<String> =
        archive.file_names().take(7).map(|it| it.unwrap().into_owned()).collect();
    expect![[r#"
        manifest.json
        result.json
        catalogue.json
        scenarios/0001/source.yaml
        scenarios/0001/names.json
        scenarios/0001/journal.ndjson
        scenarios/0002/source.yaml"#]]
    .assert_eq(&names.join("\n"));
}

#[test]
fn a_file_that_is_no_bundle_is_refused() {
    refused(
        b"",
        expect![
            "this is not a bundle: invalid Zip archive: Could not find EOCD; give the file that `leadsim run` wrote"
        ],
    );
    refused(
        b"format: 1",
        expect![
            "this is not a bundle: invalid Zip archive: Could not find EOCD; give the file that `leadsim run` wrote"
        ],
    );
    let cut = bytes(&sample());
    refused(
        &cut[..cut.len() / 2],
        expect![
            "this is not a bundle: invalid Zip archive: Could not find EOCD; give the file that `leadsim run` wrote"
        ],
    );
}

#[test]
fn an_unknown_version_is_refused_by_name_whatever_else_the_file_holds() {
    let newer = changed(
        |name, text| Some(if name == "manifest.json" { r#"{"bundle":2}"#.into() } else { text }),
        &[],
    );
    refused(
        &newer,
        expect![[
            r#""manifest.json" in the bundle is of version 2, and this program reads version 1; use the program that wrote it"#
        ]],
    );
    let newer = changed(
        |name, text| Some(if name == "result.json" { r#"{"version":7}"#.into() } else { text }),
        &[],
    );
    refused(
        &newer,
        expect![[
            r#""result.json" in the bundle is of version 7, and this program reads version 1; use the program that wrote it"#
        ]],
    );
}

#[test]
fn an_entry_that_does_not_belong_is_refused_wherever_its_name_leads() {
    for name in ["../../etc/passwd", "/etc/passwd", "scenarios/0099/journal.ndjson", "x"] {
        let with = changed(|_, text| Some(text), &[(name, "root")]);
        assert!(matches!(Bundle::read(&with), Err(BundleError::Unexpected { .. })), "{name}");
    }
}

#[test]
fn a_missing_or_broken_entry_is_named() {
    let entry = "scenarios/0002/journal.ndjson";
    refused(
        &changed(|name, text| (name != entry).then_some(text), &[]),
        expect![[
            r#""scenarios/0002/journal.ndjson" is missing in the bundle; the file is not complete"#
        ]],
    );
    let broken = |name: &str, text: String| {
        Some(if name == entry { text.replacen("\"seq\":3", "\"seq\":-3", 1) } else { text })
    };
    refused(
        &changed(broken, &[]),
        expect![[
            r#""scenarios/0002/journal.ndjson" in the bundle is broken in line 3: invalid value: integer `-3`, expected u64 at line 1 column 9; give a bundle as `leadsim run` wrote it"#
        ]],
    );
}

#[test]
fn a_decompression_bomb_is_refused() {
    let bomb = " ".repeat(40 << 20);
    let with = |name: &str, text: String| {
        Some(if name == "catalogue.json" { format!("{bomb}{text}") } else { text })
    };
    refused(
        &changed(with, &[]),
        expect![[
            r#""catalogue.json" in the bundle grows more than 200-fold when it is unpacked: refused as a decompression bomb"#
        ]],
    );
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let mut bundle = sample();
    bundle.scenarios.pop();
    let problem = bundle.write(Cursor::new(Vec::new())).unwrap_err();
    expect![[r#"scenario 6 is "qualified/resilience/restart" in the result and "" in the record; both must be the same scenarios in the same order"#]].assert_eq(&problem.to_string());

    let mut bundle = sample();
    bundle.result.scenarios[0].figures.insert("ratio".into(), f64::NAN);
    let problem = bundle.write(Cursor::new(Vec::new())).unwrap_err();
    expect![[
        r#"figure "ratio" of scenario "qualified/creation/no-push-step" is no finite number"#
    ]]
    .assert_eq(&problem.to_string());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        prop_assert!(Bundle::read(&bytes).is_err());
    }

    #[test]
    fn a_corrupt_bundle_never_panics(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bytes(&sample());
        for (place, value) in &places {
            let place = place.index(bytes.len());
            bytes[place] = *value;
        }
        // Either is right: a byte that nobody reads may change. What is read must still make a report.
        if let Ok(bundle) = Bundle::read(&bytes) {
            let _ = reports::terminal::render(&bundle, reports::terminal::Style::plain());
        }
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Bundle::read(&bytes).is_err());
    }

    #[test]
    fn a_corrupt_entry_never_panics(place in any::<prop::sample::Index>(), with in "[0-9\"{}\\[\\]:,a-z\\\\]{0,3}", which in 0usize..9) {
        let entry = which;
        let counter = std::cell::Cell::new(0usize);
        let change = |_: &str, text: String| {
            let here = counter.replace(counter.get() + 1) == entry;
            if !here || text.is_empty() { return Some(text); }
            let mut at = place.index(text.len());
            while !text.is_char_boundary(at) { at -= 1; }
            Some(format!("{}{with}{}", &text[..at], text[at..].chars().skip(1).collect::<String>()))
        };
        if let Ok(bundle) = Bundle::read(&changed(change, &[])) {
            let _ = reports::terminal::render(&bundle, reports::terminal::Style::plain());
            let _ = reports::junit::render(&bundle);
            let _ = reports::why::why(&bundle, None, "pat");
        }
    }
}
