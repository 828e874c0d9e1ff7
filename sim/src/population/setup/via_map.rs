//! The ground of a world whose leads go into Salesforce by way of a marketing platform: Marketo and its connector.

use scenarios::Place;
use scenarios::ast::{EngineSetup, LinkSetup, MapSetup, NeighbourSetup, WorldSetup};

use super::fields;
use crate::population::cast::Cast;

/// The platform.
pub(crate) const SYSTEM: &str = "marketo";
/// From a change in the platform to its sync, in milliseconds.
const LAG_MS: i64 = 2 * 60_000;

/// The org without its people's records, and the platform beside it.
pub(crate) fn world(cast: &Cast) -> WorldSetup {
    let link = LinkSetup { lag: Some(LAG_MS), ..LinkSetup::default() };
    let marketo = NeighbourSetup {
        system: SYSTEM.into(),
        records: Vec::new(),
        fields: Vec::new(),
        link: Some(link),
        limits: None,
        duplicate_status: None,
        multiple_prospects: false,
        place: Place::default(),
    };
    WorldSetup { neighbours: vec![marketo], ..super::world(cast) }
}

/// The engine with its Experiences, and the platform as the way into Salesforce.
pub(crate) fn engine(cast: &Cast) -> EngineSetup {
    let mut engine = super::engine(cast);
    let pairs = [
        ("visitor.email", "email"),
        ("visitor.first_name", "firstName"),
        ("visitor.last_name", "lastName"),
        ("visitor.company", "company"),
        ("visitor.phone", "phone"),
    ];
    engine.mapping.push(fields(SYSTEM, &pairs));
    engine.settings.push(("topology".into(), "via_map".into()));
    engine.map = Some(MapSetup { system: SYSTEM.into(), lag: Some(LAG_MS + 60_000) });
    engine
}
