//! Where an object stands in the texts.

use std::ops::Range;

use crate::model::document::{Document, SourceFile};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::read;
use crate::model::yaml::{Node, Span, parse};

/// An object in the text of a file.
pub(super) struct Found<'a> {
    /// Index of the file.
    pub file: usize,
    /// Its text.
    pub text: &'a str,
    /// The object's own value: a whole document, or an item of a list.
    pub node: Node,
}

/// The place where `object` is written; the last, which is the one that is used, where it is written twice.
///
/// Only files that hold its name are parsed, so that a drag stays cheap in a large scenario.
pub(super) fn find<'a>(document: &'a Document, object: &Ref) -> Option<Found<'a>> {
    let files = document.files.iter().enumerate().rev();
    files
        .filter(|(_, file)| may_hold(file, object))
        .find_map(|(index, file)| find_in(index, file, object))
}

fn may_hold(file: &SourceFile, object: &Ref) -> bool {
    match object.kind {
        Kind::Layout => file.text.contains("Layout"),
        Kind::Settings => file.text.contains("Settings"),
        Kind::KubeProxyConfiguration => file.text.contains("KubeProxyConfiguration"),
        _ => file.text.contains(&*object.name),
    }
}

fn find_in<'a>(index: usize, file: &'a SourceFile, object: &Ref) -> Option<Found<'a>> {
    let alone = Document {
        files: vec![file.clone()],
    };
    let (network, _) = read::read(&alone);
    let span = span_of(&network, object)?;
    let parsed = parse(&file.name, &file.text);
    parsed.trees.into_iter().find_map(|tree| {
        let node = with_span(&tree.root, span)?.clone();
        Some(Found {
            file: index,
            text: &file.text,
            node,
        })
    })
}

/// The place of an object that was read from one file.
fn span_of(network: &Network, object: &Ref) -> Option<Span> {
    let is_kind_of_part = matches!(object.kind, Kind::Subnet | Kind::Peering);
    if !is_kind_of_part {
        let same =
            |other: &Ref| other == object || object.name.is_empty() && other.kind == object.kind;
        let mut manifests = network.manifests.iter();
        return manifests
            .rfind(|manifest| same(&manifest.object))
            .map(|manifest| manifest.root.span);
    }
    let parts = network.vnets.iter().flat_map(|vnet| {
        let subnets = vnet
            .subnets
            .iter()
            .map(|subnet| (Kind::Subnet, &subnet.meta));
        let peerings = vnet
            .peerings
            .iter()
            .map(|peering| (Kind::Peering, &peering.meta));
        subnets.chain(peerings)
    });
    parts
        .filter(|(kind, meta)| meta.reference(*kind) == *object)
        .find_map(|(_, meta)| network.span(&meta.origin))
}

fn with_span(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span {
        return Some(node);
    }
    let entries = node.entries().iter().map(|entry| &entry.value);
    let mut parts = node.items().iter().chain(entries);
    parts.find_map(|part| with_span(part, span))
}

/// `text` with `new` in place of `range`; unchanged if the range is not in it.
pub(super) fn splice(text: &str, range: Range<usize>, new: &str) -> String {
    match (text.get(..range.start), text.get(range.end..)) {
        (Some(before), Some(after)) => format!("{before}{new}{after}"),
        _ => text.to_owned(),
    }
}
