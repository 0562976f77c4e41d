//! The interfaces of a node and their addresses, as far as rules look at them.

use std::net::IpAddr;
use std::sync::Arc;

use super::rule::Family;

/// An interface and its addresses, primary first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Name, such as `eth0`.
    pub name: Arc<str>,
    /// Addresses; a pod's veth on an Azure CNI node has none.
    pub addresses: Vec<IpAddr>,
}

impl Interface {
    /// An interface.
    pub fn new(name: impl Into<Arc<str>>, addresses: Vec<IpAddr>) -> Self {
        Self {
            name: name.into(),
            addresses,
        }
    }
}

/// The interfaces of a node in the order of their indexes, without `lo`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeInterfaces {
    /// `eth0`, on kubenet `cbr0`, and the pods' interfaces.
    pub interfaces: Vec<Interface>,
}

impl NodeInterfaces {
    /// Interfaces in the order of their indexes.
    pub fn new(interfaces: Vec<Interface>) -> Self {
        Self { interfaces }
    }

    /// Whether the kernel's `local` table holds the address: one of an interface, or loopback.
    pub fn is_local(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.addresses().any(|own| own == address)
    }

    /// The addresses of every interface, in order.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.interfaces
            .iter()
            .flat_map(|interface| interface.addresses.iter().copied())
    }

    /// The source that `MASQUERADE` gives to a packet that leaves through `name`: the
    /// interface's first address of the packet's family; where it has none (a pod's veth under
    /// Azure CNI), the first of any other interface, as the kernel's `inet_select_addr` does.
    pub fn masquerade_address(&self, name: &str, family: Family) -> Option<IpAddr> {
        let of_family = |address: &IpAddr| Family::of(*address) == family;
        self.interfaces
            .iter()
            .find(|interface| &*interface.name == name)
            .and_then(|interface| interface.addresses.iter().copied().find(of_family))
            .or_else(|| self.addresses().find(of_family))
    }
}

/// Whether an interface name fits a pattern of `-i` or `-o`; a final `+` stands for any ending.
pub fn interface_matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('+') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn masquerade_takes_the_address_of_the_outgoing_interface() {
        // Origin: facts W1 and section 5.4: on kubenet the bridge's address, 10.244.1.1.
        let kubenet = NodeInterfaces::new(vec![
            Interface::new("eth0", vec![ip("10.1.0.5")]),
            Interface::new("cbr0", vec![ip("10.244.1.1")]),
        ]);
        let via = |name| kubenet.masquerade_address(name, Family::V4);
        assert_eq!(via("cbr0"), Some(ip("10.244.1.1")));
        assert_eq!(via("eth0"), Some(ip("10.1.0.5")));
        assert_eq!(kubenet.masquerade_address("eth0", Family::V6), None);
    }

    #[test]
    fn masquerade_through_a_veth_without_address_takes_the_nodes_own() {
        let cni = NodeInterfaces::new(vec![
            Interface::new("eth0", vec![ip("10.1.0.35")]),
            Interface::new("azv01234567890", Vec::new()),
        ]);
        assert_eq!(
            cni.masquerade_address("azv01234567890", Family::V4),
            Some(ip("10.1.0.35"))
        );
    }

    #[test]
    fn local_addresses_are_those_of_interfaces_and_loopback() {
        let node = NodeInterfaces::new(vec![Interface::new("eth0", vec![ip("10.1.0.4")])]);
        for (address, expected) in [
            ("10.1.0.4", true),
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("::1", true),
            ("10.1.0.5", false),
            ("20.50.60.70", false),
        ] {
            assert_eq!(node.is_local(ip(address)), expected, "{address}");
        }
    }

    #[test]
    fn a_plus_stands_for_any_ending() {
        assert!(interface_matches("azv+", "azv123"));
        assert!(interface_matches("+", "eth0"));
        assert!(!interface_matches("azv", "azv123"));
    }
}
