//! The documents that a network was read from, and how objects refer to theirs.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use super::kube::Origin;
use super::object::{Kind, Ref};
use super::yaml;

/// One document (or list item) as read: its tree and what it turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Index into [`super::document::Document::files`].
    pub file: usize,
    /// The tree.
    pub root: Arc<yaml::Root>,
    /// What it is; [`Kind::Unknown`] for what is kept but not simulated.
    pub object: Ref,
    /// The head as written, such as `apps/v1 Deployment` or `Microsoft.Network/loadBalancers`.
    pub head: Arc<str>,
    /// Whether the engine uses it.
    pub simulated: bool,
}

/// Which manifest an object was read from: the how manieth of its kind it is, so that an object stays the same when
/// documents of other kinds come and go before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManifestId {
    /// What the whole document is.
    pub kind: Kind,
    /// Its index among those of that kind, in the order written.
    pub number: usize,
}

/// Every document as read, in the order written. A copy costs a pointer.
#[derive(Clone, Debug, Default)]
pub struct Manifests(Arc<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    all: Vec<Manifest>,
    /// The indices of those of a kind.
    of_kind: BTreeMap<Kind, Vec<usize>>,
}

impl Manifests {
    /// The manifest that an object was read from; `None` for what nobody wrote.
    pub fn of(&self, origin: &Origin) -> Option<&Manifest> {
        let Origin::Written { manifest, .. } = origin else {
            return None;
        };
        let of_kind = self.0.of_kind.get(&manifest.kind)?;
        self.0.all.get(*of_kind.get(manifest.number)?)
    }
}

impl Deref for Manifests {
    type Target = [Manifest];

    fn deref(&self) -> &[Manifest] {
        &self.0.all
    }
}

impl PartialEq for Manifests {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.all == other.0.all
    }
}

impl FromIterator<Manifest> for Manifests {
    fn from_iter<I: IntoIterator<Item = Manifest>>(all: I) -> Self {
        let all = Vec::from_iter(all);
        let mut of_kind: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
        for (index, manifest) in all.iter().enumerate() {
            of_kind.entry(manifest.object.kind).or_default().push(index);
        }
        Self(Arc::new(Numbered { all, of_kind }))
    }
}

impl<'m> IntoIterator for &'m Manifests {
    type Item = &'m Manifest;
    type IntoIter = std::slice::Iter<'m, Manifest>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
