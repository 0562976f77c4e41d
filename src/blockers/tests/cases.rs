//! Each kind of refusal, at least once. What a change must be is reasoned from the rules of
//! `policy`, `azure` and `netfilter`; that it lifts the refusal is traced.

use expect_test::expect;

use super::check;

/// Three tiers with calico; `page` may reach `api` on its port 9000.
pub const SHOP: &str = "\
type: Microsoft.ContainerService/managedClusters
name: shop
location: japaneast
properties:
  networkProfile: {networkPlugin: azure, networkPolicy: calico, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}
  agentPoolProfiles: [{name: pool1, count: 2, maxPods: 30, osType: Linux}]
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: watch, labels: {purpose: monitoring}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: page, namespace: shop, labels: {app: page}}, spec: {containers: [{name: c, image: page}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}, spec: {containers: [{name: c, image: api, ports: [{name: rest, containerPort: 9000}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: store, namespace: shop, labels: {app: store}}, spec: {containers: [{name: c, image: store}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: collector, namespace: watch, labels: {app: collector}}, spec: {containers: [{name: c, image: collector}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: page}}}]
      ports: [{port: rest}] # its name
    - from:
        - ipBlock: {cidr: 192.0.2.0/24}
      ports:
        - port: 9100
  egress: []
---
";

pub fn flow(from: &str, to: &str, port: u16) -> String {
    format!(
        "apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: f}}\nspec: {{from: {from}, to: {to}, port: {port}}}\n"
    )
}

fn shop(from: &str, to: &str, port: u16) -> String {
    [SHOP, &flow(from, to, port)].concat()
}

#[test]
fn a_rule_for_just_the_sender_gets_the_port() {
    check(
        &shop("pod/shop/page", "pod/shop/api", 9100),
        &expect![[r#"
            dropped
            request pod/shop/api policy.ingress
              Add TCP 9100 for page to spec.ingress[0] of the policy api.
              -       ports: [{port: rest}] # its name
              +       ports: [{port: rest}, {port: 9100}] # its name
            then delivered
        "#]],
    );
}

#[test]
fn a_rule_for_just_the_port_gets_the_sender() {
    check(
        &shop("pod/watch/collector", "pod/shop/api", 9100),
        &expect![[r#"
            dropped
            request pod/shop/api policy.ingress
              Add collector on TCP 9100 to spec.ingress[1] of the policy api.
              +         - {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}}, podSelector: {matchLabels: {app: collector}}}
            then delivered
        "#]],
    );
}

#[test]
fn a_policy_for_a_whole_namespace_stays_closed_and_a_new_one_opens_one_pod() {
    check(
        &shop("pod/shop/page", "pod/shop/store", 5432),
        &expect![[r#"
            dropped
            request pod/shop/store policy.ingress
              Add a NetworkPolicy that lets page reach store on TCP 5432.
              + ---
              + apiVersion: networking.k8s.io/v1
              + kind: NetworkPolicy
              + metadata: {name: allow-store-in-5432, namespace: shop}
              + spec:
              +   podSelector: {matchLabels: {app: store}}
              +   policyTypes: [Ingress]
              +   ingress:
              +     - {from: [{podSelector: {matchLabels: {app: page}}}], ports: [{port: 5432}]}
            then delivered
        "#]],
    );
}

#[test]
fn both_ends_refuse_and_each_has_its_change() {
    check(
        &shop("pod/shop/api", "pod/shop/store", 5432),
        &expect![[r#"
            dropped
            request pod/shop/api policy.egress
              Add a rule to the policy api that lets api reach store on TCP 5432.
              -   egress: []
              +   egress: [{to: [{podSelector: {matchLabels: {app: store}}}], ports: [{port: 5432}]}]
            request pod/shop/store policy.ingress
              Add a NetworkPolicy that lets api reach store on TCP 5432.
              + ---
              + apiVersion: networking.k8s.io/v1
              + kind: NetworkPolicy
              + metadata: {name: allow-store-in-5432, namespace: shop}
              + spec:
              +   podSelector: {matchLabels: {app: store}}
              +   policyTypes: [Ingress]
              +   ingress:
              +     - {from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}
            then delivered
        "#]],
    );
}

#[test]
fn an_address_outside_is_let_out_by_itself() {
    check(
        &shop("pod/shop/api", "198.51.100.7", 443),
        &expect![[r#"
            dropped
            request pod/shop/api policy.egress
              Add a rule to the policy api that lets api reach 198.51.100.7 on TCP 443.
              -   egress: []
              +   egress: [{to: [{ipBlock: {cidr: 198.51.100.7/32}}], ports: [{port: 443}]}]
            then delivered
        "#]],
    );
}

/// The least around a cluster: two networks, machines, and an own security group.
const AZURE: &str = "\
type: Microsoft.Network/virtualNetworks
name: a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - name: vms
      properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: guard}}
    - name: routed
      properties:
        addressPrefix: 10.1.2.0/24
        routeTable: {id: routes}
---
type: Microsoft.Network/virtualNetworks
name: b
properties:
  addressSpace: {addressPrefixes: [10.2.0.0/16]}
  subnets:
    - {name: default, properties: {addressPrefix: 10.2.0.0/24}}
---
type: Microsoft.Network/networkSecurityGroups
name: guard
properties:
  securityRules:
    - name: no-ssh
      properties: {priority: 200, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"22\"}
    # Nothing leaves.
    - name: nothing-out
      properties: {priority: 100, direction: Outbound, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}
---
type: Microsoft.Network/routeTables
name: routes
properties:
  routes:
    - {name: hole, properties: {addressPrefix: 10.1.0.0/16, nextHopType: None}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm}, spec: {subnet: a/vms, ip: 10.1.1.4}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: picky}, spec: {subnet: a/routed, ip: 10.1.2.4, listens: [{port: 80}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: far}, spec: {subnet: b/default, ip: 10.2.0.4}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: a/routed, ip: 10.1.2.5, publicIP: 20.50.60.90}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: client}, spec: {network: internet, ip: 203.0.113.9}}
---
";

fn azure(from: &str, to: &str, port: u16) -> String {
    [AZURE, &flow(from, to, port)].concat()
}

#[test]
fn a_security_rule_comes_before_the_one_that_refuses() {
    check(
        &azure("host/far", "host/vm", 22),
        &expect![[r#"
            dropped
            request subnet/b/default azure.route
              Peer b and a.
              + ---
              + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
              + name: b/b-to-a
              + properties:
              +   remoteVirtualNetwork: {id: a}
              +   allowVirtualNetworkAccess: true
              +   allowForwardedTraffic: false
              + ---
              + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
              + name: a/a-to-b
              + properties:
              +   remoteVirtualNetwork: {id: b}
              +   allowVirtualNetworkAccess: true
              +   allowForwardedTraffic: false
            request subnet/a/vms azure.nsg.in.subnet
              Add a rule to guard that lets 10.2.0.4 reach 10.1.1.4 on TCP 22.
              +     - {name: AllowTcp22In, properties: {priority: 199, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.2.0.4, sourcePortRange: "*", destinationAddressPrefix: 10.1.1.4, destinationPortRange: "22"}}
            then delivered
        "#]],
    );
}

#[test]
fn a_group_without_room_before_the_refusing_rule_says_so() {
    check(
        &azure("host/vm", "host/picky", 80),
        &expect![[r#"
            dropped
            request subnet/a/vms azure.nsg.out.subnet
              Add a rule to guard that lets 10.1.1.4 out to 10.1.2.4 on TCP 80.
              -       properties: {priority: 100, direction: Outbound, access: Deny, protocol: "*", sourceAddressPrefix: "*", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "*"}
              +       properties: {priority: 101, direction: Outbound, access: Deny, protocol: "*", sourceAddressPrefix: "*", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "*"}
              +     - {name: AllowTcp80Out, properties: {priority: 100, direction: Outbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.1.1.4, sourcePortRange: "*", destinationAddressPrefix: 10.1.2.4, destinationPortRange: "80"}}
            reply subnet/a/routed azure.route
              Add a route for 10.1.1.4/32 by VnetLocal to routed.
              +     - {name: to-10-1-1-4, properties: {addressPrefix: 10.1.1.4/32, nextHopType: VnetLocal}}
            then delivered
        "#]],
    );
}

#[test]
fn a_route_with_next_hop_none_is_passed_by_a_more_specific_one() {
    check(
        &azure("host/picky", "host/vm", 22),
        &expect![[r#"
            dropped
            request subnet/a/routed azure.route
              Add a route for 10.1.1.4/32 by VnetLocal to routed.
              +     - {name: to-10-1-1-4, properties: {addressPrefix: 10.1.1.4/32, nextHopType: VnetLocal}}
            request subnet/a/vms azure.nsg.in.subnet
              Add a rule to guard that lets 10.1.2.4 reach 10.1.1.4 on TCP 22.
              +     - {name: AllowTcp22In, properties: {priority: 199, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.1.2.4, sourcePortRange: "*", destinationAddressPrefix: 10.1.1.4, destinationPortRange: "22"}}
            then delivered
        "#]],
    );
}

#[test]
fn networks_without_a_peering_get_one() {
    check(
        &azure("host/picky", "host/far", 443),
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Peer a and b.
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: a/a-to-b
          + properties:
          +   remoteVirtualNetwork: {id: b}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: b/b-to-a
          + properties:
          +   remoteVirtualNetwork: {id: a}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
        then delivered
    "#]],
    );
}

#[test]
fn half_a_peering_gets_its_other_half() {
    let half = "\
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: b/b-to-a
properties: {remoteVirtualNetwork: {id: a}}
---
";
    let text = [AZURE, half, &flow("host/far", "host/open", 443)].concat();
    check(
        &text,
        &expect![[r#"
        dropped
        request subnet/b/default azure.route
          Peer b and a.
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: a/a-to-b
          + properties:
          +   remoteVirtualNetwork: {id: b}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
        then delivered
    "#]],
    );
}

#[test]
fn a_machine_listens_on_one_more_port() {
    check(
        &azure("host/open", "host/picky", 8080),
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Add a route for 10.1.2.4/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-4, properties: {addressPrefix: 10.1.2.4/32, nextHopType: VnetLocal}}
        request host/picky host.listen
          Let picky listen on TCP 8080.
          - {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: picky}, spec: {subnet: a/routed, ip: 10.1.2.4, listens: [{port: 80}]}}
          + {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: picky}, spec: {subnet: a/routed, ip: 10.1.2.4, listens: [{port: 80}, {port: 8080}]}}
        reply subnet/a/routed azure.route
          Add a route for 10.1.2.5/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-5, properties: {addressPrefix: 10.1.2.5/32, nextHopType: VnetLocal}}
        then delivered
    "#]],
    );
}

#[test]
fn a_public_address_gets_a_group_that_opens_it() {
    check(
        &azure("host/client", "host/open", 443),
        &expect![[r#"
            dropped
            request host/open azure.publicip
              Give open a security group that lets 203.0.113.9 in on TCP 443.
              - {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: a/routed, ip: 10.1.2.5, publicIP: 20.50.60.90}}
              + {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: a/routed, ip: 10.1.2.5, publicIP: 20.50.60.90, networkSecurityGroup: open-nsg}}
              + ---
              + type: Microsoft.Network/networkSecurityGroups
              + name: open-nsg
              + properties:
              +   securityRules:
              +     - {name: AllowTcp443In, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 203.0.113.9, sourcePortRange: "*", destinationAddressPrefix: 10.1.2.5, destinationPortRange: "443"}}
            then delivered
        "#]],
    );
}

#[test]
fn an_address_that_nobody_has_cannot_be_allowed() {
    check(
        &azure("host/picky", "10.1.2.77", 443),
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Add a route for 10.1.2.77/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-77, properties: {addressPrefix: 10.1.2.77/32, nextHopType: VnetLocal}}
        request vnet/a azure.nic
          none: Nobody has this address, so no permission helps.
        then dropped
    "#]],
    );
}

/// Kubenet with a Service of each kind of fault.
const CLUSTER: &str = include_str!("../../scenarios/shared/small-cluster.yaml");

fn cluster(more: &str, from: &str, to: &str, port: u16) -> String {
    [CLUSTER, "---\n", more, "---\n", &flow(from, to, port)].concat()
}

const WEB: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  clusterIP: 10.0.50.1
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 31380}]
status: {loadBalancer: {ingress: [{ip: 20.50.60.70}]}}
";

#[test]
fn a_service_that_selects_nothing_selects_the_pod_that_is_nearly_meant() {
    let web = WEB.replace("{app: web}", "{app: wbe}");
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Let web select app=web.
              -   selector: {app: wbe}
              +   selector: {app: web}
            then delivered
        "#]],
    );
}

#[test]
fn a_pod_that_lacks_a_label_of_the_selector_gets_it() {
    let web = WEB.replace("{app: web}", "{app: web, tier: front}");
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Give web the label tier=front.
              -   labels: {app: web}
              +   labels: {app: web, tier: front}
            then delivered
        "#]],
    );
}

#[test]
fn a_pod_that_is_not_ready_becomes_ready() {
    let pod = "\
---
apiVersion: v1
kind: Pod
metadata: {name: slow, labels: {app: slow}}
spec: {nodeName: n1, containers: [{name: c, image: c}]}
status:
  podIP: 10.244.1.20
  conditions:
    - {type: Scheduled, status: \"True\"}
    - {type: Ready, status: \"False\"} # starting
";
    let web = WEB.replace("{app: web}", "{app: slow}") + pod;
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Set the condition Ready of slow to True.
              -     - {type: Ready, status: "False"} # starting
              +     - {type: Ready, status: "True"} # starting
            then delivered
        "#]],
    );
}

#[test]
fn a_workload_of_no_pods_gets_one() {
    let more = "\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: slow}
spec:
  replicas: 0
  selector: {matchLabels: {app: slow}}
  template: {metadata: {labels: {app: slow}}, spec: {containers: [{name: c, image: c}]}}
";
    let web = WEB.replace("{app: web}", "{app: slow}") + more;
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Set the replicas of slow to 1.
              -   replicas: 0
              +   replicas: 1
            then delivered
        "#]],
    );
}

#[test]
fn a_source_range_more_lifts_what_the_group_and_the_node_refuse() {
    let web = WEB.replace(
        "  selector:",
        "  loadBalancerSourceRanges: [192.0.2.0/24]\n  selector:",
    );
    check(
        &cluster(&web, "host/client", "20.50.60.70", 80),
        &expect![[r#"
            dropped
            request node/n0 azure.nsg.in.nic
              Add 203.0.113.9 to loadBalancerSourceRanges of web.
              -   loadBalancerSourceRanges: [192.0.2.0/24]
              +   loadBalancerSourceRanges: [192.0.2.0/24, 203.0.113.9/32]
            request node/n0 iptables.FORWARD
              with 0
            request node/n1 azure.nsg.in.nic
              with 0
            request node/n1 iptables.FORWARD
              with 0
            then delivered
        "#]],
    );
}

#[test]
fn a_port_that_a_service_lacks_is_added() {
    check(
        &cluster(WEB, "host/client", "20.50.60.70", 443),
        &expect![[r#"
            dropped
            request loadbalancer/kubernetes azure.lb.rule
              Add TCP 443 to the ports of web.
              -   ports: [{port: 80, targetPort: 8080, nodePort: 31380}]
              +   ports: [{port: 80, targetPort: 8080, nodePort: 31380, name: tcp-80}, {name: tcp-443, protocol: TCP, port: 443, targetPort: 8080}]
            then delivered
        "#]],
    );
}

#[test]
fn a_machine_gets_a_route_to_the_pods_of_a_node() {
    check(
        &cluster(WEB, "host/vm", "pod/default/web", 8080),
        &expect![[r#"
            dropped
            request subnet/vnet/vms azure.route
              Add a route for 10.244.1.0/24 by 10.1.0.5 to vms.
              -       properties: {addressPrefix: 10.1.1.0/24}
              +       properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: vms-routes}}
              + ---
              + type: Microsoft.Network/routeTables
              + name: vms-routes
              + properties:
              +   routes:
              +     - {name: to-10-244-1-0, properties: {addressPrefix: 10.244.1.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.5}}
            then delivered
        "#]],
    );
}

#[test]
fn internal_traffic_of_one_node_is_spread_over_the_cluster() {
    let web = WEB.replace("  selector:", "  internalTrafficPolicy: Local\n  selector:");
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            dropped
            request node/n0 iptables.FORWARD
              Set spec.internalTrafficPolicy of web to Cluster.
              -   internalTrafficPolicy: Local
              +   internalTrafficPolicy: Cluster
            then delivered
        "#]],
    );
}

#[test]
fn a_name_that_no_server_may_be_asked_for_needs_its_queries_let_out() {
    let more = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress]}
---
apiVersion: v1
kind: Pod
metadata: {name: page, labels: {app: page}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
";
    let text = [more, &flow("pod/default/page", "web", 80)].concat();
    check(
        &text,
        &expect![[r#"
            unresolved
            query pod/default/page policy.egress
              Add a rule to the policy shut that lets page reach coredns-kknsh-nsqrg on UDP 53.
              - spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress]}
              + spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}]}]}
            request pod/default/page policy.egress
              Add a rule to the policy shut that lets page reach web on TCP 8080.
              - spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress]}
              + spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}
            then delivered
        "#]],
    );
}

#[test]
fn what_is_not_modelled_has_no_change_and_says_what() {
    let more = "type: Microsoft.Network/azureFirewalls\nname: wall\nproperties: {}\n---\n";
    let text = [AZURE, more, &flow("host/picky", "10.1.2.77", 443)].concat();
    check(
        &text,
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Add a route for 10.1.2.77/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-77, properties: {addressPrefix: 10.1.2.77/32, nextHopType: VnetLocal}}
        request vnet/a azure.firewall
          none: No change can be named: firewall/wall is not modelled.
        then not-modelled
    "#]],
    );
}

/// Cilium takes no node for a peer: behind another node's masquerade nobody can be admitted.
#[test]
fn a_peer_that_no_rule_can_name_has_no_change_and_says_so() {
    let scenario = cluster(
        &[WEB, "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}}}\n"].concat(),
        "host/client",
        "20.50.60.70",
        80,
    );
    let cilium = "networkPlugin: kubenet\n    networkPolicy: cilium";
    check(
        &scenario.replace("networkPlugin: kubenet", cilium),
        &expect![[r#"
            dropped
            request pod/default/web policy.ingress
              none: No rule of a NetworkPolicy can admit this; the engine does not take nodes for peers.
            request pod/default/web policy.ingress
              Add a NetworkPolicy that lets 203.0.113.9 reach web on TCP 8080.
              + ---
              + apiVersion: networking.k8s.io/v1
              + kind: NetworkPolicy
              + metadata: {name: allow-web-in-8080, namespace: default}
              + spec:
              +   podSelector: {matchLabels: {app: web}}
              +   policyTypes: [Ingress]
              +   ingress:
              +     - {from: [{ipBlock: {cidr: 203.0.113.9/32}}], ports: [{port: 8080}]}
            then mixed
        "#]],
    );
}

/// The least that lifts a refusal lets nothing else pass: what `reach` says before and after
/// differs in just the pair and the port that were refused.
#[test]
fn a_change_of_policies_admits_nobody_else() {
    use super::{Remedy, document, find, only_flow, with_all};
    use crate::engine::diff::Diff;
    use crate::engine::simulation::Simulation;
    use crate::model::packet::Protocol;

    for (from, to, port, pairs) in [
        ("pod/shop/page", "pod/shop/api", 9100, 1),
        ("pod/watch/collector", "pod/shop/api", 9100, 1),
        ("pod/shop/page", "pod/shop/store", 5432, 1),
        ("pod/shop/api", "pod/shop/store", 5432, 1),
    ] {
        let before = document(&shop(from, to, port));
        let found = find(&before, &only_flow(&before));
        let changes = found.list.iter();
        assert!(
            changes
                .clone()
                .any(|it| matches!(it.remedy, Remedy::Change(_)))
        );
        let after = with_all(&before, &found);
        let diff = Diff::of(&Simulation::new(&before), &Simulation::new(&after));
        assert_eq!(diff.pairs.len(), pairs, "{from} {to} {port}: {diff:#?}");
        let pair = &diff.pairs[0];
        assert_eq!((&*pair.from, &*pair.to), (from, to));
        let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
        let every = all
            .into_iter()
            .flat_map(|it| (1..=u16::MAX).map(move |n| (it, n)));
        let more =
            every.filter(|(it, n)| pair.after.contains(*it, *n) && !pair.before.contains(*it, *n));
        assert_eq!(more.collect::<Vec<_>>(), [(Protocol::Tcp, port)]);
    }
}

#[test]
fn a_peering_that_takes_no_forwarded_packets_is_told_to() {
    let more = "\
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: a/a-to-b
properties: {remoteVirtualNetwork: {id: b}, allowForwardedTraffic: false}
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: b/b-to-a
properties: {remoteVirtualNetwork: {id: a}}
---
type: Microsoft.Network/virtualNetworks
name: c
properties: {addressSpace: {addressPrefixes: [10.3.0.0/16]}, subnets: [{name: d, properties: {addressPrefix: 10.3.0.0/24}}]}
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: c/c-to-b
properties: {remoteVirtualNetwork: {id: b}}
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: b/b-to-c
properties: {remoteVirtualNetwork: {id: c}, allowForwardedTraffic: true}
---
type: Microsoft.Network/routeTables
name: spoke
properties: {routes: [{name: hub, properties: {addressPrefix: 10.3.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.2.0.9}}]}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: router}, spec: {subnet: b/default, ip: 10.2.0.9, ipForwarding: false}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: remote}, spec: {subnet: c/d, ip: 10.3.0.4}}
---
";
    let routed = AZURE.replace(
        "        routeTable: {id: routes}",
        "        routeTable: {id: spoke}",
    );
    let text = [&*routed, more, &flow("host/open", "host/remote", 443)].concat();
    check(
        &text,
        &expect![[r#"
        dropped
        request host/router azure.nic
          Switch IP forwarding of router on.
          - {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: router}, spec: {subnet: b/default, ip: 10.2.0.9, ipForwarding: false}}
          + {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: router}, spec: {subnet: b/default, ip: 10.2.0.9, ipForwarding: true}}
        request vnet/c azure.peering
          Switch allowForwardedTraffic of c-to-b on.
          - properties: {remoteVirtualNetwork: {id: b}}
          + properties: {remoteVirtualNetwork: {id: b}, allowForwardedTraffic: true}
        reply subnet/c/d azure.route
          Peer c and a.
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: c/c-to-a
          + properties:
          +   remoteVirtualNetwork: {id: a}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: a/a-to-c
          + properties:
          +   remoteVirtualNetwork: {id: c}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
        then delivered
    "#]],
    );
}
