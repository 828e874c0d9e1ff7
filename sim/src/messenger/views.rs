//! What do the two sides see of a chat besides the CRM's view of it?
//!
//! The rep: the preview box and its colour (VV-05, VV-07, VV-20), the pulsing tab (VV-22), the page of the app (VV-31),
//! what the visitor types before sending it (VV-10). The visitor: who is connecting (VV-24), where the video is (VV-33),
//! full screen (VV-35). Both: call, devices and the state of the other side (VV-26, VV-27).

use std::collections::BTreeMap;

use super::{
    Messenger, Room,
    availability::Desk,
    call::{Side, State},
    devices::{Kit, Permission},
    hints::{Situation, hints},
};

/// The product's own colour of the preview box.
const BOX_COLOUR: &str = "#0b1f3a";

/// Named fields of a view.
type Fields = BTreeMap<String, String>;

impl Messenger {
    /// Adds what a rep sees of a visitor's chat.
    pub(crate) fn add_rep_view(&self, visitor: &str, now: i64, fields: &mut Fields) {
        let Some(room) = self.rooms.get(visitor) else { return };
        let mut put = |name: &str, value: &str| fields.insert(name.to_owned(), value.to_owned());
        if let Some(typing) = &room.typing {
            put("typing", typing);
        }
        if let Some((Side::Rep, why)) = &room.refusal {
            put("refused", why);
        }
        if room.blocked {
            put("blocked", "yes");
        }
        let (Some(_), Some((rep, desk))) = (&self.setup, self.desk_of(room)) else { return };
        put("chat", on(room.chat_open(), "open", "closed"));
        put("available", on(desk.available, "yes", "no"));
        put("voice_video", on(desk.voice_video, "on", "off"));
        put("page", &desk.page);
        let others = self.desks.iter().filter(|(name, it)| *name != rep && it.available);
        let others: Vec<&str> = others.map(|(name, _)| name.as_str()).collect();
        put("transfer_targets", &others.join(", "));
        let shows_box = self.shows_box(desk, room);
        put("video_box", on(shows_box, "shown", "hidden"));
        if shows_box {
            let colour = self.setup.as_ref().and_then(|it| it.box_colour.as_ref());
            put("video_box_colour", colour.map_or(BOX_COLOUR, |it| it));
        }
        if self.can_call(room, Side::Rep).is_ok() {
            put("call_actions", "microphone, camera");
        }
        if self.has_feature(desk) {
            call_fields(room, Side::Rep, &desk.kit, fields);
            if room.call.state == State::Ringing {
                fields.insert("visitor_tab".to_owned(), "ringing".to_owned());
            }
            if room.call.asks_to_allow() {
                fields.insert("allow_visitor".to_owned(), "shown".to_owned());
            }
        }
        if shows_box {
            self.add_hints(rep, room, now, fields);
        }
    }

    /// Adds what the visitor sees.
    pub(crate) fn add_visitor_view(&self, visitor: &str, fields: &mut Fields) {
        let Some(room) = self.rooms.get(visitor) else { return };
        if room.blocked {
            fields.insert("messenger".to_owned(), "hidden".to_owned());
        }
        if let Some((Side::Visitor, why)) = &room.refusal {
            fields.insert("refused".to_owned(), why.clone());
        }
        if self.setup.is_none() {
            return;
        }
        let mut put = |name: &str, value: &str| fields.insert(name.to_owned(), value.to_owned());
        put("messenger", on(room.blocked, "hidden", "open"));
        put("chat", on(room.chat_open(), "open", "closed"));
        let Some((_, desk)) = self.desk_of(room) else { return };
        if self.can_call(room, Side::Visitor).is_ok() {
            put("call_actions", "microphone, camera");
        }
        if !self.has_feature(desk) {
            return;
        }
        let is_waiting = matches!(room.call.state, State::Ringing | State::Waiting);
        if is_waiting && room.call.own(Side::Visitor).is_on() {
            put("waiting", &format!("picture of {0}: {0} is connecting", desk.name));
        }
        if room.call.is_live() {
            put("video", "above_messenger");
            put("full_screen", on(room.call.full_screen, "on", "off"));
        }
        call_fields(room, Side::Visitor, &room.kit, fields);
    }

    fn shows_box(&self, desk: &Desk, room: &Room) -> bool {
        let is_on = desk.voice_video || room.call.is_live();
        self.has_feature(desk) && room.chat_open() && is_on
    }

    fn add_hints(&self, rep: &str, room: &Room, now: i64, fields: &mut Fields) {
        let own = |it: &&Room| it.rep.as_deref() == Some(rep) && it.chat_open();
        let kit = self.desks.get(rep).map(|it| it.kit.permission);
        let situation = Situation {
            state: room.call.state,
            chat_ms: room.chat_since.map_or(0, |since| now.saturating_sub(since)),
            messages: room.messages,
            last_said: &room.last_said,
            visitor_shares: room.call.own(Side::Visitor).is_on(),
            goes_on_at_once: kit == Some(Permission::Granted),
            answered_since: room.answered_since,
            other_chats: self.rooms.values().filter(own).count().saturating_sub(1),
        };
        let mine = hints(situation).join(", ");
        let all = match fields.get("hints") {
            Some(others) => format!("{others}, {mine}"),
            None => mine,
        };
        fields.insert("hints".to_owned(), all);
    }
}

/// What both sides see of the call.
fn call_fields(room: &Room, side: Side, kit: &Kit, fields: &mut Fields) {
    let mut put = |name: &str, value: &str| fields.insert(name.to_owned(), value.to_owned());
    let call = &room.call;
    put("call_state", call.state.word());
    if let State::Ended(end) = call.state {
        put("call_ended", end.word());
    }
    let (own, peer) = match side {
        Side::Rep => (call.own(Side::Rep), call.shared(Side::Visitor)),
        Side::Visitor => (call.own(Side::Visitor), call.shared(Side::Rep)),
    };
    put("microphone", on_off(own.microphone));
    put("camera", on_off(own.camera));
    put("peer_microphone", on_off(peer.microphone));
    put("peer_camera", on_off(peer.camera));
    let is_seen = peer.camera && !matches!(call.state, State::Reconnecting(_));
    put("peer_video", on_off(is_seen));
    put("devices", &kit.described());
    put("background_blur", on_off(kit.blur));
    if room.asked(side).is_some() {
        put("permission_prompt", "shown");
    }
}

fn on_off(is_on: bool) -> &'static str {
    on(is_on, "on", "off")
}

fn on(is: bool, yes: &'static str, no: &'static str) -> &'static str {
    if is { yes } else { no }
}
