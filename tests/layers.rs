//! Each layer may name only the layers that it stands on. Read from the sources, so that a
//! cycle is refused the moment somebody writes it, not when somebody wants to split a crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A layer and what it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("engine", &["model"]),
    ("text", &["model", "engine"]),
    ("scene", &["model", "engine", "text"]),
    ("edit", &["model"]),
    ("blockers", &["model", "engine", "edit"]),
    ("share", &["model"]),
    ("scenarios", &["model", "text"]),
    (
        "cli",
        &[
            "model",
            "engine",
            "text",
            "scene",
            "edit",
            "blockers",
            "share",
            "scenarios",
        ],
    ),
    (
        "ui",
        &[
            "model",
            "engine",
            "text",
            "scene",
            "edit",
            "blockers",
            "share",
            "scenarios",
        ],
    ),
];

/// Crates that only the page may name.
const BROWSER: &[&str] = &[
    "yew",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "gloo",
    "console_error_panic_hook",
];

/// The files of a layer; modules named `tests` may look at anything.
fn sources(layer: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let file = root.join(format!("{layer}.rs"));
    if file.is_file() {
        found.push(file);
    }
    walk(&root.join(layer), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if is_test {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The program without comments, string literals and tests, which may look at anything.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that follow `crate::`, also inside groups: `crate::{engine::x, model}`.
fn named(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(heads(group));
        } else {
            names.insert(identifier(rest));
        }
    }
    names
}

/// The first name of every member of a group.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut fresh, mut heads) = (0_i32, true, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && !character.is_whitespace() => {
                heads.push(identifier(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect()
}

#[test]
fn no_layer_names_a_layer_above_it() {
    let mut problems = Vec::new();
    for (layer, below) in LAYERS {
        for path in sources(layer) {
            let code = code(&fs::read_to_string(&path).unwrap());
            for name in named(&code) {
                let is_layer = LAYERS.iter().any(|(other, _)| *other == name);
                if is_layer && name != *layer && !below.contains(&name.as_str()) {
                    problems.push(format!("{} names `crate::{name}`", path.display()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn only_the_page_names_browser_crates() {
    let mut problems = Vec::new();
    for (layer, _) in LAYERS.iter().filter(|(layer, _)| *layer != "ui") {
        for path in sources(layer) {
            let code = code(&fs::read_to_string(&path).unwrap());
            for name in BROWSER {
                if code.contains(&format!("{name}::")) {
                    problems.push(format!("{} names `{name}`", path.display()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_module_of_the_library_is_a_layer() {
    let library =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let unknown: Vec<&str> = modules
        .filter(|name| !LAYERS.iter().any(|(layer, _)| layer == name))
        .collect();
    assert!(
        unknown.is_empty(),
        "say in LAYERS what these may name: {unknown:?}"
    );
}

/// The reader of sources must see what it looks for, or the tests above could not fail.
#[test]
fn names_are_found_alone_in_groups_and_not_in_comments() {
    let text = "use crate::{\n    engine::{trace, ui},\n    scene,\n};\nfn f() { crate::edit::x() } // crate::ui\n#[cfg(test)]\nuse crate::cli;";
    let names: Vec<String> = named(&code(text)).into_iter().collect();
    assert_eq!(names, ["edit", "engine", "scene"]);
    for (layer, _) in LAYERS
        .iter()
        .filter(|(layer, _)| !matches!(*layer, "ui" | "cli" | "scene"))
    {
        assert!(!sources(layer).is_empty(), "{layer} has no sources");
    }
}
