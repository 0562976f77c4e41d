//! Edits of the text. What an edit does not touch stays as it is, byte for byte.

use std::ops::Range;
use std::sync::Arc;

use super::Document;
use crate::model::diagnostic::Diagnostic;
use crate::model::yaml::{self, Span, lines};

impl Document {
    /// With other text in place of a range of bytes of a file; unchanged where the range
    /// does not fit the text.
    pub fn with_range(
        &self,
        file: usize,
        range: Range<usize>,
        with: &str,
    ) -> (Self, Vec<Diagnostic>) {
        let text = self.files.get(file).map(|file| &file.text);
        let parts = text.and_then(|text| Some((text.get(..range.start)?, text.get(range.end..)?)));
        match parts {
            Some((before, after)) if range.start <= range.end => {
                self.with_file_text(file, &format!("{before}{with}{after}"))
            }
            _ => (self.clone(), Vec::new()),
        }
    }

    /// With other text in place of an object or a part of one, such as a subnet. Lines
    /// after the first are indented as the object is.
    pub fn with_part(&self, file: usize, part: Span, with: &str) -> (Self, Vec<Diagnostic>) {
        let indent = " ".repeat(part.column.saturating_sub(1) as usize);
        let mut indented = String::new();
        for (index, (start, end, _)) in lines(with.trim_end()).enumerate() {
            let line = &with[start..end];
            if index > 0 {
                indented.push('\n');
                indented.push_str(if line.is_empty() { "" } else { &indent });
            }
            indented.push_str(line);
        }
        self.with_range(file, part.range(), &indented)
    }

    /// With a document at the end of a file, after a `---` where one is needed.
    pub fn with_appended(&self, file: usize, document: &str) -> (Self, Vec<Diagnostic>) {
        let Some(source) = self.files.get(file) else {
            return (self.clone(), Vec::new());
        };
        let mut text = source.text.to_string();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let separated =
            document.starts_with("---") || text.trim().is_empty() || ends_separated(&text);
        text.push_str(if separated { "" } else { "---\n" });
        text.push_str(document);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        self.with_file_text(file, &text)
    }

    /// Without an object: a whole document with its comments, or an item of a list.
    pub fn without_part(&self, file: usize, part: Span) -> (Self, Vec<Diagnostic>) {
        let Some(source) = self.files.get(file) else {
            return (self.clone(), Vec::new());
        };
        let parsed = yaml::parse(&source.name, &source.text);
        let tree = parsed.trees.iter().find(|tree| tree.root.span == part);
        let range = match tree {
            Some(tree) => tree.piece.range.clone(),
            None => item_range(&source.text, part.range()),
        };
        self.with_range(file, range, "")
    }

    /// With another name for a file; a name that is taken gets a number.
    #[must_use]
    pub fn with_name(&self, file: usize, name: &str) -> Self {
        let mut document = self.clone();
        let same = self.files.get(file).is_none_or(|file| &*file.name == name);
        if !same {
            let name: Arc<str> = document.free_name(name);
            if let Some(file) = document.files.get_mut(file) {
                file.name = name;
            }
        }
        document
    }

    /// Without a file.
    #[must_use]
    pub fn without_file(&self, file: usize) -> Self {
        let mut document = self.clone();
        if file < document.files.len() {
            document.files.remove(file);
        }
        document
    }
}

/// Whether the last line with content is `---`, so that a document may follow.
fn ends_separated(text: &str) -> bool {
    let content = text.lines().rev().find(|line| !line.trim().is_empty());
    content.is_some_and(|line| line.trim_end() == "---")
}

/// The bytes to remove for an item of a list: its lines with the dash in block style,
/// itself and one comma in flow style.
fn item_range(text: &str, item: Range<usize>) -> Range<usize> {
    let (Some(before), Some(after)) = (text.get(..item.start), text.get(item.end..)) else {
        return item;
    };
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = before[line..].trim();
    let end_of_line = after.find('\n').map_or(text.len(), |at| item.end + at + 1);
    let tail = text[item.end..end_of_line].trim();
    if lead == "-" && (tail.is_empty() || tail.starts_with('#')) {
        return line..end_of_line;
    }
    let trimmed = after.trim_start();
    if let Some(rest) = trimmed.strip_prefix(',') {
        return item.start..text.len() - rest.trim_start_matches([' ', '\t']).len();
    }
    let lead = before.trim_end();
    match lead.strip_suffix(',') {
        Some(lead) => lead.len()..item.end,
        None => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::read::read;

    fn document(text: &str) -> Document {
        Document::from_texts(vec![("x.yaml".to_owned(), text.to_owned())]).0
    }

    /// The text after removing, or replacing, the object of the given manifest.
    fn edited(text: &str, manifest: usize, with: Option<&str>) -> String {
        let document = document(text);
        let (network, _) = read(&document);
        let part = network.manifests[manifest].root.span;
        let (document, _) = match with {
            Some(with) => document.with_part(0, part, with),
            None => document.without_part(0, part),
        };
        document.files[0].text.to_string()
    }

    const LIST: &str = "kind: List\nitems:\n- kind: A # a\n  x: 1\n# c\n- kind: B\n  y: 2\n";

    #[test]
    fn an_object_is_removed_with_what_belongs_to_it() {
        for (text, manifest, result) in [
            (
                "# 1\nkind: A\n---\n# 2\nkind: B\n",
                0,
                "---\n# 2\nkind: B\n",
            ),
            ("# 1\nkind: A\n---\n# 2\nkind: B\n", 1, "# 1\nkind: A\n"),
            (LIST, 0, "kind: List\nitems:\n# c\n- kind: B\n  y: 2\n"),
            (LIST, 1, "kind: List\nitems:\n- kind: A # a\n  x: 1\n# c\n"),
            ("[{kind: A}, {kind: B}]", 0, "[{kind: B}]"),
            ("[{kind: A}, {kind: B}]", 1, "[{kind: A}]"),
            ("[{kind: A}]", 0, "[]"),
        ] {
            assert_eq!(edited(text, manifest, None), result);
        }
    }

    #[test]
    fn an_object_is_replaced_where_it_stands() {
        assert_eq!(
            edited(LIST, 0, Some("kind: C\nz:\n  - 1\n")),
            "kind: List\nitems:\n- kind: C\n  z:\n    - 1\n# c\n- kind: B\n  y: 2\n"
        );
    }

    #[test]
    fn a_document_is_appended_after_a_separator() {
        for (text, result) in [
            ("", "kind: N\n"),
            ("kind: A", "kind: A\n---\nkind: N\n"),
            ("kind: A\n---\n", "kind: A\n---\nkind: N\n"),
        ] {
            let (document, _) = document(text).with_appended(0, "kind: N");
            assert_eq!(&*document.files[0].text, result);
        }
    }

    #[test]
    fn an_edit_drops_the_data_of_a_secret_as_well() {
        let (document, diagnostics) = document("").with_appended(0, "kind: Secret\ndata: {a: b}\n");
        assert_eq!(&*document.files[0].text, "kind: Secret\ndata: {}\n");
        assert_eq!(
            diagnostics[0].to_string(),
            "x.yaml:2:6: info: the data of this Secret was dropped; only its name and type are kept"
        );
    }

    #[test]
    fn an_edit_outside_of_the_text_changes_nothing() {
        let document = document("kind: Ä\n");
        for range in [6..7, 0..99] {
            assert_eq!(document.with_range(0, range, "x").0, document);
        }
        assert_eq!(document.with_range(7, 0..0, "x").0, document);
        assert_eq!(document.without_file(7), document);
    }
}
