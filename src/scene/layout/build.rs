//! From a network to boxes in their places.

use std::collections::{BTreeMap, BTreeSet};

use super::super::geometry::{Point, Size, point};
use super::super::journey::{Journey, Visit, step_at};
use super::super::measure::{Face, width};
use super::super::numbering::Numbering;
use super::super::station;
use super::inside::{self, CardPass, Pass, Port, Side, Wanted, snap, to_i32};
use super::pack::{self, Gaps, Item, PAD, TITLE};
use super::{Look, Placed, Placement};
use crate::engine::trace::Branch;
use crate::model::azure::{Subnet, SubnetId, Vnet};
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
        let entry = self.stack(entry, point(azure_x + PAD, top), row);
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

    /// Stacks cards below one another; the first one that a lane visits lines up with `row`.
    fn stack(&self, items: Vec<Item>, at: Point, row: Option<i32>) -> Vec<(Point, Item)> {
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
            let gap = if item.on_path { 40 + self.spread } else { PAD };
            out.push((point(at.x, y), item));
            y = snap(y + height + gap);
        }
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

    // --- Outside -----------------------------------------------------------------------------

    fn outside_column(
        &self,
        row: Option<i32>,
        inner: &[Placed],
        boxes: &mut Vec<Placed>,
        insides: &mut BTreeMap<Ref, inside::Inside>,
    ) {
        let hosts = |network: &HostNetwork| -> Vec<Ref> {
            let there = self
                .network
                .hosts
                .iter()
                .filter(|host| host.network == *network);
            there.map(Host::reference).collect()
        };
        let mut internet = hosts(&HostNetwork::Internet);
        let anywhere = Ref::bare(Kind::Internet);
        if self.visited.contains(&anywhere) || internet.is_empty() {
            internet.push(anywhere.clone());
        }
        let mut y = MARGIN;
        y += self.region(Look::Internet, None, &internet, y, row, boxes, insides);
        for gateway in &self.network.local_gateways {
            let object = Ref::new(Kind::LocalGateway, gateway.meta.name.clone());
            let hosts = hosts(&HostNetwork::OnPremises(gateway.meta.name.clone()));
            y += PAD + self.spread.min(16);
            if let Some(level) = self.gateway_level(&gateway.meta.name, inner) {
                y = y.max(snap(level - 52));
            }
            y += self.region(
                Look::OnPremises,
                Some(object),
                &hosts,
                y,
                None,
                boxes,
                insides,
            );
        }
    }

    /// The height at which the gateway stands that connects to a network on premises.
    fn gateway_level(&self, local: &str, inner: &[Placed]) -> Option<i32> {
        let connection = self
            .network
            .connections
            .iter()
            .find(|connection| connection.local_gateway.as_deref() == Some(local))?;
        let gateway = Ref::new(Kind::Gateway, connection.gateway.clone());
        let placed = inner
            .iter()
            .find(|placed| placed.object.as_ref() == Some(&gateway))?;
        Some(placed.rect.centre().y)
    }

    /// Places a region of the outside column at `y`; returns its height.
    #[allow(
        clippy::too_many_arguments,
        reason = "a region is placed once, from one place"
    )]
    fn region(
        &self,
        look: Look,
        object: Option<Ref>,
        cards: &[Ref],
        y: i32,
        row: Option<i32>,
        boxes: &mut Vec<Placed>,
        insides: &mut BTreeMap<Ref, inside::Inside>,
    ) -> i32 {
        let own_visit = object
            .as_ref()
            .is_some_and(|object| self.visited.contains(object));
        let mut items = self.capped(cards, |object| self.card(object, CARD));
        if own_visit && let Some(object) = &object {
            items.insert(0, self.card(object, CARD));
        }
        let on_path = items.iter().any(|item| item.on_path);
        let text = if look == Look::OnPremises { 48 } else { TITLE };
        let cards = self.stack(items, point(MARGIN + 8, y + text), row);
        let bottom = cards.iter().map(|(at, item)| at.y + item.size.height).max();
        let height = snap(bottom.map_or(text, |bottom| bottom - y + 8) + 4);
        let mut region = Item::new(object.filter(|_| !own_visit), look, CARD + 16, height);
        region.on_path = on_path;
        let parent = boxes.len();
        pack::flatten(region, point(MARGIN, y), None, boxes, insides);
        if let Some(placed) = boxes.last_mut() {
            placed.title.height = text.min(placed.rect.height);
        }
        for (at, item) in cards {
            pack::flatten(item, at, Some(parent), boxes, insides);
        }
        height
    }

    // --- Entry -------------------------------------------------------------------------------

    fn entry_column(&self) -> Vec<Item> {
        let network = self.network;
        let card = |object: &Ref| self.card(object, CARD);
        let mut items = Vec::new();
        let balancers: Vec<Ref> = network
            .load_balancers
            .iter()
            .map(crate::model::azure::LoadBalancer::reference)
            .collect();
        items.extend(self.capped(&balancers, |object| {
            let mut item = card(object);
            item.caption = 24;
            item
        }));
        let nat: Vec<Ref> = network
            .nat_gateways
            .iter()
            .map(|gateway| Ref::new(Kind::NatGateway, gateway.meta.name.clone()))
            .collect();
        items.extend(self.capped(&nat, card));
        let services: Vec<Ref> = network
            .services
            .iter()
            .map(crate::model::kube::Service::reference)
            .collect();
        items.extend(self.capped(&services, card));
        let ingresses: Vec<Ref> = network
            .ingresses
            .iter()
            .map(crate::model::ingress::Ingress::reference)
            .collect();
        items.extend(self.capped(&ingresses, card));
        items.extend(self.capped(&network.unmodelled, card));
        let resolver = Ref::bare(Kind::AzureDns);
        if network.cluster.is_some() || self.visited.contains(&resolver) {
            items.push(card(&resolver));
        }
        // A place that has no box of its own yet still gets one, or the walk could not be drawn.
        let strangers = self
            .visited
            .iter()
            .filter(|object| self.is_stranger(object));
        items.extend(strangers.map(card));
        items
    }

    /// Whether a visited place has no box anywhere.
    fn is_stranger(&self, object: &Ref) -> bool {
        let network = self.network;
        match object.kind {
            Kind::Node => network.node(&object.name).is_none(),
            Kind::Pod => network.pod(&object.scope, &object.name).is_none(),
            Kind::Service => network.service(&object.scope, &object.name).is_none(),
            Kind::Host => network
                .host(&object.name)
                .is_none_or(|host| !self.has_home(host)),
            Kind::LoadBalancer => !network
                .load_balancers
                .iter()
                .any(|lb| lb.reference() == *object),
            Kind::NatGateway => !network
                .nat_gateways
                .iter()
                .any(|gateway| gateway.meta.name == object.name),
            Kind::Gateway => !network.gateways.iter().any(|gateway| {
                gateway.meta.name == object.name
                    && gateway
                        .subnet
                        .as_ref()
                        .is_some_and(|id| network.subnet(id).is_some())
            }),
            Kind::LocalGateway => !network
                .local_gateways
                .iter()
                .any(|gateway| gateway.meta.name == object.name),
            Kind::Internet | Kind::AzureDns => false,
            Kind::Ingress => network.meta(object).is_none(),
            _ => !network.unmodelled.contains(object),
        }
    }

    fn has_home(&self, host: &Host) -> bool {
        match &host.network {
            HostNetwork::Internet => true,
            HostNetwork::Subnet(id) => self.network.subnet(id).is_some(),
            HostNetwork::OnPremises(name) => self
                .network
                .local_gateways
                .iter()
                .any(|gateway| gateway.meta.name == *name),
        }
    }

    /// The first few of `objects` and all that are visited, and a card that counts the others.
    fn capped(&self, objects: &[Ref], card: impl Fn(&Ref) -> Item) -> Vec<Item> {
        let mut items = Vec::new();
        let mut hidden = 0;
        for object in objects {
            if items.len() < CARDS_PER_KIND || self.visited.contains(object) {
                items.push(card(object));
            } else {
                hidden += 1;
            }
        }
        if hidden > 0 {
            let kind = objects.first().map_or(Kind::Unknown, |object| object.kind);
            items.push(Item::new(None, Look::More(kind, hidden), CARD, 32));
        }
        items
    }

    // --- Cards -------------------------------------------------------------------------------

    fn card(&self, object: &Ref, width: i32) -> Item {
        let passes = self.card_passes(object);
        if passes.is_empty() {
            let height = if object.kind == Kind::Service { 72 } else { 48 };
            return Item::new(Some(object.clone()), Look::Card, width, height);
        }
        let through = passes
            .iter()
            .any(|pass| pass.entry.is_some() && pass.exit.is_some());
        let (size, inside) = inside::open_card(&passes, CARD);
        let look = if through {
            Look::ThroughCard
        } else {
            Look::EndCard
        };
        let mut item = Item::new(Some(object.clone()), look, size.width, size.height);
        item.on_path = true;
        item.inside = Some(inside);
        item
    }

    fn card_passes(&self, object: &Ref) -> Vec<CardPass> {
        let mut passes = Vec::new();
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
                .filter(|(_, visit)| visit.object == *object)
            {
                let before = index.checked_sub(1).and_then(|before| visits.get(before));
                let after = visits.get(index + 1);
                let leaves = after.is_some() || (!visit.after.is_empty());
                passes.push(CardPass {
                    travel,
                    visit: index,
                    entry: before.map(|before| self.side(object, Some(before))),
                    exit: leaves.then(|| self.side(object, after)),
                    marks: visit.inside.clone(),
                });
            }
        }
        passes
    }

    /// On which side of `object` a lane to or from another box is.
    fn side(&self, object: &Ref, other: Option<&Visit>) -> Side {
        let column = |object: &Ref| match object.kind {
            Kind::Internet | Kind::LocalGateway => 0,
            Kind::Host => match self.network.host(&object.name).map(|host| &host.network) {
                Some(HostNetwork::Subnet(_)) => 2,
                Some(HostNetwork::OnPremises(_) | HostNetwork::Internet) => 0,
                None => 1,
            },
            Kind::Node | Kind::Pod | Kind::Gateway => 2,
            _ => 1,
        };
        let here = column(object);
        let there = other.map(|visit| column(&visit.object));
        match (here, there) {
            (1, Some(0)) | (2, _) => Side::Left,
            _ => Side::Right,
        }
    }

    // --- Virtual networks --------------------------------------------------------------------

    /// The virtual networks, the one with the nodes on top, relative to their column.
    fn vnet_column(&self) -> Vec<(Point, Item)> {
        let node_count = |vnet: &Vnet| {
            let subnets = vnet.subnets.iter().map(Subnet::id);
            subnets
                .filter_map(|id| self.nodes.get(&id))
                .map(Vec::len)
                .sum::<usize>()
        };
        let mut vnets: Vec<&Vnet> = self.network.vnets.iter().collect();
        vnets.sort_by_key(|vnet| std::cmp::Reverse(node_count(vnet)));
        let mut items: Vec<Item> = vnets.iter().map(|vnet| self.vnet(vnet)).collect();
        items.extend(self.unplaced());
        let main_width = items.first().map_or(0, |item| item.size.width).max(560);
        let on_path = items.iter().filter(|item| item.on_path).count() > 1;
        let gaps = Gaps {
            left: 0,
            top: 0,
            ..if on_path {
                Gaps::open(48, self.spread)
            } else {
                Gaps {
                    row: 24,
                    column: 24,
                    ..Gaps::CLOSED
                }
            }
        };
        let mut children = pack::rows(wrapped(items, main_width, gaps.column), gaps);
        pack::move_saved(&mut children, &self.network.layout.positions, gaps);
        children
    }

    /// Nodes in no known subnet, and pods on no node.
    fn unplaced(&self) -> Option<Item> {
        let homeless = self.network.nodes.iter().filter(|node| {
            let id = node.subnet.as_ref();
            id.is_none_or(|id| self.network.subnet(id).is_none())
        });
        let nodes: Vec<Item> = homeless.map(|node| self.node(node)).collect();
        let known: BTreeSet<&str> = self
            .network
            .nodes
            .iter()
            .map(|node| &*node.meta.name)
            .collect();
        let lost: Vec<Ref> = self
            .pods
            .iter()
            .filter(|(node, _)| !known.contains(**node))
            .flat_map(|(_, pods)| pods.iter().map(|pod| pod.reference()))
            .collect();
        let mut rows: Vec<Vec<Item>> = nodes.into_iter().map(|node| vec![node]).collect();
        let cards = self.capped(&lost, |object| self.card(object, CARD));
        rows.extend(wrapped(cards, 560, PAD));
        if rows.is_empty() {
            return None;
        }
        let gaps = self.gaps(rows.iter().flatten().any(|item| item.on_path), GUTTER);
        let children = pack::rows(rows, gaps);
        Some(pack::container(None, Look::Unplaced, children, gaps, 0))
    }

    fn gaps(&self, open: bool, gutter: i32) -> Gaps {
        if open {
            Gaps::open(gutter, self.spread)
        } else {
            Gaps::CLOSED
        }
    }

    fn vnet(&self, vnet: &Vnet) -> Item {
        let mut subnets: Vec<&Subnet> = vnet.subnets.iter().collect();
        // The one with the nodes on top, gateways on the left: that is where their connections come from.
        subnets.sort_by_key(|subnet| {
            let id = subnet.id();
            let gateway = self
                .machines(&id)
                .iter()
                .any(|machine| machine.kind == Kind::Gateway);
            (!self.nodes.contains_key(&id), !gateway)
        });
        let hosts: Vec<Ref> = subnets
            .iter()
            .flat_map(|subnet| self.machines(&subnet.id()))
            .collect();
        let closed = !hosts.iter().any(|host| self.visited.contains(host));
        let small = subnets.len() <= 1
            && !subnets
                .iter()
                .any(|subnet| self.nodes.contains_key(&subnet.id()));
        let prefix = vnet
            .address_space
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        if small && closed {
            return self.compact(vnet.reference(), Look::CompactVnet, &prefix, &hosts);
        }
        let mut items: Vec<Item> = subnets.iter().map(|subnet| self.subnet(subnet)).collect();
        let gaps = match items.iter().filter(|item| item.on_path).count() {
            0 => Gaps::CLOSED,
            1 => Gaps {
                left: 24 + self.spread,
                row: PAD + self.spread,
                ..Gaps::CLOSED
            },
            _ => Gaps::open(48, self.spread),
        };
        let first = if items.is_empty() {
            None
        } else {
            Some(items.remove(0))
        };
        let width = first.as_ref().map_or(480, |item| item.size.width.max(480));
        let mut rows: Vec<Vec<Item>> = Vec::new();
        let has_nodes = subnets
            .first()
            .is_some_and(|subnet| self.nodes.contains_key(&subnet.id()));
        match first {
            Some(first) if has_nodes => rows.push(vec![first]),
            Some(first) => items.insert(0, first),
            None => {}
        }
        rows.extend(wrapped(items, width, gaps.column));
        let mut children = pack::rows(rows, gaps);
        pack::move_saved(&mut children, &self.network.layout.positions, gaps);
        pack::container(
            Some(vnet.reference()),
            Look::Vnet,
            children,
            gaps,
            title_width(&vnet.meta.name, &prefix),
        )
    }

    /// The machines of a subnet that are no nodes: hosts and gateways.
    fn machines(&self, id: &SubnetId) -> Vec<Ref> {
        let hosts = self
            .hosts
            .get(id)
            .into_iter()
            .flatten()
            .map(|host| host.reference());
        let gateways = self.network.gateways.iter().filter(|gateway| {
            let subnet = gateway
                .subnet
                .as_ref()
                .and_then(|id| self.network.subnet(id));
            subnet.is_some_and(|subnet| subnet.id() == *id)
        });
        let gateways = gateways.map(|gateway| Ref::new(Kind::Gateway, gateway.meta.name.clone()));
        hosts.chain(gateways).collect()
    }

    fn subnet(&self, subnet: &Subnet) -> Item {
        let id = subnet.id();
        let machines = self.machines(&id);
        let nodes: &[&Node] = self.nodes.get(&id).map_or(&[], Vec::as_slice);
        let visited = machines
            .iter()
            .any(|machine| self.visited.contains(machine));
        let prefix = subnet
            .prefixes
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        if nodes.is_empty() && !visited {
            return self.compact(subnet.reference(), Look::CompactSubnet, &prefix, &machines);
        }
        let nodes: Vec<Item> = nodes.iter().map(|node| self.node(node)).collect();
        let on_path = visited || nodes.iter().any(|item| item.on_path);
        let stub = nodes.iter().filter_map(|node| node.object.as_ref());
        let stub = stub.chain(&machines).any(|object| self.ends_after(object));
        let gaps = self.gaps(on_path, if stub { STUB_GUTTER } else { GUTTER });
        let columns = columns(&nodes);
        let mut children = pack::grid(nodes, columns, gaps);
        let below = children
            .iter()
            .map(|(at, item)| at.y + item.size.height + gaps.row)
            .max();
        let cards: Vec<Item> = machines
            .iter()
            .map(|machine| self.card(machine, CARD))
            .collect();
        let gaps_below = Gaps {
            top: snap(below.unwrap_or(gaps.top)),
            ..gaps
        };
        children.extend(pack::rows(wrapped(cards, 560, gaps.column), gaps_below));
        pack::move_saved(&mut children, &self.network.layout.positions, gaps);
        let badges = 220;
        let width = title_width(&subnet.meta.name, &prefix) + badges;
        pack::container(
            Some(subnet.reference()),
            Look::Subnet,
            children,
            gaps,
            width,
        )
    }

    /// Whether a walk ends after this box, on no other.
    fn ends_after(&self, object: &Ref) -> bool {
        let last = self
            .journey
            .travels
            .iter()
            .filter_map(|travel| travel.visits.last());
        last.filter(|visit| !visit.after.is_empty())
            .any(|visit| visit.object == *object)
    }

    /// A container that no lane enters: two lines of title, machines beside it.
    fn compact(&self, object: Ref, look: Look, prefix: &str, machines: &[Ref]) -> Item {
        let name = width(&object.name, Face::Label).min(160) + 40;
        let text = snap(name.max(width(prefix, Face::Mono) + 24).max(104));
        let cards = self.capped(machines, |machine| {
            Item::new(Some(machine.clone()), Look::Card, SMALL_CARD, 40)
        });
        let per_row = if cards.len() > 3 {
            3
        } else {
            cards.len().max(1)
        };
        let gaps = Gaps {
            left: text,
            top: 8,
            column: 8,
            row: 8,
            right: 8,
            bottom: 8,
        };
        let children = pack::grid(cards, per_row, gaps);
        let mut item = pack::container(Some(object), look, children, gaps, text);
        item.size.height = item.size.height.max(56);
        item.title_width = Some(text);
        item
    }

    // --- Nodes -------------------------------------------------------------------------------

    fn node(&self, node: &Node) -> Item {
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

    fn node_passes(&self, node: &Ref) -> Vec<Pass> {
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
                    last: marks_of(after.filter(|_| index + 2 == visits.len())),
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
            width: snap(width(&label.text, face) + 32),
            note,
        })
    }
}

/// Width of a title row: symbol, name, address.
fn title_width(name: &str, address: &str) -> i32 {
    snap(width(name, Face::Name).min(240) + width(address, Face::Mono).min(280) + 56)
}

/// How many columns a grid of nodes has: up to three below one another, else about as wide as high.
fn columns(nodes: &[Item]) -> usize {
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

/// Breaks items into rows that are at most `width` wide.
fn wrapped(items: Vec<Item>, width: i32, gap: i32) -> Vec<Vec<Item>> {
    let mut rows: Vec<Vec<Item>> = Vec::new();
    let mut used = 0;
    for item in items {
        let needed = item.size.width + gap;
        match rows.last_mut() {
            Some(row) if used + needed <= width => {
                used += needed;
                row.push(item);
            }
            _ => {
                used = needed;
                rows.push(vec![item]);
            }
        }
    }
    rows
}
