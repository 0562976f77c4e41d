//! The built-in scenarios: two clusters that differ only in their network plugin, one for each
//! way in which a Service can be reached, Ingresses by three controllers among them, and a cluster
//! behind a firewall, with a NAT gateway and a private endpoint.
//!
//! Their files are ordinary input: each holds `Flow` documents with what documentation promises
//! (`expect`), so that `kubehop check` on them, and a test, prove them.

use std::sync::Arc;

use crate::model::document::{Document, SourceFile};
use crate::text::arrived;

/// A scenario that comes with kubehop.
#[derive(Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Stable name; also its title's message id, as `scenario-…`.
    pub id: &'static str,
    /// File names and texts, in reading order.
    pub files: &'static [(&'static str, &'static str)],
}

impl Scenario {
    /// Its files as a document.
    pub fn document(&self) -> Document {
        Document {
            files: self
                .files
                .iter()
                .map(|(name, text)| SourceFile {
                    name: Arc::from(*name),
                    text: Arc::from(arrived(text)),
                })
                .collect(),
        }
    }
}

/// The scenario of this name.
pub fn find(id: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.id == id)
}

macro_rules! files {
    ($($name:literal = $path:literal),*) => {
        &[$(($name, include_str!(concat!("scenarios/", $path)))),*]
    };
}

/// Every built-in scenario; the first one is what a newcomer sees.
pub const ALL: &[Scenario] = &[
    Scenario {
        id: "kubenet",
        files: files![
            "web.yaml" = "shared/web.yaml",
            "cluster.yaml" = "kubenet/cluster.yaml",
            "azure.yaml" = "shared/azure.yaml",
            "flows.yaml" = "kubenet/flows.yaml"
        ],
    },
    Scenario {
        id: "azure-cni",
        files: files![
            "web.yaml" = "shared/web.yaml",
            "cluster.yaml" = "azure-cni/cluster.yaml",
            "azure.yaml" = "shared/azure.yaml",
            "flows.yaml" = "azure-cni/flows.yaml"
        ],
    },
    Scenario {
        id: "cluster-ip",
        files: files![
            "app.yaml" = "cluster-ip/app.yaml",
            "flows.yaml" = "cluster-ip/flows.yaml"
        ],
    },
    Scenario {
        id: "node-port",
        files: files![
            "web.yaml" = "node-port/web.yaml",
            "cluster.yaml" = "shared/small-cluster.yaml",
            "flows.yaml" = "node-port/flows.yaml"
        ],
    },
    Scenario {
        id: "load-balancer",
        files: files![
            "web.yaml" = "load-balancer/web.yaml",
            "cluster.yaml" = "shared/small-cluster.yaml",
            "flows.yaml" = "load-balancer/flows.yaml"
        ],
    },
    Scenario {
        id: "load-balancer-local",
        files: files![
            "web.yaml" = "load-balancer-local/web.yaml",
            "cluster.yaml" = "shared/small-cluster.yaml",
            "flows.yaml" = "load-balancer-local/flows.yaml"
        ],
    },
    Scenario {
        id: "internal-load-balancer",
        files: files![
            "web.yaml" = "internal-load-balancer/web.yaml",
            "cluster.yaml" = "shared/small-cluster.yaml",
            "flows.yaml" = "internal-load-balancer/flows.yaml"
        ],
    },
    Scenario {
        id: "ingress",
        files: files![
            "ingress.yaml" = "ingress/ingress.yaml",
            "controller.yaml" = "ingress/controller.yaml",
            "cluster.yaml" = "shared/small-cluster.yaml",
            "flows.yaml" = "ingress/flows.yaml"
        ],
    },
    Scenario {
        id: "app-gateway",
        files: files![
            "ingress.yaml" = "app-gateway/ingress.yaml",
            "gateway.yaml" = "app-gateway/gateway.yaml",
            "cluster.yaml" = "app-gateway/cluster.yaml",
            "flows.yaml" = "app-gateway/flows.yaml"
        ],
    },
    Scenario {
        id: "http-routing",
        files: files![
            "party.yaml" = "http-routing/party.yaml",
            "challenge.yaml" = "http-routing/challenge.yaml",
            "cluster.yaml" = "http-routing/cluster.yaml",
            "flows.yaml" = "http-routing/flows.yaml"
        ],
    },
    Scenario {
        id: "hub-firewall",
        files: files![
            "shop.yaml" = "hub-firewall/shop.yaml",
            "spoke.yaml" = "hub-firewall/spoke.yaml",
            "hub.yaml" = "hub-firewall/hub.yaml",
            "storage.yaml" = "hub-firewall/storage.yaml",
            "flows.yaml" = "hub-firewall/flows.yaml"
        ],
    },
    Scenario {
        id: "external-name",
        files: files![
            "app.yaml" = "external-name/app.yaml",
            "flows.yaml" = "external-name/flows.yaml"
        ],
    },
    Scenario {
        id: "headless",
        files: files![
            "app.yaml" = "headless/app.yaml",
            "flows.yaml" = "headless/flows.yaml"
        ],
    },
];
