//! What an endpoint answers to an HTTP probe: an ingress controller decides about it as about any request.
//! The probe names no host that anyone has a rule for, only the node's address.

use std::sync::Arc;

use super::Health;
use crate::engine::azure::topology::PLATFORM;
use crate::engine::ingress::{Controller, Outcome};
use crate::engine::trace::Detail;
use crate::model::azure::ProbeKind;
use crate::model::kube::Endpoint;
use crate::model::network::Network;
use crate::model::packet::HttpRequest;

/// What comes of asking this endpoint at its own port.
pub(super) fn answer(
    network: &Network,
    endpoint: &Endpoint,
    port: Option<u16>,
    kind: &ProbeKind,
) -> Health {
    let (tls, path) = match kind {
        ProbeKind::Tcp => return Health::Healthy,
        ProbeKind::Http(path) => (false, path),
        ProbeKind::Https(path) => (true, path),
    };
    let pod = endpoint.target.as_ref();
    let pod = pod.and_then(|pod| network.pod(&pod.scope, &pod.name));
    let Some(controller) = pod.and_then(|pod| Controller::of(network, pod)) else {
        return Health::Healthy;
    };
    let secure = port == Some(controller.https_port());
    if !secure && port != Some(controller.http_port()) {
        return Health::Healthy;
    }
    let request = HttpRequest {
        tls,
        host: Arc::from(""),
        path: path.clone(),
    };
    let decision = controller.decide(&request, PLATFORM, secure);
    match decision.outcome {
        Outcome::Forward(_) => Health::Healthy,
        Outcome::NotModelled { what, .. } => Health::NotModelled(Arc::from(what)),
        Outcome::Answered => {
            let status = decision
                .findings
                .iter()
                .rev()
                .find_map(|it| match &it.detail {
                    Detail::Answered { exchange } => Some(exchange.status),
                    _ => None,
                });
            match status {
                Some(200) | None => Health::Healthy,
                Some(status) => Health::Status(status),
            }
        }
    }
}
