//! `Pod`, and the pod template of a workload.

use super::super::cursor::Cursor;
use super::placement::placement;
use super::{ingress, owner, ready};
use crate::model::kube::{ContainerPort, DnsConfig, DnsPolicy, Meta, Phase, Pod};

pub(super) fn pod(at: Cursor<'_>, meta: Meta) -> Pod {
    let status = at.get("status");
    let pod_ips = status.get("podIPs").list();
    let mut ips: Vec<_> = pod_ips
        .filter_map(|item| item.get("ip").address())
        .collect();
    if ips.is_empty() {
        ips.extend(status.get("podIP").address());
    }
    let phase = status.get("phase").word(&[
        ("Pending", Phase::Pending),
        ("Running", Phase::Running),
        ("Succeeded", Phase::Succeeded),
        ("Failed", Phase::Failed),
        ("Unknown", Phase::Running),
    ]);
    Pod {
        ips,
        host_ip: status.get("hostIP").address(),
        phase: phase.unwrap_or_default(),
        ready: ready(at),
        terminating: at.get("metadata").get("deletionTimestamp").exists(),
        owner: owner(at, &meta.namespace),
        ..template(at.get("spec"), meta)
    }
}

/// What a pod and a pod template share: the `spec`.
pub(super) fn template(spec: Cursor<'_>, meta: Meta) -> Pod {
    let dns_policy = spec.get("dnsPolicy").word(&[
        ("ClusterFirst", DnsPolicy::ClusterFirst),
        (
            "ClusterFirstWithHostNet",
            DnsPolicy::ClusterFirstWithHostNet,
        ),
        ("Default", DnsPolicy::Default),
        ("None", DnsPolicy::None),
    ]);
    Pod {
        nginx: ingress::controller(spec, &meta),
        meta,
        node_name: spec.get("nodeName").name(),
        node_selector: spec.get("nodeSelector").labels(),
        placement: placement(spec),
        host_network: spec.get("hostNetwork").flag().unwrap_or_default(),
        hostname: spec.get("hostname").name(),
        subdomain: spec.get("subdomain").name(),
        dns_policy: dns_policy.unwrap_or_default(),
        dns_config: dns_config(spec.get("dnsConfig")),
        ports: ports(spec),
        ready: true,
        ..Pod::default()
    }
}

/// The ports of the containers, and of the init containers that keep running (sidecars).
fn ports(spec: Cursor<'_>) -> Vec<ContainerPort> {
    let sidecars = spec
        .get("initContainers")
        .list()
        .filter(|container| container.get("restartPolicy").name().as_deref() == Some("Always"));
    let containers = spec.get("containers").list().chain(sidecars);
    containers
        .flat_map(|container| container.get("ports").list())
        .filter_map(|port| {
            port.get("containerPort").require("a port, 1 to 65535");
            Some(ContainerPort {
                name: port.get("name").name(),
                port: port.get("containerPort").port()?,
                protocol: port.get("protocol").protocol(),
                host_port: port
                    .get("hostPort")
                    .whole::<u16>(0, 65535)
                    .filter(|port| *port != 0),
            })
        })
        .collect()
}

fn dns_config(at: Cursor<'_>) -> DnsConfig {
    let options = at.get("options").list();
    DnsConfig {
        nameservers: at.get("nameservers").addresses(),
        searches: at.get("searches").texts(),
        options: options
            .filter_map(|option| Some((option.get("name").name()?, option.get("value").name())))
            .collect(),
    }
}
