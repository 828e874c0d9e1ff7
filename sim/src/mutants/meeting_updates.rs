//! Cancelled and moved meetings, answered wrongly.

use engine::{FieldValues, MeetingChange, Rule, Settings, Standard, Value};

use super::mutants;

/// The settings with the switch the other way.
fn switched(settings: &Settings, on: bool) -> Settings {
    Settings { meeting_updates: on, ..settings.clone() }
}

mutants! {
    #[doc = "Events follow their meetings although the setting is off"]
    EventsFollowUnasked violates [MeetingChangeIgnored] breaks [] {
        fn follow_meeting(&self, change: MeetingChange, settings: &Settings) -> Rule {
            Standard.follow_meeting(change, &switched(settings, true))
        }
    }

    #[doc = "Events never follow their meetings"]
    EventsNeverFollow violates [MeetingCancelled, MeetingMoved] breaks [] {
        fn follow_meeting(&self, change: MeetingChange, settings: &Settings) -> Rule {
            Standard.follow_meeting(change, &switched(settings, false))
        }
    }

    #[doc = "a change writes over what a rep noted"]
    ChangeOverwritesNotes breaks ["EV-26"] {
        fn meeting_change(&self, change: MeetingChange, rep_name: &str) -> FieldValues {
            let mut fields = Standard.meeting_change(change, rep_name);
            fields.push(("Description".into(), Value::from("The meeting changed.")));
            fields
        }
    }
}
