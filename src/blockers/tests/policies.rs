//! Each refusal of a network policy, at least once.
//!
//! What a change must be is reasoned from the rules of `policy`, `azure` and `netfilter`; that it lifts the refusal is
//! traced.

use expect_test::expect;

use super::{Remedy, check, document, find, flow, only_flow, with_all};
use crate::engine::diff::Diff;
use crate::engine::simulation::Simulation;
use crate::model::packet::Protocol;

/// Three tiers with calico; `page` may reach `api` on its port 9000.
pub const SHOP: &str = "\
type: Microsoft.ContainerService/managedClusters
name: shop
location: japaneast
properties:
  networkProfile: {networkPlugin: azure, networkPolicy: calico, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}
  agentPoolProfiles: [{name: pool1, count: 2, maxPods: 30, osType: Linux}]
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: watch, labels: {purpose: monitoring}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: page, namespace: shop, labels: {app: page}}, spec: {containers: [{name: c, image: page}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}, spec: {containers: [{name: c, image: api, ports: [{name: rest, containerPort: 9000}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: store, namespace: shop, labels: {app: store}}, spec: {containers: [{name: c, image: store}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: collector, namespace: watch, labels: {app: collector}}, spec: {containers: [{name: c, image: collector}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: page}}}]
      ports: [{port: rest}] # its name
    - from:
        - ipBlock: {cidr: 192.0.2.0/24}
      ports:
        - port: 9100
  egress: []
---
";

fn shop(from: &str, to: &str, port: u16) -> String {
    [SHOP, &flow(from, to, port)].concat()
}

#[test]
fn a_rule_for_just_the_sender_gets_the_port() {
    check(
        &shop("pod/shop/page", "pod/shop/api", 9100),
        &expect![[r#"
            dropped
            request pod/shop/api policy.ingress
              Add TCP 9100 for page to spec.ingress[0] of the policy api.
              -       ports: [{port: rest}] # its name
              +       ports: [{port: rest}, {port: 9100}] # its name
            then delivered
        "#]],
    );
}

#[test]
fn a_rule_for_just_the_port_gets_the_sender() {
    check(
        &shop("pod/watch/collector", "pod/shop/api", 9100),
        &expect![[r#"
            dropped
            request pod/shop/api policy.ingress
              Add collector on TCP 9100 to spec.ingress[1] of the policy api.
              +         - {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}}, podSelector: {matchLabels: {app: collector}}}
            then delivered
        "#]],
    );
}

#[test]
fn a_policy_for_a_whole_namespace_stays_closed_and_a_new_one_opens_one_pod() {
    check(
        &shop("pod/shop/page", "pod/shop/store", 5432),
        &expect![[r#"
            dropped
            request pod/shop/store policy.ingress
              Add a NetworkPolicy that lets page reach store on TCP 5432.
              + ---
              + apiVersion: networking.k8s.io/v1
              + kind: NetworkPolicy
              + metadata: {name: allow-store-in-5432, namespace: shop}
              + spec:
              +   podSelector: {matchLabels: {app: store}}
              +   policyTypes: [Ingress]
              +   ingress:
              +     - {from: [{podSelector: {matchLabels: {app: page}}}], ports: [{port: 5432}]}
            then delivered
        "#]],
    );
}

#[test]
fn both_ends_refuse_and_each_has_its_change() {
    check(
        &shop("pod/shop/api", "pod/shop/store", 5432),
        &expect![[r#"
            dropped
            request pod/shop/api policy.egress
              Add a rule to the policy api that lets api reach store on TCP 5432.
              -   egress: []
              +   egress: [{to: [{podSelector: {matchLabels: {app: store}}}], ports: [{port: 5432}]}]
            request pod/shop/store policy.ingress
              Add a NetworkPolicy that lets api reach store on TCP 5432.
              + ---
              + apiVersion: networking.k8s.io/v1
              + kind: NetworkPolicy
              + metadata: {name: allow-store-in-5432, namespace: shop}
              + spec:
              +   podSelector: {matchLabels: {app: store}}
              +   policyTypes: [Ingress]
              +   ingress:
              +     - {from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}
            then delivered
        "#]],
    );
}

#[test]
fn an_address_outside_is_let_out_by_itself() {
    check(
        &shop("pod/shop/api", "198.51.100.7", 443),
        &expect![[r#"
            dropped
            request pod/shop/api policy.egress
              Add a rule to the policy api that lets api reach 198.51.100.7 on TCP 443.
              -   egress: []
              +   egress: [{to: [{ipBlock: {cidr: 198.51.100.7/32}}], ports: [{port: 443}]}]
            then delivered
        "#]],
    );
}

#[test]
fn a_name_that_no_server_may_be_asked_for_needs_its_queries_let_out() {
    let more = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress]}
---
apiVersion: v1
kind: Pod
metadata: {name: page, labels: {app: page}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
";
    let text = [more, &flow("pod/default/page", "web", 80)].concat();
    check(
        &text,
        &expect![[r#"
            unresolved
            query pod/default/page policy.egress
              Add a rule to the policy shut that lets page reach coredns-kknsh-nsqrg on UDP 53.
              - spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress]}
              + spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}]}]}
            request pod/default/page policy.egress
              Add a rule to the policy shut that lets page reach web on TCP 8080.
              - spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress]}
              + spec: {podSelector: {matchLabels: {app: page}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}
            then delivered
        "#]],
    );
}

/// The least that lifts a refusal lets nothing else pass: what `reach` says before and after
/// differs in just the pair and the port that were refused.
#[test]
fn a_change_of_policies_admits_nobody_else() {
    for (from, to, port, pairs) in [
        ("pod/shop/page", "pod/shop/api", 9100, 1),
        ("pod/watch/collector", "pod/shop/api", 9100, 1),
        ("pod/shop/page", "pod/shop/store", 5432, 1),
        ("pod/shop/api", "pod/shop/store", 5432, 1),
    ] {
        let before = document(&shop(from, to, port));
        let found = find(&before, &only_flow(&before));
        let changes = found.list.iter();
        assert!(
            changes
                .clone()
                .any(|it| matches!(it.remedy, Remedy::Change(_)))
        );
        let after = with_all(&before, &found);
        let diff = Diff::of(&Simulation::new(&before), &Simulation::new(&after));
        assert_eq!(diff.pairs.len(), pairs, "{from} {to} {port}: {diff:#?}");
        let pair = &diff.pairs[0];
        assert_eq!((&*pair.from, &*pair.to), (from, to));
        let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
        let every = all
            .into_iter()
            .flat_map(|it| (1..=u16::MAX).map(move |n| (it, n)));
        let more =
            every.filter(|(it, n)| pair.after.contains(*it, *n) && !pair.before.contains(*it, *n));
        assert_eq!(more.collect::<Vec<_>>(), [(Protocol::Tcp, port)]);
    }
}
