//! The fields of what routes, filters, balances and translates in Azure.

use std::net::IpAddr;
use std::sync::Arc;

use super::fields::Fields;
use super::joined;
use crate::engine::appgateway;
use crate::engine::azure::gateway::announced;
use crate::engine::azure::nic::Nic;
use crate::engine::azure::topology::links;
use crate::model::appgateway::{AppGateway, RuleTarget};
use crate::model::azure::{
    AddressPrefix, Cluster, GatewayConnection, LoadBalancer, NatGateway, NetworkInterface, Nsg,
    OutboundType, ProbeKind, PublicIp, RouteTable, SecurityRule, Subnet, VnetGateway,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::ui::step_text::next_hop_text;

/// The fields of `object`; `None` if there is no such object.
pub(super) fn fields(network: &Network, object: &Ref) -> Option<Fields> {
    let name = &object.name;
    match object.kind {
        Kind::RouteTable => network.route_table(name).map(|it| route_table(network, it)),
        Kind::Nsg => network.nsg(name).map(|it| nsg(network, it)),
        Kind::LoadBalancer => {
            let mut all = network.load_balancers.iter();
            all.find(|it| it.meta.name == *name).map(load_balancer)
        }
        Kind::AppGateway => network.app_gateway(name).map(|it| app_gateway(network, it)),
        Kind::Cluster => network.cluster.as_ref().map(|it| cluster(network, it)),
        Kind::PublicIp => network.public_ip(name).map(public_ip),
        Kind::LocalGateway => {
            let mut all = network.local_gateways.iter();
            all.find(|it| it.meta.name == *name).map(|gateway| {
                let mut fields = Fields::new(&gateway.meta);
                fields.add("addressPrefixes", joined(&gateway.prefixes));
                fields
            })
        }
        Kind::Gateway => {
            let mut all = network.gateways.iter();
            all.find(|it| it.meta.name == *name)
                .map(|it| gateway(network, it))
        }
        Kind::Connection => {
            let mut all = network.connections.iter();
            all.find(|it| it.meta.name == *name).map(connection)
        }
        Kind::NatGateway => {
            let mut all = network.nat_gateways.iter();
            all.find(|it| it.meta.name == *name)
                .map(|it| nat_gateway(network, it))
        }
        Kind::NetworkInterface => {
            let mut all = network.network_interfaces.iter();
            all.find(|it| it.meta.name == *name).map(interface)
        }
        _ => None,
    }
}

fn app_gateway(network: &Network, gateway: &AppGateway) -> Fields {
    let mut fields = Fields::new(&gateway.meta);
    fields.add("sku.tier", gateway.tier.to_string());
    let frontends = gateway.frontends.iter();
    let addresses: Vec<IpAddr> = frontends
        .filter_map(|frontend| appgateway::address(network, frontend))
        .collect();
    fields.add("frontendIPConfigurations", joined(&addresses));
    fields.add("gatewayIPConfigurations", joined(&gateway.instances));
    let config = &gateway.config;
    let listeners = config.listeners.iter().map(|it| {
        let port = config.port(&it.port).unwrap_or_default();
        let host = it.hosts.first().map_or("*", |host| &**host);
        format!("{host}:{port}")
    });
    let listeners: Vec<String> = listeners.collect();
    fields.add("httpListeners", listeners.join(", "));
    let pools: Vec<String> = config
        .pools
        .iter()
        .map(|pool| format!("{} ({})", pool.name, pool.members.len()))
        .collect();
    fields.add("backendAddressPools", pools.join(", "));
    for setting in &config.settings {
        let protocol = if setting.tls { "Https" } else { "Http" };
        let (name, port) = (&setting.name, setting.port);
        fields.add("backendHttpSettings", format!("{name}: {protocol} {port}"));
    }
    for rule in &config.rules {
        let map = rule.path_map.as_deref();
        let map = map.and_then(|name| config.path_map(name));
        let priority = rule.priority.map(|it| it.to_string()).unwrap_or_default();
        let listener = &rule.listener;
        let last = if let Some(map) = map {
            for path in &map.rules {
                let (paths, to) = (path.paths.join(","), target(&path.target));
                let text = format!("{priority} {listener} {paths} → {to}");
                fields.add("requestRoutingRule", text);
            }
            &map.default
        } else {
            &rule.target
        };
        let text = format!("{priority} {listener} → {}", target(last));
        fields.add("requestRoutingRule", text);
    }
    for probe in &config.probes {
        let protocol = if probe.tls { "Https" } else { "Http" };
        let host = probe.host.as_deref().unwrap_or_default();
        let port = probe.port.map(|it| format!(":{it}")).unwrap_or_default();
        let (interval, _, threshold) = probe.timing;
        let (name, path) = (&probe.name, &probe.path);
        let text = format!("{name}: {protocol} {host}{port}{path}, {threshold} × {interval} s");
        fields.add("probe", text);
    }
    fields
}

/// Where the requests of a rule go.
fn target(target: &RuleTarget) -> String {
    let parts = [&target.redirect, &target.pool, &target.settings];
    let parts = parts.into_iter().flatten().map(|it| &**it);
    parts.collect::<Vec<_>>().join(", ")
}

fn route_table(network: &Network, table: &RouteTable) -> Fields {
    let mut fields = Fields::new(&table.meta);
    let name = &table.meta.name;
    fields.add("subnets", uses(network, name, |it| &it.route_table));
    if table.disable_bgp_route_propagation {
        fields.add("disableBgpRoutePropagation", "true");
    }
    for route in &table.routes {
        let prefix = route
            .prefix
            .map(|prefix| prefix.to_string())
            .or_else(|| route.tag.as_ref().map(ToString::to_string));
        let hop = next_hop_text(&route.next_hop);
        fields.add(
            "route",
            format!(
                "{} → {hop} ({})",
                prefix.unwrap_or_default(),
                route.meta.name
            ),
        );
    }
    fields
}

fn nsg(network: &Network, nsg: &Nsg) -> Fields {
    let mut fields = Fields::new(&nsg.meta);
    fields.add("subnets", uses(network, &nsg.meta.name, |it| &it.nsg));
    let machines = network
        .nodes
        .iter()
        .filter_map(|it| Nic::of_node(network, it));
    let hosts = network
        .hosts
        .iter()
        .filter_map(|it| Nic::of_host(network, it));
    let named = machines.chain(hosts).filter(|nic| {
        let named = nic.nsg.as_deref();
        named.is_some_and(|it| it.eq_ignore_ascii_case(&nsg.meta.name))
    });
    let mut owners: Vec<String> = named.map(|nic| nic.owner.to_string()).collect();
    let rest = owners.len().saturating_sub(8);
    owners.truncate(8);
    if rest > 0 {
        owners.push(format!("… +{rest}"));
    }
    fields.add("networkInterfaces", owners.join(", "));
    for rule in &nsg.rules {
        fields.add("rule", security_rule(rule));
    }
    fields
}

/// The subnets that name something, without regard to case.
fn uses(network: &Network, name: &str, field: impl Fn(&Subnet) -> &Option<Arc<str>>) -> String {
    let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
    let named = subnets.filter(|it| {
        let named = field(it).as_deref();
        named.is_some_and(|it| it.eq_ignore_ascii_case(name))
    });
    let names: Vec<String> = named.map(|it| it.reference().to_string()).collect();
    names.join(", ")
}

/// As in "100 in Allow Tcp Internet → *:80,443 (web)".
fn security_rule(rule: &SecurityRule) -> String {
    let direction = if rule.inbound { "in" } else { "out" };
    let access = if rule.allow { "Allow" } else { "Deny" };
    let protocol = rule
        .protocol
        .map_or_else(|| "*".to_owned(), |it| format!("{it:?}"));
    let side = |peers: &[AddressPrefix]| -> String {
        let peers = peers.iter().map(|peer| match peer {
            AddressPrefix::Any => "*".to_owned(),
            AddressPrefix::Net(net) => net.to_string(),
            AddressPrefix::Tag(tag) => tag.to_string(),
        });
        peers.collect::<Vec<_>>().join(",")
    };
    let (from, to) = (side(&rule.sources), side(&rule.destinations));
    let ports = ports(&rule.destination_ports);
    format!(
        "{} {direction} {access} {protocol} {from} → {to}:{ports} ({})",
        rule.priority, rule.meta.name
    )
}

/// Ranges as Azure writes them; `*` where there are none.
pub(super) fn ports(ranges: &[(u16, u16)]) -> String {
    let ranges = ranges.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    let ranges: Vec<String> = ranges.collect();
    if ranges.is_empty() {
        "*".to_owned()
    } else {
        ranges.join(",")
    }
}

fn load_balancer(balancer: &LoadBalancer) -> Fields {
    let mut fields = Fields::new(&balancer.meta);
    for frontend in &balancer.frontends {
        let subnet = frontend.subnet.as_ref();
        let subnet = subnet.map(|it| format!(", {}", it.reference()));
        let (ip, name) = (frontend.ip, &frontend.name);
        fields.add(
            "frontend",
            format!("{ip} ({name}{})", subnet.unwrap_or_default()),
        );
    }
    fields.add("backendPool", joined(&balancer.backend_nodes));
    for rule in &balancer.rules {
        // HA ports are all ports of all protocols.
        let protocol = rule.protocol.map_or("All", |it| it.as_str());
        let mut text = format!(
            "{}: {protocol} {} → {}",
            rule.name, rule.frontend_port, rule.backend_port
        );
        for (on, what) in [
            (rule.floating_ip, "enableFloatingIP"),
            (rule.source_ip_affinity, "SourceIP"),
            (rule.disable_outbound_snat, "disableOutboundSnat"),
        ] {
            if on {
                text.push_str(", ");
                text.push_str(what);
            }
        }
        fields.add("rule", text);
    }
    for probe in &balancer.probes {
        let (kind, path) = match &probe.kind {
            ProbeKind::Tcp => ("Tcp", ""),
            ProbeKind::Http(path) => ("Http", &**path),
            ProbeKind::Https(path) => ("Https", &**path),
        };
        fields.add(
            "probe",
            format!(
                "{}: {kind} {}{path}, {} × {} s",
                probe.name, probe.port, probe.threshold, probe.interval_seconds
            ),
        );
    }
    for rule in &balancer.outbound_rules {
        fields.add(
            "outboundRule",
            format!(
                "{}: {}, allocatedOutboundPorts {}, idleTimeoutInMinutes {}",
                rule.name,
                joined(&rule.frontends),
                rule.allocated_ports,
                rule.idle_minutes
            ),
        );
    }
    fields
}

fn cluster(network: &Network, cluster: &Cluster) -> Fields {
    let mut fields = Fields::new(&cluster.meta);
    fields.add("kubernetesVersion", &*cluster.kubernetes_version);
    fields.add("networkPlugin", cluster.network_model().to_string());
    fields.add(
        "networkPolicy",
        cluster.network_policy.as_deref().unwrap_or_default(),
    );
    let cidr = cluster.pod_cidr.map(|cidr| cidr.to_string());
    fields.add("podCidr", cidr.unwrap_or_default());
    fields.add("serviceCidr", cluster.service_cidr.to_string());
    fields.add("dnsServiceIP", cluster.dns_service_ip.to_string());
    let outbound = match &cluster.outbound_type {
        OutboundType::LoadBalancer => "loadBalancer",
        OutboundType::UserDefinedRouting => "userDefinedRouting",
        OutboundType::ManagedNatGateway => "managedNATGateway",
        OutboundType::ManagedNatGatewayV2 => "managedNATGatewayV2",
        OutboundType::UserAssignedNatGateway => "userAssignedNATGateway",
        OutboundType::None => "none",
        OutboundType::Block => "block",
        OutboundType::Other(name) => name,
    };
    fields.add("outboundType", outbound);
    fields.add("effectiveOutboundIPs", joined(&cluster.outbound_ips));
    if cluster.allocated_outbound_ports > 0 {
        let ports = cluster.allocated_outbound_ports.to_string();
        fields.add("allocatedOutboundPorts", ports);
    }
    let addons = cluster.addons.iter().map(|(name, _)| &**name);
    fields.add("addonProfiles", addons.collect::<Vec<_>>().join(", "));
    fields.add("nodes", network.nodes.len().to_string());
    fields
}

fn public_ip(public: &PublicIp) -> Fields {
    let mut fields = Fields::new(&public.meta);
    let ip = public.ip.map(|ip| ip.to_string());
    fields.add("ipAddress", ip.unwrap_or_default());
    let sku = match (public.standard, public.v2) {
        (_, true) => "StandardV2",
        (true, false) => "Standard",
        (false, false) => "Basic",
    };
    fields.add("sku", sku);
    let method = if public.static_allocation {
        "Static"
    } else {
        "Dynamic"
    };
    fields.add("publicIPAllocationMethod", method);
    let label = public.domain_name_label.as_deref();
    fields.add("domainNameLabel", label.unwrap_or_default());
    fields
}

fn gateway(network: &Network, gateway: &VnetGateway) -> Fields {
    let mut fields = Fields::new(&gateway.meta);
    let kind = if gateway.express_route {
        "ExpressRoute"
    } else {
        "Vpn"
    };
    fields.add("gatewayType", kind);
    fields.add("enableBgp", gateway.bgp.to_string());
    let subnet = gateway.subnet.as_ref();
    let subnet = subnet.map(|it| it.reference().to_string());
    fields.add("subnet", subnet.unwrap_or_default());
    let own = network.connections.iter();
    let own = own.filter(|it| it.gateway == gateway.meta.name);
    let connections: Vec<&str> = own.map(|it| &*it.meta.name).collect();
    fields.add("connections", connections.join(", "));
    let learned = links(network, gateway).flat_map(|link| &link.local.prefixes);
    fields.add("learnedRoutes", joined(&learned.collect::<Vec<_>>()));
    let announced = announced(network, gateway);
    let announced: Vec<_> = announced.iter().map(|it| it.prefix).collect();
    fields.add("advertisedRoutes", joined(&announced));
    fields
}

fn connection(connection: &GatewayConnection) -> Fields {
    let mut fields = Fields::new(&connection.meta);
    fields.add("virtualNetworkGateway1", &*connection.gateway);
    let local = connection.local_gateway.as_deref();
    fields.add("localNetworkGateway2", local.unwrap_or_default());
    fields.add("enableBgp", connection.bgp.to_string());
    fields
}

fn nat_gateway(network: &Network, gateway: &NatGateway) -> Fields {
    let mut fields = Fields::new(&gateway.meta);
    for name in &gateway.public_ips {
        let ip = network.public_ip(name).and_then(|it| it.ip);
        let ip = ip.map(|ip| format!(" ({ip})")).unwrap_or_default();
        fields.add("publicIpAddresses", format!("{name}{ip}"));
    }
    let name = &gateway.meta.name;
    fields.add("subnets", uses(network, name, |it| &it.nat_gateway));
    fields.add("sku", if gateway.v2 { "StandardV2" } else { "Standard" });
    fields
}

fn interface(interface: &NetworkInterface) -> Fields {
    let mut fields = Fields::new(&interface.meta);
    fields.add("privateIPAddress", joined(&interface.ips));
    let subnet = interface.subnet.as_ref();
    let subnet = subnet.map(|it| it.reference().to_string());
    fields.add("subnet", subnet.unwrap_or_default());
    fields.add("enableIPForwarding", interface.ip_forwarding.to_string());
    for (name, value) in [
        ("networkSecurityGroup", &interface.nsg),
        ("publicIPAddress", &interface.public_ip),
        ("virtualMachine", &interface.virtual_machine),
    ] {
        fields.add(name, value.as_deref().unwrap_or_default());
    }
    fields.add("dnsServers", joined(&interface.dns_servers));
    fields
}
