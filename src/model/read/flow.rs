//! `kind: Flow`, and targets as typed on the command line or in the page.

use std::net::IpAddr;
use std::sync::Arc;

use super::cursor::{Cursor, quoted};
use crate::model::flow::{EndsAt, Expect, Flow, HttpExpect, Target, Url};
use crate::model::kube::Meta;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;
use crate::model::yaml::Value;

/// Kinds of places that can send.
const SENDERS: &[Kind] = &[
    Kind::Pod,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::DaemonSet,
    Kind::Job,
    Kind::Node,
    Kind::Host,
    Kind::Internet,
];

/// Verdicts that a flow may expect.
const VERDICTS: &[(&str, ())] = &[
    ("delivered", ()),
    ("dropped", ()),
    ("rejected", ()),
    ("unresolved", ()),
    ("not-modelled", ()),
    ("mixed", ()),
];

/// Reads the sender of a flow, such as `pod/default/web`.
pub fn parse_sender(text: &str) -> Result<Ref, String> {
    let place: Ref = text.parse()?;
    if SENDERS.contains(&place.kind) {
        return Ok(place);
    }
    Err(format!(
        "`{text}` cannot send; expected a pod, workload, node, host or `internet`"
    ))
}

/// Reads the destination of a flow: a place, an address, a URL, or a name as a
/// sender would type it. The error says what was expected.
pub fn parse_flow_target(text: &str) -> Result<Target, String> {
    let text = text.trim();
    if let Some((scheme, rest)) = text.split_once("://") {
        return parse_url(scheme, rest).map(Target::Url);
    }
    if let Ok(address) = text
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        return Ok(Target::Address(address));
    }
    if text.contains('/') {
        if let Some((address, length)) = text.split_once('/')
            && address.parse::<IpAddr>().is_ok()
        {
            return Err(format!("`/{length}` makes a prefix; expected one address"));
        }
        return text.parse().map(Target::Place);
    }
    match text {
        "internet" => return Ok(Target::Place(Ref::bare(Kind::Internet))),
        "azuredns" => return Ok(Target::Place(Ref::bare(Kind::AzureDns))),
        "imds" => return Ok(Target::Place(Ref::bare(Kind::Metadata))),
        _ => {}
    }
    if let Some((host, port)) = text.split_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(format!(
            "expected `{host}` as the destination and {port} as the port"
        ));
    }
    dns_name(text)?;
    Ok(Target::Name(Arc::from(text)))
}

fn parse_url(scheme: &str, rest: &str) -> Result<Url, String> {
    let tls = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return Err(format!("`{scheme}://` is not `http://` or `https://`")),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    if path.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err("a URL has no blanks; expected `%20`".to_owned());
    }
    if authority.contains('@') {
        return Err("a URL with a user name is not understood".to_owned());
    }
    let bracketed = authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    if host.parse::<IpAddr>().is_err() {
        dns_name(host)?;
    }
    let port = match port {
        "" => None,
        text => match text.parse() {
            Ok(port) if port > 0 => Some(port),
            _ => return Err(format!("`{text}` is not a port; expected 1 to 65535")),
        },
    };
    Ok(Url {
        tls,
        host: Arc::from(host),
        port,
        path: Arc::from(path),
    })
}

/// A name as a resolver takes it (RFC 1035, 2.3.4), underscores allowed.
fn dns_name(text: &str) -> Result<(), String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    // The last label of a name is never a number (RFC 1123, 2.1): then an address was meant.
    let last = name.rsplit('.').next().unwrap_or_default();
    let ends_in_number = last.bytes().all(|byte| byte.is_ascii_digit());
    if name.len() <= 253 && name.split('.').all(label) && !ends_in_number {
        return Ok(());
    }
    Err(format!(
        "{} is not a place, an address, a DNS name or a URL",
        quoted(text)
    ))
}

/// Reads a flow; what cannot be fired is reported and left out.
pub(super) fn flow(spec: Cursor<'_>, meta: Meta) -> Option<Flow> {
    spec.get("from")
        .require("a sender such as `pod/default/web`");
    let from = parsed(
        spec.get("from"),
        parse_sender,
        "a pod, workload, node, host or `internet`",
    );
    let to = target(spec);
    let protocol = spec.get("protocol").word_any_case(&[
        ("TCP", Protocol::Tcp),
        ("UDP", Protocol::Udp),
        ("SCTP", Protocol::Sctp),
        ("ICMP", Protocol::Icmp),
    ]);
    let protocol = protocol.unwrap_or_default();
    let port = spec.get("port").port();
    let expect = spec.get("expect");
    let expect = expect.exists().then(|| self::expect(expect));
    let (from, to) = (from?, to?);
    // A place has ports of its own to go by; an address or a name has none.
    let implied = matches!(to, Target::Url(_) | Target::Place(_)) || !protocol.has_ports();
    if port.is_none() && !implied {
        spec.get("port").require("a port, 1 to 65535");
        return None;
    }
    Some(Flow {
        meta,
        from,
        to,
        protocol,
        port: port.filter(|_| protocol.has_ports()),
        expect,
    })
}

/// `to` or `url`, of which exactly one must be there.
fn target(spec: Cursor<'_>) -> Option<Target> {
    let (to, url) = (spec.get("to"), spec.get("url"));
    match (to.exists(), url.exists()) {
        (true, true) => {
            url.wrong(
                "flow-target",
                "stands beside `to`",
                "both",
                "either `to` or `url`",
            );
            None
        }
        (false, true) => {
            let target = parsed(
                url,
                parse_flow_target,
                "a URL such as `https://shop.example.com/cart`",
            )?;
            if !matches!(target, Target::Url(_)) {
                url.wrong(
                    "flow-target",
                    "is not a URL",
                    &quoted(url.written()),
                    "`http://…` or `https://…`",
                );
                return None;
            }
            Some(target)
        }
        _ => {
            to.require("a place, an address or a DNS name");
            if let Some(node) = to.node()
                && let Some(address) = node.get("url")
            {
                // `to: {url: …}` as section 2 of the contract can be read.
                return parse_flow_target(address.as_str()?).ok();
            }
            parsed(to, parse_flow_target, "a place, an address or a DNS name")
        }
    }
}

fn parsed<T>(
    at: Cursor<'_>,
    parse: impl Fn(&str) -> Result<T, String>,
    expected: &str,
) -> Option<T> {
    let text = at.text()?;
    match parse(&text) {
        Ok(value) => Some(value),
        Err(reason) => {
            at.wrong(
                "bad-place",
                &format!("is not understood: {reason}"),
                &quoted(&text),
                expected,
            );
            None
        }
    }
}

/// Section 4 of the contract. Unknown keys are reported: a misspelt one would hold always.
fn expect(at: Cursor<'_>) -> Expect {
    const KEYS: &[&str] = &[
        "verdict",
        "receivers",
        "source",
        "destination",
        "via",
        "avoids",
        "endsAt",
        "reply",
        "replySource",
        "http",
        "probability",
    ];
    known_keys(at, KEYS);
    let ends_at = at.get("endsAt");
    let http = at.get("http");
    Expect {
        verdict: verdict(at.get("verdict")),
        receivers: one_or_many(at.get("receivers")),
        source: one_or_many(at.get("source")),
        destination: one_or_many(at.get("destination")),
        via: one_or_many(at.get("via")).unwrap_or_default(),
        avoids: one_or_many(at.get("avoids")).unwrap_or_default(),
        ends_at: ends_at.exists().then(|| self::ends_at(ends_at)),
        reply: verdict(at.get("reply")),
        reply_source: one_or_many(at.get("replySource")),
        http: http.exists().then(|| self::http(http)),
        probability: probability(at.get("probability")),
    }
}

fn known_keys(at: Cursor<'_>, keys: &[&str]) {
    for (entry, value) in at.entries() {
        if !keys.contains(&&*entry.key) {
            let expected: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            value.wrong(
                "unknown-key",
                "is not something that can be expected",
                &quoted(&entry.key),
                &format!("one of {}", expected.join(", ")),
            );
        }
    }
}

fn verdict(at: Cursor<'_>) -> Option<Arc<str>> {
    at.word(VERDICTS)?;
    at.name()
}

/// A value or a list of values.
fn one_or_many(at: Cursor<'_>) -> Option<Vec<Arc<str>>> {
    match &at.node()?.value {
        Value::List(_) => Some(at.list().filter_map(Cursor::scalar).collect()),
        _ => at.scalar().map(|value| vec![value]),
    }
}

fn ends_at(at: Cursor<'_>) -> EndsAt {
    known_keys(at, &["place", "stage", "rule", "disposition"]);
    EndsAt {
        place: at.get("place").name(),
        stage: at.get("stage").name(),
        rule: at.get("rule").scalar(),
        disposition: at.get("disposition").name(),
    }
}

fn http(at: Cursor<'_>) -> HttpExpect {
    known_keys(at, &["status", "backend", "headers", "tls"]);
    let headers = at.get("headers").entries();
    let tls = at.get("tls");
    // `tls: {terminated-at: PLACE}`, or the words `passthrough` and `none`.
    let terminated = tls.node().and_then(|node| node.get("terminated-at"));
    let tls = match terminated {
        Some(place) => place
            .as_str()
            .map(|place| Arc::from(format!("terminated-at: {place}"))),
        None => tls.name(),
    };
    HttpExpect {
        status: at.get("status").whole(100, 599),
        backend: at.get("backend").name(),
        headers: headers
            .map(|(entry, value)| (entry.key.clone(), value.scalar()))
            .collect(),
        tls,
    }
}

fn probability(at: Cursor<'_>) -> std::collections::BTreeMap<Arc<str>, f64> {
    at.entries()
        .filter_map(|(entry, value)| Some((entry.key.clone(), value.fraction()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_place_an_address_a_name_or_a_url() {
        for (text, shown) in [
            ("pod/default/web", "Place(pod/default/web)"),
            ("internet", "Place(internet)"),
            ("10.1.1.4", "Address(10.1.1.4)"),
            ("[fd00::1]", "Address(fd00::1)"),
            ("web.shop", "Name(\"web.shop\")"),
            (
                "https://shop.example.com:8443/cart?x=1#top",
                "Url(Url { tls: true, host: \"shop.example.com\", port: Some(8443), path: \"/cart?x=1\" })",
            ),
            (
                "http://10.0.0.1",
                "Url(Url { tls: false, host: \"10.0.0.1\", port: None, path: \"/\" })",
            ),
        ] {
            assert_eq!(format!("{:?}", parse_flow_target(text).unwrap()), shown);
        }
    }

    #[test]
    fn a_target_that_is_none_of_them_says_why() {
        for (text, reason) in [
            (
                "10.0.0.1:80",
                "expected `10.0.0.1` as the destination and 80 as the port",
            ),
            ("10.0.0.0/8", "`/8` makes a prefix; expected one address"),
            ("web/default", "`web` is not a kind of place"),
            ("ftp://x", "`ftp://` is not `http://` or `https://`"),
            (
                "a b",
                "`a b` is not a place, an address, a DNS name or a URL",
            ),
            ("", "`` is not a place, an address, a DNS name or a URL"),
            (
                "10.1.0.999",
                "`10.1.0.999` is not a place, an address, a DNS name or a URL",
            ),
            (
                "http://10.1.0/",
                "`10.1.0` is not a place, an address, a DNS name or a URL",
            ),
        ] {
            assert_eq!(parse_flow_target(text).unwrap_err(), reason);
        }
    }
}
