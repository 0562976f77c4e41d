//! Load balancing rules and health probes of a Service.
//!
//! One rule a port: frontend and backend port are the Service port, floating IP is on, so the
//! packet reaches the node with its destination unchanged. Origin: `cloud-provider-azure`.

use std::sync::Arc;

use super::refusal::Refusal;
use super::{annotations, names};
use crate::model::azure::{LbRule, Probe, ProbeKind};
use crate::model::kube::{Service, ServicePort, TrafficPolicy};
use crate::model::packet::Protocol;

/// The name of the probe that Services share.
pub const SHARED_PROBE: &str = "cluster-service-shared-health-probe";
/// The port on which the cloud node manager of AKS answers it (section 5.2 of the fact sheet).
pub const SHARED_PROBE_PORT: u16 = 10356;

/// What rules depend on besides the Service.
#[derive(Clone, Debug)]
pub struct Options {
    /// The base name of everything of the Service, [`names::base`].
    pub base: Arc<str>,
    /// Whether the load balancer is Standard; otherwise Basic.
    pub standard: bool,
    /// Whether `appProtocol` decides how a port is probed: since Kubernetes 1.24.
    pub app_protocol: bool,
    /// Whether the rules are for the IPv6 address.
    pub ipv6: bool,
    /// Whether the Service has both families; names of the IPv6 rules then say so.
    pub dual_stack: bool,
    /// Whether nodes must not use the frontend for outbound connections.
    pub disable_outbound_snat: bool,
    /// Whether Services with `externalTrafficPolicy: Cluster` share one probe.
    pub shared_probe: bool,
    /// Name of the frontend.
    pub frontend: Arc<str>,
    /// The subnet of an internal Service, where an annotation names one.
    pub subnet: Option<Arc<str>>,
}

/// The rules and probes of a Service; the error says why the controller refuses it.
pub fn expected(
    service: &Service,
    options: &Options,
) -> Result<(Vec<LbRule>, Vec<Probe>), Refusal> {
    let cluster = service.external_traffic_policy == TrafficPolicy::Cluster;
    let shared = options.shared_probe && cluster;
    let node_probe = if shared {
        Some(shared_probe(service))
    } else {
        node_endpoint_probe(service, options)?
    };
    let high_availability = options.standard
        && service.is_internal()
        && annotations::is_true(
            service,
            "azure-load-balancer-enable-high-availability-ports",
        );
    let mut rules = Vec::new();
    let mut probes: Vec<Probe> = Vec::new();
    for (index, port) in service.ports.iter().enumerate() {
        if annotations::port_is_true(service, port.port, "no_lb_rule") {
            continue;
        }
        let mut rule = rule_for(service, options, index, port)?;
        let own = if shared {
            None
        } else {
            port_probe(service, options, port, node_probe.is_some())?
        };
        let probe = match own {
            Some(probe) => Some(probe),
            None if probe_disabled(service, port) => None,
            None => node_probe.clone(),
        };
        rule.probe = probe.as_ref().map(|probe| probe.name.clone());
        if high_availability {
            rule.protocol = None;
            (rule.frontend_port, rule.backend_port) = (0, 0);
            rule.tcp_reset = tcp_reset(service, options);
        }
        if let Some(probe) = probe
            && !probes.iter().any(|known| known.name == probe.name)
        {
            probes.push(probe);
        }
        rules.push(rule);
        if high_availability {
            break;
        }
    }
    Ok((rules, probes))
}

fn probe_disabled(service: &Service, port: &ServicePort) -> bool {
    annotations::port_is_true(service, port.port, "no_probe_rule")
}

fn rule_name(options: &Options, protocol: Protocol, port: u16) -> Arc<str> {
    let ipv6 = options.ipv6 && options.dual_stack;
    Arc::from(names::rule(
        &options.base,
        options.subnet.as_deref(),
        protocol,
        port,
        ipv6,
    ))
}

fn rule_for(
    service: &Service,
    options: &Options,
    index: usize,
    port: &ServicePort,
) -> Result<LbRule, Refusal> {
    let sctp = port.protocol == Protocol::Sctp;
    if sctp && !(options.standard && service.is_internal()) {
        let message = "SCTP is only supported on standard loadbalancer in internal mode";
        let hint = "use TCP or UDP, or an internal Standard load balancer";
        return Err(Refusal::refused(message, hint).at(format!("spec.ports[{index}].protocol")));
    }
    let floating_ip = !(annotations::is_true(service, "azure-disable-load-balancer-floating-ip")
        || (options.ipv6 && service.is_internal()));
    let backend_port = match port.node_port {
        _ if floating_ip => port.port,
        Some(port) => port,
        None if service.allocate_node_ports => 0,
        None => {
            let message = "without floating IP a rule leads to the node port, and there is none";
            let hint = "allocate node ports, or leave floating IP on";
            let cause = "spec.allocateLoadBalancerNodePorts";
            return Err(Refusal::refused(message, hint).at(cause));
        }
    };
    Ok(LbRule {
        name: rule_name(options, port.protocol, port.port),
        frontend: options.frontend.clone(),
        protocol: (!sctp).then_some(port.protocol),
        frontend_port: if sctp { 0 } else { port.port },
        backend_port: if sctp { 0 } else { backend_port },
        floating_ip,
        source_ip_affinity: service.client_ip_affinity.is_some(),
        idle_minutes: idle_minutes(service)?,
        tcp_reset: port.protocol == Protocol::Tcp && tcp_reset(service, options),
        disable_outbound_snat: options.disable_outbound_snat,
        probe: None,
        caused_by: service.reference(),
        field: format!("spec.ports[{index}]"),
    })
}

fn tcp_reset(service: &Service, options: &Options) -> bool {
    options.standard && !annotations::is_true(service, "azure-load-balancer-disable-tcp-reset")
}

/// The idle timeout in minutes: 4, or as annotated, 4 to 100.
fn idle_minutes(service: &Service) -> Result<u32, Refusal> {
    let name = "azure-load-balancer-tcp-idle-timeout";
    let Some(text) = annotations::get(service, name) else {
        return Ok(4);
    };
    text.trim()
        .parse()
        .ok()
        .filter(|minutes| (4..=100).contains(minutes))
        .ok_or_else(|| {
            let message =
                format!("the annotation {name} must be a whole number of minutes from 4 to 100");
            Refusal::value(name, message)
        })
}

/// The probe that all Services share: whether kube-proxy of the node lives, as a sidecar of AKS passes it on.
fn shared_probe(service: &Service) -> Probe {
    Probe {
        name: Arc::from(SHARED_PROBE),
        kind: ProbeKind::Http(Arc::from("/healthz")),
        port: SHARED_PROBE_PORT,
        interval_seconds: 5,
        threshold: 2,
        caused_by: service.reference(),
    }
}

/// With `externalTrafficPolicy: Local`, one probe asks every node whether it has an endpoint.
///
/// Not with a private link service that speaks the proxy protocol: kube-proxy would not understand it.
fn node_endpoint_probe(service: &Service, options: &Options) -> Result<Option<Probe>, Refusal> {
    let proxied = annotations::is_true(service, "azure-pls-create")
        && annotations::is_true(service, "azure-pls-proxy-protocol");
    let local = service.external_traffic_policy == TrafficPolicy::Local && !proxied;
    let Some(port) = service.health_check_node_port.filter(|_| local) else {
        return Ok(None);
    };
    let (interval_seconds, threshold) = frequency(service, port)?;
    Ok(Some(Probe {
        name: rule_name(options, Protocol::Tcp, port),
        kind: ProbeKind::Http(Arc::from("/healthz")),
        port,
        interval_seconds,
        threshold,
        caused_by: service.reference(),
    }))
}

/// The probe of one port; `None` for UDP, where switched off, and where the node's own probe serves.
fn port_probe(
    service: &Service,
    options: &Options,
    port: &ServicePort,
    node_probe: bool,
) -> Result<Option<Probe>, Refusal> {
    if port.protocol != Protocol::Tcp || probe_disabled(service, port) {
        return Ok(None);
    }
    let target = match annotations::of_port(service, port.port, "health-probe_port") {
        Some(text) => probe_port(service, text).map_err(|message| {
            Refusal::value(&format!("port_{}_health-probe_port", port.port), message)
        })?,
        None if node_probe => return Ok(None),
        None => port.node_port.unwrap_or_default(),
    };
    let (interval_seconds, threshold) = frequency(service, port.port).map_err(|refusal| {
        let of_port = format!("failed to parse health probe config for port {}", port.port);
        refusal.saying(|error| format!("{of_port}: {error}"))
    })?;
    Ok(Some(Probe {
        name: rule_name(options, port.protocol, port.port),
        kind: probe_kind(service, options, port),
        port: target,
        interval_seconds,
        threshold,
        caused_by: service.reference(),
    }))
}

/// A probe port is a port of the Service by name or number, which means its node port, or any other number.
fn probe_port(service: &Service, text: &str) -> Result<u16, String> {
    let by_name = service
        .ports
        .iter()
        .find(|port| port.name.eq_ignore_ascii_case(text));
    if let Some(port) = by_name {
        return Ok(port.node_port.unwrap_or_default());
    }
    let number: u16 = text
        .parse()
        .map_err(|_| format!("port {text} not found in service"))?;
    let by_number = service.ports.iter().find(|port| port.port == number);
    Ok(by_number.map_or(number, |port| port.node_port.unwrap_or_default()))
}

/// In order: annotation of the port, `appProtocol`, annotation of the Service, TCP.
fn probe_kind(service: &Service, options: &Options, port: &ServicePort) -> ProbeKind {
    let protocol = annotations::of_port(service, port.port, "health-probe_protocol")
        .or(port
            .app_protocol
            .as_deref()
            .filter(|_| options.app_protocol))
        .or_else(|| annotations::get(service, "azure-load-balancer-health-probe-protocol"))
        .unwrap_or("tcp")
        .trim()
        .to_ascii_lowercase();
    let path = annotations::of_port(service, port.port, "health-probe_request-path")
        .or_else(|| annotations::get(service, "azure-load-balancer-health-probe-request-path"))
        .unwrap_or("/");
    match protocol.as_str() {
        "http" => ProbeKind::Http(Arc::from(path)),
        "https" if options.standard => ProbeKind::Https(Arc::from(path)),
        _ => ProbeKind::Tcp,
    }
}

/// Interval in seconds (at least 5) and number of probes (at least 2), together under two minutes.
fn frequency(service: &Service, port: u16) -> Result<(u32, u32), Refusal> {
    let threshold = setting(service, port, &THRESHOLD)?;
    let seconds = setting(service, port, &INTERVAL)?;
    if seconds.saturating_mul(threshold) >= 120 {
        let error = "total probe should be less than 120, please adjust interval and number of probe accordingly";
        let mut both = [INTERVAL, THRESHOLD].into_iter();
        let cause = both.find_map(|what| Some(what.written(service, port)?.0));
        return Err(Refusal::value(&cause.unwrap_or_default(), error));
    }
    Ok((seconds, threshold))
}

/// A number that annotations say of probes.
struct Setting {
    name: &'static str,
    /// The annotation of a port, and that of the whole Service.
    of_port: &'static str,
    of_service: &'static str,
    /// What holds without, which is also the least.
    least: u32,
}

const THRESHOLD: Setting = Setting {
    name: "num-of-probe",
    of_port: "health-probe_num-of-probe",
    of_service: "azure-load-balancer-health-probe-num-of-probe",
    least: 2,
};

const INTERVAL: Setting = Setting {
    name: "interval",
    of_port: "health-probe_interval",
    of_service: "azure-load-balancer-health-probe-interval",
    least: 5,
};

impl Setting {
    /// The annotation that sets it for a port, and its value: that of the port, else that of the Service.
    fn written<'s>(&self, service: &'s Service, port: u16) -> Option<(String, &'s str)> {
        if let Some(value) = annotations::of_port(service, port, self.of_port) {
            return Some((format!("port_{port}_{}", self.of_port), value));
        }
        let value = annotations::get(service, self.of_service)?;
        Some((self.of_service.to_owned(), value))
    }
}

fn setting(service: &Service, port: u16, what: &Setting) -> Result<u32, Refusal> {
    let Setting { name, least, .. } = *what;
    let Some((annotation, text)) = what.written(service, port) else {
        return Ok(least);
    };
    let value: u32 = text.parse().map_err(|_| {
        let message = format!("{name}: {text} value must be a whole number");
        Refusal::value(&annotation, message)
    })?;
    if value < least {
        let message = format!("the minimum value of {name} is {least}");
        return Err(Refusal::value(&annotation, message));
    }
    Ok(value)
}
