//! An answer that goes another way than its request: the most asked question about AKS behind a firewall
//! (azure-docs 74834, 87987; AKS 3700, 5149).

use std::fs;
use std::path::Path;

use super::*;

/// The case `firewall`, with one flow.
fn behind_firewall(flow: &str) -> (Document, Flow) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "src/scenarios/shared/azure.yaml",
        "src/scenarios/shared/web.yaml",
        "src/scenarios/kubenet/cluster.yaml",
        "tests/cases/firewall/firewall.yaml",
        "tests/cases/firewall/flows.yaml",
    ];
    let texts = files.map(|name| {
        let text = fs::read_to_string(root.join(name)).unwrap();
        (name.rsplit('/').next().unwrap().to_owned(), text)
    });
    let document = Document::from_texts(texts.to_vec()).0;
    let simulation = Simulation::new(&document);
    let mut flows = simulation.network().flows.iter();
    let flow = flows.find(|it| &*it.meta.name == flow).unwrap().clone();
    (document, flow)
}

#[test]
fn a_route_past_the_firewall_brings_the_answer_back() {
    let (document, flow) = behind_firewall("answer-of-a-public-service");
    let found = find(&document, &flow);
    let [blocker] = found.list.as_slice() else {
        panic!("{:#?}", found.list);
    };
    assert_eq!(
        (blocker.way, blocker.place.to_string()),
        (Way::Reply, "firewall/fw".to_owned())
    );
    let Remedy::Change(change) = &blocker.remedy else {
        panic!("{:?}", blocker.remedy);
    };
    assert_eq!(
        Texts::new(Language::En).why(&change.what),
        "Add a route for 203.0.113.9/32 by Internet to nodes."
    );
    sound(&document, &flow, &found);
    let after = Simulation::new(&with_all(&document, &found));
    for branch in after.trace(&flow).branches {
        let reply = branch.connection.reply.expect("an answer");
        assert_eq!(
            reply.disposition,
            crate::engine::trace::Disposition::Delivered
        );
    }
}

/// The hub's peering lies on the way that is to be given up.
#[test]
fn a_route_past_a_firewall_in_a_peered_hub_brings_the_answer_back() {
    let document = crate::scenarios::find("hub-firewall").unwrap().document();
    let simulation = Simulation::new(&document);
    let mut flows = simulation.network().flows.iter();
    let flow = flows.find(|it| &*it.meta.name == "internet-to-public-address");
    let flow = flow.unwrap().clone();
    let found = find(&document, &flow);
    let [blocker] = found.list.as_slice() else {
        panic!("{:#?}", found.list);
    };
    let Remedy::Change(change) = &blocker.remedy else {
        panic!("{:?}", blocker.remedy);
    };
    assert_eq!(
        Texts::new(Language::En).why(&change.what),
        "Add a route for 203.0.113.9/32 by Internet to nodes."
    );
    sound(&document, &flow, &found);
}
