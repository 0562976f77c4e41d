//! How an object is written: where its properties stand, how long its lists are.

use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::yaml::{Node, Span};

/// An object that somebody wrote down.
#[derive(Clone, Copy)]
pub(super) struct Written<'n> {
    root: &'n Node,
    /// Index of its file.
    pub file: usize,
}

impl<'n> Written<'n> {
    /// The object as it is written; `None` for what is derived or assumed.
    pub fn of(network: &'n Network, object: &Ref) -> Option<Self> {
        if let Some(meta) = network.meta(object) {
            let manifest = network.manifests.of(&meta.origin)?;
            let span = network.span(&meta.origin)?;
            return Some(Self {
                root: part(&manifest.root, span)?,
                file: manifest.file,
            });
        }
        let mut manifests = network.manifests.iter();
        let manifest = manifests.find(|it| it.object == *object)?;
        Some(Self {
            root: &manifest.root,
            file: manifest.file,
        })
    }

    /// The path of a property of an Azure resource: nested as in ARM, or flat as `az` prints it.
    pub fn property(&self, name: &str) -> String {
        if self.root.get("properties").is_some() || self.root.get(name).is_none() {
            format!("properties.{name}")
        } else {
            name.to_owned()
        }
    }

    /// Whether the resource has its properties nested.
    pub fn is_nested(&self) -> bool {
        self.root.get("properties").is_some() || self.root.get("location").is_none()
    }

    /// The value at a path.
    pub fn get(&self, path: &str) -> Option<&'n Node> {
        let mut node = self.root;
        for key in path.split('.') {
            let (key, index) = match key.split_once('[') {
                Some((key, rest)) => (key, rest.strip_suffix(']')?.parse::<usize>().ok()),
                None => (key, None),
            };
            node = node.get(key)?;
            if let Some(index) = index {
                node = node.items().get(index)?;
            }
        }
        Some(node)
    }

    /// The items of a list; none where it is absent.
    pub fn items(&self, path: &str) -> &'n [Node] {
        self.get(path).map_or(&[], Node::items)
    }

    /// The path of one more item of a list.
    pub fn next(&self, path: &str) -> String {
        format!("{path}[{}]", self.items(path).len())
    }
}

fn part(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span {
        return Some(node);
    }
    let values = node.entries().iter().map(|entry| &entry.value);
    values
        .chain(node.items())
        .find_map(|child| part(child, span))
}
