//! `Microsoft.Network/privateEndpoints` with their `privateDnsZoneGroups`.

use std::net::IpAddr;
use std::sync::Arc;

use super::super::cursor::Cursor;
use super::id;
use crate::model::kube::Meta;
use crate::model::private_link::{ConnectionState, PrivateConnection, PrivateEndpoint};

/// An endpoint; one that says no subnet is none.
pub(super) fn endpoint(at: Cursor<'_>, meta: Meta) -> Option<PrivateEndpoint> {
    at.prop("subnet")
        .require("the subnet that its address is in");
    let written = [
        "privateLinkServiceConnections",
        "manualPrivateLinkServiceConnections",
    ];
    let connections: Vec<PrivateConnection> = written
        .into_iter()
        .flat_map(|field| at.prop(field).list())
        .filter_map(connection)
        .collect();
    let groups = at.prop("privateDnsZoneGroups").list();
    Some(PrivateEndpoint {
        subnet: at.prop("subnet").subnet()?,
        ips: addresses(at),
        interfaces: at
            .prop("networkInterfaces")
            .list()
            .filter_map(Cursor::resource)
            .collect(),
        connections,
        zones: groups.flat_map(zones).collect(),
        meta,
    })
}

/// Pinned addresses come before what Azure prints of those that it chose.
fn addresses(at: Cursor<'_>) -> Vec<IpAddr> {
    let pinned = at.prop("ipConfigurations").list();
    let mut ips: Vec<IpAddr> = pinned
        .filter_map(|item| item.prop("privateIPAddress").address())
        .collect();
    if ips.is_empty() {
        let printed = at.prop("customDnsConfigs").list();
        ips = printed
            .flat_map(|item| item.prop("ipAddresses").addresses())
            .collect();
    }
    ips.sort_unstable();
    ips.dedup();
    ips
}

fn connection(at: Cursor<'_>) -> Option<PrivateConnection> {
    let target = at.prop("privateLinkServiceId");
    target.require("the resource that it leads to");
    let written = target.name()?;
    let manual = at.path().contains("manualPrivateLinkServiceConnections");
    let state = at.prop("privateLinkServiceConnectionState");
    let state = state
        .any_case("status")
        .word_any_case(&ConnectionState::WORDS);
    let waits = if manual {
        ConnectionState::Pending
    } else {
        ConnectionState::Approved
    };
    let groups = at.prop("groupIds").list();
    Some(PrivateConnection {
        field: at.path(),
        resource_type: id::resource_type(&written),
        resource: id::parts(&written).last().map(|name| Arc::from(*name))?,
        groups: groups.filter_map(Cursor::name).collect(),
        state: state.unwrap_or(waits),
    })
}

/// The zones of a zone group.
pub(super) fn zones(group: Cursor<'_>) -> Vec<Arc<str>> {
    let configurations = group.prop("privateDnsZoneConfigs").list();
    configurations
        .filter_map(|item| item.prop("privateDnsZoneId").resource())
        .collect()
}
