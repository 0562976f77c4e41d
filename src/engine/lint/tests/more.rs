//! More cases of `found`, and what comes near them: groups that no packet comes to, and what kubenet and the year 2021
//! did not have.

use super::cases::{NODES, NODES_NSG, nsg};
use super::found::{Case, problems};
use crate::engine::lint::{catalogue, controllers};
use crate::model::diagnostic::Severity;
use crate::text::{Language, Texts};

pub(super) const MORE: &[Case] = &[
    Case {
        code: "rule-elsewhere",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: web, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}",
            "{name: other, properties: {priority: 300, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', destinationAddressPrefix: 10.77.0.0/24, sourcePortRange: '*', destinationPortRange: '443'}}"
        ),
        at: "nsg/mine properties.securityRules[1]",
    },
    Case {
        code: "security-group-unused",
        scenario: "azure-cni",
        change: &[],
        documents: nsg!(),
        at: "nsg/mine",
    },
    Case {
        code: "kubenet-virtual-nodes",
        scenario: "kubenet",
        change: &[(
            "  networkProfile:",
            "  addonProfiles: {aciConnectorLinux: {enabled: true, config: {SubnetName: aci}}}\n  networkProfile:",
        )],
        documents: "",
        at: "cluster/kn properties.addonProfiles.aciConnectorLinux",
    },
    Case {
        code: "peering-second-gateway",
        scenario: "azure-cni",
        change: &[(TO_A, TO_A_REMOTE), (TO_C, TO_C_REMOTE)],
        documents: "",
        at: "peering/vnet-b/b-to-c properties.useRemoteGateways",
    },
    Case {
        code: "peering-without-transit",
        scenario: "azure-cni",
        change: &[(TO_A, TO_A_REMOTE)],
        documents: "",
        at: "peering/vnet-b/b-to-a properties.useRemoteGateways",
    },
    Case {
        code: "connection-down",
        scenario: "azure-cni",
        change: &[(
            "connectionType: IPsec",
            "connectionType: IPsec\n  connectionStatus: NotConnected",
        )],
        documents: "",
        at: "connection/vpn-a-onprem properties.connectionStatus",
    },
    Case {
        code: "event-target",
        scenario: "azure-cni",
        change: &[],
        documents: "{apiVersion: kubehop.dev/v1, kind: Event, metadata: {name: e}, spec: {at: 5, stop: node/nobody}}",
        at: "event/e spec",
    },
    Case {
        code: "basic-load-balancer",
        scenario: "azure-cni",
        change: &[
            (
                "  networkProfile:",
                "  apiServerAccessProfile: {authorizedIPRanges: [203.0.113.0/24]}\n  networkProfile:",
            ),
            ("loadBalancerSku: standard", "loadBalancerSku: basic"),
        ],
        documents: "",
        at: "cluster/cn properties.networkProfile.loadBalancerSku",
    },
];

const TO_A: &str = "    - name: b-to-a\n      properties:";
const TO_A_REMOTE: &str = "    - name: b-to-a\n      properties:\n        useRemoteGateways: true";
const TO_C: &str = "    - name: b-to-c\n      properties:";
const TO_C_REMOTE: &str = "    - name: b-to-c\n      properties:\n        useRemoteGateways: true";

fn codes(scenario: &str, change: &[(&str, &str)], documents: &str) -> Vec<&'static str> {
    let (all, _) = problems(scenario, change, documents);
    all.iter().map(|it| it.code).collect()
}

/// Addresses that are where the group is attached, though not in the subnet: pods of kubenet, the frontend of a Service,
/// and everybody behind an appliance.
#[test]
fn rules_about_pods_frontends_and_what_an_appliance_forwards_may_match() {
    let pods = nsg!(
        "{name: pods, properties: {priority: 300, direction: Outbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.244.0.0/16, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '443'}}"
    );
    let frontend = nsg!(
        "{name: web, properties: {priority: 300, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: 20.50.60.70, sourcePortRange: '*', destinationPortRange: '80'}}"
    );
    let appliance = concat!(
        nsg!(
            "{name: other, properties: {priority: 300, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', destinationAddressPrefix: 10.77.0.0/24, sourcePortRange: '*', destinationPortRange: '443'}}"
        ),
        "\n---\n{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: firewall}, spec: {subnet: vnet-a/nodes, ip: 10.1.0.200, ipForwarding: true}}"
    );
    for (scenario, documents) in [
        ("kubenet", pods),
        ("kubenet", frontend),
        ("azure-cni", frontend),
        ("azure-cni", appliance),
    ] {
        let found = codes(scenario, &[(NODES, NODES_NSG)], documents);
        assert!(!found.contains(&"rule-elsewhere"), "{documents}: {found:?}");
    }
}

/// Section 4: in 2021 nodes needed UDP 123 for the time, UDP 1194 and TCP 9000 for the tunnel to the API server.
#[test]
fn the_time_and_the_tunnel_of_2021_are_needed_too() {
    let closed = |protocol: &str, port: u16, era: &str| {
        let web = "{name: web, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}";
        let documents = format!(
            "{{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {{securityRules: [{web}, {{name: no, properties: {{priority: 300, direction: Outbound, access: Deny, protocol: {protocol}, sourceAddressPrefix: '*', destinationAddressPrefix: Internet, sourcePortRange: '*', destinationPortRange: '{port}'}}}}]}}}}\n---\n{{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {{name: s}}, spec: {{era: {era}}}}}"
        );
        let found = codes("azure-cni", &[(NODES, NODES_NSG)], &documents);
        found.iter().filter(|it| **it == "egress-blocked").count()
    };
    for (protocol, port) in [("Udp", 123), ("Udp", 1194), ("Tcp", 9000)] {
        assert_eq!(closed(protocol, port, "2021"), 1, "{protocol} {port}");
        assert_eq!(closed(protocol, port, "now"), 0, "{protocol} {port}");
    }
    assert_eq!(closed("Tcp", 443, "2021"), 1);
    assert_eq!(closed("'*'", 443, "now"), 1);
}

/// V-01: a node runs at most 250 pods. C-13: a Service range is smaller than a /12, and its first address is no place for
/// DNS.
#[test]
fn too_many_pods_a_node_and_service_ranges_that_aks_refuses_are_errors() {
    let found = |from: &str, to: &str| -> Vec<String> {
        let (all, simulation) = problems("azure-cni", &[(from, to)], "");
        let read = simulation.diagnostics.iter();
        let errors = all
            .iter()
            .chain(read)
            .filter(|it| it.severity == Severity::Error);
        errors
            .map(|it| format!("{} {}", it.code, it.message))
            .collect()
    };
    assert_eq!(
        found("maxPods: 30", "maxPods: 256"),
        ["out-of-range `properties.agentPoolProfiles[0].maxPods` is out of range"]
    );
    assert!(
        found("serviceCidr: 10.0.0.0/16", "serviceCidr: 10.0.0.0/12")
            .iter()
            .any(|it| it.starts_with("service-range-too-large"))
    );
    let dns = found("dnsServiceIP: 10.0.0.10", "dnsServiceIP: 10.0.0.1");
    assert!(dns[0].starts_with("dns-service-ip-first"), "{dns:?}");
}

/// R-11 on kubenet: a table of the user's own, and one that few nodes and many own routes fill.
#[test]
fn a_table_of_401_routes_is_too_many_beside_kubenet_as_well() {
    let routes: Vec<String> = (0..401)
        .map(|it| {
            format!(
                "{{name: r{it}, properties: {{addressPrefix: 11.{}.{}.0/24, nextHopType: None}}}}",
                it / 256,
                it % 256
            )
        })
        .collect();
    let table = format!(
        "{{type: Microsoft.Network/routeTables, name: mine, properties: {{routes: [{}]}}}}",
        routes.join(", ")
    );
    let vms = "- name: vms\n      properties: {";
    let with = "- name: vms\n      properties: {routeTable: {id: mine}, ";
    let found = codes("kubenet", &[(vms, with)], &table);
    assert!(found.contains(&"too-many-routes"), "{found:?}");
}

/// What controllers find says as well what it leads to, and where that is documented.
#[test]
fn what_controllers_find_has_a_consequence_in_both_languages() {
    for language in [Language::En, Language::Ja] {
        let texts = Texts::new(language);
        for entry in controllers::ALL {
            assert!(texts.has(entry.consequence), "{}", entry.consequence);
            assert!(
                language == Language::En || texts.has(entry.code),
                "{}",
                entry.code
            );
            assert!(
                !catalogue::ALL.iter().any(|it| it.code == entry.code),
                "{}",
                entry.code
            );
        }
    }
}

/// The add-on for HTTP application routing cannot run from 1.22.6 on (section 8.1); a cluster that says no version is one
/// of today.
#[test]
fn http_application_routing_ends_with_a_patch() {
    let told = |version: &str| {
        let files = crate::scenarios::find("http-routing").unwrap().files.iter();
        let texts = files.map(|(name, text)| {
            let text = text.replace("  kubernetesVersion: \"1.21.14\"\n", version);
            ((*name).to_owned(), text)
        });
        let (document, _) = crate::model::document::Document::from_texts(texts.collect());
        let simulation = crate::engine::simulation::Simulation::new(&document);
        let mut all = simulation.diagnostics.iter();
        all.any(|it| it.code == "addon-retired")
    };
    for (version, refused) in [
        ("1.21.14", false),
        ("1.22.5", false),
        ("1.22.6", true),
        ("1.23.0", true),
    ] {
        assert_eq!(
            told(&format!("  kubernetesVersion: \"{version}\"\n")),
            refused,
            "{version}"
        );
    }
    assert!(told(""));
}
