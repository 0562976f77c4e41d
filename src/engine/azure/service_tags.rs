//! Which tags of Azure's services hold an address, as far as a scenario tells.
//!
//! The published lists are no part of this project. But who has an address of the scenario is known: that of a storage
//! account is in `Storage` and `Storage.<region>`; every public address of Azure is in `AzureCloud` and
//! `AzureCloud.<region>`; and ranges for documentation, of which scenarios take their hosts of the internet, are in none.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::tags::Membership;
use super::topology::same;
use crate::model::network::Network;
use crate::model::ours::HostNetwork;

const STORAGE: &str = "Storage";
const CLOUD: &str = "AzureCloud";

/// Tags of services, by the part before a dot, that hold no address of a storage account, of a public IP resource or of
/// a machine outside of Azure.
const SERVICES: [&str; 35] = [
    "ActionGroup",
    "ApiManagement",
    "AppConfiguration",
    "ApplicationInsightsAvailability",
    "AppService",
    "AppServiceManagement",
    "AzureActiveDirectory",
    "AzureArcInfrastructure",
    "AzureBackup",
    "AzureBotService",
    "AzureCognitiveSearch",
    "AzureConnectors",
    "AzureContainerRegistry",
    "AzureCosmosDB",
    "AzureDatabricks",
    "AzureDevOps",
    "AzureFrontDoor",
    "AzureIoTHub",
    "AzureKeyVault",
    "AzureMachineLearning",
    "AzureMonitor",
    "AzureResourceManager",
    "AzureSignalR",
    "AzureTrafficManager",
    "DataFactory",
    "EventHub",
    "GatewayManager",
    "HDInsight",
    "LogicApps",
    "MicrosoftContainerRegistry",
    "PowerBI",
    "ServiceBus",
    "ServiceFabric",
    "Sql",
    "SqlManagement",
];

/// Ranges that nobody has: for documentation (RFC 5737) and for benchmarks (RFC 2544).
const NOBODY: [([u8; 4], u8); 4] = [
    ([192, 0, 2, 0], 24),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([198, 18, 0, 0], 15),
];

/// Who has a public address.
#[derive(Clone, Debug, PartialEq)]
enum Owner {
    /// A storage account of this region.
    Storage(Arc<str>),
    /// Something else in Azure, in this region.
    Azure(Arc<str>),
}

/// The public addresses of a scenario that belong to Azure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceTags(Arc<BTreeMap<IpAddr, Owner>>);

impl ServiceTags {
    /// Those of a completed network.
    pub fn of(network: &Network) -> Self {
        let resources = network.public_ips.iter();
        let resources =
            resources.filter_map(|it| Some((it.ip?, Owner::Azure(it.location.clone()))));
        let accounts = network.storage_accounts.iter();
        let accounts =
            accounts.filter_map(|it| Some((it.ip?, Owner::Storage(it.location.clone()))));
        let machines = network.hosts.iter().filter_map(|host| {
            let ip = host.public_ip.as_deref()?.parse().ok()?;
            let in_azure = matches!(host.network, HostNetwork::Subnet(_));
            in_azure.then(|| (ip, Owner::Azure(Arc::from(""))))
        });
        Self(Arc::new(
            machines.chain(resources).chain(accounts).collect(),
        ))
    }

    /// The public addresses of the scenario that belong to Azure, in order.
    pub fn all(&self) -> impl Iterator<Item = IpAddr> {
        self.0.keys().copied()
    }

    /// The addresses of the scenario that are in a tag.
    pub fn addresses(&self, tag: &str) -> Vec<IpNet> {
        self.all()
            .filter(|address| self.membership(tag, *address) == Membership::In)
            .map(IpNet::from)
            .collect()
    }

    /// Whether a public address is in the tag of a service.
    pub fn membership(&self, tag: &str, address: IpAddr) -> Membership {
        let (service, region) = match tag.split_once('.') {
            Some((service, region)) => (service, Some(region)),
            None => (tag, None),
        };
        let owner = self.0.get(&address);
        let location = match owner {
            Some(Owner::Storage(location)) if same(service, STORAGE) || same(service, CLOUD) => {
                location
            }
            Some(Owner::Azure(location)) if same(service, CLOUD) => location,
            Some(_) if is_listed(service) => return Membership::Out,
            None if is_nobodys(address) && is_listed(service) => return Membership::Out,
            _ => return Membership::Unknown,
        };
        match region {
            None => Membership::In,
            Some(_) if location.is_empty() => Membership::Unknown,
            Some(region) if same(region, location) => Membership::In,
            Some(_) => Membership::Out,
        }
    }
}

/// How specific a tag is: where several hold an address, the smallest decides ("Virtual network traffic routing").
pub fn rank(tag: &str) -> u8 {
    let cloud = tag
        .split('.')
        .next()
        .is_some_and(|service| same(service, CLOUD));
    match (cloud, tag.contains('.')) {
        (false, true) => 0,
        (false, false) => 1,
        (true, true) => 2,
        (true, false) => 3,
    }
}

fn is_listed(service: &str) -> bool {
    let mut all = SERVICES.iter().chain([&STORAGE, &CLOUD]);
    all.any(|known| same(known, service))
}

fn is_nobodys(address: IpAddr) -> bool {
    let ranges = NOBODY.map(|(first, length)| Ipv4Net::new_assert(Ipv4Addr::from(first), length));
    match address {
        IpAddr::V4(address) => ranges.iter().any(|range| range.contains(&address)),
        IpAddr::V6(_) => false,
    }
}
