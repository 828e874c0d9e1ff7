//! [`Scenario`] → text that [`crate::load_text`] reads back as the same value.
//!
//! Written for people: one line per record, event and expectation, defaults left out, a text quoted only where it must be. What a generated world or a reduced failure
//! is saved with.

mod engine;
mod expect;
mod liaison;
mod messenger;
mod neighbours;
mod packages;
mod signals;
mod timeline;
mod world;
mod yaml;

use self::yaml::{Block, Flow};
use crate::ast::{ClockSetup, DEFAULT_LATENCY_MS, FORMAT, Scenario};
use crate::time::{format_instant, format_offset};

/// The scenario as a file. A case is written under its own id, `folder/name-case`, since its table is gone.
pub fn unparse(scenario: &Scenario) -> String {
    let mut out = Block::new();
    out.line(0, &format!("format: {FORMAT}"));
    let id = match &scenario.case {
        Some(case) => plain_id(&format!("{}-{case}", scenario.id)),
        None => scenario.id.to_string(),
    };
    out.entry(0, "scenario", &yaml::text(&id));
    out.entry(0, "title", &yaml::text(&scenario.title));
    if let Some(about) = &scenario.about {
        out.entry(0, "about", &yaml::text(about));
    }
    out.entry(0, "requirements", &yaml::texts(&scenario.requirements));
    if !scenario.tags.is_empty() {
        out.entry(0, "tags", &yaml::texts(&scenario.tags));
    }
    if scenario.seed != 0 {
        out.entry(0, "seed", &scenario.seed.to_string());
    }
    if let Some(seed) = scenario.schedule_seed {
        out.entry(0, "schedule_seed", &seed.to_string());
    }
    out.entry(0, "clock", &clock(&scenario.clock));
    world::write(&scenario.world, &mut out);
    engine::write(&scenario.engine, &mut out);
    timeline::write(&scenario.timeline, &mut out);
    expect::write(scenario, &mut out);
    out.finish()
}

/// The word of a verb.
pub(crate) fn verb_word(verb: &crate::ast::Verb) -> &'static str {
    timeline::word(verb)
}

/// An id out of what a case may be called.
fn plain_id(id: &str) -> String {
    id.chars().map(|c| if matches!(c, '_' | '.') { '-' } else { c.to_ascii_lowercase() }).collect()
}

fn clock(clock: &ClockSetup) -> String {
    let mut flow = Flow::new();
    let same = crate::time::parse_instant(&clock.starts_text) == Some(clock.starts);
    flow.entry(
        "starts",
        if same { clock.starts_text.to_string() } else { format_instant(clock.starts) },
    );
    if let Some(until) = clock.until {
        flow.entry("until", format_offset(until));
    }
    if clock.latency != DEFAULT_LATENCY_MS {
        flow.entry("latency", format_offset(clock.latency));
    }
    flow.finish()
}

#[cfg(test)]
mod tests {
    use crate::load_text;
    use expect_test::{Expect, expect};

    /// Reads a scenario, writes it, reads that again and writes that again.
    fn check(text: &str, expected: Expect) {
        let first = load_text("a.scenario.yaml", text);
        assert!(first.diagnostics.is_empty(), "{:#?}", first.diagnostics);
        let written = super::unparse(&first.scenarios[0]);
        let second = load_text("b.scenario.yaml", &written);
        assert!(second.diagnostics.is_empty(), "{:#?}\n{written}", second.diagnostics);
        assert_eq!(first.scenarios[0], second.scenarios[0], "{written}");
        expected.assert_eq(&written);
    }

    #[test]
    fn texts_are_quoted_only_where_they_must_be() {
        check(
            "format: 1\nscenario: a/b\ntitle: \"it's: a [title]\"\nrequirements: []\ntags: [example]\nclock: { starts: 2026-03-02T09:00:00-08:00 }\n\
             world:\n  records:\n    - { object: Lead, fields: { A: 'null', B: 02139, C: '', D: \"x\\ny\", E: 'true', F: '# no', G: no, H: 'a, b', I: ' x', J: '${z' } }\n",
            expect![[r#"
                format: 1
                scenario: a/b
                title: 'it''s: a [title]'
                requirements: []
                tags: [example]
                clock: { starts: 2026-03-02T09:00:00-08:00 }

                world:
                  records:
                    - { object: Lead, fields: { A: 'null', B: 02139, C: '', D: "x\ny", E: true, F: '# no', G: no, H: 'a, b', I: ' x', J: '${z' } }
            "#]],
        );
    }
}
