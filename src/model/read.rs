//! From texts to the typed network, as written.
//!
//! [`read`] never fails: what cannot be used is a diagnostic with its place, and the
//! rest still works. The order: parse, unpack lists, recognise heads, read each
//! document, join what belongs together, check what can be checked without an engine.

mod azure;
mod checks;
mod cursor;
mod event;
mod files;
mod flow;
mod head;
mod item;
mod kube;
mod lists;
mod names;
mod ours;
mod shape;
mod template;
mod unpack;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::cursor::{Source, location};
use self::head::{Form, Head, HeadProblem, our_kinds};
use self::item::Item;
use self::lists::Lists;
use super::diagnostic::{Diagnostic, Severity};
use super::document::{Document, SourceFile};
use super::network::Network;
use super::object::{Kind, Ref};
use super::written_balancer::is_balancer_of_aks;

use files::Files;
pub use flow::{parse_flow_target, parse_sender};
pub(super) use kube::LAST_APPLIED;

/// What was read, so that a document that differs little need not be read all over.
#[derive(Clone, Debug, Default)]
pub struct Known {
    files: Files,
    lists: Lists,
    /// The heads of all that is used, where no two have one kind and name.
    distinct: Vec<Arc<Head>>,
}

/// Reads a scenario. The diagnostics are in the order of the files and lines.
pub fn read(document: &Document) -> (Network, Vec<Diagnostic>) {
    let (network, diagnostics, _) = read_after(document, &Known::default());
    (network, diagnostics)
}

/// The same, without parsing and reading again what is among `known`; also what is known now, for the next document.
pub fn read_after(document: &Document, known: &Known) -> (Network, Vec<Diagnostic>, Known) {
    let mut diagnostics = Vec::new();
    let files = Files::of(document, &known.files);
    let mut items = files.items(&mut diagnostics);
    for item in &mut items {
        if let Some(file) = document.files.get(item.file) {
            examine(item, file, &mut diagnostics);
        }
    }
    let distinct = supersede(&mut items, document, &known.distinct, &mut diagnostics);
    let mut network = Network {
        manifests: items.iter().map(Item::manifest).collect(),
        ..Network::default()
    };
    let mut lists = lists::Reading::start(&known.lists, &items, &mut network);
    read_items(
        &items,
        document,
        (&mut network, &mut lists),
        &mut diagnostics,
    );
    let lists = lists.end(&mut network);
    diagnostics.extend(checks::check(&mut network, document));
    sort(&mut diagnostics, document);
    let known = Known {
        files,
        lists,
        distinct,
    };
    (network, diagnostics, known)
}

/// Says what the head of a document lacks, and what is kept but not simulated.
fn examine(item: &mut Item, file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) {
    let place = || location(file, item.root.span());
    let new = |severity, code, message: String| {
        Diagnostic::new(severity, code, message)
            .at(Some(place()))
            .about(item.head.object.clone())
    };
    let named = !matches!(
        item.head.object.kind,
        Kind::KubeProxyConfiguration | Kind::Layout | Kind::Settings | Kind::Unknown
    );
    if named && item.head.object.name.is_empty() {
        let message = format!("this {} has no name; it is left out", item.head.text);
        let problem = new(Severity::Error, "missing-field", message);
        diagnostics.push(
            problem
                .field("metadata.name")
                .found("nothing", "a name in `metadata.name`"),
        );
        item.skipped = true;
        return;
    }
    match item.head.problem {
        Some(HeadProblem::NoHead) => {
            let message = "this document is not recognised; it is kept as it is".to_owned();
            let problem = new(Severity::Warning, "unknown-document", message);
            diagnostics.push(problem.found(
                "no head",
                "`apiVersion` and `kind`, or an Azure `type` and `name`",
            ));
        }
        Some(HeadProblem::Missing(field)) => {
            let message = format!("this document lacks `{field}`; it is kept, but not simulated");
            let problem = new(Severity::Error, "missing-field", message);
            diagnostics.push(problem.found(
                format!("`{}` without it", item.head.text),
                format!("`{field}` as well"),
            ));
        }
        None => {}
    }
    if let Some(serves) = item.head.wrong_version {
        let message = "no such kind in this API version; the API refuses it".to_owned();
        let problem = new(Severity::Error, "wrong-version", message);
        diagnostics.push(problem.found(
            format!("`{}`", item.head.text),
            format!("`apiVersion: {serves}`"),
        ));
    }
    if let Some(problem) = not_simulated(item) {
        diagnostics.push(new(problem.0, code_of_kept(item), problem.1));
    }
}

/// What is kept but changes no answer, or ends a walk as not modelled.
fn not_simulated(item: &Item) -> Option<(Severity, String)> {
    let head = &item.head.text;
    let message = match item.head.form {
        Form::Other if item.head.problem.is_some() => return None,
        Form::Other if head.starts_with("kubehop.dev/") => {
            let message = format!(
                "`{head}` is not one of kubehop's kinds, which are {}",
                our_kinds()
            );
            return Some((Severity::Error, message));
        }
        Form::Azure(Kind::LoadBalancer) if is_balancer_of_aks(&item.head.object.name) => {
            format!("of `{head}` only the outbound rule is followed; the rest is kept as it is")
        }
        Form::Other | Form::Azure(Kind::LoadBalancer) => {
            format!("`{head}` is kept as it is, but not simulated")
        }
        Form::Ours(Kind::Lesson) => format!("`{head}` is kept as it is, but not run yet"),
        _ => return None,
    };
    Some((Severity::Info, message))
}

/// Of the load balancer that AKS keeps one part is simulated.
fn code_of_kept(item: &Item) -> &'static str {
    let part =
        item.head.object.kind == Kind::LoadBalancer && is_balancer_of_aks(&item.head.object.name);
    if part {
        "partly-simulated"
    } else {
        "not-simulated"
    }
}

/// Where two documents have one kind and name, the later one is used, as when both are applied. Returns the heads of
/// all that have a name, if no two have the same; those of the document before are `known`.
fn supersede(
    items: &mut [Item],
    document: &Document,
    known: &[Arc<Head>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Head>> {
    let named = |item: &Item| {
        !item.skipped && !matches!(item.head.object.kind, Kind::Layout | Kind::Unknown)
    };
    let heads = items.iter().filter(|item| named(item));
    let heads: Vec<Arc<Head>> = heads.map(|item| item.head.clone()).collect();
    let same = |(now, known): (&Arc<Head>, &Arc<Head>)| {
        Arc::ptr_eq(now, known) || now.object == known.object
    };
    if heads.len() == known.len() && heads.iter().zip(known).all(same) {
        return heads;
    }
    let mut distinct = true;
    let mut last: BTreeMap<Ref, usize> = BTreeMap::new();
    for index in 0..items.len() {
        if !named(&items[index]) {
            continue;
        }
        let object = items[index].head.object.clone();
        let Some(earlier) = last.insert(key(&object), index) else {
            continue;
        };
        distinct = false;
        let place = |index: usize| {
            let item = items.get(index)?;
            Some(location(document.files.get(item.file)?, item.root.span()))
        };
        let first = place(earlier).map_or_else(String::new, |place| place.to_string());
        let message =
            format!("{object} is written twice; this one is used and the one at {first} is not");
        diagnostics.push(
            Diagnostic::new(Severity::Warning, "duplicate-object", message)
                .at(place(index))
                .about(object)
                .hint("remove one of the two, or rename it"),
        );
        if let Some(item) = items.get_mut(earlier) {
            item.skipped = true;
        }
    }
    if distinct { heads } else { Vec::new() }
}

/// ARM compares names without regard to case, Kubernetes with.
fn key(object: &Ref) -> Ref {
    let arm = matches!(
        object.kind,
        Kind::Cluster
            | Kind::Vnet
            | Kind::Subnet
            | Kind::Peering
            | Kind::RouteTable
            | Kind::Nsg
            | Kind::PublicIp
            | Kind::AppGateway
            | Kind::Firewall
            | Kind::FirewallPolicy
            | Kind::Storage
            | Kind::PrivateEndpoint
            | Kind::PrivateDnsZone
            | Kind::DnsZone
    );
    if !arm {
        return object.clone();
    }
    Ref::scoped(
        object.kind,
        object.scope.to_ascii_lowercase(),
        object.name.to_ascii_lowercase(),
    )
}

fn read_items(
    items: &[Item],
    document: &Document,
    (network, lists): (&mut Network, &mut lists::Reading<'_>),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let used = || items.iter().filter(|item| !item.skipped);
    let mut reading = azure::Reading {
        network,
        machines: Vec::new(),
        back_references: Vec::new(),
    };
    for item in used() {
        let Some(file) = document.files.get(item.file) else {
            continue;
        };
        if let Some(said) = lists.known(item, reading.network) {
            diagnostics.extend_from_slice(said);
            continue;
        }
        let source = Source::new(file, &item.root, item.head.object.clone());
        match item.head.form {
            Form::Kube(kind) => kube::read(kind, item, source.cursor(), reading.network),
            Form::Azure(kind) => azure::read(kind, item, source.cursor(), &mut reading),
            Form::Ours(kind) => ours::read(kind, item, source.cursor(), reading.network),
            Form::Child(..) | Form::Other => {}
        }
        let said = source.into_problems();
        lists.keep(item, &said, reading.network);
        diagnostics.extend(said);
    }
    let azure::Reading {
        network,
        machines,
        back_references,
    } = reading;
    for item in used() {
        let (Form::Child(child, parent), Some(file)) =
            (&item.head.form, document.files.get(item.file))
        else {
            continue;
        };
        let source = Source::new(file, &item.root, item.head.object.clone());
        let found = azure::read_child(*child, parent, item, source.cursor(), network);
        diagnostics.extend(source.into_problems());
        if !found {
            let message = format!(
                "the resource `{parent}` that `{}` belongs to is not there",
                item.head.text
            );
            diagnostics.push(
                Diagnostic::new(Severity::Error, "missing-reference", message)
                    .at(Some(location(file, item.root.span)))
                    .about(item.head.object.clone())
                    .found(format!("no `{parent}`"), "the parent among the documents"),
            );
        }
    }
    for machine in machines {
        if let Some(host) = machine.host(network) {
            network.hosts.push(host);
            continue;
        }
        let meta = machine.meta();
        let message = "no network interface says in which subnet this machine is; it is left out";
        diagnostics.push(
            Diagnostic::new(Severity::Warning, "machine-nowhere", message)
                .at(network.place(document, &meta.origin))
                .about(Ref::new(Kind::Host, meta.name.clone()))
                .hint("add the output of `az network nic show`, or a kubehop `Host`"),
        );
    }
    azure::link(network, back_references);
    kube::mirror(network);
}

/// By file as ordered in the document, then by line and column.
fn sort(diagnostics: &mut [Diagnostic], document: &Document) {
    diagnostics.sort_by_key(|diagnostic| {
        let Some(place) = &diagnostic.location else {
            return (usize::MAX, 0, 0);
        };
        let file = document
            .files
            .iter()
            .position(|file| file.name == place.file);
        (file.unwrap_or(usize::MAX), place.line, place.column)
    });
}

#[cfg(test)]
mod tests;
