//! What the matrix says of a small shop, and what becomes of files that are dropped on it.

use std::rc::Rc;

use yew::Reducible;

use super::*;
use crate::engine::reach::grid::Change;
use crate::engine::trace::Verdict;
use crate::text::Language;
use crate::ui::dialogs::own_work;
use crate::ui::store::{Action, Note, Origin, Preferences, State, View, Work};

const SHOP: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 5432}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: spy, namespace: other, labels: {app: spy}}, spec: {containers: [{name: c, image: i}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: client}, spec: {network: internet, ip: 198.51.100.7}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: spying}, spec: {from: pod/other/spy, to: pod/shop/db, port: 5432}}
";

const POLICY: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 192.0.2.0/24}}]
      ports: [{port: 5432}]
";

fn work(name: &str, text: &str) -> Rc<Work> {
    own_work(vec![(name.to_owned(), text.to_owned())])
}

fn shop() -> Rc<State> {
    Rc::new(State::new(&work("shop.yaml", SHOP), Preferences::default()))
}

fn model_of(state: &State) -> Model {
    let tried = state.preview.as_ref().map(|preview| &*preview.simulation);
    Model::of(&state.simulation, tried)
}

fn names(model: &Model) -> Vec<String> {
    let words = Words::new(Language::En);
    model
        .names(&words)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn line(model: &Model, name: &str) -> usize {
    names(model).iter().position(|it| it == name).unwrap()
}

#[test]
fn without_policies_the_outside_is_one_line_with_a_name() {
    let model = model_of(&shop());
    assert_eq!(names(&model), ["web", "db", "spy", "Anywhere outside"]);
    let cell = model.cell(line(&model, "spy"), line(&model, "db")).unwrap();
    assert_eq!(Share::of(&cell.ports), Share::All);
    assert!(cell.change.is_none());
    assert!(model.cell(0, 0).is_none());
}

#[test]
fn a_block_is_named_and_what_is_left_is_one_line() {
    let state = shop().reduce(Action::Open(work(
        "all.yaml",
        &format!("{SHOP}---{POLICY}"),
    )));
    let model = model_of(&state);
    assert_eq!(
        names(&model),
        ["web", "db", "spy", "Other addresses", "192.0.2.0/24"]
    );
    let cell = |from: &str, to: &str| {
        let cell = model.cell(line(&model, from), line(&model, to)).unwrap();
        cell.ports.texts().join(", ")
    };
    assert_eq!(cell("web", "db"), "TCP 5432");
    assert_eq!(cell("192.0.2.0/24", "db"), "TCP 5432");
    assert_eq!(cell("Other addresses", "db"), "");
    assert_eq!(cell("db", "web"), "all");
}

#[test]
fn a_cell_is_a_request_that_somebody_can_send() {
    let state = shop().reduce(Action::Open(work(
        "all.yaml",
        &format!("{SHOP}---{POLICY}"),
    )));
    let model = model_of(&state);
    let request = |from: &str, to: &str| {
        let request = model.request(line(&model, from), line(&model, to))?;
        Some(format!(
            "{} {} {}",
            request.from,
            request.target_text(),
            request.protocol
        ))
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        request("web", "db"),
        text("pod/shop/web pod/shop/db:5432 TCP")
    );
    // Closed cells are asked on the port that the receiver has.
    assert_eq!(
        request("spy", "db"),
        text("pod/other/spy pod/shop/db:5432 TCP")
    );
    assert_eq!(
        request("db", "spy"),
        text("pod/shop/db pod/other/spy:80 TCP")
    );
    assert_eq!(
        request("web", "Other addresses"),
        text("pod/shop/web host/client:80 TCP")
    );
    // Nobody in the scenario has such an address.
    assert_eq!(request("192.0.2.0/24", "db"), None);
}

#[test]
fn ranges_are_prefixes_where_they_are_ones() {
    assert_eq!(range_text((0xc000_0200, 0xc000_02ff)), "192.0.2.0/24");
    assert_eq!(range_text((0, 0xc000_01ff)), "0.0.0.0–192.0.1.255");
    assert_eq!(range_text((7, 7)), "0.0.0.7/32");
    assert_eq!(range_text((0, u32::MAX)), "0.0.0.0/0");
}

#[test]
fn dropped_policies_are_tried_applied_as_one_step_and_undone() {
    let before = shop();
    let tried = before
        .clone()
        .reduce(Action::Receive(work("db.yaml", POLICY)));
    assert_eq!(tried.view, View::Matrix);
    assert_eq!(tried.document(), before.document());
    let model = model_of(&tried);
    let changes = |change: Change| {
        let of = model.changes.iter().filter(|it| it.change == change);
        let names = names(&model);
        of.map(|it| format!("{} {}", names[it.from], names[it.to]))
            .collect::<Vec<_>>()
    };
    assert_eq!(changes(Change::Closed), ["spy db", "Other addresses db"]);
    assert_eq!(changes(Change::Ports), ["web db", "192.0.2.0/24 db"]);
    assert_eq!(changes(Change::Opened), Vec::<String>::new());
    let flows = before
        .simulation
        .flow_changes(&tried.preview.as_ref().unwrap().simulation);
    assert_eq!(flows.len(), 1);
    assert_eq!(flows[0].verdicts, [Verdict::Delivered, Verdict::Dropped]);

    let request = model
        .request(line(&model, "spy"), line(&model, "db"))
        .unwrap();
    assert_eq!((&*request.to, &*request.port), ("pod/shop/db", "5432"));
    // The own port is allowed before and after, and shows nothing.
    let request = model
        .request(line(&model, "web"), line(&model, "db"))
        .unwrap();
    assert_eq!((&*request.to, &*request.port), ("pod/shop/db", "1"));

    let cancelled = tried.clone().reduce(Action::Cancel);
    assert_eq!(cancelled.preview, None);
    assert_eq!(cancelled.document(), before.document());

    let applied = tried.reduce(Action::Apply);
    assert_eq!(applied.preview, None);
    assert_eq!(applied.history.depth(), before.history.depth() + 1);
    assert_eq!(applied.simulation.network.policies.len(), 1);
    let undone = applied.reduce(Action::Undo);
    assert_eq!(undone.document(), before.document());
}

#[test]
fn an_edit_under_a_trial_is_part_of_both_sides() {
    let tried = shop().reduce(Action::Try(work("db.yaml", POLICY)));
    let command = crate::edit::Command::AddFile {
        name: "more.yaml".into(),
        text: "{apiVersion: v1, kind: Pod, metadata: {name: new, namespace: shop}, spec: {containers: [{name: c, image: i}]}}".into(),
    };
    let edited = tried.reduce(Action::Edit(command.into()));
    let model = model_of(&edited);
    let new = line(&model, "new");
    let change = model.cell(new, line(&model, "db")).unwrap().change;
    assert_eq!(change, Some(Change::Closed));
}

#[test]
fn other_files_are_opened_unless_they_are_dropped_on_the_matrix() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: new}, spec: {containers: [{name: c, image: i}]}}";
    let opened = shop().reduce(Action::Receive(work("pod.yaml", pod)));
    assert_eq!(
        (&*opened.name, opened.preview.is_some()),
        ("pod.yaml", false)
    );
    let matrix = shop().reduce(Action::ShowView(View::Matrix));
    let tried = matrix.reduce(Action::Receive(work("pod.yaml", pod)));
    assert_eq!((&*tried.name, tried.preview.is_some()), ("shop.yaml", true));
    let model = model_of(&tried);
    // Who is only there afterwards has every pair opened.
    let change = model
        .cell(line(&model, "new"), line(&model, "web"))
        .unwrap()
        .change;
    assert_eq!(change, Some(Change::Opened));
    // It can still be opened alone.
    let alone = tried
        .clone()
        .reduce(Action::Open(tried.preview.as_ref().unwrap().work.clone()));
    assert_eq!((&*alone.name, alone.preview.is_some()), ("pod.yaml", false));
    assert_eq!(alone.origin, Origin::Own);
}

#[test]
fn files_without_an_object_and_policies_that_are_refused_are_told() {
    let bad = shop().reduce(Action::Try(work("bad.yaml", "just words")));
    assert!(matches!(bad.note, Some(Note::BadFile(_))) && bad.preview.is_none());
    let refused = POLICY.replace("port: 5432", "port: 123456");
    let tried = shop().reduce(Action::Try(work("db.yaml", &refused)));
    let preview = tried.preview.as_ref().unwrap();
    assert!(!preview.problems.is_empty());
    assert!(model_of(&tried).changes.is_empty());
}

#[test]
fn lines_are_filtered_by_name_and_namespace_and_by_what_changes() {
    let tried = shop().reduce(Action::Try(work("db.yaml", POLICY)));
    let model = model_of(&tried);
    let all = model.names(&Words::new(Language::En));
    let kept = |text: &str| model.filtered(&all, text, None).to_vec();
    assert_eq!(kept("shop"), [0, 1]);
    assert_eq!(kept(" SP "), [2]);
    assert_eq!(kept("nobody"), Vec::<usize>::new());
    assert_eq!(model.filtered(&all, "", Some(|it| it.to)).to_vec(), [1]);
}
