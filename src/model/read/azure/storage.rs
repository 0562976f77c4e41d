//! `Microsoft.Storage/storageAccounts`.

use std::sync::Arc;

use ipnet::IpNet;

use super::super::cursor::Cursor;
use super::super::values::address;
use super::region;
use crate::model::kube::Meta;
use crate::model::private_link::ConnectionState;
use crate::model::storage::StorageAccount;

/// An account; ARM calls its rules `networkAcls`, the `az` command `networkRuleSet`.
pub(super) fn account(at: Cursor<'_>, meta: Meta) -> StorageAccount {
    let written = at.prop("networkAcls");
    let (rules, id, value) = if written.exists() {
        (written, "id", "value")
    } else {
        let rules = at.prop("networkRuleSet");
        (rules, "virtualNetworkResourceId", "ipAddressOrRange")
    };
    let actions = [("Allow", false), ("Deny", true)];
    let access = [
        ("Enabled", true),
        ("Disabled", false),
        ("SecuredByPerimeter", true),
    ];
    let subnets = rules.any_case("virtualNetworkRules").list();
    let ranges = rules.any_case("ipRules").list();
    let connections = at.prop("privateEndpointConnections").list();
    StorageAccount {
        location: region(at),
        ip: None,
        public_access: at
            .prop("publicNetworkAccess")
            .word_any_case(&access)
            .unwrap_or(true),
        endpoint_states: connections.filter_map(endpoint_state).collect(),
        deny: rules
            .any_case("defaultAction")
            .word_any_case(&actions)
            .unwrap_or_default(),
        subnets: subnets
            .filter_map(|rule| rule.any_case(id).subnet())
            .collect(),
        ranges: ranges
            .filter_map(|rule| range(rule.any_case(value)))
            .collect(),
        meta,
    }
}

/// What the account's own list says about a private endpoint.
fn endpoint_state(at: Cursor<'_>) -> Option<(Arc<str>, ConnectionState)> {
    let status = at.prop("privateLinkServiceConnectionState");
    let state = status
        .any_case("status")
        .word_any_case(&ConnectionState::WORDS)?;
    Some((at.prop("privateEndpoint").resource()?, state))
}

fn range(at: Cursor<'_>) -> Option<IpNet> {
    let written = at.name()?;
    match address(written.trim()) {
        Some(address) => Some(address.into()),
        None => at.prefix(),
    }
}
