//! Labels and annotations.

use std::cmp::Ordering;
use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

type Map = BTreeMap<Arc<str>, Arc<str>>;

static NONE: Map = Map::new();

/// Labels or annotations, in key order.
///
/// A copy costs a pointer until one of the owners changes it: a template's labels are those of all of its pods.
#[derive(Clone, Default)]
pub struct Labels(Option<Arc<Map>>);

impl Labels {
    /// None at all.
    pub const fn new() -> Self {
        Self(None)
    }
}

impl Deref for Labels {
    type Target = Map;

    fn deref(&self) -> &Map {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for Labels {
    fn deref_mut(&mut self) -> &mut Map {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, other)| Arc::ptr_eq(one, other);
        self.0.as_ref().zip(other.0.as_ref()).is_some_and(same) || **self == **other
    }
}

impl Eq for Labels {}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Labels {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl FromIterator<(Arc<str>, Arc<str>)> for Labels {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(all: I) -> Self {
        let all = Map::from_iter(all);
        Self((!all.is_empty()).then(|| Arc::new(all)))
    }
}

impl<const N: usize> From<[(Arc<str>, Arc<str>); N]> for Labels {
    fn from(all: [(Arc<str>, Arc<str>); N]) -> Self {
        all.into_iter().collect()
    }
}

impl<'l> IntoIterator for &'l Labels {
    type Item = (&'l Arc<str>, &'l Arc<str>);
    type IntoIter = btree_map::Iter<'l, Arc<str>, Arc<str>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_it_has_when_the_other_changes() {
        let first = Labels::from([(Arc::from("app"), Arc::from("web"))]);
        let mut second = first.clone();
        assert_eq!(first, second);
        second.insert(Arc::from("tier"), Arc::from("a"));
        assert_eq!((first.len(), second.len()), (1, 2));
        assert_ne!(first, second);
        second.remove("tier");
        assert_eq!(first, second);
        second.clear();
        assert_eq!(second, Labels::new());
    }
}
