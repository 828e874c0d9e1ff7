//! Settings by name → the engine's switches.
//!
//! Every setting of the catalogue that is in scope is here, with its values; `leadsim list settings` names them.

use engine::{
    BlockedArmed, ChatOwner, DuplicateAlert, NowCreateMeeting, OnIncomplete, OpportunityCount,
    PlusTags, Settings, SeveralRoleMembers, UnconnectedChatRep, WaitUpdate,
};
use scenarios::{ast::Pair, time::parse_offset};

use super::Problems;

/// Settings that name a user, or a trait of the org: they are lowered with what they belong to.
const ELSEWHERE: [&str; 3] = ["sync_user", "fallback_user", "no_rule_owner"];

/// The switches that the pairs name; the others keep their defaults.
pub(crate) fn settings(pairs: &[Pair], problems: &mut Problems) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in pairs {
        if !set(&mut settings, name, value) {
            problems.add(
                value.span,
                format!("setting `{name}` does not take `{value}`"),
                "see `leadsim list settings` for its values",
            );
        }
    }
    settings
}

/// Sets one switch; false if there is no such switch or value.
fn set(settings: &mut Settings, name: &str, value: &str) -> bool {
    if ELSEWHERE.contains(&name) {
        return true;
    }
    set_flag(settings, name, value).or_else(|| set_span(settings, name, value)).unwrap_or_else(
        || {
            if let Some(taken) = set_other(settings, name, value) {
                return taken;
            }
            match (name, value) {
                ("chat_owner", "holder") => settings.chat_owner = ChatOwner::Holder,
                ("chat_owner", "first") => settings.chat_owner = ChatOwner::First,
                ("unconnected_chat_rep", "skip") => {
                    settings.unconnected_chat_rep = UnconnectedChatRep::Skip;
                }
                ("unconnected_chat_rep", "org_user") => {
                    settings.unconnected_chat_rep = UnconnectedChatRep::OrgUser;
                }
                ("on_incomplete", "latch") => settings.on_incomplete = OnIncomplete::Latch,
                ("on_incomplete", "fail") => settings.on_incomplete = OnIncomplete::Fail,
                ("wait_update", "until_leave") => settings.wait_update = WaitUpdate::UntilLeave,
                ("wait_update", "once") => settings.wait_update = WaitUpdate::Once,
                ("now_create_meeting", "owner") => {
                    settings.now_create_meeting = NowCreateMeeting::Owner;
                }
                ("now_create_meeting", "ignored") => {
                    settings.now_create_meeting = NowCreateMeeting::Ignored;
                }
                ("duplicate_alert", "adopt") => settings.duplicate_alert = DuplicateAlert::Adopt,
                ("duplicate_alert", "save_anyway") => {
                    settings.duplicate_alert = DuplicateAlert::SaveAnyway;
                }
                ("opportunity_count", "all") => {
                    settings.opportunity_count = OpportunityCount::All;
                }
                ("opportunity_count", "open") => {
                    settings.opportunity_count = OpportunityCount::Open;
                }
                ("several_role_members", "lowest_id") => {
                    settings.several_role_members = SeveralRoleMembers::LowestId;
                }
                ("several_role_members", "round_robin") => {
                    settings.several_role_members = SeveralRoleMembers::RoundRobin;
                }
                // What it demands of a rule set is checked before anything runs.
                ("no_match_rule", "warn" | "strict") => {}
                ("blocked_armed", "cancel") => settings.blocked_armed = BlockedArmed::Cancel,
                ("blocked_armed", "fire") => settings.blocked_armed = BlockedArmed::Fire,
                ("topology", "direct") => settings.topology = engine::Topology::Direct,
                ("topology", "via_map") => settings.topology = engine::Topology::ViaMap,
                _ => return set_identity(settings, name, value) || set_product(name, value),
            }
            true
        },
    )
}

/// Sets a field or a share; nothing if it is neither.
fn set_other(settings: &mut Settings, name: &str, value: &str) -> Option<bool> {
    match name {
        "external_id" => {
            settings.external_id = (value != "none").then(|| value.into());
            Some(true)
        }
        "api_reserve" => Some(set_percent(&mut settings.api_reserve_percent, value)),
        _ => None,
    }
}

/// Sets a switch of who somebody is; false if it is none of those, or not a value of it.
fn set_identity(settings: &mut Settings, name: &str, value: &str) -> bool {
    match (name, value) {
        ("plus_tags", "distinct") => settings.plus_tags = PlusTags::Distinct,
        ("plus_tags", "same_person") => settings.plus_tags = PlusTags::SamePerson,
        ("enrichment_key", "never") => settings.enrichment_key = engine::EnrichmentKey::Never,
        ("enrichment_key", "very_high") => {
            settings.enrichment_key = engine::EnrichmentKey::VeryHigh;
        }
        _ => return false,
    }
    true
}

/// Settings of the product around the engine, which reads them itself; whether the value is one of theirs.
fn set_product(name: &str, value: &str) -> bool {
    match name {
        "playback_calls" => matches!(value, "none" | "occurrence"),
        "reconnect_limit" => parse_offset(value).is_some_and(|ms| ms >= 0),
        _ => false,
    }
}

/// Sets a switch that is true or false; nothing if it is not one of those.
fn set_flag(settings: &mut Settings, name: &str, value: &str) -> Option<bool> {
    let switch = match name {
        "clear_on_blank" => &mut settings.clear_on_blank,
        "require_email" => &mut settings.require_email,
        "require_email_automatic" => &mut settings.require_email_automatic,
        "create_updates_match" => &mut settings.create_updates_match,
        "recreate_deleted" => &mut settings.recreate_deleted,
        "bot_events" => &mut settings.bot_events,
        "meeting_updates" => &mut settings.meeting_updates,
        "fuzzy_name" => &mut settings.fuzzy_name,
        "add_if_missing" => &mut settings.add_if_missing,
        _ => return None,
    };
    let parsed = value.parse().ok();
    *switch = parsed.unwrap_or(*switch);
    Some(parsed.is_some())
}

/// Sets a share in percent; false if it is none.
fn set_percent(percent: &mut u64, value: &str) -> bool {
    let parsed = value.parse().ok().filter(|it| *it <= 100);
    *percent = parsed.unwrap_or(*percent);
    parsed.is_some()
}

/// Sets a span of time; nothing if it is not one of those.
fn set_span(settings: &mut Settings, name: &str, value: &str) -> Option<bool> {
    let span = match name {
        "event_delay" => &mut settings.event_delay_ms,
        "idle_limit" => &mut settings.idle_limit_ms,
        "event_cap" => &mut settings.event_cap_ms,
        "leave_grace" => &mut settings.leave_grace_ms,
        "conversion_interval" => &mut settings.conversion_interval_ms,
        "stuck_after" => &mut settings.stuck_after_ms,
        "second_look" => &mut settings.second_look_ms,
        "owner_read_back" => &mut settings.owner_read_back_ms,
        "reconcile_every" => &mut settings.reconcile_every_ms,
        _ => return None,
    };
    let parsed = parse_offset(value).filter(|ms| *ms >= 0);
    *span = parsed.unwrap_or(*span);
    Some(parsed.is_some())
}

#[cfg(test)]
mod tests {
    use scenarios::Text;

    use super::*;

    fn check(name: &str, value: &str) -> (Settings, usize) {
        let mut problems = Problems::default();
        let pairs = [(Text::from(name), Text::from(value))];
        let settings = settings(&pairs, &mut problems);
        (settings, problems.into_found().len())
    }

    #[test]
    fn each_kind_of_setting_is_set_by_name() {
        assert_eq!(check("chat_owner", "first").0.chat_owner, ChatOwner::First);
        assert!(check("clear_on_blank", "true").0.clear_on_blank);
        assert_eq!(check("event_delay", "3m").0.event_delay_ms, 180_000);
    }

    #[test]
    fn a_value_that_a_setting_does_not_take_is_a_problem() {
        for (name, value) in
            [("chat_owner", "last"), ("clear_on_blank", "no"), ("event_delay", "-1s"), ("x", "y")]
        {
            assert_eq!(check(name, value), (Settings::default(), 1), "{name}: {value}");
        }
    }
}
