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
        at: "firewallpolicy/company/rules properties.ruleCollections[0].rules[0]",
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

/// Each pool with a member that nobody has is told of: the network that the address lies in is no common cause.
#[test]
fn members_that_nobody_has_are_told_of_for_each_pool() {
    let two = by_hand!("10.1.3.98", "").replace(
        "backendAddressPools: [",
        "backendAddressPools: [{name: other, properties: {backendAddresses: [{ipAddress: 10.1.3.99}]}}, ",
    );
    let rule = "requestRoutingRules: [";
    let second = two.replace(
        rule,
        &format!("{rule}{{name: other, properties: {{ruleType: Basic, priority: 20, httpListener: {{id: other}}, backendAddressPool: {{id: other}}, backendHttpSettings: {{id: plain}}}}}}, "),
    );
    let second = second.replace(
        "httpListeners: [",
        "httpListeners: [{name: other, properties: {protocol: Http, frontendIPConfiguration: {id: private}, frontendPort: {id: p80}, hostName: other.example.com}}, ",
    );
    let (all, _) = problems("ingress", &[PLACE], &second);
    let of_code = all
        .iter()
        .filter(|it| it.code == "appgw-backend-unreachable");
    let at: Vec<_> = of_code.filter_map(|it| it.field.as_deref()).collect();
    assert_eq!(
        at,
        [
            "properties.backendAddressPools[0]",
            "properties.backendAddressPools[1]"
        ]
    );
}

/// Sections 6 and 8.3: whoever names in the gateway's security group who may ask a port wants to refuse others. A rule for
/// another port, or for what every gateway must admit, names nobody.
#[test]
fn a_gateway_for_named_clients_is_not_unreachable() {
    let told = |source: &str, port: &str| {
        let group = nsg!(
            "{name: manager, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: GatewayManager, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: 65200-65535}}",
            "{name: some, properties: {priority: 110, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: SOURCE, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: PORT}}"
        );
        let group = group.replace("SOURCE", source).replace("PORT", port);
        let found = lines("app-gateway", &[GATEWAY], &group, "appgw-unreachable");
        !found.is_empty()
    };
    assert!(!told("198.51.100.0/24", "'*'"));
    assert!(!told("AzureFrontDoor.Backend", "'*'"));
    assert!(told("198.51.100.0/24", "22"));
    assert!(told("AzureLoadBalancer", "'*'"));
}

/// Azure Firewall, "rule processing": a DNAT rule opens each of its protocols, in whatever order they stand, and
/// `0.0.0.0/0` is everybody as `*` is.
#[test]
fn what_a_dnat_rule_opens_does_not_depend_on_how_it_is_written() {
    let told = |changes: &[(&str, &str)]| {
        let found = lines("hub-firewall", changes, "", "dnat-unreachable");
        found.len()
    };
    let protocols = |written| {
        (
            "ipProtocols: [TCP]\n          sourceAddresses: [\"*\"]\n          destinationAddresses",
            written,
        )
    };
    let both = protocols(
        "ipProtocols: [UDP, TCP]\n          sourceAddresses: [\"*\"]\n          destinationAddresses",
    );
    assert_eq!(told(&[both]), 0);
    let everybody = protocols(
        "ipProtocols: [TCP]\n          sourceAddresses: [0.0.0.0/0]\n          destinationAddresses",
    );
    let gone = ("translatedAddress: ", "translatedAddress: 10.99.0.1 #");
    assert_eq!(told(&[everybody, gone]), 1);
    // Whoever names clients refuses others on purpose.
    let named = protocols(
        "ipProtocols: [TCP]\n          sourceAddresses: [198.51.100.0/24]\n          destinationAddresses",
    );
    assert_eq!(told(&[named, gone]), 0);
}
