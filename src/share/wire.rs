//! The JSON inside a link. Every field but `files` is optional and may be absent; unknown fields are ignored.

use serde::{Deserialize, Serialize};

use super::{LinkError, Shared, SharedMoment, SharedRequest, SharedView};
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
        files: shared
            .document
            .files
            .iter()
            .map(|file| File {
                name: file.name.to_string(),
                text: file.text.to_string(),
            })
            .collect(),
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
        }),
    };
    // Strings and numbers always serialise; an empty link would be refused when it is opened.
    serde_json::to_string(&wire).unwrap_or_default()
}

pub(super) fn read(text: &str) -> Result<(Shared, Vec<Diagnostic>), LinkError> {
    let wire: Wire = serde_json::from_str(text).map_err(|error| LinkError::WrongContent {
        detail: error.to_string(),
    })?;
    let mut document = Document::default();
    let mut diagnostics = Vec::new();
    for file in wire.files {
        let (next, more) = document.with_file(&file.name, &file.text);
        document = next;
        diagnostics.extend(more);
    }
    let view = wire.view.map(view).transpose()?;
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

fn view(view: View) -> Result<SharedView, LinkError> {
    Ok(SharedView {
        language: view.language,
        theme: view.theme,
        branch: view.branch,
        step: view.step,
        tab: view.tab,
        moment: view.moment.map(moment).transpose()?,
    })
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
