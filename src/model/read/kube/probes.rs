//! The probes of a pod's containers: those by `httpGet`, which an Application Gateway's controller copies, and when
//! readiness changes.

use std::sync::Arc;

use super::super::cursor::Cursor;
use crate::model::appgateway::HttpProbe;
use crate::model::kube::ReadinessProbe;
use crate::model::yaml::Value;

/// For each container the readiness probe that asks over HTTP, or else the liveness probe that does.
pub(super) fn probes(spec: Cursor<'_>) -> Option<Arc<[HttpProbe]>> {
    let found = spec.get("containers").list().filter_map(of_container);
    let found: Vec<HttpProbe> = found.collect();
    (!found.is_empty()).then(|| found.into())
}

/// The readiness probe of each container that has one, whatever it asks.
pub(super) fn readiness(spec: Cursor<'_>) -> Option<Arc<[ReadinessProbe]>> {
    let containers = spec.get("containers").list();
    let probes = containers.map(|container| container.get("readinessProbe"));
    let found: Vec<ReadinessProbe> = probes.filter(|it| it.exists()).map(timing).collect();
    (!found.is_empty()).then(|| found.into())
}

fn timing(probe: Cursor<'_>) -> ReadinessProbe {
    let most = i64::from(i32::MAX);
    // Of a probe over HTTP, [`probes`] has said already what is wrong with these.
    let shared = |field: &str, default: u32| {
        let at = probe.get(field);
        if probe.get("httpGet").exists() {
            let written = at.node().and_then(|node| match node.value {
                Value::Int(number) => u32::try_from(number).ok(),
                _ => None,
            });
            written.filter(|it| *it > 0).unwrap_or(default)
        } else {
            at.whole(1, most).unwrap_or(default)
        }
    };
    ReadinessProbe {
        initial_delay: probe
            .get("initialDelaySeconds")
            .whole(0, most)
            .unwrap_or_default(),
        period: shared("periodSeconds", 10),
        successes: probe.get("successThreshold").whole(1, most).unwrap_or(1),
        failures: shared("failureThreshold", 3),
    }
}

fn of_container(container: Cursor<'_>) -> Option<HttpProbe> {
    let ports = || container.get("ports").list();
    let words = [("readinessProbe", true), ("livenessProbe", false)];
    let (probe, readiness) = words.into_iter().find_map(|(field, readiness)| {
        let probe = container.get(field);
        probe.get("httpGet").exists().then_some((probe, readiness))
    })?;
    let get = probe.get("httpGet");
    let named = |name: &str| {
        let mut ports = ports();
        let port = ports.find(|port| port.get("name").name().as_deref() == Some(name))?;
        port.get("containerPort").port()
    };
    let port = get.get("port").scalar()?;
    let number = |field| probe.get(field).whole::<u32>(1, i64::from(i32::MAX));
    Some(HttpProbe {
        readiness,
        host: get.get("host").name(),
        path: get.get("path").name(),
        port: port.parse().ok().or_else(|| named(&port)),
        tls: get
            .get("scheme")
            .name()
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("HTTPS")),
        timing: (
            number("periodSeconds"),
            number("timeoutSeconds"),
            number("failureThreshold"),
        ),
        ports: ports()
            .filter_map(|port| port.get("containerPort").port())
            .collect(),
    })
}
