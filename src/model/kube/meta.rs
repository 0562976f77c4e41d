//! What every object has: where it comes from, its name and its labels.

use std::sync::Arc;

use crate::model::labels::Labels;
use crate::model::manifest::ManifestId;
use crate::model::object::{Kind, Ref};
use crate::model::yaml::Span;

/// Where an object comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origin {
    /// The user wrote it.
    Written {
        /// Index into [`crate::model::document::Document::files`].
        file: usize,
        /// The document or list item.
        manifest: ManifestId,
        /// Where it stands, if it is only a part of that document or list item, counted from where that begins
        /// ([`Root::at`](crate::model::yaml::Root::at)). Where a whole one stands is for the manifest to say, so that an
        /// object is the same when the text above it grows.
        part: Option<Span>,
    },
    /// A controller made it.
    Derived {
        /// The controller, by its own name, such as `endpointslice-controller`.
        by: &'static str,
        /// The object that made the controller act.
        from: Ref,
    },
    /// Nothing was written; AKS would create it by default.
    #[default]
    Assumed,
}

/// A field that a controller filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// Path of the field, such as `spec.clusterIP`.
    pub field: &'static str,
    /// Who filled it, such as `kube-apiserver`.
    pub by: &'static str,
}

/// What every object has: name, labels, origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// Namespace; `default` where a namespaced manifest has none, empty where the kind has none.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// `metadata.uid`, if written.
    pub uid: Option<Arc<str>>,
    /// `metadata.creationTimestamp`, if written; orders objects that compete.
    pub created: Option<Arc<str>>,
    /// `metadata.labels`.
    pub labels: Labels,
    /// `metadata.annotations`, without `kubectl.kubernetes.io/last-applied-configuration`.
    pub annotations: Labels,
    /// Where it comes from.
    pub origin: Origin,
    /// The fields that controllers filled.
    pub assigned: Vec<Assigned>,
}

impl Meta {
    /// The reference to an object of `kind` with this name.
    pub fn reference(&self, kind: Kind) -> Ref {
        Ref::scoped(kind, self.namespace.clone(), self.name.clone())
    }
}
