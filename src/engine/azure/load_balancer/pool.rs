//! The members of a backend pool that answer, found out once for all packets of a rule.

use std::net::IpAddr;
use std::sync::Arc;

use super::MemberHealth;
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::finding::Finding;
use crate::engine::azure::probes::Health;
use crate::model::many::Many;
use crate::model::object::{Kind, Ref};

/// Members that may be picked, all equally likely, in the order of the pool.
#[derive(Debug, PartialEq)]
pub struct Pool {
    /// Node name and primary address.
    pub members: Vec<(Arc<str>, IpAddr)>,
    /// Their names.
    pub names: Many<Arc<str>>,
    /// Their nodes as objects, printed.
    pub places: Many<Arc<str>>,
    /// Weights by which only the first of each kind is picked: nodes whose interfaces and subnets are alike.
    pub one_of_each_kind: Vec<f64>,
}

impl Pool {
    /// The members of these names that have an interface.
    pub(super) fn of<'n>(
        addresses: &Addresses,
        names: impl Iterator<Item = &'n Arc<str>>,
    ) -> Arc<Self> {
        let mut kinds = Vec::new();
        let mut pool = Self {
            members: Vec::new(),
            names: Many::default(),
            places: Many::default(),
            one_of_each_kind: Vec::new(),
        };
        for name in names {
            let node = Ref::new(Kind::Node, name.clone());
            let Some(nic) = addresses.nic(&node) else {
                continue;
            };
            let kind = (&nic.subnet, &nic.nsg, nic.ip_forwarding);
            let known = kinds.contains(&kind);
            if !known {
                kinds.push(kind);
            }
            pool.members.push((name.clone(), nic.primary));
            pool.names.push(name.clone());
            pool.places.push(Arc::from(node.to_string()));
            pool.one_of_each_kind.push(if known { 0.0 } else { 1.0 });
        }
        Arc::new(pool)
    }
}

/// What a probe has found of a pool. Nobody's packet changes that.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// The step of the probe; absent for rules without one.
    pub(super) probe: Option<Finding>,
    /// The members that answer, or what keeps that from being told.
    pub(super) pool: Result<Arc<Pool>, Arc<str>>,
}

impl Standing {
    pub(super) fn of(
        addresses: &Addresses,
        probe: Option<Finding>,
        checked: &[MemberHealth],
    ) -> Self {
        let unknown = checked.iter().find_map(|(_, health)| match health {
            Health::NotModelled(what) => Some(what.clone()),
            _ => None,
        });
        let healthy = checked
            .iter()
            .filter(|(_, health)| *health == Health::Healthy);
        let pool = match unknown {
            Some(what) => Err(what),
            None => Ok(Pool::of(addresses, healthy.map(|(node, _)| node))),
        };
        Self { probe, pool }
    }
}
