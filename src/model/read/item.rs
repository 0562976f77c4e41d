//! One document, list item or template resource, before it is read.

use std::sync::Arc;

use super::head::{Form, Head};
use crate::model::kube::Origin;
use crate::model::manifest::{Manifest, ManifestId};
use crate::model::yaml::{Node, Root, Span};

/// A document (or item of a list) with its head.
pub(super) struct Item {
    /// Index of the file.
    pub(super) file: usize,
    /// Which of the manifests it is.
    pub(super) manifest: ManifestId,
    pub(super) root: Arc<Root>,
    /// Shared by all that have the same text, wherever it stands.
    pub(super) head: Arc<Head>,
    /// Whether a later document of the same name takes its place, or it cannot be used.
    pub(super) skipped: bool,
}

impl Item {
    pub(super) fn new(file: usize, manifest: ManifestId, root: Arc<Root>, head: Arc<Head>) -> Self {
        Self {
            file,
            manifest,
            skipped: head.form == Form::Other,
            root,
            head,
        }
    }

    /// Where objects read from it come from.
    pub(super) fn origin(&self) -> Origin {
        self.origin_at(None)
    }

    /// Where an object that is a part of it comes from.
    pub(super) fn origin_of(&self, part: &Node) -> Origin {
        let whole = part.span == self.root.span();
        self.origin_at((!whole).then(|| self.root.within(part.span)))
    }

    fn origin_at(&self, part: Option<Span>) -> Origin {
        Origin::Written {
            file: self.file,
            manifest: self.manifest,
            part,
        }
    }

    /// What the network keeps of it.
    pub(super) fn manifest(&self) -> Manifest {
        Manifest {
            file: self.file,
            root: self.root.clone(),
            object: self.head.object.clone(),
            head: self.head.text.clone(),
            simulated: !self.skipped,
        }
    }
}
