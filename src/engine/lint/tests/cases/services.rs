//! Services, their probes, and who reaches them.

use super::{NODES, NODES_NSG, NODES_TABLE};
use crate::engine::lint::tests::found::Case;

pub const CASES: &[Case] = &[
    Case {
        code: "idle-timeout-long",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: slow, annotations: {service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout: '60'}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/slow metadata.annotations[service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout]",
    },
    Case {
        code: "ranges-and-tags",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: both, annotations: {service.beta.kubernetes.io/azure-allowed-service-tags: AzureCloud}}, spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/both spec.loadBalancerSourceRanges",
    },
    Case {
        code: "service-no-endpoints",
        scenario: "cluster-ip",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: typo}, spec: {selector: {app: wbe}, ports: [{port: 80}]}}",
        at: "service/default/typo spec.selector",
    },
    Case {
        code: "service-no-ready-endpoints",
        scenario: "cluster-ip",
        change: &[],
        documents: "{apiVersion: v1, kind: Pod, metadata: {name: ill, labels: {app: ill}}, spec: {containers: []}, status: {conditions: [{type: Ready, status: 'False'}]}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: ill}, spec: {selector: {app: ill}, ports: [{port: 80}]}}",
        at: "service/default/ill spec.selector",
    },
    Case {
        code: "service-port-unserved",
        scenario: "cluster-ip",
        change: &[],
        documents: "{apiVersion: v1, kind: Pod, metadata: {name: one, labels: {app: one}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: one}, spec: {selector: {app: one}, ports: [{port: 80, name: a, targetPort: http}, {port: 81, name: b, targetPort: metrics}]}}",
        at: "service/default/one spec.ports[1].targetPort",
    },
    Case {
        code: "probe-port-refused",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: mail, annotations: {service.beta.kubernetes.io/port_81_health-probe_port: '25', service.beta.kubernetes.io/port_81_health-probe_protocol: http}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/mail metadata.annotations[service.beta.kubernetes.io/port_81_health-probe_port]",
    },
    Case {
        // N-08
        code: "probe-filtered",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: no-probes, properties: {priority: 4000, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: AzureLoadBalancer, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '*'}}"
        ),
        at: "nsg/mine properties.securityRules[0]",
    },
    Case {
        code: "probe-no-ready-node",
        scenario: "azure-cni",
        change: &[
            (
                "status:\n  addresses:\n    - {type: InternalIP, address: 10.1.0.4}",
                "status:\n  conditions: [{type: Ready, status: 'False'}]\n  addresses:\n    - {type: InternalIP, address: 10.1.0.4}",
            ),
            (
                "status:\n  addresses:\n    - {type: InternalIP, address: 10.1.0.35}",
                "status:\n  conditions: [{type: Ready, status: 'False'}]\n  addresses:\n    - {type: InternalIP, address: 10.1.0.35}",
            ),
        ],
        documents: "",
        at: "service/default/web",
    },
    Case {
        code: "probe-status",
        scenario: "ingress",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: second, namespace: ingress-nginx}, spec: {type: LoadBalancer, selector: {app.kubernetes.io/component: controller}, ports: [{port: 81, targetPort: http, appProtocol: http}]}}",
        at: "service/ingress-nginx/second spec.ports",
    },
    Case {
        code: "probe-no-node-port",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: bare}, spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/bare spec.allocateLoadBalancerNodePorts",
    },
    Case {
        // L-17
        code: "reply-lost",
        scenario: "azure-cni",
        change: &[(NODES, NODES_TABLE)],
        documents: concat!(
            table!(
                "{name: out, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.4}}"
            ),
            "\n---\n{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: firewall}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.4, ipForwarding: true}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "service-unreachable",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: shut, properties: {priority: 100, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}"
        ),
        at: "nsg/mine properties.securityRules[0]",
    },
];
