//! A packed call in the engine's words: one exchange, with what it says about assignment and duplicate rules (LC-03, INV-12).

use super::{Ask, Flight, Part, Request};
use crate::{CrmCall, Engine, Rules, Save};

impl<R: Rules> Engine<R> {
    pub(super) fn spell(&self, flight: &Flight) -> Option<CrmCall> {
        match flight {
            Flight::Login => Some(CrmCall::Login),
            Flight::Beside(system, errand) => {
                let call = errand.as_ref().map_or(CrmCall::Login, |it| it.call());
                Some(CrmCall::Beside { system: *system, call: Box::new(call) })
            }
            Flight::More(_, locator) => Some(CrmCall::More { locator: locator.clone() }),
            Flight::Describe(kind) => Some(CrmCall::Describe(kind.object().into())),
            Flight::Job(job) => self.spell_job(*job).map(CrmCall::Bulk),
            Flight::Parts(parts) => match parts.as_slice() {
                [] => None,
                [only] => Some(self.spell_part(only)),
                several => {
                    Some(CrmCall::Composite(several.iter().map(|it| self.spell_part(it)).collect()))
                }
            },
        }
    }

    fn spell_part(&self, part: &Part) -> CrmCall {
        match part {
            Part::Read(reading) => {
                CrmCall::Find(reading.find(&self.read_fields, self.config.settings.plus_tags))
            }
            Part::Write(requests) => {
                CrmCall::Save(spell_save(requests, self.config.batching.all_or_none))
            }
            Part::Convert(requests) => CrmCall::Convert(
                requests
                    .iter()
                    .filter_map(|it| match &it.ask {
                        Ask::Convert(row) => Some(row.clone()),
                        _ => None,
                    })
                    .collect(),
            ),
        }
    }
}

fn spell_save(requests: &[Request], all_or_none: bool) -> Save {
    let writes = || {
        requests.iter().filter_map(|it| match &it.ask {
            Ask::Write(write) => Some(write),
            Ask::Read(..) | Ask::Convert(_) => None,
        })
    };
    let first = writes().next().expect("a part with rows is packed from at least one");
    let row = |write: &super::Write| {
        let mut row = write.row.clone();
        // The key stands in the address; Salesforce refuses it in the body as well.
        row.fields.retain(|(name, _)| write.by.as_ref().is_none_or(|by| by.field != *name));
        row
    };
    Save {
        object: first.object.into(),
        operation: first.operation,
        rows: writes().map(row).collect(),
        by: first.by.clone(),
        auto_assign: first.auto_assign.clone(),
        allow_duplicate: first.allow_duplicate,
        all_or_none,
    }
}
