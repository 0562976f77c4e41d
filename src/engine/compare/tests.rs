//! What the documentation promises of two network models, read from two walks side by side; and what holds for any
//! two walks.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::engine::simulation::Simulation;
use crate::model::document::{Document, SourceFile};
use crate::model::flow::Flow;
use crate::model::object::Kind;
use crate::scenarios;

fn scenario(id: &str) -> Simulation {
    Simulation::new(&scenarios::find(id).unwrap().document())
}

fn flow(simulation: &Simulation, name: &str) -> Flow {
    let mut flows = simulation.network().flows.iter();
    let found = flows.find(|flow| &*flow.meta.name == name);
    found.unwrap().clone()
}

fn walk(simulation: &Simulation, name: &str) -> TraceResult {
    simulation.trace(&flow(simulation, name)).unrolled()
}

fn first(results: &[TraceResult; 2]) -> Comparison {
    Comparison::of([results[0].branches.first(), results[1].branches.first()])
}

/// kubenet on the left, Azure CNI on the right.
fn models(name: &str) -> ([TraceResult; 2], Comparison) {
    let results = ["kubenet", "azure-cni"].map(|id| walk(&scenario(id), name));
    let comparison = first(&results);
    (results, comparison)
}

fn text(told: Option<Told>) -> String {
    match told {
        Some(Told::Verdict(verdict)) => verdict.as_str().to_owned(),
        Some(Told::Received(place)) => place.to_string(),
        Some(Told::EndedAt(place)) => format!("ended at {place}"),
        Some(Told::Address(address)) => address,
        Some(Told::Count(count)) => count.to_string(),
        None => "-".to_owned(),
    }
}

fn told(comparison: &Comparison, question: Question) -> [String; 2] {
    comparison.told(question).map(text)
}

/// The rows of the request as `left | right`, each `PLACE STAGE`.
fn lines(results: &[TraceResult; 2], comparison: &Comparison) -> Vec<String> {
    let name = |side: usize, index: Option<usize>| {
        let trace = &results[side].branches[0].connection.original;
        let (place, step) = trace.steps().nth(index?)?;
        Some(format!("{place} {}", step.stage.as_str()))
    };
    let line = |row: &Row| {
        let [left, right] = [0, 1].map(|side| name(side, row.steps[side]).unwrap_or_default());
        format!("{left} | {right}: {}", row.relation().as_str())
    };
    comparison.request.iter().map(line).collect()
}

// /work/shared/facts/azure.md, section 3, row 3: with kubenet the VM sees the node, with Azure CNI the pod.
#[test]
fn a_machine_sees_the_node_with_kubenet_and_the_pod_with_azure_cni() {
    let (results, comparison) = models("pod-to-vm");
    assert_eq!(
        told(&comparison, Question::Source),
        ["10.1.0.4", "10.1.0.10"]
    );
    assert_eq!(
        told(&comparison, Question::Verdict),
        ["delivered", "delivered"]
    );
    assert_eq!(
        told(&comparison, Question::Receiver),
        ["host/vm-a", "host/vm-a"]
    );
    assert_eq!(
        told(&comparison, Question::Reply),
        ["delivered", "delivered"]
    );
    let lines = lines(&results, &comparison);
    // The sender's address differs from the start; the rewrite differs where it is made.
    let differs = |stage: &str| {
        let line = lines.iter().find(|line| line.contains(stage));
        line.unwrap_or_else(|| panic!("{stage} in {lines:#?}"))
            .ends_with(": differs")
    };
    assert!(differs("iptables.POSTROUTING"), "{lines:#?}");
    // Only kubenet has a bridge.
    let bridge = lines.iter().find(|line| line.contains("bridge")).unwrap();
    assert!(bridge.ends_with("| : only-before"), "{bridge}");
    let postrouting = comparison.request.iter().find(|row| {
        let mut steps = results[0].branches[0].connection.original.steps();
        let step = row.steps[0].and_then(|index| steps.nth(index));
        step.is_some_and(|(_, step)| step.stage.as_str() == "iptables.POSTROUTING")
    });
    let postrouting = postrouting.unwrap();
    assert!(postrouting.differs.contains(&Aspect::Decision));
    assert!(postrouting.differs.contains(&Aspect::Source));
}

// Row 3: a VM reaches a pod only with Azure CNI; with kubenet the routes of its subnet drop the packet (M-17).
#[test]
fn routes_that_drop_stand_beside_routes_that_deliver() {
    let (results, comparison) = models("vm-to-pod");
    assert_eq!(
        told(&comparison, Question::Verdict),
        ["dropped", "delivered"]
    );
    assert_eq!(
        told(&comparison, Question::Receiver),
        ["ended at subnet/vnet-a/vms", "pod/default/p0"]
    );
    assert_eq!(told(&comparison, Question::Source), ["-", "10.1.1.4"]);
    assert_eq!(told(&comparison, Question::Reply), ["-", "delivered"]);
    let lines = lines(&results, &comparison);
    assert!(
        lines.contains(
            &"subnet/vnet-a/vms azure.route | subnet/vnet-a/vms azure.route: differs".to_owned()
        ),
        "{lines:#?}"
    );
    assert_eq!(comparison.count(Relation::OnlyLeft), 0);
    assert!(comparison.reply.iter().all(|row| row.steps[0].is_none()));
}

// Row 2: between pods of two nodes kubenet needs a route of a user, Azure CNI only that of the virtual network.
#[test]
fn a_user_defined_route_stands_beside_the_route_of_the_virtual_network() {
    let results = ["kubenet", "azure-cni"].map(|id| {
        let simulation = scenario(id);
        let mut flow = flow(&simulation, "vm-to-pod");
        flow.from = "pod/default/p0".parse().unwrap();
        flow.to = crate::model::flow::Target::Place("pod/default/p1".parse().unwrap());
        simulation.trace(&flow)
    });
    let comparison = first(&results);
    let route = comparison.request.iter().find_map(|row| {
        let steps = [0, 1].map(|side| {
            let trace = &results[side].branches[0].connection.original;
            let (place, step) = trace.steps().nth(row.steps[side]?)?;
            (step.stage.as_str() == "azure.route").then(|| (place.kind, step.rule()))
        });
        let [Some(left), Some(right)] = steps else {
            return None;
        };
        Some((row, left, right))
    });
    let (row, left, right) = route.unwrap();
    assert_eq!((left.0, right.0), (Kind::Subnet, Kind::Subnet));
    assert_eq!(
        left.1.as_deref(),
        Some("10.244.1.0/24 via VirtualAppliance 10.1.0.5")
    );
    assert_eq!(right.1.as_deref(), Some("10.1.0.0/16 via VnetLocal"));
    assert_eq!(row.relation(), Relation::Differs);
    assert!(row.differs.contains(&Aspect::Rule));
    // Both keep the address of the pod.
    assert_eq!(
        told(&comparison, Question::Source),
        ["10.244.0.10", "10.1.0.10"]
    );
}

// An address that differed before is carried on; it is no new difference at every step.
#[test]
fn what_differed_before_is_carried_on() {
    let (_, comparison) = models("pod-to-vm");
    let sources = comparison.rows();
    let news = sources.filter(|row| row.differs.contains(&Aspect::Source));
    // The address of the pod, and that of the node in its place.
    assert_eq!(news.count(), 2);
    assert!(comparison.count(Relation::Carried) > 0);
}

const NAMES: [[&str; 3]; 2] = [["n0", "web", "db"], ["worker-7", "shop", "store"]];

/// A cluster of one node and two pods whose names are these.
fn named([node, from, to]: [&str; 3]) -> TraceResult {
    let pod = |name: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{nodeName: {node}, containers: [{{name: c, image: i, ports: [{{containerPort: 80}}]}}]}}}}\n---\n"
        )
    };
    let text = format!(
        "{{apiVersion: v1, kind: Node, metadata: {{name: {node}}}}}\n---\n{}{}{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: f}}, spec: {{from: pod/default/{from}, to: pod/default/{to}, port: 80}}}}\n",
        pod(from),
        pod(to)
    );
    let document = Document {
        files: vec![SourceFile {
            name: "all.yaml".into(),
            text: text.into(),
        }],
    };
    walk(&Simulation::new(&document), "f")
}

#[test]
fn places_of_other_names_are_matched_by_their_role() {
    let results = NAMES.map(named);
    let comparison = first(&results);
    assert_eq!(told(&comparison, Question::Verdict), ["delivered"; 2]);
    assert!(comparison.rows().all(|row| row.steps[0] == row.steps[1]));
    assert_eq!(comparison.count(Relation::OnlyLeft), 0);
    let names = comparison.rows();
    let names = names.filter(|row| row.differs.contains(&Aspect::Place));
    // Sender, node and receiver, each told once.
    assert_eq!(names.count(), 3);
}

#[test]
fn branches_with_the_same_picks_stand_beside_each_other() {
    let (results, _) = models("internet-to-web");
    let [left, right] = &results;
    let pairs = branches([left, right]);
    assert_eq!(pairs.len(), 2);
    for [one, other] in pairs {
        let [one, other] = [
            &left.branches[one.unwrap()],
            &right.branches[other.unwrap()],
        ];
        assert_eq!(one.picks[0].picked, other.picks[0].picked);
    }
    let (local, cluster) = (scenario("load-balancer-local"), scenario("load-balancer"));
    let name = local.network().flows[0].meta.name.clone();
    let [local, cluster] = [walk(&local, &name), cluster.trace(&flow(&local, &name))];
    let pairs = branches([&local, &cluster]);
    let seen = |side: usize| {
        let indices = pairs.iter().filter_map(|pair| pair[side]);
        let mut indices: Vec<usize> = indices.collect();
        indices.sort_unstable();
        indices
    };
    assert_eq!(seen(0), (0..local.branches.len()).collect::<Vec<_>>());
    assert_eq!(seen(1), (0..cluster.branches.len()).collect::<Vec<_>>());
}

/// Every walk of every request of the built-in scenarios.
static WALKS: LazyLock<Vec<Branch>> = LazyLock::new(|| {
    let simulations = scenarios::ALL.iter().map(|it| scenario(it.id));
    let walks = simulations.flat_map(|simulation| {
        let flows = simulation.network().flows.clone();
        let results = flows.iter().map(|flow| simulation.trace(flow).unrolled());
        results
            .flat_map(|result| result.branches)
            .collect::<Vec<_>>()
    });
    walks.collect()
});

fn steps(branch: &Branch) -> [usize; 2] {
    let connection = &branch.connection;
    let reply = connection.reply.as_ref();
    [
        connection.original.steps().count(),
        reply.map_or(0, |reply| reply.steps().count()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_walk_is_the_same_as_itself(index in any::<prop::sample::Index>()) {
        let branch = index.get(&WALKS[..]);
        let comparison = Comparison::of([Some(branch), Some(branch)]);
        prop_assert!(comparison.is_same());
        let diagonal = |row: &Row| row.steps[0].is_some() && row.steps[0] == row.steps[1];
        prop_assert!(comparison.rows().all(diagonal));
        prop_assert_eq!(comparison.count(Relation::Same), steps(branch).iter().sum::<usize>());
    }

    #[test]
    fn swapping_the_sides_mirrors(one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
        let [one, other] = [one, other].map(|index| index.get(&WALKS[..]));
        let comparison = Comparison::of([Some(one), Some(other)]);
        let swapped = Comparison::of([Some(other), Some(one)]);
        prop_assert_eq!(&swapped.mirrored(), &comparison);
        for (row, mirrored) in comparison.rows().zip(swapped.rows()) {
            prop_assert_eq!(row.relation().mirrored(), mirrored.relation());
        }
    }

    #[test]
    fn every_step_appears_once_and_in_order(one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
        let sides = [one, other].map(|index| index.get(&WALKS[..]));
        let comparison = Comparison::of(sides.map(Some));
        for (side, branch) in sides.into_iter().enumerate() {
            for (rows, count) in [&comparison.request, &comparison.reply].into_iter().zip(steps(branch)) {
                let indices: Vec<usize> = rows.iter().filter_map(|row| row.steps[side]).collect();
                prop_assert_eq!(indices, (0..count).collect::<Vec<_>>());
            }
        }
        prop_assert!(comparison.rows().all(|row| row.steps != [None, None]));
    }

    #[test]
    fn a_side_without_a_walk_leaves_the_other_alone(index in any::<prop::sample::Index>()) {
        let branch = index.get(&WALKS[..]);
        let comparison = Comparison::of([None, Some(branch)]);
        prop_assert_eq!(comparison.count(Relation::OnlyRight), steps(branch).iter().sum::<usize>());
        prop_assert_eq!(comparison.rows().count(), comparison.count(Relation::OnlyRight));
    }
}
