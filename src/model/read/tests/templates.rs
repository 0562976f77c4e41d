//! What a deployment of a template makes, and parts of resources as `az` prints them.

use expect_test::expect;

use super::*;

/// ARM: a resource whose `condition` is false is not deployed, and `existing` (of Bicep) is only referred to.
#[test]
fn what_a_template_does_not_deploy_is_left_out() {
    let group = |more: &str| {
        format!("{{type: Microsoft.Network/networkSecurityGroups, {more}, properties: {{}}}}")
    };
    let list = [
        group("name: never, condition: false"),
        group("name: unasked, condition: \"[parameters('flag')]\""),
        group("name: always, condition: true"),
        group("name: unknown, condition: \"[parameters('bare')]\""),
    ];
    let text = format!(
        "parameters: {{flag: {{defaultValue: false}}, bare: {{type: bool}}}}\nresources: [{}]\n",
        list.join(", ")
    );
    let (network, _) = read_text(&text);
    let names: Vec<&str> = network.nsgs.iter().map(|nsg| &*nsg.meta.name).collect();
    assert_eq!(names, ["always", "unknown"]);
    check(
        &text,
        &expect![[r#"
            x.yaml:2:85: info: the template does not deploy this resource; it is left out; found `condition: false`, expected true; hint: set the parameter that decides, or take `condition` away
            x.yaml:2:183: info: the template does not deploy this resource; it is left out; found `condition: false`, expected true; hint: set the parameter that decides, or take `condition` away
            x.yaml:2:394: warning: this template expression is not worked out; found `[parameters('bare')]`, expected a plain value; hint: write the value in its place, or give the parameter a `defaultValue`
        "#]],
    );
    let bicep = "
languageVersion: '2.0'
contentVersion: 1.0.0.0
resources:
  hub: {existing: true, type: Microsoft.Network/virtualNetworks, name: hub}
  rt: {type: Microsoft.Network/routeTables, name: rt, properties: {routes: []}}
";
    let (network, _) = read_text(bicep);
    assert_eq!((network.vnets.len(), network.route_tables.len()), (0, 1));
    check(
        bicep,
        &expect![[r#"
            x.yaml:5:19: info: the template only refers to this resource; it is left out; found `existing: true`, expected a document that describes it; hint: add the resource as `az … show -o json` prints it
        "#]],
    );
    // Only templates have conditions.
    let alone = group("name: alone, condition: false");
    assert_eq!(read_text(&alone).0.nsgs.len(), 1);
}

/// `az network private-endpoint dns-zone-group list -o json` says no type.
#[test]
fn a_part_without_a_type_is_known_by_its_id() {
    let text = "
type: Microsoft.Network/privateEndpoints
name: pe
properties: {subnet: {id: v/s}, privateLinkServiceConnections: []}
---
id: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/privateEndpoints/pe/privateDnsZoneGroups/default
name: default
privateDnsZoneConfigs:
  - {name: z, privateDnsZoneId: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net}
";
    let (network, problems) = read_text(text);
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    assert!(!codes.contains(&"unknown-document"), "{codes:?}");
    let zones = &network.private_endpoints[0].zones;
    assert_eq!(zones.len(), 1, "{zones:?}");
}

/// Azure: a name is unique in its resource group only.
#[test]
fn an_id_of_another_resource_group_is_told() {
    let id = |group: &str, rest: &str| {
        format!("/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Network/{rest}")
    };
    for (group, told) in [("RG-A", 0), ("rg-b", 1)] {
        let text = format!(
            "
type: Microsoft.Network/networkSecurityGroups
name: nsg
id: {}
securityRules: []
---
type: Microsoft.Network/virtualNetworks
name: v
id: {}
addressSpace: {{addressPrefixes: [10.1.0.0/16]}}
subnets:
  - {{name: a, addressPrefix: 10.1.0.0/24, networkSecurityGroup: {{id: {}}}}}
",
            id("rg-a", "networkSecurityGroups/nsg"),
            id("rg-c", "virtualNetworks/v"),
            id(group, "networkSecurityGroups/nsg"),
        );
        let (_, problems) = read_text(&text);
        let found: Vec<String> = problems
            .iter()
            .filter(|problem| problem.code == "reference-group")
            .map(ToString::to_string)
            .collect();
        assert_eq!(found.len(), told, "{found:?}");
        for problem in found {
            assert!(problem.starts_with("x.yaml:12:66:"), "{problem}");
        }
    }
}
