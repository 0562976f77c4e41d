//! The cases of `found`, one for each code and a file for each theme; and what they have in common.

pub const NODES: &str = "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24}";
pub const NODES_NSG: &str = "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: mine}}";
pub const NODES_TABLE: &str =
    "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: mine}}";

macro_rules! nsg {
    ($($rule:literal),*) => {
        concat!(
            "{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {securityRules: [",
            $($rule, ",",)* "]}}"
        )
    };
}

macro_rules! table {
    ($($route:literal),*) => {
        concat!(
            "{type: Microsoft.Network/routeTables, name: mine, properties: {routes: [", $($route, ",",)* "]}}"
        )
    };
}

/// An account, and a private endpoint in a subnet with more about its connection.
macro_rules! endpoint {
    ($subnet:literal, $connection:literal) => {
        concat!(
            "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {}}\n---\n",
            "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: ", $subnet,
            "}, privateLinkServiceConnections: [{name: c, properties: {privateLinkServiceId: photos, ",
            $connection, "}}]}}"
        )
    };
}

pub(super) use {nsg, table};

mod addresses;
mod clusters;
mod private_link;
mod routes;
mod security;
mod services;

use super::found::Case;

/// Every case of these files.
pub const CASES: [&[Case]; 6] = [
    addresses::CASES,
    clusters::CASES,
    routes::CASES,
    security::CASES,
    services::CASES,
    private_link::CASES,
];
