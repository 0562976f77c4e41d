//! The fields of private endpoints, storage accounts and zones.

use super::fields::Fields;
use super::joined;
use crate::engine::azure::private_endpoint::state;
use crate::model::dns_zone::{DnsZone, RecordData, ZoneLink};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::private_link::PrivateEndpoint;
use crate::model::storage::StorageAccount;

/// The fields of `object`; `None` if there is no such object, or it could not be read.
pub(super) fn fields(network: &Network, object: &Ref) -> Option<Fields> {
    match object.kind {
        Kind::PrivateEndpoint => {
            let endpoint = network.private_endpoint(&object.name)?;
            Some(of_endpoint(network, endpoint))
        }
        Kind::Storage => network.storage_account(&object.name).map(of_account),
        _ => {
            let mut zones = network.dns_zones.iter();
            zones.find(|zone| zone.reference() == *object).map(of_zone)
        }
    }
}

fn of_endpoint(network: &Network, endpoint: &PrivateEndpoint) -> Fields {
    let mut fields = Fields::new(&endpoint.meta);
    fields.add("subnet", endpoint.subnet.reference().to_string());
    fields.add("privateIPAddress", joined(&endpoint.ips));
    if let Some(connection) = endpoint.connection() {
        fields.add("privateLinkServiceId", connection.target());
        fields.add("groupIds", connection.groups.join(", "));
        fields.add("status", state(network, endpoint).as_str());
    }
    fields.add("privateDnsZoneGroups", endpoint.zones.join(", "));
    fields
}

fn of_account(account: &StorageAccount) -> Fields {
    let mut fields = Fields::new(&account.meta);
    fields.add("location", &*account.location);
    let access = if account.public_access {
        "Enabled"
    } else {
        "Disabled"
    };
    fields.add("publicNetworkAccess", access);
    fields.add("defaultAction", if account.deny { "Deny" } else { "Allow" });
    let subnets: Vec<String> = account
        .subnets
        .iter()
        .map(|subnet| subnet.reference().to_string())
        .collect();
    fields.add("virtualNetworkRules", subnets.join(", "));
    fields.add("ipRules", joined(&account.ranges));
    fields
}

fn of_zone(zone: &DnsZone) -> Fields {
    let mut fields = Fields::new(&zone.meta);
    let link = |link: &ZoneLink| {
        let mut text = link.vnet.to_string();
        if link.registration {
            text.push_str(" (registrationEnabled)");
        }
        if link.redirect {
            text.push_str(" (NxDomainRedirect)");
        }
        text
    };
    let links: Vec<String> = zone.links.iter().map(link).collect();
    fields.add("virtualNetworkLinks", links.join(", "));
    let records = zone.records.iter().map(|set| match &set.data {
        RecordData::Addresses(ips) => format!("{} {}", set.name, joined(ips)),
        RecordData::Cname(target) => format!("{} CNAME {target}", set.name),
        RecordData::Texts(texts) => format!("{} TXT {}", set.name, joined(texts)),
    });
    let records: Vec<String> = records.collect();
    fields.add("recordSets", records.join("; "));
    fields
}
