//! What of an Experience that its visitor leaves is made up for?
//!
//! Nothing. A push step that was not reached arms nothing (EX-11d), and an Experience without one leads to no lead: there
//! is no third way beside a reached step and a rep (EX-01). Both are told, so that nobody has to guess why a lead is
//! missing (TS-01).

use crate::{PushStep, Rule, Step};

/// An answer to "what is made up for?".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departure {
    /// Push steps that fire although they were not reached.
    pub made_up: Vec<PushStep>,
    /// Why no lead comes of it, if that has to be said.
    pub because: Option<Rule>,
}

/// Decides it for an Experience of which so many steps were `reached`.
pub fn departure(steps: &[Step], reached: usize) -> Departure {
    let is_push = |it: &Step| matches!(it, Step::Push(_));
    let because = if !steps.iter().any(is_push) {
        Some(Rule::NoPushStep)
    } else if steps.iter().skip(reached).any(is_push) {
        Some(Rule::StepNotReached)
    } else {
        None
    };
    Departure { made_up: Vec::new(), because }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Destination, PushAction, PushTiming};

    fn check(steps: &str, reached: usize, expected: Expect) {
        let push = PushStep {
            to: Destination::Salesforce,
            action: PushAction::Create,
            timing: PushTiming::Wait,
        };
        let step = |word| match word {
            "push" => Step::Push(push.clone()),
            _ => Step::Say(String::new()),
        };
        let steps: Vec<Step> = steps.split(' ').map(step).collect();
        let found = departure(&steps, reached);
        assert!(found.made_up.is_empty());
        expected.assert_eq(found.because.map_or("nothing to say", Rule::id));
    }

    #[test]
    fn a_step_that_was_not_reached_arms_nothing() {
        check("say push", 1, expect!["trigger.step_not_reached"]);
        check("push say push", 2, expect!["trigger.step_not_reached"]);
        check("say push", 2, expect!["nothing to say"]);
    }

    #[test]
    fn without_a_push_step_there_is_no_lead() {
        check("say say", 2, expect!["sync.no_push_step"]);
    }
}
