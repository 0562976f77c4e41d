//! Changes that give a Service an endpoint: readiness, replicas, a label, the number of a named port.

use std::sync::Arc;

use serde_json::json;

use super::propose::Draft;
use super::refusal::Refusal;
use super::written::Written;
use crate::engine::explain::{Arg, Explanation};
use crate::model::kube::{Labels, Pod, Service, TargetPort, Workload};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// How many pods that nearly suit the selector are tried.
const NEAR: usize = 3;

/// Changes that may give `service` an endpoint, the one first that leaves most as it is.
pub(super) fn drafts(network: &Network, service: &Service) -> Vec<Draft> {
    let Some(selector) = &service.selector else {
        return written_slices(network, service);
    };
    let here = |pod: &&Pod| pod.meta.namespace == service.meta.namespace && !pod.is_over();
    let pods: Vec<&Pod> = network.pods.iter().filter(here).collect();
    let selected: Vec<&&Pod> = pods
        .iter()
        .filter(|pod| differing(selector, &pod.meta.labels).is_empty())
        .collect();
    let mut drafts: Vec<Draft> = selected
        .iter()
        .filter(|pod| !pod.ready)
        .filter_map(|pod| ready(network, pod))
        .collect();
    drafts.extend(replicas(network, service, selector));
    drafts.extend(
        selected
            .iter()
            .filter_map(|pod| named_port(network, service, pod)),
    );
    if selected.is_empty() {
        drafts.extend(near(network, service, selector, &pods));
    }
    drafts
}

/// A flow to a Service without an address: a headless one without endpoints.
pub(super) fn of_target(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let mut args = refusal.step.why.args.iter();
    let target = args.find_map(|(name, arg)| match arg {
        Arg::Object(object) if *name == "target" && object.kind == Kind::Service => Some(object),
        _ => None,
    });
    let service = target.and_then(|object| network.service(&object.scope, &object.name));
    service.map_or_else(Vec::new, |service| drafts(network, service))
}

/// The keys of a selector that labels do not satisfy.
fn differing<'a>(selector: &'a Labels, labels: &Labels) -> Vec<(&'a Arc<str>, &'a Arc<str>)> {
    let asked = selector.iter();
    asked
        .filter(|(key, value)| labels.get(*key) != Some(value))
        .collect()
}

/// The condition `Ready` of a pod that is written.
fn ready(network: &Network, pod: &Pod) -> Option<Draft> {
    let object = pod.reference();
    let written = Written::of(network, &object)?;
    let conditions = written.items("status.conditions").iter();
    let index = conditions
        .map(|condition| condition.get("type").and_then(|it| it.as_str()))
        .position(|kind| kind == Some("Ready"))?;
    let what = Explanation::new("fix-endpoint-ready").with("pod", object.clone());
    let path = format!("status.conditions[{index}].status");
    Some(Draft::set(what, &object, &path, json!("True")))
}

/// A workload whose pods would be endpoints has none.
fn replicas(network: &Network, service: &Service, selector: &Labels) -> Vec<Draft> {
    let suits = |workload: &&Workload| {
        workload.meta.namespace == service.meta.namespace
            && workload.replicas == Some(0)
            && differing(selector, &workload.template.meta.labels).is_empty()
    };
    let workloads = network.workloads.iter().filter(suits);
    let written = workloads.filter(|it| Written::of(network, &it.reference()).is_some());
    written
        .map(|workload| {
            let object = workload.reference();
            let what = Explanation::new("fix-endpoint-replicas").with("workload", object.clone());
            Draft::set(what, &object, "spec.replicas", json!(1))
        })
        .collect()
}

/// `targetPort` is a name that the pod has no port of: the number of its only port.
fn named_port(network: &Network, service: &Service, pod: &Pod) -> Option<Draft> {
    let (index, port, name) = service.ports.iter().enumerate().find_map(|(index, port)| {
        let TargetPort::Name(name) = &port.target_port else {
            return None;
        };
        let has = pod
            .ports
            .iter()
            .any(|it| it.name.as_ref() == Some(name) && it.protocol == port.protocol);
        (!has).then_some((index, port, name))
    })?;
    let mut suiting = pod.ports.iter().filter(|it| it.protocol == port.protocol);
    let (only, None) = (suiting.next()?, suiting.next()) else {
        return None;
    };
    let object = service.reference();
    Written::of(network, &object)?;
    let what = Explanation::new("fix-endpoint-port")
        .with("service", object.clone())
        .with("name", name.clone())
        .with("port", i64::from(only.port));
    let path = format!("spec.ports[{index}].targetPort");
    Some(Draft::set(what, &object, &path, json!(only.port)))
}

/// Pods that miss just one label of the selector: it is added, or the selector asks for theirs.
fn near(network: &Network, service: &Service, selector: &Labels, pods: &[&Pod]) -> Vec<Draft> {
    let listens = |pod: &Pod| {
        service.ports.iter().any(|port| {
            let number = match &port.target_port {
                TargetPort::Same => Some(port.port),
                TargetPort::Number(number) => Some(*number),
                TargetPort::Name(_) => None,
            };
            let named = |it: &Arc<str>| port.target_port == TargetPort::Name(it.clone());
            pod.ports.iter().any(|it| {
                it.protocol == port.protocol
                    && (Some(it.port) == number || it.name.as_ref().is_some_and(named))
            })
        })
    };
    let mut near: Vec<(&Pod, &Arc<str>, &Arc<str>)> = pods
        .iter()
        .filter_map(|pod| match differing(selector, &pod.meta.labels)[..] {
            [(key, value)] => Some((*pod, key, value)),
            _ => None,
        })
        .collect();
    near.sort_by_key(|(pod, ..)| !listens(pod));
    let near = near.into_iter().take(NEAR);
    near.filter_map(|(pod, key, value)| match pod.meta.labels.get(key) {
        Some(has) => selects(network, service, key, has),
        None => labelled(network, pod, key, value),
    })
    .collect()
}

fn selects(
    network: &Network,
    service: &Service,
    key: &Arc<str>,
    value: &Arc<str>,
) -> Option<Draft> {
    let object = service.reference();
    Written::of(network, &object)?;
    let what = Explanation::new("fix-endpoint-selector")
        .with("service", object.clone())
        .with("label", format!("{key}={value}"));
    let path = format!("spec.selector[\"{key}\"]");
    Some(Draft::set(what, &object, &path, json!(&**value)))
}

fn labelled(network: &Network, pod: &Pod, key: &Arc<str>, value: &Arc<str>) -> Option<Draft> {
    let own = pod.reference();
    let (object, path) = match (Written::of(network, &own), &pod.owner) {
        (Some(_), _) => (own, "metadata.labels"),
        (None, Some(owner)) => (maker(network, owner)?, "spec.template.metadata.labels"),
        (None, None) => return None,
    };
    let what = Explanation::new("fix-endpoint-label")
        .with("object", object.clone())
        .with("label", format!("{key}={value}"));
    let path = format!("{path}[\"{key}\"]");
    Some(Draft::set(what, &object, &path, json!(&**value)))
}

/// The workload that is written and whose template a pod comes from.
fn maker(network: &Network, owner: &Ref) -> Option<Ref> {
    if Written::of(network, owner).is_some() {
        return Some(owner.clone());
    }
    let mut workloads = network.workloads.iter();
    let workload = workloads.find(|it| it.reference() == *owner)?;
    let above = workload.owner.clone()?;
    Written::of(network, &above).map(|_| above)
}

/// Endpoints that are written by hand and not ready.
fn written_slices(network: &Network, service: &Service) -> Vec<Draft> {
    let own = network.slices_of(&service.meta.namespace, &service.meta.name);
    own.into_iter()
        .flat_map(|slice| {
            let object = slice.meta.reference(Kind::EndpointSlice);
            let endpoints = slice.endpoints.iter().enumerate();
            let unready = endpoints.filter(|(_, endpoint)| !endpoint.ready);
            let drafts = unready.filter_map(|(index, endpoint)| {
                Written::of(network, &object)?;
                let address = endpoint.addresses.first()?;
                let what = Explanation::new("fix-endpoint-slice")
                    .with("slice", object.clone())
                    .with("address", *address);
                let path = format!("endpoints[{index}].conditions.ready");
                Some(Draft::set(what, &object, &path, json!(true)))
            });
            drafts.collect::<Vec<Draft>>()
        })
        .collect()
}
