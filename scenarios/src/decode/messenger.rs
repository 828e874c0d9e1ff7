//! The messenger: its set-up, its verbs, and what a playback link answers.

use crate::ast::{App, DeskSetup, MessengerSetup, MessengerVerb, PlaybackCheck, PlaybackLink};
use crate::decode::{Decoder, Map};
use crate::diagnostic::code;
use crate::source::Text;
use crate::tree::{Node, Scalar};
use crate::words::{ALLOWED_MEDIA, APPS, PROMPT_ANSWERS};

/// Every verb of the messenger.
pub(crate) const MESSENGER_VERBS: [&str; 16] = [
    "available",
    "unavailable",
    "set_voice_video",
    "open_page",
    "switch_media",
    "answer_prompt",
    "choose_devices",
    "allow_visitor",
    "decline_call",
    "end_call",
    "lose_network",
    "regain_network",
    "full_screen",
    "type",
    "block",
    "merge_visitors",
];

impl Decoder<'_> {
    pub(crate) fn messenger(&mut self, node: &Node) -> Option<MessengerSetup> {
        let mut map = Map::of(node, "`messenger`", self)?;
        let setup = MessengerSetup {
            voice_video: map.flag("voice_video", false, self),
            visitor_calls: map.flag("visitor_calls", false, self),
            box_colour: map.text("box_colour", self),
            desks: self.named(map.take("reps"), "`reps`", Decoder::desk),
        };
        map.finish(self);
        Some(setup)
    }

    fn desk(&mut self, rep: Text, node: &Node) -> Option<DeskSetup> {
        let mut map = Map::of(node, "a rep's desk", self)?;
        let desk = DeskSetup {
            rep,
            app: map.take("app").and_then(|node| self.word(node, APPS)).unwrap_or_default(),
            version: map.text("version", self),
            available: map.flag("available", true, self),
        };
        map.finish(self);
        let is_dotted = |text: &Text| text.split('.').all(|part| part.parse::<u32>().is_ok());
        if let Some(version) = desk.version.as_ref().filter(|text| !is_dotted(text)) {
            let message = format!("`{version}` is not a version like `1.3`");
            self.error(code::VALUE, version.span, message, "write numbers with dots between them");
        }
        if let (App::Browser, Some(version)) = (desk.app, &desk.version) {
            let message = "only the desktop app has a `version`";
            self.error(
                code::CONTRADICTION,
                version.span,
                message,
                "remove `version`, or write `app: desktop`",
            );
        }
        Some(desk)
    }

    pub(crate) fn messenger_verb(&mut self, word: &str, map: &mut Map<'_>) -> MessengerVerb {
        match word {
            "available" | "unavailable" => {
                let rep = map.required_text("rep", self);
                MessengerVerb::Presence { rep, available: word == "available" }
            }
            "set_voice_video" => {
                let rep = map.required_text("rep", self);
                MessengerVerb::SetVoiceVideo { rep, on: self.required_flag(map, "allowed") }
            }
            "open_page" => {
                let rep = map.required_text("rep", self);
                MessengerVerb::OpenPage { rep, page: map.required_text("page", self) }
            }
            _ => self.chat_verb(word, map),
        }
    }

    /// A verb about one visitor's chat.
    fn chat_verb(&mut self, word: &str, map: &mut Map<'_>) -> MessengerVerb {
        let visitor = self.visitor(map);
        match word {
            "full_screen" => return MessengerVerb::FullScreen { visitor },
            "type" => {
                return MessengerVerb::Type { visitor, text: map.required_text("text", self) };
            }
            "merge_visitors" => {
                let into = map.required_text("into", self);
                return MessengerVerb::MergeVisitors { visitor, into };
            }
            _ => {}
        }
        let by = map.required_text("by", self);
        match word {
            "switch_media" => {
                let microphone = map.take("microphone").and_then(|node| self.flag(node));
                let camera = map.take("camera").and_then(|node| self.flag(node));
                if !map.has("microphone") && !map.has("camera") {
                    let message = "say what is switched: `microphone`, `camera` or both";
                    self.error(
                        code::MISSING_KEY,
                        map.span,
                        message,
                        "add `microphone: true` or `camera: false`, for example",
                    );
                }
                MessengerVerb::SwitchMedia { visitor, by, microphone, camera }
            }
            "answer_prompt" => {
                let answer = map.require("answer", self);
                let granted = answer.and_then(|node| self.word(node, PROMPT_ANSWERS));
                MessengerVerb::AnswerPrompt { visitor, by, granted: granted.unwrap_or(false) }
            }
            "choose_devices" => MessengerVerb::ChooseDevices {
                microphone: map.text("microphone", self),
                camera: map.text("camera", self),
                blur: map.take("background_blur").and_then(|node| self.flag(node)),
                visitor,
                by,
            },
            "allow_visitor" => {
                let media = map.take("media").and_then(|node| self.word(node, ALLOWED_MEDIA));
                MessengerVerb::AllowVisitor { visitor, by, video: media.unwrap_or(true) }
            }
            "decline_call" => MessengerVerb::DeclineCall { visitor, by },
            "end_call" => MessengerVerb::EndCall { visitor, by },
            "lose_network" => MessengerVerb::Network { visitor, by, lost: true },
            "regain_network" => MessengerVerb::Network { visitor, by, lost: false },
            _ => MessengerVerb::Block { visitor, by },
        }
    }

    fn required_flag(&mut self, map: &mut Map<'_>, key: &'static str) -> bool {
        map.require(key, self).and_then(|node| self.flag(node)).unwrap_or(false)
    }

    pub(crate) fn playback(&mut self, node: &Node) -> Option<PlaybackCheck> {
        let mut map = Map::of(node, "a playback", self)?;
        let event = map.text("event", self).map(PlaybackLink::Event);
        let device = map.text("device", self).map(PlaybackLink::Device);
        let token = map.text("token", self).map(PlaybackLink::Token);
        let named = [event, device, token].into_iter().flatten().collect::<Vec<_>>();
        let link = match named.as_slice() {
            [] => PlaybackLink::Visitor(self.visitor(&mut map)),
            [only] => only.clone(),
            _ => {
                let message =
                    "a playback is opened by one of `visitor`, `event`, `device`, `token`";
                self.error(code::EXACTLY_ONE, map.span, message, "keep one of them");
                return None;
            }
        };
        let read = |(key, node): (&Scalar, &Node)| Some((key.text.clone(), self.matcher(node)?));
        let fields: Vec<_> = map.rest().into_iter().filter_map(read).collect();
        if fields.is_empty() {
            self.error(
                code::MISSING_KEY,
                map.span,
                "a playback needs something to look at",
                "add a field and what it should be, such as `status: 200`",
            );
        }
        Some(PlaybackCheck { link, fields })
    }
}
