//! Generated scenarios with refusals of many kinds at once: with every change made the flow is
//! delivered, or a refusal says why nothing lifts it.

use proptest::prelude::*;

use super::*;

/// Policies, a security group, a route and a Service that may each refuse.
fn scenario(faults: [u8; 6], flow: usize) -> String {
    let cluster = include_str!("../../scenarios/shared/small-cluster.yaml")
        .replace(
            "    networkPlugin: kubenet",
            "    networkPlugin: kubenet\n    networkPolicy: calico",
        )
        .replace(
            "properties: {addressPrefix: 10.1.1.0/24}",
            "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: g}, routeTable: {id: t}}",
        );
    let policy = |name: &str, fault: u8| {
        let spec = match fault {
            0 => return String::new(),
            1 => "{podSelector: {}, policyTypes: [Ingress, Egress]}",
            2 => {
                "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: 1}]}]}"
            }
            3 => {
                "{podSelector: {matchLabels: {app: caller}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{protocol: UDP, port: 53}]}]}"
            }
            _ => {
                "{podSelector: {matchExpressions: [{key: app, operator: Exists}]}, ingress: [{ports: [{port: 8080, endPort: 8081}], from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.244.0.0/16]}}]}]}"
            }
        };
        format!(
            "---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, spec: {spec}}}\n"
        )
    };
    let rule = |direction: &str, fault: u8| {
        let priority = match fault {
            0 => return String::new(),
            1 => 100,
            other => u32::from(other) * 100,
        };
        format!(
            "    - {{name: {direction}, properties: {{priority: {priority}, direction: {direction}, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}}}\n"
        )
    };
    let rules = rule("Inbound", faults[2]) + &rule("Outbound", faults[3]);
    let rules = if rules.is_empty() {
        "    []\n".to_owned()
    } else {
        rules
    };
    let route = match faults[4] {
        0 | 1 => "[]",
        2 => "[{name: r, properties: {addressPrefix: 10.0.0.0/8, nextHopType: None}}]",
        3 => "[{name: r, properties: {addressPrefix: 0.0.0.0/0, nextHopType: None}}]",
        _ => {
            "[{name: r, properties: {addressPrefix: 10.244.1.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.4}}]"
        }
    };
    let (selector, extra) = match faults[5] {
        0 => ("{app: web}", ""),
        1 => ("{app: none}", ""),
        2 => ("{app: web}", ", loadBalancerSourceRanges: [192.0.2.0/24]"),
        3 => (
            "{app: web}",
            ", externalTrafficPolicy: Local, internalTrafficPolicy: Local",
        ),
        _ => ("{app: web, more: labels}", ""),
    };
    let (from, to, port) = [
        ("pod/default/caller", "service/default/web", 80),
        ("host/client", "20.50.60.70", 80),
        ("host/vm", "pod/default/web", 8080),
        ("pod/default/web", "host/vm", 22),
        ("host/vm", "198.51.100.1", 443),
        ("pod/default/caller", "pod/default/web", 53),
        ("host/client", "20.50.60.70", 443),
        ("node/n0", "pod/default/web", 8080),
    ][flow];
    format!(
        "{cluster}{}{}---\ntype: Microsoft.Network/networkSecurityGroups\nname: g\nproperties:\n  securityRules:\n{rules}---\ntype: Microsoft.Network/routeTables\nname: t\nproperties: {{routes: {route}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{type: LoadBalancer, selector: {selector}, ports: [{{port: 80, targetPort: 8080}}]{extra}}}\nstatus: {{loadBalancer: {{ingress: [{{ip: 20.50.60.70}}]}}}}\n---\n{}",
        policy("one", faults[0]),
        policy("two", faults[1]),
        super::flow(from, to, port),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn all_changes_together_deliver_the_flow_or_something_says_why_not(
        faults in prop::array::uniform6(0_u8..5),
        flow in 0_usize..8,
    ) {
        let document = document(&scenario(faults, flow));
        let flow = only_flow(&document);
        let found = find(&document, &flow);
        sound(&document, &flow, &found);
        let refused = Simulation::new(&document).trace(&flow).verdict != Verdict::Delivered;
        prop_assert!(!refused || !found.list.is_empty());
    }
}
