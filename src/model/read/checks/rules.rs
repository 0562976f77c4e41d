//! Names, priorities and prefixes that Azure wants only once within a resource.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use super::problem;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub(super) fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for nsg in &network.nsgs {
        let rules = || nsg.rules.iter().enumerate();
        let object = nsg.reference();
        once(
            &object,
            "securityRules",
            "name",
            rules().map(|(i, rule)| (i, lower(&rule.meta.name))),
            problems,
        );
        let priorities = rules().map(|(i, rule)| {
            let direction = if rule.inbound { "Inbound" } else { "Outbound" };
            (i, format!("{} {direction}", rule.priority))
        });
        once(
            &object,
            "securityRules",
            "priority and direction",
            priorities,
            problems,
        );
    }
    for table in &network.route_tables {
        let routes = || table.routes.iter().enumerate();
        let object = Ref::new(Kind::RouteTable, table.meta.name.clone());
        once(
            &object,
            "routes",
            "name",
            routes().map(|(i, route)| (i, lower(&route.meta.name))),
            problems,
        );
        let prefixes = routes().filter_map(|(i, route)| Some((i, route.prefix?)));
        once(&object, "routes", "address prefix", prefixes, problems);
    }
    if let Some(cluster) = &network.cluster {
        let pools = cluster.pools.iter().enumerate();
        once(
            &cluster.reference(),
            "agentPoolProfiles",
            "name",
            pools.map(|(i, pool)| (i, lower(&pool.name))),
            problems,
        );
    }
    for vnet in &network.vnets {
        let object = vnet.reference();
        let subnets = vnet.subnets.iter().enumerate();
        once(
            &object,
            "subnets",
            "name",
            subnets.map(|(i, subnet)| (i, lower(&subnet.meta.name))),
            problems,
        );
        let peerings = vnet.peerings.iter().enumerate();
        once(
            &object,
            "virtualNetworkPeerings",
            "name",
            peerings.map(|(i, peering)| (i, lower(&peering.meta.name))),
            problems,
        );
    }
}

fn lower(name: &Arc<str>) -> String {
    name.to_ascii_lowercase()
}

/// Reports entries of a list that have the value of an earlier one.
fn once<T: Ord + Display>(
    object: &Ref,
    list: &str,
    what: &str,
    values: impl Iterator<Item = (usize, T)>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut seen = BTreeMap::new();
    for (index, value) in values {
        let found = format!("`{value}`");
        if seen.insert(value, index).is_some() {
            let message = format!(
                "two entries of `{list}` in `{object}` have one {what}; Azure refuses this"
            );
            let at = (object.clone(), format!("{list}[{index}]"));
            problems.push(
                problem(Severity::Error, "duplicate", at, message)
                    .found(found, format!("its own {what}")),
            );
        }
    }
}
