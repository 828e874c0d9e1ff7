use crate::sample::sample;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect_file;
use flate2::read::ZlibDecoder;
use reports::html::render;
use reports::model::Bundle;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Read;

/// Everything between two marks, each time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|it| it.split(to).next()).collect()
}

/// The parts of the page that a browser unpacks.
fn panels(page: &str) -> Vec<String> {
    let unpack = |packed: &str| {
        let mut text = String::new();
        let bytes = STANDARD.decode(packed).unwrap();
        ZlibDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        text
    };
    between(page, "<template>", "</template>").into_iter().map(unpack).collect()
}

/// What a person reads of a piece of HTML, a block a line.
fn read_aloud(html: &str) -> String {
    let mut text = String::new();
    let mut tag: Option<String> = None;
    for it in html.split_inclusive(['<', '>']) {
        match &mut tag {
            None => {
                text.push_str(&it.trim_end_matches('<').replace('\n', " "));
                tag = it.ends_with('<').then(String::new);
            }
            Some(name) => {
                name.push_str(it);
                let block =
                    ["li", "/li", "h5", "h6", "/h6", "p", "div", "dt", "ul", "dl", "details"];
                let name = name.trim_end_matches('>').split(' ').next().unwrap();
                if block.contains(&name) {
                    text.push('\n');
                }
                tag = None;
            }
        }
    }
    let lines = text.lines().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|it| !it.is_empty()).map(|it| it + "\n").collect()
}

#[test]
fn an_opened_scenario_tells_its_story_its_file_its_timeline_and_its_decisions() {
    let page = render(&sample());
    expect_file!["sample/panel-outage.txt"].assert_eq(&read_aloud(&panels(&page)[1]));
}

#[test]
fn the_page_without_anything_opened_has_verdict_scenarios_findings_and_coverage() {
    let page = render(&sample());
    // For a look in a browser.
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/sample.html"), &page).unwrap();
    let body = between(&page, "<body>", "<script>")[0];
    let mut plain = String::new();
    for (number, part) in body.split("<template>").enumerate() {
        plain.push_str(if number == 0 { part } else { part.split_once("</template>").unwrap().1 });
    }
    expect_file!["sample/page.txt"].assert_eq(&read_aloud(&plain));
}

#[test]
fn the_same_run_gives_the_same_page() {
    assert_eq!(render(&sample()), render(&sample()));
}

#[test]
fn every_link_leads_to_something_in_the_page() {
    let page = render(&sample());
    let whole = panels(&page).join("\n") + &page;
    let ids: BTreeSet<String> =
        between(&whole, " id=\"", "\"").into_iter().map(|it| it.replace("&#38;", "&")).collect();
    let hrefs = between(&whole, "href=\"#", "\"");
    assert!(hrefs.len() > 100);
    // The sample's catalogue has not every requirement that a rule names.
    for href in hrefs.into_iter().filter(|it| !it.starts_with("req:")) {
        let id = href.replace("%5B", "[").replace("%5D", "]");
        assert!(ids.contains(&id), "{id}");
    }
}

#[test]
fn the_page_needs_nothing_but_itself_and_the_policy_allows_nothing_else() {
    let page = render(&sample());
    for reach in ["http://", "https://", "src=", "@import", "url(", "style=\""] {
        assert!(!page.contains(reach), "{reach}");
    }
    for (tag, policy) in [("style", "style-src"), ("script", "script-src")] {
        let text = between(&page, &format!("<{tag}>"), &format!("</{tag}>"))[0];
        let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
        let policy = between(&page, &format!("{policy} 'sha256-"), "'");
        assert_eq!(policy, [hash.as_str()], "{tag}");
    }
}

/// The sample with a text in every place that can hold one.
fn hostile(text: &str) -> Bundle {
    let mut bundle = sample();
    bundle.manifest.suite = text.into();
    bundle.manifest.tool = text.into();
    bundle.manifest.again = text.into();
    bundle.manifest.suite_hash = text.into();
    for (result, record) in bundle.result.scenarios.iter_mut().zip(&mut bundle.scenarios) {
        result.id.push_str(text);
        record.id.clone_from(&result.id);
        for it in [&mut result.title, &mut result.file, &mut result.again, &mut record.source] {
            it.push_str(text);
        }
        result.requirements.push(text.into());
        result.rules.push(text.into());
        result.tags.push(text.into());
        result.figures.insert(text.into(), 1.0);
        for finding in &mut result.findings {
            for it in [
                &mut finding.code,
                &mut finding.message,
                &mut finding.expected,
                &mut finding.actual,
            ] {
                it.push_str(text);
            }
            finding.concerns.push(text.into());
            finding.why.push(text.into());
        }
        record.names.values_mut().for_each(|it| it.push_str(text));
        for line in &mut record.journal {
            line.kind.push_str(if line.seq % 2 == 0 { text } else { "" });
            line.text.push_str(text);
            for it in [
                &mut line.visitor,
                &mut line.rule,
                &mut line.outcome,
                &mut line.chosen,
                &mut line.record,
            ] {
                it.get_or_insert_default().push_str(text);
            }
            line.rejected.push((text.into(), text.into()));
            line.detail.insert(text.into(), text.into());
            line.detail.insert("withheld".into(), text.into());
            line.detail.insert("words".into(), text.into());
        }
    }
    for it in &mut bundle.catalogue.rules {
        it.sentence.push_str(text);
        it.requirements.push(text.into());
    }
    for it in &mut bundle.catalogue.requirements {
        it.sentence.push_str(text);
        it.source.push_str(text);
        it.kind.push_str(text);
    }
    bundle
}

#[test]
fn nothing_in_a_run_can_break_out_of_its_place() {
    let count = |html: &str, what: &str| html.matches(what).count();
    let (page, panel_count) = (render(&sample()), sample().scenarios.len());
    let attacks = [
        "</script><script>alert(1)</script>",
        "<!--",
        "--><img src=x onerror=alert(1)>",
        "\"><img src=x onerror=alert(1)>",
        "' onfocus=alert(1) autofocus='",
        "</template></style><svg onload=alert(1)>",
        "{{ 7 * 7 }}{% include \"x\" %}",
    ];
    for attack in attacks {
        let hostile = render(&hostile(attack));
        let opened = panels(&hostile);
        assert_eq!(opened.len(), panel_count, "{attack}");
        for html in opened.iter().chain([&hostile]) {
            for raw in
                ["<img", "<!--", "<svg onload", "alert(1)</script>", "\" onfocus", "' onfocus"]
            {
                assert_eq!(count(html, raw), 0, "{raw} of {attack}");
            }
        }
        for tag in
            ["<script", "</script", "<style", "</style", "<template", "</template", "<svg", "<meta"]
        {
            assert_eq!(count(&hostile, tag), count(&page, tag), "{tag} of {attack}");
        }
    }
}
