//! From bytes to a bounded tree of elements.

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

/// What a document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The longest document in bytes.
    pub(crate) bytes: usize,
    /// The most elements one in another, the root included.
    pub(crate) depth: usize,
    /// The most elements in all.
    pub(crate) elements: usize,
    /// The most attributes of one element, declarations of namespaces included.
    pub(crate) attributes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 50 * 1024 * 1024, depth: 32, elements: 1_000_000, attributes: 32 }
    }
}

/// Why a document is not taken, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at [row:{row}, column:{column}]")]
pub(crate) struct XmlError {
    /// What is wrong.
    pub(crate) message: String,
    /// The line, from 1.
    pub(crate) row: usize,
    /// The character on the line, from 1.
    pub(crate) column: usize,
}

/// An attribute that is no declaration of a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Without its prefix.
    pub(crate) name: Box<str>,
    /// Empty for an attribute without a prefix.
    pub(crate) namespace: Arc<str>,
    /// Unescaped.
    pub(crate) value: Box<str>,
}

/// An element with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Without its prefix.
    pub(crate) name: Box<str>,
    /// Empty when the element is in no namespace.
    pub(crate) namespace: Arc<str>,
    /// In the order of the document.
    pub(crate) attributes: Vec<Attribute>,
    /// In the order of the document.
    pub(crate) children: Vec<Element>,
    /// All text directly inside, unescaped, blanks included; empty when there are children and
    /// nothing but blanks between them.
    pub(crate) text: String,
}

impl Element {
    /// The first child of this local name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| &*child.name == name)
    }

    /// Every child of this local name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| &*child.name == name)
    }

    /// The trimmed text of the first child of this local name; `None` when there is no such child
    /// or it is nil or empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let child = self.child(name).filter(|child| !child.is_nil())?;
        Some(child.text.trim()).filter(|text| !text.is_empty())
    }

    /// The value of the first attribute of this local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| &*attribute.name == name)?;
        Some(&found.value)
    }

    /// Does `xsi:nil` say that there is no value?
    pub(crate) fn is_nil(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            &*attribute.name == "nil"
                && &*attribute.namespace == super::XSI
                && matches!(attribute.value.trim(), "true" | "1")
        })
    }
}

/// Reads a document. Comments and processing instructions are passed over.
pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Element, XmlError> {
    let start = |message: String| XmlError { message, row: 1, column: 1 };
    if bytes.len() > limits.bytes {
        return Err(start(format!("the document is longer than {} bytes", limits.bytes)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let document = std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let (row, column) = position(&String::from_utf8_lossy(valid));
        XmlError { message: "the document is not UTF-8".to_owned(), row, column }
    })?;
    let mut reader = NsReader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let mut tree = Tree { limits, open: Vec::new(), root: None, elements: 0, last: "".into() };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let placed = |message: String| {
            let (row, column) = position(document.get(..at).unwrap_or(document));
            XmlError { message, row, column }
        };
        let event = reader.read_event().map_err(|error| placed(error.to_string()))?;
        if matches!(event, Event::Eof) {
            break;
        }
        tree.take(&reader, event).map_err(placed)?;
    }
    if let Some(open) = tree.open.last() {
        return Err(start(format!("the element {} is not closed", open.name)));
    }
    tree.root.ok_or_else(|| start("the document has no element".to_owned()))
}

/// Row and column just after a text.
fn position(before: &str) -> (usize, usize) {
    let row = before.matches('\n').count() + 1;
    let line = before.rsplit('\n').next().unwrap_or_default();
    (row, line.chars().count() + 1)
}

/// The elements read so far.
struct Tree {
    limits: Limits,
    /// The root first.
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    /// The namespace seen last: most are the same.
    last: Arc<str>,
}

impl Tree {
    fn take(&mut self, reader: &NsReader<&[u8]>, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(start) | Event::Empty(start) => self.start(reader, &start),
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = referred(&reference)?;
                self.text(&letter)
            }
            Event::DocType(_) => Err("a document type is not allowed".to_owned()),
            Event::Decl(declaration) => check_declaration(&declaration),
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), String> {
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err(format!("there are more than {} elements", self.limits.elements));
        }
        if self.open.len() >= self.limits.depth {
            return Err(format!("elements are nested deeper than {}", self.limits.depth));
        }
        if self.root.is_some() {
            return Err("there is a second root element".to_owned());
        }
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let namespace = self.namespace(&namespace)?;
        let attributes = self.attributes(reader, start)?;
        let name = name.into_inner().into();
        self.open.push(Element {
            name,
            namespace,
            attributes,
            children: Vec::new(),
            text: String::new(),
        });
        Ok(())
    }

    fn attributes(
        &mut self,
        reader: &NsReader<&[u8]>,
        start: &BytesStart<'_>,
    ) -> Result<Vec<Attribute>, String> {
        let mut attributes = Vec::new();
        for (at, attribute) in start.attributes().enumerate() {
            if at >= self.limits.attributes {
                return Err(format!(
                    "an element has more than {} attributes",
                    self.limits.attributes
                ));
            }
            let attribute = attribute.map_err(|error| error.to_string())?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| error.to_string())?;
            check_letters(&value)?;
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let namespace = self.namespace(&namespace)?;
            attributes.push(Attribute {
                name: name.into_inner().into(),
                namespace,
                value: value.into(),
            });
        }
        Ok(attributes)
    }

    fn namespace(&mut self, found: &ResolveResult<'_>) -> Result<Arc<str>, String> {
        let name = match found {
            ResolveResult::Unbound => "",
            ResolveResult::Bound(namespace) => namespace.into_inner(),
            ResolveResult::Unknown(prefix) => {
                return Err(format!("the prefix {prefix} is bound to no namespace"));
            }
        };
        if *self.last != *name {
            self.last = name.into();
        }
        Ok(Arc::clone(&self.last))
    }

    fn end(&mut self) {
        let Some(mut element) = self.open.pop() else { return };
        if !element.children.is_empty() && element.text.trim().is_empty() {
            element.text = String::new();
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        check_letters(text)?;
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("there is text outside of the root element".to_owned()),
        }
        Ok(())
    }
}

/// The character that `&…;` stands for.
fn referred(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, String> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(Cow::Owned(letter.to_string()));
    }
    let name: &str = reference;
    quick_xml::escape::resolve_xml_entity(name)
        .map(Cow::Borrowed)
        .ok_or_else(|| format!("the entity {name} is unknown"))
}

fn check_letters(text: &str) -> Result<(), String> {
    let illegal = |letter: &char| matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    match text.chars().find(illegal) {
        Some(letter) => Err(format!("the character U+{:04X} is not allowed", u32::from(letter))),
        None => Ok(()),
    }
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), String> {
    let Some(encoding) = declaration.encoding() else { return Ok(()) };
    let encoding = encoding.map_err(|error| error.to_string())?;
    if ["utf-8", "utf8", "us-ascii"].iter().any(|known| encoding.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(format!("the encoding {encoding} is not supported: send UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(document: &str) -> Element {
        read(document.as_bytes(), Limits::default()).unwrap()
    }

    fn refused(document: &[u8]) -> String {
        let limits = Limits { bytes: 400, depth: 4, elements: 9, attributes: 3 };
        read(document, limits).unwrap_err().to_string()
    }

    #[test]
    fn elements_have_local_names_and_namespaces() {
        let root = tree(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<e:Envelope xmlns:e=\"urn:e\" xmlns=\"urn:d\">\
             <!-- said --><login u='1' e:v='2'><name> a&amp;b&#233;<![CDATA[<c>]]> </name></login></e:Envelope>",
        );
        assert_eq!((&*root.name, &*root.namespace), ("Envelope", "urn:e"));
        let login = root.child("login").unwrap();
        assert_eq!((&*login.namespace, login.text.as_str()), ("urn:d", ""));
        assert_eq!((login.attribute("u"), login.attribute("v")), (Some("1"), Some("2")));
        assert_eq!(
            (&*login.attributes[0].namespace, &*login.attributes[1].namespace),
            ("", "urn:e")
        );
        assert_eq!(login.child("name").unwrap().text, " a&bé<c> ");
        assert_eq!(login.text_of("name"), Some("a&bé<c>"));
    }

    #[test]
    fn nil_is_no_value_and_lists_are_all_children_of_a_name() {
        let root = tree(&format!(
            "<r xmlns:x='{}'><i x:nil='true'/><i>1</i> <j/><i x:nil='false'>2</i></r>",
            super::super::XSI
        ));
        let values: Vec<_> = root.all("i").map(|i| (i.is_nil(), i.text.as_str())).collect();
        assert_eq!(values, [(true, ""), (false, "1"), (false, "2")]);
        assert_eq!((root.text_of("i"), root.text_of("j"), root.text_of("k")), (None, None, None));
        assert_eq!(root.text, "");
    }

    #[test]
    fn entities_are_never_declared_nor_fetched() {
        let bomb = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>";
        assert_eq!(refused(bomb), "a document type is not allowed at [row:1, column:1]");
        assert_eq!(refused(b"<a>\n &x;</a>"), "the entity x is unknown at [row:2, column:2]");
    }

    #[test]
    fn what_is_too_much_is_refused() {
        assert_eq!(
            refused(b"<a><a><a><a><a/></a></a></a></a>"),
            "elements are nested deeper than 4 at [row:1, column:13]"
        );
        assert!(
            refused(b"<a><b/><b/><b/><b/><b/><b/><b/><b/><b/></a>")
                .contains("more than 9 elements")
        );
        assert!(refused(b"<a b='' c='' d='' e=''/>").contains("more than 3 attributes"));
        assert!(refused(&[b' '; 401]).contains("longer than 400 bytes"));
    }

    #[test]
    fn what_is_not_xml_is_refused() {
        let documents: [&[u8]; 13] = [
            b"",
            b"text",
            b"<a>",
            b"<a></b>",
            b"</a>",
            b"<a/><b/>",
            b"<a/>x",
            b"<p:a/>",
            b"<a b='1' b='2'/>",
            b"<a>\x01</a>",
            b"<a>&#0;</a>",
            b"<a>\xff</a>",
            b"<?xml version='1.0' encoding='UTF-16'?><a/>",
        ];
        for document in documents {
            assert!(
                read(document, Limits::default()).is_err(),
                "{}",
                String::from_utf8_lossy(document)
            );
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert_eq!(&*tree("\u{feff}<a/>").name, "a");
    }
}
