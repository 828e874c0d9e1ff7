//! Chatting and browsing, as far as the messenger is concerned: who has the chat, what was said, who is lost to a call.

use scenarios::ast::{Fields, Verb};

use super::{Happening, Messenger, availability::may_take, call::Side};

impl Messenger {
    /// Chatting and browsing, as far as the messenger is concerned.
    pub(super) fn chat_verb(&mut self, now: i64, verb: &Verb) -> Result<Vec<Happening>, String> {
        match verb {
            Verb::Land(land) => {
                let device = land.device.as_ref().unwrap_or(&land.visitor);
                let room = self.rooms.entry(land.visitor.to_string()).or_default();
                room.device = device.to_string();
                room.call.regain(Side::Visitor);
                let page = land.page.as_deref().unwrap_or("/");
                self.record(&land.visitor, |it, device| it.opened(device, now, page));
            }
            Verb::Browse { visitor, page } => {
                self.record(visitor, |it, device| it.opened(device, now, page));
            }
            Verb::Return { visitor, page } => {
                if let Some(room) = self.rooms.get_mut(&*visitor.text) {
                    room.call.regain(Side::Visitor);
                }
                if let Some(page) = page {
                    self.record(visitor, |it, device| it.opened(device, now, page));
                }
            }
            Verb::Leave { visitor } => return Ok(self.lose(now, visitor, Side::Visitor)),
            Verb::Say { visitor, text } => return self.visitor_says(now, visitor, text),
            Verb::Enter { visitor, fields } => {
                return self.visitor_says(now, visitor, &answers(fields));
            }
            verb => return self.rep_verb(now, verb),
        }
        Ok(Vec::new())
    }

    pub(super) fn rep_verb(&mut self, now: i64, verb: &Verb) -> Result<Vec<Happening>, String> {
        match verb {
            Verb::Chat { visitor, with: rep } | Verb::Pounce { visitor, by: rep } => {
                self.takes_chat(now, visitor, rep);
            }
            Verb::Transfer { visitor, to } => {
                let room = self.rooms.get(&*visitor.text);
                let from = room.and_then(|it| it.rep.as_deref());
                may_take(&self.desks, from, to)?;
                self.not_in_call(visitor)?;
                self.takes_chat(now, visitor, to);
            }
            Verb::EndChat { visitor } => {
                self.not_in_call(visitor)?;
                if let Some(room) = self.rooms.get_mut(&*visitor.text) {
                    room.rep = None;
                }
            }
            Verb::Reply { visitor, text } => {
                let Some(room) = self.rooms.get_mut(&*visitor.text) else {
                    return Ok(Vec::new());
                };
                room.messages += 1;
                room.answered_since = true;
                let name = room.rep.as_ref().and_then(|it| self.desks.get(it));
                let name = name.map_or("rep", |it| it.name.as_str()).to_owned();
                self.record(visitor, |it, device| it.said(device, now, &name, text));
            }
            _ => {}
        }
        Ok(Vec::new())
    }

    /// A call finishes only through End (VV-37).
    pub(super) fn not_in_call(&self, visitor: &str) -> Result<(), String> {
        if self.is_live(Some(visitor)) {
            return Err("a call goes on: end it first".to_owned());
        }
        Ok(())
    }

    pub(super) fn takes_chat(&mut self, now: i64, visitor: &str, rep: &str) {
        let Some(room) = self.rooms.get_mut(visitor) else { return };
        room.rep = Some(rep.to_owned());
        room.chat_since.get_or_insert(now);
    }

    pub(super) fn visitor_says(
        &mut self,
        now: i64,
        visitor: &str,
        text: &str,
    ) -> Result<Vec<Happening>, String> {
        let Some(room) = self.rooms.get_mut(visitor) else { return Ok(Vec::new()) };
        if room.blocked {
            return Err("the messenger is not shown to a blocked visitor".to_owned());
        }
        room.typing = None;
        room.messages += 1;
        text.clone_into(&mut room.last_said);
        self.record(visitor, |it, device| it.said(device, now, "visitor", text));
        Ok(Vec::new())
    }

    pub(super) fn lose(&mut self, now: i64, visitor: &str, side: Side) -> Vec<Happening> {
        let limit = self.reconnect_ms;
        let Some(room) = self.rooms.get_mut(visitor) else { return Vec::new() };
        room.typing = None;
        if room.call.lose(side, now) {
            return vec![Happening::Wake(now.saturating_add(limit), visitor.to_owned(), now)];
        }
        Vec::new()
    }

    pub(super) fn merge(&mut self, visitor: &str, into: &str) {
        let device = self.rooms.get(into).map(|it| it.device.clone());
        if let Some(other) = device {
            self.record(visitor, |it, device| it.merge(device, &other));
        }
    }
}

/// The answers that a visitor typed, as one message.
fn answers(fields: &Fields) -> String {
    let values: Vec<&str> =
        fields.iter().map(|(_, value)| &*value.text).filter(|value| !value.is_empty()).collect();
    values.join(", ")
}
