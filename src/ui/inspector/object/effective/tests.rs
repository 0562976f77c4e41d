//! The inspector derives the same as `kubehop effective` prints.

use super::{sections, words_of};
use crate::engine::dataplane::Dataplane;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::scenarios;
use crate::text::{Language, Texts};

/// The kubenet scenario with another document.
fn kubenet(more: &str) -> Simulation {
    let mut texts: Vec<(String, String)> = Vec::new();
    for (name, text) in scenarios::find("kubenet").unwrap().files {
        texts.push(((*name).to_owned(), (*text).to_owned()));
    }
    texts.push(("more.yaml".to_owned(), more.to_owned()));
    Simulation::new(&Document::from_texts(texts).0)
}

/// Title and rows of each table, a line each.
fn shown(plane: &Dataplane, object: &str) -> Vec<String> {
    let texts = Texts::new(Language::En);
    let found = sections(&texts, plane, &object.parse().unwrap());
    let line = |(on, cells): &(bool, Vec<String>)| {
        let mark = if *on { "" } else { "off: " };
        format!("{mark}{}", cells.join(" | "))
    };
    found
        .iter()
        .flat_map(|it| std::iter::once(it.title.clone()).chain(it.rows.iter().map(line)))
        .collect()
}

#[test]
fn a_long_name_may_be_broken_between_its_words_only() {
    let words = |text| words_of(text).collect::<Vec<_>>();
    assert_eq!(
        words("VirtualNetworkGateway, Active"),
        ["Virtual", "Network", "Gateway, Active"]
    );
    assert_eq!(words("NSG 10.1.0.0/16"), ["NSG 10.1.0.0/16"]);
    assert_eq!(
        words("\u{30eb}\u{30fc}\u{30c8}"),
        ["\u{30eb}\u{30fc}\u{30c8}"]
    );
    assert_eq!(words(""), [""]);
}

#[test]
fn a_subnet_shows_its_routes_with_what_is_not_in_force() {
    let simulation = kubenet(
        "type: Microsoft.Network/routeTables
name: out
properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}]}
---
type: Microsoft.Network/virtualNetworks/subnets
name: vnet-a/appgw
properties: {addressPrefix: 10.1.2.0/24, routeTable: {id: out}}
",
    );
    let rows = shown(&simulation.dataplane, "subnet/vnet-a/appgw");
    assert_eq!(rows[0], "Effective routes of appgw");
    for row in [
        "0.0.0.0/0 | VirtualAppliance 10.1.1.4 | User, Active",
        "off: 0.0.0.0/0 | Internet | Default, Invalid",
        "10.1.0.0/16 | VnetLocal | Default, Active",
        "10.2.0.0/16 | VNetPeering | Default, Active",
        "192.168.10.0/24 | VirtualNetworkGateway | VirtualNetworkGateway, Active",
    ] {
        assert!(rows.iter().any(|it| it == row), "{row}: {rows:#?}");
    }
}

#[test]
fn a_route_to_a_service_tag_says_for_which_addresses_it_decides() {
    let simulation = kubenet(
        "type: Microsoft.Network/routeTables
name: out
properties:
  routes:
    - {name: cloud, properties: {addressPrefix: AzureCloud, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}
    - {name: one, properties: {addressPrefix: 20.50.60.70/32, nextHopType: None}}
    - {name: storage, properties: {addressPrefix: Storage.japaneast, nextHopType: Internet}}
    - {name: sql, properties: {addressPrefix: Sql, nextHopType: Internet}}
---
type: Microsoft.Network/virtualNetworks/subnets
name: vnet-a/appgw
properties: {addressPrefix: 10.1.2.0/24, routeTable: {id: out}}
---
{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {}}
",
    );
    let rows = shown(&simulation.dataplane, "subnet/vnet-a/appgw");
    let tags: Vec<&String> = rows.iter().filter(|row| row.contains("tag)")).collect();
    assert_eq!(
        tags,
        [
            "AzureCloud (service tag) | VirtualAppliance 10.1.1.4 | User, Active: decides for 20.50.60.71; other addresses of the tag are not modelled",
            "Storage.japaneast (service tag) | Internet | User, Active: decides for 198.18.0.1; other addresses of the tag are not modelled",
            "off: Sql (service tag) | Internet | User, Active: the scenario has no address that is known to be in the tag; others are not modelled",
        ]
    );
}

#[test]
fn a_node_shows_the_rules_of_both_groups_and_the_default_ones() {
    let simulation = kubenet("");
    for object in ["node/n0", "nsg/aks-agentpool-nsg"] {
        let rows = shown(&simulation.dataplane, object);
        for row in [
            "Rules of aks-agentpool-nsg at the interface of n0",
            "in 65000 | * VirtualNetwork → VirtualNetwork:* | Allow AllowVnetInBound",
            "in 65500 | * * → *:* | Deny DenyAllInBound",
            "out 65001 | * * → Internet:* | Allow AllowInternetOutBound",
        ] {
            assert!(
                rows.iter().any(|it| it == row),
                "{object}, {row}: {rows:#?}"
            );
        }
    }
}

#[test]
fn a_rule_that_asks_for_source_ports_shows_them() {
    let simulation = kubenet(
        "type: Microsoft.Network/networkSecurityGroups
name: mine
properties: {securityRules: [{name: dns, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Udp, sourceAddressPrefix: '*', sourcePortRange: '53', destinationAddressPrefix: '*', destinationPortRange: '*'}}]}
---
type: Microsoft.Network/virtualNetworks/subnets
name: vnet-a/appgw
properties: {addressPrefix: 10.1.2.0/24, networkSecurityGroup: {id: mine}}
",
    );
    let rows = shown(&simulation.dataplane, "subnet/vnet-a/appgw");
    let row = "in 100 | Udp *:53 → *:* | Allow dns";
    assert!(rows.iter().any(|it| it == row), "{rows:#?}");
}

#[test]
fn a_load_balancer_shows_who_answers_its_probes() {
    let local = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, clusterIP: 10.0.50.1, externalTrafficPolicy: Local, healthCheckNodePort: 32000, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 31380}]}
";
    let mut simulation = kubenet("");
    let files = &scenarios::find("kubenet").unwrap().files;
    let texts = files.iter().map(|(name, text)| {
        let text = if *name == "web.yaml" { local } else { text };
        ((*name).to_owned(), text.to_owned())
    });
    assert!(
        shown(&simulation.dataplane, "loadbalancer/kubernetes")
            .contains(&"n0 | 31380 | answers".to_owned())
    );
    simulation = Simulation::new(&Document::from_texts(texts.collect::<Vec<_>>()).0);
    let rows = shown(&simulation.dataplane, "loadbalancer/kubernetes");
    for row in [
        "off: n0 | 32000 | no ready endpoint on this node",
        "n1 | 32000 | answers",
        "aksOutboundRule | outbound-ip | 1024",
    ] {
        assert!(rows.iter().any(|it| it == row), "{row}: {rows:#?}");
    }
}
