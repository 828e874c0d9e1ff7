//! Faults that have a name: what `kind:` says, and what it can be told (the failure catalogue, FM-01 to FM-85).

use crate::source::Text;

/// A fault by name, with what it is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamedFault {
    /// `kind`: its name.
    pub kind: Text,
    /// `rows`: places in a collection, from 0.
    pub rows: Vec<u32>,
    /// `by`: how much later, or by how much a clock is wrong, in milliseconds.
    pub by: Option<i64>,
    /// `bytes`: how much arrives.
    pub bytes: Option<u32>,
    /// `used`: API calls that answers tell of.
    pub used: Option<u32>,
    /// `max`: the allowance that answers tell of.
    pub max: Option<u32>,
    /// `code`: a Salesforce error code.
    pub code: Option<Text>,
    /// `message`: its text.
    pub message: Option<Text>,
    /// `host`: where the org lives from then on.
    pub host: Option<Text>,
}

/// What a named fault can be told, by the keys of a file.
pub const FAULT_PARAMETERS: [&str; 8] =
    ["rows", "by", "bytes", "used", "max", "code", "message", "host"];

impl NamedFault {
    /// The parameters that are given.
    pub fn given(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            !self.rows.is_empty(),
            self.by.is_some(),
            self.bytes.is_some(),
            self.used.is_some(),
            self.max.is_some(),
            self.code.is_some(),
            self.message.is_some(),
            self.host.is_some(),
        ];
        FAULT_PARAMETERS.into_iter().zip(given).filter(|(_, given)| *given).map(|(name, _)| name)
    }
}
