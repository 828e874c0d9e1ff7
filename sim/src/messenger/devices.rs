//! Which microphone and camera does somebody use, and may they?
//!
//! Media are off until they are deliberately switched on (VV-06). The browser asks the first time only: what was granted
//! once is on at the next click (VV-18, VV-19). Both sides choose devices and blur the background (VV-27).

/// What a person has plugged in, for all their calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Kit {
    pub(super) permission: Permission,
    microphone: Option<String>,
    camera: Option<String>,
    pub(super) blur: bool,
}

/// What the browser knows about using the devices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Permission {
    /// It has not asked yet.
    #[default]
    Unasked,
    /// They may be used.
    Granted,
    /// They may not.
    Denied,
}

impl Kit {
    /// Takes other devices; what is not named stays.
    pub(super) fn choose(
        &mut self,
        microphone: Option<&str>,
        camera: Option<&str>,
        blur: Option<bool>,
    ) {
        for (mine, chosen) in [(&mut self.microphone, microphone), (&mut self.camera, camera)] {
            if let Some(name) = chosen {
                *mine = Some(name.to_owned());
            }
        }
        self.blur = blur.unwrap_or(self.blur);
    }

    /// The devices in words.
    pub(super) fn described(&self) -> String {
        let name = |device: &Option<String>| device.as_deref().unwrap_or("default").to_owned();
        format!("microphone {}, camera {}", name(&self.microphone), name(&self.camera))
    }
}

/// What one side of a call has switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Media {
    pub(super) microphone: bool,
    pub(super) camera: bool,
}

impl Media {
    /// Nothing.
    pub(super) const OFF: Self = Self { microphone: false, camera: false };

    /// Anything.
    pub(super) fn is_on(self) -> bool {
        self.microphone || self.camera
    }

    /// What a click makes of it.
    pub(super) fn switched(self, microphone: Option<bool>, camera: Option<bool>) -> Self {
        Self {
            microphone: microphone.unwrap_or(self.microphone),
            camera: camera.unwrap_or(self.camera),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_changes_what_it_names() {
        let media = Media::OFF.switched(Some(true), None);
        assert_eq!(media, Media { microphone: true, camera: false });
        assert!(!media.switched(Some(false), None).is_on());
    }

    #[test]
    fn devices_that_are_not_named_stay() {
        let mut kit = Kit::default();
        kit.choose(Some("headset"), None, None);
        kit.choose(None, Some("webcam"), Some(true));
        assert_eq!(kit.described(), "microphone headset, camera webcam");
        assert!(kit.blur);
    }
}
