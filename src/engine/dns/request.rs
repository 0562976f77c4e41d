//! What a name below `svc.cluster.local` asks for.

/// What a name below `svc.cluster.local` asks for, labels from the right.
pub(super) struct Request<'a> {
    /// Namespace.
    pub namespace: &'a str,
    /// Service, or nothing.
    pub service: &'a str,
    /// Label of an endpoint, or nothing.
    pub endpoint: &'a str,
    /// Name of a port, or nothing.
    pub port: &'a str,
    /// Protocol of a port, or nothing.
    pub protocol: &'a str,
}

impl<'a> Request<'a> {
    /// `namespace`, `service.namespace`, `endpoint.service.namespace` or `_port._protocol.service.namespace`.
    pub fn parse(base: &'a str) -> Option<Self> {
        let mut labels = base.rsplit('.');
        let mut next = || labels.next().unwrap_or_default();
        let mut request = Self {
            namespace: next(),
            service: next(),
            endpoint: "",
            port: "",
            protocol: "",
        };
        match (next(), next(), next()) {
            (endpoint, "", _) => request.endpoint = endpoint,
            (protocol, port, "") => {
                request.protocol = protocol.strip_prefix('_').unwrap_or(protocol);
                request.port = port.strip_prefix('_').unwrap_or(port);
            }
            _ => return None,
        }
        Some(request)
    }

    /// Whether it asks for an endpoint or a port.
    pub fn has_details(&self) -> bool {
        !(self.endpoint.is_empty() && self.port.is_empty() && self.protocol.is_empty())
    }

    /// Whether a port of this name and protocol is asked for.
    pub fn fits(&self, name: &str, protocol: &str) -> bool {
        let same = |asked: &str, own: &str| asked.is_empty() || asked.eq_ignore_ascii_case(own);
        same(self.port, name) && same(self.protocol, protocol)
    }
}
