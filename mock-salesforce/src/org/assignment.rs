//! Assignment rules (wire reference §8.2): after the automations, over whatever owner was given.
//!
//! Over REST they run unless `Sforce-Auto-Assign` says FALSE: that is how an integration's owner
//! gets lost. The first entry that fits decides; when none does, the default lead owner gets the
//! row; when no rule is active, the owner stays. Saves within saves never assign.

use std::sync::Arc;

use crate::formula::Scope;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectIndex;
use crate::value::Value;

use super::Org;
use super::context::{AssignmentHeader, Origin, SaveContext};
use super::error::OrgError;
use super::feed::ChangeKind;
use super::rules::AssignmentRule;
use super::save::{Draft, one};
use super::sharing::RowRight;

/// Objects that assignment rules are for.
const ASSIGNED: [&str; 2] = ["Lead", "Case"];

impl Org {
    pub(crate) fn run_assignment(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        if !ASSIGNED.contains(&&*draft.object.name) || self.depth > 1 {
            return Ok(());
        }
        match self.rule_for(cx, draft)? {
            Some(rule) => self.assign(cx, &rule, draft.after.id()),
            None => Ok(()),
        }
    }

    /// Applies the active rule to a lead, as the invocable action does (§8.3).
    pub fn apply_assignment_rule(&mut self, cx: &SaveContext, lead: SfId) -> Result<(), OrgError> {
        let leads = self.standard("Lead");
        let row = self.target(&leads, lead)?;
        if self.stored(row, "IsConverted").is_true() {
            return Err(OrgError::converted_lead());
        }
        let right = self.row_right(cx.user, row);
        if right < RowRight::Edit || self.may_update(cx, &leads).is_err() {
            return Err(OrgError::no_access());
        }
        let Some(rule) = self.active_rule(leads.index) else { return Ok(()) };
        let outcome = self.transaction(|org| org.assign(cx, &rule, lead));
        outcome.map_err(|mut errors| errors.pop().unwrap_or_else(OrgError::no_access))
    }

    fn rule_for(
        &self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<Option<Arc<AssignmentRule>>, Vec<OrgError>> {
        let object = draft.object.index;
        match cx.assignment {
            AssignmentHeader::False => Ok(None),
            AssignmentHeader::Absent if cx.origin != Origin::Rest => Ok(None),
            AssignmentHeader::Absent | AssignmentHeader::True => {
                let rule = self.active_rule(object);
                Ok(rule.or_else(|| self.without_rule(draft)))
            }
            AssignmentHeader::Rule(id) => {
                let named = |rule: &&Arc<AssignmentRule>| rule.id == id && rule.object == object;
                let rule = self.rules.assignment.iter().find(named).cloned();
                let message = format!("invalid assignment rule id: {id}");
                let invalid = || one(OrgError::new("INVALID_ASSIGNMENT_RULE", message));
                let rule = rule.ok_or_else(invalid)?;
                Ok(draft.is_new().then_some(rule))
            }
        }
    }

    /// An org whose leads go to the default owner when no rule is active behaves as if a rule without entries were.
    fn without_rule(&self, draft: &Draft) -> Option<Arc<AssignmentRule>> {
        let is_lead = &*draft.object.name == "Lead" && draft.is_new();
        (self.settings.default_owner_without_rule && is_lead).then(|| {
            Arc::new(AssignmentRule {
                id: SfId::EMPTY,
                name: "default owner".to_owned(),
                object: draft.object.index,
                active: true,
                entries: Vec::new(),
            })
        })
    }

    fn active_rule(&self, object: ObjectIndex) -> Option<Arc<AssignmentRule>> {
        self.rules.assignment.iter().find(|rule| rule.active && rule.object == object).cloned()
    }

    fn assign(
        &mut self,
        cx: &SaveContext,
        rule: &AssignmentRule,
        id: SfId,
    ) -> Result<(), Vec<OrgError>> {
        let Some(row) = self.live(id) else { return Ok(()) };
        let Some(owner) = self.assignee(cx, rule, row) else { return Ok(()) };
        let object = self.schema.shared(row.object());
        let Some(field) = object.system.owner else { return Ok(()) };
        if row.get(field) == Value::Id(owner) {
            return Ok(());
        }
        let mut row = row.clone();
        let before = row.get(field).as_id();
        self.check_owner(cx, &object, owner).map_err(one)?;
        row.set(field, Value::Id(owner));
        self.replace_row(row);
        let cause = format!("assignment rule {}", rule.name);
        let cx = SaveContext { origin: Origin::Automation, ..*cx };
        let changed = vec![(field, Value::Id(owner))];
        self.because(&cause, |org| {
            org.note(&cx, ChangeKind::Updated, (object.index, id), changed);
            if let Some(before) = before {
                org.move_along(&cx, (&object, id), (before, owner));
            }
        });
        Ok(())
    }

    /// Who gets the row; nobody when the entry that fits leaves the owner alone.
    fn assignee(&self, cx: &SaveContext, rule: &AssignmentRule, row: &Record) -> Option<SfId> {
        let scope = Scope { org: self, cx, before: None, after: row, is_new: false };
        let fits = |when: &Option<crate::formula::Formula>| {
            when.as_ref().is_none_or(|when| when.holds(&scope))
        };
        match rule.entries.iter().find(|(when, _)| fits(when)) {
            Some((_, owner)) => *owner,
            None => self.default_owner(row),
        }
    }

    fn default_owner(&self, row: &Record) -> Option<SfId> {
        let settings = &self.settings;
        let named = match &*self.schema.at(row.object()).name {
            "Case" => settings.default_case_owner.as_deref(),
            _ => settings.default_lead_owner.as_deref(),
        };
        named.map_or_else(|| self.administrator(), |name| self.owner_named(name))
    }
}
