//! What stands in the way of private endpoints.

use expect_test::expect;

use super::{check, flow};

/// A network with a machine, and an endpoint that waits for its owner.
const PENDING: &str = "\
{type: Microsoft.Network/virtualNetworks, name: v, location: japaneast, properties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: s, properties: {addressPrefix: 10.1.0.0/24}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm}, spec: {subnet: v/s, ip: 10.1.0.4}}
---
{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {publicNetworkAccess: Disabled}}
---
type: Microsoft.Network/privateEndpoints
name: pe
properties:
  subnet: {id: v/s}
  manualPrivateLinkServiceConnections:
    - name: photos
      properties:
        privateLinkServiceId: photos
        groupIds: [blob]
        privateLinkServiceConnectionState:
          status: Pending
---
";

#[test]
fn a_connection_that_waits_is_approved() {
    check(
        &[PENDING, &flow("host/vm", "privateendpoint/pe", 443)].concat(),
        &expect![[r#"
            dropped
            request privateendpoint/pe azure.privateendpoint
              Approve the connection of pe to storage/photos.
              -           status: Pending
              +           status: Approved
            then delivered
        "#]],
    );
}
