//! The messenger as text.

use super::expect::matcher;
use super::yaml::{Block, Flow, text};
use crate::ast::{App, MessengerSetup, MessengerVerb, PlaybackCheck};
use crate::words::{ALLOWED_MEDIA, PROMPT_ANSWERS, word_of};

/// `engine.messenger`.
pub(super) fn setup(setup: &MessengerSetup, out: &mut Block) {
    if *setup == MessengerSetup::default() {
        return out.entry(1, "messenger", "{}");
    }
    out.open(1, "messenger");
    for (key, on) in [("voice_video", setup.voice_video), ("visitor_calls", setup.visitor_calls)] {
        if on {
            out.entry(2, key, "true");
        }
    }
    if let Some(colour) = &setup.box_colour {
        out.entry(2, "box_colour", &text(colour));
    }
    if !setup.desks.is_empty() {
        out.open(2, "reps");
    }
    for desk in &setup.desks {
        let mut flow = Flow::new();
        if desk.app == App::Desktop {
            flow.entry("app", "desktop");
        }
        flow.optional("version", desk.version.as_ref());
        if !desk.available {
            flow.entry("available", "false");
        }
        out.entry(3, &desk.rep, &flow.finish());
    }
}

/// A verb with its arguments.
pub(super) fn verb(verb: &MessengerVerb) -> (&'static str, Flow) {
    let mut flow = Flow::new();
    if let Some(visitor) = verb.visitor() {
        flow.text("visitor", visitor);
    }
    if let Some(by) = verb.by() {
        flow.text(if verb.visitor().is_some() { "by" } else { "rep" }, by);
    }
    let word = match verb {
        MessengerVerb::Presence { available: true, .. } => "available",
        MessengerVerb::Presence { .. } => "unavailable",
        MessengerVerb::SetVoiceVideo { on, .. } => {
            flow.entry("allowed", on.to_string());
            "set_voice_video"
        }
        MessengerVerb::OpenPage { page, .. } => {
            flow.text("page", page);
            "open_page"
        }
        MessengerVerb::SwitchMedia { microphone, camera, .. } => {
            for (key, on) in [("microphone", microphone), ("camera", camera)] {
                if let Some(on) = on {
                    flow.entry(key, on.to_string());
                }
            }
            "switch_media"
        }
        MessengerVerb::AnswerPrompt { granted, .. } => {
            flow.entry("answer", word_of(PROMPT_ANSWERS, granted));
            "answer_prompt"
        }
        MessengerVerb::ChooseDevices { microphone, camera, blur, .. } => {
            flow.optional("microphone", microphone.as_ref());
            flow.optional("camera", camera.as_ref());
            if let Some(blur) = blur {
                flow.entry("background_blur", blur.to_string());
            }
            "choose_devices"
        }
        MessengerVerb::AllowVisitor { video, .. } => {
            flow.entry("media", word_of(ALLOWED_MEDIA, video));
            "allow_visitor"
        }
        other => plain(other, &mut flow),
    };
    (word, flow)
}

/// A verb with nothing but texts.
fn plain(verb: &MessengerVerb, flow: &mut Flow) -> &'static str {
    match verb {
        MessengerVerb::DeclineCall { .. } => "decline_call",
        MessengerVerb::EndCall { .. } => "end_call",
        MessengerVerb::Network { lost: true, .. } => "lose_network",
        MessengerVerb::Network { .. } => "regain_network",
        MessengerVerb::FullScreen { .. } => "full_screen",
        MessengerVerb::Type { text, .. } => {
            flow.text("text", text);
            "type"
        }
        MessengerVerb::MergeVisitors { into, .. } => {
            flow.text("into", into);
            "merge_visitors"
        }
        _ => "block",
    }
}

/// `playback`.
pub(super) fn playback(check: &PlaybackCheck) -> String {
    let mut flow = Flow::new();
    let (key, name) = check.link.parts();
    flow.text(key, name);
    for (name, value) in &check.fields {
        flow.entry(name, matcher(value));
    }
    flow.finish()
}
