//! Unpacks what holds several documents: `kind: List`, JSON arrays, ARM templates.

use std::sync::Arc;

use super::cursor::{location, quoted};
use super::template::Template;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::document::SourceFile;
use crate::model::yaml::{Entry, Node, Span, Value};

/// How many expressions of a document are listed that could not be worked out.
const MAX_UNRESOLVED: usize = 20;

/// The documents in a tree, in order. Lists in lists are unpacked as well; the depth of
/// a tree is limited, so this ends.
pub(super) fn unpack(
    root: Node,
    file: &SourceFile,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Node> {
    let mut documents = Vec::new();
    let template = Template::of(&root);
    let parts = root.get("resources").is_some();
    add(root, &mut documents);
    documents.retain_mut(|document| {
        let resource = document
            .get("type")
            .and_then(Node::as_str)
            .is_some_and(|text| text.contains('/'));
        if !resource {
            return true;
        }
        let mut unresolved = Vec::new();
        template.resolve(document, &mut unresolved);
        let left_out = parts.then(|| not_deployed(document, file)).flatten();
        if left_out.is_some() {
            diagnostics.extend(left_out);
            return false;
        }
        let unresolved = unresolved.into_iter().take(MAX_UNRESOLVED);
        diagnostics.extend(unresolved.map(|(span, text)| not_worked_out(file, span, &text)));
        true
    });
    documents
}

fn not_worked_out(file: &SourceFile, span: Span, text: &str) -> Diagnostic {
    let message = "this template expression is not worked out";
    Diagnostic::new(Severity::Warning, "template-expression", message)
        .at(Some(location(file, span)))
        .found(quoted(text), "a plain value")
        .hint("write the value in its place, or give the parameter a `defaultValue`")
}

/// What says that a deployment of the template does not make this resource: a `condition` that is false, or `existing`
/// of templates that Bicep wrote, which only names a resource to refer to.
fn not_deployed(resource: &Node, file: &SourceFile) -> Option<Diagnostic> {
    let is = |key, flag| {
        let written = resource.get(key)?;
        (written.value == Value::Bool(flag)).then_some(written.span)
    };
    let note = |code, message, span| {
        Diagnostic::new(Severity::Info, code, message).at(Some(location(file, span)))
    };
    if let Some(span) = is("condition", false) {
        let message = "the template does not deploy this resource; it is left out";
        let note = note("template-condition", message, span);
        let hint = "set the parameter that decides, or take `condition` away";
        return Some(note.found("`condition: false`", "true").hint(hint));
    }
    let span = is("existing", true)?;
    let message = "the template only refers to this resource; it is left out";
    let note = note("template-existing", message, span);
    let hint = "add the resource as `az … show -o json` prints it";
    let expected = "a document that describes it";
    Some(note.found("`existing: true`", expected).hint(hint))
}

fn add(mut node: Node, documents: &mut Vec<Node>) {
    if let Value::List(items) = node.value {
        for item in items {
            add(item, documents);
        }
        return;
    }
    if holds_items(&node) {
        if let Some(mut items) = take(&mut node, "items") {
            name_items(&node, &mut items);
            add(items, documents);
        }
        return;
    }
    if is_template(&node) {
        let resources = take(&mut node, "resources").map(|resources| resources.value);
        let resources = match resources {
            Some(Value::List(resources)) => resources,
            // Templates with symbolic names have a mapping (languageVersion 2.0).
            Some(Value::Map(entries)) => entries.into_iter().map(|entry| entry.value).collect(),
            _ => Vec::new(),
        };
        for resource in resources {
            add(resource, documents);
        }
        return;
    }
    let children = children(&mut node);
    if !node.is_null() {
        documents.push(node);
    }
    for child in children {
        add(child, documents);
    }
}

/// `kind: List` and the typed lists of the API, such as `PodList`.
fn holds_items(node: &Node) -> bool {
    let kind = node.get("kind").and_then(Node::as_str);
    let items = node.get("items");
    kind.is_some_and(|kind| kind.ends_with("List"))
        && items.is_some_and(|items| matches!(items.value, Value::List(_) | Value::Null))
}

/// The items of a typed list say neither kind nor version where the API server prints them: they are the list's.
fn name_items(list: &Node, items: &mut Node) {
    let text = |key| list.get(key).and_then(Node::as_str);
    let kind = text("kind").and_then(|kind| kind.strip_suffix("List"));
    let (Some(kind), Some(version)) = (kind.filter(|kind| !kind.is_empty()), text("apiVersion"))
    else {
        return;
    };
    let Value::List(items) = &mut items.value else {
        return;
    };
    for item in items {
        let bare = item.get("kind").is_none() && item.get("type").is_none();
        if bare && matches!(item.value, Value::Map(_)) {
            set(item, "kind", kind.to_owned());
            set(item, "apiVersion", version.to_owned());
        }
    }
}

/// A deployment template of Azure Resource Manager.
fn is_template(node: &Node) -> bool {
    let marked = node.get("$schema").is_some() || node.get("contentVersion").is_some();
    let loose = node.get("type").is_none() && node.get("kind").is_none();
    node.get("resources")
        .is_some_and(|resources| matches!(resources.value, Value::List(_) | Value::Map(_)))
        && (marked || loose)
}

/// The child resources inside a resource of a template, with full types and names.
fn children(node: &mut Node) -> Vec<Node> {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(ToOwned::to_owned);
    let Some(parent_type) = text(node, "type").filter(|text| text.contains('/')) else {
        return Vec::new();
    };
    let parent_name = text(node, "name").unwrap_or_default();
    let Some(Value::List(mut items)) = take(node, "resources").map(|resources| resources.value)
    else {
        return Vec::new();
    };
    for item in &mut items {
        let kind = text(item, "type").unwrap_or_default();
        if !kind.contains('/') {
            set(item, "type", format!("{parent_type}/{kind}"));
            let name = text(item, "name").unwrap_or_default();
            set(item, "name", joined(&parent_name, &name));
        }
    }
    items
}

/// `parent/child`, as an expression where one of the two is one.
fn joined(parent: &str, child: &str) -> String {
    let inner = |text: &str| match text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
    {
        Some(expression) => expression.to_owned(),
        None => format!("'{}'", text.replace('\'', "''")),
    };
    if parent.starts_with('[') || child.starts_with('[') {
        return format!("[concat({}, '/', {})]", inner(parent), inner(child));
    }
    format!("{parent}/{child}")
}

/// Takes the value of a key out of a mapping.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Map(entries) = &mut node.value else {
        return None;
    };
    let at = entries.iter().position(|entry| &*entry.key == key)?;
    Some(entries.remove(at).value)
}

fn set(node: &mut Node, key: &str, text: String) {
    let Value::Map(entries) = &mut node.value else {
        return;
    };
    let value = Value::String(Arc::from(text));
    match entries.iter_mut().find(|entry| &*entry.key == key) {
        Some(entry) => entry.value.value = value,
        None => entries.push(Entry {
            key: Arc::from(key),
            key_span: Span::default(),
            value: Node {
                span: node.span,
                value,
            },
        }),
    }
}
