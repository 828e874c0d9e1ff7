use crate::sample::sample;
use expect_test::expect_file;

#[test]
fn a_suite_is_an_area_and_a_case_is_a_scenario() {
    let mut bundle = sample();
    bundle.result.scenarios.drain(..3);
    bundle.scenarios.drain(..3);
    expect_file!["sample/junit.xml"].assert_eq(&reports::junit::render(&bundle));
}

#[test]
fn what_xml_cannot_hold_is_left_out() {
    let mut bundle = sample();
    bundle.result.scenarios[4].findings[0].message = "]]> <b>\u{0}\u{1b}".into();
    let xml = reports::junit::render(&bundle);
    assert!(!xml.contains(['\u{0}', '\u{1b}']) && !xml.contains("<b>"));
}
