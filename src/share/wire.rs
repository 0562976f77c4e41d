//! The JSON inside a link. Every field but `files` is optional and may be absent; unknown fields are ignored.

use serde::{Deserialize, Serialize};

use super::{LinkError, Shared, SharedRequest, SharedView};
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;

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
    let shared = Shared {
        document,
        title: wire.title,
        request: wire.request.map(|request| SharedRequest {
            from: request.from,
            to: request.to,
            protocol: request.protocol,
            port: request.port,
        }),
        view: wire
            .view
            .map_or_else(SharedView::default, |view| SharedView {
                language: view.language,
                theme: view.theme,
                branch: view.branch,
                step: view.step,
                tab: view.tab,
            }),
    };
    Ok((shared, diagnostics))
}
