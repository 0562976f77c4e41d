//! `Microsoft.Compute/virtualMachines` and `Microsoft.Network/networkInterfaces`: together a host.

use std::sync::Arc;

use super::super::cursor::Cursor;
use crate::model::azure::NetworkInterface;
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::ours::{Host, HostNetwork};

/// A virtual machine before its interface is found.
pub(in super::super) struct Machine {
    meta: Meta,
    /// `networkProfile.networkInterfaces`, primary first.
    interfaces: Vec<Arc<str>>,
}

pub(super) fn machine(at: Cursor<'_>, meta: Meta) -> Machine {
    let mut interfaces: Vec<Cursor<'_>> = at
        .prop("networkProfile")
        .any_case("networkInterfaces")
        .list()
        .collect();
    interfaces.sort_by_key(|item| item.prop("primary").flag() != Some(true));
    Machine {
        interfaces: interfaces
            .into_iter()
            .filter_map(Cursor::resource)
            .collect(),
        meta,
    }
}

pub(super) fn interface(at: Cursor<'_>, meta: Meta) -> NetworkInterface {
    let mut configurations: Vec<Cursor<'_>> = at.prop("ipConfigurations").list().collect();
    configurations.sort_by_key(|item| item.prop("primary").flag() == Some(false));
    let first = |field| {
        configurations
            .iter()
            .find_map(|item| item.prop(field).node().map(|_| item.prop(field)))
    };
    NetworkInterface {
        ip_forwarding: at.prop("enableIPForwarding").flag().unwrap_or_default(),
        ips: configurations
            .iter()
            .filter_map(|item| item.prop("privateIPAddress").address())
            .collect(),
        subnet: first("subnet").and_then(Cursor::subnet),
        nsg: at
            .prop("networkSecurityGroup")
            .resource_of("Microsoft.Network/networkSecurityGroups"),
        virtual_machine: at.prop("virtualMachine").resource(),
        public_ip: first("publicIPAddress").and_then(Cursor::resource),
        dns_servers: at.prop("dnsSettings").any_case("dnsServers").addresses(),
        meta,
    }
}

impl Machine {
    /// Name and origin.
    pub(in super::super) fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The machine as a host with the address of its interface; `None` where no
    /// interface says in which subnet it is.
    pub(in super::super) fn host(&self, network: &Network) -> Option<Host> {
        let nics = &network.network_interfaces;
        let named = |nic: &NetworkInterface, name: &str| nic.meta.name.eq_ignore_ascii_case(name);
        let attached = |nic: &NetworkInterface| {
            let machine = nic.virtual_machine.as_ref();
            machine.is_some_and(|name| name.eq_ignore_ascii_case(&self.meta.name))
        };
        let listed = self
            .interfaces
            .iter()
            .find_map(|name| nics.iter().find(|nic| named(nic, name)));
        let nic = listed.or_else(|| nics.iter().find(|nic| attached(nic)))?;
        Some(Host {
            meta: self.meta.clone(),
            network: HostNetwork::Subnet(nic.subnet.clone()?),
            ip: nic.ips.first().copied(),
            listens: None,
            ip_forwarding: nic.ip_forwarding,
            nsg: nic.nsg.clone(),
            public_ip: nic.public_ip.clone(),
            dns_server: false,
            dns_forwards: Vec::new(),
            dns_servers: nic.dns_servers.clone(),
        })
    }
}
