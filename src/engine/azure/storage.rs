//! Storage accounts: what a service endpoint routes to them, and whom their network rules let in.
//!
//! "Configure Azure Storage firewalls and virtual networks": with `defaultAction: Deny` a request
//! passes by the subnet that it comes from, which only a service endpoint tells the account, or by
//! its public source address; the latter does not count for requests from the account's own region.

use std::net::IpAddr;
use std::sync::Arc;

use super::finding::Finding;
use super::topology::{contains, same, same_subnet};
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{Subnet, SubnetId};
use crate::model::network::Network;
use crate::model::private_link::PrivateEndpoint;
use crate::model::storage::StorageAccount;

/// The service whose endpoint routes to the accounts of its region.
const REGIONAL: &str = "Microsoft.Storage";
/// The service whose endpoint routes to those of every region.
const GLOBAL: &str = "Microsoft.Storage.Global";

/// Whether the endpoint of a service routes to accounts of the subnet's region, and of its paired region.
pub fn is_regional(service: &str) -> bool {
    same(service, REGIONAL)
}

/// Where a request comes from, as an account sees it.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// The source address.
    pub source: IpAddr,
    /// The subnet, where a service endpoint tells it.
    pub subnet: Option<&'a SubnetId>,
    /// Whether it is from Azure in the account's own region.
    pub same_region: bool,
}

/// The accounts that the service endpoints of a subnet route to, each with the index of the endpoint.
///
/// An endpoint of the region also covers the paired region; which one that is, is not known here.
pub fn routed<'n>(
    network: &'n Network,
    location: &'n str,
    subnet: &'n Subnet,
) -> impl Iterator<Item = (usize, &'n StorageAccount)> {
    network.storage_accounts.iter().filter_map(move |account| {
        let mut endpoints = subnet.service_endpoints.iter();
        let index = endpoints.position(|service| {
            same(service, GLOBAL) || same(service, REGIONAL) && same(location, &account.location)
        })?;
        Some((index, account))
    })
}

/// Whether an account lets a request in, and which of its rules says so.
pub fn decide(account: &StorageAccount, from: From<'_>) -> (bool, Finding) {
    let by_subnet = from.subnet.and_then(|subnet| {
        let mut rules = account.subnets.iter();
        rules.position(|rule| same_subnet(rule, subnet))
    });
    let by_range = account
        .ranges
        .iter()
        .position(|range| contains(&[*range], from.source));
    let acls = "properties.networkAcls";
    let (allowed, id, rule) = if !account.public_access {
        let rule = "properties.publicNetworkAccess".to_owned();
        (false, "why-azure-storage-closed", rule)
    } else if !account.deny {
        let rule = format!("{acls}.defaultAction");
        (true, "why-azure-storage-open", rule)
    } else if let Some(index) = by_subnet {
        let rule = format!("{acls}.virtualNetworkRules[{index}]");
        (true, "why-azure-storage-subnet", rule)
    } else if let Some(index) = by_range.filter(|_| from.subnet.is_none() && !from.same_region) {
        let rule = format!("{acls}.ipRules[{index}]");
        (true, "why-azure-storage-range", rule)
    } else if let Some(index) = by_range.filter(|_| from.subnet.is_none()) {
        let rule = format!("{acls}.ipRules[{index}]");
        (false, "why-azure-storage-region", rule)
    } else {
        let rule = format!("{acls}.defaultAction");
        (false, "why-azure-storage-denied", rule)
    };
    let by: Arc<str> = Arc::from(rule.rsplit('.').next().unwrap_or_default());
    let detail = if allowed {
        Detail::Forwarded { through: by }
    } else {
        Detail::Refused { by }
    };
    let why = Explanation::new(id)
        .with("account", account.reference())
        .with("source", from.source);
    let finding = Finding::new(Stage::StorageAcl, detail, why)
        .caused_by(Cause::field(account.reference(), rule));
    (allowed, finding)
}

/// A private endpoint brings a request past the network rules, which are for the public address.
pub fn by_endpoint(
    account: &StorageAccount,
    endpoint: &PrivateEndpoint,
    source: IpAddr,
) -> Finding {
    let why = Explanation::new("why-azure-storage-private")
        .with("account", account.reference())
        .with("endpoint", endpoint.reference())
        .with("source", source);
    let detail = Detail::Forwarded {
        through: endpoint.meta.name.clone(),
    };
    Finding::new(Stage::StorageAcl, detail, why)
        .caused_by(Cause::object(endpoint.reference()))
        .documented_by(Source::StoragePrivateEndpoints)
}

/// The account that has this public address.
pub fn at(network: &Network, address: IpAddr) -> Option<&StorageAccount> {
    let mut accounts = network.storage_accounts.iter();
    accounts.find(|account| account.ip == Some(address))
}
