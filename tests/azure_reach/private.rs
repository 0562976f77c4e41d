//! Private endpoints, and what Azure DNS is asked.

use kubehop::engine::dns::RecordType;
use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::scenarios;

use super::{CLASSIC, ROUTED, TABLE, holds};

/// An account, and a private endpoint of it at 10.2.0.10 in the peered network or 10.1.2.10 in an own subnet.
fn private(address: &str, subnet: &str) -> String {
    format!(
        "
{{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {{publicNetworkAccess: Disabled}}}}
---
{{type: Microsoft.Network/privateEndpoints, name: pe, properties: {{subnet: {{id: {subnet}}}, ipConfigurations: [{{properties: {{privateIPAddress: {address}}}}}], privateLinkServiceConnections: [{{name: c, properties: {{privateLinkServiceId: photos, groupIds: [blob]}}}}]}}}}
---
"
    )
}

#[test]
fn the_route_of_a_private_endpoint_passes_a_firewall_by_unless_its_subnet_says_otherwise() {
    // 7.4; "Manage network policies for private endpoints".
    let endpoint = private("10.2.0.10", "vnet-b/default");
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, &endpoint, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: past}, spec: {from: pod/default/p0, to: 10.2.0.10, port: 443, expect: {verdict: delivered, receivers: [storage/photos], source: 10.1.0.4, via: [azure.route, azure.peering, azure.privateendpoint, storage.acl], avoids: [firewall/fw], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: machine}, spec: {from: host/vm-b, to: storage/photos, expect: {verdict: delivered, source: 10.2.0.4, avoids: [azure.peering], reply: delivered}}}
"],
    );
    let policies = "
{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-b/default, properties: {addressPrefix: 10.2.0.0/24, privateEndpointNetworkPolicies: RouteTableEnabled}}
---
";
    holds(
        "kubenet",
        ROUTED,
        &[TABLE, CLASSIC, &endpoint, policies, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: inspected}, spec: {from: pod/default/p0, to: 10.2.0.10, port: 443, expect: {verdict: delivered, source: 10.1.0.4, via: [firewall/fw, azure.firewall, azure.peering, privateendpoint/pe]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: denied}, spec: {from: host/vm-a, to: 10.2.0.10, port: 22, expect: {verdict: dropped, endsAt: {place: firewall/fw}}}}
"],
    );
}

#[test]
fn rules_filter_what_reaches_a_private_endpoint_only_where_its_subnet_says_so() {
    // 7.4: in 2021 not enforced at the endpoint. The rules of the sender always count.
    let endpoint = private("10.1.2.10", "vnet-a/appgw");
    let nsg = "
{type: Microsoft.Network/networkSecurityGroups, name: shut, properties: {securityRules: [{name: no, properties: {priority: 100, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: '*', destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '*'}}]}}
---
";
    let subnet = |policies: &str| {
        format!(
            "
{{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/appgw, properties: {{addressPrefix: 10.1.2.0/24, networkSecurityGroup: {{id: shut}}, privateEndpointNetworkPolicies: {policies}}}}}
---
"
        )
    };
    let open = "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: open}, spec: {from: host/vm-a, to: privateendpoint/pe, expect: {verdict: delivered, source: 10.1.1.4, avoids: [azure.nsg.in.subnet], reply: delivered}}}
";
    let shut = "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: shut}, spec: {from: host/vm-a, to: privateendpoint/pe, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/appgw, stage: azure.nsg.in.subnet, disposition: DeniedIn}}}}
";
    let then = "{apiVersion: kubehop.dev/v1, kind: Settings, spec: {era: 2021}}";
    for (policies, flow) in [
        ("Disabled", open),
        ("RouteTableEnabled", open),
        ("NetworkSecurityGroupEnabled", shut),
        ("Enabled", shut),
    ] {
        holds("kubenet", &[], &[&endpoint, nsg, &subnet(policies), flow]);
    }
    holds(
        "kubenet",
        &[],
        &[&endpoint, nsg, &subnet("Enabled"), open, then],
    );
}

#[test]
fn the_client_of_a_private_endpoint_is_seen_with_the_address_that_its_network_gives_it() {
    // 7.4 and 2.2: the client's private address; pods have their own within the virtual network of Azure CNI.
    let near = private("10.1.2.10", "vnet-a/appgw");
    holds(
        "azure-cni",
        &[],
        &[&near, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: storage/photos, expect: {verdict: delivered, source: 10.1.0.10, destination: \"10.1.2.10:443\", reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: office}, spec: {from: host/op, to: 10.1.2.10, port: 443, expect: {verdict: delivered, source: 192.168.10.5, via: [azure.gateway, azure.privateendpoint], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: ping}, spec: {from: host/vm-a, to: 10.1.2.10, protocol: ICMP, expect: {verdict: dropped, endsAt: {stage: azure.privateendpoint, rule: ICMP}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: outside}, spec: {from: host/client, to: photos.blob.core.windows.net, port: 443, expect: {verdict: dropped, endsAt: {stage: storage.acl, rule: publicNetworkAccess}}}}
"],
    );
    let far = private("10.2.0.10", "vnet-b/default");
    holds(
        "azure-cni",
        &[],
        &[&far, "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: 10.2.0.10, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
"],
    );
}

#[test]
fn coredns_asks_azure_with_the_address_of_its_node() {
    // D-05, in both models.
    for name in ["kubenet", "azure-cni"] {
        let found = scenarios::find(name).expect("a built-in scenario");
        let files = found.files.iter();
        let texts = files.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let simulation = Simulation::new(&Document::from_texts(texts.collect()).0);
        let sender = "pod/default/p0".parse().expect("a place");
        let found = simulation.resolve(&sender, "api.contoso.com.", RecordType::A);
        let resolution = found.expect("a sender");
        let asked = resolution
            .steps()
            .into_iter()
            .filter_map(|(_, _, query)| query);
        let asked: Vec<(String, String, String)> = asked
            .filter_map(|query| {
                let received = query.resolved.walk.as_ref()?.received.clone()?;
                Some((
                    query.resolved.asked_by.to_string(),
                    received.packet.source.to_string(),
                    received.receiver.to_string(),
                ))
            })
            .collect();
        let [(first, pod, _), (coredns, source, azure)] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        assert_eq!(
            (first.as_str(), azure.as_str()),
            ("pod/default/p0", "azuredns")
        );
        let network = simulation.network();
        let pods = network.pods.iter();
        let mut server = pods.filter(|it| it.reference().to_string() == *coredns);
        let node = server
            .next()
            .and_then(|it| it.node_name.clone())
            .expect("its node");
        let ip = network.node(&node).and_then(kubehop::model::kube::Node::ip);
        assert_eq!(Some(source.clone()), ip.map(|ip| ip.to_string()), "{name}");
        assert_ne!(source, pod, "{name}");
    }
}
