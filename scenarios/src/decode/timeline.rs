//! `timeline:`: one line is a time and exactly one verb.

use crate::ast::{BookMeeting, Land, Line, MeetingStart, Verb};
use crate::decode::messenger::MESSENGER_VERBS;
use crate::decode::signals::SIGNALS_VERBS;
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::Text;
use crate::time::{is_local, parse_instant};
use crate::tree::{Node, NodeKind};
use crate::words::IDENTITY_SOURCES;

/// The length of a meeting that names none, in milliseconds: half an hour.
const DEFAULT_MEETING_MS: i64 = 30 * 60 * 1000;

/// Every verb of the site, the chat and the org.
const VERBS: [&str; 38] = [
    "land",
    "start",
    "enter",
    "enrich",
    "say",
    "browse",
    "decline_meeting",
    "leave",
    "return",
    "chat",
    "reply",
    "end_chat",
    "transfer",
    "pounce",
    "edit",
    "create_lead",
    "sync_fields",
    "book_meeting",
    "cancel_meeting",
    "move_meeting",
    "connect",
    "disconnect",
    "create",
    "update",
    "delete",
    "undelete",
    "convert",
    "merge",
    "deactivate",
    "activate",
    "change_schema",
    "change_permission",
    "restart_engine",
    "fault",
    "enter_workflow",
    "add_task_template",
    "remove_workflow",
    "link_user",
];

/// Every verb.
pub(crate) fn verbs() -> impl Iterator<Item = &'static str> {
    VERBS.into_iter().chain(MESSENGER_VERBS).chain(SIGNALS_VERBS)
}

impl Decoder<'_> {
    pub(crate) fn line(&mut self, node: &Node) -> Option<Line> {
        let mut map = Map::of(node, "a line of the timeline", self)?;
        let place = map.place();
        let at = map.require("at", self).and_then(|node| self.offset(node));
        let rest = map.rest();
        let [(word, value)] = rest.as_slice() else {
            let names: Vec<String> =
                rest.iter().map(|(word, _)| format!("`{}`", word.text)).collect();
            let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let message = format!("a line has `at` and exactly one verb; this has {found}");
            let mut problem = Diagnostic::error(code::EXACTLY_ONE, node.span, message)
                .help("give each verb a line of its own");
            if let Some((word, _)) =
                rest.iter().find(|(word, _)| !verbs().any(|verb| word.text == verb))
            {
                problem = problem.maybe_help(hint(&word.text, verbs()));
            }
            self.out.push(problem);
            return None;
        };
        if !verbs().any(|verb| word.text == verb) {
            let known: Vec<&str> = verbs().collect();
            self.unknown_word(word, &format!("there is no verb `{}`", word.text), &known);
            return None;
        }
        let mut arguments = Map::of(value, "this verb", self)?;
        let verb = self.verb(&word.text, &mut arguments);
        arguments.finish(self);
        Some(Line { at: at?, verb: verb?, place })
    }

    fn verb(&mut self, word: &str, map: &mut Map<'_>) -> Option<Verb> {
        match word {
            "land" | "start" | "enter" | "say" | "browse" | "decline_meeting" | "leave"
            | "return" => Some(self.visitor_verb(word, map)),
            "connect" => {
                let (rep, user) = (map.required_text("rep", self), map.required_text("as", self));
                Some(Verb::Connect { rep, user })
            }
            "disconnect" => Some(Verb::Disconnect { rep: map.required_text("rep", self) }),
            "chat" | "reply" | "end_chat" | "transfer" | "pounce" | "edit" | "create_lead"
            | "sync_fields" | "book_meeting" | "cancel_meeting" | "move_meeting" => {
                self.rep_verb(word, map)
            }
            word if SIGNALS_VERBS.contains(&word) => {
                Some(Verb::Signals(self.signals_verb(word, map)))
            }
            word if MESSENGER_VERBS.contains(&word) => {
                Some(Verb::Messenger(self.messenger_verb(word, map)))
            }
            "enrich" => Some(Verb::Enrich(self.enrich(map))),
            word if super::liaison::VERBS.contains(&word) => Some(self.liaison_verb(word, map)),
            _ => self.org_verb(word, map),
        }
    }

    fn visitor_verb(&mut self, word: &str, map: &mut Map<'_>) -> Verb {
        if word == "land" {
            return self.land(map);
        }
        let visitor = self.visitor(map);
        match word {
            "start" => Verb::Start { visitor, experience: map.required_text("experience", self) },
            "enter" => Verb::Enter { visitor, fields: self.entered(map) },
            "say" => Verb::Say { visitor, text: map.required_text("text", self) },
            "browse" => Verb::Browse { visitor, page: map.required_text("page", self) },
            "decline_meeting" => Verb::DeclineMeeting { visitor },
            "leave" => Verb::Leave { visitor },
            _ => Verb::Return { visitor, page: map.text("page", self) },
        }
    }

    fn rep_verb(&mut self, word: &str, map: &mut Map<'_>) -> Option<Verb> {
        let visitor = self.visitor(map);
        match word {
            "book_meeting" => return self.book_meeting(visitor, map),
            "move_meeting" => return self.move_meeting(visitor, map),
            "cancel_meeting" => return Some(Verb::CancelMeeting { visitor }),
            _ => {}
        }
        Some(match word {
            "chat" => Verb::Chat { visitor, with: map.required_text("with", self) },
            "reply" => Verb::Reply { visitor, text: map.required_text("text", self) },
            "end_chat" => Verb::EndChat { visitor },
            "transfer" => Verb::Transfer { visitor, to: map.required_text("to", self) },
            "pounce" => Verb::Pounce { visitor, by: map.required_text("by", self) },
            "edit" => {
                let by = map.required_text("by", self);
                let fields =
                    map.require("fields", self).map(|node| self.fields(node)).unwrap_or_default();
                Verb::Edit { visitor, by, fields }
            }
            "create_lead" => Verb::CreateLead { visitor, by: map.required_text("by", self) },
            _ => Verb::SyncFields { visitor, by: map.required_text("by", self) },
        })
    }

    /// The visitor that a line names, else the only one of the file.
    pub(crate) fn visitor(&mut self, map: &mut Map<'_>) -> Text {
        if let Some(name) = map.text("visitor", self) {
            return name;
        }
        if let [only] = self.visitors.as_slice() {
            return only.clone();
        }
        let several = self.visitors.len() > 1;
        let message = if several {
            "several visitors land; this does not say which is meant"
        } else {
            "no visitor lands"
        };
        let help =
            if several { "add `visitor:`" } else { "a visitor exists from its first `land`" };
        self.out.push(Diagnostic::error(code::WHICH_VISITOR, map.span, message).help(help));
        Text::default()
    }

    fn land(&mut self, map: &mut Map<'_>) -> Verb {
        Verb::Land(Land {
            visitor: map.required_text("visitor", self),
            page: map.text("page", self),
            identified_by: map.text("identified_by", self),
            source: map
                .take("source")
                .and_then(|node| self.word(node, IDENTITY_SOURCES))
                .unwrap_or_default(),
            device: map.text("device", self),
        })
    }

    /// All keys but `visitor` are visitor fields.
    fn entered(&mut self, map: &mut Map<'_>) -> Vec<(Text, Text)> {
        let entries = map.rest();
        if entries.is_empty() {
            self.error(
                code::MISSING_KEY,
                map.span,
                "`enter` needs at least one visitor field",
                "add a field and its value, such as `Email: pat@example.com`",
            );
        }
        let read = |(key, node): (&crate::tree::Scalar, &Node)| {
            (key.text.clone(), self.text(node).unwrap_or_default())
        };
        entries.into_iter().map(read).collect()
    }

    fn book_meeting(&mut self, visitor: Text, map: &mut Map<'_>) -> Option<Verb> {
        let with = map.text("with", self);
        let by = map.text("by", self);
        let zone = map.text("zone", self);
        let starts = map.require("starts", self).and_then(|node| self.meeting_start(node, zone));
        let length = map.duration("length", self).unwrap_or(DEFAULT_MEETING_MS);
        let attendees = map.texts("attendees", self);
        Some(Verb::BookMeeting(BookMeeting {
            visitor,
            with,
            by,
            starts: starts?,
            length,
            attendees,
        }))
    }

    fn move_meeting(&mut self, visitor: Text, map: &mut Map<'_>) -> Option<Verb> {
        let zone = map.text("zone", self);
        let starts = map.require("starts", self).and_then(|node| self.meeting_start(node, zone));
        let length = map.duration("length", self).unwrap_or(DEFAULT_MEETING_MS);
        Some(Verb::MoveMeeting { visitor, starts: starts?, length })
    }

    fn meeting_start(&mut self, node: &Node, zone: Option<Text>) -> Option<MeetingStart> {
        let NodeKind::Scalar(scalar) = &node.kind else {
            self.shape(node, "a time", "write an instant, such as `2026-03-04T10:00:00-08:00`");
            return None;
        };
        match (parse_instant(&scalar.text), zone) {
            (Some(instant), None) => Some(MeetingStart::Instant(instant)),
            (Some(_), Some(zone)) => {
                self.error(
                    code::CONTRADICTION,
                    zone.span,
                    "an instant with a UTC offset needs no `zone`",
                    "remove `zone`, or write a local time without an offset",
                );
                None
            }
            (None, Some(zone)) if is_local(&scalar.text) => {
                Some(MeetingStart::Local { time: scalar.text.clone(), zone })
            }
            _ => {
                let help = "write an instant (`2026-03-04T10:00:00-08:00`), or a local time with `zone` beside it";
                let message = format!("`{}` is not a time for a meeting", scalar.text);
                self.out.push(Diagnostic::error(code::VALUE, node.span, message).help(help));
                None
            }
        }
    }
}
