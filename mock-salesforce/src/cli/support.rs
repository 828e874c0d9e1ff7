//! `mock-salesforce support`: the support matrix, as a table, as JSON or as a page.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
};

use clap::{Args, ValueEnum};
use mock_salesforce::support::{self, Row, Status};
use serde_json::json;

/// Print what is emulated, where that is documented, and which test shows it.
#[derive(Debug, Args)]
pub(super) struct Support {
    /// As JSON.
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// As a page that needs nothing else.
    #[arg(long)]
    html: bool,
    /// Only behaviours of this status.
    #[arg(long, value_name = "STATUS", conflicts_with = "html")]
    status: Option<Wanted>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Wanted {
    /// As documented.
    Supported,
    /// In part.
    Partial,
    /// Not at all.
    Refused,
}

impl From<Wanted> for Status {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Supported => Self::Supported,
            Wanted::Partial => Self::Partial,
            Wanted::Refused => Self::Refused,
        }
    }
}

impl Support {
    /// Prints the matrix.
    pub(super) fn run(self) -> Result<(), String> {
        let status = self.status.map(Status::from);
        let text = if self.json {
            let rows = support::rows().iter();
            let rows = rows.filter(|row| status.is_none_or(|status| status == row.status));
            format!("{:#}\n", json!({ "rows": rows.map(Row::to_json).collect::<Vec<_>>() }))
        } else if self.html {
            support::html(&BTreeMap::new())
        } else {
            support::table(support::rows(), status)
        };
        match io::stdout().write_all(text.as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| format!("standard output is gone: {error}")),
        }
    }
}
