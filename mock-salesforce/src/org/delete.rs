//! Recycle bin.
use super::{Org, OrgError, SaveContext};
use crate::id::SfId;
impl Org {
    /// Deletes a row.
    pub fn delete(
        &mut self,
        _cx: &SaveContext,
        _object: &str,
        _id: SfId,
    ) -> Result<(), Vec<OrgError>> {
        Err(vec![OrgError::not_found()])
    }
    /// Takes a row back out of the recycle bin.
    pub fn undelete(&mut self, _cx: &SaveContext, _id: SfId) -> Result<(), Vec<OrgError>> {
        Err(vec![OrgError::not_found()])
    }
}
