//! Faults: which calls go wrong, and how. Counted, windowed, or drawn from a seed; never by chance.
//!
//! The plan is asked once for every call, before the call is carried out. Each rule counts the calls that fit it
//! by itself; of the rules that would fire, the first one does. Faults act at the edge only: the org behind them
//! either carried the call out or did not, and never knows. What goes wrong at Salesforce in ways that a program can
//! see (wire reference §18) has a name: [`presets`].

mod chance;
mod codes;
mod moment;
mod plan;
mod preset;
mod rule;
mod spec;
mod verdict;

pub use chance::{Chance, ImpossibleChance};
pub use codes::ITEM_CODES;
pub use moment::Moment;
pub use plan::{FaultPlan, Hit, RULE_LIMIT, Standing};
pub use preset::{OwnBehaviour, Preset, own_behaviours, presets};
pub use rule::{Asked, FaultRule};
pub use spec::{FaultSpec, SpecError};
pub use verdict::{FaultBody, RowFaults, Verdict, WireFault};
