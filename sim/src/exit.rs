//! How a process ends: the catalogue of exit codes.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything held.
    Passed,
    /// An expectation or an invariant did not hold.
    Finding,
    /// A file, an option or the surroundings are wrong; nothing was judged.
    Setup,
    /// Only held figures were missed.
    HoldMissed,
    /// The selection is empty.
    NothingSelected,
    /// The tool itself broke.
    Bug,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Finding => 1,
            Self::Setup => 2,
            Self::HoldMissed => 3,
            Self::NothingSelected => 4,
            Self::Bug => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
