//! Addresses that nobody has: a DNS server of a virtual network, and an interface that says neither address nor subnet.

use std::net::IpAddr;

use super::{error, warning, written};
use crate::engine::azure::topology::{contains, is_platform};
use crate::engine::dataplane::Dataplane;
use crate::engine::walk::kept;
use crate::model::azure::{NetworkInterface, Vnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    for vnet in &network.vnets {
        for (index, server) in vnet.dns_servers.iter().enumerate() {
            problems.extend(dns_server(plane, vnet, index, *server));
        }
    }
    for nic in &network.network_interfaces {
        problems.extend(interface(nic));
    }
}

/// Queries to a server that is nobody's get no answer (section 9.4, D-07). Where ranges are not described, or a resource
/// that is not modelled may have the address, nobody can tell.
fn dns_server(plane: &Dataplane, vnet: &Vnet, index: usize, server: IpAddr) -> Option<Diagnostic> {
    let network = &*plane.network;
    let spaces = network.vnets.iter();
    let around: Vec<&Vnet> = spaces
        .filter(|it| contains(&it.address_space, server))
        .collect();
    let has = |vnet: &&Vnet| {
        let name = &vnet.meta.name;
        plane.addresses.private(name, server).is_some()
            || kept::holder(network, name, server).is_some()
    };
    let offices = network.local_gateways.iter();
    let offices: Vec<_> = offices
        .filter(|it| contains(&it.prefixes, server))
        .collect();
    let in_office = offices
        .iter()
        .any(|it| plane.addresses.on_premises(&it.meta.name, server).is_some());
    let described = !around.is_empty() || !offices.is_empty();
    let known = is_platform(server) || in_office || around.iter().any(has);
    if !described || known || may_be_unmodelled(network) {
        return None;
    }
    let message = format!(
        "nobody has the DNS server `{server}` of {}, though its range is described",
        vnet.reference()
    );
    let field = format!("properties.dhcpOptions.dnsServers[{index}]");
    Some(
        warning("dns-server-nobody", message)
            .about(vnet.reference())
            .field(field)
            .hint("add a machine with `dnsServer: true` and this address, or name another server"),
    )
}

/// Whether a resource that is read but not modelled may have an address that nobody else has.
fn may_be_unmodelled(network: &Network) -> bool {
    let owns = |it: &Ref| {
        matches!(
            it.kind,
            Kind::Firewall | Kind::AppGateway | Kind::PrivateEndpoint
        )
    };
    network.unmodelled.iter().any(owns)
}

/// Azure makes no interface without an IP configuration, and a machine is where its interface is.
fn interface(nic: &NetworkInterface) -> Option<Diagnostic> {
    let empty = nic.ips.is_empty() && nic.subnet.is_none();
    if !empty || !written(&nic.meta.origin) {
        return None;
    }
    let message = match &nic.virtual_machine {
        Some(machine) => format!(
            "the interface has no IP configuration: which address and subnet host/{machine} has is not known"
        ),
        None => "the interface has no IP configuration that says its subnet or address".to_owned(),
    };
    Some(
        error("nic-no-configuration", message)
            .about(Ref::new(Kind::NetworkInterface, nic.meta.name.clone()))
            .field("properties.ipConfigurations")
            .found(
                "nothing",
                "a configuration with `subnet` and `privateIPAddress`",
            )
            .hint("export it whole with `az network nic show`"),
    )
}
