//! Service tags as far as they are known without Azure's published lists.

use std::net::IpAddr;

use ipnet::IpNet;

use super::routes::user_prefixes;
use super::service_tags::ServiceTags;
use super::topology::{self, METADATA, PLATFORM, contains};
use crate::model::azure::{ASG, Subnet};
use crate::model::network::Network;

/// What the tags `VirtualNetwork` and `Internet` mean for one subnet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tags {
    /// Ranges of the virtual network, of peers whose access is allowed, and of connected
    /// on-premises networks.
    pub space: Vec<IpNet>,
    /// Prefixes of the user-defined routes of the subnet.
    pub routed: Vec<IpNet>,
    /// The pod range of kubenet or of an overlay, in a subnet of its nodes. Of kubenet a node whose own route is
    /// missing can still send for its pods (K-04), so the range counts as a whole; an overlay has no routes, and
    /// AKS asks only for rules that deny by hand to be mended, so the default rules let it pass.
    pub pods: Option<IpNet>,
    /// Whose the public addresses of the scenario are.
    pub services: ServiceTags,
}

/// Whether an address is in a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    In,
    /// It is not.
    Out,
    /// The tag's addresses are not known here.
    Unknown,
}

impl Tags {
    /// The tags as they are for the interfaces of a subnet.
    pub fn of(network: &Network, subnet: &Subnet) -> Self {
        let mut space = Vec::new();
        if let Some(vnet) = network.vnet(&subnet.meta.namespace) {
            space.extend(vnet.address_space.iter().copied());
            for peer in topology::peers(network, vnet) {
                if peer.local.allow_virtual_network_access {
                    space.extend(peer.vnet.address_space.iter().copied());
                }
            }
            let links = topology::links_for(network, vnet);
            space.extend(links.flat_map(|(_, link)| link.local.prefixes.iter().copied()));
        }
        Self {
            space,
            routed: user_prefixes(network, subnet),
            pods: pod_range(network, subnet),
            services: ServiceTags::of(network),
        }
    }

    /// The prefix through which an address is in `VirtualNetwork`.
    pub fn virtual_network(&self, address: IpAddr) -> Option<IpNet> {
        self.everything().find(|prefix| prefix.contains(&address))
    }

    /// The prefixes of `VirtualNetwork`.
    fn everything(&self) -> impl Iterator<Item = IpNet> {
        let known = self.space.iter().chain(&self.routed).copied();
        known.chain(self.pods).chain([IpNet::from(PLATFORM)])
    }

    /// The prefixes that a tag stands for; `None` where they are not known.
    pub fn expand(&self, tag: &str) -> Option<Vec<IpNet>> {
        match canonical(tag)? {
            Known::VirtualNetwork => Some(self.everything().collect()),
            Known::LoadBalancer | Known::PlatformDns => Some(vec![IpNet::from(PLATFORM)]),
            Known::PlatformMetadata => Some(vec![IpNet::from(METADATA)]),
            Known::Internet => None,
        }
    }

    /// Whether `address` is in `tag`.
    ///
    /// Tags of Azure services list public addresses only, so a private address is never in one, and of the public
    /// ones those are known that the scenario has;
    /// application security groups hold network interfaces, so a public address is never in one.
    pub fn membership(&self, tag: &str, address: IpAddr) -> Membership {
        let known = |is_in| {
            if is_in {
                Membership::In
            } else {
                Membership::Out
            }
        };
        match canonical(tag) {
            Some(Known::VirtualNetwork) => known(self.virtual_network(address).is_some()),
            Some(Known::LoadBalancer | Known::PlatformDns) => known(address == PLATFORM),
            Some(Known::PlatformMetadata) => known(address == METADATA),
            Some(Known::Internet) => known(is_public(address) && !contains(&self.space, address)),
            None => {
                let public = is_public(address) && !contains(&self.space, address);
                match (public, tag.starts_with(ASG)) {
                    (true, false) => self.services.membership(tag, address),
                    (false, true) => Membership::Unknown,
                    _ => Membership::Out,
                }
            }
        }
    }
}

fn pod_range(network: &Network, subnet: &Subnet) -> Option<IpNet> {
    let cluster = network.cluster.as_ref()?;
    let of_nodes = topology::pool_subnets(network)
        .iter()
        .any(|pool| pool.id() == subnet.id());
    cluster
        .pod_cidr
        .filter(|_| of_nodes && cluster.plugin.has_pod_range())
}

enum Known {
    VirtualNetwork,
    LoadBalancer,
    Internet,
    PlatformDns,
    PlatformMetadata,
}

fn canonical(tag: &str) -> Option<Known> {
    let known = [
        ("VirtualNetwork", Known::VirtualNetwork),
        ("AzureLoadBalancer", Known::LoadBalancer),
        ("Internet", Known::Internet),
        ("AzurePlatformDNS", Known::PlatformDns),
        ("AzurePlatformIMDS", Known::PlatformMetadata),
    ];
    known
        .into_iter()
        .find(|(name, _)| topology::same(name, tag))
        .map(|(_, known)| known)
}

/// Whether a tag names the platform itself, which is exempt from all other rules.
pub fn is_platform_tag(tag: &str) -> bool {
    matches!(
        canonical(tag),
        Some(Known::PlatformDns | Known::PlatformMetadata)
    ) || topology::same(tag, "AzurePlatformLKM")
}

/// Whether the tag's addresses are known here.
pub fn is_known(tag: &str) -> bool {
    canonical(tag).is_some()
}

/// Whether the public internet routes an address.
///
/// The documentation ranges count, because scenarios use them for hosts of the internet;
/// the platform's own addresses do not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(first == 0
                || first >= 224
                || shared
                || v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || topology::is_platform(address))
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            (first & 0xe000) == 0x2000
        }
    }
}
