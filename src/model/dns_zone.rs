//! `Microsoft.Network/dnsZones` and `privateDnsZones`.

use std::net::IpAddr;
use std::sync::Arc;

use super::kube::Meta;
use super::object::{Kind, Ref};

/// `Microsoft.Network/dnsZones` or `Microsoft.Network/privateDnsZones` with its record sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DnsZone {
    /// Name (the zone's own, such as `contoso.com`) and origin.
    pub meta: Meta,
    /// Whether only linked virtual networks see it.
    pub private: bool,
    /// The virtual networks linked to a private zone.
    pub links: Vec<ZoneLink>,
    /// The record sets.
    pub records: Vec<RecordSet>,
}

impl DnsZone {
    /// `privatednszone/NAME` or `dnszone/NAME`.
    pub fn reference(&self) -> Ref {
        let kind = if self.private {
            Kind::PrivateDnsZone
        } else {
            Kind::DnsZone
        };
        Ref::new(kind, self.meta.name.clone())
    }
}

/// A link of a private zone to a virtual network, whose machines then see the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneLink {
    /// `virtualNetwork.id`, its name.
    pub vnet: Arc<str>,
    /// `registrationEnabled`: the zone has a record for every machine of the network.
    pub registration: bool,
    /// `resolutionPolicy` is `NxDomainRedirect`: names that the zone lacks are looked up among the public ones.
    pub redirect: bool,
}

/// A record set of a [`DnsZone`].
#[derive(Clone, Debug, PartialEq)]
pub struct RecordSet {
    /// Relative name; `@` is the zone itself, `*` a wildcard label.
    pub name: Arc<str>,
    /// The records.
    pub data: RecordData,
    /// The object that a controller made it from; `None` if it was written.
    pub made_from: Option<Ref>,
}

/// The records of a [`RecordSet`], by type.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordData {
    /// A and AAAA records.
    Addresses(Vec<IpAddr>),
    /// A CNAME record.
    Cname(Arc<str>),
    /// TXT records.
    Texts(Vec<Arc<str>>),
}

impl RecordData {
    /// The type of the records, such as `A`; where both families are there, that of the first.
    pub fn record_type(&self) -> &'static str {
        match self {
            RecordData::Addresses(ips) if ips.first().is_some_and(IpAddr::is_ipv6) => "AAAA",
            RecordData::Addresses(_) => "A",
            RecordData::Cname(_) => "CNAME",
            RecordData::Texts(_) => "TXT",
        }
    }
}
