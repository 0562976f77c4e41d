//! `Ingress` and `IngressClass`, under the API's own names, and the controller that a pod runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kube::Meta;
use super::object::{Kind, Ref};

/// `Ingress`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ingress {
    /// Name, annotations, origin.
    pub meta: Meta,
    /// `spec.ingressClassName`.
    pub class_name: Option<Arc<str>>,
    /// `spec.defaultBackend`.
    pub default_backend: Option<Backend>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule>,
    /// `spec.tls`.
    pub tls: Vec<IngressTls>,
}

impl Ingress {
    /// `ingress/NAMESPACE/NAME`.
    pub fn reference(&self) -> Ref {
        self.meta.reference(Kind::Ingress)
    }

    /// Every backend with its field, the one for all other requests in front.
    pub fn backends(&self) -> impl Iterator<Item = (String, &Backend)> {
        let default = self.default_backend.iter();
        let default = default.map(|backend| ("spec.defaultBackend".to_owned(), backend));
        let rules = self.rules.iter().enumerate().flat_map(|(index, rule)| {
            rule.paths.iter().enumerate().map(move |(number, path)| {
                let field = format!("spec.rules[{index}].http.paths[{number}].backend");
                (field, &path.backend)
            })
        });
        default.chain(rules)
    }
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq)]
pub enum Backend {
    /// A Service of the Ingress's namespace and one of its ports.
    Service {
        /// `service.name`.
        name: Arc<str>,
        /// `service.port`.
        port: BackendPort,
    },
    /// `resource`: something that the controller may know.
    Resource,
}

/// `service.port` of a backend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BackendPort {
    /// `name`
    Name(Arc<str>),
    /// `number`
    Number(u16),
}

impl std::fmt::Display for BackendPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BackendPort::Name(name) => f.write_str(name),
            BackendPort::Number(number) => write!(f, "{number}"),
        }
    }
}

/// One of `spec.rules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IngressRule {
    /// `host`; empty for every host.
    pub host: Arc<str>,
    /// `http.paths`; empty where there is no `http`.
    pub paths: Vec<IngressPath>,
}

/// One of a rule's `http.paths`.
#[derive(Clone, Debug, PartialEq)]
pub struct IngressPath {
    /// `path`; empty means every path.
    pub path: Arc<str>,
    /// `pathType`.
    pub path_type: PathType,
    /// `backend`.
    pub backend: Backend,
}

/// `pathType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathType {
    /// The whole path, to the letter.
    Exact,
    /// Whole elements from the start.
    Prefix,
    /// As the controller likes; NGINX takes it for `Prefix`.
    #[default]
    ImplementationSpecific,
}

impl PathType {
    /// The words of the API.
    pub const WORDS: [(&'static str, PathType); 3] = [
        ("Exact", PathType::Exact),
        ("Prefix", PathType::Prefix),
        ("ImplementationSpecific", PathType::ImplementationSpecific),
    ];

    /// The name as the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            PathType::Exact => "Exact",
            PathType::Prefix => "Prefix",
            PathType::ImplementationSpecific => "ImplementationSpecific",
        }
    }
}

/// One of `spec.tls`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IngressTls {
    /// `hosts`; empty means the names in the certificate.
    pub hosts: Vec<Arc<str>>,
    /// `secretName`.
    pub secret: Option<Arc<str>>,
}

/// `IngressClass`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IngressClass {
    /// Name, annotations, origin.
    pub meta: Meta,
    /// `spec.controller`.
    pub controller: Arc<str>,
}

impl IngressClass {
    /// `ingressclass/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::IngressClass, self.meta.name.clone())
    }

    /// Whether Ingresses that name no class get this one.
    pub fn is_default(&self) -> bool {
        let annotation = "ingressclass.kubernetes.io/is-default-class";
        self.meta.annotations.get(annotation).map(|text| &**text) == Some("true")
    }
}

/// An ingress-nginx controller, as the pod that runs it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NginxController {
    /// Its flags without the dashes; `true` where nothing is assigned.
    pub flags: BTreeMap<Arc<str>, Arc<str>>,
    /// Whether it is of a release before 1.0, which looks at no `IngressClass`.
    pub legacy: bool,
}

impl NginxController {
    /// The value of a flag that is not empty.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let value = self.flags.get(name).map(|value| &**value);
        value.filter(|value| !value.is_empty())
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.flag(name) == Some("true")
    }

    /// A port that a flag names.
    pub fn port(&self, name: &str, default: u16) -> u16 {
        let port = self.flag(name).and_then(|text| text.parse().ok());
        port.unwrap_or(default)
    }
}
