//! Which names a resolver tries, in which order (facts 9.1; D-01, D-02, D-04, R39).

use std::sync::Arc;

use expect_test::expect;

use super::{build, completed, dns_host, resolve};
use crate::engine::dns::resolver::ResolvConf;
use crate::model::kube::{DnsConfig, DnsPolicy, ServiceType};

#[test]
fn a_service_of_the_own_namespace_is_found_by_the_first_query() {
    // D-01
    let network = completed(|network| {
        let mut cart = build::service("cart", ServiceType::ClusterIp, "app=cart");
        cart.meta.namespace = Arc::from("shop");
        network.services.push(cart);
    });
    expect![[r#"
        10.0.0.10 cart.shop.svc.cluster.local NOERROR [10.0.1.1] why-dns-cluster-ip
    "#]]
    .assert_eq(&resolve(&network, "pod/shop/buyer", "cart"));
    // D-04: from another namespace the second suffix answers.
    expect![[r#"
        10.0.0.10 cart.shop.default.svc.cluster.local NXDOMAIN [] why-dns-no-service
        10.0.0.10 cart.shop.svc.cluster.local NOERROR [10.0.1.1] why-dns-cluster-ip
    "#]]
    .assert_eq(&resolve(&network, "pod/default/p0", "cart.shop"));
}

#[test]
fn a_name_outside_is_tried_with_every_suffix_before_it_is_tried_as_it_is() {
    // D-02
    let network = completed(|_| {});
    expect![[r#"
        10.0.0.10 api.contoso.com.shop.svc.cluster.local NXDOMAIN [] why-dns-no-service
        10.0.0.10 api.contoso.com.svc.cluster.local NXDOMAIN [] why-dns-no-namespace
        10.0.0.10 api.contoso.com.cluster.local NXDOMAIN [] why-dns-no-such-name
        10.0.0.10 api.contoso.com.59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net NXDOMAIN [] why-dns-junk-suffix
        10.0.0.10 api.contoso.com NXDOMAIN [] why-dns-unknown-name
    "#]].assert_eq(&resolve(&network, "pod/shop/buyer", "api.contoso.com"));
    expect![[r#"
        10.0.0.10 api.contoso.com NXDOMAIN [] why-dns-unknown-name
    "#]]
    .assert_eq(&resolve(&network, "pod/shop/buyer", "api.contoso.com."));
}

#[test]
fn five_dots_make_a_name_worth_trying_as_it_is() {
    let conf = ResolvConf {
        nameservers: Vec::new(),
        searches: vec![Arc::from("a.example"), Arc::from("b.example")],
        options: vec![String::from("ndots:5")],
    };
    assert_eq!(
        conf.candidates("w.x.y.z.v.u"),
        [
            "w.x.y.z.v.u",
            "w.x.y.z.v.u.a.example",
            "w.x.y.z.v.u.b.example"
        ]
    );
    assert_eq!(
        conf.candidates("w.x"),
        ["w.x.a.example", "w.x.b.example", "w.x"]
    );
    assert_eq!(conf.candidates("w.x."), ["w.x"]);
}

#[test]
fn the_policy_decides_whose_resolver_a_pod_has() {
    // R39
    let policies = [
        (DnsPolicy::ClusterFirst, false),
        (DnsPolicy::ClusterFirst, true),
        (DnsPolicy::ClusterFirstWithHostNet, true),
        (DnsPolicy::Default, false),
        (DnsPolicy::None, false),
    ];
    let network = completed(|network| {
        for (index, (policy, host)) in policies.into_iter().enumerate() {
            let mut pod = build::pod(&format!("q{index}"), "n0", "", "");
            pod.dns_policy = policy;
            pod.host_network = host;
            pod.dns_config = DnsConfig {
                options: vec![(Arc::from("ndots"), Some(Arc::from("2")))],
                ..DnsConfig::default()
            };
            network.pods.push(pod);
        }
    });
    let lines: Vec<String> = (0..policies.len())
        .map(|index| {
            let pod = format!("pod/default/q{index}").parse().unwrap();
            let conf = ResolvConf::of(&network, &pod);
            format!(
                "{:?} {:?} {:?}",
                conf.nameservers, conf.searches, conf.options
            )
        })
        .collect();
    let lines = lines.join("\n") + "\n";
    expect![[r#"
        [10.0.0.10] ["default.svc.cluster.local", "svc.cluster.local", "cluster.local", "59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net"] ["ndots:2"]
        [168.63.129.16] ["59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net"] ["ndots:2"]
        [10.0.0.10] ["default.svc.cluster.local", "svc.cluster.local", "cluster.local", "59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net"] ["ndots:2"]
        [168.63.129.16] ["59rdggc6t4hsp5b5hhdw5sgsp.japaneast.internal.cloudapp.net"] ["ndots:2"]
        [] [] ["ndots:2"]
    "#]].assert_eq(&lines);
}

#[test]
fn a_network_with_dns_servers_of_its_own_gives_them_to_its_machines() {
    // M-22, D-07: the server is a host of the scenario.
    let network = completed(|network| {
        network.vnets[0].dns_servers = vec!["10.1.1.53".parse().unwrap()];
        network.hosts.push(dns_host());
    });
    let node = "node/n0".parse().unwrap();
    expect![[r#"ResolvConf { nameservers: [10.1.1.53], searches: ["reddog.microsoft.com"], options: [] }"#]].assert_eq(&format!("{:?}", ResolvConf::of(&network, &node)));
    expect![[r#"
        10.0.0.10 vm-a.example.com NXDOMAIN [] why-dns-unknown-name
    "#]]
    .assert_eq(&resolve(&network, "pod/default/p0", "vm-a.example.com."));
    let outside = "host/client".parse().unwrap();
    assert_eq!(
        ResolvConf::of(&network, &outside).nameservers,
        Vec::<std::net::IpAddr>::new()
    );
}

/// `res_nsearch` of glibc: a name that is too long for a query ends the search, and the name as typed is left.
#[test]
fn a_name_that_no_query_can_carry_is_not_asked_for() {
    let conf = ResolvConf {
        nameservers: vec!["10.0.0.10".parse().unwrap()],
        searches: vec![
            "a.example".into(),
            "svc.cluster.local".into(),
            "b.example".into(),
        ],
        options: vec!["ndots:5".to_owned()],
    };
    let long = [
        "a".repeat(60),
        "b".repeat(60),
        "c".repeat(60),
        "d".repeat(58),
    ]
    .join(".");
    let first = format!("{long}.a.example");
    assert_eq!((long.len(), first.len()), (241, 251));
    assert_eq!(conf.candidates(&long), [first, long.clone()]);
}
