//! Links there and back, and every way in which one can be broken.

use proptest::prelude::*;

use super::*;
use crate::model::document::SourceFile;

fn shared(files: &[(&str, &str)]) -> Shared {
    let file = |(name, text): &(&str, &str)| SourceFile {
        name: (*name).into(),
        text: (*text).into(),
    };
    Shared {
        document: Document {
            files: files.iter().map(file).collect(),
        },
        ..Shared::default()
    }
}

fn example() -> Shared {
    Shared {
        title: Some("ウェブ <b>".into()),
        request: Some(SharedRequest {
            from: "internet".into(),
            to: "https://shop.example.com/cart".into(),
            protocol: None,
            port: Some(443),
        }),
        view: SharedView {
            language: Some("ja".into()),
            step: Some(7),
            moment: Some(SharedMoment {
                second: Some(50),
                open: true,
            }),
            compare: Some([
                SharedSide::Word("model-overlay".into()),
                SharedSide::Files {
                    title: "ポートを変更".into(),
                    document: shared(&[("web.yaml", "kind: Service\n")]).document,
                },
            ]),
            ..SharedView::default()
        },
        ..shared(&[("web.yaml", "kind: Service\nmetadata: {name: web}\n")])
    }
}

/// A link around any content.
fn link_of(content: &[u8]) -> String {
    format!(
        "v1:{}",
        URL_SAFE_NO_PAD.encode(compress_to_vec(content, LEVEL))
    )
}

#[test]
fn a_link_brings_back_what_was_put_into_it() {
    let link = encode(&example());
    assert_eq!(decode(&link).unwrap().0, example());
    assert_eq!(link.len(), link_length(&example()));
}

#[test]
fn a_link_opens_with_its_address_and_with_a_colon_that_was_escaped() {
    let link = encode(&example());
    let address = format!(" https://kubehop.example/?embed=view#{link}\n");
    assert_eq!(decode(&address).unwrap().0, example());
    assert_eq!(decode(&link.replacen(':', "%3A", 1)).unwrap().0, example());
}

#[test]
fn every_broken_link_says_what_is_wrong() {
    let whole = encode(&example());
    let at = |second: &str| {
        let json = format!("{{\"files\": [], \"view\": {{\"moment\": {{\"second\": {second}}}}}}}");
        link_of(json.as_bytes())
    };
    let sides = |sides: &str| {
        let json = format!("{{\"files\": [], \"view\": {{\"compare\": {sides}}}}}");
        link_of(json.as_bytes())
    };
    let (now, long) = (r#"{"is": "now"}"#, "x".repeat(MAX_SIDE_TEXT + 1));
    let cases: &[(&str, &str)] = &[
        ("", "link-not-a-link"),
        ("#", "link-not-a-link"),
        ("web.yaml", "link-not-a-link"),
        ("javascript:alert(1)", "link-not-a-link"),
        ("v0:abc", "link-not-a-link"),
        ("v:abc", "link-not-a-link"),
        ("v2:abc", "link-newer"),
        ("v1:", "link-cut-off"),
        ("v1:ab<script>", "link-not-base64"),
        ("v1:A", "link-cut-off"),
        (&whole[..whole.len() / 2], "link-cut-off"),
        (
            &format!("v1:{}", URL_SAFE_NO_PAD.encode([0xff; 40])),
            "link-damaged",
        ),
        (&link_of(b"no json"), "link-wrong-content"),
        (&link_of(b"{\"text\": 1}"), "link-wrong-content"),
        (
            &link_of(b"{\"files\": [], \"view\": {\"step\": \"x\"}}"),
            "link-wrong-content",
        ),
        (&link_of(&[0xc3, 0x28]), "link-damaged"),
        (&at("172801"), "link-no-such-moment"),
        (&at("18446744073709551615"), "link-no-such-moment"),
        (&at("-1"), "link-wrong-content"),
        (&at("1e300"), "link-wrong-content"),
        (&at("\"10\""), "link-wrong-content"),
        (&at(&"9".repeat(400)), "link-wrong-content"),
        (&link_of(&vec![b' '; MAX_INFLATED + 1]), "link-too-large"),
        (&sides(&format!("[{now}]")), "link-wrong-content"),
        (
            &sides(&format!("[{now}, {now}, {now}]")),
            "link-wrong-content",
        ),
        (&sides("\"now\""), "link-wrong-content"),
        (
            &sides(&format!("[{now}, {{\"is\": 1}}]")),
            "link-wrong-content",
        ),
        (&sides(&format!("[{now}, {{}}]")), "link-wrong-side"),
        (
            &sides(&format!("[{{\"title\": \"x\"}}, {now}]")),
            "link-wrong-side",
        ),
        (
            &sides(&format!("[{now}, {{\"is\": \"now\", \"files\": []}}]")),
            "link-wrong-side",
        ),
        (
            &sides(&format!("[{now}, {{\"is\": \"{long}\"}}]")),
            "link-wrong-side",
        ),
        (
            &sides(&format!(
                "[{now}, {{\"title\": \"{long}\", \"files\": []}}]"
            )),
            "link-wrong-side",
        ),
    ];
    for (link, id) in cases {
        let shown: String = link.chars().take(40).collect();
        assert_eq!(decode(link).unwrap_err().id(), *id, "{shown}");
    }
}

#[test]
fn wherever_a_link_is_cut_it_is_refused() {
    let link = encode(&example());
    for end in 0..link.len() {
        assert!(
            decode(&link[..end]).is_err(),
            "cut after {end} of {} characters",
            link.len()
        );
    }
}

#[test]
fn fields_of_later_versions_are_ignored() {
    let content = br#"{"files": [{"name": "a", "text": "b", "mode": 1}], "later": {"x": [1]}, "view": {"zoom": 2}}"#;
    let (opened, _) = decode(&link_of(content)).unwrap();
    assert_eq!(opened, shared(&[("a", "b")]));
}

#[test]
fn the_data_of_a_secret_in_a_link_is_dropped() {
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n";
    let (opened, problems) = decode(&encode(&shared(&[("s.yaml", secret)]))).unwrap();
    assert!(!opened.document.files[0].text.contains("hunter2"));
    assert!(!problems.is_empty());
}

#[test]
fn the_data_of_a_secret_in_a_side_is_dropped_and_words_of_later_versions_are_kept() {
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n";
    let mut sent = shared(&[]);
    let document = shared(&[("s.yaml", secret)]).document;
    let later = SharedSide::Word("model-of-2030".into());
    let title = String::new();
    sent.view.compare = Some([SharedSide::Files { title, document }, later.clone()]);
    let (opened, problems) = decode(&encode(&sent)).unwrap();
    assert!(!problems.is_empty());
    let [SharedSide::Files { document, .. }, word] = opened.view.compare.unwrap() else {
        panic!("a side with files")
    };
    assert!(!document.files[0].text.contains("hunter2"));
    assert_eq!(word, later);
}

#[test]
fn every_second_of_the_clock_goes_into_a_link_and_so_does_the_moment_before() {
    for second in [None, Some(0), Some(MOST_SECONDS)] {
        let moment = SharedMoment {
            second,
            open: false,
        };
        let mut sent = example();
        sent.view.moment = Some(moment);
        assert_eq!(decode(&encode(&sent)).unwrap().0.view.moment, Some(moment));
    }
}

/// Every link in `tests/links` opens, and opens to the files named in its first line.
#[test]
fn links_of_every_version_keep_opening() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let (names, link) = text.split_once('\n').unwrap();
        let (opened, _) = decode(link).unwrap();
        let found: Vec<&str> = opened
            .document
            .files
            .iter()
            .map(|file| &*file.name)
            .collect();
        assert_eq!(found.join(" "), names);
        count += 1;
    }
    assert!(count > 0, "no link was found");
}

proptest! {
    #[test]
    fn any_document_survives_a_link(
        files in proptest::collection::vec(("\\PC{0,12}", "(?s).{0,200}"), 0..4),
        to in "\\PC{0,20}",
        port in proptest::option::of(any::<u16>()),
    ) {
        let request = SharedRequest { from: "internet".into(), to, protocol: Some("UDP".into()), port };
        let sent = Shared { request: Some(request), document: Document::from_texts(files).0, ..Shared::default() };
        prop_assert_eq!(decode(&encode(&sent)).unwrap().0, sent);
    }

    #[test]
    fn no_text_makes_decoding_fail_otherwise_than_with_an_error(text in "(v[0-9]:)?[-_A-Za-z0-9:#%]{0,80}") {
        let _ = decode(&text);
    }
}
