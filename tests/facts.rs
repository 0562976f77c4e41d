//! The assertions about Azure that the simulator is built against, each with the test that shows it: the table in
//! `docs/assertions.md` is complete, and what it says is there. Those that no other file shows are shown here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kubehop::engine::expect;
use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::scenarios;

/// Prefixes of ids with the numbers that exist; `M-01` to `M-16` and `O-01` to `O-18` are cells of tables.
const IDS: &[(&str, &[u8])] = &[
    ("K", &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17]),
    ("C", &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17]),
    (
        "M",
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 22,
        ],
    ),
    ("P", &[1, 2, 4, 5]),
    (
        "L",
        &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23],
    ),
    ("N", &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14]),
    ("R", &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14]),
    ("I", &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14]),
    ("D", &[1, 2, 4, 5, 7, 8, 10, 11]),
    ("Y", &[1, 2, 4, 5, 7, 8, 10]),
    (
        "O",
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22,
        ],
    ),
    ("V", &[1, 2, 4, 5]),
];

/// Rows of the table: id (or `first to last`), what holds, where it is shown.
fn rows() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/assertions.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, id, what, shown, _] = cells.as_slice() else {
            return None;
        };
        let is_id = id.as_bytes().get(1) == Some(&b'-') && !id.starts_with('-');
        is_id.then(|| ((*id).to_owned(), (*what).to_owned(), (*shown).to_owned()))
    });
    rows.collect()
}

#[test]
fn every_assertion_has_a_row_and_every_row_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for (id, what, place) in rows() {
        let (first, last) = id.split_once(" to ").unwrap_or((&id, &id));
        let number = |id: &str| id[2..].parse::<u8>().unwrap();
        for each in number(first)..=number(last) {
            *shown
                .entry(format!("{}-{each:02}", &first[..1]))
                .or_default() += 1;
        }
        assert!(!what.is_empty(), "{id} says nothing");
        if let Some(reason) = place.strip_prefix("not shown: ") {
            assert!(!reason.is_empty(), "{id} needs a reason");
            continue;
        }
        let file = place.trim_matches('`');
        let text =
            fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("{id}: no {file}"));
        let as_name = first.to_lowercase().replace('-', "_");
        let named = text.contains(first) || text.contains(&as_name);
        assert!(named, "{file} does not name {first}");
    }
    let expected: Vec<String> = IDS
        .iter()
        .flat_map(|(letter, numbers)| numbers.iter().map(move |it| format!("{letter}-{it:02}")))
        .collect();
    for id in &expected {
        assert_eq!(shown.remove(id), Some(1), "rows of {id}");
    }
    assert!(shown.is_empty(), "unknown ids: {shown:?}");
}

/// Flows that must do what they expect, in a built-in scenario without its own ones.
#[track_caller]
fn holds(scenario: &str, flows: &str) {
    let scenario = scenarios::find(scenario).unwrap();
    let files = scenario
        .files
        .iter()
        .filter(|(name, _)| *name != "flows.yaml");
    let mut texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    texts.push(("case.yaml".to_owned(), flows.to_owned()));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let flows = &simulation.network().flows;
    assert!(!flows.is_empty(), "{:?}", simulation.diagnostics);
    for flow in flows {
        let result = simulation.trace(flow);
        let expected = flow.expect.as_ref().unwrap();
        let wrong = expect::evaluate(simulation.network(), &result, expected);
        assert!(wrong.is_empty(), "{}: {wrong:?}", flow.meta.name);
    }
}

fn flow(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"
    )
}

/// C-05: on-premises, both ways.
#[test]
fn azure_cni_and_the_office() {
    let out = flow(
        "out",
        "from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}",
    );
    let back = flow(
        "in",
        "from: host/op, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 192.168.10.5, reply: delivered}",
    );
    holds("azure-cni", &(out + &back));
}

/// C-01: in the virtual network the pod itself is seen. C-02: a peered machine sees the node. C-04: it calls the pod, which
/// sees it, and the answer comes from the address that it called.
#[test]
fn azure_cni_and_machines_of_its_own_network_and_of_a_peer() {
    let near = "from: pod/default/p0, to: host/vm-a, port: 443, expect: {verdict: delivered, source: 10.1.0.10, reply: delivered}";
    let far = "from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.0.4, via: [azure.peering], reply: delivered}";
    let back = "from: host/vm-b, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 10.2.0.4, reply: delivered, replySource: 10.1.0.10}";
    let all = flow("near", near) + &flow("far", far) + &flow("back", back);
    holds("azure-cni", &all);
}

/// O-19: by the gateway into the network, and there by the default rule for it.
#[test]
fn the_office_comes_to_a_pod_by_the_gateway_and_the_default_rule() {
    let call = "from: host/op, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 192.168.10.5, via: [gateway/vpn-a, subnet/vnet-a/GatewaySubnet, node/n0], reply: delivered}";
    holds("azure-cni", &flow("in", call));
    let mut texts: Vec<(String, String)> = Vec::new();
    for (name, text) in scenarios::find("azure-cni").unwrap().files {
        if *name != "flows.yaml" {
            texts.push(((*name).to_owned(), (*text).to_owned()));
        }
    }
    texts.push(("case.yaml".to_owned(), flow("in", call)));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let result = simulation.trace(&simulation.network().flows[0]);
    let rules: Vec<String> = result.branches[0]
        .connection
        .original
        .steps()
        .filter(|(_, step)| step.stage.as_str() == "azure.nsg.in.nic")
        .filter_map(|(_, step)| step.rule().map(|rule| rule.to_string()))
        .collect();
    assert_eq!(rules.len(), 1, "{rules:?}");
    assert!(rules[0].contains("AllowVnetInBound"), "{rules:?}");
}

/// M-17: the route ends it, not a security rule.
#[test]
fn a_machine_to_a_kubenet_pod_has_no_route() {
    holds(
        "kubenet",
        &flow(
            "in",
            "from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted, place: subnet/vnet-a/vms}, avoids: [azure.nsg.in.nic, azure.nsg.in.subnet]}",
        ),
    );
}

/// L-13: the node of the pod translates; nothing leaves for Azure's load balancer.
#[test]
fn a_pod_that_calls_the_public_address_stays_inside() {
    let call = flow(
        "call",
        "from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: delivered, receivers: [pod/default/p1], avoids: [loadbalancer/kubernetes, azure.lb.rule, azure.lb.outbound], reply: delivered}",
    );
    holds("azure-cni", &call);
    holds("kubenet", &call);
}

/// Y-01: no policy, no refusal.
#[test]
fn without_policies_every_pod_reaches_every_other() {
    for scenario in ["kubenet", "azure-cni"] {
        let mut flows = String::new();
        for (from, to) in [("p0", "p1"), ("p1", "p0")] {
            flows += &flow(
                from,
                &format!(
                    "from: pod/default/{from}, to: pod/default/{to}, port: 8080, expect: {{verdict: delivered, reply: delivered, avoids: [policy.egress, policy.ingress]}}"
                ),
            );
        }
        holds(scenario, &flows);
    }
}

/// N-07: what is outside of 100 to 4096 is refused.
#[test]
fn priorities_have_their_range() {
    let read = |priority: u32| {
        let text = format!(
            "{{type: Microsoft.Network/networkSecurityGroups, name: n, properties: {{securityRules: [{{name: r, properties: {{priority: {priority}, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '*'}}}}]}}}}"
        );
        let (document, _) = Document::from_texts(vec![("n.yaml".to_owned(), text)]);
        let said = Simulation::new(&document).diagnostics;
        said.iter()
            .map(ToString::to_string)
            .filter(|it| it.contains("error"))
            .collect::<Vec<_>>()
    };
    for allowed in [100, 4096] {
        assert_eq!(read(allowed), Vec::<String>::new());
    }
    for refused in [99, 4097] {
        let said = read(refused).join("\n");
        assert!(
            said.contains("priority") && said.contains(&refused.to_string()),
            "{said}"
        );
    }
}
