//! `findDuplicates`, `findDuplicatesByIds`: what the duplicate rules of an object say about rows that nobody saves.
//!
//! Documentation: SOAP API, core calls. `DuplicateRuleHeader` says whether matching rows come whole.

use super::{Call, Outcome, fault::Fault, record, result};
use crate::{Org, OrgError, org::DuplicateResult, xml};

/// Most rows of one call.
const RECORD_LIMIT: usize = 50;

/// What the rules said of one row.
type Found = Result<Vec<DuplicateResult>, Vec<OrgError>>;

/// `findDuplicates(sObjects)`
pub(super) fn of_rows(call: &Call<'_>) -> Outcome {
    Call::at_most(RECORD_LIMIT, call.sent.all("sObjects").count())?;
    let org = call.visit.mock.org();
    let rows = record::records(call, &org, "sObjects")?;
    one_object(&org, rows.iter().map(|row| row.object.as_str()))?;
    let cx = &call.visit.saving;
    let one = |row: &record::Sent| {
        let id = row.id.as_deref().filter(|id| !id.is_empty()).map(record::id_of).transpose();
        let id = id.map_err(|error| vec![error])?;
        org.find_duplicates(cx, (&row.object, id), &row.fields)
    };
    let found: Vec<Found> = rows.iter().map(one).collect();
    drop(org);
    Ok(written(call, &found))
}

/// `findDuplicatesByIds(ids)`
pub(super) fn of_ids(call: &Call<'_>) -> Outcome {
    let texts = call.list("ids");
    Call::at_most(RECORD_LIMIT, texts.len())?;
    let ids = texts.into_iter().map(record::id_of).collect::<Result<Vec<_>, _>>()?;
    let org = call.visit.mock.org();
    let names = ids.iter().filter_map(|id| org.schema().of_prefix(id.prefix_bytes()));
    one_object(&org, names.map(|object| &*org.schema().at(object).name))?;
    let one = |error| vec![error];
    let found: Vec<Found> = ids
        .into_iter()
        .map(|id| org.find_duplicates_of(&call.visit.saving, id).map_err(one))
        .collect();
    drop(org);
    Ok(written(call, &found))
}

/// All rows of a call are of one object, which has a rule.
fn one_object<'n>(org: &Org, mut names: impl Iterator<Item = &'n str>) -> Result<(), Fault> {
    let Some(name) = names.next() else { return Ok(()) };
    if names.any(|other| other != name) {
        let message = "all records must be of the same object type";
        return Err(Fault::of("INVALID_INPUT_COMBINATION", message));
    }
    if org.schema().object(name).is_some_and(|object| org.has_duplicate_rule(object)) {
        return Ok(());
    }
    let message = format!("No active duplicate rules are defined for the {name} object type.");
    Err(Fault::of("NO_ACTIVE_DUPLICATE_RULE", message))
}

fn written(call: &Call<'_>, found: &[Found]) -> Vec<u8> {
    let mut out = Vec::new();
    for one in found {
        xml::open(&mut out, "result");
        match one {
            Ok(results) => {
                let org = call.visit.mock.org();
                for result in results {
                    result::write_duplicates(&mut out, "duplicateResults", call, (&org, result));
                }
            }
            Err(errors) => result::write_errors(&mut out, call, errors),
        }
        xml::element(&mut out, "success", one.is_ok());
        xml::close(&mut out, "result");
    }
    out
}
