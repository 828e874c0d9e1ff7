//! Which status does the contact of a converted lead get?
//!
//! The lead's status is mapped to the contact's (MM-09). A status without mapping leaves the contact's blank, with a
//! warning.

use crate::{AutoConvert, Rule};

/// A contact's status, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactStatus {
    /// The status; blank if there is no mapping.
    pub status: Option<String>,
    /// The rule that decided.
    pub because: Rule,
}

/// Maps the status that a lead had before its conversion.
pub fn contact_status(lead_status: &str, convert: &AutoConvert) -> ContactStatus {
    let mapped = convert.statuses.iter().find(|(lead, _)| lead.eq_ignore_ascii_case(lead_status));
    let because =
        if mapped.is_some() { Rule::ContactStatusMapped } else { Rule::ContactStatusUnmapped };
    ContactStatus { status: mapped.map(|(_, contact)| contact.clone()), because }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_status_is_set_and_another_stays_blank() {
        let convert = AutoConvert {
            when: Vec::new(),
            converted_status: String::new(),
            statuses: [("Working".to_owned(), "Working Contact".to_owned())].into(),
        };
        let said = |status: &str| {
            let it = contact_status(status, &convert);
            format!("{:?} {}", it.status, it.because)
        };
        assert_eq!(said("working"), "Some(\"Working Contact\") matchmaker.status_mapped");
        assert_eq!(said("Open"), "None matchmaker.status_unmapped");
    }
}
