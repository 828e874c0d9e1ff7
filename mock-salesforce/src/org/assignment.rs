//! Assignment rules.
use super::{Org, OrgError, SaveContext, save::Draft};
impl Org {
    pub(crate) fn run_assignment(
        &mut self,
        _cx: &SaveContext,
        _draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        Ok(())
    }
    pub(crate) fn run_validation_rules(&self, _cx: &SaveContext, _draft: &Draft) -> Vec<OrgError> {
        Vec::new()
    }
}
