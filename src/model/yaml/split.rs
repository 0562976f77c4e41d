//! Cuts a file into its documents without parsing them.

use std::ops::Range;

/// The part of a file that holds one document: from its `---` line to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the file, the leading `---` line and comments included.
    pub range: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: u32,
}

/// What a line means for the cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// `---` at column 0, followed by a blank or the end of the line.
    Start,
    /// `...` likewise.
    End,
    /// `%YAML` and the like.
    Directive,
    /// Blank, or only a comment.
    Nothing,
    /// Anything else.
    Content,
}

/// Cuts a text at its `---` and after its `...` lines.
///
/// Such a line at column 0 always separates, whatever stands around it: a block
/// scalar is indented, and a quoted scalar may not hold one (YAML 1.2.2, 9.1.2).
/// The pieces together are the whole text. Directives stay with the `---` that follows.
pub fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut piece = Piece {
        range: 0..0,
        line: 1,
    };
    let (mut directive, mut content) = (false, false);
    for (line, (start, end, next)) in (1..).zip(lines(text)) {
        let kind = classify(&text[start..end]);
        let continues = directive && !content;
        if kind == Line::Start && start > piece.range.start && !continues {
            piece.range.end = start;
            pieces.push(std::mem::replace(
                &mut piece,
                Piece {
                    range: start..start,
                    line,
                },
            ));
            (directive, content) = (false, false);
        }
        directive |= kind == Line::Directive;
        content |= matches!(kind, Line::Start | Line::Content);
        if kind == Line::End {
            piece.range.end = next;
            pieces.push(std::mem::replace(
                &mut piece,
                Piece {
                    range: next..next,
                    line: line + 1,
                },
            ));
            (directive, content) = (false, false);
        }
    }
    piece.range.end = text.len();
    if !piece.range.is_empty() || pieces.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Start, end without the line break, and start of the next line, of every line.
///
/// Lines end as YAML 1.2 and text editors say: `\n`, `\r\n` or a lone `\r`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let after = move |from: usize, end| {
        let rest = text.get(from..).unwrap_or_default();
        rest.find(end).map_or(bytes.len(), |length| from + length)
    };
    let mut start = 0;
    // The next of each, looked for with the library's fast search for one byte.
    let (mut newline, mut carriage_return) = (after(0, '\n'), after(0, '\r'));
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        if newline < start {
            newline = after(start, '\n');
        }
        if carriage_return < start {
            carriage_return = after(start, '\r');
        }
        let end = newline.min(carriage_return);
        let next = match bytes.get(end..) {
            Some([b'\r', b'\n', ..]) => end + 2,
            Some([_, ..]) => end + 1,
            _ => end,
        };
        let line = (start, end, next);
        start = next;
        Some(line)
    })
}

fn classify(line: &str) -> Line {
    // Most lines tell by their first letter.
    if line.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '{') {
        return Line::Content;
    }
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let marker = |marker: &str| {
        line.strip_prefix(marker)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    if marker("---") {
        return Line::Start;
    }
    if marker("...") {
        return Line::End;
    }
    if line.starts_with('%') {
        return Line::Directive;
    }
    match line.trim_start_matches(' ').trim_start().chars().next() {
        None | Some('#') => Line::Nothing,
        Some(_) => Line::Content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces, each with its line, joined by `|`.
    fn shown(text: &str) -> String {
        split(text)
            .iter()
            .map(|piece| format!("{}:{:?}", piece.line, &text[piece.range.clone()]))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    #[test]
    fn a_text_is_cut_at_lines_that_start_with_three_dashes() {
        assert_eq!(
            shown("a: 1\n---\nb: 2\n--- # c\nc: 3\n"),
            r#"1:"a: 1\n" | 2:"---\nb: 2\n" | 4:"--- # c\nc: 3\n""#
        );
        assert_eq!(
            shown("---\r\na: 1\r\n---\r\nb"),
            r#"1:"---\r\na: 1\r\n" | 3:"---\r\nb""#
        );
    }

    #[test]
    fn dashes_inside_a_block_scalar_or_a_longer_word_do_not_cut() {
        let text = "a: |\n  ---\n  x\n---b: 1\n ---\n";
        assert_eq!(split(text).len(), 1);
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(
            shown("%YAML 1.2\n# c\n---\na: 1\n...\n%YAML 1.2\n---\nb: 1\n"),
            r#"1:"%YAML 1.2\n# c\n---\na: 1\n...\n" | 6:"%YAML 1.2\n---\nb: 1\n""#
        );
    }

    #[test]
    fn lines_end_with_each_kind_of_break() {
        let text = "a\rb\r\n\nc\r\rd\ne";
        let all: Vec<&str> = lines(text)
            .map(|(start, end, _)| &text[start..end])
            .collect();
        assert_eq!(all, ["a", "b", "", "c", "", "d", "e"]);
        let nexts: Vec<usize> = lines(text).map(|(_, _, next)| next).collect();
        assert_eq!(nexts, [2, 5, 6, 8, 9, 11, 12]);
    }

    #[test]
    fn an_empty_text_is_one_empty_piece() {
        assert_eq!(shown(""), r#"1:"""#);
    }
}
