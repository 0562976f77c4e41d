//! Services that nobody answers for, and health probes that cannot succeed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::warning;
use crate::engine::azure::cloud_provider::annotations;
use crate::engine::azure::load_balancer::MemberHealth;
use crate::engine::azure::probes::Health;
use crate::engine::dataplane::Dataplane;
use crate::model::azure::{LoadBalancer, Probe, ProbeKind};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{EndpointSlice, Origin, Service, ServicePort, ServiceType, TargetPort};
use crate::model::network::Network;
use crate::model::object::Ref;

/// Ports that an HTTP probe refuses to ask (section 5.2 of the fact sheet).
const REFUSED: [u16; 9] = [19, 21, 25, 70, 110, 119, 143, 220, 993];

/// Services without endpoints, or without ready ones, or of which a port leads nowhere.
pub fn endpoints(network: &Network, problems: &mut Vec<Diagnostic>) {
    let mut slices: BTreeMap<(&str, &str), Vec<&EndpointSlice>> = BTreeMap::new();
    for slice in &network.slices {
        let key = (&*slice.meta.namespace, &*slice.service);
        slices.entry(key).or_default().push(slice);
    }
    for service in &network.services {
        let mine = matches!(service.meta.origin, Origin::Written { .. });
        if service.service_type == ServiceType::ExternalName || service.is_api_server() || !mine {
            continue;
        }
        let key = (&*service.meta.namespace, &*service.meta.name);
        let own = slices.get(&key).map_or(&[][..], Vec::as_slice);
        problems.extend(without(service, own));
    }
}

fn without(service: &Service, slices: &[&EndpointSlice]) -> Option<Diagnostic> {
    let name = service.reference();
    let all = || slices.iter().flat_map(|slice| &slice.endpoints);
    let about = |problem: Diagnostic, field: &str| Some(problem.about(name.clone()).field(field));
    if all().next().is_none() {
        let selects = service.selector.as_ref().filter(|it| !it.is_empty());
        let Some(selector) = selects else {
            let message =
                format!("{name} has no selector, and no EndpointSlice was written for it");
            let hint =
                "add a selector, or an EndpointSlice with the label `kubernetes.io/service-name`";
            return about(warning("service-no-endpoints", message).hint(hint), "spec");
        };
        let labels: Vec<String> = selector
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let message = format!(
            "{name} has no endpoints: no pod of the namespace has the labels `{}`",
            labels.join(",")
        );
        let hint = "make the selector equal to the labels of the pods, or add the pods";
        return about(
            warning("service-no-endpoints", message).hint(hint),
            "spec.selector",
        );
    }
    let answers = |slice: &&&EndpointSlice| {
        let mut endpoints = slice.endpoints.iter();
        endpoints.any(|it| it.ready || (it.serving && it.terminating))
    };
    let ready: Vec<&EndpointSlice> = slices.iter().filter(answers).copied().collect();
    if ready.is_empty() {
        let message = format!("no endpoint of {name} is ready ({} in all)", all().count());
        let hint = "see why the pods or their nodes are not ready";
        return about(
            warning("service-no-ready-endpoints", message).hint(hint),
            "spec.selector",
        );
    }
    let offered = |port: &ServicePort| {
        let mut ports = ready.iter().flat_map(|slice| &slice.ports);
        ports.any(|it| it.name == port.name && it.protocol == port.protocol)
    };
    let mut ports = service.ports.iter().enumerate();
    let (index, port) = ports.find(|(_, port)| !offered(port))?;
    let what = match &port.target_port {
        TargetPort::Name(target) => format!("no pod has a container port named `{target}`"),
        TargetPort::Same | TargetPort::Number(_) => "no EndpointSlice has that port".to_owned(),
    };
    let message = format!("port {} of {name} leads nowhere: {what}", port.port);
    about(
        warning("service-port-unserved", message)
            .hint("use a name or number that the containers listen on"),
        &format!("spec.ports[{index}].targetPort"),
    )
}

/// Probes that no member answers, whatever the pods do. A Service without ready endpoints is told of above.
pub fn probes(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    for (at, balancer) in plane.network.load_balancers.iter().enumerate() {
        for (index, probe) in balancer.probes.iter().enumerate() {
            if let Some(problem) = refused_port(balancer, probe) {
                problems.push(problem);
            } else {
                let health = plane.probe_health(at, index);
                problems.extend(unanswered(balancer, probe, health));
            }
        }
    }
}

/// The annotation that chose the port is the cause; without one, what made the node port.
fn refused_port(balancer: &LoadBalancer, probe: &Probe) -> Option<Diagnostic> {
    let http = matches!(probe.kind, ProbeKind::Http(_) | ProbeKind::Https(_));
    (http && REFUSED.contains(&probe.port)).then(|| {
        let message = format!("Azure refuses HTTP probes of port {}", probe.port);
        warning("probe-port-refused", message)
            .about(probe.caused_by.clone())
            .field(chosen_by(balancer, probe))
            .hint("probe another port, or by TCP")
    })
}

fn chosen_by(balancer: &LoadBalancer, probe: &Probe) -> String {
    let mut rules = balancer.rules.iter();
    let rule = rules.find(|rule| rule.probe.as_ref() == Some(&probe.name));
    rule.map_or_else(
        || "metadata.annotations".to_owned(),
        |rule| annotations::field(&format!("port_{}_health-probe_port", rule.frontend_port)),
    )
}

fn unanswered(
    balancer: &LoadBalancer,
    probe: &Probe,
    health: &[MemberHealth],
) -> Option<Diagnostic> {
    let fails =
        |(_, health): &MemberHealth| !matches!(health, Health::Healthy | Health::NotModelled(_));
    let (first, reason) = health.first()?;
    if !health.iter().all(fails) {
        return None;
    }
    let service = &probe.caused_by;
    let (port, name) = (probe.port, balancer.reference());
    let of_service = |code, message: String, field: &str| {
        warning(code, message).about(service.clone()).field(field)
    };
    // Where members fail for different reasons, a filter is the one that somebody can mend.
    let filtered = health.iter().find_map(|(node, health)| match health {
        Health::Filtered(decision) => Some((node, decision)),
        _ => None,
    });
    if let Some((node, decision)) = filtered {
        return Some(filtered_probe(service, port, node, decision));
    }
    match reason {
        Health::NodeNotReady => {
            let message =
                format!("no node behind {name} is ready, so no probe of port {port} succeeds");
            let problem = of_service("probe-no-ready-node", message, "");
            Some(problem.hint(format!("see why the nodes are not ready, `{first}` first")))
        }
        Health::PortClosed if port == 0 => {
            let message = format!(
                "{service} has no node port, so {name} has nothing to probe"
            );
            let field = "spec.allocateLoadBalancerNodePorts";
            let problem = of_service("probe-no-node-port", message, field);
            Some(problem.hint(
                "allocate node ports, or use `externalTrafficPolicy: Local`, which has a port for its probe",
            ))
        }
        Health::Status(status) => {
            let (ProbeKind::Http(path) | ProbeKind::Https(path)) = &probe.kind else {
                return None;
            };
            let message = format!(
                "{service} answers {status} to the health probe `GET {path}` (port {port}), and only 200 counts"
            );
            let problem = of_service("probe-status", message, "spec.ports");
            Some(problem.hint("probe `/healthz`, by the annotation `azure-load-balancer-health-probe-request-path`, and let no Ingress without a host take that path"))
        }
        Health::Healthy
        | Health::NotModelled(_)
        | Health::NoEndpoint
        | Health::NoLocalEndpoint
        // A node that Azure does not know is told of where it gets no address.
        | Health::PortClosed
        | Health::NotYetUp
        | Health::Filtered(_) => None,
    }
}

/// N-08
fn filtered_probe(
    service: &Ref,
    port: u16,
    node: &Arc<str>,
    decision: &crate::engine::azure::nsg::Decision,
) -> Diagnostic {
    let message = format!(
        "rule `{}` drops the health probes of {service} (port {port}), at node/{node} and all others",
        decision.rule
    );
    let problem = warning("probe-filtered", message)
        .hint("allow the tag AzureLoadBalancer in front of that rule");
    match &decision.finding.cause {
        Some(cause) => problem
            .about(cause.object.clone())
            .field(cause.field.to_string()),
        None => problem.about(service.clone()),
    }
}
