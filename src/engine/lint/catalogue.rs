//! What each finding leads to, and where it is documented, by its code.

use crate::engine::sources::Source;

/// What is known of every finding with one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code, as [`crate::model::diagnostic::Diagnostic::code`] has it.
    pub code: &'static str,
    /// The id of the sentence that says what it leads to.
    pub consequence: &'static str,
    /// The page that documents it.
    pub source: Source,
}

/// What is known of a code; `None` for problems of reading, which say all in their message.
pub fn find(code: &str) -> Option<&'static Entry> {
    let mut all = ALL.iter().chain(super::controllers::ALL);
    all.find(|entry| entry.code == code)
}

pub(super) const fn entry(code: &'static str, consequence: &'static str, source: Source) -> Entry {
    Entry {
        code,
        consequence,
        source,
    }
}

/// A table of entries: what they lead to, the page, and the codes of which both are true.
macro_rules! entries {
    ($($consequence:literal, $source:ident: $($code:literal)*;)*) => {
        /// Every such code.
        pub const ALL: &[Entry] = &[$($(entry($code, $consequence, Source::$source),)*)*];
    };
}
pub(super) use entries;

// The codes of [`super`], of [`crate::engine::azure::checks`] and of those of Application Gateways, by what they are about.
entries! {
    // Ranges, peerings and connections.
    "consequence-refused-azure", VnetFaq: "subnet-outside-vnet" "subnet-too-small"
        "subnets-overlap" "address-outside-subnet";
    "consequence-peer-unreachable", VnetPeering: "peering-disconnected";
    "consequence-refused-azure", VnetPeering: "peering-two-gateways" "peering-second-gateway"
        "peering-without-transit" "peering-itself" "peering-overlap" "peers-overlap";
    "consequence-never-arrives", VpnGateway: "connection-down";
    "consequence-wrong-side", VpnGateway: "on-premises-overlap";
    "consequence-refused-aks", AzureCni: "forbidden-range" "service-range-too-large"
        "subnet-delegated";
    "consequence-wrong-destination", AksPlanning: "cluster-range-overlap";
    "consequence-refused-aks", AksPlanning: "pod-service-overlap";
    "consequence-refused-azure", IpForwarding: "nic-no-configuration";
    "consequence-names-lost", VnetNameResolution: "dns-server-nobody";
    "consequence-refused-azure", PrivateDns: "registration-twice";

    // How many there may be, and how long their names.
    "consequence-refused-aks", AksLoadBalancer: "too-many-set-nodes" "too-many-outbound-addresses"
        "outbound-ports-multiple" "outbound-ports-surge";
    "consequence-unsupported-size", AksNetworkPolicy: "policy-manager-size";
    "consequence-refused-azure", AzureLimits: "name-too-long" "too-many-routes" "too-many-rules"
        "too-many-prefixes" "too-many-resources" "too-many-subnets" "too-many-peerings"
        "too-many-dns-servers" "too-many-pool-members";
    "consequence-no-more-addresses", AzureLimits: "too-many-addresses";
    "consequence-refused-azure", UserDefinedRoutes: "too-many-tag-routes";
    "consequence-no-more-services", AzureLimits: "too-many-frontends" "too-many-rules-per-nic";
    "consequence-refused-azure", AksOutboundType: "too-many-nat-addresses";
    "consequence-refused-aks", AksLimits: "too-many-pools" "too-many-nodes";
    "consequence-refused-aks", Kubenet: "too-many-kubenet-nodes";
    "consequence-no-more-services", AksLimits: "too-many-load-balancer-services";
    "consequence-refused-aks", AzureCni: "too-few-pods" "pool-too-few-pods";
    "consequence-no-outbound-ports", AksLoadBalancer: "outbound-ports-exhausted";

    // Private endpoints and storage accounts.
    "consequence-never-arrives", PrivateEndpoint: "endpoint-connects-nothing"
        "endpoint-not-approved";
    "consequence-no-effect", PrivateEndpoint: "endpoint-states-differ";
    "consequence-refused-azure", PrivateEndpoint: "endpoint-address-taken";
    "consequence-name-gone", PrivateEndpointDns: "endpoint-record-missing";
    "consequence-public-instead", PrivateEndpointDns: "endpoint-zone-not-linked";
    "consequence-half-way", AzureFirewallSymmetry: "endpoint-answer-passes-by";
    "consequence-no-effect", PrivateEndpointPolicies: "endpoint-rules-ignored";
    "consequence-never-arrives", StorageNetworkRules: "storage-unreachable";

    // Routes and ways out.
    "consequence-route-loses", UserDefinedRoutes: "next-hop-unknown" "next-hop-unreachable"
        "next-hop-no-gateway" "route-drops" "route-private-internet";
    "consequence-route-circles", UserDefinedRoutes: "next-hop-in-subnet";
    "consequence-route-loses", IpForwarding: "next-hop-not-forwarding";
    "consequence-refused-azure", UserDefinedRoutes: "next-hop-express-route";
    "consequence-no-effect", UserDefinedRoutes: "route-table-unused";
    "consequence-pods-cut-off", Kubenet: "pod-route-missing" "pod-route-wrong"
        "node-ip-forwarding-off";
    "consequence-refused-aks", AksOutboundType: "default-route-required" "nat-gateway-required";
    "consequence-refused-aks", Kubenet: "kubenet-default-route";
    "consequence-walks-unknown", AksOutboundType: "outbound-type-not-modelled";
    "consequence-refused-azure", NatGateway: "nat-gateway-sku";
    "consequence-nodes-stay-out", AksEgress: "required-names-refused";

    // Security groups.
    "consequence-rules-open", ServiceTags: "virtual-network-tag-widened";
    "consequence-walks-unknown", ServiceTags: "service-tag-not-modelled";
    "consequence-cluster-breaks", AksOverlay: "overlay-traffic-blocked";
    "consequence-cluster-breaks", AksEgress: "cluster-traffic-blocked";
    "consequence-no-effect", NsgHowItWorks: "rule-shadowed" "rule-elsewhere"
        "security-group-unused";
    "consequence-stays-shut", FloatingIp: "rule-for-node-port";

    // What a cluster may be.
    "consequence-refused-aks", Kubenet: "kubenet-virtual-nodes" "kubenet-windows"
        "kubenet-too-many-pods";
    "consequence-pods-cut-off", Kubenet: "kubenet-subnet-shared" "kubenet-table-shared";
    "consequence-refused-aks", AksNetworkPolicy: "policy-needs-azure-cni";
    "consequence-refused-aks", AksCilium: "cilium-needs-azure-cni" "cilium-needs-dataplane"
        "cilium-windows" "cilium-policy";
    "consequence-refused-aks", AksOverlay: "overlay-needs-azure-cni" "pod-subnet-unused";
    "consequence-refused-aks", AksSystemPools: "no-node-pool";
    "consequence-refused-aks", AksPodSubnet: "pod-subnet-missing" "pod-subnet-of-nodes"
        "pod-subnet-elsewhere" "static-blocks-windows";
    "consequence-refused-aks", AksLoadBalancer: "basic-load-balancer";
    "consequence-refused-aks", AzureCni: "pools-in-two-vnets";
    "consequence-unsupported", AksSupport: "unsupported-change";

    // Services, their annotations and probes.
    "consequence-may-be-refused", AksLoadBalancer: "idle-timeout-long";
    "consequence-stays-shut", CloudProviderLoadBalancer: "source-range-unread";
    "consequence-no-effect", CloudProviderLoadBalancer: "annotation-no-effect";
    "consequence-stays-shut", AksLoadBalancer: "ranges-and-tags";
    "consequence-nobody-answers", Service: "service-no-endpoints" "service-port-unserved";
    "consequence-nobody-answers", EndpointSlices: "service-no-ready-endpoints";
    "consequence-probes-fail", HealthProbes: "probe-port-refused" "probe-filtered"
        "probe-no-ready-node" "probe-status";
    "consequence-probes-fail", AksLoadBalancer: "probe-no-node-port";

    // Application Gateways.
    "consequence-refused-azure", AppGatewayInfrastructure: "appgw-subnet-shared";
    "consequence-gateway-unmanaged", AppGatewayInfrastructure: "appgw-default-route"
        "appgw-gateway-manager" "appgw-load-balancer";
    "consequence-refused-azure", AzureLimits: "appgw-limit";
    "consequence-refused-azure", AppGateway: "appgw-priority" "appgw-reference";
    "consequence-gateway-member-out", AppGatewayProbes: "appgw-probe-status"
        "appgw-backend-unreachable";
    "consequence-gateway-cut-off", Agic: "agic-route-table" "agic-not-peered";
    "consequence-walks-unknown", Agic: "agic-overlay" "agic-not-modelled";
    "consequence-gateway-left-out", Agic: "agic-no-target-port" "agic-target-port";

    // What walks end in.
    "consequence-nodes-stay-out", AksEgress: "egress-blocked";
    "consequence-asymmetric", AksEgress: "reply-lost";
    "consequence-never-arrives", AksLoadBalancer: "service-unreachable";
    "consequence-never-arrives", AppGatewayInfrastructure: "appgw-unreachable";
    "consequence-never-arrives", AzureFirewallRules: "dnat-unreachable";
    "consequence-proxy-error", Ingress: "ingress-backend-unreachable";
}
