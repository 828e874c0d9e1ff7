//! Merging.
use super::{Org, OrgError, SaveContext};
use crate::id::SfId;
impl Org {
    /// Merges rows into a master.
    pub fn merge(
        &mut self,
        _cx: &SaveContext,
        _master: SfId,
        _losers: &[SfId],
    ) -> Result<(), Vec<OrgError>> {
        Err(vec![OrgError::not_found()])
    }
}
