//! What `kubectl`, `az` and an exported template hand out reads as it comes.

use expect_test::expect;

use super::*;
use crate::model::ours::HostNetwork;

#[test]
fn the_contract_examples_read_without_a_problem_where_present() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract/examples");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("NOT RUN: {folder} is not here");
        return;
    };
    let mut texts: Vec<(String, String)> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    texts.sort();
    // Both clusters at once are two documents of many names; one set at a time.
    for set in ["kubenet", "cni"] {
        let other = if set == "cni" { "kubenet" } else { "cni" };
        let texts = texts
            .iter()
            .filter(|(name, _)| !name.contains(other))
            .cloned();
        let (document, mut diagnostics) = Document::from_texts(texts.collect());
        let (network, more) = read(&document);
        diagnostics.extend(more);
        assert_eq!(diagnostics, [], "{set}");
        assert_eq!(
            (network.pods.len(), network.hosts.len(), network.vnets.len()),
            (2, 6, 3)
        );
        assert!(network.flows.len() >= 7);
    }
}

/// Origin: objects as a cluster of AKS 1.30 returns them.
#[test]
fn output_of_kubectl_get_reads_as_it_comes() {
    let texts = [
        include_str!("../../../../tests/data/kubectl/deployment.yaml"),
        include_str!("../../../../tests/data/kubectl/service.yaml"),
        include_str!("../../../../tests/data/kubectl/pods.yaml"),
        include_str!("../../../../tests/data/kubectl/nodes.yaml"),
    ];
    let (network, diagnostics) = read_text(&texts.join("---\n"));
    assert_eq!(diagnostics, []);
    let pods: Vec<String> = network
        .pods
        .iter()
        .map(|pod| {
            format!(
                "{} {:?} on {} ready {} of {}",
                pod.reference(),
                pod.ips,
                pod.node_name.as_deref().unwrap_or_default(),
                pod.ready,
                pod.owner.as_ref().unwrap()
            )
        })
        .collect();
    assert_eq!(
        pods,
        [
            "pod/shop/web-6f7c9d5b8-4xk2j [10.224.0.17] on aks-nodepool1-31287516-vmss000000 ready true of replicaset/shop/web-6f7c9d5b8",
            "pod/shop/web-6f7c9d5b8-tq9wz [10.224.0.44] on aks-nodepool1-31287516-vmss000001 ready false of replicaset/shop/web-6f7c9d5b8",
        ]
    );
    let service = &network.services[0];
    assert_eq!(service.ports[0].node_port, Some(31542));
    assert_eq!(service.ingress[0].ip.to_string(), "20.89.14.201");
    assert!(service.meta.annotations.is_empty());
    let node = &network.nodes[1];
    assert_eq!(
        (node.ready, node.pool.as_deref()),
        (true, Some("nodepool1"))
    );
    assert_eq!(network.workloads[0].replicas, Some(2));
}

/// Origin: the `az` command flattens `properties` and adds `resourceGroup`.
#[test]
fn output_of_az_reads_as_it_comes() {
    let texts = [
        (
            "vnets.json",
            include_str!("../../../../tests/data/az/network-vnet-list.json"),
        ),
        (
            "nsg.json",
            include_str!("../../../../tests/data/az/network-nsg-show.json"),
        ),
        (
            "aks.json",
            include_str!("../../../../tests/data/az/aks-list.json"),
        ),
        ("vm.json", include_str!("../../../../tests/data/az/vm.json")),
    ];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let (document, _) = Document::from_texts(texts.to_vec());
    let (network, diagnostics) = read(&document);
    assert_eq!(diagnostics, []);
    let subnet = &network.vnets[0].subnets[0];
    assert_eq!(
        subnet.nsg.as_deref(),
        Some("aks-subnet-nsg"),
        "spelled as declared"
    );
    assert_eq!(&*network.vnets[0].peerings[0].remote, "hub");
    assert_eq!(
        network.nsgs[0].rules[0].destination_ports,
        [(80, 80), (443, 443)]
    );
    let cluster = network.cluster.as_ref().unwrap();
    assert_eq!(cluster.pools[0].subnet, Some(subnet.id()));
    assert_eq!(
        cluster.outbound_ips,
        network
            .public_ips
            .iter()
            .map(|ip| ip.meta.name.clone())
            .collect::<Vec<_>>()
    );
    assert_eq!(cluster.addons.len(), 1);
    let host = network.host("jump").unwrap();
    assert_eq!(host.ip.unwrap().to_string(), "10.2.0.4");
    assert!(host.ip_forwarding);
    assert!(matches!(&host.network, HostNetwork::Subnet(id) if &*id.subnet == "default"));
}

#[test]
fn an_exported_template_is_unpacked_and_its_names_worked_out() {
    let text = include_str!("../../../../tests/data/az/template.json");
    let (network, _) = read_text(text);
    let objects: Vec<String> = network
        .manifests
        .iter()
        .map(|manifest| manifest.object.to_string())
        .collect();
    expect!["routetable/rt vnet/vnet-a subnet/vnet-a/vms nsg/plain unknown/plain/nested publicip/[uniqueString(resourceGroup().id)]"]
        .assert_eq(&objects.join(" "));
    let vnet = &network.vnets[0];
    assert_eq!(vnet.subnets.len(), 2);
    assert_eq!(vnet.subnets[0].route_table.as_deref(), Some("rt"));
    assert_eq!(network.nsgs[0].rules.len(), 2);
    check(
        text,
        &expect![[r#"
            x.yaml:122:15: warning: this template expression is not worked out; found `[uniqueString(resourceGroup().id)]`, expected a plain value; hint: write the value in its place, or give the parameter a `defaultValue`
        "#]],
    );
}
