//! What each action does to the state. `None` means that nothing changes.

use std::rc::Rc;

use yew::AttrValue;

use super::clock::{play, show_moment, stepped, tick as tick_clock};
use super::preview::only_policies;
use super::proof::{end, prove};
use super::{
    Action, Mode, Move, Note, Origin, Preferences, Preview, Request, Reveal, State, Suggestion,
    Tab, View, Work,
};
use crate::edit::Command;
use crate::engine::trace::{Cause, Verdict};
use crate::model::diagnostic::Location;
use crate::model::flow::Target;
use crate::model::manifest::Manifest;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::scene::geometry::Point;
use crate::scene::layout::place;
use crate::ui::answer::Answer;
use crate::ui::context::Words;
use crate::ui::simulation::Simulation;

pub(super) fn reduce(state: &State, action: Action) -> Option<State> {
    match action {
        Action::Open(work) => Some(received(state, &work, |_| false)),
        Action::OpenLink(work, view) => Some(with(&open(state, &work), |next| next.look(&view))),
        Action::Receive(work) => Some(receive(state, &work)),
        Action::Try(work) => Some(try_files(state, &work)),
        Action::Compare(request) => compare(state, &request),
        Action::Apply => apply(state),
        Action::Cancel => changed(state, state.preview.is_none(), |next| next.preview = None),
        Action::Return => {
            let former = state.former.clone()?;
            let mut next = open(state, &former);
            next.former = None;
            next.note = None;
            Some(next)
        }
        Action::Keep => keep(state),
        Action::Edit(command) => edit(state, &command),
        Action::WalkExposed => walk_exposed(state),
        Action::ShowBlockers(shown) => Some(with(state, |next| {
            next.blockers = None;
            if shown {
                next.find_blockers();
            }
        })),
        Action::Nudge(by, now) => nudge(state, by, now),
        Action::Add(command, object) => {
            let mut next = edit(state, &command)?;
            next.selection = Some(object);
            next.dialog = None;
            next.drawer = false;
            next.tab = Tab::Object;
            Some(next)
        }
        Action::Undo => travel(state, false),
        Action::Redo => travel(state, true),
        Action::Draft(request) => changed(state, state.request == request, |next| {
            next.request_error = None;
            next.suggestions = Rc::from([]);
            next.request = request;
        }),
        Action::Send => Some(with(state, State::send)),
        Action::SendFlow(index) => {
            let request = Request::of(state.simulation.network.flows.get(index)?);
            Some(send(state, request.into()))
        }
        Action::Show(request) => Some(show(state, request)),
        Action::PickBranch(branch) => changed(state, state.branch == branch, |next| {
            next.branch = branch;
            next.clamp();
            next.follow_branch();
        }),
        Action::ShowMoment(instant) => show_moment(state, instant),
        Action::StepMoment { forward } => {
            stepped(state, forward).and_then(|instant| show_moment(state, Some(instant)))
        }
        Action::PlayClock => play(state),
        Action::TickClock => tick_clock(state),
        Action::TogglePlay => toggle_play(state),
        Action::Tick => tick(state),
        Action::Go(target) => go(state, target),
        Action::NextSpeed => Some(with(state, |next| {
            next.speed = if state.speed >= 4 { 1 } else { state.speed * 2 };
        })),
        Action::Select(selection) => changed(state, state.selection == selection, |next| {
            next.selection = selection;
        }),
        Action::Click(object) => Some(click(state, object)),
        Action::Follow(cause) => Some(with(state, |next| next.follow(&cause))),
        Action::ShowLine { file, line, column } => {
            Some(with(state, |next| next.show(file, line, column)))
        }
        Action::CursorAt { file, line } => cursor_at(state, file, line),
        Action::ShowTab(tab) => changed(state, state.tab == tab, |next| next.tab = tab),
        Action::ShowFile(file) => changed(state, state.file == file, |next| next.file = file),
        Action::ShowView(view) => show_view(state, view),
        Action::SetSides(sides) => Some(with(state, |next| next.sides = Some(sides))),
        Action::Prove(cell, probe) => prove(state, cell, probe),
        Action::EndProof => end(state),
        Action::SetBeside(beside) => Some(with(state, |next| next.beside = Some(beside))),
        Action::Look(viewport) => changed(state, state.viewport == viewport, |next| {
            next.viewport = viewport;
        }),
        Action::SetMode(mode) => changed(state, state.mode == mode, |next| next.mode = mode),
        Action::SetDialog(dialog) => changed(state, state.dialog == dialog, |next| {
            next.dialog = dialog;
            next.drawer = false;
        }),
        Action::SetDrawer(drawer) => {
            changed(state, state.drawer == drawer, |next| next.drawer = drawer)
        }
        Action::SetNote(note) => changed(state, state.note == note, |next| next.note = note),
        Action::LeaveOut(out, all) => leave_out(state, out, all),
        // The browser's side does it; nothing changes here.
        Action::ExportPicture => None,
        Action::Prefer(preferences) => prefer(state, preferences),
    }
}

fn prefer(state: &State, preferences: Preferences) -> Option<State> {
    changed(state, state.preferences == preferences, |next| {
        if next.preferences.language != preferences.language {
            next.words = Words::new(preferences.language);
        }
        next.preferences = preferences;
    })
}

fn show_view(state: &State, view: View) -> Option<State> {
    changed(state, state.view == view, |next| {
        next.view = view;
        next.sides = (view == View::Compare).then(|| next.likeliest());
        next.cell = None;
        if !matches!(view, View::Diagram | View::Table) {
            next.end_proof();
        }
    })
}

/// What a link brought is the reader's own from now on.
fn keep(state: &State) -> Option<State> {
    changed(state, state.origin != Origin::Link, |next| {
        next.origin = Origin::Own;
        next.former = None;
        next.note = None;
    })
}

/// Opens files, or tries them where that is what they are for.
fn receive(state: &State, work: &Rc<Work>) -> State {
    received(state, work, |network| {
        let has_pods = !state.simulation.network.pods.is_empty() && !state.stale;
        has_pods && (state.view == View::Matrix || only_policies(network))
    })
}

/// Says that files were left out; that they could not be opened at all says more.
fn leave_out(state: &State, out: usize, all: usize) -> Option<State> {
    let failed = matches!(state.note, Some(Note::BadFile(_)));
    changed(state, failed, |next| {
        next.note = Some(Note::LeftOut(out, all));
    })
}

fn try_files(state: &State, work: &Rc<Work>) -> State {
    if state.stale {
        return with(state, |next| {
            next.note = Some(Note::BadFile(state.words.get("whatif-stale")));
            next.dialog = None;
        });
    }
    received(state, work, |_| true)
}

fn compare(state: &State, request: &Rc<Request>) -> Option<State> {
    let preview = state.preview.as_deref()?;
    Some(with(state, |next| {
        next.preview = Some(Rc::new(Preview {
            compared: Some(request.clone()),
            ..preview.clone()
        }));
    }))
}

/// Applies what is tried; the trial ends even where that changes nothing.
fn apply(state: &State) -> Option<State> {
    let preview = state.preview.clone()?;
    let base = with(state, |next| next.preview = None);
    Some(edit(&base, &preview.command).unwrap_or(base))
}

fn with(state: &State, change: impl FnOnce(&mut State)) -> State {
    let mut next = state.clone();
    change(&mut next);
    next
}

fn changed(state: &State, same: bool, change: impl FnOnce(&mut State)) -> Option<State> {
    (!same).then(|| with(state, change))
}

/// Shows files, tries them where `tries` says so of what is in them, or says why they cannot be read.
fn received(state: &State, work: &Rc<Work>, tries: impl FnOnce(&Network) -> bool) -> State {
    if work.origin != Origin::Own {
        return open(state, work);
    }
    match read(state, work) {
        Ok(simulation) if tries(&simulation.network) => with(state, |next| {
            let preview = Preview::of(state.document(), &state.problems, &state.simulation, work);
            next.preview = Some(Rc::new(preview));
            next.end_proof();
            next.view = View::Matrix;
            next.dialog = None;
            next.drawer = false;
            next.playing = false;
        }),
        Ok(simulation) => open_read(state, work, simulation),
        Err(reason) => with(state, |next| {
            next.note = Some(Note::BadFile(reason));
            next.dialog = None;
        }),
    }
}

/// What follows from texts of the reader, or why they are no work: nothing in them is an object.
fn read(state: &State, work: &Work) -> Result<Rc<Simulation>, AttrValue> {
    let simulation = Rc::new(Simulation::of(work.document.clone()));
    // What is of no known kind is an object all the same.
    let is_object = |manifest: &Manifest| {
        let has = |key| manifest.root.get(key).is_some();
        manifest.simulated || has("kind") || has("type")
    };
    if simulation.network.manifests.iter().any(is_object) {
        return Ok(simulation);
    }
    let texts = state.words.texts();
    Err(match simulation.problems.first() {
        Some(problem) => texts.diagnostic(problem).into(),
        None => format!("{}: {}", work.name, texts.get("file-no-object")).into(),
    })
}

fn open(state: &State, work: &Work) -> State {
    open_read(state, work, Simulation::of(work.document.clone()).into())
}

fn open_read(state: &State, work: &Work, simulation: Rc<Simulation>) -> State {
    let mut next = State::showing(work, simulation, state.preferences);
    next.words = state.words.clone();
    next.view = state.view;
    next.sides = (next.view == View::Compare).then(|| next.likeliest());
    next.tab = if state.tab == Tab::Object {
        Tab::Trace
    } else {
        state.tab
    };
    next.reveal.turn = state.reveal.turn.wrapping_add(1);
    next.former.clone_from(&state.former);
    if state.is_changed() && state.origin != Origin::Link {
        next.former = Some(Rc::new(state.work()));
        next.note = Some(Note::Replaced);
    }
    if next.origin == Origin::Link {
        next.note = Some(Note::Linked);
    }
    next
}

fn edit(state: &State, command: &Command) -> Option<State> {
    let mut next = state.clone();
    if !next.history.apply(command) {
        return None;
    }
    next.playing = false;
    // A link that is edited becomes the reader's own.
    if next.origin == Origin::Link {
        next.origin = Origin::Own;
        if next.note.as_ref().is_some_and(Note::is_link) {
            next.note = next.former.is_some().then_some(Note::Replaced);
        }
    }
    next.recompute();
    Some(next)
}

/// Milliseconds within which a press belongs to the one before: the burst is one step of undo.
const BURST: u32 = 1_000;

fn nudge(state: &State, by: Point, now: u32) -> Option<State> {
    let object = state.selection.as_ref();
    let object = object.filter(|_| !state.stale && state.proof.is_none())?;
    let walk = state.walk();
    let branch = walk.as_ref().and_then(crate::ui::answer::Walk::branch);
    let lift = place(&state.shown().network, branch).lift(object)?;
    let (number, last) = state.nudged;
    let gesture = if now.wrapping_sub(last) > BURST {
        now
    } else {
        number
    };
    let command = Command::Move {
        object: object.clone(),
        to: lift.position(lift.moved(by)),
        gesture,
    };
    let mut next = edit(state, &command)?;
    next.nudged = (gesture, now);
    Some(next)
}

fn travel(state: &State, forward: bool) -> Option<State> {
    let mut next = state.clone();
    let moved = if forward {
        next.history.redo()
    } else {
        next.history.undo()
    };
    if !moved {
        return None;
    }
    next.playing = false;
    next.recompute();
    Some(next)
}

fn toggle_play(state: &State) -> Option<State> {
    let last = state.walk()?.len();
    Some(with(state, |next| {
        next.playing = !state.playing;
        next.pause_clock();
        if next.playing && state.playhead >= last {
            next.playhead = 0;
        }
    }))
}

fn tick(state: &State) -> Option<State> {
    let last = state.walk()?.len();
    if !state.playing {
        return None;
    }
    Some(with(state, |next| {
        next.playhead = (state.playhead + 1).min(last);
        next.playing = next.playhead < last;
    }))
}

fn go(state: &State, target: Move) -> Option<State> {
    let walk = state.walk()?;
    let last = walk.len();
    let playhead = match target {
        Move::Step { forward: true } => state.playhead + 1,
        Move::Step { forward: false } => state.playhead.saturating_sub(1),
        Move::Place { forward } => walk.other_place(state.playhead, forward),
        Move::To(index) => index,
        Move::End => last,
    }
    .min(last);
    changed(
        state,
        playhead == state.playhead && !state.playing,
        |next| {
            next.playhead = playhead;
            next.playing = false;
            next.pause_clock();
        },
    )
}

fn click(state: &State, object: Ref) -> State {
    with(state, |next| match &state.mode {
        Mode::Select => {
            next.selection = Some(object);
            if next.tab == Tab::Trace || next.tab == Tab::Problems {
                next.tab = Tab::Object;
            } else if next.tab == Tab::Yaml {
                next.show_selection();
            }
        }
        Mode::From => next.mode = Mode::To(object),
        Mode::To(from) => {
            next.mode = Mode::Select;
            let known = &state.request;
            next.request = Rc::new(Request {
                from: from.to_string(),
                port: port_of(state, &object).unwrap_or_else(|| known.port.clone()),
                to: object.to_string(),
                protocol: known.protocol,
            });
            next.tab = Tab::Trace;
            next.send();
        }
    })
}

/// The first port of a Service, or the first declared port of a pod: what a click on it most likely means.
fn port_of(state: &State, object: &Ref) -> Option<String> {
    let network = &state.simulation.network;
    let port = match object.kind {
        Kind::Service => {
            network
                .service(&object.scope, &object.name)?
                .ports
                .first()?
                .port
        }
        Kind::Pod => {
            network
                .pod(&object.scope, &object.name)?
                .ports
                .first()?
                .port
        }
        _ => return None,
    };
    Some(port.to_string())
}

fn cursor_at(state: &State, file: usize, line: u32) -> Option<State> {
    let network = &state.simulation.network;
    let manifest = network.manifests.iter().find(|manifest| {
        let span = manifest.root.span;
        manifest.file == file && (span.line..=span.end_line).contains(&line)
    })?;
    let object = Some(manifest.object.clone());
    changed(
        state,
        state.selection == object || manifest.object.kind == Kind::Flow,
        |next| {
            next.selection = object;
        },
    )
}

fn send(state: &State, request: Rc<Request>) -> State {
    with(state, |next| {
        next.request = request;
        next.drawer = false;
        next.send();
    })
}

/// Before all events, as problems are found.
fn show(state: &State, request: Rc<Request>) -> State {
    let written = show_moment(state, None);
    let sent = send(written.as_ref().unwrap_or(state), request);
    let shown = show_view(&sent, View::Diagram).unwrap_or(sent);
    with(&shown, |next| next.tab = Tab::Trace)
}

/// What an unreadable text would lead to is not known.
fn walk_exposed(state: &State) -> Option<State> {
    let known = state.stale || state.simulation.walked().is_some();
    changed(state, known, |next| {
        next.simulation.walk_exposed();
        next.gather_problems();
    })
}

impl State {
    /// Sends the request as typed and shows its whole walk.
    pub(super) fn send(&mut self) {
        self.end_proof();
        self.playing = false;
        self.suggestions = Rc::from([]);
        let completed = self.request.completed(&self.simulation);
        if completed != *self.request {
            self.request = Rc::new(completed);
        }
        match self.request.flow() {
            Ok(flow) => {
                self.request_error = None;
                self.blockers = None;
                self.sent = self.request.clone();
                self.answer = Some(Rc::new(Answer::new(self.simulation.trace(&flow))));
                self.branch = 0;
                self.wind(Some(&flow));
                self.playhead = usize::MAX;
                self.clamp();
                // A name that nobody knows may be that of an object.
                let verdict = self.walk().map(|walk| walk.verdict());
                if verdict == Some(Verdict::Unresolved) || verdict == Some(Verdict::Rejected) {
                    self.suggest(false, matches!(flow.to, Target::Name(_)));
                }
            }
            Err(error) => {
                self.suggest(true, error.0 == "request-bad-from");
                self.suggest(false, error.0 == "request-bad-to");
                self.request_error = Some(error);
            }
        }
    }

    /// Offers what the sender or the destination may mean, if it is in question.
    fn suggest(&mut self, from: bool, in_question: bool) {
        if in_question {
            let text = if from {
                &self.request.from
            } else {
                &self.request.to
            };
            let places = self.simulation.meant(text, from).into_iter();
            self.suggestions = places.map(|place| Suggestion { from, place }).collect();
        }
    }

    /// Computes again what follows from the document, and the answer to what was sent.
    fn recompute(&mut self) {
        self.end_proof();
        let simulation = self.simulation.after(self.document().clone());
        self.edited = self.is_edited();
        self.problems = simulation.problems.clone();
        self.stale = !simulation.readable;
        if let Some(preview) = self.preview.take() {
            let tried = Preview::of(self.document(), &self.problems, &simulation, &preview.work);
            self.preview = Some(Rc::new(tried));
        }
        if self.stale {
            return;
        }
        self.simulation = Rc::new(simulation);
        self.file = self.file.min(self.document().files.len().saturating_sub(1));
        let at_end = self.walk().is_none_or(|walk| self.playhead >= walk.len());
        let flow = self.sent.flow().ok();
        let answer = |flow| Rc::new(Answer::new(self.simulation.trace(flow)));
        self.answer = flow.as_ref().map(answer);
        self.wind(flow.as_ref());
        if self.blockers.is_some() {
            self.find_blockers();
        }
        if at_end {
            self.playhead = usize::MAX;
        }
        self.clamp();
    }

    /// Looks for what stands in the way of what was sent, at the shown moment. A connection that was open is not sent.
    fn find_blockers(&mut self) {
        let flow = self.sent.flow().ok();
        let flow = flow.filter(|_| !self.at.as_ref().is_some_and(|at| at.instant.open));
        let shown = self.shown();
        self.blockers = flow.map(|flow| Rc::new(shown.blockers(&flow)));
    }

    pub(super) fn clamp(&mut self) {
        let walk = self.walk();
        self.branch = walk.as_ref().map_or(0, crate::ui::answer::Walk::index);
        let last = walk.map_or(0, |walk| walk.len());
        self.playhead = self.playhead.min(last);
    }

    fn follow(&mut self, cause: &Cause) {
        self.selection = Some(cause.object.clone());
        let network = &self.simulation.network;
        match network.locate(&self.simulation.document, &cause.object, &cause.field) {
            Some(place) => self.show_location(&place),
            None => self.tab = Tab::Object,
        }
    }

    fn show_selection(&mut self) {
        let Some(object) = self.selection.clone() else {
            return;
        };
        let network = &self.simulation.network;
        if let Some(place) = network.locate(&self.simulation.document, &object, "") {
            self.show_location(&place);
        }
    }

    fn show_location(&mut self, place: &Location) {
        let files = &self.document().files;
        if let Some(file) = files.iter().position(|file| file.name == place.file) {
            self.show(file, place.line, place.column);
        }
    }

    fn show(&mut self, file: usize, line: u32, column: u32) {
        self.tab = Tab::Yaml;
        self.file = file;
        self.reveal = Reveal {
            file,
            line,
            column,
            turn: self.reveal.turn.wrapping_add(1),
        };
    }
}
