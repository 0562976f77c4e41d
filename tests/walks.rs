//! Properties of every walk: between any two places of every built-in scenario, on several ports.

use kubehop::engine::simulation::Simulation;
use kubehop::engine::stage::Stage;
use kubehop::engine::trace::{Branch, Connection, Step, Trace, Verdict};
use kubehop::model::flow::{Flow, Target};
use kubehop::model::kube::Meta;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::packet::Protocol;
use kubehop::scenarios;

/// Every place of a scenario that can send or be called.
fn places(simulation: &Simulation) -> Vec<Ref> {
    let network = simulation.network();
    let mut places: Vec<Ref> = network
        .pods
        .iter()
        .map(kubehop::model::kube::Pod::reference)
        .collect();
    places.extend(
        network
            .nodes
            .iter()
            .map(kubehop::model::kube::Node::reference),
    );
    places.extend(
        network
            .hosts
            .iter()
            .map(kubehop::model::ours::Host::reference),
    );
    places.extend(
        network
            .services
            .iter()
            .map(kubehop::model::kube::Service::reference),
    );
    places.push(Ref::bare(Kind::Internet));
    places.push(Ref::bare(Kind::AzureDns));
    places
}

fn flows(simulation: &Simulation) -> Vec<Flow> {
    let places = places(simulation);
    let calls = [
        (Protocol::Tcp, None),
        (Protocol::Tcp, Some(80)),
        (Protocol::Udp, Some(53)),
        (Protocol::Icmp, None),
        (Protocol::Tcp, Some(31380)),
    ];
    let mut flows = Vec::new();
    for from in &places {
        for to in &places {
            for (protocol, port) in calls {
                flows.push(Flow {
                    meta: Meta::default(),
                    from: from.clone(),
                    to: Target::Place(to.clone()),
                    protocol,
                    port,
                    expect: None,
                });
            }
        }
    }
    flows
}

/// The scenario that routes a reply another way than its request, the Service that it is about, and what is then said.
const LOST: (&str, &str, &str) = (
    "hub-firewall",
    "service/default/shop-public",
    "the reply ends NoConnection",
);

/// What is wrong with one branch, if anything.
fn broken(branch: &Branch) -> Option<String> {
    let Connection {
        original,
        reply,
        received,
    } = &branch.connection;
    let delivered = original.disposition.verdict() == Verdict::Delivered;
    if received.is_some() != delivered || reply.is_some() != delivered {
        return Some("a reply exists exactly if the request was delivered".to_owned());
    }
    broken_trace(original)
        .or_else(|| reply.as_ref().and_then(broken_trace))
        .or_else(|| {
            let reply = reply.as_ref()?;
            // Replies take the way of their requests, but for what `LOST` names.
            let answered = reply.disposition.verdict() == Verdict::Delivered;
            (!answered || !answers(original, reply))
                .then(|| format!("the reply ends {}", reply.disposition.as_str()))
        })
}

fn broken_trace(trace: &Trace) -> Option<String> {
    if trace.hops.is_empty() || trace.hops.iter().any(|hop| hop.steps.is_empty()) {
        return Some("a trace has hops, and a hop has steps".to_owned());
    }
    let steps: Vec<&Step> = trace
        .steps()
        .map(|(_, step)| step)
        .filter(|step| !is_dns(step.stage))
        .collect();
    steps.windows(2).find_map(|pair| {
        let (left, right) = (&pair[0].after, &pair[1].before);
        let same = (
            left.source,
            left.source_port,
            left.destination,
            left.destination_port,
        ) == (
            right.source,
            right.source_port,
            right.destination,
            right.destination_port,
        );
        (!same).then(|| {
            format!(
                "headers jump from {left} to {right} before {}",
                pair[1].stage.as_str()
            )
        })
    })
}

fn is_dns(stage: Stage) -> bool {
    stage.as_str().starts_with("dns.")
}

/// The sender gets an answer from the address and port that it called, at the port that it called from.
fn answers(original: &Trace, reply: &Trace) -> bool {
    let first = original
        .steps()
        .map(|(_, step)| step)
        .find(|step| !is_dns(step.stage));
    let last = reply.last_step().map(|(_, step)| step);
    let (Some(first), Some(last)) = (first, last) else {
        return false;
    };
    (first.before.source, first.before.source_port)
        == (last.after.destination, last.after.destination_port)
        && (first.before.destination, first.before.destination_port)
            == (last.after.source, last.after.source_port)
}

#[test]
fn every_walk_between_any_two_places_is_sound() {
    let (mut walked, mut lost) = (0, 0);
    let mut failed = Vec::new();
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        for flow in flows(&simulation) {
            let result = simulation.trace(&flow);
            walked += 1;
            let total: f64 = result
                .branches
                .iter()
                .map(|branch| branch.probability)
                .sum();
            let mut problem = result.branches.iter().find_map(broken);
            if (total + result.unexplored - 1.0).abs() > 1e-9 {
                problem = Some(format!("the probabilities add up to {total}"));
            }
            let found = problem.as_deref().unwrap_or_default();
            if (scenario.id, flow.to.to_string().as_str(), found) == LOST {
                lost += 1;
                continue;
            }
            if let Some(problem) = problem {
                failed.push(format!(
                    "{} {} -> {} {} {:?}: {problem}",
                    scenario.id, flow.from, flow.to, flow.protocol, flow.port
                ));
            }
        }
    }
    assert!(walked > 1000, "only {walked} walks");
    // From the internet, and from the machine behind the NAT gateway.
    assert_eq!(lost, 8);
    failed.truncate(20);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_same_question_has_the_same_answer() {
    for scenario in scenarios::ALL {
        let (first, second) = (
            Simulation::new(&scenario.document()),
            Simulation::new(&scenario.document()),
        );
        for flow in &first.network().flows {
            assert_eq!(
                first.trace(flow),
                second.trace(flow),
                "{} {}",
                scenario.id,
                flow.meta.name
            );
            assert_eq!(
                first.trace(flow),
                first.trace(flow),
                "{} {}",
                scenario.id,
                flow.meta.name
            );
        }
    }
}
