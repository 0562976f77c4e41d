//! Files put into a document as `kubectl apply` puts manifests into a cluster.
//!
//! An object that the document has already is taken out of it, in whatever file and form it stands,
//! and the new files come last: what counts afterwards is what they say.

use super::command::Command;
use crate::model::document::Document;
use crate::model::object::Kind;
use crate::model::read;

pub(super) fn apply(document: &Document, files: &Document) -> Document {
    let (network, _) = read::read(files);
    let known = |kind: Kind| kind != Kind::Unknown;
    let objects = network.manifests.iter().map(|manifest| &manifest.object);
    let mut next = document.clone();
    for object in objects.filter(|object| known(object.kind)) {
        // Written twice, it goes twice; a deletion that changes nothing ends it.
        loop {
            let command = Command::Delete {
                object: object.clone(),
            };
            let without = command.apply(&next);
            if without == next {
                break;
            }
            next = without;
        }
    }
    for file in &files.files {
        next = next.with_file(&file.name, &file.text).0;
    }
    next
}
