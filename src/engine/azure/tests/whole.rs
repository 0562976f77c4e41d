//! Whole walks in which Azure decides how they end.

use crate::engine::simulation::Simulation;
use crate::engine::trace::TraceResult;
use crate::model::document::Document;

pub(super) const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");
const KUBENET: &str = include_str!("../../../scenarios/kubenet/cluster.yaml");
pub(super) const AZURE_CNI: &str = include_str!("../../../scenarios/azure-cni/cluster.yaml");
const WEB: &str = include_str!("../../../scenarios/shared/web.yaml");

/// Walks a flow written as `from to protocol port`.
fn walk(texts: &[&str], flow: &str) -> TraceResult {
    let parts: Vec<&str> = flow.split(' ').collect();
    let port = parts
        .get(3)
        .map_or(String::new(), |port| format!("port: {port}"));
    let flow = format!(
        "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: f}}, spec: {{from: {}, to: {}, protocol: {}, {port}}}}}",
        parts[0], parts[1], parts[2]
    );
    let all = texts.iter().copied().chain([flow.as_str()]).enumerate();
    let files = all.map(|(index, text)| (format!("{index}.yaml"), text.to_owned()));
    let (document, problems) = Document::from_texts(files.collect());
    assert_eq!(problems, []);
    let simulation = Simulation::new(&document);
    let flow = simulation.network().flows[0].clone();
    simulation.trace(&flow)
}

/// How the request and the reply end, in every branch: `place stage disposition`.
pub(super) fn ends(texts: &[&str], flow: &str) -> String {
    let result = walk(texts, flow);
    let mut all: Vec<String> = Vec::new();
    for branch in &result.branches {
        let reply = branch.connection.reply.as_ref();
        let traces = [Some(&branch.connection.original), reply]
            .into_iter()
            .flatten();
        let shown = traces.map(|trace| {
            let (place, step) = trace.last_step().expect("a walk has steps");
            format!(
                "{place} {} {}",
                step.stage.as_str(),
                trace.disposition.as_str()
            )
        });
        let text = shown.collect::<Vec<_>>().join("; reply ");
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all.join(" | ")
}

pub(super) fn on_subnet(subnet: &str, reference: &str) -> String {
    let old = format!("    - name: {subnet}\n      properties: {{");
    assert!(AZURE.contains(&old));
    AZURE.replace(&old, &format!("{old}{reference}, "))
}

#[test]
fn without_its_route_a_node_gets_no_replies_for_its_pods() {
    // K-04
    let azure = on_subnet("nodes", "routeTable: {id: aks-agentpool-1-routetable}");
    let table = "{type: Microsoft.Network/routeTables, name: aks-agentpool-1-routetable, properties: {routes: [{name: n0, properties: {addressPrefix: 10.244.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.4}}]}}";
    assert_eq!(
        ends(
            &[&azure, KUBENET, table],
            "pod/default/p1 pod/default/p0 TCP 8080"
        ),
        "pod/default/p0 host.listen Delivered; reply subnet/vnet-a/nodes azure.route NullRouted"
    );
}

#[test]
fn azure_drops_a_pods_packet_where_ip_forwarding_is_off() {
    // K-13
    let off = "{type: Microsoft.Network/networkInterfaces, name: n1-nic, properties: {enableIPForwarding: false, ipConfigurations: [{properties: {privateIPAddress: 10.1.0.5}}]}}";
    assert_eq!(
        ends(
            &[AZURE, KUBENET, off],
            "pod/default/p0 pod/default/p1 TCP 8080"
        ),
        "node/n1 azure.nic NotForwarded"
    );
}

#[test]
fn a_vm_reaches_pods_through_the_table_of_aks_on_its_subnet() {
    // K-08
    let azure = on_subnet("vms", "routeTable: {id: aks-agentpool-routetable}");
    let result = walk(&[&azure, KUBENET], "host/vm-a pod/default/p0 TCP 8080");
    let received = result.branches[0].connection.received.as_ref().unwrap();
    assert_eq!(received.packet.source.to_string(), "10.1.1.4");
    assert_eq!(
        ends(&[&azure, KUBENET], "host/vm-a pod/default/p0 TCP 8080"),
        "pod/default/p0 host.listen Delivered; reply host/vm-a host.listen Delivered"
    );
}

#[test]
fn ping_does_not_leave_through_the_outbound_rule() {
    // L-19
    assert_eq!(
        ends(&[AZURE, KUBENET], "pod/default/p0 host/server ICMP"),
        "loadbalancer/kubernetes azure.lb.outbound SnatUnavailable"
    );
}

#[test]
fn pods_of_azure_cni_that_are_not_masqueraded_have_no_way_out() {
    // C-07
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: azure-ip-masq-agent-config, namespace: kube-system}\ndata:\n  ip-masq-agent: |\n    nonMasqueradeCIDRs: [0.0.0.0/0]\n    masqLinkLocal: true\n";
    assert_eq!(
        ends(
            &[AZURE, AZURE_CNI, config],
            "pod/default/p0 host/server TCP 443"
        ),
        "loadbalancer/kubernetes azure.lb.outbound SnatUnavailable"
    );
}

#[test]
fn an_internal_load_balancer_is_reached_from_a_peered_network_and_from_on_premises() {
    // L-10, R-14, section 11
    let inner = "{apiVersion: v1, kind: Service, metadata: {name: inner, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}, spec: {type: LoadBalancer, clusterIP: 10.0.50.9, loadBalancerIP: 10.1.0.200, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 31480}]}}";
    for (from, place) in [
        ("vm-a", "host/vm-a"),
        ("vm-b", "host/vm-b"),
        ("op", "host/op"),
    ] {
        assert_eq!(
            ends(
                &[AZURE, KUBENET, inner],
                &format!("host/{from} 10.1.0.200 TCP 80")
            ),
            format!("pod/default/p1 host.listen Delivered; reply {place} host.listen Delivered")
        );
    }
    assert!(ends(&[AZURE, KUBENET, inner], "host/vm-c 10.1.0.200 TCP 80").ends_with("NullRouted"));
}

#[test]
fn a_public_service_is_dropped_at_the_load_balancer_when_no_pod_is_ready() {
    // L-08
    let cluster = KUBENET.replace("labels: {app: web}", "labels: {app: other}");
    assert_eq!(
        ends(&[AZURE, &cluster, WEB], "host/client 20.50.60.70 TCP 80"),
        "loadbalancer/kubernetes azure.lb.probe NoHealthyMember"
    );
}

#[test]
fn on_premises_learns_nothing_of_a_network_without_propagated_routes_back() {
    // O-22
    let azure = on_subnet("nodes", "routeTable: {id: rt}");
    let table = "{type: Microsoft.Network/routeTables, name: rt, properties: {disableBgpRoutePropagation: true, routes: []}}";
    assert_eq!(
        ends(&[&azure, KUBENET, table], "pod/default/p0 host/op TCP 443"),
        "subnet/vnet-a/nodes azure.route NullRouted"
    );
}

#[test]
fn a_next_hop_that_may_be_a_firewall_is_not_modelled_and_says_so() {
    let azure = on_subnet("vms", "routeTable: {id: rt}");
    let table = "{type: Microsoft.Network/routeTables, name: rt, properties: {routes: [{name: d, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}]}}";
    let flow = "host/vm-a host/server TCP 443";
    assert!(ends(&[&azure, KUBENET, table], flow).ends_with("NoSuchAddress"));
    let firewall = "{type: Microsoft.Network/azureFirewalls, name: fw, properties: {}}";
    assert_eq!(
        ends(&[&azure, KUBENET, table, firewall], flow),
        "vnet/vnet-a azure.firewall NotModelled"
    );
}
