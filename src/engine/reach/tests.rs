//! The answer for all pairs at once is the answer for each packet.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use proptest::prelude::*;

use super::grid::{Change, Grid, Line};
use super::*;
use crate::engine::control::assume;
use crate::engine::policy::End;
use crate::model::kube::{ContainerPort, Expression, Labels, Meta, Namespace, Operator, Selector};
use crate::model::packet::Protocol;
use crate::model::policy::{NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, PortMatch};

/// Ports on both sides of every boundary that generated policies have.
const PORTS: [u16; 10] = [1, 79, 80, 81, 99, 100, 101, 8080, 8081, 65535];

/// Numbers of a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % (sides as u64)).unwrap()
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.roll(most + 1)).map(|_| make(self)).collect()
    }

    fn labels(&mut self) -> Labels {
        let pairs = self.some(2, |dice| (dice.key(), dice.value()));
        pairs.into_iter().collect()
    }

    fn key(&mut self) -> Arc<str> {
        Arc::from(self.pick(&["a", "b", "c"]))
    }

    fn value(&mut self) -> Arc<str> {
        Arc::from(self.pick(&["", "x", "y"]))
    }

    fn selector(&mut self) -> Selector {
        let operators = [
            Operator::In,
            Operator::NotIn,
            Operator::Exists,
            Operator::DoesNotExist,
        ];
        let one_in_two = self.one_in(2);
        Selector {
            match_labels: if one_in_two {
                self.labels()
            } else {
                Labels::new()
            },
            match_expressions: self.some(1, |dice| {
                let operator = dice.pick(&operators);
                let listed = matches!(operator, Operator::In | Operator::NotIn);
                let values = if listed { 1 + dice.roll(2) } else { 0 };
                Expression {
                    key: dice.key(),
                    operator,
                    values: (0..values).map(|_| dice.value()).collect(),
                }
            }),
        }
    }

    fn pod(&mut self, index: usize) -> Pod {
        let host_network = self.one_in(6);
        let node = self.roll(2);
        let last = 1 + u8::try_from(index).unwrap();
        let third = u8::try_from(self.roll(3)).unwrap();
        let own = Ipv4Addr::new(10, 0, third, last);
        let nodes = Ipv4Addr::new(10, 0, 9, u8::try_from(node).unwrap());
        Pod {
            meta: Meta {
                name: format!("p{index}").into(),
                namespace: self.namespace(),
                labels: self.labels(),
                ..Meta::default()
            },
            host_network,
            node_name: Some(format!("n{node}").into()),
            ips: vec![IpAddr::V4(if host_network { nodes } else { own })],
            ports: self.some(2, |dice| ContainerPort {
                name: Some(dice.name()),
                port: dice.pick(&[80, 100, 8080]),
                protocol: dice.protocol(),
                host_port: None,
            }),
            ..Pod::default()
        }
    }

    fn namespace(&mut self) -> Arc<str> {
        Arc::from(self.pick(&["default", "one", "two"]))
    }

    fn name(&mut self) -> Arc<str> {
        Arc::from(self.pick(&["web", "sql"]))
    }

    fn protocol(&mut self) -> Protocol {
        self.pick(&[Protocol::Tcp, Protocol::Tcp, Protocol::Udp, Protocol::Sctp])
    }

    fn peer(&mut self) -> PolicyPeer {
        if self.one_in(3) {
            let cidr = self.pick(&["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "203.0.113.0/24"]);
            let cidr: ipnet::IpNet = cidr.parse().unwrap();
            let except = ["10.0.0.0/23", "10.0.9.0/24", "10.0.1.128/25", "10.0.0.2/32"];
            let except = self.some(2, |dice| dice.pick(&except).parse().unwrap());
            let within = |net: &ipnet::IpNet| cidr.contains(net);
            return PolicyPeer::Block {
                cidr,
                except: except.into_iter().filter(within).collect(),
            };
        }
        let either = self.roll(3);
        PolicyPeer::Pods {
            namespaces: (either != 0).then(|| self.selector()),
            pods: (either != 1).then(|| self.selector()),
        }
    }

    fn port(&mut self) -> PolicyPort {
        let ports = match self.roll(4) {
            0 => PortMatch::Name(self.name()),
            1 => PortMatch::Range(1, u16::MAX),
            2 => PortMatch::Range(80, self.pick(&[80, 100, 8080])),
            _ => PortMatch::Range(100, 100),
        };
        PolicyPort {
            protocol: self.protocol(),
            ports,
        }
    }

    fn policy(&mut self, index: usize) -> NetworkPolicy {
        let rule = |dice: &mut Self| PolicyRule {
            peers: dice.some(2, Self::peer),
            ports: dice.some(2, Self::port),
        };
        let types = self.roll(3);
        NetworkPolicy {
            meta: Meta {
                name: format!("np{index}").into(),
                namespace: self.namespace(),
                ..Meta::default()
            },
            pod_selector: self.selector(),
            ingress: (types != 0).then(|| self.some(2, rule)),
            egress: (types != 1).then(|| self.some(2, rule)),
        }
    }

    fn network(&mut self) -> Network {
        let mut network = Network::default();
        let pods = 1 + self.roll(6);
        network.pods = (0..pods).map(|index| self.pod(index)).collect();
        let policies = self.roll(5);
        network.policies = (0..policies).map(|index| self.policy(index)).collect();
        for name in ["default", "one", "two"] {
            let mut labels = self.labels();
            labels.insert("kubernetes.io/metadata.name".into(), name.into());
            let meta = Meta {
                name: name.into(),
                labels,
                ..Meta::default()
            };
            network.namespaces.push(Namespace { meta });
        }
        assume::cluster(&mut network, &mut Vec::new());
        let engine = self.pick(&["none", "azure", "calico", "cilium"]);
        if let Some(cluster) = &mut network.cluster {
            cluster.network_policy = (engine != "none").then(|| engine.into());
        }
        network
    }
}

/// Addresses that stand for a peer: the pod's own, or both ends of a range.
fn ends<'a>(network: &'a Network, peer: &Peer) -> Vec<End<'a>> {
    match peer.range {
        Some((first, last)) => [first, last]
            .map(|address| End {
                address: IpAddr::V4(Ipv4Addr::from_bits(address)),
                pod: None,
            })
            .to_vec(),
        None => network
            .pods
            .iter()
            .filter(|pod| *pod.reference().to_string() == *peer.id)
            .map(|pod| End {
                address: pod.ip().unwrap(),
                pod: Some(pod),
            })
            .collect(),
    }
}

fn compare(seed: u64) -> Result<(), TestCaseError> {
    let network = Dice(seed).network();
    let policies = Policies::of(&network);
    let mut reach = Reach::of(&network);
    let mut listed = BTreeMap::new();
    reach.each(|from, to, set| {
        listed.insert((from, to), set);
    });
    for from in 0..reach.peers.len() {
        for to in 0..reach.peers.len() {
            let Some(set) = reach.ports(from, to) else {
                continue;
            };
            let known = listed.get(&(from, to)).copied().unwrap_or(SetId::NONE);
            prop_assert_eq!(known, set);
            let set = reach.set(set).clone();
            let (sender, receiver) = (reach.peers[from].clone(), reach.peers[to].clone());
            for sent in ends(&network, &sender) {
                for received in ends(&network, &receiver) {
                    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
                        for port in PORTS {
                            let asked = (protocol, port);
                            let (out, into) = policies.pass(&network, (sent, received), asked);
                            prop_assert_eq!(
                                set.contains(protocol, port),
                                out && into,
                                "{} -> {} {} {}: {:?}\n{:#?}",
                                &sender.id,
                                &receiver.id,
                                protocol,
                                port,
                                (out, into),
                                &network.policies
                            );
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// The peers of a line: pods by workload, addresses by range.
fn members(reach: &Reach, line: &Line) -> Vec<usize> {
    let belongs = |peer: &Peer| match peer.range {
        Some(range) => line
            .ranges
            .iter()
            .any(|it| it.0 <= range.0 && range.1 <= it.1),
        None => {
            peer.workload
                .as_ref()
                .map_or_else(|| peer.id.to_string(), ToString::to_string)
                == *line.id
        }
    };
    let peers = reach.peers.iter().enumerate();
    peers
        .filter(|(_, peer)| belongs(peer))
        .map(|(index, _)| index)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_pair_has_the_ports_that_the_policies_let_pass(seed in any::<u64>()) {
        compare(seed)?;
    }

    #[test]
    fn a_grid_has_the_cells_of_its_members(seed in any::<u64>()) {
        let network = Dice(seed).network();
        let mut reach = Reach::of(&network);
        let mut grid = Grid::of(&network);
        for from in 0..grid.lines.len() {
            for to in 0..grid.lines.len() {
                let [senders, receivers] = [from, to].map(|line| members(&reach, &grid.lines[line]));
                let mut all = SetId::NONE;
                for pair in senders.iter().flat_map(|from| receivers.iter().map(move |to| (*from, *to))) {
                    let set = reach.ports(pair.0, pair.1).unwrap_or(SetId::NONE);
                    all = reach.sets.union(all, set);
                }
                if from != to {
                    prop_assert_eq!(&grid.set(0, from, to), reach.set(all), "{:?} {:?}", &grid.lines[from], &grid.lines[to]);
                }
            }
        }
    }

    #[test]
    fn two_networks_differ_in_the_cells_that_a_grid_says(first in any::<u64>(), second in any::<u64>()) {
        let before = Dice(first).network();
        let after = crate::model::network::Network { policies: Dice(second).network().policies, ..before.clone() };
        let mut grid = Grid::of_both(&before, &after);
        let mut changes = grid.changes().into_iter();
        for from in 0..grid.lines.len() {
            for to in 0..grid.lines.len() {
                let [before, after] = [0, 1].map(|side| grid.set(side, from, to));
                let Some(change) = Change::of(&before, &after) else { continue };
                let said = changes.next();
                let witness = said.as_ref().map(|it| it.witness);
                prop_assert_eq!(said.map(|it| (it.from, it.to, it.change)), Some((from, to, change)));
                let passes = witness.map(|(protocol, port)| [&before, &after].map(|set| set.contains(protocol, port)));
                prop_assert!(passes == Some([true, false]) || passes == Some([false, true]));
            }
        }
        prop_assert_eq!(changes.next(), None);
    }

    #[test]
    fn sets_of_ports_are_what_they_are_for_each_port(
        left in prop::collection::vec((0usize..3, 1u16..40, 0u16..9), 0..5),
        right in prop::collection::vec((0usize..3, 1u16..40, 0u16..9), 0..5),
    ) {
        let set = |ranges: &[(usize, u16, u16)]| {
            let ranges = ranges.iter();
            PortSet::of(ranges.map(|(protocol, first, more)| (ports::PROTOCOLS[*protocol], *first, first + more)))
        };
        let (left, right) = (set(&left), set(&right));
        let mut sets = Sets::default();
        let (a, b) = (sets.intern(left.clone()), sets.intern(right.clone()));
        let (union, both) = (sets.union(a, b), sets.intersection(a, b));
        for protocol in ports::PROTOCOLS {
            for port in 1..60 {
                let (a, b) = (left.contains(protocol, port), right.contains(protocol, port));
                prop_assert_eq!(sets.get(union).contains(protocol, port), a || b);
                prop_assert_eq!(sets.get(both).contains(protocol, port), a && b);
            }
        }
        let difference = left.first_difference(&right);
        prop_assert_eq!(difference.is_none(), left == right);
        if let Some((protocol, port)) = difference {
            prop_assert_ne!(left.contains(protocol, port), right.contains(protocol, port));
        }
    }
}

#[test]
fn sets_of_ports_print_as_ranges_and_all_of_them_as_one_word() {
    let some = [
        (Protocol::Udp, 53, 53),
        (Protocol::Tcp, 80, 81),
        (Protocol::Tcp, 82, 90),
    ];
    assert_eq!(
        PortSet::of(some.into_iter()).texts(),
        ["TCP 80-90", "UDP 53"]
    );
    assert_eq!(PortSet::all().texts(), ["all"]);
    let tcp = [(Protocol::Tcp, 1, 65535)];
    assert_eq!(PortSet::of(tcp.into_iter()).texts(), ["TCP 1-65535"]);
}
