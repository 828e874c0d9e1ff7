//! Duplicate record sets: what a rule with "Report" notes when a duplicate is saved all the same.
//!
//! The new row joins the set of a row that it matches; else it founds one with all of them. Sets
//! and items are plain rows, made by the platform itself.

use crate::id::SfId;
use crate::value::Value;

use super::Org;
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::save::Draft;

impl Org {
    /// Notes the duplicates of a row that is saved.
    pub(crate) fn report_duplicates(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        if cx.origin == Origin::Import || !self.rules.duplicates.iter().any(|rule| rule.report) {
            return Ok(());
        }
        for (rule, matches) in self.reported(cx, draft) {
            let known = self.set_of(rule, &matches);
            let set = match known {
                Some(set) => set,
                None => self.made(cx, "DuplicateRecordSet", &[("DuplicateRuleId", rule)])?,
            };
            let mut members = if known.is_some() { Vec::new() } else { matches };
            members.push(draft.after.id());
            members.retain(|member| !self.is_item(set, *member));
            for member in members {
                let fields = [("DuplicateRecordSetId", set), ("RecordId", member)];
                self.made(cx, "DuplicateRecordItem", &fields)?;
            }
            self.count_items(set);
        }
        Ok(())
    }

    /// A set of the rule that one of the rows is in.
    fn set_of(&self, rule: SfId, rows: &[SfId]) -> Option<SfId> {
        let items = self.standard("DuplicateRecordItem");
        let sets = rows.iter().flat_map(|row| self.referring(&items, "RecordId", *row));
        let mut sets =
            sets.filter_map(|item| self.stored(self.get(item)?, "DuplicateRecordSetId").as_id());
        sets.find(|set| {
            let of = self.live(*set).map(|row| self.stored(row, "DuplicateRuleId").as_id());
            of.flatten() == Some(rule)
        })
    }

    fn is_item(&self, set: SfId, row: SfId) -> bool {
        let items = self.standard("DuplicateRecordItem");
        let own = self.referring(&items, "DuplicateRecordSetId", set);
        own.into_iter().any(|item| {
            self.get(item).is_some_and(|item| self.stored(item, "RecordId").as_id() == Some(row))
        })
    }

    fn count_items(&mut self, set: SfId) {
        let items = self.standard("DuplicateRecordItem");
        let count = self.referring(&items, "DuplicateRecordSetId", set).len();
        let sets = self.standard("DuplicateRecordSet");
        let row = self.live(set).cloned();
        if let (Some(mut row), Some(field)) = (row, sets.field_index("RecordCount")) {
            row.set(field, Value::Int(i64::try_from(count).unwrap_or(i64::MAX)));
            self.replace_row(row);
        }
    }

    fn made(
        &mut self,
        cx: &SaveContext,
        object: &str,
        fields: &[(&str, SfId)],
    ) -> Result<SfId, Vec<OrgError>> {
        let object = self.standard(object);
        let value = |(name, id): &(&str, SfId)| Some((object.field_index(name)?, Value::Id(*id)));
        let values = fields.iter().filter_map(value).collect();
        self.because("duplicate report", |org| org.save_new(&cx.automation(), &object, values))
    }
}
