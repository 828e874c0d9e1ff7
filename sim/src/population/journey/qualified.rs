//! The journeys of the profile `qualified`, and how often each is made.

use super::{
    Journey, calling, campaigns, companies, creating, later, manual, refusals, talking, together,
    updating,
};

/// The requirements that a world exercises.
pub(crate) const REQUIREMENTS: &[&str] = &[
    "VI-01", "VI-02", "VI-05", "EX-06", "EX-07", "EX-08", "EX-09", "EX-10d", "EX-11d", "EX-12",
    "EX-13", "EX-14", "EX-17", "EX-19", "EX-20", "EX-22", "EX-23", "EX-25", "EX-26d", "UP-01",
    "UP-02", "UP-03", "UP-04", "UP-05", "UP-07", "UP-09d", "UP-10d", "MP-02", "MP-05d", "LC-03",
    "AS-01", "AS-02", "AS-03", "AS-04", "AS-05", "AS-08", "AS-10d", "MS-02", "MS-04", "MS-05",
    "MS-07d", "CP-01", "CP-05d", "CP-06d", "DD-01", "DD-02", "DD-03", "DD-04", "DD-10d", "DD-11d",
    "DD-12d", "EV-02", "EV-04d", "EV-16", "EV-24", "EV-25", "VV-30", "AC-01", "AC-17", "AC-22d",
];

/// The journeys of one visitor, each as often as its weight says.
pub(crate) const ALONE: &[(u64, Journey)] = &[
    (14, creating::a_rep_starts),
    (10, creating::the_visitor_leaves),
    (10, creating::now),
    (6, creating::after_a_talk),
    (5, creating::before_the_data),
    (3, creating::never_complete),
    (3, creating::never_reached),
    (4, creating::flushed_by_a_later_step),
    (5, creating::create_or_update),
    (5, creating::a_meeting_was_booked),
    (3, creating::the_meeting_was_declined),
    (3, creating::the_mapping_names_the_owner),
    (6, updating::now),
    (4, updating::nothing_new),
    (4, updating::at_every_trigger),
    (4, updating::never_synced_before),
    (2, updating::blank_answers),
    (2, updating::nothing_mapped),
    (3, updating::one_wait_push),
    (3, later::back_in_time),
    (3, later::back_too_late),
    (2, later::somebody_else_on_the_device),
    (5, manual::a_pounce_then_the_button),
    (2, manual::a_pounce_alone),
    (3, manual::a_pounce_with_a_step),
    (4, manual::a_chat_then_the_button),
    (3, manual::a_double_click),
    (3, talking::the_bot_alone),
    (2, talking::nobody_we_know),
    (3, talking::a_meeting_in_the_chat),
    (4, campaigns::registers),
    (2, campaigns::registered_before),
    (3, refusals::a_validation_rule),
    (2, refusals::a_locked_field),
    (2, refusals::a_duplicate_rule),
    (2, calling::blocked),
    (3, calling::a_call_in_the_chat),
    (2, companies::made_an_account),
    (2, companies::has_an_account),
];

/// The journeys of two visitors who have to do with one another.
pub(crate) const TOGETHER: &[(u64, Journey)] = &[
    (3, together::two_browsers),
    (5, together::a_fresh_browser),
    (2, together::converted_meanwhile),
];
