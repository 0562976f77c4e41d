//! Clusters that AKS refuses or would not make so: no node pools, Cilium without its data plane, a mode of Azure CNI with
//! kubenet; and an outbound rule that somebody edited.

use super::found::{Case, problems};
use crate::engine::azure::snat;
use crate::engine::plan::Plan;
use crate::engine::plan::ports;
use crate::engine::plan::wish::Wish;

const BALANCER: &str = "{type: Microsoft.Network/loadBalancers, name: kubernetes, properties: {frontendIPConfigurations: [{name: out, properties: {publicIPAddress: {id: outbound-ip}}}], outboundRules: [{name: aksOutboundRule, properties: {allocatedOutboundPorts: 8000, idleTimeoutInMinutes: 30, protocol: All, frontendIPConfigurations: [{id: kubernetes/out}]}}]}}";

pub(super) const CASES: &[Case] = &[
    Case {
        code: "no-node-pool",
        scenario: "azure-cni",
        change: &[(
            "  agentPoolProfiles:\n    - name: pool1\n      count: 2\n      maxPods: 30\n      osType: Linux\n      vnetSubnetID: vnet-a/nodes\n",
            "",
        )],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles",
    },
    Case {
        code: "cilium-needs-dataplane",
        scenario: "azure-cni",
        change: &[(
            "networkPlugin: azure",
            "networkPlugin: azure\n    networkPolicy: cilium",
        )],
        documents: "",
        at: "cluster/cn properties.networkProfile.networkPolicy",
    },
    Case {
        code: "overlay-needs-azure-cni",
        scenario: "kubenet",
        change: &[(
            "networkPlugin: kubenet",
            "networkPlugin: kubenet\n    networkPluginMode: overlay",
        )],
        documents: "",
        at: "cluster/kn properties.networkProfile.networkPluginMode",
    },
];

fn said(change: &[(&str, &str)], documents: &str, code: &str) -> Vec<String> {
    let (all, _) = problems("azure-cni", change, documents);
    let found = all.iter().filter(|it| it.code == code);
    found
        .map(|it| {
            assert!(it.location.is_some(), "{it}");
            format!(
                "{}: {}",
                it.field.as_deref().unwrap_or_default(),
                it.message
            )
        })
        .collect()
}

#[test]
fn a_system_pool_is_needed_and_the_data_plane_makes_cilium_whole() {
    let user = [("osType: Linux", "osType: Linux\n      mode: User")];
    assert_eq!(
        said(&user, "", "no-node-pool"),
        [
            "properties.agentPoolProfiles: every agent pool has the mode `User`, but AKS needs one of the mode `System`"
        ]
    );
    let whole = [(
        "networkPlugin: azure",
        "networkPlugin: azure\n    networkDataplane: cilium\n    networkPolicy: cilium",
    )];
    assert_eq!(said(&whole, "", "cilium-needs-dataplane"), [""; 0]);
    let overlay = [(
        "networkPlugin: azure",
        "networkPlugin: azure\n    networkPluginMode: overlay",
    )];
    assert_eq!(said(&overlay, "", "overlay-needs-azure-cni"), [""; 0]);
}

/// Section 4: an edited outbound rule is applied, and removed at the next reconcile.
#[test]
fn an_edited_outbound_rule_is_applied_and_flagged() {
    let code = "unsupported-change";
    assert_eq!(
        said(&[], BALANCER, code),
        [
            "properties.outboundRules[0].properties.allocatedOutboundPorts: the outbound rule of loadbalancer/kubernetes was edited: 8000 ports for each node, where cluster/cn says automatic ones"
        ]
    );
    let (_, simulation) = problems("azure-cni", &[], BALANCER);
    let kept = simulation.diagnostics.iter().map(|it| it.code);
    assert_eq!(kept.filter(|it| *it == "partly-simulated").count(), 1);
    let (_, rule) = snat::outbound_rule(simulation.network()).unwrap();
    assert_eq!((rule.allocated_ports, rule.idle_minutes), (8000, 30));
    // What says the same as the cluster is what AKS made.
    let same = BALANCER.replace("allocatedOutboundPorts: 8000", "allocatedOutboundPorts: 0");
    assert_eq!(said(&[], &same, code), [""; 0]);
    let idle = same.replace("idleTimeoutInMinutes: 30", "idleTimeoutInMinutes: 4");
    assert_eq!(
        said(&[], &idle, code),
        [
            "properties.outboundRules[0].properties.idleTimeoutInMinutes: the outbound rule of loadbalancer/kubernetes was edited: 4 minutes without traffic, where cluster/cn says 30"
        ]
    );
    let mine = "{type: Microsoft.Network/publicIPAddresses, name: mine, location: japaneast, sku: {name: Standard}, properties: {ipAddress: 20.1.1.1, publicIPAllocationMethod: Static}}";
    let other = format!(
        "{}\n---\n{mine}",
        same.replace("id: outbound-ip", "id: mine")
    );
    assert_eq!(
        said(&[], &other, code),
        [
            "properties.outboundRules[0].properties.frontendIPConfigurations: the outbound rule of loadbalancer/kubernetes was edited: it leaves by mine, where cluster/cn says outbound-ip"
        ]
    );
    let (_, simulation) = problems("azure-cni", &[], &other);
    let (balancer, rule) = snat::outbound_rule(simulation.network()).unwrap();
    let out = balancer
        .frontends
        .iter()
        .find(|it| rule.frontends.contains(&it.name));
    assert_eq!(out.unwrap().ip.to_string(), "20.1.1.1");
    let more = same.replace(
        "{name: aksOutboundRule",
        "{name: mine, properties: {allocatedOutboundPorts: 8}}, {name: aksOutboundRule",
    );
    assert_eq!(
        said(&[], &more, code),
        [
            "properties.outboundRules[0]: `mine` is an outbound rule of one's own in loadbalancer/kubernetes, which AKS keeps"
        ]
    );
    let none = "{type: Microsoft.Network/loadBalancers, name: kubernetes, properties: {outboundRules: []}}";
    assert_eq!(
        said(&[], none, code),
        [
            "properties.outboundRules: the outbound rule `aksOutboundRule` was taken away from loadbalancer/kubernetes"
        ]
    );
    let (_, simulation) = problems("azure-cni", &[], none);
    assert_eq!(snat::outbound_rule(simulation.network()), None);
    // An export without that part says nothing about it, and a load balancer of another name is none of AKS's.
    let part = "{type: Microsoft.Network/loadBalancers, name: kubernetes, properties: {}}";
    assert_eq!(said(&[], part, code), [""; 0]);
    let own = BALANCER.replace("name: kubernetes", "name: own");
    assert_eq!(said(&[], &own, code), [""; 0]);
}

/// Section 5.6: a node's block lies on one address, and rules of the load balancer take their ports first. The finding,
/// the plan and the walk count alike.
#[test]
fn ports_set_by_hand_are_counted_as_walks_count_them() {
    let two = |ports: u32| {
        let profile = format!(
            "loadBalancerProfile:\n      allocatedOutboundPorts: {ports}\n      managedOutboundIPs: {{count: 2}}"
        );
        [(
            "loadBalancerProfile:\n      effectiveOutboundIPs:\n        - id: outbound-ip",
            profile,
        )]
    };
    // Two addresses have 128,000 ports: three blocks of 40,000 would fit into the sum, but only one into each address.
    let three = "{apiVersion: v1, kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 10.1.0.66}]}}";
    for (ports, more, told) in [
        (40_000, three, true),
        (40_000, "", false),
        (32_000, three, false),
    ] {
        let change = two(ports);
        let change: Vec<(&str, &str)> = change.iter().map(|(from, to)| (*from, &**to)).collect();
        let (all, simulation) = problems("azure-cni", &change, more);
        let found = all.iter().any(|it| it.code == "outbound-ports-exhausted");
        assert_eq!(found, told, "{ports} {more}");
        let shares = ports::all(simulation.network());
        let without = shares.iter().filter(|it| it.block.is_none()).count();
        assert_eq!(without > 0, told, "{shares:?}");
    }
    // On an address that Services share, rules take eight ports each.
    let service = "{apiVersion: v1, kind: Service, metadata: {name: shared}, spec: {type: LoadBalancer, loadBalancerIP: 20.50.60.71, selector: {app: web}, ports: [{port: 81}]}}";
    let change = [(
        "loadBalancerProfile:",
        "loadBalancerProfile:\n      allocatedOutboundPorts: 32000",
    )];
    for (more, told) in [(service, true), ("", false)] {
        let (all, simulation) = problems("azure-cni", &change, more);
        let found = all.iter().any(|it| it.code == "outbound-ports-exhausted");
        assert_eq!(found, told, "{more}");
        let plan = Plan::of(simulation.network(), &Wish::default()).unwrap();
        let bound = plan.limits.iter().find(|it| it.id == "outbound-ports");
        assert_eq!(bound.unwrap().more, 0);
    }
}
