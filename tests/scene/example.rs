//! The picture of the running example, element by element.

use expect_test::expect;
use kubehop::engine::simulation::Simulation;
use kubehop::scene::draw::{Level, Playhead, View, draw};
use kubehop::scene::layout::{Placement, place};
use kubehop::scene::shape::{Scene, Shape};
use kubehop::text::{Language, Texts};

use super::outline;

/// The running example: the request from the internet, answered by the other node.
fn fixture(playhead: Playhead) -> (Scene, Placement) {
    fixture_moving(playhead, false)
}

fn fixture_moving(playhead: Playhead, moving: bool) -> (Scene, Placement) {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let simulation = Simulation::new(&scenario.document());
    let network = simulation.network();
    let flow = network
        .flows
        .iter()
        .find(|flow| &*flow.meta.name == "internet-to-web")
        .unwrap();
    let result = simulation.trace(flow);
    let branch = &result.branches[0];
    let placement = place(network, Some(branch));
    let view = View {
        playhead,
        moving,
        ..View::default()
    };
    (
        draw(
            network,
            &placement,
            Some(branch),
            &view,
            &Texts::new(Language::En),
        ),
        placement,
    )
}

#[test]
fn the_running_example_has_ten_steps_and_its_packet_at_the_playhead() {
    let (scene, placement) = fixture(Playhead::At(5));
    assert_eq!(placement.numbering.len(), 10);
    let kinds = [
        "ReplyLane",
        "RequestLane",
        "Gate",
        "Station",
        "Note",
        "Badge",
        "Verdict",
        "Packet",
    ];
    let mut walk = String::new();
    for line in outline(&scene).lines() {
        if kinds.iter().any(|kind| line.starts_with(kind)) {
            walk += line;
            walk += "\n";
        }
    }
    expect![[r#"
        ReplyLane lane-reply-ahead
        RequestLane lane-request-ahead
        RequestLane lane-request-done
        Gate gate-3
        Gate gate-7
        Station station-4 PREROUTING
        Station station-5 POSTROUTING
        Station station-10 conntrack
        Station station-8 10.244.1.0/24 dev cbr0
        Station station-9 conntrack
        Note caption-loadbalancer/kubernetes made from web
        Note badge-subnet/vnet-a/nodes-routetable/aks-agentpool-routetable Routes 2 of 400
        Note note-4 dst → 10.244.1.10:8080
        Note note-5 src → 10.1.0.4:50000
        Note note-10 src → 20.50.60.70:80 | dst → 203.0.113.9:50000
        Note note-9 no NAT on n1
        Note note-6 10.244.1.0/24 → 10.1.0.5
        Note eth0-node/n0 eth0
        Note eth0-node/n1 eth0
        Note name-peering-vnet-a-a-to-b peering
        Note name-connection-vpn-a-onprem VPN
        Badge badge-1 1
        Badge badge-2 2
        Badge badge-3 3
        Badge badge-4 4
        Badge badge-5 5
        Badge badge-6 6
        Badge badge-7 7
        Badge badge-8 8
        Badge badge-9 9
        Badge badge-10 10
        Verdict verdict-request
        Verdict verdict-reply
        Packet packet 10.1.0.4:50000 | →  10.244.1.10:8080
    "#]]
    .assert_eq(&walk);
}

#[test]
fn a_moving_packet_has_a_leg_from_the_step_before_to_its_own() {
    let leg = |playhead, moving| {
        let (scene, placement) = fixture_moving(playhead, moving);
        let find = |key: &str| {
            let element = scene.elements.iter().find(|element| element.key == key)?;
            match &element.shapes[0] {
                Shape::Path { path, .. } => Some(path.to_string()),
                _ => None,
            }
        };
        let mark = |number: usize| {
            let lanes = placement.lanes.iter().flat_map(|lane| &lane.path);
            lanes
                .filter(|vertex| vertex.mark == Some(number - 1))
                .map(|vertex| vertex.at)
                .next()
        };
        (find("leg-5"), find("dot-5"), mark(4), mark(5))
    };
    let (ink, packet, from, to) = leg(Playhead::At(5), true);
    let (from, to) = (from.unwrap(), to.unwrap());
    let ink = ink.unwrap();
    assert!(
        ink.starts_with(&format!("M{} {}L", from.x, from.y)),
        "{ink}"
    );
    assert!(ink.ends_with(&format!("L{} {}", to.x, to.y)), "{ink}");
    assert_eq!(packet, Some(ink));
    assert_eq!(leg(Playhead::At(5), false).0, None);
    assert_eq!(leg(Playhead::End, true).0, None);
}

#[test]
fn a_level_is_kept_a_tenth_beyond_its_limits() {
    assert_eq!(Level::of_width(19, None), Level::Dots);
    assert_eq!(Level::of_width(20, None), Level::Tiles);
    assert_eq!(Level::of_width(20, Some(Level::Dots)), Level::Dots);
    assert_eq!(Level::of_width(22, Some(Level::Dots)), Level::Tiles);
    assert_eq!(Level::of_width(19, Some(Level::Tiles)), Level::Tiles);
    assert_eq!(Level::of_width(17, Some(Level::Tiles)), Level::Dots);
    assert_eq!(Level::of_width(300, None), Level::Full);
}
