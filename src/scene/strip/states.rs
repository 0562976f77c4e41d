//! What is out of order about the boxes of a strip: a look, a pill below, and words.

use super::Trouble;
use crate::model::object::{Kind, Ref};
use crate::scene::geometry::{Rect, point, rect};
use crate::scene::measure::{Face, width};
use crate::scene::shape::{Element, ElementKind, Shape};
use crate::text::Texts;

/// The upper edge of pills: below the cards, across the lower edges of what is around them.
const PILL: i32 = 176;

/// What is out of order.
pub struct States<'a> {
    pub trouble: Trouble<'a>,
    pub texts: &'a Texts,
}

impl States<'_> {
    fn is_stopped(&self, object: &Ref) -> bool {
        self.trouble.failures.stopped.contains(object)
    }

    fn is_unready(&self, object: &Ref) -> bool {
        let network = self.trouble.network;
        match object.kind {
            Kind::Pod => network
                .pod(&object.scope, &object.name)
                .is_some_and(|pod| !pod.ready || pod.terminating),
            Kind::Node => network.node(&object.name).is_some_and(|node| !node.ready),
            _ => false,
        }
    }

    /// The classes of a box.
    pub fn class(&self, class: &str, object: Option<&Ref>) -> String {
        match object {
            Some(object) if self.is_stopped(object) => format!("{class} is-stopped"),
            Some(object) if self.is_unready(object) => format!("{class} is-unready"),
            _ => class.to_owned(),
        }
    }

    /// What is out of order, in words.
    fn text(&self, object: &Ref) -> Option<String> {
        let failure = self.texts.failure(self.trouble.failures, object);
        failure.or_else(|| {
            self.is_unready(object)
                .then(|| self.texts.get("scene-not-ready"))
        })
    }

    /// Name and state of an object.
    pub fn spoken(&self, object: &Ref) -> String {
        let name = self.texts.object(object);
        match self.text(object) {
            Some(state) => format!("{name}, {state}"),
            None => name,
        }
    }

    /// Whether anything is out of order.
    pub fn any(&self, object: &Ref) -> bool {
        self.text(object).is_some()
    }

    /// The state below a box, where nothing else stands: a symbol, and the words where there is room for all of them.
    pub fn pill(&self, object: &Ref, at: Rect) -> Option<Element> {
        let text = self.text(object)?;
        let (icon, class) = if self.is_stopped(object) {
            ("v-dropped", "state")
        } else if self.trouble.failures.left_out.contains_key(object) {
            ("k-load-balancer", "state")
        } else {
            ("u-warn", "state state--unready")
        };
        let long = width(&text, Face::Note) + 25;
        let words = long <= at.width;
        let wide = if words { long } else { 20 };
        let pill = rect(at.centre().x - wide / 2, PILL, wide, 18);
        let mut shapes = vec![
            Shape::rect(pill, 9, class),
            Shape::icon(icon, rect(pill.x + 4, pill.y + 3, 12, 12), "state__glyph"),
        ];
        if words {
            let at = point(pill.x + 19, pill.y + 13);
            shapes.push(Shape::text(at, text, "t-note t-state"));
        }
        let key = format!("strip-state-{object}-{}", at.x);
        Some(Element::new(key, ElementKind::Note, shapes))
    }
}
