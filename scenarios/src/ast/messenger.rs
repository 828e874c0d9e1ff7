//! The messenger around the engine: reps at their desks, voice and video calls, blocking, and recordings.

use crate::ast::Matcher;
use crate::source::Text;

/// `engine.messenger`: how the customer and the reps have set up voice and video.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessengerSetup {
    /// `voice_video`: whether the customer has the feature.
    pub voice_video: bool,
    /// `visitor_calls`: whether the admin lets visitors start calls.
    pub visitor_calls: bool,
    /// `box_colour`: the background of the preview box; the product's own if absent.
    pub box_colour: Option<Text>,
    /// The reps' desks in file order; who is not listed is available in a browser.
    pub desks: Vec<DeskSetup>,
}

/// How a rep works before the first line.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskSetup {
    /// The rep.
    pub rep: Text,
    /// `app`
    pub app: App,
    /// `version` of the app.
    pub version: Option<Text>,
    /// `available`
    pub available: bool,
}

/// What a rep works in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum App {
    /// `browser`
    #[default]
    Browser,
    /// `desktop`
    Desktop,
}

/// What happens in the messenger besides chatting. `by` is `visitor` or a rep.
#[derive(Clone, Debug, PartialEq)]
pub enum MessengerVerb {
    /// `available` and `unavailable`: a rep opens or closes for chats.
    Presence {
        /// Rep.
        rep: Text,
        /// Which of the two.
        available: bool,
    },
    /// `set_voice_video`: "Allow voice and video" in the rep's profile menu.
    SetVoiceVideo {
        /// Rep.
        rep: Text,
        /// `allowed`
        on: bool,
    },
    /// `open_page`: a rep goes to another page of the app.
    OpenPage {
        /// Rep.
        rep: Text,
        /// Which.
        page: Text,
    },
    /// `switch_media`: somebody clicks the microphone or the camera.
    SwitchMedia {
        /// Visitor of the chat.
        visitor: Text,
        /// Who clicks.
        by: Text,
        /// `microphone`; untouched if absent.
        microphone: Option<bool>,
        /// `camera`; untouched if absent.
        camera: Option<bool>,
    },
    /// `answer_prompt`: the browser asked for the devices.
    AnswerPrompt {
        /// Visitor of the chat.
        visitor: Text,
        /// Who was asked.
        by: Text,
        /// `answer`
        granted: bool,
    },
    /// `choose_devices`
    ChooseDevices {
        /// Visitor of the chat.
        visitor: Text,
        /// Who chooses.
        by: Text,
        /// `microphone` by name.
        microphone: Option<Text>,
        /// `camera` by name.
        camera: Option<Text>,
        /// `background_blur`
        blur: Option<bool>,
    },
    /// `allow_visitor`: "Allow visitor audio and video".
    AllowVisitor {
        /// Visitor.
        visitor: Text,
        /// Who clicks.
        by: Text,
        /// `media`: whether the camera is allowed too.
        video: bool,
    },
    /// `decline_call`
    DeclineCall {
        /// Visitor of the chat.
        visitor: Text,
        /// Who declines.
        by: Text,
    },
    /// `end_call`
    EndCall {
        /// Visitor of the chat.
        visitor: Text,
        /// Who clicks End.
        by: Text,
    },
    /// `lose_network` and `regain_network`
    Network {
        /// Visitor of the chat.
        visitor: Text,
        /// Whose network.
        by: Text,
        /// Which of the two.
        lost: bool,
    },
    /// `full_screen`: the visitor clicks the arrows.
    FullScreen {
        /// Visitor.
        visitor: Text,
    },
    /// `type`: the visitor types without sending.
    Type {
        /// Visitor.
        visitor: Text,
        /// What stands in the box.
        text: Text,
    },
    /// `block`: a rep blocks and reports the visitor.
    Block {
        /// Visitor.
        visitor: Text,
        /// Rep.
        by: Text,
    },
    /// `merge_visitors`: two visitors turn out to be one person; their recordings become one.
    MergeVisitors {
        /// Visitor.
        visitor: Text,
        /// The other one.
        into: Text,
    },
}

impl MessengerVerb {
    /// The visitor that the line is about.
    pub fn visitor(&self) -> Option<&Text> {
        match self {
            MessengerVerb::Presence { .. }
            | MessengerVerb::SetVoiceVideo { .. }
            | MessengerVerb::OpenPage { .. } => None,
            MessengerVerb::SwitchMedia { visitor, .. }
            | MessengerVerb::AnswerPrompt { visitor, .. }
            | MessengerVerb::ChooseDevices { visitor, .. }
            | MessengerVerb::AllowVisitor { visitor, .. }
            | MessengerVerb::DeclineCall { visitor, .. }
            | MessengerVerb::EndCall { visitor, .. }
            | MessengerVerb::Network { visitor, .. }
            | MessengerVerb::FullScreen { visitor }
            | MessengerVerb::Type { visitor, .. }
            | MessengerVerb::Block { visitor, .. }
            | MessengerVerb::MergeVisitors { visitor, .. } => Some(visitor),
        }
    }

    /// Who acts, as written: a rep, or `visitor`.
    pub fn by(&self) -> Option<&Text> {
        match self {
            MessengerVerb::Presence { rep, .. }
            | MessengerVerb::SetVoiceVideo { rep, .. }
            | MessengerVerb::OpenPage { rep, .. } => Some(rep),
            MessengerVerb::SwitchMedia { by, .. }
            | MessengerVerb::AnswerPrompt { by, .. }
            | MessengerVerb::ChooseDevices { by, .. }
            | MessengerVerb::AllowVisitor { by, .. }
            | MessengerVerb::DeclineCall { by, .. }
            | MessengerVerb::EndCall { by, .. }
            | MessengerVerb::Network { by, .. }
            | MessengerVerb::Block { by, .. } => Some(by),
            MessengerVerb::FullScreen { .. }
            | MessengerVerb::Type { .. }
            | MessengerVerb::MergeVisitors { .. } => None,
        }
    }
}

/// `playback`: what a GET of a playback link answers, without logging in.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaybackCheck {
    /// Whose link.
    pub link: PlaybackLink,
    /// What the answer must be.
    pub fields: Vec<(Text, Matcher)>,
}

/// Which link is opened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaybackLink {
    /// `visitor`: the link that the product gives for a visitor now.
    Visitor(Text),
    /// `event`: the link in the description of an Event, by key or alias.
    Event(Text),
    /// `device`: the link of a device.
    Device(Text),
    /// `token`: somebody guesses.
    Token(Text),
}

impl PlaybackLink {
    /// Its key in the file, and the name.
    pub fn parts(&self) -> (&'static str, &Text) {
        match self {
            PlaybackLink::Visitor(name) => ("visitor", name),
            PlaybackLink::Event(name) => ("event", name),
            PlaybackLink::Device(name) => ("device", name),
            PlaybackLink::Token(name) => ("token", name),
        }
    }

    /// What it is called in a journal: `event talk`.
    pub fn label(&self) -> String {
        let (key, name) = self.parts();
        format!("{key} {name}")
    }
}
