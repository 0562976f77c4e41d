//! Clusters of any size, the same everywhere: pods under network policies, and nodes full of pods behind Services.

use std::fmt::Write as _;

use super::Dice;

/// Pods of a namespace.
const NAMESPACE: usize = 100;

/// Pods of a node.
pub const PODS: usize = 30;

/// Manifests of pods in namespaces of a hundred, and of policies for them; the first policy names `block`.
pub fn policies(pods: usize, policies: usize, block: &str) -> [String; 2] {
    let mut dice = Dice(7);
    let spaces = pods.div_ceil(NAMESPACE);
    let mut objects = String::new();
    let mut put = |line: String| {
        objects.push_str(&line);
        objects.push_str("\n---\n");
    };
    for space in 0..spaces {
        put(format!(
            "{{apiVersion: v1, kind: Namespace, metadata: {{name: ns{space}, labels: {{team: t{}}}}}}}",
            space % 7
        ));
    }
    for pod in 0..pods {
        let (app, tier) = (dice.roll(10), dice.roll(3));
        put(format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p{pod}, namespace: ns{}, labels: {{app: a{app}, tier: t{tier}, id: i{pod}}}}}, \
             spec: {{containers: [{{name: c, image: i, ports: [{{name: web, containerPort: {}}}]}}]}}, status: {{podIP: 10.{}.{}.{}}}}}",
            pod % spaces,
            8000 + app,
            64 + pod / 62_500,
            pod / 250 % 250,
            pod % 250 + 4
        ));
    }
    let mut rules = String::new();
    for policy in 0..policies {
        let block = if policy == 0 {
            format!("{block}.0/24")
        } else {
            format!("203.{}.{}.0/24", policy / 200, policy % 200)
        };
        let [app, peer, tier, team, port] = [10, 10, 3, 7, 50].map(|sides| dice.roll(sides));
        // Writing to a string cannot fail.
        let _ = write!(
            rules,
            "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: np{policy}, namespace: ns{}}}
spec:
  podSelector: {{matchLabels: {{app: a{app}}}}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{{podSelector: {{matchLabels: {{app: a{peer}}}}}}}, {{namespaceSelector: {{matchLabels: {{team: t{team}}}}}}}]
      ports: [{{port: {}}}, {{port: {}, endPort: {}}}]
    - from: [{{ipBlock: {{cidr: {block}}}}}]
      ports: [{{port: 443}}]
  egress:
    - to: [{{namespaceSelector: {{}}, podSelector: {{matchExpressions: [{{key: tier, operator: NotIn, values: [t{tier}]}}]}}}}]
    - ports: [{{port: 53, protocol: UDP}}]
---
",
            policy % spaces,
            8000 + port,
            9000 + port,
            9010 + port
        );
    }
    [objects, rules]
}

/// Manifests of pods in namespaces of fifty, and of policies of seven shapes in turn, as clusters have them: pods of
/// the same namespace, whole namespaces, both with an expression and a range of ports, a block of addresses with an
/// exception, egress with DNS, nobody, and namespaces or pods. Every pod stands by itself.
pub fn varied(pods: usize, policies: usize) -> [String; 2] {
    let mut dice = Dice(7);
    let spaces = pods.div_ceil(NAMESPACE / 2);
    let mut objects = String::new();
    let mut put = |line: String| {
        objects.push_str(&line);
        objects.push_str("\n---\n");
    };
    for space in 0..spaces {
        put(format!(
            "{{apiVersion: v1, kind: Namespace, metadata: {{name: ns{space}, labels: {{team: t{}}}}}}}",
            space % 7
        ));
    }
    for pod in 0..pods {
        let (app, tier) = (dice.roll(10), dice.roll(3));
        put(format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p{pod}, namespace: ns{}, labels: {{app: a{app}, tier: t{tier}}}}}, \
             spec: {{containers: [{{name: c, image: i, ports: [{{containerPort: {}}}]}}]}}, status: {{podIP: 10.{}.{}.{}}}}}",
            pod % spaces,
            8000 + app,
            64 + pod / 62_500,
            pod / 250 % 250,
            pod % 250 + 4
        ));
    }
    let mut rules = String::new();
    for policy in 0..policies {
        let [app, peer, tier, team, port] = [10, 10, 3, 7, 50].map(|sides| dice.roll(sides));
        let block = format!("203.{}.{}", policy / 200, policy % 200);
        let own = format!("{{podSelector: {{matchLabels: {{app: a{peer}}}}}}}");
        let team = format!("namespaceSelector: {{matchLabels: {{team: t{team}}}}}");
        let both = format!(
            "{{{team}, podSelector: {{matchExpressions: [{{key: tier, operator: NotIn, values: [t{tier}]}}]}}}}"
        );
        let port = 8000 + port;
        let rule = match policy % 7 {
            0 => format!("ingress: [{{from: [{own}], ports: [{{port: {port}}}]}}]"),
            1 => format!("ingress: [{{from: [{{{team}}}]}}]"),
            2 => format!(
                "ingress: [{{from: [{both}], ports: [{{port: {port}, endPort: {}}}]}}]",
                port + 10
            ),
            3 => format!(
                "ingress: [{{from: [{{ipBlock: {{cidr: {block}.0/24, except: [{block}.128/25]}}}}], ports: [{{port: {port}}}]}}]"
            ),
            4 => format!(
                "policyTypes: [Egress], egress: [{{to: [{both}]}}, {{ports: [{{port: 53, protocol: UDP}}]}}]"
            ),
            5 => "policyTypes: [Ingress]".to_owned(),
            _ => format!("ingress: [{{from: [{{{team}}}, {own}], ports: [{{port: {port}}}]}}]"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            rules,
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: np{policy}, namespace: ns{}}}, \
             spec: {{podSelector: {{matchLabels: {{app: a{app}}}}}, {rule}}}}}\n---",
            policy % spaces
        );
    }
    [objects, rules]
}

/// Nodes of thirty pods each behind so many Services, as `cluster.yaml` and `services.yaml`.
pub fn nodes_and_services(nodes: usize, services: usize) -> Vec<(String, String)> {
    vec![
        ("cluster.yaml".to_owned(), nodes_of(nodes)),
        ("services.yaml".to_owned(), services_of(nodes, services)),
    ]
}

/// Azure CNI, and a peer and an office from which exposed Services are asked.
fn nodes_of(nodes: usize) -> String {
    format!(
        "{{type: Microsoft.ContainerService/managedClusters, name: large, properties: {{networkProfile: {{networkPlugin: azure, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}}, agentPoolProfiles: [{{name: pool1, count: {nodes}, maxPods: {}, vnetSubnetID: vnet-a/nodes}}]}}}}
---
{{type: Microsoft.Network/virtualNetworks, name: vnet-a, properties: {{addressSpace: {{addressPrefixes: [10.1.0.0/16]}}, subnets: [{{name: nodes, properties: {{addressPrefix: 10.1.0.0/17}}}}, {{name: GatewaySubnet, properties: {{addressPrefix: 10.1.255.0/27}}}}], virtualNetworkPeerings: [{{name: a-to-b, properties: {{remoteVirtualNetwork: {{id: vnet-b}}}}}}]}}}}
---
{{type: Microsoft.Network/virtualNetworks, name: vnet-b, properties: {{addressSpace: {{addressPrefixes: [10.2.0.0/16]}}, subnets: [{{name: default, properties: {{addressPrefix: 10.2.0.0/24}}}}], virtualNetworkPeerings: [{{name: b-to-a, properties: {{remoteVirtualNetwork: {{id: vnet-a}}}}}}]}}}}
---
{{type: Microsoft.Network/virtualNetworkGateways, name: vpn, properties: {{gatewayType: Vpn, ipConfigurations: [{{name: d, properties: {{subnet: {{id: vnet-a/GatewaySubnet}}}}}}]}}}}
---
{{type: Microsoft.Network/localNetworkGateways, name: office, properties: {{localNetworkAddressSpace: {{addressPrefixes: [192.168.10.0/24]}}}}}}
---
{{type: Microsoft.Network/connections, name: c, properties: {{virtualNetworkGateway1: {{id: vpn}}, localNetworkGateway2: {{id: office}}}}}}
",
        PODS + 5
    )
}

/// Three of ten Services have a load balancer (a third of them internal, a third `Local`), two a node port.
fn services_of(nodes: usize, services: usize) -> String {
    let mut text = String::new();
    let replicas = nodes * PODS / services;
    for number in 0..services {
        let kind = match number % 10 {
            0..3 => "LoadBalancer",
            3 | 4 => "NodePort",
            _ => "ClusterIP",
        };
        let internal = if number % 10 == 1 {
            ", annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}"
        } else {
            ""
        };
        let local = if number % 10 == 2 {
            ", externalTrafficPolicy: Local"
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d{number}}}, spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: d{number}}}}}, template: {{metadata: {{labels: {{app: d{number}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}}}\n---\n\
             {{apiVersion: v1, kind: Service, metadata: {{name: d{number}{internal}}}, spec: {{type: {kind}{local}, selector: {{app: d{number}}}, ports: [{{port: 80, targetPort: 8080}}]}}}}\n---\n"
        );
    }
    text
}
