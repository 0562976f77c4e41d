//! Cards: objects without others inside.

use super::{Drawer, line};
use crate::model::object::{Kind, Ref};
use crate::scene::draw::facts::Card;
use crate::scene::geometry::{Rect, point, rect};
use crate::scene::layout::Look;
use crate::scene::measure::{Face, cut, width};
use crate::scene::shape::{Element, ElementKind, Shape};

impl Drawer<'_, '_> {
    pub(super) fn card(&self, out: &mut Vec<Element>) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let card = self.facts.card(object);
        let at = self.rect();
        let note = self
            .balance_note(object)
            .unwrap_or_else(|| card.note.clone());
        let mut look = String::from("box--leaf");
        if card.unsupported {
            look.push_str(" is-unsupported");
        }
        let mut shapes = vec![
            self.outline(
                &look,
                card.derived && !card.unsupported,
                if at.height < 60 { 5 } else { 6 },
            ),
            Shape::icon(card.icon, rect(at.x + 8, at.y + 8, 15, 15), "glyph"),
        ];
        let lines = self.lines(at, object.kind);
        let name_class = if self.placed.on_path {
            "t-name"
        } else {
            "t-name t-card"
        };
        shapes.push(line(
            point(at.x + 28, at.y + lines.name),
            &card.name,
            name_class,
            Face::Name,
            at.width - 34,
        ));
        shapes.push(line(
            point(at.x + 9, at.y + lines.address),
            &card.address,
            "t-addr",
            Face::Mono,
            at.width - 14,
        ));
        if let Some(y) = lines.note {
            shapes.push(line(
                point(at.x + 9, at.y + y),
                &note,
                "t-note",
                Face::Note,
                at.width - 14,
            ));
        }
        shapes.retain(|shape| !matches!(shape, Shape::Text { runs, .. } if runs.iter().all(|run| run.text.is_empty())));
        out.push(self.element(ElementKind::Leaf, shapes, &card));
        self.state(out, object);
        if object.kind == Kind::LoadBalancer && card.derived {
            self.caption(out, object, &card);
        }
    }

    fn lines(&self, at: Rect, kind: Kind) -> Lines {
        let in_node = self
            .container()
            .is_some_and(|container| container.kind == Kind::Node);
        match self.placed.look {
            Look::EndCard if !in_node => Lines {
                name: 21,
                address: 64,
                note: Some(at.height - 10),
            },
            Look::ThroughCard => Lines {
                name: 20,
                address: 36,
                note: Some(at.height - 7),
            },
            Look::EndCard => Lines {
                name: 20,
                address: 38,
                note: Some(54),
            },
            _ if kind == Kind::Service => Lines {
                name: 20,
                address: 54,
                note: Some(37),
            },
            _ => Lines {
                name: if at.height < 44 { 16 } else { 19 },
                address: if at.height < 44 { 31 } else { 36 },
                note: (at.height >= 56).then_some(50),
            },
        }
    }

    /// What a load balancer on the path did: how many it had to pick from, and which it picked.
    fn balance_note(&self, object: &Ref) -> Option<String> {
        let branch = self
            .facts
            .branch
            .filter(|_| object.kind == Kind::LoadBalancer)?;
        let pick = branch.picks.iter().find(|pick| pick.by == *object)?;
        let count = i64::try_from(pick.candidates.len()).ok()?;
        let text = |picked: &str| {
            self.facts.texts.message(
                "scene-picks",
                &[("count", count.into()), ("picked", picked.into())],
            )
        };
        let room = self.rect().width - 14 - width(&text(""), Face::Note);
        let picked = pick.picked.rsplit('/').next().unwrap_or_default();
        Some(text(&cut(picked, Face::Note, room.max(24))))
    }

    /// Above a derived object: what it was made from.
    fn caption(&self, out: &mut Vec<Element>, object: &Ref, card: &Card) {
        let Some(from) = &card.made_from else { return };
        let at = self.rect();
        let text = self
            .facts
            .texts
            .message("scene-made-from", &[("cause", from.clone().into())]);
        let shapes = vec![
            Shape::icon("k-derived", rect(at.x, at.y - 18, 12, 12), "glyph"),
            line(
                point(at.x + 16, at.y - 8),
                &text,
                "t-note",
                Face::Note,
                at.width - 16,
            ),
        ];
        out.push(
            Element::new(format!("caption-{object}"), ElementKind::Note, shapes)
                .class(self.quiet()),
        );
    }

    pub(super) fn more(&self, out: &mut Vec<Element>, kind: Kind, count: usize) {
        let at = self.rect();
        let kind = self
            .facts
            .texts
            .get(&format!("scene-kind-{}", kind.as_str()));
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let text = self.facts.texts.message(
            "scene-more",
            &[("count", count.into()), ("kind", kind.into())],
        );
        let shapes = vec![
            Shape::rect(at, 5, "box box--more"),
            line(
                point(at.x + 9, at.y + 20),
                &text,
                "t-note",
                Face::Note,
                at.width - 14,
            ),
        ];
        out.push(Element::new(self.key(), ElementKind::Leaf, shapes).class(self.quiet()));
    }
}

/// Baselines of a card's lines below its top.
struct Lines {
    name: i32,
    address: i32,
    note: Option<i32>,
}
