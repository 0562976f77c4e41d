//! What the security group of a gateway's subnet must admit: the management of Azure and the health of instances.

use super::problem;
use crate::model::appgateway::AppGateway;
use crate::model::azure::{AddressPrefix, Nsg, NsgProtocol, SecurityRule, Subnet};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;

/// Ports on which Azure manages the instances of a gateway, by version.
const MANAGEMENT: [(u16, u16); 2] = [(65_503, 65_534), (65_200, 65_535)];

pub(super) fn check(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    let nsg = subnet.nsg.as_deref().and_then(|name| network.nsg(name));
    let Some(nsg) = nsg else { return };
    let range = MANAGEMENT[usize::from(gateway.v2)];
    let management = Asked {
        tag: "GatewayManager",
        wider: &["Internet", "AzureCloud"],
        ports: Some(range),
    };
    if let Err(rule) = admits(nsg, subnet, &management) {
        let by = rule.map_or("DenyAllInBound", |rule| &*rule.meta.name);
        let message = format!(
            "`{by}` of {} keeps GatewayManager from ports {}-{} of {}",
            nsg.reference(),
            range.0,
            range.1,
            gateway.reference()
        );
        let hint = format!(
            "allow inbound TCP from the tag GatewayManager to ports {}-{}",
            range.0, range.1
        );
        problems.push(
            problem(
                Severity::Error,
                "appgw-gateway-manager",
                nsg.reference(),
                message,
            )
            .field("properties.securityRules")
            .hint(hint),
        );
    }
    let balancer = Asked {
        tag: "AzureLoadBalancer",
        wider: &[],
        ports: None,
    };
    if let Err(Some(rule)) = admits(nsg, subnet, &balancer) {
        let message = format!(
            "`{}` of {} keeps AzureLoadBalancer from {}",
            rule.meta.name,
            nsg.reference(),
            gateway.reference()
        );
        problems.push(
            problem(
                Severity::Error,
                "appgw-load-balancer",
                nsg.reference(),
                message,
            )
            .field("properties.securityRules")
            .hint("allow inbound traffic from the tag AzureLoadBalancer before this rule"),
        );
    }
}

/// Packets that a gateway must get.
struct Asked<'a> {
    /// The tag that they come from.
    tag: &'a str,
    /// Tags whose addresses hold all of it.
    wider: &'a [&'a str],
    /// Their ports; `None` for any.
    ports: Option<(u16, u16)>,
}

/// Whether all of it may pass; `Err` is the rule that refuses some of it, or none for the rule at the end.
fn admits<'n>(
    nsg: &'n Nsg,
    subnet: &Subnet,
    asked: &Asked<'_>,
) -> Result<(), Option<&'n SecurityRule>> {
    let mut rules: Vec<&SecurityRule> = nsg.rules.iter().filter(|rule| rule.inbound).collect();
    rules.sort_by_key(|rule| rule.priority);
    let mut open: Vec<(u16, u16)> = vec![asked.ports.unwrap_or((1, 65_535))];
    for rule in rules {
        let tcp = matches!(rule.protocol, None | Some(NsgProtocol::Tcp));
        if !tcp
            || !from(rule, asked)
            || !to(rule, subnet)
            || !rule.source_ports.is_empty() && rule.source_ports != [(0, 65_535)]
        {
            continue;
        }
        let ports = if rule.destination_ports.is_empty() {
            vec![(0, u16::MAX)]
        } else {
            rule.destination_ports.clone()
        };
        let touches = open
            .iter()
            .any(|(first, last)| ports.iter().any(|(low, high)| low <= last && first <= high));
        if !touches {
            continue;
        }
        if !rule.allow {
            return Err(Some(rule));
        }
        for (low, high) in ports {
            open = open
                .into_iter()
                .flat_map(|range| without(range, (low, high)))
                .collect();
        }
        if open.is_empty() {
            return Ok(());
        }
    }
    // A default rule lets the load balancer in, and none the management.
    if asked.ports.is_none() {
        Ok(())
    } else {
        Err(None)
    }
}

/// What is left of a range of ports.
fn without((first, last): (u16, u16), (low, high): (u16, u16)) -> Vec<(u16, u16)> {
    if high < first || low > last {
        return vec![(first, last)];
    }
    let mut left = Vec::new();
    if low > first {
        left.push((first, low - 1));
    }
    if high < last {
        left.push((high + 1, last));
    }
    left
}

fn from(rule: &SecurityRule, asked: &Asked<'_>) -> bool {
    rule.sources.is_empty()
        || rule.sources.iter().any(|source| match source {
            AddressPrefix::Any => true,
            AddressPrefix::Net(net) => net.prefix_len() == 0,
            AddressPrefix::Tag(tag) => {
                let mut tags = std::iter::once(&asked.tag).chain(asked.wider);
                tags.any(|known| tag.eq_ignore_ascii_case(known))
            }
        })
}

fn to(rule: &SecurityRule, subnet: &Subnet) -> bool {
    rule.destinations.is_empty()
        || rule
            .destinations
            .iter()
            .any(|destination| match destination {
                AddressPrefix::Any => true,
                AddressPrefix::Net(net) => subnet.prefixes.iter().all(|own| net.contains(own)),
                AddressPrefix::Tag(tag) => tag.eq_ignore_ascii_case("VirtualNetwork"),
            })
}
