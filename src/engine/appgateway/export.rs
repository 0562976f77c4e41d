//! `kubehop effective appgateway`: Application Gateways as `az network application-gateway show` prints them,
//! with `causedBy` added to what has a cause. References are the short names of the scenario.

use serde_json::{Value, json};

use super::{address, cause};
use crate::engine::azure::export::{caused_by, caused_by_text, columns, subnet_id};
use crate::engine::trace::Cause;
use crate::model::appgateway::{
    AppGateway, GatewayFrontend, GatewayProbe, HttpSettings, Listener, Made, MemberAddress,
    PathMap, Pool, REDIRECTS, Redirect, RoutingRule, RuleTarget,
};
use crate::model::kube::Origin;
use crate::model::network::Network;

/// Every gateway.
pub fn app_gateways(network: &Network) -> Value {
    let all = network.app_gateways.iter();
    Value::Array(
        all.map(|one| {
            Printer {
                network,
                gateway: one,
            }
            .gateway()
        })
        .collect(),
    )
}

struct Printer<'a> {
    network: &'a Network,
    gateway: &'a AppGateway,
}

fn list<T>(items: &[T], print: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(print).collect())
}

/// A part with its cause.
fn part(name: &str, properties: &Value, made: &Made) -> Value {
    json!({ "name": name, "properties": properties, "causedBy": caused_by(&cause(made)) })
}

impl Printer<'_> {
    fn id(&self, name: &str) -> Value {
        json!({ "id": format!("{}/{name}", self.gateway.meta.name) })
    }

    fn optional(&self, name: Option<&str>) -> Value {
        name.map_or(Value::Null, |name| self.id(name))
    }

    fn gateway(&self) -> Value {
        let gateway = self.gateway;
        let config = &gateway.config;
        let cause = match (&gateway.controller, &gateway.meta.origin) {
            (_, Origin::Derived { from, .. }) => caused_by(&Cause::object(from.clone())),
            (Some(by), _) => caused_by(&Cause::object(by.clone())),
            (None, _) => Value::Null,
        };
        let subnet = gateway.subnet.as_ref().map(subnet_id);
        let instances: Vec<String> = gateway.instances.iter().map(ToString::to_string).collect();
        json!({
            "type": "Microsoft.Network/applicationGateways",
            "name": &*gateway.meta.name,
            "properties": {
                "sku": { "tier": &*gateway.tier, "capacity": gateway.capacity },
                "gatewayIPConfigurations": [{ "properties": {
                    "subnet": subnet,
                    "instanceAddresses": instances,
                }}],
                "frontendIPConfigurations": list(&gateway.frontends, |it| self.frontend(it)),
                "frontendPorts": list(&config.ports, |(name, port)| json!({
                    "name": &**name,
                    "properties": { "port": port },
                })),
                "sslCertificates": list(&config.certificates, |name| json!({ "name": &**name })),
                "httpListeners": list(&config.listeners, |it| self.listener(it)),
                "requestRoutingRules": list(&config.rules, |it| self.rule(it)),
                "urlPathMaps": list(&config.path_maps, |it| self.path_map(it)),
                "backendAddressPools": list(&config.pools, pool),
                "backendHttpSettingsCollection": list(&config.settings, |it| self.settings(it)),
                "probes": list(&config.probes, probe),
                "redirectConfigurations": list(&config.redirects, |it| self.redirect(it)),
            },
            "causedBy": cause,
        })
    }

    fn frontend(&self, frontend: &GatewayFrontend) -> Value {
        let ip = address(self.network, frontend).map(|ip| ip.to_string());
        let properties = match &frontend.public_ip {
            Some(public) => json!({ "publicIPAddress": {
                "id": &**public,
                "properties": { "ipAddress": ip },
            }}),
            None => json!({
                "privateIPAddress": ip,
                "subnet": self.gateway.subnet.as_ref().map(subnet_id),
            }),
        };
        json!({ "name": &*frontend.name, "properties": properties })
    }

    fn listener(&self, listener: &Listener) -> Value {
        let hosts: Vec<&str> = listener.hosts.iter().map(|host| &**host).collect();
        let properties = json!({
            "frontendIPConfiguration": self.id(&listener.frontend),
            "frontendPort": self.id(&listener.port),
            "protocol": protocol(listener.tls),
            "hostNames": hosts,
            "sslCertificate": self.optional(listener.certificate.as_deref()),
        });
        part(&listener.name, &properties, &listener.made)
    }

    fn target(&self, target: &RuleTarget, prefix: bool) -> serde_json::Map<String, Value> {
        let named = |name: &str| {
            let mut chars = name.chars();
            match (prefix, chars.next()) {
                (true, Some(first)) => format!("default{}{}", first.to_uppercase(), chars.as_str()),
                _ => name.to_owned(),
            }
        };
        let all = [
            ("backendAddressPool", &target.pool),
            ("backendHttpSettings", &target.settings),
            ("redirectConfiguration", &target.redirect),
        ];
        let written = all
            .into_iter()
            .filter_map(|(field, name)| Some((named(field), self.id(name.as_deref()?))));
        written.collect()
    }

    fn rule(&self, rule: &RoutingRule) -> Value {
        let mut properties = json!({
            "ruleType": if rule.path_map.is_some() { "PathBasedRouting" } else { "Basic" },
            "priority": rule.priority,
            "httpListener": self.id(&rule.listener),
        });
        if let Some(map) = &rule.path_map {
            properties["urlPathMap"] = self.id(map);
        }
        for (field, value) in self.target(&rule.target, false) {
            properties[field] = value;
        }
        part(&rule.name, &properties, &rule.made)
    }

    fn path_map(&self, map: &PathMap) -> Value {
        let mut properties = self.target(&map.default, true);
        let rules = list(&map.rules, |rule| {
            let mut properties = self.target(&rule.target, false);
            let paths: Vec<&str> = rule.paths.iter().map(|path| &**path).collect();
            properties.insert("paths".to_owned(), json!(paths));
            part(&rule.name, &Value::Object(properties), &rule.made)
        });
        properties.insert("pathRules".to_owned(), rules);
        part(&map.name, &Value::Object(properties), &map.made)
    }

    fn settings(&self, settings: &HttpSettings) -> Value {
        let properties = json!({
            "port": settings.port,
            "protocol": protocol(settings.tls),
            "cookieBasedAffinity": if settings.affinity { "Enabled" } else { "Disabled" },
            "path": settings.path.as_deref(),
            "hostName": settings.host.as_deref(),
            "pickHostNameFromBackendAddress": settings.pick_host,
            "requestTimeout": settings.timeout,
            "probe": self.optional(settings.probe.as_deref()),
        });
        part(&settings.name, &properties, &settings.made)
    }

    fn redirect(&self, redirect: &Redirect) -> Value {
        let mut words = REDIRECTS.iter();
        let word = words.find(|(_, status)| *status == redirect.status);
        let properties = json!({
            "redirectType": word.map(|(word, _)| word),
            "targetListener": self.optional(redirect.listener.as_deref()),
            "targetUrl": redirect.url.as_deref(),
            "includePath": redirect.path,
            "includeQueryString": redirect.query,
        });
        part(&redirect.name, &properties, &redirect.made)
    }
}

fn protocol(tls: bool) -> &'static str {
    if tls { "Https" } else { "Http" }
}

fn pool(pool: &Pool) -> Value {
    let members = list(&pool.members, |member| {
        let mut value = match &member.address {
            MemberAddress::Ip(ip) => json!({ "ipAddress": ip.to_string() }),
            MemberAddress::Name(name) => json!({ "fqdn": &**name }),
        };
        if let Some(pod) = &member.pod {
            value["causedBy"] = json!({ "object": pod.to_string() });
        }
        value
    });
    part(
        &pool.name,
        &json!({ "backendAddresses": members }),
        &pool.made,
    )
}

fn probe(probe: &GatewayProbe) -> Value {
    let (interval, timeout, threshold) = probe.timing;
    let codes = probe.statuses.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    let codes: Vec<String> = codes.collect();
    let properties = json!({
        "protocol": protocol(probe.tls),
        "host": probe.host.as_deref(),
        "path": &*probe.path,
        "port": probe.port,
        "interval": interval,
        "timeout": timeout,
        "unhealthyThreshold": threshold,
        "match": if codes.is_empty() { json!({}) } else { json!({ "statusCodes": codes }) },
    });
    part(&probe.name, &properties, &probe.made)
}

// --- Text --------------------------------------------------------------------------------------

/// The same for people: one fact a line.
pub fn app_gateways_text(network: &Network) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for gateway in &network.app_gateways {
        let name = gateway.reference().to_string();
        let mut row = |what: &str, part: &str, says: String, made: Option<&Made>| {
            let from = made.map(|made| caused_by_text(&cause(made)));
            rows.push(vec![
                name.clone(),
                what.to_owned(),
                part.to_owned(),
                says,
                from.unwrap_or_default(),
            ]);
        };
        for frontend in &gateway.frontends {
            let ip = address(network, frontend).map(|ip| ip.to_string());
            row("frontend", &frontend.name, ip.unwrap_or_default(), None);
        }
        for instance in &gateway.instances {
            row("instance", "", instance.to_string(), None);
        }
        let config = &gateway.config;
        for it in &config.listeners {
            let port = config.port(&it.port).unwrap_or_default();
            let hosts = if it.hosts.is_empty() {
                "*".to_owned()
            } else {
                it.hosts.join(",")
            };
            let says = format!("{} {port} {hosts} {}", protocol(it.tls), it.frontend);
            row("listener", &it.name, says, Some(&it.made));
        }
        for it in &config.rules {
            let to = it
                .path_map
                .clone()
                .unwrap_or_else(|| goes(&it.target).into());
            row(
                "rule",
                &it.name,
                format!("{} -> {to}", it.listener),
                Some(&it.made),
            );
        }
        for map in &config.path_maps {
            let says = format!("* -> {}", goes(&map.default));
            row("path", &map.name, says, Some(&map.made));
            for it in &map.rules {
                let says = format!("{} -> {}", it.paths.join(","), goes(&it.target));
                row("path", &it.name, says, Some(&it.made));
            }
        }
        for it in &config.pools {
            let members: Vec<String> = it.members.iter().map(|it| it.address.to_string()).collect();
            row("pool", &it.name, members.join(","), Some(&it.made));
        }
        for it in &config.settings {
            let says = format!("{} {}", protocol(it.tls), it.port);
            row("settings", &it.name, says, Some(&it.made));
        }
        for it in &config.probes {
            let host = it.host.as_deref().unwrap_or_default();
            let says = format!("{} {host}{}", protocol(it.tls), it.path);
            row("probe", &it.name, says, Some(&it.made));
        }
        for it in &config.redirects {
            let to = it.listener.as_ref().or(it.url.as_ref());
            let says = format!("{} -> {}", it.status, to.map_or("", |it| &**it));
            row("redirect", &it.name, says, Some(&it.made));
        }
    }
    columns(&rows)
}

/// Where a target leads.
fn goes(target: &RuleTarget) -> String {
    match (&target.redirect, &target.pool, &target.settings) {
        (Some(redirect), ..) => redirect.to_string(),
        (None, Some(pool), Some(settings)) => format!("{pool} {settings}"),
        _ => "nothing".to_owned(),
    }
}
