//! Queries that meet something which is not modelled: it is named, and never told as a loss (reasoned: README, "What
//! is simulated, and what is not").

use crate::engine::dns::RecordType;
use crate::engine::explain::{Arg, Explanation};
use crate::engine::simulation::Simulation;
use crate::engine::trace::{Detail, Disposition};
use crate::engine::walk::Resolution;
use crate::model::document::Document;
use crate::scenarios;

/// A load balancer by hand is kept as it was written, so nobody knows what is behind 10.1.1.100.
const KEPT: &str = "
type: Microsoft.Network/loadBalancers
name: by-hand
properties: {frontendIPConfigurations: [{name: inner, properties: {privateIPAddress: 10.1.1.100, subnet: {id: vnet-a/vms}}}]}
---
apiVersion: kubehop.dev/v1
kind: Host
metadata: {name: asks}
spec: {subnet: vnet-a/vms, ip: 10.1.1.5, dnsServers: [10.1.1.100]}
---
apiVersion: kubehop.dev/v1
kind: Host
metadata: {name: names}
spec: {subnet: vnet-a/vms, ip: 10.1.1.6, dnsServer: true}
---
apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {clusterIP: 10.0.77.7, ports: [{name: dns, port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Pod
metadata: {name: asks}
spec: {nodeName: n0, dnsPolicy: None, dnsConfig: {nameservers: [10.0.77.7]}, containers: [{name: c, image: c}]}
---
";

const WHAT: &str = "Microsoft.Network/loadBalancers by-hand";

/// What `sender` finds out, with these servers behind the Service `dns`.
fn resolution(sender: &str, servers: &str) -> Resolution {
    let kubenet = scenarios::find("kubenet").expect("a built-in scenario");
    let files = kubenet.files.iter();
    let mut texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let slice = format!(
        "apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: dns, labels: {{kubernetes.io/service-name: dns}}}}
addressType: IPv4
ports: [{{name: dns, port: 53, protocol: UDP}}]
endpoints: [{{addresses: [{servers}]}}]
"
    );
    texts.push(("dns.yaml".to_owned(), KEPT.to_owned() + &slice));
    let simulation = Simulation::new(&Document::from_texts(texts).0);
    let sender = sender.parse().expect("a place");
    let found = simulation.resolve(&sender, "www.contoso.com", RecordType::A);
    found.expect("an answer")
}

/// Two endpoints of the Service, in this order.
fn behind(one: &str, other: &str) -> Resolution {
    resolution(
        "pod/default/asks",
        &format!("{one}]}}, {{addresses: [{other}"),
    )
}

fn said<'r>(found: &'r Resolution, id: &str) -> Option<&'r Explanation> {
    let mut steps = found.trace.steps().map(|(_, step)| &step.why);
    steps.find(|why| why.id == id)
}

fn argument(why: &Explanation, name: &str) -> Option<Arg> {
    let mut arguments = why.args.iter();
    arguments
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.clone())
}

fn not_modelled() -> Disposition {
    Disposition::NotModelled { what: WHAT.into() }
}

#[test]
fn a_query_whose_way_is_not_modelled_names_the_thing_and_is_not_called_lost() {
    let found = resolution("host/asks", "10.1.1.6");
    assert_eq!(found.trace.disposition, not_modelled());
    assert!(!found.lost());
    assert!(said(&found, "why-walk-query-lost").is_none());
    let why = said(&found, "why-walk-query-not-modelled").expect("the sentence");
    assert_eq!(argument(why, "what"), Some(WHAT.into()));
    let last = found.trace.last_step().map(|(_, step)| &step.detail);
    let Some(Detail::Resolved(resolved)) = last else {
        panic!("{last:?}")
    };
    assert_eq!(resolved.rcode, "NOTMODELLED");
}

/// Whichever way comes first, one that nobody knows decides before one on which the query is lost.
#[test]
fn a_way_that_is_not_modelled_is_not_passed_over_for_one_that_loses_the_query() {
    for [one, other] in [["10.1.1.77", "10.1.1.100"], ["10.1.1.100", "10.1.1.77"]] {
        let found = behind(one, other);
        assert_eq!(found.trace.disposition, not_modelled(), "{one}, {other}");
    }
}

#[test]
fn a_resolver_that_is_answered_on_another_way_says_which_share_is_not_modelled() {
    let found = behind("10.1.1.6", "10.1.1.100");
    let why = said(&found, "why-walk-query-partly").expect("the sentence");
    assert_eq!(argument(why, "what"), Some(WHAT.into()));
    assert_eq!(argument(why, "percent"), Some(Arg::Number(50)));
    assert!(said(&found, "why-walk-query-repeated").is_none());
    let lost = behind("10.1.1.6", "10.1.1.77");
    assert!(said(&lost, "why-walk-query-repeated").is_some());
    assert!(said(&lost, "why-walk-query-partly").is_none());
}
