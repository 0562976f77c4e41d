//! From an object and a field path back to the place in the text that the user wrote.

use super::diagnostic::Diagnostic;
use super::diagnostic::Location;
use super::document::Document;
use super::kube::{Meta, Origin};
use super::manifest::Manifest;
use super::network::Network;
use super::object::{Kind, Ref};
use super::yaml::{Entry, Node, Span};

/// A derived object leads to its cause, which may be derived as well; never this deep.
const MAX_CAUSES: usize = 8;

impl Network {
    /// Finds the places of problems that only name their object and field.
    pub fn locate_problems(&self, document: &Document, problems: &mut [Diagnostic]) {
        for problem in problems.iter_mut().filter(|it| it.location.is_none()) {
            if let Some(object) = &problem.object {
                let field = problem.field.as_deref().unwrap_or_default();
                problem.location = self.locate(document, object, field);
            }
        }
    }

    /// Where a field such as `spec.ports[0].port` of an object is written: the deepest
    /// part of the path that exists, or the whole object for an empty path. A derived
    /// object leads to the object that caused it. `None` for what nobody wrote.
    pub fn locate(&self, document: &Document, object: &Ref, field_path: &str) -> Option<Location> {
        let mut object = object.clone();
        let mut path = field_path;
        // The cloud provider makes one of the same name.
        let mut balancers = self.written_balancers.iter();
        if let Some(written) = balancers.find(|it| it.reference() == object) {
            let manifest = self.manifests.of(&written.meta.origin)?;
            let span = self.span(&written.meta.origin)?;
            return Some(place(document, manifest, span, path));
        }
        for _ in 0..MAX_CAUSES {
            let Some(meta) = self.meta(&object) else {
                return self.locate_manifest(document, &object, path);
            };
            match &meta.origin {
                Origin::Written { .. } => {
                    let manifest = self.manifests.of(&meta.origin)?;
                    let span = self.span(&meta.origin)?;
                    return Some(place(document, manifest, span, path));
                }
                // The path is one of the derived object, not of its cause.
                Origin::Derived { from, .. } => {
                    object = from.clone();
                    path = "";
                }
                Origin::Assumed => return None,
            }
        }
        None
    }

    /// The place of an object that is only kept as a document.
    fn locate_manifest(&self, document: &Document, object: &Ref, path: &str) -> Option<Location> {
        let manifest = self
            .manifests
            .iter()
            .rfind(|manifest| manifest.object == *object)?;
        Some(place(document, manifest, manifest.root.span, path))
    }

    /// Name and origin of an object.
    pub fn meta(&self, object: &Ref) -> Option<&Meta> {
        let kube = |meta: &&Meta| *meta.name == *object.name && *meta.namespace == *object.scope;
        let azure = |meta: &&Meta| {
            meta.name.eq_ignore_ascii_case(&object.name)
                && meta.namespace.eq_ignore_ascii_case(&object.scope)
        };
        match object.kind {
            Kind::Pod => self.pods.iter().map(|it| &it.meta).find(kube),
            Kind::Deployment
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job => {
                let mut same = self
                    .workloads
                    .iter()
                    .filter(|item| item.kind == object.kind);
                same.find(|item| kube(&&item.meta)).map(|it| &it.meta)
            }
            Kind::Service => self.services.iter().map(|it| &it.meta).find(kube),
            Kind::Endpoints => self.endpoints.iter().map(|it| &it.meta).find(kube),
            Kind::EndpointSlice => self.slices.iter().map(|it| &it.meta).find(kube),
            Kind::Ingress => self.ingresses.iter().map(|it| &it.meta).find(kube),
            Kind::Issuer | Kind::ClusterIssuer => {
                let mut all = self.issuers.iter();
                all.find(|it| it.reference() == *object).map(|it| &it.meta)
            }
            Kind::IngressClass => self.ingress_classes.iter().map(|it| &it.meta).find(kube),
            Kind::NetworkPolicy => self.policies.iter().map(|it| &it.meta).find(kube),
            Kind::ConfigMap => self.config_maps.iter().map(|it| &it.meta).find(kube),
            Kind::Namespace => self.namespaces.iter().map(|it| &it.meta).find(kube),
            Kind::Node => self.nodes.iter().map(|it| &it.meta).find(kube),
            Kind::KubeProxyConfiguration => self.kube_proxy.as_ref().map(|it| &it.meta),
            Kind::Cluster => self
                .cluster
                .iter()
                .chain(&self.other_clusters)
                .map(|it| &it.meta)
                .find(azure),
            Kind::Vnet => self.vnets.iter().map(|it| &it.meta).find(azure),
            Kind::Subnet => self
                .vnets
                .iter()
                .flat_map(|vnet| &vnet.subnets)
                .map(|it| &it.meta)
                .find(azure),
            Kind::Peering => self
                .vnets
                .iter()
                .flat_map(|vnet| &vnet.peerings)
                .map(|it| &it.meta)
                .find(azure),
            Kind::RouteTable => self.route_tables.iter().map(|it| &it.meta).find(azure),
            Kind::Nsg => self.nsgs.iter().map(|it| &it.meta).find(azure),
            Kind::PublicIp => self.public_ips.iter().map(|it| &it.meta).find(azure),
            Kind::LoadBalancer => self.load_balancers.iter().map(|it| &it.meta).find(azure),
            Kind::Gateway => self.gateways.iter().map(|it| &it.meta).find(azure),
            Kind::LocalGateway => self.local_gateways.iter().map(|it| &it.meta).find(azure),
            Kind::Connection => self.connections.iter().map(|it| &it.meta).find(azure),
            Kind::AppGateway => self.app_gateways.iter().map(|it| &it.meta).find(azure),
            Kind::Firewall => self.firewalls.iter().map(|it| &it.meta).find(azure),
            Kind::FirewallPolicy => self.firewall_policies.iter().map(|it| &it.meta).find(azure),
            Kind::Storage => self.storage_accounts.iter().map(|it| &it.meta).find(azure),
            Kind::PrivateEndpoint => self.private_endpoints.iter().map(|it| &it.meta).find(azure),
            Kind::NatGateway => self.nat_gateways.iter().map(|it| &it.meta).find(azure),
            Kind::DnsZone | Kind::PrivateDnsZone => {
                self.dns_zones.iter().map(|it| &it.meta).find(azure)
            }
            Kind::NetworkInterface => self
                .network_interfaces
                .iter()
                .map(|it| &it.meta)
                .find(azure),
            Kind::Host => self.hosts.iter().map(|it| &it.meta).find(kube),
            Kind::Flow => self.flows.iter().map(|it| &it.meta).find(kube),
            Kind::Event => self.events.iter().map(|it| &it.meta).find(kube),
            _ => None,
        }
    }
}

fn place(document: &Document, manifest: &Manifest, object: Span, path: &str) -> Location {
    let root = part(&manifest.root, object).unwrap_or(&manifest.root);
    let span = follow(root, path);
    let file = document
        .files
        .get(manifest.file)
        .map(|file| file.name.clone());
    Location {
        file: file.unwrap_or_default(),
        line: span.line,
        column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
    }
}

/// The part of a tree that has this very span, such as a subnet of a virtual network.
fn part(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span {
        return Some(node);
    }
    let values = node.entries().iter().map(|entry| &entry.value);
    values
        .chain(node.items())
        .find_map(|child| part(child, span))
}

/// The span of the deepest part of `path` that exists. Properties of Azure resources
/// are found with and without `properties`.
fn follow(root: &Node, path: &str) -> Span {
    let mut node = root;
    let mut span = root.span;
    for step in steps(path) {
        let next = match step {
            Step::Key(key) => {
                let nested = || entry(node.get("properties")?, &key);
                let Some(entry) = entry(node, &key).or_else(nested) else {
                    if key == "properties" {
                        continue;
                    }
                    return span;
                };
                span = entry.key_span.until(entry.value.span);
                if span.end < span.start {
                    span = entry.key_span;
                }
                &entry.value
            }
            Step::Index(index) => {
                let Some(item) = node.items().get(index) else {
                    return span;
                };
                span = item.span;
                item
            }
        };
        node = next;
    }
    span
}

fn entry<'a>(node: &'a Node, key: &str) -> Option<&'a Entry> {
    let any_case = || {
        node.entries()
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(key))
    };
    node.entry(key).or_else(any_case)
}

enum Step {
    Key(String),
    Index(usize),
}

/// The steps of a path: `a.b[0]`, and `a[key.with/dots]`.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (key, after) = inner.split_once(']').unwrap_or((inner, ""));
            steps.push(
                key.parse()
                    .map_or_else(|_| Step::Key(key.to_owned()), Step::Index),
            );
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            if !key.is_empty() {
                steps.push(Step::Key(key.to_owned()));
            }
            rest = after;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::read::read;

    const TEXT: &str = "\
kind: Service
apiVersion: v1
metadata: {name: web, labels: {a.b/c: d}}
spec:
  ports:
    - name: http
      port: 80
---
type: Microsoft.Network/virtualNetworks
name: VNet-A
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - {name: nodes, properties: {addressPrefix: 10.1.0.0/24}}
---
kind: Endpoints
apiVersion: v1
metadata: {name: web}
subsets: [{addresses: [{ip: 10.1.0.9}]}]
---
kind: Role
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: r}
";

    fn found(object: &str, path: &str) -> String {
        let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), TEXT.to_owned())]);
        let (network, _) = read(&document);
        match network.locate(&document, &object.parse().unwrap(), path) {
            Some(place) => format!("{}-{}:{}", place, place.end_line, place.end_column),
            None => "nowhere".to_owned(),
        }
    }

    #[test]
    fn the_deepest_part_of_a_path_that_exists_is_found() {
        for (object, path, place) in [
            ("service/default/web", "", "x.yaml:1:1-7:15"),
            (
                "service/default/web",
                "spec.ports[0].port",
                "x.yaml:7:7-7:15",
            ),
            (
                "service/default/web",
                "spec.ports[0].nodePort",
                "x.yaml:6:7-7:15",
            ),
            (
                "service/default/web",
                "spec.ports[7].port",
                "x.yaml:5:3-7:15",
            ),
            (
                "service/default/web",
                "metadata.labels[a.b/c]",
                "x.yaml:3:32-3:40",
            ),
            ("service/default/web", "[[", "x.yaml:1:1-7:15"),
            ("subnet/vnet-a/nodes", "addressPrefix", "x.yaml:14:34-14:60"),
            (
                "vnet/vnet-a",
                "properties.addressspace",
                "x.yaml:12:3-12:49",
            ),
            (
                "endpointslice/default/web-mirrored-1",
                "endpoints[0]",
                "x.yaml:16:1-19:41",
            ),
            ("unknown/r", "", "x.yaml:21:1-23:20"),
            ("pod/default/x", "", "nowhere"),
            ("internet", "", "nowhere"),
        ] {
            assert_eq!(found(object, path), place, "{object} {path}");
        }
    }
}
