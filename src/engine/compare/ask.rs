//! What each of two scenarios is asked, so that both are asked the same.
//!
//! 1. A flow that both have under one name is asked as each has it written down, for names may be others there.
//! 2. A flow that only one has is asked in both.
//! 3. An address that means an object in one scenario, and that the object does not have in the other, is asked by
//!    that object: the request then goes to the address that it has there, and the answer says so ([`Moved`]).
//!
//! Left out: addresses inside of URLs, and names, which each scenario resolves by itself.

use std::net::IpAddr;

use crate::model::flow::{Flow, Target};
use crate::model::kube::{Node, Pod, Service};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A flow as one scenario is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The flow.
    pub flow: Flow,
    /// The address that was another one.
    pub moved: Option<Moved>,
}

/// An object that has another address in the other scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The address that the flow names.
    pub from: IpAddr,
    /// Whose it is.
    pub object: Ref,
    /// The address that it has here, which is asked instead.
    pub to: IpAddr,
}

/// The flow of this name in two scenarios; `None` where neither has it.
pub fn named(networks: [&Network; 2], home: Option<&Network>, name: &str) -> Option<[Asked; 2]> {
    let own = networks.map(|network| {
        let mut flows = network.flows.iter();
        flows.find(|flow| &*flow.meta.name == name)
    });
    let flows = match own {
        [Some(left), Some(right)] => [left, right],
        [Some(flow), None] | [None, Some(flow)] => [flow, flow],
        [None, None] => return None,
    };
    Some(paired(networks, home, flows))
}

/// A request in two scenarios; where one of them has it saved, it is the flow of that name. `home` is where an
/// address means what whoever asks means by it; without it, either of the two may be that.
pub fn both(networks: [&Network; 2], home: Option<&Network>, request: &Flow) -> [Asked; 2] {
    let saved = networks.iter().flat_map(|network| &network.flows);
    let mut saved = saved.filter(|flow| is_same(flow, request));
    let by_name = saved
        .next()
        .and_then(|flow| named(networks, home, &flow.meta.name));
    by_name.unwrap_or_else(|| paired(networks, home, [request, request]))
}

fn is_same(flow: &Flow, other: &Flow) -> bool {
    let way = flow.from == other.from && flow.to == other.to;
    way && (flow.protocol, flow.port) == (other.protocol, other.port)
}

fn paired(networks: [&Network; 2], home: Option<&Network>, flows: [&Flow; 2]) -> [Asked; 2] {
    let [left, right] = networks;
    if let Some(home) = home {
        return [asked(flows[0], home, left), asked(flows[1], home, right)];
    }
    let as_written = |flow: &Flow| Asked {
        flow: flow.clone(),
        moved: None,
    };
    let same = match (&flows[0].to, &flows[1].to) {
        (Target::Address(one), Target::Address(other)) if one == other => Some(*one),
        _ => None,
    };
    let holders = same.map(|ip| networks.map(|network| holder(network, ip).is_some()));
    match holders {
        Some([true, false]) => [as_written(flows[0]), asked(flows[1], left, right)],
        Some([false, true]) => [asked(flows[0], right, left), as_written(flows[1])],
        _ => flows.map(as_written),
    }
}

/// A flow whose address means what it means at `home`, asked in another scenario.
fn asked(flow: &Flow, home: &Network, there: &Network) -> Asked {
    let mut asked = Asked {
        flow: flow.clone(),
        moved: None,
    };
    let Target::Address(from) = flow.to else {
        return asked;
    };
    let Some((object, slot)) = holder(home, from) else {
        return asked;
    };
    let to = addresses(there, &object).into_iter();
    let to = to.filter(|(its, ip)| *its == slot && ip.is_ipv4() == from.is_ipv4());
    let to: Vec<IpAddr> = to.map(|(_, ip)| ip).collect();
    if let Some(first) = to.first().filter(|_| !to.contains(&from)) {
        asked.flow.to = Target::Address(*first);
        asked.moved = Some(Moved {
            from,
            object,
            to: *first,
        });
    }
    asked
}

/// What an address of an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    /// Its own.
    Own,
    /// A Service's inside of the cluster.
    Cluster,
    /// A Service's at a load balancer.
    Ingress,
}

/// Who has an address. Pods in the network of their node have that of the node.
fn holder(network: &Network, ip: IpAddr) -> Option<(Ref, Slot)> {
    let own = |has: bool, object: Ref| has.then_some((object, Slot::Own));
    let nodes = network.nodes.iter();
    let mut nodes = nodes.filter_map(|node| own(node.ip() == Some(ip), node.reference()));
    let pods = network.pods.iter().filter(|pod| !pod.host_network);
    let mut pods = pods.filter_map(|pod| own(pod.ip() == Some(ip), pod.reference()));
    let services = network.services.iter();
    let mut services = services.filter_map(|service| {
        let mut slots = slots(service).into_iter();
        let (slot, _) = slots.find(|(_, its)| *its == ip)?;
        Some((service.reference(), slot))
    });
    nodes
        .next()
        .or_else(|| pods.next())
        .or_else(|| services.next())
}

fn slots(service: &Service) -> Vec<(Slot, IpAddr)> {
    let cluster = service.cluster_ips.iter().map(|ip| (Slot::Cluster, *ip));
    let ingress = service.ingress.iter().map(|it| (Slot::Ingress, it.ip));
    cluster.chain(ingress).collect()
}

fn addresses(network: &Network, object: &Ref) -> Vec<(Slot, IpAddr)> {
    let own = |ip: Option<IpAddr>| ip.map(|ip| (Slot::Own, ip)).into_iter().collect();
    match object.kind {
        Kind::Node => own(network.node(&object.name).and_then(Node::ip)),
        Kind::Pod => {
            let pod = network.pod(&object.scope, &object.name);
            own(pod.and_then(Pod::ip))
        }
        Kind::Service => {
            let service = network.service(&object.scope, &object.name);
            service.map(slots).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simulation::Simulation;
    use crate::scenarios;

    fn network(id: &str) -> Simulation {
        Simulation::new(&scenarios::find(id).unwrap().document())
    }

    fn to(address: &str) -> Flow {
        Flow {
            meta: crate::model::kube::Meta::default(),
            from: "pod/default/p0".parse().unwrap(),
            to: Target::Address(address.parse().unwrap()),
            protocol: crate::model::packet::Protocol::Tcp,
            port: Some(8080),
            expect: None,
        }
    }

    fn targets(asked: &[Asked; 2]) -> [String; 2] {
        asked.each_ref().map(|it| it.flow.to.to_string())
    }

    // The pods' addresses are those of the fact sheet's fixture: facts/azure.md, section 1.
    #[test]
    fn an_address_that_only_one_side_knows_means_its_pod_on_both() {
        let (kubenet, cni) = (network("kubenet"), network("azure-cni"));
        let networks = [kubenet.network(), cni.network()];
        let asked = both(networks, None, &to("10.244.1.10"));
        assert_eq!(targets(&asked), ["10.244.1.10", "10.1.0.40"]);
        let asked = both(networks, None, &to("10.1.0.40"));
        assert_eq!(targets(&asked), ["10.244.1.10", "10.1.0.40"]);
        let moved = asked[0].moved.as_ref().unwrap();
        assert_eq!(moved.object.to_string(), "pod/default/p1");
        assert_eq!(asked[1].moved, None);
    }

    #[test]
    fn an_address_that_both_know_or_nobody_has_is_asked_as_it_is() {
        let (kubenet, cni) = (network("kubenet"), network("azure-cni"));
        let networks = [kubenet.network(), cni.network()];
        for address in ["10.1.0.4", "20.50.60.70", "192.0.2.1"] {
            let asked = both(networks, None, &to(address));
            assert_eq!(targets(&asked), [address, address]);
            let asked = both(networks, Some(networks[0]), &to(address));
            assert_eq!(targets(&asked), [address, address]);
        }
    }

    #[test]
    fn a_saved_request_is_asked_by_its_name() {
        let (kubenet, cni) = (network("kubenet"), network("azure-cni"));
        let networks = [kubenet.network(), cni.network()];
        let flow = kubenet.network().flows.first().unwrap();
        let asked = both(networks, None, flow);
        for (it, network) in asked.iter().zip(networks) {
            assert!(network.flows.contains(&it.flow));
        }
        assert_eq!(named(networks, None, "nobody"), None);
    }
}
