//! What the columns leave free.

use crate::engine::simulation::Simulation;
use crate::scenarios;
use crate::scene::layout::place;

#[test]
fn a_request_that_no_card_takes_runs_straight_past_them_into_the_network() {
    let document = scenarios::find("app-gateway").unwrap().document();
    let simulation = Simulation::new(&document);
    let network = simulation.network();
    let result = simulation.trace(&network.flows[0]).unrolled();
    let placement = place(network, Some(&result.branches[0]));
    let gateway = "appgateway/gateway".parse().unwrap();
    let gateway = placement.boxes[placement.find(&gateway).unwrap()].rect;
    let request = placement.lanes.iter().find(|lane| !lane.reply).unwrap();
    let heights = request.path.iter().map(|vertex| vertex.at);
    let outside: Vec<i32> = heights
        .take_while(|at| at.x < gateway.x)
        .map(|at| at.y)
        .collect();
    assert!(!outside.is_empty());
    let first = outside[0];
    assert!(outside.iter().all(|y| *y == first), "{outside:?}");
}
