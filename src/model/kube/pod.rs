//! Pods, and the workloads that make them.

use std::net::IpAddr;
use std::sync::Arc;

use super::meta::Meta;
use super::selector::Selector;
use crate::model::appgateway::HttpProbe;
use crate::model::ingress::NginxController;
use crate::model::labels::Labels;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;
use crate::model::placement::Placement;

/// `Pod`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pod {
    /// Name and labels.
    pub meta: Meta,
    /// `spec.nodeName`, written or scheduled.
    pub node_name: Option<Arc<str>>,
    /// `spec.nodeSelector`.
    pub node_selector: Labels,
    /// What else it demands of its node; pods of one template share it.
    pub placement: Option<Arc<Placement>>,
    /// `spec.hostNetwork`.
    pub host_network: bool,
    /// `spec.hostname`.
    pub hostname: Option<Arc<str>>,
    /// `spec.subdomain`.
    pub subdomain: Option<Arc<str>>,
    /// `spec.dnsPolicy`.
    pub dns_policy: DnsPolicy,
    /// `spec.dnsConfig`.
    pub dns_config: DnsConfig,
    /// Declared ports of all containers.
    pub ports: Vec<ContainerPort>,
    /// `status.podIPs` (or `podIP`), primary first.
    pub ips: Vec<IpAddr>,
    /// `status.hostIP`, if written.
    pub host_ip: Option<IpAddr>,
    /// `status.phase`; absent means `Running`.
    pub phase: Phase,
    /// Condition `Ready`; absent means ready.
    pub ready: bool,
    /// `metadata.deletionTimestamp` is set.
    pub terminating: bool,
    /// The clock of events has seen its object deleted for good. It stays in the list so that it can be shown and asked
    /// about; for controllers it is not there. Nothing that is written says this.
    pub deleted: bool,
    /// The ingress controller that it runs, if it does; pods of one template share it.
    pub nginx: Option<Arc<NginxController>>,
    /// The `httpGet` probe of each container that has one; pods of one template share them.
    pub http_probes: Option<Arc<[HttpProbe]>>,
    /// The readiness probe of each container that has one; pods of one template share them.
    pub readiness: Option<Arc<[ReadinessProbe]>>,
    /// The controller: the first of `ownerReferences` that controls, or the workload it was made from.
    pub owner: Option<Ref>,
}

impl Pod {
    /// `pod/NAMESPACE/NAME`.
    pub fn reference(&self) -> Ref {
        self.meta.reference(Kind::Pod)
    }

    /// The primary address, once known.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ips.first().copied()
    }

    /// Whether its containers have ended for good: its network is gone, and its address free.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }
}

/// When a container's `readinessProbe` asks, and when it changes its mind; what is not written is as Kubernetes has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadinessProbe {
    /// Seconds until it is first asked.
    pub initial_delay: u32,
    /// Seconds between two questions.
    pub period: u32,
    /// Answers in a row after which it counts as ready.
    pub successes: u32,
    /// Failures in a row after which it no longer does.
    pub failures: u32,
}

/// `spec.dnsPolicy` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsPolicy {
    /// Cluster DNS first (the default); a host-network pod falls back to `Default` (R39).
    #[default]
    ClusterFirst,
    /// Cluster DNS first also with the host network.
    ClusterFirstWithHostNet,
    /// The node's resolver.
    Default,
    /// Only what `dnsConfig` says.
    None,
}

/// `spec.dnsConfig` of a pod.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DnsConfig {
    /// `nameservers`.
    pub nameservers: Vec<IpAddr>,
    /// `searches`.
    pub searches: Vec<Arc<str>>,
    /// `options`, such as `ndots`.
    pub options: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// A declared container port.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerPort {
    /// `name`, if any.
    pub name: Option<Arc<str>>,
    /// `containerPort`.
    pub port: u16,
    /// `protocol`.
    pub protocol: Protocol,
    /// `hostPort`, if any.
    pub host_port: Option<u16>,
}

/// `status.phase` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not yet running.
    Pending,
    /// Running; also what an absent phase means.
    #[default]
    Running,
    /// All containers ended well.
    Succeeded,
    /// A container failed.
    Failed,
}

/// A workload that makes pods: `Deployment`, `ReplicaSet`, `StatefulSet`, `DaemonSet`, `Job`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Which of them.
    pub kind: Kind,
    /// Name and labels.
    pub meta: Meta,
    /// `spec.replicas`; for a Job, `parallelism`. `None` for a DaemonSet.
    pub replicas: Option<u32>,
    /// `spec.selector`.
    pub selector: Selector,
    /// `spec.template`, as a pod without name and node.
    pub template: Pod,
    /// `spec.serviceName` of a StatefulSet.
    pub service_name: Option<Arc<str>>,
    /// The controlling owner, such as a ReplicaSet's Deployment.
    pub owner: Option<Ref>,
}

impl Workload {
    /// `deployment/NAMESPACE/NAME` and the like.
    pub fn reference(&self) -> Ref {
        self.meta.reference(self.kind)
    }
}
