//! Private endpoints: who has one, whether its connection works, and what of its subnet counts for it.
//!
//! "What is a private endpoint?": the address is one of the subnet, every subnet of the virtual network and of its
//! peers gets a /32 route to it, and the resource sees the client's own address. "Manage network policies for
//! private endpoints": security groups and user-defined routes only count where the subnet says so, and in 2021
//! nowhere; then a user-defined route replaces the /32 route if it is as narrow as the virtual network.

use std::net::IpAddr;
use std::sync::Arc;

use super::finding::Finding;
use super::topology::{contains, same};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::RouteTable;
use crate::model::network::Network;
use crate::model::ours::Era;
use crate::model::packet::{Packet, Protocol};
use crate::model::private_link::{ConnectionState, EndpointPolicies, PrivateEndpoint};
use crate::model::storage::StorageAccount;

/// The endpoints whose addresses are in a virtual network, in the order written.
pub fn in_vnet<'n>(
    network: &'n Network,
    vnet: &'n str,
) -> impl Iterator<Item = &'n PrivateEndpoint> {
    let endpoints = network.private_endpoints.iter();
    endpoints.filter(move |endpoint| same(&endpoint.subnet.vnet, vnet))
}

/// The account that an endpoint leads to; `None` if that is another resource, or not there.
pub fn account<'n>(network: &'n Network, endpoint: &PrivateEndpoint) -> Option<&'n StorageAccount> {
    let connection = endpoint.connection().filter(|it| it.is_storage())?;
    network.storage_account(&connection.resource)
}

/// The state of the connection: as the account has it, where it lists the endpoint, else as the endpoint has it.
pub fn state(network: &Network, endpoint: &PrivateEndpoint) -> ConnectionState {
    let own = endpoint
        .connection()
        .map_or(ConnectionState::Disconnected, |it| it.state);
    let listed = account(network, endpoint).and_then(|account| {
        let mut states = account.endpoint_states.iter();
        states.find(|(name, _)| same(name, &endpoint.meta.name))
    });
    listed.map_or(own, |(_, state)| *state)
}

/// The first endpoint whose connection to an account works.
pub fn leading_to<'n>(network: &'n Network, to: &StorageAccount) -> Option<&'n PrivateEndpoint> {
    network.private_endpoints.iter().find(|endpoint| {
        let leads = account(network, endpoint).is_some_and(|it| it.meta.name == to.meta.name);
        leads && state(network, endpoint) == ConnectionState::Approved
    })
}

/// What of the endpoint's subnet counts for it.
pub fn policies(network: &Network, endpoint: &PrivateEndpoint) -> EndpointPolicies {
    let subnet = network.subnet(&endpoint.subnet);
    match (network.settings.era, subnet) {
        (Era::Now, Some(subnet)) => subnet.endpoint_policies,
        (Era::Now | Era::Y2021, _) => EndpointPolicies::default(),
    }
}

/// Whether a route of `table` replaces the /32 route to an address of an endpoint.
pub fn is_overridden(
    network: &Network,
    endpoint: &PrivateEndpoint,
    address: IpAddr,
    table: &RouteTable,
) -> bool {
    if !policies(network, endpoint).routes {
        return false;
    }
    let space = network.vnet(&endpoint.subnet.vnet);
    let space = space.into_iter().flat_map(|vnet| &vnet.address_space);
    let Some(least) = space
        .filter(|range| range.contains(&address))
        .map(ipnet::IpNet::prefix_len)
        .max()
    else {
        return false;
    };
    let mut prefixes = table.routes.iter().filter_map(|route| route.prefix);
    prefixes.any(|prefix| prefix.prefix_len() >= least && contains(&[prefix], address))
}

/// What an endpoint does with a packet for its address.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry<'n> {
    /// It leads to the account; whether it lets the packet in.
    Account(&'n StorageAccount, bool),
    /// Nothing is behind it, or nothing that takes such a packet.
    Refused,
    /// It leads to something else, by name.
    NotModelled(Arc<str>),
}

/// What an endpoint does with a packet for its address, and why.
pub fn enter<'n>(
    network: &'n Network,
    endpoint: &PrivateEndpoint,
    packet: &Packet,
) -> (Entry<'n>, Finding) {
    let place = endpoint.reference();
    let state = state(network, endpoint);
    let why = |id| {
        Explanation::new(id)
            .with("endpoint", place.clone())
            .with("source", packet.source)
    };
    let finding = |detail, why| Finding::new(Stage::AzurePrivateEndpoint, detail, why);
    let refused = |by: &str| Detail::Refused { by: Arc::from(by) };
    let Some(connection) = endpoint.connection() else {
        let finding = finding(refused("no connection"), why("why-azure-endpoint-nothing"));
        return (Entry::Refused, finding.caused_by(Cause::object(place)));
    };
    if packet.protocol == Protocol::Icmp {
        let finding = finding(refused("ICMP"), why("why-azure-endpoint-icmp"));
        return (Entry::Refused, finding.caused_by(Cause::object(place)));
    }
    let target: Arc<str> = Arc::from(connection.target());
    let found = account(network, endpoint);
    let approved = state == ConnectionState::Approved;
    let cause = if approved {
        Cause::field(place.clone(), connection.field.clone())
    } else {
        let field = format!("{}.privateLinkServiceConnectionState", connection.field);
        Cause::field(place.clone(), field)
    };
    if !approved {
        let why = why("why-azure-endpoint-state")
            .with("target", target.clone())
            .with("state", state.as_str());
        let finding = finding(refused(state.as_str()), why).caused_by(cause);
        let entry = found.map_or(Entry::Refused, |account| Entry::Account(account, false));
        return (entry, finding);
    }
    if let Some(account) = found {
        let detail = Detail::Forwarded {
            through: connection.resource.clone(),
        };
        let why = why("why-azure-endpoint").with("target", account.reference());
        return (
            Entry::Account(account, true),
            finding(detail, why).caused_by(cause),
        );
    }
    let detail = Detail::NotModelled {
        what: target.clone(),
    };
    let why = Explanation::new("why-limit-not-modelled").with("what", target.clone());
    (
        Entry::NotModelled(target),
        finding(detail, why).caused_by(cause),
    )
}
