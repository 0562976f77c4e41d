//! Commands on documents, and histories of them.

use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::template::Template;
use super::*;
use crate::model::diagnostic::Severity;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::read;
use crate::scenarios;

const WEB: &str = "\
# The shop
kind: Service
apiVersion: v1
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
# Its page
apiVersion: v1
kind: ConfigMap
metadata: {name: page, namespace: shop}
";

const AZURE: &str = "\
type: Microsoft.Network/virtualNetworks
name: vnet-a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - {name: nodes, properties: {addressPrefix: 10.1.0.0/24}}
    - name: vms # machines
      properties: {addressPrefix: 10.1.1.0/24}
";

fn document() -> Document {
    let texts = [("web.yaml", WEB), ("azure.yaml", AZURE)];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    Document::from_texts(texts.into()).0
}

fn object(text: &str) -> Ref {
    text.parse().unwrap()
}

fn after(command: &Command) -> Document {
    command.apply(&document())
}

fn set(place: &str, path: &str, value: serde_json::Value, gesture: u32) -> Command {
    Command::SetField {
        object: object(place),
        path: path.into(),
        value: Some(value),
        gesture,
    }
}

fn moved(to: (i32, i32), gesture: u32) -> Command {
    Command::Move {
        object: object("service/shop/web"),
        to,
        gesture,
    }
}

#[test]
fn a_field_of_an_object_among_others_is_set() {
    let next = after(&set("service/shop/web", "spec.type", json!("NodePort"), 1));
    assert_eq!(
        &*next.files[0].text,
        WEB.replace(
            "ports: [{port: 80}]}",
            "ports: [{port: 80}], type: NodePort}"
        )
    );
    let next = after(&set(
        "subnet/vnet-a/vms",
        "properties.routeTable",
        json!({"id": "rt"}),
        1,
    ));
    assert_eq!(
        &*next.files[1].text,
        AZURE.replace("10.1.1.0/24}", "10.1.1.0/24, routeTable: {id: rt}}")
    );
}

#[test]
fn deleting_takes_the_document_or_the_item_with_its_comments() {
    let delete = |place: &str| {
        after(&Command::Delete {
            object: object(place),
        })
    };
    let texts = |document: &Document| -> Vec<String> {
        document
            .files
            .iter()
            .map(|file| file.text.to_string())
            .collect()
    };
    let (first, second) = WEB.split_at(WEB.find("---").unwrap());
    assert_eq!(texts(&delete("service/shop/web"))[0], second);
    assert_eq!(texts(&delete("configmap/shop/page"))[0], first);
    let lines: Vec<&str> = AZURE.lines().collect();
    assert_eq!(
        texts(&delete("subnet/vnet-a/vms"))[1],
        lines[..6].join("\n") + "\n"
    );
    assert_eq!(
        texts(&delete("subnet/vnet-a/nodes"))[1],
        [&lines[..5], &lines[6..]].concat().join("\n") + "\n"
    );
    assert_eq!(texts(&delete("vnet/vnet-a")), [WEB]);
    assert_eq!(delete("pod/shop/none"), document());
}

#[test]
fn replacing_an_object_leaves_its_neighbours() {
    let new = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: shop}\n";
    let next = after(&Command::ReplaceManifest {
        object: object("configmap/shop/page"),
        text: new.into(),
    });
    let before = &WEB[..WEB.find("apiVersion: v1\nkind: ConfigMap").unwrap()];
    assert_eq!(&*next.files[0].text, format!("{before}{new}"));
}

#[test]
fn a_new_object_goes_to_the_end_of_its_file() {
    let append = |file| {
        after(&Command::Append {
            file,
            object: object("namespace/team"),
            text: "kind: Namespace\n".into(),
        })
    };
    assert_eq!(
        &*append(0).files[0].text,
        format!("{WEB}---\nkind: Namespace\n")
    );
    assert_eq!(&*append(9).files[2].name, "team.yaml");
}

#[test]
fn a_file_never_gets_the_name_of_another() {
    let rename = |name: &str| {
        let name = name.into();
        let next = after(&Command::RenameFile { file: 0, name });
        next.files[0].name.to_string()
    };
    assert_eq!(rename("azure.yaml"), "azure (2).yaml");
    assert_eq!(rename(" shop.yaml"), "shop.yaml");
    assert_eq!(rename(""), "web.yaml");
    assert_eq!(rename("web.yaml"), "web.yaml");
}

#[test]
fn positions_are_kept_in_one_layout_document() {
    let once = after(&moved((8, 16), 1));
    let twice = moved((24, -8), 2).apply(&once);
    let (network, problems) = read::read(&twice);
    assert_eq!(
        network.layout.positions[&object("service/shop/web")],
        (24, -8)
    );
    assert_eq!(twice.files.len(), 3);
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{problems:?}");
}

#[test]
fn fifty_moves_of_one_drag_are_one_step() {
    let mut history = History::new(Rc::new(document()));
    for x in 0..50 {
        assert!(history.apply(&moved((x, 8), 7)));
    }
    assert_eq!(history.depth(), 1);
    assert_eq!(history.undo_label().unwrap().id, "edit-move");
    assert!(history.undo());
    assert_eq!(**history.present(), document());
    assert!(!history.undo());
    assert!(history.redo());
    assert!(history.present().files[2].text.contains("x: 49"));
    assert!(history.apply(&moved((99, 8), 7)));
    assert_eq!(history.depth(), 2, "a gesture does not go on after redo");
}

#[test]
fn a_command_without_effect_is_no_step_and_keeps_what_can_be_redone() {
    let mut history = History::new(Rc::new(document()));
    history.apply(&moved((8, 8), 1));
    history.undo();
    assert!(!history.apply(&Command::DeleteFile { file: 9 }));
    assert!(history.redo());
}

#[test]
fn at_least_two_hundred_steps_can_be_undone() {
    let mut history = History::new(Rc::new(document()));
    for gesture in 0..600 {
        history.apply(&moved((8, i32::try_from(gesture).unwrap()), gesture));
    }
    let undone = std::iter::from_fn(|| history.undo().then_some(())).count();
    assert!((200..=history::LIMIT).contains(&undone), "{undone}");
}

#[test]
fn a_template_fits_just_where_it_can_be_built() {
    let mut networks = vec![Network::default()];
    networks.extend(scenarios::ALL.iter().map(|it| read::read(&it.document()).0));
    for network in &networks {
        for template in Template::ALL {
            let built = template.build(network).is_some();
            assert_eq!(template.fits(network), built, "{}", template.id());
        }
    }
}

#[test]
fn every_template_is_valid_in_every_built_in_scenario_and_has_a_free_name() {
    let mut problems = Vec::new();
    for scenario in scenarios::ALL {
        let document = scenario.document();
        let mut network = read::read(&document).0;
        let mut current = document;
        for template in Template::ALL.iter().chain(Template::ALL) {
            let Some(new) = template.build(&network) else {
                continue;
            };
            if network
                .manifests
                .iter()
                .any(|manifest| manifest.object == new.object)
            {
                problems.push(format!("{}: {} exists already", scenario.id, new.object));
            }
            let before = read::read(&current).1;
            let file = current.files.len();
            current = Command::Append {
                file,
                object: new.object.clone(),
                text: new.text.into(),
            }
            .apply(&current);
            let (next, after) = read::read(&current);
            network = next;
            let fresh = after
                .iter()
                .filter(|problem| !before.contains(problem) && problem.severity == Severity::Error);
            problems.extend(fresh.map(|problem| format!("{}: {problem}", template.id())));
            if !network
                .manifests
                .iter()
                .any(|manifest| manifest.object == new.object)
            {
                problems.push(format!(
                    "{}: {} cannot be found again",
                    template.id(),
                    new.object
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn any_command() -> impl Strategy<Value = Command> {
    let place = prop_oneof![
        Just("service/shop/web"),
        Just("configmap/shop/page"),
        Just("vnet/vnet-a"),
        Just("subnet/vnet-a/vms"),
        Just("pod/shop/none"),
    ]
    .prop_map(object);
    let text =
        prop_oneof![Just(WEB), Just(AZURE), Just("a: [\n"), Just("")].prop_map(Arc::<str>::from);
    let gesture = 0..3_u32;
    prop_oneof![
        (0..4_usize, text.clone(), gesture.clone()).prop_map(|(file, text, gesture)| {
            Command::ReplaceFile {
                file,
                text,
                gesture,
            }
        }),
        text.clone().prop_map(|text| Command::AddFile {
            name: "web.yaml".into(),
            text
        }),
        (0..4_usize).prop_map(|file| Command::DeleteFile { file }),
        (0..4_usize, "[a-c]{0,2}").prop_map(|(file, name)| Command::RenameFile {
            file,
            name: name.into()
        }),
        (0..4_usize, place.clone(), text.clone())
            .prop_map(|(file, object, text)| Command::Append { file, object, text }),
        (place.clone(), text).prop_map(|(object, text)| Command::ReplaceManifest { object, text }),
        place.clone().prop_map(|object| Command::Delete { object }),
        (
            place.clone(),
            "(spec|properties|metadata)\\.[a-c]",
            proptest::option::of(0..9_u32),
            gesture.clone()
        )
            .prop_map(|(object, path, value, gesture)| Command::SetField {
                object,
                path: path.into(),
                value: value.map(serde_json::Value::from),
                gesture
            }),
        (place, 0..3_i32, gesture).prop_map(|(object, x, gesture)| Command::Move {
            object,
            to: (x, 0),
            gesture
        }),
    ]
}

proptest! {
    #[test]
    fn undoing_everything_and_redoing_it_returns_equal_documents(
        commands in proptest::collection::vec(any_command(), 1..25),
    ) {
        let mut history = History::new(Rc::new(document()));
        for command in &commands {
            history.apply(command);
        }
        let end = history.present().clone();
        let mut seen = vec![end.clone()];
        while history.undo() {
            seen.push(history.present().clone());
        }
        prop_assert_eq!(&**history.present(), &document());
        for expected in seen.iter().rev().skip(1) {
            prop_assert!(history.redo());
            prop_assert_eq!(history.present(), expected);
        }
        prop_assert!(!history.redo());
    }

    #[test]
    fn reading_after_an_edit_is_reading_afresh(
        commands in proptest::collection::vec(any_command(), 1..12),
    ) {
        let mut current = document();
        let mut files = read::read_after(&current, &read::Known::default()).2;
        for command in &commands {
            current = command.apply(&current);
            let (network, problems, next) = read::read_after(&current, &files);
            prop_assert_eq!((network, problems), read::read(&current));
            files = next;
        }
    }

    #[test]
    fn any_way_through_a_history_meets_only_documents_that_were_there(
        moves in proptest::collection::vec((any_command(), 0..4_u8), 1..40),
    ) {
        let mut history = History::new(Rc::new(document()));
        // The model: all documents before and after the present one.
        let (mut past, mut future) = (Vec::new(), Vec::new());
        for (command, what) in moves {
            let before = history.present().clone();
            let depth = history.depth();
            match what {
                0 => {
                    prop_assert_eq!(history.undo(), !past.is_empty());
                    if let Some(expected) = past.pop() {
                        future.push(before);
                        prop_assert_eq!(history.present(), &expected);
                    }
                }
                1 => {
                    prop_assert_eq!(history.redo(), !future.is_empty());
                    if let Some(expected) = future.pop() {
                        past.push(before);
                        prop_assert_eq!(history.present(), &expected);
                    }
                }
                _ => {
                    if history.apply(&command) {
                        future.clear();
                        match history.depth().cmp(&depth) {
                            std::cmp::Ordering::Greater => past.push(before),
                            // The gesture went on, or came back to where it began.
                            std::cmp::Ordering::Equal => {}
                            std::cmp::Ordering::Less => { past.pop(); }
                        }
                    }
                }
            }
            prop_assert_eq!(history.depth(), past.len());
        }
    }
}

#[test]
fn a_file_that_is_applied_takes_the_place_of_objects_that_it_names_and_is_one_step() {
    let texts = [
        ("web.yaml", WEB),
        (
            "list.yaml",
            "kind: List\napiVersion: v1\nitems:\n  - {kind: ConfigMap, apiVersion: v1, metadata: {name: page, namespace: shop}}\n  - {kind: ConfigMap, apiVersion: v1, metadata: {name: other, namespace: shop}}\n",
        ),
    ];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut history = History::new(Document::from_texts(texts.into()).0.into());
    let before = history.present().clone();
    let new = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page, namespace: shop}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: fresh}\n";
    let (files, _) = Document::from_texts(vec![("web.yaml".to_owned(), new.to_owned())]);
    assert!(history.apply(&Command::Apply {
        name: "web.yaml".into(),
        files: files.clone()
    }));
    let after = history.present();
    let names: Vec<&str> = after.files.iter().map(|file| &*file.name).collect();
    assert_eq!(names, ["web.yaml", "list.yaml", "web (2).yaml"]);
    assert_eq!(&*after.files[2].text, new);
    let (network, problems) = read::read(after);
    let objects: Vec<String> = network
        .manifests
        .iter()
        .map(|it| it.object.to_string())
        .collect();
    assert_eq!(
        objects,
        [
            "service/shop/web",
            "configmap/shop/other",
            "configmap/shop/page",
            "configmap/default/fresh"
        ]
    );
    assert_eq!(problems, []);
    // Applied again, nothing is there twice and the file keeps its name.
    assert!(!history.apply(&Command::Apply {
        name: "web (2).yaml".into(),
        files: Document {
            files: vec![after.files[2].clone()]
        }
    }));
    assert!(history.undo());
    assert_eq!(*history.present(), before);
}

#[test]
fn edits_that_belong_together_are_one_step_and_none_is_made_where_one_cannot_be() {
    let web = "service/shop/web";
    let command = |second: &str| Command::Together {
        object: object(web),
        commands: vec![
            set(web, "spec.type", json!("NodePort"), 0),
            set(web, second, json!(30080), 0),
        ],
    };
    let mut history = History::new(Rc::new(document()));
    assert!(!history.apply(&command("spec.ports[7].nodePort")));
    assert!(history.apply(&command("spec.ports[0].nodePort")));
    let text = &history.present().files[0].text;
    assert!(text.contains("ports: [{port: 80, nodePort: 30080}], type: NodePort"));
    assert_eq!(history.depth(), 1);
    assert!(history.undo());
    assert_eq!(**history.present(), document());
}
