//! `Microsoft.Network/privateEndpoints`: addresses of a subnet that lead to one resource of a service.

use std::net::IpAddr;
use std::sync::Arc;

use super::azure::SubnetId;
use super::kube::Meta;
use super::object::{Kind, Ref};

/// `Microsoft.Network/privateEndpoints`.
#[derive(Clone, Debug, PartialEq)]
pub struct PrivateEndpoint {
    /// Name and origin.
    pub meta: Meta,
    /// `subnet.id`: where its addresses are.
    pub subnet: SubnetId,
    /// Its addresses: `ipConfigurations[].privateIPAddress`, else those of `customDnsConfigs` or of the network
    /// interface that it names, else one that is handed out.
    pub ips: Vec<IpAddr>,
    /// `networkInterfaces[].id`, their names; Azure makes one for each endpoint.
    pub interfaces: Vec<Arc<str>>,
    /// `privateLinkServiceConnections` and `manualPrivateLinkServiceConnections`. Azure takes one in all.
    pub connections: Vec<PrivateConnection>,
    /// The private zones of its `privateDnsZoneGroups`, into which Azure writes its addresses.
    pub zones: Vec<Arc<str>>,
}

impl PrivateEndpoint {
    /// `privateendpoint/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::PrivateEndpoint, self.meta.name.clone())
    }

    /// The connection to its resource.
    pub fn connection(&self) -> Option<&PrivateConnection> {
        self.connections.first()
    }
}

/// The connection of a private endpoint to a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct PrivateConnection {
    /// Where it is written, such as `properties.privateLinkServiceConnections[0]`.
    pub field: String,
    /// The type of the resource, such as `Microsoft.Storage/storageAccounts`; `None` where only a name is written.
    pub resource_type: Option<Arc<str>>,
    /// The name of the resource.
    pub resource: Arc<str>,
    /// `groupIds`: the parts of the resource, such as `blob`.
    pub groups: Vec<Arc<str>>,
    /// `privateLinkServiceConnectionState.status`.
    pub state: ConnectionState,
}

/// The type of storage accounts in resource ids.
pub const STORAGE_ACCOUNTS: &str = "Microsoft.Storage/storageAccounts";

impl PrivateConnection {
    /// Whether the resource may be a storage account, going by what is written.
    pub fn is_storage(&self) -> bool {
        let mut written = self.resource_type.iter();
        written.all(|it| it.eq_ignore_ascii_case(STORAGE_ACCOUNTS))
    }

    /// The resource as answers name it: `storage/NAME`, or its type and name.
    pub fn target(&self) -> String {
        match &self.resource_type {
            Some(kind) if !self.is_storage() => format!("{kind} {}", self.resource),
            _ => Ref::new(Kind::Storage, self.resource.clone()).to_string(),
        }
    }

    /// Whether it is for a part of the resource; without `groupIds` it is for all of them.
    pub fn serves(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|it| it.eq_ignore_ascii_case(group))
    }
}

/// Whether the owner of the resource lets the connection in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// It works.
    #[default]
    Approved,
    /// It waits for the owner.
    Pending,
    /// The owner refused it.
    Rejected,
    /// The owner removed it; the endpoint is of no more use.
    Disconnected,
}

impl ConnectionState {
    /// The words of ARM.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("Approved", Self::Approved),
        ("Pending", Self::Pending),
        ("Rejected", Self::Rejected),
        ("Disconnected", Self::Disconnected),
        // Older answers of the API call a removed connection so.
        ("Removed", Self::Disconnected),
    ];

    /// The word as ARM prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "Approved",
            Self::Pending => "Pending",
            Self::Rejected => "Rejected",
            Self::Disconnected => "Disconnected",
        }
    }
}

/// `privateEndpointNetworkPolicies` of a subnet: what of it counts for private endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndpointPolicies {
    /// `Enabled` or `NetworkSecurityGroupEnabled`: its security group filters what reaches them.
    pub rules: bool,
    /// `Enabled` or `RouteTableEnabled`: user-defined routes can take the place of theirs.
    pub routes: bool,
}

impl EndpointPolicies {
    /// The words of ARM.
    pub const WORDS: [(&'static str, Self); 4] = [
        (
            "Disabled",
            Self {
                rules: false,
                routes: false,
            },
        ),
        (
            "Enabled",
            Self {
                rules: true,
                routes: true,
            },
        ),
        (
            "NetworkSecurityGroupEnabled",
            Self {
                rules: true,
                routes: false,
            },
        ),
        (
            "RouteTableEnabled",
            Self {
                rules: false,
                routes: true,
            },
        ),
    ];
}
