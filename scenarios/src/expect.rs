//! How the checks of `expect:` are evaluated, one kind a file.

pub(crate) mod calls;
pub(crate) mod explain;
pub(crate) mod metric;
pub(crate) mod playback;
pub(crate) mod record;
pub(crate) mod search;
pub(crate) mod throughout;
pub(crate) mod view;
