//! The table of the article, recomputed (M-01 to M-17), and its like for the models that came after it.

use super::*;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::scenarios;

/// A built-in scenario after replacements in its cluster.
fn table_of(scenario: &str, changes: &[(&str, &str)]) -> Table {
    let scenario = scenarios::find(scenario).unwrap();
    let texts = scenario.files.iter().map(|(name, text)| {
        let mut text = (*text).to_owned();
        if *name == "cluster.yaml" {
            for (from, to) in changes {
                assert!(text.contains(from), "`{from}` is not in the scenario");
                text = text.replace(from, to);
            }
        }
        ((*name).to_owned(), text)
    });
    let (document, _) = Document::from_texts(texts.collect::<Vec<_>>());
    Table::of(Simulation::new(&document).network()).unwrap()
}

fn words(table: &Table) -> Vec<&'static str> {
    table.rows.iter().map(|row| row.support.as_str()).collect()
}

/// The pods' written addresses, which other models than the scenario's cannot give.
const LOOSE: [(&str, &str); 2] = [
    ("status: {podIP: 10.1.0.10}", "status: {}"),
    ("status: {podIP: 10.1.0.40}", "status: {}"),
];

fn with(changes: &[(&'static str, &'static str)]) -> Table {
    let all: Vec<(&str, &str)> = LOOSE.iter().chain(changes).copied().collect();
    table_of("azure-cni", &all)
}

fn overlay() -> Table {
    with(&[(
        "networkPlugin: azure",
        "networkPlugin: azure\n    networkPluginMode: overlay",
    )])
}

#[test]
fn kubenet_is_as_the_article_says() {
    // M-01, M-03, … M-15: fact sheet, section 3.
    let table = table_of("kubenet", &[]);
    let expected = [
        "supported with a route table",
        "both ways",
        "pod-initiated only",
        "pod-initiated only",
        "pod-initiated only",
        "supported",
        "supported",
        "supported",
    ];
    assert_eq!(words(&table), expected, "{}", shown(&table));
}

#[test]
fn azure_cni_is_as_the_article_says() {
    // M-02, M-04, … M-16.
    let table = table_of("azure-cni", &[]);
    let expected = [
        "supported",
        "both ways",
        "both ways",
        "both ways",
        "both ways",
        "supported",
        "supported",
        "supported",
    ];
    assert_eq!(words(&table), expected, "{}", shown(&table));
}

#[test]
fn an_overlay_is_as_kubenet_without_the_route_table() {
    let table = overlay();
    let expected = [
        "supported",
        "both ways",
        "pod-initiated only",
        "pod-initiated only",
        "pod-initiated only",
        "supported",
        "supported",
        "supported",
    ];
    assert_eq!(words(&table), expected, "{}", shown(&table));
    let expected = [
        "supported",
        "both ways",
        "both ways",
        "both ways",
        "both ways",
    ];
    assert_eq!(words(&pod_subnet())[..5], expected);
}

fn row(table: &Table, number: u8) -> &Row {
    table.rows.iter().find(|row| row.number == number).unwrap()
}

/// Whom the receivers of each probe see.
fn seen(row: &Row) -> Vec<(Asks, Vec<Seen>)> {
    let whose = |probe: &Probe| probe.seen.iter().map(|(_, whose)| *whose).collect();
    row.probes.iter().map(|it| (it.asks, whose(it))).collect()
}

#[test]
fn a_vm_that_calls_a_kubenet_pod_is_dropped_by_a_route_not_by_a_rule() {
    // M-17
    let table = table_of("kubenet", &[]);
    let to_pod = &row(&table, 3).probes[1];
    assert_eq!(to_pod.asks, Asks::ToPod);
    let trace = &to_pod.result.branches[0].connection.original;
    assert_eq!(trace.disposition.as_str(), "NullRouted");
    let (place, _) = trace.last_step().unwrap();
    assert_eq!(place.to_string(), "subnet/vnet-a/vms");
}

#[test]
fn what_receivers_see_is_what_the_article_says() {
    use Asks::{FromPod, ToPod};
    let kubenet = table_of("kubenet", &[]);
    let cni = table_of("azure-cni", &[]);
    let pods = vec![
        (FromPod, vec![Seen::Sender]),
        (ToPod, vec![Seen::Sender]),
        (FromPod, vec![Seen::Sender]),
        (ToPod, vec![Seen::Sender]),
    ];
    assert_eq!(seen(row(&kubenet, 2)), pods);
    assert_eq!(seen(row(&cni, 2)), pods);
    for number in 3..=5 {
        let one_way = vec![(FromPod, vec![Seen::Node]), (ToPod, vec![])];
        assert_eq!(seen(row(&kubenet, number)), one_way, "row {number}");
    }
    let both = |whose| vec![(FromPod, vec![whose]), (ToPod, vec![Seen::Sender])];
    assert_eq!(seen(row(&cni, 3)), both(Seen::Sender));
    assert_eq!(seen(row(&cni, 4)), both(Seen::Node));
    assert_eq!(seen(row(&cni, 5)), both(Seen::Node));
}

#[test]
fn bare_manifests_get_a_table_and_every_actor_that_was_assumed_is_named() {
    let (document, _) = Document::from_texts(vec![(
        "pod.yaml".to_owned(),
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: c}]}}"
            .to_owned(),
    )]);
    let table = Table::of(Simulation::new(&document).network()).unwrap();
    assert_eq!(words(&table)[1..5], ["both ways"; 4], "{}", shown(&table));
    let assumed: Vec<String> = row(&table, 4).probes[0]
        .assumed
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(assumed, ["host/kubehop-peer-vm"]);
    assert!(Table::of(&Network::default()).is_none());
}

#[test]
fn a_policy_of_the_scenario_shows_in_its_table() {
    let scenario = scenarios::find("azure-cni").unwrap();
    let mut texts: Vec<(String, String)> = scenario
        .files
        .iter()
        .map(|(name, text)| {
            let text = text.replace(
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkPolicy: calico",
            );
            ((*name).to_owned(), text)
        })
        .collect();
    texts.push((
        "policy.yaml".to_owned(),
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Ingress]}}"
            .to_owned(),
    ));
    let (document, _) = Document::from_texts(texts);
    let table = Table::of(Simulation::new(&document).network()).unwrap();
    assert_eq!(row(&table, 3).support, Support::PodInitiated);
}

/// What the right side sees in a row's two directions; nothing where it is dropped.
fn cells(table: &Table) -> Vec<[Option<Seen>; 2]> {
    let cell = |probe: &Probe| {
        let arrives = probe.works() == Some(true);
        probe
            .seen
            .first()
            .map(|(_, whose)| *whose)
            .filter(|_| arrives)
    };
    (3..=5)
        .map(|number| {
            let probes = &row(table, number).probes;
            [cell(&probes[0]), cell(&probes[1])]
        })
        .collect()
}

fn pod_subnet() -> Table {
    with(&[(
        "vnetSubnetID: vnet-a/nodes",
        "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw",
    )])
}

#[test]
fn who_reaches_whom_is_as_the_summary_of_the_four_models_says() {
    // O-01 to O-18: fact sheet, section 11; pod and VM of one network, then of peers, then the office.
    let (node, itself) = (Some(Seen::Node), Some(Seen::Sender));
    let closed = vec![[node, None]; 3];
    assert_eq!(cells(&table_of("kubenet", &[])), closed);
    assert_eq!(cells(&overlay()), closed);
    let node_subnet = vec![[itself, itself], [node, itself], [node, itself]];
    assert_eq!(cells(&table_of("azure-cni", &[])), node_subnet);
    assert_eq!(cells(&pod_subnet()), vec![[itself, itself]; 3]);
}

#[test]
fn what_is_behind_a_peer_and_internal_services_are_alike_in_all_models() {
    // O-01 to O-18, the last three rows: peering is not transitive; an internal Service shows a node, or with
    // externalTrafficPolicy Local whoever asks.
    let inner = |name: &str, policy: &str, ip: &str| {
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, annotations: {{service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}}}, spec: {{type: LoadBalancer, externalTrafficPolicy: {policy}, loadBalancerIP: {ip}, selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080}}]}}}}\n---\n"
        )
    };
    let models: [(&str, &[(&str, &str)]); 5] = [
        ("kubenet", &[]),
        ("azure-cni", &[]),
        (
            "azure-cni",
            &[(
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkPluginMode: overlay",
            )],
        ),
        (
            "azure-cni",
            &[(
                "vnetSubnetID: vnet-a/nodes",
                "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw",
            )],
        ),
        (
            "azure-cni",
            &[(
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkPluginMode: overlay\n    networkDataplane: cilium",
            )],
        ),
    ];
    for (scenario, changes) in models {
        let found = scenarios::find(scenario).unwrap();
        let mut texts: Vec<(String, String)> = found
            .files
            .iter()
            .map(|(name, text)| {
                let mut text = (*text).to_owned();
                let loose = LOOSE.iter().filter(|_| !changes.is_empty());
                for (from, to) in loose.chain(changes) {
                    text = text.replace(from, to);
                }
                ((*name).to_owned(), text)
            })
            .collect();
        texts.push((
            "inner.yaml".to_owned(),
            inner("open", "Cluster", "10.1.0.200") + &inner("shown", "Local", "10.1.0.201"),
        ));
        let (document, _) = Document::from_texts(texts);
        let simulation = Simulation::new(&document);
        let ask = |from: &str, to: &str, port| {
            let to = Target::Place(to.parse().unwrap());
            simulation.trace(&flow(&from.parse().unwrap(), to, port))
        };
        let behind = ask("pod/default/p0", "host/vm-c", 443);
        assert_eq!(behind.verdict, Verdict::Dropped, "{scenario} {changes:?}");
        for from in ["host/vm-a", "host/vm-b", "host/op"] {
            let own = simulation.network().host(&from[5..]).unwrap().ip.unwrap();
            let sources = |to: &str| -> Vec<IpAddr> {
                let result = ask(from, to, 80);
                assert_eq!(result.verdict, Verdict::Delivered, "{scenario} {from} {to}");
                let received = result.branches.iter();
                received
                    .filter_map(|it| Some(it.connection.received.as_ref()?.packet.source))
                    .collect()
            };
            let shown = sources("service/default/shown");
            assert!(
                shown.iter().all(|ip| *ip == own),
                "{scenario} {from}: {shown:?}"
            );
            let open = sources("service/default/open");
            let cilium = changes.iter().any(|(_, to)| to.contains("cilium"));
            let node = |ip: &IpAddr| simulation.dataplane.is_node_address(*ip);
            // Cilium keeps the source where the endpoint runs on the node that was picked.
            let right = open.iter().all(|ip| node(ip) || cilium && *ip == own);
            assert!(right, "{scenario} {from}: {open:?}");
            assert!(open.iter().any(node), "{scenario} {from}: {open:?}");
        }
    }
}

/// The table as a failed test shows it.
fn shown(table: &Table) -> String {
    let mut lines = Vec::new();
    for row in &table.rows {
        lines.push(format!("\n{} {}", row.number, row.support.as_str()));
        for probe in &row.probes {
            let flow = &probe.flow;
            let works = probe.works();
            lines.push(format!(
                "   {:?} {} -> {}: {works:?} {:?}",
                probe.asks, flow.from, flow.to, probe.seen
            ));
            let connections = probe.result.branches.iter().map(|it| &it.connection);
            let traces = connections.flat_map(|it| std::iter::once(&it.original).chain(&it.reply));
            lines.extend(traces.filter_map(|trace| {
                let (place, step) = trace.last_step()?;
                let word = trace.disposition.as_str();
                Some(format!("      {word} at {place} {}", step.stage.as_str()))
            }));
        }
    }
    lines.join("\n")
}
