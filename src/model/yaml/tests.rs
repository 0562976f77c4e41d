//! Texts in, trees and diagnostics out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// The tree as JSON-like text, without places.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        ),
        Value::Map(entries) => {
            let entry = |entry: &Entry| format!("{}: {}", entry.key, shown(&entry.value));
            format!(
                "{{{}}}",
                entries.iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// Each document with its first line, then the diagnostics.
fn read(text: &str) -> String {
    let parsed = parse(&Arc::from("f"), text);
    let mut lines = String::new();
    for tree in &parsed.trees {
        writeln!(lines, "{}: {}", tree.root.span.line, shown(&tree.root)).unwrap();
    }
    for diagnostic in &parsed.diagnostics {
        writeln!(lines, "{diagnostic}").unwrap();
    }
    lines
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&read(text));
}

#[test]
fn documents_are_read_with_their_lines() {
    check(
        "a: 1\n---\n# c\n\nb: [x, 'y', \"z\"]\n...\n---\n--- |\n  t\n",
        &expect![[r#"
            1: {a: 1}
            5: {b: ["x", "y", "z"]}
            9: "t\n"
        "#]],
    );
    check(
        "\u{feff}a: 1\r\nb:\r\n  c: 2\r\n---\r\nd: 3\r\n",
        &expect![[r#"
            1: {a: 1, b: {c: 2}}
            5: {d: 3}
        "#]],
    );
}

#[test]
fn json_is_read_also_with_tabs() {
    check(
        "[\n\t{\n\t\t\"a\":\"b\\/\\u00e4\",\n\t\t\"c\":null\n\t}\n]\n",
        &expect![[r#"
            1: [{a: "b/ä", c: null}]
        "#]],
    );
    check(
        "{\"a\":1}\n{\"b\":2}\n",
        &expect![[r#"
        f:2:1: error: this document is not valid YAML: did not find expected <document start>; found `{"b":2}`, expected `---` before the next document; hint: put a line with `---` between two documents
    "#]],
    );
}

#[test]
fn anchors_and_merge_keys_are_applied() {
    check(
        "base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\ntwo:\n  <<: [*b, {z: 4}]\nlist: [*b]\n'<<': text\n",
        &expect![[r#"
            1: {base: {x: 1, y: 2}, one: {y: 3, x: 1}, two: {x: 1, y: 2, z: 4}, list: [{x: 1, y: 2}], <<: "text"}
        "#]],
    );
    check(
        "a: &a [*a]\n",
        &expect![[r#"
        f:1:8: error: this alias stands inside the value that it names; found an alias to itself, expected an alias to a value that is complete
    "#]],
    );
    check(
        "a: *b\n",
        &expect![[r#"
        f:1:4: error: this document is not valid YAML: while parsing node, found unknown anchor; found `*b`, expected the name of an anchor in the same document; hint: put a text that starts with `*` in quotes
    "#]],
    );
    check(
        "a: {<<: 7}\n",
        &expect![[r#"
        f:1:9: error: `<<` can merge only mappings; found something else, expected a mapping, or a list of mappings
    "#]],
    );
}

#[test]
fn keys_that_are_no_texts_are_named_or_left_out() {
    check(
        "80: a\ntrue: b\n1.50: c\n? [x]\n: d\n: e\n",
        &expect![[r#"
            1: {80: "a", true: "b", 1.50: "c"}
            f:4:3: error: this key is not a text; its entry is left out; found a list, a mapping or nothing, expected a text as key; hint: was a value in `{…}` meant? then put it in quotes
            f:6:1: error: this key is not a text; its entry is left out; found a list, a mapping or nothing, expected a text as key; hint: was a value in `{…}` meant? then put it in quotes
        "#]],
    );
    check(
        "a: 1\nb: 2\na: 3\n",
        &expect![[r#"
        1: {a: 3, b: 2}
        f:3:1: error: the key `a` is already in this mapping, in line 1 column 1; the later value is used; found a second value, expected each key once; hint: remove one of the two
    "#]],
    );
}

#[test]
fn syntax_errors_say_where_and_what_to_do() {
    for (text, expected) in [
        (
            "a: b: c\n",
            expect![[r#"
            f:1:5: error: this document is not valid YAML: mapping values are not allowed in this context; found `: c`, expected one `key: value` pair a line; hint: check the indentation, put a value that holds `: ` in quotes, and close every `[` and `{`
        "#]],
        ),
        (
            "a:\n\tb: c\n",
            expect![[r#"
            f:2:1: error: YAML does not allow tabs for indentation; found a tab, expected blanks; hint: replace each tab at the start of a line with two blanks
        "#]],
        ),
        (
            "a: 1\n b: 2\n",
            expect![[r#"
            f:2:3: error: this document is not valid YAML: mapping values are not allowed in this context; found `: 2`, expected one `key: value` pair a line; hint: check the indentation, put a value that holds `: ` in quotes, and close every `[` and `{`
        "#]],
        ),
        (
            "a: @x\n",
            expect![[r#"
            f:1:4: error: this document is not valid YAML: unexpected character: `@'; found `@x`, expected a key or value; hint: put a value that starts with `@`, `%` or a backtick in quotes
        "#]],
        ),
        (
            "a: \"x\n---\nb: 1\n",
            expect![[r#"
            3: {b: 1}
            f:1:4: error: this document is not valid YAML: unclosed quote; found `"x`, expected a closing quotation mark; hint: close the quotation mark
        "#]],
        ),
        (
            "a: [1, 2\nb: 3\n",
            expect![[r#"
            f:2:2: error: this document is not valid YAML: illegal placement of ':' indicator; found `: 3`, expected one `key: value` pair a line; hint: check the indentation, put a value that holds `: ` in quotes, and close every `[` and `{`
        "#]],
        ),
        (
            "a: {b: 1\n",
            expect![[r#"
            f:1:4: error: this document is not valid YAML: unclosed bracket '{'; found `{b: 1`, expected `,` or `}`; hint: close every `{`
        "#]],
        ),
        (
            "a: \"\\q\"\n",
            expect![[r#"
            f:1:4: error: this document is not valid YAML: while parsing a quoted scalar, found unknown escape character; found `"\q"`, expected an escape such as `\n`; hint: double the backslash, or use single quotation marks
        "#]],
        ),
        (
            "- a\nb: c\n",
            expect![[r#"
            f:2:1: error: this document is not valid YAML: while parsing a block collection, did not find expected '-' indicator; found `b: c`, expected the indentation of the lines around; hint: indent entries of one mapping or list equally
        "#]],
        ),
        (
            "a: \u{1}\n",
            expect![[r#"
                f:1:4: error: this document is not valid YAML: unexpected character: `\u{1}'; found `\u{1}`, expected text; hint: remove the character; what is no text, such as an image, cannot be read
            "#]],
        ),
        (
            "a: *\n",
            expect![[r#"
            f:1:4: error: this document is not valid YAML: while scanning an anchor or alias, did not find expected alphabetic or numeric character; found `*`, expected valid YAML
        "#]],
        ),
        (
            "",
            expect![[r#"
            f:1:1: warning: this file holds no document; found nothing, expected Kubernetes manifests, Azure resources or kubehop documents
        "#]],
        ),
        (
            "# only a comment\n---\n",
            expect![[r#"
            f:1:1: warning: this file holds no document; found nothing, expected Kubernetes manifests, Azure resources or kubehop documents
        "#]],
        ),
    ] {
        check(text, &expected);
    }
}

#[test]
fn deep_nesting_and_bombs_end_with_the_limit_that_they_exceed() {
    check(
        &"[".repeat(100_000),
        &expect![[r#"
        f:1:65: error: lists and mappings nest too deeply; found one more level, expected at most 64 levels
    "#]],
    );
    check(
        &"- ".repeat(10_000),
        &expect![[r#"
        f:1:129: error: lists and mappings nest too deeply; found one more level, expected at most 64 levels
    "#]],
    );
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let alias = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", vec![alias; 10].join(", ")).unwrap();
    }
    check(
        &bomb,
        &expect![[r#"
        f:5:45: error: the aliases of this file stand for too many values; found an alias that exceeds the limit, expected at most 100000 values from aliases a file; hint: write the values out instead of nesting aliases
    "#]],
    );
    let mut chain = String::from("a0: &a0 [x]\n");
    for level in 1..80 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    check(
        &chain,
        &expect![[r#"
        f:64:12: error: lists and mappings nest too deeply; found one more level, expected at most 64 levels
    "#]],
    );
    let anchors = (0..60).fold(String::new(), |text, level| format!("{text}&a{level} ["));
    let values = "x,".repeat(40_000);
    check(
        &format!("{anchors}{values}{}", "]".repeat(60)),
        &expect![[r#"
            f:1:62: error: this file holds too many values; found one more value, expected at most 2000000 values a file; hint: keep only the documents that matter here, or split the file
        "#]],
    );
}

#[test]
fn a_file_of_ten_megabytes_is_read_and_one_above_the_limit_is_refused() {
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: web}}\nspec: {nodeName: n}\n";
    let text = pod.repeat(5000)
        + "---\ndata: |\n"
        + &"  a line of a large file in a ConfigMap\n".repeat(240_000);
    assert!(text.len() > 9_500_000 && text.len() < MAX_FILE);
    let parsed = parse(&Arc::from("f"), &text);
    assert_eq!((parsed.trees.len(), parsed.diagnostics), (5001, Vec::new()));
    check(
        &" ".repeat(MAX_FILE + 1),
        &expect![[r#"
        f:1:1: error: this file is too large to be read; found 16777217 bytes, expected at most 16777216 bytes; hint: keep only the documents that matter here, or split the file
    "#]],
    );
}

#[test]
fn many_problems_are_counted_and_not_listed() {
    let text = "a: 1\na: 2\n---\n".repeat(150);
    assert_eq!(
        read(&text).lines().last(),
        Some("f:1:1: error: 50 more problems of this file are not listed")
    );
}

/// Checks that places are inside the text and ordered.
fn places(node: &Node, text: &str) {
    let range = node.span.range();
    assert!(text.get(range).is_some(), "{:?} of {text:?}", node.span);
    assert!(node.span.line >= 1 && node.span.column >= 1);
    for entry in node.entries() {
        assert!(text.get(entry.key_span.range()).is_some());
        places(&entry.value, text);
    }
    for item in node.items() {
        places(item, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_without_panic_and_with_places_inside_it(text in "(\\PC|[-:{}\\[\\],&*!|>#'\"% \\t\\n\\r]|---\n|a: |- |\n  |&a |\\*a|<<: ){0,60}") {
        let parsed = parse(&Arc::from("f"), &text);
        for tree in &parsed.trees {
            places(&tree.root, &text);
        }
        let whole: String = split(&text).iter().map(|piece| &text[piece.range.clone()]).collect();
        prop_assert_eq!(whole, text);
    }
}
