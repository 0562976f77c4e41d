//! Which certificate the controller shows for a name: that of the server with this name, else that of the
//! wildcard's. A server has one as soon as an Ingress with a section `tls` has a rule for it, if only the default one.
//!
//! kubehop drops the data of Secrets, so a certificate is taken to hold the names that `hosts` lists beside it; where
//! nothing is listed the answer is not known.

use std::sync::Arc;

use super::server::{names, rules};
use crate::engine::trace::Cause;
use crate::model::ingress::{Ingress, IngressTls};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The certificate that a server is configured with.
pub(super) struct Certificate<'a> {
    /// The Ingress that says so.
    pub ingress: &'a Ingress,
    /// Index of the entry of its `spec.tls`; none where no entry is about the host.
    pub index: Option<usize>,
    /// The Secret that holds it; none for the default certificate.
    pub secret: Option<Ref>,
    /// Whether the Secret is there.
    pub exists: bool,
}

impl Certificate<'_> {
    /// The field that says so.
    pub fn cause(&self) -> Cause {
        let field = match self.index {
            Some(index) => format!("spec.tls[{index}]"),
            None => "spec.tls".to_owned(),
        };
        Cause::field(self.ingress.reference(), field)
    }
}

/// The certificate for a host, if there is one. `Err` is the field that says too little.
pub(super) fn of<'a>(
    network: &Network,
    ingresses: &[&'a Ingress],
    host: &str,
) -> Result<Option<Certificate<'a>>, Cause> {
    for name in names(host) {
        let own = rules(ingresses).filter(|(_, _, rule)| rule.host.eq_ignore_ascii_case(&name));
        let mut own = own.filter(|(ingress, ..)| !ingress.tls.is_empty());
        if let Some((ingress, ..)) = own.next() {
            return of_server(network, ingress, &name).map(Some);
        }
    }
    Ok(None)
}

/// The certificate that an Ingress with a section `tls` gives the server of this name.
fn of_server<'a>(
    network: &Network,
    ingress: &'a Ingress,
    name: &str,
) -> Result<Certificate<'a>, Cause> {
    let made = |index: Option<usize>, secret: Option<Ref>| {
        let exists = secret
            .as_ref()
            .is_some_and(|secret| network.has_secret(secret));
        Certificate {
            ingress,
            index,
            secret,
            exists,
        }
    };
    let secret = |tls: &IngressTls| {
        let name = tls.secret.as_ref()?;
        Some(Ref::scoped(
            Kind::Secret,
            ingress.meta.namespace.clone(),
            name.clone(),
        ))
    };
    let lists = |tls: &IngressTls| tls.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    if let Some(index) = ingress.tls.iter().position(lists) {
        return Ok(made(Some(index), secret(&ingress.tls[index])));
    }
    // Not listed: the first certificate that holds the name.
    for (index, tls) in ingress.tls.iter().enumerate() {
        let found = made(Some(index), secret(tls));
        if !found.exists {
            continue;
        }
        if tls.hosts.is_empty() {
            return Err(found.cause());
        }
        if tls.hosts.iter().any(|host| covers(host, name)) {
            return Ok(found);
        }
    }
    Ok(made(None, None))
}

/// Whether a wildcard such as `*.example.com` holds a name: exactly one label stands in for the star.
fn covers(host: &Arc<str>, name: &str) -> bool {
    let wildcard = names(name).into_iter().nth(1);
    wildcard.is_some_and(|wildcard| host.eq_ignore_ascii_case(&wildcard))
}
