//! The messenger around the engine: who chats with whom, calls and devices, what is refused, and what is recorded.
//!
//! The engine syncs; this is the product in which people meet, as far as it can be seen (`rep_view`, `visitor_view`,
//! `playback`). Media are states here, nothing is transmitted. What the engine has to hear of (a call began or ended, a
//! visitor was blocked) it hears of as source events; what the product refuses the engine never hears of.

mod acting;
mod availability;
mod call;
mod chatting;
mod devices;
mod hints;
mod views;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use engine::{CallStage, Config};
use scenarios::{
    Text,
    ast::{MessengerSetup, Scenario, Verb},
    time::parse_offset,
};

use self::{
    availability::{Desk, desks},
    call::{Call, Side},
    devices::{Kit, Media},
};
use crate::playback::Recordings;

/// How long a lost side of a call may stay away, in ms, unless `reconnect_limit` says otherwise (K-39).
const RECONNECT_MS: i64 = 60_000;

/// The messenger of one world.
#[derive(Debug)]
pub(crate) struct Messenger {
    setup: Option<MessengerSetup>,
    reconnect_ms: i64,
    desks: BTreeMap<String, Desk>,
    rooms: BTreeMap<String, Room>,
    recordings: Arc<Mutex<Recordings>>,
}

/// A visitor's chat, with its call.
#[derive(Debug, Default)]
struct Room {
    /// Where the visitor is recorded.
    device: String,
    /// The rep who has the chat.
    rep: Option<String>,
    chat_since: Option<i64>,
    messages: usize,
    last_said: String,
    answered_since: bool,
    /// What stands in the visitor's box, not sent.
    typing: Option<String>,
    call: Call,
    /// The visitor's own devices.
    kit: Kit,
    asked_rep: Option<Media>,
    asked_visitor: Option<Media>,
    blocked: bool,
    /// Who was refused something last, and why.
    refusal: Option<(Side, String)>,
}

/// What comes of a line of the timeline besides what everybody sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// A call began or ended: the engine hears of it.
    Call(String, CallStage, &'static str),
    /// A lost side is waited for until then; since when is what it is asked by.
    Wake(i64, String, i64),
}

impl Room {
    fn chat_open(&self) -> bool {
        self.rep.is_some() && !self.blocked
    }

    fn asked(&self, side: Side) -> Option<Media> {
        match side {
            Side::Rep => self.asked_rep,
            Side::Visitor => self.asked_visitor,
        }
    }

    fn ask(&mut self, side: Side, media: Option<Media>) {
        match side {
            Side::Rep => self.asked_rep = media,
            Side::Visitor => self.asked_visitor = media,
        }
    }
}

impl Messenger {
    pub(crate) fn new(scenario: &Scenario, config: &Config) -> Self {
        let setup = &scenario.engine;
        let setting = |name: &str| setup.settings.iter().find(|(it, _)| **it == *name);
        let called = |rep: &str| {
            config
                .reps
                .get(&engine::RepId::from(rep))
                .map_or_else(|| rep.to_owned(), |it| it.name.clone())
        };
        let limit = setting("reconnect_limit").and_then(|(_, value)| parse_offset(value));
        let shows_calls = setting("playback_calls").is_some_and(|(_, it)| **it == *"occurrence");
        Self {
            setup: setup.messenger.clone(),
            reconnect_ms: limit.unwrap_or(RECONNECT_MS),
            desks: desks(setup, called),
            rooms: BTreeMap::new(),
            recordings: Arc::new(Mutex::new(Recordings::new(config, shows_calls))),
        }
    }

    /// What was recorded, for whoever has a link.
    pub(crate) fn recordings(&self) -> Arc<Mutex<Recordings>> {
        Arc::clone(&self.recordings)
    }

    /// A line of the timeline happens. A refusal is shown to whoever acted, and the engine does not hear of the line.
    pub(crate) fn hear(&mut self, now: i64, verb: &Verb) -> Result<Vec<Happening>, String> {
        let visitor = visitor_of(verb).map(ToString::to_string);
        let was_live = self.is_live(visitor.as_deref());
        let heard = match verb {
            Verb::Messenger(verb) => self.messenger_verb(now, verb),
            verb => self.chat_verb(now, verb),
        };
        let side = side_of(verb);
        if let Some(room) = visitor.as_ref().and_then(|it| self.rooms.get_mut(it)) {
            room.refusal = heard.as_ref().err().map(|why| (side, why.clone()));
        }
        let mut happenings = heard?;
        if let Some(visitor) = visitor {
            happenings.extend(self.call_moved(now, was_live, &visitor));
        }
        Ok(happenings)
    }

    /// A lost side was waited for long enough.
    pub(crate) fn wake(&mut self, now: i64, visitor: &str, since: i64) -> Vec<Happening> {
        let was_live = self.is_live(Some(visitor));
        if let Some(room) = self.rooms.get_mut(visitor) {
            room.call.give_up(since);
        }
        self.call_moved(now, was_live, visitor).into_iter().collect()
    }

    /// The bot speaks.
    pub(crate) fn bot_says(&mut self, now: i64, visitor: &str, text: &str) {
        self.record(visitor, |it, device| it.said(device, now, "bot", text));
    }

    fn is_live(&self, visitor: Option<&str>) -> bool {
        visitor.and_then(|it| self.rooms.get(it)).is_some_and(|it| it.call.is_live())
    }

    /// The call that began or ended since.
    fn call_moved(&mut self, now: i64, was_live: bool, visitor: &str) -> Option<Happening> {
        let room = self.rooms.get(visitor)?;
        let word = match room.call.state {
            call::State::Ended(end) => end.word(),
            state => state.word(),
        };
        let stage = match (was_live, room.call.is_live()) {
            (false, true) => CallStage::Began,
            (true, false) => CallStage::Ended,
            _ => return None,
        };
        if stage == CallStage::Began {
            self.record(visitor, |it, device| it.called(device, now));
        }
        Some(Happening::Call(visitor.to_owned(), stage, word))
    }

    fn record(&self, visitor: &str, write: impl FnOnce(&mut Recordings, &str)) {
        let Some(room) = self.rooms.get(visitor) else { return };
        let mut recordings = self.recordings.lock().expect("nobody panics while recording");
        write(&mut recordings, &room.device);
    }

    fn room(&mut self, visitor: &str) -> Result<&mut Room, String> {
        self.rooms.get_mut(visitor).ok_or_else(|| format!("{visitor} is not on the site"))
    }

    fn desk(&mut self, rep: &str) -> Result<&mut Desk, String> {
        self.desks.get_mut(rep).ok_or_else(|| format!("there is no rep {rep}"))
    }

    fn desk_of(&self, room: &Room) -> Option<(&str, &Desk)> {
        let (rep, desk) = self.desks.get_key_value(room.rep.as_ref()?)?;
        Some((rep, desk))
    }

    /// The devices of a side.
    fn kit(&mut self, visitor: &str, side: Side) -> Result<&mut Kit, String> {
        if side == Side::Visitor {
            return Ok(&mut self.room(visitor)?.kit);
        }
        let rep = self.room(visitor)?.rep.clone().ok_or("no rep has the chat")?;
        Ok(&mut self.desk(&rep)?.kit)
    }
}

fn side(by: &Text) -> Side {
    if **by == *"visitor" { Side::Visitor } else { Side::Rep }
}

/// Who acts in a line about a chat.
fn side_of(verb: &Verb) -> Side {
    match verb {
        Verb::Messenger(verb) => verb.by().map_or(Side::Visitor, side),
        Verb::Transfer { .. } | Verb::EndChat { .. } | Verb::Reply { .. } => Side::Rep,
        _ => Side::Visitor,
    }
}

/// The visitor whose chat a line is about.
fn visitor_of(verb: &Verb) -> Option<&Text> {
    match verb {
        Verb::Messenger(verb) => verb.visitor(),
        Verb::Land(land) => Some(&land.visitor),
        Verb::Say { visitor, .. }
        | Verb::Enter { visitor, .. }
        | Verb::Browse { visitor, .. }
        | Verb::Leave { visitor }
        | Verb::Return { visitor, .. }
        | Verb::Chat { visitor, .. }
        | Verb::Pounce { visitor, .. }
        | Verb::Reply { visitor, .. }
        | Verb::Transfer { visitor, .. }
        | Verb::EndChat { visitor } => Some(visitor),
        _ => None,
    }
}
