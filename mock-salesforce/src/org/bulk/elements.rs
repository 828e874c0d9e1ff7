//! XML as a tree of elements: what a batch of `<sObjects>` and a job document need, and no more.
//!
//! Names lose their prefix, comments and attributes are passed over, a document type is refused. Depth and number of
//! elements are bounded.

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

/// How deep elements may nest.
pub(super) const DEPTH_MAX: usize = 16;
/// Most elements of one document.
pub(super) const ELEMENTS_MAX: usize = 1_000_000;

/// One element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name, without prefix.
    pub(crate) name: String,
    /// Does it say `xsi:nil="true"`?
    pub(crate) nil: bool,
    /// Its own text.
    pub(crate) text: String,
    /// The elements in it.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a document.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::from_str(text.trim_start());
        let mut tree = Tree::default();
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            if event == Event::Eof {
                break;
            }
            tree.take(&event)?;
        }
        if tree.open.is_empty() { tree.root } else { None }
            .ok_or_else(|| "the document ends in the middle of an element".to_owned())
    }

    /// The text of a child.
    pub(crate) fn child(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|child| child.name == name).map(|child| child.text.trim())
    }
}

#[derive(Default)]
struct Tree {
    root: Option<Element>,
    open: Vec<Element>,
    count: usize,
}

impl Tree {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(start) => self.open(start),
            Event::Empty(start) => {
                self.open(start)?;
                self.close()
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(text),
            Event::GeneralRef(name) => {
                let character = name.resolve_char_ref().map_err(|error| error.to_string())?;
                match (character, resolve_predefined_entity(name)) {
                    (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => self.text(text),
                    (None, None) => Err(format!("unknown entity &{};", &**name)),
                }
            }
            Event::DocType(_) => Err("a document type is not allowed".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.count += 1;
        if self.open.len() >= DEPTH_MAX {
            return Err(format!("elements nest deeper than {DEPTH_MAX}"));
        }
        if self.count > ELEMENTS_MAX {
            return Err(format!("more than {ELEMENTS_MAX} elements"));
        }
        if self.root.is_some() {
            return Err("more than one root element".to_owned());
        }
        let nil = start.attributes().flatten().any(|attribute| {
            attribute.key.local_name().as_ref() == "nil"
                && matches!(&*attribute.value, "true" | "1")
        });
        let name = start.local_name().as_ref().to_owned();
        self.open.push(Element { name, nil, ..Element::default() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let closed = self.open.pop().ok_or("an element ends that did not begin")?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => self.root = Some(closed),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("text outside of the root element".to_owned()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_with_entities_and_nil() {
        let text = "<?xml version=\"1.0\"?>\n<a:x xmlns:a=\"n\"><y>1 &lt; 2 &#65;<![CDATA[<z>]]></y><w xsi:nil=\"true\"/></a:x>";
        let root = Element::read(text).unwrap();
        assert_eq!((root.name.as_str(), root.child("y")), ("x", Some("1 < 2 A<z>")));
        assert!(root.children[1].nil);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        for bad in ["", "<a>", "<a></b>", "<a/><b/>", "x", "<!DOCTYPE a><a/>", "<a>&b;</a>", &deep]
        {
            Element::read(bad).unwrap_err();
        }
    }
}
