//! Microsoft, "Default outbound access in Azure": in a subnet with `defaultOutboundAccess: false` only an explicit way out
//! leads to the internet; where nothing is said, all is as it was.

use super::whole::{AZURE, AZURE_CNI, ends, on_subnet};

const NO: &str = "defaultOutboundAccess: false";

/// How a machine's call to the internet ends with these changes of the surroundings, and more documents.
fn from_vm(azure: &str, more: &str) -> String {
    ends(&[azure, more], "host/vm-a host/server TCP 443")
}

const NOTHING: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: none}}";

#[test]
fn a_machine_in_a_private_subnet_does_not_reach_the_internet() {
    let unsaid = "host/vm-a azure.publicip NotModelled";
    let dropped = "host/vm-a azure.publicip SnatUnavailable";
    assert_eq!(from_vm(AZURE, NOTHING), unsaid);
    let yes = on_subnet("vms", "defaultOutboundAccess: true");
    assert_eq!(from_vm(&yes, NOTHING), unsaid);
    assert_eq!(from_vm(&on_subnet("vms", NO), NOTHING), dropped);
    // As `az` prints it.
    let nested = "    - name: vms\n      properties: {addressPrefix: 10.1.1.0/24}";
    let flat =
        "    - name: vms\n      addressPrefix: 10.1.1.0/24\n      defaultOutboundAccess: false";
    assert!(AZURE.contains(nested));
    assert_eq!(from_vm(&AZURE.replace(nested, flat), NOTHING), dropped);
    // Another subnet is another matter.
    assert_eq!(from_vm(&on_subnet("nodes", NO), NOTHING), unsaid);
}

#[test]
fn an_explicit_way_out_works_as_before() {
    let delivered = |end: &str| assert!(end.contains("host.listen Delivered; reply"), "{end}");
    let private = on_subnet("vms", NO);
    let gateway = on_subnet("vms", &format!("{NO}, natGateway: {{id: nat}}"));
    let nat = "{type: Microsoft.Network/natGateways, name: nat, properties: {publicIpAddresses: [{id: nat-ip}]}}\n---\n{type: Microsoft.Network/publicIPAddresses, name: nat-ip, sku: {name: Standard}, properties: {ipAddress: 20.50.60.90, publicIPAllocationMethod: Static}}";
    delivered(&from_vm(&gateway, nat));
    let own = private.replace(
        "metadata: {name: vm-a}\nspec: {",
        "metadata: {name: vm-a}\nspec: {publicIP: 20.50.60.91, ",
    );
    assert_ne!(own, private);
    delivered(&from_vm(&own, NOTHING));
    let inside = ends(&[&private], "host/vm-a host/vm-b TCP 443");
    delivered(&inside);
    // Nodes leave by the outbound rule that AKS makes.
    let nodes = on_subnet("nodes", NO);
    delivered(&ends(&[&nodes, AZURE_CNI], "node/n0 host/server TCP 443"));
}

#[test]
fn nodes_with_outbound_type_none_in_a_private_subnet_do_not_reach_it_either() {
    let none = AZURE_CNI.replace("outboundType: loadBalancer", "outboundType: none");
    let nodes = on_subnet("nodes", NO);
    let end = |azure: &str| ends(&[azure, &none], "node/n0 host/server TCP 443");
    assert_eq!(end(AZURE), "node/n0 azure.publicip NotModelled");
    assert_eq!(end(&nodes), "node/n0 azure.publicip SnatUnavailable");
}

/// The members of a written load balancer are not read, so nobody can say that the machine has no outbound rule.
#[test]
fn a_public_load_balancer_of_the_users_own_leaves_it_open() {
    let balancer = "{type: Microsoft.Network/loadBalancers, name: own, properties: {frontendIPConfigurations: [{name: f, properties: {publicIPAddress: {id: own-ip}}}]}}\n---\n{type: Microsoft.Network/publicIPAddresses, name: own-ip, sku: {name: Standard}, properties: {ipAddress: 20.50.60.92}}";
    assert_eq!(
        from_vm(&on_subnet("vms", NO), balancer),
        "host/vm-a azure.lb.outbound NotModelled"
    );
}
