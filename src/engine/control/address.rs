//! Free addresses of a prefix, kept as ranges.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

/// The IPv4 addresses among these in order, each once.
pub fn sorted(addresses: impl Iterator<Item = IpAddr>) -> Vec<u32> {
    let numbers = addresses.filter_map(|address| match address {
        IpAddr::V4(v4) => Some(u32::from(v4)),
        IpAddr::V6(_) => None,
    });
    let mut all: Vec<u32> = numbers.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The free IPv4 addresses of one or more prefixes; the lowest is handed out first.
#[derive(Clone, Debug, Default)]
pub struct AddressPool {
    /// Disjoint free ranges: first to last address.
    free: BTreeMap<u32, u32>,
}

impl AddressPool {
    /// The addresses of `net` but the first `front` and the last `back`.
    pub fn new(net: Ipv4Net, front: u32, back: u32) -> Self {
        let mut pool = Self::default();
        pool.add(net, front, back);
        pool
    }

    /// The usable addresses of a subnet of Azure, which takes the first four (network, gateway, two for DNS)
    /// and the last of each prefix. Prefixes of IPv6 are left out.
    pub fn of_subnet(prefixes: &[IpNet]) -> Self {
        let mut pool = Self::default();
        for prefix in prefixes {
            if let IpNet::V4(net) = prefix {
                pool.add(*net, 4, 1);
            }
        }
        pool
    }

    /// Just these addresses; those of IPv6 are left out.
    pub fn of_addresses(addresses: &[IpAddr]) -> Self {
        let mut pool = Self::default();
        for address in addresses {
            if let IpAddr::V4(v4) = address {
                pool.free.insert(u32::from(*v4), u32::from(*v4));
            }
        }
        pool
    }

    /// Adds the addresses of `net` but the first `front` and the last `back`, if they overlap nothing yet.
    fn add(&mut self, net: Ipv4Net, front: u32, back: u32) {
        let first = u64::from(u32::from(net.network())) + u64::from(front);
        let last = u64::from(u32::from(net.broadcast()));
        let Some(last) = last.checked_sub(u64::from(back)) else {
            return;
        };
        let (Ok(first), Ok(last)) = (u32::try_from(first), u32::try_from(last)) else {
            return;
        };
        let before = self.free.range(..=last).next_back();
        let overlaps = before.is_some_and(|(_, &end)| end >= first);
        if first <= last && !overlaps {
            self.free.insert(first, last);
        }
    }

    /// Takes this address; false if it is not free.
    pub fn take(&mut self, address: IpAddr) -> bool {
        let IpAddr::V4(v4) = address else {
            return false;
        };
        let address = u32::from(v4);
        let Some((&start, &end)) = self.free.range(..=address).next_back() else {
            return false;
        };
        if end < address {
            return false;
        }
        self.free.remove(&start);
        if start < address {
            self.free.insert(start, address - 1);
        }
        if address < end {
            self.free.insert(address + 1, end);
        }
        true
    }

    /// Takes those of these addresses that are free.
    pub fn take_all(&mut self, addresses: impl Iterator<Item = IpAddr>) {
        self.take_sorted(&sorted(addresses));
    }

    /// Takes those of these addresses, which are in order, that are free.
    pub fn take_sorted(&mut self, taken: &[u32]) {
        let mut left = BTreeMap::new();
        for (&start, &end) in &self.free {
            let from = taken.partition_point(|address| *address < start);
            let within = taken.get(from..).unwrap_or_default().iter();
            let mut next = Some(start);
            for address in within.take_while(|address| **address <= end) {
                if let Some(first) = next.filter(|first| first < address) {
                    left.insert(first, address - 1);
                }
                next = address.checked_add(1);
            }
            if let Some(first) = next.filter(|first| *first <= end) {
                left.insert(first, end);
            }
        }
        self.free = left;
    }

    /// How many addresses are free.
    pub fn len(&self) -> u64 {
        let size = |(&start, &end): (&u32, &u32)| u64::from(end - start) + 1;
        self.free.iter().map(size).sum()
    }

    /// Whether none is free.
    pub fn is_empty(&self) -> bool {
        self.free.is_empty()
    }

    /// Takes the lowest free address.
    pub fn take_lowest(&mut self) -> Option<IpAddr> {
        let (&start, _) = self.free.first_key_value()?;
        self.hand_out(start)
    }

    /// Takes the lowest free address from `from` on, or if there is none the lowest of all.
    pub fn take_from(&mut self, from: IpAddr) -> Option<IpAddr> {
        let IpAddr::V4(from) = from else {
            return self.take_lowest();
        };
        let from = u32::from(from);
        let within = self.free.range(..=from).next_back();
        if within.is_some_and(|(_, &end)| end >= from) {
            return self.hand_out(from);
        }
        match self.free.range(from..).next() {
            Some((&start, _)) => self.hand_out(start),
            None => self.take_lowest(),
        }
    }

    fn hand_out(&mut self, address: u32) -> Option<IpAddr> {
        let address = IpAddr::V4(Ipv4Addr::from(address));
        self.take(address).then_some(address)
    }
}

/// The address after this one, where there is one.
pub fn successor(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => u32::from(v4)
            .checked_add(1)
            .map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(v6) => u128::from(v6)
            .checked_add(1)
            .map(|next| IpAddr::V6(next.into())),
    }
}

/// The address that is `offset` after the first of `net`, where it has so many.
pub fn nth(net: IpNet, offset: u32) -> Option<IpAddr> {
    let address = match net {
        IpNet::V4(net) => IpAddr::V4(u32::from(net.network()).checked_add(offset)?.into()),
        IpNet::V6(net) => IpAddr::V6(u128::from(net.network()).checked_add(offset.into())?.into()),
    };
    net.contains(&address).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(text: &str) -> AddressPool {
        AddressPool::of_subnet(&[text.parse().unwrap()])
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn azure_keeps_five_addresses_of_a_subnet() {
        // AD:virtual-networks-faq: network, gateway, .2, .3 and broadcast; the smallest subnet is a /29.
        let mut pool = pool("10.1.0.0/29");
        let all: Vec<_> = std::iter::from_fn(|| pool.take_lowest()).collect();
        assert_eq!(all, [ip("10.1.0.4"), ip("10.1.0.5"), ip("10.1.0.6")]);
    }

    /// Ends, neighbours, what is not in the pool, and one address twice.
    #[test]
    fn taking_all_is_taking_one_after_the_other() {
        let taken: &[&str] = &[
            "10.1.0.4",
            "10.1.0.5",
            "10.1.0.9",
            "10.1.0.9",
            "10.1.0.254",
            "10.1.1.0",
            "10.2.0.10",
            "fd00::1",
            "255.255.255.255",
            "0.0.0.0",
        ];
        let prefixes = ["10.1.0.0/24", "10.2.0.0/29"].map(|text| text.parse().unwrap());
        for count in 0..=taken.len() {
            let some = || taken.iter().take(count).map(|text| ip(text));
            let mut together = AddressPool::of_subnet(&prefixes);
            let mut apart = together.clone();
            together.take_all(some());
            for address in some() {
                apart.take(address);
            }
            assert_eq!(together.free, apart.free, "{count}");
        }
    }

    #[test]
    fn a_prefix_too_small_for_anyone_gives_nothing() {
        for text in ["10.1.0.0/30", "10.1.0.0/31", "10.1.0.0/32", "fd00::/64"] {
            assert_eq!(pool(text).take_lowest(), None, "{text}");
        }
        assert_eq!(pool("0.0.0.0/0").take_lowest(), Some(ip("0.0.0.4")));
    }

    #[test]
    fn what_is_taken_is_not_handed_out_and_the_search_wraps_around() {
        let mut pool = pool("10.1.0.0/29");
        assert!(pool.take(ip("10.1.0.5")));
        assert!(!pool.take(ip("10.1.0.5")));
        assert!(!pool.take(ip("10.1.0.3")));
        assert_eq!(pool.take_from(ip("10.1.0.5")), Some(ip("10.1.0.6")));
        assert_eq!(pool.take_from(ip("10.1.0.5")), Some(ip("10.1.0.4")));
        assert_eq!(pool.take_from(ip("10.1.0.5")), None);
    }

    #[test]
    fn overlapping_prefixes_do_not_hand_an_address_out_twice() {
        let prefixes = [
            "10.1.0.0/29".parse().unwrap(),
            "10.1.0.0/28".parse().unwrap(),
        ];
        let mut pool = AddressPool::of_subnet(&prefixes);
        let all: Vec<_> = std::iter::from_fn(|| pool.take_lowest()).collect();
        assert_eq!(all.len(), 3);
    }
}
