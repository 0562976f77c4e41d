//! What `coredns-custom` changes, and what it leaves alone (facts 9.2).

use expect_test::expect;

use super::{addresses, build, completed, dns_host, resolve, zone};
use crate::engine::dns::checks;
use crate::engine::dns::index::Index;
use crate::engine::dns::{Data, RecordType, coredns};
use crate::model::kube::ServiceType;
use crate::model::network::Network;

fn custom(data: &[(&str, &str)]) -> Network {
    with("coredns-custom", data)
}

fn with(map: &str, data: &[(&str, &str)]) -> Network {
    completed(|network| {
        let mut alias = build::service("far", ServiceType::ExternalName, "");
        alias.external_name = Some("db.corp.example".into());
        network.services.push(alias);
        network.config_maps.push(build::config_map(map, data));
        network.dns_zones = vec![zone(
            "corp.example",
            &[],
            false,
            &[("db", addresses("198.51.100.7"))],
        )];
        network.hosts.push(dns_host());
    })
}

/// Full names, each as the first query of a pod.
fn table(network: &Network, names: &[&str]) -> String {
    names.iter().fold(String::new(), |text, name| {
        text + &resolve(network, "pod/default/p0", &format!("{name}."))
    })
}

const WEB: &str = "web.default.svc.cluster.local";

#[test]
fn a_server_block_answers_for_its_zone_and_for_aliases_that_lead_there() {
    let network = custom(&[(
        "corp.server",
        "corp.example:53 {\n  hosts {\n    10.9.9.9 db.corp.example\n    10.9.9.8 api.corp.example\n    \
         fallthrough\n  }\n  forward . 10.1.1.53\n}\nempty.example {\n  log\n}\n",
    )]);
    expect![[r#"
        10.0.0.10 db.corp.example NOERROR [10.9.9.9] why-dns-hosts
        10.0.0.10 DB.corp.example NOERROR [10.9.9.9] why-dns-hosts
        10.0.0.10 other.corp.example NXDOMAIN [] why-dns-zone-no-record
        10.0.0.10 far.default.svc.cluster.local NOERROR -> db.corp.example [10.9.9.9] why-dns-external-name
        10.0.0.10 a.empty.example SERVFAIL [] why-dns-failed
        10.0.0.10 web.default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
    "#]]
    .assert_eq(&table(
        &network,
        &[
            "db.corp.example",
            "DB.corp.example",
            "other.corp.example",
            "far.default.svc.cluster.local",
            "a.empty.example",
            WEB,
        ],
    ));
}

#[test]
fn hosts_in_an_override_fail_every_other_name_unless_they_fall_through() {
    let strict = custom(&[("h.override", "hosts {\n 10.9.9.9 a.example\n}\n")]);
    let lax = custom(&[(
        "h.override",
        "hosts {\n 10.9.9.9 a.example\n fallthrough\n}\n",
    )]);
    expect![[r#"
        10.0.0.10 a.example NOERROR [10.9.9.9] why-dns-hosts
        10.0.0.10 web.default.svc.cluster.local SERVFAIL [] why-dns-failed
        10.0.0.10 a.example NOERROR [10.9.9.9] why-dns-hosts
        10.0.0.10 web.default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
    "#]]
    .assert_eq(&(table(&strict, &["a.example", WEB]) + &table(&lax, &["a.example", WEB])));
    let index = Index::of(&lax);
    let names = |name: &str| coredns::answer(&lax, &index, name, RecordType::Ptr).records;
    let pointer = names("9.9.9.10.in-addr.arpa");
    assert_eq!(pointer[0].data, Data::Name("a.example".into()));
}

#[test]
fn a_rewritten_whole_name_is_restored_and_a_part_only_on_demand() {
    let lines = [
        "rewrite name old.example web.default.svc.cluster.local",
        "rewrite name suffix shop.example default.svc.cluster.local",
        "rewrite name suffix auto.example default.svc.cluster.local answer auto",
        "rewrite name prefix my- \"\"",
        "rewrite name substring .blog. .default. answer auto",
        "rewrite stop {\n name regex (.*)\\.apps\\.example {1}.default.svc.cluster.local\n answer name (.*)\\.default\\.svc\\.cluster\\.local {1}.apps.example\n}",
        "rewrite continue name one.example two.example",
        "rewrite name two.example old2.example",
        "rewrite name two.example never.example",
    ];
    let network = custom(&[("r.override", &lines.join("\n"))]);
    let index = Index::of(&network);
    let mut text = String::new();
    for name in [
        "old.example",
        "web.shop.example",
        "web.auto.example",
        "web.blog.svc.cluster.local",
        "web.apps.example",
        "one.example",
        WEB,
    ] {
        let answer = coredns::answer(&network, &index, name, RecordType::A);
        let records: Vec<&str> = answer.records.iter().map(|it| &*it.name).collect();
        let usable = answer.usable(name, RecordType::A).len();
        let made = answer.rewritten.map(|(made, _)| made);
        let line = format!(
            "{name} -> {made:?} {:?} {records:?} {usable}\n",
            answer.outcome
        );
        text.push_str(&line);
    }
    expect![[r#"
        old.example -> Some("web.default.svc.cluster.local") Found ["old.example"] 1
        web.shop.example -> Some("web.default.svc.cluster.local") Found ["web.default.svc.cluster.local"] 0
        web.auto.example -> Some("web.default.svc.cluster.local") Found ["web.auto.example"] 1
        web.blog.svc.cluster.local -> Some("web.default.svc.cluster.local") Found ["web.blog.svc.cluster.local"] 1
        web.apps.example -> Some("web.default.svc.cluster.local") Found ["web.apps.example"] 1
        one.example -> Some("old2.example") Forward("old2.example") [] 0
        web.default.svc.cluster.local -> None Found ["web.default.svc.cluster.local"] 1
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_is_not_modelled_stops_only_the_queries_that_meet_it() {
    let acl = custom(&[("a.override", "acl blocked.example {\n  drop\n}\n")]);
    let file = custom(&[("f.override", "file /etc/db corp.example\n")]);
    let log = custom(&[("log.override", "log\n"), ("notes.txt", "x")]);
    let broken = custom(&[("x.server", "x.example {\n  fowrard . 1.1.1.1\n}\n")]);
    let all = [
        table(&acl, &["a.blocked.example", WEB]),
        table(&file, &["db.corp.example", WEB]),
        table(&log, &[WEB]),
        table(&broken, &[WEB]),
    ];
    expect![[r#"
        10.0.0.10 a.blocked.example not modelled: acl why-dns-custom
        10.0.0.10 web.default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
        10.0.0.10 db.corp.example not modelled: file why-dns-custom
        10.0.0.10 web.default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
        10.0.0.10 web.default.svc.cluster.local NOERROR [10.0.50.1] why-dns-cluster-ip
        10.0.0.10 web.default.svc.cluster.local not modelled: coredns-custom x.server why-dns-custom
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn a_forward_in_an_override_is_behind_that_of_aks() {
    let network = custom(&[("f.override", "forward corp.example 10.1.1.53\n")]);
    expect![[r#"
        10.0.0.10 db.corp.example NOERROR [198.51.100.7] why-dns-zone
    "#]]
    .assert_eq(&table(&network, &["db.corp.example"]));
}

#[test]
fn a_written_corefile_replaces_that_of_aks() {
    let verified = |import: &str| {
        let text = format!(
            ".:53 {{\n  kubernetes cluster.local in-addr.arpa {{\n    pods verified\n  }}\n  forward . /etc/resolv.conf {{\n    \
             except secret.example\n  }}\n  {import}\n}}\n"
        );
        with("coredns", &[("Corefile", &text)])
    };
    let mut network = verified("import custom/*.override");
    let pod = network.pods.iter().find(|pod| &*pod.meta.name == "p0");
    let own = pod.unwrap().ip().unwrap().to_string().replace('.', "-");
    network.config_maps.push(build::config_map(
        "coredns-custom",
        &[(
            "h.override",
            "hosts {\n 10.9.9.9 a.example\n fallthrough\n}\n",
        )],
    ));
    let own = format!("{own}.default.pod.cluster.local");
    expect![[r#"
        10.0.0.10 10-244-0-10.default.pod.cluster.local NOERROR [10.244.0.10] why-dns-pod-verified
        10.0.0.10 10-9-9-9.default.pod.cluster.local NXDOMAIN [] why-dns-no-such-name
        10.0.0.10 a.example NOERROR [10.9.9.9] why-dns-hosts
        10.0.0.10 a.secret.example SERVFAIL [] why-dns-failed
        10.0.0.10 9.9.9.10.in-addr.arpa NXDOMAIN [] why-dns-no-such-name
    "#]]
    .assert_eq(&table(
        &network,
        &[
            &own,
            "10-9-9-9.default.pod.cluster.local",
            "a.example",
            "a.secret.example",
            "9.9.9.10.in-addr.arpa",
        ],
    ));
}

#[test]
fn blocks_that_coredns_would_not_start_with_leave_every_answer_open() {
    let zone = custom(&[("a.server", ".:53 {\n  forward . 10.1.1.53\n}\n")]);
    let hosts = custom(&[
        ("a.override", "hosts {\n fallthrough\n}\n"),
        ("b.override", "hosts {\n fallthrough\n}\n"),
    ]);
    expect![[r#"
        10.0.0.10 web.default.svc.cluster.local not modelled: coredns-custom a.server why-dns-custom
        10.0.0.10 web.default.svc.cluster.local not modelled: coredns-custom b.override why-dns-custom
    "#]]
    .assert_eq(&(table(&zone, &[WEB]) + &table(&hosts, &[WEB])));
}

#[test]
fn the_corefile_of_aks_written_down_changes_nothing() {
    let text = ".:53 {\n errors\n ready\n health {\n  lameduck 5s\n }\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  \
                pods insecure\n  fallthrough in-addr.arpa ip6.arpa\n  ttl 30\n }\n prometheus :9153\n forward . /etc/resolv.conf\n \
                cache 30\n loop\n reload\n loadbalance\n import custom/*.override\n template ANY ANY internal.cloudapp.net {\n  \
                match \"^(?:[^.]+\\.){4,}internal\\.cloudapp\\.net\\.$\"\n  rcode NXDOMAIN\n  fallthrough\n }\n \
                template ANY ANY reddog.microsoft.com {\n  rcode NXDOMAIN\n }\n}\nimport custom/*.server\n";
    let custom = build::config_map(
        "coredns-custom",
        &[("c.server", "corp.example {\n forward . 10.1.1.53\n}\n")],
    );
    let mut written = with("coredns", &[("Corefile", text)]);
    written.config_maps.push(custom.clone());
    let mut assumed = with("none", &[]);
    assumed.config_maps.push(custom);
    for name in [
        "web",
        "api.contoso.com",
        "db.corp.example",
        "far",
        "10-1-1-1.default.pod.cluster.local",
    ] {
        let both = [&written, &assumed].map(|it| resolve(it, "pod/default/p0", name));
        assert_eq!(both[0], both[1], "{name}");
    }
    assert!(resolve(&written, "pod/default/p0", "api.contoso.com").contains("why-dns-junk-suffix"));
}

/// Origin: <https://learn.microsoft.com/azure/aks/coredns-custom>: a `forward` of one's own stands in a `.server` key;
/// AKS's Corefile has `forward . /etc/resolv.conf` in the block that overrides extend.
#[test]
fn a_forward_that_no_query_comes_to_is_reported_at_its_key() {
    let found = |data: &[(&str, &str)]| -> Vec<String> {
        let problems = checks::check(&custom(data));
        problems
            .iter()
            .map(|it| format!("{} {}", it.field.as_deref().unwrap_or_default(), it.message))
            .collect()
    };
    let lost = "data[f.override] no query comes to this `forward` for `corp.example`: an earlier `forward` for `.` of the same block takes them all";
    assert_eq!(
        found(&[("f.override", "forward corp.example 10.1.1.53\n")]),
        [lost]
    );
    let block = "corp.example:53 {\n forward . 10.1.1.53\n}\n";
    assert!(found(&[("f.server", block)]).is_empty());
    // The first one leaves a zone to the second.
    let block = "example:53 {\n forward . 10.1.1.53 {\n  except corp.example\n }\n forward corp.example 10.1.1.54\n forward b.corp.example 10.1.1.55\n}\n";
    let third = "data[f.server] no query comes to this `forward` for `b.corp.example`: an earlier `forward` for `corp.example` of the same block takes them all";
    assert_eq!(found(&[("f.server", block)]), [third]);
}

/// A prefix in place of a zone means the reverse zones that it covers.
#[test]
fn a_block_for_a_prefix_answers_for_its_addresses() {
    let network = custom(&[(
        "office.server",
        "10.9.0.0/16 {\n  hosts {\n    10.9.1.1 nine.example\n  }\n}\n",
    )]);
    let index = Index::of(&network);
    let answer = coredns::answer(&network, &index, "1.1.9.10.in-addr.arpa", RecordType::Ptr);
    let data: Vec<Data> = answer.records.into_iter().map(|it| it.data).collect();
    assert_eq!(data, [Data::Name("nine.example".into())]);
}

/// `serviceRecordForIP` of the plugin passes over namespaces that it does not serve.
#[test]
fn an_address_in_a_namespace_that_is_not_served_has_no_name() {
    let ptr = |names: &str| {
        let corefile = format!(
            ".:53 {{\n kubernetes cluster.local in-addr.arpa ip6.arpa {{\n  pods verified\n{names} }}\n forward . /etc/resolv.conf\n}}\n"
        );
        let network = with("coredns", &[("Corefile", &corefile)]);
        let index = Index::of(&network);
        let records = |name: &str, kind| coredns::answer(&network, &index, name, kind).records;
        let pointer = records("1.50.0.10.in-addr.arpa", RecordType::Ptr);
        pointer.first().map(|it| it.data.clone())
    };
    let web = Some(Data::Name("web.default.svc.cluster.local".into()));
    assert_eq!(ptr(""), web);
    assert_eq!(ptr("  namespaces other default\n"), web);
    assert_eq!(ptr("  namespaces other\n"), None);
}
