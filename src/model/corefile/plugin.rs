//! One plugin of a server block.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::lines::{Line, Word};
use super::pattern::Pattern;
use super::{
    Forward, Hosts, Kubernetes, Matching, PORT, Plugin, Pods, Problem, Refuse, Rewrite, Through,
    normal, zone,
};

/// Plugins that change no answer of a resolver's query.
const HARMLESS: &[&str] = &[
    "any",
    "bufsize",
    "cache",
    "cancel",
    "chaos",
    "debug",
    "dnssec",
    "dnstap",
    "errors",
    "geoip",
    "header",
    "health",
    "loadbalance",
    "log",
    "loop",
    "metadata",
    "minimal",
    "multisocket",
    "nsid",
    "pprof",
    "prometheus",
    "ready",
    "reload",
    "root",
    "timeouts",
    "trace",
    "transfer",
    "on",
];

/// The others, in the order in which a query meets them.
const ORDER: &[&str] = &[
    "bind",
    "tls",
    "view",
    "import",
    "local",
    "dns64",
    "acl",
    "tsig",
    "rewrite",
    "autopath",
    "template",
    "hosts",
    "route53",
    "azure",
    "clouddns",
    "k8s_external",
    "kubernetes",
    "file",
    "auto",
    "secondary",
    "etcd",
    "sign",
    "forward",
    "grpc",
    "erratic",
    "whoami",
];

/// Properties of `forward` that do not decide whom it asks.
const TUNING: &[&str] = &[
    "max_fails",
    "health_check",
    "expire",
    "policy",
    "prefer_udp",
    "tls",
    "tls_servername",
    "max_concurrent",
    "failfast_all_unhealthy_upstreams",
    "failover",
    "max_idle_conns",
    "max_age",
];

/// The expression of AKS for names with at least four labels before Azure's internal zone, so seven in all.
const AKS_FILTER: &str = r"^(?:[^.]+\.){4,}internal\.cloudapp\.net\.$";
/// The labels that [`AKS_FILTER`] asks for.
pub const AKS_LABELS: usize = 7;

/// Where the plugin stands in the order of CoreDNS.
pub(super) fn rank(plugin: &Plugin) -> usize {
    let name = match plugin {
        Plugin::Rewrite(_) => "rewrite",
        Plugin::Refuse(_) => "template",
        Plugin::Hosts(_) => "hosts",
        Plugin::Kubernetes(_) => "kubernetes",
        Plugin::Forward(_) => "forward",
        Plugin::Other(what, _) => what.split(' ').next().unwrap_or_default(),
    };
    ORDER.iter().position(|it| *it == name).unwrap_or_default()
}

/// The plugin of a line; nothing for one that changes no answer.
pub(super) fn read(line: &Line, problems: &mut Vec<Problem>) -> Result<Option<Plugin>, Problem> {
    let Some(name) = line.words.first() else {
        return Ok(None);
    };
    match &*name.text {
        "rewrite" => rewrite(line),
        "template" => Ok(Some(template(line))),
        "hosts" => Ok(Some(hosts(line, problems))),
        "kubernetes" => kubernetes(line).map(Some),
        "forward" => forward(line).map(Some),
        harmless if HARMLESS.contains(&harmless) => Ok(None),
        other if ORDER.contains(&other) => Ok(Some(other_plugin(line, zones_of(line)))),
        _ => Err(name.problem("is not a plugin of CoreDNS", "a plugin such as `forward`")),
    }
}

/// A plugin that is not modelled, by its name and, where it says more, its kind.
fn other_plugin(line: &Line, zones: Vec<Arc<str>>) -> Plugin {
    let name = line.words.first().map_or("", |word| &*word.text);
    Plugin::Other(Arc::from(name), zones)
}

/// The zones that a plugin names, where its arguments are zones.
fn zones_of(line: &Line) -> Vec<Arc<str>> {
    let skipped = match line.words.first().map_or("", |word| &*word.text) {
        "file" => 1,
        "template" => 2,
        "acl" | "secondary" | "etcd" | "k8s_external" | "tsig" => 0,
        _ => return Vec::new(),
    };
    let zones = line.arguments().into_iter().skip(skipped);
    zones.flat_map(zone::read).collect()
}

fn through(line: &Line) -> Through {
    let zones: Vec<Arc<str>> = line.arguments().into_iter().flat_map(zone::read).collect();
    if zones.is_empty() {
        Through::Everywhere
    } else {
        Through::Zones(zones)
    }
}

fn head(line: &Line) -> &str {
    line.words.first().map_or("", |word| &*word.text)
}

fn missing(line: &Line, expected: &'static str) -> Problem {
    let problem = |word: &Word| word.problem("has too few arguments", expected);
    line.words.first().map(problem).unwrap_or(Problem {
        line: 1,
        column: 1,
        message: "is empty",
        found: String::new(),
        expected,
    })
}

/// `rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO [answer …]`; the words may stand in a block.
fn rewrite(line: &Line) -> Result<Option<Plugin>, Problem> {
    let inside = line.body().iter().flat_map(|line| &line.words);
    let mut words: Vec<&Word> = line.words.iter().skip(1).chain(inside).collect();
    let goes_on = words.first().is_some_and(|word| word.text == "continue");
    if words
        .first()
        .is_some_and(|word| matches!(&*word.text, "continue" | "stop"))
    {
        words.remove(0);
    }
    let expected = "`name`, what to replace, and by what";
    let field = *words.first().ok_or_else(|| missing(line, expected))?;
    match &*field.text {
        "name" => {}
        // Neither changes a name or an address.
        "ttl" | "edns0" => return Ok(None),
        "type" | "class" | "cname" | "rcode" => {
            let what = Arc::from(format!("rewrite {}", field.text));
            return Ok(Some(Plugin::Other(what, Vec::new())));
        }
        _ => return Err(field.problem("is no field of a rewrite", "a field such as `name`")),
    }
    let (kind, from, to, answers) = match &words[1..] {
        [from, to] => (None, *from, *to, &[][..]),
        [kind, from, to, answers @ ..] => (Some(*kind), *from, *to, answers),
        _ => return Err(missing(line, expected)),
    };
    let not_modelled = || {
        Ok(Some(Plugin::Other(
            Arc::from("rewrite name regex"),
            Vec::new(),
        )))
    };
    let word = kind
        .map_or("exact", |kind| &*kind.text)
        .to_ascii_lowercase();
    let whole = normal(&from.text);
    let matching = match &*word {
        "exact" => Matching::Exact(whole),
        "prefix" => Matching::Prefix(whole),
        "suffix" => Matching::Suffix(whole),
        "substring" => Matching::Substring(whole),
        "regex" => match Pattern::parse(&from.text) {
            Some(pattern) => Matching::Regex(pattern),
            None => return not_modelled(),
        },
        _ => {
            let kind = kind.unwrap_or(field);
            let expected = "`exact`, `prefix`, `suffix`, `substring` or `regex`";
            return Err(kind.problem("is no kind of match", expected));
        }
    };
    let mut rule = Rewrite {
        restores: matches!(matching, Matching::Exact(_)),
        matching,
        to: normal(&to.text),
        answers: Vec::new(),
        goes_on,
    };
    let mut answers = answers.iter().filter(|word| word.text != "answer");
    while let Some(kind) = answers.next() {
        match &*kind.text {
            "auto" => rule.restores = true,
            "name" | "value" => {
                let (Some(from), Some(to)) = (answers.next(), answers.next()) else {
                    return Err(kind.problem("has too few arguments", "a pattern and a name"));
                };
                let Some(pattern) = Pattern::parse(&from.text) else {
                    return not_modelled();
                };
                let is_value = kind.text == "value";
                rule.answers.push((pattern, normal(&to.text), is_value));
            }
            _ => {
                let expected = "`answer auto`, `answer name` or `answer value`";
                return Err(kind.problem("is no rewrite of an answer", expected));
            }
        }
    }
    Ok(Some(Plugin::Rewrite(rule)))
}

/// `template CLASS TYPE [ZONE…]` that gives a code and no records; anything else is not modelled.
fn template(line: &Line) -> Plugin {
    let zones = zones_of(line);
    let mut refuse = Refuse {
        zones: zones.clone(),
        labels: 0,
        rcode: "",
    };
    let every = line.arguments().get(1).is_some_and(|kind| *kind == "ANY");
    let mut plain = every;
    for inner in line.body() {
        match (head(inner), inner.arguments().as_slice()) {
            ("rcode", ["NXDOMAIN"]) => refuse.rcode = "NXDOMAIN",
            ("rcode", ["SERVFAIL"]) => refuse.rcode = "SERVFAIL",
            ("rcode", ["REFUSED"]) => refuse.rcode = "REFUSED",
            ("match", [AKS_FILTER]) => refuse.labels = AKS_LABELS,
            ("fallthrough", []) => {}
            _ => plain = false,
        }
    }
    if plain && !refuse.rcode.is_empty() {
        Plugin::Refuse(refuse)
    } else {
        Plugin::Other(Arc::from("template"), zones)
    }
}

/// `hosts { ADDRESS NAME… }`. A file in the container of CoreDNS is not part of the scenario.
fn hosts(line: &Line, problems: &mut Vec<Problem>) -> Plugin {
    let arguments = line.arguments();
    if arguments.first().is_some_and(|file| *file != "/etc/hosts") || arguments.len() > 1 {
        return Plugin::Other(
            Arc::from("hosts FILE"),
            arguments.into_iter().skip(1).flat_map(zone::read).collect(),
        );
    }
    let mut hosts = Hosts::default();
    for inner in line.body() {
        let Some(first) = inner.words.first() else {
            continue;
        };
        match &*first.text {
            "fallthrough" => hosts.falls = through(inner),
            "ttl" | "reload" | "no_reverse" => {}
            _ if hosts.falls != Through::No => {
                problems.push(first.problem("stands behind `fallthrough`", "entries before it"));
            }
            address => match address.parse::<IpAddr>() {
                Ok(address) => {
                    let names = inner.arguments().into_iter().map(normal);
                    hosts.entries.extend(names.map(|name| (address, name)));
                }
                Err(_) => problems.push(first.problem(
                    "is neither an address nor a property of `hosts`",
                    "an address such as `10.1.0.4`, and names",
                )),
            },
        }
    }
    Plugin::Hosts(hosts)
}

fn kubernetes(line: &Line) -> Result<Plugin, Problem> {
    let mut found = Kubernetes {
        zones: line.arguments().into_iter().flat_map(zone::read).collect(),
        ..Kubernetes::default()
    };
    for inner in line.body() {
        let Some(first) = inner.words.first() else {
            continue;
        };
        let arguments = inner.arguments();
        match &*first.text {
            "pods" => {
                found.pods = match arguments.as_slice() {
                    ["insecure"] => Pods::Insecure,
                    ["verified"] => Pods::Verified,
                    ["disabled"] => Pods::Disabled,
                    _ => {
                        let word = inner.word(1).unwrap_or(first);
                        let expected = "`insecure`, `verified` or `disabled`";
                        return Err(word.problem("is no mode of `pods`", expected));
                    }
                }
            }
            "fallthrough" => found.falls = through(inner),
            "namespaces" => found.namespaces = arguments.into_iter().map(Arc::from).collect(),
            "ttl"
            | "endpoint"
            | "tls"
            | "kubeconfig"
            | "apiserver_qps"
            | "apiserver_burst"
            | "apiserver_max_inflight"
            | "startup_timeout" => {}
            "endpoint_pod_names" | "labels" | "namespace_labels" | "noendpoints" | "ignore"
            | "multicluster" | "transfer" | "upstream" => {
                let what = Arc::from(format!("kubernetes {}", first.text));
                return Ok(Plugin::Other(what, found.zones));
            }
            _ => {
                return Err(first.problem(
                    "is no property of `kubernetes`",
                    "a property such as `pods`",
                ));
            }
        }
    }
    Ok(Plugin::Kubernetes(found))
}

/// `forward FROM TO… { … }`.
fn forward(line: &Line) -> Result<Plugin, Problem> {
    let [_, from, to @ ..] = line.words.as_slice() else {
        return Err(missing(line, "a zone and whom to ask"));
    };
    let mut forward = Forward {
        // CoreDNS takes the first zone of a prefix that covers several.
        from: zone::read(&from.text)
            .into_iter()
            .next()
            .unwrap_or_default(),
        ..Forward::default()
    };
    if to.is_empty() {
        return Err(missing(line, "a zone and whom to ask"));
    }
    for word in to {
        if word.text == "/etc/resolv.conf" {
            continue;
        }
        if word.text.starts_with("tls://") {
            return Ok(Plugin::Other(Arc::from("forward tls"), vec![forward.from]));
        }
        let text = word.text.strip_prefix("dns://").unwrap_or(&word.text);
        let plain = text.parse::<IpAddr>().map(|ip| (ip, PORT));
        let server = plain.or_else(|_| text.parse::<SocketAddr>().map(|it| (it.ip(), it.port())));
        match server {
            Ok(server) => forward.to.push(server),
            Err(_) => return Err(word.problem("is no server", "an address such as `10.1.0.4`")),
        }
    }
    for inner in line.body() {
        let Some(first) = inner.words.first() else {
            continue;
        };
        match &*first.text {
            "except" => {
                let zones = inner.arguments().into_iter();
                forward.except = zones.flat_map(zone::read).collect();
            }
            "force_tcp" => forward.tcp = true,
            "next" => return Ok(Plugin::Other(Arc::from("forward next"), vec![forward.from])),
            known if TUNING.contains(&known) => {}
            _ => {
                let expected = "a property such as `except`";
                return Err(first.problem("is no property of `forward`", expected));
            }
        }
    }
    Ok(Plugin::Forward(forward))
}
