//! Records of the cluster (facts 9.3, R35 to R38), in the project's own words.

use std::sync::Arc;

use expect_test::expect;

use super::{build, completed, resolve};
use crate::engine::dataplane::Dataplane;
use crate::engine::dns::index::Index;
use crate::engine::dns::{Data, RecordType, coredns};
use crate::model::kube::ServiceType;
use crate::model::network::Network;
use crate::model::object::Kind;

/// A stateful set behind a headless Service with one pod that is not ready, an alias inside and one outside.
fn shop() -> Network {
    completed(|network| {
        let mut db = build::service("db", ServiceType::ClusterIp, "app=db");
        db.headless = true;
        let mut set = build::workload(Kind::StatefulSet, "db", 4, "app=db");
        set.service_name = Some(Arc::from("db"));
        let mut broken = build::pod("db-3", "n1", "", "app=db");
        broken.ready = false;
        broken.hostname = Some(Arc::from("db-3"));
        broken.subdomain = Some(Arc::from("db"));
        network.pods.push(broken);
        network.workloads.push(set);
        let mut none = build::service("none", ServiceType::ClusterIp, "app=none");
        none.headless = true;
        let mut inside = build::service("inside", ServiceType::ExternalName, "");
        inside.external_name = Some(Arc::from("web.default.svc.cluster.local"));
        let mut outside = build::service("outside", ServiceType::ExternalName, "");
        outside.external_name = Some(Arc::from("db.contoso.com"));
        let mut circle = build::service("circle", ServiceType::ExternalName, "");
        circle.external_name = Some(Arc::from("circle.default.svc.cluster.local"));
        network.services.extend([db, none, inside, outside, circle]);
    })
}

fn table(network: &Network, names: &[&str]) -> String {
    names.iter().fold(String::new(), |text, name| {
        text + &resolve(network, "pod/default/p0", &format!("{name}.cluster.local."))
    })
}

#[test]
fn services_and_endpoints_have_the_records_of_the_specification() {
    expect![[r#"
        10.0.0.10 web.default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
        10.0.0.10 WEB.Default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
        10.0.0.10 db.default.svc.cluster.local NOERROR [10.244.0.4, 10.244.1.4, 10.244.0.5] why-dns-headless
        10.0.0.10 db-0.db.default.svc.cluster.local NOERROR [10.244.0.4] why-dns-endpoint
        10.0.0.10 db-3.db.default.svc.cluster.local NXDOMAIN [] why-dns-no-record
        10.0.0.10 10-244-1-10.web.default.svc.cluster.local NOERROR [10.244.1.10] why-dns-endpoint
        10.0.0.10 none.default.svc.cluster.local NXDOMAIN [] why-dns-no-ready-endpoint
        10.0.0.10 nobody.default.svc.cluster.local NXDOMAIN [] why-dns-no-service
        10.0.0.10 web.nowhere.svc.cluster.local NXDOMAIN [] why-dns-no-namespace
        10.0.0.10 default.svc.cluster.local NOERROR [] why-dns-no-data
        10.0.0.10 svc.cluster.local NOERROR [] why-dns-no-data
        10.0.0.10 pod.cluster.local NOERROR [] why-dns-no-data
        10.0.0.10 x.y.z.web.default.svc.cluster.local NXDOMAIN [] why-dns-no-such-name
        10.0.0.10 10-244-9-9.default.pod.cluster.local NOERROR [10.244.9.9] why-dns-pod-name
        10.0.0.10 10-244-9-9.nowhere.pod.cluster.local NXDOMAIN [] why-dns-no-namespace
        10.0.0.10 kubernetes.default.svc.cluster.local NOERROR [10.0.0.1] why-dns-cluster-ip
    "#]].assert_eq(&table(
        &shop(),
        &[
            "web.default.svc",
            "WEB.Default.svc",
            "db.default.svc",
            "db-0.db.default.svc",
            "db-3.db.default.svc",
            "10-244-1-10.web.default.svc",
            "none.default.svc",
            "nobody.default.svc",
            "web.nowhere.svc",
            "default.svc",
            "svc",
            "pod",
            "x.y.z.web.default.svc",
            "10-244-9-9.default.pod",
            "10-244-9-9.nowhere.pod",
            "kubernetes.default.svc",
        ],
    ));
}

#[test]
fn an_alias_inside_is_followed_and_one_outside_is_asked_of_the_next_server() {
    // D-10; a sub-name of an alias does not exist (R37).
    expect![[r#"
        10.0.0.10 inside.default.svc.cluster.local NOERROR -> web.default.svc.cluster.local [10.0.50.1] why-dns-external-name
        10.0.0.10 outside.default.svc.cluster.local NOERROR -> db.contoso.com [] why-dns-unknown-name
        10.0.0.10 a.outside.default.svc.cluster.local NXDOMAIN [] why-dns-no-such-name
        10.0.0.10 circle.default.svc.cluster.local NOERROR [] why-dns-alias-loop
    "#]].assert_eq(&table(
        &shop(),
        &[
            "inside.default.svc",
            "outside.default.svc",
            "a.outside.default.svc",
            "circle.default.svc",
        ],
    ));
}

/// D-10: an alias has no cluster IP, so that kube-proxy writes no rule for it on any node.
#[test]
fn an_alias_has_no_address_and_no_rule_of_kube_proxy() {
    let network = shop();
    let plane = Dataplane::build(network.clone());
    for name in ["inside", "outside"] {
        let service = network.service("default", name).unwrap();
        assert!(service.cluster_ips.is_empty());
        for node in &network.nodes {
            let node = plane.node(&node.meta.name).unwrap();
            let rules = plane.rules(node).unwrap().to_iptables_save();
            assert!(rules.contains("default/web:http"), "the others have theirs");
            assert!(!rules.contains(&format!("default/{name}")), "{rules}");
        }
    }
}

#[test]
fn named_ports_have_srv_records_and_addresses_have_names() {
    let network = shop();
    let index = Index::of(&network);
    let answer = |name: &str, kind| {
        let answer = coredns::answer(&network, &index, name, kind);
        let data: Vec<&Data> = answer.records.iter().map(|record| &record.data).collect();
        format!("{name} {:?} {data:?}\n", answer.outcome)
    };
    let text = [
        answer("_http._tcp.web.default.svc.cluster.local", RecordType::Srv),
        answer("_http._tcp.db.default.svc.cluster.local", RecordType::Srv),
        answer("_http._udp.web.default.svc.cluster.local", RecordType::Srv),
        answer("web.default.svc.cluster.local", RecordType::Aaaa),
        answer("1.50.0.10.in-addr.arpa", RecordType::Ptr),
        answer("1.50.0.10.in-addr.arpa", RecordType::A),
        answer("4.1.1.10.in-addr.arpa", RecordType::Ptr),
    ];
    expect![[r#"
        _http._tcp.web.default.svc.cluster.local Found [Service { port: 80, target: "web.default.svc.cluster.local" }]
        _http._tcp.db.default.svc.cluster.local Found [Service { port: 8080, target: "db-0.db.default.svc.cluster.local" }, Service { port: 8080, target: "db-1.db.default.svc.cluster.local" }, Service { port: 8080, target: "db-2.db.default.svc.cluster.local" }]
        _http._udp.web.default.svc.cluster.local NoSuchName []
        web.default.svc.cluster.local NoData []
        1.50.0.10.in-addr.arpa Found [Name("web.default.svc.cluster.local")]
        1.50.0.10.in-addr.arpa NoData []
        4.1.1.10.in-addr.arpa Forward("4.1.1.10.in-addr.arpa") []
    "#]].assert_eq(&text.concat());
}
