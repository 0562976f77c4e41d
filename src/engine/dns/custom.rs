//! The Corefile that CoreDNS on AKS runs with: what AKS configures, with what the `ConfigMap` `coredns-custom` adds.
//!
//! 1. Keys `*.override`, in order, add plugins to the default block; keys `*.server` add blocks for zones.
//! 2. A written `ConfigMap` `coredns` replaces the default itself.
//! 3. A text that CoreDNS would not load leaves open what runs: every answer is then not modelled.

use std::sync::Arc;

use super::name::within;
use super::resolver::{CLUSTER_DOMAIN, DEAD_SEARCH};
use crate::engine::trace::Cause;
use crate::model::corefile::{
    self, Entry, Forward, Kubernetes, Plugin, Pods, Refuse, Server, Through,
};
use crate::model::kube::ConfigMap;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::Era;

/// The `ConfigMap` of the user.
pub const CUSTOM: &str = "coredns-custom";
/// The `ConfigMap` of AKS.
pub const MAIN: &str = "coredns";
/// Its key.
pub const COREFILE: &str = "Corefile";
/// Names of Azure's internal zone with so many labels or more are refused at once.
const JUNK_LABELS: usize = 7;

/// What CoreDNS runs with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    servers: Vec<Server>,
    /// The key that CoreDNS would not load.
    pub broken: Option<Arc<str>>,
}

/// The `ConfigMap` of this name, if it exists.
fn config_map<'n>(network: &'n Network, name: &str) -> Option<&'n ConfigMap> {
    network
        .config_maps
        .iter()
        .find(|map| &*map.meta.name == name && &*map.meta.namespace == "kube-system")
}

/// The `ConfigMap` that a key stands in.
pub fn map_of(key: &str) -> &'static str {
    if key == COREFILE { MAIN } else { CUSTOM }
}

/// The key of an entry, as the field of its `ConfigMap`; nothing for what AKS configures.
pub fn cause(key: &str) -> Option<Cause> {
    let map = Ref::scoped(Kind::ConfigMap, "kube-system", map_of(key));
    (!key.is_empty()).then(|| Cause::field(map, format!("data[{key}]")))
}

impl Config {
    /// The configuration of a network.
    pub fn of(network: &Network) -> Self {
        let mut problems = Vec::new();
        let mut broken = None;
        let texts = |ending: &str| -> Vec<(Arc<str>, Arc<str>)> {
            let map = config_map(network, CUSTOM);
            let data = map.into_iter().flat_map(|map| &map.data);
            data.filter(|(key, _)| key.ends_with(ending))
                .map(|(key, text)| (key.clone(), text.clone()))
                .collect()
        };
        let mut check = |key: &Arc<str>, problems: &mut Vec<_>| {
            if !problems.is_empty() {
                broken.get_or_insert(key.clone());
                problems.clear();
            }
        };
        let (mut overrides, mut custom) = (Vec::new(), Vec::new());
        for (key, text) in texts(".override") {
            overrides.extend(corefile::plugins(&text, &key, &mut problems));
            check(&key, &mut problems);
        }
        for (key, text) in texts(".server") {
            custom.extend(corefile::servers(
                &text,
                &key,
                &|_| Vec::new(),
                &mut problems,
            ));
            check(&key, &mut problems);
        }
        let written = config_map(network, MAIN).and_then(|map| map.data.get(COREFILE));
        let servers = if let Some(text) = written {
            let key: Arc<str> = Arc::from(COREFILE);
            let imports = |what: &str| what.strip_prefix("custom/*").map(texts).unwrap_or_default();
            let servers = corefile::servers(text, &key, &imports, &mut problems);
            check(&key, &mut problems);
            servers
        } else {
            let mut default = default(network.settings.era);
            default.extend(overrides);
            [vec![default], custom].concat()
        };
        if let Some((key, _, _)) = corefile::clash(&servers) {
            broken.get_or_insert(key.clone());
        }
        Self { servers, broken }
    }

    /// The blocks in order.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The block that a name (normal) goes to: that of its closest zone.
    pub fn server(&self, name: &str) -> Option<&Server> {
        let mut best: Option<(&Server, usize)> = None;
        for server in &self.servers {
            for zone in &server.zones {
                let longer = best.is_none_or(|(_, length)| zone.len() > length);
                if within(name, zone).is_some() && longer {
                    best = Some((server, zone.len()));
                }
            }
        }
        best.map(|(server, _)| server)
    }
}

/// The default block of AKS, as far as it decides about answers.
fn default(era: Era) -> Server {
    let entry = |plugin| Entry {
        plugin,
        key: Arc::from(""),
    };
    let refuse = |zone: &str, labels| {
        let zones = vec![Arc::from(zone)];
        entry(Plugin::Refuse(Refuse {
            zones,
            labels,
            rcode: "NXDOMAIN",
        }))
    };
    let reverse = || vec![Arc::from("in-addr.arpa"), Arc::from("ip6.arpa")];
    let mut server = Server {
        key: Arc::from(""),
        zones: vec![Arc::from("")],
        plugins: vec![
            entry(Plugin::Kubernetes(Kubernetes {
                zones: [vec![Arc::from(CLUSTER_DOMAIN)], reverse()].concat(),
                pods: Pods::Insecure,
                namespaces: Vec::new(),
                falls: Through::Zones(reverse()),
            })),
            entry(Plugin::Forward(Forward::default())),
        ],
    };
    if era == Era::Now {
        // AKS filters names that only a search list makes, since v20241025.
        server.extend(vec![
            refuse("internal.cloudapp.net", JUNK_LABELS),
            refuse(DEAD_SEARCH, 0),
        ]);
    }
    server
}

/// Whether the next plugin is asked about `name`.
pub fn falls(through: &Through, name: &str) -> bool {
    match through {
        Through::No => false,
        Through::Everywhere => true,
        Through::Zones(zones) => holds(zones, name),
    }
}

/// Whether one of the zones holds `name`.
pub fn holds(zones: &[Arc<str>], name: &str) -> bool {
    zones.iter().any(|zone| within(name, zone).is_some())
}
