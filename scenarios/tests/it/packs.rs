//! `use:` and `cases:`: what several scenarios share, and what one scenario repeats.

use scenarios::{Loaded, SourceError, Sources, load, text_of, unparse};
use std::collections::BTreeMap;
use std::sync::Arc;

const PACK: &str = "format: 1
pack: acme
world:
  users: { dana: { name: Dana Reyes }, bo: { name: Bo Chen } }
  records: [{ object: Lead }]
  csv: [{ object: Lead, file: leads.csv }]
engine: { settings: { chat_owner: holder, leave_grace: 30s } }
";

const HEAD: &str = "format: 1\nscenario: a/b\ntitle: t\nrequirements: [AS-01]\nclock: { starts: 2026-03-02T09:00:00Z }\n";

fn read(scenario: &str, pack: &str) -> Loaded {
    let sources = BTreeMap::from([
        ("suites/a/b.scenario.yaml".to_owned(), format!("{HEAD}{scenario}")),
        ("suites/packs/acme.pack.yaml".to_owned(), pack.to_owned()),
        ("suites/packs/leads.csv".to_owned(), "Id\n".to_owned()),
    ]);
    load(&sources, &["suites/a/b.scenario.yaml"])
}

#[test]
fn maps_are_merged_lists_are_replaced_and_the_scenario_wins() {
    let loaded = read(
        "use: [../packs/acme.pack.yaml]\nworld: { users: { dana: { active: false } }, records: [] }\nengine: { settings: { chat_owner: starter } }\n",
        PACK,
    );
    assert_eq!(loaded.diagnostics, []);
    let scenario = &loaded.scenarios[0];
    let users = &scenario.world.users;
    assert_eq!(users.len(), 2);
    assert_eq!((users[0].name.as_deref(), users[0].active), (Some("Dana Reyes"), false));
    assert!(scenario.world.records.is_empty());
    assert_eq!(scenario.engine.settings[0].1, "starter");
    assert_eq!(scenario.engine.settings[1].1, "30s");
    // A path belongs to the file that names it.
    assert_eq!(scenario.world.csv[0].path, "suites/packs/leads.csv");
}

#[test]
fn an_error_in_a_pack_is_shown_in_the_pack_and_at_the_use() {
    let loaded = read("use: [../packs/acme.pack.yaml]\n", "format: 1\npack: acme\nworl: {}\n");
    let places: Vec<_> = loaded
        .diagnostics
        .iter()
        .map(|found| (found.code, loaded.sources.locate(found.span()).unwrap().path))
        .collect();
    assert_eq!(
        places,
        [
            ("E012", "suites/packs/acme.pack.yaml"),
            ("E011", "suites/packs/acme.pack.yaml"),
            ("E023", "suites/a/b.scenario.yaml"),
        ]
    );
    assert!(loaded.scenarios.is_empty());
}

#[test]
fn a_row_fills_numbers_words_keys_and_parts_of_texts() {
    let loaded = read(
        "cases:
  - { case: one, n: 1, zip: 02139, outcome: created, who: dana, empty: '' }
  - { case: two, n: 2, zip: '', outcome: no_op, who: bo, empty: '' }
about: \"${zip}/${n} for ${case}\"
world:
  users: { ${who}: {} }
timeline: [{ at: 0s, land: { visitor: pat, page: '${empty}' } }]
expect:
  - { at: '${n}s', record: { object: Lead, where: { PostalCode: ${zip} }, count: ${n} } }
  - at: end
    explain: { subject: visitor pat, outcome: ${outcome} }
",
        PACK,
    );
    assert_eq!(loaded.diagnostics, []);
    let ids: Vec<String> = loaded.scenarios.iter().map(scenarios::ast::Scenario::full_id).collect();
    assert_eq!(ids, ["a/b[one]", "a/b[two]"]);
    assert_eq!(loaded.scenarios[0].about.as_deref(), Some("02139/1 for one"));
    let written = unparse(&loaded.scenarios[1]);
    assert!(written.contains("scenario: a/b-two"), "{written}");
    assert!(written.contains("where: { PostalCode: '' }, count: 2"), "{written}");
    assert!(written.contains("bo: {}"), "{written}");
}

/// A scenario, and a pack in another encoding.
struct Latin1;

impl Sources for Latin1 {
    fn read(&self, path: &str) -> Result<Arc<str>, SourceError> {
        text_of(match path {
            "a.scenario.yaml" => format!("{HEAD}use: [acme.pack.yaml]\n").into_bytes(),
            _ => b"format: 1\npack: caf\xe9\n".to_vec(),
        })
    }
}

#[test]
fn a_pack_that_is_not_utf8_is_told_at_its_own_place() {
    let loaded = load(&Latin1, &["a.scenario.yaml"]);
    let places = loaded.diagnostics.iter().map(|found| {
        let at = loaded.sources.locate(found.span()).unwrap();
        (found.code, at.path, at.line, at.column)
    });
    let expected = [("E001", "acme.pack.yaml", 2, 10), ("E023", "a.scenario.yaml", 6, 7)];
    assert_eq!(places.collect::<Vec<_>>(), expected);
}
