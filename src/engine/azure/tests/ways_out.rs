//! Outbound types without a way out (section 5.6), and the metadata service (section 2.2).

use super::whole::{AZURE, AZURE_CNI, ends};

fn outbound(kind: &str) -> String {
    let cluster = AZURE_CNI.replace(
        "outboundType: loadBalancer",
        &format!("outboundType: {kind}"),
    );
    assert_ne!(cluster, AZURE_CNI);
    cluster
}

#[test]
fn with_block_nothing_leaves_for_the_internet() {
    let cluster = outbound("block");
    let end = |flow: &str| ends(&[AZURE, &cluster], flow);
    let denied = "azure.nsg.out.nic DeniedOut";
    assert_eq!(
        end("pod/default/p0 host/server TCP 443"),
        format!("node/n0 {denied}")
    );
    assert_eq!(
        end("node/n1 host/server UDP 123"),
        format!("node/n1 {denied}")
    );
    // Traffic of the virtual network, of peered ones and of the platform is not affected.
    for flow in [
        "pod/default/p0 pod/default/p1 TCP 8080",
        "pod/default/p0 host/vm-a TCP 443",
        "pod/default/p0 host/vm-b TCP 443",
        "pod/default/p0 azuredns UDP 53",
    ] {
        assert!(
            end(flow).contains("host.listen Delivered"),
            "{flow}: {}",
            end(flow)
        );
    }
}

#[test]
fn block_drops_at_the_way_out_where_another_group_stands_at_the_interface() {
    let cluster = outbound("block");
    let nic = "{type: Microsoft.Network/networkInterfaces, name: n0-nic, properties: {networkSecurityGroup: {id: own}, ipConfigurations: [{properties: {privateIPAddress: 10.1.0.4}}]}}";
    let group = "{type: Microsoft.Network/networkSecurityGroups, name: own, properties: {securityRules: []}}";
    assert_eq!(
        ends(
            &[AZURE, &cluster, nic, group],
            "node/n0 host/server TCP 443"
        ),
        "node/n0 azure.lb.outbound SnatUnavailable"
    );
}

#[test]
fn what_somebody_allows_comes_before_block() {
    let cluster = outbound("block");
    let group = "{type: Microsoft.Network/networkSecurityGroups, name: aks-agentpool-11111111-nsg, properties: {securityRules: [{name: out, properties: {priority: 200, direction: Outbound, access: Allow, protocol: Tcp, sourcePortRange: '*', sourceAddressPrefix: '*', destinationAddressPrefix: 198.51.100.20, destinationPortRange: '443'}}]}}";
    let end = |port: &str| {
        ends(
            &[AZURE, &cluster, group],
            &format!("node/n0 host/server TCP {port}"),
        )
    };
    assert_eq!(end("443"), "node/n0 azure.lb.outbound SnatUnavailable");
    assert_eq!(end("80"), "node/n0 azure.nsg.out.nic DeniedOut");
}

#[test]
fn none_leaves_nodes_what_every_virtual_machine_has() {
    let cluster = outbound("none");
    let end = |more: &str| {
        ends(
            &[AZURE, &cluster, more],
            "pod/default/p0 host/server TCP 443",
        )
    };
    let nothing = "{apiVersion: v1, kind: Namespace, metadata: {name: none}}";
    assert_eq!(end(nothing), "node/n0 azure.publicip NotModelled");
}

#[test]
fn the_metadata_service_answers_primary_addresses_only() {
    // AKSE issue #495: that is why `masqLinkLocal` is on.
    let delivered = "imds host.listen Delivered; reply pod/default/p0 host.listen Delivered";
    let flow = "pod/default/p0 169.254.169.254 TCP 80";
    assert_eq!(ends(&[AZURE, AZURE_CNI], flow), delivered);
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: azure-ip-masq-agent-config, namespace: kube-system}\ndata:\n  ip-masq-agent: |\n    nonMasqueradeCIDRs: [0.0.0.0/0]\n";
    assert_eq!(
        ends(&[AZURE, AZURE_CNI, config], flow),
        "imds host.listen DeniedIn"
    );
    // Nodes and virtual machines send from theirs.
    let from_node = ends(&[AZURE, AZURE_CNI, config], "node/n0 imds TCP 80");
    assert_eq!(
        from_node,
        "imds host.listen Delivered; reply node/n0 host.listen Delivered"
    );
    let from_vm = ends(&[AZURE, AZURE_CNI], "host/vm-a imds TCP 80");
    assert_eq!(
        from_vm,
        "imds host.listen Delivered; reply host/vm-a host.listen Delivered"
    );
}
