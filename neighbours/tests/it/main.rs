//! The systems as a client meets them: exact bytes, no shortcut past HTTP.
#![cfg(test)]

mod account_engagement;
mod administrate;
mod dynamics;
mod marketo;
mod rig;
