//! What visitors do, and what must come of it: one function a journey, with its truth beside it.

mod calling;
mod campaigns;
mod companies;
mod creating;
mod later;
pub(crate) mod liaison;
mod manual;
pub(crate) mod qualified;
mod refusals;
pub(crate) mod responses;
mod talking;
mod together;
mod updating;
pub(crate) mod via_map;

use super::visit::Group;

/// A journey of one visitor, or of two.
pub(crate) type Journey = fn(&mut Group<'_>);
