//! Who may talk to whom under network policies: a row opens connections to a column. The list below says the same.
//!
//! A cell is a request: pressing it shows its walk. Glyphs differ in shape, and each cell has its words.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, MouseEvent, Properties, component, html, use_memo};

use super::Frame;
use crate::engine::reach::export::{By, Group, Table};
use crate::engine::reach::{PortSet, Reach, SetId};
use crate::model::network::Network;
use crate::model::packet::Protocol;
use crate::ui::context::{use_act, use_words};
use crate::ui::simulation::Simulation;
use crate::ui::store::{Action, Request};

/// Beyond this many rows a matrix helps nobody, and the page would be slow.
const MOST: usize = 60;

#[derive(PartialEq, Properties)]
pub struct MatrixDialogProps {
    /// The objects.
    pub simulation: Rc<Simulation>,
}

/// The answer for the pods of each workload.
struct Answer {
    reach: Reach,
    table: Table,
}

impl Answer {
    fn of(network: &Network) -> Self {
        let mut reach = Reach::of(network);
        let table = Table::of(&mut reach, By::Workload);
        Self { reach, table }
    }

    fn ports(&self, from: usize, to: usize) -> &PortSet {
        let rows = self.table.allowed.iter();
        let mut pair = rows.filter(|row| (row.0, row.1) == (from, to));
        self.reach.set(pair.next().map_or(SetId::NONE, |row| row.2))
    }
}

/// Namespace and name of a group; a range of addresses has no namespace.
fn split(group: &Group) -> (&str, &str) {
    let mut parts = group.id.splitn(3, '/').skip(1);
    (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or(&group.id),
    )
}

#[component]
pub fn MatrixDialog(props: &MatrixDialogProps) -> Html {
    let words = use_words();
    let answer = use_memo(props.simulation.clone(), |it| Answer::of(&it.network));
    let groups = &answer.table.groups;
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|group| split(&groups[*group]).0.is_empty());
    let mut spaces: Vec<&str> = order.iter().map(|group| split(&groups[*group]).0).collect();
    spaces.dedup();
    let text = answer.table.text(&answer.reach);
    html! {
        <Frame title={words.get("matrix-title")}>
            <p class="quiet">{ words.get("matrix-key") }</p>
            if groups.len() <= MOST {
                <div class="matrix" tabindex="0" role="region" aria-label={words.get("matrix-title")}><table class="grid">
                    <thead><tr><td></td>for group in &order { <th scope="col">{ split(&groups[*group]).1 }</th> }</tr></thead>
                    for space in spaces {
                        <tbody>
                            <tr><th scope="rowgroup" colspan={(groups.len() + 1).to_string()}>{ space }</th></tr>
                            for from in order.iter().copied().filter(|group| split(&groups[*group]).0 == space) {
                                <tr><th scope="row">{ split(&groups[from]).1 }</th>
                                    for to in &order { <td>{ cell(&answer, from, *to, &props.simulation) }</td> }</tr>
                            }
                        </tbody>
                    }
                </table></div>
            } else {
                <p>{ words.get("matrix-many") }</p>
            }
            <details><summary>{ words.get("matrix-list") }</summary><ul class="mono">for line in text.lines() { <li>{ line }</li> }</ul></details>
        </Frame>
    }
}

fn cell(answer: &Answer, from: usize, to: usize, simulation: &Rc<Simulation>) -> Html {
    let [sender, receiver] = [from, to].map(|group| &answer.table.groups[group]);
    if from == to
        || [sender, receiver]
            .iter()
            .all(|group| split(group).0.is_empty())
    {
        return Html::default();
    }
    let ports = answer.ports(from, to);
    let texts = ports.texts();
    let glyph = match texts.first().map(String::as_str) {
        None => "×",
        Some("all") => "●",
        Some(_) => "◐",
    };
    let label = format!(
        "{} → {}: {}",
        sender.id,
        receiver.id,
        if texts.is_empty() {
            "–".to_owned()
        } else {
            texts.join(", ")
        }
    );
    let request = request(sender, receiver, ports, &simulation.network);
    html! { <Cell {glyph} {label} {request} /> }
}

#[derive(PartialEq, Properties)]
struct CellProps {
    glyph: &'static str,
    label: AttrValue,
    request: Option<Rc<Request>>,
}

#[component]
fn Cell(props: &CellProps) -> Html {
    let act = use_act();
    let Some(request) = props.request.clone() else {
        return html! { <span title={props.label.clone()} role="img" aria-label={props.label.clone()}>{ props.glyph }</span> };
    };
    let onclick = Callback::from(move |_: MouseEvent| {
        act.send(Action::Draft(request.clone()));
        act.send(Action::Send);
        act.send(Action::SetDialog(None));
    });
    html! { <button type="button" class="link" title={props.label.clone()} aria-label={props.label.clone()} {onclick}>{ props.glyph }</button> }
}

/// A request that shows a cell: on the first allowed port, or one that the receiver has. Ranges of addresses are nobody's.
fn request(from: &Group, to: &Group, ports: &PortSet, network: &Network) -> Option<Rc<Request>> {
    let named = |group: &Group| !split(group).0.is_empty();
    let (space, name) = split(to);
    let own = network.pods.iter().find(|pod| {
        let owned = |owner: &crate::model::object::Ref| owner.to_string() == *to.id;
        let here = &*pod.meta.namespace == space;
        here && (&*pod.meta.name == name || pod.owner.as_ref().is_some_and(owned))
    });
    let own = own.and_then(|pod| pod.ports.first());
    let own = own.map_or((Protocol::Tcp, 80), |port| (port.protocol, port.port));
    let some = ports
        .ranges()
        .next()
        .map(|(protocol, first, _)| (protocol, first));
    let all = ports.contains(own.0, own.1);
    let (protocol, port) = some.filter(|_| !all).unwrap_or(own);
    (named(from) && named(to)).then(|| {
        Rc::new(Request {
            from: from.id.to_string(),
            to: to.id.to_string(),
            protocol,
            port: port.to_string(),
        })
    })
}
