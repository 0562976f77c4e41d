//! What stands behind proxies: sections 8.2 and 8.3 (probes of an Application Gateway are walks of its instances), and
//! the second connection of an ingress controller, which NetworkPolicies decide about like any other.

use super::cases::nsg;
use super::found::{Case, problems};

/// The gateway's own subnet, refused at the nodes.
macro_rules! shut {
    () => {
        nsg!(
            "{name: shut, properties: {priority: 200, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: 10.1.2.0/24, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '*'}}"
        )
    };
}
const NODES: (&str, &str) = (
    "{addressPrefix: 10.1.0.0/24}",
    "{addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: mine}}",
);
const GATEWAY: (&str, &str) = (
    "{addressPrefix: 10.1.2.0/24}",
    "{addressPrefix: 10.1.2.0/24, networkSecurityGroup: {id: mine}}",
);
const CALICO: (&str, &str) = (
    "networkPlugin: kubenet",
    "networkPlugin: kubenet\n    networkPolicy: calico",
);
/// Only pods with a label that the controller does not have may ask.
const POLICY: &str = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: own}, spec: {podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}}";
/// A subnet for a gateway beside the cluster.
const PLACE: (&str, &str) = (
    "    - name: vms\n",
    "    - name: front\n      properties: {addressPrefix: 10.1.3.0/24}\n    - name: vms\n",
);
/// The controller behind an internal load balancer.
const INSIDE: (&str, &str) = (
    "  namespace: ingress-nginx\nspec:\n  type: LoadBalancer\n  loadBalancerIP: 20.50.60.70",
    "  namespace: ingress-nginx\n  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}\nspec:\n  type: LoadBalancer\n  loadBalancerIP: 10.1.0.200",
);
/// A gateway written by hand, whose only pool is a load balancer's address.
macro_rules! by_hand {
    ($member:literal, $more:literal) => {
        concat!(
            "{type: Microsoft.Network/applicationGateways, name: front, location: japaneast, properties: {sku: {name: Standard_v2, tier: Standard_v2, capacity: 2}, gatewayIPConfigurations: [{name: s, properties: {subnet: {id: vnet/front}}}], frontendIPConfigurations: [{name: private, properties: {privateIPAddress: 10.1.3.100, subnet: {id: vnet/front}}}], frontendPorts: [{name: p80, properties: {port: 80}}], backendAddressPools: [{name: inside, properties: {backendAddresses: [{ipAddress: ",
            $member,
            "}]}}], backendHttpSettingsCollection: [{name: plain, properties: {port: 80, protocol: Http",
            $more,
            "}}], httpListeners: [{name: all, properties: {frontendIPConfiguration: {id: private}, frontendPort: {id: p80}, protocol: Http}}], requestRoutingRules: [{name: all, properties: {ruleType: Basic, priority: 10, httpListener: {id: all}, backendAddressPool: {id: inside}, backendHttpSettings: {id: plain}}}]}}"
        )
    };
}

pub(super) const CASES: &[Case] = &[
    Case {
        code: "appgw-backend-unreachable",
        scenario: "app-gateway",
        change: &[NODES],
        documents: shut!(),
        at: "nsg/mine properties.securityRules[0]",
    },
    Case {
        code: "appgw-unreachable",
        scenario: "app-gateway",
        change: &[GATEWAY],
        documents: nsg!(
            "{name: manager, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: GatewayManager, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: 65200-65535}}"
        ),
        at: "nsg/mine",
    },
    Case {
        code: "ingress-backend-unreachable",
        scenario: "ingress",
        change: &[CALICO],
        documents: POLICY,
        at: "networkpolicy/default/own spec.ingress",
    },
    Case {
        // The controller knows no host `127.0.0.1`, which a probe without a host asks for.
        code: "appgw-probe-status",
        scenario: "ingress",
        change: &[PLACE, INSIDE],
        documents: by_hand!("10.1.0.200", ""),
        at: "appgateway/front properties.backendHttpSettingsCollection[0]",
    },
    Case {
        // Nobody has the translated address any more.
        code: "dnat-unreachable",
        scenario: "hub-firewall",
        change: &[("translatedAddress: ", "translatedAddress: 10.99.0.1 #")],
        documents: "",
        at: "vnet/hub",
    },
];

/// The lines of one code.
fn lines(scenario: &str, change: &[(&str, &str)], documents: &str, code: &str) -> Vec<String> {
    let (all, _) = problems(scenario, change, documents);
    let of_code = all.iter().filter(|it| it.code == code);
    of_code.map(|it| it.message.clone()).collect()
}

/// One rule refuses the members of every pool, and is told of once.
#[test]
fn one_cause_is_one_finding_for_a_gateway() {
    let code = "appgw-backend-unreachable";
    let found = lines("app-gateway", &[NODES], shut!(), code);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("azure.nsg.in.subnet, `shut`"),
        "{found:?}"
    );
}

/// The server of a Service that a policy lets the controller ask is no finding.
#[test]
fn a_policy_that_admits_the_controller_is_fine() {
    let open = POLICY.replace(
        "{podSelector: {matchLabels: {app: web}}}",
        "{namespaceSelector: {}}",
    );
    let code = "ingress-backend-unreachable";
    assert_eq!(lines("ingress", &[CALICO], &open, code), [""; 0]);
}

/// A pool that nobody has the address of is named, since it has neither pod nor Service.
#[test]
fn a_member_that_nobody_has_is_told_of_by_its_pool() {
    let found = lines(
        "ingress",
        &[PLACE],
        by_hand!("10.1.0.99", ""),
        "appgw-backend-unreachable",
    );
    assert_eq!(
        found,
        [
            "a request of appgateway/front for `inside` at 10.1.0.99:80 is lost at vnet/vnet (azure.nic, `NoSuchAddress`)"
        ]
    );
}

/// Settings that ask for a host that the controller serves.
#[test]
fn a_probe_for_a_known_host_is_answered() {
    let known = by_hand!("10.1.0.200", ", hostName: shop.example.com");
    assert_eq!(
        lines("ingress", &[PLACE, INSIDE], known, "appgw-probe-status"),
        [""; 0]
    );
}

/// A controller that waits for a node asks nobody.
#[test]
fn a_controller_without_a_node_is_no_sender() {
    let lost = ("nodeName: n0", "nodeName: gone");
    let found = lines("ingress", &[lost], "", "ingress-backend-unreachable");
    assert_eq!(found, [""; 0]);
}
