//! E-mails that a package sends: rows of `EmailMessage`, as an org keeps what it has sent.

use mock_salesforce::{FieldInput, Org, SfId, Tx};
use serde_json::json;

use super::rows;

/// Sends a message to users; a queue is told at the address of the queue, if it has one. Whoever has no address is left
/// out, and without anybody left nothing is sent.
pub(super) fn send(tx: &mut Tx<'_>, to: &[SfId], about: SfId, words: (&str, &str)) {
    let mut addresses: Vec<String> = to.iter().filter_map(|it| address(tx.org(), *it)).collect();
    addresses.dedup();
    if addresses.is_empty() {
        return;
    }
    let (subject, body) = words;
    let input = FieldInput::from([
        ("Subject".to_owned(), json!(subject)),
        ("TextBody".to_owned(), json!(body)),
        ("ToAddress".to_owned(), json!(addresses.join("; "))),
        ("RelatedToId".to_owned(), json!(about.to_string())),
        ("MessageDate".to_owned(), json!(tx.context().now.to_string())),
    ]);
    // A message that cannot be kept is no reason to undo what it tells of.
    let _sent = tx.create("EmailMessage", &input);
}

fn address(org: &Org, id: SfId) -> Option<String> {
    let row = org.live(id)?;
    Some(rows::text(org, row, "Email")).filter(|it| !it.is_empty())
}
