//! Why rules exist, for the sentences of a walk.

use std::sync::Arc;

use crate::engine::trace::Cause;

/// Why a rule exists: what it is for, and the object and field that asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What it is for.
    pub purpose: Purpose,
    /// Who asked for it.
    pub cause: Option<Cause>,
}

impl Reason {
    /// A reason that an object's field asked for.
    pub fn new(purpose: Purpose, cause: Cause) -> Arc<Self> {
        Arc::new(Self {
            purpose,
            cause: Some(cause),
        })
    }

    /// A reason that lies in a component itself.
    pub fn of_component(purpose: Purpose) -> Arc<Self> {
        Arc::new(Self {
            purpose,
            cause: None,
        })
    }
}

/// What a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sends a Service's packet to an endpoint.
    Endpoint,
    /// Marks a packet to a cluster IP that comes from outside the cluster's range (R8).
    MarkOffCluster,
    /// Marks every packet to a cluster IP: `masqueradeAll` (R8).
    MarkAll,
    /// Marks a packet to an external address under `externalTrafficPolicy: Cluster` (R9).
    MarkExternalCluster,
    /// Marks a packet of the node itself under `externalTrafficPolicy: Local` (R10).
    MarkFromNode,
    /// Marks a packet whose endpoint is its sender (R11).
    MarkHairpin,
    /// Marks a packet of a pod or of the node to a host port.
    MarkHostPort,
    /// Translates the source of marked packets.
    MasqueradeMarked,
    /// Keeps the source for a range that is not masqueraded.
    KeepSource,
    /// Translates the source for everything else.
    MasqueradeOutside,
    /// Translates the source for names and the metadata service, where pods have a subnet of their own.
    MasqueradePlatform,
    /// Refuses: the Service has no endpoints (R6).
    NoEndpoints,
    /// Drops: the policy is `Local` and this node has no endpoint (R6).
    NoLocalEndpoints,
    /// Drops: the sender is not in `loadBalancerSourceRanges` (R14).
    SourceRanges,
    /// Accepts the health check's port (R16).
    HealthCheck,
    /// Accepts what was marked for masquerading.
    ForwardMarked,
    /// Accepts later packets of a known connection.
    ForwardKnown,
    /// Drops packets of no connection.
    InvalidState,
    /// Drops packets to loopback addresses that come from elsewhere.
    LocalnetGuard,
    /// Drops pods' packets to the platform's wire server.
    WireServer,
    /// Sends a packet for a host port to its pod.
    HostPort,
}
