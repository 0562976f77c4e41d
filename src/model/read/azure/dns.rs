//! `Microsoft.Network/dnsZones` and `privateDnsZones`, with links and record sets.

use super::super::cursor::Cursor;
use super::id;
use crate::model::azure::{DnsZone, RecordData, RecordSet};
use crate::model::kube::Meta;

/// A zone. Its own `virtualNetworkLinks` and record sets (`A`, `AAAA`, `CNAME` or
/// `recordSets`) are read where they are written inside it; exports have them beside it.
pub(super) fn zone(at: Cursor<'_>, meta: Meta, private: bool) -> DnsZone {
    let links = at.prop("virtualNetworkLinks").list();
    let linked = |item: Cursor<'_>| {
        let vnet = item.prop("virtualNetwork");
        if vnet.exists() {
            vnet.resource()
        } else {
            item.resource()
        }
    };
    let links = links.filter_map(linked);
    let records = ["recordSets", "A", "AAAA", "CNAME", "TXT"];
    let records = records.iter().flat_map(|field| at.prop(field).list());
    DnsZone {
        private,
        links: links.collect(),
        records: records.filter_map(record_set).collect(),
        meta,
    }
}

/// A record set with its A, AAAA, CNAME or TXT records; other types decide about no packet here.
pub(super) fn record_set(at: Cursor<'_>) -> Option<RecordSet> {
    at.any_case("name")
        .require("the relative name of the record set");
    let written = at.any_case("name").name()?;
    let name = id::parts(&written).last().copied()?.into();
    let cname = at.prop("cnameRecord").any_case("cname").name();
    let texts = at.prop("txtRecords").list().next();
    let texts = texts.map(|item| item.any_case("value").texts().concat());
    let data = if let Some(text) = texts {
        RecordData::Text(text.into())
    } else if let Some(target) = cname {
        RecordData::Cname(target)
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
    Some(RecordSet { name, data })
}
