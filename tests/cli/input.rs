//! Input and arguments that nobody should write: a message with its place, status 2, and never a panic.

use std::path::Path;
use std::process::{Command, Stdio};

use expect_test::{expect, expect_file};

use super::program::{
    FIXTURE, VM_TO_POD, check, golden, on_fixture_and, root, run, run_on, run_with, shown, text,
    words,
};

#[test]
fn what_cannot_be_used_says_why_with_status_2() {
    let mut all = String::new();
    let mut ask = |line: &str| {
        all.push_str(&["$ kubehop ", line, "\n", &run(&words(line)), "\n"].concat());
    };
    let web = "src/scenarios/shared/web.yaml";
    let flows = "src/scenarios/kubenet/flows.yaml";
    ask("trace no-such.yaml --from internet --to web");
    ask("lint src/bin");
    ask(&format!("trace {web}"));
    ask(&format!("trace {web} {flows}"));
    ask(&format!("trace {web} {flows} --flow none"));
    ask(&format!("trace {web} --flow none"));
    ask(&format!(
        "trace {web} --from internet --to pod/default/none --port 80"
    ));
    ask(&format!(
        "trace {web} --from pod/default/none --to internet --port 80"
    ));
    ask(&format!(
        "trace {web} --from nowhere --to internet --port 80"
    ));
    ask(&format!(
        "trace {web} --from internet --to 10.0.0.0/8 --port 80"
    ));
    ask(&format!("check {web}"));
    ask(&format!("draw {web} -o /no/such/folder/x.svg"));
    ask(&format!("effective iptables {web}"));
    ask(&format!("effective routes {web}"));
    ask(&format!("effective nsg {web} --node none"));
    ask(&format!("effective routes {web} --subnet a/b"));
    ask(&format!("resolve {web} --from pod/default/none web"));
    ask(&format!("resolve {web} --from service/default/web web"));
    ask(&format!("resolve {web} --from host/client a..b"));
    ask(&format!("resolve {web} --from host/client 10.0.0.1"));
    ask(&format!("resolve {web} --from host/client web --type MX"));
    ask(&format!("resolve {web} --from host/client"));
    ask(&format!("plan {web} --pool none"));
    ask(&format!("plan {web} --max-pods 9"));
    ask(&format!("plan {web} --prefix 30"));
    expect_file![golden("unusable.txt")].assert_eq(&all);
    for answer in all.split("$ kubehop").skip(1) {
        assert!(answer.contains("\nstatus 2\n"), "{answer}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused_with_status_2() {
    for line in [
        "",
        "trace",
        "trace x.yaml --from internet",
        "trace x.yaml --from a --to b --port 70000",
        "trace x.yaml --from a --to b --port 0",
        "trace x.yaml --from a --to b --protocol GRE",
        "trace x.yaml -o xml",
        "lint x.yaml --lang fr",
        "fly x.yaml",
    ] {
        let answer = run(&words(line));
        assert!(answer.starts_with("status 2\n"), "{line} {answer}");
    }
    assert!(run(&["--help"]).starts_with("status 0\n"));
    assert!(run(&["--version"]).starts_with("status 0\nkubehop "));
}

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .args(["effective", "objects", "-o", "json"])
        .args(FIXTURE)
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Input that nobody should write: what it is called, the text, what must be said, and the status of `lint`.
fn bad_inputs() -> Vec<(&'static str, String, &'static str, i32)> {
    let bomb: String = (0..9).fold(
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(),
        |text, depth| {
            let next = depth + 1;
            let aliases = vec![format!("*a{depth}"); 9].join(", ");
            format!("{text}a{next}: &a{next} [{aliases}]\n")
        },
    );
    let head = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    vec![
        ("empty file", String::new(), "-:1:1", 0),
        ("ten megabytes", format!("# {}\n", "x".repeat(10 << 20)), "-:", 0),
        ("deep nesting", "[".repeat(5000), "-:1:", 2),
        ("deep mapping", (0..500).map(|depth| " ".repeat(depth) + "a:\n").collect(), "-:", 2),
        ("YAML bomb", bomb, "-:", 2),
        ("tabs", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n".to_owned(), "-:4:1", 2),
        ("duplicate keys", "apiVersion: v1\nkind: Pod\nkind: Service\nmetadata: {name: x}\n".to_owned(), "-:3:1", 2),
        ("wrong types", format!("{head}spec: {{ports: [{{port: eighty}}]}}\n"), "eighty", 2),
        ("unknown kind", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\n".to_owned(), "Widget", 0),
        ("no head", "a: 1\n".to_owned(), "-:1:1", 0),
        ("cyclic alias", "a: &a [*a]\n".to_owned(), "-:1:", 2),
        (
            "address outside its subnet",
            "type: Microsoft.Network/virtualNetworks\nname: v\nproperties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: s, properties: {addressPrefix: 10.1.0.0/24}}]}\n---\n{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {subnet: v/s, ip: 10.9.0.4}}\n".to_owned(),
            "10.9.0.4",
            2,
        ),
        (
            "overlapping prefixes",
            "type: Microsoft.Network/virtualNetworks\nname: v\nproperties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: a, properties: {addressPrefix: 10.1.0.0/24}}, {name: b, properties: {addressPrefix: 10.1.0.128/25}}]}\n".to_owned(),
            "10.1.0.128/25",
            2,
        ),
        (
            "a pod on a missing node",
            "type: Microsoft.ContainerService/managedClusters\nname: c\nproperties: {agentPoolProfiles: [{name: a, count: 1}]}\n---\n{apiVersion: v1, kind: Node, metadata: {name: n0}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeName: nowhere, containers: []}\n".to_owned(),
            "-:10:8: warning: pod `p` is bound to a node that does not exist; found `nowhere`",
            0,
        ),
        (
            "markup in every string",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"<script>alert(1)</script>\", labels: {a: \"<img src=x onerror=alert(1)>\"}}\nspec: {containers: []}\n".to_owned(),
            "<script>",
            2,
        ),
    ]
}

#[test]
fn bad_input_gets_a_message_with_its_place_and_nothing_panics() {
    let mut failed = Vec::new();
    for (name, input, said, status) in bad_inputs() {
        let output = run_with(&["lint", "-"], &input);
        let shown = shown(&output);
        if !shown.contains(said) || output.status.code() != Some(status) {
            let short: String = shown.chars().take(600).collect();
            failed.push(format!(
                "{name}: expected status {status} and {said:?}\n{short}"
            ));
        }
        let with_fixture = on_fixture_and("trace", &input, VM_TO_POD);
        if !with_fixture.contains("verdict: dropped") {
            let short: String = with_fixture.chars().take(600).collect();
            failed.push(format!("{name} hides the rest:\n{short}"));
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("latin-1.yaml");
    std::fs::write(&file, b"kind: Pod\n# Caf\xe9\n").unwrap();
    let output = run(&["lint", file.to_str().unwrap()]);
    assert!(
        output.starts_with("status 2\n")
            && output.contains("latin-1.yaml:2:6: error: not UTF-8; found the byte 0xe9"),
        "{output}"
    );
}

#[cfg(unix)]
#[test]
fn a_device_that_never_ends_is_not_read_to_the_end() {
    check(
        &run(&["lint", "/dev/zero"]),
        &expect![[r#"
        status 2
        on standard error:
        /dev/zero:1:1: error: this file is too large to be read; found more than 16777216 bytes, expected at most so many; hint: keep only the documents that matter here, or split the file
    "#]],
    );
}

#[test]
fn a_terminal_gets_no_commands_from_a_name() {
    let input = "apiVersion: v1\nkind: \"Wid\\e]0;owned\\aget\"\nmetadata: {name: x}\n";
    let output = run_on(input, &["lint", "-"]);
    assert!(output.contains("\\u{1b}]0;owned\\u{7}"), "{output}");
}
