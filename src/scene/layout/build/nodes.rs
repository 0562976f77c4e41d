//! Nodes, opened where lanes pass through.

use super::{Builder, CARDS_PER_NODE, NODE, SMALL_CARD, title_width};
use crate::model::kube::Node;
use crate::model::object::{Kind, Ref};
use crate::scene::geometry::point;
use crate::scene::journey::{Visit, step_at};
use crate::scene::layout::Look;
use crate::scene::layout::inside::{self, Pass, Port, Wanted, snap, to_i32};
use crate::scene::layout::pack::{self, Gaps, Item, TITLE};
use crate::scene::measure::{Face, width};
use crate::scene::station;

impl Builder<'_> {
    pub(super) fn node(&self, node: &Node) -> Item {
        let pods: Vec<Ref> = self
            .pods
            .get(&*node.meta.name)
            .into_iter()
            .flatten()
            .map(|pod| pod.reference())
            .collect();
        let passes = self.node_passes(&node.reference());
        if passes.is_empty() {
            self.closed_node(node, pods)
        } else {
            self.open_node(node, &pods, &passes)
        }
    }

    fn open_node(&self, node: &Node, pods: &[Ref], passes: &[Pass]) -> Item {
        let max_cards = if self.pods_as_cards {
            CARDS_PER_NODE
        } else {
            0
        };
        let open = inside::open_node(passes, pods, max_cards, self.stations_width);
        let range = node
            .pod_cidrs
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        let address = node.ip().map(|ip| ip.to_string()).unwrap_or_default();
        let title = title_width(&node.meta.name, &address).min(320) + title_width("cbr0", &range);
        let mut item = Item::new(
            Some(node.reference()),
            Look::OpenNode,
            snap(open.size.width.max(title)),
            open.size.height,
        );
        item.on_path = true;
        item.inside = Some(open.inside);
        for (pod, card) in open.cards {
            let mut child = Item::new(Some(pod.clone()), Look::Card, card.width, card.height);
            child.on_path = self.visited.contains(&pod);
            if child.on_path {
                child.look = Look::EndCard;
            }
            item.children.push((point(card.x, card.y), child));
        }
        item.dots = open.dots;
        item.dots_at = open.dots_at;
        item.dots_per_row = usize::try_from(inside::POD_WIDTH / inside::DOT_PITCH).unwrap_or(1);
        item
    }

    fn closed_node(&self, node: &Node, pods: Vec<Ref>) -> Item {
        let top = TITLE;
        let mut item = Item::new(Some(node.reference()), Look::Node, NODE, 0);
        if self.pods_as_cards {
            let gaps = Gaps {
                left: 12,
                top,
                column: 8,
                row: 8,
                right: 12,
                bottom: 12,
            };
            let cards = pods
                .into_iter()
                .map(|pod| Item::new(Some(pod), Look::Card, SMALL_CARD, 48));
            item.children = pack::grid(cards.collect(), 2, gaps);
            let bottom = item
                .children
                .iter()
                .map(|(at, child)| at.y + child.size.height)
                .max();
            item.size.height = snap(bottom.unwrap_or(top) + 8);
        } else {
            item.dots_per_row = usize::try_from((NODE - 24) / inside::DOT_PITCH).unwrap_or(1);
            let rows = to_i32(pods.len().div_ceil(item.dots_per_row));
            item.dots_at = point(12, top);
            item.size.height = snap(top + rows.max(1) * inside::DOT_PITCH + 4);
            item.dots = pods;
        }
        item
    }

    pub(super) fn node_passes(&self, node: &Ref) -> Vec<Pass> {
        let mut passes = Vec::new();
        if !self.visited.contains(node) {
            return passes;
        }
        let is_inside = |visit: &Visit| {
            (visit.object.kind == Kind::Pod)
                .then(|| self.network.pod(&visit.object.scope, &visit.object.name))
                .flatten()
                .is_some_and(|pod| pod.node_name.as_deref() == Some(&*node.name))
        };
        for (travel, visits) in self
            .journey
            .travels
            .iter()
            .map(|travel| &travel.visits)
            .enumerate()
        {
            for (index, visit) in visits
                .iter()
                .enumerate()
                .filter(|(_, visit)| visit.object == *node)
            {
                let before = index.checked_sub(1).and_then(|before| visits.get(before));
                let after = visits.get(index + 1);
                let port = |other: Option<&Visit>, else_nic: bool| match other {
                    Some(other) if is_inside(other) => Port::Pod(other.object.clone()),
                    Some(_) => Port::Nic,
                    None if else_nic => Port::Nic,
                    None => Port::Inside,
                };
                let marks_of = |other: Option<&Visit>| {
                    other
                        .filter(|other| is_inside(other))
                        .map_or_else(Vec::new, |other| other.inside.clone())
                };
                passes.push(Pass {
                    travel,
                    visit: index,
                    entry: port(before, false),
                    exit: port(after, !visit.after.is_empty()),
                    stations: visit
                        .inside
                        .iter()
                        .filter_map(|&mark| self.wanted(mark))
                        .collect(),
                    first: marks_of(before.filter(|_| index == 1)),
                    // Also those of a proxy, which lanes come to and leave again.
                    last: marks_of(after),
                });
            }
        }
        passes
    }

    fn wanted(&self, mark: usize) -> Option<Wanted> {
        let found = self.numbering.marks.get(mark)?;
        let (_, step) = step_at(self.branch?, found.step)?;
        let label = station::label(step);
        let notes = station::notes(step);
        let note = notes
            .iter()
            .map(|note| width(note, Face::MonoBold) + 4)
            .max()
            .unwrap_or(0);
        let face = if label.mono { Face::Mono } else { Face::Label };
        Some(Wanted {
            mark,
            width: snap(width(&label.text, face) + station::BESIDE),
            note,
        })
    }
}

/// How many columns a grid of nodes has: up to three below one another, else about as wide as high.
pub(super) fn columns(nodes: &[Item]) -> usize {
    if nodes.len() <= 3 {
        return 1;
    }
    let area: i64 = nodes
        .iter()
        .map(|node| i64::from(node.size.width) * i64::from(node.size.height))
        .sum();
    // Width 1.5 times the height.
    let width = (area * 3 / 2).isqrt();
    usize::try_from(width / i64::from(NODE))
        .unwrap_or(1)
        .clamp(2, nodes.len())
}
