//! Security rules as they were named and cut in 2021: one for each port and source.
//!
//! Origin: release 1.0 of `cloud-provider-azure`.

use std::net::IpAddr;

use super::access::{
    Access, AccessError, FIRST_PRIORITY, LAST_PRIORITY, MAX_RULES, free_priority, host,
};
use super::{derived_meta, names};
use crate::model::azure::{AddressPrefix, NsgProtocol, SecurityRule};
use crate::model::kube::{Service, ServicePort};
use crate::model::packet::Protocol;

/// Adds the rules of a Service for the address of its load balancer.
pub fn apply(
    rules: &mut Vec<SecurityRule>,
    service: &Service,
    address: IpAddr,
) -> Result<(), AccessError> {
    let access = Access::of(service)?;
    let mut sources: Vec<(String, AddressPrefix)> = Vec::new();
    for tag in &access.tags {
        sources.push((tag.to_string(), AddressPrefix::Tag(tag.clone())));
    }
    for range in &access.ranges {
        let name = range.to_string().replace('/', "_");
        sources.push((name, AddressPrefix::Net(*range)));
    }
    let mut added = rules.clone();
    for port in &service.ports {
        for (name, source) in &sources {
            push(
                &mut added,
                service,
                port,
                address,
                name,
                source.clone(),
                true,
            );
        }
        if access.deny_all {
            push(
                &mut added,
                service,
                port,
                address,
                "deny_all",
                AddressPrefix::Any,
                false,
            );
        }
    }
    if added.len() > MAX_RULES {
        return Err(AccessError::TooManyRules(added.len()));
    }
    *rules = added;
    Ok(())
}

fn push(
    rules: &mut Vec<SecurityRule>,
    service: &Service,
    port: &ServicePort,
    address: IpAddr,
    source_name: &str,
    source: AddressPrefix,
    allow: bool,
) {
    let base = names::rule(&names::base(service), None, port.protocol, port.port, false);
    let name = format!("{base}-{source_name}");
    let known = rules.iter().any(|rule| *rule.meta.name == *name);
    let Some(priority) = free_priority(rules, FIRST_PRIORITY..=LAST_PRIORITY).filter(|_| !known)
    else {
        return;
    };
    rules.push(SecurityRule {
        meta: derived_meta(name, &service.reference()),
        priority,
        inbound: true,
        allow,
        protocol: match port.protocol {
            Protocol::Tcp => Some(NsgProtocol::Tcp),
            Protocol::Udp => Some(NsgProtocol::Udp),
            Protocol::Sctp | Protocol::Icmp => None,
        },
        sources: vec![source],
        source_ports: Vec::new(),
        destinations: vec![host(address)],
        destination_ports: vec![(port.port, port.port)],
    });
}
