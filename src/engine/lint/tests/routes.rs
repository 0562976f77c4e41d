//! Routes whose next hop Azure refuses: the finding and the walk say the same.

use super::cases::{NODES, NODES_TABLE, table};
use super::found::{Case, problems};
use crate::engine::expect;

pub(super) const CASES: &[Case] = &[];

/// The codes that are found with these changes, and what of the flows in `documents` is not as expected.
fn found(change: &[(&str, &str)], documents: &str, code: &str) -> (usize, Vec<String>) {
    let (all, simulation) = problems("azure-cni", change, documents);
    let network = simulation.network();
    assert!(!network.flows.is_empty(), "{:?}", simulation.diagnostics);
    let wrong = network.flows.iter().flat_map(|flow| {
        let result = simulation.trace(flow);
        let expected = flow.expect.as_ref().unwrap();
        let wrong = expect::evaluate(network, &result, expected);
        wrong
            .into_iter()
            .map(|it| format!("{}: {it:?}", flow.meta.name))
    });
    let wrong: Vec<String> = wrong.collect();
    (all.iter().filter(|it| it.code == code).count(), wrong)
}

/// Section 7.2: a route of one's own leads to a VPN gateway only; what a gateway learns leads to either.
#[test]
fn a_route_of_ones_own_does_not_lead_to_an_express_route_gateway() {
    let documents = |expect: &str| {
        let table = table!(
            "{name: office, properties: {addressPrefix: 192.168.10.0/25, nextHopType: VirtualNetworkGateway}}"
        );
        format!(
            "{table}\n---\n{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: by-route}}, spec: {{from: node/n0, to: host/op, port: 80, expect: {{{expect}}}}}}}\n---\n{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: by-system}}, spec: {{from: host/vm-a, to: host/op, port: 80, expect: {{verdict: delivered, via: [azure.gateway]}}}}}}"
        )
    };
    let code = "next-hop-express-route";
    let dropped = "verdict: dropped, endsAt: {place: subnet/vnet-a/nodes, stage: azure.gateway, disposition: NoRoute}";
    let express = ("gatewayType: Vpn", "gatewayType: ExpressRoute");
    assert_eq!(
        found(&[express, (NODES, NODES_TABLE)], &documents(dropped), code),
        (1, vec![])
    );
    let delivered = "verdict: delivered, via: [azure.gateway]";
    assert_eq!(
        found(&[(NODES, NODES_TABLE)], &documents(delivered), code),
        (0, vec![])
    );
    // Beside an ExpressRoute gateway in the same network, a VPN gateway is the one that the route leads to.
    let second = (
        "type: Microsoft.Network/virtualNetworkGateways\nname: vpn-a\n",
        "type: Microsoft.Network/virtualNetworkGateways\nname: circuit\nproperties:\n  gatewayType: ExpressRoute\n  ipConfigurations:\n    - name: default\n      properties:\n        subnet: {id: vnet-a/GatewaySubnet}\n---\ntype: Microsoft.Network/virtualNetworkGateways\nname: vpn-a\n",
    );
    let (count, wrong) = found(&[second, (NODES, NODES_TABLE)], &documents(delivered), code);
    assert_eq!(count, 0);
    assert_eq!(wrong, [""; 0]);
}
