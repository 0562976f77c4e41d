//! Azure Firewall, service and private endpoints, storage accounts, Azure DNS: whole walks for what documentation promises.
//!
//! Each test names its origin: the page, or the assertion of the fact sheet derived from it.

mod changed;

use kubehop::engine::simulation::Simulation;
use kubehop::model::diagnostic::Severity;
use kubehop::model::document::Document;

#[path = "azure_reach/private.rs"]
mod private;

/// The built-in scenario with a firewall in its virtual network, through which the nodes and the
/// machines leave; replacements, and further documents with flows that must hold.
fn holds(scenario: &str, change: &[(&str, &str)], documents: &[&str]) {
    let texts = changed::texts(scenario, change, documents).expect("the scenario");
    let (document, problems) = Document::from_texts(texts);
    assert_eq!(problems, [], "the texts are well-formed");
    let simulation = Simulation::new(&document);
    let problems = simulation.diagnostics.iter();
    let errors: Vec<String> = problems
        .filter(|problem| problem.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let failed = changed::failed(&simulation);
    assert!(failed.is_empty(), "\n{}", failed.join("\n\n"));
}

/// The subnets of the nodes and the machines leave through 10.1.3.4; the firewall has its own subnet.
const ROUTED: &[(&str, &str)] = &[
    (
        "properties: {addressPrefix: 10.1.0.0/24}",
        "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: by-firewall}}",
    ),
    (
        "properties: {addressPrefix: 10.1.1.0/24}",
        "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: by-firewall}}\n    - name: AzureFirewallSubnet\n      properties: {addressPrefix: 10.1.3.0/26}",
    ),
];

const TABLE: &str = "
type: Microsoft.Network/routeTables
name: by-firewall
properties:
  routes:
    - {name: out, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}
    - {name: office, properties: {addressPrefix: 192.168.10.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}
    - {name: peer, properties: {addressPrefix: 10.2.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}
---
{type: Microsoft.Network/publicIPAddresses, name: fw-ip, sku: {name: Standard}, properties: {ipAddress: 20.70.0.1}}
";

/// A firewall with classic rules.
const CLASSIC: &str = "
type: Microsoft.Network/azureFirewalls
name: fw
properties:
  ipConfigurations:
    - name: a
      properties: {subnet: {id: vnet-a/AzureFirewallSubnet}, publicIPAddress: {id: fw-ip}}
  networkRuleCollections:
    - name: net
      properties:
        priority: 200
        action: {type: Allow}
        rules:
          - {name: web, protocols: [TCP], sourceAddresses: [10.1.0.0/16], destinationAddresses: [198.51.100.20], destinationPorts: [\"443\"]}
          - {name: office, protocols: [Any], sourceAddresses: [\"*\"], destinationAddresses: [192.168.10.0/24, 10.2.0.0/16], destinationPorts: [\"*\"]}
          - {name: ping, protocols: [ICMP], sourceAddresses: [\"*\"], destinationAddresses: [\"*\"], destinationPorts: [\"*\"]}
    - name: first
      properties:
        priority: 100
        action: {type: Deny}
        rules:
          - {name: no-ssh, protocols: [TCP], sourceAddresses: [\"*\"], destinationAddresses: [\"*\"], destinationPorts: [\"22\"]}
  applicationRuleCollections:
    - name: app
      properties:
        priority: 100
        action: {type: Allow}
        rules:
          - {name: docs, protocols: [{protocolType: Https, port: 443}], sourceAddresses: [\"*\"], targetFqdns: [\"*.contoso.com\"]}
  natRuleCollections:
    - name: nat
      properties:
        priority: 100
        action: {type: Dnat}
        rules:
          - {name: vm, protocols: [TCP], sourceAddresses: [\"*\"], destinationAddresses: [20.70.0.1], destinationPorts: [\"8443\"], translatedAddress: 10.1.1.4, translatedPort: \"443\"}
";

#[test]
fn a_firewall_lets_pass_what_a_rule_allows_and_gives_it_its_public_address() {
    // Azure Firewall rule processing logic; SNAT private IP address ranges.
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: allowed}, spec: {from: host/vm-a, to: host/server, port: 443, expect: {verdict: delivered, source: 20.70.0.1, via: [azure.route, firewall/fw, azure.firewall], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: from-a-pod}, spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, source: 20.70.0.1, via: [firewall/fw], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: denied-by-default}, spec: {from: host/vm-a, to: host/server, port: 80, expect: {verdict: dropped, endsAt: {place: firewall/fw, stage: azure.firewall, rule: default action, disposition: DeniedOut}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: lowest-number-first}, spec: {from: host/vm-a, to: host/op, port: 22, expect: {verdict: dropped, endsAt: {stage: azure.firewall, rule: first/no-ssh, disposition: DeniedOut}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: ping-out}, spec: {from: host/vm-a, to: host/server, protocol: ICMP, expect: {verdict: not-modelled, endsAt: {stage: azure.firewall}}}}
"],
    );
}

#[test]
fn towards_private_ranges_a_network_rule_keeps_the_source() {
    // SNAT private IP address ranges. The answer of the office comes by the gateway, whose subnet has no table.
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: office}, spec: {from: host/vm-a, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.1.4, via: [firewall/fw, azure.gateway], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: one-sided}, spec: {from: host/op, to: host/vm-a, port: 443, expect: {verdict: delivered, reply: dropped, endsAt: {place: firewall/fw, stage: azure.firewall, disposition: NoConnection}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: peer}, spec: {from: host/vm-a, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.1.4, via: [firewall/fw, azure.peering]}}}
"],
    );
    // Always: no range keeps it.
    let always = CLASSIC.replace(
        "  ipConfigurations:",
        "  additionalProperties: {Network.SNAT.PrivateRanges: 255.255.255.255/32}\n  ipConfigurations:",
    );
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, &always, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: office}, spec: {from: host/vm-a, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.3.4, reply: delivered}}}
"],
    );
    // Never: what keeps a private source does not get to the internet.
    let never = CLASSIC.replace(
        "  ipConfigurations:",
        "  additionalProperties: {Network.SNAT.PrivateRanges: 0.0.0.0/0}\n  ipConfigurations:",
    );
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, &never, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: host/vm-a, to: host/server, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.firewall, disposition: SnatUnavailable}}}}
"],
    );
}

#[test]
fn application_rules_decide_by_name_after_the_network_rules() {
    // Azure Firewall rule processing logic: an application rule with priority 100 comes after a network rule with 200.
    let zone = "
type: Microsoft.Network/dnsZones
name: contoso.com
properties:
  recordSets:
    - {name: api, properties: {aRecords: [{ipv4Address: 198.51.100.20}]}}
    - {name: other, properties: {aRecords: [{ipv4Address: 198.51.100.21}]}}
---
type: Microsoft.Network/dnsZones
name: example.net
properties:
  recordSets: [{name: www, properties: {aRecords: [{ipv4Address: 198.51.100.21}]}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: second}, spec: {network: internet, ip: 198.51.100.21}}
";
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, zone, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-name}, spec: {from: host/vm-a, to: \"https://other.contoso.com/\", expect: {verdict: delivered, source: 20.70.0.1, via: [firewall/fw], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: name-of-a-target}, spec: {from: pod/default/p0, to: other.contoso.com, port: 443, expect: {verdict: delivered, source: 20.70.0.1, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: another-name}, spec: {from: host/vm-a, to: \"https://www.example.net/\", expect: {verdict: dropped, endsAt: {stage: azure.firewall, rule: default action}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: without-tls}, spec: {from: host/vm-a, to: \"http://other.contoso.com/\", expect: {verdict: dropped, endsAt: {stage: azure.firewall, rule: default action}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: no-name}, spec: {from: host/vm-a, to: host/second, port: 443, expect: {verdict: not-modelled, endsAt: {stage: azure.firewall}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: network-rule-first}, spec: {from: host/vm-a, to: \"https://api.contoso.com/\", expect: {verdict: delivered, reply: delivered}}}
"],
    );
}

#[test]
fn dnat_translates_both_ends_so_that_the_answer_comes_back() {
    // Azure Firewall NAT behaviors.
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: published}, spec: {from: host/client, to: 20.70.0.1, port: 8443, expect: {verdict: delivered, receivers: [host/vm-a], source: 10.1.3.4, reply: delivered, replySource: 20.70.0.1}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: nothing-else}, spec: {from: host/client, to: 20.70.0.1, port: 443, expect: {verdict: dropped, endsAt: {place: firewall/fw, stage: azure.firewall, rule: default action, disposition: DeniedIn}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: itself}, spec: {from: host/vm-a, to: 10.1.3.4, port: 22, expect: {verdict: dropped, endsAt: {place: firewall/fw, rule: first/no-ssh}}}}
"],
    );
}

#[test]
fn the_answer_of_a_public_service_meets_a_firewall_that_never_saw_the_request() {
    // L-17, W12; and the cure of "Integrate Azure Firewall with Azure Standard Load Balancer".
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: lost}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, reply: dropped, endsAt: {place: firewall/fw, stage: azure.firewall, disposition: NoConnection}}}}
"],
    );
    let table = TABLE.replace(
        "  routes:\n",
        "  routes:\n    - {name: direct, properties: {addressPrefix: 20.70.0.1/32, nextHopType: Internet}}\n",
    );
    let firewall = CLASSIC.replace(
        "        rules:\n          - {name: vm,",
        "        rules:\n          - {name: web, protocols: [TCP], sourceAddresses: [\"*\"], destinationAddresses: [20.70.0.1], destinationPorts: [\"80\"], translatedAddress: 20.50.60.70, translatedPort: \"80\"}\n          - {name: vm,",
    );
    holds(
        "kubenet",
        ROUTED,
        &[&table, &firewall, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-the-firewall}, spec: {from: host/client, to: 20.70.0.1, port: 80, expect: {verdict: delivered, receivers: [pod/default/p1], via: [firewall/fw, loadbalancer/kubernetes], reply: delivered, replySource: 20.70.0.1}}}
"],
    );
    let inner = "
apiVersion: v1
kind: Service
metadata: {name: inner, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}}
spec: {type: LoadBalancer, loadBalancerIP: 10.1.0.200, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
";
    let firewall = firewall.replace(
        "translatedAddress: 20.50.60.70",
        "translatedAddress: 10.1.0.200",
    );
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, &firewall, inner, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-an-internal-frontend}, spec: {from: host/client, to: 20.70.0.1, port: 80, expect: {verdict: delivered, receivers: [pod/default/p1], via: [firewall/fw, loadbalancer/kubernetes-internal], reply: delivered, replySource: 20.70.0.1}}}
"],
    );
}

#[test]
fn a_cluster_with_user_defined_routing_leaves_through_the_firewall() {
    // egress-outboundtype: no outbound rule, no outbound address.
    let mut change = ROUTED.to_vec();
    change.push((
        "outboundType: loadBalancer",
        "outboundType: userDefinedRouting",
    ));
    holds(
        "kubenet",
        &change,
        &[TABLE, CLASSIC, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, source: 20.70.0.1, via: [firewall/fw], avoids: [azure.lb.outbound], reply: delivered}}}
"],
    );
}

/// A firewall whose rules are those of a policy.
const BY_POLICY: &str = "
type: Microsoft.Network/azureFirewalls
name: fw
properties:
  firewallPolicy: {id: own}
  ipConfigurations:
    - name: a
      properties: {subnet: {id: vnet-a/AzureFirewallSubnet}, publicIPAddress: {id: fw-ip}}
---
{type: Microsoft.Network/firewallPolicies, name: own, properties: {basePolicy: {id: parent}, snat: {privateRanges: [IANAPrivateRanges, 198.51.100.0/24]}}}
---
{type: Microsoft.Network/firewallPolicies, name: parent, properties: {}}
---
type: Microsoft.Network/firewallPolicies/ruleCollectionGroups
name: own/late
properties:
  priority: 300
  ruleCollections:
    - {ruleCollectionType: FirewallPolicyFilterRuleCollection, name: open, priority: 100, action: {type: Allow}, rules: [{ruleType: NetworkRule, name: all, ipProtocols: [Any], sourceAddresses: [\"*\"], destinationAddresses: [\"*\"], destinationPorts: [\"*\"]}]}
---
type: Microsoft.Network/firewallPolicies/ruleCollectionGroups
name: own/early
properties:
  priority: 200
  ruleCollections:
    - {ruleCollectionType: FirewallPolicyFilterRuleCollection, name: shut, priority: 60000, action: {type: Deny}, rules: [{ruleType: NetworkRule, name: telnet, ipProtocols: [TCP], sourceAddresses: [\"*\"], destinationAddresses: [198.51.100.0-198.51.100.30], destinationPorts: [20-23, \"8080\"]}]}
---
type: Microsoft.Network/firewallPolicies/ruleCollectionGroups
name: parent/base
properties:
  priority: 65000
  ruleCollections:
    - {ruleCollectionType: FirewallPolicyFilterRuleCollection, name: company, priority: 65000, action: {type: Allow}, rules: [{ruleType: NetworkRule, name: port-8080, ipProtocols: [TCP], sourceAddresses: [\"*\"], destinationAddresses: [\"*\"], destinationPorts: [\"8080\"]}]}
";

#[test]
fn rules_of_a_parent_policy_come_first_then_groups_then_collections() {
    // Azure Firewall rule processing logic: the numbers count within a policy only.
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, BY_POLICY, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: parent-first}, spec: {from: host/vm-a, to: 203.0.113.77, port: 8080, expect: {verdict: delivered, source: 20.70.0.1, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: early-group}, spec: {from: host/vm-a, to: host/server, port: 23, expect: {verdict: dropped, endsAt: {rule: shut/telnet, disposition: DeniedOut}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: registered-range}, spec: {from: host/vm-a, to: host/server, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.firewall, disposition: SnatUnavailable}}}}
"],
    );
    let without = BY_POLICY.replace("name: parent, properties", "name: other, properties");
    let without = without.replace("name: parent/base", "name: other/base");
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, &without, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: parent-missing}, spec: {from: host/vm-a, to: host/server, port: 8080, expect: {verdict: not-modelled, endsAt: {stage: azure.firewall}}}}
"],
    );
}

#[test]
fn what_a_rule_names_and_nobody_knows_is_not_modelled() {
    let groups = CLASSIC.replace(
        "sourceAddresses: [10.1.0.0/16], destinationAddresses: [198.51.100.20]",
        "sourceIpGroups: [nodes], destinationAddresses: [198.51.100.20]",
    );
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, &groups, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: ip-group}, spec: {from: host/vm-a, to: host/server, port: 443, expect: {verdict: not-modelled, endsAt: {stage: azure.firewall}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: another-port}, spec: {from: host/vm-a, to: host/server, port: 80, expect: {verdict: dropped, endsAt: {rule: default action}}}}
"],
    );
}

/// The subnet of the nodes has a service endpoint.
const ENDPOINT: (&str, &str) = (
    "properties: {addressPrefix: 10.1.0.0/24",
    "properties: {serviceEndpoints: [{service: Microsoft.Storage}], addressPrefix: 10.1.0.0/24",
);

#[test]
fn a_service_endpoint_keeps_the_private_source_and_tells_the_subnet() {
    // 7.4: the route of the endpoint wins over 0.0.0.0/0 to a firewall.
    let account = "
{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {networkAcls: {defaultAction: Deny, virtualNetworkRules: [{id: VNET-A/nodes}]}}}
";
    let mut change = ROUTED.to_vec();
    change.push(ENDPOINT);
    holds(
        "kubenet",
        &change,
        &[TABLE, CLASSIC, account, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: past-the-firewall}, spec: {from: pod/default/p0, to: storage/photos, expect: {verdict: delivered, receivers: [storage/photos], source: 10.1.0.4, via: [azure.serviceendpoint, storage.acl], avoids: [firewall/fw], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-name}, spec: {from: node/n0, to: photos.blob.core.windows.net, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: subnet-without}, spec: {from: host/vm-a, to: \"https://photos.blob.core.windows.net/\", expect: {verdict: dropped, endsAt: {place: firewall/fw, rule: default action}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: from-outside}, spec: {from: host/client, to: storage/photos, expect: {verdict: dropped, endsAt: {place: storage/photos, stage: storage.acl, rule: defaultAction, disposition: DeniedIn}}}}
"],
    );
}

#[test]
fn without_an_endpoint_an_account_sees_the_outbound_public_address() {
    // R-13; and "Azure Storage firewall rules": address rules do not count within the account's region.
    let account = |name: &str, region: &str, more: &str| {
        format!(
            "{{type: Microsoft.Storage/storageAccounts, name: {name}, location: {region}, properties: {{{more}networkAcls: {{defaultAction: Deny, ipRules: [{{value: 20.50.60.71}}]}}}}}}\n---\n"
        )
    };
    let accounts = [
        account("far", "westeurope", ""),
        account("near", "japaneast", ""),
        account("off", "westeurope", "publicNetworkAccess: Disabled, "),
        "{type: Microsoft.Storage/storageAccounts, name: open, location: westeurope, properties: {}}".to_owned(),
    ]
    .concat();
    holds(
        "kubenet",
        &[],
        &[&accounts, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: far}, spec: {from: pod/default/p0, to: storage/far, expect: {verdict: delivered, source: 20.50.60.71, avoids: [azure.serviceendpoint], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: near}, spec: {from: pod/default/p0, to: storage/near, expect: {verdict: dropped, endsAt: {stage: storage.acl, disposition: DeniedIn}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: off}, spec: {from: pod/default/p0, to: storage/off, expect: {verdict: dropped, endsAt: {stage: storage.acl, rule: publicNetworkAccess}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: open}, spec: {from: host/client, to: storage/open, expect: {verdict: delivered, source: 203.0.113.9, reply: delivered}}}
"],
    );
    // An endpoint of the region also covers the paired one, and nobody here knows which that is.
    holds(
        "kubenet",
        &[ENDPOINT],
        &[&accounts, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: perhaps-paired}, spec: {from: pod/default/p0, to: storage/far, expect: {verdict: not-modelled, endsAt: {stage: azure.serviceendpoint}}}}
"],
    );
}
