//! The regular expressions that names are rewritten with, as far as they are text, dots and runs such as `(.*)`.

/// A pattern; matched anywhere in a text unless it says otherwise, and leftmost with long runs first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    starts: bool,
    ends: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// This character.
    Is(u8),
    /// Characters of a kind, so many at least (at most one where `once`), kept as a group or not.
    Run {
        dots: bool,
        least: usize,
        once: bool,
        kept: bool,
    },
}

/// How many runs a pattern may have; each may cost as many tries as the text is long.
const MAX_RUNS: usize = 3;
/// The longest text that is matched: no name is longer.
const MAX_TEXT: usize = 255;

impl Pattern {
    /// Reads an expression; nothing where it has anything else in it.
    pub fn parse(text: &str) -> Option<Self> {
        let starts = text.starts_with('^');
        let mut rest = text.strip_prefix('^').unwrap_or(text);
        let ends = rest.ends_with('$') && !rest.ends_with("\\$");
        if ends {
            rest = rest.strip_suffix('$')?;
        }
        let mut parts = Vec::new();
        while let Some(first) = rest.bytes().next() {
            let kept = first == b'(';
            let inner = if kept { rest.get(1..)? } else { rest };
            if let Some((dots, after)) = class(inner) {
                let (least, once, after) = match after.bytes().next() {
                    Some(b'*') => (0, false, after.get(1..)?),
                    Some(b'+') => (1, false, after.get(1..)?),
                    _ => (1, true, after),
                };
                rest = if kept {
                    after.strip_prefix(')')?
                } else {
                    after
                };
                parts.push(Part::Run {
                    dots,
                    least,
                    once,
                    kept,
                });
                continue;
            }
            let (character, length) = match first {
                b'\\' => (*rest.as_bytes().get(1)?, 2),
                _ => (first, 1),
            };
            let plain = character.is_ascii_alphanumeric() && length == 1;
            let escaped = character.is_ascii_punctuation() && length == 2;
            if !(plain || escaped || matches!(character, b'-' | b'_')) {
                return None;
            }
            rest = rest.get(length..)?;
            if rest.starts_with(['*', '+', '?', '{']) {
                return None;
            }
            parts.push(Part::Is(character.to_ascii_lowercase()));
        }
        let long = |part: &&Part| matches!(part, Part::Run { once: false, .. });
        if rest.is_empty() && parts.iter().filter(long).count() <= MAX_RUNS {
            return Some(Self {
                parts,
                starts,
                ends,
            });
        }
        None
    }

    /// `to` with `{0}`, `{1}`, … replaced by the match and its groups; nothing where `text` does not match.
    pub fn replace(&self, text: &str, to: &str) -> Option<String> {
        let groups = self.groups(text)?;
        let mut made = to.to_owned();
        for (number, group) in groups.iter().enumerate() {
            made = made.replace(&format!("{{{number}}}"), group);
        }
        Some(made)
    }

    fn groups<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        if text.len() > MAX_TEXT || !text.is_ascii() {
            return None;
        }
        let last = if self.starts { 0 } else { text.len() };
        (0..=last).find_map(|start| {
            let mut groups = Vec::new();
            let end = self.at(text.as_bytes(), start, 0, &mut groups)?;
            groups.push((start, end));
            groups.reverse();
            let cut = |(from, to): (usize, usize)| text.get(from..to).unwrap_or_default();
            Some(groups.into_iter().map(cut).collect())
        })
    }

    /// The end of a match of the parts from `part` on; groups are added from the last to the first.
    fn at(
        &self,
        text: &[u8],
        from: usize,
        part: usize,
        groups: &mut Vec<(usize, usize)>,
    ) -> Option<usize> {
        match self.parts.get(part) {
            None => (!self.ends || from == text.len()).then_some(from),
            Some(Part::Is(character)) => {
                let same = text.get(from)?.eq_ignore_ascii_case(character);
                if same {
                    self.at(text, from + 1, part + 1, groups)
                } else {
                    None
                }
            }
            Some(&Part::Run {
                dots,
                least,
                once,
                kept,
            }) => {
                let rest = text.get(from..)?;
                let fits = |byte: &&u8| dots || **byte != b'.';
                let longest = rest.iter().take_while(fits).count();
                let longest = if once { longest.min(1) } else { longest };
                (least..=longest).rev().find_map(|length| {
                    let end = self.at(text, from + length, part + 1, groups)?;
                    if kept {
                        groups.push((from, from + length));
                    }
                    Some(end)
                })
            }
        }
    }
}

/// Any character, or any but a dot, and what follows.
fn class(text: &str) -> Option<(bool, &str)> {
    let not_dot = text.strip_prefix("[^.]").or(text.strip_prefix("[^\\.]"));
    match not_dot {
        Some(rest) => Some((false, rest)),
        None => Some((true, text.strip_prefix('.')?)),
    }
}
