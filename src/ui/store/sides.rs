//! What is compared side by side: as the reader chose it, or as a link brings it.

use std::rc::Rc;

use yew::AttrValue;

use super::{Note, Origin, State, View};
use crate::edit::{Label, switch};
use crate::model::document::Document;
use crate::share::SharedSide;
use crate::ui::compare::{EDITS, Earlier, Side};

/// The two sides of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Sides {
    /// Left and right.
    pub both: [Side; 2],
    /// Documents that a link brought for its sides.
    pub linked: Rc<[Earlier]>,
}

impl State {
    /// What is most likely to be compared.
    pub(super) fn likeliest(&self) -> Sides {
        let edits = self.history.earlier().take(EDITS).count();
        let scenario = match &self.origin {
            Origin::Scenario(id) => id,
            Origin::Own | Origin::Link => "",
        };
        let other = switch::counterpart(&self.simulation.network);
        Sides {
            both: Side::at_first(edits, scenario, other),
            linked: Rc::from([]),
        }
    }

    /// What is compared: as chosen, else what is likeliest.
    pub fn sides(&self) -> Sides {
        self.sides.clone().unwrap_or_else(|| self.likeliest())
    }

    /// The sides for a link, where they are looked at. What was before an edit goes along with its files, because a
    /// link has no history.
    pub(super) fn shared_sides(&self) -> Option<[SharedSide; 2]> {
        let Sides { both, linked } = self.sides.clone()?;
        let files = |earlier: Earlier| SharedSide::Files {
            title: cut(&earlier.edit),
            document: (*earlier.document).clone(),
        };
        let shared = |side: Side| {
            let brought = match side {
                Side::Before(edit) => self.earlier().get(edit).cloned(),
                Side::Linked(index) => linked.get(index).cloned(),
                Side::Now | Side::Model(_) | Side::Scenario(_) => {
                    return SharedSide::Word(side.value());
                }
            };
            brought.map_or_else(|| SharedSide::Word(Side::Now.value()), files)
        };
        Some(both.map(shared))
    }

    /// The documents before the last edits, the latest first.
    pub fn earlier(&self) -> Vec<Earlier> {
        let last = self.history.earlier().take(EDITS);
        let one = |(label, document): (&Label, &Rc<Document>)| Earlier {
            edit: self.words.label(label),
            document: document.clone(),
        };
        last.map(one).collect()
    }

    /// Compares what the sender of a link compared. A side that this version does not know is the scenario as it is, and
    /// the reader is told.
    pub(super) fn look_at_sides(&mut self, sides: &[SharedSide; 2]) {
        let mut linked = Vec::new();
        let mut unknown = None;
        let both = sides.each_ref().map(|side| match side {
            SharedSide::Word(word) => Side::of_link(word).unwrap_or_else(|| {
                unknown.get_or_insert_with(|| AttrValue::from(word.clone()));
                Side::Now
            }),
            SharedSide::Files { title, document } => {
                linked.push(Earlier {
                    edit: title.clone().into(),
                    document: Rc::new(document.clone()),
                });
                Side::Linked(linked.len() - 1)
            }
        });
        let linked = linked.into();
        self.sides = Some(Sides { both, linked });
        self.view = View::Compare;
        if let Some(word) = unknown {
            self.note = Some(Note::LinkedWithoutSide(word));
        }
    }
}

/// A title that a link can carry.
fn cut(title: &str) -> String {
    title.chars().take(crate::share::MAX_SIDE_TEXT).collect()
}
