//! Kubernetes objects: the fields that decide about packets, under the API's own names.
//!
//! A field that a controller fills (`status.podIP`, `spec.clusterIP`, …) is `None`
//! until the user wrote it or [`crate::engine::control`] allocated it.

mod meta;
mod node;
mod pod;
mod selector;
mod service;

pub use super::labels::Labels;
pub use meta::{Assigned, Meta, Origin};
pub use node::{ConfigMap, KubeProxyConfiguration, Namespace, Node};
pub use pod::{ContainerPort, DnsConfig, DnsPolicy, Phase, Pod, ReadinessProbe, Workload};
pub use selector::{Expression, Operator, Selector};
pub use service::{
    Endpoint, EndpointPort, EndpointSlice, Endpoints, LoadBalancerIngress, Service, ServicePort,
    ServiceType, TargetPort, TrafficPolicy,
};
