//! What visitors do, and what must come of it: one function a journey, with its truth beside it.

mod campaigns;
mod creating;
mod later;
mod manual;
mod refusals;
mod talking;
mod together;
mod updating;

use super::visit::Group;

/// A journey of one visitor, or of two.
type Journey = fn(&mut Group<'_>);

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
];

/// The journeys of two visitors who have to do with one another.
pub(crate) const TOGETHER: &[(u64, Journey)] = &[
    (3, together::two_browsers),
    (5, together::a_fresh_browser),
    (2, together::converted_meanwhile),
];
