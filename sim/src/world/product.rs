//! The messenger's share in a run: what it lets through to the engine, what it tells the engine by itself, and the playback
//! links that expectations open.

use engine::{
    CallStage, EventId, EventKind, Input, Rules, SourceEvent, Subject as About, Timestamp,
    VisitorId,
};
use scenarios::{
    View,
    ast::{PlaybackLink, RecordRef},
};

use super::{Next, World, find::Finder};
use crate::{
    journal::{Product, Seen, What},
    messenger::Happening,
    playback,
};

/// Where the numbers of source events begin that are no lines of the timeline.
const PRODUCT_EVENTS: u64 = 1 << 32;

impl<R: Rules + Clone> World<'_, R> {
    /// A line of the site or the chat: the messenger sees it first, and may refuse it.
    pub(super) fn through_the_messenger(
        &mut self,
        index: usize,
        seq: u64,
        event: Option<SourceEvent>,
    ) {
        let Some(line) = self.scenario.timeline.get(index) else { return };
        match self.messenger.hear(self.clock.now(), &line.verb) {
            Ok(happenings) => {
                if let Some(event) = event {
                    self.tell(seq, event);
                }
                self.follow(seq, happenings);
            }
            Err(why) => {
                let visitor = None;
                let text = format!("the messenger refuses it: {why}");
                let product = Product { visitor, text, event: None, refused: Some(index) };
                self.journal.add(self.clock.now(), seq, What::Product(product));
            }
        }
    }

    /// What comes of it in the messenger.
    pub(super) fn follow(&mut self, cause: u64, happenings: Vec<Happening>) {
        for happening in happenings {
            match happening {
                Happening::Wake(at, visitor, since) => {
                    self.wakes += 1;
                    self.agenda.add(at, Next::Wake { cause, visitor, since });
                }
                Happening::Call(visitor, stage, word) => {
                    self.call_moved(cause, visitor, (stage, word));
                }
            }
        }
    }

    fn call_moved(&mut self, cause: u64, visitor: String, (stage, word): (CallStage, &str)) {
        let now = self.clock.now();
        self.product_events += 1;
        let id = EventId(PRODUCT_EVENTS + self.product_events);
        let text = match stage {
            CallStage::Began => format!("a call with {visitor} begins"),
            CallStage::Ended => format!("the call with {visitor} is over: {word}"),
        };
        let subject = About::Visitor(visitor.as_str().into());
        let product = Product { visitor: Some(visitor), text, event: Some(id), refused: None };
        let seq = self.journal.add(now, cause, What::Product(product));
        let kind = EventKind::Call(stage);
        let event = SourceEvent { id, at: Timestamp(now), subject, kind };
        self.feed(seq, Input::Event(event));
    }

    /// The links that expectations are about, opened by anybody; those whose answer is not what it was.
    pub(super) fn links_opened(&mut self) -> Vec<Seen> {
        let links: Vec<PlaybackLink> = self.watch.links.iter().map(|it| it.link.clone()).collect();
        let answers: Vec<_> = links
            .iter()
            .map(|link| playback::open(&self.messenger.recordings(), &self.address(link)?))
            .collect();
        let mut news = Vec::new();
        for (watched, fields) in self.watch.links.iter_mut().zip(answers) {
            if watched.last != fields {
                watched.last.clone_from(&fields);
                let fields = fields.unwrap_or_default();
                news.push(Seen { view: View::Playback, of: watched.link.label(), fields });
            }
        }
        news
    }

    /// The whole link; nothing as long as there is none.
    fn address(&self, link: &PlaybackLink) -> Option<String> {
        let recordings = self.messenger.recordings();
        let recordings = recordings.lock().expect("nobody panics while recording");
        match link {
            PlaybackLink::Visitor(name) => {
                let view = self.subject.visitor_view(&VisitorId::from(&*name.text))?;
                view.fields.get("playback").cloned()
            }
            PlaybackLink::Device(name) => Some(recordings.link(name)),
            PlaybackLink::Token(token) => Some(format!("{}/{token}", recordings.base())),
            PlaybackLink::Event(name) => {
                let org = self.mock.org();
                let finder = Finder { scenario: self.scenario, names: &self.names, org: &org };
                let id = finder.find(&RecordRef::Name(name.clone())).ok()?;
                let row = org.get(id)?;
                let field = org.schema().at(row.object()).field("Description")?;
                let text = org.value(row, field.index).to_string();
                let (_, rest) = text.split_once(recordings.base())?;
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                Some(format!("{}{}", recordings.base(), rest.get(..end)?))
            }
        }
    }
}
