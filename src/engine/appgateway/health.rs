//! Who of a pool answers the gateway's probe: worked out once for each pool and settings, when a request needs it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::engine::trace::Connection;
use crate::model::network::Network;

/// What became of the probe of one member.
#[derive(Clone, Debug)]
pub enum Health {
    /// It answered as it should, or what it answers is not modelled.
    Healthy,
    /// The probe is what its own readiness probe asks, and it is not ready.
    NotReady,
    /// The probe did not come there, or its answer did not come back.
    Lost(Box<Connection>),
    /// It answered with a status that does not count.
    Status(u16),
    /// It would answer, but no probe has asked since it does.
    NotYetAsked,
}

impl Health {
    /// Whether requests may go there.
    pub const fn is_healthy(&self) -> bool {
        matches!(self, Health::Healthy)
    }
}

/// Gateway, pool and settings.
pub type Key = (Arc<str>, Arc<str>, Arc<str>);

/// What a gateway holds of the members of its pools, by their names, as far as a clock has it remember anything.
pub type Beliefs = BTreeMap<Key, BTreeMap<Arc<str>, bool>>;

/// The health of every pool's members, in their order, as far as it is known.
#[derive(Debug, Default)]
pub struct Cells(BTreeMap<Key, OnceLock<Arc<[Health]>>>);

impl Cells {
    /// One for each pool that some rule leads to with some settings.
    pub fn of(network: &Network) -> Self {
        let mut cells = BTreeMap::new();
        for gateway in &network.app_gateways {
            for (target, _) in gateway.config.targets() {
                let config = &gateway.config;
                let pool = target.pool.as_deref().and_then(|it| config.pool(it));
                let settings = target.settings.as_deref().and_then(|it| config.setting(it));
                if let Some((pool, settings)) = pool.zip(settings) {
                    let name = gateway.meta.name.clone();
                    cells.insert(
                        (name, pool.name.clone(), settings.name.clone()),
                        OnceLock::new(),
                    );
                }
            }
        }
        Self(cells)
    }

    /// What is known, or what `probe` finds out. A probe that leads back here asks again and is not kept.
    pub fn get(
        &self,
        gateway: &Arc<str>,
        pool: &Arc<str>,
        settings: &Arc<str>,
        probe: impl FnOnce() -> Arc<[Health]>,
    ) -> Arc<[Health]> {
        let cell = self
            .0
            .get(&(gateway.clone(), pool.clone(), settings.clone()));
        let Some(cell) = cell else { return probe() };
        if let Some(known) = cell.get() {
            return known.clone();
        }
        let found = probe();
        let _already_set = cell.set(found.clone());
        found
    }
}
