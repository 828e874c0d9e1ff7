//! XML in and out, within bounds (wire reference §1.3, §6.3, §9).
//!
//! [`read`] makes an owned tree of a document and knows what it will not take: a document type
//! (so no entities but the five of XML itself, inner or outer), other encodings than UTF-8, and
//! whatever is deeper, longer or more than its [`Limits`]. Elements are looked up by their local
//! names, since every client has prefixes of its own. The writing half puts elements straight into
//! a byte buffer, as the `json` module does for JSON.

mod read;
mod write;

pub(crate) use read::{Element, Limits, XmlError, read};
pub(crate) use write::{close, element, empty, nil, open, text};

/// The first line of every document that Salesforce sends.
pub(crate) const DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// The namespace of `xsi:nil` and `xsi:type`.
pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
