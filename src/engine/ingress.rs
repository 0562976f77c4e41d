//! What an NGINX ingress controller makes of the Ingresses that it admits, and what it decides about
//! one request: certificate, host, path, and the endpoints that may serve it (R31 to R34).
//!
//! Nothing here knows where the packet is; [`crate::engine::walk`] asks [`Controller::decide`] and opens
//! the second connection. Left out, and so not modelled by name: annotations that ask another server or
//! rewrite the answer ([`settings`]), backends that are no Service, Services of type ExternalName.

mod backend;
mod certificate;
pub mod checks;
mod decide;
mod path;
mod pattern;
mod server;
pub mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::ingress::{Backend, BackendPort, Ingress, IngressClass, NginxController};
use crate::model::kube::{ConfigMap, Pod, Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub use backend::Endpoint;
use backend::{Upstream, upstream};
pub use decide::{Decision, Forward, Outcome};

/// The annotation that names a class, older than `spec.ingressClassName`.
pub const CLASS: &str = "kubernetes.io/ingress.class";

/// A controller, as its pods are written, and what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Controller<'a> {
    network: &'a Network,
    pod: &'a Pod,
    nginx: &'a NginxController,
    options: Option<&'a ConfigMap>,
}

/// Why a controller leaves an Ingress alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// It names another class.
    OtherClass,
    /// It names a class that is not there.
    NoSuchClass,
    /// It names none, and the controller asks for one.
    NoClass,
    /// It is in a namespace that the controller does not watch.
    OtherNamespace,
}

impl<'a> Controller<'a> {
    /// The controller that a pod runs, if it does.
    pub fn of(network: &'a Network, pod: &'a Pod) -> Option<Self> {
        let nginx = pod.nginx.as_deref()?;
        let options = nginx.flag("configmap").and_then(|name| {
            let (namespace, name) = name.split_once('/')?;
            let is =
                |map: &&ConfigMap| *map.meta.name == *name && *map.meta.namespace == *namespace;
            network.config_maps.iter().find(is)
        });
        Some(Self {
            network,
            pod,
            nginx,
            options,
        })
    }

    /// One controller for each workload that runs it, and for each pod without one.
    pub fn all(network: &'a Network) -> Vec<Self> {
        let mut seen: Vec<&Ref> = Vec::new();
        let mut all = Vec::new();
        for pod in network.pods.iter().filter(|pod| !pod.is_over()) {
            let Some(controller) = Self::of(network, pod) else {
                continue;
            };
            if let Some(owner) = &pod.owner {
                if seen.contains(&owner) {
                    continue;
                }
                seen.push(owner);
            }
            all.push(controller);
        }
        all
    }

    /// The pod that runs it.
    pub const fn pod(&self) -> &'a Pod {
        self.pod
    }

    /// `pod/NAMESPACE/NAME`.
    pub fn place(&self) -> Ref {
        self.pod.reference()
    }

    /// The port for plain requests.
    pub fn http_port(&self) -> u16 {
        self.nginx.port("http-port", 80)
    }

    /// The port for TLS.
    pub fn https_port(&self) -> u16 {
        self.nginx.port("https-port", 443)
    }

    /// Whether it passes on TLS connections unread where an Ingress asks for that.
    pub fn passes_tls(&self) -> bool {
        self.nginx.is_on("enable-ssl-passthrough")
    }

    /// An option of its ConfigMap.
    fn option(&self, key: &str) -> Option<&'a str> {
        let value = self.options?.data.get(key)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// An annotation of an Ingress, by its name without the prefix.
    fn annotation<'i>(&self, ingress: &'i Ingress, name: &str) -> Option<&'i str> {
        let prefix = self.nginx.flag("annotations-prefix");
        let key = format!("{}/{name}", prefix.unwrap_or(settings::PREFIX));
        let value = ingress.meta.annotations.get(key.as_str())?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The field in which an annotation stands.
    fn annotation_field(&self, name: &str) -> String {
        let prefix = self.nginx.flag("annotations-prefix");
        format!(
            "metadata.annotations[{}/{name}]",
            prefix.unwrap_or(settings::PREFIX)
        )
    }

    /// Whether it takes an Ingress: by the class that is named, else by the annotation, else if it takes
    /// those without a class (R33).
    pub fn admits(&self, ingress: &Ingress) -> Result<(), Ignored> {
        let watched = self.nginx.flag("watch-namespace");
        if watched.is_some_and(|name| *name != *ingress.meta.namespace) {
            return Err(Ignored::OtherNamespace);
        }
        let own = self.nginx.flag("ingress-class").unwrap_or("nginx");
        let class = class_of(self.network, ingress).filter(|_| !self.nginx.legacy);
        if let Some(class) = class {
            if self.nginx.is_on("ingress-class-by-name") && *class == *own {
                return Ok(());
            }
            let wanted = self.nginx.flag("controller-class");
            let wanted = wanted.unwrap_or("k8s.io/ingress-nginx");
            let mut classes = self.network.ingress_classes.iter();
            return match classes.find(|it| it.meta.name == class) {
                Some(class) if *class.controller == *wanted => Ok(()),
                Some(_) => Err(Ignored::OtherClass),
                None => Err(Ignored::NoSuchClass),
            };
        }
        match ingress.meta.annotations.get(CLASS).map(|class| &**class) {
            Some(class) if class.is_empty() || class == own => Ok(()),
            Some(_) => Err(Ignored::OtherClass),
            None if self.nginx.legacy && own == "nginx" => Ok(()),
            None if self.nginx.is_on("watch-ingress-without-class") => Ok(()),
            None => Err(Ignored::NoClass),
        }
    }

    /// The Ingresses that it takes, the oldest first; of equal age the one whose name sorts last.
    pub fn ingresses(&self) -> Vec<&'a Ingress> {
        let all = self.network.ingresses.iter();
        let mut admitted: Vec<&Ingress> = all.filter(|it| self.admits(it).is_ok()).collect();
        admitted.sort_by(|a, b| {
            let newer = (b.meta.namespace.as_ref(), b.meta.name.as_ref());
            let older = (a.meta.namespace.as_ref(), a.meta.name.as_ref());
            a.meta.created.cmp(&b.meta.created).then(newer.cmp(&older))
        });
        admitted
    }

    /// The servers of every Service that its Ingresses send requests to, each Service and port once.
    pub fn upstreams(&self) -> BTreeMap<(Ref, BackendPort), Vec<Endpoint>> {
        let mut all = BTreeMap::new();
        for ingress in self.ingresses() {
            for (_, backend) in ingress.backends() {
                let Backend::Service { name, port } = backend else {
                    continue;
                };
                let namespace = ingress.meta.namespace.clone();
                let service = Ref::scoped(Kind::Service, namespace, name.clone());
                if let Upstream::Servers(servers) = upstream(self.network, &service, Some(port)) {
                    all.insert((service, port.clone()), servers);
                }
            }
        }
        all
    }

    /// The Service that leads to it: one that others can reach from outside, if there is.
    pub fn service(&self) -> Option<&'a Service> {
        let selects = |service: &&Service| {
            service.meta.namespace == self.pod.meta.namespace
                && service.selector.as_ref().is_some_and(|selector| {
                    let mut pairs = selector.iter();
                    pairs.all(|(key, value)| self.pod.meta.labels.get(key) == Some(value))
                })
        };
        let rank = |service: &&Service| match service.service_type {
            ServiceType::LoadBalancer => 0,
            ServiceType::NodePort => 1,
            ServiceType::ClusterIp => 2,
            ServiceType::ExternalName => 3,
        };
        self.network
            .services
            .iter()
            .filter(selects)
            .min_by_key(rank)
    }
}

/// The Service that a flag or an annotation names, with the namespace that holds it by default.
fn named_service(name: &str, namespace: &Arc<str>) -> Ref {
    let (namespace, name) = match name.split_once('/') {
        Some((namespace, name)) => (Arc::from(namespace), name),
        None => (namespace.clone(), name),
    };
    Ref::scoped(Kind::Service, namespace, name)
}

/// The class that an Ingress names in its spec, or the default class of the cluster, which the API server
/// fills in where neither field nor annotation is there.
pub fn class_of(network: &Network, ingress: &Ingress) -> Option<Arc<str>> {
    let default = || {
        let annotated = ingress.meta.annotations.contains_key(CLASS);
        let mut classes = network.ingress_classes.iter();
        let default = classes.find(|class| !annotated && IngressClass::is_default(class))?;
        Some(default.meta.name.clone())
    };
    ingress.class_name.clone().or_else(default)
}

/// The first controller that takes an Ingress.
pub fn controller_of<'a>(network: &'a Network, ingress: &Ingress) -> Option<Controller<'a>> {
    let mut all = Controller::all(network).into_iter();
    all.find(|controller| controller.admits(ingress).is_ok())
}

/// Whether a pod runs an ingress controller of another make, by the labels that their charts give it.
pub fn is_other_controller(pod: &Pod) -> bool {
    const OTHERS: [&str; 8] = [
        "nginx-ingress",
        "traefik",
        "haproxy-ingress",
        "kubernetes-ingress",
        "contour",
        "kong",
        "ambassador",
        "voyager",
    ];
    let labels = ["app", "app.kubernetes.io/name", "k8s-app", "name"];
    pod.nginx.is_none()
        && labels.iter().any(|key| {
            pod.meta.labels.get(*key).is_some_and(|value| {
                OTHERS.contains(&&**value) || value.contains("ingress-controller")
            })
        })
}

#[cfg(test)]
mod tests;
