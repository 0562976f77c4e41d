//! The program, run as a user runs it, and what it says.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use expect_test::Expect;
use serde_json::Value;

pub const FIXTURE: &[&str] = &[
    "src/scenarios/shared/azure.yaml",
    "src/scenarios/kubenet/cluster.yaml",
    "src/scenarios/shared/web.yaml",
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn run_with(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that does not read its input closes the pipe, which is no fault.
    let writer = std::thread::Builder::new()
        .spawn(move || drop(stdin.write_all(input.as_bytes())))
        .unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Everything that a user sees, with the exit status in front.
pub fn shown(output: &Output) -> String {
    let status = output
        .status
        .code()
        .map_or("killed".to_owned(), |code| code.to_string());
    let mut shown = format!("status {status}\n{}", text(&output.stdout));
    if !output.stderr.is_empty() {
        shown.push_str("on standard error:\n");
        shown.push_str(&text(&output.stderr));
    }
    assert!(!shown.contains("panicked"), "{shown}");
    assert!(
        !shown.contains('\u{1b}'),
        "colour without a terminal: {shown:?}"
    );
    shown
}

pub fn run(arguments: &[&str]) -> String {
    run_on("", arguments)
}

/// The program with `input` on its standard input.
pub fn run_on(input: &str, arguments: &[&str]) -> String {
    shown(&run_with(arguments, input))
}

/// The fixture between a command and its options.
pub fn on_fixture(command: &[&str], options: &[&str]) -> String {
    run(&[command, FIXTURE, options].concat())
}

pub fn on_fixture_and(command: &str, input: &str, options: &[&str]) -> String {
    let arguments = [&[command, "-"], FIXTURE, options].concat();
    run_on(input, &arguments)
}

#[track_caller]
pub fn check(actual: &str, golden: &Expect) {
    golden.assert_eq(actual);
}

pub fn golden(name: &str) -> PathBuf {
    root().join("tests/cli").join(name)
}

/// A folder for the test of this name, which is not there yet.
pub fn folder(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// The same, made.
pub fn new_folder(name: &str) -> PathBuf {
    let folder = folder(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Words that a blank parts, as a shell would hand them over.
pub fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// What a command that succeeded printed.
#[track_caller]
pub fn succeeded(shown: &str) -> &str {
    let printed = shown.strip_prefix("status 0\n");
    printed.unwrap_or_else(|| panic!("{shown}"))
}

/// The JSON that a command printed, whatever its status.
#[track_caller]
pub fn json(shown: &str) -> Value {
    let (_, printed) = shown.split_once('\n').unwrap();
    serde_json::from_str(printed).unwrap_or_else(|error| panic!("{error}: {shown}"))
}

/// A machine asks a pod of kubenet, which the default routes do not let it reach.
pub const VM_TO_POD: &[&str] = &[
    "--from",
    "host/vm-a",
    "--to",
    "pod/default/p0",
    "--port",
    "8080",
];

/// A client of the internet asks the Service.
pub const CLIENT_TO_WEB: &[&str] = &[
    "--from",
    "host/client",
    "--to",
    "20.50.60.70",
    "--port",
    "80",
];
