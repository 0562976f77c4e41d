//! Settings that AKS refuses together.

use super::{error, warning, written};
use crate::engine::azure::cloud_provider::annotations;
use crate::engine::azure::topology::{self, same, same_subnet};
use crate::engine::control::nodes::max_pods;
use crate::engine::plan::sizes::PODS_OF_POOL;
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, OutboundType, SubnetId};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::ServiceType;
use crate::model::network::Network;

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    pools(cluster, problems);
    cilium(cluster, problems);
    dataplane_of_policy(cluster, problems);
    overlay_mode(cluster, problems);
    basic(cluster, problems);
    kubenet(cluster, problems);
    for (index, pool) in cluster.pools.iter().enumerate() {
        few_pods(cluster, index, pool, problems);
    }
    vnets(cluster, problems);
    nat_gateway(network, cluster, problems);
    shared_tables(network, cluster, problems);
    ranges_and_tags(network, problems);
}

fn about(problem: Diagnostic, cluster: &Cluster, field: &str) -> Diagnostic {
    problem
        .about(cluster.reference())
        .field(format!("properties.{field}"))
}

/// Cilium needs Azure CNI, and Linux (section 2.4).
fn cilium(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let named = |text: &Option<std::sync::Arc<str>>| {
        text.as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case("cilium"))
    };
    let (policy, dataplane) = (named(&cluster.network_policy), named(&cluster.dataplane));
    if !policy && !dataplane {
        return;
    }
    let field = if policy {
        "networkProfile.networkPolicy"
    } else {
        "networkProfile.networkDataplane"
    };
    if cluster.plugin == NetworkPlugin::Kubenet {
        let message = "Cilium needs Azure CNI, but the network plugin is kubenet";
        problems.push(
            about(error("cilium-needs-azure-cni", message), cluster, field)
                .hint("use `calico` with kubenet, or the network plugin `azure`"),
        );
    }
    if let Some(pool) = cluster.pools.iter().find(|pool| pool.windows) {
        let message = format!(
            "Cilium runs on Linux only, but pool `{}` runs Windows",
            pool.name
        );
        problems.push(
            about(error("cilium-windows", message), cluster, field)
                .hint("use another data plane, or nodes with Linux only"),
        );
    }
}

/// Every cluster has at least one pool of the mode `System`.
fn pools(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let message = if cluster.pools.is_empty() {
        "the cluster has no agent pool, so AKS makes no nodes"
    } else if cluster.pools.iter().any(|pool| pool.system) {
        return;
    } else {
        "every agent pool has the mode `User`, but AKS needs one of the mode `System`"
    };
    problems.push(
        about(error("no-node-pool", message), cluster, "agentPoolProfiles")
            .found("none", "at least one pool of the mode `System`")
            .hint("add a pool, or export the cluster whole with `az aks show`"),
    );
}

/// The policy engine Cilium is part of the data plane Cilium: "This requires networkDataplane to be 'cilium'".
fn dataplane_of_policy(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let policy = cluster.network_policy.as_deref();
    let azure_cni = cluster.plugin != NetworkPlugin::Kubenet;
    let chosen = written(&cluster.meta.origin) && policy.is_some_and(|it| same(it, "cilium"));
    if !azure_cni || cluster.is_cilium() || !chosen {
        return;
    }
    let message = "the network policy engine `cilium` needs the data plane `cilium`";
    let field = "networkProfile.networkPolicy";
    problems.push(
        about(error("cilium-needs-dataplane", message), cluster, field)
            .hint("add `networkDataplane: cilium`, or choose another engine"),
    );
}

/// The mode `overlay` is one of Azure CNI: AKS answers `UnsupportedNetworkPluginModeWithNetworkPlugin` (AKS #5662).
fn overlay_mode(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if !cluster.overlay_mode || cluster.plugin != NetworkPlugin::Kubenet {
        return;
    }
    let message = "the mode `overlay` belongs to Azure CNI, but the network plugin is kubenet";
    let field = "networkProfile.networkPluginMode";
    problems.push(
        about(error("overlay-needs-azure-cni", message), cluster, field)
            .hint("use the network plugin `azure`, or take the mode away"),
    );
}

/// kubenet has no virtual nodes (sections 1.1 and 1.5).
fn kubenet(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if cluster.plugin != NetworkPlugin::Kubenet {
        return;
    }
    let virtual_nodes = |name: &str| {
        let known = ["aciConnectorLinux", "aciConnectorWindows"];
        known.iter().any(|it| same(it, name))
    };
    let mut addons = cluster.addons.iter();
    if let Some((name, _)) = addons.find(|(name, _)| virtual_nodes(name)) {
        let message = format!("kubenet has no virtual nodes, but the add-on `{name}` is enabled");
        let field = format!("addonProfiles.{name}");
        problems.push(
            about(error("kubenet-virtual-nodes", message), cluster, &field)
                .hint("disable the add-on, or use the network plugin `azure`"),
        );
    }
}

/// What only a Standard load balancer can do (section 5.6).
fn basic(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if cluster.standard_load_balancer {
        return;
    }
    let what = if cluster.pools.len() > 1 {
        format!("{} agent pools", cluster.pools.len())
    } else if cluster.pools.iter().any(|pool| !pool.zones.is_empty()) {
        "availability zones".to_owned()
    } else if cluster.authorized_ranges {
        "authorized IP ranges of the API server".to_owned()
    } else {
        return;
    };
    let message = format!("a Basic load balancer cannot serve {what}");
    problems.push(
        about(
            error("basic-load-balancer", message),
            cluster,
            "networkProfile.loadBalancerSku",
        )
        .hint("make the cluster with `loadBalancerSku: standard`; it cannot be changed later"),
    );
}

/// Azure CNI: fewer than 30 pods a node only where the pool can still host 30 (section 2.1).
fn few_pods(cluster: &Cluster, index: usize, pool: &AgentPool, problems: &mut Vec<Diagnostic>) {
    let pods = u64::from(max_pods(cluster, Some(&pool.name)));
    let total = pods * u64::from(pool.count);
    let few = cluster.plugin == NetworkPlugin::AzureNodeSubnet
        && pods < PODS_OF_POOL
        && pool.count > 0
        && total < PODS_OF_POOL;
    if few {
        let message = format!(
            "pool `{}` can host {total} pods; with fewer than {PODS_OF_POOL} a node it must host {PODS_OF_POOL}",
            pool.name
        );
        let field = format!("agentPoolProfiles[{index}].maxPods");
        problems.push(
            about(error("pool-too-few-pods", message), cluster, &field)
                .hint("raise `maxPods`, or the `count` of the pool"),
        );
    }
}

/// All pools of a cluster stand in one virtual network.
fn vnets(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let mut subnets = cluster
        .pools
        .iter()
        .enumerate()
        .filter_map(|(index, pool)| Some((index, pool, pool.subnet.as_ref()?)));
    let Some((_, _, first)) = subnets.next() else {
        return;
    };
    for (index, pool, subnet) in subnets.filter(|(_, _, id)| !same(&id.vnet, &first.vnet)) {
        let message = format!(
            "pool `{}` stands in {}, the first one in another virtual network",
            pool.name,
            subnet.reference()
        );
        let field = format!("agentPoolProfiles[{index}].vnetSubnetID");
        problems.push(
            about(error("pools-in-two-vnets", message), cluster, &field)
                .hint("use subnets of one virtual network"),
        );
    }
}

/// `userAssignedNATGateway` takes the NAT gateway that stands on the subnet of the nodes (section 5.6).
fn nat_gateway(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if cluster.outbound_type != OutboundType::UserAssignedNatGateway {
        return;
    }
    for subnet in topology::pool_subnets(network) {
        if subnet.nat_gateway.is_none() {
            let message = format!(
                "{} has no NAT gateway, which userAssignedNATGateway requires",
                subnet.reference()
            );
            problems.push(
                about(
                    error("nat-gateway-required", message),
                    cluster,
                    "networkProfile.outboundType",
                )
                .hint("name a NAT gateway in the `natGateway` of the subnet"),
            );
        }
    }
}

/// Two kubenet clusters must not share a route table (section 1.3).
fn shared_tables(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let tables = |cluster: &Cluster| -> Vec<(SubnetId, String)> {
        let subnets = cluster
            .pools
            .iter()
            .filter_map(|pool| network.subnet(pool.subnet.as_ref()?));
        subnets
            .filter_map(|it| Some((it.id(), it.route_table.as_deref()?.to_ascii_lowercase())))
            .collect()
    };
    let own = tables(cluster);
    for other in &network.other_clusters {
        let kubenet = [cluster, other]
            .iter()
            .all(|one| one.plugin == NetworkPlugin::Kubenet);
        let theirs = tables(other);
        let mut shared = theirs.iter().filter(|(subnet, table)| {
            own.iter()
                .any(|(id, known)| known == table && !same_subnet(id, subnet))
        });
        if let Some((_, table)) = shared.next().filter(|_| kubenet) {
            let message = format!(
                "{} and {} share the route table `{table}`, which kubenet does not allow",
                cluster.reference(),
                other.reference()
            );
            problems.push(
                error("kubenet-table-shared", message)
                    .about(other.reference())
                    .hint("give each cluster a route table of its own"),
            );
        }
    }
}

/// The annotation opens the security group only; kube-proxy still asks the ranges (section 5.3).
fn ranges_and_tags(network: &Network, problems: &mut Vec<Diagnostic>) {
    for service in &network.services {
        let balanced = service.service_type == ServiceType::LoadBalancer;
        let tags = || annotations::list(service, "azure-allowed-service-tags");
        if balanced && !service.load_balancer_source_ranges.is_empty() && !tags().is_empty() {
            let message = "the tags of `azure-allowed-service-tags` stay shut: kube-proxy admits only `loadBalancerSourceRanges`";
            problems.push(
                warning("ranges-and-tags", message)
                    .about(service.reference())
                    .field("spec.loadBalancerSourceRanges")
                    .hint("name the ranges by the annotation `azure-allowed-ip-ranges` instead"),
            );
        }
    }
}
