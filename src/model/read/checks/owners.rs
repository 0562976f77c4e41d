//! Owners of workloads that own each other.

use std::collections::BTreeMap;

use super::problem;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::Ref;

/// Reports every cycle of `ownerReferences` once, and takes the owner from one of its
/// members, so that whoever follows owners comes to an end.
pub(super) fn check(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    let owners: BTreeMap<Ref, Ref> = network
        .workloads
        .iter()
        .filter_map(|workload| Some((workload.reference(), workload.owner.clone()?)))
        .collect();
    // 1 while on the way that is being followed, 2 once its end is known.
    let mut seen: BTreeMap<&Ref, u8> = BTreeMap::new();
    let mut cut = Vec::new();
    for start in owners.keys() {
        let mut way = Vec::new();
        let mut at = Some(start);
        while let Some(object) = at {
            match seen.get(object) {
                Some(1) => {
                    cut.push(object.clone());
                    break;
                }
                Some(_) => break,
                None => {
                    seen.insert(object, 1);
                    way.push(object);
                    at = owners
                        .get(object)
                        .and_then(|owner| owners.get_key_value(owner))
                        .map(|(owner, _)| owner);
                }
            }
        }
        for object in way {
            seen.insert(object, 2);
        }
    }
    for object in cut {
        let message = format!(
            "`{object}` owns itself through its `ownerReferences`; it is taken as owned by nobody"
        );
        let at = (object.clone(), "metadata.ownerReferences".to_owned());
        problems.push(
            problem(Severity::Error, "owner-cycle", at, message)
                .found("a cycle", "owners that end somewhere"),
        );
        let mut workloads = network.workloads.iter_mut();
        if let Some(workload) = workloads.find(|workload| workload.reference() == object) {
            workload.owner = None;
        }
    }
}
