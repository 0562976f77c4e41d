//! Routing and reach, and security groups.

use super::{holds, problems, simulate};

const NODES: &str = "properties: {addressPrefix: 10.1.0.0/24}";
const VMS: &str = "properties: {addressPrefix: 10.1.1.0/24}";

/// Issue 4, part 1: virtual appliances are hosts that forward statefully; an unknown reply is dropped.
#[test]
fn an_appliance_that_never_saw_the_request_drops_the_answer() {
    let vms = "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: by-nva}}";
    holds(
        "azure-cni",
        &[(VMS, vms)],
        &["
type: Microsoft.Network/routeTables
name: by-nva
properties: {routes: [{name: b, properties: {addressPrefix: 10.2.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.4}}]}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: nva}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.4, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: the-answer-alone-passes-it}
spec: {from: host/vm-b, to: host/vm-a, port: 443, expect: {verdict: delivered, reply: dropped, endsAt: {place: host/nva, stage: host.forward, disposition: NoConnection}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: the-request-alone-passes-it}
spec: {from: host/vm-a, to: host/vm-b, port: 443, expect: {verdict: delivered, via: [host/nva], reply: delivered}}
"],
    );
}

/// Both ways lead through the appliance of the hub: it knows the connection.
#[test]
fn an_appliance_that_saw_the_request_passes_the_answer() {
    let routed = |to: &str, name: &str| {
        format!(
            "{{type: Microsoft.Network/routeTables, name: {name}, properties: {{routes: [{{name: r, properties: {{addressPrefix: {to}, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.4}}}}]}}}}"
        )
    };
    let nodes = "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: to-vms}}";
    let vms = "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: to-nodes}}";
    holds(
        "azure-cni",
        &[(NODES, nodes), (VMS, vms)],
        &[
            &routed("10.1.1.0/24", "to-vms"),
            &routed("10.1.0.0/24", "to-nodes"),
            "
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: nva}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.4, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: there-and-back}
spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: delivered, via: [host/nva], source: 10.1.1.4, reply: delivered, replySource: 10.1.0.10}}
",
        ],
    );
}

const ACCOUNT: &str = "
type: Microsoft.Storage/storageAccounts
name: acct
location: japaneast
properties: {networkAcls: {defaultAction: Allow}}
";

fn tag_route(tag: &str) -> String {
    format!(
        "
type: Microsoft.Network/routeTables
name: by-tag
properties:
  routes:
    - {{name: tagged, properties: {{addressPrefix: {tag}, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.4}}}}
    - {{name: out, properties: {{addressPrefix: 0.0.0.0/0, nextHopType: None}}}}
---
{{apiVersion: kubehop.dev/v1, kind: Host, metadata: {{name: nva}}, spec: {{subnet: vnet-a/appgw, ip: 10.1.2.4, publicIP: 20.50.60.80}}}}
"
    )
}

/// Section 7.2: a service tag may be the prefix of a route; of a tag the addresses of the scenario are known.
#[test]
fn a_route_to_a_service_tag_takes_the_addresses_of_the_service() {
    let vms = "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: by-tag}}";
    for (tag, place) in [
        (
            "Storage",
            "place: host/nva, stage: azure.nic, disposition: NotForwarded",
        ),
        (
            "Storage.JapanEast",
            "place: host/nva, stage: azure.nic, disposition: NotForwarded",
        ),
        (
            "AzureCloud.japaneast",
            "place: host/nva, stage: azure.nic, disposition: NotForwarded",
        ),
        (
            "Storage.WestEurope",
            "place: subnet/vnet-a/vms, stage: azure.route, disposition: NullRouted",
        ),
        (
            "Sql",
            "place: subnet/vnet-a/vms, stage: azure.route, disposition: NullRouted",
        ),
    ] {
        let flow = format!(
            "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {{name: account}}
spec: {{from: host/vm-a, to: storage/acct, port: 443, expect: {{verdict: dropped, endsAt: {{{place}}}}}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {{name: machine-of-the-internet}}
spec: {{from: host/vm-a, to: host/server, port: 443, expect: {{verdict: dropped, endsAt: {{place: subnet/vnet-a/vms, disposition: NullRouted}}}}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {{name: anything}}
spec: {{from: host/vm-a, to: 52.239.1.1, port: 443, expect: {{verdict: not-modelled, endsAt: {{stage: azure.route}}}}}}
"
        );
        holds(
            "azure-cni",
            &[(VMS, vms)],
            &[ACCOUNT, &tag_route(tag), &flow],
        );
    }
}

/// Section 7.2: an explicit equal prefix wins over the tag.
#[test]
fn a_route_to_the_address_itself_comes_before_its_tag() {
    let vms = "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: by-tag}}";
    let with_ip = simulate("azure-cni", &[], &[ACCOUNT]);
    let ip = with_ip.network().storage_accounts[0].ip.unwrap();
    let table = tag_route("Storage").replace("0.0.0.0/0", &format!("{ip}/32"));
    let flow = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: account}
spec: {from: host/vm-a, to: storage/acct, port: 443, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/vms, disposition: NullRouted}}}
";
    holds("azure-cni", &[(VMS, vms)], &[ACCOUNT, &table, flow]);
}

/// Section 7.4: a security group meets a service endpoint with the tag of the service.
#[test]
fn a_security_group_lets_a_storage_account_pass_by_its_tag() {
    let nodes = "properties: {addressPrefix: 10.1.0.0/24, serviceEndpoints: [{service: Microsoft.Storage}], networkSecurityGroup: {id: only-storage}}";
    let account = "
type: Microsoft.Storage/storageAccounts
name: acct
location: japaneast
properties: {networkAcls: {defaultAction: Deny, virtualNetworkRules: [{id: vnet-a/nodes}]}}
";
    for (tag, storage) in [
        (
            "Storage",
            "{verdict: delivered, source: 10.1.0.4, via: [azure.serviceendpoint], reply: delivered}",
        ),
        (
            "Storage.JapanEast",
            "{verdict: delivered, source: 10.1.0.4, reply: delivered}",
        ),
        (
            "Storage.WestEurope",
            "{verdict: dropped, endsAt: {rule: rest, disposition: DeniedOut}}",
        ),
        (
            "Sql",
            "{verdict: dropped, endsAt: {rule: rest, disposition: DeniedOut}}",
        ),
    ] {
        let documents = format!(
            "
type: Microsoft.Network/networkSecurityGroups
name: only-storage
properties:
  securityRules:
    - {{name: storage, properties: {{priority: 100, direction: Outbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: {tag}, destinationPortRange: '443'}}}}
    - {{name: rest, properties: {{priority: 200, direction: Outbound, access: Deny, protocol: '*', sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: Internet, destinationPortRange: '*'}}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {{name: account}}
spec: {{from: pod/default/p0, to: storage/acct, port: 443, expect: {storage}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {{name: elsewhere}}
spec: {{from: pod/default/p0, to: host/server, port: 443, expect: {{verdict: dropped, endsAt: {{rule: rest, disposition: DeniedOut}}}}}}
"
        );
        holds("azure-cni", &[(NODES, nodes)], &[account, &documents]);
    }
}

/// Forced tunnelling (0.0.0.0/0 by BGP) is a way to the internet, not a range that the cluster's ranges touch.
#[test]
fn a_default_route_from_on_premises_overlaps_nothing() {
    let announced = [(
        "addressPrefixes: [192.168.10.0/24]",
        "addressPrefixes: [192.168.10.0/24, 0.0.0.0/0]",
    )];
    let simulation = simulate("azure-cni", &announced, &[]);
    assert_eq!(problems(&simulation, "cluster-range-overlap"), [""; 0]);
}

/// Section 7.2: of gateways only a VPN gateway can be the next hop of a route.
#[test]
fn a_route_to_an_express_route_gateway_is_refused() {
    let table = "{type: Microsoft.Network/routeTables, name: up, properties: {routes: [{name: office, properties: {addressPrefix: 172.20.0.0/16, nextHopType: VirtualNetworkGateway}}]}}";
    let vms = "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: up}}";
    let vpn = simulate("azure-cni", &[(VMS, vms)], &[table]);
    assert_eq!(problems(&vpn, "next-hop-express-route"), [""; 0]);
    let change = [
        (VMS, vms),
        ("gatewayType: Vpn", "gatewayType: ExpressRoute"),
    ];
    let express = simulate("azure-cni", &change, &[table]);
    assert_eq!(
        problems(&express, "next-hop-express-route"),
        [
            "error: route `office` leads to gateway/vpn-a, which is for ExpressRoute; a route of one's own can lead to a VPN gateway only"
        ]
    );
}

/// The contract: what the engine does not model and a walk depends on ends that walk as `not-modelled`.
#[test]
fn a_load_balancer_by_hand_is_named_where_its_public_address_is_called() {
    holds(
        "azure-cni",
        &[],
        &["
type: Microsoft.Network/loadBalancers
name: by-hand
properties: {frontendIPConfigurations: [{name: f, properties: {publicIPAddress: {id: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/publicIPAddresses/by-hand-ip}}}]}
---
{type: Microsoft.Network/publicIPAddresses, name: by-hand-ip, sku: {name: Standard}, properties: {ipAddress: 20.77.1.1}}
---
{type: Microsoft.Network/publicIPAddresses, name: unused-ip, sku: {name: Standard}, properties: {ipAddress: 20.77.1.2}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: by-hand}
spec: {from: host/client, to: 20.77.1.1, port: 80, expect: {verdict: not-modelled, endsAt: {place: publicip/by-hand-ip}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: unused}
spec: {from: host/client, to: 20.77.1.2, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}
"],
    );
}

/// M-19, section 7.3: a peering that says that it is not Connected is told of.
#[test]
fn a_disconnected_peering_is_told_of() {
    let cut = [(
        "    - name: a-to-b\n      properties:",
        "    - name: a-to-b\n      properties:\n        peeringState: Disconnected",
    )];
    assert_eq!(
        problems(&simulate("azure-cni", &cut, &[]), "peering-disconnected"),
        ["warning: the state of the peering with vnet/vnet-b is Disconnected, so no packet passes"]
    );
}

/// Section 1.3: a default route of kubenet nodes points to an appliance or gateway.
#[test]
fn a_default_route_of_kubenet_nodes_points_to_an_appliance() {
    let nodes = "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: own}}";
    let table = |hop: &str| {
        format!(
            "{{type: Microsoft.Network/routeTables, name: own, properties: {{routes: [{{name: all, properties: {{addressPrefix: 0.0.0.0/0, {hop}}}}}]}}}}"
        )
    };
    let code = "kubenet-default-route";
    for (scenario, hop, count) in [
        ("kubenet", "nextHopType: Internet", 1),
        ("kubenet", "nextHopType: None", 1),
        ("kubenet", "nextHopType: VirtualNetworkGateway", 0),
        ("azure-cni", "nextHopType: Internet", 0),
    ] {
        let simulation = simulate(scenario, &[(NODES, nodes)], &[&table(hop)]);
        assert_eq!(problems(&simulation, code).len(), count, "{scenario} {hop}");
    }
}

/// Sections 1.1 (conflict 2) and 1.5: what kubenet did not allow in 2021, and never.
#[test]
fn kubenet_has_its_limits() {
    let many = [("maxPods: 110", "maxPods: 200")];
    let era =
        "{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: s}, spec: {era: 2021}}";
    let code = "kubenet-too-many-pods";
    assert_eq!(problems(&simulate("kubenet", &many, &[]), code), [""; 0]);
    assert_eq!(problems(&simulate("kubenet", &many, &[era]), code).len(), 1);
    assert_eq!(problems(&simulate("kubenet", &[], &[era]), code), [""; 0]);
    let addon = [(
        "properties:\n  kubernetesVersion",
        "properties:\n  addonProfiles: {aciConnectorLinux: {enabled: true}}\n  kubernetesVersion",
    )];
    let code = "kubenet-virtual-nodes";
    assert_eq!(problems(&simulate("kubenet", &addon, &[]), code).len(), 1);
    assert_eq!(problems(&simulate("azure-cni", &addon, &[]), code), [""; 0]);
}

/// N-02: a frontend for which no rule was made is closed by the default rules.
#[test]
fn a_frontend_without_a_rule_is_closed_to_the_internet() {
    holds(
        "azure-cni",
        &[],
        &["
apiVersion: v1
kind: Service
metadata: {name: shut, annotations: {service.beta.kubernetes.io/azure-disable-load-balancer-nsg-rule: 'true'}}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81, targetPort: 8080}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: client}
spec: {from: host/client, to: service/default/shut, port: 81, expect: {verdict: dropped, via: [azure.lb.rule], endsAt: {stage: azure.nsg.in.nic, rule: DenyAllInBound, disposition: DeniedIn}}}
"],
    );
}

/// Issue 4, bad input: an id that points nowhere is a hole, and a walk that meets it ends as `not-modelled`.
#[test]
fn a_walk_that_meets_a_hole_ends_there() {
    let flow = |from: &str, to: &str, expect: &str| {
        format!(
            "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: f}}, spec: {{from: {from}, to: {to}, port: 443, expect: {{{expect}}}}}}}"
        )
    };
    let stops = |stage: &str| format!("verdict: not-modelled, endsAt: {{stage: {stage}}}");
    let inside = "verdict: delivered, reply: delivered";
    // The office behind a connection, whose ranges nobody wrote down.
    let link = [(
        "localNetworkGateway2: {id: onprem}",
        "localNetworkGateway2: {id: elsewhere}",
    )];
    holds(
        "azure-cni",
        &link,
        &[&flow("host/vm-a", "192.168.10.5", &stops("azure.route"))],
    );
    holds(
        "azure-cni",
        &link,
        &[&flow("host/vm-a", "host/vm-b", inside)],
    );
    // AKS keeps its own group in the node resource group, and its rules are those of the interfaces.
    let named = |name: &str| {
        format!("properties: {{addressPrefix: 10.1.0.0/24, networkSecurityGroup: {{id: {name}}}}}")
    };
    let own = named("aks-agentpool-12345678-nsg");
    holds(
        "azure-cni",
        &[(NODES, &own)],
        &[&flow("host/vm-a", "pod/default/p0", inside)],
    );
    let other = named("gone");
    holds(
        "azure-cni",
        &[(NODES, &other)],
        &[&flow(
            "host/vm-a",
            "pod/default/p0",
            &stops("azure.nsg.in.subnet"),
        )],
    );
}
