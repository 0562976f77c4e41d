//! The Fluent files: every sentence that the engine can say exists in both
//! languages with the same arguments, nothing is left over, and none is long.
//!
//! What a message looks like when an argument is missing is checked where
//! sentences are rendered with real arguments: in `tests/cases.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// A message as far as these tests look at it.
#[derive(Default)]
struct Message {
    area: String,
    arguments: BTreeSet<String>,
    /// Its own text, each argument counted as ten characters.
    length: usize,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
}

fn visit_pattern(pattern: &Pattern<&str>, message: &mut Message) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => message.length += value.chars().count(),
            PatternElement::Placeable { expression } => {
                message.length += 10;
                visit_expression(expression, message);
            }
        }
    }
}

fn visit_expression(expression: &Expression<&str>, message: &mut Message) {
    match expression {
        Expression::Inline(inline) => visit_inline(inline, message),
        Expression::Select { selector, variants } => {
            visit_inline(selector, message);
            let before = message.length;
            let mut longest = before;
            for variant in variants {
                message.length = before;
                visit_pattern(&variant.value, message);
                longest = longest.max(message.length);
            }
            message.length = longest;
        }
    }
}

fn visit_inline(inline: &InlineExpression<&str>, message: &mut Message) {
    match inline {
        InlineExpression::VariableReference { id } => {
            message.arguments.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => visit_expression(expression, message),
        _ => {}
    }
}

/// Every message of a language by id; what does not parse or occurs twice goes to `problems`.
fn messages(language: &str, problems: &mut Vec<String>) -> BTreeMap<String, Message> {
    let mut paths = Vec::new();
    files(
        &root().join("src/text/locales").join(language),
        "ftl",
        &mut paths,
    );
    let mut all = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let area = path.file_stem().unwrap().to_string_lossy().into_owned();
        let resource = parser::parse(text.as_str()).unwrap_or_else(|(resource, errors)| {
            problems.push(format!("{language}/{area}.ftl does not parse: {errors:?}"));
            resource
        });
        for entry in &resource.body {
            let Entry::Message(entry) = entry else {
                continue;
            };
            let mut message = Message {
                area: area.clone(),
                ..Message::default()
            };
            if let Some(pattern) = &entry.value {
                visit_pattern(pattern, &mut message);
            }
            if all.insert(entry.id.name.to_owned(), message).is_some() {
                problems.push(format!(
                    "{language}/{area}.ftl: `{}` occurs twice",
                    entry.id.name
                ));
            }
        }
    }
    all
}

/// Ids in string literals of the sources in a folder or file that begin with one of `prefixes`.
fn ids_in_sources(folder: &str, prefixes: &[&str]) -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    let path = root().join(folder);
    if path.is_file() {
        paths.push(path);
    } else {
        files(&path, "rs", &mut paths);
    }
    let mut ids = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        for literal in text.split('"') {
            let is_id = literal
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || character == '-');
            if is_id && prefixes.iter().any(|prefix| literal.starts_with(prefix)) {
                ids.insert(literal.to_owned(), shown.clone());
            }
        }
    }
    ids
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    let mut problems = Vec::new();
    let english = messages("en", &mut problems);
    let japanese = messages("ja", &mut problems);
    for (id, message) in &english {
        match japanese.get(id) {
            None => problems.push(format!(
                "`{id}` of en/{}.ftl is missing in Japanese",
                message.area
            )),
            Some(other) if other.arguments != message.arguments => problems.push(format!(
                "`{id}` has the arguments {:?} in English and {:?} in Japanese",
                message.arguments, other.arguments
            )),
            Some(_) => {}
        }
    }
    for (id, message) in &japanese {
        // Problems with the input are worded in English by whoever finds them.
        let of_finders = ["diagnostics", "phrases"].contains(&message.area.as_str());
        if !english.contains_key(id) && !of_finders {
            problems.push(format!(
                "`{id}` of ja/{}.ftl is missing in English",
                message.area
            ));
        }
    }
    report(&problems);
}

#[test]
fn every_sentence_of_the_engine_is_written_and_none_is_left_over() {
    let mut problems = Vec::new();
    let english = messages("en", &mut problems);
    let used = ids_in_sources("src/engine", &["why-"]);
    for (id, path) in &used {
        if !english.contains_key(id) {
            problems.push(format!("`{id}` in {path} has no text"));
        }
    }
    for id in english.keys().filter(|id| id.starts_with("why-")) {
        if !used.contains_key(id) {
            problems.push(format!("`{id}` is not used in src/engine"));
        }
    }
    report(&problems);
}

#[test]
fn every_sentence_is_short_enough_to_be_read_beside_the_picture() {
    for (language, limit) in [("en", 140), ("ja", 80)] {
        let mut problems = Vec::new();
        for (id, message) in messages(language, &mut problems) {
            if id.starts_with("why-") && message.length > limit {
                problems.push(format!(
                    "`{id}` has about {} characters in {language}",
                    message.length
                ));
            }
        }
        report(&problems);
    }
}

/// The ids that stand in tables rather than in a sentence of the engine.
#[test]
fn labels_of_edits_templates_and_broken_links_are_written() {
    let mut problems = Vec::new();
    let english = messages("en", &mut problems);
    let mut used = ids_in_sources("src/edit", &["edit-"]);
    used.extend(ids_in_sources("src/share.rs", &["link-"]));
    for template in kubehop::edit::template::Template::ALL {
        used.insert(
            format!("template-{}", template.id()),
            "src/edit/template.rs".into(),
        );
    }
    for (id, path) in &used {
        if !english.contains_key(id) {
            problems.push(format!("`{id}` in {path} has no text"));
        }
    }
    for (id, message) in &english {
        let is_ours = ["edit", "share"].contains(&message.area.as_str());
        if is_ours && !used.contains_key(id) {
            problems.push(format!("`{id}` of en/{}.ftl is not used", message.area));
        }
    }
    report(&problems);
}

#[test]
fn sentences_of_plan_and_lint_are_written_and_none_is_left_over() {
    let mut problems = Vec::new();
    let english = messages("en", &mut problems);
    let mut used = ids_in_sources("src/engine/plan", &["plan-"]);
    used.extend(ids_in_sources("src/cli/plan.rs", &["plan-"]));
    used.extend(ids_in_sources("src/text/plan.rs", &["plan-"]));
    for table in ["catalogue.rs", "controllers.rs"] {
        let path = format!("src/engine/lint/{table}");
        used.extend(ids_in_sources(&path, &["consequence-"]));
    }
    for (id, path) in &used {
        // A source file ends a line of documentation with it.
        if !english.contains_key(id) && id != "consequence-" {
            problems.push(format!("`{id}` in {path} has no text"));
        }
    }
    // What to do about a finding is asked for by its code.
    let codes = ids_in_sources("src/engine", &[""]);
    for (id, message) in &english {
        let is_ours = ["plan", "lint"].contains(&message.area.as_str());
        let of_code = id.strip_prefix("mend-");
        let of_code = of_code.is_some_and(|code| codes.contains_key(code));
        if is_ours && !of_code && !used.contains_key(id) {
            problems.push(format!("`{id}` of en/{}.ftl is not used", message.area));
        }
    }
    report(&problems);
}

/// Codes of problems stand in string literals of the reader and the controllers.
#[test]
fn every_translated_problem_is_one_that_can_be_found() {
    let mut problems = Vec::new();
    let used = ids_in_sources("src/model", &[""])
        .into_iter()
        .chain(ids_in_sources("src/engine", &[""]));
    let used: BTreeMap<String, String> = used.collect();
    let labels = ["severity-", "diagnostic-"];
    for (id, message) in messages("ja", &mut problems) {
        let is_label = labels.iter().any(|label| id.starts_with(label));
        if message.area == "diagnostics" && !is_label && !used.contains_key(&id) {
            problems.push(format!("`{id}` of ja/diagnostics.ftl is found by nobody"));
        }
    }
    report(&problems);
}

/// The literals that follow one of `markers`, which stand before the code of a problem.
fn codes_in_sources() -> BTreeMap<String, String> {
    const MARKERS: [&str; 4] = [
        "Severity::Error,",
        "Severity::Warning,",
        "Severity::Info,",
        ".wrong(",
    ];
    let mut paths = Vec::new();
    files(&root().join("src/model"), "rs", &mut paths);
    files(&root().join("src/engine"), "rs", &mut paths);
    let mut codes = BTreeMap::new();
    for path in paths {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        // Tests make up codes of their own.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        if shown.contains("tests") {
            continue;
        }
        for marker in MARKERS {
            for rest in text.split(marker).skip(1) {
                let literal = rest.trim_start().strip_prefix('"');
                let code = literal.and_then(|rest| rest.split_once('"'));
                // A sentence may stand there, too.
                if let Some((code, _)) = code.filter(|(code, _)| !code.contains(' ')) {
                    codes.insert(code.to_owned(), shown.clone());
                }
            }
        }
    }
    codes
}

#[test]
fn every_problem_that_can_be_found_has_a_japanese_sentence() {
    let mut problems = Vec::new();
    let japanese = messages("ja", &mut problems);
    let codes = codes_in_sources();
    assert!(codes.len() > 40, "only {} codes were seen", codes.len());
    for (code, path) in &codes {
        if !japanese.contains_key(code) {
            problems.push(format!("`{code}` in {path} has no Japanese sentence"));
        }
    }
    report(&problems);
}

/// What lifts a refusal, and why nothing does.
#[test]
fn every_change_of_a_blocker_has_its_sentence() {
    let mut problems = Vec::new();
    let english = messages("en", &mut problems);
    let used = ids_in_sources("src/blockers", &["fix-"]);
    for (id, path) in &used {
        if !english.contains_key(id) {
            problems.push(format!("`{id}` in {path} has no text"));
        }
    }
    for (id, message) in &english {
        if message.area == "blockers" && !used.contains_key(id) {
            problems.push(format!("`{id}` of en/blockers.ftl is not used"));
        }
    }
    report(&problems);
}
