//! Recognises a document by its head: `apiVersion` and `kind`, or `type` and `name`.

use std::sync::Arc;

use super::azure::id;
use crate::model::object::{Kind, Ref};
use crate::model::yaml::Node;

/// What a document turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A Kubernetes object.
    Kube(Kind),
    /// An Azure resource.
    Azure(Kind),
    /// A part of an Azure resource that stands by itself, with the parent's name.
    Child(Child, Arc<str>),
    /// One of kubehop's own kinds.
    Ours(Kind),
    /// Kept, not simulated.
    Other,
}

/// The child resources that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Child {
    /// `virtualNetworks/subnets`
    Subnet,
    /// `virtualNetworks/virtualNetworkPeerings`
    Peering,
    /// `networkSecurityGroups/securityRules`
    SecurityRule,
    /// `routeTables/routes`
    Route,
    /// `firewallPolicies/ruleCollectionGroups`
    RuleGroup,
    /// `managedClusters/agentPools`
    AgentPool,
    /// `privateEndpoints/privateDnsZoneGroups`
    ZoneGroup,
    /// `privateDnsZones/virtualNetworkLinks`
    VnetLink,
    /// `dnsZones/A` and the like, public and private
    Record,
}

/// A recognised head.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub(super) form: Form,
    pub(super) object: Ref,
    /// As written, such as `apps/v1 Deployment`.
    pub(super) text: Arc<str>,
    /// The API version of a known kind is not one that serves it; holds one that does.
    pub(super) wrong_version: Option<&'static str>,
    /// Why the document is not recognised although it looks like one of a known family.
    pub(super) problem: Option<HeadProblem>,
}

/// What is wrong with a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadProblem {
    /// Neither head is there.
    NoHead,
    /// `kind` without `apiVersion`, or the other way round, or `type` without `name`.
    Missing(&'static str),
}

/// Kubernetes kinds: kind, reference kind, a group and version that serve it.
const KUBE: &[(&str, Kind, &str)] = &[
    ("Pod", Kind::Pod, "v1"),
    ("Deployment", Kind::Deployment, "apps/v1"),
    ("ReplicaSet", Kind::ReplicaSet, "apps/v1"),
    ("StatefulSet", Kind::StatefulSet, "apps/v1"),
    ("DaemonSet", Kind::DaemonSet, "apps/v1"),
    ("Job", Kind::Job, "batch/v1"),
    ("Service", Kind::Service, "v1"),
    ("Endpoints", Kind::Endpoints, "v1"),
    ("EndpointSlice", Kind::EndpointSlice, "discovery.k8s.io/v1"),
    ("Ingress", Kind::Ingress, "networking.k8s.io/v1"),
    ("IngressClass", Kind::IngressClass, "networking.k8s.io/v1"),
    ("Issuer", Kind::Issuer, "cert-manager.io/v1"),
    ("ClusterIssuer", Kind::ClusterIssuer, "cert-manager.io/v1"),
    ("NetworkPolicy", Kind::NetworkPolicy, "networking.k8s.io/v1"),
    ("ConfigMap", Kind::ConfigMap, "v1"),
    ("Secret", Kind::Secret, "v1"),
    ("Namespace", Kind::Namespace, "v1"),
    ("Node", Kind::Node, "v1"),
    (
        "KubeProxyConfiguration",
        Kind::KubeProxyConfiguration,
        "kubeproxy.config.k8s.io/v1alpha1",
    ),
];

/// API groups of Kubernetes itself; another group may have a kind of the same name.
const GROUPS: &[&str] = &[
    "",
    "apps",
    "batch",
    "extensions",
    "discovery.k8s.io",
    "networking.k8s.io",
    "kubeproxy.config.k8s.io",
    "cert-manager.io",
];

/// Groups that once served a kind: Deployments and the like, Ingresses, NetworkPolicies.
const EXTENSIONS: &[Kind] = &[
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::DaemonSet,
    Kind::Ingress,
    Kind::NetworkPolicy,
];

const OURS: &[(&str, Kind)] = &[
    ("Host", Kind::Host),
    ("Flow", Kind::Flow),
    ("Event", Kind::Event),
    ("Lesson", Kind::Lesson),
    ("Layout", Kind::Layout),
    ("Settings", Kind::Settings),
];

const AZURE: &[(&str, Kind)] = &[
    ("Microsoft.Network/virtualNetworks", Kind::Vnet),
    ("Microsoft.Network/routeTables", Kind::RouteTable),
    ("Microsoft.Network/networkSecurityGroups", Kind::Nsg),
    ("Microsoft.Network/publicIPAddresses", Kind::PublicIp),
    ("Microsoft.Network/natGateways", Kind::NatGateway),
    ("Microsoft.Network/virtualNetworkGateways", Kind::Gateway),
    ("Microsoft.Network/localNetworkGateways", Kind::LocalGateway),
    ("Microsoft.Network/connections", Kind::Connection),
    ("Microsoft.Network/applicationGateways", Kind::AppGateway),
    ("Microsoft.Network/azureFirewalls", Kind::Firewall),
    ("Microsoft.Network/firewallPolicies", Kind::FirewallPolicy),
    ("Microsoft.Network/privateDnsZones", Kind::PrivateDnsZone),
    ("Microsoft.Network/dnsZones", Kind::DnsZone),
    ("Microsoft.Network/privateEndpoints", Kind::PrivateEndpoint),
    (
        "Microsoft.Network/networkInterfaces",
        Kind::NetworkInterface,
    ),
    ("Microsoft.Network/loadBalancers", Kind::LoadBalancer),
    ("Microsoft.Compute/virtualMachines", Kind::Host),
    ("Microsoft.Storage/storageAccounts", Kind::Storage),
    ("Microsoft.ContainerService/managedClusters", Kind::Cluster),
];

const CHILDREN: &[(&str, Child)] = &[
    ("Microsoft.Network/virtualNetworks/subnets", Child::Subnet),
    (
        "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        Child::Peering,
    ),
    (
        "Microsoft.Network/networkSecurityGroups/securityRules",
        Child::SecurityRule,
    ),
    ("Microsoft.Network/routeTables/routes", Child::Route),
    (
        "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
        Child::RuleGroup,
    ),
    (
        "Microsoft.ContainerService/managedClusters/agentPools",
        Child::AgentPool,
    ),
    (
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        Child::VnetLink,
    ),
    (
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        Child::ZoneGroup,
    ),
    ("Microsoft.Network/privateDnsZones/A", Child::Record),
    ("Microsoft.Network/privateDnsZones/AAAA", Child::Record),
    ("Microsoft.Network/privateDnsZones/CNAME", Child::Record),
    ("Microsoft.Network/privateDnsZones/TXT", Child::Record),
    ("Microsoft.Network/dnsZones/A", Child::Record),
    ("Microsoft.Network/dnsZones/AAAA", Child::Record),
    ("Microsoft.Network/dnsZones/CNAME", Child::Record),
    ("Microsoft.Network/dnsZones/TXT", Child::Record),
];

/// The kinds of ours, for messages.
pub(super) fn our_kinds() -> String {
    let kinds: Vec<String> = OURS.iter().map(|(kind, _)| format!("`{kind}`")).collect();
    kinds.join(", ")
}

/// Recognises a document.
pub(super) fn recognise(root: &Node) -> Head {
    let text = |key: &str| {
        root.get(key)
            .and_then(Node::as_str)
            .filter(|text| !text.is_empty())
    };
    // `az` prints some parts of resources with an id, but without a type.
    let by_id = text("id").filter(|id| id.starts_with('/'));
    let by_id = by_id.filter(|_| root.get("type").is_none());
    match (text("apiVersion"), text("kind"), text("type")) {
        (Some(version), Some(kind), _) => kubernetes(root, version, kind),
        (_, _, Some(azure)) if azure.contains('/') && azure.contains('.') => resource(root, azure),
        (None, None, None) if let Some(azure) = by_id.and_then(id::resource_type) => {
            resource(root, &azure)
        }
        (Some(version), None, _) => {
            let mut head = other(root, version);
            head.problem = Some(HeadProblem::Missing("kind"));
            head
        }
        (None, Some(kind), _) => {
            let mut head = other(root, kind);
            head.problem = Some(HeadProblem::Missing("apiVersion"));
            head
        }
        _ => {
            let mut head = other(root, "document without a head");
            head.problem = Some(HeadProblem::NoHead);
            head
        }
    }
}

fn kubernetes(root: &Node, version: &str, kind: &str) -> Head {
    let mut head = other(root, &format!("{version} {kind}"));
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    if group == "kubehop.dev" {
        if let Some((_, kind)) = OURS.iter().find(|(name, _)| *name == kind) {
            head.form = Form::Ours(*kind);
            head.object = Ref::new(*kind, kube_name(root));
        }
        return head;
    }
    let known = KUBE.iter().find(|(name, _, _)| *name == kind);
    let Some(&(_, kind, serves)) = known.filter(|_| GROUPS.contains(&group)) else {
        return head;
    };
    let right = serves.rsplit_once('/').map_or("", |(group, _)| group);
    let right_version = group == right || group == "extensions" && EXTENSIONS.contains(&kind);
    head.form = Form::Kube(kind);
    head.wrong_version = (!right_version).then_some(serves);
    head.object = if namespaced(kind) {
        Ref::scoped(kind, kube_namespace(root), kube_name(root))
    } else {
        Ref::new(kind, kube_name(root))
    };
    head
}

/// Whether objects of this kind live in a namespace.
pub(super) fn namespaced(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Node
            | Kind::Namespace
            | Kind::IngressClass
            | Kind::ClusterIssuer
            | Kind::KubeProxyConfiguration
    )
}

fn resource(root: &Node, written: &str) -> Head {
    let mut head = other(root, written);
    let name = root.get("name").and_then(Node::as_str).unwrap_or_default();
    if name.is_empty() {
        head.problem = Some(HeadProblem::Missing("name"));
        return head;
    }
    let same = |text: &str| text.eq_ignore_ascii_case(written);
    if let Some((_, kind)) = AZURE.iter().find(|(text, _)| same(text)) {
        head.form = Form::Azure(*kind);
        head.object = Ref::new(*kind, name);
    } else if let Some((_, child)) = CHILDREN.iter().find(|(text, _)| same(text)) {
        let resource = root.get("id").and_then(Node::as_str).unwrap_or_default();
        let parts = if name.contains('/') {
            id::parts(name)
        } else {
            id::parts(resource)
        };
        if let [.., parent, last] = parts.as_slice() {
            head.object = match child {
                Child::Subnet => Ref::scoped(Kind::Subnet, *parent, *last),
                Child::Peering => Ref::scoped(Kind::Peering, *parent, *last),
                Child::RuleGroup => Ref::new(Kind::FirewallPolicy, format!("{parent}/{last}")),
                _ => Ref::new(Kind::Unknown, format!("{parent}/{last}")),
            };
            head.form = Form::Child(*child, Arc::from(*parent));
        } else {
            head.problem = Some(HeadProblem::Missing("id"));
        }
    }
    head
}

/// A document that is kept but not simulated.
fn other(root: &Node, text: &str) -> Head {
    let name = match root.get("metadata") {
        Some(_) => kube_name(root),
        None => root
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default()
            .into(),
    };
    Head {
        form: Form::Other,
        object: Ref::new(Kind::Unknown, name),
        text: Arc::from(text),
        wrong_version: None,
        problem: None,
    }
}

fn kube_name(root: &Node) -> Arc<str> {
    metadata(root, "name").unwrap_or_default().into()
}

fn kube_namespace(root: &Node) -> Arc<str> {
    metadata(root, "namespace")
        .filter(|namespace| !namespace.is_empty())
        .unwrap_or("default")
        .into()
}

fn metadata<'a>(root: &'a Node, key: &str) -> Option<&'a str> {
    root.get("metadata")?.get(key)?.as_str()
}
