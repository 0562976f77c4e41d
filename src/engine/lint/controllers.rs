//! The same as [`super::catalogue`] for what controllers find while they work: places in the cluster that nothing is
//! left of, Services that stay without an address, Ingresses that nobody takes.

use super::catalogue::{Entry, entries, entry};
use crate::engine::sources::Source;

entries! {
    "consequence-refused-aks", AksPlanning: "subnet-full" "pod-cidr-full" "pod-subnet-full";
    "consequence-refused-aks", AzureCni: "dns-service-ip-outside-range" "dns-service-ip-first";
    "consequence-pod-range", Kubenet: "node-pod-cidr-twice" "node-pod-cidr-outside";
    "consequence-refused-aks", AksLimits: "node-limit";
    "consequence-no-address", AksPlanning: "subnet-not-found" "pod-subnet-not-found" "pod-no-address";
    "consequence-no-address", AksLoadBalancer: "public-ips-full";
    "consequence-refused-api", Service: "cluster-ip-twice" "cluster-ip-outside-range" "service-range-full"
        "node-ports-full" "node-port-twice" "node-port-out-of-range" "service-refused";
    "consequence-refused-api", NetworkPolicies: "policy-refused";
    "consequence-refused-api", Ingress: "ingress-refused";
    "consequence-service-pending", AksLoadBalancer: "load-balancer-pending" "load-balancer-refused"
        "load-balancer-class";
    "consequence-service-moves", AksLoadBalancer: "load-balancer-status";
    "consequence-pod-pending", PodLifecycle: "pod-unschedulable" "node-not-found";
    "consequence-nobody-answers", Ingress: "ingress-ignored" "ingress-resource" "ingress-port";
    "consequence-no-effect", Ingress: "ingress-duplicate";
    "consequence-default-certificate", Ingress: "acme-challenge" "acme-no-issuer";
    "consequence-no-effect", AksNetworkConcepts: "event-target";
    "consequence-no-effect", IpMasqAgent: "ip-masq-refused";
    "consequence-gateway-cut-off", Agic: "agic-no-gateway" "agic-sku" "agic-no-subnet";
    "consequence-walks-unknown", Agic: "agic-shared";
    "consequence-names-unknown", CoreDnsAks: "forward-unreached" "alias-loop" "autoscaler";
}
