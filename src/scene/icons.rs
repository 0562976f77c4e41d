//! The symbols of the picture, drawn for this project on a 24 px grid in the colour of their surroundings.
//!
//! Names begin with `k-` for a kind of object and `v-` for a verdict. The strings are the inside of
//! a group that has no fill and a round stroke of 1.5 px.

use crate::model::object::Kind;

/// Name and markup of every symbol.
#[rustfmt::skip]
pub const ICONS: &[(&str, &str)] = &[
    ("k-client", r#"<rect x="5" y="5" width="14" height="10" rx="1.5"/><path d="M2.75 18.75h18.5"/>"#),
    ("k-internet", r#"<circle cx="12" cy="12" r="8.75"/><ellipse cx="12" cy="12" rx="3.75" ry="8.75"/><path d="M3.25 12h17.5"/>"#),
    ("k-onprem", r#"<path d="M4.5 20.25V5.25a1.5 1.5 0 0 1 1.5-1.5h6a1.5 1.5 0 0 1 1.5 1.5v15M13.5 10.25H18a1.5 1.5 0 0 1 1.5 1.5v8.5M2.75 20.25h18.5M8 8h2M8 12h2M8 16h2"/>"#),
    ("k-dns", r#"<path d="M10.2 5.25h8.3a1.75 1.75 0 0 1 1.75 1.75v10a1.75 1.75 0 0 1-1.75 1.75h-8.3a1.75 1.75 0 0 1-1.3-.58L3.75 12l5.15-6.17a1.75 1.75 0 0 1 1.3-.58Z"/><path d="M11.25 10h5M11.25 14h3.25"/>"#),
    ("k-public-ip", r#"<path d="M12 21c4.3-4.1 6.5-7.5 6.5-10.3A6.5 6.5 0 0 0 12 4a6.5 6.5 0 0 0-6.5 6.7C5.5 13.5 7.7 16.9 12 21Z"/><circle cx="12" cy="10.5" r="2.25"/>"#),
    ("k-load-balancer", r#"<path d="M2.75 12h5.5c4 0 3.5-6 7.5-6h1.5M8.25 12h9M8.25 12c4 0 3.5 6 7.5 6h1.5"/><circle cx="19.25" cy="6" r="1.75"/><circle cx="19.25" cy="12" r="1.75"/><circle cx="19.25" cy="18" r="1.75"/>"#),
    ("k-app-gateway", r#"<path d="M4.75 20.25V11a7.25 7.25 0 0 1 14.5 0v9.25"/><path d="M8.5 13h3.5c2 0 1.5-2.5 3.5-2.5M12 13c2 0 1.5 3.5 3.5 3.5M2.75 20.25h18.5"/>"#),
    ("k-ingress", r#"<path d="M13 4.25h4.5a1.75 1.75 0 0 1 1.75 1.75v12a1.75 1.75 0 0 1-1.75 1.75H13M3.25 12h10.5M10 8.25 13.75 12 10 15.75"/>"#),
    ("k-vnet", r#"<path d="M3.75 8V5.5a1.75 1.75 0 0 1 1.75-1.75H8M16 3.75h2.5a1.75 1.75 0 0 1 1.75 1.75V8M20.25 16v2.5a1.75 1.75 0 0 1-1.75 1.75H16M8 20.25H5.5a1.75 1.75 0 0 1-1.75-1.75V16M10 12l4.2-2.6M10 12l4.2 2.6"/><circle cx="8.5" cy="12" r="1.5"/><circle cx="15.5" cy="8.75" r="1.5"/><circle cx="15.5" cy="15.25" r="1.5"/>"#),
    ("k-subnet", r#"<path d="M3.75 8V5.5a1.75 1.75 0 0 1 1.75-1.75H8M16 3.75h2.5a1.75 1.75 0 0 1 1.75 1.75V8M20.25 16v2.5a1.75 1.75 0 0 1-1.75 1.75H16M8 20.25H5.5a1.75 1.75 0 0 1-1.75-1.75V16"/><rect x="8" y="8" width="8" height="8" rx="1.5"/>"#),
    ("k-nsg", r#"<path d="M12 3.25 18.75 5.5v5.75c0 4.3-2.7 7.4-6.75 9.5-4.05-2.1-6.75-5.2-6.75-9.5V5.5Z"/><path d="M9 9.5h6M9 13h3.5"/>"#),
    ("k-route-table", r#"<path d="M12 2.75v2M12 10.25v2M12 17.25v4M4.75 4.75h11.5l2.75 2.75-2.75 2.75H4.75ZM19.25 12.25H7.75L5 14.75l2.75 2.5h11.5Z"/>"#),
    ("k-node", r#"<rect x="3.5" y="4.75" width="17" height="12.5" rx="1.75"/><path d="M3.5 9h17M6.75 6.9h.01M9.25 6.9h.01M8 17.25v2.5M16 17.25v2.5"/>"#),
    ("k-pod", r#"<rect x="2.75" y="6.75" width="18.5" height="10.5" rx="5.25"/><circle cx="8.5" cy="12" r="2"/><circle cx="15.5" cy="12" r="2"/>"#),
    ("k-service", r#"<circle cx="12" cy="11" r="3"/><path d="m9.7 9.1-3.6-3M14.3 9.1l3.6-3M12 14v4"/><circle cx="5" cy="5.2" r="1.5"/><circle cx="19" cy="5.2" r="1.5"/><circle cx="12" cy="19.5" r="1.5"/>"#),
    ("k-endpoints", r#"<circle cx="5.5" cy="6.5" r="1.5"/><circle cx="5.5" cy="12" r="1.5"/><circle cx="5.5" cy="17.5" r="1.5"/><path d="M10 6.5h10M10 12h10M10 17.5h6"/>"#),
    ("k-policy", r#"<rect x="4.75" y="3.25" width="14.5" height="17.5" rx="1.75"/><path d="m8 8.75 1.25 1.25 2.25-2.5M8.2 14l2.8 2.8M11 14l-2.8 2.8M14 9h2.25M14 15.4h2.25"/>"#),
    ("k-peering", r#"<rect x="2.75" y="5.75" width="11" height="11" rx="2"/><rect x="10.25" y="7.25" width="11" height="11" rx="2"/>"#),
    ("k-vpn-gateway", r#"<path d="M3.75 19.25V12a8.25 8.25 0 0 1 16.5 0v7.25M8 19.25V12.5a4 4 0 0 1 8 0v6.75M2.25 19.25h19.5"/>"#),
    ("k-vm", r#"<rect x="3.5" y="4.5" width="17" height="11.75" rx="1.5"/><path d="M12 16.25v3.5M8.5 19.75h7"/>"#),
    ("k-bridge", r#"<path d="M2.75 16h18.5M4.5 16v3.75M19.5 16v3.75M4.5 16c2.5-8.5 12.5-8.5 15 0M12 9.65V16M8 10.9V16M16 10.9V16"/>"#),
    ("k-rules", r#"<path d="m3.75 5.25 2.25 2.25-2.25 2.25M9.5 7.5h10.75M3.75 14.25 6 16.5l-2.25 2.25M9.5 16.5h10.75M9.5 12h6"/>"#),
    ("k-conntrack", r#"<path d="M3.75 8.25h15.5M15.75 4.75l3.5 3.5-3.5 3.5M20.25 15.75H4.75M8.25 12.25l-3.5 3.5 3.5 3.5"/>"#),
    ("k-nat-gateway", r#"<path d="M21.25 12h-5.5c-4 0-3.5-6-7.5-6h-1.5M15.75 12h-9M15.75 12c-4 0-3.5 6-7.5 6h-1.5"/><circle cx="4.75" cy="6" r="1.75"/><circle cx="4.75" cy="12" r="1.75"/><circle cx="4.75" cy="18" r="1.75"/>"#),
    ("k-firewall", r#"<rect x="3.5" y="4.75" width="17" height="14.5" rx="1.5"/><path d="M3.5 9.6h17M3.5 14.4h17M9 4.75V9.6M15 9.6v4.8M9 14.4v4.85"/>"#),
    ("k-storage", r#"<ellipse cx="12" cy="6" rx="7.25" ry="2.75"/><path d="M4.75 6v12c0 1.5 3.25 2.75 7.25 2.75s7.25-1.25 7.25-2.75V6M4.75 12c0 1.5 3.25 2.75 7.25 2.75s7.25-1.25 7.25-2.75"/>"#),
    ("k-endpoint", r#"<path d="M2.75 12h6.5"/><circle cx="14.5" cy="12" r="5.25"/><circle cx="14.5" cy="12" r="1.25"/>"#),
    ("k-cluster", r#"<rect x="3.25" y="3.75" width="7.5" height="7" rx="1.5"/><rect x="13.25" y="3.75" width="7.5" height="7" rx="1.5"/><rect x="8.25" y="13.25" width="7.5" height="7" rx="1.5"/>"#),
    ("k-namespace", r#"<path d="M3.75 8.25V5.75A1.5 1.5 0 0 1 5.25 4.25h4.5l1.75 2.5h7.25a1.5 1.5 0 0 1 1.5 1.5"/><path d="M3.75 11.25v6.5a2 2 0 0 0 2 2h12.5a2 2 0 0 0 2-2v-6.5" stroke-dasharray="2 2.5"/>"#),
    ("k-event", r#"<circle cx="12" cy="12" r="8.75"/><path d="M12 6.75V12l3.5 2.25"/>"#),
    ("k-derived", r#"<path d="M19.25 12a7.25 7.25 0 1 1-2.2-5.2M17.5 3.25v3.9h-3.9"/><circle cx="12" cy="12" r="1.5"/>"#),
    ("v-delivered", r#"<circle cx="12" cy="12" r="10" fill="currentColor" stroke="none"/><path d="m7.5 12.25 3.2 3.2 5.9-6.4" stroke="var(--on-ink)" stroke-width="2.25"/>"#),
    ("v-dropped", r#"<path d="M8 2.25h8L21.75 8v8L16 21.75H8L2.25 16V8Z" fill="currentColor" stroke="none"/><path d="m8.25 8.25 7.5 7.5M15.75 8.25l-7.5 7.5" stroke="var(--on-ink)" stroke-width="2.25"/>"#),
    ("v-rejected", r#"<rect x="2.5" y="2.5" width="19" height="19" rx="4" fill="currentColor" stroke="none"/><path d="M16.75 16.25v-2a3.5 3.5 0 0 0-3.5-3.5h-6M10.25 7.5 7 10.75 10.25 14" stroke="var(--on-ink)" stroke-width="2.25"/>"#),
    ("v-rewritten", r#"<path d="M12 1.5 22.5 12 12 22.5 1.5 12Z" fill="currentColor" stroke="none"/><path d="M8 10.25h7.5L13.25 8M16 13.75H8.5l2.25 2.25" stroke="var(--on-ink)" stroke-width="1.9"/>"#),
    ("v-unknown", r#"<circle cx="12" cy="12" r="9" stroke-dasharray="1.5 3.215" stroke-width="2.25"/><path d="M9.5 9.6a2.6 2.6 0 1 1 3.7 2.4c-.8.4-1.2.9-1.2 1.7M12 16.6h.01" stroke-width="2"/>"#),
];

/// The markup of a symbol.
pub fn markup(name: &str) -> Option<&'static str> {
    ICONS
        .iter()
        .find(|(id, _)| *id == name)
        .map(|(_, body)| *body)
}

/// The symbol for a kind of object.
pub const fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Pod
        | Kind::Deployment
        | Kind::ReplicaSet
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::Job => "k-pod",
        Kind::Service => "k-service",
        Kind::Endpoints | Kind::EndpointSlice => "k-endpoints",
        Kind::Ingress | Kind::IngressClass | Kind::Issuer | Kind::ClusterIssuer => "k-ingress",
        Kind::NetworkPolicy => "k-policy",
        Kind::Namespace => "k-namespace",
        Kind::Node => "k-node",
        Kind::Cluster => "k-cluster",
        Kind::Vnet => "k-vnet",
        Kind::Subnet => "k-subnet",
        Kind::Peering | Kind::Connection => "k-peering",
        Kind::RouteTable => "k-route-table",
        Kind::Nsg => "k-nsg",
        Kind::PublicIp => "k-public-ip",
        Kind::LoadBalancer => "k-load-balancer",
        Kind::AppGateway => "k-app-gateway",
        Kind::Gateway => "k-vpn-gateway",
        Kind::LocalGateway => "k-onprem",
        Kind::Firewall | Kind::FirewallPolicy => "k-firewall",
        Kind::NatGateway => "k-nat-gateway",
        Kind::PrivateDnsZone | Kind::DnsZone | Kind::AzureDns => "k-dns",
        Kind::PrivateEndpoint | Kind::NetworkInterface => "k-endpoint",
        Kind::Storage => "k-storage",
        Kind::Host => "k-vm",
        Kind::Internet | Kind::Metadata => "k-internet",
        Kind::Event => "k-event",
        Kind::KubeProxyConfiguration
        | Kind::ConfigMap
        | Kind::Secret
        | Kind::Flow
        | Kind::Lesson
        | Kind::Layout
        | Kind::Settings
        | Kind::Unknown => "k-rules",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_symbol() {
        for kind in Kind::ALL {
            assert!(markup(of_kind(*kind)).is_some(), "{kind:?}");
        }
    }
}
