//! For each code a change to a built-in scenario that has the problem. That the scenarios themselves have none is
//! what `built_in` holds; what comes near a problem without having it stands at the end.

use super::cases::{CASES, NODES, NODES_NSG, NODES_TABLE, nsg, table};
use super::more::MORE;
use super::{clusters, nobody, routes, services, upstreams};
use crate::engine::simulation::Simulation;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::scenarios;
use crate::text::{Language, Texts};

/// A scenario, a change to it, and the code that must then be found.
pub(super) struct Case {
    pub code: &'static str,
    pub scenario: &'static str,
    pub change: &'static [(&'static str, &'static str)],
    pub documents: &'static str,
    /// The object and the field that the finding points at.
    pub at: &'static str,
}

pub(super) fn problems(
    scenario: &str,
    change: &[(&str, &str)],
    documents: &str,
) -> (Vec<Diagnostic>, Simulation) {
    let files = scenarios::find(scenario).unwrap().files.iter();
    let mut texts: Vec<(String, String)> = files
        .filter(|(name, _)| *name != "flows.yaml")
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (from, to) in change {
        let text = texts.iter_mut().find(|(_, text)| text.contains(from));
        let (_, text) = text.unwrap_or_else(|| panic!("`{from}` is not in {scenario}"));
        *text = text.replacen(from, to, 1);
    }
    if !documents.is_empty() {
        texts.push(("case.yaml".to_owned(), documents.to_owned()));
    }
    let (document, unreadable) = Document::from_texts(texts);
    assert_eq!(unreadable, []);
    let simulation = Simulation::new(&document);
    let mut all = simulation.checks(&document);
    all.extend(simulation.deep_checks(&document));
    super::japanese::told(&all);
    (all, simulation)
}

/// The cases that stand beside tests of their own.
const ALL: [&[Case]; 6] = [
    MORE,
    clusters::CASES,
    nobody::CASES,
    routes::CASES,
    services::CASES,
    upstreams::CASES,
];

fn all() -> impl Iterator<Item = &'static Case> {
    CASES.into_iter().chain(ALL).flatten()
}

fn run(case: &Case) -> Result<(), String> {
    let (all, _) = problems(case.scenario, case.change, case.documents);
    let shown = |it: &Diagnostic| {
        let object = it.object.as_ref().map(ToString::to_string);
        format!(
            "{} at {} {}: {it}",
            it.code,
            object.unwrap_or_default(),
            it.field.as_deref().unwrap_or_default()
        )
    };
    let lines: Vec<String> = all.iter().map(shown).collect();
    let found = all.iter().find(|it| it.code == case.code);
    let found = found.ok_or_else(|| format!("not found, but\n{}", lines.join("\n")))?;
    let object = found.object.as_ref().map(ToString::to_string);
    let field = found.field.as_deref().unwrap_or_default();
    let at = format!("{} {field}", object.unwrap_or_default());
    let at = at.trim();
    if at != case.at {
        return Err(format!("at `{at}`: {found}"));
    }
    if found.location.is_none() {
        return Err(format!("has no place: {found}"));
    }
    for language in [Language::En, Language::Ja] {
        let hint = Texts::new(language).diagnostic_hint(found);
        let hint = hint.ok_or_else(|| format!("does not say what to do: {found}"))?;
        if hint.is_ascii() != (language == Language::En) {
            return Err(format!("says in {language:?} what to do: {hint}"));
        }
    }
    Ok(())
}

#[test]
fn every_code_is_found_where_it_should_be() {
    let failed: Vec<String> = all()
        .filter_map(|case| run(case).err().map(|it| format!("{}: {it}", case.code)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn every_code_of_the_validator_has_a_case() {
    use crate::engine::lint::catalogue;
    // Those of `azure::checks` have their cases in `azure::tests::refused`, those of Application Gateways there; limits have theirs in `limits`.
    let elsewhere = include_str!("../../azure/tests/refused.rs");
    let below = include_str!("limits.rs");
    let gateways = concat!(
        include_str!("../../appgateway/tests.rs"),
        include_str!("../../appgateway/tests/left_out.rs")
    );
    let missing: Vec<&str> = catalogue::ALL
        .iter()
        .map(|entry| entry.code)
        .filter(|code| !all().any(|case| case.code == *code))
        .filter(|code| !elsewhere.contains(&format!(" {code}")))
        .filter(|code| !gateways.contains(&format!("\"{code}\"")))
        .filter(|code| !below.contains(&format!("limit(\"{code}\"")))
        .collect();
    assert_eq!(missing, [""; 0]);
}

/// What comes near a problem without having it.
#[test]
fn near_misses_are_not_told() {
    let none = |scenario: &str, change: &[(&str, &str)], documents: &str, code: &str| {
        let (all, _) = problems(scenario, change, documents);
        let found: Vec<String> = all
            .iter()
            .filter(|it| it.code == code)
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, [""; 0], "{code}");
    };
    // The SKU of an address that does not say it, and of those that AKS makes, goes with the gateway.
    let nat = "{type: Microsoft.Network/natGateways, name: nat, properties: {publicIpAddresses: [{id: unsaid}]}}\n---\n{type: Microsoft.Network/publicIPAddresses, name: unsaid, properties: {ipAddress: 20.1.0.1}}";
    none("azure-cni", &[], nat, "nat-gateway-sku");
    for kind in ["managedNATGateway", "managedNATGatewayV2"] {
        let typed = format!("outboundType: {kind}");
        let change = [("outboundType: loadBalancer", typed.as_str())];
        none("azure-cni", &change, "", "nat-gateway-sku");
    }
    // A route that drops a wider range leaves what has a longer route.
    let table = table!("{name: r, properties: {addressPrefix: 10.0.0.0/8, nextHopType: None}}");
    none("azure-cni", &[(NODES, NODES_TABLE)], table, "route-drops");
    // An allow in front of a deny of part of it is shadowed; the deny in front of the allow is an exception.
    let nsg = nsg!(
        "{name: but, properties: {priority: 100, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: 203.0.113.7, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}",
        "{name: web, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}"
    );
    none("azure-cni", &[(NODES, NODES_NSG)], nsg, "rule-shadowed");
    // Azure refuses two rules of one priority, and which of them would be asked first is not known.
    let nsg = nsg!(
        "{name: one, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}",
        "{name: two, properties: {priority: 100, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: '*', destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}"
    );
    none("azure-cni", &[(NODES, NODES_NSG)], nsg, "rule-shadowed");
    // An Application Gateway must admit this tag, and by its name (section 8.3).
    let nsg = nsg!(
        "{name: manager, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: GatewayManager, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: 65200-65535}}"
    );
    none(
        "azure-cni",
        &[(NODES, NODES_NSG)],
        nsg,
        "service-tag-not-modelled",
    );
    // Whoever says who may ask wants to refuse others.
    let service = "{apiVersion: v1, kind: Service, metadata: {name: closed}, spec: {type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24], selector: {app: web}, ports: [{port: 81, targetPort: 8080}]}}";
    none("load-balancer", &[], service, "service-unreachable");
    // An appliance that forwards, in a subnet of its own.
    let table = concat!(
        table!(
            "{name: r, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.4}}"
        ),
        "\n---\n{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: firewall}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.4, ipForwarding: true}}"
    );
    none(
        "azure-cni",
        &[(NODES, NODES_TABLE)],
        table,
        "next-hop-not-forwarding",
    );
    // Two nodes of 15 pods host 30.
    none(
        "azure-cni",
        &[("maxPods: 30", "maxPods: 15")],
        "",
        "pool-too-few-pods",
    );
}
