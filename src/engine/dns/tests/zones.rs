//! What Azure DNS knows (facts 9.4).

use std::sync::Arc;

use expect_test::expect;

use super::{addresses, build, completed, resolve, zone};
use crate::engine::dns::RecordType;
use crate::engine::dns::azure::{answer, internal_domain};
use crate::model::azure::PublicIp;
use crate::model::dns_zone::RecordData;
use crate::model::network::Network;

fn network() -> Network {
    completed(|network| {
        let cname = |name: &str| RecordData::Cname(Arc::from(name));
        network.dns_zones = vec![
            zone(
                "contoso.com",
                &[],
                false,
                &[
                    ("@", addresses("198.51.100.1")),
                    ("api", addresses("198.51.100.20 198.51.100.21")),
                    (
                        "twice",
                        addresses("198.51.100.40 198.51.100.41 198.51.100.40"),
                    ),
                    ("www", cname("front.japaneast.cloudapp.azure.com")),
                    ("*.apps", addresses("198.51.100.30")),
                    ("x.apps", addresses("2001:db8::1")),
                    ("loop", cname("loop.contoso.com")),
                    ("far", cname("db.priv.contoso.com")),
                ],
            ),
            zone(
                "priv.contoso.com",
                &["VNET-A"],
                true,
                &[("db", addresses("10.1.1.9"))],
            ),
            zone(
                "hidden.example",
                &["vnet-z"],
                true,
                &[("db", addresses("10.9.9.9"))],
            ),
        ];
        network.public_ips.push(PublicIp {
            meta: build::meta("", "front-ip"),
            ip: "20.50.60.70".parse().ok(),
            domain_name_label: Some(Arc::from("front")),
            location: Arc::from("Japan East"),
            ..PublicIp::default()
        });
    })
}

#[test]
fn a_pod_sees_private_zones_that_are_linked_and_every_public_name_of_the_scenario() {
    let network = network();
    let names = [
        "contoso.com",
        "api.contoso.com",
        "www.contoso.com",
        "a.b.apps.contoso.com",
        "x.apps.contoso.com",
        "y.x.apps.contoso.com",
        "loop.contoso.com",
        "far.contoso.com",
        "none.contoso.com",
        "db.priv.contoso.com",
        "none.priv.contoso.com",
        "db.hidden.example",
        "front.japaneast.cloudapp.azure.com",
        "back.japaneast.cloudapp.azure.com",
        "example.org",
    ];
    let all = names.iter().fold(String::new(), |text, name| {
        text + &resolve(&network, "pod/default/p0", &format!("{name}."))
    });
    expect![[r#"
        10.0.0.10 contoso.com NOERROR [198.51.100.1] why-dns-zone
        10.0.0.10 api.contoso.com NOERROR [198.51.100.20, 198.51.100.21] why-dns-zone
        10.0.0.10 www.contoso.com NOERROR -> front.japaneast.cloudapp.azure.com [20.50.60.70] why-dns-public-label
        10.0.0.10 a.b.apps.contoso.com NOERROR [198.51.100.30] why-dns-zone
        10.0.0.10 x.apps.contoso.com NOERROR [] why-dns-no-data
        10.0.0.10 y.x.apps.contoso.com NXDOMAIN [] why-dns-zone-no-record
        10.0.0.10 loop.contoso.com NXDOMAIN -> loop.contoso.com [] why-dns-alias-loop
        10.0.0.10 far.contoso.com NOERROR -> db.priv.contoso.com [10.1.1.9] why-dns-zone
        10.0.0.10 none.contoso.com NXDOMAIN [] why-dns-zone-no-record
        10.0.0.10 db.priv.contoso.com NOERROR [10.1.1.9] why-dns-zone
        10.0.0.10 none.priv.contoso.com NXDOMAIN [] why-dns-zone-no-record
        10.0.0.10 db.hidden.example NXDOMAIN [] why-dns-zone-not-linked
        10.0.0.10 front.japaneast.cloudapp.azure.com NOERROR [20.50.60.70] why-dns-public-label
        10.0.0.10 back.japaneast.cloudapp.azure.com NXDOMAIN [] why-dns-unknown-name
        10.0.0.10 example.org NXDOMAIN [] why-dns-unknown-name
    "#]].assert_eq(&all);
}

#[test]
fn outside_azure_only_public_names_are_known() {
    let network = network();
    let known = |name: &str| {
        answer(&network, None, name, RecordType::A)
            .addresses()
            .len()
    };
    assert_eq!(known("api.contoso.com"), 2);
    assert_eq!(known("db.priv.contoso.com"), 0);
    // A set says each address once.
    assert_eq!(known("twice.contoso.com"), 2);
}

#[test]
fn machines_of_a_virtual_network_know_each_other_by_name() {
    let network = network();
    let domain = internal_domain(&network.vnets[0]);
    assert!(
        domain.ends_with(".japaneast.internal.cloudapp.net"),
        "{domain}"
    );
    let mut all = resolve(&network, "node/n0", "n1");
    all.push_str(&resolve(&network, "pod/default/p0", "n1"));
    expect![[r#"
        168.63.129.16 n1.59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net NOERROR [10.1.0.5] why-dns-machine
        10.0.0.10 n1.default.svc.cluster.local NXDOMAIN [] why-dns-no-service
        10.0.0.10 n1.svc.cluster.local NXDOMAIN [] why-dns-no-namespace
        10.0.0.10 n1.cluster.local NXDOMAIN [] why-dns-no-such-name
        10.0.0.10 n1.59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net NOERROR [10.1.0.5] why-dns-machine
    "#]].assert_eq(&all);
}

#[test]
fn before_2024_azure_dns_was_asked_about_names_that_only_search_lists_make() {
    let mut network = network();
    let now = resolve(&network, "pod/default/p0", "api.contoso.com");
    network.settings.era = crate::model::ours::Era::Y2021;
    let then = resolve(&network, "pod/default/p0", "api.contoso.com");
    let differing: Vec<(&str, &str)> = now
        .lines()
        .zip(then.lines())
        .filter(|(a, b)| a != b)
        .collect();
    expect![[r#"
        [
            (
                "10.0.0.10 api.contoso.com.59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net NXDOMAIN [] why-dns-junk-suffix",
                "10.0.0.10 api.contoso.com.59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net NXDOMAIN [] why-dns-no-machine",
            ),
        ]
    "#]].assert_eq(&format!("{differing:#?}\n"));
}
