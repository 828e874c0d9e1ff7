//! `merge`: a master takes in one or two rows of its object (wire reference §13).

use super::{
    Call, Outcome,
    fault::Fault,
    record::{self, Sent, id_of},
    result,
};
use crate::{
    Org, OrgError, SfId,
    org::Merged,
    xml::{self, Element},
};

/// Most merges of one call.
const REQUEST_LIMIT: usize = 200;
/// Objects whose rows can be merged.
const MERGEABLE: &[&str] = &["Lead", "Contact", "Account", "Case"];

/// A merge that is wanted.
struct Wanted {
    master: Sent,
    losers: Vec<String>,
}

/// `merge(request)`; some clients call the parameter `mergeRequests`.
pub(super) fn merge(call: &Call<'_>) -> Outcome {
    let requests: Vec<&Element> =
        call.sent.all("request").chain(call.sent.all("mergeRequests")).collect();
    Call::at_most(REQUEST_LIMIT, requests.len())?;
    let done = {
        let mut org = call.visit.mock.org();
        let wanted = requests
            .into_iter()
            .map(|request| wanted(call, &org, request))
            .collect::<Result<Vec<_>, _>>()?;
        result::each(&mut org, call.headers.all_or_none, wanted, |org, wanted| {
            carried_out(call, org, &wanted)
        })
    };
    let mut out = Vec::new();
    for done in &done {
        write(&mut out, call, done);
    }
    Ok(out)
}

fn wanted(call: &Call<'_>, org: &Org, request: &Element) -> Result<Wanted, Fault> {
    let missing = || Fault::of("MISSING_ARGUMENT", "masterRecord is required");
    let master = request.child("masterRecord").ok_or_else(missing)?;
    let master = record::record(call, org, master, None)?;
    if !MERGEABLE.contains(&&*master.object) {
        let message = format!("sObject type '{}' cannot be merged", master.object);
        return Err(Fault::of("INVALID_TYPE_FOR_OPERATION", message));
    }
    let losers = request.all("recordToMergeIds").map(|id| id.text.trim().to_owned()).collect();
    Ok(Wanted { master, losers })
}

fn carried_out(
    call: &Call<'_>,
    org: &mut Org,
    wanted: &Wanted,
) -> Result<(Merged, Vec<SfId>), Vec<OrgError>> {
    let one = |error| vec![error];
    let master = id_of(wanted.master.id.as_deref().unwrap_or_default()).map_err(one)?;
    let losers: Vec<SfId> =
        wanted.losers.iter().map(|id| id_of(id)).collect::<Result<_, _>>().map_err(one)?;
    let prefix = org.schema().object(&wanted.master.object).map(|object| object.key_prefix);
    if prefix != Some(master.prefix_bytes()) {
        let text = "the master record's id is of another object";
        return Err(vec![OrgError::new("INVALID_CROSS_REFERENCE_KEY", text)]);
    }
    let merged = org.merge_with(&call.visit.saving, master, &losers, &wanted.master.fields)?;
    Ok((merged, losers))
}

/// Writes a `MergeResult`.
fn write(out: &mut Vec<u8>, call: &Call<'_>, done: &Result<(Merged, Vec<SfId>), Vec<OrgError>>) {
    xml::open(out, "result");
    match done {
        Ok((merged, losers)) => {
            xml::element(out, "id", merged.master);
            for loser in losers {
                xml::element(out, "mergedRecordIds", loser);
            }
            xml::element(out, "success", true);
            for related in &merged.related {
                xml::element(out, "updatedRelatedIds", related);
            }
        }
        Err(errors) => {
            result::write_errors(out, call, errors);
            xml::nil(out, "id");
            xml::element(out, "success", false);
        }
    }
    xml::close(out, "result");
}
