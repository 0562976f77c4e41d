//! Names of resources with a private endpoint: the public name becomes an alias of one in a `privatelink` zone.
//!
//! "Azure private endpoint private DNS zone values" lists the names. Who sees a private zone with the name gets the
//! private address, everybody else the public one; the alias itself is public.

use super::name::{normal, within};
use crate::engine::azure::private_endpoint::state;
use crate::model::dns_zone::DnsZone;
use crate::model::network::Network;
use crate::model::private_link::{
    ConnectionState, PrivateConnection, PrivateEndpoint, STORAGE_ACCOUNTS,
};

/// What the private zones begin with.
const PREFIX: &str = "privatelink.";

/// A part of a service that private endpoints lead to.
struct Part {
    /// The type of the resource.
    resource: &'static str,
    /// The part as `groupIds` names it.
    group: &'static str,
    /// The domain of the public names.
    public: &'static str,
    /// The domain of the private names.
    private: &'static str,
}

const fn part(
    resource: &'static str,
    group: &'static str,
    public: &'static str,
    private: &'static str,
) -> Part {
    Part {
        resource,
        group,
        public,
        private,
    }
}

#[rustfmt::skip]
const PARTS: &[Part] = &[
    part(STORAGE_ACCOUNTS, "blob", "blob.core.windows.net", "privatelink.blob.core.windows.net"),
    part(STORAGE_ACCOUNTS, "file", "file.core.windows.net", "privatelink.file.core.windows.net"),
    part(STORAGE_ACCOUNTS, "queue", "queue.core.windows.net", "privatelink.queue.core.windows.net"),
    part(STORAGE_ACCOUNTS, "table", "table.core.windows.net", "privatelink.table.core.windows.net"),
    part(STORAGE_ACCOUNTS, "dfs", "dfs.core.windows.net", "privatelink.dfs.core.windows.net"),
    part("Microsoft.Sql/servers", "sqlServer", "database.windows.net", "privatelink.database.windows.net"),
    part("Microsoft.KeyVault/vaults", "vault", "vault.azure.net", "privatelink.vaultcore.azure.net"),
    part("Microsoft.ContainerRegistry/registries", "registry", "azurecr.io", "privatelink.azurecr.io"),
    part("Microsoft.Web/sites", "sites", "azurewebsites.net", "privatelink.azurewebsites.net"),
    part("Microsoft.DBforPostgreSQL/flexibleServers", "postgresqlServer", "postgres.database.azure.com", "privatelink.postgres.database.azure.com"),
    part("Microsoft.DBforMySQL/flexibleServers", "mysqlServer", "mysql.database.azure.com", "privatelink.mysql.database.azure.com"),
    part("Microsoft.DocumentDB/databaseAccounts", "Sql", "documents.azure.com", "privatelink.documents.azure.com"),
];

impl Part {
    /// Whether a connection is for this part.
    fn is_of(&self, connection: &PrivateConnection) -> bool {
        let kind = match &connection.resource_type {
            Some(kind) => kind.eq_ignore_ascii_case(self.resource),
            None => self.resource == STORAGE_ACCOUNTS,
        };
        kind && connection.serves(self.group)
    }
}

/// The endpoint that works and makes a public name an alias, and what of. Only an owner who approved one has let
/// the name be changed.
pub fn alias<'n>(network: &'n Network, name: &str) -> Option<(String, &'n PrivateEndpoint)> {
    PARTS.iter().find_map(|part| {
        let label = label(name, part.public)?;
        let endpoint = endpoint(network, part, label)?;
        Some((format!("{label}.{}", part.private), endpoint))
    })
}

/// The resource that a private name belongs to, with an endpoint that leads to it.
pub fn behind<'n>(network: &'n Network, name: &str) -> Option<&'n PrivateEndpoint> {
    PARTS.iter().find_map(|part| {
        let label = label(name, part.private)?;
        endpoint(network, part, label)
    })
}

/// The one label that stands before a domain.
fn label<'a>(name: &'a str, domain: &str) -> Option<&'a str> {
    within(name, domain).filter(|label| !label.is_empty() && !label.contains('.'))
}

fn endpoint<'n>(network: &'n Network, part: &Part, label: &str) -> Option<&'n PrivateEndpoint> {
    network.private_endpoints.iter().find(|endpoint| {
        let connection = endpoint.connection();
        let leads =
            connection.is_some_and(|it| it.resource.eq_ignore_ascii_case(label) && part.is_of(it));
        leads && state(network, endpoint) == ConnectionState::Approved
    })
}

/// Whether a private zone is one of those that Azure's aliases lead to.
pub fn is_private_link(zone: &DnsZone) -> bool {
    let name = zone.meta.name.to_ascii_lowercase();
    name.starts_with(PREFIX)
}

/// The relative names of the records that a zone group writes into a zone for an endpoint.
pub fn records_in(zone: &DnsZone, endpoint: &PrivateEndpoint) -> Vec<String> {
    let Some(connection) = endpoint.connection() else {
        return Vec::new();
    };
    let own = |part: &&Part| zone.meta.name.eq_ignore_ascii_case(part.private);
    let mut parts = PARTS.iter().filter(own).peekable();
    let known = parts.peek().is_some();
    if known && !parts.any(|part| part.is_of(connection)) {
        return Vec::new();
    }
    vec![connection.resource.to_ascii_lowercase()]
}

/// A public name of the resource that an endpoint leads to, as a client would use it.
pub fn public_name(endpoint: &PrivateEndpoint) -> Option<String> {
    let connection = endpoint.connection()?;
    let part = PARTS.iter().find(|part| part.is_of(connection))?;
    Some(format!("{}.{}", connection.resource, part.public))
}

/// The private zone of the scenario that the private name of an endpoint's resource is in, linked or not.
pub fn zone_of<'n>(network: &'n Network, endpoint: &PrivateEndpoint) -> Option<&'n DnsZone> {
    let connection = endpoint.connection()?;
    let part = PARTS.iter().find(|part| part.is_of(connection))?;
    let name = format!("{}.{}", connection.resource, part.private).to_ascii_lowercase();
    let holds = |zone: &&DnsZone| zone.private && within(&name, &normal(&zone.meta.name)).is_some();
    network.dns_zones.iter().find(holds)
}
