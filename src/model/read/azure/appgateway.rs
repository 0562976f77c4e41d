//! `Microsoft.Network/applicationGateways`.

use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use super::super::item::Item;
use crate::model::appgateway::{
    AppGateway, DEFAULT_TIMING, GatewayConfig, GatewayFrontend, GatewayProbe, HttpSettings,
    Listener, Made, MemberAddress, PathMap, PathRule, Pool, PoolMember, REDIRECTS, Redirect,
    RoutingRule, RuleTarget,
};
use crate::model::kube::Meta;

/// How many instances a gateway may have.
const MAX_INSTANCES: i64 = 125;
/// Instances where nothing is said.
const DEFAULT_INSTANCES: u32 = 2;
/// The most that a time or threshold of a probe may be.
const MAX_TIME: i64 = 86_400;

/// A gateway. One that says no subnet is none.
pub(super) fn gateway(at: Cursor<'_>, meta: Meta, item: &Item) -> Option<AppGateway> {
    let configurations = at.prop("gatewayIPConfigurations");
    let subnet = configurations
        .list()
        .find_map(|item| item.prop("subnet").subnet());
    if subnet.is_none() {
        let place = if configurations.exists() {
            configurations
        } else {
            at
        };
        place.doubt(
            "not-simulated",
            "names no subnet of a virtual network, so the gateway is not modelled; a walk that depends on it says so",
            "no `subnet`",
            "`gatewayIPConfigurations` with the `subnet`",
            "export it with `az network application-gateway show`",
        );
        return None;
    }
    let sku = at.prop("sku");
    let tier = sku.any_case("tier").name();
    let tier = tier.or_else(|| sku.any_case("name").name());
    let tier = tier.unwrap_or_else(|| Arc::from("Standard_v2"));
    let least = at.prop("autoscaleConfiguration").any_case("minCapacity");
    let capacity = sku.any_case("capacity").whole(1, MAX_INSTANCES);
    let capacity = capacity.or_else(|| least.whole::<u32>(0, MAX_INSTANCES).map(|it| it.max(1)));
    Some(AppGateway {
        v2: tier.to_ascii_lowercase().ends_with("_v2"),
        tier,
        subnet,
        capacity: capacity.unwrap_or(DEFAULT_INSTANCES),
        instances: Vec::new(),
        frontends: parts(at, "frontendIPConfigurations", frontend),
        config: Reader { item }.config(at),
        controller: None,
        shared: None,
        meta,
    })
}

/// The parts in a list that have a name.
fn parts<T>(
    at: Cursor<'_>,
    field: &'static str,
    read: impl Fn(Cursor<'_>, Arc<str>) -> T,
) -> Vec<T> {
    let named = at.prop(field).list().filter_map(|one| {
        one.any_case("name").require("a name");
        Some(read(one, one.any_case("name").name()?))
    });
    named.collect()
}

fn frontend(at: Cursor<'_>, name: Arc<str>) -> GatewayFrontend {
    GatewayFrontend {
        name,
        public_ip: at.prop("publicIPAddress").resource(),
        private_ip: at.prop("privateIPAddress").address(),
    }
}

struct Reader<'a> {
    item: &'a Item,
}

impl Reader<'_> {
    fn made(&self, at: Cursor<'_>) -> Made {
        Made {
            object: self.item.head.object.clone(),
            field: at.path().into(),
        }
    }

    fn config(&self, at: Cursor<'_>) -> GatewayConfig {
        let port = |one: Cursor<'_>, name| Some((name, one.prop("port").port()?));
        let ports = parts(at, "frontendPorts", port);
        GatewayConfig {
            ports: ports.into_iter().flatten().collect(),
            listeners: parts(at, "httpListeners", |one, name| self.listener(one, name)),
            rules: parts(at, "requestRoutingRules", |one, name| self.rule(one, name)),
            path_maps: parts(at, "urlPathMaps", |one, name| self.path_map(one, name)),
            pools: parts(at, "backendAddressPools", |one, name| self.pool(one, name)),
            settings: parts(at, "backendHttpSettingsCollection", |one, name| {
                self.settings(one, name)
            }),
            probes: parts(at, "probes", |one, name| self.probe(one, name)),
            redirects: parts(at, "redirectConfigurations", |one, name| {
                self.redirect(one, name)
            }),
            certificates: parts(at, "sslCertificates", |_, name| name),
        }
    }

    fn listener(&self, at: Cursor<'_>, name: Arc<str>) -> Listener {
        for field in ["frontendIPConfiguration", "frontendPort"] {
            at.prop(field).require("the part of the gateway");
        }
        let one = at.prop("hostName").name();
        let hosts = at.prop("hostNames").texts();
        let reference = |field| at.prop(field).resource().unwrap_or_default();
        Listener {
            name,
            frontend: reference("frontendIPConfiguration"),
            port: reference("frontendPort"),
            tls: https(at),
            hosts: one.into_iter().chain(hosts).collect(),
            certificate: at.prop("sslCertificate").resource(),
            made: self.made(at),
        }
    }

    fn rule(&self, at: Cursor<'_>, name: Arc<str>) -> RoutingRule {
        at.prop("httpListener")
            .require("the listener that it is for");
        RoutingRule {
            name,
            priority: at.prop("priority").whole(1, 20_000),
            listener: at.prop("httpListener").resource().unwrap_or_default(),
            path_map: at.prop("urlPathMap").resource(),
            target: target(at, ""),
            made: self.made(at),
        }
    }

    fn path_map(&self, at: Cursor<'_>, name: Arc<str>) -> PathMap {
        PathMap {
            name,
            default: target(at, "default"),
            rules: parts(at, "pathRules", |one, name| PathRule {
                name,
                paths: one.prop("paths").texts(),
                target: target(one, ""),
                made: self.made(one),
            }),
            made: self.made(at),
        }
    }

    fn pool(&self, at: Cursor<'_>, name: Arc<str>) -> Pool {
        let members = at.prop("backendAddresses").list().filter_map(|one| {
            let ip = one.any_case("ipAddress");
            let address = match one.any_case("fqdn").name() {
                Some(name) => MemberAddress::Name(name),
                None => MemberAddress::Ip(ip.address()?),
            };
            Some(PoolMember {
                address,
                pod: None,
                ready: true,
            })
        });
        Pool {
            name,
            members: members.collect(),
            service: None,
            made: self.made(at),
        }
    }

    fn settings(&self, at: Cursor<'_>, name: Arc<str>) -> HttpSettings {
        let affinity = [("Enabled", true), ("Disabled", false)];
        let tls = https(at);
        at.prop("port").require("the port of the backends");
        HttpSettings {
            name,
            port: at.prop("port").port().unwrap_or(if tls { 443 } else { 80 }),
            tls,
            affinity: at
                .prop("cookieBasedAffinity")
                .word_any_case(&affinity)
                .unwrap_or_default(),
            path: at.prop("path").name(),
            host: at.prop("hostName").name(),
            pick_host: at
                .prop("pickHostNameFromBackendAddress")
                .flag()
                .unwrap_or_default(),
            probe: at.prop("probe").resource(),
            timeout: at.prop("requestTimeout").whole(1, MAX_TIME).unwrap_or(30),
            made: self.made(at),
        }
    }

    fn probe(&self, at: Cursor<'_>, name: Arc<str>) -> GatewayProbe {
        let codes = at.prop("match").any_case("statusCodes");
        let (interval, timeout, threshold) = DEFAULT_TIMING;
        let number = |field, default| at.prop(field).whole(1, MAX_TIME).unwrap_or(default);
        GatewayProbe {
            name,
            tls: https(at),
            host: at.prop("host").name(),
            path: at.prop("path").name().unwrap_or_else(|| Arc::from("/")),
            port: at.prop("port").port(),
            timing: (
                number("interval", interval),
                number("timeout", timeout),
                number("unhealthyThreshold", threshold),
            ),
            statuses: codes.list().filter_map(status_range).collect(),
            readiness: false,
            made: self.made(at),
        }
    }

    fn redirect(&self, at: Cursor<'_>, name: Arc<str>) -> Redirect {
        Redirect {
            name,
            status: at
                .prop("redirectType")
                .word_any_case(&REDIRECTS)
                .unwrap_or(301),
            listener: at.prop("targetListener").resource(),
            url: at.prop("targetUrl").name(),
            path: at.prop("includePath").flag().unwrap_or_default(),
            query: at.prop("includeQueryString").flag().unwrap_or_default(),
            made: self.made(at),
        }
    }
}

fn https(at: Cursor<'_>) -> bool {
    let words = [("Http", false), ("Https", true)];
    at.prop("protocol")
        .word_any_case(&words)
        .unwrap_or_default()
}

/// Where requests go; the fields of a path map begin with `default`.
fn target(at: Cursor<'_>, prefix: &str) -> RuleTarget {
    let [pool, settings, redirect, rewrite] = if prefix.is_empty() {
        [
            "backendAddressPool",
            "backendHttpSettings",
            "redirectConfiguration",
            "rewriteRuleSet",
        ]
    } else {
        [
            "defaultBackendAddressPool",
            "defaultBackendHttpSettings",
            "defaultRedirectConfiguration",
            "defaultRewriteRuleSet",
        ]
    };
    let unmodelled = at.prop(rewrite).resource();
    RuleTarget {
        pool: at.prop(pool).resource(),
        settings: at.prop(settings).resource(),
        redirect: at.prop(redirect).resource(),
        unmodelled: unmodelled.map(|name| Arc::from(format!("the rewrite rule set {name}"))),
    }
}

/// `200-399`, or one status.
fn status_range(at: Cursor<'_>) -> Option<(u16, u16)> {
    let text = at.scalar()?;
    let (first, last) = text.split_once('-').unwrap_or((&text, &text));
    let number = |text: &str| text.trim().parse().ok();
    let range = number(first).zip(number(last));
    let range = range.filter(|(first, last)| first <= last);
    if range.is_none() {
        let expected = "a status or a range of them, such as `200` or `200-399`";
        at.wrong(
            "bad-status",
            "is not an HTTP status",
            &quoted(&text),
            expected,
        );
    }
    range
}
