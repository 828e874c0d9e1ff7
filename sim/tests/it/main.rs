//! Placeholder.
mod crm_transports;
mod live_client;
