//! What does a playback link show?
//!
//! Of everything that happened on a device: the transcript, the pages and, if the customer has it so, that and when calls
//! took place (PB-01 to PB-05, K-07); media never. A device that comes back extends its recording, so links in earlier
//! Events lead to the longer one (PB-05, PB-06d). Another device has its own until the two visitors turn out to be one
//! person (PB-07d).

mod router;

use std::collections::BTreeMap;

use engine::{Config, DeviceId, playback_token};
use scenarios::time::format_instant;
use serde::Serialize;

pub(crate) use self::router::{open, router};

/// Entries kept of one device; what comes later is not recorded, and the answer says so.
const ENTRIES_MAX: usize = 10_000;
/// Characters kept of one message or page.
const TEXT_CHARS_MAX: usize = 4_000;

/// The recordings of a deployment, by capability.
#[derive(Debug)]
pub(crate) struct Recordings {
    secret: u64,
    base: String,
    shows_calls: bool,
    /// Device by the capability that opens it.
    devices: BTreeMap<String, String>,
    by_device: BTreeMap<String, Recording>,
    /// Devices of one person: the device under which they are found together.
    merged: BTreeMap<String, String>,
    /// Counts entries, so that what happened at one instant keeps its order.
    written: u64,
}

/// What happened on one device.
#[derive(Debug, Default)]
struct Recording {
    entries: Vec<Entry>,
    is_full: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    at: i64,
    order: u64,
    what: Recorded,
}

#[derive(Debug, Clone)]
enum Recorded {
    Said { who: String, text: String },
    Opened(String),
    Called,
}

/// What a link answers.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Playback {
    pub(crate) transcript: Vec<Message>,
    pub(crate) pages: Vec<Page>,
    pub(crate) calls: Vec<CallTime>,
    /// Whether more happened than is kept.
    pub(crate) truncated: bool,
}

/// A message.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Message {
    pub(crate) at: String,
    /// `visitor`, `bot`, or the rep's name.
    pub(crate) from: String,
    pub(crate) text: String,
}

/// A page that the visitor opened.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Page {
    pub(crate) at: String,
    pub(crate) page: String,
}

/// When a call began.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CallTime {
    pub(crate) at: String,
}

impl Recordings {
    pub(crate) fn new(config: &Config, shows_calls: bool) -> Self {
        Self {
            secret: config.playback_secret,
            base: config.playback_base.clone(),
            shows_calls,
            devices: BTreeMap::new(),
            by_device: BTreeMap::new(),
            merged: BTreeMap::new(),
            written: 0,
        }
    }

    /// A message was sent.
    pub(crate) fn said(&mut self, device: &str, at: i64, who: &str, text: &str) {
        self.write(device, at, Recorded::Said { who: who.to_owned(), text: cut(text) });
    }

    /// A page was opened.
    pub(crate) fn opened(&mut self, device: &str, at: i64, page: &str) {
        self.write(device, at, Recorded::Opened(cut(page)));
    }

    /// A call began.
    pub(crate) fn called(&mut self, device: &str, at: i64) {
        self.write(device, at, Recorded::Called);
    }

    /// Two devices are one person's.
    pub(crate) fn merge(&mut self, device: &str, other: &str) {
        let (old, new) = (self.together(device).to_owned(), self.together(other).to_owned());
        for group in self.merged.values_mut().filter(|group| **group == old) {
            group.clone_from(&new);
        }
        self.merged.insert(old, new.clone());
        self.merged.insert(device.to_owned(), new);
    }

    /// The link to a device's recording.
    pub(crate) fn link(&self, device: &str) -> String {
        format!("{}/{}", self.base, self.token(device))
    }

    /// Where the links begin.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// What a capability opens, if it opens anything.
    pub(crate) fn open(&self, token: &str) -> Option<Playback> {
        let group = self.together(self.devices.get(token)?);
        let mine = self.by_device.iter().filter(|(device, _)| self.together(device) == group);
        let mut playback = Playback::default();
        let mut entries = Vec::new();
        for (_, recording) in mine {
            playback.truncated |= recording.is_full;
            entries.extend(&recording.entries);
        }
        entries.sort_by_key(|it| (it.at, it.order));
        for Entry { at, what, .. } in entries {
            let at = format_instant(*at);
            match what.clone() {
                Recorded::Said { who, text } => {
                    playback.transcript.push(Message { at, from: who, text });
                }
                Recorded::Opened(page) => playback.pages.push(Page { at, page }),
                Recorded::Called if self.shows_calls => playback.calls.push(CallTime { at }),
                Recorded::Called => {}
            }
        }
        Some(playback)
    }

    fn write(&mut self, device: &str, at: i64, what: Recorded) {
        if !self.by_device.contains_key(device) {
            self.devices.insert(self.token(device), device.to_owned());
        }
        self.written += 1;
        let order = self.written;
        let recording = self.by_device.entry(device.to_owned()).or_default();
        if recording.entries.len() < ENTRIES_MAX {
            recording.entries.push(Entry { at, order, what });
        } else {
            recording.is_full = true;
        }
    }

    fn token(&self, device: &str) -> String {
        playback_token(self.secret, &DeviceId::from(device))
    }

    fn together<'a>(&'a self, device: &'a str) -> &'a str {
        self.merged.get(device).map_or(device, |it| it)
    }
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recordings(shows_calls: bool) -> Recordings {
        Recordings {
            secret: 7,
            base: "https://play.example".to_owned(),
            shows_calls,
            devices: BTreeMap::new(),
            by_device: BTreeMap::new(),
            merged: BTreeMap::new(),
            written: 0,
        }
    }

    fn open(recordings: &Recordings, device: &str) -> String {
        let playback = recordings.open(&recordings.token(device)).unwrap();
        let said = playback.transcript.iter().map(|it| format!("{}: {}", it.from, it.text));
        said.chain(playback.pages.iter().map(|it| it.page.clone()))
            .chain(playback.calls.iter().map(|it| it.at.clone()))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    #[test]
    fn a_device_shows_what_happened_on_it_and_nothing_else() {
        let mut all = recordings(false);
        all.opened("laptop", 0, "/");
        all.said("laptop", 1, "visitor", "hi");
        all.said("phone", 2, "visitor", "hello");
        all.called("laptop", 3);
        assert_eq!(open(&all, "laptop"), "visitor: hi | /");
        assert_eq!(open(&all, "phone"), "visitor: hello");
        assert_eq!(all.open("laptop"), None);
    }

    #[test]
    fn calls_show_when_they_began_if_the_customer_has_it_so() {
        let mut all = recordings(true);
        all.called("laptop", 60_000);
        assert_eq!(open(&all, "laptop"), "1970-01-01T00:01:00Z");
    }

    #[test]
    fn the_devices_of_one_person_become_one_recording_in_the_order_of_time() {
        let mut all = recordings(false);
        for (at, device) in [(3, "laptop"), (1, "phone"), (2, "tablet")] {
            all.said(device, at, "visitor", device);
        }
        all.merge("phone", "laptop");
        all.merge("laptop", "tablet");
        let whole = "visitor: phone | visitor: tablet | visitor: laptop";
        for device in ["laptop", "phone", "tablet"] {
            assert_eq!(open(&all, device), whole);
        }
        all.merge("tablet", "phone");
        assert_eq!(open(&all, "phone"), whole);
    }

    #[test]
    fn a_recording_is_bounded_and_says_so() {
        let mut all = recordings(false);
        all.said("laptop", 0, "visitor", &"x".repeat(TEXT_CHARS_MAX + 1));
        for at in 0..10_000 {
            all.opened("laptop", at, "/");
        }
        let playback = all.open(&all.token("laptop")).unwrap();
        assert_eq!(playback.transcript[0].text.len(), TEXT_CHARS_MAX);
        assert_eq!(playback.pages.len(), ENTRIES_MAX - 1);
        assert!(playback.truncated);
    }
}
