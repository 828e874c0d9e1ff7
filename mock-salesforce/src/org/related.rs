//! What a save of one object means for itself and its neighbours: derived fields before it, further
//! rows after it, and the packages that watch it.

use std::sync::Arc;

use crate::automation::{Changes, Tx};
use crate::id::SfId;

use super::context::SaveContext;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::save::{Draft, one};
use super::{Org, activity, campaign, opportunity, person};

impl Org {
    /// Fields that follow from others, and the checks that come with them.
    pub(crate) fn derive(&self, cx: &SaveContext, draft: &mut Draft) -> Result<(), Vec<OrgError>> {
        person::derive(draft);
        match &*draft.object.name {
            "Event" => activity::derive_event(self, cx, draft).map_err(one),
            "Task" => activity::derive_task(self, cx, draft).map_err(one),
            "CampaignMember" => campaign::derive_member(self, cx, draft).map_err(one),
            "Opportunity" => {
                opportunity::derive(self, draft);
                Ok(())
            }
            "Case" => {
                Self::derive_case(draft);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Rows that come with the one just written.
    pub(crate) fn save_related(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        self.follow_owner(cx, draft);
        match &*draft.object.name {
            "Campaign" if draft.is_new() => campaign::add_statuses(self, cx, draft.after.id()),
            "CampaignMemberStatus" => campaign::keep_one_default(self, cx, draft),
            "Opportunity" => opportunity::add_contact_role(self, cx, draft),
            _ => Ok(()),
        }
    }

    /// Lets the installed packages see the save.
    pub(crate) fn run_automations(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        if self.automations.is_empty() {
            return Ok(());
        }
        let kind = if draft.is_new() { ChangeKind::Created } else { ChangeKind::Updated };
        let after = self.get(draft.after.id()).unwrap_or(&draft.after).clone();
        self.tell_automations(
            cx,
            Changes {
                kind,
                object: Arc::clone(&draft.object),
                before: draft.before.clone(),
                after,
            },
        )
    }

    pub(crate) fn tell_automations(
        &mut self,
        cx: &SaveContext,
        changes: Changes,
    ) -> Result<(), Vec<OrgError>> {
        for automation in self.automations.clone() {
            let name = automation.name();
            let refusal = self.because(name, |org| {
                let mut tx = Tx { org, cx: cx.automation(), refusal: None, name };
                automation.after_save(&changes, &mut tx);
                tx.refusal
            });
            if let Some(error) = refusal {
                return Err(one(error));
            }
        }
        match changes.kind {
            ChangeKind::Deleted => self.run_delete_flows(cx, &changes),
            _ => Ok(()),
        }
    }

    /// A package whose time has come. What it refuses stays undone.
    pub(crate) fn run_package(&mut self, name: &'static str, about: SfId, cx: &SaveContext) {
        let packages = self.automations.clone();
        let Some(package) = packages.iter().find(|package| package.name() == name) else { return };
        // A refusal is the org's own business: Salesforce mails it to its admin.
        let _refused = self.transaction(|org| {
            let refusal = org.because(name, |org| {
                let mut tx = Tx { org, cx: *cx, refusal: None, name };
                package.at_time(about, &mut tx);
                tx.refusal
            });
            refusal.map_or(Ok(()), Err)
        });
    }

    /// Cases know whether they are closed.
    fn derive_case(draft: &mut Draft) {
        let closed = draft.named("Status").as_text() == Some("Closed");
        draft.set_named("IsClosed", closed.into());
    }
}

/// Values that describe does not call required but that a save demands.
pub(crate) fn runtime_required(draft: &Draft) -> Option<OrgError> {
    match &*draft.object.name {
        "Event" => activity::required(draft),
        "CampaignMember" => campaign::required(draft),
        _ => None,
    }
}
