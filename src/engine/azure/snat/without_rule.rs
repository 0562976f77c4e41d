//! Machines that no outbound rule, NAT gateway or address of their own translates.

use std::sync::Arc;

use super::Outbound;
use crate::engine::azure::finding::Finding;
use crate::engine::azure::nic::Nic;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{Cluster, OutboundType};
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::packet::Packet;

/// A machine in the pool of a Standard load balancer without outbound rule has no way out;
/// any other machine has default outbound access.
pub(super) fn without_rule(network: &Network, nic: &Nic, packet: &Packet) -> Outbound {
    if nic.owner.kind == Kind::Node
        && let Some(cluster) = &network.cluster
        && let OutboundType::Other(name) = &cluster.outbound_type
    {
        let what: Arc<str> = Arc::from(format!("outboundType {name}"));
        let why = Explanation::new("why-limit-not-modelled").with("what", what.clone());
        let detail = Detail::NotModelled { what: what.clone() };
        let field = "properties.networkProfile.outboundType";
        let finding = Finding::new(Stage::AzureLbOutbound, detail, why)
            .caused_by(Cause::field(cluster.reference(), field));
        return Outbound::NotModelled(what, finding);
    }
    let pooled = network.load_balancers.iter().any(|balancer| {
        balancer.standard
            && nic.owner.kind == Kind::Node
            && balancer.backend_nodes.contains(&nic.owner.name)
    });
    if pooled {
        return unavailable(nic, "why-azure-snat-no-rule", packet);
    }
    let chosen = chosen(network, nic);
    match chosen {
        Some((OutboundType::Block, cluster)) => return blocked(nic, packet, cluster),
        _ if network.subnet(&nic.subnet).is_some_and(|it| it.private) => {
            return from_private_subnet(network, nic, packet);
        }
        Some((OutboundType::None, cluster)) => return left_to_the_user(nic, packet, cluster),
        _ => {}
    }
    let what: Arc<str> = Arc::from("default outbound access");
    let why = Explanation::new("why-azure-snat-default-access")
        .with("source", packet.source)
        .with("owner", nic.owner.clone());
    let finding = Finding::new(
        Stage::AzurePublicIp,
        Detail::NotModelled { what: what.clone() },
        why,
    );
    Outbound::NotModelled(what, finding.caused_by(Cause::object(nic.owner.clone())))
}

/// The outbound type that decides for a machine, with the cluster that says it; `None` for one that is no node.
fn chosen<'n>(network: &'n Network, nic: &Nic) -> Option<(&'n OutboundType, &'n Cluster)> {
    let cluster = network.cluster.as_ref();
    let cluster = cluster.filter(|_| nic.owner.kind == Kind::Node)?;
    Some((&cluster.outbound_type, cluster))
}

/// With `block` nothing leaves, whatever default outbound access there would be.
fn blocked(nic: &Nic, packet: &Packet, cluster: &Cluster) -> Outbound {
    let (why, cause) = by_cluster("why-azure-snat-blocked", nic, packet, cluster);
    let detail = Detail::Refused {
        by: Arc::from("outboundType block"),
    };
    let finding = Finding::new(Stage::AzureLbOutbound, detail, why).caused_by(cause);
    Outbound::Unavailable(nic.owner.clone(), finding)
}

/// With `none` nodes do what virtual machines do by default, which is default outbound access until somebody makes a
/// way out; whether a network still gives that, and by which address, nobody can tell.
fn left_to_the_user(nic: &Nic, packet: &Packet, cluster: &Cluster) -> Outbound {
    let (why, cause) = by_cluster("why-azure-snat-none", nic, packet, cluster);
    let what: Arc<str> = Arc::from("default outbound access (outboundType none)");
    let detail = Detail::NotModelled { what: what.clone() };
    let finding = Finding::new(Stage::AzurePublicIp, detail, why).caused_by(cause);
    Outbound::NotModelled(what, finding)
}

fn by_cluster(
    id: &'static str,
    nic: &Nic,
    packet: &Packet,
    cluster: &Cluster,
) -> (Explanation, Cause) {
    let why = Explanation::new(id)
        .with("source", packet.source)
        .with("owner", nic.owner.clone())
        .with("cluster", cluster.reference());
    let field = "properties.networkProfile.outboundType";
    (why, Cause::field(cluster.reference(), field))
}

/// `defaultOutboundAccess: false` takes the last way out away, unless the machine is in the pool of a public load
/// balancer of the user's own, whose members are not read.
fn from_private_subnet(network: &Network, nic: &Nic, packet: &Packet) -> Outbound {
    let subnet = nic.subnet.reference();
    let mut written = network.written_balancers.iter();
    if let Some(balancer) = written.find(|it| !it.is_of_aks() && it.is_public()) {
        let balancer = balancer.reference();
        let what: Arc<str> = Arc::from(format!("outbound connections through {balancer}"));
        let why = Explanation::new("why-azure-snat-private-balancer")
            .with("owner", nic.owner.clone())
            .with("subnet", subnet)
            .with("loadBalancer", balancer.clone());
        let detail = Detail::NotModelled { what: what.clone() };
        let finding = Finding::new(Stage::AzureLbOutbound, detail, why);
        return Outbound::NotModelled(what, finding.caused_by(Cause::object(balancer)));
    }
    let why = Explanation::new("why-azure-snat-private")
        .with("source", packet.source)
        .with("owner", nic.owner.clone())
        .with("subnet", subnet.clone());
    let detail = Detail::Refused {
        by: Arc::from("no outbound translation"),
    };
    let cause = Cause::field(subnet, "properties.defaultOutboundAccess");
    let finding = Finding::new(Stage::AzurePublicIp, detail, why).caused_by(cause);
    Outbound::Unavailable(nic.owner.clone(), finding)
}

pub(super) fn unavailable(nic: &Nic, id: &'static str, packet: &Packet) -> Outbound {
    let why = Explanation::new(id)
        .with("source", packet.source)
        .with("owner", nic.owner.clone());
    let detail = Detail::Refused {
        by: Arc::from("no outbound translation"),
    };
    let finding = Finding::new(Stage::AzureLbOutbound, detail, why)
        .caused_by(Cause::object(nic.owner.clone()));
    Outbound::Unavailable(nic.owner.clone(), finding)
}
