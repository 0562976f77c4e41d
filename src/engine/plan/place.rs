//! Whether a virtual network has a place for a larger subnet.

use ipnet::{IpNet, Ipv4Net};

use crate::model::azure::{Subnet, Vnet};

/// Whether a prefix of so many bits lies in the address space of a virtual network and beside its subnets, other than
/// the one that is to have it.
pub(super) fn is_free(vnet: &Vnet, subnet: &Subnet, length: u8) -> bool {
    let others = vnet.subnets.iter().filter(|it| it.id() != subnet.id());
    let taken: Vec<Ipv4Net> = others
        .flat_map(|it| &it.prefixes)
        .filter_map(ipv4)
        .collect();
    let mut spaces = vnet.address_space.iter().filter_map(ipv4);
    spaces.any(|space| in_space(space, &taken, length))
}

fn ipv4(net: &IpNet) -> Option<Ipv4Net> {
    match net {
        IpNet::V4(net) => Some(net.trunc()),
        IpNet::V6(_) => None,
    }
}

/// Goes from one candidate to the first behind what is in its way.
fn in_space(space: Ipv4Net, taken: &[Ipv4Net], length: u8) -> bool {
    if length < space.prefix_len() {
        return false;
    }
    let mut next = Some(space.network());
    while let Some(first) = next.filter(|it| space.contains(it)) {
        let Ok(candidate) = Ipv4Net::new(first, length) else {
            return false;
        };
        let mut inside = taken.iter();
        let Some(other) = inside.find(|it| it.contains(&candidate) || candidate.contains(*it))
        else {
            return true;
        };
        let last = candidate.broadcast().max(other.broadcast());
        next = u32::from(last).checked_add(1).map(Into::into);
    }
    false
}
