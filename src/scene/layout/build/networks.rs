//! Virtual networks and their subnets.

use std::collections::BTreeSet;

use super::nodes::columns;
use super::{Builder, CARD, GUTTER, SMALL_CARD, STUB_GUTTER, title_width};
use crate::model::appgateway::AppGateway;
use crate::model::azure::{Subnet, SubnetId, Vnet};
use crate::model::firewall::Firewall;
use crate::model::kube::Node;
use crate::model::object::{Kind, Ref};
use crate::model::private_link::PrivateEndpoint;
use crate::scene::geometry::Point;
use crate::scene::layout::Look;
use crate::scene::layout::inside::snap;
use crate::scene::layout::pack::{self, Gaps, Item, PAD};
use crate::scene::measure::{Face, width};
use crate::scene::service_endpoints;

impl Builder<'_> {
    /// The virtual networks, the one with the nodes on top, relative to their column.
    pub(super) fn vnet_column(&self) -> Vec<(Point, Item)> {
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
            return self.compact(vnet.reference(), Look::CompactVnet, (&prefix, 0), &hosts);
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

    /// What of a subnet is no node: hosts, gateways, firewalls, private endpoints and Application Gateways.
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
        let firewalls = self.network.firewalls.iter();
        let firewalls = firewalls
            .filter(|firewall| firewall.subnet == *id)
            .map(Firewall::reference);
        let endpoints = self.network.private_endpoints.iter();
        let endpoints = endpoints
            .filter(|endpoint| endpoint.subnet == *id)
            .map(PrivateEndpoint::reference);
        let applications = self.network.app_gateways.iter();
        let applications = applications
            .filter(|gateway| gateway.subnet.as_ref() == Some(id))
            .map(AppGateway::reference);
        hosts
            .chain(gateways)
            .chain(firewalls)
            .chain(endpoints)
            .chain(applications)
            .collect()
    }

    pub(super) fn subnet(&self, subnet: &Subnet) -> Item {
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
            let line = (&*prefix, service_endpoints::room_compact(subnet));
            return self.compact(subnet.reference(), Look::CompactSubnet, line, &machines);
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
        let badges = 220 + service_endpoints::room(subnet);
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

    /// A container that no lane enters: two lines of title, machines beside it. The second line has the prefix, and
    /// room for what stands behind it.
    fn compact(
        &self,
        object: Ref,
        look: Look,
        (prefix, behind): (&str, i32),
        machines: &[Ref],
    ) -> Item {
        let name = width(&object.name, Face::Label).min(160) + 40;
        let text = snap(name.max(width(prefix, Face::Mono) + 24 + behind).max(104));
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
