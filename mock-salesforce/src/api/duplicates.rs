//! The payload of `DUPLICATES_DETECTED` (wire reference §7.2).

use crate::{
    SfId, json,
    org::{DuplicateResult, MatchResult},
};

/// How records of the payload are written: with the version of the request, and in full when it asked for that.
pub(super) type WriteRecord<'w> = &'w dyn Fn(&mut Vec<u8>, SfId);

/// The key of the payload: misspelled before the version in which Salesforce corrected it.
pub(super) fn spelling(version: u16, corrected_since: u16) -> &'static str {
    if version < corrected_since { "duplicateResut" } else { "duplicateResult" }
}

/// Writes the payload.
pub(super) fn write(out: &mut Vec<u8>, found: &DuplicateResult, record: WriteRecord<'_>) {
    json::write_plain(out, format_args!("{{\"allowSave\":{},\"duplicateRule\":", found.allow_save));
    json::write_text(out, &found.rule);
    out.extend_from_slice(b",\"duplicateRuleEntityType\":");
    json::write_text(out, &found.entity_type);
    out.extend_from_slice(b",\"errorMessage\":");
    json::write_text(out, &found.error_message);
    out.extend_from_slice(b",\"matchResults\":[");
    for (at, result) in found.matches.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_matches(out, result, record);
    }
    out.extend_from_slice(b"]}");
}

fn write_matches(out: &mut Vec<u8>, result: &MatchResult, record: WriteRecord<'_>) {
    out.extend_from_slice(b"{\"entityType\":");
    json::write_text(out, &result.entity_type);
    out.extend_from_slice(b",\"errors\":[],\"matchEngine\":");
    json::write_text(out, result.engine);
    out.extend_from_slice(b",\"matchRecords\":[");
    for (at, found) in result.records.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"additionalInformation\":[],\"fieldDiffs\":[");
        for (at, diff) in found.diffs.iter().enumerate() {
            out.extend_from_slice(if at > 0 { b",{" } else { b"{" });
            json::write_plain(
                out,
                format_args!("\"difference\":\"{}\",\"name\":", diff.difference),
            );
            json::write_text(out, &diff.name);
            out.push(b'}');
        }
        json::write_plain(
            out,
            format_args!("],\"matchConfidence\":{:?},\"record\":", found.confidence),
        );
        record(out, found.id);
        out.push(b'}');
    }
    out.extend_from_slice(b"],\"rule\":");
    json::write_text(out, &result.rule);
    json::write_plain(out, format_args!(",\"size\":{},\"success\":true}}", result.size));
}
