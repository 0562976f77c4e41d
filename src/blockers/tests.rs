//! Blockers of flows in small scenarios: what refuses, what lifts it, and that this is true.

use expect_test::{Expect, expect};

use super::*;
use crate::edit::History;
use crate::text::{Language, Texts};

mod cases;
mod private_link;
mod properties;
mod symmetry;

fn document(text: &str) -> Document {
    Document::from_texts(vec![("x.yaml".to_owned(), text.to_owned())]).0
}

/// The flow of a document that has just one.
fn only_flow(document: &Document) -> Flow {
    let simulation = Simulation::new(document);
    simulation.network().flows[0].clone()
}

/// The scenario with every change made, in turn.
fn with_all(document: &Document, found: &Blockers) -> Document {
    let mut document = document.clone();
    for blocker in &found.list {
        if let Remedy::Change(change) = &blocker.remedy {
            let next = change.in_turn.apply(&document);
            assert_ne!(next, document, "a change that changes nothing");
            document = next;
        }
    }
    document
}

/// The lines of a text after a patch is taken back.
fn taken_back(after: &Document, patches: &[Patch]) -> Vec<Vec<String>> {
    let files = after.files.iter().filter_map(|file| {
        let mut lines: Vec<String> = file.text.lines().map(str::to_owned).collect();
        for patch in patches.iter().filter(|patch| patch.file == file.name) {
            let start = patch.line - 1;
            assert_eq!(lines[start..start + patch.added.len()], patch.added[..]);
            lines.splice(start..start + patch.added.len(), patch.removed.clone());
        }
        (!lines.is_empty()).then_some(lines)
    });
    files.collect()
}

fn lines(document: &Document) -> Vec<Vec<String>> {
    let files = document.files.iter();
    files
        .map(|file| file.text.lines().map(str::to_owned).collect())
        .collect()
}

/// What must hold of the blockers of any flow.
fn sound(document: &Document, flow: &Flow, found: &Blockers) {
    let mut history = History::new(std::rc::Rc::new(document.clone()));
    for (index, blocker) in found.list.iter().enumerate() {
        let change = match &blocker.remedy {
            Remedy::Change(change) => change,
            Remedy::With(earlier) => {
                assert!(*earlier < index);
                continue;
            }
            Remedy::None(_) => continue,
        };
        if let Some(command) = &change.command {
            let after = command.apply(document);
            assert_eq!(taken_back(&after, &change.patch), lines(document));
            let others = |document: &Document, changed: &[String; 2]| -> Vec<String> {
                let all = Simulation::new(document).network().manifests.clone();
                let all = all
                    .iter()
                    .filter(|it| !changed.contains(&it.object.to_string()));
                all.map(|it| format!("{} {:?}", it.object, plain(&it.root)))
                    .collect()
            };
            if let Command::SetField { object, .. } = command {
                let name = [object.to_string(), owner(object)];
                assert_eq!(others(&after, &name), others(document, &name));
            }
        }
        let before = history.depth();
        assert!(history.apply(&change.in_turn));
        assert_eq!(
            history.depth(),
            before + 1,
            "one change is one step of undo"
        );
    }
    let all = with_all(document, found);
    assert_eq!(**history.present(), all);
    let verdict = Simulation::new(&all).trace(flow).verdict;
    assert_eq!(verdict, found.after);
    let answered = found
        .list
        .iter()
        .all(|it| !matches!(it.remedy, Remedy::None(_)));
    if answered {
        assert_eq!(verdict, Verdict::Delivered, "{:#?}", found.list);
        assert!(find(&all, flow).list.is_empty());
    }
    while history.undo() {}
    assert_eq!(**history.present(), *document);
}

/// The document that holds a part such as a subnet.
fn owner(object: &Ref) -> String {
    use crate::model::object::Kind;
    match object.kind {
        Kind::Subnet | Kind::Peering => format!("vnet/{}", object.scope),
        _ => object.to_string(),
    }
}

/// A tree without its places.
fn plain(node: &crate::model::yaml::Node) -> String {
    let entries = node
        .entries()
        .iter()
        .map(|entry| format!("{}: {}", entry.key, plain(&entry.value)));
    let items = node.items().iter().map(plain);
    let inner: Vec<String> = entries.chain(items).collect();
    if inner.is_empty() {
        format!("{:?}", node.value)
    } else {
        inner.join(", ")
    }
}

/// The blockers of the only flow of `text`, as lines.
#[track_caller]
fn check(text: &str, expected: &Expect) {
    let document = document(text);
    let flow = only_flow(&document);
    let found = find(&document, &flow);
    sound(&document, &flow, &found);
    expected.assert_eq(&print(&found));
}

fn print(found: &Blockers) -> String {
    let texts = Texts::new(Language::En);
    let mut lines = vec![found.before.as_str().to_owned()];
    for blocker in &found.list {
        let stage = blocker.step.stage.as_str();
        lines.push(format!(
            "{} {} {stage}",
            blocker.way.as_str(),
            blocker.place
        ));
        match &blocker.remedy {
            Remedy::Change(change) => {
                lines.push(format!("  {}", texts.why(&change.what)));
                for patch in &change.patch {
                    let removed = patch.removed.iter().map(|line| format!("  - {line}"));
                    let added = patch.added.iter().map(|line| format!("  + {line}"));
                    lines.extend(removed.chain(added));
                }
                if change.command.is_none() {
                    lines.push("  after the others".to_owned());
                }
            }
            Remedy::With(index) => lines.push(format!("  with {index}")),
            Remedy::None(why) => lines.push(format!("  none: {}", texts.why(why))),
        }
    }
    lines.push(format!("then {}\n", found.after.as_str()));
    lines.join("\n")
}

#[test]
fn a_flow_that_arrives_has_no_blockers() {
    check(
        &[
            cases::SHOP,
            &cases::flow("pod/shop/page", "pod/shop/api", 9000),
        ]
        .concat(),
        &expect![[r"
            delivered
            then delivered
        "]],
    );
}
