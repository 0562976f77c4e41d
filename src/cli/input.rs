//! Files and folders into a document.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::Common;
use super::output::Answer;
use crate::edit::switch::{self, Choice, Obstacle};
use crate::engine::simulation::Simulation;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::object::Kind;
use crate::model::yaml::MAX_FILE;
use crate::text::Texts;

/// A scenario that was read, in the language of its reader.
pub(super) struct Input {
    /// The files.
    pub document: Document,
    /// What follows from them.
    pub simulation: Simulation,
    /// Everything that is wrong, in the order of the files.
    pub problems: Vec<Diagnostic>,
    /// Sentences.
    pub texts: Texts,
}

/// Reads files; the answer says which could not be opened.
pub(super) fn load(common: &Common) -> Result<Input, Answer> {
    load_with(common, Vec::new())
}

/// Reads files, and texts besides.
pub(super) fn load_with(common: &Common, more: Vec<(String, String)>) -> Result<Input, Answer> {
    let mut texts = Vec::new();
    let mut failed = String::new();
    for path in &common.files {
        match read_path(path) {
            Ok(files) => texts.extend(files),
            Err(problem) => failed += &problem,
        }
    }
    if !failed.is_empty() {
        return Err(Answer::unusable(failed));
    }
    texts.extend(more);
    let (document, mut problems) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    problems.extend(simulation.diagnostics.iter().cloned());
    Ok(Input {
        document,
        simulation,
        problems,
        texts: Texts::new(common.lang),
    })
}

impl Input {
    /// The same scenario, its cluster with this network model; the answer says where that cannot be.
    pub fn with_model(&self, model: Choice) -> Result<Self, Answer> {
        let network = self.simulation.network();
        let is_so = network.cluster.as_ref().and_then(switch::current) == Some(model);
        let document = match switch::plan(network, model) {
            Ok(command) => Ok(command.apply(&self.document)),
            Err(_) if is_so => Ok(self.document.clone()),
            Err(obstacle) => Err(obstacle),
        };
        let document = document.and_then(|it| {
            // An edit that cannot be made, such as one of an alias, changes nothing.
            let changes = is_so || it != self.document;
            changes.then_some(it).ok_or(Obstacle::Alias)
        });
        let document = document.map_err(|obstacle| {
            let id = match obstacle {
                Obstacle::Same | Obstacle::Alias => "cli-no-switch-alias",
                Obstacle::NotWritten => "cli-no-switch-unwritten",
                Obstacle::NoRoom => "cli-no-switch-room",
            };
            let args = [("model", model.word().into())];
            self.unusable(&self.texts.message(id, &args))
        })?;
        let simulation = Simulation::new(&document);
        // What could not even be put into the document comes first.
        let of_files = self.problems.len() - self.simulation.diagnostics.len();
        let mut problems: Vec<Diagnostic> = self.problems.iter().take(of_files).cloned().collect();
        problems.extend(simulation.diagnostics.iter().cloned());
        Ok(Self {
            document,
            simulation,
            problems,
            texts: Texts::new(self.texts.language()),
        })
    }

    /// Whether something could not be used.
    pub fn has_errors(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// Errors and warnings, one a line, for standard error.
    pub fn problem_lines(&self) -> String {
        let loud = self
            .problems
            .iter()
            .filter(|problem| problem.severity != Severity::Info);
        loud.map(|problem| self.texts.diagnostic(problem) + "\n")
            .collect()
    }

    /// The flow of this name, or the answer that there is none.
    pub fn flow(&self, name: &str) -> Result<&Flow, Answer> {
        let flows = &self.simulation.network().flows;
        let found = flows.iter().find(|flow| &*flow.meta.name == name);
        found.ok_or_else(|| {
            let args = [("name", name.into()), ("names", self.flow_names().into())];
            let id = if flows.is_empty() {
                "cli-no-flows"
            } else {
                "cli-no-such-flow"
            };
            self.unusable(&self.texts.message(id, &args))
        })
    }

    /// The names of all flows, for hints.
    pub fn flow_names(&self) -> String {
        let flows = self.simulation.network().flows.iter();
        let names: Vec<&str> = flows.map(|flow| &*flow.meta.name).collect();
        names.join(", ")
    }

    /// The names of all nodes, for hints.
    pub fn node_names(&self) -> String {
        let nodes = self.simulation.network().nodes.iter();
        let names: Vec<&str> = nodes.map(|node| &*node.meta.name).collect();
        names.join(", ")
    }

    /// The answer that something cannot be used, after the problems of the files.
    pub fn unusable(&self, problem: &str) -> Answer {
        let severity = self.texts.severity(Severity::Error);
        Answer::unusable(format!("{}{severity}: {problem}\n", self.problem_lines()))
    }

    /// An answer with the problems of the files; errors among them make the status 2.
    pub fn answer(&self, output: String, raw: bool, status: u8) -> Answer {
        Answer {
            output,
            raw,
            problems: self.problem_lines(),
            status: if self.has_errors() {
                super::UNUSABLE
            } else {
                status
            },
        }
    }

    /// `file:line:column` of an object or its field, or of what it was made from.
    pub fn place(&self, object: &crate::model::object::Ref, field: &str) -> Option<String> {
        if matches!(
            object.kind,
            Kind::Internet | Kind::AzureDns | Kind::Metadata
        ) {
            return None;
        }
        let location = self
            .simulation
            .network()
            .locate(&self.document, object, field)?;
        Some(location.to_string())
    }
}

/// Name and text of a file, or of every file in a folder; the error is a line for standard error.
fn read_path(path: &Path) -> Result<Vec<(String, String)>, String> {
    if path == Path::new("-") {
        let bytes = bounded(io::stdin().lock())
            .map_err(|error| problem("standard input", &error.to_string()))?;
        return Ok(vec![("-".to_owned(), text(path, bytes)?)]);
    }
    let shown = path.display().to_string();
    if path.is_dir() {
        let files = folder(path).map_err(|error| problem(&shown, &error.to_string()))?;
        if files.is_empty() {
            return Err(problem(&shown, "the folder has no *.yaml, *.yml or *.json"));
        }
        let read: Result<Vec<_>, String> = files.iter().map(|file| read_file(file)).collect();
        return read;
    }
    Ok(vec![read_file(path)?])
}

fn read_file(path: &Path) -> Result<(String, String), String> {
    let shown = path.display().to_string();
    let bytes = fs::File::open(path).and_then(bounded).map_err(|error| {
        problem(
            &shown,
            &format!("{error}; hint: check the name and the folder"),
        )
    })?;
    Ok((shown, text(path, bytes)?))
}

/// What there is to read, up to one byte more than a file may have: a device never ends.
fn bounded(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    source
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The files of a folder that can hold documents, by name.
fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        if file.is_file() && matches!(extension, Some("yaml" | "yml" | "json")) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// The bytes as text; Windows' editors put a mark in front.
fn text(path: &Path, bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() > MAX_FILE {
        let what = format!(
            "this file is too large to be read; found more than {MAX_FILE} bytes, expected at most so many; \
             hint: keep only the documents that matter here, or split the file"
        );
        return Err(problem(&format!("{}:1:1", path.display()), &what));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let (before, rest) = error.as_bytes().split_at(valid);
        let lines = String::from_utf8_lossy(before);
        let line = lines.split('\n').count();
        let column = lines.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let place = format!("{}:{line}:{column}", path.display());
        let found = rest.first().copied().unwrap_or_default();
        let what = format!(
            "not UTF-8; found the byte 0x{found:02x}, expected a text in UTF-8; hint: save the file as UTF-8"
        );
        problem(&place, &what)
    })?;
    Ok(text
        .strip_prefix('\u{FEFF}')
        .map(str::to_owned)
        .unwrap_or(text))
}

fn problem(place: &str, what: &str) -> String {
    format!("{place}: error: {what}\n")
}
