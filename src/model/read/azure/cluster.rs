//! `Microsoft.ContainerService/managedClusters`.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::super::cursor::{Cursor, quoted};
use super::region;
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, OutboundType};
use crate::model::kube::Meta;
use crate::model::placement::{Effect, Taint};

/// Minutes that an outbound connection may be idle, unless written.
const OUTBOUND_IDLE_MINUTES: u32 = 30;
/// The most outbound addresses that AKS manages (section 12 of the fact sheet).
const MANAGED_OUTBOUND_IPS: u8 = 100;
/// More nodes than AKS allows in a pool; protects against a slip of the keyboard.
const MAX_COUNT: i64 = 5000;

pub(super) fn cluster(at: Cursor<'_>, meta: Meta) -> Cluster {
    let profile = at.prop("networkProfile");
    let balancer = profile.any_case("loadBalancerProfile");
    let mut pools: Vec<AgentPool> = at
        .prop("agentPoolProfiles")
        .list()
        .filter_map(pool)
        .collect();
    if is_stopped(at) {
        for pool in &mut pools {
            pool.count = 0;
            pool.max_count = None;
        }
    }
    let service_cidr = profile.any_case("serviceCidr").prefix();
    let service_cidr = service_cidr.unwrap_or_else(default_service_cidr);
    let sku = profile.any_case("loadBalancerSku");
    let version = at.prop("kubernetesVersion").name();
    if let Some(text) = version.as_deref().filter(|text| !is_version(text)) {
        let expected = "`MAJOR.MINOR` or `MAJOR.MINOR.PATCH`, such as `1.33.2`";
        let what = "is not a version of Kubernetes";
        at.prop("kubernetesVersion")
            .wrong("unknown-value", what, &quoted(text), expected);
    }
    profile
        .any_case("networkDataplane")
        .word_any_case(&[("azure", ()), ("cilium", ())]);
    let overlay_mode = overlay(profile);
    let plugin = plugin(profile, overlay_mode, &pools);
    Cluster {
        location: region(at),
        kubernetes_version: version.unwrap_or_else(|| Arc::from("")),
        pod_cidr: pod_cidr(profile, &plugin),
        plugin,
        overlay_mode,
        network_policy: profile
            .any_case("networkPolicy")
            .name()
            .filter(|policy| !policy.eq_ignore_ascii_case("none")),
        dataplane: profile.any_case("networkDataplane").name(),
        service_cidr,
        proxy_mode: profile
            .any_case("kubeProxyConfig")
            .any_case("mode")
            .name()
            .map(|mode| Arc::from(mode.to_ascii_lowercase())),
        bridge_mode: profile
            .any_case("networkMode")
            .word_any_case(&[("transparent", false), ("bridge", true)])
            .unwrap_or_default(),
        dns_service_ip: profile
            .any_case("dnsServiceIP")
            .address()
            .unwrap_or_else(|| tenth(service_cidr)),
        outbound_type: outbound_type(profile),
        standard_load_balancer: sku
            .word_any_case(&[("standard", true), ("basic", false)])
            .unwrap_or(true),
        outbound_ips: outbound_ips(balancer),
        managed_outbound_ips: managed_outbound_ips(profile),
        nat_gateway_ips: profile
            .any_case("natGatewayProfile")
            .any_case("effectiveOutboundIPs")
            .list()
            .filter_map(Cursor::resource)
            .collect(),
        shared_probe: balancer
            .any_case("clusterServiceLoadBalancerHealthProbeMode")
            .word_any_case(&[("Shared", true), ("ServiceNodePort", false)])
            .unwrap_or_default(),
        allocated_outbound_ports: balancer
            .any_case("allocatedOutboundPorts")
            .whole(0, 64_000)
            .unwrap_or_default(),
        outbound_idle_minutes: balancer
            .any_case("idleTimeoutInMinutes")
            .whole(4, 120)
            .unwrap_or(OUTBOUND_IDLE_MINUTES),
        node_resource_group: at.prop("nodeResourceGroup").name(),
        authorized_ranges: at
            .prop("apiServerAccessProfile")
            .any_case("authorizedIPRanges")
            .list()
            .next()
            .is_some(),
        addons: addons(at),
        pools,
        meta,
    }
}

/// Two or three numbers.
fn is_version(text: &str) -> bool {
    let mut parts = text.split('.');
    parts.clone().all(|part| part.parse::<u32>().is_ok())
        && (2..=3).contains(&parts.by_ref().count())
}

/// `10.0.0.0/16`, the default of AKS.
fn default_service_cidr() -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 16))
}

/// The tenth address of the service CIDR, where AKS puts DNS unless told otherwise.
fn tenth(cidr: IpNet) -> IpAddr {
    cidr.hosts().nth(9).unwrap_or_else(|| cidr.network())
}

/// `podCidr`; kubenet has a default.
fn pod_cidr(profile: Cursor<'_>, plugin: &NetworkPlugin) -> Option<IpNet> {
    let written = profile.any_case("podCidr").prefix();
    let default = || IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 244, 0, 0), 16));
    match plugin {
        NetworkPlugin::Kubenet => Some(written.unwrap_or_else(default)),
        _ => written,
    }
}

fn plugin(profile: Cursor<'_>, overlay: bool, pools: &[AgentPool]) -> NetworkPlugin {
    let Some(name) = profile.any_case("networkPlugin").name() else {
        if overlay {
            return NetworkPlugin::AzureOverlay;
        }
        // What `az aks create` chose for a long time, and what the picture starts from.
        return NetworkPlugin::AzureNodeSubnet;
    };
    match name.to_ascii_lowercase().as_str() {
        "kubenet" => NetworkPlugin::Kubenet,
        "azure" if overlay => NetworkPlugin::AzureOverlay,
        "azure" if pools.iter().any(|pool| pool.pod_subnet.is_some()) => {
            NetworkPlugin::AzurePodSubnet
        }
        "azure" => NetworkPlugin::AzureNodeSubnet,
        _ => NetworkPlugin::Other(name),
    }
}

/// Whether the mode of the plugin is `overlay`.
fn overlay(profile: Cursor<'_>) -> bool {
    let mode = profile.any_case("networkPluginMode");
    mode.word_any_case(&[("overlay", true), ("", false)]) == Some(true)
}

fn outbound_type(profile: Cursor<'_>) -> OutboundType {
    let Some(name) = profile.any_case("outboundType").name() else {
        return OutboundType::default();
    };
    match name.to_ascii_lowercase().as_str() {
        "loadbalancer" => OutboundType::LoadBalancer,
        "userdefinedrouting" => OutboundType::UserDefinedRouting,
        "managednatgateway" => OutboundType::ManagedNatGateway,
        "managednatgatewayv2" => OutboundType::ManagedNatGatewayV2,
        "userassignednatgateway" => OutboundType::UserAssignedNatGateway,
        "none" => OutboundType::None,
        "block" => OutboundType::Block,
        _ => OutboundType::Other(name),
    }
}

/// How many addresses AKS shall make for the way out; 0 where nobody asks for a number.
fn managed_outbound_ips(profile: Cursor<'_>) -> u32 {
    let balancer = profile.any_case("loadBalancerProfile");
    let balancer = balancer.any_case("managedOutboundIPs").any_case("count");
    let gateway = profile.any_case("natGatewayProfile");
    let gateway = gateway
        .any_case("managedOutboundIPProfile")
        .any_case("count");
    let most = i64::from(MANAGED_OUTBOUND_IPS);
    balancer
        .whole(1, most)
        .or_else(|| gateway.whole(1, 16))
        .unwrap_or_default()
}

/// The effective addresses, or those that were asked for.
fn outbound_ips(balancer: Cursor<'_>) -> Vec<Arc<str>> {
    let names = |list: Cursor<'_>| list.list().filter_map(Cursor::resource).collect::<Vec<_>>();
    let effective = names(balancer.any_case("effectiveOutboundIPs"));
    if effective.is_empty() {
        let prefixes = balancer.any_case("outboundIPPrefixes");
        if let Some(prefix) = prefixes.any_case("publicIPPrefixes").list().next() {
            let message = "names a public IP prefix, which is not modelled: kubehop hands out an address in place of one of the prefix";
            let hint = "write the addresses that are in use into `effectiveOutboundIPs`";
            let name = prefix.resource().unwrap_or_default();
            prefix.doubt(
                "load-balancer-prefix",
                message,
                &quoted(&name),
                "a public IP",
                hint,
            );
        }
        return names(balancer.any_case("outboundIPs").any_case("publicIPs"));
    }
    effective
}

pub(super) fn pool(at: Cursor<'_>) -> Option<AgentPool> {
    at.any_case("name").require("the name of the pool");
    let systems = [("Linux", false), ("Windows", true)];
    let allocations = [("DynamicIndividual", false), ("StaticBlock", true)];
    let modes = [("System", true), ("User", false), ("Gateway", false)];
    let zones = at.prop("availabilityZones").list();
    let name = at.any_case("name").name()?;
    let mut labels = at.prop("nodeLabels").labels();
    let mut taints: Vec<_> = at.prop("nodeTaints").list().filter_map(taint).collect();
    let priorities = [("Regular", false), ("Spot", true)];
    if at.prop("scaleSetPriority").word_any_case(&priorities) == Some(true) {
        // AKS labels the nodes of a spot pool, and keeps pods away that do not ask for them.
        let (key, value) = (
            Arc::from("kubernetes.azure.com/scalesetpriority"),
            Arc::from("spot"),
        );
        labels.insert(Arc::clone(&key), Arc::clone(&value));
        taints.push(Taint {
            key,
            value,
            effect: Effect::NoSchedule,
        });
    }
    Some(AgentPool {
        name: super::id::parts(&name)
            .last()
            .map(|name| Arc::from(*name))?,
        count: at
            .prop("count")
            .whole(0, MAX_COUNT)
            .filter(|_| !is_stopped(at))
            .unwrap_or_else(|| u32::from(!is_stopped(at))),
        public_ip: at.prop("enableNodePublicIP").flag().unwrap_or_default(),
        max_pods: at.prop("maxPods").whole(1, 250),
        windows: at
            .prop("osType")
            .word_any_case(&systems)
            .unwrap_or_default(),
        subnet: at.prop("vnetSubnetID").subnet(),
        pod_subnet: at.prop("podSubnetID").subnet(),
        static_blocks: at
            .prop("podIPAllocationMode")
            .word_any_case(&allocations)
            .unwrap_or_default(),
        max_surge: at.prop("upgradeSettings").any_case("maxSurge").scalar(),
        max_count: at
            .prop("maxCount")
            .whole(0, MAX_COUNT)
            .filter(|_| at.prop("enableAutoScaling").flag() == Some(true) && !is_stopped(at)),
        zones: zones.filter_map(Cursor::scalar).collect(),
        availability_set: at
            .prop("type")
            .word_any_case(&[
                ("VirtualMachineScaleSets", false),
                ("VirtualMachines", false),
                ("AvailabilitySet", true),
            ])
            .unwrap_or_default(),
        system: at.prop("mode").word_any_case(&modes).unwrap_or(true),
        labels,
        taints,
        vm_size: at.prop("vmSize").name(),
    })
}

/// Whether a cluster or a pool was stopped, so that it has no machines; said once.
fn is_stopped(at: Cursor<'_>) -> bool {
    let code = at.prop("powerState").any_case("code");
    let stopped = code
        .name()
        .is_some_and(|it| it.eq_ignore_ascii_case("Stopped"));
    if stopped && code.first_time() {
        let message = "says that no machine runs, so there are no nodes but the written ones";
        let hint = "write `Running` to see the packets of the cluster while it runs";
        code.doubt("pool-stopped", message, "`Stopped`", "`Running`", hint);
    }
    stopped
}

/// `key=value:Effect`
fn taint(at: Cursor<'_>) -> Option<Taint> {
    let text = at.text()?;
    let parts = text.rsplit_once(':').and_then(|(pair, word)| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let mut effects = Effect::WORDS.into_iter();
        let (_, effect) = effects.find(|(known, _)| *known == word)?;
        Some((key, value, effect)).filter(|_| !key.is_empty())
    });
    let Some((key, value, effect)) = parts else {
        let expected = "`key=value:Effect`, where the effect is `NoSchedule`, `PreferNoSchedule` or `NoExecute`";
        at.wrong("unknown-value", "is not a taint", &quoted(&text), expected);
        return None;
    };
    Some(Taint {
        key: Arc::from(key),
        value: Arc::from(value),
        effect,
    })
}

/// The add-ons that are enabled, with their configuration.
fn addons(at: Cursor<'_>) -> Vec<(Arc<str>, crate::model::kube::Labels)> {
    at.prop("addonProfiles")
        .entries()
        .filter(|(_, addon)| addon.any_case("enabled").flag() == Some(true))
        .map(|(entry, addon)| (entry.key.clone(), addon.any_case("config").labels()))
        .collect()
}
