//! What must hold for any input, one function for each fuzz target. `tests/corpus.rs` replays the corpus through the
//! same functions on every machine.

// Each target uses one of them.
#![allow(dead_code)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kubehop::model::document::Document;
use kubehop::model::read::{parse_flow_target, parse_sender, read};
use kubehop::share;
use miniz_oxide::deflate::compress_to_vec;

/// Stands between the files of one input.
const NEXT_FILE: &str = "\n=====\n";

/// Any text is read; what is wrong is said with a place inside the text; and the answer is the same again.
pub fn documents(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let names = (1..).map(|number| format!("{number}.yaml"));
    let texts = input.split(NEXT_FILE).map(str::to_owned);
    let (document, mut diagnostics) = Document::from_texts(names.zip(texts).collect());
    let (network, problems) = read(&document);
    diagnostics.extend(problems.clone());
    for diagnostic in &diagnostics {
        assert!(!diagnostic.message.is_empty());
        let Some(place) = &diagnostic.location else {
            continue;
        };
        let file = document.files.iter().find(|file| file.name == place.file);
        let file = file.expect("a problem is in one of the files");
        let lines = lines(&file.text);
        assert!(place.line >= 1 && place.column >= 1, "{place}");
        assert!(place.line as usize <= lines + 1, "{place} of {lines} lines");
        assert!(
            (place.line, place.column) <= (place.end_line, place.end_column),
            "{place}"
        );
    }
    let again = read(&document);
    assert!(again.1 == problems, "problems differ when read again");
    assert_eq!(again.0.manifests.len(), network.manifests.len());
}

/// Lines as YAML counts them: a carriage return ends one, too.
fn lines(text: &str) -> usize {
    text.replace("\r\n", "\n").split(['\n', '\r']).count()
}

/// Any link is opened or refused with a reason; what was opened survives being shared again.
pub fn links(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let opened = [
        share::decode(&text),
        // Past the outer layers, which chance would hardly ever get through.
        share::decode(&format!("v1:{}", URL_SAFE_NO_PAD.encode(input))),
        share::decode(&format!(
            "v1:{}",
            URL_SAFE_NO_PAD.encode(compress_to_vec(input, 1))
        )),
    ];
    for result in opened {
        match result {
            Ok((shared, _)) => {
                let again = share::decode(&share::encode(&shared)).map(|(shared, _)| shared);
                assert_eq!(again.as_ref(), Ok(&shared));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// Any request is read or refused with a reason; what was read prints as something that is read as the same.
pub fn flows(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    for text in input.lines() {
        match parse_sender(text) {
            Ok(place) => assert_eq!(parse_sender(&place.to_string()), Ok(place)),
            Err(message) => assert!(!message.is_empty()),
        }
        match parse_flow_target(text) {
            Ok(target) => assert_eq!(parse_flow_target(&target.to_string()), Ok(target)),
            Err(message) => assert!(!message.is_empty()),
        }
    }
}
