//! Switches the network model of a cluster and keeps the rest of the scenario.
//!
//! Besides `networkProfile` and the pools' `podSubnetID`, only what the other model cannot have is taken away: the
//! pod ranges of nodes, and the addresses that pods were written with. Pods then get addresses of the new model.
//! What AKS refuses in the new combination is left as it is; the validator says so.

use serde_json::{Value, json};

use super::command::Command;
use super::field::is_own;
use super::template::free::free_subnet_prefix;
use crate::model::azure::{Cluster, NetworkPlugin, Subnet, Vnet};
use crate::model::kube::Origin;
use crate::model::manifest::Manifest;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::yaml::Node;

/// A model of a cluster's network: how pods get addresses, and who translates Services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The id of the message that names it, and its word in links and forms.
    pub id: &'static str,
    plugin: Plugin,
    cilium: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plugin {
    Kubenet,
    NodeSubnet,
    Overlay,
    PodSubnet,
    /// A pod subnet whose addresses come in blocks (`podIPAllocationMode: StaticBlock`).
    PodSubnetBlocks,
}

impl Plugin {
    fn has_pod_subnet(self) -> bool {
        matches!(self, Plugin::PodSubnet | Plugin::PodSubnetBlocks)
    }
}

const fn choice(id: &'static str, plugin: Plugin, cilium: bool) -> Choice {
    Choice { id, plugin, cilium }
}

/// Every model that AKS offers; Cilium needs Azure CNI.
pub const ALL: [Choice; 9] = [
    choice("model-kubenet", Plugin::Kubenet, false),
    choice("model-node-subnet", Plugin::NodeSubnet, false),
    choice("model-overlay", Plugin::Overlay, false),
    choice("model-pod-subnet", Plugin::PodSubnet, false),
    choice("model-pod-subnet-blocks", Plugin::PodSubnetBlocks, false),
    choice("model-node-subnet-cilium", Plugin::NodeSubnet, true),
    choice("model-overlay-cilium", Plugin::Overlay, true),
    choice("model-pod-subnet-cilium", Plugin::PodSubnet, true),
    choice(
        "model-pod-subnet-blocks-cilium",
        Plugin::PodSubnetBlocks,
        true,
    ),
];

impl Choice {
    /// Its word in options and forms, such as `overlay`.
    pub fn word(self) -> &'static str {
        self.id.strip_prefix("model-").unwrap_or(self.id)
    }

    /// The model of a word; the error says which there are.
    pub fn parse(word: &str) -> Result<Self, String> {
        let mut all = ALL.into_iter();
        all.find(|it| it.word() == word).ok_or_else(|| {
            let words = ALL.map(Self::word);
            format!("expected one of {}", words.join(", "))
        })
    }
}

/// The models that the scenario's cluster can be given.
pub fn offered(network: &Network) -> Vec<Choice> {
    let all = ALL.into_iter();
    all.filter(|choice| switch(network, *choice).is_some())
        .collect()
}

/// What the scenario's model is most likely compared with: kubenet and a node subnet with each other, all others with
/// kubenet.
pub fn counterpart(network: &Network) -> Option<Choice> {
    let now = network.cluster.as_ref().and_then(current)?;
    let [kubenet, node_subnet, ..] = ALL;
    let other = if now == kubenet { node_subnet } else { kubenet };
    switch(network, other).map(|_| other)
}

/// The model that a cluster has; `None` for one that is not modelled.
pub fn current(cluster: &Cluster) -> Option<Choice> {
    let plugin = match cluster.plugin {
        NetworkPlugin::Kubenet => Plugin::Kubenet,
        NetworkPlugin::AzureNodeSubnet => Plugin::NodeSubnet,
        NetworkPlugin::AzureOverlay => Plugin::Overlay,
        NetworkPlugin::AzurePodSubnet if has_blocks(cluster) => Plugin::PodSubnetBlocks,
        NetworkPlugin::AzurePodSubnet => Plugin::PodSubnet,
        NetworkPlugin::Other(_) => return None,
    };
    let cilium = cluster.is_cilium();
    let mut all = ALL.into_iter();
    all.find(|it| (it.plugin, it.cilium) == (plugin, cilium))
}

/// Whether every pool with a pod subnet takes blocks of it.
fn has_blocks(cluster: &Cluster) -> bool {
    let mut pools = cluster
        .pools
        .iter()
        .filter(|pool| pool.pod_subnet.is_some());
    pools.all(|pool| pool.static_blocks)
}

/// Why a cluster cannot be given a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It has the model already.
    Same,
    /// Nobody wrote the cluster down.
    NotWritten,
    /// The virtual network of the nodes is made by AKS, or has no room for a subnet of pods.
    NoRoom,
    /// What would have to change comes by an alias of YAML, so that other places would change with it.
    Alias,
}

/// The edit that gives the scenario's cluster another model, as one step of undo; `None` where there is an [`Obstacle`].
pub fn switch(network: &Network, to: Choice) -> Option<Command> {
    plan(network, to).ok()
}

/// The edit that gives the scenario's cluster another model, or what stands in its way.
pub fn plan(network: &Network, to: Choice) -> Result<Command, Obstacle> {
    let cluster = network.cluster.as_ref().ok_or(Obstacle::NotWritten)?;
    if current(cluster) == Some(to) {
        return Err(Obstacle::Same);
    }
    let object = cluster.reference();
    let written = network.manifests.of(&cluster.meta.origin);
    let root = &written.ok_or(Obstacle::NotWritten)?.root;
    let mut edits = Edits::of(object.clone(), root);
    edits.profile(to);
    let mut commands = Vec::new();
    if to.plugin.has_pod_subnet() {
        let (subnet, made) = pod_subnet(network, cluster).ok_or(Obstacle::NoRoom)?;
        commands.extend(made);
        edits.pools(cluster, Some(&subnet), to.plugin);
    } else {
        edits.pools(cluster, None, to.plugin);
    }
    if edits.aliased {
        return Err(Obstacle::Alias);
    }
    commands.extend(edits.commands);
    let ranges = |plugin| matches!(plugin, Plugin::Kubenet | Plugin::Overlay);
    let stays = current(cluster)
        .is_some_and(|from| from.plugin == to.plugin || ranges(from.plugin) && ranges(to.plugin));
    if !stays {
        // What is written a second time is not simulated, and shares its name with what is.
        let simulated = network.manifests.iter().filter(|it| it.simulated);
        for manifest in simulated {
            commands.extend(loosened(manifest).ok_or(Obstacle::Alias)?);
        }
    }
    Ok(Command::Together { object, commands })
}

fn set(object: &Ref, path: &str, value: Option<Value>) -> Command {
    Command::SetField {
        object: object.clone(),
        path: path.into(),
        value,
        gesture: 0,
    }
}

/// Fields of the cluster's document, in ARM's shape or flattened as `az` prints it.
struct Edits<'n> {
    object: Ref,
    root: &'n Node,
    nested: bool,
    commands: Vec<Command>,
    /// Whether one of them would change what an alias brought in.
    aliased: bool,
}

impl<'n> Edits<'n> {
    fn of(object: Ref, root: &'n Node) -> Self {
        Self {
            object,
            root,
            nested: root.get("properties").is_some(),
            commands: Vec::new(),
            aliased: false,
        }
    }

    fn properties(&self) -> &'n Node {
        self.root.get("properties").unwrap_or(self.root)
    }

    /// Sets or removes a field; a field that is so already is left alone.
    fn put(&mut self, at: Option<&Node>, path: &str, key: &str, value: Option<&str>) {
        let known = at.and_then(|node| node.get(key));
        let same = match value {
            Some(value) => known.and_then(Node::as_str) == Some(value),
            None => known.is_none(),
        };
        if same {
            return;
        }
        let prefix = if self.nested { "properties." } else { "" };
        let path = format!("{prefix}{path}.{key}");
        let value = value.map(|value| json!(value));
        self.aliased |= !is_own(self.root, &path);
        self.commands.push(set(&self.object, &path, value));
    }

    fn profile(&mut self, to: Choice) {
        let profile = self.properties().get("networkProfile");
        let plugin = match to.plugin {
            Plugin::Kubenet => "kubenet",
            Plugin::NodeSubnet | Plugin::Overlay | Plugin::PodSubnet | Plugin::PodSubnetBlocks => {
                "azure"
            }
        };
        let mode = (to.plugin == Plugin::Overlay).then_some("overlay");
        let dataplane = to.cilium.then_some("cilium");
        self.put(profile, "networkProfile", "networkPlugin", Some(plugin));
        self.put(profile, "networkProfile", "networkPluginMode", mode);
        self.put(profile, "networkProfile", "networkDataplane", dataplane);
        if !matches!(to.plugin, Plugin::Kubenet | Plugin::Overlay) {
            self.put(profile, "networkProfile", "podCidr", None);
        }
    }

    fn pools(&mut self, cluster: &Cluster, subnet: Option<&str>, to: Plugin) {
        let written = self.properties().get("agentPoolProfiles");
        for index in 0..cluster.pools.len() {
            let Some(pool) = written.and_then(|list| list.items().get(index)) else {
                continue;
            };
            let path = format!("agentPoolProfiles[{index}]");
            if subnet.is_none() || pool.get("podSubnetID").is_none() {
                self.put(Some(pool), &path, "podSubnetID", subnet);
            }
            let blocks = (to == Plugin::PodSubnetBlocks).then_some("StaticBlock");
            let kept = to == Plugin::PodSubnet && !cluster.pools[index].static_blocks;
            if !kept {
                self.put(Some(pool), &path, "podIPAllocationMode", blocks);
            }
        }
    }
}

/// The subnet for pods as the pools name it, and the edit that makes it where there is none.
fn pod_subnet(network: &Network, cluster: &Cluster) -> Option<(String, Option<Command>)> {
    let mut pools = cluster.pools.iter();
    if let Some(known) = pools.find_map(|pool| pool.pod_subnet.as_ref()) {
        return Some((format!("{}/{}", known.vnet, known.subnet), None));
    }
    let nodes = cluster.pools.first()?.subnet.as_ref()?;
    let vnet = network.vnet(&nodes.vnet)?;
    if !matches!(vnet.meta.origin, Origin::Written { .. }) {
        return None;
    }
    if let Some(made) = vnet.subnets.iter().find(|it| is_left(network, cluster, it)) {
        return Some((format!("{}/{}", vnet.meta.name, made.meta.name), None));
    }
    let taken = |name: &str| {
        let same = |it: &Subnet| it.meta.name.eq_ignore_ascii_case(name);
        vnet.subnets.iter().any(same)
    };
    let numbered = (2..100).map(|number| format!("pods-{number}"));
    let name = std::iter::once("pods".to_owned())
        .chain(numbered)
        .find(|name| !taken(name))?;
    let object = Ref::scoped(Kind::Subnet, vnet.meta.name.clone(), name.as_str());
    let text = new_subnet(vnet, &name)?;
    let full = format!("{}/{name}", vnet.meta.name);
    let made = Command::Append {
        file: network.manifests.of(&vnet.meta.origin)?.file,
        object,
        text: text.into(),
    };
    Some((full, Some(made)))
}

/// Whether an earlier switch made this subnet, and it has been left as it was, without nodes.
fn is_left(network: &Network, cluster: &Cluster, subnet: &Subnet) -> bool {
    let plain = Subnet {
        meta: subnet.meta.clone(),
        prefixes: subnet.prefixes.clone(),
        ..Subnet::default()
    };
    let name = &subnet.meta.name;
    let is_own = network
        .manifests
        .of(&subnet.meta.origin)
        .is_some_and(|it| it.object.kind == Kind::Subnet);
    let mut pools = cluster.pools.iter();
    let of_nodes = pools.any(|pool| pool.subnet.as_ref() == Some(&subnet.id()));
    let is_named = &**name == "pods" || name.starts_with("pods-");
    is_own && is_named && *subnet == plain && !of_nodes
}

/// As large as there is room for, a /20 at most.
fn new_subnet(vnet: &Vnet, name: &str) -> Option<String> {
    let prefix = (20..=26).find_map(|length| free_subnet_prefix(vnet, length))?;
    let of = &vnet.meta.name;
    Some(format!(
        "type: Microsoft.Network/virtualNetworks/subnets\nname: {of}/{name}\nproperties: {{addressPrefix: {prefix}}}\n"
    ))
}

/// The edits that take away what a node or pod was written with and only the old model can give; `None` where an alias
/// is in the way.
fn loosened(manifest: &Manifest) -> Option<Vec<Command>> {
    let (part, fields): (&str, &[&str]) = match manifest.object.kind {
        Kind::Node => ("spec", &["podCIDR", "podCIDRs"]),
        Kind::Pod if !is_on_host_network(&manifest.root) => ("status", &["podIP", "podIPs"]),
        _ => return Some(Vec::new()),
    };
    let Some(node) = manifest.root.get(part) else {
        return Some(Vec::new());
    };
    let written = fields.iter().filter(|field| node.get(field).is_some());
    let paths = written.map(|field| format!("{part}.{field}"));
    paths
        .map(|path| is_own(&manifest.root, &path).then(|| set(&manifest.object, &path, None)))
        .collect()
}

fn is_on_host_network(root: &Node) -> bool {
    let spec = root.get("spec").and_then(|spec| spec.get("hostNetwork"));
    spec.is_some_and(|node| matches!(node.value, crate::model::yaml::Value::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simulation::Simulation;
    use crate::model::diagnostic::Severity;
    use crate::model::document::Document;
    use crate::scenarios;

    fn named(id: &str) -> Choice {
        ALL.into_iter().find(|it| it.id == id).unwrap()
    }

    fn switched(document: &Document, id: &str) -> Document {
        let simulation = Simulation::new(document);
        let command = switch(simulation.network(), named(id)).unwrap();
        let next = command.apply(document);
        assert_ne!(next, *document, "{id} changes something");
        next
    }

    #[test]
    fn every_model_becomes_every_other_and_keeps_the_rest() {
        for from in ALL {
            let start = scenarios::find("kubenet").unwrap().document();
            let start = match from.id {
                "model-kubenet" => start,
                id => switched(&start, id),
            };
            for to in ALL.into_iter().filter(|to| *to != from) {
                let next = switched(&start, to.id);
                let simulation = Simulation::new(&next);
                let problems: Vec<String> = simulation
                    .diagnostics
                    .iter()
                    .filter(|it| it.severity == Severity::Error)
                    .map(ToString::to_string)
                    .collect();
                assert_eq!(problems, [""; 0], "{} to {}", from.id, to.id);
                let network = simulation.network();
                assert_eq!(current(network.cluster.as_ref().unwrap()), Some(to));
                let running = network.pods.iter().all(|pod| pod.ip().is_some());
                assert!(
                    running,
                    "{} to {}: every pod has an address",
                    from.id, to.id
                );
                assert_eq!(
                    network.flows.len(),
                    Simulation::new(&start).network().flows.len()
                );
                for flow in &network.flows {
                    let to_service = flow.to.to_string() == "20.50.60.70";
                    if to_service {
                        assert_eq!(simulation.trace(flow).verdict.as_str(), "delivered");
                    }
                }
            }
        }
    }

    #[test]
    fn the_subnet_of_an_earlier_switch_is_used_again() {
        let document = scenarios::find("kubenet").unwrap().document();
        let first = switched(&document, "model-pod-subnet");
        let back = switched(&first, "model-overlay");
        assert_eq!(switched(&back, "model-pod-subnet"), first);
    }

    #[test]
    fn what_is_so_already_or_was_not_written_is_not_switched() {
        let document = scenarios::find("kubenet").unwrap().document();
        let simulation = Simulation::new(&document);
        assert_eq!(switch(simulation.network(), named("model-kubenet")), None);
        let bare = scenarios::find("cluster-ip").unwrap().document();
        let simulation = Simulation::new(&bare);
        assert_eq!(switch(simulation.network(), named("model-overlay")), None);
    }

    #[test]
    fn comments_and_other_fields_stay() {
        let document = scenarios::find("kubenet").unwrap().document();
        let next = switched(&document, "model-overlay");
        let text = |document: &Document| {
            let mut files = document.files.iter();
            files
                .find(|it| &*it.name == "cluster.yaml")
                .unwrap()
                .text
                .clone()
        };
        let (before, after) = (text(&document), text(&next));
        let gone: Vec<&str> = before
            .lines()
            .filter(|line| !after.contains(line))
            .collect();
        assert_eq!(gone, ["    networkPlugin: kubenet"]);
    }

    #[test]
    fn static_blocks_are_a_choice_beside_the_dynamic_pod_subnet() {
        let document = scenarios::find("kubenet").unwrap().document();
        let text = |document: &Document| {
            let mut files = document.files.iter();
            let file = files.find(|it| &*it.name == "cluster.yaml").unwrap();
            file.text.to_string()
        };
        let dynamic = switched(&document, "model-pod-subnet");
        assert!(!text(&dynamic).contains("podIPAllocationMode"));
        let blocks = switched(&document, "model-pod-subnet-blocks");
        let written = text(&blocks);
        assert!(
            written.contains("podIPAllocationMode: StaticBlock"),
            "{written}"
        );
        let back = switched(&blocks, "model-pod-subnet");
        assert!(!text(&back).contains("podIPAllocationMode"));
        assert_eq!(switched(&dynamic, "model-pod-subnet-blocks"), blocks);
        assert!(Choice::parse("pod-subnet-blocks").is_ok());
    }
}
