//! The add-on for HTTP application routing: an NGINX ingress controller behind a public Service, a default
//! backend, and `external-dns`, which names the hosts of Ingresses in a zone of its own (AKS, until 2025).

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use super::{assign, of_cluster, warning};
use crate::engine::ingress::Controller;
use crate::model::azure::Cluster;
use crate::model::diagnostic::Diagnostic;
use crate::model::dns_zone::{DnsZone, RecordData, RecordSet};
use crate::model::ingress::NginxController;
use crate::model::kube::{
    ContainerPort, Labels, Meta, Pod, Selector, Service, ServicePort, ServiceType, TargetPort,
    Workload,
};
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::ours::Era;
use crate::model::packet::Protocol;

const NAMESPACE: &str = "kube-system";
/// The class of its Ingresses, and what its objects are named after.
const ADDON: &str = "addon-http-application-routing";
const BACKEND: &str = "addon-http-application-routing-default-http-backend";
const CONTROLLER: &str = "addon-http-application-routing-nginx-ingress-controller";
const SERVICE: &str = "addon-http-application-routing-nginx-ingress";
/// The port of the default backend.
const BACKEND_PORT: u16 = 8080;
/// What `external-dns` writes beside each record that is its own.
const OWNERSHIP: &str = "heritage=external-dns,external-dns/owner=default";
/// From this minor release and patch of Kubernetes 1 on AKS refuses the add-on.
const REFUSED_FROM: (u32, u32) = (22, 6);

fn settings(cluster: &Cluster) -> Option<&Labels> {
    let is = |name: &str| name.eq_ignore_ascii_case("httpApplicationRouting");
    let addon = cluster.addons.iter().find(|(name, _)| is(name));
    addon.map(|(_, settings)| settings)
}

/// Adds what the add-on installs, as far as it was not written.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if settings(cluster).is_none() {
        return;
    }
    let now = network.settings.era == Era::Now;
    if cluster.release().map_or(now, |it| it >= REFUSED_FROM) {
        let message =
            "AKS has no add-on for HTTP application routing in this version of Kubernetes";
        problems.push(
            warning("addon-retired", message)
                .about(cluster.reference())
                .field("properties.addonProfiles.httpApplicationRouting")
                .hint("it ended with 1.22.6; install ingress-nginx instead"),
        );
    }
    let backend = format!("--default-backend-service={NAMESPACE}/{BACKEND}");
    let class = format!("--ingress-class={ADDON}");
    let flags = [class, backend].into_iter().filter_map(|flag| {
        let (name, value) = flag.strip_prefix("--")?.split_once('=')?;
        Some((Arc::from(name), Arc::from(value)))
    });
    let nginx = NginxController {
        flags: flags.collect(),
        legacy: true,
    };
    let ports = [("http", 80), ("https", 443)];
    deploy(network, cluster, CONTROLLER, &ports, Some(nginx));
    deploy(network, cluster, BACKEND, &[("http", BACKEND_PORT)], None);
    let public = ServiceType::LoadBalancer;
    expose(network, cluster, (SERVICE, CONTROLLER, public), &ports);
    let inner = ServiceType::ClusterIp;
    expose(network, cluster, (BACKEND, BACKEND, inner), &[("http", 80)]);
}

fn labels(app: &str) -> Labels {
    [(Arc::from("app"), Arc::from(app))].into_iter().collect()
}

fn deploy(
    network: &mut Network,
    cluster: &Cluster,
    name: &str,
    ports: &[(&str, u16)],
    nginx: Option<NginxController>,
) {
    let known = network
        .workloads
        .iter()
        .any(|workload| &*workload.meta.namespace == NAMESPACE && &*workload.meta.name == name);
    if known {
        return;
    }
    let ports = ports.iter().map(|(name, port)| ContainerPort {
        name: Some(Arc::from(*name)),
        port: *port,
        protocol: Protocol::Tcp,
        host_port: None,
    });
    network.workloads.push(Workload {
        kind: Kind::Deployment,
        meta: of_cluster(cluster, NAMESPACE, name),
        replicas: Some(1),
        selector: Selector {
            match_labels: labels(name),
            match_expressions: Vec::new(),
        },
        template: Pod {
            meta: Meta {
                namespace: Arc::from(NAMESPACE),
                labels: labels(name),
                ..Meta::default()
            },
            ports: ports.collect(),
            ready: true,
            nginx: nginx.map(Arc::new),
            ..Pod::default()
        },
        service_name: None,
        owner: None,
    });
}

fn expose(
    network: &mut Network,
    cluster: &Cluster,
    (name, app, service_type): (&str, &str, ServiceType),
    ports: &[(&str, u16)],
) {
    if network.service(NAMESPACE, name).is_some() {
        return;
    }
    let ports = ports.iter().map(|(name, port)| ServicePort {
        name: Arc::from(*name),
        port: *port,
        target_port: TargetPort::Name(Arc::from(*name)),
        ..ServicePort::default()
    });
    network.services.push(Service {
        meta: of_cluster(cluster, NAMESPACE, name),
        service_type,
        selector: Some(labels(app)),
        ports: ports.collect(),
        allocate_node_ports: true,
        ..Service::default()
    });
}

/// What `external-dns` writes into the zone: the controller's address for every host of an Ingress that it takes, and
/// that the record is its own. A record that somebody else wrote is left alone.
pub fn publish(network: &mut Network, cluster: &Cluster) {
    let Some(settings) = settings(cluster) else {
        return;
    };
    let named = settings
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case("HTTPApplicationRoutingZoneName"));
    let name = named.map_or_else(|| zone_name(cluster), |(_, name)| name.clone());
    let service = network.service(NAMESPACE, SERVICE);
    let address = service
        .and_then(|service| service.ingress.first())
        .map(|it| it.ip);
    let records = address.map_or_else(Vec::new, |address| records(network, &name, address));
    let same = |zone: &DnsZone| !zone.private && zone.meta.name.eq_ignore_ascii_case(&name);
    if !network.dns_zones.iter().any(same) {
        network.dns_zones.push(DnsZone {
            meta: of_cluster(cluster, "", &name),
            ..DnsZone::default()
        });
    }
    let Some(zone) = network.dns_zones.iter_mut().find(|zone| same(zone)) else {
        return;
    };
    for record in records {
        if !zone
            .records
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(&record.name))
        {
            assign(&mut zone.meta, "properties.records", "external-dns");
            let name = record.name.clone();
            zone.records.push(record);
            zone.records.push(RecordSet {
                name,
                data: RecordData::Texts(vec![Arc::from(OWNERSHIP)]),
                made_from: None,
            });
        }
    }
}

fn records(network: &Network, zone: &str, address: IpAddr) -> Vec<RecordSet> {
    let mut controllers = network.pods.iter().filter(|pod| {
        let app = pod.meta.labels.get("app");
        &*pod.meta.namespace == NAMESPACE && app.is_some_and(|app| &**app == CONTROLLER)
    });
    let controller = controllers.find_map(|pod| Controller::of(network, pod));
    let Some(controller) = controller else {
        return Vec::new();
    };
    let ingresses = controller.ingresses();
    let hosts = ingresses.iter().flat_map(|ingress| &ingress.rules);
    let records = hosts.filter_map(|rule| {
        let host = rule.host.to_ascii_lowercase();
        let name = host
            .strip_suffix(&zone.to_ascii_lowercase())?
            .strip_suffix('.')?;
        Some(RecordSet {
            name: Arc::from(name),
            data: RecordData::Addresses(vec![address]),
            made_from: None,
        })
    });
    records.collect()
}

/// `<guid>.<region>.aksapp.io`; one and the same for a cluster.
fn zone_name(cluster: &Cluster) -> Arc<str> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(cluster.meta.name.as_bytes());
    let mut hex = String::new();
    for byte in digest.iter().take(10) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    format!("{hex}.{}.aksapp.io", cluster.location).into()
}
