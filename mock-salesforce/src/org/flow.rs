//! Flows.
use super::{Org, OrgError, SaveContext, save::Draft};
use crate::id::SfId;
impl Org {
    pub(crate) fn run_before_flows(
        &self,
        _cx: &SaveContext,
        _draft: &mut Draft,
    ) -> Result<(), Vec<OrgError>> {
        Ok(())
    }
    pub(crate) fn run_after_flows(
        &mut self,
        _cx: &SaveContext,
        _draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        Ok(())
    }
    pub(crate) fn run_delayed_flow(&mut self, _flow: usize, _id: SfId, _cx: &SaveContext) {}
}
