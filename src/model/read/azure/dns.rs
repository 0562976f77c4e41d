//! `Microsoft.Network/dnsZones` and `privateDnsZones`, with links and record sets.

use super::super::cursor::Cursor;
use super::id;
use crate::model::dns_zone::{DnsZone, RecordData, RecordSet, ZoneLink};
use crate::model::kube::Meta;

/// A zone. Its own `virtualNetworkLinks` and record sets (`A`, `AAAA`, `CNAME`, `TXT` or
/// `recordSets`) are read where they are written inside it; exports have them beside it.
pub(super) fn zone(at: Cursor<'_>, meta: Meta, private: bool) -> DnsZone {
    let links = at.prop("virtualNetworkLinks").list();
    let records = ["recordSets", "A", "AAAA", "CNAME", "TXT"];
    let records = records.iter().flat_map(|field| at.prop(field).list());
    DnsZone {
        private,
        links: links.filter_map(link).collect(),
        records: records.filter_map(record_set).collect(),
        meta,
    }
}

/// A link of a private zone to a virtual network.
pub(super) fn link(at: Cursor<'_>) -> Option<ZoneLink> {
    let written = at.prop("virtualNetwork");
    let vnet = if written.exists() {
        written.resource()
    } else {
        at.resource()
    };
    let policies = [("Default", false), ("NxDomainRedirect", true)];
    Some(ZoneLink {
        vnet: vnet?,
        registration: at.prop("registrationEnabled").flag().unwrap_or_default(),
        redirect: at
            .prop("resolutionPolicy")
            .word_any_case(&policies)
            .unwrap_or_default(),
    })
}

/// A record set with its A, AAAA, CNAME or TXT records; other types decide about no packet here.
pub(super) fn record_set(at: Cursor<'_>) -> Option<RecordSet> {
    at.any_case("name")
        .require("the relative name of the record set");
    let written = at.any_case("name").name()?;
    let name = id::parts(&written).last().copied()?.into();
    let cname = at.prop("cnameRecord").any_case("cname").name();
    let texts = at.prop("txtRecords").list();
    // One record may be cut into several strings.
    let texts = texts.map(|item| item.any_case("value").texts().concat().into());
    let data = if let Some(target) = cname {
        RecordData::Cname(target)
    } else if at.prop("txtRecords").exists() {
        RecordData::Texts(texts.collect())
    } else {
        let records = |list, field| {
            let items = at.prop(list).list();
            items.filter_map(move |item| item.any_case(field).address())
        };
        let addresses: Vec<_> = records("aRecords", "ipv4Address")
            .chain(records("aaaaRecords", "ipv6Address"))
            .collect();
        (!addresses.is_empty()).then_some(RecordData::Addresses(addresses))?
    };
    Some(RecordSet {
        name,
        data,
        made_from: None,
    })
}
