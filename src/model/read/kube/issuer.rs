//! `Issuer` and `ClusterIssuer` of cert-manager.

use std::sync::Arc;

use super::super::cursor::Cursor;
use crate::model::issuer::{Issuer, Method, Solver};
use crate::model::kube::Meta;

pub(super) fn issuer(at: Cursor<'_>, meta: Meta, cluster: bool) -> Issuer {
    let spec = at.get("spec");
    let local = ["selfSigned", "ca"]
        .into_iter()
        .any(|field| spec.get(field).exists());
    let solvers = || spec.get("acme").get("solvers").list();
    let http = solvers().find(|solver| solver.get("http01").exists());
    let method = match (local, http) {
        (true, _) => Method::Local,
        (false, Some(solver)) => {
            let ingress = solver.get("http01").get("ingress");
            Method::Http01(Solver {
                class_name: ingress.get("ingressClassName").name(),
                class: ingress.get("class").name(),
            })
        }
        (false, None) => Method::Other(Arc::from(if solvers().next().is_some() {
            "dns01"
        } else {
            "no `acme`, `ca` or `selfSigned`"
        })),
    };
    Issuer {
        meta,
        cluster,
        method,
    }
}
