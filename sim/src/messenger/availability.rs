//! Who is there, and who can be called?
//!
//! A rep toggles being available, which also turns voice and video on (VV-03); the setting "Allow voice and video" in the
//! profile menu changes it alone (VV-04). Calls go with the browser or with the desktop app from version 1.3 (VV-02), and
//! only where the customer has the feature (VV-01). Chats go to other, available reps (VV-25).

use std::collections::BTreeMap;

use scenarios::ast::{App, DeskSetup, EngineSetup};

use super::devices::Kit;

/// The first version of the desktop app with calls.
const DESKTOP_WITH_CALLS: [u32; 2] = [1, 3];
/// The page of the app on which a rep begins.
const FIRST_PAGE: &str = "chats";

/// A rep at work.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    /// The name that people read.
    pub(super) name: String,
    app: App,
    version: Option<String>,
    pub(super) available: bool,
    pub(super) voice_video: bool,
    pub(super) page: String,
    pub(super) kit: Kit,
}

impl Desk {
    fn new(name: String, setup: Option<&DeskSetup>) -> Self {
        let available = setup.is_none_or(|it| it.available);
        Self {
            name,
            app: setup.map(|it| it.app).unwrap_or_default(),
            version: setup.and_then(|it| it.version.as_ref()).map(ToString::to_string),
            available,
            voice_video: available,
            page: FIRST_PAGE.to_owned(),
            kit: Kit::default(),
        }
    }

    /// Opens or closes for chats.
    pub(super) fn set_available(&mut self, available: bool) {
        self.available = available;
        self.voice_video |= available;
    }

    /// Whether the app can make calls at all.
    pub(super) fn has_calls(&self) -> bool {
        match (self.app, &self.version) {
            (App::Browser, _) => true,
            (App::Desktop, Some(version)) => numbers(version) >= DESKTOP_WITH_CALLS.to_vec(),
            (App::Desktop, None) => false,
        }
    }
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// The desks of all reps.
pub(super) fn desks(setup: &EngineSetup, names: impl Fn(&str) -> String) -> BTreeMap<String, Desk> {
    let of =
        |rep: &str| setup.messenger.iter().flat_map(|it| &it.desks).find(|desk| *desk.rep == *rep);
    let reps = setup.connections.reps.iter().map(|it| it.rep.to_string());
    reps.map(|rep| (rep.clone(), Desk::new(names(&rep), of(&rep)))).collect()
}

/// Whether a chat can go from one rep to another; why not.
pub(super) fn may_take(
    desks: &BTreeMap<String, Desk>,
    from: Option<&str>,
    to: &str,
) -> Result<(), String> {
    if from == Some(to) {
        return Err(format!("{to} has the chat already"));
    }
    if desks.get(to).is_some_and(|it| !it.available) {
        return Err(format!("{to} is not available"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(app: App, version: Option<&str>) -> Desk {
        let setup = DeskSetup {
            rep: "dana".into(),
            app,
            version: version.map(Into::into),
            available: true,
        };
        Desk::new("Dana".to_owned(), Some(&setup))
    }

    #[test]
    fn calls_go_with_the_browser_or_the_desktop_app_from_1_3() {
        assert!(desk(App::Browser, None).has_calls());
        for (version, has_calls) in
            [("1.2", false), ("1.2.9", false), ("1.3", true), ("1.10", true), ("2.0", true)]
        {
            assert_eq!(desk(App::Desktop, Some(version)).has_calls(), has_calls, "{version}");
        }
        assert!(!desk(App::Desktop, None).has_calls());
    }

    #[test]
    fn becoming_available_turns_voice_and_video_on_and_leaving_leaves_it() {
        let mut desk = desk(App::Browser, None);
        desk.voice_video = false;
        desk.set_available(false);
        assert!(!desk.voice_video);
        desk.set_available(true);
        assert!(desk.voice_video);
        desk.set_available(false);
        assert!(desk.voice_video && !desk.available);
    }

    #[test]
    fn a_chat_goes_to_another_available_rep_only() {
        let mut away = desk(App::Browser, None);
        away.set_available(false);
        let desks = BTreeMap::from([
            ("dana".to_owned(), desk(App::Browser, None)),
            ("eve".to_owned(), desk(App::Browser, None)),
            ("bo".to_owned(), away),
        ]);
        assert_eq!(may_take(&desks, Some("dana"), "eve"), Ok(()));
        assert!(may_take(&desks, Some("dana"), "dana").is_err());
        assert!(may_take(&desks, Some("dana"), "bo").is_err());
    }
}
