//! Which fields has a view?
//!
//! An expectation that a misspelt field is absent could not fail, so `leadsim check` refuses names that no view has. A name
//! that ends with a dot stands for all that begin with it: they are named after the fields of a profile.

use scenarios::View;

const REP: &[&str] = &[
    "allow_visitor",
    "armed",
    "available",
    "background_blur",
    "blocked",
    "call_actions",
    "call_ended",
    "call_state",
    "camera",
    "chat",
    "confidence.",
    "conversation_rep",
    "converted_account",
    "converted_contact",
    "converted_opportunity",
    "devices",
    "email",
    "hints",
    "identity",
    "liaison.converted_statuses",
    "liaison.tasks",
    "liaison.users",
    "matched_account",
    "matched_owner",
    "matched_record",
    "matched_type",
    "microphone",
    "offers",
    "page",
    "peer_camera",
    "peer_microphone",
    "peer_video",
    "permission_prompt",
    "profile.",
    "refused",
    "source.",
    "transfer_targets",
    "typing",
    "video_box",
    "video_box_colour",
    "visitor_tab",
    "voice_video",
];
const VISITOR: &[&str] = &[
    "background_blur",
    "call_actions",
    "call_ended",
    "call_state",
    "camera",
    "chat",
    "chatting_with",
    "devices",
    "experience",
    "full_screen",
    "messenger",
    "microphone",
    "offered_meeting",
    "peer_camera",
    "peer_microphone",
    "peer_video",
    "permission_prompt",
    "playback",
    "refused",
    "step",
    "video",
    "waiting",
];
const ACCOUNT: &[&str] = &[
    "account.",
    "engagement_intent",
    "error_code",
    "error_fields",
    "error_message",
    "hints",
    "icp",
    "matched_account",
    "notice",
    "offers",
];
const LIST: &[&str] = &["accounts", "count", "hints", "job", "notice", "offers"];
const SEARCH: &[&str] = &["refused", "rows"];
const PLAYBACK: &[&str] = &["cache_control", "calls", "length", "pages", "status", "transcript"];

/// The fields of a view, by name.
pub(crate) fn view_fields(view: View) -> &'static [&'static str] {
    match view {
        View::Rep => REP,
        View::Visitor => VISITOR,
        View::Account => ACCOUNT,
        View::List => LIST,
        View::Playback => PLAYBACK,
        View::Search => SEARCH,
    }
}

/// Whether a view may show this field: what is shown and not listed could not be asked for.
pub(crate) fn may_show(view: View, name: &str) -> bool {
    scenarios::names_field(view_fields(view), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_stands_for_its_members_and_a_slip_for_nothing() {
        assert!(may_show(View::Rep, "profile.phone"));
        assert!(may_show(View::Account, "account.industry"));
        assert!(!may_show(View::Rep, "account"));
        assert!(!may_show(View::Rep, "profile."));
        assert!(!may_show(View::Visitor, "matched_record"));
    }
}
