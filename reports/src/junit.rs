//! What does a CI server read? `JUnit` XML, a suite an area, a case a scenario.
//!
//! There is no wall time in it: the same run gives the same bytes. Virtual time, seed and requirements are properties.

use crate::area::{area, areas};
use crate::model::{Bundle, ScenarioOutcome, ScenarioResult};
use crate::terminal::{Style, failure};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

/// The run as `JUnit` XML.
pub fn render(bundle: &Bundle) -> String {
    let mut report = Report::new("leadsim");
    for area in areas(&bundle.result.scenarios).keys() {
        let mut suite = TestSuite::new(if area.is_empty() { "." } else { area });
        let scenarios = bundle.result.scenarios.iter().enumerate();
        for (index, scenario) in scenarios.filter(|it| self::area(&it.1.id) == *area) {
            suite.add_test_case(case(bundle, index, scenario));
        }
        report.add_test_suite(suite);
    }
    report.to_string().expect("quick-junit leaves out what XML cannot hold")
}

fn case(bundle: &Bundle, index: usize, scenario: &ScenarioResult) -> TestCase {
    let status = match scenario.outcome {
        ScenarioOutcome::Passed => TestCaseStatus::success(),
        ScenarioOutcome::Failed | ScenarioOutcome::HoldMissed => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        ScenarioOutcome::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let mut case = TestCase::new(scenario.id.as_str(), status);
    case.set_classname(area(&scenario.id));
    if let Some(finding) = scenario.findings.first() {
        case.status.set_type(finding.code.as_str()).set_message(finding.message.as_str());
    }
    if scenario.outcome != ScenarioOutcome::Passed {
        case.status.set_description(failure(bundle, index, Style::plain()));
    }
    let properties = [
        ("title", scenario.title.clone()),
        ("file", scenario.file.clone()),
        ("seed", scenario.seed.to_string()),
        ("virtual_ms", scenario.virtual_ms.to_string()),
        ("requirements", scenario.requirements.join(" ")),
        ("rules", scenario.rules.join(" ")),
    ];
    for (name, value) in properties {
        case.add_property(Property::new(name, value));
    }
    case
}
