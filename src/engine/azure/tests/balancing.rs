//! Load balancers: what is made for Services, and where a packet goes (section 5).

use expect_test::{Expect, expect};

use super::fixture::{azure_cni, balance, changed, kubenet, network, packet};
use crate::engine::azure::load_balancer::LbDecision;
use crate::engine::trace::Detail;
use crate::model::network::Network;

const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");
const KUBENET: &str = include_str!("../../../scenarios/kubenet/cluster.yaml");
const AZURE_CNI: &str = include_str!("../../../scenarios/azure-cni/cluster.yaml");
const CLIENT: &str = "TCP 203.0.113.9 > 20.50.60.70:80";

fn service(name: &str, annotations: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, annotations: {{{annotations}}}}}, spec: {{type: LoadBalancer, selector: {{app: web}}, {spec}}}}}"
    )
}

fn annotation(name: &str, value: &str) -> String {
    format!("service.beta.kubernetes.io/{name}: '{value}'")
}

fn described(network: &Network) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for balancer in &network.load_balancers {
        writeln!(
            text,
            "{} pool {}",
            balancer.meta.name,
            balancer.backend_nodes.join(",")
        )
        .unwrap();
        for frontend in &balancer.frontends {
            writeln!(
                text,
                "  frontend {} {} by {}",
                frontend.name, frontend.ip, frontend.caused_by
            )
            .unwrap();
        }
        for rule in &balancer.rules {
            writeln!(
                text,
                "  rule {} {:?} {}->{} floating {} idle {} affinity {} probe {:?}",
                rule.name,
                rule.protocol,
                rule.frontend_port,
                rule.backend_port,
                rule.floating_ip,
                rule.idle_minutes,
                rule.source_ip_affinity,
                rule.probe
            )
            .unwrap();
        }
        for probe in &balancer.probes {
            writeln!(
                text,
                "  probe {} {:?} {} every {} s, {}",
                probe.name, probe.kind, probe.port, probe.interval_seconds, probe.threshold
            )
            .unwrap();
        }
        for rule in &balancer.outbound_rules {
            writeln!(
                text,
                "  outbound {} {} {}",
                rule.name,
                rule.frontends.join(","),
                rule.idle_minutes
            )
            .unwrap();
        }
    }
    text
}

fn check(network: &Network, expected: &Expect) {
    expected.assert_eq(&described(network));
}

#[test]
fn a_public_service_makes_one_rule_with_floating_ip_and_a_probe_of_the_node_port() {
    // L-01, and the names of section 5.1
    check(
        &kubenet(""),
        &expect![[r#"
        kubernetes pool n0,n1
          frontend outbound-ip 20.50.60.71 by cluster/kn
          frontend a6ba7b8109dad11d180b400c04fd430c 20.50.60.70 by service/default/web
          rule a6ba7b8109dad11d180b400c04fd430c-TCP-80 Some(Tcp) 80->80 floating true idle 4 affinity false probe Some("a6ba7b8109dad11d180b400c04fd430c-TCP-80")
          probe a6ba7b8109dad11d180b400c04fd430c-TCP-80 Tcp 31380 every 5 s, 2
          outbound aksOutboundRule outbound-ip 30
    "#]],
    );
}

#[test]
fn the_second_public_service_shares_the_load_balancer() {
    let more = service(
        "two",
        "",
        "clusterIP: 10.0.50.2, externalTrafficPolicy: Local, healthCheckNodePort: 32100, sessionAffinity: ClientIP, ports: [{name: a, port: 80, nodePort: 31480}, {name: b, protocol: UDP, port: 53, nodePort: 31453}]",
    );
    // L-02 (distribution), R41
    check(
        &azure_cni(&more),
        &expect![[r#"
        kubernetes pool n0,n1
          frontend outbound-ip 20.50.60.71 by cluster/cn
          frontend a6ba7b8109dad11d180b400c04fd430c 20.50.60.70 by service/default/web
          frontend aefb0555f068dee96c11e8501653d8f5 192.0.2.1 by service/default/two
          rule a6ba7b8109dad11d180b400c04fd430c-TCP-80 Some(Tcp) 80->80 floating true idle 4 affinity false probe Some("a6ba7b8109dad11d180b400c04fd430c-TCP-80")
          rule aefb0555f068dee96c11e8501653d8f5-TCP-80 Some(Tcp) 80->80 floating true idle 4 affinity true probe Some("aefb0555f068dee96c11e8501653d8f5-TCP-32100")
          rule aefb0555f068dee96c11e8501653d8f5-UDP-53 Some(Udp) 53->53 floating true idle 4 affinity true probe Some("aefb0555f068dee96c11e8501653d8f5-TCP-32100")
          probe a6ba7b8109dad11d180b400c04fd430c-TCP-80 Tcp 31380 every 5 s, 2
          probe aefb0555f068dee96c11e8501653d8f5-TCP-32100 Http("/healthz") 32100 every 5 s, 2
          outbound aksOutboundRule outbound-ip 30
    "#]],
    );
}

fn reached(decision: &LbDecision, text: &str) -> String {
    match decision {
        LbDecision::Balanced(balanced) => {
            let picks = (0..balanced.pool.members.len()).map(|index| {
                let (node, after, _) = balanced.pick(index, &packet(text)).unwrap();
                format!("{node} {}", after.destination_text())
            });
            picks.collect::<Vec<_>>().join(", ")
        }
        LbDecision::NoRule(finding) | LbDecision::NoHealthyMember(finding) => {
            finding.why.id.to_owned()
        }
        LbDecision::NotModelled(what, _) => format!("not modelled: {what}"),
    }
}

#[test]
fn every_node_may_be_picked_whether_or_not_it_runs_the_pod() {
    // 5.2 "eTP Cluster": a node without pods is healthy as long as some endpoint answers.
    assert_eq!(
        reached(&balance(&kubenet(""), CLIENT), CLIENT),
        "node/n0 20.50.60.70:80, node/n1 20.50.60.70:80"
    );
}

#[test]
fn with_local_only_the_node_of_the_pod_is_healthy() {
    // W2
    let local = changed(
        "kubenet",
        "externalTrafficPolicy: Cluster",
        "externalTrafficPolicy: Local\n  healthCheckNodePort: 32100",
    );
    let decision = balance(&local, CLIENT);
    assert_eq!(reached(&decision, CLIENT), "node/n1 20.50.60.70:80");
    let LbDecision::Balanced(balanced) = decision else {
        panic!()
    };
    let probe = balanced.probe.unwrap();
    assert_eq!(probe.why.id, "why-azure-probe-local");
    let cause = probe.cause.unwrap();
    assert_eq!(
        format!("{} {}", cause.object, cause.field),
        "service/default/web spec.externalTrafficPolicy"
    );
    let Detail::Probed {
        healthy, unhealthy, ..
    } = probe.detail
    else {
        panic!()
    };
    assert_eq!((&*healthy[0], &*unhealthy[0]), ("n1", "n0"));
}

#[test]
fn without_a_ready_pod_no_node_is_healthy() {
    // L-08
    let none = changed("kubenet", "labels: {app: web}", "labels: {app: other}");
    assert_eq!(
        reached(&balance(&none, CLIENT), CLIENT),
        "why-azure-probe-no-endpoint"
    );
}

#[test]
fn a_rule_that_drops_the_probe_makes_every_node_unhealthy() {
    // N-08
    let azure = AZURE.replace(
        "    - name: nodes\n      properties: {",
        "    - name: nodes\n      properties: {networkSecurityGroup: {id: mine}, ",
    );
    let group = "{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {securityRules: [
        {name: clients, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '80'}},
        {name: no-probes, properties: {priority: 4000, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: AzureLoadBalancer, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '*'}}]}}";
    let web = include_str!("../../../scenarios/shared/web.yaml");
    let network = network(&[&azure, KUBENET, web, group]);
    let LbDecision::NoHealthyMember(finding) = balance(&network, CLIENT) else {
        panic!()
    };
    assert_eq!(finding.why.id, "why-azure-probe-filtered");
    assert_eq!(finding.cause.unwrap().object.to_string(), "nsg/mine");
}

#[test]
fn a_node_that_is_not_ready_is_not_picked_and_a_labelled_one_is_not_in_the_pool() {
    let not_ready = changed(
        "kubenet",
        "    - {type: InternalIP, address: 10.1.0.4}",
        "    - {type: InternalIP, address: 10.1.0.4}\n  conditions: [{type: Ready, status: 'False'}]",
    );
    assert_eq!(
        reached(&balance(&not_ready, CLIENT), CLIENT),
        "node/n1 20.50.60.70:80"
    );
    let labelled = changed(
        "kubenet",
        "metadata: {name: n0}",
        "metadata: {name: n0, labels: {node.kubernetes.io/exclude-from-external-load-balancers: 'true'}}",
    );
    assert_eq!(&*labelled.load_balancers[0].backend_nodes, ["n1".into()]);
}

#[test]
fn a_port_without_rule_is_dropped_at_the_load_balancer() {
    let text = "TCP 203.0.113.9 > 20.50.60.70:81";
    assert_eq!(
        reached(&balance(&kubenet(""), text), text),
        "why-azure-lb-no-rule"
    );
    let text = "UDP 203.0.113.9 > 20.50.60.70:80";
    assert_eq!(
        reached(&balance(&kubenet(""), text), text),
        "why-azure-lb-no-rule"
    );
}

#[test]
fn without_floating_ip_the_packet_goes_to_node_address_and_node_port() {
    // R40, R43
    let more = service(
        "dnat",
        &annotation("azure-disable-load-balancer-floating-ip", "true"),
        "clusterIP: 10.0.50.2, ports: [{port: 80, nodePort: 31480}]",
    );
    let network = kubenet(&more);
    let ip = network.service("default", "dnat").unwrap().ingress[0].ip;
    let text = format!("TCP 203.0.113.9 > {ip}:80");
    assert_eq!(
        reached(&balance(&network, &text), &text),
        "node/n0 10.1.0.4:31480, node/n1 10.1.0.5:31480"
    );
    let rule = network.nsgs[0]
        .rules
        .iter()
        .find(|rule| rule.destination_ports == [(31480, 31480)]);
    assert_eq!(rule.unwrap().destinations.len(), 2);
}

#[test]
fn high_availability_ports_take_every_port() {
    // R44
    let annotations = [
        annotation("azure-load-balancer-internal", "true"),
        annotation("azure-load-balancer-enable-high-availability-ports", "true"),
    ];
    let more = service(
        "ha",
        &annotations.join(", "),
        "clusterIP: 10.0.50.2, loadBalancerIP: 10.1.0.200, ports: [{port: 80, nodePort: 31480}]",
    );
    let text = "UDP 10.1.1.4 > 10.1.0.200:5353";
    assert_eq!(
        reached(&balance(&kubenet(&more), text), text),
        "node/n0 10.1.0.200:5353, node/n1 10.1.0.200:5353"
    );
}

#[test]
fn a_service_port_without_probe_is_taken_as_healthy() {
    let more = service(
        "dns",
        "",
        "clusterIP: 10.0.50.2, ports: [{protocol: UDP, port: 53, nodePort: 31453}]",
    );
    let network = kubenet(&more);
    let ip = network.service("default", "dns").unwrap().ingress[0].ip;
    let text = format!("UDP 203.0.113.9 > {ip}:53");
    let LbDecision::Balanced(balanced) = balance(&network, &text) else {
        panic!()
    };
    assert!(balanced.probe.is_none());
    assert_eq!(balanced.candidates().len(), 2);
}

#[test]
fn a_probe_of_a_port_that_nobody_is_known_to_listen_on_is_not_modelled() {
    let more = service(
        "odd",
        &annotation("port_80_health-probe_port", "9100"),
        "clusterIP: 10.0.50.2, ports: [{port: 80, nodePort: 31480}]",
    );
    let network = kubenet(&more);
    let ip = network.service("default", "odd").unwrap().ingress[0].ip;
    let text = format!("TCP 203.0.113.9 > {ip}:80");
    assert_eq!(
        reached(&balance(&network, &text), &text),
        "not modelled: health probe of port 9100"
    );
}

fn status(network: &Network, name: &str) -> String {
    let service = network.service("default", name).unwrap();
    service
        .ingress
        .first()
        .map_or("pending".to_owned(), |one| one.ip.to_string())
}

#[test]
fn an_internal_service_gets_the_lowest_free_address_of_its_subnet() {
    let internal = annotation("azure-load-balancer-internal", "true");
    let other = format!(
        "{internal}, {}",
        annotation("azure-load-balancer-internal-subnet", "vms")
    );
    let ports = "ports: [{port: 80, nodePort: 31480}]";
    let node_subnet = service("a", &internal, &format!("clusterIP: 10.0.50.2, {ports}"));
    let named_subnet = service("a", &other, &format!("clusterIP: 10.0.50.2, {ports}"));
    // n0 and n1 hold .4 and .5; with Azure CNI each also reserves 30 addresses for pods.
    assert_eq!(status(&kubenet(&node_subnet), "a"), "10.1.0.6");
    assert_eq!(status(&azure_cni(&node_subnet), "a"), "10.1.0.66");
    // vm-a holds .4
    assert_eq!(status(&kubenet(&named_subnet), "a"), "10.1.1.5");
    let network = kubenet(&named_subnet);
    let balancer = network
        .load_balancers
        .iter()
        .find(|one| one.internal)
        .unwrap();
    assert!(balancer.frontends[0].name.ends_with("-vms"));
    assert!(balancer.rules[0].name.ends_with("-vms-TCP-80"));
}

/// The Azure CNI cluster in a subnet that its pods fill.
fn full(more: &str) -> (Network, Vec<crate::model::diagnostic::Diagnostic>) {
    let azure = AZURE.replace(
        "{addressPrefix: 10.1.0.0/24}",
        "{addressPrefix: 10.1.0.0/26}",
    );
    let cluster = AZURE_CNI
        .replace("maxPods: 30", "maxPods: 29")
        .replace("address: 10.1.0.35", "address: 10.1.0.33")
        .replace("podIP: 10.1.0.40", "podIP: 10.1.0.38");
    let mut problems = Vec::new();
    let mut network = network(&[&azure, &cluster, more]);
    crate::engine::azure::cloud_provider::reconcile(
        &mut network,
        &crate::engine::control::Found::default(),
        &mut problems,
    );
    (network, problems)
}

#[test]
fn a_full_subnet_has_no_address_for_an_internal_service() {
    // C-11: 59 usable addresses, 2 x 30 wanted.
    let more = service(
        "a",
        &annotation("azure-load-balancer-internal", "true"),
        "clusterIP: 10.0.50.2, ports: [{port: 80, nodePort: 31480}]",
    );
    let (network, problems) = full(&more);
    assert_eq!(status(&network, "a"), "pending");
    assert_eq!(
        problems[0].message,
        "the subnet `subnet/vnet-a/nodes` has no free address"
    );
}

fn problem(more: &str) -> String {
    let mut network = kubenet(more);
    let mut problems = Vec::new();
    crate::engine::azure::cloud_provider::reconcile(
        &mut network,
        &crate::engine::control::Found::default(),
        &mut problems,
    );
    problems
        .iter()
        .map(|one| one.message.clone())
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn a_service_that_azure_would_refuse_stays_pending_and_says_why() {
    let spec = |more: &str| {
        format!("clusterIP: 10.0.50.2, ports: [{{port: 80, nodePort: 31480}}], {more}")
    };
    let internal = annotation("azure-load-balancer-internal", "true");
    let cases = [
        (
            String::new(),
            spec("loadBalancerIP: 20.1.1.1"),
            "user supplied IP address `20.1.1.1` was not found",
        ),
        (
            internal.clone(),
            spec("loadBalancerIP: 10.1.0.4"),
            "`10.1.0.4` is not a free address of the subnet `subnet/vnet-a/nodes`",
        ),
        (
            internal.clone(),
            spec("loadBalancerIP: 10.9.0.4"),
            "`10.9.0.4` is not a free address of the subnet `subnet/vnet-a/nodes`",
        ),
        (
            format!(
                "{internal}, {}",
                annotation("azure-load-balancer-internal-subnet", "nowhere")
            ),
            spec(""),
            "the subnet `nowhere` does not exist in the virtual network `vnet-a`",
        ),
        (
            annotation("azure-pip-name", "nobody"),
            spec(""),
            "the public IP `nobody` does not exist",
        ),
        (
            annotation("azure-allowed-ip-ranges", "10.0.0.0/8"),
            spec("loadBalancerSourceRanges: [10.0.0.0/8]"),
            "cannot set both spec.LoadBalancerSourceRanges and service annotation service.beta.kubernetes.io/azure-allowed-ip-ranges",
        ),
        (
            annotation("azure-load-balancer-tcp-idle-timeout", "3"),
            spec(""),
            "the annotation azure-load-balancer-tcp-idle-timeout must be a whole number of minutes from 4 to 100",
        ),
    ];
    for (annotations, spec, expected) in cases {
        let text = service("a", &annotations, &spec);
        assert_eq!(problem(&text), expected);
        assert_eq!(status(&kubenet(&text), "a"), "pending", "{expected}");
    }
}

#[test]
fn services_share_an_address_as_long_as_their_ports_differ() {
    let ip = "{type: Microsoft.Network/publicIPAddresses, name: shared, sku: {name: Standard}, properties: {ipAddress: 20.50.60.72, publicIPAllocationMethod: Static}}";
    let one = service(
        "a",
        "",
        "clusterIP: 10.0.50.2, loadBalancerIP: 20.50.60.72, ports: [{port: 80, nodePort: 31480}]",
    );
    let two = |port: u16| {
        service(
            "b",
            "",
            &format!(
                "clusterIP: 10.0.50.3, loadBalancerIP: 20.50.60.72, ports: [{{port: {port}, nodePort: 31481}}]"
            ),
        )
    };
    let both = |port: u16| network(&[AZURE, KUBENET, ip, &one, &two(port)]);
    assert_eq!(status(&both(81), "b"), "20.50.60.72");
    assert_eq!(
        both(81).load_balancers[0].frontends.len(),
        2,
        "outbound and the shared one"
    );
    assert_eq!(status(&both(80), "b"), "pending");
}

#[test]
fn reconciling_twice_changes_nothing_more() {
    let more = service(
        "a",
        &annotation("azure-load-balancer-internal", "true"),
        "clusterIP: 10.0.50.2, ports: [{port: 80, nodePort: 31480}]",
    );
    for once in [kubenet(&more), azure_cni(&more)] {
        let mut twice = once.clone();
        crate::engine::azure::cloud_provider::reconcile(
            &mut twice,
            &crate::engine::control::Found::default(),
            &mut Vec::new(),
        );
        assert!(once == twice);
    }
}

#[test]
fn a_load_balancer_has_at_most_1500_rules() {
    // Section 12 "Rules per LB"
    let services: Vec<String> = (0..1501)
        .map(|index| format!("{{apiVersion: v1, kind: Service, metadata: {{name: s{index}}}, spec: {{type: LoadBalancer, ports: [{{port: 80}}]}}}}"))
        .collect();
    let network = network(&[AZURE, KUBENET, &services.join("\n---\n")]);
    assert_eq!(network.load_balancers[0].rules.len(), 1500);
    assert_eq!(status(&network, "s1500"), "pending");
}

/// The service controller leaves Services with a class to others (`WantsLoadBalancer` of the cloud provider).
#[test]
fn azure_balances_nothing_for_a_service_of_another_class() {
    let own = changed(
        "kubenet",
        "type: LoadBalancer",
        "type: LoadBalancer\n  loadBalancerClass: example.com/own",
    );
    let rules = own.load_balancers.iter().map(|it| it.rules.len());
    assert_eq!(rules.sum::<usize>(), 0);
}
