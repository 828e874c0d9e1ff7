//! Compiled rules of an org.
use super::Org;
use crate::seed::{OrgSeed, SeedError};
use crate::timestamp::Timestamp;
/// Rules of an org.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {}
impl Rules {
    pub(crate) fn compile(
        _org: &mut Org,
        _seed: &OrgSeed,
        _now: Timestamp,
    ) -> Result<Self, SeedError> {
        Ok(Self {})
    }
}
/// A validation rule.
#[derive(Clone, Debug)]
pub struct ValidationRule {}
/// A duplicate rule.
#[derive(Clone, Debug)]
pub struct DuplicateRule {}
/// An assignment rule.
#[derive(Clone, Debug)]
pub struct AssignmentRule {}
/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {}
