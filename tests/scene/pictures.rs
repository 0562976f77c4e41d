//! Every picture: of the built-in scenarios, of generated ones, and as a reader rearranged them.

use kubehop::edit::Command;
use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::object::{Kind, Ref};
use kubehop::scene::draw::{View, draw};
use kubehop::scene::geometry::point;
use kubehop::scene::layout::place;
use kubehop::scene::shape::ElementKind;
use kubehop::scene::svg::{Theme, standalone};
use kubehop::text::{Language, Texts};

use super::hold::{
    assert_boxes_nest, assert_keys_are_unique, assert_lanes_are_free,
    assert_names_of_cables_stand_beside, assert_steps_are_shown, assert_texts_are_apart,
};
use super::{each_placement, generate, generated};

/// No two boxes overlap unless one stands in the other; no lane crosses a title or a box that it does
/// not enter; no two texts collide in either language; everything is on the canvas; every step is shown.
fn assert_picture_holds(name: &str, document: &Document) {
    let languages = Language::ALL.iter().map(|language| Texts::new(*language));
    let languages: Vec<Texts> = languages.collect();
    each_placement(name, document, &mut |name, network, placement, branch| {
        assert_boxes_nest(name, placement);
        assert_lanes_are_free(name, placement);
        for texts in &languages {
            let scene = draw(network, placement, branch, &View::default(), texts);
            assert_texts_are_apart(name, &scene);
            assert_keys_are_unique(name, &scene);
            assert_names_of_cables_stand_beside(name, placement, &scene);
            if let Some(branch) = branch {
                assert_steps_are_shown(name, placement, &scene, branch);
            }
        }
    });
}

#[test]
fn every_built_in_picture_is_free_of_overlaps_and_shows_every_step() {
    for scenario in kubehop::scenarios::ALL {
        assert_picture_holds(scenario.id, &scenario.document());
    }
}

/// A storage account on each side of the only gap that leads from the office to the gateway.
#[test]
fn the_word_for_a_vpn_finds_room_in_a_tall_picture() {
    let mut texts: Vec<(String, String)> = Vec::new();
    for (name, text) in kubehop::scenarios::find("kubenet").unwrap().files {
        texts.push(((*name).to_owned(), (*text).to_owned()));
    }
    for number in 0..8 {
        let text = format!(
            "{{type: Microsoft.Storage/storageAccounts, name: account{number}, location: japaneast, properties: {{}}}}\n"
        );
        texts.push((format!("{number}.yaml"), text));
    }
    let document = Document::from_texts(texts).0;
    assert_picture_holds("tall", &document);
    let (mut pictures, mut missing) = (0, 0);
    each_placement("tall", &document, &mut |_, network, placement, branch| {
        let scene = draw(
            network,
            placement,
            branch,
            &View::default(),
            &Texts::new(Language::En),
        );
        let mut cables = placement.cables.iter();
        let is_there = cables.any(|it| it.key == "connection-vpn-a-onprem");
        let mut names = scene.elements.iter();
        let named = names.any(|it| it.key == "name-connection-vpn-a-onprem");
        pictures += 1;
        missing += usize::from(is_there && !named);
    });
    assert!(pictures > 5, "{pictures}");
    assert_eq!(missing, 0, "of {pictures} pictures");
}

/// Overlay nodes have a range of pods, too, but no bridge: each pod has a pair of interfaces of its own.
#[test]
fn only_nodes_of_kubenet_have_a_bridge() {
    for (id, bridges) in [
        ("kubenet", true),
        ("azure-cni", false),
        ("hub-firewall", false),
    ] {
        let document = kubehop::scenarios::find(id).unwrap().document();
        let mut shown = false;
        each_placement(id, &document, &mut |_, network, placement, branch| {
            let scene = draw(
                network,
                placement,
                branch,
                &View::default(),
                &Texts::new(Language::En),
            );
            let mut elements = scene.elements.iter();
            shown |= elements.any(|it| it.kind == ElementKind::Bus);
        });
        assert_eq!(shown, bridges, "{id}");
    }
}

#[test]
fn two_hundred_generated_pictures_are_free_of_overlaps_and_show_every_step() {
    for seed in 0..200 {
        let document = generated(seed);
        assert_picture_holds(&format!("seed {seed}"), &document);
    }
}

/// The objects that can be moved, in any picture of the document, and their positions.
fn movable(document: &Document) -> Vec<(String, (i32, i32))> {
    let mut found: Vec<(String, (i32, i32))> = Vec::new();
    each_placement("", document, &mut |_, _, placement, _| {
        let objects = placement
            .boxes
            .iter()
            .filter_map(|placed| placed.object.as_ref());
        for lift in objects.filter_map(|object| placement.lift(object)) {
            let name = lift.object.to_string();
            if found.iter().all(|(known, _)| *known != name) {
                found.push((name, lift.position(lift.from)));
            }
        }
    });
    found
}

#[test]
fn a_hundred_pictures_that_a_reader_rearranged_hold_as_well() {
    let mut moved = 0;
    for seed in 0..100 {
        let text = generate::scenario(seed);
        let read = |layout: String| {
            let texts = vec![
                ("made.yaml".into(), text.clone()),
                ("layout.yaml".into(), layout),
            ];
            Document::from_texts(texts).0
        };
        let objects = movable(&read(String::new()));
        let layout = generate::rearranged(seed, &objects);
        moved += layout.matches("{x: ").count();
        assert_picture_holds(&format!("seed {seed}, rearranged"), &read(layout));
    }
    assert!(moved > 500, "only {moved} objects were moved");
}

#[test]
fn an_object_stands_where_the_reader_put_it() {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let document = scenario.document();
    let node = Ref::new(Kind::Node, "n1");
    let at = |document: &Document| {
        let simulation = Simulation::new(document);
        place(simulation.network(), None).lift(&node).unwrap().from
    };
    let lift = place(Simulation::new(&document).network(), None)
        .lift(&node)
        .unwrap();
    let there = lift.moved(point(320, -40));
    let command = Command::Move {
        object: node.clone(),
        to: lift.position(there),
        gesture: 1,
    };
    assert_eq!(at(&command.apply(&document)), there);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let texts = Texts::new(Language::En);
    for seed in 0..20 {
        let render = || {
            let mut out = String::new();
            let document = generated(seed);
            each_placement("", &document, &mut |_, network, placement, branch| {
                let scene = draw(network, placement, branch, &View::default(), &texts);
                out += &standalone(&scene, Theme::Dark);
            });
            out
        };
        assert_eq!(render(), render(), "seed {seed}");
    }
}
