//! The tables are the full alternative to the picture: what is drawn is in a row, and the finder looks through the rows.

use super::rows;
use crate::model::object::Ref;
use crate::scene::layout::place;
use crate::ui::inspector::tests::networks;

#[test]
fn every_object_of_the_picture_has_a_row() {
    let mut missing = Vec::new();
    let mut seen = 0;
    for (name, network) in networks() {
        let known: Vec<Ref> = rows(&network).into_iter().map(|row| row.object).collect();
        let boxes = place(&network, None).boxes;
        for object in boxes.into_iter().filter_map(|placed| placed.object) {
            seen += 1;
            if !known.contains(&object) {
                missing.push(format!("{name}: {object}"));
            }
        }
    }
    assert!(seen > 300, "only {seen} objects");
    assert_eq!(missing, [""; 0]);
}

#[test]
fn no_object_has_two_rows() {
    for (name, network) in networks() {
        let mut all: Vec<String> = rows(&network)
            .iter()
            .map(|row| row.object.to_string())
            .collect();
        let before = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), before, "{name}");
    }
}

#[test]
fn the_cluster_is_found_by_its_name() {
    for (name, network) in networks() {
        if let Some(cluster) = &network.cluster {
            let found = rows(&network)
                .into_iter()
                .any(|row| row.object == cluster.reference());
            assert!(found, "{name}");
        }
    }
}
