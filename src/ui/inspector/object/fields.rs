//! The fields of an object that decide about packets, as rows.

use std::net::IpAddr;

use super::joined;
use crate::engine::azure::nic::Nic;
use crate::model::azure::SubnetId;
use crate::model::kube::{Meta, Service, TargetPort, TrafficPolicy};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};
use crate::model::private_link::EndpointPolicies;

/// What is known about an object.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Name, labels, origin.
    pub meta: Option<Meta>,
    /// Field and value.
    pub rows: Vec<(&'static str, String)>,
}

impl Fields {
    pub(super) fn new(meta: &Meta) -> Self {
        let mut fields = Self {
            meta: Some(meta.clone()),
            rows: Vec::new(),
        };
        let labels: Vec<String> = meta
            .labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        fields.add("labels", labels.join(", "));
        fields
    }

    /// Adds a row, unless there is nothing to say.
    pub(super) fn add(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push((name, value));
        }
    }
}

/// The fields of `object`; `None` if there is no such object.
pub fn fields(network: &Network, object: &Ref) -> Option<Fields> {
    match object.kind {
        Kind::Pod => pod(network, object),
        Kind::Service => network.service(&object.scope, &object.name).map(service),
        Kind::Node => node(network, object),
        Kind::Host => network.host(&object.name).map(host),
        Kind::Vnet => vnet(network, object),
        Kind::Subnet => subnet(network, object),
        Kind::Peering => peering(network, object),
        Kind::Event => event(network, object),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::DaemonSet | Kind::Job => {
            workload(network, object)
        }
        Kind::EndpointSlice => slice(network, object),
        Kind::RouteTable
        | Kind::Nsg
        | Kind::LoadBalancer
        | Kind::AppGateway
        | Kind::Cluster
        | Kind::PublicIp
        | Kind::LocalGateway
        | Kind::Gateway
        | Kind::Connection
        | Kind::NatGateway
        | Kind::NetworkInterface => super::azure::fields(network, object),
        Kind::Firewall | Kind::FirewallPolicy => super::firewall::fields(network, object),
        Kind::Ingress
        | Kind::IngressClass
        | Kind::Issuer
        | Kind::ClusterIssuer
        | Kind::Secret
        | Kind::ConfigMap
        | Kind::NetworkPolicy => super::ingress::fields(network, object),
        Kind::PrivateEndpoint | Kind::Storage | Kind::DnsZone | Kind::PrivateDnsZone => {
            super::private_link::fields(network, object)
        }
        Kind::Internet | Kind::AzureDns | Kind::Metadata => Some(Fields::default()),
        _ => head(network, object),
    }
}

/// Of an object that nothing more is known about: what it says that it is.
pub(super) fn head(network: &Network, object: &Ref) -> Option<Fields> {
    let mut manifests = network.manifests.iter();
    let manifest = manifests.find(|manifest| manifest.object == *object)?;
    Some(Fields {
        meta: None,
        rows: vec![("kind", manifest.head.to_string())],
    })
}

fn pod(network: &Network, object: &Ref) -> Option<Fields> {
    let pod = network.pod(&object.scope, &object.name)?;
    let mut fields = Fields::new(&pod.meta);
    fields.add("podIP", joined(&pod.ips));
    fields.add("nodeName", pod.node_name.as_deref().unwrap_or_default());
    let ports: Vec<String> = pod
        .ports
        .iter()
        .map(|port| format!("{} {}", port.protocol, port.port))
        .collect();
    fields.add("ports", ports.join(", "));
    if pod.host_network {
        fields.add("hostNetwork", "true");
    }
    fields.add("ready", pod.ready.to_string());
    Some(fields)
}

fn service(service: &Service) -> Fields {
    let mut fields = Fields::new(&service.meta);
    fields.add("type", service.service_type.as_str());
    fields.add(
        "clusterIP",
        if service.headless {
            "None".to_owned()
        } else {
            joined(&service.cluster_ips)
        },
    );
    let ingress: Vec<IpAddr> = service.ingress.iter().map(|ingress| ingress.ip).collect();
    fields.add("loadBalancer.ingress", joined(&ingress));
    fields.add(
        "externalName",
        service.external_name.as_deref().unwrap_or_default(),
    );
    let ports: Vec<String> = service
        .ports
        .iter()
        .map(|port| {
            let target = match &port.target_port {
                TargetPort::Same => port.port.to_string(),
                TargetPort::Number(number) => number.to_string(),
                TargetPort::Name(name) => name.to_string(),
            };
            let node = port
                .node_port
                .map(|port| format!(", nodePort {port}"))
                .unwrap_or_default();
            format!("{} {} → {target}{node}", port.protocol, port.port)
        })
        .collect();
    fields.add("ports", ports.join("; "));
    fields.add(
        "externalTrafficPolicy",
        policy(service.external_traffic_policy),
    );
    fields.add(
        "internalTrafficPolicy",
        policy(service.internal_traffic_policy),
    );
    fields.add(
        "loadBalancerSourceRanges",
        joined(&service.load_balancer_source_ranges),
    );
    let selector = service
        .selector
        .iter()
        .flatten()
        .map(|(key, value)| format!("{key}={value}"));
    fields.add("selector", selector.collect::<Vec<_>>().join(", "));
    fields
}

const fn policy(policy: TrafficPolicy) -> &'static str {
    match policy {
        TrafficPolicy::Cluster => "Cluster",
        TrafficPolicy::Local => "Local",
    }
}

fn node(network: &Network, object: &Ref) -> Option<Fields> {
    let node = network.node(&object.name)?;
    let mut fields = Fields::new(&node.meta);
    fields.add("InternalIP", joined(&node.internal_ips));
    fields.add("podCIDR", joined(&node.pod_cidrs));
    let subnet = node.subnet.as_ref().map(SubnetId::reference);
    fields.add(
        "subnet",
        subnet.map(|it| it.to_string()).unwrap_or_default(),
    );
    let nic = Nic::of_node(network, node);
    let nsg = nic.and_then(|nic| nic.nsg);
    fields.add("networkSecurityGroup", nsg.as_deref().unwrap_or_default());
    fields.add(
        "enableIPForwarding",
        node.ip_forwarding
            .map(|on| on.to_string())
            .unwrap_or_default(),
    );
    let pods = network
        .pods
        .iter()
        .filter(|pod| pod.node_name.as_ref() == Some(&node.meta.name))
        .count();
    fields.add("pods", pods.to_string());
    fields.add("ready", node.ready.to_string());
    Some(fields)
}

fn host(host: &Host) -> Fields {
    let mut fields = Fields::new(&host.meta);
    fields.add("ip", host.ip.map(|ip| ip.to_string()).unwrap_or_default());
    let (name, place) = match &host.network {
        HostNetwork::Internet => ("network", "internet".to_owned()),
        HostNetwork::Subnet(id) => ("subnet", format!("{}/{}", id.vnet, id.subnet)),
        HostNetwork::OnPremises(gateway) => ("onPremises", gateway.to_string()),
    };
    fields.add(name, place);
    fields.add("publicIP", host.public_ip.as_deref().unwrap_or_default());
    fields.add(
        "networkSecurityGroup",
        host.nsg.as_deref().unwrap_or_default(),
    );
    fields.add("dnsServers", joined(&host.dns_servers));
    if host.dns_server {
        fields.add("dnsServer", "true");
    }
    for forward in &host.dns_forwards {
        let to = joined(&forward.to);
        fields.add("dnsForward", format!("{} → {to}", forward.zone));
    }
    fields
}

fn vnet(network: &Network, object: &Ref) -> Option<Fields> {
    let vnet = network.vnet(&object.name)?;
    let mut fields = Fields::new(&vnet.meta);
    fields.add("addressPrefixes", joined(&vnet.address_space));
    let subnets: Vec<&str> = vnet
        .subnets
        .iter()
        .map(|subnet| &*subnet.meta.name)
        .collect();
    fields.add("subnets", subnets.join(", "));
    let peers: Vec<&str> = vnet
        .peerings
        .iter()
        .map(|peering| &*peering.remote)
        .collect();
    fields.add("peerings", peers.join(", "));
    fields.add("dnsServers", joined(&vnet.dns_servers));
    Some(fields)
}

fn peering(network: &Network, object: &Ref) -> Option<Fields> {
    let mut peerings = network.vnets.iter().flat_map(|vnet| &vnet.peerings);
    let peering = peerings.find(|it| it.meta.reference(Kind::Peering) == *object)?;
    let mut fields = Fields::new(&peering.meta);
    fields.add("remoteVirtualNetwork", peering.remote.to_string());
    let state = if peering.disconnected {
        "Disconnected"
    } else {
        "Connected"
    };
    fields.add("peeringState", state);
    for (name, on) in [
        (
            "allowVirtualNetworkAccess",
            peering.allow_virtual_network_access,
        ),
        ("allowForwardedTraffic", peering.allow_forwarded_traffic),
        ("allowGatewayTransit", peering.allow_gateway_transit),
        ("useRemoteGateways", peering.use_remote_gateways),
    ] {
        fields.add(name, on.to_string());
    }
    Some(fields)
}

fn event(network: &Network, object: &Ref) -> Option<Fields> {
    let mut events = network.events.iter();
    let event = events.find(|it| it.meta.reference(Kind::Event) == *object)?;
    let mut fields = Fields::new(&event.meta);
    fields.add("at", format!("{}s", event.at));
    fields.add(event.what.verb(), event.what.object().to_string());
    Some(fields)
}

fn subnet(network: &Network, object: &Ref) -> Option<Fields> {
    let subnet = network
        .vnet(&object.scope)?
        .subnets
        .iter()
        .find(|subnet| subnet.meta.name == object.name)?;
    let mut fields = Fields::new(&subnet.meta);
    fields.add("addressPrefix", joined(&subnet.prefixes));
    fields.add(
        "networkSecurityGroup",
        subnet.nsg.as_deref().unwrap_or_default(),
    );
    fields.add(
        "routeTable",
        subnet.route_table.as_deref().unwrap_or_default(),
    );
    fields.add(
        "natGateway",
        subnet.nat_gateway.as_deref().unwrap_or_default(),
    );
    if subnet.private {
        fields.add("defaultOutboundAccess", "false");
    }
    fields.add("serviceEndpoints", joined(&subnet.service_endpoints));
    fields.add("delegations", joined(&subnet.delegations));
    let policies = EndpointPolicies::WORDS.iter();
    let mut policies = policies.filter(|(_, it)| *it == subnet.endpoint_policies);
    let has_endpoints = network
        .private_endpoints
        .iter()
        .any(|it| it.subnet == subnet.id());
    if let Some((word, _)) = policies.next().filter(|_| has_endpoints) {
        fields.add("privateEndpointNetworkPolicies", *word);
    }
    Some(fields)
}

fn workload(network: &Network, object: &Ref) -> Option<Fields> {
    let workload = network
        .workloads
        .iter()
        .find(|workload| workload.reference() == *object)?;
    let mut fields = Fields::new(&workload.meta);
    fields.add(
        "replicas",
        workload
            .replicas
            .map(|count| count.to_string())
            .unwrap_or_default(),
    );
    let pods: Vec<&str> = network
        .pods
        .iter()
        .filter(|pod| pod.owner.as_ref() == Some(object))
        .map(|pod| &*pod.meta.name)
        .collect();
    fields.add("pods", pods.join(", "));
    Some(fields)
}

fn slice(network: &Network, object: &Ref) -> Option<Fields> {
    let slice = network
        .slices
        .iter()
        .find(|slice| slice.meta.name == object.name && slice.meta.namespace == object.scope)?;
    let mut fields = Fields::new(&slice.meta);
    for endpoint in &slice.endpoints {
        let ready = if endpoint.ready { "ready" } else { "not ready" };
        fields.add(
            "endpoint",
            format!("{} {ready}", joined(&endpoint.addresses)),
        );
    }
    Some(fields)
}
