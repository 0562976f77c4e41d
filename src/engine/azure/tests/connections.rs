//! Connections of gateways that are not up, or that say nothing that Azure knows (issue 4, "Bad input").

use super::whole::{AZURE, AZURE_CNI, ends};

/// From the virtual network of the cluster to the office behind the VPN gateway.
const TO_OFFICE: &str = "host/vm-a host/op TCP 8080";

#[test]
fn nothing_passes_a_connection_that_is_not_connected() {
    let end = |more: &str| {
        let with = format!("connectionType: IPsec{more}");
        let azure = AZURE.replace("connectionType: IPsec", &with);
        ends(&[&azure, AZURE_CNI], TO_OFFICE)
    };
    let up = end("");
    assert!(up.contains("Delivered"), "{up}");
    for state in ["Connected", "Unknown"] {
        assert_eq!(
            end(&format!("\n  connectionStatus: {state}")),
            up,
            "{state}"
        );
    }
    for state in ["NotConnected", "Connecting"] {
        let down = end(&format!("\n  connectionStatus: {state}"));
        assert_ne!(down, up, "{state}");
        assert!(!down.contains("Delivered"), "{state}: {down}");
    }
}
