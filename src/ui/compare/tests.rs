//! What the two sides are, what is asked of them, and where the pictures stand.

use yew::Reducible;

use super::*;
use crate::ui::store::State;
use crate::ui::tests::{keep_clients, state};

fn earlier(state: &State) -> Vec<Earlier> {
    let documents = state.history.earlier().take(EDITS);
    let earlier = documents.map(|(label, document)| Earlier {
        edit: label.id.into(),
        document: document.clone(),
    });
    earlier.collect()
}

fn compared(state: &State, sides: [Side; 2], request: &Request) -> Rc<Compared> {
    let earlier = earlier(state);
    let simulations = sides.map(|side| {
        let document = side.document(&earlier, &[]);
        side.simulation(&state.simulation, document.as_ref())
    });
    let switched = sides.iter().any(|side| matches!(side, Side::Model(_)));
    let home = switched.then_some(&*state.simulation);
    Rc::new(Compared::of(simulations, home, request).unwrap())
}

fn request(state: &State, name: &str) -> Request {
    let mut flows = state.simulation.network.flows.iter();
    let flow = flows.find(|flow| &*flow.meta.name == name);
    Request::of(flow.unwrap())
}

fn sources(both: &Both) -> [Option<String>; 2] {
    both.comparison
        .outcomes
        .each_ref()
        .map(|it| it.as_ref()?.source.clone())
}

#[test]
fn every_side_is_found_by_its_value() {
    let scenarios = scenarios::ALL.iter().map(|it| Side::Scenario(it.id));
    let models = switch::ALL.into_iter().map(Side::Model);
    for side in [Side::Now, Side::Before(0), Side::Before(7), Side::Linked(1)]
        .into_iter()
        .chain(models)
        .chain(scenarios)
    {
        assert_eq!(Side::of_value(&side.value()), Some(side));
    }
    for bad in [
        "",
        "before-",
        "before-x",
        "linked-",
        "linked--1",
        "scenario-",
        "scenario-nobody",
        "model-x",
    ] {
        assert_eq!(Side::of_value(bad), None);
    }
}

#[test]
fn a_scenario_is_compared_with_its_counterpart_and_an_edit_with_what_was_before() {
    assert_eq!(
        Side::at_first(0, "kubenet", None),
        [Side::Now, Side::Scenario("azure-cni")]
    );
    assert_eq!(Side::at_first(0, "", None), [Side::Now, Side::Now]);
    assert_eq!(
        Side::at_first(2, "kubenet", None),
        [Side::Before(0), Side::Now]
    );
    let [kubenet, ..] = switch::ALL;
    assert_eq!(
        Side::at_first(0, "", Some(kubenet)),
        [Side::Now, Side::Model(kubenet)]
    );
    assert_eq!(Side::Before(0).within(0, 1), Side::Now);
    assert_eq!(Side::Linked(0).within(1, 0), Side::Now);
    assert_eq!(Side::Before(1).within(2, 0), Side::Before(1));
}

// /work/shared/facts/azure.md, section 3, row 3.
#[test]
fn a_saved_request_is_asked_in_both_network_models() {
    let state = state("kubenet");
    let sides = [Side::Now, Side::Scenario("azure-cni")];
    let compared = compared(&state, sides, &request(&state, "pod-to-vm"));
    let both = compared.both(0);
    assert_eq!(
        sources(&both),
        [Some("10.1.0.4".to_owned()), Some("10.1.0.10".to_owned())]
    );
    // Both pictures stand at the same moment: where the row has a step, at its number.
    for (index, (row, reply)) in both.rows().enumerate() {
        for side in 0..2 {
            if let Some(number) = both.number(side, row, reply) {
                assert_eq!(
                    both.playhead(side, index),
                    crate::scene::draw::Playhead::At(number)
                );
            }
        }
    }
}

#[test]
fn an_edit_is_compared_with_what_was_before_it_and_the_other_branches_stand_alone() {
    let before = state("kubenet");
    let after = before.clone().reduce(keep_clients());
    assert_ne!(after.document(), before.document());
    let request = request(&after, "internet-to-web");
    let compared = compared(&after, [Side::Before(0), Side::Now], &request);
    assert_eq!(compared.pairs.len(), 2);
    let both: Vec<Both> = (0..2).map(|pair| compared.both(pair)).collect();
    let alone = both.iter().find(|both| both.walks[1].is_none()).unwrap();
    assert!(
        alone
            .rows()
            .all(|(row, _)| row.relation() == Relation::OnlyLeft)
    );
    let paired = both.iter().find(|both| both.walks[1].is_some()).unwrap();
    // With Local the client is seen: 198.51.100.7 is the host of the scenario.
    let client = after.simulation.network.hosts.iter();
    let mut client = client.filter(|host| &*host.meta.name == "client");
    let seen = sources(paired);
    assert_eq!(
        seen[1],
        client.next().and_then(|host| Some(host.ip?.to_string()))
    );
    assert_ne!(seen[0], seen[1]);
    // Taken back, there is nothing before it.
    let undone = after.reduce(Action::Undo);
    assert_eq!(earlier(&undone), Vec::new());
}

#[test]
fn the_first_row_is_the_first_that_differs() {
    let state = state("kubenet");
    let same = compared(
        &state,
        [Side::Now, Side::Now],
        &request(&state, "pod-to-vm"),
    );
    let both = same.both(0);
    assert!(both.comparison.is_same());
    assert_eq!(both.first(), 0);
    let sides = [Side::Now, Side::Scenario("azure-cni")];
    let other = compared(&state, sides, &request(&state, "vm-to-pod"));
    let both = other.both(0);
    let (row, _) = both.rows().nth(both.first()).unwrap();
    assert!(model::is_news(row));
}

// O-01: pods have other addresses in an overlay, so an address of a pod is asked by the pod.
#[test]
fn an_address_that_the_other_model_changes_is_asked_by_its_pod() {
    let state = state("azure-cni");
    let overlay = switch::ALL
        .into_iter()
        .find(|it| it.word() == "overlay")
        .unwrap();
    let pod = state.simulation.network.pod("default", "p1").unwrap();
    let (name, old) = (pod.reference(), pod.ip().unwrap());
    let request = Request {
        from: "pod/default/p0".to_owned(),
        to: old.to_string(),
        port: "8080".to_owned(),
        ..Request::default()
    };
    let compared = compared(&state, [Side::Now, Side::Model(overlay)], &request);
    let moved = compared.moved[1].as_ref().unwrap();
    let there = compared.simulations[1].network.pod("default", "p1");
    assert_eq!((moved.from, &moved.object), (old, &name));
    assert_eq!(Some(moved.to), there.unwrap().ip());
    assert_ne!(moved.to, old);
    assert_eq!(compared.moved[0], None);
    let both = compared.both(0);
    let receivers = both.comparison.outcomes.each_ref();
    for outcome in receivers {
        assert_eq!(outcome.as_ref().unwrap().receiver, Ok(name.clone()));
    }
}
