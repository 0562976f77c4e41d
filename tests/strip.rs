//! The strip of narrow screens, where the reply visits what the request did not.
//!
//! Origin: the case `firewall`; seen wrong in a picture of 390 pixels, in which the reply had numbers but no line and no
//! verdict.

use std::fs;
use std::path::Path;

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::scene::draw::Playhead;
use kubehop::scene::layout::place;
use kubehop::scene::strip;
use kubehop::text::{Language, Texts};

#[test]
fn a_reply_that_ends_at_a_firewall_has_a_lane_and_a_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "src/scenarios/shared/azure.yaml",
        "src/scenarios/shared/web.yaml",
        "src/scenarios/kubenet/cluster.yaml",
        "tests/cases/firewall/firewall.yaml",
        "tests/cases/firewall/flows.yaml",
    ];
    let texts = files.map(|name| {
        (
            name.to_owned(),
            fs::read_to_string(root.join(name)).unwrap(),
        )
    });
    let (document, _) = Document::from_texts(texts.to_vec());
    let simulation = Simulation::new(&document);
    let flows = &simulation.network().flows;
    let named = flows
        .iter()
        .find(|flow| &*flow.meta.name == "answer-of-a-public-service");
    let result = simulation.trace(named.unwrap()).unrolled();
    let texts = Texts::new(Language::En);
    for branch in &result.branches {
        let placement = place(simulation.network(), Some(branch));
        let scene = strip::draw(&placement, branch, Playhead::End, &texts, 374);
        for key in ["strip-request", "strip-reply", "strip-reply-end"] {
            let found = scene.elements.iter().any(|element| element.key == key);
            assert!(
                found,
                "no {key}: {:?}",
                scene.elements.iter().map(|it| &it.key).collect::<Vec<_>>()
            );
        }
    }
}
