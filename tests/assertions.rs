//! Whole walks for what documentation promises: a scenario, a change to it, and what must come of it.
//!
//! Each case names its origin: the page, or the assertion derived from it.

use kubehop::engine::expect;
use kubehop::engine::simulation::Simulation;
use kubehop::model::diagnostic::Severity;
use kubehop::model::document::Document;
use kubehop::scenarios;

/// A change to a built-in scenario and the flows that must hold in it.
struct Case {
    /// What is asserted and where it comes from.
    name: &'static str,
    /// The built-in scenario.
    scenario: &'static str,
    /// Replacements in its texts; each must be found.
    change: &'static [(&'static str, &'static str)],
    /// Further documents; the flows among them are checked.
    documents: &'static str,
}

const NO_FLOWS: &str = "flows.yaml";

/// Cases whose input is wrong on purpose.
const MAY_BE_WRONG: &str = "M-19";

fn run(case: &Case) -> Result<(), String> {
    let scenario = scenarios::find(case.scenario).ok_or("no such scenario")?;
    let mut texts: Vec<(String, String)> = scenario
        .files
        .iter()
        .filter(|(name, _)| *name != NO_FLOWS)
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (from, to) in case.change {
        let text = texts.iter_mut().find(|(_, text)| text.contains(from));
        let (_, text) = text.ok_or_else(|| format!("`{from}` is not in the scenario"))?;
        *text = text.replacen(from, to, 1);
    }
    texts.push(("case.yaml".to_owned(), case.documents.to_owned()));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let errors: Vec<String> = simulation
        .diagnostics
        .iter()
        .filter(|problem| {
            problem.severity == Severity::Error && !case.name.starts_with(MAY_BE_WRONG)
        })
        .map(ToString::to_string)
        .collect();
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    let flows = &simulation.network().flows;
    if flows.is_empty() {
        return Err("no flow".to_owned());
    }
    for flow in flows {
        let result = simulation.trace(flow);
        let expected = flow.expect.as_ref().ok_or("a flow without expectation")?;
        let mismatches = expect::evaluate(simulation.network(), &result, expected);
        if !mismatches.is_empty() {
            let walk: Vec<String> = result
                .branches
                .iter()
                .flat_map(|branch| {
                    let reply = branch
                        .connection
                        .reply
                        .iter()
                        .flat_map(kubehop::engine::trace::Trace::steps);
                    branch.connection.original.steps().chain(reply)
                })
                .map(|(place, step)| {
                    format!(
                        "  {place} {} {} {}",
                        step.stage.as_str(),
                        step.action(),
                        step.after
                    )
                })
                .collect();
            return Err(format!(
                "{}: {mismatches:#?}\n{}",
                flow.meta.name,
                walk.join("\n")
            ));
        }
    }
    Ok(())
}

#[test]
fn every_assertion_holds() {
    let failed: Vec<String> = CASES
        .iter()
        .filter_map(|case| {
            run(case)
                .err()
                .map(|problem| format!("{}\n{problem}", case.name))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} fail:\n\n{}",
        failed.len(),
        CASES.len(),
        failed.join("\n\n")
    );
}

const CASES: &[Case] = &[
    Case {
        name: "K-08: with the cluster's route table on its subnet, a VM reaches a kubenet pod (AKS: configure kubenet)",
        scenario: "kubenet",
        change: &[(
            "properties: {addressPrefix: 10.1.1.0/24}",
            "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: aks-agentpool-routetable}}",
        )],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: vm-to-pod}
spec:
  from: host/vm-a
  to: pod/default/p0
  port: 8080
  expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, replySource: 10.244.0.10}
",
    },
    Case {
        name: "K-13: without IP forwarding on the NIC of n1, Azure drops packets for its pods (IP forwarding)",
        scenario: "kubenet",
        change: &[],
        documents: "
type: Microsoft.Network/networkInterfaces
name: n1-nic
properties:
  enableIPForwarding: false
  ipConfigurations: [{name: a, properties: {privateIPAddress: 10.1.0.5, subnet: {id: vnet-a/nodes}}}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-to-pod}
spec:
  from: pod/default/p0
  to: pod/default/p1
  port: 8080
  expect: {verdict: dropped, endsAt: {place: node/n1, stage: azure.nic, disposition: NotForwarded}}
",
    },
    Case {
        name: "K-10: two translations on the way to the internet (AKS: egress)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec:
  from: pod/default/p0
  to: 198.51.100.20
  port: 443
  expect:
    verdict: delivered
    source: 20.50.60.71
    via: [iptables.POSTROUTING, azure.route, azure.lb.outbound, host/server]
    reply: delivered
    replySource: 198.51.100.20
",
    },
    Case {
        name: "C-07: with 0.0.0.0/0 exempt from masquerading, pods have no way out (load balancer outbound connections)",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: ConfigMap
metadata: {name: azure-ip-masq-agent-config, namespace: kube-system}
data:
  ip-masq-agent: |
    nonMasqueradeCIDRs: [0.0.0.0/0]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec:
  from: pod/default/p0
  to: 198.51.100.20
  port: 443
  expect: {verdict: dropped, endsAt: {disposition: SnatUnavailable}}
",
    },
    Case {
        name: "C-08: the platform sees the node, never the pod (ip-masq agent: link-local and platform addresses)",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: query}
spec:
  from: pod/default/p0
  to: azuredns
  protocol: UDP
  port: 53
  expect: {verdict: delivered, receivers: [azuredns], source: 10.1.0.4, reply: delivered}
",
    },
    Case {
        name: "C-14: pods of one node pass its routing, not a bridge, in transparent mode (AKS FAQ)",
        scenario: "azure-cni",
        change: &[("nodeName: n1", "nodeName: n0"), ("status: {podIP: 10.1.0.40}", "status: {podIP: 10.1.0.11}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: neighbours}
spec:
  from: pod/default/p0
  to: pod/default/p1
  port: 8080
  expect:
    verdict: delivered
    source: 10.1.0.10
    via: [veth, node.route, veth]
    avoids: [bridge, azure.route, azure.nic]
    reply: delivered
",
    },
    Case {
        name: "K-01: pods of one kubenet node share the bridge, and Azure sees nothing (AKS: configure kubenet)",
        scenario: "kubenet",
        change: &[("nodeName: n1", "nodeName: n0"), ("status: {podIP: 10.244.1.10}", "status: {podIP: 10.244.0.11}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: neighbours}
spec:
  from: pod/default/p0
  to: pod/default/p1
  port: 8080
  expect: {verdict: delivered, source: 10.244.0.10, via: [bridge, bridge], avoids: [azure.route, veth], reply: delivered}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: by-service}
spec:
  from: pod/default/p0
  to: service/default/web
  expect: {verdict: delivered, source: 10.244.0.10, reply: delivered, replySource: 10.0.50.1}
",
    },
    Case {
        name: "M-19: a peering with one side is no peering (VNet peering)",
        scenario: "azure-cni",
        change: &[("    - name: b-to-a\n      properties:\n        remoteVirtualNetwork: {id: vnet-a}", "    - name: b-to-a\n      properties:\n        remoteVirtualNetwork: {id: vnet-x}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: there}
spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: back}
spec: {from: host/vm-b, to: pod/default/p0, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route}}}
",
    },
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
        name: "W2: externalTrafficPolicy Local keeps the client's address and only the pod's node is picked (source IP tutorial)",
        scenario: "kubenet",
        change: &[("externalTrafficPolicy: Cluster", "externalTrafficPolicy: Local\n  healthCheckNodePort: 32100")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: local}
spec:
  from: host/client
  to: 20.50.60.70
  port: 80
  expect:
    verdict: delivered
    receivers: [pod/default/p1]
    source: 203.0.113.9
    destination: 10.244.1.10:8080
    probability: {pod/default/p1: 1}
    avoids: [node/n0]
    reply: delivered
    replySource: 20.50.60.70
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-inside}
spec:
  from: pod/default/p0
  to: 20.50.60.70
  port: 80
  expect: {verdict: delivered, source: 10.244.0.10, avoids: [loadbalancer/kubernetes]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-port-of-the-wrong-node}
spec:
  from: host/vm-a
  to: 10.1.0.4
  port: 31380
  expect: {verdict: dropped, endsAt: {place: node/n0, disposition: Filtered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-port-of-the-right-node}
spec:
  from: host/vm-a
  to: node/n1
  port: 31380
  expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, replySource: 10.1.0.5}
",
    },
    Case {
        name: "L-08: without a ready pod clients die at the load balancer, and pods are refused at once",
        scenario: "kubenet",
        change: &[("status: {podIP: 10.244.1.10}", "status: {podIP: 10.244.1.10, conditions: [{type: Ready, status: \"False\"}]}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside}
spec:
  from: host/client
  to: 20.50.60.70
  port: 80
  expect: {verdict: dropped, endsAt: {place: loadbalancer/kubernetes, disposition: NoHealthyMember}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: cluster-ip}
spec: {from: pod/default/p0, to: 10.0.50.1, port: 80, expect: {verdict: rejected, endsAt: {place: node/n0, disposition: NoEndpoints}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: public-address}
spec: {from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: rejected, endsAt: {disposition: NoEndpoints}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-port}
spec: {from: host/vm-a, to: node/n0, port: 31380, expect: {verdict: rejected, endsAt: {disposition: NoEndpoints}}}
",
    },
    Case {
        name: "L-10, R-14: an internal Service is reached from its own and from a peered virtual network, without a rule of its own",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: same-network}
spec:
  from: host/vm-a
  to: service/default/inner
  expect: {verdict: delivered, receivers: [pod/default/p1], via: [loadbalancer/kubernetes-internal], reply: delivered, replySource: 10.1.0.200}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: peered-network}
spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: on-premises}
spec: {from: host/op, to: 10.1.0.200, port: 80, expect: {verdict: delivered, via: [azure.gateway, loadbalancer/kubernetes-internal], reply: delivered}}
",
    },
    Case {
        name: "L-11: source ranges of an internal Service are enforced by kube-proxy, while the default rule of the NSG lets all pass",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  loadBalancerSourceRanges: [10.2.0.0/16]
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside-the-ranges}
spec: {from: host/vm-a, to: 10.1.0.200, port: 80, expect: {verdict: dropped, via: [azure.nsg.in.nic], endsAt: {disposition: Filtered}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: inside-the-ranges}
spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, reply: delivered}}
",
    },
    Case {
        name: "L-19: there is no ICMP through the outbound rule (load balancer overview)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ping-out}
spec: {from: pod/default/p0, to: 198.51.100.20, protocol: ICMP, expect: {verdict: dropped, endsAt: {disposition: SnatUnavailable}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ping-vm}
spec: {from: pod/default/p0, to: host/vm-a, protocol: ICMP, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}
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
        name: "R-01: addresses of private ranges that no virtual network has are dropped by the system routes",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: lost}
spec: {from: host/vm-a, to: 10.9.9.9, port: 80, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/vms, stage: azure.route, disposition: NullRouted}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: free-address}
spec: {from: host/vm-a, to: 10.1.1.77, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}
",
    },
    Case {
        name: "R-02, R-10: a default route to an appliance; without IP forwarding its NIC drops",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: via-appliance}}")],
        documents: "
type: Microsoft.Network/routeTables
name: via-appliance
properties:
  routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-appliance}
spec: {from: host/vm-a, to: 10.9.9.9, port: 80, expect: {verdict: dropped, endsAt: {place: host/appliance, stage: azure.nic, disposition: NotForwarded}}}
",
    },
    Case {
        name: "an appliance forwards between subnets, and the answer takes the direct way",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: via-appliance}}")],
        documents: "
type: Microsoft.Network/routeTables
name: via-appliance
properties:
  routes: [{name: to-b, properties: {addressPrefix: 10.2.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: through}
spec: {from: host/vm-a, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.1.4, via: [host/appliance, host.forward, azure.peering], reply: delivered}}
",
    },
    Case {
        name: "two appliances that point at each other are a loop, and it is noticed",
        scenario: "kubenet",
        change: &[
            ("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: to-x}}"),
            ("properties: {addressPrefix: 10.1.2.0/24}", "properties: {addressPrefix: 10.1.2.0/24, routeTable: {id: to-y}}"),
        ],
        documents: "
{type: Microsoft.Network/routeTables, name: to-x, properties: {routes: [{name: a, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]}}
---
{type: Microsoft.Network/routeTables, name: to-y, properties: {routes: [{name: a, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.9}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: x}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: y}, spec: {subnet: vnet-a/vms, ip: 10.1.1.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: round}
spec: {from: host/vm-a, to: 10.9.9.9, port: 80, expect: {verdict: dropped, endsAt: {disposition: Looped}}}
",
    },
    Case {
        name: "O-22: without gateway propagation on its table, a subnet has no way on premises",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: closed}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: closed, properties: {disableBgpRoutePropagation: true, routes: []}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: closed}
spec: {from: host/vm-a, to: host/op, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: open}
spec: {from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, via: [azure.gateway], reply: delivered}}
",
    },
    Case {
        name: "R11: a pod that is picked by its own call sees its node, not itself (hairpin)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: hairpin}
spec: {from: pod/default/p1, to: service/default/web, expect: {verdict: delivered, receivers: [pod/default/p1], source: 10.244.1.1, reply: delivered, replySource: 10.0.50.1}}
",
    },
    Case {
        name: "R8: a node's own call to a cluster IP is masqueraded, because a node is no pod",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: from-node}
spec: {from: node/n0, to: service/default/web, expect: {verdict: delivered, via: [iptables.OUTPUT, iptables.POSTROUTING], source: 10.1.0.4, reply: delivered, replySource: 10.0.50.1}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: kubelet}
spec: {from: host/vm-a, to: node/n0, port: 10250, expect: {verdict: delivered, receivers: [node/n0], source: 10.1.1.4, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: closed-port}
spec: {from: host/vm-a, to: node/n0, port: 8081, expect: {verdict: rejected, endsAt: {disposition: PortClosed}}}
",
    },
    Case {
        name: "reasoned: like any pod, one that shares its node's address answers where nothing says that it does not",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: v1
kind: Pod
metadata: {name: agent, labels: {app: agent}}
spec: {hostNetwork: true, nodeName: n0, containers: [{name: c, image: i, ports: [{containerPort: 9100}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec: {hostNetwork: true, nodeName: n0, containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata: {name: agent}
spec: {clusterIP: 10.0.50.77, selector: {app: agent}, ports: [{port: 80, targetPort: 9300}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: declared}
spec: {from: pod/default/p1, to: pod/default/agent, port: 9100, expect: {verdict: delivered, receivers: [pod/default/agent]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: declared-by-another}
spec: {from: pod/default/p1, to: pod/default/other, port: 9100, expect: {verdict: delivered, receivers: [pod/default/agent]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: named}
spec: {from: pod/default/p1, to: pod/default/other, port: 9200, expect: {verdict: delivered, receivers: [pod/default/other], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: expected-by-a-service}
spec: {from: pod/default/p1, to: service/default/agent, port: 80, expect: {verdict: delivered, receivers: [pod/default/agent], destination: '10.1.0.4:9300', reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: the-node-itself}
spec: {from: pod/default/p1, to: pod/default/other, port: 10250, expect: {verdict: delivered, receivers: [node/n0]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: nobody-is-named}
spec: {from: pod/default/p1, to: node/n0, port: 9200, expect: {verdict: rejected, endsAt: {disposition: PortClosed}}}
",
    },
    Case {
        name: "a workload stands for any of its pods, and each pick is a branch with its probability",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: shop, ports: [{containerPort: 80}]}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: any}
spec: {from: deployment/default/shop, to: deployment/default/shop, expect: {verdict: delivered, reply: delivered}}
",
    },
    Case {
        name: "a policy that no engine enforces has no effect, and the walk says so",
        scenario: "azure-cni",
        change: &[],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: policy}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, via: [policy.ingress]}}}
",
    },
    Case {
        name: "an unknown network policy engine is not modelled, and is named",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: antrea")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: policy}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: not-modelled, endsAt: {stage: policy.ingress}}}}
",
    },
    Case {
        name: "Y-02: policies for ingress leave what the pod opens alone",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p1, to: pod/default/p0, port: 8080, expect: {verdict: delivered, reply: delivered, avoids: [policy.egress]}}}
",
    },
    Case {
        name: "Y-04: the engine azure does not filter packets of a pod to its own node, but those to another node",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: azure")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: own}, spec: {from: pod/default/p0, to: 10.1.0.4, port: 10250, expect: {verdict: delivered, via: [policy.egress]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: other}, spec: {from: pod/default/p0, to: 10.1.0.35, port: 10250, expect: {verdict: dropped, endsAt: {place: pod/default/p0, stage: policy.egress, disposition: DeniedOut, rule: silent}}}}
",
    },
    Case {
        name: "Y-04: calico filters packets of a pod to its own node as well (workload to host)",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: own}, spec: {from: pod/default/p0, to: 10.1.0.4, port: 10250, expect: {verdict: dropped, endsAt: {stage: policy.egress}}}}
",
    },
    Case {
        name: "Y-05: the engine azure lets what comes through externalTrafficPolicy Cluster pass (migration guide), with a word",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: azure")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, via: [policy.ingress], reply: delivered}}}
",
    },
    Case {
        name: "Y-05: cilium filters what comes through externalTrafficPolicy Cluster",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: cilium")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: dropped, endsAt: {place: pod/default/p1, stage: policy.ingress, disposition: DeniedIn, rule: closed}}}}
",
    },
    Case {
        name: "ipBlock under cilium holds no pods and no nodes (migration guide), under calico it does",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: cilium")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: anywhere}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm}, spec: {from: host/vm-a, to: pod/default/p1, port: 8080, expect: {verdict: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: mixed}}}
",
    },
    Case {
        name: "R25: ipBlock holds the addresses of pods",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: anywhere}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.0/24]}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: mixed}}}
",
    },
    Case {
        name: "a pod that calls the load balancer from its own node escapes the engine azure (Azure/azure-container-networking issue 940)",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: azure")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: delivered, via: [policy.egress]}}}
",
    },
    Case {
        name: "D-11: a headless Service has an address for each ready pod, of four that are three",
        scenario: "azure-cni",
        change: &[],
        documents: "
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-0, labels: {app: db}}, spec: {nodeName: n0, containers: [{name: c, image: db}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-1, labels: {app: db}}, spec: {nodeName: n0, containers: [{name: c, image: db}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-2, labels: {app: db}}, spec: {nodeName: n1, containers: [{name: c, image: db}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-3, labels: {app: db}}, spec: {nodeName: n1, containers: [{name: c, image: db}]}, status: {phase: Running, conditions: [{type: Ready, status: 'False'}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: records}, spec: {from: pod/default/p0, to: db, port: 5432, expect: {verdict: delivered, receivers: [pod/default/db-0, pod/default/db-1, pod/default/db-2], via: [dns.service], avoids: [dns.forward]}}}
",
    },
    Case {
        name: "D-08: without egress to port 53 a name cannot be resolved",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: name}, spec: {from: pod/default/p0, to: web, port: 80, expect: {verdict: unresolved}}}
",
    },
    Case {
        name: "R27: policies see the pod port, by number or by name, never the Service port",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: named}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: numbered}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{ports: [{port: 8080}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: through}, spec: {from: pod/default/p0, to: service/default/web, port: 80, expect: {verdict: delivered, reply: delivered, via: [policy.egress, policy.ingress]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: past}, spec: {from: pod/default/p0, to: pod/default/p1, port: 80, expect: {verdict: dropped, endsAt: {stage: policy.egress}}}}
",
    },
    Case {
        name: "R29: replies pass although nothing may leave the pod",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent-web}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: reply}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "a pod always reaches itself, also through its Service",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: self}, spec: {from: pod/default/p1, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: hairpin}, spec: {from: pod/default/p1, to: service/default/web, port: 80, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "a node reaches its own pods, as probes must; another node does not",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: probe}, spec: {from: node/n1, to: pod/default/p1, port: 8080, expect: {verdict: delivered, via: [policy.ingress]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: other}, spec: {from: node/n0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {stage: policy.ingress}}}}
",
    },
    Case {
        name: "R30: a rule for UDP isolates for TCP as well",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: udp}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{protocol: UDP, port: 8080}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: tcp}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: udp}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, protocol: UDP, expect: {verdict: delivered}}}
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
        name: "R12: a node port answers on the node's own loopback; a pod's own address never leaves the pod",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: loopback-node-port}
spec: {from: node/n0, to: 127.0.0.1, port: 31380, expect: {verdict: delivered, receivers: [pod/default/p1], source: 10.1.0.4, reply: delivered, replySource: 127.0.0.1}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: own-address}
spec: {from: pod/default/p1, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.244.1.10, avoids: [bridge, node/n1], reply: delivered}}
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
        name: "L-17 with an appliance that is a machine: the reply of a public Service does not come back by another way",
        scenario: "azure-cni",
        change: &[("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: via-appliance}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: via-appliance, properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: asymmetric}
spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, reply: dropped, endsAt: {place: host/appliance, disposition: NoConnection}}}
",
    },
    Case {
        name: "a default route to an appliance breaks connections from the internet to a machine's own public address (UDR overview)",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: open}, routeTable: {id: via-appliance}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: via-appliance, properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]}}
---
type: Microsoft.Network/networkSecurityGroups
name: open
properties:
  securityRules:
    - {name: all, properties: {priority: 100, direction: Inbound, access: Allow, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: public}, spec: {subnet: vnet-a/vms, ip: 10.1.1.9, publicIP: 20.50.60.81}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: broken}
spec: {from: host/client, to: host/public, port: 443, expect: {verdict: delivered, reply: dropped, endsAt: {place: host/appliance, disposition: NoConnection}}}
",
    },
    Case {
        name: "two virtual networks that do not know each other may use the same addresses; answers find who asked",
        scenario: "kubenet",
        change: &[],
        documents: "
type: Microsoft.Network/virtualNetworks
name: twin
location: japaneast
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets: [{name: vms, properties: {addressPrefix: 10.1.1.0/24}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: a-twin}, spec: {subnet: twin/vms, ip: 10.1.1.8}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: public}, spec: {subnet: vnet-a/vms, ip: 10.1.1.8, publicIP: 20.50.60.81}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec: {from: host/public, to: 198.51.100.20, port: 443, expect: {verdict: delivered, source: 20.50.60.81, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-the-platform}
spec: {from: host/public, to: azuredns, protocol: UDP, expect: {verdict: delivered, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-the-public-service}
spec: {from: host/public, to: 20.50.60.70, port: 80, expect: {verdict: delivered, via: [azure.publicip, loadbalancer/kubernetes], reply: delivered, replySource: 20.50.60.70}}
",
    },
    Case {
        name: "an appliance in a peered network is reached by the peering, and its terms hold (VNet peering: service chaining)",
        scenario: "azure-cni",
        change: &[("properties: {addressPrefix: 10.2.0.0/24}", "properties: {addressPrefix: 10.2.0.0/24, routeTable: {id: on}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: on, properties: {routes: [{name: on, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.3.0.9}}]}}
---
{type: Microsoft.Network/routeTables, name: out, properties: {routes: [{name: on, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.2.0.9}}]}}
---
type: Microsoft.Network/virtualNetworks
name: vnet-d
location: japaneast
properties:
  addressSpace: {addressPrefixes: [10.4.0.0/16]}
  subnets: [{name: default, properties: {addressPrefix: 10.4.0.0/24, routeTable: {id: out}}}]
  virtualNetworkPeerings: [{name: d-to-b, properties: {remoteVirtualNetwork: {id: vnet-b}}}]
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: vnet-b/b-to-d
properties: {remoteVirtualNetwork: {id: vnet-d}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm-d}, spec: {subnet: vnet-d/default, ip: 10.4.0.4}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance-b}, spec: {subnet: vnet-b/default, ip: 10.2.0.9, ipForwarding: true}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance-c}, spec: {subnet: vnet-c/default, ip: 10.3.0.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: two-appliances}
spec: {from: host/vm-d, to: 10.9.0.1, port: 80, expect: {verdict: dropped, via: [vnet/vnet-b, azure.peering, host/appliance-b, vnet/vnet-c, azure.peering], endsAt: {place: vnet/vnet-c, stage: azure.peering}}}
",
    },
    Case {
        name: "a node's own process goes to the node's pods from the bridge's address (Linux: the route's source)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: kubelet-probe}
spec: {from: node/n0, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 10.244.0.1, avoids: [azure.route], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-of-another-node}
spec: {from: node/n0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.1.0.4, via: [azure.route], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: itself}
spec: {from: node/n0, to: 10.244.0.1, port: 10250, expect: {verdict: delivered, receivers: [node/n0], source: 10.244.0.1, reply: delivered}}
",
    },
    Case {
        name: "a pod that has ended neither gets nor sends packets",
        scenario: "kubenet",
        change: &[],
        documents: "
{apiVersion: v1, kind: Pod, metadata: {name: done}, spec: {nodeName: n0, containers: [{name: a, image: a}]}, status: {phase: Succeeded, podIP: 10.244.0.77}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to}
spec: {from: pod/default/p1, to: pod/default/done, port: 80, expect: {verdict: unresolved, endsAt: {place: pod/default/p1, disposition: NameNotFound}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: from}
spec: {from: pod/default/done, to: pod/default/p1, port: 80, expect: {verdict: dropped, endsAt: {place: pod/default/done, disposition: NoRoute}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: set}, spec: {replicas: 1, selector: {matchLabels: {app: set}}, template: {metadata: {labels: {app: set}}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: evicted, labels: {app: set}, ownerReferences: [{kind: ReplicaSet, name: set, controller: true}]}, spec: {nodeName: n0, containers: []}, status: {phase: Failed}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: any-of-those-left}, spec: {from: replicaset/default/set, to: pod/default/p1, port: 80, expect: {verdict: delivered, probability: {pod/default/p1: 1}}}}
",
    },
    Case {
        name: "L-22: a machine in the cluster's subnet counts as a pod, and may be sent to an endpoint that cannot answer it (AKS: configure Azure CNI)",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
{apiVersion: v1, kind: Pod, metadata: {name: p2, labels: {app: web}}, spec: {nodeName: n0, containers: [{name: a, image: a, ports: [{containerPort: 8080}]}]}, status: {podIP: 10.1.0.12}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: neighbour}, spec: {subnet: vnet-a/nodes, ip: 10.1.0.150}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: neighbour}
spec:
  from: host/neighbour
  to: 10.1.0.200
  port: 80
  expect:
    verdict: mixed
    endsAt: {disposition: NotForwarded}
    source: 10.1.0.150
    probability: {pod/default/p1: 0.25, pod/default/p2: 0.25}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: another-subnet}
spec:
  from: host/vm-a
  to: 10.1.0.200
  port: 80
  expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, probability: {pod/default/p1: 0.5, pod/default/p2: 0.5}}
",
    },
    Case {
        name: "L-20: a DNS label names the public address, inside and outside the cluster (cloud provider: loadbalancer)",
        scenario: "kubenet",
        change: &[("  uid:", "  annotations: {service.beta.kubernetes.io/azure-dns-label-name: shop}\n  uid:")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside}
spec: {from: host/client, to: shop.japaneast.cloudapp.azure.com, port: 80, expect: {verdict: delivered, via: [dns.zone, loadbalancer/kubernetes], reply: delivered, replySource: 20.50.60.70}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: inside}
spec: {from: pod/default/p0, to: shop.japaneast.cloudapp.azure.com, port: 80, expect: {verdict: delivered, avoids: [loadbalancer/kubernetes], reply: delivered}}
",
    },
    Case {
        name: "L-11 with the annotation: what is outside the source ranges is denied by the group's last rule",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations:
    service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"
    service.beta.kubernetes.io/azure-deny-all-except-load-balancer-source-ranges: \"true\"
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  loadBalancerSourceRanges: [10.2.0.0/16]
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside-the-ranges}
spec: {from: host/vm-a, to: 10.1.0.200, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.nsg.in.nic, rule: k8s-azure-lb_deny-all_IPv4, disposition: DeniedIn}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: inside-the-ranges}
spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: [10.1.0.4, 10.1.0.35], reply: delivered}}
",
    },
    Case {
        name: "a spoke reaches the office through the hub's gateway, and is reached; what is behind the spoke is not (VNet peering: gateway transit)",
        scenario: "azure-cni",
        change: &[
            ("        remoteVirtualNetwork: {id: vnet-b}\n        allowVirtualNetworkAccess: true", "        remoteVirtualNetwork: {id: vnet-b}\n        allowGatewayTransit: true\n        allowVirtualNetworkAccess: true"),
            ("        remoteVirtualNetwork: {id: vnet-a}\n        allowVirtualNetworkAccess: true", "        remoteVirtualNetwork: {id: vnet-a}\n        useRemoteGateways: true\n        allowVirtualNetworkAccess: true"),
        ],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: office-to-spoke}
spec: {from: host/op, to: host/vm-b, port: 80, expect: {verdict: delivered, via: [azure.gateway, azure.peering], source: 192.168.10.5, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: spoke-to-office}
spec: {from: host/vm-b, to: host/op, port: 80, expect: {verdict: delivered, via: [azure.gateway], source: 10.2.0.4, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: behind-the-spoke}
spec: {from: host/vm-c, to: host/op, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}
",
    },
    Case {
        name: "O-01 to O-18: an internal Service shows the caller to its pods exactly with externalTrafficPolicy Local",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm}, spec: {from: host/vm-a, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, replySource: 10.1.0.200}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: peered-vm}, spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: 10.2.0.4, reply: delivered, replySource: 10.1.0.200}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: office}, spec: {from: host/op, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: 192.168.10.5, reply: delivered, replySource: 10.1.0.200}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: behind-the-peer}, spec: {from: host/vm-c, to: 10.1.0.200, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: internet}, spec: {from: host/client, to: 10.1.0.200, port: 80, expect: {verdict: dropped}}}
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
        name: "next hops that lead nowhere: the internet has no private addresses, a gateway knows only its own sites (UDR overview)",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: odd}}")],
        documents: "
type: Microsoft.Network/routeTables
name: odd
properties:
  routes:
    - {name: internet, properties: {addressPrefix: 10.9.0.0/16, nextHopType: Internet}}
    - {name: local, properties: {addressPrefix: 10.8.0.0/16, nextHopType: VnetLocal}}
    - {name: gateway, properties: {addressPrefix: 172.20.0.0/16, nextHopType: VirtualNetworkGateway}}
    - {name: missing, properties: {addressPrefix: 10.7.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.200}}
    - {name: none, properties: {addressPrefix: 198.51.100.20/32, nextHopType: None}}
    - {name: no-peer, properties: {addressPrefix: 10.2.0.0/16, nextHopType: None}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: internet}, spec: {from: host/vm-a, to: 10.9.0.1, port: 80, expect: {verdict: dropped, endsAt: {place: internet, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: multicast}, spec: {from: host/vm-a, to: 224.0.0.1, protocol: UDP, port: 80, expect: {verdict: dropped, endsAt: {place: internet, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: local}, spec: {from: host/vm-a, to: 10.8.0.1, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: gateway}, spec: {from: host/vm-a, to: 172.20.0.1, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.gateway, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: missing}, spec: {from: host/vm-a, to: 10.7.0.1, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: none}, spec: {from: host/vm-a, to: host/server, port: 80, expect: {verdict: dropped, endsAt: {disposition: NullRouted}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: reply}, spec: {from: host/vm-b, to: host/vm-a, port: 80, expect: {verdict: delivered, reply: dropped, endsAt: {place: subnet/vnet-a/vms, disposition: NullRouted}}}}
",
    },
    Case {
        name: "a load balancer as destination is its frontend that serves the port, not the address that the cluster leaves with",
        scenario: "kubenet",
        change: &[],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: served}, spec: {from: host/client, to: loadbalancer/kubernetes, port: 80, expect: {verdict: delivered, receivers: [pod/default/p1], reply: delivered, replySource: 20.50.60.70}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: not-served}, spec: {from: host/client, to: loadbalancer/kubernetes, port: 81, expect: {verdict: dropped, endsAt: {place: loadbalancer/kubernetes, stage: azure.lb.rule, disposition: NoSuchAddress}}}}
",
    },
    Case {
        name: "a plugin that is not modelled is named, whoever calls its pods",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: none"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
        ],
        documents: "
{apiVersion: v1, kind: Service, metadata: {name: headless}, spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm-to-pod}, spec: {from: host/vm-a, to: pod/default/p1, port: 8080, expect: {verdict: not-modelled}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm-to-known-address}, spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: not-modelled, endsAt: {stage: azure.nic}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-headless}, spec: {from: pod/default/p0, to: service/default/headless, port: 8080, expect: {verdict: not-modelled}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: outside-to-service}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: not-modelled, endsAt: {stage: azure.lb.probe}}}}
",
    },
    Case {
        name: "C-05: the office sees the node, and the pod sees the office (AKS: configure Azure CNI, frequently asked questions)",
        scenario: "azure-cni",
        change: &[],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/op, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 192.168.10.5, reply: delivered}}}
",
    },
    Case {
        name: "C-16: an overlay shows the node outside, and nobody outside gets in (Azure CNI Overlay)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkPluginMode: overlay"),
            ("status: {podIP: 10.1.0.10}", "status: {}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
        ],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/vms, stage: azure.route}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: from-the-nodes-subnet}, spec: {from: host/neighbour, to: pod/default/p0, port: 8080, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/nodes, stage: azure.route}}}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: neighbour}, spec: {subnet: vnet-a/nodes, ip: 10.1.0.77}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: host/vm-a, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
",
    },
    Case {
        name: "a route of the user's for the pod range has no say in an overlay (Azure CNI Overlay: a routing domain of its own)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkPluginMode: overlay"),
            ("status: {podIP: 10.1.0.10}", "status: {}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
            ("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: mine}}"),
        ],
        documents: "
{type: Microsoft.Network/routeTables, name: mine, properties: {routes: [{name: away, properties: {addressPrefix: 10.244.0.0/16, nextHopType: None}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "a group of the node subnet sees the addresses of an overlay's pods (Azure CNI Overlay: network security groups)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkPluginMode: overlay"),
            ("status: {podIP: 10.1.0.10}", "status: {}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
            ("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: mine}}"),
        ],
        documents: "
{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {securityRules: [{name: shut, properties: {priority: 100, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: 10.244.0.0/16, destinationAddressPrefix: 10.244.0.0/16, sourcePortRange: '*', destinationPortRange: '*'}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/nodes, stage: azure.nsg.in.subnet, rule: shut}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: node-to-pod}, spec: {from: node/n0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "C-17: a peer sees the pod itself where pods have a subnet of their own (Azure CNI Pod Subnet)",
        scenario: "azure-cni",
        change: &[
            ("vnetSubnetID: vnet-a/nodes", "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw"),
            ("status: {podIP: 10.1.0.10}", "status: {podIP: 10.1.2.10}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
        ],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-the-peer}, spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.2.10, via: [subnet/vnet-a/appgw, azure.peering], avoids: [subnet/vnet-a/nodes], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-a-service}, spec: {from: pod/default/p0, to: service/default/web, port: 80, expect: {verdict: delivered, source: 10.1.2.10, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-the-internet}, spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: not-modelled, endsAt: {stage: azure.lb.outbound}}}}
",
    },
    Case {
        name: "Y-08: kubenet that replaces the source between pods too breaks a policy that selects pods (AKS release of 2021-02-01)",
        scenario: "kubenet",
        change: &[("networkPlugin: kubenet", "networkPlugin: kubenet\n    networkPolicy: calico")],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: settings}, spec: {kubenetMasqueradesPods: true}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: clients}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {place: pod/default/p1, stage: policy.ingress}}}}
",
    },
    Case {
        name: "Y-08, the other way round: as it is, the policy finds the pod",
        scenario: "kubenet",
        change: &[("networkPlugin: kubenet", "networkPlugin: kubenet\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: clients}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.244.0.10, reply: delivered}}}
",
    },
    Case {
        name: "Y-10: a namespaceSelector holds the pods of the policy's own namespace only if its labels match",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: friends}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: friend, namespace: shop}, spec: {nodeName: n0, containers: [{name: c, image: c}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: own-namespace}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {stage: policy.ingress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: labelled}, spec: {from: pod/shop/friend, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "Cilium serves a Service with externalTrafficPolicy Local to pods of every node, and shows the client (kube-proxy replacement)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkDataplane: cilium"),
            ("externalTrafficPolicy: Cluster", "externalTrafficPolicy: Local\n  healthCheckNodePort: 32100"),
        ],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: delivered, source: 10.1.0.10, avoids: [loadbalancer/kubernetes, iptables.PREROUTING], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: outside}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, source: 203.0.113.9, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: wrong-node}, spec: {from: host/vm-a, to: node/n0, port: 31380, expect: {verdict: dropped, endsAt: {place: node/n0, stage: node.route}}}}
",
    },
    Case {
        name: "Y-05 under the data plane Cilium: ingress by another node is subject to policy, and ipBlock holds no node (AKS: migrate to Cilium)",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkDataplane: cilium")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: blocks}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-the-other-node}, spec: {from: host/vm-a, to: node/n0, port: 31380, expect: {verdict: dropped, endsAt: {place: pod/default/p1, stage: policy.ingress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-its-own-node}, spec: {from: host/vm-a, to: node/n1, port: 31380, expect: {verdict: delivered, source: 10.1.1.4}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {stage: policy.ingress}}}}
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
    Case {
        name: "M-19: a peering that Azure calls Disconnected carries nothing, even if both sides are written down",
        scenario: "azure-cni",
        change: &[("        remoteVirtualNetwork: {id: vnet-a}", "        remoteVirtualNetwork: {id: vnet-a}\n        peeringState: Disconnected")],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: there}, spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: back}, spec: {from: host/vm-b, to: pod/default/p0, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}}
",
    },
    Case {
        name: "what an ExpressRoute circuit announces is not known, so an address that nobody else has may be behind it",
        scenario: "azure-cni",
        change: &[("  connectionType: IPsec\n", "  connectionType: ExpressRoute\n"), ("  localNetworkGateway2: {id: onprem}\n", "  peer: {id: circuit}\n")],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: perhaps-behind-it}, spec: {from: host/vm-a, to: 192.168.10.5, port: 443, expect: {verdict: not-modelled, endsAt: {place: subnet/vnet-a/vms, stage: azure.route}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: surely-not}, spec: {from: host/vm-a, to: host/vm-b, port: 443, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: not-behind-the-peer}, spec: {from: host/vm-b, to: 192.168.10.5, port: 443, expect: {verdict: dropped, endsAt: {disposition: NullRouted}}}}
",
    },
    Case {
        name: "M-20: an office that learns no route back loses the answer, not the request",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: v1
kind: ConfigMap
metadata: {name: azure-ip-masq-agent-config, namespace: kube-system}
data: {ip-masq-agent: 'nonMasqueradeCIDRs: [192.168.10.0/24]'}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: no-way-back}, spec: {from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.244.0.10, via: [azure.gateway], reply: dropped, endsAt: {place: localgateway/onprem, stage: azure.gateway, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: way-back}, spec: {from: node/n0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
",
    },
];

/// Origin: a path analysis that stops at the first refusal hides the second; all must be told.
#[test]
fn every_refusal_on_the_way_is_found() {
    let closed = |name: &str, direction: &str| {
        format!(
            "{{type: Microsoft.Network/networkSecurityGroups, name: {name}, properties: {{securityRules: [{{name: deny, properties: {{priority: 100, direction: {direction}, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}}}]}}}}\n---\n"
        )
    };
    let scenario = scenarios::find("azure-cni").expect("a built-in scenario");
    let mut texts: Vec<(String, String)> = scenario
        .files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (name, text) in &mut texts {
        if name == "azure.yaml" {
            *text = text
                .replace("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: shut-out}}")
                .replace("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: shut-in}}");
        }
    }
    texts.push((
        "nsg.yaml".to_owned(),
        closed("shut-out", "Outbound") + &closed("shut-in", "Inbound"),
    ));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let flow = simulation
        .network()
        .flows
        .iter()
        .find(|flow| &*flow.meta.name == "pod-to-vm")
        .expect("a flow");
    let refusals = |result: &kubehop::engine::trace::TraceResult| {
        let steps = result.branches[0].connection.original.steps();
        steps
            .filter(|(_, step)| step.refuses())
            .map(|(_, step)| step.stage.as_str())
            .collect::<Vec<_>>()
    };
    let (first, all) = (simulation.trace(flow), simulation.trace_past_refusals(flow));
    assert_eq!(refusals(&first), ["azure.nsg.out.subnet"]);
    assert_eq!(
        refusals(&all),
        ["azure.nsg.out.subnet", "azure.nsg.in.subnet"]
    );
    assert_eq!(first.verdict, all.verdict);
    assert!(all.branches[0].connection.reply.is_none());
}
