//! `kubehop effective`: the state that controllers and Azure make of what was written.

mod azure;
mod kube;
mod objects;
mod private_link;
mod routes;
mod snat;

use serde_json::Value;

use super::HOLDS;
use super::args::{Effective, EffectiveArguments, Output};
use super::input::{Input, load};
use super::output::Answer;
use crate::engine::appgateway::export as gateways;
use crate::engine::azure::export;
use crate::engine::azure::nsg::EffectiveNsg;
use crate::engine::dataplane::NodePlane;
use crate::model::azure::SubnetId;
use crate::model::kube::{Meta, Origin};
use crate::model::object::{Kind, Ref};

/// Text for people and JSON for programs.
struct Shown {
    text: String,
    json: Value,
}

pub(super) fn run(arguments: &EffectiveArguments) -> Answer {
    let shown = load(&arguments.common).and_then(|input| {
        let shown = show(arguments, &input)?;
        let answer = match arguments.output {
            Output::Text if shown.text.is_empty() => {
                let nothing = input.texts.get(nothing(arguments.what)) + "\n";
                input.answer(nothing, false, HOLDS)
            }
            Output::Text => input.answer(shown.text, false, HOLDS),
            Output::Json => input.answer(format!("{:#}\n", shown.json), true, HOLDS),
        };
        Ok(answer)
    });
    shown.unwrap_or_else(|problem| problem)
}

/// What is said where there is nothing to show.
const fn nothing(what: Effective) -> &'static str {
    match what {
        Effective::Loadbalancer => "cli-none-loadbalancer",
        Effective::Appgateway => "cli-none-appgateway",
        Effective::Snat => "cli-none-snat",
        Effective::Iptables
        | Effective::Routes
        | Effective::Nsg
        | Effective::Endpointslices
        | Effective::Objects => "cli-none",
    }
}

fn show(arguments: &EffectiveArguments, input: &Input) -> Result<Shown, Answer> {
    match arguments.what {
        Effective::Iptables => iptables(arguments, input),
        Effective::Routes => match target(arguments, input, "routes")? {
            Target::Node(_, plane) => Ok(routes::of_node(plane)),
            Target::Subnet(id) => Ok(subnet_routes(input, &id)),
        },
        Effective::Nsg => match target(arguments, input, "nsg")? {
            Target::Node(name, plane) => Ok(node_filters(input, name, plane)),
            Target::Subnet(id) => Ok(filters(&[input.simulation.dataplane.filters().subnet(&id)])),
        },
        Effective::Endpointslices => Ok(kube::slices(input.simulation.network())),
        Effective::Objects => Ok(objects::all(input.simulation.network())),
        Effective::Loadbalancer => Ok(Shown {
            text: export::load_balancers_text(input.simulation.network()),
            json: export::load_balancers(input.simulation.network()),
        }),
        Effective::Snat => Ok(snat::ports(input)),
        Effective::Appgateway => Ok(Shown {
            text: gateways::app_gateways_text(input.simulation.network()),
            json: gateways::app_gateways(input.simulation.network()),
        }),
    }
}

fn subnet_routes(input: &Input, id: &SubnetId) -> Shown {
    let routes = input.simulation.dataplane.routes(id);
    Shown {
        text: routes
            .map(export::effective_routes_text)
            .unwrap_or_default(),
        json: routes.map_or(Value::Null, export::effective_routes),
    }
}

/// The subnet's group, which inbound packets meet first, and the interface's.
fn node_filters(input: &Input, name: &str, plane: &NodePlane) -> Shown {
    let all = input.simulation.dataplane.filters();
    let name = name.strip_prefix("node/").unwrap_or(name);
    let subnet = plane.subnet.as_ref().and_then(|subnet| all.subnet(subnet));
    filters(&[subnet, all.nic(&Ref::new(Kind::Node, name))])
}

fn filters(groups: &[Option<&EffectiveNsg>]) -> Shown {
    let groups: Vec<&EffectiveNsg> = groups.iter().copied().flatten().collect();
    Shown {
        text: export::security_groups_text(&groups),
        json: export::security_groups(&groups),
    }
}

fn iptables(arguments: &EffectiveArguments, input: &Input) -> Result<Shown, Answer> {
    let Some(name) = &arguments.node else {
        let what = [("what", "iptables".into())];
        return Err(input.unusable(&input.texts.message("cli-needs-node", &what)));
    };
    let plane = node(input, name)?;
    let rules = input.simulation.dataplane.rules(plane);
    let text = rules.map(crate::engine::netfilter::ruleset::Ruleset::to_iptables_save);
    let text = text.unwrap_or_default();
    let json = serde_json::json!({
        "apiVersion": crate::engine::export::API_VERSION,
        "kind": "IptablesSave",
        "node": name,
        "rules": text,
    });
    Ok(Shown { text, json })
}

/// What `--node` or `--subnet` names.
enum Target<'a> {
    Node(&'a str, &'a NodePlane),
    Subnet(SubnetId),
}

fn target<'a>(
    arguments: &'a EffectiveArguments,
    input: &'a Input,
    what: &str,
) -> Result<Target<'a>, Answer> {
    if let Some(name) = &arguments.node {
        return Ok(Target::Node(name, node(input, name)?));
    }
    let Some(name) = &arguments.subnet else {
        let what = [("what", what.into())];
        return Err(input.unusable(&input.texts.message("cli-needs-node-or-subnet", &what)));
    };
    let vnets = || input.simulation.network().vnets.iter();
    let mut subnets = vnets().flat_map(|vnet| &vnet.subnets);
    let wanted = name.strip_prefix("subnet/").unwrap_or(name);
    let same = |id: &SubnetId| format!("{}/{}", id.vnet, id.subnet).eq_ignore_ascii_case(wanted);
    let found = subnets.find(|subnet| same(&subnet.id()));
    found
        .map(|subnet| Target::Subnet(subnet.id()))
        .ok_or_else(|| {
            let all = vnets().flat_map(|vnet| &vnet.subnets);
            let names: Vec<String> = all
                .map(|subnet| format!("{}/{}", subnet.meta.namespace, subnet.meta.name))
                .collect();
            let args = [
                ("name", name.as_str().into()),
                ("names", names.join(", ").into()),
            ];
            input.unusable(&input.texts.message("cli-no-such-subnet", &args))
        })
}

fn node<'a>(input: &'a Input, name: &str) -> Result<&'a NodePlane, Answer> {
    let name = name.strip_prefix("node/").unwrap_or(name);
    input.simulation.dataplane.node(name).ok_or_else(|| {
        let args = [("name", name.into()), ("names", input.node_names().into())];
        input.unusable(&input.texts.message("cli-no-such-node", &args))
    })
}

/// Who made an object, and from what; `null` for what was written.
fn caused_by(meta: &Meta) -> Value {
    match &meta.origin {
        Origin::Written { .. } => Value::Null,
        Origin::Derived { by, from } => serde_json::json!({ "by": by, "from": from.to_string() }),
        Origin::Assumed => serde_json::json!({ "by": "kubehop", "from": null }),
    }
}
