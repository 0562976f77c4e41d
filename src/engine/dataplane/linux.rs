//! The routing table of a Linux node or pod, as `ip route` prints it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

/// One route of a Linux routing table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinuxRoute {
    /// Destination prefix; `0.0.0.0/0` prints as `default`.
    pub prefix: IpNet,
    /// Gateway; `None` where the destination is on the link.
    pub via: Option<IpAddr>,
    /// Interface.
    pub device: Arc<str>,
    /// Preferred source address.
    pub source: Option<IpAddr>,
    /// The kernel made it for an address of its own (`proto kernel scope link`).
    pub kernel: bool,
}

impl fmt::Display for LinuxRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.prefix.prefix_len(), self.prefix.max_prefix_len()) {
            (0, _) => f.write_str("default")?,
            (length, max) if length == max => write!(f, "{}", self.prefix.addr())?,
            _ => write!(f, "{}", self.prefix)?,
        }
        if let Some(via) = self.via {
            write!(f, " via {via}")?;
        }
        write!(f, " dev {}", self.device)?;
        if self.kernel {
            f.write_str(" proto kernel")?;
        }
        if self.via.is_none() {
            f.write_str(" scope link")?;
        }
        if let Some(source) = self.source {
            write!(f, " src {source}")?;
        }
        Ok(())
    }
}

/// A routing table, sorted so that the first match is the longest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinuxRoutes {
    routes: Vec<LinuxRoute>,
}

impl LinuxRoutes {
    /// Sorts `routes` by prefix length, longest first; equal lengths by address.
    pub fn new(mut routes: Vec<LinuxRoute>) -> Self {
        routes.sort_by(|a, b| {
            b.prefix
                .prefix_len()
                .cmp(&a.prefix.prefix_len())
                .then_with(|| a.prefix.cmp(&b.prefix))
        });
        Self { routes }
    }

    /// The route with the longest prefix that contains `destination`.
    pub fn lookup(&self, destination: IpAddr) -> Option<&LinuxRoute> {
        self.routes
            .iter()
            .find(|route| route.prefix.contains(&destination))
    }

    /// All routes, longest prefix first.
    pub fn iter(&self) -> impl Iterator<Item = &LinuxRoute> {
        self.routes.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(prefix: &str, device: &str) -> LinuxRoute {
        LinuxRoute {
            prefix: prefix.parse().unwrap(),
            via: None,
            device: Arc::from(device),
            source: None,
            kernel: false,
        }
    }

    #[test]
    fn the_longest_prefix_wins_whatever_the_order() {
        let table = LinuxRoutes::new(vec![
            route("0.0.0.0/0", "eth0"),
            route("10.244.0.0/24", "cbr0"),
            route("10.244.0.7/32", "azv1"),
        ]);
        let device = |address: &str| &*table.lookup(address.parse().unwrap()).unwrap().device;
        assert_eq!(device("10.244.0.7"), "azv1");
        assert_eq!(device("10.244.0.8"), "cbr0");
        assert_eq!(device("1.1.1.1"), "eth0");
    }

    #[test]
    fn a_route_prints_as_ip_route_prints_it() {
        let mut on_link = route("10.244.0.0/24", "cbr0");
        on_link.kernel = true;
        on_link.source = "10.244.0.1".parse().ok();
        assert_eq!(
            on_link.to_string(),
            "10.244.0.0/24 dev cbr0 proto kernel scope link src 10.244.0.1"
        );
        let mut default = route("0.0.0.0/0", "eth0");
        default.via = "10.1.0.1".parse().ok();
        assert_eq!(default.to_string(), "default via 10.1.0.1 dev eth0");
        assert_eq!(
            route("10.1.0.10/32", "azv1").to_string(),
            "10.1.0.10 dev azv1 scope link"
        );
    }
}
