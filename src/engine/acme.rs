//! cert-manager: certificates that Ingresses ask for by an annotation, and the challenge of ACME by HTTP (HTTP-01),
//! whose request from the internet is walked like any other.
//!
//! 1. [`orders`] finds what is asked for and not there yet.
//! 2. While a challenge is pending, a pod that knows the token, its Service and an Ingress of the solver's class stand
//!    in the namespace; [`pending`] adds them, and the controllers do the rest.
//! 3. [`challenge`] walks the request of the server; where it comes to that pod for every host, the Secret is issued.
//!
//! Left out: DNS-01, `Certificate`s that were written, solvers that are picked by a selector, renewal, and the pods of
//! cert-manager itself.

use std::sync::Arc;

use super::azure::cloud_provider::names::md5_hex;
use super::dataplane::Dataplane;
use super::trace::{Connection, Disposition};
use super::walk;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::flow::{Flow, Target, Url};
use crate::model::ingress::{Backend, BackendPort, Ingress, IngressPath, IngressRule, PathType};
use crate::model::issuer::{Issuer, Method, Request, Solver};
use crate::model::kube::{
    ContainerPort, Labels, Meta, Origin, Pod, Service, ServicePort, ServiceType, TargetPort,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;

/// Who makes the objects.
pub const BY: &str = "cert-manager";
/// The type of the Secret that holds a certificate.
pub const SECRET_TYPE: &str = "kubernetes.io/tls";
/// The annotations of an Ingress that name an issuer.
const CLUSTER: &str = "cert-manager.io/cluster-issuer";
const NAMESPACED: &str = "cert-manager.io/issuer";
/// The port of the solver's pod.
const PORT: u16 = 8089;
/// Where the server asks for a token.
pub const PATH: &str = "/.well-known/acme-challenge";

/// A certificate that is asked for and not there.
#[derive(Clone, Debug)]
pub struct Order {
    /// The Ingress that asks.
    pub ingress: Ref,
    /// Index of its `spec.tls`.
    pub index: usize,
    /// The Secret that is to hold it.
    pub secret: Ref,
    /// The hosts that it is for.
    pub hosts: Vec<Arc<str>>,
    /// How it is come by; `None` where the issuer is not there.
    pub method: Option<Method>,
    /// What the annotation names.
    pub issuer: Ref,
}

/// Every certificate that an Ingress asks for, in order, and that nobody wrote.
pub fn orders(network: &Network) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    for ingress in &network.ingresses {
        let Some(issuer) = named(ingress) else {
            continue;
        };
        for (index, tls) in ingress.tls.iter().enumerate() {
            let Some(name) = &tls.secret else { continue };
            let secret = Ref::scoped(Kind::Secret, ingress.meta.namespace.clone(), name.clone());
            if tls.hosts.is_empty() || network.has_secret(&secret) {
                continue;
            }
            if orders.iter().any(|it| it.secret == secret) {
                continue;
            }
            let found = network.issuers.iter().find(|it| it.reference() == issuer);
            orders.push(Order {
                ingress: ingress.reference(),
                index,
                secret,
                hosts: tls.hosts.clone(),
                method: found.map(|it: &Issuer| it.method.clone()),
                issuer: issuer.clone(),
            });
        }
    }
    orders
}

fn named(ingress: &Ingress) -> Option<Ref> {
    let annotations = &ingress.meta.annotations;
    let cluster = annotations
        .get(CLUSTER)
        .map(|name| Ref::new(Kind::ClusterIssuer, name.clone()));
    cluster.or_else(|| {
        let name = annotations.get(NAMESPACED)?;
        let namespace = ingress.meta.namespace.clone();
        Some(Ref::scoped(Kind::Issuer, namespace, name.clone()))
    })
}

/// The token of a host: a name that the server draws, here always the same for a host.
fn token(host: &str) -> String {
    md5_hex(host)
}

fn solver_name(host: &str) -> String {
    format!("cm-acme-http-solver-{}", &md5_hex(host)[..5])
}

/// Adds what stands in the cluster while the challenges of an order are pending.
pub fn pending(network: &mut Network, order: &Order, solver: &Solver) {
    for host in &order.hosts {
        let name: Arc<str> = solver_name(host).into();
        let meta = || Meta {
            namespace: order.secret.scope.clone(),
            name: name.clone(),
            labels: labels(host),
            origin: Origin::Derived {
                by: BY,
                from: order.ingress.clone(),
            },
            ..Meta::default()
        };
        let known = network
            .pods
            .iter()
            .any(|it| it.meta.name == name && it.meta.namespace == order.secret.scope);
        if known {
            continue;
        }
        network.pods.push(Pod {
            meta: meta(),
            ports: vec![ContainerPort {
                name: Some(Arc::from("http")),
                port: PORT,
                protocol: Protocol::Tcp,
                host_port: None,
            }],
            ready: true,
            ..Pod::default()
        });
        network.services.push(Service {
            meta: meta(),
            service_type: ServiceType::NodePort,
            selector: Some(labels(host)),
            ports: vec![ServicePort {
                name: Arc::from("http"),
                port: PORT,
                target_port: TargetPort::Number(PORT),
                ..ServicePort::default()
            }],
            allocate_node_ports: true,
            ..Service::default()
        });
        let mut head = meta();
        if let Some(class) = &solver.class {
            head.annotations
                .insert(Arc::from(super::ingress::CLASS), class.clone());
        }
        network.ingresses.push(Ingress {
            meta: head,
            class_name: solver.class_name.clone(),
            rules: vec![IngressRule {
                host: host.clone(),
                paths: vec![IngressPath {
                    path: format!("{PATH}/{}", token(host)).into(),
                    path_type: PathType::ImplementationSpecific,
                    backend: Backend::Service {
                        name,
                        port: BackendPort::Number(PORT),
                    },
                }],
            }],
            ..Ingress::default()
        });
    }
}

fn labels(host: &str) -> Labels {
    let pairs = [
        ("acme.cert-manager.io/http01-solver", "true".to_owned()),
        (
            "acme.cert-manager.io/http-domain",
            md5_hex(host)[..10].to_owned(),
        ),
    ];
    pairs
        .into_iter()
        .map(|(key, value)| (Arc::from(key), Arc::from(value)))
        .collect()
}

/// How many redirects the server follows.
const REDIRECTS: usize = 10;

/// The request with which the server asks a host for its token.
fn challenge(to: Url) -> Flow {
    Flow {
        meta: Meta::default(),
        from: Ref::bare(Kind::Internet),
        to: Target::Url(to),
        protocol: Protocol::Tcp,
        port: None,
        expect: None,
    }
}

/// Whether every way of the challenge for a host comes to the pod that knows the token; otherwise how the first one
/// that does not ends.
fn answered(plane: &Dataplane, order: &Order, host: &Arc<str>) -> Result<(), String> {
    let solver = Ref::scoped(Kind::Pod, order.secret.scope.clone(), solver_name(host));
    let first = Url {
        tls: false,
        host: host.clone(),
        port: None,
        path: format!("{PATH}/{}", token(host)).into(),
    };
    let mut asked: Vec<Url> = Vec::new();
    let mut next = vec![first];
    while let Some(url) = next.pop() {
        if asked.contains(&url) {
            continue;
        }
        if asked.len() > REDIRECTS {
            return Err("it is redirected again and again".to_owned());
        }
        asked.push(url.clone());
        let result = walk::trace(plane, &challenge(url));
        if result.branches.is_empty() {
            return Err("it has no way".to_owned());
        }
        for branch in &result.branches {
            next.extend(end_of(&branch.connection, &solver)?);
        }
    }
    Ok(())
}

/// Where the server asks next, if it is told to; nowhere where the solver has answered. Otherwise how the way ends.
fn end_of(connection: &Connection, solver: &Ref) -> Result<Option<Url>, String> {
    let Some(receiver) = connection.received.as_ref().map(|it| &it.receiver) else {
        let trace = &connection.original;
        let last = trace.last_step();
        let place = last.map(|(place, step)| format!(" at {place} ({})", step.stage.as_str()));
        let place = place.unwrap_or_default();
        return Err(format!("it ends{place} as {}", trace.disposition.as_str()));
    };
    let reply = connection.reply.as_ref().map(|it| &it.disposition);
    if reply != Some(&Disposition::Delivered) {
        return Err("the answer is lost".to_owned());
    }
    if receiver == solver {
        return Ok(None);
    }
    let http = connection.http();
    let status = http.as_ref().map_or(0, |http| http.status);
    let mut headers = http.iter().flat_map(|http| &http.headers);
    let location = headers.find(|(name, _)| *name == "Location");
    match location.and_then(|(_, text)| parsed(text)) {
        Some(url) if (300..400).contains(&status) => Ok(Some(url)),
        _ => Err(format!("{receiver} answers it with {status}")),
    }
}

/// The parts of an absolute address.
fn parsed(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once("://")?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    Some(Url {
        tls: scheme.eq_ignore_ascii_case("https"),
        host: Arc::from(host),
        port,
        path: Arc::from(path),
    })
}

/// What came of the orders.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Every certificate that was asked for, and whether it was issued.
    pub requests: Vec<Request>,
    /// Orders whose challenges stay pending.
    pub pending: Vec<(Order, Solver)>,
    /// Why.
    pub problems: Vec<Diagnostic>,
}

/// Walks the challenges of all orders in the network in which they are pending, as `with_solvers` builds it.
pub fn settle(orders: Vec<Order>, with_solvers: impl FnOnce(&[Order]) -> Dataplane) -> Outcome {
    let plane = with_solvers(&orders);
    let mut outcome = Outcome::default();
    for order in orders {
        let issued = match &order.method {
            Some(Method::Local) => true,
            Some(Method::Http01(solver)) => {
                let hosts = order.hosts.iter();
                let failed =
                    hosts.filter_map(|host| Some((host, answered(&plane, &order, host).err()?)));
                let failed: Vec<(&Arc<str>, String)> = failed.collect();
                for (host, reason) in &failed {
                    outcome.problems.push(failure(&order, host, reason));
                }
                let done = failed.is_empty();
                if !done {
                    outcome.pending.push((order.clone(), solver.clone()));
                }
                done
            }
            Some(Method::Other(what)) => {
                let message = format!(
                    "kubehop does not model how {} issues certificates ({what}), so `{}` is taken as not there",
                    order.issuer, order.secret
                );
                outcome.problems.push(
                    problem("acme-not-modelled", &order, message)
                        .hint("add the Secret; kubehop drops its data"),
                );
                false
            }
            None => {
                let message = format!(
                    "`{}` asks for a certificate of {}, which is not there",
                    order.ingress, order.issuer
                );
                outcome.problems.push(
                    problem("acme-no-issuer", &order, message)
                        .hint("add the issuer, or the Secret"),
                );
                false
            }
        };
        outcome.requests.push(Request {
            secret: order.secret,
            ingress: order.ingress,
            issued,
        });
    }
    outcome
}

fn problem(code: &'static str, order: &Order, message: String) -> Diagnostic {
    Diagnostic::new(Severity::Warning, code, message)
        .about(order.ingress.clone())
        .field(format!("spec.tls[{}]", order.index))
}

fn failure(order: &Order, host: &str, reason: &str) -> Diagnostic {
    let message = format!(
        "`{}` is not issued: the challenge http://{host}{PATH}/… does not come to its solver; {reason}",
        order.secret
    );
    problem("acme-challenge", order, message).hint(
        "let the internet reach port 80 of the host, and give the solver the class of a controller",
    )
}

#[cfg(test)]
mod tests;
