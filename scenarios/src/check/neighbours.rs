//! The systems beside Salesforce: which there are, and what may be said of them.

use crate::ast::{Enrich, Fault, FaultVerdict, NeighbourSetup, RecordCheck};
use crate::check::Checker;
use crate::diagnostic::code;
use crate::source::Text;

/// The systems, the marketing platforms first.
pub(crate) const SYSTEMS: [&str; 4] = ["marketo", "account_engagement", "dynamics", "administrate"];
/// Those whose connector writes to Salesforce.
const PLATFORMS: [&str; 2] = ["marketo", "account_engagement"];
const VENDORS: [&str; 2] = ["6sense", "clearbit"];
/// The vendors' words (6sense's).
const LEVELS: [&str; 4] = ["Very High", "High", "Moderate", "Low"];

/// Whether a mapping or a destination is one of these systems.
pub(crate) fn is_system(name: &str) -> bool {
    SYSTEMS.contains(&name)
}

impl<'a> Checker<'a> {
    pub(super) fn neighbours(&mut self) {
        let scenario = self.scenario;
        for setup in &scenario.world.neighbours {
            self.neighbour(setup);
        }
        if let Some(map) = &scenario.engine.map
            && !PLATFORMS.contains(&map.system.as_str())
        {
            self.unknown(code::UNKNOWN_WORD, "marketing platform", &map.system, PLATFORMS);
        }
        let is_via_map = scenario.engine.settings.iter().find(|(name, _)| *name == "topology");
        if let Some((_, value)) = is_via_map.filter(|(_, value)| *value == "via_map")
            && scenario.engine.map.is_none()
        {
            let message = "leads go by way of the marketing platform, and there is none: name it in `engine.map`";
            self.error(
                code::CONTRADICTION,
                value,
                message,
                "name the platform in `engine.map`, or choose another `topology`",
            );
        }
    }

    fn neighbour(&mut self, setup: &'a NeighbourSetup) {
        self.system(&setup.system);
        if setup.link.is_some() && !PLATFORMS.contains(&setup.system.as_str()) {
            let message = "only a marketing platform has a link to Salesforce";
            self.error(code::CONTRADICTION, &setup.system, message, "remove `link`");
        }
        if let Some(user) = setup.link.as_ref().and_then(|it| it.user.as_ref()) {
            self.user(user);
        }
        if setup.duplicate_status.is_some_and(|it| it != 412 && it != 500) {
            let message = "`duplicate_status` is 412 or 500: the documents of Dynamics say both";
            self.error(code::VALUE, &setup.system, message, "write one of them, or remove the key");
        }
    }

    pub(super) fn system(&mut self, name: &Text) {
        if !is_system(name) {
            self.unknown(code::UNKNOWN_WORD, "system", name, SYSTEMS);
        }
    }

    pub(super) fn neighbour_check(&mut self, check: &'a RecordCheck) {
        self.system(&check.object);
        if let Some(count) = &check.count {
            self.matcher(None, "count", count);
        }
    }

    pub(super) fn fault_on(&mut self, fault: &'a Fault) {
        let is_link =
            matches!(fault.verdict, FaultVerdict::LinkDown(_) | FaultVerdict::LinkSlow(_));
        match &fault.on {
            None if is_link => {
                let message = "which platform's link? name it with `on`";
                self.error(code::MISSING_KEY, &fault.id, message, "add `on: NAME` to the fault");
            }
            Some(on) if is_link && !PLATFORMS.contains(&on.as_str()) => {
                self.unknown(code::UNKNOWN_WORD, "marketing platform", on, PLATFORMS);
            }
            Some(on) => {
                self.system(on);
                if matches!(fault.verdict, FaultVerdict::Named(_)) {
                    let message = "faults with a name are Salesforce's; say what happens with `answer`, `slow`, …";
                    self.error(code::CONTRADICTION, on, message, "remove `kind`, or `on`");
                }
            }
            None => {}
        }
    }

    pub(super) fn enrich(&mut self, enrich: &'a Enrich) {
        if !VENDORS.contains(&enrich.vendor.as_str()) {
            self.unknown(code::UNKNOWN_WORD, "enrichment vendor", &enrich.vendor, VENDORS);
        }
        if !LEVELS.contains(&enrich.level.as_str()) {
            self.unknown(code::UNKNOWN_WORD, "level", &enrich.level, LEVELS);
        }
    }
}
