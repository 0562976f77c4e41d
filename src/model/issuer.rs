//! `Issuer` and `ClusterIssuer` of cert-manager, as far as they say how a certificate is come by.

use std::sync::Arc;

use super::kube::Meta;
use super::object::{Kind, Ref};

/// `Issuer`, or `ClusterIssuer` where the kind says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Issuer {
    /// Name and origin; no namespace for a `ClusterIssuer`.
    pub meta: Meta,
    /// Whether it serves every namespace.
    pub cluster: bool,
    /// How it issues.
    pub method: Method,
}

impl Issuer {
    /// `issuer/NAMESPACE/NAME`, or `clusterissuer/NAME`.
    pub fn reference(&self) -> Ref {
        if self.cluster {
            Ref::new(Kind::ClusterIssuer, self.meta.name.clone())
        } else {
            self.meta.reference(Kind::Issuer)
        }
    }
}

/// How a certificate is come by.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// `acme` with a solver of type `http01`: the server asks each host for a token over HTTP.
    Http01(Solver),
    /// Without asking anybody from outside: `selfSigned`, `ca`.
    Local,
    /// Something else, such as `dns01`.
    Other(Arc<str>),
}

/// `http01.ingress`: the class of the Ingress that leads to the token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solver {
    /// `ingressClassName`, which stands in the spec.
    pub class_name: Option<Arc<str>>,
    /// `class`, which becomes the annotation.
    pub class: Option<Arc<str>>,
}

/// A certificate that an Ingress asks for by an annotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The Secret that is to hold it.
    pub secret: Ref,
    /// The Ingress that asks.
    pub ingress: Ref,
    /// Whether it was issued.
    pub issued: bool,
}
