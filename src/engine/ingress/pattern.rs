//! The regular expressions that `use-regex` and `rewrite-target` allow in paths, as far as people write
//! them: characters, classes, groups, alternatives, repetition, anchors. Anything else is not understood,
//! and the walk says so. It backtracks, within bounds, so that no pattern takes long.

/// Longest pattern and longest text.
const MAX_LENGTH: usize = 256;
/// How deep groups may stand in one another.
const MAX_DEPTH: usize = 8;
/// How many decisions one match may take.
const MAX_STEPS: usize = 20_000;
/// More repetitions than a text has characters.
const MANY: usize = MAX_LENGTH + 1;

/// An understood pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    alternatives: Vec<Vec<Node>>,
    groups: usize,
}

#[derive(Clone, Debug)]
enum Node {
    Char(char),
    Any,
    Class(bool, Vec<(char, char)>),
    Start,
    End,
    Group(Vec<Vec<Node>>, Option<usize>),
    Repeat(Box<Node>, usize, usize, bool),
}

/// What a match found: the text of each group, the whole at 0.
pub(super) type Groups = Vec<Option<String>>;

impl Pattern {
    /// Reads a pattern; `None` where it says something that is not understood.
    pub(super) fn new(text: &str) -> Option<Self> {
        let text = text.strip_prefix("(?i)").unwrap_or(text);
        if text.len() > MAX_LENGTH {
            return None;
        }
        let mut parser = Parser {
            rest: text.chars().collect::<Vec<_>>(),
            at: 0,
            groups: 0,
        };
        let alternatives = parser.alternatives(0)?;
        (parser.at == parser.rest.len()).then_some(Self {
            alternatives,
            groups: parser.groups,
        })
    }

    /// Matches from the start of `text`, without regard to case. `Err` where it would take too long.
    pub(super) fn matches(&self, text: &str) -> Result<Option<Groups>, ()> {
        let text: Vec<char> = text.chars().collect();
        if text.len() > MAX_LENGTH {
            return Err(());
        }
        let mut run = Run {
            text: &text,
            groups: vec![None; self.groups + 1],
            steps: 0,
        };
        let mut end = None;
        let found = run.alternatives(&self.alternatives, 0, &mut |_, at| {
            end = Some(at);
            true
        });
        if run.steps > MAX_STEPS {
            return Err(());
        }
        run.groups[0] = end.map(|end| (0, end));
        let texts = run.groups.iter().map(|group| {
            let (from, to) = (*group)?;
            Some(text.get(from..to)?.iter().collect())
        });
        Ok(found.then(|| texts.collect()))
    }
}

struct Parser {
    rest: Vec<char>,
    at: usize,
    groups: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let is = self.peek() == Some(wanted);
        self.at += usize::from(is);
        is
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn alternatives(&mut self, depth: usize) -> Option<Vec<Vec<Node>>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut all = vec![Vec::new()];
        while let Some(next) = self.peek().filter(|next| *next != ')') {
            if next == '|' {
                self.at += 1;
                all.push(Vec::new());
                continue;
            }
            let atom = self.atom(depth)?;
            let node = self.repeated(atom)?;
            all.last_mut()?.push(node);
        }
        Some(all)
    }

    fn atom(&mut self, depth: usize) -> Option<Node> {
        Some(match self.next()? {
            '.' => Node::Any,
            '^' => Node::Start,
            '$' => Node::End,
            '[' => self.class()?,
            '(' => {
                let number = self.group()?;
                let inside = self.alternatives(depth + 1)?;
                if !self.take(')') {
                    return None;
                }
                Node::Group(inside, (number > 0).then_some(number))
            }
            '\\' => {
                let escaped = self.next()?;
                match shorthand(escaped) {
                    Some((not, ranges)) => Node::Class(not, ranges),
                    None if escaped.is_ascii_alphanumeric() => return None,
                    None => Node::Char(escaped),
                }
            }
            '*' | '+' | '?' | '{' => return None,
            other => Node::Char(other),
        })
    }

    /// The number of a group after its `(`; 0 for `(?:`, which has none.
    fn group(&mut self) -> Option<usize> {
        if self.take('?') {
            if self.take(':') {
                return Some(0);
            }
            self.take('P');
            if !self.take('<') || matches!(self.peek(), Some('=' | '!')) {
                return None;
            }
            while self.next()? != '>' {}
        }
        self.groups += 1;
        Some(self.groups)
    }

    fn class(&mut self) -> Option<Node> {
        let not = self.take('^');
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let mut from = self.next()?;
            if from == ']' && !first {
                return Some(Node::Class(not, ranges));
            }
            if from == '[' && self.peek() == Some(':') {
                return None;
            }
            first = false;
            if from == '\\' {
                from = self.next()?;
                match shorthand(from) {
                    Some((false, more)) => {
                        ranges.extend(more);
                        continue;
                    }
                    Some((true, _)) => return None,
                    None if from.is_ascii_alphanumeric() => return None,
                    None => {}
                }
            }
            let is_range = self.peek() == Some('-')
                && self.rest.get(self.at + 1).is_some_and(|next| *next != ']');
            let mut to = from;
            if is_range {
                self.at += 1;
                to = self.next()?;
                if to == '\\' {
                    to = self.next()?;
                }
            }
            ranges.push((from, to));
        }
    }

    fn repeated(&mut self, atom: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, MANY),
            Some('+') => (1, MANY),
            Some('?') => (0, 1),
            Some('{') => return self.counted(atom),
            _ => return Some(atom),
        };
        self.at += 1;
        self.repeat(atom, least, most)
    }

    fn repeat(&mut self, atom: Node, least: usize, most: usize) -> Option<Node> {
        let greedy = !self.take('?');
        let twice = matches!(self.peek(), Some('*' | '+' | '{'));
        (!twice).then(|| Node::Repeat(Box::new(atom), least, most, greedy))
    }

    /// `{2}`, `{2,}`, `{2,4}`
    fn counted(&mut self, atom: Node) -> Option<Node> {
        let end = self.at + self.rest.get(self.at..)?.iter().position(|it| *it == '}')?;
        let inside: String = self.rest.get(self.at + 1..end)?.iter().collect();
        self.at = end + 1;
        let number = |text: &str| text.parse().ok().filter(|count| *count < MANY);
        let (least, most) = match inside.split_once(',') {
            None => (number(&inside)?, number(&inside)?),
            Some((least, "")) => (number(least)?, MANY),
            Some((least, most)) => (number(least)?, number(most)?),
        };
        self.repeat(atom, least, most)
    }
}

/// `\d` and the like: whether it excludes, and what.
fn shorthand(letter: char) -> Option<(bool, Vec<(char, char)>)> {
    let ranges = match letter.to_ascii_lowercase() {
        'd' => vec![('0', '9')],
        'w' => vec![('0', '9'), ('a', 'z'), ('A', 'Z'), ('_', '_')],
        's' => vec![(' ', ' '), ('\t', '\r')],
        _ => return None,
    };
    Some((letter.is_ascii_uppercase(), ranges))
}

/// One match. What comes after a part is a function, so that a part can try again.
struct Run<'t> {
    text: &'t [char],
    groups: Vec<Option<(usize, usize)>>,
    steps: usize,
}

type Then<'a, 't> = &'a mut dyn FnMut(&mut Run<'t>, usize) -> bool;

impl<'t> Run<'t> {
    fn alternatives(&mut self, all: &[Vec<Node>], at: usize, then: Then<'_, 't>) -> bool {
        all.iter().any(|nodes| self.sequence(nodes, at, then))
    }

    fn sequence(&mut self, nodes: &[Node], at: usize, then: Then<'_, 't>) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return false;
        }
        match nodes.split_first() {
            None => then(self, at),
            Some((node, rest)) => self.one(node, at, &mut |run, at| run.sequence(rest, at, then)),
        }
    }

    fn one(&mut self, node: &Node, at: usize, then: Then<'_, 't>) -> bool {
        let here = self.text.get(at).copied();
        match node {
            Node::Start => at == 0 && then(self, at),
            Node::End => here.is_none() && then(self, at),
            Node::Any | Node::Char(_) | Node::Class(..) => {
                here.is_some_and(|here| fits(node, here)) && then(self, at + 1)
            }
            Node::Group(all, number) => {
                let before = number.and_then(|number| self.groups.get(number).copied());
                let found = self.alternatives(all, at, &mut |run, end| {
                    let slot = number.and_then(|number| run.groups.get_mut(number));
                    if let Some(slot) = slot {
                        *slot = Some((at, end));
                    }
                    then(run, end)
                });
                if let (false, Some(number), Some(before)) = (found, number, before)
                    && let Some(slot) = self.groups.get_mut(*number)
                {
                    *slot = before;
                }
                found
            }
            Node::Repeat(inner, least, most, greedy) => {
                self.repeat(inner, (*least, *most, *greedy), at, then)
            }
        }
    }

    fn repeat(
        &mut self,
        inner: &Node,
        (least, most, greedy): (usize, usize, bool),
        at: usize,
        then: Then<'_, 't>,
    ) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return false;
        }
        let enough = least == 0;
        if enough && !greedy && then(self, at) {
            return true;
        }
        let left = (least.saturating_sub(1), most.saturating_sub(1), greedy);
        let again = most > 0
            && self.one(inner, at, &mut |run, next| {
                // A part that matched nothing would match nothing for ever.
                (next > at || !enough) && run.repeat(inner, left, next, then)
            });
        again || enough && greedy && then(self, at)
    }
}

fn fits(node: &Node, here: char) -> bool {
    let same = |a: char| a.eq_ignore_ascii_case(&here);
    match node {
        Node::Any => true,
        Node::Char(wanted) => same(*wanted),
        Node::Class(not, ranges) => {
            let within = |here: char| {
                ranges
                    .iter()
                    .any(|(from, to)| (*from..=*to).contains(&here))
            };
            let found = within(here.to_ascii_lowercase()) || within(here.to_ascii_uppercase());
            found != *not
        }
        Node::Start | Node::End | Node::Group(..) | Node::Repeat(..) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<Vec<String>> {
        let groups = Pattern::new(pattern).unwrap().matches(text).unwrap()?;
        Some(groups.into_iter().map(Option::unwrap_or_default).collect())
    }

    #[test]
    fn a_pattern_is_held_against_the_start_of_the_path() {
        for (pattern, text, groups) in [
            ("/id/[0-9]+", "/id/123a", Some(vec!["/id/123"])),
            ("/id/[0-9]{3}$", "/id/9999", None),
            ("/id/[0-9]{3}$", "/ID/999", Some(vec!["/ID/999"])),
            ("/a(/|$)(.*)", "/a/b/c", Some(vec!["/a/b/c", "/", "b/c"])),
            ("/a(/|$)(.*)", "/a", Some(vec!["/a", "", ""])),
            ("/a(/|$)(.*)", "/ab", None),
            ("/(?:x|y)?z", "/z", Some(vec!["/z"])),
            ("/(a*?)b", "/aab", Some(vec!["/aab", "aa"])),
            (r"/\w+\.html", "/page_1.html", Some(vec!["/page_1.html"])),
            ("/[^/]+/x", "/a/b/x", None),
            ("/(a|ab)(c|bcd)$", "/abcd", Some(vec!["/abcd", "a", "bcd"])),
            ("b", "ab", None),
        ] {
            let groups = groups.map(|list| list.into_iter().map(str::to_owned).collect());
            assert_eq!(found(pattern, text), groups, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_understood_or_takes_too_long_says_so() {
        for pattern in [
            "/(?=a)",
            r"/\1",
            "/[[:alpha:]]",
            "/(",
            "/a**",
            "/)",
            r"/\bx",
            "*",
        ] {
            assert!(Pattern::new(pattern).is_none(), "{pattern}");
        }
        let endless = Pattern::new("/(a*)*(a*)*(a*)*$").unwrap();
        assert_eq!(endless.matches(&format!("/{}b", "a".repeat(60))), Err(()));
    }
}
