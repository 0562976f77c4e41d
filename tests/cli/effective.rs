//! `kubehop effective`, `plan`, `table` and `draw`: what follows from a scenario, without a request.

use expect_test::{expect, expect_file};

use super::program::{
    FIXTURE, check, golden, json, new_folder, on_fixture, run, run_on, succeeded,
};

#[test]
fn effective_state_is_printed_in_the_notation_of_its_owner() {
    let show = |what: &str, options: &[&str]| on_fixture(&["effective", what], options);
    check(
        &show("routes", &["--node", "n0"]),
        &expect![[r"
        status 0
        168.63.129.16 via 10.1.0.1 dev eth0
        169.254.169.254 via 10.1.0.1 dev eth0
        10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.4
        10.244.0.0/24 dev cbr0 proto kernel scope link src 10.244.0.1
        default via 10.1.0.1 dev eth0
    "]],
    );
    check(
        &show("routes", &["--subnet", "vnet-a/nodes"]),
        &expect![[r"
            status 0
            Source                 State   Address prefix   Next hop type          Next hop IP  Caused by
            Default                Active  10.1.0.0/16      VnetLocal                           vnet/vnet-a properties.addressSpace.addressPrefixes[0]
            Default                Active  0.0.0.0/0        Internet                            vnet/vnet-a
            Default                Active  10.0.0.0/8       None                                vnet/vnet-a
            Default                Active  172.16.0.0/12    None                                vnet/vnet-a
            Default                Active  192.168.0.0/16   None                                vnet/vnet-a
            Default                Active  100.64.0.0/10    None                                vnet/vnet-a
            Default                Active  10.2.0.0/16      VNetPeering                         peering/vnet-a/a-to-b
            VirtualNetworkGateway  Active  192.168.10.0/24  VirtualNetworkGateway               localgateway/onprem properties.localNetworkAddressSpace.addressPrefixes[0]
            User                   Active  10.244.0.0/24    VirtualAppliance       10.1.0.4     node/n0 spec.podCIDR
            User                   Active  10.244.1.0/24    VirtualAppliance       10.1.0.5     node/n1 spec.podCIDR
        "]],
    );
    check(
        &show("endpointslices", &[]),
        &expect![[r"
        status 0
        Namespace    Name            AddressType  Ports          Endpoints              Made By
        default      web-vxsj5       IPv4         8080/TCP       10.244.1.10            service/default/web
        kube-system  kube-dns-kvxnn  IPv4         53/UDP,53/TCP  10.244.0.2,10.244.1.2  service/kube-system/kube-dns
    "]],
    );
    check(
        &show("objects", &[]),
        &expect![[r"
        status 0
        Object                                                Made By                   From                            Fields
        node/n0                                               -                         -                               metadata.labels by kubelet
        node/n1                                               -                         -                               metadata.labels by kubelet
        pod/kube-system/coredns-kknsh-nsqrg                   replicaset-controller     deployment/kube-system/coredns
        pod/kube-system/coredns-kknsh-ltlbz                   replicaset-controller     deployment/kube-system/coredns
        service/default/kubernetes                            aks                       cluster/kn
        service/kube-system/kube-dns                          aks                       cluster/kn
        endpointslice/default/web-vxsj5                       endpointslice-controller  service/default/web
        endpointslice/kube-system/kube-dns-kvxnn              endpointslice-controller  service/kube-system/kube-dns
        publicip/kubernetes-a6ba7b8109dad11d180b400c04fd430c  cloud-provider-azure      service/default/web
        loadbalancer/kubernetes                               cloud-provider-azure      cluster/kn
        nsg/aks-agentpool-nsg                                 cloud-provider-azure      cluster/kn
        routetable/aks-agentpool-routetable                   cloud-provider-azure      cluster/kn
    "]],
    );
    expect_file![golden("nsg.txt")].assert_eq(&show("nsg", &["--node", "n0"]));
    expect_file![golden("loadbalancer.txt")].assert_eq(&show("loadbalancer", &[]));
    expect_file![golden("iptables.txt")].assert_eq(&show("iptables", &["--node", "n0"]));
    expect_file![golden("objects.json")].assert_eq(&show("objects", &["-o", "json"]));
}

#[test]
fn a_plan_is_text_for_people_and_json_for_programs() {
    expect_file![golden("plan.txt")].assert_eq(&on_fixture(&["plan"], &[]));
    let output = on_fixture(&["plan"], &["-o", "json"]);
    expect_file![golden("plan.json")].assert_eq(succeeded(&output));
    let japanese = on_fixture(&["plan"], &["--lang", "ja"]);
    assert!(
        japanese.contains("ノードのプライマリ アドレス"),
        "{japanese}"
    );
    assert!(!japanese.contains("plan-"), "{japanese}");
}

#[test]
fn other_numbers_that_do_not_fit_have_status_1() {
    // A21:configure-kubenet: a /24 holds 251 nodes.
    let most = on_fixture(&["plan"], &["--nodes", "251", "--surge", "0"]);
    assert!(most.starts_with("status 0\n"), "{most}");
    let more = on_fixture(&["plan"], &["--nodes", "252", "--surge", "0"]);
    assert!(more.starts_with("status 1\n"), "{more}");
    assert!(
        more.contains("\nwhat if: the smallest prefix that is enough is /23\n"),
        "{more}"
    );
}

#[test]
fn the_table_of_the_article_is_printed_by_one_command() {
    let output = on_fixture(&["table"], &[]);
    expect_file![golden("table.txt")].assert_eq(succeeded(&output));
    let value = json(&on_fixture(&["table"], &["-o", "json"]));
    assert_eq!(value["kind"], "TableResult");
    assert_eq!(value["rows"][2]["support"], "pod-initiated only");
    let walks = &value["rows"][2]["probes"][1]["walks"];
    assert_eq!(walks["verdict"], "dropped");
    let cni = FIXTURE[1].replace("kubenet", "azure-cni");
    let output = run(&["table", FIXTURE[0], &cni, FIXTURE[2]]);
    expect_file![golden("table-azure-cni.txt")].assert_eq(succeeded(&output));
    let host = "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {network: internet, ip: 203.0.113.1}}";
    let none = run_on(host, &["table", "-"]);
    assert!(none.starts_with("status 2\n"), "{none}");
}

#[test]
fn the_table_of_a_switched_cluster_answers_as_a_cluster_of_that_model() {
    let answers = |text: &str| -> Vec<String> {
        let rows = text.lines().filter(|line| line.starts_with("row "));
        let answers = rows.filter_map(|line| line.rsplit(": ").next());
        answers.map(str::to_owned).collect()
    };
    let output = on_fixture(&["table"], &["--model", "node-subnet"]);
    let text = succeeded(&output);
    let cni = std::fs::read_to_string(golden("table-azure-cni.txt")).unwrap();
    assert_eq!(answers(text), answers(&cni));
    assert_eq!(text.lines().next(), cni.lines().next());
    // Nobody wrote this cluster down.
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: c}]}}";
    let refused = run_on(pod, &["table", "-", "--model", "overlay"]);
    assert!(
        refused.starts_with("status 2\non standard error:\n"),
        "{refused}"
    );
    let expected = "cannot be given the model `overlay`: no document describes it; hint: ";
    assert!(refused.contains(expected), "{refused}");
    // Its virtual network is not there.
    let refused = run(&[
        "table",
        "src/scenarios/kubenet",
        "--model",
        "pod-subnet-blocks",
    ]);
    let expected = "the virtual network of its nodes is not among the documents, or has no room for a subnet of pods; hint: ";
    assert!(refused.contains(expected), "{refused}");
}

#[test]
fn the_same_picture_has_the_same_bytes() {
    let draw = || {
        on_fixture(
            &["draw", "src/scenarios/kubenet/flows.yaml"],
            &["--flow", "internet-to-web", "-o", "-"],
        )
    };
    let first = draw();
    assert!(
        first.starts_with("status 0\n<svg "),
        "{}",
        &first[..200.min(first.len())]
    );
    assert_eq!(first, draw());
    let folder = new_folder("draw");
    let file = folder.join("kubenet.svg");
    let written = on_fixture(&["draw"], &["-o", file.to_str().unwrap()]);
    assert_eq!(written, "status 0\n");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("<svg "));
    std::fs::remove_dir_all(folder).unwrap();
}
