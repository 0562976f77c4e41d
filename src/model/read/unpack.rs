//! Unpacks what holds several documents: `kind: List`, JSON arrays, ARM templates.

use crate::model::yaml::{Node, Value};

/// The documents in a tree, in order. Lists in lists are unpacked as well; the depth of
/// a tree is limited, so this ends.
pub(super) fn unpack(root: Node) -> Vec<Node> {
    let mut documents = Vec::new();
    add(root, &mut documents);
    documents
}

fn add(node: Node, documents: &mut Vec<Node>) {
    if let Value::List(items) = node.value {
        for item in items {
            add(item, documents);
        }
        return;
    }
    let list = node
        .get("kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.ends_with("List"))
        && node.get("items").is_some();
    match if list {
        taken(node, "items")
    } else {
        Err(node)
    } {
        Ok(items) => add(items, documents),
        Err(node) if node.is_null() => {}
        Err(node) => documents.push(node),
    }
}

/// The value of `key`, or the node itself where the value is no list.
fn taken(node: Node, key: &str) -> Result<Node, Node> {
    match node.get(key) {
        Some(Node {
            value: Value::List(_) | Value::Null,
            ..
        }) => {}
        _ => return Err(node),
    }
    let Value::Map(entries) = node.value else {
        return Err(node);
    };
    let span = node.span;
    let found = entries.into_iter().find(|entry| &*entry.key == key);
    Ok(found.map_or(
        Node {
            span,
            value: Value::Null,
        },
        |entry| entry.value,
    ))
}
