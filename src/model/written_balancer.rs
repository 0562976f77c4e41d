//! Load balancers that somebody wrote down. The cloud provider makes its own; of a written one only the outbound rules
//! count, and only where it is the one that AKS keeps.

use std::sync::Arc;

use super::kube::Meta;
use super::object::{Kind, Ref};

/// The name of the public load balancer that AKS keeps.
const OF_AKS: &str = "kubernetes";
/// The name of the outbound rule that AKS keeps.
pub const OUTBOUND_RULE: &str = "aksOutboundRule";

/// `Microsoft.Network/loadBalancers`, as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenBalancer {
    /// Name and origin.
    pub meta: Meta,
    /// `frontendIPConfigurations[]`: name, and the name of its `publicIPAddress`.
    pub frontends: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// `outboundRules`; `None` where the document does not have that part.
    pub outbound_rules: Option<Vec<WrittenOutboundRule>>,
}

/// One of its `outboundRules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenOutboundRule {
    /// `name`.
    pub name: Arc<str>,
    /// `frontendIPConfigurations[].id`: names of frontends.
    pub frontends: Vec<Arc<str>>,
    /// `allocatedOutboundPorts`; 0 is automatic.
    pub allocated_ports: Option<u32>,
    /// `idleTimeoutInMinutes`.
    pub idle_minutes: Option<u32>,
}

/// Whether a load balancer of this name is the public one that AKS keeps.
pub fn is_balancer_of_aks(name: &str) -> bool {
    name.eq_ignore_ascii_case(OF_AKS)
}

impl WrittenBalancer {
    /// `loadbalancer/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::LoadBalancer, self.meta.name.clone())
    }

    /// Whether it is the public load balancer that AKS keeps.
    pub fn is_of_aks(&self) -> bool {
        is_balancer_of_aks(&self.meta.name)
    }

    /// Whether a frontend of it has a public address.
    pub fn is_public(&self) -> bool {
        self.frontends.iter().any(|(_, address)| address.is_some())
    }

    /// The outbound rule that AKS keeps, with its place in the list.
    pub fn rule_of_aks(&self) -> Option<(usize, &WrittenOutboundRule)> {
        let mut rules = self.outbound_rules.iter().flatten().enumerate();
        rules.find(|(_, rule)| rule.name.eq_ignore_ascii_case(OUTBOUND_RULE))
    }

    /// The public IP resources by which a rule leaves, by name.
    pub fn addresses<'b>(
        &'b self,
        rule: &'b WrittenOutboundRule,
    ) -> impl Iterator<Item = &'b Arc<str>> {
        rule.frontends.iter().filter_map(|name| {
            let mut known = self.frontends.iter();
            let found = known.find(|(frontend, _)| frontend.eq_ignore_ascii_case(name))?;
            found.1.as_ref()
        })
    }
}
