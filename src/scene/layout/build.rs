//! From a network to boxes in their places.

mod cards;
mod networks;
mod nodes;
mod outer;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::super::geometry::{Point, Size, point};
use super::super::journey::Journey;
use super::super::measure::{Face, width};
use super::super::numbering::Numbering;
use super::inside::{self, snap};
use super::pack::{self, Item, PAD, TITLE};
use super::{Look, Placed, Placement};
use crate::engine::trace::Branch;
use crate::model::azure::SubnetId;
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};

/// Width of a card that stands on its own, and of one inside a compact container.
const CARD: i32 = 128;
const SMALL_CARD: i32 = 96;
/// Width of a node that no lane passes through.
const NODE: i32 = 224;
/// More pods than this on any node are dots.
const CARDS_PER_NODE: usize = 6;
/// More objects of a kind than this in the entry column are counted, not shown.
const CARDS_PER_KIND: usize = 6;
/// Free border of the canvas.
const MARGIN: i32 = 16;
/// Gutter in which two lanes run beside a gate.
const GUTTER: i32 = 72;
/// What a request needs of a column that it passes, above its own height and, with the reply, below it.
const LANES_ABOVE: i32 = 24;
const LANES_BELOW: i32 = 72;

/// Gutter in which a lane ends, with room for the route that ended it.
const STUB_GUTTER: i32 = 216;

/// Everything that is looked up more than once.
struct Builder<'a> {
    network: &'a Network,
    branch: Option<&'a Branch>,
    journey: &'a Journey,
    numbering: &'a Numbering,
    spread: i32,
    pods: BTreeMap<&'a str, Vec<&'a Pod>>,
    pods_as_cards: bool,
    nodes: BTreeMap<SubnetId, Vec<&'a Node>>,
    hosts: BTreeMap<SubnetId, Vec<&'a Host>>,
    visited: BTreeSet<Ref>,
    /// All open nodes have the same, so that their pods stand below one another.
    stations_width: i32,
}

/// Places the boxes of `network`, opened for `journey`, with gutters wider by `spread`.
pub fn build(
    network: &Network,
    branch: Option<&Branch>,
    journey: &Journey,
    numbering: &Numbering,
    spread: i32,
) -> Placement {
    let builder = Builder::new(network, branch, journey, numbering, spread);
    let mut boxes = Vec::new();
    let mut insides = BTreeMap::new();
    builder.place_all(&mut boxes, &mut insides);
    let right = boxes.iter().map(|placed| placed.rect.right()).max();
    let bottom = boxes.iter().map(|placed| placed.rect.bottom()).max();
    let mut index = BTreeMap::new();
    for (position, placed) in boxes.iter().enumerate() {
        if let Some(object) = &placed.object {
            index.entry(object.clone()).or_insert(position);
        }
    }
    Placement {
        size: Size {
            width: right.unwrap_or(0) + MARGIN,
            height: bottom.unwrap_or(0) + MARGIN,
        },
        boxes,
        insides,
        index,
        ..Placement::default()
    }
}

impl<'a> Builder<'a> {
    fn new(
        network: &'a Network,
        branch: Option<&'a Branch>,
        journey: &'a Journey,
        numbering: &'a Numbering,
        spread: i32,
    ) -> Self {
        let mut pods: BTreeMap<&str, Vec<&Pod>> = BTreeMap::new();
        for pod in &network.pods {
            let node = pod.node_name.as_deref().unwrap_or_default();
            pods.entry(node).or_default().push(pod);
        }
        let most = pods.values().map(Vec::len).max().unwrap_or(0);
        let mut nodes: BTreeMap<SubnetId, Vec<&Node>> = BTreeMap::new();
        for node in &network.nodes {
            if let Some(subnet) = node.subnet.as_ref().and_then(|id| network.subnet(id)) {
                nodes.entry(subnet.id()).or_default().push(node);
            }
        }
        let mut hosts: BTreeMap<SubnetId, Vec<&Host>> = BTreeMap::new();
        for host in &network.hosts {
            if let HostNetwork::Subnet(id) = &host.network
                && let Some(subnet) = network.subnet(id)
            {
                hosts.entry(subnet.id()).or_default().push(host);
            }
        }
        let visits = journey.travels.iter().flat_map(|travel| &travel.visits);
        let mut builder = Self {
            network,
            branch,
            journey,
            numbering,
            spread,
            pods,
            pods_as_cards: most <= CARDS_PER_NODE,
            nodes,
            hosts,
            visited: visits.map(|visit| visit.object.clone()).collect(),
            stations_width: 0,
        };
        let open = builder
            .visited
            .iter()
            .filter(|object| object.kind == Kind::Node);
        let widths = open.map(|node| inside::stations_width(&builder.node_passes(node)));
        builder.stations_width = widths.max().unwrap_or(0);
        builder
    }

    fn place_all(&self, boxes: &mut Vec<Placed>, insides: &mut BTreeMap<Ref, inside::Inside>) {
        let mut main = self.vnet_column();
        let path_gap = if self.journey.travels.is_empty() {
            0
        } else {
            16 + self.spread
        };
        let outside_width = CARD + 16;
        let azure_x = MARGIN + outside_width + PAD + path_gap + path_gap / 2;
        let networks_x = azure_x + PAD + CARD + PAD + path_gap;
        let top = MARGIN + TITLE;
        // What is inside the networks first: the other columns line up with it.
        let mut inner = Vec::new();
        for (at, item) in main.drain(..) {
            let at = point(networks_x + at.x, top + at.y);
            pack::flatten(item, at, None, &mut inner, insides);
        }
        let row = self.row_to_align(&inner, insides);
        let entry = self.entry_column();
        // A walk that enters the networks past these cards keeps its height.
        let passes = !entry.iter().any(|item| self.own_row(item).is_some());
        let free = row.filter(|_| passes);
        let entry = self.stack(entry, point(azure_x + PAD, top), row, free);
        let bottom = inner
            .iter()
            .map(|placed| placed.rect.bottom())
            .chain(entry.iter().map(|(at, item)| at.y + item.size.height))
            .max()
            .unwrap_or(top + TITLE);
        let right = inner
            .iter()
            .map(|placed| placed.rect.right())
            .chain(entry.iter().map(|(at, item)| at.x + item.size.width))
            .max()
            .unwrap_or(azure_x + 200);
        self.outside_column(row, &inner, boxes, insides);
        let azure = boxes.len();
        let mut region = Item::new(
            None,
            Look::Azure,
            snap(right + PAD + path_gap - azure_x),
            snap(bottom + PAD + path_gap - MARGIN),
        );
        region.on_path = true;
        pack::flatten(region, point(azure_x, MARGIN), None, boxes, insides);
        for (at, item) in entry {
            pack::flatten(item, at, Some(azure), boxes, insides);
        }
        let first = boxes.len();
        for mut placed in inner {
            placed.parent = Some(placed.parent.map_or(azure, |parent| parent + first));
            boxes.push(placed);
        }
    }

    /// Stacks cards below one another; the first one that a lane visits lines up with `row`, and none stands where
    /// lanes pass at the height `free`.
    fn stack(
        &self,
        items: Vec<Item>,
        at: Point,
        row: Option<i32>,
        free: Option<i32>,
    ) -> Vec<(Point, Item)> {
        let mut y = at.y;
        let mut wanted = row;
        let mut out = Vec::new();
        for item in items {
            y += item.caption;
            if let Some(row) = wanted
                && let Some(offset) = self.own_row(&item)
            {
                y = y.max(row - offset);
                wanted = None;
            }
            let height = item.size.height;
            if let Some(row) = free
                && y < row + LANES_BELOW
                && y + height > row - LANES_ABOVE
            {
                y = snap(row + LANES_BELOW);
            }
            let gap = if item.on_path { 40 + self.spread } else { PAD };
            out.push((point(at.x, y), item));
            y = snap(y + height + gap);
        }
        let room = if out.iter().any(|(_, item)| item.on_path) {
            40 + self.spread
        } else {
            PAD
        };
        pack::move_saved_in_column(&mut out, &self.network.layout.positions, at, room);
        out
    }

    /// Offset of the row of a card that should be level with the networks.
    fn own_row(&self, item: &Item) -> Option<i32> {
        let lanes = &item.inside.as_ref()?.lanes;
        let lane = lanes.iter().min_by_key(|lane| lane.travel)?;
        let end = if self.leads_inwards() {
            lane.path.last()
        } else {
            lane.path.first()
        };
        end.map(|vertex| vertex.at.y)
    }

    /// Whether the request begins outside the virtual networks.
    fn leads_inwards(&self) -> bool {
        self.journey
            .travels
            .first()
            .and_then(|travel| travel.visits.first())
            .is_none_or(|visit| !self.is_in_networks(&visit.object))
    }

    fn is_in_networks(&self, object: &Ref) -> bool {
        match object.kind {
            Kind::Node | Kind::Pod | Kind::Gateway => true,
            Kind::Firewall => self.network.firewall(&object.name).is_some(),
            Kind::PrivateEndpoint => self.network.private_endpoint(&object.name).is_some(),
            Kind::AppGateway => self.network.app_gateway(&object.name).is_some(),
            Kind::Host => self
                .network
                .host(&object.name)
                .is_some_and(|host| matches!(host.network, HostNetwork::Subnet(_))),
            _ => false,
        }
    }

    /// The height at which the request crosses between the networks and the other columns.
    fn row_to_align(
        &self,
        inner: &[Placed],
        insides: &BTreeMap<Ref, inside::Inside>,
    ) -> Option<i32> {
        let visits = &self.journey.travels.first()?.visits;
        let crossing = visits.windows(2).enumerate().find_map(|(index, pair)| {
            let [a, b] = pair else { return None };
            let (from, to) = (
                self.is_in_networks(&a.object),
                self.is_in_networks(&b.object),
            );
            (from != to).then_some(if to {
                (index + 1, true)
            } else {
                (index, false)
            })
        });
        let (visit, arrives) = crossing?;
        let object = &visits.get(visit)?.object;
        if !inner
            .iter()
            .any(|placed| placed.object.as_ref() == Some(object))
        {
            return None;
        }
        let lane = insides
            .get(object)?
            .lanes
            .iter()
            .find(|lane| lane.travel == 0 && lane.visit == visit)?;
        let end = if arrives {
            lane.path.first()
        } else {
            lane.path.last()
        };
        end.map(|vertex| vertex.at.y)
    }
}

/// Width of a title row: symbol, name, address.
fn title_width(name: &str, address: &str) -> i32 {
    snap(width(name, Face::Name).min(240) + width(address, Face::Mono).min(280) + 56)
}
