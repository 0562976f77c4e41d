//! The longest common subsequence of two walks.
//!
//! As many steps as possible stand beside each other; among alignments with as many, the one wins in which most of
//! them are at places of the same name or the same role and decide alike. Which of two equally good ones is taken
//! depends on the steps alone, never on the side that they stand on.

use crate::engine::stage::Stage;
use crate::engine::trace::Step;
use crate::model::object::{Kind, Ref};

/// What an alignment is worth: pairs, and among alignments with as many, how well they go together.
type Worth = (u32, u32);

/// What a step is aligned by; the order decides between equally good alignments.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    kind: Kind,
    stage: Stage,
    place: &'a Ref,
    action: &'static str,
    /// Whether it is decided where the walk begins.
    begins: bool,
    /// Whether it is decided where the walk ends.
    ends: bool,
}

impl Key<'_> {
    /// What it is worth that two steps stand beside each other; `None` where they must not.
    fn beside(&self, other: &Self) -> Option<Worth> {
        if (self.kind, self.stage) != (other.kind, other.stage) {
            return None;
        }
        let name = u32::from(self.place == other.place);
        let role = u32::from((self.begins, self.ends) == (other.begins, other.ends));
        let action = u32::from(self.action == other.action);
        Some((1, 2 * name + 2 * role + action))
    }
}

/// The rows of two walks: the steps of each in order, by their indices.
pub(super) fn align(steps: &[Vec<(&Ref, &Step)>; 2]) -> Vec<[Option<usize>; 2]> {
    let [left, right] = steps.each_ref().map(|steps| keys(steps));
    let best = table(&left, &right);
    let at = |i: usize, j: usize| best[i * (right.len() + 1) + j];
    let mut rows = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        let (Some(ours), Some(theirs)) = (left.get(i), right.get(j)) else {
            let on_left = i < left.len();
            rows.push(if on_left {
                [Some(i), None]
            } else {
                [None, Some(j)]
            });
            (i, j) = if on_left { (i + 1, j) } else { (i, j + 1) };
            continue;
        };
        let together = ours.beside(theirs);
        if together.is_some_and(|worth| sum(worth, at(i + 1, j + 1)) == at(i, j)) {
            rows.push([Some(i), Some(j)]);
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (without_ours, without_theirs) = (at(i + 1, j), at(i, j + 1));
        let leave_ours = if without_ours == without_theirs {
            ours < theirs
        } else {
            without_ours > without_theirs
        };
        if leave_ours {
            rows.push([Some(i), None]);
            i += 1;
        } else {
            rows.push([None, Some(j)]);
            j += 1;
        }
    }
    rows
}

fn keys<'a>(steps: &[(&'a Ref, &Step)]) -> Vec<Key<'a>> {
    let (first, last) = (steps.first(), steps.last());
    let is = |end: Option<&(&Ref, &Step)>, place: &Ref| end.is_some_and(|(end, _)| *end == place);
    let key = |(place, step): &(&'a Ref, &Step)| Key {
        kind: place.kind,
        stage: step.stage,
        place,
        action: step.action(),
        begins: is(first, place),
        ends: is(last, place),
    };
    steps.iter().map(key).collect()
}

/// What the best alignment of what follows is worth, for every pair of positions, row by row.
fn table(left: &[Key], right: &[Key]) -> Vec<Worth> {
    let width = right.len() + 1;
    let mut best = vec![(0, 0); width * (left.len() + 1)];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            let together = left[i].beside(&right[j]);
            let together = together.map(|worth| sum(worth, best[(i + 1) * width + j + 1]));
            let apart = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            best[i * width + j] = together.map_or(apart, |worth| worth.max(apart));
        }
    }
    best
}

const fn sum(one: Worth, other: Worth) -> Worth {
    (one.0 + other.0, one.1 + other.1)
}
