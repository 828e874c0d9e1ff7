//! The fault plan under a test's hand.

use serde::Serialize;

use super::{Control, ControlError};
use crate::fault::{FaultSpec, RULE_LIMIT, Standing};

/// The rules in force, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultList {
    /// Each with how many calls fitted and how many were hit.
    pub faults: Vec<Standing>,
}

impl Control {
    /// The rules in force, in order.
    pub fn faults(&self) -> FaultList {
        FaultList { faults: self.mock.faults().standing().to_vec() }
    }

    /// Adds a fault after the others.
    pub fn add_fault(&self, spec: &FaultSpec) -> Result<Standing, ControlError> {
        let mut plan = self.mock.faults();
        let taken = |id: &str| plan.standing().iter().any(|standing| standing.rule.id == id);
        let numbers = 1..=plan.standing().len() + 1;
        let id = numbers.map(|number| format!("fault-{number}")).find(|id| !taken(id));
        let rule = spec.rule(&id.unwrap_or_default())?;
        if taken(&rule.id) {
            let message = format!("there is a fault `{}` already", rule.id);
            return Err(ControlError::conflict(
                message,
                "remove it first, or give this one another id",
            ));
        }
        if !plan.add(rule.clone()) {
            let message = format!("the plan has {RULE_LIMIT} faults");
            return Err(ControlError::too_large(message, "remove some first"));
        }
        Ok(Standing { rule, seen: 0, fired: 0 })
    }

    /// Takes a fault out.
    pub fn remove_fault(&self, id: &str) -> Result<FaultList, ControlError> {
        if !self.mock.faults().remove(id) {
            let hint = "list the faults to see their ids";
            return Err(ControlError::not_found(format!("there is no fault `{id}`"), hint));
        }
        Ok(self.faults())
    }

    /// Takes every fault out.
    pub fn clear_faults(&self) -> FaultList {
        self.mock.faults().clear();
        self.faults()
    }
}
