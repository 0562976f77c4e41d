//! The documentation that a step refers to.

macro_rules! sources {
    ($($name:ident = $id:literal, $title:literal, $url:literal;)*) => {
        /// A page of documentation.
        #[allow(missing_docs, reason = "the title is the documentation")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Source { $($name,)* }

        impl Source {
            /// Every source.
            pub const ALL: &[Source] = &[$(Source::$name,)*];

            /// Stable id, as answers print it.
            pub const fn id(self) -> &'static str {
                match self { $(Source::$name => $id,)* }
            }

            /// The page's title.
            pub const fn title(self) -> &'static str {
                match self { $(Source::$name => $title,)* }
            }

            /// The page's address.
            pub const fn url(self) -> &'static str {
                match self { $(Source::$name => $url,)* }
            }
        }
    };
}

sources! {
    AksNetworkConcepts = "aks-concepts-network", "Network concepts for applications in AKS", "https://learn.microsoft.com/azure/aks/concepts-network";
    Kubenet = "aks-kubenet", "Use kubenet networking in AKS", "https://learn.microsoft.com/azure/aks/configure-kubenet";
    AzureCni = "aks-azure-cni", "Configure Azure CNI networking in AKS", "https://learn.microsoft.com/azure/aks/configure-azure-cni";
    AksLoadBalancer = "aks-load-balancer", "Use a public standard load balancer in AKS", "https://learn.microsoft.com/azure/aks/load-balancer-standard";
    AksInternalLb = "aks-internal-lb", "Use an internal load balancer with AKS", "https://learn.microsoft.com/azure/aks/internal-lb";
    CoreDnsAks = "aks-coredns", "Customize CoreDNS with AKS", "https://learn.microsoft.com/azure/aks/coredns-custom";
    IpMasqAgent = "ip-masq-agent", "IP Masquerade Agent User Guide", "https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/";
    SourceIp = "k8s-source-ip", "Using Source IP", "https://kubernetes.io/docs/tutorials/services/source-ip/";
    Service = "k8s-service", "Service", "https://kubernetes.io/docs/concepts/services-networking/service/";
    VirtualIps = "k8s-virtual-ips", "Virtual IPs and Service Proxies", "https://kubernetes.io/docs/reference/networking/virtual-ips/";
    EndpointSlices = "k8s-endpoint-slices", "EndpointSlices", "https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/";
    Nodes = "k8s-nodes", "Nodes", "https://kubernetes.io/docs/concepts/architecture/nodes/";
    PodLifecycle = "k8s-pod-lifecycle", "Pod Lifecycle", "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/";
    ReadinessProbes = "k8s-probes", "Configure Liveness, Readiness and Startup Probes", "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/";
    DnsPodService = "k8s-dns-pod-service", "DNS for Services and Pods", "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/";
    DnsSpecification = "k8s-dns-specification", "Kubernetes DNS-Based Service Discovery", "https://github.com/kubernetes/dns/blob/master/docs/specification.md";
    NetworkPolicies = "k8s-network-policies", "Network Policies", "https://kubernetes.io/docs/concepts/services-networking/network-policies/";
    Ingress = "k8s-ingress", "Ingress", "https://kubernetes.io/docs/concepts/services-networking/ingress/";
    UserDefinedRoutes = "azure-udr-overview", "Virtual network traffic routing", "https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview";
    IpForwarding = "azure-ip-forwarding", "Enable or disable IP forwarding", "https://learn.microsoft.com/azure/virtual-network/virtual-network-network-interface";
    NsgHowItWorks = "azure-nsg-how-it-works", "How network security groups filter network traffic", "https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works";
    ServiceTags = "azure-service-tags", "Virtual network service tags", "https://learn.microsoft.com/azure/virtual-network/service-tags-overview";
    VnetPeering = "azure-vnet-peering", "Virtual network peering", "https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview";
    VpnGateway = "azure-vpn-gateway", "About VPN Gateway", "https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpngateways";
    FloatingIp = "azure-lb-floating-ip", "Azure Load Balancer Floating IP configuration", "https://learn.microsoft.com/azure/load-balancer/load-balancer-floating-ip";
    HealthProbes = "azure-lb-probes", "Azure Load Balancer health probes", "https://learn.microsoft.com/azure/load-balancer/load-balancer-custom-probe-overview";
    NatGateway = "azure-nat-gateway", "What is Azure NAT Gateway?", "https://learn.microsoft.com/azure/nat-gateway/nat-overview";
    OutboundConnections = "azure-lb-outbound", "Use Source Network Address Translation (SNAT) for outbound connections", "https://learn.microsoft.com/azure/load-balancer/load-balancer-outbound-connections";
    AksLimits = "aks-limits", "Limits for resources, SKUs and regions in AKS", "https://learn.microsoft.com/azure/aks/quotas-skus-regions";
    AksSupport = "aks-support-policies", "Support policies for AKS", "https://learn.microsoft.com/azure/aks/support-policies";
    AksEgress = "aks-egress", "Outbound network and FQDN rules for AKS clusters", "https://learn.microsoft.com/azure/aks/outbound-rules-control-egress";
    AksOutboundType = "aks-outbound-type", "Customize cluster egress with outbound types in AKS", "https://learn.microsoft.com/azure/aks/egress-outboundtype";
    AksCilium = "aks-cilium", "Configure Azure CNI Powered by Cilium in AKS", "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium";
    AksOverlay = "aks-overlay", "Azure CNI Overlay networking", "https://learn.microsoft.com/azure/aks/azure-cni-overlay";
    AksPodSubnet = "aks-pod-subnet", "Azure CNI Pod Subnet: dynamic IP allocation and enhanced subnet support", "https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation";
    AksSystemPools = "aks-system-pools", "Manage system node pools in AKS", "https://learn.microsoft.com/azure/aks/use-system-pools";
    CloudProviderLoadBalancer = "cloud-provider-azure-lb", "Azure LoadBalancer of cloud-provider-azure", "https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/";
    VnetNameResolution = "azure-vnet-dns", "Name resolution for resources in Azure virtual networks", "https://learn.microsoft.com/azure/virtual-network/virtual-networks-name-resolution-for-vms-and-role-instances";
    AksNetworkPolicy = "aks-network-policy", "Secure traffic between pods by using network policies in AKS", "https://learn.microsoft.com/azure/aks/use-network-policies";
    AksPlanning = "aks-ip-planning", "IP address planning for AKS clusters", "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning";
    AzureLimits = "azure-networking-limits", "Azure subscription and service limits: networking", "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#networking-limits";
    VnetFaq = "azure-vnet-faq", "Azure Virtual Network frequently asked questions", "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq";
    ServiceEndpoints = "azure-service-endpoints", "Virtual network service endpoints", "https://learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview";
    StorageNetworkRules = "azure-storage-network", "Azure Storage firewall rules", "https://learn.microsoft.com/azure/storage/common/storage-network-security";
    PrivateEndpoint = "azure-private-endpoint", "What is a private endpoint?", "https://learn.microsoft.com/azure/private-link/private-endpoint-overview";
    PrivateEndpointPolicies = "azure-private-endpoint-policies", "Manage network policies for private endpoints", "https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy";
    PrivateEndpointDns = "azure-private-endpoint-dns", "Azure private endpoint private DNS zone values", "https://learn.microsoft.com/azure/private-link/private-endpoint-dns";
    PrivateDns = "azure-private-dns", "What is Azure Private DNS?", "https://learn.microsoft.com/azure/dns/private-dns-overview";
    StoragePrivateEndpoints = "azure-storage-private-endpoints", "Use private endpoints for Azure Storage", "https://learn.microsoft.com/azure/storage/common/storage-private-endpoints";
    AzureFirewallRules = "azure-firewall-rules", "Azure Firewall rule processing logic", "https://learn.microsoft.com/azure/firewall/rule-processing";
    AzureFirewallSnat = "azure-firewall-snat", "Azure Firewall SNAT private IP address ranges", "https://learn.microsoft.com/azure/firewall/snat-private-range";
    AzureFirewallSymmetry = "azure-firewall-lb", "Integrate Azure Firewall with Azure Standard Load Balancer", "https://learn.microsoft.com/azure/firewall/integrate-lb";
    AppGateway = "azure-appgw-how-it-works", "How an application gateway works", "https://learn.microsoft.com/azure/application-gateway/how-application-gateway-works";
    AppGatewayRules = "azure-appgw-url-routing", "URL path-based routing overview", "https://learn.microsoft.com/azure/application-gateway/url-route-overview";
    AppGatewayProbes = "azure-appgw-probes", "Application Gateway health probes", "https://learn.microsoft.com/azure/application-gateway/application-gateway-probe-overview";
    AppGatewayInfrastructure = "azure-appgw-infrastructure", "Application Gateway infrastructure configuration", "https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure";
    Agic = "azure-agic", "What is Application Gateway Ingress Controller?", "https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview";
    AzurePlatformAddress = "azure-168-63-129-16", "What is IP address 168.63.129.16?", "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16";
}
