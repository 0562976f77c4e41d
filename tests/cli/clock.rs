//! `kubehop timeline`, and `trace --at`: what happens to a flow second by second.

use expect_test::expect_file;

use super::program::{CLIENT_TO_WEB, VM_TO_POD, golden, json, on_fixture, succeeded, words};

/// A node stops.
const STOPS: &[&str] = &["--event", "stop=node/n0"];

/// A command about a client of the internet that asks the Service.
fn asked(command: &str, options: &[&[&str]]) -> String {
    on_fixture(&[command], &[CLIENT_TO_WEB, &options.concat()].concat())
}

#[test]
fn a_timeline_is_text_for_people_and_json_for_programs() {
    expect_file![golden("timeline.txt")].assert_eq(&asked("timeline", &[STOPS]));
    let output = asked("timeline", &[STOPS, &["-o", "json"]]);
    expect_file![golden("timeline.json")].assert_eq(succeeded(&output));
    let japanese = asked("timeline", &[STOPS, &["--lang", "ja"]]);
    assert!(japanese.contains("n0 が停止します"), "{japanese}");
    assert!(!japanese.contains("event-"), "{japanese}");
}

/// What the page says when the cell of that second is picked (`tests/e2e/events.test.mjs`).
#[test]
fn a_flow_is_asked_at_a_second_of_the_clock() {
    let at = |second: &str, options: &[&str]| asked("trace", &[STOPS, &["--at", second], options]);
    expect_file![golden("moment.txt")].assert_eq(&at("0", &["--blockers"]));
    let later = at("10", &["--blockers"]);
    assert!(later.contains("at: 10 s\n"), "{later}");
    assert!(
        later.contains("verdict: delivered\nbranch 1 of 1:"),
        "{later}"
    );
    assert!(later.ends_with("blocker: none\n"), "{later}");
    let next = at("10", &["--connections", "2"]);
    assert!(
        !next.contains("node/n0 "),
        "the balancer has taken it out: {next}"
    );
    let open = at("10", &["--established"]);
    assert!(
        open.contains("dropped (NoSuchAddress), probability 0.5"),
        "{open}"
    );
    let json = json(&at("10", &["-o", "json"]));
    assert_eq!(
        (&json["at"], &json["verdict"]),
        (&10.into(), &"delivered".into())
    );
}

#[test]
fn a_second_that_cannot_be_asked_about_is_refused() {
    let at = |options: &str| asked("trace", &[&words(options)]);
    let still = at("--at 5");
    assert!(
        still.starts_with("status 2\n") && still.contains("nothing that happens"),
        "{still}"
    );
    for options in [
        "--at 172801 --event stop=node/n0",
        "--at -1 --event stop=node/n0",
        "--event stop=node/n0",
        "--established",
        "--at 1 --event stop=node/n0 --established --blockers",
    ] {
        let output = at(options);
        assert!(output.starts_with("status 2\n"), "{options}: {output}");
    }
    let none = [VM_TO_POD, STOPS, &["--at", "1", "--established"]].concat();
    let none = on_fixture(&["trace"], &none);
    assert!(
        none.starts_with("status 2\n") && none.contains("no connection was open"),
        "{none}"
    );
}

#[test]
fn an_event_about_nothing_is_named_with_its_place() {
    let output = asked("timeline", &[&["--event", "at=5,stop=node/n9"]]);
    let problem = "--event 1:4:1: warning: cannot happen: node/n9 does not exist";
    assert!(output.contains(problem), "{output}");
    let none = asked("timeline", &[]);
    assert!(none.starts_with("status 2\n"), "{none}");
}
