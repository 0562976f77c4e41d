//! What Azure would refuse to keep: a walk that comes to it ends there, and does not follow the order of writing
//! (issue 4, "Bad input").

use super::whole::{AZURE, AZURE_CNI, ends, on_subnet};

const VM_TO_POD: &str = "host/vm-a pod/default/p0 TCP 8080";

/// A group with these rules, each given as name, priority, access and destination.
fn nsg(rules: &[(&str, u32, &str, &str)]) -> String {
    let rules = rules.iter().map(|(name, priority, access, to)| {
        format!(
            "{{name: {name}, properties: {{priority: {priority}, direction: Outbound, access: {access}, protocol: '*', sourcePortRange: '*', sourceAddressPrefix: '*', destinationAddressPrefix: '{to}', destinationPortRange: '*'}}}}"
        )
    });
    let rules: Vec<String> = rules.collect();
    format!(
        "{{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {{securityRules: [{}]}}}}",
        rules.join(", ")
    )
}

fn table(routes: &[(&str, &str)]) -> String {
    let routes = routes.iter().enumerate().map(|(index, (prefix, hop))| {
        format!("{{name: r{index}, properties: {{addressPrefix: {prefix}, nextHopType: {hop}}}}}")
    });
    let routes: Vec<String> = routes.collect();
    format!(
        "{{type: Microsoft.Network/routeTables, name: mine, properties: {{routes: [{}]}}}}",
        routes.join(", ")
    )
}

#[test]
fn two_rules_of_one_priority_that_say_opposite_things_decide_nothing() {
    let azure = on_subnet("vms", "networkSecurityGroup: {id: mine}");
    let end =
        |rules: &[(&str, u32, &str, &str)]| ends(&[&azure, AZURE_CNI, &nsg(rules)], VM_TO_POD);
    let stopped = "subnet/vnet-a/vms azure.nsg.out.subnet NotModelled";
    let (allow, deny) = (("x", 100, "Allow", "*"), ("y", 100, "Deny", "*"));
    assert_eq!(end(&[allow, deny]), stopped);
    assert_eq!(end(&[deny, allow]), stopped);
    // A service tag whose addresses nobody knows may match.
    let tagged = nsg(&[allow, ("y", 100, "Deny", "Storage")]);
    let out = ends(&[&azure, AZURE_CNI, &tagged], "host/vm-a 52.0.0.9 TCP 443");
    assert_eq!(out, stopped);
}

#[test]
fn two_rules_of_one_priority_decide_where_they_agree_or_only_one_matches() {
    let azure = on_subnet("vms", "networkSecurityGroup: {id: mine}");
    let end =
        |rules: &[(&str, u32, &str, &str)]| ends(&[&azure, AZURE_CNI, &nsg(rules)], VM_TO_POD);
    let allow = ("x", 100, "Allow", "*");
    assert!(
        end(&[allow, ("y", 100, "Allow", "*")]).starts_with("pod/default/p0 host.listen Delivered")
    );
    assert!(
        end(&[allow, ("y", 100, "Deny", "10.9.0.0/16")])
            .starts_with("pod/default/p0 host.listen Delivered")
    );
    let both = [("x", 100, "Deny", "*"), ("y", 100, "Deny", "*")];
    assert_eq!(
        end(&both),
        "subnet/vnet-a/vms azure.nsg.out.subnet DeniedOut"
    );
    // An earlier rule decides before them.
    let earlier = [
        ("first", 100, "Allow", "*"),
        ("x", 101, "Deny", "*"),
        ("y", 101, "Allow", "*"),
    ];
    assert!(end(&earlier).starts_with("pod/default/p0 host.listen Delivered"));
}

#[test]
fn two_routes_of_one_prefix_to_different_hops_lead_nowhere() {
    let azure = on_subnet("vms", "routeTable: {id: mine}");
    let end = |routes: &[(&str, &str)]| ends(&[&azure, AZURE_CNI, &table(routes)], VM_TO_POD);
    let stopped = "subnet/vnet-a/vms azure.route NotModelled";
    let (kept, dropped) = (("10.1.0.0/24", "VnetLocal"), ("10.1.0.0/24", "None"));
    assert_eq!(end(&[kept, dropped]), stopped);
    assert_eq!(end(&[dropped, kept]), stopped);
    // They agree, a longer prefix decides, or the destination is elsewhere.
    for routes in [
        [kept, kept],
        [("10.1.0.0/16", "VnetLocal"), ("10.1.0.0/24", "VnetLocal")],
    ] {
        assert!(
            end(&routes).starts_with("pod/default/p0 host.listen Delivered"),
            "{routes:?}"
        );
    }
    let longer = [("10.0.0.0/8", "VnetLocal"), ("10.0.0.0/8", "None")];
    assert!(end(&longer).starts_with("pod/default/p0 host.listen Delivered"));
}

#[test]
fn two_routes_of_one_service_tag_to_different_hops_lead_nowhere() {
    let azure = on_subnet("vms", "routeTable: {id: mine}");
    let account = "{type: Microsoft.Storage/storageAccounts, name: acc, location: japaneast, properties: {primaryEndpoints: {blob: 'https://acc.blob.core.windows.net/'}}}";
    let end = |routes: &[(&str, &str)]| {
        ends(
            &[&azure, AZURE_CNI, account, &table(routes)],
            "host/vm-a storage/acc TCP 443",
        )
    };
    let contested = end(&[("Storage", "Internet"), ("Storage", "None")]);
    assert_eq!(contested, "subnet/vnet-a/vms azure.route NotModelled");
}

#[test]
fn nothing_passes_a_peering_of_networks_whose_ranges_overlap() {
    // Section 7.3 of the fact sheet: ranges must not overlap.
    let azure = AZURE.replace(
        "addressPrefixes: [10.2.0.0/16]",
        "addressPrefixes: [10.2.0.0/16, 10.1.128.0/17]",
    );
    assert_ne!(azure, AZURE);
    let there = ends(&[&azure, AZURE_CNI], "host/vm-a host/vm-b TCP 443");
    assert_eq!(there, "subnet/vnet-a/vms azure.route NotModelled");
    let back = ends(&[&azure, AZURE_CNI], "host/vm-b host/vm-a TCP 443");
    assert_eq!(back, "subnet/vnet-b/default azure.route NotModelled");
    // In the range that both have.
    let both = ends(&[&azure, AZURE_CNI], "host/vm-a 10.1.128.9 TCP 443");
    assert_eq!(both, "subnet/vnet-a/vms azure.route NotModelled");
    // What is here stays here.
    let here = ends(&[&azure, AZURE_CNI], VM_TO_POD);
    assert!(
        here.starts_with("pod/default/p0 host.listen Delivered"),
        "{here}"
    );
    // A security group does not hide it.
    let group = on_vms(&azure);
    let filtered = ends(
        &[&group, AZURE_CNI, &nsg(&[])],
        "host/vm-a host/vm-b TCP 443",
    );
    assert_eq!(filtered, "subnet/vnet-a/vms azure.route NotModelled");
}

fn on_vms(azure: &str) -> String {
    let old = "    - name: vms\n      properties: {";
    assert!(azure.contains(old));
    azure.replace(old, &format!("{old}networkSecurityGroup: {{id: mine}}, "))
}

#[test]
fn what_belongs_to_a_subnet_whose_prefix_cannot_be_read_nobody_knows() {
    let azure = AZURE.replace("addressPrefix: 10.1.1.0/24", "addressPrefix: 10.1.1.0/40");
    assert_ne!(azure, AZURE);
    let stopped = "subnet/vnet-a/vms azure.nic NotModelled";
    for flow in [
        VM_TO_POD,
        "host/vm-b host/vm-a TCP 443",
        "pod/default/p0 host/vm-a TCP 443",
    ] {
        assert_eq!(ends(&[&azure, AZURE_CNI], flow), stopped, "{flow}");
    }
}
