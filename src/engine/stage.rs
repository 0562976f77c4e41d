//! The closed list of stages that a step of a walk can name.

use super::sources::Source;

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident = $text:literal $(, $source:ident)*;)*) => {
        /// Where in the network a step is decided.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Stage { $($(#[$doc])* $name,)* }

        impl Stage {
            /// Every stage.
            pub const ALL: &[Stage] = &[$(Stage::$name,)*];

            /// The name as answers print it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Stage::$name => $text,)* }
            }

            /// The documentation that says how this stage decides.
            pub const fn sources(self) -> &'static [Source] {
                match self { $(Stage::$name => &[$(Source::$source),*],)* }
            }
        }
    };
}

stages! {
    /// The resolver of the sender tries the search list.
    DnsSearch = "dns.search", DnsPodService, CoreDnsAks;
    /// CoreDNS answers from Services.
    DnsService = "dns.service", DnsSpecification;
    /// CoreDNS or a DNS server asks the next server.
    DnsForward = "dns.forward", CoreDnsAks;
    /// Azure DNS answers.
    DnsZone = "dns.zone", AzurePlatformAddress, PrivateDns, PrivateEndpointDns;
    /// Network policy at the sender.
    PolicyEgress = "policy.egress", NetworkPolicies;
    /// Network policy at the receiver.
    PolicyIngress = "policy.ingress", NetworkPolicies;
    /// The pod's own routing table.
    PodRoute = "pod.route", AksNetworkConcepts;
    /// The bridge of a node: `cbr0` of kubenet, `azure0` of Azure CNI in bridge mode.
    Bridge = "bridge", Kubenet, AzureCni;
    /// The veth pair of a pod.
    Veth = "veth", AksNetworkConcepts;
    /// Packets that arrive, before routing.
    IptablesPrerouting = "iptables.PREROUTING", VirtualIps;
    /// Packets that a process of the node sends.
    IptablesOutput = "iptables.OUTPUT", VirtualIps;
    /// Packets for a process of the node.
    IptablesInput = "iptables.INPUT", VirtualIps;
    /// Packets that pass through the node.
    IptablesForward = "iptables.FORWARD", VirtualIps;
    /// Packets that leave, after routing.
    IptablesPostrouting = "iptables.POSTROUTING", SourceIp, IpMasqAgent;
    /// The node remembers the connection.
    Conntrack = "conntrack", SourceIp;
    /// The node's routing table.
    NodeRoute = "node.route", AksNetworkConcepts;
    /// The network interface of a virtual machine in Azure.
    AzureNic = "azure.nic", IpForwarding;
    /// NSG of the NIC, outbound.
    AzureNsgOutNic = "azure.nsg.out.nic", NsgHowItWorks;
    /// NSG of the subnet, outbound.
    AzureNsgOutSubnet = "azure.nsg.out.subnet", NsgHowItWorks;
    /// NSG of the subnet, inbound.
    AzureNsgInSubnet = "azure.nsg.in.subnet", NsgHowItWorks;
    /// NSG of the NIC, inbound.
    AzureNsgInNic = "azure.nsg.in.nic", NsgHowItWorks;
    /// Effective routes of a subnet.
    AzureRoute = "azure.route", UserDefinedRoutes;
    /// Peering between virtual networks.
    AzurePeering = "azure.peering", VnetPeering;
    /// Virtual network gateway.
    AzureGateway = "azure.gateway", VpnGateway;
    /// Service endpoint.
    AzureServiceEndpoint = "azure.serviceendpoint", ServiceEndpoints;
    /// Private endpoint.
    AzurePrivateEndpoint = "azure.privateendpoint", PrivateEndpoint, PrivateEndpointPolicies;
    /// Load balancing rule.
    AzureLbRule = "azure.lb.rule", FloatingIp, AksLoadBalancer;
    /// Health probe.
    AzureLbProbe = "azure.lb.probe", HealthProbes;
    /// Outbound rule of a load balancer.
    AzureLbOutbound = "azure.lb.outbound", OutboundConnections;
    /// NAT gateway.
    AzureNatGateway = "azure.natgateway", OutboundConnections;
    /// Public address of a virtual machine.
    AzurePublicIp = "azure.publicip", OutboundConnections;
    /// Azure Firewall.
    AzureFirewall = "azure.firewall", AzureFirewallRules, AzureFirewallSnat, AzureFirewallSymmetry;
    /// Listener of an Application Gateway.
    AppGwListener = "appgw.listener", AppGateway, Agic;
    /// Rule of an Application Gateway.
    AppGwRule = "appgw.rule", AppGatewayRules, Agic;
    /// Backend pool of an Application Gateway.
    AppGwPool = "appgw.pool", AppGatewayProbes, Agic;
    /// Host of an Ingress.
    IngressHost = "ingress.host", Ingress;
    /// Path of an Ingress.
    IngressPath = "ingress.path", Ingress;
    /// TLS of an Ingress.
    IngressTls = "ingress.tls", Ingress;
    /// A host sends or forwards.
    HostForward = "host.forward", AksNetworkConcepts, IpForwarding, AzureFirewallSymmetry;
    /// A process listens, or does not.
    HostListen = "host.listen", AksNetworkConcepts;
    /// Network rules of a storage account.
    StorageAcl = "storage.acl", StorageNetworkRules, StoragePrivateEndpoints;
}
