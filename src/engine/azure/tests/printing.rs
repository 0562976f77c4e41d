//! What `kubehop effective …` prints.

use expect_test::expect;
use serde_json::Value;

use super::fixture::{kubenet, subnet};
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::export::{
    effective_routes, effective_routes_text, load_balancers, load_balancers_text, security_groups,
    security_groups_text,
};
use crate::engine::azure::nsg::{EffectiveNsg, Filters};
use crate::engine::azure::routes::EffectiveRoutes;

#[test]
fn load_balancers_have_the_shape_of_azure_and_name_their_causes() {
    let network = kubenet("");
    expect![[r"
        kubernetes  frontend  outbound-ip                              cluster/kn                         20.50.60.71
        kubernetes  frontend  a6ba7b8109dad11d180b400c04fd430c         service/default/web                20.50.60.70
        kubernetes  rule      a6ba7b8109dad11d180b400c04fd430c-TCP-80  service/default/web spec.ports[0]  Tcp a6ba7b8109dad11d180b400c04fd430c:80 -> 80, floating IP, distribution Default, idle 4 min, probe a6ba7b8109dad11d180b400c04fd430c-TCP-80
        kubernetes  probe     a6ba7b8109dad11d180b400c04fd430c-TCP-80  service/default/web                Tcp 31380, every 5 s, down after 2
        kubernetes  member    n0                                       node/n0                            10.1.0.4
        kubernetes  member    n1                                       node/n1                            10.1.0.5
        kubernetes  outbound  aksOutboundRule                          cluster/kn                         through outbound-ip, idle 30 min, 1024 ports a node
    "]].assert_eq(&load_balancers_text(&network));
    let value = load_balancers(&network);
    let rule = &value[0]["properties"]["loadBalancingRules"][0];
    expect![[r#"
        {
          "name": "a6ba7b8109dad11d180b400c04fd430c-TCP-80",
          "properties": {
            "frontendIPConfiguration": {
              "id": "kubernetes/a6ba7b8109dad11d180b400c04fd430c"
            },
            "backendAddressPool": {
              "id": "kubernetes/kubernetes"
            },
            "probe": {
              "id": "kubernetes/a6ba7b8109dad11d180b400c04fd430c-TCP-80"
            },
            "protocol": "Tcp",
            "frontendPort": 80,
            "backendPort": 80,
            "enableFloatingIP": true,
            "loadDistribution": "Default",
            "idleTimeoutInMinutes": 4,
            "enableTcpReset": true,
            "disableOutboundSnat": true
          },
          "causedBy": {
            "object": "service/default/web",
            "field": "spec.ports[0]"
          }
        }"#]]
    .assert_eq(&pretty(rule));
    assert_eq!(value[0]["name"], "kubernetes");
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn routes_have_the_shape_of_azure() {
    let routes = EffectiveRoutes::of(&kubenet(""), &subnet("vnet-a/nodes")).unwrap();
    let value = effective_routes(&routes);
    expect![[r#"
        {
          "name": "n0",
          "source": "User",
          "state": "Active",
          "addressPrefix": [
            "10.244.0.0/24"
          ],
          "nextHopType": "VirtualAppliance",
          "nextHopIpAddress": [
            "10.1.0.4"
          ],
          "causedBy": {
            "object": "node/n0",
            "field": "spec.podCIDR"
          }
        }"#]]
    .assert_eq(&pretty(&value["value"][8]));
    let text = effective_routes_text(&routes);
    assert_eq!(text.lines().count(), routes.routes.len() + 1);
    assert!(
        text.contains("User                   Active  10.244.1.0/24"),
        "{text}"
    );
}

#[test]
fn security_rules_are_listed_in_the_order_of_evaluation_with_tags_expanded() {
    let network = kubenet("");
    let addresses = Addresses::of(&network);
    let filters = Filters::of(&network, &addresses);
    let nic = filters.nic(&"node/n0".parse().unwrap()).unwrap();
    let vms = EffectiveNsg::of_subnet(&network, &subnet("vnet-a/vms"));
    expect![[r"
        subnet/vnet-a/vms: no security group, nothing is refused
        interface of node/n0: aks-agentpool-nsg
        tag Internet = public addresses outside the virtual network
        tag VirtualNetwork = 10.1.0.0/16, 10.2.0.0/16, 192.168.10.0/24, 10.244.0.0/24, 10.244.1.0/24, 10.244.0.0/16, 168.63.129.16/32
        tag AzureLoadBalancer = 168.63.129.16/32
        Direction  Priority  Name                                                      Access  Protocol  Source             Source ports  Destination     Ports  Caused by
        Inbound    500       k8s-azure-lb_allow_IPv4_d39272f7f57ed937951650d93992ad77  Allow   Tcp       Internet           *             20.50.60.70     80     service/default/web spec.ports
        Inbound    65000     AllowVnetInBound                                          Allow   All       VirtualNetwork     *             VirtualNetwork  *      nsg/aks-agentpool-nsg
        Inbound    65001     AllowAzureLoadBalancerInBound                             Allow   All       AzureLoadBalancer  *             *               *      nsg/aks-agentpool-nsg
        Inbound    65500     DenyAllInBound                                            Deny    All       *                  *             *               *      nsg/aks-agentpool-nsg
        Outbound   65000     AllowVnetOutBound                                         Allow   All       VirtualNetwork     *             VirtualNetwork  *      nsg/aks-agentpool-nsg
        Outbound   65001     AllowInternetOutBound                                     Allow   All       *                  *             Internet        *      nsg/aks-agentpool-nsg
        Outbound   65500     DenyAllOutBound                                           Deny    All       *                  *             *               *      nsg/aks-agentpool-nsg
    "]].assert_eq(&security_groups_text(&[&vms, nic]));
    let value = security_groups(&[&vms, nic]);
    let rules = &value["value"][0]["effectiveSecurityRules"];
    expect![[r#"
        {
          "name": "defaultSecurityRules/AllowVnetInBound",
          "protocol": "All",
          "sourcePortRanges": [
            "0-65535"
          ],
          "destinationPortRanges": [
            "0-65535"
          ],
          "sourceAddressPrefixes": [
            "VirtualNetwork"
          ],
          "destinationAddressPrefixes": [
            "VirtualNetwork"
          ],
          "access": "Allow",
          "priority": 65000,
          "direction": "Inbound",
          "causedBy": {
            "object": "nsg/aks-agentpool-nsg"
          },
          "expandedSourceAddressPrefix": [
            "10.1.0.0/16",
            "10.2.0.0/16",
            "192.168.10.0/24",
            "10.244.0.0/24",
            "10.244.1.0/24",
            "10.244.0.0/16",
            "168.63.129.16/32"
          ],
          "expandedDestinationAddressPrefix": [
            "10.1.0.0/16",
            "10.2.0.0/16",
            "192.168.10.0/24",
            "10.244.0.0/24",
            "10.244.1.0/24",
            "10.244.0.0/16",
            "168.63.129.16/32"
          ]
        }"#]]
    .assert_eq(&pretty(&rules[1]));
}
