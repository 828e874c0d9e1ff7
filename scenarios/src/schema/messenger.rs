//! The messenger in the schema.

use super::{named, object, reference, text, word};
use crate::words::{ALLOWED_MEDIA, APPS, PROMPT_ANSWERS};
use serde_json::Value;

type Keys = Vec<(&'static str, Value)>;

/// `engine.messenger`.
pub(super) fn setup() -> Value {
    let desk = vec![("app", word(APPS)), ("version", text()), ("available", reference("flag"))];
    object(
        "voice and video, and the reps' desks",
        &[],
        vec![
            ("voice_video", reference("flag")),
            ("visitor_calls", reference("flag")),
            ("box_colour", text()),
            ("reps", named(&object("a rep's desk", &[], desk))),
        ],
    )
}

/// The verbs of the messenger.
pub(super) fn verbs() -> Keys {
    let rep = |what: &str| object(what, &["rep"], vec![("rep", text())]);
    let setting = vec![("rep", text()), ("allowed", reference("flag"))];
    let page = vec![("rep", text()), ("page", text())];
    let mut verbs = vec![
        ("available", rep("a rep opens for chats")),
        ("unavailable", rep("a rep closes for chats")),
        ("set_voice_video", object("\"Allow voice and video\"", &["rep", "allowed"], setting)),
        ("open_page", object("a rep moves around the app", &["rep", "page"], page)),
    ];
    verbs.extend(media_verbs());
    verbs.extend(call_verbs());
    verbs
}

/// A verb about a visitor's chat, by either side.
fn by_either(description: &str, keys: Keys) -> Value {
    let mut all = vec![("visitor", text()), ("by", text())];
    all.extend(keys);
    object(description, &["by"], all)
}

fn media_verbs() -> Keys {
    let media = vec![("microphone", reference("flag")), ("camera", reference("flag"))];
    let devices =
        vec![("microphone", text()), ("camera", text()), ("background_blur", reference("flag"))];
    let allowed = vec![("media", word(ALLOWED_MEDIA))];
    let answer = vec![("answer", word(PROMPT_ANSWERS))];
    vec![
        ("switch_media", by_either("somebody clicks microphone or camera", media)),
        ("answer_prompt", by_either("the browser asked for the devices", answer)),
        ("choose_devices", by_either("devices and background", devices)),
        ("allow_visitor", by_either("\"Allow visitor audio and video\"", allowed)),
    ]
}

fn call_verbs() -> Keys {
    let visitor = || vec![("visitor", text())];
    let typed = vec![("visitor", text()), ("text", text())];
    let merged = vec![("visitor", text()), ("into", text())];
    vec![
        ("decline_call", by_either("the call is not wanted", Vec::new())),
        ("end_call", by_either("somebody clicks End", Vec::new())),
        ("lose_network", by_either("a side is cut off", Vec::new())),
        ("regain_network", by_either("a side is back", Vec::new())),
        ("full_screen", object("the visitor clicks the arrows", &[], visitor())),
        ("type", object("typed, not sent", &["text"], typed)),
        ("block", by_either("a rep blocks and reports the visitor", Vec::new())),
        ("merge_visitors", object("two visitors are one person", &["into"], merged)),
    ]
}
