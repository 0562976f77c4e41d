//! What hides a pod behind its node: kubenet, Azure CNI, and the ip-masq agent.

use expect_test::expect;
use kubehop::engine::netfilter::checks;
use kubehop::engine::netfilter::ip_masq::MasqConfig;

use super::node::{AZURE_CNI, KUBENET, SERVICES, network};
use super::{POD, VM, check};

/// Facts section 1.4.
#[test]
fn kubenet_hides_pods_from_everything_but_pods() {
    check(
        &[KUBENET, SERVICES],
        &[
            (POD, "10.244.1.20:5353"),
            (POD, "10.1.0.5:22"),
            (POD, "10.1.1.4:22"),
            (POD, "203.0.113.9:443"),
            (POD, "169.254.169.254:80"),
            (POD, "168.63.129.16:53"),
            (VM, "10.244.0.20:5353"),
        ],
        &expect![[r#"
            10.244.0.10 > 10.244.1.20:5353
                eth0: UDP 10.244.0.10:50000 > 10.244.1.20:5353
            10.244.0.10 > 10.1.0.5:22
                eth0: UDP 10.1.0.4:50000 > 10.1.0.5:22
            10.244.0.10 > 10.1.1.4:22
                eth0: UDP 10.1.0.4:50000 > 10.1.1.4:22
            10.244.0.10 > 203.0.113.9:443
                eth0: UDP 10.1.0.4:50000 > 203.0.113.9:443
            10.244.0.10 > 169.254.169.254:80
                eth0: UDP 10.1.0.4:50000 > 169.254.169.254:80
            10.244.0.10 > 168.63.129.16:53
                eth0: UDP 10.1.0.4:50000 > 168.63.129.16:53
            10.1.1.4 > 10.244.0.20:5353
                cbr0: UDP 10.1.1.4:50000 > 10.244.0.20:5353
        "#]],
    );
}

/// Facts section 2.2: C-01, C-02, C-04, C-08.
#[test]
fn azure_cni_hides_pods_only_outside_the_virtual_network() {
    check(
        &[AZURE_CNI, SERVICES],
        &[
            ("10.1.0.10", "10.1.1.4:22"),
            ("10.1.0.10", "10.1.0.40:5353"),
            ("10.1.0.10", "10.2.0.4:22"),
            ("10.1.0.10", "203.0.113.9:443"),
            ("10.1.0.10", "168.63.129.16:53"),
            ("10.1.0.10", "169.254.169.254:80"),
            ("10.2.0.4", "10.1.0.10:8080"),
        ],
        &expect![[r#"
            10.1.0.10 > 10.1.1.4:22
                eth0: UDP 10.1.0.10:50000 > 10.1.1.4:22
            10.1.0.10 > 10.1.0.40:5353
                eth0: UDP 10.1.0.10:50000 > 10.1.0.40:5353
            10.1.0.10 > 10.2.0.4:22
                eth0: UDP 10.1.0.4:50000 > 10.2.0.4:22
            10.1.0.10 > 203.0.113.9:443
                eth0: UDP 10.1.0.4:50000 > 203.0.113.9:443
            10.1.0.10 > 168.63.129.16:53
                eth0: UDP 10.1.0.4:50000 > 168.63.129.16:53
            10.1.0.10 > 169.254.169.254:80
                eth0: UDP 10.1.0.4:50000 > 169.254.169.254:80
            10.2.0.4 > 10.1.0.10:8080
                azv00000000000: UDP 10.2.0.4:50000 > 10.1.0.10:8080
        "#]],
    );
}

/// Facts C-07, section 2.2.
#[test]
fn a_users_masquerade_ranges_are_merged_with_those_of_aks() {
    check(
        &[
            AZURE_CNI,
            &masq(
                "azure-ip-masq-agent-config",
                "nonMasqueradeCIDRs: [10.2.0.0/16]",
            ),
        ],
        &[
            ("10.1.0.10", "10.2.0.4:22"),
            ("10.1.0.10", "10.1.1.4:22"),
            ("10.1.0.10", "10.3.0.4:22"),
        ],
        &expect![[r#"
            10.1.0.10 > 10.2.0.4:22
                eth0: UDP 10.1.0.10:50000 > 10.2.0.4:22
            10.1.0.10 > 10.1.1.4:22
                eth0: UDP 10.1.0.10:50000 > 10.1.1.4:22
            10.1.0.10 > 10.3.0.4:22
                eth0: UDP 10.1.0.4:50000 > 10.3.0.4:22
        "#]],
    );
}

/// Facts section 2.2, "empty list trap" (AKS issue 2653).
#[test]
fn an_empty_list_of_ranges_means_the_private_ranges() {
    let reconciled = "azure-ip-masq-agent-config-reconciled";
    check(
        &[
            AZURE_CNI,
            &masq(reconciled, "nonMasqueradeCIDRs: []\nmasqLinkLocal: true"),
        ],
        &[
            ("10.1.0.10", "10.200.0.4:22"),
            ("10.1.0.10", "192.168.10.5:22"),
            ("10.1.0.10", "172.16.0.1:22"),
            ("10.1.0.10", "203.0.113.9:22"),
        ],
        &expect![[r#"
            10.1.0.10 > 10.200.0.4:22
                eth0: UDP 10.1.0.10:50000 > 10.200.0.4:22
            10.1.0.10 > 192.168.10.5:22
                eth0: UDP 10.1.0.10:50000 > 192.168.10.5:22
            10.1.0.10 > 172.16.0.1:22
                eth0: UDP 10.1.0.10:50000 > 172.16.0.1:22
            10.1.0.10 > 203.0.113.9:22
                eth0: UDP 10.1.0.4:50000 > 203.0.113.9:22
        "#]],
    );
}

/// The agent stops at a file that it can not use (`ip-masq-agent-v2`, `validate`).
#[test]
fn a_users_ranges_that_the_agent_refuses_change_nothing() {
    for (refused, why) in [
        (
            "nonMasqueradeCIDRs: [10.2.0.1/16]",
            "its network is `10.2.0.0/16`",
        ),
        (
            "nonMasqueradeCIDRs: [10.2.0.0]",
            "`10.2.0.0` is not an address range",
        ),
        ("nonMasqueradeCIDRs: 10.2.0.0/16", "is not a list"),
        ("masqLinkLocal: maybe", "is not true or false"),
        (
            "nonMasqueradeCIDRs: [",
            "the ip-masq agent refuses this file",
        ),
    ] {
        let network = network(&[AZURE_CNI, &masq("azure-ip-masq-agent-config", refused)]);
        let config = MasqConfig::of(&network, network.node("n0").unwrap());
        let ranges = config.non_masquerade.iter().map(|(net, _)| net.to_string());
        let ranges: Vec<String> = ranges.collect();
        assert_eq!(
            ranges,
            ["10.1.0.0/24", "10.0.0.0/16", "10.1.0.0/16"],
            "{refused}"
        );
        let problems = checks::check(&network);
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 1, "{refused}");
        assert!(texts[0].contains(why), "{refused}: {texts:?}");
    }
}

fn masq(name: &str, config: &str) -> String {
    let config = config.replace('\n', "\n    ");
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\ndata:\n  ip-masq-agent: |\n    {config}\n"
    )
}
