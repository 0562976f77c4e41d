//! The lines that an edit changes, for people and programs.

use std::sync::Arc;

use crate::model::document::Document;

/// Lines of a file that are replaced by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Name of the file.
    pub file: Arc<str>,
    /// The first line that changes, from 1.
    pub line: usize,
    /// Lines that go.
    pub removed: Vec<String>,
    /// Lines that come in their place.
    pub added: Vec<String>,
}

/// What differs, one patch for each stretch of a file; a new file is all added.
pub fn between(before: &Document, after: &Document) -> Vec<Patch> {
    let mut patches = Vec::new();
    for file in &after.files {
        let old = before.files.iter().find(|old| old.name == file.name);
        let old = old.map_or("", |old| &*old.text);
        if *old != *file.text {
            stretches(&file.name, old, &file.text, &mut patches);
        }
    }
    patches
}

/// The stretches in which two texts differ. Edits are few and small: what is equal at both ends is
/// cut off, and the rest is compared line by line.
fn stretches(name: &Arc<str>, old: &str, new: &str, patches: &mut Vec<Patch>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let (mut at, mut to) = (0, 0);
    while at < old.len() || to < new.len() {
        if at < old.len() && to < new.len() && old[at] == new[to] {
            (at, to) = (at + 1, to + 1);
            continue;
        }
        let (gone, come) = next_common(&old[at..], &new[to..]);
        patches.push(Patch {
            file: name.clone(),
            line: at + 1,
            removed: old[at..at + gone].iter().map(ToString::to_string).collect(),
            added: new[to..to + come].iter().map(ToString::to_string).collect(),
        });
        (at, to) = (at + gone, to + come);
    }
}

/// How many lines go and come until both texts agree for two lines, or until they end.
fn next_common(old: &[&str], new: &[&str]) -> (usize, usize) {
    const FAR: usize = 64;
    let agree = |gone: usize, come: usize| {
        let (old, new) = (&old[gone..], &new[come..]);
        let ends = old.is_empty() && new.is_empty();
        let length = old.len().min(new.len()).min(2);
        ends || length > 0 && old[..length] == new[..length]
    };
    for sum in 1..=(old.len() + new.len()).min(FAR) {
        let most = sum.min(old.len());
        let pairs = (0..=most).map(|gone| (gone, sum - gone));
        let mut fitting = pairs.filter(|(_, come)| *come <= new.len());
        if let Some(pair) = fitting.find(|(gone, come)| agree(*gone, *come)) {
            return pair;
        }
    }
    (old.len(), new.len())
}
