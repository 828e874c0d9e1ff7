//! Whose rules a world is about: which journeys its visitors make, on which ground.

use scenarios::ast::{EngineSetup, WorldSetup};

use super::{
    cast::Cast,
    journey::{Journey, liaison, qualified},
    setup,
};

/// Whose rules a world is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Experiences, reps and push steps.
    #[default]
    Qualified,
    /// Workflows of CRM actions.
    LeadLiaison,
}

impl Profile {
    /// Every profile, in the order of the command's help.
    pub const ALL: &[Self] = &[Self::Qualified, Self::LeadLiaison];

    /// The profile's word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Qualified => "qualified",
            Self::LeadLiaison => "lead_liaison",
        }
    }

    /// The profile with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }

    /// The journeys of so many visitors who belong together, each as often as its weight says.
    pub(crate) fn journeys(self, size: u64) -> &'static [(u64, Journey)] {
        match (self, size) {
            (Self::Qualified, 1) => qualified::ALONE,
            (Self::Qualified, _) => qualified::TOGETHER,
            (Self::LeadLiaison, 1) => liaison::ALONE,
            (Self::LeadLiaison, _) => liaison::TOGETHER,
        }
    }

    /// The requirements that a world exercises.
    pub(crate) fn requirements(self) -> &'static [&'static str] {
        match self {
            Self::Qualified => qualified::REQUIREMENTS,
            Self::LeadLiaison => liaison::REQUIREMENTS,
        }
    }

    /// The org without its people's records.
    pub(crate) fn world(self, cast: &Cast) -> WorldSetup {
        match self {
            Self::Qualified => setup::world(cast),
            Self::LeadLiaison => setup::liaison::world(cast),
        }
    }

    /// How the engine is configured.
    pub(crate) fn engine(self, cast: &Cast) -> EngineSetup {
        match self {
            Self::Qualified => setup::engine(cast),
            Self::LeadLiaison => setup::liaison::engine(cast),
        }
    }
}
