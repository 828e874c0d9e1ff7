//! Live client.
