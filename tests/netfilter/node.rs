//! Node `n0` of a test cluster: its rules, its interfaces, and the way of a packet through it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use kubehop::engine::choice::Choice;
use kubehop::engine::control;
use kubehop::engine::netfilter::conntrack::{Conntrack, Tuple};
use kubehop::engine::netfilter::eval::{ConnectionState, HookContext, HookOutcome, Nat, Recent};
use kubehop::engine::netfilter::interfaces::{Interface, NodeInterfaces};
use kubehop::engine::netfilter::node_rules::NodeRules;
use kubehop::engine::netfilter::rule::Hook;
use kubehop::engine::netfilter::ruleset::Ruleset;
use kubehop::engine::trace::FilterVerdict;
use kubehop::model::document::Document;
use kubehop::model::network::Network;
use kubehop::model::packet::Packet;
use kubehop::model::read;

pub const SERVICES: &str = include_str!("services.yaml");
pub const KUBENET: &str = include_str!("kubenet.yaml");
pub const AZURE_CNI: &str = include_str!("azure-cni.yaml");

/// The complete network of a cluster and further documents.
pub fn network(texts: &[&str]) -> Network {
    let files = texts.iter().enumerate();
    let files = files.map(|(index, text)| (format!("{index}.yaml"), (*text).to_owned()));
    let (document, _) = Document::from_texts(files.collect());
    let (network, problems) = read::read(&document);
    let errors: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(
        errors.iter().all(|text| !text.contains("error:")),
        "{errors:#?}"
    );
    control::reconcile(network).0
}

pub struct Node {
    pub rules: Ruleset,
    pub interfaces: NodeInterfaces,
    pub recent: Recent,
    pub conntrack: Conntrack,
    pods: Vec<(IpAddr, String)>,
}

/// What became of a packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// It left through the interface, or reached a process of the node (`lo`).
    Out(String, String),
    Rejected,
    Dropped,
}

impl Node {
    pub fn n0(network: &Network) -> Self {
        Self::named(network, "n0")
    }

    pub fn named(network: &Network, name: &str) -> Self {
        let node = network.node(name).expect("the node exists");
        let cluster = network.cluster.as_ref().expect("there is a cluster");
        let own = network
            .pods
            .iter()
            .filter(|pod| pod.node_name.as_deref() == Some(name));
        let bridge = cluster.pod_cidr.is_some();
        let mut interfaces = vec![Interface::new("eth0", node.internal_ips.clone())];
        let mut pods = Vec::new();
        if bridge {
            let first = node.pod_cidrs[0].hosts().next().unwrap();
            interfaces.push(Interface::new("cbr0", vec![first]));
        }
        for (index, pod) in own.filter(|pod| !pod.host_network).enumerate() {
            let name = if bridge {
                "cbr0".to_owned()
            } else {
                format!("azv{index:011}")
            };
            if !bridge {
                interfaces.push(Interface::new(name.as_str(), Vec::new()));
            }
            pods.extend(pod.ip().map(|ip| (ip, name)));
        }
        let interfaces = NodeInterfaces::new(interfaces);
        let rules = NodeRules::build(network, node, &interfaces);
        assert_eq!(rules.problems(), Vec::<String>::new());
        Self {
            rules,
            interfaces,
            recent: Recent::default(),
            conntrack: Conntrack::default(),
            pods,
        }
    }

    /// All ends of a connection's first packet, one for each combination of picks.
    pub fn ends(&self, packet: &Packet) -> BTreeSet<End> {
        let mut ends = BTreeSet::new();
        let mut choice = Some(Choice::first());
        while let Some(mut this) = choice {
            ends.insert(self.walk(packet, &mut this).0);
            choice = this.next();
        }
        ends
    }

    /// The way of a connection's first packet, with the outcome of every hook.
    pub fn walk(&self, packet: &Packet, choice: &mut Choice) -> (End, Vec<(Hook, HookOutcome)>) {
        let mut way = Way {
            node: self,
            outcomes: Vec::new(),
        };
        let end = way.go(packet, choice);
        (end.unwrap_or_else(|end| end), way.outcomes)
    }

    /// Takes a connection's first packet along its first picks and remembers its sender.
    pub fn remember_first(&mut self, packet: &Packet) {
        let (_, outcomes) = self.walk(packet, &mut Choice::first());
        for (_, outcome) in outcomes {
            self.recent.remember(&outcome.noted);
        }
    }

    /// A very small routing table: own addresses, pods, else the network.
    fn route(&self, to: IpAddr) -> &str {
        if self.interfaces.is_local(to) {
            return "lo";
        }
        let pod = self.pods.iter().find(|(ip, _)| *ip == to);
        pod.map_or("eth0", |(_, name)| name)
    }
}

struct Way<'a> {
    node: &'a Node,
    outcomes: Vec<(Hook, HookOutcome)>,
}

impl Way<'_> {
    fn go(&mut self, packet: &Packet, choice: &mut Choice) -> Result<End, End> {
        let from = self.node.route(packet.source).to_owned();
        let own = from == "lo";
        let mut now = packet.clone();
        if own {
            let to = self.node.route(now.destination).to_owned();
            now = self.hook(Hook::Output, &now, None, Some(&to), choice)?;
        } else {
            now = self.hook(Hook::Prerouting, &now, Some(&from), None, choice)?;
        }
        let to = self.node.route(now.destination).to_owned();
        if own || to != "lo" {
            if !own {
                now = self.hook(Hook::Forward, &now, Some(&from), Some(&to), choice)?;
            }
            now = self.hook(Hook::Postrouting, &now, None, Some(&to), choice)?;
        }
        if to == "lo" {
            now = self.hook(Hook::Input, &now, Some(&from), None, choice)?;
        }
        let mut conntrack = self.node.conntrack.clone();
        let (_, now) = conntrack
            .confirm(Tuple::of(packet), &now)
            .map_err(|_| End::Dropped)?;
        Ok(End::Out(to, now.to_string()))
    }

    fn hook(
        &mut self,
        hook: Hook,
        packet: &Packet,
        input: Option<&str>,
        output: Option<&str>,
        choice: &mut Choice,
    ) -> Result<Packet, End> {
        let before = self.outcomes.last().map(|(_, outcome)| outcome);
        let translated = |wanted: fn(&Nat) -> bool| {
            self.outcomes
                .iter()
                .any(|(_, outcome)| wanted(&outcome.nat))
        };
        let context = HookContext {
            interfaces: &self.node.interfaces,
            input,
            output,
            state: ConnectionState::New,
            dnat: translated(|nat| matches!(nat, Nat::Destination(_))),
            snat: translated(|nat| matches!(nat, Nat::Source(_))),
            marked_by: before.and_then(|outcome| outcome.marked_by.clone()),
            recent: &self.node.recent,
        };
        let outcome = self.node.rules.run(hook, packet, &context, choice);
        let verdict = outcome.verdict;
        let packet = outcome.packet.clone();
        self.outcomes.push((hook, outcome));
        match verdict {
            FilterVerdict::Accept => Ok(packet),
            FilterVerdict::Drop => Err(End::Dropped),
            FilterVerdict::Reject => Err(End::Rejected),
        }
    }
}

/// A UDP packet from `source` to `destination` (`address:port`).
pub fn udp(source: &str, destination: &str) -> Packet {
    let to: std::net::SocketAddr = destination.parse().unwrap();
    Packet {
        protocol: kubehop::model::packet::Protocol::Udp,
        source: source.parse().unwrap(),
        destination: to.ip(),
        destination_port: to.port(),
        ..Packet::default()
    }
}
