//! The JSON inside a link. Every field but `files` is optional and may be absent; unknown fields are ignored.

use serde::{Deserialize, Serialize};

use super::{
    LinkError, MAX_SIDE_TEXT, Shared, SharedMoment, SharedRequest, SharedSide, SharedView,
};
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::event::MOST_SECONDS;

#[derive(Serialize, Deserialize)]
struct Wire {
    files: Vec<File>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<Request>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    view: Option<View>,
}

#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct Request {
    from: String,
    to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
}

#[derive(Serialize, Deserialize)]
struct View {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    branch: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tab: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moment: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compare: Option<[Side; 2]>,
}

/// Since 2026-11-27. Either `is`, or `files` with a title.
#[derive(Serialize, Deserialize)]
struct Side {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    files: Option<Vec<File>>,
}

/// Since 2026-11-27. A second above [`MOST_SECONDS`] is refused, and with it the link.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Moment {
    /// Absent for the moment before all events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    open: bool,
}

pub(super) fn write(shared: &Shared) -> String {
    let view = &shared.view;
    let wire = Wire {
        files: files_of(&shared.document),
        title: shared.title.clone(),
        request: shared.request.clone().map(|request| Request {
            from: request.from,
            to: request.to,
            protocol: request.protocol,
            port: request.port,
        }),
        view: (*view != SharedView::default()).then(|| View {
            language: view.language.clone(),
            theme: view.theme.clone(),
            branch: view.branch,
            step: view.step,
            tab: view.tab.clone(),
            moment: view.moment.map(|it| Moment {
                second: it.second.map(u64::from),
                open: it.open,
            }),
            compare: view
                .compare
                .as_ref()
                .map(|sides| sides.each_ref().map(side_of)),
        }),
    };
    // Strings and numbers always serialise; an empty link would be refused when it is opened.
    serde_json::to_string(&wire).unwrap_or_default()
}

fn files_of(document: &Document) -> Vec<File> {
    let files = document.files.iter().map(|file| File {
        name: file.name.to_string(),
        text: file.text.to_string(),
    });
    files.collect()
}

fn side_of(side: &SharedSide) -> Side {
    match side {
        SharedSide::Word(word) => Side {
            is: Some(word.clone()),
            title: None,
            files: None,
        },
        SharedSide::Files { title, document } => Side {
            is: None,
            title: Some(title.clone()),
            files: Some(files_of(document)),
        },
    }
}

pub(super) fn read(text: &str) -> Result<(Shared, Vec<Diagnostic>), LinkError> {
    let wire: Wire = serde_json::from_str(text).map_err(|error| LinkError::WrongContent {
        detail: error.to_string(),
    })?;
    let mut diagnostics = Vec::new();
    let document = document(wire.files, &mut diagnostics);
    let view = wire.view.map(|it| view(it, &mut diagnostics)).transpose()?;
    let shared = Shared {
        document,
        title: wire.title,
        request: wire.request.map(|request| SharedRequest {
            from: request.from,
            to: request.to,
            protocol: request.protocol,
            port: request.port,
        }),
        view: view.unwrap_or_default(),
    };
    Ok((shared, diagnostics))
}

fn document(files: Vec<File>, diagnostics: &mut Vec<Diagnostic>) -> Document {
    let mut document = Document::default();
    for file in files {
        let (next, more) = document.with_file(&file.name, &file.text);
        document = next;
        diagnostics.extend(more);
    }
    document
}

fn view(view: View, diagnostics: &mut Vec<Diagnostic>) -> Result<SharedView, LinkError> {
    let compare = match view.compare {
        Some([left, right]) => Some([side(1, left, diagnostics)?, side(2, right, diagnostics)?]),
        None => None,
    };
    Ok(SharedView {
        language: view.language,
        theme: view.theme,
        branch: view.branch,
        step: view.step,
        tab: view.tab,
        moment: view.moment.map(moment).transpose()?,
        compare,
    })
}

fn side(
    number: usize,
    side: Side,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<SharedSide, LinkError> {
    let wrong = LinkError::WrongSide { side: number };
    let fits = |text: &str| text.chars().take(MAX_SIDE_TEXT + 1).count() <= MAX_SIDE_TEXT;
    match (side.is, side.files) {
        (Some(word), None) if fits(&word) => Ok(SharedSide::Word(word)),
        (None, Some(files)) => {
            let title = side.title.unwrap_or_default();
            if !fits(&title) {
                return Err(wrong);
            }
            let document = document(files, diagnostics);
            Ok(SharedSide::Files { title, document })
        }
        _ => Err(wrong),
    }
}

fn moment(moment: Moment) -> Result<SharedMoment, LinkError> {
    let second = |second: u64| {
        let fits = u32::try_from(second).ok().filter(|it| *it <= MOST_SECONDS);
        fits.ok_or(LinkError::NoSuchMoment { second })
    };
    Ok(SharedMoment {
        second: moment.second.map(second).transpose()?,
        open: moment.open,
    })
}
