//! Security groups (section 6 of the fact sheet).

use proptest::prelude::*;

use super::fixture::{azure_cni, kubenet, network, packet, reference, subnet};
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::nsg::{Decision, EffectiveNsg, Filters, Passage};
use crate::model::network::Network;
use crate::model::object::Kind;

const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");
const KUBENET: &str = include_str!("../../../scenarios/kubenet/cluster.yaml");
const WEB: &str = include_str!("../../../scenarios/shared/web.yaml");

/// The kubenet fixture with a security group on a subnet.
fn with_group(on: &str, rules: &str) -> Network {
    let old = format!("    - name: {on}\n      properties: {{");
    let azure = AZURE.replace(&old, &format!("{old}networkSecurityGroup: {{id: mine}}, "));
    network(&[&azure, KUBENET, WEB, &group(rules)])
}

fn group(rules: &str) -> String {
    format!(
        "{{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {{securityRules: [{rules}]}}}}"
    )
}

/// `100 In Deny Tcp 10.0.0.0/8 * 80` as a rule; `name` is made of priority and direction.
fn rule(text: &str) -> String {
    let parts: Vec<&str> = text.split(' ').collect();
    let [
        priority,
        direction,
        access,
        protocol,
        source,
        destination,
        port,
    ] = parts[..]
    else {
        panic!("seven words: {text}");
    };
    format!(
        "{{name: r{priority}, properties: {{priority: {priority}, direction: {direction}bound, access: {access}, protocol: '{protocol}', sourceAddressPrefix: '{source}', sourcePortRange: '*', destinationAddressPrefix: '{destination}', destinationPortRange: '{port}'}}}}"
    )
}

fn decide(network: &Network, owner: &str, inbound: bool, text: &str) -> Vec<Decision> {
    let addresses = Addresses::of(network);
    let filters = Filters::of(network, &addresses);
    let nic = addresses
        .nic(&reference(owner))
        .expect("the interface exists");
    if inbound {
        filters.inbound(nic, &packet(text))
    } else {
        filters.outbound(nic, &packet(text))
    }
}

fn shown(decisions: &[Decision]) -> String {
    let one = |decision: &Decision| {
        let word = match &decision.passage {
            Passage::Allowed => "allowed",
            Passage::Denied => "denied",
            Passage::NotModelled(what) => return format!("not modelled: {what}"),
        };
        let group = decision.nsg.as_ref().map_or("none", |nsg| &*nsg.name);
        format!(
            "{word} by {} ({}) of {group}",
            decision.rule, decision.priority
        )
    };
    decisions.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn inbound(network: &Network, owner: &str, text: &str) -> String {
    shown(&decide(network, owner, true, text))
}

fn outbound(network: &Network, owner: &str, text: &str) -> String {
    shown(&decide(network, owner, false, text))
}

#[test]
fn traffic_within_the_virtual_network_is_allowed_by_default() {
    // N-01
    assert_eq!(
        inbound(&azure_cni(""), "node/n0", "TCP 10.1.1.4 > 10.1.0.10:8080"),
        "allowed by - (0) of none; allowed by AllowVnetInBound (65000) of aks-agentpool-nsg"
    );
}

#[test]
fn the_internet_is_refused_where_no_rule_lets_it_in() {
    // N-02
    assert_eq!(
        inbound(&kubenet(""), "node/n0", "TCP 203.0.113.9 > 10.1.0.4:22"),
        "allowed by - (0) of none; denied by DenyAllInBound (65500) of aks-agentpool-nsg"
    );
}

#[test]
fn a_public_service_is_let_in_at_its_frontend_and_nowhere_else() {
    // L-04: the destination is the frontend, since floating IP keeps it.
    let network = kubenet("");
    let decisions = decide(
        &network,
        "node/n1",
        true,
        "TCP 203.0.113.9 > 20.50.60.70:80",
    );
    let last = decisions.last().unwrap();
    assert_eq!(
        shown(&decisions[1..]),
        format!("allowed by {} (500) of aks-agentpool-nsg", last.rule)
    );
    assert!(last.rule.starts_with("k8s-azure-lb_allow_IPv4_"));
    let cause = last.finding.cause.clone().unwrap();
    assert_eq!(
        (cause.object.kind, &*cause.object.name),
        (Kind::Service, "web")
    );
    assert_eq!(last.finding.why.id, "why-azure-nsg-service-allowed");
    assert!(inbound(&network, "node/n1", "TCP 203.0.113.9 > 20.50.60.70:81").contains("denied"));
    assert!(inbound(&network, "node/n1", "TCP 203.0.113.9 > 10.1.0.5:31380").contains("denied"));
}

#[test]
fn a_rule_for_node_address_and_node_port_does_not_match_what_the_load_balancer_sends() {
    // L-04, second half
    let network = with_group("nodes", &rule("200 In Allow Tcp * 10.1.0.4 31380"));
    assert_eq!(
        inbound(&network, "node/n0", "TCP 203.0.113.9 > 20.50.60.70:80"),
        "denied by DenyAllInBound (65500) of mine"
    );
}

#[test]
fn a_group_of_the_subnet_is_a_second_filter_that_needs_rules_of_its_own() {
    let network = with_group("nodes", &rule("200 In Allow Tcp Internet 20.50.60.70 80"));
    let all = inbound(&network, "node/n0", "TCP 203.0.113.9 > 20.50.60.70:80");
    assert!(all.starts_with("allowed by r200 (200) of mine; allowed by k8s-azure-lb_allow_IPv4_"));
}

#[test]
fn the_lowest_priority_decides() {
    // N-05
    let rules = [
        rule("200 In Allow Tcp * * 80"),
        rule("100 In Deny Tcp * * 80"),
    ];
    let network = with_group("vms", &rules.join(", "));
    assert_eq!(
        inbound(&network, "host/vm-a", "TCP 10.1.0.4 > 10.1.1.4:80"),
        "denied by r100 (100) of mine"
    );
    assert!(
        inbound(&network, "host/vm-a", "UDP 10.1.0.4 > 10.1.1.4:80").contains("AllowVnetInBound")
    );
}

#[test]
fn outbound_the_interface_is_asked_before_the_subnet() {
    let network = with_group("nodes", &rule("100 Out Deny * * 10.2.0.0/16 *"));
    assert_eq!(
        outbound(&network, "node/n0", "TCP 10.1.0.4 > 10.2.0.4:443"),
        "allowed by AllowVnetOutBound (65000) of aks-agentpool-nsg; denied by r100 (100) of mine"
    );
}

#[test]
fn names_still_resolve_where_everything_outbound_is_denied() {
    // N-10: the platform is exempt unless a rule names its own tag.
    let closed = with_group("nodes", &rule("100 Out Deny * * * *"));
    let query = "UDP 10.1.0.4 > 168.63.129.16:53";
    assert!(outbound(&closed, "node/n0", query).ends_with("allowed by AzurePlatform (0) of mine"));
    let named = with_group("nodes", &rule("100 Out Deny * * AzurePlatformDNS *"));
    assert!(outbound(&named, "node/n0", query).ends_with("denied by r100 (100) of mine"));
}

#[test]
fn pod_addresses_of_kubenet_are_in_the_tag_through_the_routes_of_the_subnet() {
    // N-11
    let network = kubenet("");
    let decisions = decide(
        &network,
        "node/n1",
        true,
        "TCP 10.244.0.10 > 10.244.1.10:8080",
    );
    let last = decisions.last().unwrap();
    assert_eq!(&*last.rule, "AllowVnetInBound");
    assert_eq!(last.finding.why.id, "why-azure-nsg-virtual-network");
    let prefixes: Vec<String> = last.finding.why.args[..2]
        .iter()
        .map(|(name, value)| format!("{name} {value:?}"))
        .collect();
    assert_eq!(
        prefixes,
        [
            "sourcePrefix Text(\"10.244.0.0/24\")",
            "destinationPrefix Text(\"10.244.1.0/24\")"
        ]
    );
}

#[test]
fn the_tag_covers_peers_and_on_premises_but_not_what_lies_behind_a_peer() {
    // 6.3, O-19
    let network = azure_cni("");
    for (source, rule) in [
        ("10.2.0.4", "AllowVnetInBound"),
        ("192.168.10.5", "AllowVnetInBound"),
        ("10.3.0.4", "DenyAllInBound"),
        ("192.168.11.5", "DenyAllInBound"),
    ] {
        let all = inbound(
            &network,
            "node/n0",
            &format!("TCP {source} > 10.1.0.10:8080"),
        );
        assert!(all.contains(rule), "{source}: {all}");
    }
}

#[test]
fn a_peer_whose_access_is_off_is_not_in_the_tag() {
    // 7.3
    let azure = AZURE.replacen(
        "allowVirtualNetworkAccess: true",
        "allowVirtualNetworkAccess: false",
        1,
    );
    let network = network(&[&azure, KUBENET]);
    let all = inbound(&network, "node/n0", "TCP 10.2.0.4 > 10.1.0.4:22");
    assert!(all.contains("DenyAllInBound"), "{all}");
}

#[test]
fn a_default_route_of_the_user_makes_the_tag_mean_everything() {
    // N-13
    let azure = AZURE.replace(
        "    - name: vms\n      properties: {",
        "    - name: vms\n      properties: {routeTable: {id: rt}, networkSecurityGroup: {id: mine}, ",
    );
    let table = "{type: Microsoft.Network/routeTables, name: rt, properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.100}}]}}";
    let network = network(&[&azure, KUBENET, table, &group("")]);
    let all = inbound(&network, "host/vm-a", "TCP 203.0.113.9 > 10.1.1.4:22");
    assert_eq!(
        all,
        "allowed by AllowVnetInBound (65000) of mine; allowed by - (0) of none"
    );
}

#[test]
fn a_tag_whose_addresses_are_not_known_never_matches_in_silence() {
    let network = with_group("vms", &rule("100 In Deny Tcp AzureCloud * *"));
    let from_somewhere = "TCP 52.239.1.1 > 10.1.1.4:22";
    assert_eq!(
        inbound(&network, "host/vm-a", from_somewhere),
        "not modelled: service tag AzureCloud"
    );
    // A range for documentation is in no tag, the cluster's own address in this one.
    let documented = inbound(&network, "host/vm-a", "TCP 203.0.113.9 > 10.1.1.4:22");
    assert!(documented.contains("DenyAllInBound"), "{documented}");
    let own = inbound(&network, "host/vm-a", "TCP 20.50.60.71 > 10.1.1.4:22");
    assert!(own.contains("denied by r100 (100)"), "{own}");
    // Tags of services list public addresses only.
    let within = inbound(&network, "host/vm-a", "TCP 10.1.0.4 > 10.1.1.4:22");
    assert!(within.contains("AllowVnetInBound"), "{within}");
}

#[test]
fn clients_are_not_in_the_tag_of_the_load_balancer() {
    // 6.3: AzureLoadBalancer is the source of probes only.
    let network = kubenet("");
    let probe = inbound(&network, "node/n0", "TCP 168.63.129.16 > 10.1.0.4:31380");
    assert!(probe.contains("AllowVnetInBound"), "{probe}");
    let client = inbound(&network, "node/n0", "TCP 203.0.113.9 > 10.1.0.4:31380");
    assert!(client.contains("DenyAllInBound"), "{client}");
}

#[test]
fn an_internal_service_with_ranges_needs_the_deny_rule_to_restrict_anything() {
    // L-10, L-11
    let service = |annotations: &str, ranges: &str| {
        let text = format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: inner, annotations: {{service.beta.kubernetes.io/azure-load-balancer-internal: 'true'{annotations}}}}}, spec: {{type: LoadBalancer, clusterIP: 10.0.50.9, loadBalancerIP: 10.1.0.200, selector: {{app: web}}, {ranges} ports: [{{port: 80, targetPort: 8080, nodePort: 31480}}]}}}}"
        );
        network(&[AZURE, KUBENET, &text])
    };
    let connect = "TCP 10.1.1.4 > 10.1.0.200:80";
    let ranges = "loadBalancerSourceRanges: [10.2.0.0/16],";
    let deny =
        ", service.beta.kubernetes.io/azure-deny-all-except-load-balancer-source-ranges: 'true'";
    let rules = |network: &Network| network.nsgs[0].rules.len();

    let open = service("", "");
    assert_eq!(rules(&open), 0);
    assert!(inbound(&open, "node/n0", connect).contains("AllowVnetInBound"));
    let limited = service("", ranges);
    assert_eq!(rules(&limited), 1);
    assert!(inbound(&limited, "node/n0", connect).contains("AllowVnetInBound"));
    let closed = service(deny, ranges);
    assert!(
        inbound(&closed, "node/n0", connect)
            .contains("denied by k8s-azure-lb_deny-all_IPv4 (4095)")
    );
    assert!(inbound(&closed, "node/n0", "TCP 10.2.0.4 > 10.1.0.200:80").contains("(500)"));
}

#[test]
fn where_nothing_is_attached_the_decision_says_so() {
    let network = kubenet("");
    let filter = EffectiveNsg::of_subnet(&network, &subnet("vnet-a/vms"));
    let decision = filter.evaluate(true, &packet("TCP 203.0.113.9 > 10.1.1.4:22"));
    assert!(decision.allowed() && decision.nsg.is_none());
    assert_eq!(decision.finding.why.id, "why-azure-nsg-no-subnet-group");
}

proptest! {
    #[test]
    fn whoever_does_not_ask_why_gets_the_same_verdict(
        rules in prop::collection::vec(
            ("Tcp|Udp|\\*", any::<bool>(), any::<bool>(), side(), side(), "80|81|\\*"),
            0..6,
        ),
        packets in prop::collection::vec(("TCP|UDP", 0_u8..4, 0_u8..4, 79_u16..83), 1..8),
    ) {
        let rules: Vec<String> = rules
            .into_iter()
            .zip(100_u16..)
            .map(|((protocol, inbound, allow, from, to, port), priority)| {
                let direction = if inbound { "In" } else { "Out" };
                let access = if allow { "Allow" } else { "Deny" };
                rule(&format!("{priority} {direction} {access} {protocol} {from} {to} {port}"))
            })
            .collect();
        let network = with_group("vms", &rules.join(", "));
        let addresses = Addresses::of(&network);
        let filters = Filters::of(&network, &addresses);
        let hosts = ["10.1.1.4", "203.0.113.9", "168.63.129.16", "10.2.0.4"];
        for (protocol, from, to, port) in packets {
            let (from, to) = (hosts[usize::from(from)], hosts[usize::from(to)]);
            let packet = packet(&format!("{protocol} {from}:40000 > {to}:{port}"));
            for filter in [filters.subnet(&subnet("vnet-a/vms")), filters.nic(&reference("host/vm-a"))] {
                let filter = filter.unwrap();
                for inbound in [true, false] {
                    let explained = filter.evaluate(inbound, &packet).allowed();
                    prop_assert_eq!(filter.admits(inbound, &packet), explained);
                }
            }
            let nic = addresses.nic(&reference("host/vm-a")).unwrap();
            let decisions = filters.inbound(nic, &packet);
            prop_assert_eq!(filters.admit(nic, &packet), decisions.iter().all(Decision::allowed));
        }
    }
}

/// Addresses of a rule: known, by a known tag, and by one that nobody knows.
fn side() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "*",
        "10.1.0.0/16",
        "203.0.113.9",
        "VirtualNetwork",
        "Internet",
        "AzureLoadBalancer",
        "AzurePlatformDNS",
        "Storage",
    ])
}
