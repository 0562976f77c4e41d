//! Words and braces of a Corefile: `{` ends a line and opens a block, `}` stands on a line of its own.

use super::Problem;

/// How deep blocks may stand in one another: server, plugin, and one to spare.
const MAX_DEPTH: usize = 4;

/// A word and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, without quotes.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

/// A line of words, with the lines of the block that it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// At least one word.
    pub words: Vec<Word>,
    /// The block.
    pub body: Option<Vec<Line>>,
}

impl Word {
    /// A problem at this word.
    pub fn problem(&self, message: &'static str, expected: &'static str) -> Problem {
        Problem {
            line: self.line,
            column: self.column,
            message,
            found: self.text.clone(),
            expected,
        }
    }
}

impl Line {
    /// The words behind the first, as texts.
    pub fn arguments(&self) -> Vec<&str> {
        self.words.iter().skip(1).map(|word| &*word.text).collect()
    }

    /// The lines of its block.
    pub fn body(&self) -> &[Line] {
        self.body.as_deref().unwrap_or_default()
    }

    /// The word of this number, or the last.
    pub fn word(&self, number: usize) -> Option<&Word> {
        self.words.get(number).or(self.words.last())
    }
}

/// The lines of a text, as blocks.
pub fn read(text: &str, problems: &mut Vec<Problem>) -> Vec<Line> {
    let mut done: Vec<Line> = Vec::new();
    // The open blocks: the line that opened each, and what stands in it so far.
    let mut open: Vec<(Line, Vec<Line>)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut words = words(line, number + 1);
        let Some(first) = words.first() else { continue };
        if first.text == "}" {
            match open.pop() {
                Some((mut opener, body)) if words.len() == 1 => {
                    opener.body = Some(body);
                    let outer = open.last_mut().map_or(&mut done, |(_, body)| body);
                    outer.push(opener);
                }
                _ => problems.push(first.problem("closes no block", "`}` alone on its line")),
            }
            continue;
        }
        if let Some(brace) = words.iter().skip(1).find(|word| word.text == "}") {
            problems.push(brace.problem("closes no block", "`}` alone on its line"));
            continue;
        }
        let opens = words.len() > 1 && words.last().is_some_and(|word| word.text == "{");
        if opens {
            words.truncate(words.len() - 1);
        }
        if let Some(brace) = words.iter().find(|word| word.text == "{") {
            let deep = brace.problem("opens no block", "`{` at the end of a line");
            problems.push(deep);
            continue;
        }
        let line = Line { words, body: None };
        if opens && open.len() < MAX_DEPTH {
            open.push((line, Vec::new()));
        } else {
            if opens && let Some(word) = line.words.first() {
                problems.push(word.problem("stands too deep", "a block of a plugin"));
                return done;
            }
            open.last_mut()
                .map_or(&mut done, |(_, body)| body)
                .push(line);
        }
    }
    if let Some(word) = open.last().and_then(|(line, _)| line.words.first()) {
        problems.push(word.problem("has a block without an end", "`}` on a line of its own"));
    }
    while let Some((mut opener, body)) = open.pop() {
        opener.body = Some(body);
        open.last_mut()
            .map_or(&mut done, |(_, body)| body)
            .push(opener);
    }
    done
}

/// The words of a line: parted by blanks, `"` keeps blanks, `#` at the start of a word ends the line.
fn words(line: &str, number: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut quoted, mut inside) = (false, false);
    let mut characters = line.chars().enumerate().peekable();
    while let Some((index, character)) = characters.next() {
        if !inside {
            if character.is_whitespace() {
                continue;
            }
            if character == '#' {
                break;
            }
            inside = true;
            quoted = character == '"';
            words.push(Word {
                text: String::new(),
                line: number,
                column: index + 1,
            });
            if quoted {
                continue;
            }
        }
        let Some(word) = words.last_mut() else { break };
        match character {
            '"' if quoted => inside = false,
            '\\' if quoted && characters.peek().is_some_and(|(_, next)| *next == '"') => {
                word.text.extend(characters.next().map(|(_, next)| next));
            }
            _ if character.is_whitespace() && !quoted => inside = false,
            _ => word.text.push(character),
        }
    }
    words
}
