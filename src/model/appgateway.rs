//! `Microsoft.Network/applicationGateways`: the parts of its configuration that decide about a request.
//!
//! References between parts are names, compared without regard to case as ARM does.

use std::net::IpAddr;
use std::sync::Arc;

use super::azure::SubnetId;
use super::kube::Meta;
use super::object::{Kind, Ref};

/// An Application Gateway in a virtual network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppGateway {
    /// Name and origin.
    pub meta: Meta,
    /// Whether `sku.tier` is of the second version.
    pub v2: bool,
    /// `sku.tier`, or `sku.name`, as written.
    pub tier: Arc<str>,
    /// `gatewayIPConfigurations[].subnet`.
    pub subnet: Option<SubnetId>,
    /// `sku.capacity`, or the least that `autoscaleConfiguration` keeps: how many instances share the requests.
    pub capacity: u32,
    /// Private addresses of the instances, which open the connections to backends; handed out.
    pub instances: Vec<IpAddr>,
    /// `frontendIPConfigurations`.
    pub frontends: Vec<GatewayFrontend>,
    /// Everything that the ingress controller would write.
    pub config: GatewayConfig,
    /// The ingress controller that writes `config`: the cluster with the add-on, or the workload.
    pub controller: Option<Ref>,
    /// The `AzureIngressProhibitedTarget` that keeps that controller from some of `config`; which part, is not modelled.
    pub shared: Option<Ref>,
}

impl AppGateway {
    /// `appgateway/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::AppGateway, self.meta.name.clone())
    }

    /// The frontend with a public, or a private address.
    pub fn frontend(&self, private: bool) -> Option<&GatewayFrontend> {
        self.frontends.iter().find(|it| it.private() == private)
    }
}

/// One of `frontendIPConfigurations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatewayFrontend {
    /// `name`.
    pub name: Arc<str>,
    /// `publicIPAddress.id`, its name.
    pub public_ip: Option<Arc<str>>,
    /// `privateIPAddress`, written or handed out.
    pub private_ip: Option<IpAddr>,
}

impl GatewayFrontend {
    /// Whether it has a private address.
    pub const fn private(&self) -> bool {
        self.public_ip.is_none()
    }
}

/// The object and field that a part comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The object.
    pub object: Ref,
    /// The field; may be empty.
    pub field: Arc<str>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            object: Ref::bare(Kind::Unknown),
            field: Arc::from(""),
        }
    }
}

/// What says how requests are taken and passed on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatewayConfig {
    /// `frontendPorts`: name and port.
    pub ports: Vec<(Arc<str>, u16)>,
    /// `httpListeners`.
    pub listeners: Vec<Listener>,
    /// `requestRoutingRules`.
    pub rules: Vec<RoutingRule>,
    /// `urlPathMaps`.
    pub path_maps: Vec<PathMap>,
    /// `backendAddressPools`.
    pub pools: Vec<Pool>,
    /// `backendHttpSettingsCollection`.
    pub settings: Vec<HttpSettings>,
    /// `probes`.
    pub probes: Vec<GatewayProbe>,
    /// `redirectConfigurations`.
    pub redirects: Vec<Redirect>,
    /// `sslCertificates`, by name.
    pub certificates: Vec<Arc<str>>,
}

/// Whether two names of parts are the same to ARM.
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

impl GatewayConfig {
    /// The number of a frontend port.
    pub fn port(&self, name: &str) -> Option<u16> {
        let found = self.ports.iter().find(|(known, _)| same(known, name));
        found.map(|(_, port)| *port)
    }

    /// The pool of this name.
    pub fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.iter().find(|it| same(&it.name, name))
    }

    /// The backend settings of this name.
    pub fn setting(&self, name: &str) -> Option<&HttpSettings> {
        self.settings.iter().find(|it| same(&it.name, name))
    }

    /// The probe of this name.
    pub fn probe(&self, name: &str) -> Option<&GatewayProbe> {
        self.probes.iter().find(|it| same(&it.name, name))
    }

    /// The listener of this name.
    pub fn listener(&self, name: &str) -> Option<&Listener> {
        self.listeners.iter().find(|it| same(&it.name, name))
    }

    /// The path map of this name.
    pub fn path_map(&self, name: &str) -> Option<&PathMap> {
        self.path_maps.iter().find(|it| same(&it.name, name))
    }

    /// The redirect of this name.
    pub fn redirect(&self, name: &str) -> Option<&Redirect> {
        self.redirects.iter().find(|it| same(&it.name, name))
    }

    /// Where requests can go, of all rules and path maps.
    pub fn targets(&self) -> impl Iterator<Item = (&RuleTarget, &Made)> {
        let rules = self.rules.iter().map(|rule| (&rule.target, &rule.made));
        let maps = self.path_maps.iter().flat_map(|map| {
            let paths = map.rules.iter().map(|rule| (&rule.target, &rule.made));
            paths.chain([(&map.default, &map.made)])
        });
        rules.chain(maps)
    }
}

/// One of `httpListeners`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listener {
    /// `name`.
    pub name: Arc<str>,
    /// `frontendIPConfiguration.id`, its name.
    pub frontend: Arc<str>,
    /// `frontendPort.id`, its name.
    pub port: Arc<str>,
    /// `protocol` is `Https`.
    pub tls: bool,
    /// `hostName` or `hostNames`; empty takes every host.
    pub hosts: Vec<Arc<str>>,
    /// `sslCertificate.id`, its name.
    pub certificate: Option<Arc<str>>,
    /// Where it comes from.
    pub made: Made,
}

/// One of `requestRoutingRules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoutingRule {
    /// `name`.
    pub name: Arc<str>,
    /// `priority`, 1 to 20000; the lowest number comes first.
    pub priority: Option<u32>,
    /// `httpListener.id`, its name.
    pub listener: Arc<str>,
    /// `urlPathMap.id`, its name, for a rule of type `PathBasedRouting`.
    pub path_map: Option<Arc<str>>,
    /// Where the requests of a rule of type `Basic` go.
    pub target: RuleTarget,
    /// Where it comes from.
    pub made: Made,
}

/// Where the requests of a rule or path go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleTarget {
    /// `backendAddressPool.id`, its name.
    pub pool: Option<Arc<str>>,
    /// `backendHttpSettings.id`, its name.
    pub settings: Option<Arc<str>>,
    /// `redirectConfiguration.id`, its name.
    pub redirect: Option<Arc<str>>,
    /// What else it asks for that is not modelled, such as a rewrite rule set.
    pub unmodelled: Option<Arc<str>>,
}

/// One of `urlPathMaps`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathMap {
    /// `name`.
    pub name: Arc<str>,
    /// `defaultBackendAddressPool` and the like.
    pub default: RuleTarget,
    /// `pathRules`, in order.
    pub rules: Vec<PathRule>,
    /// Where it comes from.
    pub made: Made,
}

/// One of a path map's `pathRules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathRule {
    /// `name`.
    pub name: Arc<str>,
    /// `paths`; a `*` at the end takes whatever follows.
    pub paths: Vec<Arc<str>>,
    /// Where its requests go.
    pub target: RuleTarget,
    /// Where it comes from.
    pub made: Made,
}

/// One of `backendAddressPools`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// `name`.
    pub name: Arc<str>,
    /// `backendAddresses`.
    pub members: Vec<PoolMember>,
    /// The Service whose endpoints they are.
    pub service: Option<Ref>,
    /// Where it comes from.
    pub made: Made,
}

/// One of a pool's `backendAddresses`.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolMember {
    /// `ipAddress`, or `fqdn`.
    pub address: MemberAddress,
    /// The pod that has the address, where it was made from one.
    pub pod: Option<Ref>,
    /// Whether that pod is ready.
    pub ready: bool,
}

/// How a member is addressed.
#[derive(Clone, Debug, PartialEq)]
pub enum MemberAddress {
    /// `ipAddress`
    Ip(IpAddr),
    /// `fqdn`
    Name(Arc<str>),
}

impl std::fmt::Display for MemberAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MemberAddress::Ip(ip) => ip.fmt(f),
            MemberAddress::Name(name) => f.write_str(name),
        }
    }
}

/// One of `backendHttpSettingsCollection`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpSettings {
    /// `name`.
    pub name: Arc<str>,
    /// `port`.
    pub port: u16,
    /// `protocol` is `Https`.
    pub tls: bool,
    /// `cookieBasedAffinity` is `Enabled`.
    pub affinity: bool,
    /// `path`, which takes the place of what a path rule matched.
    pub path: Option<Arc<str>>,
    /// `hostName`, which backends see instead of the client's.
    pub host: Option<Arc<str>>,
    /// `pickHostNameFromBackendAddress`.
    pub pick_host: bool,
    /// `probe.id`, its name; absent for the default one.
    pub probe: Option<Arc<str>>,
    /// `requestTimeout` in seconds.
    pub timeout: u32,
    /// Where it comes from.
    pub made: Made,
}

/// One of `probes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatewayProbe {
    /// `name`.
    pub name: Arc<str>,
    /// `protocol` is `Https`.
    pub tls: bool,
    /// `host`.
    pub host: Option<Arc<str>>,
    /// `path`.
    pub path: Arc<str>,
    /// `port`; absent for that of the settings.
    pub port: Option<u16>,
    /// `interval`, `timeout` in seconds, and `unhealthyThreshold`.
    pub timing: (u32, u32, u32),
    /// `match.statusCodes`; empty is 200 to 399.
    pub statuses: Vec<(u16, u16)>,
    /// Whether it asks what the pods' own readiness probe asks.
    pub readiness: bool,
    /// Where it comes from.
    pub made: Made,
}

/// `interval`, `timeout` and `unhealthyThreshold` where nothing is said.
pub const DEFAULT_TIMING: (u32, u32, u32) = (30, 30, 3);

impl GatewayProbe {
    /// Whether a backend that answers so is healthy.
    pub fn accepts(&self, status: u16) -> bool {
        if self.statuses.is_empty() {
            return (200..=399).contains(&status);
        }
        let mut ranges = self.statuses.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&status))
    }
}

/// One of `redirectConfigurations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redirect {
    /// `name`.
    pub name: Arc<str>,
    /// The status of `redirectType`.
    pub status: u16,
    /// `targetListener.id`, its name.
    pub listener: Option<Arc<str>>,
    /// `targetUrl`.
    pub url: Option<Arc<str>>,
    /// `includePath`.
    pub path: bool,
    /// `includeQueryString`.
    pub query: bool,
    /// Where it comes from.
    pub made: Made,
}

/// The words of `redirectType`, each with its status.
pub const REDIRECTS: [(&str, u16); 4] = [
    ("Permanent", 301),
    ("Found", 302),
    ("SeeOther", 303),
    ("Temporary", 307),
];

/// An `httpGet` probe of a container, as far as a gateway copies it.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpProbe {
    /// Whether it is the readiness probe; otherwise the liveness probe.
    pub readiness: bool,
    /// `httpGet.host`.
    pub host: Option<Arc<str>>,
    /// `httpGet.path`.
    pub path: Option<Arc<str>>,
    /// `httpGet.port`, or the container's port of that name.
    pub port: Option<u16>,
    /// `httpGet.scheme` is `HTTPS`.
    pub tls: bool,
    /// `periodSeconds`, `timeoutSeconds`, `failureThreshold`, as far as written.
    pub timing: (Option<u32>, Option<u32>, Option<u32>),
    /// The container's ports.
    pub ports: Vec<u16>,
}
