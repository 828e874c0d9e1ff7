//! Everything that the grammar knows by name: what the support matrix must have rows for.

use std::sync::LazyLock;

use super::{bind::SCOPES, dates, function::FUNCTIONS};

/// Clauses and operators, each as the support matrix writes it.
const CLAUSES: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "LIKE",
    "IN",
    "NOT IN",
    "INCLUDES",
    "EXCLUDES",
    "IN (SELECT)",
    "NOT IN (SELECT)",
    "(SELECT)",
    "TYPEOF",
    "FIELDS(ALL)",
    "FIELDS(CUSTOM)",
    "FIELDS(STANDARD)",
    "USING SCOPE",
    "WITH SECURITY_ENFORCED",
    "WITH USER_MODE",
    "WITH SYSTEM_MODE",
    "WITH DATA CATEGORY",
    "GROUP BY",
    "GROUP BY ROLLUP",
    "GROUP BY CUBE",
    "HAVING",
    "ORDER BY",
    "ASC",
    "DESC",
    "NULLS FIRST",
    "NULLS LAST",
    "LIMIT",
    "OFFSET",
    "FOR VIEW",
    "FOR REFERENCE",
    "FOR UPDATE",
    "UPDATE TRACKING",
    "UPDATE VIEWSTAT",
    "ALL ROWS",
];

/// Every keyword, function, date literal and scope that the grammar knows, refused ones too.
pub fn constructs() -> &'static [&'static str] {
    static ALL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let functions = FUNCTIONS.iter().map(|(name, _)| name);
        let names = CLAUSES.iter().chain(functions).chain(dates::PLAIN).chain(dates::COUNTED);
        names.chain(SCOPES).copied().collect()
    });
    &ALL
}
