//! Probes: what the pods' own probe asks, or the path of the rule, unless an annotation says otherwise.

use std::sync::Arc;

use super::{Maker, made, names};
use crate::engine::appgateway::agic::annotation;
use crate::model::appgateway::{DEFAULT_TIMING, GatewayProbe, HttpProbe};
use crate::model::ingress::{Ingress, IngressPath};
use crate::model::kube::{Service, TargetPort};
use crate::model::object::Ref;

/// The most failures in a row that a gateway takes as a threshold.
const MAX_THRESHOLD: u32 = 20;

impl Maker<'_> {
    pub(super) fn default_probes(&mut self) {
        for (name, tls) in [
            (names::DEFAULT_PROBE, false),
            (names::DEFAULT_TLS_PROBE, true),
        ] {
            let probe = GatewayProbe {
                name: Arc::from(name),
                tls,
                ..self.bare()
            };
            self.config.probes.push(probe);
        }
    }

    fn bare(&self) -> GatewayProbe {
        GatewayProbe {
            host: Some(Arc::from("localhost")),
            path: Arc::from("/"),
            timing: DEFAULT_TIMING,
            made: self.own.clone(),
            ..GatewayProbe::default()
        }
    }

    /// The name of the probe for a backend; it is made where a path of a rule leads to a Service that is there.
    pub(super) fn probe(
        &mut self,
        ingress: &Ingress,
        (service, port): (&Ref, &str),
        at: Option<(&Arc<str>, &IngressPath)>,
    ) -> Arc<str> {
        let https =
            annotation(ingress, "backend-protocol").map(|word| word.eq_ignore_ascii_case("https"));
        let found = self.network.service(&service.scope, &service.name);
        let (Some(found), Some((host, path))) = (found, at) else {
            return Arc::from(if https == Some(true) {
                names::DEFAULT_TLS_PROBE
            } else {
                names::DEFAULT_PROBE
            });
        };
        let name = names::probe(
            &ingress.meta.namespace,
            &service.name,
            port,
            &ingress.meta.name,
        );
        let name: Arc<str> = name.into();
        if self.config.probe(&name).is_some() {
            return name;
        }
        let mut probe = GatewayProbe {
            name: name.clone(),
            tls: port == "443",
            made: made(ingress, ""),
            ..self.bare()
        };
        if !host.is_empty() && !host.contains(['*', '?']) {
            probe.host = Some(host.clone());
        }
        if let Some(host) = annotation(ingress, "backend-hostname") {
            probe.host = Some(Arc::from(host));
        }
        match annotation(ingress, "backend-path-prefix") {
            Some(prefix) => probe.path = Arc::from(prefix),
            None if !path.path.is_empty() => probe.path = path.path.clone(),
            None => {}
        }
        if let Some(own) = self.of_pods(found, service, port) {
            copy(&mut probe, &own);
        }
        if let Some(https) = https {
            probe.tls = https;
        }
        annotated(&mut probe, ingress);
        let path = probe.path.trim_end_matches('*').to_owned();
        probe.path = path.into();
        self.config.probes.push(probe);
        name
    }

    /// The probe of the container that serves the port, in the first pod that the Service selects.
    fn of_pods(&self, service: &Service, named: &Ref, port: &str) -> Option<HttpProbe> {
        let (_, found) = self.service_port(named, port)?;
        let ports = match &found.target_port {
            TargetPort::Same => vec![found.port],
            TargetPort::Number(number) => vec![*number],
            TargetPort::Name(_) => self.resolved(service, found),
        };
        let selector = service.selector.as_ref()?;
        let mut pods = self.network.pods.iter().filter(|pod| {
            let mut pairs = selector.iter();
            pod.meta.namespace == service.meta.namespace
                && pairs.all(|(key, value)| pod.meta.labels.get(key) == Some(value))
        });
        let probes = pods.next()?.http_probes.clone()?;
        let serves = |probe: &&HttpProbe| probe.ports.iter().any(|port| ports.contains(port));
        probes.iter().find(serves).cloned()
    }
}

fn copy(probe: &mut GatewayProbe, own: &HttpProbe) {
    if let Some(host) = &own.host {
        probe.host = Some(host.clone());
    }
    if let Some(path) = &own.path {
        probe.path = path.clone();
    }
    probe.port = own.port.or(probe.port);
    probe.tls = own.tls || own.port == Some(443);
    let (interval, timeout, threshold) = own.timing;
    probe.timing = (
        interval.unwrap_or(probe.timing.0),
        timeout.unwrap_or(probe.timing.1),
        threshold.unwrap_or(probe.timing.2).min(MAX_THRESHOLD),
    );
    probe.readiness = own.readiness;
}

/// What annotations set beats everything.
fn annotated(probe: &mut GatewayProbe, ingress: &Ingress) {
    let read = |name: &str| annotation(ingress, name);
    let number = |name: &str| read(name).and_then(|text| text.parse::<u32>().ok());
    if let Some(host) = read("health-probe-hostname") {
        probe.host = Some(Arc::from(host));
    }
    if let Some(port) = read("health-probe-port").and_then(|text| text.parse().ok()) {
        (probe.port, probe.readiness) = (Some(port), false);
    }
    if let Some(path) = read("health-probe-path") {
        (probe.path, probe.readiness) = (Arc::from(path), false);
    }
    if let Some(codes) = read("health-probe-status-codes") {
        let ranges = codes.split(',').filter_map(|code| {
            let code = code.trim();
            let (first, last) = code.split_once('-').unwrap_or((code, code));
            Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
        });
        probe.statuses = ranges.collect();
    }
    let (interval, timeout, threshold) = probe.timing;
    probe.timing = (
        number("health-probe-interval").unwrap_or(interval),
        number("health-probe-timeout").unwrap_or(timeout),
        number("health-probe-unhealthy-threshold").unwrap_or(threshold),
    );
}
