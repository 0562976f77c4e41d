//! `NetworkPolicy`: defaults as the API server fills them, and what it refuses
//! (`k8s.io/kubernetes/pkg/apis/networking/validation`).

use super::super::cursor::{Cursor, quoted};
use super::super::names;
use super::{refused, selector, text_of};
use crate::model::kube::Meta;
use crate::model::policy::{
    Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, PortMatch,
};
use crate::model::yaml::Value;

/// A policy; `None` for one whose `spec` the API server refuses, which therefore has no effect.
pub(super) fn policy(at: Cursor<'_>, meta: Meta) -> Option<NetworkPolicy> {
    let spec = at.get("spec");
    let before = at.errors();
    let pod_selector = selector(spec.get("podSelector"));
    let [ingress, egress] = [Direction::Ingress, Direction::Egress].map(|direction| {
        let items = spec.get(direction.field()).every();
        let rules = items.map(|item| rule(item, direction));
        rules.collect::<Vec<PolicyRule>>()
    });
    let (isolates_in, isolates_out) = types(spec.get("policyTypes"), !egress.is_empty());
    if refused(at, before, "policy-refused", "NetworkPolicy") {
        return None;
    }
    Some(NetworkPolicy {
        meta,
        pod_selector,
        ingress: isolates_in.then_some(ingress),
        egress: isolates_out.then_some(egress),
    })
}

/// Whether the policy concerns ingress and egress; what is not written follows from the rules.
fn types(at: Cursor<'_>, has_egress: bool) -> (bool, bool) {
    let written: Vec<Cursor<'_>> = at.list().collect();
    if written.len() > 2 {
        at.wrong(
            "out-of-range",
            "has more than two types",
            &quoted(at.written()),
            "`Ingress`, `Egress` or both",
        );
        return (true, true);
    }
    if written.is_empty() {
        return (true, has_egress);
    }
    let words = [("Ingress", true), ("Egress", false)];
    let mut concerned = (false, false);
    for word in written.into_iter().filter_map(|at| at.word(&words)) {
        concerned = (concerned.0 || word, concerned.1 || !word);
    }
    concerned
}

fn rule(at: Cursor<'_>, direction: Direction) -> PolicyRule {
    PolicyRule {
        peers: at.get(direction.peers()).every().filter_map(peer).collect(),
        ports: at.get("ports").every().filter_map(port).collect(),
    }
}

fn peer(at: Cursor<'_>) -> Option<PolicyPeer> {
    let block = at.get("ipBlock");
    let (namespaces, pods) = (at.get("namespaceSelector"), at.get("podSelector"));
    let selects = namespaces.exists() || pods.exists();
    if block.exists() {
        if selects {
            at.wrong(
                "forbidden",
                "has `ipBlock` beside a selector",
                "both",
                "one of them; add a second peer for the other",
            );
            return None;
        }
        return ip_block(block);
    }
    if !selects {
        at.wrong(
            "policy-peer",
            "is no peer",
            "nothing",
            "`podSelector`, `namespaceSelector` or `ipBlock`",
        );
        return None;
    }
    let read = |at: Cursor<'_>| at.exists().then(|| selector(at));
    Some(PolicyPeer::Pods {
        namespaces: read(namespaces),
        pods: read(pods),
    })
}

fn ip_block(at: Cursor<'_>) -> Option<PolicyPeer> {
    let field = at.get("cidr");
    if text_of(field).unwrap_or_default().is_empty() {
        let expected = "a prefix such as `10.1.0.0/16`";
        field.wrong("missing-field", "is missing", "nothing", expected);
        return None;
    }
    let cidr = field.prefix()?;
    let excepted = |at: Cursor<'_>| {
        let net = at.prefix_of(text_of(at).unwrap_or_default().trim())?;
        // `contains` is false between the families.
        let within = cidr.contains(&net) && net.prefix_len() > cidr.prefix_len();
        if !within {
            at.wrong(
                "out-of-range",
                "is not a part of `cidr`",
                &format!("`{net}`"),
                &format!("a smaller prefix within `{cidr}`"),
            );
        }
        within.then_some(net)
    };
    Some(PolicyPeer::Block {
        cidr,
        except: at.get("except").list().filter_map(excepted).collect(),
    })
}

fn port(at: Cursor<'_>) -> Option<PolicyPort> {
    let protocol = at.get("protocol").protocol();
    let (port, end) = (at.get("port"), at.get("endPort"));
    let ports = match port.node().map(|node| &node.value) {
        None => {
            end_port_needs(end, port.exists(), "a `port` to begin with");
            PortMatch::Range(1, u16::MAX)
        }
        Some(Value::String(_)) => {
            end_port_needs(end, false, "a `port` that is a number");
            let name = port.text()?;
            if !names::port_name(&name) {
                port.wrong(
                    "bad-name",
                    "is not a port name that the API accepts",
                    &quoted(&name),
                    "at most 15 lower-case letters, digits and `-`, a letter among them",
                );
                return None;
            }
            PortMatch::Name(name)
        }
        Some(_) => {
            let first = port.port();
            let last = if end.exists() { end.port() } else { first };
            let (first, last) = (first?, last?);
            if last < first {
                end.wrong(
                    "out-of-range",
                    "is below `port`",
                    &format!("`{last}`"),
                    &format!("`{first}` or more"),
                );
                return None;
            }
            PortMatch::Range(first, last)
        }
    };
    Some(PolicyPort { protocol, ports })
}

/// Reports an `endPort` that has no number to begin with.
fn end_port_needs(end: Cursor<'_>, fits: bool, expected: &str) {
    if end.exists() && !fits {
        let found = quoted(end.written());
        end.wrong("forbidden", "has nothing to begin with", &found, expected);
    }
}
