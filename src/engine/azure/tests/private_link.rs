//! Private endpoints (facts 7.4): their addresses, routes and names, and what of their subnet counts.

use expect_test::expect;

use super::fixture::{kubenet, subnet};
use crate::engine::azure::routes::EffectiveRoutes;
use crate::engine::dns::{RecordType, azure};
use crate::model::network::Network;

const ACCOUNT: &str = "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {}}\n---\n";
const ZONE: &str = "{type: Microsoft.Network/privateDnsZones, name: privatelink.blob.core.windows.net, properties: {}}\n---\n";

/// An endpoint in a subnet, with more properties of it and of its connection.
fn endpoint(subnet: &str, more: &str, connection: &str) -> String {
    format!(
        "{{type: Microsoft.Network/privateEndpoints, name: pe, properties: {{subnet: {{id: {subnet}}}, {more}privateLinkServiceConnections: [{{name: c, properties: {{privateLinkServiceId: photos, groupIds: [blob]{connection}}}}}]}}}}\n---\n"
    )
}

fn link(vnet: &str, more: &str) -> String {
    format!(
        "{{type: Microsoft.Network/privateDnsZones/virtualNetworkLinks, name: privatelink.blob.core.windows.net/{vnet}, properties: {{virtualNetwork: {{id: {vnet}}}{more}}}}}\n---\n"
    )
}

fn addresses(network: &Network) -> String {
    let ips = network.private_endpoints.iter().flat_map(|it| &it.ips);
    let ips: Vec<String> = ips.map(ToString::to_string).collect();
    ips.join(" ")
}

#[test]
fn an_address_is_pinned_printed_or_the_lowest_that_nobody_has() {
    let taken = "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: other}, spec: {subnet: vnet-a/vms, ip: 10.1.1.5}}\n---\n";
    let at = |more: &str, documents: &str| {
        let all = [ACCOUNT, documents, &endpoint("VNET-A/vms", more, "")].concat();
        addresses(&kubenet(&all))
    };
    // vm-a has 10.1.1.4.
    assert_eq!(at("", taken), "10.1.1.6");
    let pinned = "ipConfigurations: [{properties: {privateIPAddress: 10.1.1.77}}], ";
    assert_eq!(at(pinned, taken), "10.1.1.77");
    let printed =
        "customDnsConfigs: [{fqdn: photos.blob.core.windows.net, ipAddresses: [10.1.1.78]}], ";
    assert_eq!(at(printed, taken), "10.1.1.78");
    let interface = "{type: Microsoft.Network/networkInterfaces, name: pe-nic, properties: {ipConfigurations: [{properties: {privateIPAddress: 10.1.1.79, subnet: {id: vnet-a/vms}}}]}}\n---\n";
    assert_eq!(
        at("networkInterfaces: [{id: pe-nic}], ", interface),
        "10.1.1.79"
    );
    // Nodes keep away from what is pinned.
    let pinned = "ipConfigurations: [{properties: {privateIPAddress: 10.1.0.6}}], ";
    let all = [ACCOUNT, &endpoint("vnet-a/nodes", pinned, "")].concat();
    assert!(
        kubenet(&all)
            .nodes
            .iter()
            .all(|node| node.ip() != "10.1.0.6".parse().ok())
    );
}

/// The routes of a subnet to 10.1.1.x, those that are used first.
fn routes(network: &Network, of: &str) -> String {
    let routes = EffectiveRoutes::of(network, &subnet(of)).unwrap().routes;
    let shown = routes
        .iter()
        .filter(|route| route.prefix.prefix_len() == 32 || route.label().starts_with("mine"));
    shown.fold(String::new(), |text, route| {
        let state = if route.active { "active" } else { "invalid" };
        text + &format!(
            "{} {} {} {state}\n",
            route.prefix,
            route.next_hop.as_str(),
            route.label()
        )
    })
}

/// The subnet `appgw` with a table of one route, and the endpoint's subnet with its policies.
fn with_route(prefix: &str, policies: &str, era: &str) -> Network {
    let documents = [
        ACCOUNT.to_owned(),
        endpoint("vnet-a/vms", "ipConfigurations: [{properties: {privateIPAddress: 10.1.1.10}}], ", ""),
        format!("{{type: Microsoft.Network/routeTables, name: mine, properties: {{routes: [{{name: mine, properties: {{addressPrefix: {prefix}, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}}}]}}}}\n---\n"),
        "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/appgw, properties: {addressPrefix: 10.1.2.0/24, routeTable: {id: mine}}}\n---\n".to_owned(),
        format!("{{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/vms, properties: {{addressPrefix: 10.1.1.0/24, privateEndpointNetworkPolicies: {policies}}}}}\n---\n"),
        format!("{{apiVersion: kubehop.dev/v1, kind: Settings, spec: {{era: {era}}}}}"),
    ];
    kubenet(&documents.concat())
}

#[test]
fn the_route_of_an_endpoint_is_in_its_network_and_its_peers_and_yields_to_narrow_routes_only_where_the_subnet_says_so()
 {
    let of = |prefix: &str, policies: &str, era: &str| {
        let network = with_route(prefix, policies, era);
        format!(
            "{prefix} {policies} {era}\n{}",
            routes(&network, "vnet-a/appgw")
        )
    };
    let all = [
        of("10.1.1.0/24", "Disabled", "now"),
        of("10.1.1.0/24", "RouteTableEnabled", "now"),
        of("10.1.0.0/16", "Enabled", "now"),
        of("10.0.0.0/8", "Enabled", "now"),
        of("10.1.1.0/24", "NetworkSecurityGroupEnabled", "now"),
        of("10.1.1.0/24", "Enabled", "2021"),
        of("10.1.1.10/32", "Disabled", "2021"),
    ];
    expect![[r#"
        10.1.1.0/24 Disabled now
        10.1.1.10/32 InterfaceEndpoint Default active
        10.1.1.0/24 VirtualAppliance mine active
        10.1.1.0/24 RouteTableEnabled now
        10.1.1.10/32 InterfaceEndpoint Default invalid
        10.1.1.0/24 VirtualAppliance mine active
        10.1.0.0/16 Enabled now
        10.1.1.10/32 InterfaceEndpoint Default invalid
        10.1.0.0/16 VirtualAppliance mine active
        10.0.0.0/8 Enabled now
        10.1.1.10/32 InterfaceEndpoint Default active
        10.0.0.0/8 VirtualAppliance mine active
        10.1.1.0/24 NetworkSecurityGroupEnabled now
        10.1.1.10/32 InterfaceEndpoint Default active
        10.1.1.0/24 VirtualAppliance mine active
        10.1.1.0/24 Enabled 2021
        10.1.1.10/32 InterfaceEndpoint Default active
        10.1.1.0/24 VirtualAppliance mine active
        10.1.1.10/32 Disabled 2021
        10.1.1.10/32 InterfaceEndpoint Default invalid
        10.1.1.10/32 VirtualAppliance mine active
    "#]]
    .assert_eq(&all.concat());
    let network = with_route("10.1.1.0/24", "Disabled", "now");
    assert_eq!(
        routes(&network, "vnet-b/default"),
        "10.1.1.10/32 InterfaceEndpoint Default active\n"
    );
    assert_eq!(routes(&network, "vnet-c/default"), "");
}

/// What Azure tells machines of each network about the account's name.
fn told(documents: &[&str]) -> String {
    let network = kubenet(&documents.concat());
    let networks = [Some("vnet-a"), Some("vnet-b"), None];
    networks.iter().fold(String::new(), |text, vnet| {
        let answer = azure::answer(
            &network,
            *vnet,
            "photos.blob.core.windows.net",
            RecordType::A,
        );
        let aliases = answer
            .aliases()
            .iter()
            .fold(String::new(), |all, one| all + " -> " + one);
        let code = answer.rcode().unwrap_or("-");
        text + &format!(
            "{}: {code}{aliases} {:?} {}\n",
            vnet.unwrap_or("outside"),
            answer.addresses(),
            answer.why.id
        )
    })
}

#[test]
fn a_name_leads_to_the_endpoint_only_for_who_sees_a_zone_with_its_record() {
    let group = "privateDnsZoneGroups: [{name: default, properties: {privateDnsZoneConfigs: [{name: z, properties: {privateDnsZoneId: privatelink.blob.core.windows.net}}]}}], ";
    let plain = endpoint("vnet-a/vms", "", "");
    let grouped = endpoint("vnet-a/vms", group, "");
    let pending = endpoint(
        "vnet-a/vms",
        group,
        ", privateLinkServiceConnectionState: {status: Pending}",
    );
    let (a, redirect) = (
        link("vnet-a", ""),
        link("vnet-a", ", resolutionPolicy: NxDomainRedirect"),
    );
    let all = [
        ("no endpoint", told(&[ACCOUNT, ZONE, &a])),
        ("no zone", told(&[ACCOUNT, &plain])),
        (
            "a linked zone without the record",
            told(&[ACCOUNT, ZONE, &a, &plain]),
        ),
        (
            "the same with NxDomainRedirect",
            told(&[ACCOUNT, ZONE, &redirect, &plain]),
        ),
        ("a zone group", told(&[ACCOUNT, ZONE, &a, &grouped])),
        (
            "an endpoint that waits",
            told(&[ACCOUNT, ZONE, &a, &pending]),
        ),
    ];
    let all = all.iter().fold(String::new(), |text, (what, told)| {
        text + what + "\n" + told
    });
    expect![[r#"
        no endpoint
        vnet-a: NOERROR [198.18.0.1] why-dns-storage
        vnet-b: NOERROR [198.18.0.1] why-dns-storage
        outside: NOERROR [198.18.0.1] why-dns-storage
        no zone
        vnet-a: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        vnet-b: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        outside: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        a linked zone without the record
        vnet-a: NXDOMAIN -> photos.privatelink.blob.core.windows.net [] why-dns-private-missing
        vnet-b: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        outside: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        the same with NxDomainRedirect
        vnet-a: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-redirect
        vnet-b: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        outside: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        a zone group
        vnet-a: NOERROR -> photos.privatelink.blob.core.windows.net [10.1.1.5] why-dns-zone
        vnet-b: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        outside: NOERROR -> photos.privatelink.blob.core.windows.net [198.18.0.1] why-dns-private-public
        an endpoint that waits
        vnet-a: NOERROR [198.18.0.1] why-dns-storage
        vnet-b: NOERROR [198.18.0.1] why-dns-storage
        outside: NOERROR [198.18.0.1] why-dns-storage
    "#]].assert_eq(&all);
}

#[test]
fn the_account_decides_about_the_state_and_another_group_makes_no_alias() {
    let account = "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {privateEndpointConnections: [{properties: {privateEndpoint: {id: PE}, privateLinkServiceConnectionState: {status: Rejected}}}]}}\n---\n";
    let rejected = told(&[account, &endpoint("vnet-a/vms", "", "")]);
    assert!(
        rejected.starts_with("vnet-a: NOERROR [198.18.0.1] why-dns-storage"),
        "{rejected}"
    );
    let file = endpoint("vnet-a/vms", "", "").replace("[blob]", "[file]");
    let other = told(&[ACCOUNT, &file]);
    assert!(
        other.starts_with("vnet-a: NOERROR [198.18.0.1] why-dns-storage"),
        "{other}"
    );
}

#[test]
fn other_services_have_names_too_but_no_public_address_here() {
    let key = "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: vnet-a/vms}, privateLinkServiceConnections: [{name: c, properties: {privateLinkServiceId: /subscriptions/0/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/keys, groupIds: [vault]}}], privateDnsZoneGroups: [{privateDnsZoneConfigs: [{privateDnsZoneId: privatelink.vaultcore.azure.net}]}]}}\n---\n{type: Microsoft.Network/privateDnsZones, name: privatelink.vaultcore.azure.net, properties: {virtualNetworkLinks: [{properties: {virtualNetwork: {id: vnet-a}}}]}}\n---\n";
    let network = kubenet(key);
    let told = |vnet| {
        let answer = azure::answer(&network, Some(vnet), "keys.vault.azure.net", RecordType::A);
        format!("{:?} {:?}", answer.outcome, answer.addresses())
    };
    assert_eq!(told("vnet-a"), "Found [10.1.1.5]");
    assert_eq!(
        told("vnet-b"),
        r#"NotModelled("the public address of Microsoft.KeyVault/vaults keys") []"#
    );
}

#[test]
fn machines_register_themselves_and_their_names_stay_in_their_network() {
    let zone = "{type: Microsoft.Network/privateDnsZones, name: corp.internal, properties: {}}\n---\n{type: Microsoft.Network/privateDnsZones/virtualNetworkLinks, name: corp.internal/a, properties: {virtualNetwork: {id: vnet-a}, registrationEnabled: true}}\n---\n{type: Microsoft.Network/privateDnsZones/virtualNetworkLinks, name: corp.internal/b, properties: {virtualNetwork: {id: vnet-b}}}\n---\n{type: Microsoft.Network/privateDnsZones/A, name: corp.internal/n1, properties: {aRecords: [{ipv4Address: 10.9.9.9}]}}\n---\n{type: Microsoft.Network/privateDnsZones/TXT, name: corp.internal/a.b, properties: {txtRecords: [{value: [one, two]}]}}\n---\n";
    let network = kubenet(zone);
    let domain = azure::internal_domain(network.vnet("vnet-b").unwrap());
    let told = |vnet, name: &str, kind| {
        let answer = azure::answer(&network, vnet, name, kind);
        let records = answer.records.iter().map(|record| record.data.to_string());
        let records: Vec<String> = records.collect();
        format!(
            "{} {} {} {} {}\n",
            vnet.unwrap_or("outside"),
            name.replace(&domain, "DOMAIN-OF-B"),
            answer.rcode().unwrap_or("-"),
            records.join(","),
            answer.why.id
        )
    };
    let a = RecordType::A;
    let all = [
        told(Some("vnet-a"), "vm-a.corp.internal", a),
        told(Some("vnet-b"), "n0.corp.internal", a),
        // What is written stays; what is not registered is not there.
        told(Some("vnet-b"), "n1.corp.internal", a),
        told(Some("vnet-b"), "vm-b.corp.internal", a),
        told(None, "vm-a.corp.internal", a),
        told(Some("vnet-b"), "a.b.corp.internal", RecordType::Txt),
        told(Some("vnet-b"), "a.b.corp.internal", a),
        told(Some("vnet-b"), "b.corp.internal", a),
        told(Some("vnet-b"), &format!("vm-b.{domain}"), a),
        told(Some("vnet-a"), &format!("vm-b.{domain}"), a),
        told(Some("vnet-a"), "kn-dns-1234.hcp.japaneast.azmk8s.io", a),
    ];
    expect![[r#"
        vnet-a vm-a.corp.internal NOERROR 10.1.1.4 why-dns-registered
        vnet-b n0.corp.internal NOERROR 10.1.0.4 why-dns-registered
        vnet-b n1.corp.internal NOERROR 10.9.9.9 why-dns-zone
        vnet-b vm-b.corp.internal NXDOMAIN  why-dns-zone-no-record
        outside vm-a.corp.internal NXDOMAIN  why-dns-zone-not-linked
        vnet-b a.b.corp.internal NOERROR onetwo why-dns-zone
        vnet-b a.b.corp.internal NOERROR  why-dns-no-data
        vnet-b b.corp.internal NOERROR  why-dns-no-data
        vnet-b vm-b.DOMAIN-OF-B NOERROR 10.2.0.4 why-dns-machine
        vnet-a vm-b.DOMAIN-OF-B NXDOMAIN  why-dns-other-vnet
        vnet-a kn-dns-1234.hcp.japaneast.azmk8s.io -  why-limit-not-modelled
    "#]]
    .assert_eq(&all.concat());
}
