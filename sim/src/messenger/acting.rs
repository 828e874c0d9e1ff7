//! What do people do in the messenger besides chatting, and what are they refused?
//!
//! Presence and settings are the rep's own; everything else is about one visitor's chat. A side can switch media on where
//! the customer has the feature, the rep's app has calls and the rep allows voice and video (VV-01, VV-02, VV-04);
//! visitors start calls only where the admin lets them (VV-21).

use scenarios::ast::MessengerVerb;

use super::{
    Happening, Messenger, Room,
    availability::Desk,
    call::{End, Side, State},
    devices::Permission,
    side,
};

impl Messenger {
    pub(super) fn messenger_verb(
        &mut self,
        now: i64,
        verb: &MessengerVerb,
    ) -> Result<Vec<Happening>, String> {
        match verb {
            MessengerVerb::Presence { rep, available } => {
                self.desk(rep)?.set_available(*available);
            }
            MessengerVerb::SetVoiceVideo { rep, on } => self.desk(rep)?.voice_video = *on,
            MessengerVerb::OpenPage { rep, page } => self.desk(rep)?.page = page.to_string(),
            MessengerVerb::MergeVisitors { visitor, into } => self.merge(visitor, into),
            MessengerVerb::Network { visitor, by, lost: true } => {
                return Ok(self.lose(now, visitor, side(by)));
            }
            verb => self.room_verb(verb)?,
        }
        Ok(Vec::new())
    }

    /// A verb about one chat.
    fn room_verb(&mut self, verb: &MessengerVerb) -> Result<(), String> {
        let Some(visitor) = verb.visitor() else { return Ok(()) };
        let by = verb.by().map_or(Side::Visitor, side);
        match verb {
            MessengerVerb::SwitchMedia { microphone, camera, .. } => {
                return self.switch(visitor, by, (*microphone, *camera));
            }
            MessengerVerb::AnswerPrompt { granted, .. } => {
                return self.answer(visitor, by, *granted);
            }
            MessengerVerb::ChooseDevices { microphone, camera, blur, .. } => {
                let kit = self.kit(visitor, by)?;
                kit.choose(microphone.as_deref(), camera.as_deref(), *blur);
                return Ok(());
            }
            _ => {}
        }
        let room = self.room(visitor)?;
        match verb {
            MessengerVerb::AllowVisitor { video, .. } if by == Side::Rep => room.call.allow(*video),
            MessengerVerb::AllowVisitor { .. } => Err("it is the rep who allows".to_owned()),
            MessengerVerb::DeclineCall { .. } => {
                room.answered_since = false;
                room.call.decline(by)
            }
            MessengerVerb::EndCall { .. } => room.call.hang_up(by),
            MessengerVerb::Network { .. } => {
                room.call.regain(by);
                Ok(())
            }
            MessengerVerb::FullScreen { .. } if room.call.is_live() => {
                room.call.full_screen = !room.call.full_screen;
                Ok(())
            }
            MessengerVerb::FullScreen { .. } => Err("there is no video to enlarge".to_owned()),
            MessengerVerb::Type { text, .. } => {
                room.typing = Some(text.to_string());
                Ok(())
            }
            MessengerVerb::Block { .. } => {
                room.blocked = true;
                room.typing = None;
                if room.call.state != State::Idle {
                    room.call.end(End::Blocked);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the customer and the rep's app have calls.
    pub(super) fn has_feature(&self, desk: &Desk) -> bool {
        self.setup.as_ref().is_some_and(|it| it.voice_video) && desk.has_calls()
    }

    /// Whether a side can switch media on; why not.
    pub(super) fn can_call(&self, room: &Room, side: Side) -> Result<(), String> {
        let Some((rep, desk)) = self.desk_of(room).filter(|_| room.chat_open()) else {
            return Err("there is no chat with a rep".to_owned());
        };
        let has_feature = self.setup.as_ref().is_some_and(|it| it.voice_video);
        let by_visitors = self.setup.as_ref().is_some_and(|it| it.visitor_calls);
        let is_offered = room.call.is_live() || room.call.own(Side::Rep).is_on();
        if !has_feature {
            Err("calls are not enabled for this customer".to_owned())
        } else if !desk.has_calls() {
            Err(format!(
                "the app of {rep} has no calls: use a browser, or the desktop app from 1.3"
            ))
        } else if !desk.voice_video && !room.call.is_live() {
            Err(format!("{rep} does not allow voice and video"))
        } else if side == Side::Visitor && !is_offered && !by_visitors {
            Err("visitors may not start calls".to_owned())
        } else {
            Ok(())
        }
    }

    /// Somebody clicks the microphone or the camera; the browser asks the first time.
    fn switch(
        &mut self,
        visitor: &str,
        side: Side,
        (microphone, camera): (Option<bool>, Option<bool>),
    ) -> Result<(), String> {
        let room = self.rooms.get(visitor).ok_or("the visitor is not on the site")?;
        let wanted = room.call.own(side).switched(microphone, camera);
        if wanted.is_on() {
            self.can_call(room, side)?;
        }
        let permission = self.kit(visitor, side)?.permission;
        let room = self.room(visitor)?;
        match permission {
            Permission::Unasked if wanted.is_on() => room.ask(side, Some(wanted)),
            Permission::Denied if wanted.is_on() => {
                return Err("the browser may not use the devices".to_owned());
            }
            _ => room.call.switch(side, wanted),
        }
        Ok(())
    }

    /// Somebody answers the browser's question.
    fn answer(&mut self, visitor: &str, side: Side, granted: bool) -> Result<(), String> {
        let room = self.room(visitor)?;
        let wanted = room.asked(side).ok_or("the browser asks nothing")?;
        room.ask(side, None);
        if granted {
            room.call.switch(side, wanted);
        } else {
            room.call.end(End::Denied(side));
        }
        self.kit(visitor, side)?.permission =
            if granted { Permission::Granted } else { Permission::Denied };
        Ok(())
    }
}
