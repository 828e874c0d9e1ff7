//! Placeholder.
pub mod crm;
