//! Placeholder.
mod live_client;
