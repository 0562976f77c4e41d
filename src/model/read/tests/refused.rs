//! What cannot be is reported at its place, and never hides the rest.

use expect_test::expect;

use super::*;

#[test]
fn references_to_what_is_not_there_are_reported_at_the_field() {
    check(
        "\
type: Microsoft.Network/virtualNetworks
name: a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - name: s
      properties:
        addressPrefix: 10.1.0.0/24
        networkSecurityGroup: {id: none}
  virtualNetworkPeerings:
    - {name: p, properties: {remoteVirtualNetwork: {id: b}}}
---
{type: Microsoft.Network/connections, name: c, properties: {virtualNetworkGateway1: {id: g}, localNetworkGateway2: {id: l}}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {subnet: a/t, ip: 10.1.0.4, publicIP: 1.2.3.4}}
---
{type: Microsoft.Network/virtualNetworks/subnets, name: z/s, properties: {addressPrefix: 10.1.0.0/24}}
---
{type: Microsoft.Compute/virtualMachines, name: vm, properties: {}}
---
{type: Microsoft.Storage/storageAccounts, name: photos, properties: {networkAcls: {defaultAction: Deny, virtualNetworkRules: [{id: a/t}]}}}
---
{type: Microsoft.ContainerService/managedClusters, name: k, properties: {kubernetesVersion: banana, networkProfile: {networkDataplane: banana, loadBalancerProfile: {effectiveOutboundIPs: [{id: nope}]}}}}
---
{type: Microsoft.Network/virtualNetworks/subnets, name: a/u, properties: {addressPrefix: 10.1.1.0/24, serviceEndpoints: [{service: Microsoft.Banana}]}}
---
{type: Microsoft.Network/connections, name: d, properties: {connectionType: Banana, virtualNetworkGateway1: {id: g}}}
",
        &expect![[r#"
            x.yaml:9:9: warning: `subnet/a/s` refers to `nsg/none`, which is not there; a walk that depends on it is not modelled; found no `nsg/none`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:11:30: warning: `peering/a/p` refers to `vnet/b`, which is not there; nothing is reached through it; found no `vnet/b`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:13:61: error: `connection/c` refers to `gateway/g`, which is not there; nothing is reached through it; found no `gateway/g`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:13:94: error: `connection/c` refers to `localgateway/l`, which is not there; nothing is reached through it; found no `localgateway/l`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:15:70: error: `host/h` refers to `subnet/a/t`, which is not there; the host is nowhere; found no `subnet/a/t`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:17:1: error: the resource `z` that `Microsoft.Network/virtualNetworks/subnets` belongs to is not there; found no `z`, expected the parent among the documents
            x.yaml:19:1: warning: no network interface says in which subnet this machine is; it is left out; hint: add the output of `az network nic show`, or a kubehop `Host`
            x.yaml:21:105: warning: `storage/photos` refers to `subnet/a/t`, which is not there; the rule admits nobody; found no `subnet/a/t`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:23:93: error: `properties.kubernetesVersion` is not a version of Kubernetes; found `banana`, expected `MAJOR.MINOR` or `MAJOR.MINOR.PATCH`, such as `1.33.2`
            x.yaml:23:136: error: `properties.networkProfile.networkDataplane` is not a known value; found `banana`, expected one of `azure`, `cilium`
            x.yaml:23:144: info: `cluster/k` refers to `publicip/nope`, which is not there; an address is made up for it; found no `publicip/nope`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:25:132: error: `properties.serviceEndpoints[0].service` is not a service that has service endpoints; found `Microsoft.Banana`, expected one of Microsoft.Storage, Microsoft.Storage.Global, Microsoft.Sql, Microsoft.AzureCosmosDB, Microsoft.KeyVault, Microsoft.ServiceBus, Microsoft.EventHub, Microsoft.AzureActiveDirectory, Microsoft.Web, Microsoft.CognitiveServices, Microsoft.ContainerRegistry, Microsoft.MachineLearningServices, Microsoft.AVS
            x.yaml:27:77: error: `properties.connectionType` is not a known value; found `Banana`, expected one of `IPsec`, `Vnet2Vnet`, `ExpressRoute`, `VPNClient`
        "#]],
    );
}

#[test]
fn prefixes_and_addresses_that_cannot_be_are_reported() {
    check(
        "\
type: Microsoft.Network/virtualNetworks
name: a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16, 10.1.128.0/17]}
  subnets:
    - {name: wide, properties: {addressPrefix: 10.1.0.0/20}}
    - {name: inner, properties: {addressPrefix: 10.1.1.0/24}}
    - {name: also, properties: {addressPrefix: 10.1.2.7/24}}
    - {name: out, properties: {addressPrefix: 10.2.0.0/30}}
    - {name: bad, properties: {addressPrefix: 10.1.0.0}}
  virtualNetworkPeerings:
    - {name: p, properties: {remoteVirtualNetwork: {id: b}}}
---
type: Microsoft.Network/virtualNetworks
name: B
properties:
  addressSpace: {addressPrefixes: [10.1.5.0/24]}
  virtualNetworkPeerings: [{name: p, properties: {remoteVirtualNetwork: {id: A}}}]
---
type: Microsoft.ContainerService/managedClusters
name: k
properties:
  networkProfile: {networkPlugin: kubenet, podCidr: 10.1.0.0/16, serviceCidr: 10.1.240.0/20, dnsServiceIP: 10.1.240.10}
  agentPoolProfiles: [{name: p, vnetSubnetID: a/wide}]
---
{apiVersion: v1, kind: Node, metadata: {name: n}, status: {addresses: [{type: InternalIP, address: 10.9.0.4}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h1}, spec: {subnet: a/wide, ip: 10.1.0.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h2}, spec: {subnet: a/wide, ip: 10.1.0.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h3}, spec: {subnet: a/wide, ip: 10.3.0.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h4}, spec: {network: internet, ip: 10.3.0.3}}
",
        &expect![[r#"
            x.yaml:4:49: error: two address prefixes of `vnet/a` overlap; Azure refuses this; found `10.1.128.0/17`, expected a prefix beside `10.1.0.0/16`
            x.yaml:8:48: warning: `properties.subnets[2].properties.addressPrefix` has bits set after the prefix; they are ignored; found `10.1.2.7/24`, expected `10.1.2.0/24`
            x.yaml:10:47: error: `properties.subnets[4].properties.addressPrefix` is not a prefix; found `10.1.0.0`, expected an address with a prefix length, such as `10.1.0.0/16`
            x.yaml:26:60: error: the address of `node/n` is in none of the subnets of the pools; found `10.9.0.4`, expected an address in `10.1.0.0/20`
            x.yaml:28:87: error: the address of `host/h1` is one that Azure keeps for itself; found `10.1.0.3`, expected neither the first four addresses of `10.1.0.0/20` nor the last
            x.yaml:30:87: error: the address of `host/h2` is one that Azure keeps for itself; found `10.1.0.3`, expected neither the first four addresses of `10.1.0.0/20` nor the last
            x.yaml:30:87: error: `host/h2` has the address of `host/h1`; found `10.1.0.3`, expected an address that nothing else has
            x.yaml:34:90: warning: `host/h4` stands in the internet with a private address; found `10.3.0.3`, expected a public address
        "#]],
    );
}

#[test]
fn what_azure_wants_only_once_is_reported() {
    check(
        "\
type: Microsoft.Network/networkSecurityGroups
name: n
properties:
  securityRules:
    - {name: a, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', destinationAddressPrefix: 10.0.0.0/8, destinationPortRange: 80-90}}
    - {name: A, properties: {priority: 100, direction: inbound, access: Deny, protocol: '*', sourceAddressPrefix: Internet, destinationAddressPrefix: '*', destinationPortRange: '*'}}
    - {name: b, properties: {priority: 99, direction: In, access: Deny, protocol: Tpc, sourceAddressPrefix: 10.0.0.1/33, destinationAddressPrefix: '*', destinationPortRange: 90-80}}
---
type: Microsoft.Network/routeTables
name: r
properties:
  routes:
    - {name: a, properties: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}
    - {name: b, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance}}
    - {name: c, properties: {addressPrefix: 0.0.0.0/0, nextHopType: None}}
    - {name: d, properties: {addressPrefix: Storage, nextHopType: Nowhere}}
",
        &expect![[r#"
            x.yaml:6:7: error: two entries of `securityRules` in `nsg/n` have one name; Azure refuses this; found `a`, expected its own name
            x.yaml:6:7: error: two entries of `securityRules` in `nsg/n` have one priority and direction; Azure refuses this; found `100 Inbound`, expected its own priority and direction
            x.yaml:7:40: error: `properties.securityRules[2].properties.priority` is out of range; found `99`, expected 100 to 4096
            x.yaml:7:55: error: `properties.securityRules[2].properties.direction` is not a known value; found `In`, expected one of `Inbound`, `Outbound`
            x.yaml:7:83: error: `properties.securityRules[2].properties.protocol` is not a known value; found `Tpc`, expected one of `*`, `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`
            x.yaml:7:109: error: `properties.securityRules[2].properties.sourceAddressPrefix` is not a prefix; found `10.0.0.1/33`, expected a prefix such as `10.1.0.0/16`
            x.yaml:7:175: error: `properties.securityRules[2].properties.destinationPortRange` is not a port or range of ports; found `90-80`, expected `443`, `8000-8080` or `*`
            x.yaml:14:7: error: two entries of `routes` in `routetable/r` have one address prefix; Azure refuses this; found `0.0.0.0/0`, expected its own address prefix
            x.yaml:14:29: error: `properties.routes[1].properties.nextHopIpAddress` is missing; found nothing, expected the address of the appliance
            x.yaml:16:67: error: `properties.routes[3].properties.nextHopType` is not a known value; found `Nowhere`, expected one of `VirtualAppliance`, `VnetLocal`, `VirtualNetworkGateway`, `Internet`, `None`
        "#]],
    );
}

/// A pool is a resource of the cluster, and names of resources are unique whatever their case.
#[test]
fn a_cluster_has_each_pool_once() {
    check(
        "\
type: Microsoft.ContainerService/managedClusters
name: c
properties:
  networkProfile: {networkPlugin: azure}
  agentPoolProfiles:
    - {name: one, count: 1}
    - {name: two, count: 1}
    - {name: one, count: 2}
",
        &expect![[r#"
            x.yaml:8:7: error: two entries of `agentPoolProfiles` in `cluster/c` have one name; Azure refuses this; found `one`, expected its own name
        "#]],
    );
}

/// Nothing is silently ignored (contract, section 1): a document with an empty place is left out, and says so.
#[test]
fn an_empty_place_is_reported() {
    check(
        "\
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: a}, spec: {from: internet, to: '', port: 80}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: b}, spec: {from: '', to: 10.0.0.1, port: 80}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: c}, spec: {from: internet, url: '', port: 80}}
---
{apiVersion: kubehop.dev/v1, kind: Event, metadata: {name: d}, spec: {stop: ''}}
",
        &expect![[r#"
            x.yaml:1:90: error: `spec.to` is not understood: `` is not a place, an address, a DNS name or a URL; found ``, expected a place, an address or a DNS name
            x.yaml:3:76: error: `spec.from` is not understood: `` is not a kind of place; found ``, expected a pod, workload, node, host or `internet`
            x.yaml:5:91: error: `spec.url` is not understood: `` is not a place, an address, a DNS name or a URL; found ``, expected a URL such as `https://shop.example.com/cart`
            x.yaml:7:77: error: `spec.stop` is not something that this can happen to; found ``, expected a pod, a node or a host
        "#]],
    );
}

#[test]
fn owners_in_a_circle_are_reported_and_cut() {
    let text = "\
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: a, ownerReferences: [{kind: ReplicaSet, name: b, controller: true}]}, spec: {selector: {matchLabels: {x: y}}, template: {metadata: {labels: {x: y}}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: b, ownerReferences: [{kind: ReplicaSet, name: a, controller: true}]}, spec: {selector: {matchLabels: {x: y}}, template: {metadata: {labels: {x: y}}}}}
";
    check(
        text,
        &expect![[r#"
        x.yaml:1:61: error: `replicaset/default/a` owns itself through its `ownerReferences`; it is taken as owned by nobody; found a cycle, expected owners that end somewhere
    "#]],
    );
    let owners = read_text(text)
        .0
        .workloads
        .iter()
        .filter(|workload| workload.owner.is_some())
        .count();
    assert_eq!(owners, 1);
}

#[test]
fn a_broken_document_never_hides_the_others() {
    check(
        "\
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {ports: [{port: eighty}], type: Clustr, clusterIP: 10.0.0.300}
---
apiVersion: v1
kind: [
---
apiVersion: v1
\tkind: Pod
---
kind: Pod
metadata: {name: b}
---
apiVersion: apps/v2
kind: Pod
metadata: {name: c, labels: {a: 1, a: 2}}
spec: 7
---
apiVersion: v1
kind: Pod
metadata: {namespace: x}
---
hello
---
apiVersion: kubehop.dev/v1
kind: Flw
metadata: {name: f}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: f}
spec: {from: service/a/b, to: '10.0.0.1:80', port: 70000, protocol: QUIC, expect: {verdikt: delivered, verdict: ok}}
---
apiVersion: v1
kind: Pod
metadata: {name: c}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: c}
",
        &expect![[r#"
            x.yaml:1:1: warning: `Service` as written is refused by the API server and has no effect; found an invalid field, expected a valid Service; hint: a cluster would not have it; mend it to see what it does
            x.yaml:4:23: error: `spec.ports[0].port` has the wrong type; found the text `eighty`, expected a whole number
            x.yaml:4:39: error: `spec.type` is not a known value; found `Clustr`, expected one of `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`
            x.yaml:4:58: error: `spec.clusterIP` is not an IP address; found `10.0.0.300`, expected an address such as `10.1.0.4`
            x.yaml:7:7: error: this document is not valid YAML: unclosed bracket '['; found `[`, expected `,` or `]`; hint: close every `[`
            x.yaml:10:1: error: YAML does not allow tabs for indentation; found a tab, expected blanks; hint: replace each tab at the start of a line with two blanks
            x.yaml:12:1: error: this document lacks `apiVersion`; it is kept, but not simulated; found `Pod` without it, expected `apiVersion` as well
            x.yaml:15:1: error: no such kind in this API version; the API refuses it; found `apps/v2 Pod`, expected `apiVersion: v1`
            x.yaml:17:36: error: the key `a` is already in this mapping, in line 17 column 30; the later value is used; found a second value, expected each key once; hint: remove one of the two
            x.yaml:20:1: error: this v1 Pod has no name; it is left out; found nothing, expected a name in `metadata.name`
            x.yaml:24:1: warning: this document is not recognised; it is kept as it is; found no head, expected `apiVersion` and `kind`, or an Azure `type` and `name`
            x.yaml:26:1: error: `kubehop.dev/v1 Flw` is not one of kubehop's kinds, which are `Host`, `Flow`, `Event`, `Lesson`, `Layout`, `Settings`
            x.yaml:33:14: error: `spec.from` is not understood: `service/a/b` cannot send; expected a pod, workload, node, host or `internet`; found `service/a/b`, expected a pod, workload, node, host or `internet`
            x.yaml:33:31: error: `spec.to` is not understood: expected `10.0.0.1` as the destination and 80 as the port; found `10.0.0.1:80`, expected a place, an address or a DNS name
            x.yaml:33:52: error: `spec.port` is out of range; found `70000`, expected 1 to 65535
            x.yaml:33:69: error: `spec.protocol` is not a known value; found `QUIC`, expected one of `TCP`, `UDP`, `SCTP`, `ICMP`
            x.yaml:33:93: error: `spec.expect.verdikt` is not something that can be expected; found `verdikt`, expected one of `verdict`, `receivers`, `source`, `destination`, `via`, `avoids`, `endsAt`, `reply`, `replySource`, `http`, `probability`
            x.yaml:33:113: error: `spec.expect.verdict` is not a known value; found `ok`, expected one of `delivered`, `dropped`, `rejected`, `unresolved`, `not-modelled`, `mixed`
            x.yaml:35:1: warning: pod/default/c is written twice; this one is used and the one at x.yaml:15:1 is not; hint: remove one of the two, or rename it
            x.yaml:39:1: info: `cert-manager.io/v1 Certificate` is kept as it is, but not simulated
        "#]],
    );
}

#[test]
fn a_port_name_is_once_in_a_container_and_ipv6_is_not_silent() {
    check(
        "
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: a, image: i, ports: [{name: web, containerPort: 80}, {name: web, containerPort: 81}]}, {name: b, image: i, ports: [{name: web, containerPort: 82}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: six}
spec: {ipFamilies: [IPv6], ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: both}
spec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: four}
spec: {ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4], ports: [{port: 80}]}
",
        &expect![[r#"
            x.yaml:5:88: error: `spec.containers[0].ports[1].name` is the name of another port as well; found `web`, expected a name of its own
            x.yaml:10:21: warning: `spec.ipFamilies[0]` asks for IPv6, which kubehop does not model: the Service gets an IPv4 address only; found `IPv6`, expected `IPv4`; hint: a cluster without IPv6 refuses such a Service
            x.yaml:15:24: warning: `spec.ipFamilyPolicy` asks for IPv6, which kubehop does not model: the Service gets an IPv4 address only; found `RequireDualStack`, expected `IPv4`; hint: a cluster without IPv6 refuses such a Service
        "#]],
    );
}

/// `validateServiceExternalTrafficPolicy`, `ValidateEndpointIP`, `ValidatePortNumOrName` of the API server.
#[test]
fn what_only_services_from_outside_have_and_what_endpoints_may_not_be() {
    check(
        "
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {externalTrafficPolicy: Local, healthCheckNodePort: 30001, ports: [{port: 80, targetPort: '80'}]}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {externalTrafficPolicy: Local, externalIPs: ['fe80::1', 239.1.1.1, 198.51.100.7], ports: [{port: 80, targetPort: a-name-that-is-long}]}
---
apiVersion: v1
kind: Service
metadata: {name: c}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30001, ports: [{port: 80, targetPort: web}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: a}
subsets: [{addresses: [{ip: 127.0.0.1}, {ip: 10.1.1.4}], ports: [{port: 80}]}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a, labels: {kubernetes.io/service-name: a}}
addressType: IPv4
endpoints: [{addresses: []}, {addresses: [169.254.1.1]}]
ports: [{name: '', port: 9}, {port: 10}, {name: x, port: 11}]
",
        &expect![[r#"
            x.yaml:2:1: warning: `Service` as written is refused by the API server and has no effect; found an invalid field, expected a valid Service; hint: a cluster would not have it; mend it to see what it does
            x.yaml:5:31: error: `spec.externalTrafficPolicy` may only be set for a Service that is reached from outside; found `Local`, expected nothing, or a `type` of `NodePort` or `LoadBalancer`
            x.yaml:5:59: error: `spec.healthCheckNodePort` may only be set where `type` is `LoadBalancer` and `externalTrafficPolicy` is `Local`; found `30001`, expected nothing
            x.yaml:5:97: error: `spec.ports[0].targetPort` is not a port name that the API accepts; found `80`, expected a number, or at most 15 lower-case letters, digits and `-`, a letter among them
            x.yaml:7:1: warning: `Service` as written is refused by the API server and has no effect; found an invalid field, expected a valid Service; hint: a cluster would not have it; mend it to see what it does
            x.yaml:10:52: error: `spec.externalIPs[0]` is not an address that a Service may have; found `fe80::1`, expected a unicast address of a machine or router
            x.yaml:10:120: error: `spec.ports[0].targetPort` is not a port name that the API accepts; found `a-name-that-is-long`, expected a number, or at most 15 lower-case letters, digits and `-`, a letter among them
            x.yaml:20:29: error: `subsets[0].addresses[0].ip` is not an address that an endpoint may have; found `127.0.0.1`, expected a unicast address of a machine or pod
            x.yaml:26:25: error: `endpoints[0].addresses` is missing; found nothing, expected at least one address
            x.yaml:26:43: error: `endpoints[1].addresses[0]` is not an address that an endpoint may have; found `169.254.1.1`, expected a unicast address of a machine or pod
            x.yaml:27:30: error: `ports[1].name` is the name of another port as well; found ``, expected a name of its own
        "#]],
    );
}
