//! References to things that are not there.

use std::collections::BTreeSet;

use super::problem;
use crate::model::azure::{Nsg, Subnet, SubnetId};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::dns_zone::DnsZone;
use crate::model::firewall::FirewallPolicy;
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;
use crate::model::storage::StorageAccount;

/// What a filter, a route table or a way out that is not there leads to.
const UNKNOWN: &str = "a walk that depends on it is not modelled";

/// Which field of which object refers to what.
struct Checker<'a> {
    network: &'a Network,
    /// What is there; Azure's names in lower case, as ARM compares.
    present: BTreeSet<Ref>,
    problems: &'a mut Vec<Diagnostic>,
}

pub(super) fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let mut checker = Checker {
        network,
        present: present(network).map(|object| lower(&object)).collect(),
        problems,
    };
    checker.vnets();
    checker.gateways();
    checker.hosts();
    checker.others();
}

/// Everything that can be referred to.
fn present(network: &Network) -> impl Iterator<Item = Ref> {
    let named = |kind, meta: &Meta| Ref::new(kind, meta.name.clone());
    let vnets = network.vnets.iter().flat_map(|vnet| {
        let subnets = vnet.subnets.iter().map(Subnet::reference);
        subnets.chain([vnet.reference()])
    });
    let nsgs = network.nsgs.iter().map(Nsg::reference);
    let tables = network
        .route_tables
        .iter()
        .map(move |item| named(Kind::RouteTable, &item.meta));
    let nats = network
        .nat_gateways
        .iter()
        .map(move |item| named(Kind::NatGateway, &item.meta));
    let ips = network
        .public_ips
        .iter()
        .map(move |item| named(Kind::PublicIp, &item.meta));
    let gateways = network
        .gateways
        .iter()
        .map(move |item| named(Kind::Gateway, &item.meta));
    let locals = network
        .local_gateways
        .iter()
        .map(move |item| named(Kind::LocalGateway, &item.meta));
    let policies = network
        .firewall_policies
        .iter()
        .map(FirewallPolicy::reference);
    let accounts = network.storage_accounts.iter();
    let accounts = accounts.map(StorageAccount::reference);
    let zones = network.dns_zones.iter().filter(|zone| zone.private);
    vnets
        .chain(accounts)
        .chain(zones.map(DnsZone::reference))
        .chain(policies)
        .chain(nsgs)
        .chain(tables)
        .chain(nats)
        .chain(ips)
        .chain(gateways)
        .chain(locals)
}

fn lower(object: &Ref) -> Ref {
    Ref::scoped(
        object.kind,
        object.scope.to_ascii_lowercase(),
        object.name.to_ascii_lowercase(),
    )
}

impl Checker<'_> {
    /// Reports a reference to an object that is not there.
    fn needs(&mut self, from: &Ref, field: &str, target: &Ref, severity: Severity, effect: &str) {
        if self.present.contains(&lower(target)) {
            return;
        }
        let message = format!("`{from}` refers to `{target}`, which is not there; {effect}");
        self.problems.push(
            problem(
                severity,
                "missing-reference",
                (from.clone(), field.to_owned()),
                message,
            )
            .found(format!("no `{target}`"), "a document that describes it")
            .hint("add the missing document, or remove the reference"),
        );
    }

    fn vnets(&mut self) {
        let warning = Severity::Warning;
        for vnet in &self.network.vnets {
            for subnet in &vnet.subnets {
                let from = subnet.reference();
                for (field, kind, name, effect) in [
                    ("networkSecurityGroup", Kind::Nsg, &subnet.nsg, UNKNOWN),
                    ("routeTable", Kind::RouteTable, &subnet.route_table, UNKNOWN),
                    ("natGateway", Kind::NatGateway, &subnet.nat_gateway, UNKNOWN),
                ] {
                    if let Some(name) = name {
                        self.needs(&from, field, &Ref::new(kind, name.clone()), warning, effect);
                    }
                }
            }
            for peering in &vnet.peerings {
                let from = peering.meta.reference(Kind::Peering);
                let remote = Ref::new(Kind::Vnet, peering.remote.clone());
                self.needs(
                    &from,
                    "remoteVirtualNetwork",
                    &remote,
                    warning,
                    "nothing is reached through it",
                );
                self.peered_back(&vnet.meta.name, peering);
            }
        }
    }

    /// A peering works only when both sides have it.
    fn peered_back(&mut self, vnet: &str, peering: &crate::model::azure::Peering) {
        let Some(remote) = self.network.vnet(&peering.remote) else {
            return;
        };
        if remote
            .peerings
            .iter()
            .any(|back| back.remote.eq_ignore_ascii_case(vnet))
        {
            return;
        }
        let from = peering.meta.reference(Kind::Peering);
        let message = format!(
            "`{from}` has no counterpart in `{}`; it is not connected",
            remote.reference()
        );
        self.problems.push(
            problem(
                Severity::Warning,
                "peering-one-sided",
                (from, String::new()),
                message,
            )
            .found("a peering in one direction", "one in each direction")
            .hint(format!(
                "add a peering to `{vnet}` in `{}`",
                remote.meta.name
            )),
        );
    }

    fn subnet(
        &mut self,
        from: &Ref,
        field: &str,
        subnet: &SubnetId,
        severity: Severity,
        effect: &str,
    ) {
        self.needs(from, field, &subnet.reference(), severity, effect);
    }

    fn gateways(&mut self) {
        for gateway in &self.network.gateways {
            let from = Ref::new(Kind::Gateway, gateway.meta.name.clone());
            let field = "ipConfigurations[0].properties.subnet";
            if let Some(subnet) = &gateway.subnet {
                self.subnet(
                    &from,
                    field,
                    subnet,
                    Severity::Error,
                    "no virtual network uses it",
                );
                if !subnet.subnet.eq_ignore_ascii_case("GatewaySubnet") {
                    let message = format!(
                        "`{from}` is not in a subnet called `GatewaySubnet`; Azure refuses this"
                    );
                    self.problems.push(
                        problem(
                            Severity::Error,
                            "gateway-subnet",
                            (from, field.to_owned()),
                            message,
                        )
                        .found(format!("`{}`", subnet.subnet), "`GatewaySubnet`"),
                    );
                }
            } else {
                let message = format!(
                    "`{from}` says in no `ipConfigurations` in which subnet it is; no virtual network uses it"
                );
                self.problems.push(problem(
                    Severity::Error,
                    "gateway-without-subnet",
                    (from, String::new()),
                    message,
                ));
            }
        }
        for connection in &self.network.connections {
            let from = Ref::new(Kind::Connection, connection.meta.name.clone());
            let gateway = Ref::new(Kind::Gateway, connection.gateway.clone());
            let effect = "nothing is reached through it";
            self.needs(
                &from,
                "virtualNetworkGateway1",
                &gateway,
                Severity::Error,
                effect,
            );
            if let Some(local) = &connection.local_gateway {
                let local = Ref::new(Kind::LocalGateway, local.clone());
                self.needs(
                    &from,
                    "localNetworkGateway2",
                    &local,
                    Severity::Error,
                    effect,
                );
            }
        }
    }

    fn hosts(&mut self) {
        for host in &self.network.hosts {
            let from = host.reference();
            match &host.network {
                HostNetwork::Subnet(subnet) => {
                    self.subnet(
                        &from,
                        "spec.subnet",
                        subnet,
                        Severity::Error,
                        "the host is nowhere",
                    );
                }
                HostNetwork::OnPremises(name) => {
                    let local = Ref::new(Kind::LocalGateway, name.clone());
                    self.needs(
                        &from,
                        "spec.onPremises",
                        &local,
                        Severity::Error,
                        "the host is nowhere",
                    );
                }
                HostNetwork::Internet => {}
            }
            if let Some(nsg) = &host.nsg {
                let nsg = Ref::new(Kind::Nsg, nsg.clone());
                let effect = UNKNOWN;
                self.needs(
                    &from,
                    "spec.networkSecurityGroup",
                    &nsg,
                    Severity::Warning,
                    effect,
                );
            }
            let named = host
                .public_ip
                .as_ref()
                .filter(|text| text.parse::<std::net::IpAddr>().is_err());
            if let Some(ip) = named {
                let ip = Ref::new(Kind::PublicIp, ip.clone());
                self.needs(
                    &from,
                    "spec.publicIP",
                    &ip,
                    Severity::Warning,
                    "it is taken as absent",
                );
            }
        }
    }

    fn firewalls(&mut self) {
        let warning = Severity::Warning;
        for firewall in &self.network.firewalls {
            let from = firewall.reference();
            let field = "properties.ipConfigurations";
            for ip in &firewall.public_ips {
                let ip = Ref::new(Kind::PublicIp, ip.clone());
                self.needs(&from, field, &ip, warning, UNKNOWN);
            }
            let subnet = firewall.subnet.reference();
            self.needs(&from, field, &subnet, warning, "nothing reaches it");
            if let Some(policy) = &firewall.policy {
                let policy = Ref::new(Kind::FirewallPolicy, policy.clone());
                let effect = "what the firewall lets pass is not known";
                self.needs(&from, "properties.firewallPolicy", &policy, warning, effect);
            }
        }
        for gateway in &self.network.app_gateways {
            let from = gateway.reference();
            let ips = gateway
                .frontends
                .iter()
                .filter_map(|it| it.public_ip.clone());
            for ip in ips {
                let ip = Ref::new(Kind::PublicIp, ip);
                let field = "properties.frontendIPConfigurations";
                self.needs(&from, field, &ip, warning, "it is taken as absent");
            }
            if let Some(subnet) = &gateway.subnet {
                let field = "properties.gatewayIPConfigurations";
                let subnet = subnet.reference();
                self.needs(&from, field, &subnet, warning, "nothing reaches it");
            }
        }
        for policy in &self.network.firewall_policies {
            if let Some(base) = &policy.base {
                let base = Ref::new(Kind::FirewallPolicy, base.clone());
                let effect = "what the firewall lets pass is not known";
                let from = policy.reference();
                self.needs(&from, "properties.basePolicy", &base, warning, effect);
            }
        }
    }

    fn private_endpoints(&mut self) {
        let warning = Severity::Warning;
        for endpoint in &self.network.private_endpoints {
            let from = endpoint.reference();
            let subnet = endpoint.subnet.reference();
            let effect = "nothing reaches it";
            self.needs(&from, "properties.subnet", &subnet, Severity::Error, effect);
            for connection in &endpoint.connections {
                if connection.is_storage() {
                    let field = format!("{}.privateLinkServiceId", connection.field);
                    let account = Ref::new(Kind::Storage, connection.resource.clone());
                    let effect = "what it does with a packet is not known";
                    self.needs(&from, &field, &account, warning, effect);
                }
            }
            for zone in &endpoint.zones {
                let zone = Ref::new(Kind::PrivateDnsZone, zone.clone());
                let field = "properties.privateDnsZoneGroups";
                let effect = "no name leads to its address by it";
                self.needs(&from, field, &zone, warning, effect);
            }
        }
    }

    fn accounts(&mut self) {
        for account in &self.network.storage_accounts {
            let from = account.reference();
            for subnet in &account.subnets {
                let field = "properties.networkAcls.virtualNetworkRules";
                let effect = "the rule admits nobody";
                self.subnet(&from, field, subnet, Severity::Warning, effect);
            }
        }
    }

    /// Outbound addresses of the user. Those that AKS made stand in the node resource group, which exports mostly lack.
    fn outbound(&mut self) {
        let Some(cluster) = &self.network.cluster else {
            return;
        };
        let from = cluster.reference();
        for name in &cluster.outbound_ips {
            let ip = Ref::new(Kind::PublicIp, name.clone());
            let field = "properties.networkProfile.loadBalancerProfile";
            let effect = "an address is made up for it";
            self.needs(&from, field, &ip, Severity::Info, effect);
        }
    }

    fn others(&mut self) {
        let warning = Severity::Warning;
        for nat in &self.network.nat_gateways {
            let from = Ref::new(Kind::NatGateway, nat.meta.name.clone());
            for (index, ip) in nat.public_ips.iter().enumerate() {
                let ip = Ref::new(Kind::PublicIp, ip.clone());
                self.needs(
                    &from,
                    &format!("publicIpAddresses[{index}]"),
                    &ip,
                    warning,
                    UNKNOWN,
                );
            }
        }
        self.firewalls();
        self.private_endpoints();
        self.accounts();
        self.outbound();
        for zone in self.network.dns_zones.iter().filter(|zone| zone.private) {
            let from = Ref::new(Kind::PrivateDnsZone, zone.meta.name.clone());
            for link in &zone.links {
                let vnet = Ref::new(Kind::Vnet, link.vnet.clone());
                self.needs(
                    &from,
                    "",
                    &vnet,
                    warning,
                    "nothing resolves through the link",
                );
            }
        }
    }
}
