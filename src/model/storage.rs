//! `Microsoft.Storage/storageAccounts`, as far as they say who may reach them.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::azure::SubnetId;
use super::kube::Meta;
use super::object::{Kind, Ref};
use super::private_link::ConnectionState;

/// `Microsoft.Storage/storageAccounts`.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageAccount {
    /// Name and origin.
    pub meta: Meta,
    /// `location`.
    pub location: Arc<str>,
    /// The public address of its endpoints. No document holds it, so one is handed out.
    pub ip: Option<IpAddr>,
    /// Whether `publicNetworkAccess` is not `Disabled`.
    pub public_access: bool,
    /// `privateEndpointConnections`: the state that the account holds for a private endpoint, by its name.
    pub endpoint_states: Vec<(Arc<str>, ConnectionState)>,
    /// `networkAcls.defaultAction` is `Deny`.
    pub deny: bool,
    /// `networkAcls.virtualNetworkRules[].id`.
    pub subnets: Vec<SubnetId>,
    /// `networkAcls.ipRules[].value`.
    pub ranges: Vec<IpNet>,
}

impl StorageAccount {
    /// `storage/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Storage, self.meta.name.clone())
    }
}
