//! Where does a call stand?
//!
//! ```text
//! idle --visitor's media on first--> ringing --allowed--> waiting --rep's media on--> in_call
//! idle --rep's media on--> waiting --visitor's media on, allowed by the rep--> in_call
//! in_call --a side is lost--> reconnecting --back in time--> in_call, else ended (lost)
//! any --End, declined, permission denied, blocked--> ended; a new click starts another call
//! ```
//! The rep allows the visitor's first share, audio alone or with video (VV-17, VV-23, K-37); until then nobody hears the
//! visitor. The rep is seen and heard from the rep's own click on (VV-16). Switching everything off does not end a call;
//! End, a block and a lost side do (VV-29, VV-30, VV-37, K-39).

use super::devices::Media;

/// One of the two sides of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Rep,
    Visitor,
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Clicked(Side),
    Declined(Side),
    Denied(Side),
    Blocked,
    Lost,
}

impl End {
    /// The word for it in views.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Clicked(Side::Rep) => "ended_by_rep",
            Self::Clicked(Side::Visitor) => "ended_by_visitor",
            Self::Declined(_) => "declined",
            Self::Denied(_) => "permission_denied",
            Self::Blocked => "blocked",
            Self::Lost => "lost",
        }
    }
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    Idle,
    Ringing,
    Waiting,
    InCall,
    /// Since this instant.
    Reconnecting(i64),
    Ended(End),
}

impl State {
    /// The word for it in views.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ringing => "ringing",
            Self::Waiting => "waiting",
            Self::InCall => "in_call",
            Self::Reconnecting(_) => "reconnecting",
            Self::Ended(_) => "ended",
        }
    }
}

/// The call of one chat, the one before or the one to come.
#[derive(Debug, Clone, Default)]
pub(super) struct Call {
    pub(super) state: State,
    rep: Media,
    visitor: Media,
    /// What the rep allows of the visitor's media in this chat, and whether that is video too.
    allowed: Option<bool>,
    lost_rep: bool,
    lost_visitor: bool,
    pub(super) full_screen: bool,
}

impl Call {
    /// Whether people are connected, or may be again.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, State::InCall | State::Reconnecting(_))
    }

    /// What a side has switched on.
    pub(super) fn own(&self, side: Side) -> Media {
        match side {
            Side::Rep => self.rep,
            Side::Visitor => self.visitor,
        }
    }

    /// What the other side gets of a side.
    pub(super) fn shared(&self, side: Side) -> Media {
        match (side, self.allowed) {
            (Side::Rep, _) => self.rep,
            (Side::Visitor, None) => Media::OFF,
            (Side::Visitor, Some(video)) => {
                Media { camera: self.visitor.camera && video, ..self.visitor }
            }
        }
    }

    /// Whether the visitor shares something that the rep has not allowed yet.
    pub(super) fn asks_to_allow(&self) -> bool {
        self.visitor != self.shared(Side::Visitor) && self.visitor.is_on()
    }

    /// A side switches its media.
    pub(super) fn switch(&mut self, side: Side, media: Media) {
        match side {
            Side::Rep => self.rep = media,
            Side::Visitor => self.visitor = media,
        }
        self.settle();
    }

    /// The rep allows the visitor's share.
    pub(super) fn allow(&mut self, video: bool) -> Result<(), String> {
        if !self.visitor.is_on() {
            return Err("the visitor shares nothing that could be allowed".to_owned());
        }
        self.allowed = Some(video);
        self.settle();
        Ok(())
    }

    /// A side does not want the call that the other one offers.
    pub(super) fn decline(&mut self, side: Side) -> Result<(), String> {
        let other = match side {
            Side::Rep => self.visitor,
            Side::Visitor => self.rep,
        };
        if self.is_live() || !other.is_on() {
            return Err("there is no call to decline".to_owned());
        }
        self.end(End::Declined(side));
        Ok(())
    }

    /// A side clicks End.
    pub(super) fn hang_up(&mut self, side: Side) -> Result<(), String> {
        if matches!(self.state, State::Idle | State::Ended(_)) {
            return Err("there is no call to end".to_owned());
        }
        self.end(End::Clicked(side));
        Ok(())
    }

    /// All microphones and cameras go off.
    pub(super) fn end(&mut self, end: End) {
        let allowed = self.allowed;
        *self = Self { state: State::Ended(end), allowed, ..Self::default() };
    }

    /// A side is cut off, or closed the site. Whether the call waits for it from now on.
    pub(super) fn lose(&mut self, side: Side, now: i64) -> bool {
        if !self.is_live() {
            self.switch(side, Media::OFF);
            return false;
        }
        match side {
            Side::Rep => self.lost_rep = true,
            Side::Visitor => self.lost_visitor = true,
        }
        let is_first = self.state == State::InCall;
        if is_first {
            self.state = State::Reconnecting(now);
        }
        is_first
    }

    /// A side is back.
    pub(super) fn regain(&mut self, side: Side) {
        match side {
            Side::Rep => self.lost_rep = false,
            Side::Visitor => self.lost_visitor = false,
        }
        let is_whole = !self.lost_rep && !self.lost_visitor;
        if is_whole && matches!(self.state, State::Reconnecting(_)) {
            self.state = State::InCall;
        }
    }

    /// Nobody came back in time, if the call still waits since then. Whether it did.
    pub(super) fn give_up(&mut self, since: i64) -> bool {
        let still_waits = self.state == State::Reconnecting(since);
        if still_waits {
            self.end(End::Lost);
        }
        still_waits
    }

    /// Before the call: where does it stand now?
    fn settle(&mut self) {
        if self.is_live() {
            return;
        }
        let allowed = self.shared(Side::Visitor).is_on();
        self.state = match (self.rep.is_on(), self.visitor.is_on()) {
            (true, true) if allowed => State::InCall,
            (false, true) if !allowed => State::Ringing,
            (false, false) if matches!(self.state, State::Ended(_)) => self.state,
            (false, false) => State::Idle,
            _ => State::Waiting,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Media = Media { microphone: true, camera: true };

    fn called() -> Call {
        let mut call = Call::default();
        call.switch(Side::Rep, BOTH);
        call.switch(Side::Visitor, BOTH);
        call.allow(true).unwrap();
        call
    }

    #[test]
    fn a_rep_calls_the_visitor_answers_and_the_rep_allows() {
        let mut call = Call::default();
        call.switch(Side::Rep, BOTH);
        assert_eq!(call.state.word(), "waiting");
        assert_eq!((call.shared(Side::Rep), call.shared(Side::Visitor)), (BOTH, Media::OFF));
        call.switch(Side::Visitor, BOTH);
        assert_eq!((call.state.word(), call.asks_to_allow()), ("waiting", true));
        call.allow(true).unwrap();
        assert_eq!((call.state.word(), call.asks_to_allow()), ("in_call", false));
    }

    #[test]
    fn a_visitor_calls_and_rings_until_the_rep_allows_and_shares() {
        let mut call = Call::default();
        call.switch(Side::Visitor, BOTH);
        assert_eq!(call.state.word(), "ringing");
        call.allow(false).unwrap();
        assert_eq!(call.state.word(), "waiting");
        call.switch(Side::Rep, BOTH);
        assert_eq!(call.state.word(), "in_call");
        let heard = Media { microphone: true, camera: false };
        assert_eq!(call.shared(Side::Visitor), heard);
        call.allow(true).unwrap();
        assert_eq!(call.shared(Side::Visitor), BOTH);
    }

    #[test]
    fn switching_everything_off_does_not_end_a_call() {
        let mut call = called();
        call.switch(Side::Rep, Media::OFF);
        call.switch(Side::Visitor, Media::OFF);
        assert_eq!(call.state.word(), "in_call");
    }

    #[test]
    fn end_switches_everything_off_and_another_call_may_follow() {
        let mut call = called();
        call.hang_up(Side::Visitor).unwrap();
        assert_eq!(call.state, State::Ended(End::Clicked(Side::Visitor)));
        assert_eq!((call.own(Side::Rep), call.own(Side::Visitor)), (Media::OFF, Media::OFF));
        assert!(call.hang_up(Side::Rep).is_err());
        call.switch(Side::Rep, BOTH);
        call.switch(Side::Visitor, BOTH);
        assert_eq!(call.state.word(), "in_call", "what was allowed once stays allowed");
    }

    #[test]
    fn a_declined_call_can_be_made_again() {
        let mut call = Call::default();
        call.switch(Side::Visitor, BOTH);
        call.decline(Side::Rep).unwrap();
        assert_eq!(call.state, State::Ended(End::Declined(Side::Rep)));
        assert!(call.decline(Side::Rep).is_err());
        call.switch(Side::Rep, BOTH);
        assert_eq!(call.state.word(), "waiting");
    }

    #[test]
    fn a_lost_side_may_come_back_and_else_the_call_is_lost() {
        let mut call = called();
        assert!(call.lose(Side::Visitor, 100));
        assert!(!call.lose(Side::Rep, 150));
        call.regain(Side::Visitor);
        assert_eq!(call.state.word(), "reconnecting");
        call.regain(Side::Rep);
        assert_eq!(call.state.word(), "in_call");
        assert!(!call.give_up(100));
        assert!(call.lose(Side::Visitor, 200));
        assert!(call.give_up(200));
        assert_eq!(call.state, State::Ended(End::Lost));
    }

    #[test]
    fn whoever_leaves_before_the_call_stops_ringing() {
        let mut call = Call::default();
        call.switch(Side::Visitor, BOTH);
        assert!(!call.lose(Side::Visitor, 1));
        assert_eq!(call.state, State::Idle);
    }
}
