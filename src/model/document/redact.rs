//! Drops the data of Secrets from a text, so that it is never kept, saved, shared or shown.
//!
//! A document that parses is cut where its tree says; in one that does not parse, or
//! has a key twice, every key that could hold the data is cut, by the look of the
//! lines alone: rather too much than too little.

use std::ops::Range;
use std::sync::Arc;

use super::super::diagnostic::Location;
use super::super::read::LAST_APPLIED;
use super::super::yaml::{self, Entry, Node, Piece, Value};

/// Fields of a Secret that hold its data.
const FIELDS: &[&str] = &["data", "stringData"];

/// Fields of a Secret that are kept.
const KEPT: &[&str] = &["apiVersion", "kind", "metadata", "type", "immutable"];
/// How many bytes are looked through for closing braces before the rest of the lines is
/// taken instead.
const MAX_SCAN: usize = 64 << 20;

/// Takes a piece out of the text.
struct Cut {
    range: Range<usize>,
    with: &'static str,
}

/// The text without the data of Secrets, and where it stood; `None` if there was none.
pub(super) fn redact(name: &Arc<str>, text: &str) -> Option<(String, Vec<Location>)> {
    // A backslash may spell the word in escapes.
    if !text.contains("Secret") && !text.contains('\\') {
        return None;
    }
    let parsed = yaml::parse(name, text);
    let mut cuts = Vec::new();
    for tree in &parsed.trees {
        let mut found = Vec::new();
        secrets(&tree.root, text, &mut found);
        let twice = parsed
            .diagnostics
            .iter()
            .any(|problem| problem.code == "yaml-duplicate-key");
        if twice && holds_secret(&tree.root) {
            found.extend(suspects(text, &tree.piece));
        }
        cuts.extend(found);
    }
    for piece in &parsed.broken {
        if mentions_secret(&text[piece.range.clone()]) {
            cuts.extend(suspects(text, piece));
        }
    }
    if cuts.is_empty() {
        return None;
    }
    let places = places(name, text, &cuts);
    let cleared = apply(text, cuts);
    Some((verified(name, cleared), places))
}

/// The text, with every document that still holds data of a Secret taken out whole:
/// the last resort for anchors and aliases that no cut could follow.
fn verified(name: &Arc<str>, text: String) -> String {
    let parsed = yaml::parse(name, &text);
    let leaks = |root: &Node| {
        let mut found = Vec::new();
        secrets(root, &text, &mut found);
        !found.is_empty()
    };
    let trees = parsed.trees.iter().filter(|tree| leaks(&tree.root));
    let cuts: Vec<Cut> = trees
        .map(|tree| Cut {
            range: tree.piece.range.clone(),
            with: "---\n# a Secret stood here\n",
        })
        .collect();
    if cuts.is_empty() {
        text
    } else {
        apply(&text, cuts)
    }
}

/// Replaces the cuts; of overlapping ones the outer counts.
fn apply(text: &str, mut cuts: Vec<Cut>) -> String {
    cuts.sort_by_key(|cut| (cut.range.start, usize::MAX - cut.range.end));
    let mut result = String::with_capacity(text.len());
    let mut kept = 0;
    for cut in cuts {
        if cut.range.start >= kept {
            result.push_str(&text[kept..cut.range.start]);
            result.push_str(cut.with);
        }
        kept = kept.max(cut.range.end);
    }
    result.push_str(&text[kept.min(text.len())..]);
    result
}

/// The places of the cuts that are not inside another.
fn places(name: &Arc<str>, text: &str, cuts: &[Cut]) -> Vec<Location> {
    let mut starts: Vec<usize> = cuts.iter().map(|cut| cut.range.start).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut starts = starts.into_iter().peekable();
    let mut places = Vec::new();
    for (index, (start, end, next)) in yaml::lines(text).enumerate() {
        while let Some(at) = starts.next_if(|at| *at < next || (next == text.len() && *at == next))
        {
            let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            let column = text[start..at.min(end)].chars().count();
            places.push(Location {
                file: name.clone(),
                line: number(index + 1),
                column: number(column + 1),
                end_line: number(index + 1),
                end_column: number(column + 2),
            });
        }
    }
    places
}

/// Whether there is a Secret anywhere in a tree.
fn holds_secret(node: &Node) -> bool {
    is_secret(node)
        || node.items().iter().any(holds_secret)
        || node
            .entries()
            .iter()
            .any(|entry| holds_secret(&entry.value))
}

fn is_secret(node: &Node) -> bool {
    node.get("kind").and_then(Node::as_str) == Some("Secret")
}

/// The cuts for every Secret in a tree, wherever it stands.
fn secrets(node: &Node, text: &str, cuts: &mut Vec<Cut>) {
    if is_secret(node) {
        let entries = node.entries().iter();
        let mut fields: Vec<&Entry> = entries.filter(|entry| is_data(node, &entry.key)).collect();
        applied(node, &mut fields);
        for entry in fields {
            if !is_empty(&entry.value) {
                cut_entry(entry, text, cuts);
            }
        }
    }
    for entry in node.entries() {
        secrets(&entry.value, text, cuts);
    }
    for item in node.items() {
        secrets(item, text, cuts);
    }
}

/// Whether a field of a Secret may hold data: also one that only a slip in the
/// indentation made, but not those of a kind of the same name in another API group.
fn is_data(secret: &Node, field: &str) -> bool {
    let version = secret.get("apiVersion").and_then(Node::as_str);
    let core = !version.unwrap_or_default().contains('/');
    FIELDS.contains(&field) || (core && !KEPT.contains(&field))
}

/// Every entry with kubectl's copy of what was applied, at whatever depth.
fn applied<'a>(node: &'a Node, found: &mut Vec<&'a Entry>) {
    let copies = node.entries().iter();
    found.extend(copies.filter(|entry| entry.key.contains(LAST_APPLIED)));
    for entry in node.entries() {
        applied(&entry.value, found);
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Cuts the value of an entry with the comments in and behind it.
fn cut_entry(entry: &Entry, text: &str, cuts: &mut Vec<Cut>) {
    let key = entry.key_span.range();
    let value = entry.value.span.range();
    let Some(colon) = text.get(key.end..).and_then(|rest| rest.find(':')) else {
        return;
    };
    let start = key.end + colon + 1;
    let own = value.start >= start;
    let opening = own.then(|| text.get(value.clone())).flatten();
    let head = text[start..].trim_start_matches([' ', '\t']);
    let end = if !own {
        start + alias_length(&text[start..])
    } else if opening.is_some_and(|value| value.starts_with(['{', '[', '"', '\'']))
        || !head.starts_with(['\n', '\r', '#', '|', '>', '&', '!'])
    {
        comment_end(text, value.end)
    } else {
        deeper_lines(text, start, column(text, key.start), |_| false).max(value.end)
    };
    let with = match entry.value.value {
        Value::Map(_) => " {}",
        _ => " \"\"",
    };
    cuts.push(Cut {
        range: start..end,
        with,
    });
    cut_elsewhere(&entry.value, &(start..end), cuts);
}

/// What an alias brought in stands elsewhere, and is emptied there.
fn cut_elsewhere(node: &Node, inside: &Range<usize>, cuts: &mut Vec<Cut>) {
    let range = node.span.range();
    if range.start < inside.start || range.end > inside.end {
        let with = match node.value {
            Value::Map(_) => "{}",
            Value::List(_) => "[]",
            _ => "\"\"",
        };
        cuts.push(Cut { range, with });
        return;
    }
    for entry in node.entries() {
        cut_elsewhere(&entry.value, inside, cuts);
    }
    for item in node.items() {
        cut_elsewhere(item, inside, cuts);
    }
}

/// The length of the blanks and the alias at the start of a text; 0 if there is none.
fn alias_length(text: &str) -> usize {
    let alias = text.trim_start();
    let end = alias.find(|char: char| char.is_whitespace() || ",[]{}".contains(char));
    let length = end.unwrap_or(alias.len());
    if alias.starts_with('*') {
        text.len() - alias.len() + length
    } else {
        0
    }
}

/// The end of the comment behind `end` on its line, or `end`.
fn comment_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    if rest[..line].trim_start().starts_with('#') {
        end + line
    } else {
        end
    }
}

/// Column of an offset in bytes, from 0.
fn column(text: &str, offset: usize) -> usize {
    let line = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    offset - line
}

/// The end of the line of `start` and of all lines after it that are blank, comments, or
/// indented more than `column`, and of those that `also` takes; without the last line break.
fn deeper_lines(text: &str, start: usize, column: usize, also: impl Fn(&str) -> bool) -> usize {
    let mut end = start;
    for (index, (from, to, _)) in yaml::lines(&text[start..]).enumerate() {
        let line = &text[start + from..start + to];
        let content = line.trim_start();
        let indent = line.len() - content.len();
        let list = indent == column && content.starts_with("- ");
        let blank = content.is_empty() || content.starts_with('#') && indent > 0;
        if index > 0 && !blank && indent <= column && !list && !also(content) {
            break;
        }
        if !content.is_empty() || index == 0 {
            end = start + to;
        }
    }
    end
}

/// Whether a line does not start another field of a Secret or item of a list, and does not
/// only close brackets: where a document is broken, it may be a part of a value.
fn is_stray(content: &str) -> bool {
    let word = content.trim_start_matches(['"', '\'']);
    let known = KEPT.iter().chain(FIELDS).any(|key| {
        let rest = word.strip_prefix(key);
        rest.is_some_and(|rest| {
            rest.trim_start_matches(['"', '\''])
                .trim_start()
                .starts_with(':')
        })
    });
    let item = content == "-" || content.starts_with("- ");
    let closing =
        content.starts_with(['}', ']']) && content.trim_matches(['}', ']', ',', ' ']).is_empty();
    !known && !item && !closing
}

/// Whether `kind: Secret` stands anywhere, in YAML or JSON, also within quotes.
fn mentions_secret(text: &str) -> bool {
    text.match_indices("Secret").any(|(at, word)| {
        let after = text[at + word.len()..].chars().next();
        if after.is_some_and(|next| next.is_alphanumeric() || "-_.".contains(next)) {
            return false;
        }
        let before = text[..at].trim_end_matches(['"', '\'', '\\']).trim_end();
        let before = before.strip_suffix("!!str").unwrap_or(before).trim_end();
        let Some(before) = before.strip_suffix(':') else {
            return false;
        };
        before
            .trim_end()
            .trim_end_matches(['"', '\'', '\\'])
            .ends_with("kind")
    })
}

/// Every key in a piece that could hold the data of a Secret, by its look.
fn suspects(text: &str, piece: &Piece) -> Vec<Cut> {
    let part = &text[..piece.range.end];
    let mut cuts = Vec::new();
    let mut scan = MAX_SCAN;
    for key in FIELDS.iter().copied().chain([LAST_APPLIED]) {
        let mut from = piece.range.start;
        while let Some(at) = part[from..].find(key).map(|at| from + at) {
            from = at + key.len();
            if let Some(cut) = suspect(part, at, from, &mut scan) {
                from = from.max(cut.range.end);
                cuts.push(cut);
            }
        }
    }
    cuts
}

fn suspect(text: &str, key: usize, after: usize, scan: &mut usize) -> Option<Cut> {
    let quotes = ['"', '\'', '\\'];
    let before = text[..key].chars().next_back();
    if before.is_some_and(|char| char.is_alphanumeric() || "-_./".contains(char)) {
        return None;
    }
    let rest = text[after..].trim_start_matches(quotes).trim_start();
    let rest = rest.strip_prefix(':')?;
    let start = text.len() - rest.len();
    let value = rest.trim_start_matches([' ', '\t']);
    let open = text.len() - value.len();
    let length = closed(value, scan);
    if length == Some(2) {
        return None;
    }
    let key_start = text[..key].trim_end_matches(quotes).len();
    let end = length.map_or_else(
        || deeper_lines(text, start, column(text, key_start), is_stray),
        |length| comment_end(text, open + length),
    );
    let with = if value.starts_with('"') {
        " \"\""
    } else {
        " {}"
    };
    (end > start && !text[start..end].trim().is_empty()).then_some(Cut {
        range: start..end,
        with,
    })
}

/// The length of a value in braces or double quotation marks that is closed.
fn closed(value: &str, scan: &mut usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut quoted = false;
    let mut escaped = false;
    if !value.starts_with(['{', '"']) {
        return None;
    }
    for (at, char) in value.char_indices() {
        *scan = scan.checked_sub(1)?;
        if escaped {
            escaped = false;
            continue;
        }
        match char {
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !quoted {
            let end = at + char.len_utf8();
            let next = value[end..].trim_start_matches([' ', '\t']).chars().next();
            // Anything else behind it may belong to the value.
            return next
                .is_none_or(|next| ",}]#\r\n".contains(next))
                .then_some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let name = Arc::from("x.yaml");
        let (result, places) = redact(&name, text).unwrap_or((text.to_owned(), Vec::new()));
        assert!(!result.contains("hunter"), "still there:\n{result}");
        assert_eq!(places.is_empty(), result == text);
        assert!(redact(&name, &result).is_none(), "not settled:\n{result}");
        result
    }

    #[test]
    fn the_data_of_a_secret_is_cut_and_the_rest_stays_byte_for_byte() {
        for (text, result) in [
            (
                "# mine\nkind: Secret\nmetadata:\n  name: s # n\ndata: # hunter1\n  a: hunter2\n  # hunter3\n\ntype: Opaque\r\n",
                "# mine\nkind: Secret\nmetadata:\n  name: s # n\ndata: {}\n\ntype: Opaque\r\n",
            ),
            (
                "{kind: Secret, data: {a: hunter2}, type: Opaque} # ok\n",
                "{kind: Secret, data: {}, type: Opaque} # ok\n",
            ),
            (
                "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": \"hunter2\"\n  },\n  \"type\": \"x\"\n}\n",
                "{\n  \"kind\": \"Secret\",\n  \"data\": {},\n  \"type\": \"x\"\n}\n",
            ),
            (
                "kind: List\nitems:\n- kind: ConfigMap\n  data:\n    a: b\n- stringData:\n    a: |\n      hunter2\n      hunter3\n  kind: Secret\n",
                "kind: List\nitems:\n- kind: ConfigMap\n  data:\n    a: b\n- stringData: {}\n  kind: Secret\n",
            ),
            (
                "kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"data\":{\"a\":\"hunter2\"}}\n    x: y\n",
                "kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \"\"\n    x: y\n",
            ),
            (
                "kind: \"\\x53ecret\"\ndata: {a: hunter2}\n",
                "kind: \"\\x53ecret\"\ndata: {}\n",
            ),
            (
                "kind: Secret\n? data\n: a: hunter2\n  b: hunter3\n",
                "kind: Secret\n? data\n: {}\n",
            ),
            (
                "kind: Secret\ndata: {}\nstringData:\n",
                "kind: Secret\ndata: {}\nstringData:\n",
            ),
            (
                "kind: ConfigMap\ndata: {a: Secret}\n",
                "kind: ConfigMap\ndata: {a: Secret}\n",
            ),
        ] {
            assert_eq!(redacted(text), result);
        }
    }

    #[test]
    fn data_behind_an_alias_a_merge_or_a_second_key_is_cut_as_well() {
        for text in [
            "kind: List\nx: &x\n  a: hunter2\nitems:\n- kind: Secret\n  data: *x\n",
            "kind: List\nx: &x hunter2\nitems:\n- {kind: Secret, data: {a: *x}, type: x}\n",
            "{x: &x {a: hunter2}, items: [{kind: Secret, data: *x, type: x}]}\n",
            "base: &b\n  data: {a: hunter2}\ns:\n  <<: *b\n  kind: Secret\n",
            "kind: Secret\ndata: {a: hunter2}\ndata: {b: c}\n",
            "kind: Secret\ndata:\n  a: hunter2\ndata: {}\n",
        ] {
            redacted(text);
        }
    }

    #[test]
    fn a_secret_that_does_not_parse_loses_every_key_that_looks_like_data() {
        for (text, result) in [
            (
                "kind: Secret\n  bad: [\ndata:\n  a: hunter2\n\n  b: hunter3\ntype: x\n",
                "kind: Secret\n  bad: [\ndata: {}\ntype: x\n",
            ),
            (
                "{\"kind\": \"Secret\", \"data\": {\"a\": \"hunter2\"}, \"type\": \"x\"\n",
                "{\"kind\": \"Secret\", \"data\": {}, \"type\": \"x\"\n",
            ),
            (
                "{\"kind\": \"Secret\",\n \"data\": {\"a\": \"hunter2,\n   \"b\": \"hunter3\"\n \"type\": \"x\"\n",
                "{\"kind\": \"Secret\",\n \"data\": {}\n \"type\": \"x\"\n",
            ),
        ] {
            assert_eq!(redacted(text), result);
        }
        let other = "kind: SecretProviderClass\n  bad: [\ndata:\n  a: b\n";
        assert_eq!(redacted(other), other);
    }
}
