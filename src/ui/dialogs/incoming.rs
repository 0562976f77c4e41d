//! Files that come in by drop, paste or choice, and those in folders, as one document.
//!
//! One file is opened whatever its name is. Of several, and of a folder, only manifests are: what else a repository
//! holds (a README, sources) says nothing about a network, and one text that cannot be parsed would hold up the answer
//! to every edit. How many were left out is said. Hidden files and folders are not looked at.

use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DataTransfer, DataTransferItem, File, FileList, FileSystemDirectoryEntry, FileSystemEntry,
    FileSystemFileEntry,
};

use super::own_work;
use crate::ui::browser;
use crate::ui::context::Act;
use crate::ui::store::{Action, Note, Work};

/// A file, and what it is called.
type Named = (String, File);

/// Opens the files and folders of a drop or of the clipboard; tells whether there are any.
pub fn open_transfer(act: &Act, data: &DataTransfer, action: fn(Rc<Work>) -> Action) -> bool {
    // They are there only while the event is handled.
    let items = data.items();
    let items = (0..items.length()).filter_map(|index| items.get(index));
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for item in items {
        if let Some(folder) = folder(&item) {
            folders.push(folder);
        } else if let Ok(Some(file)) = item.get_as_file() {
            files.push((file.name(), file));
        }
    }
    let any = !files.is_empty() || !folders.is_empty();
    if any {
        open(act, files, folders, action);
    }
    any
}

/// Opens chosen files.
pub fn open_files(act: &Act, files: &FileList, action: fn(Rc<Work>) -> Action) {
    let files = (0..files.length()).filter_map(|index| files.get(index));
    let files = files.map(|file| (file.name(), file)).collect();
    open(act, files, Vec::new(), action);
}

fn folder(item: &DataTransferItem) -> Option<FileSystemDirectoryEntry> {
    let entry = item.webkit_get_as_entry().ok()??;
    entry.is_directory().then(|| entry.unchecked_into())
}

fn open(
    act: &Act,
    files: Vec<Named>,
    folders: Vec<FileSystemDirectoryEntry>,
    action: fn(Rc<Work>) -> Action,
) {
    let act = act.clone();
    spawn_local(async move {
        let bad = |name: &str, error: &JsValue| {
            let reason = format!("{name}: {}", browser::error_text(error));
            act.send(Action::SetNote(Some(Note::BadFile(reason.into()))));
        };
        let first = folders.first().map(|folder| folder.name());
        let mut all = files;
        if let Err(error) = gather(folders, &mut all).await {
            bad(first.as_deref().unwrap_or_default(), &error);
            return;
        }
        let count = all.len();
        let several = count > 1 || first.is_some();
        let has_some = first.is_some() || all.iter().any(|(name, _)| is_manifest(name));
        if several && has_some {
            all.retain(|(name, _)| is_manifest(name));
        }
        let left_out = count - all.len();
        let mut texts = Vec::new();
        for (name, file) in all {
            match JsFuture::from(file.text()).await {
                Ok(text) => texts.push((name, text.as_string().unwrap_or_default())),
                Err(error) => bad(&name, &error),
            }
        }
        match first {
            // It says that there is no object in the folder.
            Some(folder) if texts.is_empty() => texts.push((folder, String::new())),
            _ => {}
        }
        if !texts.is_empty() {
            act.send(action(own_work(texts)));
        }
        if left_out > 0 {
            act.send(Action::LeaveOut(left_out, count));
        }
    });
}

/// Adds the files in folders, by name.
async fn gather(
    mut folders: Vec<FileSystemDirectoryEntry>,
    files: &mut Vec<Named>,
) -> Result<(), JsValue> {
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let reader = folder.create_reader();
        loop {
            // A reader hands out some at a time, and none at the end.
            let some = asked(|then, or| reader.read_entries_with_callback_and_callback(then, or));
            let some = Array::from(&some.await?);
            if some.length() == 0 {
                break;
            }
            for entry in some.iter() {
                let entry: FileSystemEntry = entry.unchecked_into();
                if entry.name().starts_with('.') {
                    continue;
                }
                if entry.is_directory() {
                    folders.push(entry.unchecked_into());
                    continue;
                }
                let name = entry.full_path().trim_start_matches('/').to_owned();
                let entry: FileSystemFileEntry = entry.unchecked_into();
                let file = asked(|then, or| {
                    entry.file_with_callback_and_callback(then, or);
                    Ok(())
                });
                found.push((name, file.await?.unchecked_into()));
            }
        }
    }
    found.sort_by(|(one, _): &Named, (other, _)| one.cmp(other));
    files.append(&mut found);
    Ok(())
}

/// What a function says that takes two callbacks: for its answer, and for an error.
async fn asked(
    ask: impl FnOnce(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let mut ask = Some(ask);
    let promise = Promise::new(&mut |then, or| {
        if let Some(Err(error)) = ask.take().map(|ask| ask(&then, &or)) {
            let _ = or.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await
}

/// Whether the command line, too, would read it in a folder.
fn is_manifest(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("yaml" | "yml" | "json"))
}
