//! What assistive technology says of an object in the picture begins with what kind of thing it is.
//!
//! Origin: DESIGN 13; heard in a picture's accessibility tree, where peerings, connections and security groups had
//! their bare names.

use std::fs;
use std::path::Path;

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::object::Kind;
use kubehop::scene::draw::{View, draw};
use kubehop::scene::layout::place;
use kubehop::text::{Language, Texts};

#[test]
fn cables_and_gates_say_their_kind_before_their_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "src/scenarios/shared/azure.yaml",
        "src/scenarios/shared/web.yaml",
        "src/scenarios/kubenet/cluster.yaml",
        "src/scenarios/kubenet/flows.yaml",
    ];
    let texts = files.map(|name| {
        (
            name.to_owned(),
            fs::read_to_string(root.join(name)).unwrap(),
        )
    });
    let (document, _) = Document::from_texts(texts.to_vec());
    let simulation = Simulation::new(&document);
    let network = simulation.network();
    let result = simulation.trace(&network.flows[0]).unrolled();
    let branch = result.branches.first();
    let placement = place(network, branch);
    for language in [Language::En, Language::Ja] {
        let texts = Texts::new(language);
        let scene = draw(network, &placement, branch, &View::default(), &texts);
        let mut kinds = Vec::new();
        for element in &scene.elements {
            let Some(object) = &element.object else {
                continue;
            };
            if !matches!(
                object.kind,
                Kind::Peering | Kind::Connection | Kind::Nsg | Kind::Pod
            ) {
                continue;
            }
            let kind = texts.get(&format!("scene-kind-{}", object.kind.as_str()));
            let name = &element.name;
            assert!(name.starts_with(&kind), "{name:?} of {object}");
            kinds.push(object.kind);
        }
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), 4, "{kinds:?}");
    }
}
