//! What of an Application Gateway Azure refuses, or will not do what it says: its subnet and that subnet's rules and
//! routes, the limits of its configuration, parts that name others which are not there, and the controller's Ingresses.

use super::{agic, cause};
use crate::engine::azure::topology;
use crate::engine::ingress::CLASS;
use crate::model::appgateway::{AppGateway, Made, RuleTarget};
use crate::model::azure::{AddressPrefix, NextHop, Nsg, NsgProtocol, SecurityRule, Subnet};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::HostNetwork;

/// Ports on which Azure manages the instances of a gateway, by version.
const MANAGEMENT: [(u16, u16); 2] = [(65_503, 65_534), (65_200, 65_535)];

/// The most of each kind in one gateway: pools, targets a pool, listeners, rules, settings, certificates, path rules a map.
const POOLS: usize = 100;
const TARGETS: usize = 1_200;
const LISTENERS: usize = 200;
const RULES: usize = 400;
const SETTINGS: usize = 100;
const CERTIFICATES: usize = 100;
const PATHS: usize = 100;

/// Every such problem, each at the field that is to blame.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for gateway in &network.app_gateways {
        let subnet = gateway.subnet.as_ref().and_then(|id| network.subnet(id));
        if let Some(subnet) = subnet {
            shared(network, gateway, subnet, &mut problems);
            default_route(network, gateway, subnet, &mut problems);
            security(network, gateway, subnet, &mut problems);
            pod_routes(network, gateway, subnet, &mut problems);
        }
        limits(gateway, &mut problems);
        references(gateway, &mut problems);
    }
    annotations(network, &mut problems);
    problems
}

fn problem(severity: Severity, code: &'static str, object: Ref, message: String) -> Diagnostic {
    Diagnostic::new(severity, code, message).about(object)
}

/// Nothing but gateways may stand in the subnet of one.
fn shared(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    let id = subnet.id();
    let here = |other: &crate::model::azure::SubnetId| topology::same_subnet(other, &id);
    let hosts = network.hosts.iter().filter(|host| match &host.network {
        HostNetwork::Subnet(other) => here(other),
        HostNetwork::Internet | HostNetwork::OnPremises(_) => false,
    });
    let hosts = hosts.map(|host| host.reference());
    let nodes = network.nodes.iter().filter(|node| {
        topology::node_subnet(network, node).is_some_and(|subnet| here(&subnet.id()))
    });
    let nodes = nodes.map(|node| node.reference());
    let firewalls = network.firewalls.iter().filter(|it| here(&it.subnet));
    let firewalls = firewalls.map(|it| it.reference());
    let Some(other) = hosts.chain(nodes).chain(firewalls).next() else {
        return;
    };
    let message = format!(
        "{} stands in {}, where {other} stands as well; an Application Gateway wants a subnet of its own",
        gateway.reference(),
        subnet.reference()
    );
    problems.push(
        problem(
            Severity::Error,
            "appgw-subnet-shared",
            gateway.reference(),
            message,
        )
        .field("properties.gatewayIPConfigurations")
        .hint("give the gateway a subnet that nothing else is in"),
    );
}

/// The second version is not managed through an appliance.
fn default_route(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    let table = subnet
        .route_table
        .as_deref()
        .and_then(|it| network.route_table(it));
    let Some(table) = table.filter(|_| gateway.v2) else {
        return;
    };
    let is_default = |prefix: &Option<ipnet::IpNet>| prefix.is_some_and(|it| it.prefix_len() == 0);
    let mut routes = table.routes.iter().enumerate();
    let route = routes.find(|(_, it)| is_default(&it.prefix) && it.next_hop != NextHop::Internet);
    let Some((index, route)) = route else { return };
    let message = format!(
        "route `{}` sends 0.0.0.0/0 of {} to {}, which {} does not support",
        route.meta.name,
        subnet.reference(),
        route.next_hop.as_str(),
        gateway.reference()
    );
    let table = Ref::new(
        crate::model::object::Kind::RouteTable,
        table.meta.name.clone(),
    );
    problems.push(
        problem(Severity::Error, "appgw-default-route", table, message)
            .field(format!("properties.routes[{index}]"))
            .hint("let 0.0.0.0/0 of the gateway's subnet go to the internet"),
    );
}

/// With kubenet the controller attaches the table of the nodes, and gives up where there is another.
fn pod_routes(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    if gateway.controller.is_none() || !topology::is_kubenet(network) {
        return;
    }
    let pools = topology::pool_subnets(network).into_iter();
    let tables: Vec<_> = pools.filter_map(|it| it.route_table.as_deref()).collect();
    let own = subnet.route_table.as_deref();
    if own.is_none_or(|own| tables.is_empty() || tables.iter().any(|it| topology::same(it, own))) {
        return;
    }
    let message = format!(
        "{} has the route table `{}`, so the ingress controller does not attach that of the nodes, `{}`",
        subnet.reference(),
        own.unwrap_or_default(),
        tables.first().copied().unwrap_or_default()
    );
    problems.push(
        problem(
            Severity::Warning,
            "agic-route-table",
            subnet.reference(),
            message,
        )
        .field("properties.routeTable")
        .hint("attach the route table of the nodes, or add a route for the pods of each node"),
    );
}

// --- Security groups ---------------------------------------------------------------------------

fn security(
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

// --- Configuration -----------------------------------------------------------------------------

fn limits(gateway: &AppGateway, problems: &mut Vec<Diagnostic>) {
    let config = &gateway.config;
    let largest = config.pools.iter().map(|it| it.members.len()).max();
    let paths = config.path_maps.iter().map(|it| it.rules.len()).max();
    for (what, count, most, field) in [
        (
            "backend pools",
            config.pools.len(),
            POOLS,
            "backendAddressPools",
        ),
        (
            "targets in a pool",
            largest.unwrap_or_default(),
            TARGETS,
            "backendAddressPools",
        ),
        (
            "listeners",
            config.listeners.len(),
            LISTENERS,
            "httpListeners",
        ),
        ("rules", config.rules.len(), RULES, "requestRoutingRules"),
        (
            "backend settings",
            config.settings.len(),
            SETTINGS,
            "backendHttpSettingsCollection",
        ),
        (
            "certificates",
            config.certificates.len(),
            CERTIFICATES,
            "sslCertificates",
        ),
        (
            "path rules in a map",
            paths.unwrap_or_default(),
            PATHS,
            "urlPathMaps",
        ),
    ] {
        if count <= most {
            continue;
        }
        let message = format!(
            "{} has {count} {what}; {most} are allowed",
            gateway.reference()
        );
        problems.push(
            problem(Severity::Error, "appgw-limit", gateway.reference(), message)
                .field(format!("properties.{field}"))
                .found(count.to_string(), format!("at most {most}"))
                .hint("use more than one Application Gateway"),
        );
    }
}

/// Parts that are named and not there.
fn references(gateway: &AppGateway, problems: &mut Vec<Diagnostic>) {
    let config = &gateway.config;
    let mut missing = |made: &Made, what: &str, name: &str, found: bool| {
        if found {
            return;
        }
        let at = cause(made);
        let message = format!(
            "`{what}` of {} names `{name}`, which is no part of the gateway",
            gateway.reference()
        );
        problems.push(
            problem(Severity::Warning, "appgw-reference", at.object, message)
                .field(at.field.to_string())
                .found(format!("no `{name}`"), "the name of a part of this gateway"),
        );
    };
    for it in &config.listeners {
        let frontend = gateway
            .frontends
            .iter()
            .any(|one| one.name.eq_ignore_ascii_case(&it.frontend));
        missing(&it.made, "frontendIPConfiguration", &it.frontend, frontend);
        missing(
            &it.made,
            "frontendPort",
            &it.port,
            config.port(&it.port).is_some(),
        );
    }
    for it in &config.rules {
        missing(
            &it.made,
            "httpListener",
            &it.listener,
            config.listener(&it.listener).is_some(),
        );
        if let Some(map) = &it.path_map {
            missing(&it.made, "urlPathMap", map, config.path_map(map).is_some());
        }
    }
    for (
        RuleTarget {
            pool,
            settings,
            redirect,
            ..
        },
        made,
    ) in config.targets()
    {
        if let Some(name) = pool {
            missing(
                made,
                "backendAddressPool",
                name,
                config.pool(name).is_some(),
            );
        }
        if let Some(name) = settings {
            missing(
                made,
                "backendHttpSettings",
                name,
                config.setting(name).is_some(),
            );
        }
        if let Some(name) = redirect {
            missing(
                made,
                "redirectConfiguration",
                name,
                config.redirect(name).is_some(),
            );
        }
    }
    for it in &config.settings {
        if let Some(name) = &it.probe {
            missing(&it.made, "probe", name, config.probe(name).is_some());
        }
    }
}

/// Ingresses of the class that nobody takes, and annotations that a walk would depend on.
fn annotations(network: &Network, problems: &mut Vec<Diagnostic>) {
    let ingresses = network.ingresses.iter();
    for ingress in ingresses.filter(|it| agic::is_of_class(network, it)) {
        if agic::gateway_of(network, ingress).is_none() {
            let field = match &ingress.class_name {
                Some(_) => "spec.ingressClassName".to_owned(),
                None => format!("metadata.annotations[{CLASS}]"),
            };
            let message = format!(
                "`{}` has no effect: no Application Gateway with an ingress controller takes it",
                ingress.reference()
            );
            problems.push(
                problem(
                    Severity::Warning,
                    "ingress-ignored",
                    ingress.reference(),
                    message,
                )
                .field(field)
                .hint("add the add-on ingressApplicationGateway to the cluster, and the gateway"),
            );
        }
        if let Some(name) = agic::unmodelled(ingress) {
            let message = format!(
                "kubehop does not model the annotation `{name}` of the Application Gateway controller"
            );
            problems.push(
                problem(
                    Severity::Warning,
                    "agic-not-modelled",
                    ingress.reference(),
                    message,
                )
                .field(agic::annotation_field(name))
                .hint("a walk that depends on it ends as not modelled"),
            );
        }
    }
}
