//! The public IP resource of a Service: one that the user made, or one that the controller makes; and its DNS label.

use std::net::IpAddr;
use std::sync::Arc;

use super::holders::Holders;
use super::refusal::{Refusal, asking};
use super::services::{Hands, requested};
use super::{CONTROLLER, annotations, derived_meta, names};
use crate::engine::azure::topology::same;
use crate::model::azure::{Frontend, PublicIp};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::{Assigned, Origin, Service};
use crate::model::network::Network;

/// The name that AKS gives the cluster within names of Azure resources.
const CLUSTER: &str = "kubernetes";
/// The annotation that says where a public IP resource of the user stands.
const GROUP: &str = "azure-load-balancer-resource-group";
/// The annotation with the DNS label of the public address.
const LABEL: &str = "azure-dns-label-name";

/// The address that a public Service gets.
pub(super) fn address(
    network: &Network,
    hands: &mut Hands,
    service: &Service,
) -> Result<IpAddr, Refusal> {
    if let Some(name) = annotations::get(service, "azure-pip-name") {
        let resource = network.public_ip(name.trim());
        if let Some((resource, ip)) = resource.and_then(|it| Some((it, it.ip?))) {
            return fits(network, service, resource).map(|()| ip);
        }
        let message = format!("the public IP `{name}` does not exist");
        let hint = "add the publicIPAddresses document";
        return Err(Refusal::pending(message, hint).at(asking(service)));
    }
    let Some(ip) = requested(service) else {
        return hands.allocator.public().ok_or_else(|| {
            let message = "no public address is left to hand out";
            Refusal::pending(message, "write spec.loadBalancerIP")
        });
    };
    if let Some(resource) = hands.holders.public_ip(network, ip) {
        return fits(network, service, resource).map(|()| ip);
    }
    let cluster = network.cluster.as_ref();
    if cluster.is_some_and(|cluster| cluster.meta.origin == Origin::Assumed) {
        return Ok(ip);
    }
    let message = format!("user supplied IP address `{ip}` was not found");
    let hint = "add a Microsoft.Network/publicIPAddresses document with this properties.ipAddress";
    Err(Refusal::pending(message, hint).at(asking(service)))
}

/// A prefix of public addresses is not modelled, so that an address of it is not known.
pub(super) fn of_prefix(service: &Service) -> Option<Diagnostic> {
    let name = "azure-pip-prefix-id";
    annotations::get(service, name).filter(|_| service.ingress.is_empty())?;
    let message = "public IP prefixes are not modelled: kubehop hands out an address in place of one of the prefix";
    let field = annotations::field(name);
    let problem = Diagnostic::new(Severity::Warning, "load-balancer-prefix", message);
    let hint = "write the address into `status.loadBalancer.ingress`";
    Some(problem.about(service.reference()).field(field).hint(hint))
}

/// Whether the controller finds a resource of the user and may use it: it looks in the node resource group, or in the
/// group that an annotation names, and the SKU must be that of the load balancer. A group that no document says is
/// taken to be the right one.
fn fits(network: &Network, service: &Service, resource: &PublicIp) -> Result<(), Refusal> {
    let Some(cluster) = &network.cluster else {
        return Ok(());
    };
    let named = annotations::get(service, GROUP).map(str::trim);
    let named = named.filter(|group| !group.is_empty());
    let searched = named.or(cluster.node_resource_group.as_deref());
    if let (Some(searched), Some(group)) = (searched, resource.resource_group.as_deref())
        && !same(searched, group)
    {
        let supplied = resource.ip.map_or_else(String::new, |ip| ip.to_string());
        let message = format!(
            "user supplied IP address `{supplied}` was not found in resource group `{searched}`"
        );
        let hint = format!(
            "say `{}{GROUP}: {group}`, and let the identity of the cluster use that group",
            annotations::PREFIX
        );
        let cause = named.map_or_else(|| asking(service), |_| annotations::field(GROUP));
        return Err(Refusal::pending(message, hint).at(cause));
    }
    let standard = cluster.standard_load_balancer;
    if standard && resource.basic || !standard && resource.standard {
        let sku = |standard| if standard { "Standard" } else { "Basic" };
        let message = format!(
            "the public IP `{}` has the SKU {}, which a {} load balancer cannot use",
            resource.meta.name,
            sku(!standard),
            sku(standard)
        );
        let hint = format!("use a public IP of the SKU `{}`", sku(standard));
        return Err(Refusal::pending(message, hint).at(asking(service)));
    }
    Ok(())
}

/// Finds or makes the resource of a public frontend, and gives it the DNS label that the Service asks for.
pub(super) fn attach(
    network: &mut Network,
    holders: &mut Holders,
    (service, base): (&Service, &str),
    frontend: &mut Frontend,
) {
    if frontend.subnet.is_some() {
        return;
    }
    let name = of_frontend(network, holders, frontend).map(|it| it.meta.name.clone());
    let name = name.unwrap_or_else(|| make(network, holders, (service, base), frontend.ip));
    frontend.public_ip = Some(name.clone());
    let unlabelled =
        |it: &&mut PublicIp| same(&it.meta.name, &name) && it.domain_name_label.is_none();
    if let Some(label) = label(service)
        && let Some(resource) = network.public_ips.iter_mut().find(unlabelled)
    {
        resource.domain_name_label = Some(Arc::from(label));
        resource.meta.assigned.push(Assigned {
            field: "properties.dnsSettings.domainNameLabel",
            by: CONTROLLER,
        });
    }
}

/// The resource that a public frontend has by now.
fn of_frontend<'n>(
    network: &'n Network,
    holders: &Holders,
    frontend: &Frontend,
) -> Option<&'n PublicIp> {
    match &frontend.public_ip {
        Some(name) => network.public_ip(name),
        None => holders.public_ip(network, frontend.ip),
    }
}

fn make(
    network: &mut Network,
    holders: &mut Holders,
    (service, base): (&Service, &str),
    ip: IpAddr,
) -> Arc<str> {
    let name: Arc<str> = Arc::from(names::public_ip(CLUSTER, base));
    let (standard, location) = network.cluster.as_ref().map_or_else(
        || (true, Arc::from("")),
        |cluster| (cluster.standard_load_balancer, cluster.location.clone()),
    );
    let resource = PublicIp {
        meta: derived_meta(name.clone(), &service.reference()),
        ip: Some(ip),
        standard,
        static_allocation: true,
        location,
        ..PublicIp::default()
    };
    holders.add_public_ip(network, resource);
    name
}

fn label(service: &Service) -> Option<&str> {
    let label = annotations::get(service, LABEL).map(str::trim);
    label.filter(|label| !label.is_empty())
}

/// A resource has one DNS label only, and it is unique in a region.
pub(super) fn check_label(
    network: &Network,
    holders: &Holders,
    service: &Service,
    frontend: &Frontend,
) -> Result<(), Refusal> {
    let Some(label) = label(service).filter(|_| frontend.subnet.is_none()) else {
        return Ok(());
    };
    let own = of_frontend(network, holders, frontend);
    let labelled = |it: &PublicIp| it.domain_name_label.clone();
    if let Some((own, known)) = own.and_then(|it| Some((it, labelled(it)?))) {
        if same(&known, label) {
            return Ok(());
        }
        let name = &own.meta.name;
        let message = format!("there is an existing DNS label `{known}` on the public IP `{name}`");
        let hint = "ask for the same label, or use another public IP";
        return Err(Refusal::refused(message, hint).at(annotations::field(LABEL)));
    }
    let cluster = network.cluster.as_ref().map(|it| it.location.clone());
    let region = own.map(|it| it.location.clone()).or(cluster);
    let taken = network.public_ips.iter().find(|other| {
        let here = region
            .as_ref()
            .is_some_and(|region| same(&other.location, region));
        here && labelled(other).is_some_and(|it| same(&it, label))
    });
    let Some(other) = taken else {
        return Ok(());
    };
    let message = format!(
        "the DNS label `{label}` is that of the public IP `{}` in the same region",
        other.meta.name
    );
    let hint = "choose another label; it is unique in a region";
    Err(Refusal::refused(message, hint).at(annotations::field(LABEL)))
}
