//! The fields of what decides about requests and names inside the cluster: Ingresses, certificates, policies,
//! configuration.

use super::fields::{Fields, head};
use super::joined;
use crate::model::ingress::{Backend, Ingress};
use crate::model::issuer::{Issuer, Method};
use crate::model::kube::{Meta, Origin};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::policy::NetworkPolicy;

/// The fields of `object`; `None` if there is no such object.
pub(super) fn fields(network: &Network, object: &Ref) -> Option<Fields> {
    let found = match object.kind {
        Kind::Ingress => {
            let mut all = network.ingresses.iter();
            all.find(|it| it.reference() == *object).map(ingress)
        }
        Kind::IngressClass => {
            let mut all = network.ingress_classes.iter();
            all.find(|it| it.reference() == *object).map(|class| {
                let mut fields = Fields::new(&class.meta);
                fields.add("controller", &*class.controller);
                fields
            })
        }
        Kind::Issuer | Kind::ClusterIssuer => {
            let mut all = network.issuers.iter();
            all.find(|it| it.reference() == *object).map(issuer)
        }
        Kind::Secret => secret(network, object),
        Kind::ConfigMap => {
            let mut all = network.config_maps.iter();
            let found = all.find(|it| it.meta.reference(Kind::ConfigMap) == *object);
            found.map(|map| {
                let mut fields = Fields::new(&map.meta);
                let keys: Vec<&str> = map.data.keys().map(|key| &**key).collect();
                fields.add("data", keys.join(", "));
                fields
            })
        }
        Kind::NetworkPolicy => {
            let mut all = network.policies.iter();
            let found = all.find(|it| it.meta.reference(Kind::NetworkPolicy) == *object);
            found.map(policy)
        }
        _ => None,
    };
    found.or_else(|| head(network, object))
}

fn ingress(ingress: &Ingress) -> Fields {
    let mut fields = Fields::new(&ingress.meta);
    let class = ingress.class_name.as_deref();
    fields.add("ingressClassName", class.unwrap_or_default());
    for (key, value) in &ingress.meta.annotations {
        if !key.starts_with("kubectl.") {
            fields.add("annotation", format!("{key}: {value}"));
        }
    }
    for tls in &ingress.tls {
        let secret = tls.secret.as_deref().unwrap_or_default();
        fields.add("tls", format!("{} ({secret})", joined(&tls.hosts)));
    }
    for rule in &ingress.rules {
        let host = if rule.host.is_empty() {
            "*"
        } else {
            &rule.host
        };
        for path in &rule.paths {
            let (kind, to) = (path.path_type.as_str(), backend(&path.backend));
            fields.add("rule", format!("{host} {kind} {} → {to}", path.path));
        }
    }
    if let Some(default) = &ingress.default_backend {
        fields.add("defaultBackend", backend(default));
    }
    fields
}

fn backend(backend: &Backend) -> String {
    match backend {
        Backend::Service { name, port } => format!("{name}:{port}"),
        Backend::Resource => "resource".to_owned(),
    }
}

fn issuer(issuer: &Issuer) -> Fields {
    let mut fields = Fields::new(&issuer.meta);
    match &issuer.method {
        Method::Http01(solver) => {
            fields.add("acme.solvers", "http01");
            let class = solver.class_name.as_deref().or(solver.class.as_deref());
            fields.add("http01.ingress", class.unwrap_or_default());
        }
        Method::Local => fields.add("issues", "local"),
        Method::Other(name) => fields.add("issues", &**name),
    }
    fields
}

/// A Secret keeps only its type; one that cert-manager is asked for says whether it was issued.
fn secret(network: &Network, object: &Ref) -> Option<Fields> {
    let mut requests = network.certificates.iter();
    let request = requests.find(|it| it.secret == *object && it.issued)?;
    let meta = Meta {
        namespace: object.scope.clone(),
        name: object.name.clone(),
        origin: Origin::Derived {
            by: crate::engine::acme::BY,
            from: request.ingress.clone(),
        },
        ..Meta::default()
    };
    let mut fields = Fields::new(&meta);
    fields.add("type", "kubernetes.io/tls");
    Some(fields)
}

fn policy(policy: &NetworkPolicy) -> Fields {
    let mut fields = Fields::new(&policy.meta);
    let labels = policy.pod_selector.match_labels.iter();
    let labels: Vec<String> = labels
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    fields.add("podSelector", labels.join(", "));
    let mut types = Vec::new();
    for (rules, name) in [(&policy.ingress, "Ingress"), (&policy.egress, "Egress")] {
        if let Some(rules) = rules {
            types.push(format!("{name} ({})", rules.len()));
        }
    }
    fields.add("policyTypes", types.join(", "));
    fields
}
