//! `Pod`, and the pod template of a workload.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use super::super::names;
use super::placement::placement;
use super::probes::{probes, readiness};
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
    let dns_config = dns_config(spec.get("dnsConfig"));
    if dns_policy == Some(DnsPolicy::None) && dns_config.nameservers.is_empty() {
        let servers = spec.get("dnsConfig").get("nameservers");
        servers.wrong(
            "dns-config",
            "must name a server, because `dnsPolicy` is `None`",
            "no nameserver",
            "at least one address",
        );
    }
    label(spec.get("hostname"));
    label(spec.get("subdomain"));
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
        dns_config,
        ports: ports(spec),
        http_probes: probes(spec),
        readiness: readiness(spec),
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
        .flat_map(|container| {
            each_name_once(container);
            container.get("ports").list()
        })
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

/// Port names are those of one container; another may have the same.
fn each_name_once(container: Cursor<'_>) {
    let mut names = BTreeSet::new();
    for port in container.get("ports").list() {
        if let Some(name) = port.get("name").name()
            && !names.insert(name.clone())
        {
            port.get("name").wrong(
                "duplicate",
                "is the name of another port as well",
                &quoted(&name),
                "a name of its own",
            );
        }
    }
}

/// What the API server takes as `hostname` and `subdomain`.
fn label(at: Cursor<'_>) {
    if let Some(text) = at.name().filter(|text| !names::label(text)) {
        at.wrong(
            "bad-name",
            "is not a name that the API accepts",
            &quoted(&text),
            "at most 63 lower-case letters, digits and `-`",
        );
    }
}

/// Servers that a pod may have.
const MAX_SERVERS: usize = 3;
/// Search domains that it may have, and their characters together with the blanks between.
const MAX_SEARCHES: (usize, usize) = (32, 2048);

fn dns_config(at: Cursor<'_>) -> DnsConfig {
    let config = DnsConfig {
        nameservers: at.get("nameservers").addresses(),
        searches: at.get("searches").texts(),
        options: at.get("options").list().filter_map(option).collect(),
    };
    let count = at.get("nameservers").list().count();
    if count > MAX_SERVERS {
        let found = format!("{count} servers");
        let expected = "at most 3";
        let servers = at.get("nameservers");
        servers.wrong("dns-config", "has too many servers", &found, expected);
    }
    let searches = at.get("searches");
    for search in searches.list() {
        let Some(text) = search.name() else { continue };
        let plain = text.strip_suffix('.').unwrap_or(&text).replace('_', "-");
        if *text != *"." && !names::subdomain(&plain) {
            search.wrong(
                "dns-config",
                "is not a domain",
                &quoted(&text),
                "a domain such as `corp.example`",
            );
        }
    }
    let (most, longest) = MAX_SEARCHES;
    let (count, length) = (config.searches.len(), config.searches.join(" ").len());
    if count > most || length > longest {
        let found = format!("{count} domains of {length} characters");
        let expected = format!("at most {most} domains and {longest} characters");
        searches.wrong("dns-config", "is too long", &found, &expected);
    }
    config
}

fn option(at: Cursor<'_>) -> Option<(Arc<str>, Option<Arc<str>>)> {
    let (name, value) = (at.get("name").name(), at.get("value").name());
    let Some(name) = name else {
        at.get("name").require("a name such as `ndots`");
        return None;
    };
    let numeric = matches!(&*name, "ndots" | "timeout" | "attempts");
    if numeric
        && value
            .as_ref()
            .is_none_or(|value| value.parse::<u32>().is_err())
    {
        let found = value.as_deref().map_or("nothing".to_owned(), quoted);
        at.get("value").doubt(
            "dns-option",
            "is ignored by the resolver",
            &found,
            "a number in quotes",
            "",
        );
    }
    Some((name, value))
}
