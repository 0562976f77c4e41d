//! What a subcommand answers, and how it is printed.
//!
//! Text for people may hold names that somebody else wrote. Control characters in them are shown
//! escaped, so that no name can move the cursor or change the title of a terminal.

use std::fmt::Write as _;

use super::UNUSABLE;

/// The outcome of a subcommand.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// For standard output.
    pub output: String,
    /// Whether the output is for programs and is printed as it is.
    pub raw: bool,
    /// For standard error.
    pub problems: String,
    /// Exit status.
    pub status: u8,
}

impl Answer {
    /// Nothing but a problem with the input or the arguments.
    pub fn unusable(problems: impl Into<String>) -> Self {
        Self {
            problems: problems.into(),
            status: UNUSABLE,
            ..Self::default()
        }
    }
}

/// Whether a terminal reads along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No colour.
    Plain,
    /// Colour by ANSI escape sequences.
    Coloured,
}

/// Marks good news; [`finish`] makes green of it.
pub const GOOD: char = '\u{E200}';
/// Marks bad news; red.
pub const BAD: char = '\u{E201}';
/// Marks what stands back; grey.
pub const FAINT: char = '\u{E202}';
/// Ends every mark.
pub const END: char = '\u{E203}';

/// The text with its marks as colours or without them, and control characters escaped.
pub fn finish(text: &str, style: Style) -> String {
    let mut finished = String::with_capacity(text.len());
    for character in text.chars() {
        let escape = match character {
            GOOD => "\u{1b}[32m",
            BAD => "\u{1b}[31m",
            FAINT => "\u{1b}[90m",
            END => "\u{1b}[0m",
            '\n' => "\n",
            _ if character.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(finished, "{}", character.escape_default());
                continue;
            }
            _ => {
                finished.push(character);
                continue;
            }
        };
        if style == Style::Coloured || character == '\n' {
            finished.push_str(escape);
        }
    }
    finished
}

/// `text` between a mark and its end.
pub fn marked(mark: char, text: &str) -> String {
    format!("{mark}{text}{END}")
}

/// Rows as a table: each column as wide as its widest cell, two blanks between columns, none at the end of a line.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| Some(row.get(column)?.chars().count()))
            .max()
    };
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_colours_only_for_a_terminal() {
        let text = format!("{} 1\n", marked(GOOD, "ok"));
        assert_eq!(finish(&text, Style::Plain), "ok 1\n");
        assert_eq!(finish(&text, Style::Coloured), "\u{1b}[32mok\u{1b}[0m 1\n");
    }

    #[test]
    fn a_name_cannot_send_commands_to_the_terminal() {
        assert_eq!(
            finish("\u{1b}]0;owned\u{7}\r", Style::Coloured),
            "\\u{1b}]0;owned\\u{7}\\r"
        );
    }

    #[test]
    fn a_table_has_columns_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["a".into(), "bb".into()],
            vec!["ccc".into(), String::new()],
        ];
        assert_eq!(table(&rows), "a    bb\nccc\n");
    }
}
