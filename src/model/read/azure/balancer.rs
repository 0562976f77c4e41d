//! `Microsoft.Network/loadBalancers`: frontends and outbound rules, which is all that counts of a written one.

use super::super::cursor::Cursor;
use crate::model::kube::Meta;
use crate::model::written_balancer::{WrittenBalancer, WrittenOutboundRule};

pub(super) fn balancer(at: Cursor<'_>, meta: Meta) -> WrittenBalancer {
    let rules = at.prop("outboundRules");
    let frontends = at.prop("frontendIPConfigurations").list();
    WrittenBalancer {
        frontends: frontends
            .filter_map(|it| {
                let address = it.prop("publicIPAddress").resource();
                Some((it.any_case("name").name()?, address))
            })
            .collect(),
        outbound_rules: rules
            .exists()
            .then(|| rules.list().filter_map(rule).collect()),
        meta,
    }
}

fn rule(at: Cursor<'_>) -> Option<WrittenOutboundRule> {
    let frontends = at.prop("frontendIPConfigurations");
    Some(WrittenOutboundRule {
        name: at.any_case("name").name()?,
        frontends: frontends.list().filter_map(Cursor::resource).collect(),
        allocated_ports: at.prop("allocatedOutboundPorts").whole(0, 64_000),
        idle_minutes: at.prop("idleTimeoutInMinutes").whole(4, 120),
    })
}
