//! Everything that can change in the page, and the actions that change it.
//!
//! [`State::reduce`] is pure: storage, links, time and the browser are turned into actions by [`super::app`] and the
//! panes. An action that changes nothing returns the same state, so nothing is drawn again. What follows from the
//! document and the request ([`Simulation`], [`Answer`]) is computed here, once a change.

use std::rc::Rc;

use yew::{AttrValue, Reducible};

use super::answer::{Answer, Walk};
use super::baked;
use super::clock::{Clock, Instant};
use super::context::Words;
use super::simulation::Simulation;
use crate::blockers::Blockers;
use crate::edit::switch::Choice;
use crate::edit::{Command, History};
use crate::engine::trace::Cause;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::document::Document;
use crate::model::object::Ref;
use crate::scenarios;
use crate::scene::geometry::Point;
use crate::share::SharedView;
use crate::text::Language;

mod clock;
mod link;
mod preview;
mod proof;
mod reduce;
mod request;
mod sides;

pub use clock::At;
pub use preview::Preview;
pub use proof::{Cell, Proof};
pub use request::{Request, Suggestion};
pub use sides::Sides;

/// Where the shown document comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A built-in scenario, unchanged or edited, by its id.
    Scenario(Rc<str>),
    /// Files of the user.
    Own,
    /// A link; not kept in the browser until the reader says so.
    Link,
}

/// What is worked on: saved, restored and put into links.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// Title for people; empty for a built-in scenario, which has a translated one.
    pub name: Rc<str>,
    /// Where it comes from.
    pub origin: Origin,
    /// The files.
    pub document: Rc<Document>,
    /// The request; `None` takes the first flow of the document.
    pub request: Option<Rc<Request>>,
}

/// A tab of the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The steps of the walk.
    Trace,
    /// The selected object.
    Object,
    /// The files.
    Yaml,
    /// What is wrong.
    Problems,
}

/// What the middle shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The picture.
    Diagram,
    /// Its full alternative: tables.
    Table,
    /// Who may talk to whom.
    Matrix,
    /// Two variants side by side.
    Compare,
    /// The eight rows of AKS's article.
    Article,
}

impl View {
    /// The view whose button shows it.
    #[must_use]
    pub const fn button(self) -> Self {
        match self {
            View::Article => View::Compare,
            view => view,
        }
    }
}

/// Which theme is wished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the reader prefers; kept in the browser apart from the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Language.
    pub language: Language,
    /// Theme.
    pub theme: Theme,
    /// Whether single keys act.
    pub single_keys: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: Language::En,
            theme: Theme::System,
            single_keys: true,
        }
    }
}

/// A dialog over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// A link to what is shown.
    Share,
    /// The text for another page.
    Embed,
    /// All keys.
    Keys,
    /// A new object.
    Add,
    /// A pasted text.
    Paste,
    /// Find an object.
    Find,
    /// Addresses, and what still fits.
    Plan,
}

/// How a click on an object is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It selects.
    Select,
    /// It names the sender.
    From,
    /// It names the destination of a request from here.
    To(Ref),
}

/// A message across the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// A link was opened; own work, if there is any, waits behind it.
    Linked,
    /// The same, but nothing happens in it at the moment that the link names; its second.
    LinkedWithoutMoment(u32),
    /// The same, but it compares with something that this version does not have; its word.
    LinkedWithoutSide(AttrValue),
    /// Other work was opened over changed work, which waits behind it.
    Replaced,
    /// A link could not be read; why, and whether a later version of the page made it.
    BadLink {
        /// What is wrong with it.
        reason: AttrValue,
        /// Whether a later version made it.
        newer: bool,
    },
    /// The browser did not keep the work.
    NotSaved(AttrValue),
    /// The page ended unexpectedly last time.
    Restored,
    /// A file could not be read.
    BadFile(AttrValue),
    /// Files were opened, but not all of them: how many are no manifests, of how many. Former work, if there is any,
    /// waits behind them.
    LeftOut(usize, usize),
}

impl Note {
    /// Whether it says that what is shown came with a link.
    pub const fn is_link(&self) -> bool {
        matches!(
            self,
            Note::Linked | Note::LinkedWithoutMoment(_) | Note::LinkedWithoutSide(_)
        )
    }
}

/// What the canvas shows: the picture's offset in pixels and its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Viewport {
    /// Everything fits; on a narrow screen the packet is followed.
    Auto,
    /// Everything fits.
    FitAll,
    /// The path fits.
    FitPath,
    /// As the reader moved it.
    At {
        /// Horizontal offset of the picture's origin, in pixels.
        x: f64,
        /// Vertical offset.
        y: f64,
        /// Pixels per unit of the picture.
        scale: f64,
    },
}

/// A place in a file that the editor should show; `turn` tells requests apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reveal {
    /// Index of the file.
    pub file: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Counts the requests.
    pub turn: u32,
}

/// Where the playhead goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// One step.
    Step {
        /// In time, not against it.
        forward: bool,
    },
    /// To the next place.
    Place {
        /// In time, not against it.
        forward: bool,
    },
    /// To a step.
    To(usize),
    /// To the verdict.
    End,
}

/// Everything that can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Shows other work; what was changed by the reader is put aside.
    Open(Rc<Work>),
    /// Shows what a link brings, as its sender looked at it.
    OpenLink(Rc<Work>, Rc<SharedView>),
    /// Files came without a word about what they are for: policies alone, and whatever is dropped on the matrix, are
    /// tried; anything else is opened.
    Receive(Rc<Work>),
    /// Shows what would change if these files were applied.
    Try(Rc<Work>),
    /// Compares the walks of a request now and with the files that are tried.
    Compare(Rc<Request>),
    /// Applies the files that are tried.
    Apply,
    /// Ends the trial.
    Cancel,
    /// Shows the work that was put aside.
    Return,
    /// Makes what a link brought the reader's own.
    Keep,
    /// Changes the document.
    Edit(Rc<Command>),
    /// Sends a request and shows its walk as it is written.
    Show(Rc<Request>),
    /// Walks to all that is exposed, for problems that no edit shows at once.
    WalkExposed,
    /// Looks for what stands in the way of the request, or stops looking.
    ShowBlockers(bool),
    /// Moves the selected object by so many pixels of the picture, at this time in milliseconds.
    Nudge(Point, u32),
    /// Adds an object and selects it.
    Add(Rc<Command>, Ref),
    /// Takes the last edit back.
    Undo,
    /// Does it again.
    Redo,
    /// Changes the request without sending it.
    Draft(Rc<Request>),
    /// Sends the request as typed.
    Send,
    /// Sends a flow of the document, by its index.
    SendFlow(usize),
    /// Shows another branch.
    PickBranch(usize),
    /// Shows a moment of the clock, or the scenario as it is written.
    ShowMoment(Option<Instant>),
    /// Shows the moment after the shown one, or before it.
    StepMoment {
        /// In time, not against it.
        forward: bool,
    },
    /// Starts or stops going from moment to moment.
    PlayClock,
    /// The time for a moment has passed.
    TickClock,
    /// Starts or stops playing.
    TogglePlay,
    /// The time for a step has passed.
    Tick,
    /// Moves the playhead.
    Go(Move),
    /// The next speed.
    NextSpeed,
    /// Selects an object, or nothing.
    Select(Option<Ref>),
    /// A click on an object of the picture.
    Click(Ref),
    /// Selects the object and shows where the field is written.
    Follow(Cause),
    /// Shows a place in a file.
    ShowLine {
        /// Index of the file.
        file: usize,
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
    },
    /// The cursor of the editor stands on this line.
    CursorAt {
        /// Index of the file.
        file: usize,
        /// Line, from 1.
        line: u32,
    },
    /// Shows a tab of the inspector.
    ShowTab(Tab),
    /// Shows a file in the YAML tab.
    ShowFile(usize),
    /// Shows the diagram or the tables.
    ShowView(View),
    /// Compares these two.
    SetSides(Sides),
    /// Shows the walks of a probe of the eight-row table, by its index in the row.
    Prove(Cell, usize),
    /// Goes back from there to the table.
    EndProof,
    /// Puts the tables of these network models beside that of the scenario.
    SetBeside(Rc<[Choice]>),
    /// Moves or scales the picture.
    Look(Viewport),
    /// How clicks are understood.
    SetMode(Mode),
    /// Opens or closes a dialog.
    SetDialog(Option<Dialog>),
    /// Opens or closes the left pane where it is a drawer.
    SetDrawer(bool),
    /// Shows or hides a message.
    SetNote(Option<Note>),
    /// Says how many files were left out of how many, unless they could not be opened at all.
    LeaveOut(usize, usize),
    /// Hands the picture out as a file; [`super::app`] does it.
    ExportPicture,
    /// Changes what the reader prefers.
    Prefer(Preferences),
}

/// The whole state of the page.
#[derive(Clone, Debug)]
pub struct State {
    /// The document with its past and future.
    pub history: History,
    /// Title for people; see [`Work::name`].
    pub name: Rc<str>,
    /// Where the document comes from.
    pub origin: Origin,
    /// What follows from the document, or from the last one that could be read.
    pub simulation: Rc<Simulation>,
    /// Files that are tried, and what follows if they are applied.
    pub preview: Option<Rc<Preview>>,
    /// What is wrong with the document as it stands.
    pub problems: Rc<[Diagnostic]>,
    /// Whether the document cannot be read now, so that `simulation` is an older one's.
    pub stale: bool,
    /// The request as typed.
    pub request: Rc<Request>,
    /// The request that was sent last.
    pub sent: Rc<Request>,
    /// Why the request cannot be sent: message id and detail.
    pub request_error: Option<(&'static str, String)>,
    /// The answer to what was sent.
    pub answer: Option<Rc<Answer>>,
    /// What stands in the way of what was sent, where the reader asked.
    pub blockers: Option<Rc<Blockers>>,
    /// What the request comes to when the scenario's events happen; `None` where it has none.
    pub clock: Option<Rc<Clock>>,
    /// The shown moment of the clock.
    pub at: Option<At>,
    /// The proof that is looked at instead of the answer.
    pub proof: Option<Rc<Proof>>,
    /// The answer of the eight-row table that was looked at last.
    pub cell: Option<Cell>,
    /// What is compared; `None` while nothing is.
    pub sides: Option<Sides>,
    /// The network models whose tables stand beside that of the scenario; `None` for its counterpart's.
    pub beside: Option<Rc<[Choice]>>,
    /// Which branch is shown.
    pub branch: usize,
    /// Index of the current step; beyond the last one is the verdict.
    pub playhead: usize,
    /// Whether it plays.
    pub playing: bool,
    /// Speed in halves: 1 is half speed, 2 is normal, 4 is double.
    pub speed: u8,
    /// The selected object.
    pub selection: Option<Ref>,
    /// The open tab of the inspector.
    pub tab: Tab,
    /// Diagram or tables.
    pub view: View,
    /// The file in the YAML tab.
    pub file: usize,
    /// What the editor should show.
    pub reveal: Reveal,
    /// What the canvas shows.
    pub viewport: Viewport,
    /// How clicks are understood.
    pub mode: Mode,
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// Whether the left pane is open where it is a drawer.
    pub drawer: bool,
    /// The message across the page.
    pub note: Option<Note>,
    /// Work that was put aside when other work was opened.
    pub former: Option<Rc<Work>>,
    /// What the sender, or else the destination, may mean that no place is found for.
    pub suggestions: Rc<[Suggestion]>,
    /// Whether a built-in scenario differs from what came built in.
    pub edited: bool,
    /// The burst of nudges that goes on: its number, and when the last one was.
    pub nudged: (u32, u32),
    /// What the reader prefers.
    pub preferences: Preferences,
    /// The words of the chosen language.
    pub words: Words,
}

impl State {
    /// Shows `work`, its request answered and wholly laid.
    pub fn new(work: &Work, preferences: Preferences) -> Self {
        let simulation = Simulation::of(work.document.clone());
        Self::showing(work, simulation.into(), preferences)
    }

    /// The same where what follows from the document is known.
    fn showing(work: &Work, simulation: Rc<Simulation>, preferences: Preferences) -> Self {
        let mut state = Self {
            history: History::new(work.document.clone()),
            name: work.name.clone(),
            origin: work.origin.clone(),
            problems: simulation.problems.clone(),
            simulation,
            preview: None,
            stale: false,
            request: Rc::default(),
            sent: Rc::default(),
            request_error: None,
            answer: None,
            blockers: None,
            clock: None,
            at: None,
            proof: None,
            cell: None,
            sides: None,
            beside: None,
            branch: 0,
            playhead: 0,
            playing: false,
            speed: 2,
            selection: None,
            tab: Tab::Trace,
            view: View::Diagram,
            file: 0,
            reveal: Reveal::default(),
            viewport: Viewport::Auto,
            mode: Mode::Select,
            dialog: None,
            drawer: false,
            note: None,
            former: None,
            suggestions: Rc::from([]),
            edited: false,
            nudged: (0, 0),
            preferences,
            words: Words::new(preferences.language),
        };
        let first = || {
            let simulation = &state.simulation;
            let flow = simulation.network.flows.first().map(Request::of);
            flow.or_else(|| simulation.first_request()).map(Rc::new)
        };
        if let Some(request) = work.request.clone().or_else(first) {
            state.request = request;
            state.send();
        }
        state.edited = state.is_edited();
        state
    }

    /// The shown branch of the answer.
    pub fn walk(&self) -> Option<Walk> {
        self.shown_walk()
    }

    /// The document as it stands.
    pub fn document(&self) -> &Rc<Document> {
        self.history.present()
    }

    /// What is worked on, for storage and links.
    pub fn work(&self) -> Work {
        Work {
            name: self.name.clone(),
            origin: self.origin.clone(),
            document: self.document().clone(),
            request: Some(self.sent.clone()),
        }
    }

    /// Whether the shown work is worth keeping when other work is opened. The history does not tell:
    /// it is empty after a reload.
    pub fn is_changed(&self) -> bool {
        match &self.origin {
            Origin::Own => true,
            // The texts to compare with are not there yet.
            Origin::Scenario(_) if baked::is_unchanged(self.document()) => false,
            Origin::Scenario(id) => {
                scenarios::find(id).is_none_or(|scenario| scenario.document() != **self.document())
            }
            Origin::Link => self.history.undo_label().is_some(),
        }
    }

    fn is_edited(&self) -> bool {
        matches!(self.origin, Origin::Scenario(_)) && self.is_changed()
    }

    /// Number of errors and warnings.
    pub fn problem_count(&self) -> usize {
        let counts = |problem: &&Diagnostic| problem.severity != Severity::Info;
        self.problems.iter().filter(counts).count()
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        match reduce::reduce(&self, action) {
            Some(next) => Rc::new(next),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests;
