//! Names of things: [`Ref`] points at an object or a place in the notation of
//! the command line, such as `pod/default/web-0`, `subnet/vnet-a/nodes` or `internet`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// How many names stand behind the kind in a [`Ref`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arity {
    /// `internet`
    Bare,
    /// `node/n0`
    Name,
    /// `pod/default/web`, `subnet/vnet-a/nodes`
    Scoped,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $arity:ident;)*) => {
        /// Every kind of object or place that a [`Ref`] can name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// The kind as written in a reference, in lower case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $text,)* }
            }

            const fn arity(self) -> Arity {
                match self { $(Kind::$name => Arity::$arity,)* }
            }
        }
    };
}

kinds! {
    /// Kubernetes `Pod`.
    Pod = "pod", Scoped;
    /// Kubernetes `Deployment`; as a place, any of its pods.
    Deployment = "deployment", Scoped;
    /// Kubernetes `ReplicaSet`.
    ReplicaSet = "replicaset", Scoped;
    /// Kubernetes `StatefulSet`; as a place, any of its pods.
    StatefulSet = "statefulset", Scoped;
    /// Kubernetes `DaemonSet`; as a place, any of its pods.
    DaemonSet = "daemonset", Scoped;
    /// Kubernetes `Job`.
    Job = "job", Scoped;
    /// Kubernetes `Service`.
    Service = "service", Scoped;
    /// Kubernetes `Endpoints`.
    Endpoints = "endpoints", Scoped;
    /// Kubernetes `EndpointSlice`.
    EndpointSlice = "endpointslice", Scoped;
    /// Kubernetes `Ingress`.
    Ingress = "ingress", Scoped;
    /// Kubernetes `IngressClass`.
    IngressClass = "ingressclass", Name;
    /// cert-manager's `Issuer`.
    Issuer = "issuer", Scoped;
    /// cert-manager's `ClusterIssuer`.
    ClusterIssuer = "clusterissuer", Name;
    /// Kubernetes `NetworkPolicy`.
    NetworkPolicy = "networkpolicy", Scoped;
    /// Kubernetes `ConfigMap`.
    ConfigMap = "configmap", Scoped;
    /// Kubernetes `Secret`; only its name and type are ever kept.
    Secret = "secret", Scoped;
    /// Kubernetes `Namespace`.
    Namespace = "namespace", Name;
    /// Kubernetes `Node`.
    Node = "node", Name;
    /// kube-proxy's own `KubeProxyConfiguration`.
    KubeProxyConfiguration = "kubeproxyconfiguration", Bare;
    /// `Microsoft.ContainerService/managedClusters`.
    Cluster = "cluster", Name;
    /// `Microsoft.Network/virtualNetworks`.
    Vnet = "vnet", Name;
    /// A subnet of a virtual network.
    Subnet = "subnet", Scoped;
    /// A peering of a virtual network.
    Peering = "peering", Scoped;
    /// `Microsoft.Network/routeTables`.
    RouteTable = "routetable", Name;
    /// `Microsoft.Network/networkSecurityGroups`.
    Nsg = "nsg", Name;
    /// `Microsoft.Network/publicIPAddresses`.
    PublicIp = "publicip", Name;
    /// `Microsoft.Network/loadBalancers`, made by the cloud provider.
    LoadBalancer = "loadbalancer", Name;
    /// `Microsoft.Network/applicationGateways`.
    AppGateway = "appgateway", Name;
    /// `Microsoft.Network/virtualNetworkGateways`.
    Gateway = "gateway", Name;
    /// `Microsoft.Network/localNetworkGateways`: an on-premises network.
    LocalGateway = "localgateway", Name;
    /// `Microsoft.Network/connections`.
    Connection = "connection", Name;
    /// `Microsoft.Network/azureFirewalls`.
    Firewall = "firewall", Name;
    /// `Microsoft.Network/firewallPolicies`, or one of its rule collection groups as `POLICY/GROUP`.
    FirewallPolicy = "firewallpolicy", Name;
    /// `Microsoft.Network/natGateways`.
    NatGateway = "natgateway", Name;
    /// `Microsoft.Network/privateDnsZones`.
    PrivateDnsZone = "privatednszone", Name;
    /// `Microsoft.Network/dnsZones`.
    DnsZone = "dnszone", Name;
    /// `Microsoft.Network/privateEndpoints`.
    PrivateEndpoint = "privateendpoint", Name;
    /// `Microsoft.Network/networkInterfaces`.
    NetworkInterface = "networkinterface", Name;
    /// `Microsoft.Storage/storageAccounts`.
    Storage = "storage", Name;
    /// A kubehop `Host`, or a `Microsoft.Compute/virtualMachines`.
    Host = "host", Name;
    /// A kubehop `Flow`.
    Flow = "flow", Name;
    /// A kubehop `Event`.
    Event = "event", Name;
    /// A kubehop `Lesson`.
    Lesson = "lesson", Name;
    /// A kubehop `Layout`.
    Layout = "layout", Bare;
    /// A kubehop `Settings`.
    Settings = "settings", Bare;
    /// The internet itself.
    Internet = "internet", Bare;
    /// The resolver that Azure offers at 168.63.129.16.
    AzureDns = "azuredns", Bare;
    /// The instance metadata service (IMDS) that every virtual machine reaches at 169.254.169.254.
    Metadata = "imds", Bare;
    /// A document that is kept but not simulated.
    Unknown = "unknown", Name;
}

/// Names an object or a place: `kind`, `kind/name` or `kind/scope/name`.
///
/// The scope is the namespace of a Kubernetes object or the virtual network of
/// a subnet or peering. References order by kind, then scope, then name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    /// What it is.
    pub kind: Kind,
    /// Namespace or virtual network; empty where the kind has none.
    pub scope: Arc<str>,
    /// The name; empty for kinds of which there is only one.
    pub name: Arc<str>,
}

impl Ref {
    /// A reference to the only object of its kind, such as `internet`.
    pub fn bare(kind: Kind) -> Self {
        Self {
            kind,
            scope: Arc::from(""),
            name: Arc::from(""),
        }
    }

    /// A reference without a scope, such as `node/n0`.
    pub fn new(kind: Kind, name: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            scope: Arc::from(""),
            name: name.into(),
        }
    }

    /// A reference within a namespace or virtual network.
    pub fn scoped(kind: Kind, scope: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            scope: scope.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if !self.scope.is_empty() {
            write!(f, "/{}", self.scope)?;
        }
        if !self.name.is_empty() {
            write!(f, "/{}", self.name)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Ref {
    type Err = String;

    /// Reads the notation of the command line; the error says what was expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('/');
        let head = parts.next().unwrap_or_default();
        let kind = Kind::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == head)
            .ok_or_else(|| format!("`{head}` is not a kind of place"))?;
        let rest: Vec<&str> = parts.collect();
        if rest.iter().any(|part| part.is_empty()) {
            return Err(format!("`{text}` has an empty part"));
        }
        match (kind.arity(), rest.as_slice()) {
            (Arity::Bare, []) => Ok(Self::bare(kind)),
            (Arity::Name, [name]) => Ok(Self::new(kind, *name)),
            (Arity::Scoped, [scope, name]) => Ok(Self::scoped(kind, *scope, *name)),
            (Arity::Bare, _) => Err(format!("expected just `{head}`")),
            (Arity::Name, _) => Err(format!("expected `{head}/NAME`")),
            (Arity::Scoped, _) => Err(format!("expected `{head}/SCOPE/NAME`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_what_it_prints() {
        for text in [
            "internet",
            "node/n0",
            "pod/default/web",
            "subnet/vnet-a/nodes",
        ] {
            assert_eq!(text.parse::<Ref>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_reference_with_the_wrong_number_of_parts_says_the_form() {
        assert_eq!(
            "pod/web".parse::<Ref>().unwrap_err(),
            "expected `pod/SCOPE/NAME`"
        );
        assert_eq!(
            "node/".parse::<Ref>().unwrap_err(),
            "`node/` has an empty part"
        );
        assert_eq!(
            "pot/a/b".parse::<Ref>().unwrap_err(),
            "`pot` is not a kind of place"
        );
    }
}
