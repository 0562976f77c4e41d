//! The Application Gateway Ingress Controller: where a cluster runs it, which gateway it writes, and which
//! Ingresses it takes.

use std::sync::Arc;

use crate::engine::ingress::{CLASS, class_of};
use crate::model::appgateway::AppGateway;
use crate::model::azure::Cluster;
use crate::model::ingress::Ingress;
use crate::model::kube::{ConfigMap, Labels};
use crate::model::network::Network;
use crate::model::object::Ref;

/// The class in the annotation, and `spec.controller` of an `IngressClass`.
pub const ANNOTATED_CLASS: &str = "azure/application-gateway";
/// The `IngressClass` that it installs.
pub const CLASS_NAME: &str = "azure-application-gateway";
/// What its annotations begin with.
pub const PREFIX: &str = "appgw.ingress.kubernetes.io";
/// The add-on's name among those of a cluster.
pub const ADDON: &str = "ingressApplicationGateway";

/// Annotations that change a walk in a way that is not modelled.
pub const NOT_MODELLED: [&str; 5] = [
    "waf-policy-for-path",
    "rewrite-rule-set",
    "rewrite-rule-set-custom-resource",
    "appgw-ssl-profile",
    "appgw-trusted-root-certificate",
];

/// A controller.
#[derive(Clone, Debug, PartialEq)]
pub struct Agic {
    /// The cluster with the add-on, or the workload that runs it.
    pub by: Ref,
    /// The gateway that it writes, if it says which.
    pub gateway: Option<Arc<str>>,
    /// Whether every Ingress is served at the private frontend.
    pub private: bool,
    /// The only namespaces that it watches; empty for all.
    pub namespaces: Vec<Arc<str>>,
    /// Whether it shares the gateway: it leaves alone what an `AzureIngressProhibitedTarget` names.
    pub shares: bool,
}

/// The last part of a resource id, or the name itself.
fn last(id: &str) -> Arc<str> {
    Arc::from(id.rsplit('/').find(|part| !part.is_empty()).unwrap_or(id))
}

fn get<'l>(labels: &'l Labels, key: &str) -> Option<&'l str> {
    let found = labels
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(key));
    found
        .map(|(_, value)| value.trim())
        .filter(|it| !it.is_empty())
}

/// The settings of the add-on, where the cluster has it.
pub fn addon(cluster: &Cluster) -> Option<&Labels> {
    let mut addons = cluster.addons.iter();
    let found = addons.find(|(name, _)| name.eq_ignore_ascii_case(ADDON));
    found.map(|(_, settings)| settings)
}

/// The controller of the add-on.
fn of_addon(cluster: &Cluster) -> Option<Agic> {
    let settings = addon(cluster)?;
    let ids = ["effectiveApplicationGatewayId", "applicationGatewayId"];
    let id = ids.into_iter().find_map(|key| get(settings, key));
    let named = id.or_else(|| get(settings, "applicationGatewayName"));
    let watched = get(settings, "watchNamespace").unwrap_or_default();
    Some(Agic {
        by: cluster.reference(),
        gateway: named.map(last),
        private: get(settings, "usePrivateIP").is_some_and(|it| it.eq_ignore_ascii_case("true")),
        namespaces: list(watched),
        shares: false,
    })
}

fn list(text: &str) -> Vec<Arc<str>> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|it| !it.is_empty()).map(Arc::from).collect()
}

/// Every controller, the add-on first.
pub fn controllers(network: &Network) -> Vec<Agic> {
    let addon = network.cluster.as_ref().and_then(of_addon);
    let is_agic = |labels: &Labels| {
        labels
            .get("app")
            .is_some_and(|app| &**app == "ingress-azure")
    };
    let workloads = network.workloads.iter().filter(|it| it.owner.is_none());
    let workloads = workloads
        .filter(|it| is_agic(&it.template.meta.labels))
        .map(|it| (it.reference(), it.meta.namespace.clone()));
    let pods = network.pods.iter().filter(|it| it.owner.is_none());
    let pods = pods
        .filter(|it| is_agic(&it.meta.labels) && !it.is_over())
        .map(|it| (it.reference(), it.meta.namespace.clone()));
    let installed = workloads.chain(pods).map(|(by, namespace)| {
        let settings = settings(network, &namespace);
        let read = |key: &str| {
            settings
                .and_then(|map| map.data.get(key))
                .map(|it| it.trim())
        };
        let gateway = read("APPGW_RESOURCE_ID").or_else(|| read("APPGW_NAME"));
        Agic {
            by,
            gateway: gateway.filter(|it| !it.is_empty()).map(last),
            private: read("USE_PRIVATE_IP") == Some("true"),
            namespaces: list(read("KUBERNETES_WATCHNAMESPACE").unwrap_or_default()),
            shares: read("APPGW_ENABLE_SHARED_APPGW") == Some("true"),
        }
    });
    addon.into_iter().chain(installed).collect()
}

/// The ConfigMap that its chart installs beside it.
fn settings<'n>(network: &'n Network, namespace: &str) -> Option<&'n ConfigMap> {
    let keys = ["APPGW_NAME", "APPGW_RESOURCE_ID"];
    network.config_maps.iter().find(|map| {
        *map.meta.namespace == *namespace && keys.iter().any(|key| map.data.contains_key(*key))
    })
}

impl Agic {
    /// The first document that keeps it from a part of the gateway, where it heeds such.
    pub fn prohibited_by<'n>(&self, network: &'n Network) -> Option<&'n Ref> {
        let mut documents = network.manifests.iter().filter(|_| self.shares);
        let found = documents.find(|it| {
            it.head.starts_with("appgw.ingress.k8s.io/")
                && it.head.ends_with("AzureIngressProhibitedTarget")
        });
        found.map(|it| &it.object)
    }

    /// The gateway that it writes: the one that it names, or the only one.
    pub fn gateway_of<'n>(&self, network: &'n Network) -> Option<&'n AppGateway> {
        match (&self.gateway, network.app_gateways.as_slice()) {
            (Some(name), _) => network.app_gateway(name),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// Whether it takes an Ingress: by class name, or else by the annotation.
    pub fn admits(&self, network: &Network, ingress: &Ingress) -> bool {
        let watched =
            self.namespaces.is_empty() || self.namespaces.contains(&ingress.meta.namespace);
        watched && is_of_class(network, ingress)
    }

    /// The Ingresses that it takes, by namespace and name.
    pub fn ingresses<'n>(&self, network: &'n Network) -> Vec<&'n Ingress> {
        let all = network.ingresses.iter();
        let mut taken: Vec<&Ingress> = all.filter(|it| self.admits(network, it)).collect();
        taken.sort_by_key(|it| (it.meta.namespace.clone(), it.meta.name.clone()));
        taken
    }
}

/// Whether an Ingress is for an Application Gateway.
pub fn is_of_class(network: &Network, ingress: &Ingress) -> bool {
    if let Some(class) = class_of(network, ingress) {
        let mut classes = network.ingress_classes.iter();
        return match classes.find(|it| it.meta.name == class) {
            Some(known) => &*known.controller == ANNOTATED_CLASS,
            None => &*class == CLASS_NAME,
        };
    }
    let annotated = ingress.meta.annotations.get(CLASS);
    annotated.is_some_and(|class| &**class == ANNOTATED_CLASS)
}

/// The gateway whose controller takes an Ingress.
pub fn gateway_of<'n>(network: &'n Network, ingress: &Ingress) -> Option<&'n AppGateway> {
    let all = controllers(network).into_iter();
    let taken = all.filter(|it| it.admits(network, ingress));
    taken
        .filter_map(|it| it.gateway_of(network))
        .find(|it| it.v2)
}

/// An annotation of an Ingress, by its name without the prefix.
pub fn annotation<'i>(ingress: &'i Ingress, name: &str) -> Option<&'i str> {
    let value = ingress
        .meta
        .annotations
        .get(format!("{PREFIX}/{name}").as_str())?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// The field in which an annotation stands.
pub fn annotation_field(name: &str) -> String {
    format!("metadata.annotations[{PREFIX}/{name}]")
}

/// An annotation that is not modelled, if an Ingress has one.
pub fn unmodelled(ingress: &Ingress) -> Option<&'static str> {
    let mut all = NOT_MODELLED.into_iter();
    all.find(|name| annotation(ingress, name).is_some())
}
