//! Two full samples.

use scenarios::load_text;

const OUTAGE: &str = include_str!("samples/outage.scenario.yaml");
const CONTACT: &str = include_str!("samples/contact-beats-leads.scenario.yaml");

#[test]
fn the_samples_load() {
    for text in [OUTAGE, CONTACT] {
        let loaded = load_text("sample.scenario.yaml", text);
        let found: Vec<_> = loaded
            .diagnostics
            .iter()
            .map(|d| {
                format!(
                    "{} {:?} {} {:?}",
                    d.code,
                    loaded.sources.locate(d.span()),
                    d.message,
                    d.help
                )
            })
            .collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}
