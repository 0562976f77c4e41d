//! All files in one text, for download, and back.

use super::Document;

/// Stands before each file's name.
const MARKER: &str = "# file: ";
/// Follows the name of a file whose last line has no line break.
const NO_LINE_END: &str = " (without line end)";

impl Document {
    /// Every file in one YAML text, with a comment that names each; [`Document::from_texts`]
    /// takes it apart again.
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        for (index, file) in self.files.iter().enumerate() {
            let ends = file.text.is_empty() || file.text.ends_with('\n');
            if index > 0 {
                text.push_str("---\n");
            }
            text.push_str(MARKER);
            text.push_str(&file.name.replace(['\n', '\r'], " "));
            text.push_str(if ends { "\n" } else { NO_LINE_END });
            text.push_str(if ends { "" } else { "\n" });
            text.push_str(&file.text);
            text.push_str(if ends { "" } else { "\n" });
        }
        text
    }
}

/// The files in a text: those that the comments of [`Document::to_yaml`] name, or the
/// text itself under its own name.
pub(super) fn split(name: String, text: String) -> Vec<(String, String)> {
    let Some(first) = text.strip_prefix(MARKER) else {
        return vec![(name, text)];
    };
    let mut files = Vec::new();
    let mut rest = Some(first);
    while let Some(named) = rest {
        let (header, body) = named.split_once('\n').unwrap_or((named, ""));
        let (body, next) = cut(body);
        let (header, body) = match header.strip_suffix(NO_LINE_END) {
            Some(header) => (header, body.strip_suffix('\n').unwrap_or(body)),
            None => (header, body),
        };
        files.push((header.to_owned(), body.to_owned()));
        rest = next;
    }
    files
}

/// A text up to the next separator with a name, and what follows that name's marker.
fn cut(text: &str) -> (&str, Option<&str>) {
    let separator = format!("---\n{MARKER}");
    // An empty file leaves no line before the separator.
    if let Some(next) = text.strip_prefix(&separator) {
        return ("", Some(next));
    }
    match text.find(&format!("\n{separator}")) {
        Some(at) => (&text[..=at], text.get(at + 1 + separator.len()..)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(files: &[(&str, &str)]) -> Document {
        let texts = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Document::from_texts(texts.collect()).0
    }

    #[test]
    fn a_download_names_each_file_and_splits_into_the_same_files() {
        let document = document(&[
            ("a.yaml", "a: 1\n---\nb: 2"),
            ("b.json", "{}\n"),
            ("c", ""),
            ("d", ""),
        ]);
        let text = document.to_yaml();
        assert_eq!(
            text,
            "# file: a.yaml (without line end)\na: 1\n---\nb: 2\n---\n# file: b.json\n{}\n---\n# file: c\n---\n# file: d\n"
        );
        assert_eq!(
            Document::from_texts(vec![("x.yaml".to_owned(), text)]).0,
            document
        );
    }

    #[test]
    fn files_of_one_name_are_told_apart() {
        let document = document(&[("a.yaml", ""), ("a.yaml", ""), ("a.yaml", "")]);
        let names: Vec<&str> = document.files.iter().map(|file| &*file.name).collect();
        assert_eq!(names, ["a.yaml", "a (2).yaml", "a (3).yaml"]);
    }
}
