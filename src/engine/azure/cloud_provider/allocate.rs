//! Addresses for frontends, the same ones every time.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::services::requested;
use crate::engine::control::Found;
use crate::engine::control::address::AddressPool;
use crate::engine::control::node_addresses::other_addresses;
use crate::engine::control::public_ips::PublicAddresses;
use crate::model::azure::{Subnet, SubnetId};
use crate::model::network::Network;

/// Hands out addresses; knows which ones are taken.
pub struct Allocator<'f> {
    found: &'f Found,
    public: PublicAddresses,
    subnets: BTreeMap<SubnetId, Free>,
}

/// The free addresses of a subnet.
struct Free {
    /// What may be handed out: neither held nor asked for by any Service.
    unclaimed: AddressPool,
    /// What a Service may ask for: not held.
    claimable: AddressPool,
}

impl<'f> Allocator<'f> {
    /// Knows every address of the network as taken.
    pub fn new(network: &Network, found: &'f Found) -> Self {
        Self {
            found,
            public: PublicAddresses::of(network),
            subnets: BTreeMap::new(),
        }
    }

    /// A public address that nobody has yet.
    pub fn public(&mut self) -> Option<IpAddr> {
        self.public.take_next()
    }

    /// The lowest free address of a subnet, as Azure hands them out; `None` if it is full.
    ///
    /// Azure keeps five addresses of a subnet for itself, and a node with Azure CNI reserves one for
    /// each pod that it could run.
    pub fn internal(&mut self, network: &Network, subnet: &Subnet) -> Option<IpAddr> {
        let free = self.free(network, subnet);
        let address = free.unclaimed.take_lowest()?;
        free.claimable.take(address);
        Some(address)
    }

    /// Takes an address of a subnet that a Service asks for; whether it could be given.
    pub fn claim(&mut self, network: &Network, subnet: &Subnet, address: IpAddr) -> bool {
        self.free(network, subnet).claimable.take(address)
    }

    fn free(&mut self, network: &Network, subnet: &Subnet) -> &mut Free {
        self.subnets
            .entry(subnet.id())
            .or_insert_with(|| Free::of(network, self.found, subnet))
    }
}

impl Free {
    fn of(network: &Network, found: &Found, subnet: &Subnet) -> Self {
        let mut claimable = AddressPool::of_subnet(&subnet.prefixes);
        let written = network
            .services
            .iter()
            .flat_map(|service| service.ingress.iter().map(|ingress| ingress.ip));
        claimable.take_sorted(found.addresses(network));
        claimable.take_all(other_addresses(network).chain(written));
        let mut unclaimed = claimable.clone();
        for address in network.services.iter().filter_map(requested) {
            unclaimed.take(address);
        }
        Self {
            unclaimed,
            claimable,
        }
    }
}
