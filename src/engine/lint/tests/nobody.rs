//! Addresses that nobody has, and machines without one.

use super::found::{Case, problems};

const OTHER_DNS: &str = "  addressSpace:\n    addressPrefixes: [10.1.0.0/16]";

pub(super) const CASES: &[Case] = &[
    Case {
        // D-07
        code: "dns-server-nobody",
        scenario: "azure-cni",
        change: &[(
            OTHER_DNS,
            "  dhcpOptions: {dnsServers: [10.2.0.4, 10.2.0.53]}\n  addressSpace:\n    addressPrefixes: [10.1.0.0/16]",
        )],
        documents: "",
        at: "vnet/vnet-a properties.dhcpOptions.dnsServers[1]",
    },
    Case {
        code: "nic-no-configuration",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/networkInterfaces, name: bare, properties: {enableIPForwarding: true, ipConfigurations: []}}",
        at: "networkinterface/bare properties.ipConfigurations",
    },
];

fn told(servers: &str, documents: &str) -> Vec<String> {
    let text = format!("  dhcpOptions: {{dnsServers: [{servers}]}}\n{OTHER_DNS}");
    let (all, _) = problems("azure-cni", &[(OTHER_DNS, &text)], documents);
    let found = all.iter().filter(|it| it.code == "dns-server-nobody");
    found.map(|it| it.message.clone()).collect()
}

/// Somebody has it, may have it, or nobody can tell.
#[test]
fn a_dns_server_that_somebody_has_or_may_have_is_not_told() {
    assert_eq!(
        told("10.1.1.77", ""),
        ["nobody has the DNS server `10.1.1.77` of vnet/vnet-a, though its range is described"]
    );
    assert_eq!(told("192.168.10.77", "").len(), 1, "on premises");
    assert_eq!(
        told(
            "10.1.1.4, 10.2.0.4, 192.168.10.5, 168.63.129.16, 8.8.8.8, 172.20.0.4",
            ""
        ),
        [""; 0]
    );
    // An inbound endpoint of a resolver that is kept as it was written.
    let resolver = "{type: Microsoft.Network/dnsResolvers/inboundEndpoints, name: r/in, properties: {ipConfigurations: [{privateIPAddress: 10.1.1.77}]}}";
    assert_eq!(told("10.1.1.77", resolver), [""; 0]);
    // The service that a subnet is delegated to may have any address of it.
    let delegated = "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/vms, properties: {addressPrefix: 10.1.1.0/24, delegations: [{name: d, properties: {serviceName: Microsoft.Network/dnsResolvers}}]}}";
    assert_eq!(told("10.1.1.77", delegated), [""; 0]);
    let firewall = "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/AzureFirewallSubnet, properties: {addressPrefix: 10.1.3.0/26}}\n---\n{type: Microsoft.Network/azureFirewalls, name: fw, properties: {ipConfigurations: [{name: c, properties: {subnet: {id: vnet-a/AzureFirewallSubnet}}}]}}";
    assert_eq!(told("10.1.3.4", firewall), [""; 0]);
}

/// An interface that has at least a subnet is a whole one.
#[test]
fn an_interface_without_ip_configurations_is_told_with_the_machine_that_needs_it() {
    let said = |properties: &str| -> Vec<String> {
        let text = format!(
            "{{type: Microsoft.Network/networkInterfaces, name: nic, properties: {{{properties}}}}}"
        );
        let (all, _) = problems("azure-cni", &[], &text);
        let found = all.iter().filter(|it| it.code == "nic-no-configuration");
        found.map(|it| it.message.clone()).collect()
    };
    assert_eq!(
        said("virtualMachine: {id: vm-x}"),
        [
            "the interface has no IP configuration: which address and subnet host/vm-x has is not known"
        ]
    );
    assert_eq!(
        said("ipConfigurations: [{name: a, properties: {}}]"),
        ["the interface has no IP configuration that says its subnet or address"]
    );
    let whole = "ipConfigurations: [{name: a, properties: {subnet: {id: vnet-a/vms}}}]";
    assert_eq!(said(whole), [""; 0]);
}
