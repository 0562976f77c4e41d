//! The outbound rule that AKS keeps, where somebody edited it: it is followed until the next reconcile, which puts back
//! what the cluster says (section 4 of the fact sheet).

use std::sync::Arc;

use super::warning;
use crate::engine::azure::topology::same;
use crate::model::azure::{Cluster, OutboundType};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::Origin;
use crate::model::network::Network;
use crate::model::written_balancer::{OUTBOUND_RULE, WrittenBalancer, WrittenOutboundRule};

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    let keeps = cluster.outbound_type == OutboundType::LoadBalancer;
    if !keeps || !cluster.standard_load_balancer {
        return;
    }
    let balancers = network.written_balancers.iter();
    for balancer in balancers.filter(|it| it.is_of_aks()) {
        let Some(rules) = &balancer.outbound_rules else {
            continue;
        };
        match balancer.rule_of_aks() {
            Some((index, rule)) => edited(network, cluster, (balancer, index, rule), problems),
            None => problems.push(changed(
                balancer,
                "",
                format!(
                    "the outbound rule `{OUTBOUND_RULE}` was taken away from {}",
                    balancer.reference()
                ),
            )),
        }
        for (index, rule) in rules.iter().enumerate() {
            if !same(&rule.name, OUTBOUND_RULE) {
                let message = format!(
                    "`{}` is an outbound rule of one's own in {}, which AKS keeps",
                    rule.name,
                    balancer.reference()
                );
                problems.push(changed(balancer, &format!("[{index}]"), message));
            }
        }
    }
}

fn changed(balancer: &WrittenBalancer, field: &str, message: String) -> Diagnostic {
    warning("unsupported-change", message)
        .about(balancer.reference())
        .field(format!("properties.outboundRules{field}"))
        .hint("say it in the `loadBalancerProfile` of the cluster, which AKS keeps to")
}

fn edited(
    network: &Network,
    cluster: &Cluster,
    (balancer, index, rule): (&WrittenBalancer, usize, &WrittenOutboundRule),
    problems: &mut Vec<Diagnostic>,
) {
    let mut tell = |field: &str, what: &str| {
        let message = format!(
            "the outbound rule of {} was edited: {what}",
            balancer.reference()
        );
        let field = format!("[{index}].properties.{field}");
        problems.push(changed(balancer, &field, message));
    };
    let name = cluster.reference();
    let ports = |ports: u32| match ports {
        0 => "automatic ones".to_owned(),
        _ => ports.to_string(),
    };
    if let Some(written) = rule.allocated_ports
        && written != cluster.allocated_outbound_ports
    {
        let said = ports(cluster.allocated_outbound_ports);
        let what = match written {
            0 => format!("automatic ports for each node, where {name} says {said}"),
            _ => format!("{written} ports for each node, where {name} says {said}"),
        };
        tell("allocatedOutboundPorts", &what);
    }
    let minutes = cluster.outbound_idle_minutes;
    if let Some(written) = rule.idle_minutes
        && minutes > 0
        && written != minutes
    {
        let what = format!("{written} minutes without traffic, where {name} says {minutes}");
        tell("idleTimeoutInMinutes", &what);
    }
    let leaves: Vec<Arc<str>> = sorted(balancer.addresses(rule));
    let says = sorted(cluster.outbound_ips.iter());
    // Addresses that nobody wrote down have names that were made up.
    let known = |name: &Arc<str>| {
        let resource = network.public_ip(name);
        resource.is_some_and(|it| matches!(it.meta.origin, Origin::Written { .. }))
    };
    if !leaves.is_empty() && leaves != says && cluster.outbound_ips.iter().all(known) {
        let what = format!(
            "it leaves by {}, where {name} says {}",
            listed(balancer.addresses(rule)),
            listed(cluster.outbound_ips.iter())
        );
        tell("frontendIPConfigurations", &what);
    }
}

fn sorted<'n>(names: impl Iterator<Item = &'n Arc<str>>) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = names.map(|it| it.to_ascii_lowercase().into()).collect();
    names.sort();
    names
}

fn listed<'n>(names: impl Iterator<Item = &'n Arc<str>>) -> String {
    let names: Vec<&str> = names.map(|it| &**it).collect();
    names.join(", ")
}
