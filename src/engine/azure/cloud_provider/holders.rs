//! What load balancers and public addresses hold while Services are reconciled, found without looking at each.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::model::azure::{Frontend, LbRule, LoadBalancer, Probe, PublicIp};
use crate::model::network::Network;

/// Names and addresses that are taken. Whoever adds a frontend, a probe or a public address through it need not say so.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// The first frontend of each address, by whether it is internal: its load balancer, and its own index.
    frontends: BTreeMap<(bool, IpAddr), (usize, usize)>,
    /// Names of frontends and of probes, each with the index of its load balancer.
    frontend_names: BTreeSet<(usize, Arc<str>)>,
    probe_names: BTreeSet<(usize, Arc<str>)>,
    /// The first public IP resource of each address.
    public_ips: BTreeMap<IpAddr, usize>,
}

impl Holders {
    /// Those of a network.
    pub(super) fn of(network: &Network) -> Self {
        let mut all = Self::default();
        for (at, balancer) in network.load_balancers.iter().enumerate() {
            for (index, frontend) in balancer.frontends.iter().enumerate() {
                all.note_frontend((at, balancer.internal), (index, frontend));
            }
            let probes = balancer.probes.iter().map(|it| (at, it.name.clone()));
            all.probe_names.extend(probes);
        }
        for (index, resource) in network.public_ips.iter().enumerate() {
            all.note_public_ip(index, resource);
        }
        all
    }

    fn note_frontend(
        &mut self,
        (at, internal): (usize, bool),
        (index, frontend): (usize, &Frontend),
    ) {
        let by_address = self.frontends.entry((internal, frontend.ip));
        by_address.or_insert((at, index));
        self.frontend_names.insert((at, frontend.name.clone()));
    }

    fn note_public_ip(&mut self, index: usize, resource: &PublicIp) {
        if let Some(ip) = resource.ip {
            self.public_ips.entry(ip).or_insert(index);
        }
    }

    /// The first frontend with this address.
    pub(super) fn frontend<'n>(
        &self,
        network: &'n Network,
        internal: bool,
        ip: IpAddr,
    ) -> Option<&'n Frontend> {
        let (at, index) = self.frontends.get(&(internal, ip))?;
        network.load_balancers.get(*at)?.frontends.get(*index)
    }

    /// Whether a load balancer has a frontend of this name.
    pub(super) fn has_frontend(&self, at: usize, name: &Arc<str>) -> bool {
        self.frontend_names.contains(&(at, name.clone()))
    }

    /// The first public IP resource with this address.
    pub(super) fn public_ip<'n>(&self, network: &'n Network, ip: IpAddr) -> Option<&'n PublicIp> {
        network.public_ips.get(*self.public_ips.get(&ip)?)
    }

    /// Adds a public IP resource.
    pub(super) fn add_public_ip(&mut self, network: &mut Network, resource: PublicIp) {
        self.note_public_ip(network.public_ips.len(), &resource);
        network.public_ips.push(resource);
    }

    /// Adds what a load balancer does not have by name, and rules.
    pub(super) fn add(
        &mut self,
        (at, balancer): (usize, &mut LoadBalancer),
        frontend: Frontend,
        rules: Vec<LbRule>,
        probes: Vec<Probe>,
    ) {
        if !self.has_frontend(at, &frontend.name) {
            let index = balancer.frontends.len();
            self.note_frontend((at, balancer.internal), (index, &frontend));
            balancer.frontends.push(frontend);
        }
        balancer.rules.extend(rules);
        for probe in probes {
            // Services may share one probe.
            if self.probe_names.insert((at, probe.name.clone())) {
                balancer.probes.push(probe);
            }
        }
    }
}
