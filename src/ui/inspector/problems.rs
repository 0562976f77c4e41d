//! The Problems tab: every diagnostic with its place and a way out.

use std::rc::Rc;

use yew::{Html, MouseEvent, Properties, component, html};

use super::panel_ids;
use crate::engine::lint::catalogue;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::ui::context::{use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::store::{Action, Request};

#[derive(PartialEq, Properties)]
pub struct ProblemsPanelProps {
    /// What is wrong.
    pub problems: Rc<[Diagnostic]>,
    /// To find the files by name.
    pub document: Rc<Document>,
}

#[component]
pub fn ProblemsPanel(props: &ProblemsPanelProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let (id, tab) = panel_ids("problems");
    let line = |problem: &Diagnostic| {
        let place = problem.location.as_ref()?;
        let file = props
            .document
            .files
            .iter()
            .position(|file| file.name == place.file)?;
        let action = Action::ShowLine {
            file,
            line: place.line,
            column: place.column,
        };
        Some((
            format!("{}:{}:{}", place.file, place.line, place.column),
            act.on::<MouseEvent>(action),
        ))
    };
    let walk = |flow: &Flow| act.on::<MouseEvent>(Action::Show(Rc::new(Request::of(flow))));
    html! {
        <div class="panel" role="tabpanel" {id} aria-labelledby={tab}>
            if props.problems.is_empty() { <p class="quiet">{ words.get("problems-none") }</p> }
            <ul class="problems">
                for problem in props.problems.iter().take(500) {
                    <li class="problem">
                        { symbol(icon(problem.severity), class(problem.severity)) }
                        <div>
                            <p><span class="visually-hidden">{ words.texts().severity(problem.severity) }{ ": " }</span>{ words.texts().diagnostic_message(problem) }</p>
                            if let Some([found, expected]) = words.texts().diagnostic_found(problem) {
                                <p><small>{ words.with("problem-found", &[("found", found.into()), ("expected", expected.into())]) }</small></p>
                            }
                            if let Some(entry) = catalogue::find(problem.code) { <p><small>{ words.get(entry.consequence) }</small></p> }
                            if let Some(hint) = words.texts().diagnostic_hint(problem) { <p><small>{ hint }</small></p> }
                            <p class="problem__links">
                                if let Some((place, onclick)) = line(problem) { <button type="button" class="link mono" {onclick}>{ place }</button> }
                                if let Some(flow) = &problem.shown_by { <button type="button" class="link" onclick={walk(flow)}>{ words.get("problem-walk") }</button> }
                            </p>
                        </div>
                    </li>
                }
            </ul>
        </div>
    }
}

const fn icon(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "v-dropped",
        Severity::Warning => "u-warn",
        Severity::Info => "u-info",
    }
}

const fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "sev-error",
        Severity::Warning => "sev-warning",
        Severity::Info => "sev-info",
    }
}
