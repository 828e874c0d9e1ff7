//! Whose rules a world is about: which journeys its visitors make, on which ground.

use scenarios::ast::{EngineSetup, WorldSetup};

use super::{
    cast::Cast,
    journey::{Journey, liaison, qualified, responses, via_map},
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
    /// Campaign responses that the packages in the org work on.
    FullCircle,
    /// Experiences whose leads go by way of a marketing platform.
    ViaMap,
}

impl Profile {
    /// Every profile, in the order of the command's help.
    pub const ALL: &[Self] = &[Self::Qualified, Self::LeadLiaison, Self::FullCircle, Self::ViaMap];

    /// The profile's word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Qualified => "qualified",
            Self::LeadLiaison => "lead_liaison",
            Self::FullCircle => "full_circle",
            Self::ViaMap => "via_map",
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
            (Self::FullCircle, 1) => responses::ALONE,
            (Self::FullCircle, _) => responses::TOGETHER,
            (Self::ViaMap, 1) => via_map::ALONE,
            (Self::ViaMap, _) => via_map::TOGETHER,
        }
    }

    /// The requirements that a world exercises.
    pub(crate) fn requirements(self) -> &'static [&'static str] {
        match self {
            Self::Qualified => qualified::REQUIREMENTS,
            Self::LeadLiaison => liaison::REQUIREMENTS,
            Self::FullCircle => responses::REQUIREMENTS,
            Self::ViaMap => via_map::REQUIREMENTS,
        }
    }

    /// The org without its people's records.
    pub(crate) fn world(self, cast: &Cast) -> WorldSetup {
        match self {
            Self::Qualified => setup::world(cast),
            Self::LeadLiaison => setup::liaison::world(cast),
            Self::FullCircle => setup::packages::world(cast),
            Self::ViaMap => setup::via_map::world(cast),
        }
    }

    /// How the engine is configured.
    pub(crate) fn engine(self, cast: &Cast) -> EngineSetup {
        match self {
            Self::Qualified => setup::engine(cast),
            Self::LeadLiaison => setup::liaison::engine(cast),
            Self::FullCircle => setup::packages::engine(cast),
            Self::ViaMap => setup::via_map::engine(cast),
        }
    }
}
