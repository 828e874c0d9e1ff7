//! Texts that nobody means well: no panic, bounded time.

use mock_salesforce::formula::{Formula, Scope, check};
use mock_salesforce::{SfId, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use crate::org_fixture::Fixture;

fn evaluated(text: &str) {
    let mut f = Fixture::plain();
    let id = f.lead(json!({"City": "Bonn"}));
    let lead = f.org.schema().index_of("Lead").unwrap();
    let Ok(formula) = Formula::compile(f.org.schema(), lead, text) else { return };
    let after = f.org.get(id).unwrap();
    formula.evaluate(&Scope { org: &f.org, cx: &f.cx, before: None, after, is_new: true });
}

#[test]
fn long_chains_of_operators_end() {
    for text in [
        "1".to_owned() + &"+1".repeat(1_900),
        "City".to_owned() + &"&City".repeat(700),
        "!".repeat(60) + "TRUE",
    ] {
        evaluated(&text);
    }
    let nested = "IF(TRUE,1,".repeat(60) + "2" + &")".repeat(60);
    evaluated(&nested);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_formula_or_a_problem(text in "\\PC{0,80}") {
        let f = Fixture::plain();
        for problem in check(f.org.schema(), "Lead", &text) {
            prop_assert!(text.get(problem.range.clone()).is_some(), "{:?}", problem);
        }
    }

    #[test]
    fn words_of_the_language_in_any_order_do_no_harm(words in prop::collection::vec(
        prop::sample::select(vec!["AND(", "IF(", "TEXT(", "REGEX(", "City", "Rating", "NumberOfEmployees", "CreatedDate", "Owner:User.Name",
            "\"a\"", "1", "-", "+", "&", "=", "<>", ",", ")", "(", "TODAY()", "NULL", "ISCHANGED(", "MID(", "LPAD(", "ADDMONTHS(", "^", "1e9", "999999999"]),
        0..25,
    )) {
        evaluated(&words.join(" "));
    }

    #[test]
    fn any_text_is_an_id_a_moment_or_neither(text in "\\PC{0,30}") {
        if let Ok(id) = text.parse::<SfId>() {
            prop_assert_eq!(id.to_string().parse::<SfId>(), Ok(id));
        }
        if let Some(at) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
        }
    }
}
