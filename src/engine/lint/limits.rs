//! Limits of Azure and AKS beyond those of [`crate::engine::azure::checks`] (section 12 of the fact sheet).

use std::collections::BTreeMap;

use super::{error, warning};
use crate::engine::azure::cloud_provider::annotations;
use crate::engine::azure::load_balancer::POOL_MEMBERS;
use crate::engine::azure::snat;
use crate::engine::azure::topology;
use crate::engine::plan::sizes;
use crate::model::azure::{AgentPool, Cluster, OutboundType, Vnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Agent pools of a cluster.
const POOLS: usize = 100;
/// Nodes of a cluster of availability sets behind a Basic load balancer.
const AVAILABILITY_SET_NODES: usize = 100;
/// Nodes, then pods, up to which the policy engine of Azure is supported (section 10.1).
const POLICY_MANAGER: [(usize, &str); 2] = [(250, "nodes"), (20_000, "pods")];
/// Characters of the name of a rule or route (section 6.2).
const NAME: usize = 80;
/// Addresses and prefixes on one side of all rules of a security group.
const PREFIXES: usize = 4000;
/// Subnets of a virtual network.
const SUBNETS: usize = 3000;
/// Peerings of a virtual network.
const PEERINGS: usize = 500;
/// DNS servers of a virtual network.
const DNS_SERVERS: usize = 20;
/// Private addresses of a virtual network.
const ADDRESSES: usize = 65_536;
/// Private addresses of a virtual network and its peers together.
const PEERED_ADDRESSES: usize = 128_000;
/// Virtual networks, route tables and security groups of a subscription in one region.
const OF_REGION: [(usize, &str); 3] = [
    (1000, "virtual networks"),
    (200, "route tables"),
    (5000, "security groups"),
];
/// Outbound addresses that AKS manages.
const OUTBOUND_ADDRESSES: usize = 100;
/// Addresses of a NAT gateway.
const NAT_ADDRESSES: usize = 16;
/// Routes of one table whose prefix is a service tag.
const TAG_ROUTES: usize = 25;
/// Load balancing rules for one network interface.
const NIC_RULES: usize = 300;
/// Frontends of a Basic load balancer, then of a Standard one.
const FRONTENDS: [usize; 2] = [200, 600];
/// The longest idle timeout in minutes that the documentation of AKS allows.
const IDLE_MINUTES: u32 = 30;

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    region(network, problems);
    security_groups(network, problems);
    vnets(network, problems);
    routes(network, problems);
    load_balancers(network, problems);
    if let Some(cluster) = &network.cluster {
        clusters(cluster, problems);
        ports_of_surge(network, cluster, problems);
        cluster_size(network, cluster, problems);
    }
    names(network, problems);
    for gateway in &network.nat_gateways {
        let object = Ref::new(Kind::NatGateway, gateway.meta.name.clone());
        let count = gateway.public_ips.len();
        let problem = over(
            "too-many-nat-addresses",
            count,
            NAT_ADDRESSES,
            "addresses of a NAT gateway",
        );
        problems.extend(problem.map(|it| it.about(object).field("properties.publicIpAddresses")));
    }
}

/// The finding that there are more of something than Azure allows.
fn over(code: &'static str, count: usize, most: usize, what: &str) -> Option<Diagnostic> {
    (count > most).then(|| {
        error(code, format!("{count} {what}; the limit is {most}"))
            .found(count.to_string(), format!("at most {most}"))
    })
}

fn region(network: &Network, problems: &mut Vec<Diagnostic>) {
    let all: [(Kind, Vec<&Meta>); 3] = [
        (
            Kind::Vnet,
            network.vnets.iter().map(|it| &it.meta).collect(),
        ),
        (
            Kind::RouteTable,
            network.route_tables.iter().map(|it| &it.meta).collect(),
        ),
        (Kind::Nsg, network.nsgs.iter().map(|it| &it.meta).collect()),
    ];
    for ((kind, them), (most, what)) in all.into_iter().zip(OF_REGION) {
        // The first one that is too many.
        let Some(meta) = them.get(most) else { continue };
        let object = Ref::new(kind, meta.name.clone());
        let problem = over("too-many-resources", them.len(), most, what);
        problems.extend(problem.map(|it| it.about(object)));
    }
}

fn security_groups(network: &Network, problems: &mut Vec<Diagnostic>) {
    for nsg in &network.nsgs {
        let sources: usize = nsg.rules.iter().map(|rule| rule.sources.len()).sum();
        let destinations: usize = nsg.rules.iter().map(|rule| rule.destinations.len()).sum();
        let sides = [
            (sources, "source prefixes of a security group"),
            (destinations, "destination prefixes of a security group"),
        ];
        for (count, what) in sides {
            let problem = over("too-many-prefixes", count, PREFIXES, what);
            problems.extend(problem.map(|it| it.about(nsg.reference())));
        }
    }
}

fn vnets(network: &Network, problems: &mut Vec<Diagnostic>) {
    let used = addresses_by_vnet(network);
    let used_by = |vnet: &Vnet| {
        let name = vnet.meta.name.to_ascii_lowercase();
        used.get(&name).copied().unwrap_or_default()
    };
    for vnet in &network.vnets {
        let counts = [
            ("too-many-subnets", vnet.subnets.len(), SUBNETS, "subnets"),
            (
                "too-many-peerings",
                vnet.peerings.len(),
                PEERINGS,
                "peerings",
            ),
            (
                "too-many-dns-servers",
                vnet.dns_servers.len(),
                DNS_SERVERS,
                "DNS servers",
            ),
            (
                "too-many-addresses",
                used_by(vnet),
                ADDRESSES,
                "private addresses in use",
            ),
        ];
        for (code, count, most, what) in counts {
            problems.extend(over(code, count, most, what).map(|it| it.about(vnet.reference())));
        }
        let peers: usize = topology::peers(network, vnet)
            .map(|it| used_by(it.vnet))
            .sum();
        let count = used_by(vnet) + peers;
        let what = "private addresses in use with the peers";
        let problem = over("too-many-addresses", count, PEERED_ADDRESSES, what);
        problems.extend(problem.map(|it| it.about(vnet.reference())));
    }
}

/// How many private addresses nodes, pods and hosts have or reserve, by virtual network in lower case.
fn addresses_by_vnet(network: &Network) -> BTreeMap<String, usize> {
    let mut used = BTreeMap::new();
    for node in &network.nodes {
        if let Some(subnet) = topology::node_subnet(network, node) {
            let count = node.internal_ips.len() + node.reserved_ips.len();
            *used
                .entry(subnet.meta.namespace.to_ascii_lowercase())
                .or_insert(0) += count;
        }
    }
    for host in &network.hosts {
        if let crate::model::ours::HostNetwork::Subnet(id) = &host.network {
            *used.entry(id.vnet.to_ascii_lowercase()).or_insert(0) += 1;
        }
    }
    used
}

fn routes(network: &Network, problems: &mut Vec<Diagnostic>) {
    for table in &network.route_tables {
        let count = table
            .routes
            .iter()
            .filter(|route| route.tag.is_some())
            .count();
        let what = "routes with a service tag in one table";
        let object = Ref::new(Kind::RouteTable, table.meta.name.clone());
        let problem = over("too-many-tag-routes", count, TAG_ROUTES, what);
        problems.extend(problem.map(|it| it.about(object)));
    }
}

fn load_balancers(network: &Network, problems: &mut Vec<Diagnostic>) {
    for balancer in &network.load_balancers {
        let sku = usize::from(balancer.standard);
        let frontends = balancer.frontends.len();
        let what = "frontends of a load balancer";
        let problem = over("too-many-frontends", frontends, FRONTENDS[sku], what);
        problems.extend(problem.map(|it| it.about(balancer.reference())));
        let members = balancer.backend_nodes.len();
        let what = "nodes behind a load balancer";
        if let Some(mut problem) = over("too-many-pool-members", members, POOL_MEMBERS[sku], what) {
            // AKS allows clusters of 5,000 nodes, which the limits of load balancers do not (section 12).
            if balancer.standard {
                problem.severity = crate::model::diagnostic::Severity::Warning;
            }
            problems.push(problem.about(balancer.reference()));
        }
        if balancer.standard {
            // Every rule sends to every node of the pool.
            let rules = balancer.rules.len();
            let what = "load balancing rules for each node";
            let problem = over("too-many-rules-per-nic", rules, NIC_RULES, what);
            problems.extend(problem.map(|it| it.about(balancer.reference())));
        }
        idle_timeouts(balancer, problems);
    }
}

/// AKS documents at most 30 minutes, its controller takes up to 100 (conflict 5 of the fact sheet).
fn idle_timeouts(balancer: &crate::model::azure::LoadBalancer, problems: &mut Vec<Diagnostic>) {
    let mut known: Vec<&Ref> = Vec::new();
    for rule in &balancer.rules {
        if rule.idle_minutes <= IDLE_MINUTES || known.contains(&&rule.caused_by) {
            continue;
        }
        known.push(&rule.caused_by);
        let message = format!(
            "an idle timeout of {} minutes is longer than AKS documents",
            rule.idle_minutes
        );
        problems.push(
            warning("idle-timeout-long", message)
                .about(rule.caused_by.clone())
                .field(annotations::field("azure-load-balancer-tcp-idle-timeout"))
                .found(
                    rule.idle_minutes.to_string(),
                    format!("4 to {IDLE_MINUTES}"),
                ),
        );
    }
}

fn clusters(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let pools = over("too-many-pools", cluster.pools.len(), POOLS, "agent pools");
    let about = |problem: Diagnostic, field: &str| problem.about(cluster.reference()).field(field);
    problems.extend(pools.map(|it| about(it, "properties.agentPoolProfiles")));
    let addresses = over(
        "too-many-outbound-addresses",
        cluster.outbound_ips.len(),
        OUTBOUND_ADDRESSES,
        "outbound addresses",
    );
    let field = "properties.networkProfile.loadBalancerProfile";
    problems.extend(addresses.map(|it| about(it, field)));
}

/// What clusters of availability sets, and the policy engine of Azure, can serve.
fn cluster_size(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let nodes = network.nodes.len();
    let sets = cluster.pools.iter().any(|pool| pool.availability_set);
    if sets && !cluster.standard_load_balancer {
        let what = "nodes in an availability set behind a Basic load balancer";
        let problem = over("too-many-set-nodes", nodes, AVAILABILITY_SET_NODES, what);
        let field = "properties.agentPoolProfiles";
        problems.extend(problem.map(|it| it.about(cluster.reference()).field(field)));
    }
    let engine = cluster.network_policy.as_deref();
    if !engine.is_some_and(|it| it.eq_ignore_ascii_case("azure")) {
        return;
    }
    let pods = network.pods.iter().filter(|pod| !pod.host_network).count();
    for (count, (most, what)) in [nodes, pods].into_iter().zip(POLICY_MANAGER) {
        if count > most {
            let message = format!(
                "Azure Network Policy Manager is not supported above {most} {what}; there are {count}"
            );
            problems.push(
                warning("policy-manager-size", message)
                    .about(cluster.reference())
                    .field("properties.networkProfile.networkPolicy")
                    .found(count.to_string(), format!("at most {most}"))
                    .hint("use Azure CNI powered by Cilium, or Calico"),
            );
        }
    }
}

/// Rules of security groups and routes have names of at most 80 characters.
fn names(network: &Network, problems: &mut Vec<Diagnostic>) {
    let rules = network.nsgs.iter().flat_map(|nsg| {
        let rules = nsg.rules.iter();
        rules.map(move |rule| (nsg.reference(), &rule.meta, "properties.securityRules"))
    });
    let routes = network.route_tables.iter().flat_map(|table| {
        let object = Ref::new(Kind::RouteTable, table.meta.name.clone());
        let routes = table.routes.iter();
        routes.map(move |route| (object.clone(), &route.meta, "properties.routes"))
    });
    for (object, meta, field) in rules.chain(routes) {
        let length = meta.name.chars().count();
        let problem = over("name-too-long", length, NAME, "characters in a name");
        problems.extend(problem.map(|it| it.about(object).field(field)));
    }
}

/// Ports that somebody set must be enough for the nodes that an upgrade and the autoscaler add as well (section 5.6).
fn ports_of_surge(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let each = u64::from(snat::ports_by_hand(network, cluster));
    if each == 0 || cluster.outbound_type != OutboundType::LoadBalancer {
        return;
    }
    let pools = || cluster.pools.iter();
    let most = |pool: &AgentPool| pool.max_count.unwrap_or_default().max(pool.count);
    let surge = |size: &dyn Fn(&AgentPool) -> u32| {
        let of_pool = |pool: &AgentPool| sizes::surge(pool.max_surge.as_deref(), size(pool));
        u64::from(pools().map(of_pool).max().unwrap_or_default())
    };
    let nodes = network.nodes.len() as u64;
    let added: u64 = pools().map(|it| u64::from(most(it) - it.count)).sum();
    let (now, then) = (surge(&|pool| pool.count), surge(&most));
    let served = snat::nodes_with_ports(network, cluster) as u64;
    let message = if nodes > served {
        return;
    } else if nodes + now > served {
        format!(
            "{nodes} nodes have their {each} ports each, but {now} more during an upgrade do not: {served} find theirs on the outbound addresses"
        )
    } else if nodes + added + then > served {
        format!(
            "{nodes} nodes have their {each} ports each, but {added} more by the autoscaler, and {then} during an upgrade of all, do not: {served} find theirs on the outbound addresses"
        )
    } else {
        return;
    };
    let field = "properties.networkProfile.loadBalancerProfile.allocatedOutboundPorts";
    problems.push(
        warning("outbound-ports-surge", message)
            .about(cluster.reference())
            .field(field)
            .hint("allocate fewer ports, or ask for more outbound addresses"),
    );
}
