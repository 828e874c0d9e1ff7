//! Placeholder.
pub mod crm;
pub mod hold;
