//! What the header of an envelope says about a call.
//!
//! Assignment rules do not run unless `AssignmentRuleHeader` says so (wire reference §8.2). Headers that change
//! nothing that this org has are known and passed over; one that would change what is saved and is not emulated
//! is a counted fault; one that nobody knows is passed over unless it must be understood.

use super::fault::Fault;
use crate::{
    AssignmentHeader, DuplicateHeader, FieldKind, Mock, SfId,
    api::visit::{PAGE_ROWS, PAGE_ROWS_MIN},
    org::not_of_type,
    xml::Element,
};

/// Rows a page when nobody asks for another number: fewer than over REST.
const SOAP_PAGE_ROWS: usize = 500;

/// Headers without an effect on what this org stores or answers: no mail is sent, there are no feeds, no push
/// topics, no packages, no debug logs, one language and no list of recent rows.
const PASSED_OVER: &[&str] = &[
    "CallOptions",
    "DebuggingHeader",
    "DisableFeedTrackingHeader",
    "EmailHeader",
    "LimitInfoHeader",
    "LocaleOptions",
    "LoginScopeHeader",
    "MruHeader",
    "PackageVersionHeader",
    "StreamingEnabledHeader",
];

/// Headers that would change what is saved.
const UNSUPPORTED: &[&str] = &["OwnerChangeOptions", "UserTerritoryDeleteHeader"];

/// The options of one call.
#[derive(Debug)]
pub(super) struct Headers {
    /// Empty when none was sent.
    pub(super) session: String,
    /// Is everything rolled back when one row fails?
    pub(super) all_or_none: bool,
    /// Is text that is too long cut off?
    pub(super) truncate: bool,
    pub(super) assignment: AssignmentHeader,
    pub(super) duplicates: DuplicateHeader,
    /// Rows a page of a query.
    pub(super) page_rows: usize,
}

impl Default for Headers {
    fn default() -> Self {
        Self {
            session: String::new(),
            all_or_none: false,
            truncate: false,
            assignment: AssignmentHeader::Absent,
            duplicates: DuplicateHeader::default(),
            page_rows: SOAP_PAGE_ROWS,
        }
    }
}

impl Headers {
    /// Reads them all.
    pub(super) fn read(mock: &Mock, sent: &[Element]) -> Result<Self, Fault> {
        let mut headers = Self::default();
        for header in sent {
            headers.take(mock, header)?;
        }
        Ok(headers)
    }

    fn take(&mut self, mock: &Mock, header: &Element) -> Result<(), Fault> {
        let name = &*header.name;
        match name {
            "SessionHeader" => {
                header.text_of("sessionId").unwrap_or_default().clone_into(&mut self.session);
            }
            "AllOrNoneHeader" => self.all_or_none = truth(header, "allOrNone")?,
            "AllowFieldTruncationHeader" => {
                self.truncate = truth(header, "allowFieldTruncation")?;
            }
            "AssignmentRuleHeader" => self.assignment = assignment(header)?,
            "DuplicateRuleHeader" => {
                self.duplicates = DuplicateHeader {
                    allow_save: truth(header, "allowSave")?,
                    include_details: truth(header, "includeRecordDetails")?,
                    run_as_current_user: truth(header, "runAsCurrentUser")?,
                };
            }
            "QueryOptions" => self.page_rows = page_rows(header),
            _ if UNSUPPORTED.contains(&name) && !header.children.is_empty() => {
                return Err(Fault::unsupported(mock, name));
            }
            _ if PASSED_OVER.contains(&name) || UNSUPPORTED.contains(&name) => {}
            _ if must_understand(header) => return Err(Fault::must_understand(name)),
            _ => {}
        }
        Ok(())
    }
}

fn must_understand(header: &Element) -> bool {
    matches!(header.attribute("mustUnderstand").map(str::trim), Some("1" | "true"))
}

/// A truth of a parameter; false when it is absent.
pub(super) fn truth(of: &Element, name: &str) -> Result<bool, Fault> {
    // Clients in Python send `True`.
    let is = |text: &str, word: &str, digit| text == digit || text.eq_ignore_ascii_case(word);
    match of.text_of(name) {
        None => Ok(false),
        Some(text) if is(text, "false", "0") => Ok(false),
        Some(text) if is(text, "true", "1") => Ok(true),
        Some(text) => Err(Fault::client(not_of_type(FieldKind::Boolean, text))),
    }
}

fn assignment(header: &Element) -> Result<AssignmentHeader, Fault> {
    if let Some(rule) = header.text_of("assignmentRuleId") {
        let refused = |_| {
            let message = format!("invalid assignment rule id: {rule}");
            Fault::of("INVALID_ASSIGNMENT_RULE", message)
        };
        return rule.parse::<SfId>().map(AssignmentHeader::Rule).map_err(refused);
    }
    let default = truth(header, "useDefaultRule")?;
    Ok(if default { AssignmentHeader::True } else { AssignmentHeader::False })
}

fn page_rows(header: &Element) -> usize {
    let asked = header.text_of("batchSize").and_then(|text| text.parse::<usize>().ok());
    asked.map_or(SOAP_PAGE_ROWS, |rows| rows.clamp(PAGE_ROWS_MIN, PAGE_ROWS))
}
