//! The `httpGet` probes of a pod's containers, which an Application Gateway's controller copies.

use std::sync::Arc;

use super::super::cursor::Cursor;
use crate::model::appgateway::HttpProbe;

/// For each container the readiness probe that asks over HTTP, or else the liveness probe that does.
pub(super) fn probes(spec: Cursor<'_>) -> Option<Arc<[HttpProbe]>> {
    let found = spec.get("containers").list().filter_map(of_container);
    let found: Vec<HttpProbe> = found.collect();
    (!found.is_empty()).then(|| found.into())
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
