//! The packages inside the org: Response Management and Matchmaker.
//!
//! A managed package runs where after-triggers run, in the transaction of the save that it saw: what it does is undone with
//! the save, and costs no API call. Both are [`Automation`](mock_salesforce::Automation)s of the mock; what they decide they
//! ask [`engine::Rules`]. What they have to remember is in the org, in fields and objects of their own (`schema`), so that it
//! outlives any process; so are their decisions, as rows that the journal tells as what they are (`decisions`).

mod decisions;
mod mail;
mod matchmaker;
mod response;
mod rows;
pub(crate) mod schema;

pub(crate) use self::decisions::told;

use std::sync::Arc;

use engine::{Config, Rules};
use mock_salesforce::Org;

use self::{matchmaker::MatchmakerPackage, response::ResponsePackage};

/// Installs what the configuration names. Response Management sees a save first.
pub(crate) fn install<R>(org: &mut Org, config: &Arc<Config>, rules: &R)
where
    R: Rules + Clone + Send + Sync + 'static,
{
    if config.packages.response_management.is_some() {
        org.add_automation(Arc::new(ResponsePackage::new(Arc::clone(config), rules.clone())));
    }
    if config.packages.matchmaker.is_some() {
        org.add_automation(Arc::new(MatchmakerPackage::new(Arc::clone(config), rules.clone())));
    }
}
