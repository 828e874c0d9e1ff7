//! Segments of a path. They are short, and what looks for a character elsewhere is made for long texts.

/// The segments of a path, as `path.split('/')` gives them.
#[derive(Debug, Clone)]
pub(crate) struct Segments<'p>(Option<&'p str>);

impl<'p> Segments<'p> {
    /// Those of a path, or of a part of one.
    pub(crate) fn of(path: &'p str) -> Self {
        Self(Some(path))
    }
}

impl<'p> Iterator for Segments<'p> {
    type Item = &'p str;

    #[inline]
    fn next(&mut self) -> Option<&'p str> {
        let rest = self.0?;
        let Some(end) = rest.bytes().position(|byte| byte == b'/') else {
            return self.0.take();
        };
        self.0 = rest.get(end + 1..);
        rest.get(..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_those_of_a_split() {
        for path in ["", "/", "a", "/a/", "a//b", "/services/data/v62.0/sobjects/Lead/é"] {
            assert!(Segments::of(path).eq(path.split('/')), "{path}");
        }
    }
}
