//! Validation rules: every active rule of the object is asked, all that fire are told (§14).

use crate::formula::Scope;

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::save::Draft;

impl Org {
    pub(crate) fn run_validation_rules(&self, cx: &SaveContext, draft: &Draft) -> Vec<OrgError> {
        let rules = self.rules.validation.iter();
        let own = rules.filter(|rule| rule.active && rule.object == draft.object.index);
        let scope = Scope {
            org: self,
            cx,
            before: draft.before.as_ref(),
            after: &draft.after,
            is_new: draft.is_new(),
        };
        let fired = own.filter(|rule| rule.when.holds(&scope));
        fired
            .map(|rule| {
                let field = rule.field.map(|field| &*draft.object.field_at(field).name);
                OrgError::new("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message.as_str())
                    .about(field)
            })
            .collect()
    }
}
