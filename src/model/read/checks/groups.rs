//! Ids of resources of another resource group. Resources are known by their names alone, so an id is taken for the
//! document of that name; where the two are of different groups, the reader is told.

use std::collections::{BTreeMap, BTreeSet};

use super::problem;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::manifest::Manifest;
use crate::model::network::Network;
use crate::model::yaml::{Node, Value};

/// How heads of Azure resources begin.
const NAMESPACES: &str = "Microsoft.";

/// The outermost resource of an id: its type and name in small letters.
type Key = (String, String);

pub(super) fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let azure = || {
        network
            .manifests
            .iter()
            .filter(|it| it.head.starts_with(NAMESPACES))
    };
    let mut groups: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for (key, group) in azure().filter_map(own) {
        groups.entry(key).or_default().insert(group);
    }
    for manifest in azure().filter(|it| it.simulated) {
        let mut said = BTreeSet::new();
        ids(&manifest.root, &mut String::new(), &mut |field, id| {
            let Some((key, group)) = parse(id) else {
                return;
            };
            let Some(known) = groups.get(&key).filter(|known| !known.contains(&group)) else {
                return;
            };
            if said.insert(key) {
                problems.push(told(manifest, field, &group, known));
            }
        });
    }
}

fn told(manifest: &Manifest, field: &str, group: &str, known: &BTreeSet<String>) -> Diagnostic {
    let other = known.first().map_or("", String::as_str);
    let from = &manifest.object;
    let message = format!(
        "`{from}` refers to a resource of the group `{group}`, and the document of that name is of `{other}`; it is taken for that resource"
    );
    let at = (from.clone(), field.to_owned());
    problem(Severity::Warning, "reference-group", at, message)
        .found(format!("`{group}`"), format!("`{other}`"))
        .hint("add the document of that group, and rename one of the two")
}

/// The resource that a document describes, and its group, if it says one.
fn own(manifest: &Manifest) -> Option<(Key, String)> {
    let text = |key| manifest.root.get(key).and_then(Node::as_str);
    if let Some(found) = text("id").and_then(parse) {
        return Some(found);
    }
    let outermost = |it: &str| it.matches('/').count() == 1;
    let kind = text("type").filter(|it| outermost(it))?;
    let key = (kind.to_lowercase(), text("name")?.to_lowercase());
    Some((key, text("resourceGroup")?.to_lowercase()))
}

/// The outermost resource of an id, and its group, in small letters.
fn parse(id: &str) -> Option<(Key, String)> {
    let id = id.strip_prefix('/')?.to_lowercase();
    let mut parts = id.split('/');
    parts.find(|part| *part == "resourcegroups")?;
    let group = parts.next()?.to_owned();
    parts.next().filter(|part| *part == "providers")?;
    let kind = format!("{}/{}", parts.next()?, parts.next()?);
    Some(((kind, parts.next()?.to_owned()), group))
}

/// Calls `found` with every text in a tree that begins as an id does, and with its path.
fn ids<'n>(node: &'n Node, path: &mut String, found: &mut impl FnMut(&str, &'n str)) {
    let length = path.len();
    match &node.value {
        Value::String(text) if text.starts_with('/') => found(path, text),
        Value::Map(entries) => {
            for entry in entries {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&entry.key);
                ids(&entry.value, path, found);
                path.truncate(length);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
                ids(item, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
