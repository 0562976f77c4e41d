//! What else of Azure decides: security groups, public addresses, its own services, DNS.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "M-22: with DNS servers of its own, a virtual network's pods ask them through CoreDNS, from the node's address",
        scenario: "kubenet",
        change: &[("    addressPrefixes: [10.1.0.0/16]", "    addressPrefixes: [10.1.0.0/16]\n  dhcpOptions: {dnsServers: [10.2.0.53]}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Host
metadata: {name: dns-b}
spec: {subnet: vnet-b/default, ip: 10.2.0.53, dnsServer: true}
---
type: Microsoft.Network/dnsZones
name: contoso.com
properties: {}
resources:
  - {type: A, name: api, properties: {ARecords: [{ipv4Address: 198.51.100.20}]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: unknown-name}
spec:
  from: pod/default/p0
  to: nothing.example
  port: 443
  expect: {verdict: unresolved, via: [dns.search, dns.forward, host/dns-b], avoids: [iptables.POSTROUTING]}
",
    },
    Case {
        name: "N-04: what was allowed in is answered, whatever the outbound rules say (NSG: stateful)",
        scenario: "azure-cni",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: vms-nsg}}")],
        documents: "
type: Microsoft.Network/networkSecurityGroups
name: vms-nsg
properties:
  securityRules:
    - {name: allow-443, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"443\"}}
    - {name: deny-in, properties: {priority: 200, direction: Inbound, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}
    - {name: deny-out, properties: {priority: 100, direction: Outbound, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: allowed}
spec: {from: pod/default/p0, to: host/vm-a, port: 443, expect: {verdict: delivered, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: denied-in}
spec: {from: pod/default/p0, to: host/vm-a, port: 22, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/vms, stage: azure.nsg.in.subnet, rule: deny-in, disposition: DeniedIn}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: denied-out}
spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: dropped, endsAt: {stage: azure.nsg.out.subnet, rule: deny-out, disposition: DeniedOut}}}
",
    },
    Case {
        name: "N-10: names are still resolved under a rule that denies everything outbound (platform exemption)",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: tight}}")],
        documents: "
type: Microsoft.Network/networkSecurityGroups
name: tight
properties:
  securityRules:
    - {name: deny-out, properties: {priority: 100, direction: Outbound, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: platform}
spec: {from: node/n0, to: azuredns, protocol: UDP, expect: {verdict: delivered, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: anything-else}
spec: {from: node/n0, to: host/vm-a, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.nsg.out.subnet}}}
",
    },
    Case {
        name: "the API server stands outside the scenario: a call to it is not modelled, never refused",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: api}
spec: {from: pod/default/p0, to: kubernetes, port: 443, expect: {verdict: not-modelled}}
",
    },
    Case {
        name: "a Standard public address of a VM is closed until an NSG opens it (public IP addresses: secure by default)",
        scenario: "kubenet",
        change: &[],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: bare}, spec: {subnet: vnet-a/vms, ip: 10.1.1.8, publicIP: 20.50.60.80}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: vnet-a/vms, ip: 10.1.1.9, publicIP: 20.50.60.81, networkSecurityGroup: open-nsg}}
---
type: Microsoft.Network/networkSecurityGroups
name: open-nsg
properties:
  securityRules:
    - {name: allow-443, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"443\"}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: closed}
spec: {from: host/client, to: host/bare, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.publicip, disposition: DeniedIn}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: opened}
spec: {from: host/client, to: 20.50.60.81, port: 443, expect: {verdict: delivered, receivers: [host/open], destination: \"10.1.1.9:443\", reply: delivered, replySource: 20.50.60.81}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out-by-its-own-address}
spec: {from: host/open, to: 198.51.100.20, port: 443, expect: {verdict: delivered, source: 20.50.60.81, reply: delivered}}
",
    },
    Case {
        name: "a security group is asked for traffic between two machines of its subnet, out and in (NSG: how it works)",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: apart}}")],
        documents: "
type: Microsoft.Network/networkSecurityGroups
name: apart
properties:
  securityRules:
    - {name: ssh, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"22\"}}
    - {name: deny-in, properties: {priority: 200, direction: Inbound, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm-z}, spec: {subnet: vnet-a/vms, ip: 10.1.1.5}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: refused}
spec: {from: host/vm-a, to: host/vm-z, port: 80, expect: {verdict: dropped, via: [azure.nsg.out.subnet], endsAt: {place: subnet/vnet-a/vms, stage: azure.nsg.in.subnet, rule: deny-in, disposition: DeniedIn}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: allowed}
spec: {from: host/vm-a, to: host/vm-z, port: 22, expect: {verdict: delivered, via: [azure.nsg.out.subnet, azure.nsg.in.subnet], reply: delivered}}
",
    },
    Case {
        name: "who is in an application security group is not known, so a rule about one leaves the walk open",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: grouped}}")],
        documents: "
type: Microsoft.Network/networkSecurityGroups
name: grouped
properties:
  securityRules:
    - {name: group, properties: {priority: 100, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: 10.2.0.0/16, sourcePortRange: \"*\", destinationApplicationSecurityGroups: [{id: web}], destinationPortRange: \"443\"}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: open}, spec: {from: host/vm-b, to: host/vm-a, port: 443, expect: {verdict: not-modelled, endsAt: {stage: azure.nsg.in.subnet, disposition: NotModelled}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: another-port}, spec: {from: host/vm-b, to: host/vm-a, port: 80, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: another-source}, spec: {from: pod/default/p0, to: host/vm-a, port: 443, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "an address that may be of a service with an endpoint is not modelled and says so; a storage account of the scenario is known",
        scenario: "azure-cni",
        change: &[("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, serviceEndpoints: [{service: Microsoft.Storage}]}")],
        documents: "
{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {networkAcls: {defaultAction: Deny}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: may-be-of-the-service}, spec: {from: pod/default/p0, to: 52.239.1.1, port: 443, expect: {verdict: not-modelled, endsAt: {place: subnet/vnet-a/nodes, stage: azure.serviceendpoint}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: known-to-be-another}, spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: subnet-without}, spec: {from: host/vm-a, to: 52.239.1.1, port: 443, expect: {verdict: not-modelled, avoids: [azure.serviceendpoint], endsAt: {stage: azure.publicip}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: inbound}, spec: {from: internet, to: 20.50.60.70, port: 80, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-name}, spec: {from: pod/default/p0, to: photos.blob.core.windows.net, port: 443, expect: {verdict: dropped, endsAt: {place: storage/photos, stage: storage.acl, disposition: DeniedIn}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: no-such-account}, spec: {from: pod/default/p0, to: other.blob.core.windows.net, port: 443, expect: {verdict: unresolved}}}
",
    },
];
