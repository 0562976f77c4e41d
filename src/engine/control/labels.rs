//! Finding objects by label without looking at all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::kube::{Labels, Pod, Selector};

/// Namespace, label key and label value.
type LabelKey = (Arc<str>, Arc<str>, Arc<str>);

/// Pods by namespace and by each of their labels.
#[derive(Debug, Default)]
pub struct PodIndex {
    by_label: BTreeMap<LabelKey, Vec<usize>>,
    by_namespace: BTreeMap<Arc<str>, Vec<usize>>,
}

impl PodIndex {
    /// An index over those of `pods` that `wanted` says yes to.
    pub fn new(pods: &[Pod], wanted: impl Fn(&Pod) -> bool) -> Self {
        let mut index = Self::default();
        for (number, pod) in pods.iter().enumerate().filter(|(_, pod)| wanted(pod)) {
            let namespace = &pod.meta.namespace;
            index
                .by_namespace
                .entry(namespace.clone())
                .or_default()
                .push(number);
            for (key, value) in &pod.meta.labels {
                index
                    .by_label
                    .entry((namespace.clone(), key.clone(), value.clone()))
                    .or_default()
                    .push(number);
            }
        }
        index
    }

    /// Indexes of the pods in `namespace` that satisfy `selector`, in order.
    pub fn matching(&self, pods: &[Pod], namespace: &Arc<str>, selector: &Selector) -> Vec<usize> {
        self.narrowest(namespace, &selector.match_labels)
            .iter()
            .copied()
            .filter(|&number| {
                pods.get(number)
                    .is_some_and(|pod| selector.matches(&pod.meta.labels))
            })
            .collect()
    }

    /// The shortest list that is certain to hold every pod with all of `labels`.
    fn narrowest(&self, namespace: &Arc<str>, labels: &Labels) -> &[usize] {
        let lists = labels.iter().map(|(key, value)| {
            let key = (namespace.clone(), key.clone(), value.clone());
            self.by_label.get(&key).map_or(&[][..], Vec::as_slice)
        });
        lists.min_by_key(|list| list.len()).unwrap_or_else(|| {
            self.by_namespace
                .get(namespace)
                .map_or(&[][..], Vec::as_slice)
        })
    }
}
